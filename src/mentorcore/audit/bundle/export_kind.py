"""Telling an export from a log, before either is opened."""

import os
from contextlib import closing
from pathlib import Path

from mentorcore.audit.bundle.read_only_copy import COPY

__all__ = ["is_export"]

ZIP = b"PK"


def is_export(path: str | os.PathLike[str]) -> bool:
    """Whether this is an export: a directory with a manifest, a ZIP, or a file marked as a copy.

    Args:
        path: What is looked at; nothing is written for it, and nothing read beyond its beginning.

    Raises:
        NotALog: It is a file of SQLite that holds no log of this format.
    """
    where = Path(path)
    if where.is_dir():
        return (where / "manifest.json").exists()
    if not where.is_file():
        return False
    from mentorcore.log.stores.sqlite.copies import SQLiteCopy, is_sqlite  # noqa: PLC0415 - rarely

    if is_sqlite(where):
        with closing(SQLiteCopy(where)) as copy:
            return copy.holds(COPY)
    with where.open("rb") as file:
        return file.read(len(ZIP)) == ZIP
