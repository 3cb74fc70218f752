"""What does not fit together of what is recorded and what was signed; see `mentorcore.errors`."""

from mentorcore.error_root import MentorcoreError

__all__ = [
    "EventsDiffer",
    "ExportInvalid",
    "HeadDiffers",
    "IntegrityError",
    "LateInsertion",
    "NoteInvalid",
    "ProofInvalid",
    "RollbackRefused",
    "RowsMissing",
    "UnfitRow",
]


class IntegrityError(MentorcoreError):
    """What is recorded and what was signed do not fit together; nothing was repaired or deleted."""


class UnfitRow(IntegrityError):
    """A stored row holds what no leaf of the tree can be made of.

    Attributes:
        position: The position of the row, as it was read; ``None`` where it is not known, as may
            be the others.
        stream: The stream that holds it, as it was read.
        version: Its version there, as it was read.
        name: Its stored name, as it was read.
    """

    def __init__(
        self,
        position: object,
        why: str,
        *,
        stream: object = None,
        version: object = None,
        name: object = None,
    ) -> None:
        super().__init__(f"the event at position {position!r} cannot be proven: {why}")
        self.position = position
        self.stream = stream
        self.version = version
        self.name = name


class ProofInvalid(IntegrityError):
    """A proof does not lead from what it is about to the root that was signed."""


class NoteInvalid(IntegrityError):
    """A checkpoint or receipt is not written as it must be, or not signed by whom it must be."""


class HeadDiffers(IntegrityError):
    """The tree kept beside the log is not the tree that was signed last.

    Attributes:
        other: The signed checkpoint of the other history, where somebody else showed it; or empty.
    """

    def __init__(self, message: str, *, other: str = "") -> None:
        super().__init__(message)
        self.other = other


class EventsDiffer(IntegrityError):
    """The events of a log are not those that were signed; names the first, where it is known.

    Attributes:
        position: Where the event stands that is not as it was signed; ``None`` where only a range
            of events is known, or it is a checkpoint.
        stream: The stream that holds it.
        version: Its version there.
        name: Its stored name.
    """

    def __init__(
        self,
        message: str,
        *,
        position: int | None = None,
        stream: str | None = None,
        version: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(message)
        self.position = position
        self.stream = stream
        self.version = version
        self.name = name


class RowsMissing(IntegrityError):
    """Events that the tree covers are no longer in the log."""


class LateInsertion(IntegrityError):
    """An event appeared at a position up to which the tree had been closed."""


class RollbackRefused(IntegrityError):
    """The log holds less than what was signed or published before, so nothing is signed."""


class ExportInvalid(IntegrityError):
    """What was handed over as an export is none, or is not whole; nothing was proven by it."""
