"""The rows of the board: a case with what was done about it, and all cases together."""

from collections.abc import Mapping
from datetime import date

import attrs
from attrs import field

from mentorcore.practices.cases.events import (
    CaseActedOn,
    CaseClosed,
    CaseEscalated,
    CaseHandlerNamed,
    CaseHandlerReleased,
    CaseOpened,
)
from mentorcore.practices.spec import Shown, figure, without_text

__all__ = ["BoardTotals", "CaseRow", "StepRow"]

HANDLED = (CaseOpened, CaseHandlerNamed, CaseHandlerReleased)
STEPS = (CaseEscalated, CaseActedOn)


@attrs.frozen
class StepRow:
    """Something that was done about a case.

    Attributes:
        did: ``acted`` or ``escalated``.
        to: The office or role that it was handed to.
        due_on: The next day by which something was to be done, where one was said.
        text: What was done, or why it was handed up; for those who handle the case.
    """

    on: date = field(metadata=figure("the day", *STEPS))
    did: str = field(metadata=figure("whether it was acted on or handed up", *STEPS))
    to: Shown = field(metadata=figure("whom it was handed to", CaseEscalated))
    due_on: date | None = field(metadata=figure("what is due next", CaseActedOn))
    text: Shown = field(repr=without_text, metadata=figure("what was done", *STEPS))


@attrs.frozen
class CaseRow:
    """A case as it is shown.

    Attributes:
        state: ``open``, ``escalated`` while nothing was done since it was handed up, ``overdue``
            once its day has passed, or ``closed``.
        days: Days since it was opened, up to its end.
        handlers: The persons who handle it, by their ids.
        opened_by: Who asked for an answer; with all that follows for those who handle the case,
            and as far as they told it themselves for whoever opened it.
        participants: The participants whom it is about.
        cause: What it arises from: the reported mismatch, or what one member is to another.
    """

    case: str = field(metadata=figure("the case's id"))
    kind: str = field(metadata=figure("what sort of case it is", CaseOpened))
    state: str = field(metadata=figure("how it stands", CaseOpened, CaseClosed, *STEPS))
    opened_on: date = field(metadata=figure("the day it was opened", CaseOpened))
    days: int = field(metadata=figure("days it was open", CaseOpened, CaseClosed))
    due_on: date | None = field(metadata=figure("when it is due", CaseOpened, CaseActedOn))
    last_step_on: date | None = field(metadata=figure("when something was done last", *STEPS))
    escalated_on: date | None = field(metadata=figure("when it was handed up", CaseEscalated))
    closed_on: date | None = field(metadata=figure("the day it was closed", CaseClosed))
    outcome: str | None = field(metadata=figure("what came of it", CaseClosed))
    ground: str | None = field(metadata=figure("on what ground it was closed", CaseClosed))
    handlers: tuple[str, ...] = field(metadata=figure("who handles it", *HANDLED))
    opened_by: Shown = field(metadata=figure("who asked for an answer", CaseOpened))
    participants: Shown = field(metadata=figure("whom it is about", CaseOpened))
    pairing: Shown = field(metadata=figure("which pairing it is about", CaseOpened))
    cause: Shown = field(metadata=figure("what it arises from", CaseOpened))
    text: Shown = field(repr=without_text, metadata=figure("what is the matter", CaseOpened))
    steps: tuple[StepRow, ...] = field(metadata=figure("what was done", *STEPS))


@attrs.frozen
class BoardTotals:
    """All cases of a program together.

    Attributes:
        open: Cases that are not closed.
        overdue: Of those, the ones whose day has passed.
        escalated: Of those, the ones that were handed up and not acted on since.
        unhandled: Of those, the ones that nobody handles.
        outcomes: By outcome, how many were closed with it.
        longest_open: The most days for which an open case has been open.
    """

    cases: int = field(metadata=figure("cases", CaseOpened))
    open: int = field(metadata=figure("open cases", CaseOpened, CaseClosed))
    overdue: int = field(
        metadata=figure("cases that are overdue", CaseOpened, CaseActedOn, CaseClosed)
    )
    escalated: int = field(metadata=figure("cases handed up", CaseOpened, *STEPS, CaseClosed))
    unhandled: int = field(metadata=figure("cases nobody handles", *HANDLED, CaseClosed))
    closed: int = field(metadata=figure("closed cases", CaseOpened, CaseClosed))
    outcomes: Mapping[str, int] = field(metadata=figure("cases by outcome", CaseOpened, CaseClosed))
    longest_open: int | None = field(
        metadata=figure("the most days a case has been open", CaseOpened, CaseClosed)
    )
