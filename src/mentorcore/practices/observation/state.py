"""What a round's events add up to, and when they fit together (INV-30)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import attrs

from mentorcore.practices.observation.events import (
    ObservationConducted,
    ObservationDebriefed,
    ObservationPlanned,
    ObservationRoundClosed,
    ObservationRoundOpened,
    VisitId,
)
from mentorcore.practices.spec import ParticipantId, Refused, replaced

__all__ = ["Round", "Visit", "after_closing", "check_round", "check_visit", "evolve"]

Pair = tuple[ParticipantId, ParticipantId]


@attrs.frozen
class Visit:
    """A visit, as far as it has come."""

    planned: ObservationPlanned | None = None
    conducted: ObservationConducted | None = None
    debriefed: ObservationDebriefed | None = None


@attrs.frozen(slots=False)
class Round:
    """A round, or nothing yet."""

    opened: ObservationRoundOpened | None = None
    visits: Mapping[VisitId, Visit] = attrs.field(factory=dict)
    closed: ObservationRoundClosed | None = None

    def visit(self, visit_id: VisitId) -> Visit:
        """A visit; one without any step where it is not known."""
        return self.visits.get(visit_id, Visit())

    def done(self) -> Mapping[Pair, int]:
        """How many visits took place, by observer and observed."""
        found: dict[Pair, int] = {}
        for visit in self.visits.values():
            if visit.planned is not None and visit.conducted is not None:
                pair = (visit.planned.observer, visit.planned.observed)
                found[pair] = found.get(pair, 0) + 1
        return found

    def short(self) -> set[Pair]:
        """The cells in which fewer visits took place than the round requires."""
        assert self.opened is not None
        done = self.done()
        cells = {(c.observer, c.observed): c.required for c in self.opened.matrix}
        return {pair for pair, required in cells.items() if done.get(pair, 0) < required}


def evolve(state: Round, event: Any) -> Round:
    """Fold one event into the round."""
    match event:
        case ObservationRoundOpened():
            return replaced(state, opened=event)
        case ObservationRoundClosed():
            return replaced(state, closed=event)
        case ObservationPlanned():
            return _with(state, event, planned=event)
        case ObservationConducted():
            return _with(state, event, conducted=event)
        case ObservationDebriefed():
            return _with(state, event, debriefed=event)
        case _:
            return state


def _with(state: Round, event: Any, **step: Any) -> Round:
    visit = attrs.evolve(state.visit(event.visit_id), **step)
    return replaced(state, visits={**state.visits, event.visit_id: visit})


def check_round(state: Round) -> None:
    """Refuse a round whose records do not fit together.

    Raises:
        Refused: With the code of the rule that is broken.
    """
    if state.opened is None:  # nothing stands before what founds the round, as the core sees to
        return
    for visit_id in state.visits:
        check_visit(state, visit_id)
    if state.closed is None:
        return
    if state.closed.on < state.opened.on:
        raise Refused("it would close before it opens", "ends_before_start")
    reasons = {(m.observer, m.observed) for m in state.closed.missing}
    if missing := state.short() - reasons:
        raise Refused(
            "visits that the round requires are missing; each such cell takes a reason",
            "reason_needed",
            missing=sorted(missing),
        )


def check_visit(state: Round, visit_id: VisitId) -> None:
    """Refuse a visit outside of the matrix, or with its steps out of order.

    Raises:
        Refused: With the code of the rule that is broken.
    """
    visit, opened = state.visits[visit_id], state.opened
    planned, conducted, debriefed = visit.planned, visit.conducted, visit.debriefed
    assert opened is not None
    if planned is None or (conducted is None and debriefed is not None):
        raise Refused(
            "a later record rests on this one; correct or retract the later one first",
            "others_rest_on_it",
        )
    if not {planned.observer, planned.observed} <= set(opened.members):
        raise Refused("whoever watches or is watched is a member of the round", "not_in_round")
    pairs = {(cell.observer, cell.observed) for cell in opened.matrix}
    if (planned.observer, planned.observed) not in pairs:
        raise Refused("the matrix of the round has no such visit", "not_in_matrix")
    begun = planned.conversation_on
    if begun < opened.on:
        raise Refused(f"this round was opened on {opened.on} only", "before_the_round")
    if planned.visit_on is not None and planned.visit_on < begun:
        raise Refused("the conversation comes before the visit", "out_of_order")
    days: list[date] = [begun]
    days += [] if conducted is None else [conducted.held_on]
    days += [] if debriefed is None else [debriefed.on]
    if days != sorted(days):
        raise Refused(
            "a conversation comes before its visit, and the debrief after it", "out_of_order"
        )
    if state.closed is not None and len(days) > 1 and days[-1] > state.closed.on:
        raise after_closing(state.closed)


def after_closing(closed: ObservationRoundClosed) -> Refused:
    """That a round was closed before something could happen in it."""
    return Refused(f"this round was closed on {closed.on}", "round_closed", closed_on=closed.on)
