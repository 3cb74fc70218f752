"""What happens to a case: it is opened, handled, escalated, acted on and closed (INV-79).

What a case says stands in texts that are sealed under the keys of the people whom it is about;
where it names nobody, under that of the person who opened it. Those who handle it read them.
"""

from datetime import date
from typing import Literal

from mentorcore.practices.spec import (
    HANDLERS,
    HANDLING,
    CaseCause,
    CaseId,
    CaseRaised,
    Code,
    LineKind,
    MismatchId,
    PairingId,
    ParticipantId,
    PersonId,
    PracticeCommand,
    ProgramId,
    Text,
    command,
    event,
    fresh,
    personal,
    public,
)

CaseKind = Literal["concern", "complaint", "missed_requirement", "audit", "request"]

CaseOutcome = Literal["resolved", "unfounded", "referred", "refused", "withdrawn", "duplicate"]


@event("case.opened", occurred="on", founding=True, author="opened_by")
class CaseOpened:
    """Something needs an answer.

    Attributes:
        case_id: The case.
        kind: What sort of case it is.
        opened_by: The person who asks for an answer; nobody where that is not known.
        participants: The participants whom it is about; with no pairing either, it is about the
            program.
        pairing_id: The pairing that it is about.
        handlers: The persons who handle it from the beginning.
        due_on: The day by which it is to be answered.
        cause: What it arises from.
        text: What is the matter; those who handle the case and whoever opened it read it.
    """

    case_id: CaseId
    program_id: ProgramId
    kind: CaseKind
    on: date
    opened_by: PersonId | None = public(default=None, readers=HANDLING)
    participants: tuple[ParticipantId, ...] = public(default=(), readers=HANDLING, fixed=True)
    pairing_id: PairingId | None = public(default=None, readers=HANDLING)
    handlers: tuple[PersonId, ...] = public(default=(), fixed=False)
    due_on: date | None = None
    cause: CaseCause | None = public(default=None, readers=HANDLING, fixed=True)
    subjects: tuple[PersonId, ...] = public(default=(), readers=HANDLING)
    text: Text | None = personal("safeguarding", default=None, readers=HANDLING)


@command(leads_to=CaseOpened, also=(CaseRaised,))
class OpenCase(PracticeCommand):
    """Ask for an answer to something: about participants, about a pairing, or about the program.

    What it arises from may be named, so that there is one case of it; see `OpenCaseFromMismatch`
    and `OpenCaseFromRelation`.
    """

    program_id: ProgramId
    kind: CaseKind
    on: date
    opened_by: PersonId | None = None
    participants: tuple[ParticipantId, ...] = ()
    pairing_id: PairingId | None = None
    handlers: tuple[PersonId, ...] = ()
    due_on: date | None = None
    text: str | None = None
    cause: CaseCause | None = None
    case_id: CaseId | None = fresh("case", default=None)


@command(also=(CaseOpened, CaseRaised))
class OpenCaseFromMismatch(PracticeCommand):
    """Make a case of a mismatch that was reported in a pairing; there is one of it."""

    pairing_id: PairingId
    mismatch_id: MismatchId
    on: date
    opened_by: PersonId | None = None
    handlers: tuple[PersonId, ...] = ()
    due_on: date | None = None
    text: str | None = None
    kind: CaseKind = "concern"
    case_id: CaseId | None = fresh("case", default=None)


@command(also=(CaseOpened, CaseRaised))
class OpenCaseFromRelation(PracticeCommand):
    """Make a case of it that one member of a pairing came to answer for another (INV-03).

    There is one of it, as long as that relation lasts.

    Attributes:
        superior: The member who answers for another.
        subordinate: The member for whom that one answers.
        relation: What the superior is to the other, such as ``evaluator``; left out where it is
            one thing alone.
    """

    pairing_id: PairingId
    superior: ParticipantId
    subordinate: ParticipantId
    on: date
    relation: LineKind | None = None
    opened_by: PersonId | None = None
    handlers: tuple[PersonId, ...] = ()
    due_on: date | None = None
    text: str | None = None
    kind: CaseKind = "missed_requirement"
    case_id: CaseId | None = fresh("case", default=None)


@event("case.handler-named", occurred="on")
class CaseHandlerNamed:
    """Somebody handles the case from now on, and reads what it says.

    Attributes:
        handler: The person.
    """

    handler: PersonId
    on: date


@command(leads_to=CaseHandlerNamed)
class NameCaseHandler(PracticeCommand):
    """Name somebody who handles a case and reads what it says."""

    case_id: CaseId
    handler: PersonId
    on: date


@event("case.handler-released", occurred="on")
class CaseHandlerReleased:
    """Somebody handles the case no longer, and reads nothing of it any more.

    Attributes:
        handler: The person.
    """

    handler: PersonId
    on: date


@command(leads_to=CaseHandlerReleased)
class ReleaseCaseHandler(PracticeCommand):
    """Let somebody go who handles a case; what it says is closed to them."""

    case_id: CaseId
    handler: PersonId
    on: date


@event("case.escalated", occurred="on")
class CaseEscalated:
    """The case was handed up.

    Attributes:
        to: The office or role that it was handed to, such as ``superintendent``.
        text: Why; those who handle the case read it.
    """

    to: Code = public(readers=HANDLERS)
    on: date
    subjects: tuple[PersonId, ...] = public(default=(), readers=HANDLERS)
    text: Text | None = personal("safeguarding", default=None, readers=HANDLERS)


@command(leads_to=CaseEscalated)
class EscalateCase(PracticeCommand):
    """Hand a case up to an office or a role."""

    case_id: CaseId
    to: Code
    on: date
    text: str | None = None


@event("case.acted-on", occurred="on")
class CaseActedOn:
    """Something was done about the case.

    Attributes:
        due_on: The next day by which something is to be done; where it is left out, the day that
            held before goes on to hold.
        text: What was done; those who handle the case read it.
    """

    on: date
    due_on: date | None = None
    subjects: tuple[PersonId, ...] = public(default=(), readers=HANDLERS)
    text: Text | None = personal("safeguarding", default=None, readers=HANDLERS)


@command(leads_to=CaseActedOn)
class ActOnCase(PracticeCommand):
    """Say what was done about a case, and by when the next thing is due.

    A case that names nobody, about the program and opened by nobody known, takes no text: there is
    no key under which it would be sealed.
    """

    case_id: CaseId
    on: date
    text: str | None = None
    due_on: date | None = None


@event("case.closed", occurred="on", transition=True, once=True)
class CaseClosed:
    """The case was answered.

    Attributes:
        outcome: What came of it.
        ground: On what ground, by the program's own word; what is refused always has one.
    """

    outcome: CaseOutcome
    on: date
    ground: Code | None = None


@command(leads_to=CaseClosed)
class CloseCase(PracticeCommand):
    """Close a case with its outcome; it is opened again by retracting that."""

    case_id: CaseId
    outcome: CaseOutcome
    on: date
    ground: Code | None = None
