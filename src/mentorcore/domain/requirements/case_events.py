"""What a case leaves on a pairing: that it was raised there, and the notes that were opened for it.

A case is handled by a few. Of the members of the pairing, those alone are shown either.
"""

from datetime import date
from typing import Literal

from mentorcore.domain.declarations import command, event, public, value
from mentorcore.domain.person.events import LineKind
from mentorcore.domain.values import (
    CaseId,
    Code,
    MismatchId,
    NoteId,
    PairingId,
    ParticipantId,
    Stream,
)
from mentorcore.domain.visibility import HANDLING


@value
class CaseCause:
    """What a case arises from, in a pairing.

    Attributes:
        kind: Whether it is a reported mismatch, or that one member came to answer for another.
        mismatch_id: The reported mismatch.
        superior: The member who answers for another.
        subordinate: The member for whom that one answers.
        relation: What the superior is to the other, such as ``evaluator``.
        since: The first day on which the superior was that.
    """

    kind: Literal["mismatch", "relation"]
    pairing_id: PairingId
    mismatch_id: MismatchId | None = None
    superior: ParticipantId | None = None
    subordinate: ParticipantId | None = None
    relation: LineKind | None = None
    since: date | None = None


@event("pairing.case-raised", occurred="on", companion=True, order_free=True, case="case_id")
class CaseRaised:
    """Companion of a case that arises from something in the pairing, so that there is one of it.

    Attributes:
        case_id: The case.
        cause: What it arises from.
        on: The day on which the case was opened.
    """

    case_id: CaseId = public(readers=HANDLING)
    cause: CaseCause = public(readers=HANDLING, fixed=True)
    on: date
    principal_stream: Stream = public(readers=HANDLING)
    principal: int


@event("pairing.notes-opened-for-case", occurred="on", case="case_id")
class NotesOpenedForCase:
    """Notes were opened to those who handle a case, on a ground that an adopted pack names.

    This is itself the record that they were disclosed. Nobody else reads them for it, not even the
    coordinator.

    Attributes:
        case_id: The case whose handlers read them.
        ground: The ground, by the word that the pack has for it.
        material: The notes that were opened; no other is.
        on: The day on which they were opened.
    """

    case_id: CaseId = public(readers=HANDLING)
    ground: Code
    material: tuple[NoteId, ...]
    authority: Code
    on: date


@command(leads_to=NotesOpenedForCase)
class OpenNotesForCase:
    """Open notes to those who handle a case, on a ground that an adopted policy pack names.

    Attributes:
        case_id: The case whose handlers are to read them.
        ground: The ground, by the word that the pack has for it. Text of the class safeguarding was
            written for those who handle cases, and takes no ground of a pack.
        material: The notes that are opened.
    """

    pairing_id: PairingId
    case_id: CaseId
    ground: Code
    material: tuple[NoteId, ...]
    authority: Code
    on: date
