"""What one can ask for concerning a record that turned out to be wrong."""

from collections.abc import Mapping
from typing import Any

import attrs

from mentorcore.domain.corrections.events import Cause, RecordAmended, RecordRetracted
from mentorcore.domain.declarations import command
from mentorcore.domain.values import Code, Stream


@command(also=(RecordAmended, RecordRetracted))
class AmendRecord:
    """Give a recorded fact corrected fields.

    The target may be a correction. Of an amendment, *changes* are fields of the record that it
    amends, and replace what it says of them; of a retraction they are ``cause`` and
    ``duplicate_of``. A *reason* or *authority* stated here then stands in place of the one that
    was stated there.

    Attributes:
        target: Version of the record in *stream*.
        changes: New values by field name of the event, of the types that the event has.
    """

    stream: Stream
    target: int
    changes: Mapping[str, Any]
    reason: str | None = None
    authority: Code | None = None


@command(also=(RecordRetracted,))
class RetractRecord:
    """Declare a recorded fact never to have been true.

    The target may be a correction: an amendment is undone by it, and what a retraction had taken
    back stands again.

    Attributes:
        target: Version of the record in *stream*.
        duplicate_of: Stream and version of the record that this one repeats, which has to stand.
    """

    stream: Stream
    target: int
    cause: Cause = "entered_in_error"
    duplicate_of: tuple[Stream, int] | None = None
    reason: str | None = None
    authority: Code | None = None


@command(also=(RecordRetracted,))
class MoveRecord:
    """Take a record back where it does not belong, and record it again where it does.

    Attributes:
        target: Version of the record in *stream*.
        to: The pairing, participant or person to which it belongs.
        changes: What is otherwise there than in the record, such as the attendees of a meeting. A
            meeting of all members is one of all members there, unless this says otherwise.
    """

    stream: Stream
    target: int
    to: Stream
    changes: Mapping[str, Any] = attrs.field(factory=dict)
    reason: str | None = None
    authority: Code | None = None


CorrectionCommand = AmendRecord | RetractRecord | MoveRecord
