"""What happens to a case: it is opened, acted on and closed, and what one can ask for."""

from datetime import date
from typing import TYPE_CHECKING, Literal, TypeAlias

from mentorcore.practices.spec import (
    PersonId,
    PracticeCommand,
    ProgramId,
    command,
    event,
    fresh,
    identifier,
)

if TYPE_CHECKING:
    CaseId: TypeAlias = str
else:
    CaseId = identifier("CaseId", "case")

CaseKind = Literal["concern", "complaint", "missed_requirement", "audit", "request"]

Outcome = Literal["resolved", "unfounded", "referred", "refused", "withdrawn", "duplicate"]


@event("case.opened", occurred="on", founding=True)
class CaseOpened:
    """Something needs an answer.

    Attributes:
        case_id: The case.
        kind: What sort of case it is.
        opened_by: The person who asked for an answer.
        due_on: The day by which it is to be answered.
    """

    case_id: CaseId
    program_id: ProgramId
    kind: CaseKind
    opened_by: PersonId
    on: date
    due_on: date | None = None


@command(leads_to=CaseOpened)
class OpenCase(PracticeCommand):
    """Ask for an answer to something in a program."""

    program_id: ProgramId
    kind: CaseKind
    opened_by: PersonId
    on: date
    due_on: date | None = None
    case_id: CaseId | None = fresh("case", default=None)


@event("case.closed", occurred="on", transition=True, once=True)
class CaseClosed:
    """The case was answered.

    Attributes:
        outcome: What came of it.
    """

    outcome: Outcome
    on: date


@command(leads_to=CaseClosed)
class CloseCase(PracticeCommand):
    """Close a case with its outcome."""

    case_id: CaseId
    outcome: Outcome
    on: date
