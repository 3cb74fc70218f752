"""What one can ask for concerning a record that turned out to be wrong."""

from collections.abc import Mapping
from typing import Any

from mentorcore.domain.corrections.events import Cause
from mentorcore.domain.marks import command
from mentorcore.domain.values import Code, Stream


@command
class AmendRecord:
    """Give a recorded fact corrected fields.

    Attributes:
        target: Version of the record in *stream*.
        changes: New values by field name of the event, of the types that the event has.
    """

    stream: Stream
    target: int
    changes: Mapping[str, Any]
    reason: str | None = None
    authority: Code | None = None


@command
class RetractRecord:
    """Declare a recorded fact never to have been true."""

    stream: Stream
    target: int
    cause: Cause = "entered_in_error"
    duplicate_of: tuple[Stream, int] | None = None
    reason: str | None = None
    authority: Code | None = None


CorrectionCommand = AmendRecord | RetractRecord
