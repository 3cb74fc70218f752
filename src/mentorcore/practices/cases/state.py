"""What a case's events add up to, and when they fit together."""

from typing import Any

import attrs

from mentorcore.practices.cases.events import CaseClosed, CaseOpened
from mentorcore.practices.spec import Refused, replaced

__all__ = ["Case", "check_case", "evolve"]


@attrs.frozen(slots=False)
class Case:
    """A case, or nothing yet."""

    opened: CaseOpened | None = None
    closed: CaseClosed | None = None


def evolve(state: Case, event: Any) -> Case:
    """Fold one event into the case."""
    match event:
        case CaseOpened():
            return replaced(state, opened=event)
        case CaseClosed():
            return replaced(state, closed=event)
        case _:
            return state


def check_case(state: Case) -> None:
    """Refuse a case whose records do not fit together.

    Raises:
        Refused: With the code of the rule that is broken.
    """
    opened, closed = state.opened, state.closed
    if opened is None:  # nothing stands before what founds the case, as the core sees to
        return
    if opened.due_on is not None and opened.due_on < opened.on:
        raise Refused("a case is not due before it is opened", "ends_before_start")
    if closed is not None and closed.on < opened.on:
        raise Refused("it would close before it opens", "ends_before_start")
