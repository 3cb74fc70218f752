"""What the events of a gathering add up to, and when they fit together."""

from datetime import date
from typing import Any

import attrs

from mentorcore.practices.community.gathering.events import GatheringAttended, GatheringHeld
from mentorcore.practices.spec import Refused, replaced

__all__ = ["Gathering", "check_gathering", "evolve"]


@attrs.frozen(slots=False)
class Gathering:
    """A gathering, or nothing yet.

    Attributes:
        attended: Who was there, in the order of the times.
    """

    held: GatheringHeld | None = None
    attended: tuple[GatheringAttended, ...] = ()


def last_day(held: GatheringHeld) -> date:
    """The last day of a gathering."""
    return held.until or held.on


def evolve(state: Gathering, event: Any) -> Gathering:
    """Fold one event into the gathering."""
    match event:
        case GatheringHeld():
            return replaced(state, held=event)
        case GatheringAttended():
            return replaced(state, attended=(*state.attended, event))
        case _:
            return state


def check_gathering(state: Gathering) -> None:
    """Refuse a gathering whose records do not fit together.

    Raises:
        Refused: With the code of the rule that is broken.
    """
    held = state.held
    if held is None:  # nothing stands before what founds it, as the core sees to
        return
    until = last_day(held)
    if until < held.on:
        raise Refused("it would end before it begins", "ends_before_start")
    if any(not held.on <= told.held_on <= until for told in state.attended):
        days = f"on {held.on}" if until == held.on else f"from {held.on} to {until}"
        raise Refused(f"this gathering was held {days}", "other_day")
    there = [(told.participant, told.held_on) for told in state.attended]
    if len(set(there)) < len(there):
        raise Refused("they were there on that day already; amend that instead", "already_attended")
