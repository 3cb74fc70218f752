"""Copies of a log are read-only: one log that goes on in two places would be two histories."""

from pathlib import Path

from mentorcore.errors import Invalid, Problem, Refused

__all__ = ["COPY", "MARK", "exported_from", "refuse_copy", "refuse_signing"]

COPY, MARK = "copy", b"\1"
"""The entry of the index by which a log is known as a copy: its kind and digest."""


def exported_from(store: object) -> Path | None:
    """The export that a store was read from; ``None`` for a log."""
    found: Path | None = getattr(store, "path", None) if hasattr(store, "left_out") else None
    return found


def refuse_copy() -> None:
    """Nothing is recorded in a copy.

    Raises:
        Refused: Always.
    """
    raise Refused(
        "this log is a copy and can only be read: record in the original, or load the export again "
        "and say that the original is retired",
        "read_only_copy",
    )


def refuse_signing() -> None:
    """Nothing is signed in a copy: the original signs.

    Raises:
        Invalid: Always.
    """
    raise Invalid(
        "this log is a copy, and its checkpoints are signed where the original is",
        [Problem("sign", "is given", "no signing key")],
    )
