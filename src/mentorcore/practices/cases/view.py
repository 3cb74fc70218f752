"""The board of a program's cases: what is open, overdue, handed up, or closed with which outcome.

Coordinators and auditors see that there is a case, and how it stands. What it says is for those who
handle it, and of their own telling for whoever opened it; other members see no row at all.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
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
from mentorcore.practices.cases.rows import BoardTotals, CaseRow, StepRow
from mentorcore.practices.spec import (
    HANDLERS,
    HANDLING,
    CaseCause,
    Need,
    ProgramSnapshot,
    ProgramView,
    Projection,
    Redactor,
    Sealed,
)

IDLE_DAYS = 14
"""Days without anything done after which an open case needs somebody."""


@attrs.define
class StepPart:
    """Something that was done, as it is folded; its text stays sealed."""

    on: date
    to: str | None
    due_on: date | None
    text: Sealed | str | None


@attrs.define
class CasePart:
    """A case, as it is folded; its texts stay sealed."""

    case: str = ""
    kind: str = ""
    opened_on: date | None = None
    opened_by: str | None = None
    participants: tuple[str, ...] = ()
    pairing: str | None = None
    cause: dict[str, str] = attrs.Factory(dict)
    text: Sealed | str | None = None
    due_on: date | None = None
    handlers: list[str] = attrs.Factory(list)
    handled_on: date | None = None
    steps: list[StepPart] = attrs.Factory(list)
    closed_on: date | None = None
    outcome: str | None = None
    ground: str | None = None

    @property
    def escalated_on(self) -> date | None:
        """When it was handed up, if nothing was done since."""
        last = self.steps[-1] if self.steps else None
        return None if last is None or last.to is None else last.on

    def is_overdue(self, day: date) -> bool:
        """Whether its day has passed."""
        return self.closed_on is None and self.due_on is not None and self.due_on < day


def apply(part: CasePart, told: Any) -> CasePart:
    """Fold one event into the case."""
    match told.event:
        case CaseOpened() as opened:
            part.case, part.kind, part.opened_on = opened.case_id, opened.kind, opened.on
            part.opened_by, part.participants = opened.opened_by, opened.participants
            part.pairing, part.cause = opened.pairing_id, _words(opened.cause)
            part.text, part.due_on = opened.text, opened.due_on
            part.handlers = list(opened.handlers)
        case CaseHandlerNamed() as named:
            part.handlers = list(dict.fromkeys([*part.handlers, named.handler]))
            part.handled_on = named.on
        case CaseHandlerReleased() as released:
            part.handlers = [one for one in part.handlers if one != released.handler]
            part.handled_on = released.on
        case CaseEscalated() as escalated:
            part.steps.append(StepPart(escalated.on, escalated.to, None, escalated.text))
        case CaseActedOn() as acted:
            part.steps.append(StepPart(acted.on, None, acted.due_on, acted.text))
            part.due_on = acted.due_on or part.due_on
        case closed:
            part.closed_on, part.outcome, part.ground = closed.on, closed.outcome, closed.ground
    return part


def _words(cause: CaseCause | None) -> dict[str, str]:
    """What a case arises from, as words by name."""
    if cause is None:
        return {}
    names = ("kind", "mismatch_id", "superior", "subordinate", "relation", "since")
    told = {name: getattr(cause, name) for name in names}
    return {name: str(said) for name, said in told.items() if said is not None}


def rows(part: CasePart, at: ProgramSnapshot, seer: Redactor) -> Iterator[CaseRow]:
    """The case, as far as the viewer may know of it."""
    if part.opened_on is None or not seer.sees(part.case):
        return

    def told(value: Any) -> Any:
        return seer.show(
            value or None, HANDLING, "safeguarding", author=part.opened_by, case=part.case
        )

    yield CaseRow(
        case=part.case,
        kind=part.kind,
        state=_state(part, at.day),
        opened_on=part.opened_on,
        days=((part.closed_on or at.day) - part.opened_on).days,
        due_on=part.due_on,
        last_step_on=part.steps[-1].on if part.steps else None,
        escalated_on=part.escalated_on,
        closed_on=part.closed_on,
        outcome=part.outcome,
        ground=part.ground,
        handlers=tuple(part.handlers),
        opened_by=told(part.opened_by),
        participants=told(part.participants),
        pairing=told(part.pairing),
        cause=told(part.cause),
        text=told(part.text),
        steps=tuple(_step(part, step, seer) for step in part.steps),
    )


def _step(part: CasePart, step: StepPart, seer: Redactor) -> StepRow:
    return StepRow(
        on=step.on,
        did="acted" if step.to is None else "escalated",
        to=seer.show(step.to, HANDLERS, "safeguarding", case=part.case),
        due_on=step.due_on,
        text=seer.show(step.text, HANDLERS, "safeguarding", case=part.case),
    )


def _state(part: CasePart, day: date) -> str:
    if part.closed_on is not None:
        return "closed"
    if part.is_overdue(day):
        return "overdue"
    return "open" if part.escalated_on is None else "escalated"


def needs(part: CasePart, at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """A case that is overdue, that nobody handles, or about which nothing was done for long."""
    if part.opened_on is None or part.closed_on is not None:
        return
    if not seer.sees(part.case) or (seer.mine and not seer.handles(part.case)):
        return
    if part.due_on is not None and part.is_overdue(at.day):
        yield _need(part, at, "case_overdue", part.due_on, f"a case was due on {part.due_on}")
    if not part.handlers:
        since = part.handled_on or part.opened_on
        yield _need(part, at, "case_unhandled", since, "nobody handles a case")
    last = max(part.opened_on, *(step.on for step in part.steps), part.handled_on or date.min)
    if last + timedelta(days=IDLE_DAYS) < at.day:
        yield _need(part, at, "case_idle", last, f"nothing was done about a case since {last}")


def _need(part: CasePart, at: ProgramSnapshot, kind: str, since: date, why: str) -> Need:
    return Need(
        kind=kind,
        subject=part.case,
        people=(),
        since=since,
        days=(at.day - since).days,
        why=why,
        due_on=part.due_on if kind == "case_overdue" else None,
        code=part.kind,
    )


def combine(parts: Any, at: ProgramSnapshot) -> BoardTotals:
    """All cases of a program together."""
    cases = [part for part in parts.values() if part.opened_on is not None]
    still = [part for part in cases if part.closed_on is None]
    return BoardTotals(
        cases=len(cases),
        open=len(still),
        overdue=sum(part.is_overdue(at.day) for part in still),
        escalated=sum(part.escalated_on is not None for part in still),
        unhandled=sum(not part.handlers for part in still),
        closed=len(cases) - len(still),
        outcomes=dict(sorted(Counter(p.outcome for p in cases if p.outcome).items())),
        longest_open=max(((at.day - part.opened_on).days for part in still), default=None),
    )


BOARD = ProgramView(
    name="cases.board",
    projection=Projection(
        name="cases",
        version=1,
        initial={"case": CasePart},
        apply=apply,
        corrected=lambda part, _correction, _target: part,
        combine=lambda parts: parts,
        events=frozenset(
            {
                CaseOpened,
                CaseHandlerNamed,
                CaseHandlerReleased,
                CaseEscalated,
                CaseActedOn,
                CaseClosed,
            }
        ),
    ),
    rows=rows,
    needs=needs,
    combine=combine,
    kinds={
        "case_unhandled": "mismatch_overdue",
        "case_overdue": "mismatch_overdue",
        "case_idle": "mismatch",
    },
    about={
        "case_unhandled": "nobody handles a case",
        "case_overdue": "a case was not answered in time",
        "case_idle": "nothing was done about a case for long",
    },
    prompted_by=frozenset({CaseOpened}),
)
