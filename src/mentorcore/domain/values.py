"""The words that every part of the domain uses: ids, kinds of text, sealed and withheld values."""

from typing import TYPE_CHECKING, Any, Literal, NewType, TypeAlias

import attrs

__all__ = [
    "ActionItemId",
    "AuditId",
    "BatchId",
    "CaseId",
    "Code",
    "CohortId",
    "Erased",
    "EvidenceId",
    "FeedbackId",
    "GoalId",
    "Identifier",
    "ImprovementId",
    "Made",
    "JointMeetingId",
    "MeetingId",
    "MismatchId",
    "NoteId",
    "PairingId",
    "ParticipantId",
    "PersonId",
    "ProgramId",
    "ResponseId",
    "Sealed",
    "Stream",
    "SupportId",
    "Text",
    "Visibility",
    "Withheld",
    "identified_by",
    "identifier",
    "is_correctable",
    "made",
]


@attrs.frozen
class Identifier:
    """What a type of id says.

    Attributes:
        kind: The word before the colon, such as ``pairing``.
        stream: Whether it names a stream, and not something inside of one.
        corrected: Whether records of such a stream can be corrected by a command.
    """

    kind: str
    stream: bool
    corrected: bool


_IDENTIFIERS: dict[Any, Identifier] = {}


def identifier(name: str, kind: str, *, stream: bool = True, corrected: bool = True) -> Any:
    """Declare a type of id: the kind, a colon and 32 hex digits of a random number.

    Args:
        name: The name of the type, which is that of its alias for type checkers.
        kind: What it names, such as ``pairing``.
        stream: Whether that is a stream, and not something inside of one.
        corrected: Whether a command may correct the records of such a stream.
    """
    made = NewType(name, str)  # type: ignore[misc] # known at run time only
    _IDENTIFIERS[made] = Identifier(kind, stream, corrected)
    return made


def identified_by(id_type: Any) -> Identifier | None:
    """What a type of id says; ``None`` for any other type."""
    return _IDENTIFIERS.get(id_type) if isinstance(id_type, NewType) else None


def is_correctable(kind: str) -> bool:
    """Whether a command may correct the records of such streams, as far as is known here.

    A kind that no id is declared for may be that of a practice that is not here.
    """
    return all(i.stream and i.corrected for i in _IDENTIFIERS.values() if i.kind == kind)


class Made(str):
    """The id of what an earlier command of a batch makes, before it is known.

    Attributes:
        place: Which command, counted from 0.
    """

    __slots__ = ("place",)
    place: int


def made(place: int) -> str:
    """What stands for the id of what an earlier command of the same batch makes.

    ``batch([RegisterPerson(name="Ada"), EnrolParticipant(person_id=made(0), ...)], ...)`` enrols
    the person whom its first command registers.

    Args:
        place: Which command, counted from 0.

    Raises:
        ValueError: It is less than 0.
    """
    if type(place) is not int or place < 0:
        raise ValueError(f"made({place!r}) names no command; they are counted from 0")
    found = Made(f"made:{place}")
    found.place = place
    return found


if TYPE_CHECKING:
    # To whoever embeds the engine an id is text: what a command answers with is what the next one
    # takes. Told apart they are at run time, where a text without a mark is refused.
    Code: TypeAlias = str
    Stream: TypeAlias = str
    PersonId: TypeAlias = str
    ProgramId: TypeAlias = str
    CohortId: TypeAlias = str
    ParticipantId: TypeAlias = str
    PairingId: TypeAlias = str
    MeetingId: TypeAlias = str
    JointMeetingId: TypeAlias = str
    GoalId: TypeAlias = str
    ActionItemId: TypeAlias = str
    NoteId: TypeAlias = str
    FeedbackId: TypeAlias = str
    MismatchId: TypeAlias = str
    SupportId: TypeAlias = str
    ImprovementId: TypeAlias = str
    EvidenceId: TypeAlias = str
    BatchId: TypeAlias = str
    ResponseId: TypeAlias = str
    AuditId: TypeAlias = str
    CaseId: TypeAlias = str
else:
    Code = NewType("Code", str)
    """A word from a fixed or declared list, such as a kind of training or a scale; never free text.

    Letters, digits and ``. _ + / -``, at most 64 of them, without spaces or ``@``.
    """

    Stream = NewType("Stream", str)
    """A stream's id: the kind, a colon and 32 hex digits of a time-ordered random number."""

    PersonId = identifier("PersonId", "person")
    ProgramId = identifier("ProgramId", "program")
    CohortId = identifier("CohortId", "cohort", stream=False)
    ParticipantId = identifier("ParticipantId", "participant")
    PairingId = identifier("PairingId", "pairing")
    MeetingId = identifier("MeetingId", "meeting", stream=False)
    JointMeetingId = identifier("JointMeetingId", "joint-meeting", stream=False)
    GoalId = identifier("GoalId", "goal", stream=False)
    ActionItemId = identifier("ActionItemId", "item", stream=False)
    NoteId = identifier("NoteId", "note", stream=False)
    FeedbackId = identifier("FeedbackId", "feedback", stream=False)
    MismatchId = identifier("MismatchId", "mismatch", stream=False)
    SupportId = identifier("SupportId", "support", stream=False)
    ImprovementId = identifier("ImprovementId", "improvement", stream=False)
    EvidenceId = identifier("EvidenceId", "evidence", stream=False)
    BatchId = identifier("BatchId", "import")
    ResponseId = identifier("ResponseId", "response")
    AuditId = identifier("AuditId", "audit", corrected=False)
    CaseId = identifier("CaseId", "case")

Visibility = Literal[
    "public",
    "program_metadata",
    "coordinator",
    "pair_private",
    "author_private",
    "growth_only",
    "evaluative",
    "anonymous_aggregate",
    "safeguarding",
]


@attrs.frozen(weakref_slot=False)
class Sealed:
    """A personal value as it stands in the log: ciphertext, and where it belongs.

    It is opened only for a viewer who may see it. Deciding and folding carry it about without
    ever reading it.

    Attributes:
        blob: The ciphertext in base64, as docs/reference/verifier.md lays it out.
        stream: The stream of the event that holds it.
        version: That event's version in the stream.
        field: The event's field.
        kind: The class of personal data.
        subjects: The people under whose keys it is sealed, in the order of the mark.
        part: The member to take from an opened JSON object; ``None`` takes the whole.
    """

    blob: str
    stream: str
    version: int
    field: str
    kind: str
    subjects: tuple[str, ...]
    part: str | None = None


Text = str | Sealed
"""A personal text: plain while it is being decided, sealed ever after."""


@attrs.frozen
class Erased:
    """Stands where a personal value was, after the key of one of its people was destroyed.

    Falsy, prints ``[erased]``, and equal to no real value. It is an answer, never an input.

    Attributes:
        subject: The person who was erased.
        kind: The class of personal data that stood here.
    """

    subject: str
    kind: str

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return "[erased]"


@attrs.frozen
class Withheld:
    """Stands where the viewer may not see a value that is there.

    Falsy, prints ``[withheld]``. It is an answer, never an input.

    Attributes:
        kind: The class of personal data or the visibility that stands here.
        reason: Why it is not shown, as a sentence.
    """

    kind: str
    reason: str

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return "[withheld]"
