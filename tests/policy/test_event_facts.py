"""What rules see of an event: days, codes and ids, and nothing that only some may read."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import mentorcore as mc
from mentorcore.domain.declarations import evolve
from mentorcore.domain.model import CORE
from mentorcore.domain.pairing.events.forming import AgreementSigned, Member, PairingFormed
from mentorcore.domain.pairing.events.meetings import MeetingHeld
from mentorcore.domain.pairing.events.work import FeedbackGiven, GoalSet, Rating
from mentorcore.domain.person.events import MeetingAttended, PersonRegistered
from mentorcore.domain.program import AcademicCalendarSet
from mentorcore.domain.school_calendar import Term
from mentorcore.domain.settings import Cadence
from mentorcore.policy.event_facts import clear_values, day_fields, fact_of
from mentorcore.policy.results import Cited

HEX = "0123456789abcdef0123456789abcdef"
PAIRING = f"pairing:{HEX}"
MENTOR, MENTEE = f"participant:{HEX}", f"participant:{HEX[::-1]}"
PERSONS = (f"person:{HEX}", f"person:{HEX[::-1]}")
PACIFIC = ZoneInfo("America/Los_Angeles")
LATE = datetime(2025, 9, 2, 5, 30, tzinfo=UTC).astimezone(PACIFIC)


def formed(*, primary: bool) -> PairingFormed:
    return PairingFormed(
        pairing_id=mc.PairingId(PAIRING),
        program_id=mc.ProgramId(f"program:{HEX}"),
        cohort_id=mc.CohortId(f"cohort:{HEX}"),
        shape="one_to_one",
        members=(
            Member(participant=mc.ParticipantId(MENTOR), role="mentor", primary=primary),
            Member(participant=mc.ParticipantId(MENTEE), role="mentee"),
        ),
        subjects=tuple(map(mc.PersonId, PERSONS)),
        on=date(2025, 9, 1),
        basis="assigned",
    )


def test_members_are_told_together_and_whether_one_is_primary() -> None:
    told = clear_values(formed(primary=True))

    assert told["members.participant"] == (MENTOR, MENTEE)
    assert told["members.role"] == ("mentor", "mentee")
    assert told["primary"] is True
    assert clear_values(formed(primary=False))["primary"] is False


def test_what_is_sealed_and_what_only_some_read_is_left_out() -> None:
    goal = GoalSet(
        goal_id=mc.GoalId(f"goal:{HEX}"),
        on=date(2025, 9, 9),
        subjects=tuple(map(mc.PersonId, PERSONS)),
        statement="Call on everybody",
    )
    feedback = FeedbackGiven(
        feedback_id=f"feedback:{HEX}",
        author=mc.ParticipantId(MENTEE),
        about="meeting",
        on=date(2025, 9, 9),
        visibility="coordinator",
        subjects=tuple(map(mc.PersonId, PERSONS)),
        ratings=(Rating(scale="useful", rating=2),),
        text="Too long",
    )

    told = clear_values(goal), clear_values(feedback)

    assert told[0] == {"goal_id": goal.goal_id, "on": date(2025, 9, 9)}
    assert not {"text", "ratings", "ratings.rating", "subjects"} & told[1].keys()


def test_a_value_inside_is_told_by_its_fields_and_left_out_where_there_is_none() -> None:
    signed = AgreementSigned(
        revision=1,
        signer=mc.ParticipantId(MENTOR),
        on=date(2025, 9, 9),
        subjects=tuple(map(mc.PersonId, PERSONS)),
    )
    weekly = Cadence(every=1, unit="week", minutes=45)

    agreed = clear_values(evolve(signed, cadence=weekly))

    assert agreed["cadence.unit"] == "week"
    assert clear_values(signed).keys() == {"revision", "signer", "on"}


def test_instants_are_told_as_days_of_the_zone_alone() -> None:
    held = MeetingHeld(
        meeting_id=mc.MeetingId(f"meeting:{HEX}"),
        held_on=date(2025, 9, 1),
        held_at=datetime(2025, 9, 2, 5, 30, tzinfo=UTC),
        minutes=60,
        modality="video",
        kind="one_to_one",
        attendees=(mc.ParticipantId(MENTOR), mc.ParticipantId(MENTEE)),
        subjects=tuple(map(mc.PersonId, PERSONS)),
    )
    attended = MeetingAttended(
        meeting_id=held.meeting_id,
        held_at=datetime(2025, 9, 2, 5, 30, tzinfo=UTC),
        minutes=60,
        principal_stream=mc.PairingId(PAIRING),
        principal=3,
    )

    facts = fact_of(PAIRING, 3, held, LATE), fact_of(PERSONS[0], 2, attended, LATE)

    assert [fact.on for fact in facts] == [date(2025, 9, 1), date(2025, 9, 1)]
    assert "held_at" not in facts[0].values
    assert facts[0].cited == Cited(PAIRING, 3)


def test_what_declares_no_time_is_of_the_day_in_the_zone_on_which_it_was_recorded() -> None:
    registered = PersonRegistered(
        person_id=mc.PersonId(PERSONS[0]), subjects=(mc.PersonId(PERSONS[0]),)
    )

    fact = fact_of(PERSONS[0], 1, registered, LATE)

    assert fact.on == date(2025, 9, 1)


def test_of_several_values_only_words_and_what_is_so_of_any_are_told() -> None:
    year = AcademicCalendarSet(
        school_year="2025-26",
        first_day=date(2025, 8, 18),
        terms=(Term(name="Year", since=date(2025, 8, 18), until=date(2026, 6, 6)),),
        instructional_weekdays=("monday",),
    )

    told = clear_values(year)

    assert told["terms.name"] == ("Year",)
    assert not {"terms.since", "terms.until", "non_instructional.label"} & told.keys()


def test_the_days_of_an_event_are_known_by_name() -> None:
    every = {event.__name__: day_fields(event) for a in CORE[:4] for event in a.events}

    assert every["PairingFormed"] == ("on", "planned_end")
    assert every["MeetingHeld"] == ("held_on",)
    assert "cohort.ends_on" in every["CohortOpened"]
