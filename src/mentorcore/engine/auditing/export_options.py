"""In which form an export is written, and which states stay out of it."""

import os
from collections.abc import Iterable
from pathlib import Path

from mentorcore.domain.declarations import personal_fields
from mentorcore.domain.model import Model
from mentorcore.errors import Invalid, Problem

__all__ = ["form_at", "withheld_names"]

WITH_SEALED_FIELDS = ("states", "sealed")
"""Words for all states that hold sealed fields; the second is the older."""


def form_at(path: Path, url: str, *, part: bool, move: bool) -> str:
    """In which form an export is written at *path*: ``directory``, ``zip`` or ``sqlite``.

    Args:
        path: Where it is to be.
        url: Where the log is.
        part: Whether states are left out of it, or values opened in it.
        move: Whether the log is to go on from it.

    Raises:
        Invalid: It cannot be written there, or not so.
    """
    form = {".db": "sqlite", ".zip": "zip"}.get(path.suffix, "directory")
    if form == "sqlite" and part:
        raise _unfit("a copy of the file holds everything", "withhold from a bundle")
    if form == "sqlite" and ("://" in url or url == ":memory:"):
        raise _unfit("this log is in no SQLite file", "a directory or a .zip")
    if path.exists() or path.is_symlink():
        raise _unfit(f"something stands at {path} already", "a new name")
    if not os.access(path.absolute().parent, os.W_OK | os.X_OK):
        raise _unfit(f"nothing can be written into {path.absolute().parent}", "another folder")
    if move and (part or form == "sqlite"):
        raise _unfit(
            "a log that goes on elsewhere needs all of it, and reads it from a bundle",
            "a directory or a .zip, with nothing left out or opened",
        )
    return form


def withheld_names(withhold: Iterable[str], model: Model) -> frozenset[str]:
    """The names of events that are meant; what stands behind the dot is enough where one has it.

    Raises:
        Invalid: There are none of that name, or they say what a verifier has to read.
    """
    found: set[str] = set()
    for asked in withhold:
        kind = asked.removesuffix("*")
        meant = {
            name
            for name, cls in model.names.items()
            if asked == name
            or (asked.endswith(".*") and name.startswith(kind))
            or (asked in WITH_SEALED_FIELDS and personal_fields(cls))
        }
        alike = {name for name in model.names if name.partition(".")[2] == asked}
        if not meant and len(alike) == 1:
            meant = alike
        if not meant or any(name.startswith("audit.") for name in meant):
            raise Invalid(
                "these states cannot be withheld",
                [Problem("withhold", f"{asked!r} names none", "a name of `mentorcore catalog`")],
            )
        found |= meant
    return frozenset(found)


def _unfit(problem: str, expected: str) -> Invalid:
    return Invalid("no export was written", [Problem("to", problem, expected)])
