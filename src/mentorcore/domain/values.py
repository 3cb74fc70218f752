"""The words that every part of the domain uses: ids, kinds of text, sealed and withheld values."""

from typing import Literal, NewType

import attrs

__all__ = [
    "ActionItemId",
    "BatchId",
    "CohortId",
    "FeedbackId",
    "GoalId",
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
    "Visibility",
]

Stream = NewType("Stream", str)
"""A stream's id: the kind, a colon and 32 hex digits of a time-ordered random number."""

PersonId = NewType("PersonId", str)
ProgramId = NewType("ProgramId", str)
CohortId = NewType("CohortId", str)
ParticipantId = NewType("ParticipantId", str)
PairingId = NewType("PairingId", str)
MeetingId = NewType("MeetingId", str)
GoalId = NewType("GoalId", str)
ActionItemId = NewType("ActionItemId", str)
NoteId = NewType("NoteId", str)
FeedbackId = NewType("FeedbackId", str)
MismatchId = NewType("MismatchId", str)
BatchId = NewType("BatchId", str)
ResponseId = NewType("ResponseId", str)

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


@attrs.frozen
class Sealed:
    """A personal value as it stands in the log: ciphertext, and where it belongs.

    It is opened only for a viewer who may see it. Deciding and folding carry it about without
    ever reading it.

    Attributes:
        blob: The ciphertext in base64, as AUDIT section 8.3 lays it out.
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
