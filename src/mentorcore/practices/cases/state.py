"""What a case's events add up to, and when they fit together."""

from collections.abc import Collection
from datetime import date
from typing import Any

import attrs

from mentorcore.practices.cases.events import (
    CaseActedOn,
    CaseClosed,
    CaseEscalated,
    CaseHandlerNamed,
    CaseHandlerReleased,
    CaseOpened,
)
from mentorcore.practices.spec import Keepers, PersonId, Refused, replaced

__all__ = ["Case", "check_case", "evolve", "keepers"]

Turn = CaseHandlerNamed | CaseHandlerReleased
Step = CaseEscalated | CaseActedOn


@attrs.frozen(slots=False)
class Case:
    """A case, or nothing yet.

    Attributes:
        turns: Who was named or let go, in the order of the days.
        steps: What was done about it, in the order of the days.
    """

    opened: CaseOpened | None = None
    turns: tuple[Turn, ...] = ()
    steps: tuple[Step, ...] = ()
    closed: CaseClosed | None = None

    @property
    def handlers(self) -> tuple[PersonId, ...]:
        """Who handles it."""
        found = dict.fromkeys(() if self.opened is None else self.opened.handlers)
        for turn in self.turns:
            if isinstance(turn, CaseHandlerNamed):
                found[turn.handler] = None
            else:
                found.pop(turn.handler, None)
        return tuple(found)

    @property
    def concerned(self) -> Collection[PersonId]:
        """The persons whom it is about; they do not handle it."""
        opened = self.opened
        if opened is None or (not opened.participants and opened.pairing_id is None):
            return ()
        return opened.subjects


def evolve(state: Case, event: Any) -> Case:
    """Fold one event into the case."""
    match event:
        case CaseOpened():
            return replaced(state, opened=event)
        case CaseHandlerNamed() | CaseHandlerReleased():
            return replaced(state, turns=(*state.turns, event))
        case CaseEscalated() | CaseActedOn():
            return replaced(state, steps=(*state.steps, event))
        case CaseClosed():
            return replaced(state, closed=event)
        case _:
            return state


def keepers(state: Case) -> Keepers:
    """Who is in on the case."""
    if state.opened is None:
        return Keepers()
    return Keepers(frozenset(state.handlers), state.opened.opened_by, frozenset(state.concerned))


def check_case(state: Case) -> None:
    """Refuse a case whose records do not fit together.

    Raises:
        Refused: With the code of the rule that is broken.
    """
    opened, closed = state.opened, state.closed
    if opened is None:  # nothing stands before what founds the case, as the core sees to
        return
    if opened.due_on is not None and opened.due_on < opened.on:
        raise Refused("a case is not due before it is opened", "due_too_early")
    _check_turns(opened, state.turns)
    for step in state.steps:
        _check_day(opened, step.on)
        if closed is not None and step.on > closed.on:
            raise Refused(f"this case was closed on {closed.on}", "case_closed")
        if isinstance(step, CaseActedOn) and step.due_on is not None and step.due_on < step.on:
            raise Refused("what is due next is not due before that", "due_too_early")
    if closed is None:
        return
    _check_day(opened, closed.on)
    if closed.outcome == "refused" and closed.ground is None:
        raise Refused("what is refused is refused on a ground; say which", "ground_needed")


def _check_turns(opened: CaseOpened, turns: tuple[Turn, ...]) -> None:
    handling = set(opened.handlers)
    if len(handling) < len(opened.handlers):
        raise Refused("somebody is named twice", "handles_already")
    for turn in turns:
        _check_day(opened, turn.on)
        if isinstance(turn, CaseHandlerNamed):
            if turn.handler in handling:
                raise Refused("they handle this case already", "handles_already")
            handling.add(turn.handler)
        elif turn.handler in handling:
            handling.remove(turn.handler)
        else:
            raise Refused("they do not handle this case", "not_a_handler")


def _check_day(opened: CaseOpened, day: date) -> None:
    if day < opened.on:
        raise Refused(f"this case was opened on {opened.on} only", "before_the_case")
