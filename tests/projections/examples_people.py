"""An example of every event of a person and of a participant, before every view."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from projections.cases import (
    EARLY,
    LATELY,
    NOTHING,
    case,
    enrolled,
    mentee,
    mentor,
    persons,
    q,
    told,
)

from mentorcore.domain.participant import events as participant
from mentorcore.domain.person import events as person
from mentorcore.domain.person import merge_events as merged

r: Any = person  # ids are plain text here
m: Any = merged


@case(
    person.PersonRegistered,
    status={"participants.2.who.name": "Cleo"},
    attention={"needs.1.people.0.name": "Cleo"},
    history={"names": ["person.registered", "participant.enrolled"]},
)
def _(town: Any, _pair: str) -> Iterator[None]:
    cleo = town.engine.new_id("person")
    town.subject = town.engine.new_id("participant")
    town.tell(town.subject, enrolled(town, town.subject, cleo))
    yield
    town.tell(cleo, r.PersonRegistered(person_id=cleo, name="Cleo", subjects=(cleo,)))


@case(
    person.PersonDetailsChanged,
    status={"participants.0.who.name": "Anna Lund", "pairings.0.members.0.name": "Anna Lund"},
    attention={"needs.0.people.0.name": "Anna Lund"},
    history=told("person.details-changed"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    anna = persons(town, pair)[0]
    yield
    town.tell(anna, r.PersonDetailsChanged(since=LATELY, name="Anna Lund", subjects=(anna,)))


@case(
    person.ExternalIdentityLinked,
    status=NOTHING,
    attention=NOTHING,
    history=told("person.external-identity-linked"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    anna = persons(town, pair)[0]
    yield
    town.tell(
        anna,
        r.ExternalIdentityLinked(
            scheme="payroll", assurance="verified", value="4711", subjects=(anna,)
        ),
    )


@case(
    merged.PersonsMerged,
    status=NOTHING,
    attention=NOTHING,
    history=told("person.persons-merged"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    anna = persons(town, pair)[0]
    yield
    town.tell(anna, m.PersonsMerged(survivor=anna, absorbed=f"person:{9:032x}", subjects=(anna,)))


@case(
    merged.PersonAbsorbed,
    status=NOTHING,
    attention=NOTHING,
    history={"people.0.person": f"person:{9:032x}"},
)
def _(town: Any, pair: str) -> Iterator[None]:
    anna = persons(town, pair)[0]
    yield
    town.tell(
        anna,
        m.PersonAbsorbed(
            survivor=f"person:{9:032x}", principal_stream=f"person:{9:032x}", principal=2
        ),
    )


@case(
    person.EmploymentRecorded,
    status=NOTHING,
    attention=NOTHING,
    history=told("person.employment-recorded"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    anna = persons(town, pair)[0]
    yield
    town.tell(anna, r.EmploymentRecorded(since=LATELY, post="teacher", subjects=(anna,)))


@case(
    person.CredentialRecorded,
    status=NOTHING,
    attention={"kinds": ["no_meeting", "credential_expired"]},
    history=told("person.credential-recorded"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    anna = persons(town, pair)[0]
    yield
    town.tell(
        anna,
        r.CredentialRecorded(
            kind="license", area="k12", issued_on=EARLY, expires_on=LATELY, subjects=(anna,)
        ),
    )


@case(
    person.ReportingLineRecorded,
    status=NOTHING,
    attention={"kinds": ["reporting_line", "no_meeting"]},
    history=told("person.reporting-line-recorded"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    anna, ben = persons(town, pair)
    town.subject = mentee(town, pair)
    yield
    town.tell(ben, r.ReportingLineRecorded(superior=anna, kind="supervisor", since=LATELY))


@case(person.PersonEnrolled, status=NOTHING, attention=NOTHING, history=NOTHING)
def _(town: Any, pair: str) -> Iterator[None]:
    anna = persons(town, pair)[0]
    yield
    town.tell(
        anna,
        r.PersonEnrolled(
            participant_id=town.engine.new_id("participant"),
            cohort_id=town.cohort,
            role="mentor",
            since=LATELY,
            principal_stream=mentor(town, pair),
            principal=1,
        ),
    )


@case(person.MeetingAttended, status=NOTHING, attention=NOTHING, history=NOTHING)
def _(town: Any, pair: str) -> Iterator[None]:
    anna = persons(town, pair)[0]
    yield
    town.tell(
        anna,
        r.MeetingAttended(
            meeting_id=town.engine.new_id("meeting"),
            pairing_id=pair,
            held_at=datetime(2026, 9, 10, 19, tzinfo=UTC),
            minutes=45,
            principal_stream=pair,
            principal=2,
        ),
    )


@case(
    participant.ParticipantEnrolled,
    status={"numbers.participants.1.enrolled": 2, "numbers.unpaired": 1},
    attention={"kinds": ["no_meeting", "unpaired"]},
    history={"names": ["participant.enrolled"]},
)
def _(town: Any, _pair: str) -> Iterator[None]:
    town.subject = town.engine.new_id("participant")
    yield
    town.tell(town.subject, enrolled(town, town.subject, town.engine.new_id("person")))


@case(
    participant.TrainingCompleted,
    status={"participants.0.trainings.0.validity": "expiring"},
    attention={"kinds": ["no_meeting", "training_expiring"]},
    history=told("participant.training-completed"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    anna = mentor(town, pair)
    yield
    town.tell(
        anna,
        q.TrainingCompleted(
            training_kind="basics",
            on=EARLY,
            valid_until=date(2026, 10, 1),
            subjects=persons(town, pair)[:1],
        ),
    )


@case(
    participant.MentorQualified,
    status={"participants.0.qualified": True},
    attention=NOTHING,
    history=told("participant.mentor-qualified"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    anna = mentor(town, pair)
    yield
    town.tell(anna, q.MentorQualified(since=EARLY))


@case(
    participant.MentorQualificationEnded,
    status={"participants.0.qualified": False},
    attention=NOTHING,
    history=told("participant.mentor-qualification-ended"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    anna = mentor(town, pair)
    town.tell(anna, q.MentorQualified(since=EARLY))
    yield
    ended = q.MentorQualificationEnded(
        on=LATELY, cause="suspended", subjects=persons(town, pair)[:1]
    )
    town.tell(anna, ended)


@case(
    participant.MentorCapacitySet,
    status={"participants.0.capacity.places": 1},
    attention={"kinds": ["no_meeting", "near_capacity"]},
    history=told("participant.mentor-capacity-set"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    anna = mentor(town, pair)
    yield
    town.tell(anna, q.MentorCapacitySet(places=1, since=EARLY, subjects=persons(town, pair)[:1]))


@case(
    participant.EnrolmentEnded,
    status={"participants.2.ended_on": "2026-09-10", "participants.2.outcome": "withdrew"},
    attention={"kinds": ["no_meeting"]},
    history=told("participant.enrolment-ended"),
)
def _(town: Any, _pair: str) -> Iterator[None]:
    town.subject = town.enrol("mentee", "Cleo")
    yield
    ended = q.EnrolmentEnded(on=LATELY, outcome="withdrew", subjects=(town.persons[town.subject],))
    town.tell(town.subject, ended)


@case(
    participant.PairingJoined,
    status={"participants.0.capacity.load": 2},
    attention=NOTHING,
    history=NOTHING,
)
def _(town: Any, pair: str) -> Iterator[None]:
    anna = mentor(town, pair)
    yield
    joined = q.PairingJoined(
        pairing_id=town.engine.new_id("pairing"),
        role="mentor",
        primary=True,
        since=LATELY,
        places=1,
        principal_stream=pair,
        principal=1,
    )
    town.tell(anna, joined)


@case(
    participant.PlaceChanged,
    status={"participants.0.capacity.load": 2},
    attention=NOTHING,
    history=NOTHING,
)
def _(town: Any, pair: str) -> Iterator[None]:
    yield
    changed = q.PlaceChanged(
        pairing_id=pair,
        since=LATELY,
        places=1,
        primary=None,
        principal_stream=pair,
        principal=1,
    )
    town.tell(mentor(town, pair), changed)


@case(
    participant.ParticipantReassigned,
    status={"participants.0.who.name": "Cleo", "pairings.0.members.0.name": "Cleo"},
    attention={"needs.0.people.0.name": "Cleo"},
    history=NOTHING,
)
def _(town: Any, pair: str) -> Iterator[None]:
    anna, cleo = mentor(town, pair), town.engine.new_id("person")
    town.tell(cleo, r.PersonRegistered(person_id=cleo, name="Cleo", subjects=(cleo,)))
    yield
    town.tell(
        anna,
        q.ParticipantReassigned(person_id=cleo, since=EARLY, principal_stream=cleo, principal=2),
    )


@case(
    participant.PairingLeft,
    status={"participants.0.capacity.load": 0},
    attention=NOTHING,
    history=NOTHING,
)
def _(town: Any, pair: str) -> Iterator[None]:
    anna = mentor(town, pair)
    yield
    left = q.PairingLeft(
        pairing_id=pair, until=LATELY, pairing_goes_on=False, principal_stream=pair, principal=2
    )
    town.tell(anna, left)
