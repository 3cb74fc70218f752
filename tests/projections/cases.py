"""What an example says: which event before which view changes what, or nothing at all.

Each example begins with Anna and Ben, paired on 17 August 2026, who have not met; it is told on 20
September. A view is looked at before and after the event, as plain data.
"""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import attrs
from projections.town import Town

from mentorcore.domain.pairing.events import ending, forming, meetings, members, work
from mentorcore.domain.participant import events as participant
from mentorcore.domain.requirements import participant_events as requirement_events

# Ids are plain text here.
p: Any = SimpleNamespace(
    **vars(forming) | vars(members) | vars(meetings) | vars(work) | vars(ending)
)
q: Any = SimpleNamespace(**vars(participant) | vars(requirement_events))
TODAY = date(2026, 9, 20)
EARLY = date(2026, 9, 1)
LATELY = date(2026, 9, 10)
Effect = dict[str, Any]
NOTHING: Effect = {}
"""The event has no effect on this view."""


@attrs.frozen
class Case:
    """What an event changes in each view: the path of a member and what stands there after it.

    Attributes:
        happens: Tells the event in a town where Anna and Ben are a pair.
        settings: What the program sets differently.
    """

    happens: Callable[[Any, str], Any]
    status: Effect
    attention: Effect
    history: Effect
    settings: dict[str, Any] = attrs.Factory(dict)


CASES: dict[type, Case] = {}


def case(
    event: type, *, status: Effect, attention: Effect, history: Effect, **settings: Any
) -> Callable[[Callable[[Any, str], Any]], None]:
    """Register the example of an event: a generator that prepares, yields, and tells the event."""

    def register(told: Callable[[Any, str], Any]) -> None:
        assert event not in CASES
        CASES[event] = Case(told, status, attention, history, settings)

    return register


def told(name: str) -> Effect:
    """The history gets one more entry, of that name."""
    return {"last": name}


def mentor(town: Town, pair: str) -> str:
    return town.members(pair)[0]


def mentee(town: Town, pair: str) -> str:
    return town.members(pair)[1]


def persons(town: Town, pair: str) -> tuple[str, ...]:
    return tuple(town.persons[m] for m in town.members(pair))


def enrolled(town: Town, stream: str, of: str, role: str = "mentee") -> Any:
    return q.ParticipantEnrolled(
        participant_id=stream,
        person_id=of,
        program_id=town.program,
        cohort_id=town.cohort,
        role=role,
        since=EARLY,
    )


def held(town: Town, pair: str) -> Any:
    return p.MeetingHeld(
        meeting_id=f"meeting:{1:032x}",
        held_on=LATELY,
        held_at=None,
        minutes=45,
        modality="in_person",
        kind="one_to_one",
        attendees=tuple(town.members(pair)),
        subjects=persons(town, pair),
        topics=("seating",),
    )
