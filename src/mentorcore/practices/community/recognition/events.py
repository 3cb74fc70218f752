"""What is said in recognition of somebody: it is counted, and nobody is ranked by it (INV-78)."""

from datetime import date
from typing import TYPE_CHECKING, Literal, TypeAlias

from mentorcore.practices.spec import (
    Code,
    ParticipantId,
    PersonId,
    PracticeCommand,
    ProgramId,
    Text,
    command,
    event,
    fresh,
    identifier,
    personal,
    public,
)

if TYPE_CHECKING:
    RecognitionId: TypeAlias = str
else:
    RecognitionId = identifier("RecognitionId", "recognition")

RecognitionKind = Literal["thanks", "award", "certificate", "success_story"]
CITATION: frozenset[Literal["coordinator", "subject"]] = frozenset({"coordinator", "subject"})
"""Who reads what is said: whoever it is said of, and the coordinator."""


@event("recognition.awarded", occurred="on", founding=True, author="by")
class RecognitionAwarded:
    """A participant was thanked, or given an award or a certificate, or their success was told.

    Attributes:
        recognition_id: The recognition.
        to: Whom it is given to.
        kind: What it is.
        by: The person who gives it, where it is one.
        office: The office or body that gives it, such as ``school_board``, where it is one.
        citation: What is said of them. A success story is shown to nobody else before they agree.
    """

    recognition_id: RecognitionId
    program_id: ProgramId
    to: ParticipantId
    kind: RecognitionKind
    on: date
    by: PersonId | None = None
    office: Code | None = None
    subjects: tuple[PersonId, ...] = public(default=())
    citation: Text | None = personal("free_text", default=None, readers=CITATION)


@command(leads_to=RecognitionAwarded)
class AwardRecognition(PracticeCommand):
    """Thank a participant, give them an award or a certificate, or tell of their success.

    A person or an office gives it, or nobody who is named; never both.
    """

    program_id: ProgramId
    to: ParticipantId
    kind: RecognitionKind
    on: date
    by: PersonId | None = None
    office: Code | None = None
    citation: str | None = None
    recognition_id: RecognitionId | None = fresh("recognition", default=None)
