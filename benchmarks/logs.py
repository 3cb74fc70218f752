"""Logs to measure on: a sealed one of ours, a plain one of the library, and bare tables.

The events are those of a district over several years: pairings that meet about once a week. They
are written without deciding, since what is measured here is reading; each one is what deciding
would have recorded, sealed like any other.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from mentorcore.domain.cohort import Cohort, CohortOpened
from mentorcore.domain.pairing.events.forming import Member, PairingFormed
from mentorcore.domain.pairing.events.meetings import MeetingHeld
from mentorcore.domain.pairing.events.work import GoalSet
from mentorcore.domain.participant.events import PairingJoined, ParticipantEnrolled
from mentorcore.domain.person.events import MeetingAttended, PersonRegistered
from mentorcore.domain.program import ProgramDesigned, ProgramLaunched
from mentorcore.domain.settings import Cadence, Capacity, ProgramGoal, Role, Settings
from mentorcore.engine.commands.ids import time_ordered
from mentorcore.log.recorded import Actor, Envelope
from mentorcore.log.sealing.keys import Keys
from mentorcore.log.sealing.sealing import Sealing
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.storage.store import Draft, Store

ACTOR = Actor("survey-import", "adapter", "adapter")
START = datetime(2024, 9, 2, 15, tzinfo=UTC)
PAIRINGS_A_PROGRAM = 100
MEETINGS = 65

SETTINGS = Settings(
    roles=(Role(code="mentor", part="mentor"), Role(code="mentee", part="mentee")),
    shape="one_to_one",
    capacity=Capacity(places=2),
    cadence=Cadence(every=1, unit="week", minutes=45),
)


def history(ids: Any, pairings: int) -> Iterator[tuple[str, Any]]:
    """Stream and event of a log with that many pairings, in the order of recording."""
    program = cohort = ""
    for number in range(pairings):
        if number % PAIRINGS_A_PROGRAM == 0:
            program, cohort = f"program:{ids()}", f"cohort:{ids()}"
            yield from founded(program, cohort, number)
        yield from paired(ids, program, cohort, number)


def founded(program: Any, cohort: Any, number: int) -> Iterator[tuple[str, Any]]:
    goal = ProgramGoal(goal_id=program.replace("program", "goal"), statement="Stay")
    yield (
        program,
        ProgramDesigned(
            program_id=program,
            name=f"Induction {number}",
            time_zone="America/New_York",
            settings=SETTINGS,
            goals=(goal,),
        ),
    )
    yield program, ProgramLaunched(on=date(2024, 8, 1))
    yield (
        program,
        CohortOpened(
            cohort=Cohort(
                cohort_id=cohort,
                name="2024",
                starts_on=date(2024, 8, 1),
                ends_on=date(2027, 7, 1),
                enrols_from=date(2024, 8, 1),
                enrols_until=date(2027, 7, 1),
            )
        ),
    )


def paired(ids: Any, program: Any, cohort: Any, number: int) -> Iterator[tuple[str, Any]]:
    pairing: Any = f"pairing:{ids()}"
    persons: list[Any] = [f"person:{ids()}", f"person:{ids()}"]
    members: list[Any] = [f"participant:{ids()}", f"participant:{ids()}"]
    roles: tuple[Any, Any] = ("mentor", "mentee")
    for person, participant, role in zip(persons, members, roles, strict=True):
        name = f"{role} {number}"
        yield person, PersonRegistered(person_id=person, subjects=(person,), name=name)
        yield (
            participant,
            ParticipantEnrolled(
                participant_id=participant,
                person_id=person,
                program_id=program,
                cohort_id=cohort,
                role=role,
                since=date(2024, 9, 1),
            ),
        )
    both = tuple(members)
    subjects = tuple(persons)
    yield (
        pairing,
        PairingFormed(
            pairing_id=pairing,
            program_id=program,
            cohort_id=cohort,
            shape="one_to_one",
            members=(
                Member(participant=members[0], role=roles[0], primary=True),
                Member(participant=members[1], role=roles[1]),
            ),
            subjects=subjects,
            on=date(2024, 9, 1),
            basis="assigned",
        ),
    )
    for participant, role in zip(members, roles, strict=True):
        yield (
            participant,
            PairingJoined(
                pairing_id=pairing,
                role=role,
                primary=True,
                since=date(2024, 9, 1),
                places=1 if role == "mentor" else 0,
                principal_stream=pairing,
                principal=1,
            ),
        )
    yield (
        pairing,
        GoalSet(
            goal_id=pairing.replace("pairing", "goal"),
            on=date(2024, 9, 9),
            due_on=date(2025, 6, 1),
            statement="Plan a unit with formative assessment",
            subjects=subjects[1:],
        ),
    )
    for week in range(MEETINGS):
        held_at = START + timedelta(days=7 * week, minutes=number % 60)
        meeting: Any = f"meeting:{ids()}"
        yield (
            pairing,
            MeetingHeld(
                meeting_id=meeting,
                held_on=held_at.date(),
                held_at=held_at,
                minutes=45,
                modality="in_person",
                kind="one_to_one",
                attendees=both,
                subjects=subjects,
                topics=("classroom routines",) if week % 2 else None,
            ),
        )
        for person in persons:
            yield (
                person,
                MeetingAttended(
                    meeting_id=meeting,
                    pairing_id=pairing,
                    held_at=held_at,
                    minutes=45,
                    principal_stream=pairing,
                    principal=week + 3,
                ),
            )


def fill(store: Store, keys: Keys, events: int, page: int = 5_000) -> int:
    """Write a sealed log of about that many events; answers how many there are."""
    moment = [START]

    def clock() -> datetime:
        return moment[0]

    codec, sealing = Codec(), Sealing(store.log_id, keys)
    envelope = Envelope(ACTOR, causation="hold-meeting")
    versions: dict[str, int] = {}
    drafts: list[Draft] = []
    written = 0
    for stream, event in history(time_ordered(clock), max(1, events // (MEETINGS * 3 + 9))):
        version = versions[stream] = versions.get(stream, 0) + 1
        drafts.append(codec.draft(stream, version, event, envelope, sealing.seal)[0])
        if len(drafts) >= page:
            moment[0] += timedelta(seconds=1)
            store.append(drafts, (), clock)
            written += len(drafts)
            drafts = []
    store.append(drafts, (), clock)
    return written + len(drafts)
