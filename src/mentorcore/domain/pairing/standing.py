"""Whether the records of a pairing still fit together once one of them was corrected (INV-65)."""

from collections.abc import Iterable, Sequence
from datetime import date

from mentorcore.domain.pairing.events import (
    ActionItemClosed,
    GoalProgressRecorded,
    GoalSet,
    MeetingHeld,
    MeetingScheduled,
    MeetingVerified,
    MismatchSettled,
    PairingEnded,
    PairingPaused,
    PairingReopened,
    PairingResumed,
    PairingStarted,
)
from mentorcore.domain.pairing.life import check_life
from mentorcore.domain.pairing.state import (
    ActivePairing,
    EndedPairing,
    Facts,
    FormedPairing,
    NotFormed,
    Pairing,
    PausedPairing,
    evolve,
)
from mentorcore.domain.pairing.work import ONWARD
from mentorcore.errors import Refused

__all__ = ["check_standing"]

STEPS: dict[type, tuple[type, ...]] = {
    PairingStarted: (FormedPairing,),
    PairingPaused: (ActivePairing,),
    PairingResumed: (PausedPairing,),
    PairingEnded: (FormedPairing, ActivePairing, PausedPairing),
    PairingReopened: (EndedPairing,),
}
"""In which situation each step may be taken (INV-14)."""


def check_standing(events: Sequence[object]) -> None:
    """Refuse when a record lacks what it rests on, or lies outside the pairing's life.

    Args:
        events: The effective facts of a pairing that was formed, in the order of valid time.

    Raises:
        Refused: ``others_rest_on_it``, ``before_start``, ``after_end``, ``not_active``,
            ``agreement_missing`` or ``before_the_meeting``.
    """
    state: Pairing = NotFormed()
    for event in events:
        allowed = STEPS.get(type(event))
        if (allowed and not isinstance(state, allowed)) or not _rests(state, event):
            raise Refused(
                "a later record rests on this one; correct or retract the later one first",
                "others_rest_on_it",
            )
        state = evolve(state, event)
    assert not isinstance(state, NotFormed)
    check_life(state)
    _check_beginning(state.facts, events)
    _check_verified(state.facts, events)


def _check_beginning(facts: Facts, events: Iterable[object]) -> None:
    """The forming precedes everything, and a start what the pairing had waited for."""
    for event in events:
        day = _day(event)
        if day is not None and day < facts.formed_on:
            raise Refused(
                f"something on {day} is recorded; the pairing cannot have been formed on "
                f"{facts.formed_on} only",
                "before_start",
                since=facts.formed_on,
            )
    start = facts.active_from
    if "agreement" not in facts.start_needs or start is None:
        return
    signed = facts.signed_on
    missing = [m.participant for m in facts.members if signed.get(m.participant, date.max) > start]
    if missing:
        raise Refused(
            f"the pairing started on {start}, and had waited for the agreement of everybody",
            "agreement_missing",
            missing=missing,
        )


def _day(event: object) -> date | None:
    """The day on which something happened, in the program's zone."""
    match event:
        case MeetingHeld():
            return event.held_on
        case MeetingScheduled():
            return event.starts_on
        case PairingPaused():
            return event.since
        case _:
            day: date | None = getattr(event, "on", None)
            return day


def _check_verified(facts: Facts, events: Iterable[object]) -> None:
    for event in events:
        if isinstance(event, MeetingVerified):
            held = facts.meetings[event.meeting_id].held
            if held is None:
                raise Refused("this meeting was verified; retract that first", "others_rest_on_it")
            if event.on < held.held_on:
                raise Refused(
                    f"this meeting was verified on {event.on}, and cannot have been held later",
                    "before_the_meeting",
                )


def _rests(state: Pairing, event: object) -> bool:
    if isinstance(state, NotFormed):
        return True
    facts = state.facts
    match event:
        case GoalSet():
            return event.revises is None or event.revises in facts.goals
        case GoalProgressRecorded():
            goal = facts.goals.get(event.goal_id)
            return goal is not None and event.status in ONWARD[goal.status]
        case ActionItemClosed():
            return event.item_id in facts.items
        case MismatchSettled():
            return event.mismatch_id in facts.mismatches
        case _:
            return True
