"""A small school for the tests of the domain: one program, two mentors, two mentees, fixed ids.

The program runs in Los Angeles from 17 August 2026; its autumn cohort enrols until mid-October and
lasts until mid-June. Pairings are formed on 1 September unless a test says otherwise.
"""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import attrs

from mentorcore.domain import cohort as cohorts
from mentorcore.domain import program as programs
from mentorcore.domain import responses, school_calendar
from mentorcore.domain import settings as shapes
from mentorcore.domain.cohort import OpenCohort
from mentorcore.domain.declarations import evolve
from mentorcore.domain.model import CORE_MODEL
from mentorcore.domain.pairing.events import (
    ending,
    forming,
    meetings,
    membership,
    proposals,
    work,
)
from mentorcore.domain.pairing.events.forming import Member
from mentorcore.domain.participant import applying
from mentorcore.domain.participant import events as participant_events
from mentorcore.domain.participant.events import EnrolParticipant
from mentorcore.domain.person import events as person_events
from mentorcore.domain.person import merge_events
from mentorcore.domain.person.events import RegisterPerson
from mentorcore.domain.program import DesignProgram, LaunchProgram
from mentorcore.domain.settings import Capacity, ProgramGoal, Role, Scale, Settings
from mentorcore.domain.values import Code, Stream
from mentorcore.errors import Invalid, Refused
from mentorcore.testing import Scenario, given

VALUES = (
    forming,
    proposals,
    membership,
    meetings,
    work,
    ending,
    participant_events,
    applying,
    person_events,
    merge_events,
    programs,
    cohorts,
    school_calendar,
    responses,
    shapes,
)

NAMED: tuple[Any, ...] = (*CORE_MODEL.commands, *CORE_MODEL.events, evolve, Invalid, Refused)
DECLARED = [c for m in VALUES for c in vars(m).values() if isinstance(c, type)]

mc: Any = SimpleNamespace(**{c.__name__: c for c in (*NAMED, *DECLARED)})
"""Every command, event and value of the domain by its name, with ids as plain text."""

# Ids are plain text here, as a host that reads them from JSON has them.
PROGRAM: Any = f"program:{1:032x}"
AUTUMN: Any = f"cohort:{1:032x}"
FIRST: Any = f"pairing:{1:032x}"
SECOND: Any = f"pairing:{2:032x}"
THIRD: Any = f"pairing:{3:032x}"
MEETING: Any = f"meeting:{1:032x}"
GOAL: Any = f"goal:{1:032x}"
LAUNCH, FORMED = date(2026, 8, 17), date(2026, 9, 1)


@attrs.frozen
class Someone:
    """A person and the id under which they take part."""

    person: Any
    here: Any
    role: Any


def someone(number: int, role: str) -> Someone:
    return Someone(f"person:{number:032x}", f"participant:{number:032x}", role)


ANNA, BEN = someone(0xA, "mentor"), someone(0xB, "mentor")
CLEO, DARA = someone(0xC, "mentee"), someone(0xD, "mentee")
EDA, FAY = someone(0xE, "mentee"), someone(0xF, "mentee")
GUS = someone(0x10, "lead")
EVERYBODY = (ANNA, BEN, CLEO, DARA)

ROLES = (
    Role(code=Code("mentor"), part="mentor"),
    Role(code=Code("mentee"), part="mentee"),
    Role(code=Code("peer"), part="peer"),
    Role(code=Code("lead"), part="facilitator"),
    Role(code=Code("coordinator"), part="none"),
)
FIT: Any = Scale(code=Code("fit"), lowest=1, highest=5)


def day(text: str) -> date:
    return date.fromisoformat(text)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def settings(**other: Any) -> Settings:
    """One-to-one, two places a mentor, no needs before the start; *other* settings as given."""
    usual: dict[str, Any] = {
        "roles": ROLES,
        "shape": "one_to_one",
        "capacity": Capacity(places=2),
        "scales": (FIT,),
    }
    return Settings(**(usual | other))


def program(zone: Any = "America/Los_Angeles", owner: Any = None, **other: Any) -> Scenario:
    """The program, launched, with its cohort."""
    goal = ProgramGoal(goal_id=GOAL, statement="New teachers stay")
    return given(
        DesignProgram(
            program_id=PROGRAM,
            name="Peer mentoring",
            time_zone=zone,
            settings=settings(**other),
            goals=(goal,),
            owner=owner,
        ),
        LaunchProgram(program_id=PROGRAM, on=LAUNCH),
        cohort(),
    )


def cohort(**other: Any) -> OpenCohort:
    usual: dict[str, Any] = {
        "program_id": PROGRAM,
        "cohort_id": AUTUMN,
        "name": "Autumn",
        "starts_on": LAUNCH,
        "ends_on": date(2027, 6, 15),
        "enrols_from": LAUNCH,
        "enrols_until": date(2026, 10, 15),
    }
    return OpenCohort(**(usual | other))


def enrol(who: Someone, **other: Any) -> EnrolParticipant:
    usual: dict[str, Any] = {
        "participant_id": who.here,
        "person_id": who.person,
        "program_id": PROGRAM,
        "cohort_id": AUTUMN,
        "role": who.role,
        "since": date(2026, 8, 20),
    }
    return EnrolParticipant(**(usual | other))


def joined(story: Scenario, *people: Someone) -> Scenario:
    """The same, with these people registered and enrolled."""
    for who in people:
        story = story.given(RegisterPerson(person_id=who.person), enrol(who))
    return story


def school(zone: Any = "America/Los_Angeles", **other: Any) -> Scenario:
    """The program with two mentors and two mentees enrolled."""
    return joined(program(zone, **other), *EVERYBODY)


def member(who: Someone, *, primary: bool = False) -> Member:
    return Member(participant=who.here, role=who.role, primary=primary)


def form(*people: Someone, pairing_id: Any = FIRST, **other: Any) -> forming.FormPairing:
    """Bring people together on 1 September; the first is the primary mentor."""
    first, *others = people or (ANNA, CLEO)
    usual: dict[str, Any] = {
        "pairing_id": pairing_id,
        "program_id": PROGRAM,
        "cohort_id": AUTUMN,
        "members": (
            member(first, primary=first.role in {"mentor", "lead"}),
            *(member(o) for o in others),
        ),
        "on": FORMED,
    }
    return forming.FormPairing(**(usual | other))


def paired(zone: Any = "America/Los_Angeles", **other: Any) -> Scenario:
    """The school with Anna and Cleo paired since 1 September."""
    return school(zone, **other).given(form())


def circle(*people: Someone, **other: Any) -> Scenario:
    """Anna, with places for six, leads a circle of 3 to 6 since 1 September; nobody is primary."""
    usual: dict[str, Any] = {
        "shape": "group",
        "smallest": 3,
        "largest": 6,
        "capacity": Capacity(places=6),
    }
    others = (EDA, FAY, GUS)
    story = school(**usual | other).given(
        *(mc.RegisterPerson(person_id=w.person) for w in others), *(enrol(w) for w in others)
    )
    members = tuple(member(who) for who in (ANNA, *people))
    return story.given(form(members=members)) if people else story


def add(who: Someone, since: date = date(2026, 10, 1), **other: Any) -> membership.AddMember:
    """Somebody joins the circle, on 1 October."""
    usual: dict[str, Any] = {"pairing_id": FIRST, "participant": who.here, "since": since}
    return membership.AddMember(**(usual | other))


def leave(who: Someone, on: date = date(2026, 11, 1), **other: Any) -> membership.RemoveMember:
    """Somebody leaves the circle, on 1 November."""
    usual: dict[str, Any] = {"pairing_id": FIRST, "participant": who.here, "on": on}
    return membership.RemoveMember(**(usual | other))


def propose(*people: Someone, pairing_id: Any = FIRST, **other: Any) -> proposals.ProposePairing:
    """Ask people on 1 September; the first is to be the primary mentor."""
    asked = form(*people, pairing_id=pairing_id)
    usual: dict[str, Any] = {
        "pairing_id": pairing_id,
        "program_id": PROGRAM,
        "cohort_id": AUTUMN,
        "members": asked.members,
        "on": FORMED,
    }
    return proposals.ProposePairing(**(usual | other))


def accept(who: Someone, on: str = "2026-09-08", pairing_id: Any = FIRST) -> Any:
    return proposals.AcceptPairing(pairing_id=pairing_id, participant=who.here, on=day(on))


def decline(by: Someone | None = None, on: str = "2026-09-08", **other: Any) -> Any:
    """A member declines; nobody named, the program withdraws the proposal."""
    usual: dict[str, Any] = {
        "pairing_id": FIRST,
        "by": "program" if by is None else by.here,
        "cause": "withdrawn" if by is None else "declined",
        "on": day(on),
    }
    return proposals.DeclinePairing(**(usual | other))


def hold(**other: Any) -> meetings.HoldMeeting:
    """A meeting of an hour on 10 September, its time not known."""
    usual: dict[str, Any] = {"pairing_id": FIRST, "meeting_id": MEETING, "minutes": 60}
    if "held_at" not in other:
        usual["held_on"] = date(2026, 9, 10)
    return meetings.HoldMeeting(**(usual | other))


def end(**other: Any) -> ending.EndPairing:
    """The program ends the pairing on 18 December."""
    usual: dict[str, Any] = {
        "pairing_id": FIRST,
        "on": date(2026, 12, 18),
        "reason": "completed",
        "initiated_by": "program",
    }
    return ending.EndPairing(**(usual | other))


def pause(**other: Any) -> ending.PausePairing:
    """The pairing pauses from 1 November."""
    usual: dict[str, Any] = {"pairing_id": FIRST, "since": date(2026, 11, 1)}
    return ending.PausePairing(**(usual | other))


def resume(on: date = date(2026, 11, 20), pairing_id: Any = FIRST) -> ending.ResumePairing:
    return ending.ResumePairing(pairing_id=pairing_id, on=on)


def reopen(on: date = date(2027, 1, 11), **other: Any) -> ending.ReopenPairing:
    usual: dict[str, Any] = {"pairing_id": FIRST, "on": on, "authority": "coordinator"}
    return ending.ReopenPairing(**(usual | other))


def version_of(story: Scenario, stream: str, event_class: type) -> int:
    """The version of the first event of a class on a stream."""
    placed: Any = story.history[Stream(stream)]
    versions: list[int] = [p.version for p in placed if type(p.event) is event_class]
    return versions[0]


NOON = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
