"""A recorded fact gets corrected fields, or is declared never to have been true.

Both stand on the stream of their target and leave the original readable (INV-50, INV-67).
"""

from typing import Any, Literal

from mentorcore.domain.declarations import event, personal, public
from mentorcore.domain.values import Code, PersonId, Sealed, Stream, Text
from mentorcore.domain.visibility import NOBODY, REASON

__all__ = ["CORRECTIONS", "Cause", "Changes", "RecordAmended", "RecordRetracted"]

Cause = Literal[
    "entered_in_error",
    "duplicate",
    "wrong_person",
    "wrong_pairing",
    "misplaced",
    "import_reversed",
]
Changes = tuple[tuple[str, Any], ...]


@event("record.amended")
class RecordAmended:
    """A recorded fact got corrected fields.

    Figures, dates and codes stand in ``public_changes``, so that counts survive the erasure of a
    person; what is personal in the target is sealed as one value in ``personal_changes``, whose
    members ``personal_names`` lists. Nobody is shown that value: each member has the readers of
    the field that it corrects.

    Attributes:
        target: Version of the corrected event in the same stream.
        target_name: Its stored name.
        target_version: The version of that event's fields when it was amended, in which the
            corrected fields are told.
    """

    target: int
    target_name: Code
    target_version: int
    subjects: tuple[PersonId, ...]
    public_changes: Changes = public(default=())
    personal_names: tuple[Code, ...] = ()
    personal_changes: Changes | Sealed | None = personal("free_text", default=None, readers=NOBODY)
    reason: Text | None = personal("free_text", default=None, readers=REASON)
    authority: Code | None = None


@event("record.retracted")
class RecordRetracted:
    """A recorded fact was declared never to have been true.

    Attributes:
        target: Version of the retracted event in the same stream.
        duplicate_of: Stream and version of the record that this one repeats.
    """

    target: int
    target_name: Code
    cause: Cause
    subjects: tuple[PersonId, ...]
    duplicate_of: tuple[Stream, int] | None = None
    reason: Text | None = personal("free_text", default=None, readers=REASON)
    authority: Code | None = None


CORRECTIONS = (RecordAmended, RecordRetracted)
