"""The matrix of a program's rounds: cells done, lag between steps, what is left to do (INV-75).

A round is a row with its cells and its visits inside. The minutes of visits are told here and count
as mentoring time nowhere else.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

import attrs

from mentorcore.practices.observation.events import (
    DEBRIEF_DAYS,
    ObservationConducted,
    ObservationDebriefed,
    ObservationPlanned,
    ObservationRoundClosed,
    ObservationRoundOpened,
)
from mentorcore.practices.observation.rows import CellRow, MatrixTotals, RoundRow, VisitRow
from mentorcore.practices.spec import (
    SUBJECTS,
    WORK,
    Need,
    ProgramSnapshot,
    ProgramView,
    Projection,
    Redactor,
    Sealed,
    Who,
    who,
)


@attrs.define
class CellPart:
    """A cell of the matrix, as it is folded."""

    observer: str
    observed: str
    required: int


@attrs.define
class VisitPart:
    """A visit, as it is folded; focus and notes stay sealed."""

    observer: str = ""
    observed: str = ""
    conversation_on: date | None = None
    visit_on: date | None = None
    focus: Sealed | str | None = None
    held_on: date | None = None
    minutes: int = 0
    setting: str | None = None
    notes: Sealed | str | None = None
    debriefed_on: date | None = None
    shared_by: tuple[str, ...] = ()


@attrs.define
class RoundPart:
    """A round, as it is folded."""

    round: str = ""
    pairing: str = ""
    members: tuple[str, ...] = ()
    cells: list[CellPart] = attrs.Factory(list)
    opened_on: date | None = None
    closes_on: date | None = None
    debrief_days: int = DEBRIEF_DAYS
    visits: dict[str, VisitPart] = attrs.Factory(dict)
    closed_on: date | None = None
    reasons: dict[str, str] = attrs.Factory(dict)

    def of(self, cell: CellPart) -> list[VisitPart]:
        """The visits of a cell."""
        pair = (cell.observer, cell.observed)
        return [v for v in self.visits.values() if (v.observer, v.observed) == pair]

    def reason(self, cell: CellPart) -> str | None:
        """Why the round was closed without what a cell requires."""
        return self.reasons.get(f"{cell.observer} {cell.observed}")


def apply(part: RoundPart, told: Any) -> RoundPart:
    """Fold one event into the round."""
    match told.event:
        case ObservationRoundOpened() as opened:
            part.round, part.pairing, part.members = (
                opened.round_id,
                opened.pairing_id,
                opened.members,
            )
            part.cells = [CellPart(c.observer, c.observed, c.required) for c in opened.matrix]
            part.opened_on, part.closes_on = opened.on, opened.closes_on
            part.debrief_days = opened.debrief_days
        case ObservationPlanned() as planned:
            visit = part.visits.setdefault(planned.visit_id, VisitPart())
            visit.observer, visit.observed = planned.observer, planned.observed
            visit.conversation_on, visit.visit_on = planned.conversation_on, planned.visit_on
            visit.focus = planned.focus
        case ObservationConducted() as conducted:
            visit = part.visits.setdefault(conducted.visit_id, VisitPart())
            visit.held_on, visit.minutes = conducted.held_on, conducted.minutes
            visit.setting, visit.notes = conducted.setting, conducted.notes
        case ObservationDebriefed() as debriefed:
            visit = part.visits.setdefault(debriefed.visit_id, VisitPart())
            visit.debriefed_on = debriefed.on
            visit.shared_by = debriefed.reflections_shared_by
        case closed:
            part.closed_on = closed.on
            part.reasons = {f"{m.observer} {m.observed}": m.reason for m in closed.missing}
    return part


def rows(part: RoundPart, at: ProgramSnapshot, seer: Redactor) -> Iterator[RoundRow]:
    """The round, with its cells and its visits."""
    if part.opened_on is None or part.closes_on is None:
        return
    cells = tuple(_cell(part, number, cell, at, seer) for number, cell in enumerate(part.cells, 1))
    yield RoundRow(
        round=part.round,
        pairing=part.pairing,
        members=tuple(who(at, seer, member) for member in part.members),
        state=_state(part, at.day),
        opened_on=part.opened_on,
        closes_on=part.closes_on,
        closed_on=part.closed_on,
        cells_done=sum(cell.done for cell in cells if cell.required),
        required=sum(cell.required for cell in cells),
        planned=sum(cell.planned for cell in cells),
        conducted=sum(cell.conducted for cell in cells),
        debriefed=sum(cell.debriefed for cell in cells),
        cells=cells,
        visits=tuple(_visit(part, v, visit, at, seer) for v, visit in _in_order(part)),
    )


def _state(part: RoundPart, day: date) -> str:
    if part.closed_on is not None:
        return "closed"
    return "overdue" if part.closes_on is not None and part.closes_on < day else "open"


def _in_order(part: RoundPart) -> list[tuple[str, VisitPart]]:
    """The visits that were planned, in the order of their conversations."""
    planned = [(v, visit) for v, visit in part.visits.items() if visit.conversation_on is not None]
    return sorted(planned, key=lambda found: (found[1].conversation_on or date.min, found[0]))


def _cell(
    part: RoundPart, number: int, cell: CellPart, at: ProgramSnapshot, seer: Redactor
) -> CellRow:
    visits = part.of(cell)
    conducted = sum(v.held_on is not None for v in visits)
    return CellRow(
        cell=number,
        observer=who(at, seer, cell.observer),
        observed=who(at, seer, cell.observed),
        required=cell.required,
        planned=len(visits),
        conducted=conducted,
        debriefed=sum(v.debriefed_on is not None for v in visits),
        done=conducted >= cell.required,
        reason=part.reason(cell),
    )


def _visit(
    part: RoundPart, visit_id: str, visit: VisitPart, at: ProgramSnapshot, seer: Redactor
) -> VisitRow:
    both = (at.person(visit.observer), at.person(visit.observed))
    everybody = [at.person(member) for member in part.members]
    done = visit.held_on is not None
    assert visit.conversation_on is not None
    return VisitRow(
        visit=visit_id,
        observer=who(at, seer, visit.observer),
        observed=who(at, seer, visit.observed),
        state="debriefed" if visit.debriefed_on else "conducted" if done else "planned",
        conversation_on=visit.conversation_on,
        visit_on=visit.visit_on,
        held_on=visit.held_on,
        debriefed_on=visit.debriefed_on,
        days_to_visit=_days(visit.conversation_on, visit.held_on),
        days_to_debrief=_days(visit.held_on, visit.debriefed_on),
        minutes=visit.minutes,
        setting=visit.setting,
        shared_by=tuple(who(at, seer, participant) for participant in visit.shared_by),
        outside=visit.held_on is not None and _outside(part, visit.held_on, at),
        focus=seer.show(visit.focus, WORK, "free_text", members=everybody),
        notes=seer.show(visit.notes, SUBJECTS, "free_text", subjects=both),
    )


def _days(first: date | None, then: date | None) -> int | None:
    return None if first is None or then is None else (then - first).days


def _outside(part: RoundPart, day: date, at: ProgramSnapshot) -> bool:
    """Whether the pairing did not live on a day; it may be corrected without asking its rounds."""
    pairing = at.pairings.get(part.pairing)
    if pairing is None or pairing.active_from is None or day < pairing.active_from:
        return True
    return pairing.situation == "ended" and pairing.ended is not None and day > pairing.ended.on


def needs(part: RoundPart, at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """Visits and debriefs that are overdue, and a round past its closing day."""
    if part.opened_on is None or part.closes_on is None:
        return
    for kind, visit, due in _due(part):
        if due < at.day:
            said = (
                f"a visit was planned for {due} and is not recorded as conducted"
                if kind == "visit_overdue"
                else f"a visit of {visit.held_on} was to be debriefed by {due}"
            )
            both = (who(at, seer, visit.observer), who(at, seer, visit.observed))
            yield _need(kind, part.round, both, (due, at.day), said)
    if _state(part, at.day) == "overdue":
        everybody = tuple(who(at, seer, member) for member in part.members)
        said = f"an observation round was to be closed by {part.closes_on}"
        yield _need("round_overdue", part.round, everybody, (part.closes_on, at.day), said)


def _due(part: RoundPart) -> Iterator[tuple[str, VisitPart, date]]:
    """The next step of each visit, with the day by which it is to be done."""
    for _, visit in _in_order(part):
        if visit.held_on is not None and visit.debriefed_on is None:
            due = visit.held_on + timedelta(days=part.debrief_days)
            yield "debrief_overdue", visit, due
        elif visit.held_on is None and visit.visit_on is not None and part.closed_on is None:
            yield "visit_overdue", visit, visit.visit_on


def _need(
    kind: str, subject: str, people: tuple[Who, ...], days: tuple[date, date], why: str
) -> Need:
    due, today = days
    return Need(
        kind=kind,
        subject=subject,
        people=people,
        since=due,
        days=(today - due).days,
        why=why,
        due_on=due,
    )


def combine(parts: Any, _at: ProgramSnapshot) -> MatrixTotals:
    """All rounds of a program together."""
    rounds = [part for part in parts.values() if part.opened_on is not None]
    owed = [(part, cell) for part in rounds for cell in part.cells if cell.required]
    visits = [visit for part in rounds for _, visit in _in_order(part)]
    return MatrixTotals(
        rounds=len(rounds),
        closed=sum(part.closed_on is not None for part in rounds),
        cells=len(owed),
        cells_done=sum(
            sum(v.held_on is not None for v in part.of(cell)) >= cell.required
            for part, cell in owed
        ),
        planned=len(visits),
        conducted=sum(visit.held_on is not None for visit in visits),
        debriefed=sum(visit.debriefed_on is not None for visit in visits),
        minutes=sum(visit.minutes for visit in visits),
        longest_to_visit=_longest(_days(v.conversation_on, v.held_on) for v in visits),
        longest_to_debrief=_longest(_days(v.held_on, v.debriefed_on) for v in visits),
    )


def _longest(lags: Iterable[int | None]) -> int | None:
    return max((lag for lag in lags if lag is not None), default=None)


MATRIX = ProgramView(
    name="observation.matrix",
    projection=Projection(
        name="observation",
        version=1,
        initial={"observation": RoundPart},
        apply=apply,
        corrected=lambda part, _correction, _target: part,
        combine=lambda parts: parts,
        events=frozenset(
            {
                ObservationRoundOpened,
                ObservationPlanned,
                ObservationConducted,
                ObservationDebriefed,
                ObservationRoundClosed,
            }
        ),
    ),
    rows=rows,
    needs=needs,
    combine=combine,
    kinds={
        "debrief_overdue": "goal_overdue",
        "visit_overdue": "goal_overdue",
        "round_overdue": "past_planned_end",
    },
    about={
        "debrief_overdue": "a visit was not talked about in time",
        "visit_overdue": "a planned visit is not recorded",
        "round_overdue": "an observation round is past its closing day",
    },
)
