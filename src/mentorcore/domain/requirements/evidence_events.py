"""Papers outside the log that show something, and text that was opened on a named ground."""

from datetime import date
from typing import Literal

from mentorcore.domain.declarations import command, event, fresh, personal
from mentorcore.domain.values import (
    Code,
    EvidenceId,
    NoteId,
    PairingId,
    ParticipantId,
    PersonId,
    Text,
    Visibility,
)
from mentorcore.domain.visibility import BY_VISIBILITY

EvidenceKind = Literal["plan", "form", "paper", "signature", "other"]

Purpose = Literal["mentoring", "compliance", "completion", "evaluation", "discipline"]


@event("pairing.evidence-attached", occurred="on", order_free=True)
class EvidenceAttached:
    """A plan, form, paper or signature exists that shows something about a pairing.

    The paper itself stays where it is; here it is known by its digest.

    Attributes:
        evidence_id: The evidence.
        kind: What sort of evidence it is.
        title: Which one it is, such as ``counseling_form``.
        on: The day on which it was signed or made.
        purpose: What it is used for.
        signed_by: The roles of those who had signed it by then. Who signs later is attached again,
            under the same title.
        cites: The notes that it uses.
        digest: The SHA-256 of the file, as 64 hexadecimal digits.
    """

    evidence_id: EvidenceId
    kind: EvidenceKind
    title: Code
    on: date
    purpose: Purpose
    visibility: Visibility
    subjects: tuple[PersonId, ...]
    signed_by: tuple[Code, ...] = ()
    cites: tuple[NoteId, ...] = ()
    digest: Text | None = personal("free_text", default=None, readers=BY_VISIBILITY)


@command(leads_to=EvidenceAttached)
class AttachEvidence:
    """Say that a plan, form, paper or signature exists, and what it is used for.

    Attributes:
        title: Which one it is, by the program's own word, such as ``counseling_form``.
        purpose: What it is used for; text that serves growth is evidence of no evaluation.
        signed_by: The roles of those who have signed it.
        cites: The notes of this pairing that it uses.
        digest: The SHA-256 of the file.
    """

    pairing_id: PairingId
    kind: EvidenceKind
    title: Code
    on: date
    purpose: Purpose
    visibility: Visibility
    signed_by: tuple[Code, ...] = ()
    cites: tuple[NoteId, ...] = ()
    digest: str | None = None
    evidence_id: EvidenceId | None = fresh("evidence", default=None)


@event("participant.evidence-attached", occurred="on", order_free=True)
class ParticipantEvidenceAttached:
    """A plan, form, paper or signature exists that shows something about a participant.

    Attributes:
        evidence_id: The evidence.
        kind: What sort of evidence it is.
        title: Which one it is, such as ``completion_form``.
        on: The day on which it was signed or made.
        purpose: What it is used for.
        signed_by: The roles of those who had signed it by then. Who signs later is attached again,
            under the same title.
        cites: The notes of the participant's pairings that it uses.
        digest: The SHA-256 of the file, as 64 hexadecimal digits.
    """

    evidence_id: EvidenceId
    kind: EvidenceKind
    title: Code
    on: date
    purpose: Purpose
    visibility: Visibility
    subjects: tuple[PersonId, ...]
    signed_by: tuple[Code, ...] = ()
    cites: tuple[NoteId, ...] = ()
    digest: Text | None = personal("free_text", default=None, readers=BY_VISIBILITY)


@command(leads_to=ParticipantEvidenceAttached)
class AttachParticipantEvidence:
    """Say that a plan, form, paper or signature about a participant exists.

    Attributes:
        title: Which one it is, by the program's own word, such as ``completion_form``.
        purpose: What it is used for; text that serves growth is evidence of no evaluation.
        signed_by: The roles of those who have signed it.
        cites: The notes of the participant's pairings that it uses.
        digest: The SHA-256 of the file.
    """

    participant_id: ParticipantId
    kind: EvidenceKind
    title: Code
    on: date
    purpose: Purpose
    visibility: Visibility
    signed_by: tuple[Code, ...] = ()
    cites: tuple[NoteId, ...] = ()
    digest: str | None = None
    evidence_id: EvidenceId | None = fresh("evidence", default=None)


@event("pairing.confidentiality-exception-invoked", occurred="on")
class ConfidentialityExceptionInvoked:
    """Notes were opened to the coordinator on a ground that an adopted policy pack names.

    This is itself the record that they were disclosed, and to whom.

    Attributes:
        ground: The ground, by the word that the pack has for it.
        material: The notes that were opened; no other is.
        disclosed_to: The office or role that was shown them.
        on: The day on which they were opened.
    """

    ground: Code
    material: tuple[NoteId, ...]
    disclosed_to: Code
    authority: Code
    on: date


@command(leads_to=ConfidentialityExceptionInvoked)
class InvokeConfidentialityException:
    """Open notes to the coordinator on a ground that an adopted policy pack names.

    Attributes:
        ground: The ground, by the word that the pack has for it.
        material: The notes that are opened.
        disclosed_to: The office or role that is shown them.
    """

    pairing_id: PairingId
    ground: Code
    material: tuple[NoteId, ...]
    disclosed_to: Code
    authority: Code
    on: date
