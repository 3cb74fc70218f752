"""Where people's keys are kept, told from a path or an address."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mentorcore.errors import Invalid, Problem
from mentorcore.log.sealing.key_file import KeyFile
from mentorcore.log.sealing.key_transfer import copy_to_file, master_path
from mentorcore.log.sealing.keys import Keys

__all__ = ["KeyPlace", "keys_beside", "open_keys", "transferred"]

KeyPlace = str | os.PathLike[str]


def keys_beside(log: str) -> str:
    """Where the keys of a log are when nobody says: ``NAME.keys`` beside ``NAME.db``.

    Raises:
        Invalid: The log is in a database, beside which nothing stands.
    """
    if "://" in log:
        raise Invalid(
            "a log in PostgreSQL needs to be told where its keys are",
            [Problem("keys", "is missing", "the path of a key file, such as keys='program.keys'")],
        )
    path = Path(log)
    return str(path.with_suffix(".keys")) if path.suffix == ".db" else f"{path}.keys"


def open_keys(where: KeyPlace, log_id: bytes, *, create: bool) -> KeyFile:
    """The keys of a log.

    Args:
        where: The path of a key file.
        log_id: The log's id.
        create: Whether to make a place for them when there is none.

    Raises:
        KeyMissing: They are not there, or belong to another log.
    """
    return KeyFile(where, log_id, create=create)


@contextmanager
def transferred(source: Keys, where: KeyPlace, log_id: bytes) -> Iterator[int]:
    """Bring all keys to a place that has none; how many they are.

    Where the block fails, they are taken away again.

    Raises:
        Invalid: There are keys already.
        KeyMissing: One of them does not open.
    """
    path = Path(where)
    count = copy_to_file(source, path, log_id)
    try:
        yield count
    except BaseException:
        for file in (path, master_path(path), Path(f"{path}-journal")):
            file.unlink(missing_ok=True)
        raise
