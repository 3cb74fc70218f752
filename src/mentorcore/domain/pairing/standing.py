"""Whether the records of a pairing still fit together once one of them was corrected (INV-65)."""

from collections.abc import Iterable

from mentorcore.domain.pairing.events import (
    ActionItemClosed,
    GoalProgressRecorded,
    GoalSet,
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


def check_standing(events: Iterable[object]) -> None:
    """Refuse when a record lacks what it rests on, or lies outside the pairing's life.

    Args:
        events: The pairing's effective facts, in the order of valid time.

    Raises:
        Refused: ``others_rest_on_it``, ``before_start``, ``after_end`` or ``not_active``.
    """
    state: Pairing = NotFormed()
    verified = set()
    for event in events:
        allowed = STEPS.get(type(event))
        if (allowed and not isinstance(state, allowed)) or not _rests(state, event):
            raise Refused(
                "a later record rests on this one; correct or retract the later one first",
                "others_rest_on_it",
            )
        if isinstance(event, MeetingVerified):
            verified.add(event.meeting_id)
        state = evolve(state, event)
    if isinstance(state, NotFormed):
        return
    meetings = state.facts.meetings
    if any(meetings[m].held is None for m in verified):
        raise Refused("this meeting was verified; retract that first", "others_rest_on_it")
    check_life(state)


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
