"""Turns beside a log in an SQLite file: a lock on a file of their own, which ends with the process.

The file is an SQLite database that stays empty, so that the lock is SQLite's: it holds on every
system, belongs to one process, and no child inherits it.
"""

import hashlib
import sqlite3
from contextlib import suppress
from pathlib import Path

from mentorcore.errors import LogError
from mentorcore.log.storage.process_guard import Watched, watch
from mentorcore.log.stores.sqlite.file import address, is_busy

__all__ = ["FileTurn", "attempt"]


class FileTurn(Watched):
    """A turn among all processes of a machine."""

    def __init__(self, held: sqlite3.Connection) -> None:
        self._held: sqlite3.Connection | None = held
        watch(self)

    def in_child(self) -> None:
        """See `Watched.in_child`. The lock is the parent's; SQLite has to forget it in the child.

        Closing takes nothing from the parent: the file is empty, and locks are a process's own.
        """
        self.give_back()

    def is_held(self) -> bool:
        """See `Turn.is_held`."""
        return self._held is not None

    def give_back(self) -> None:
        """See `Turn.give_back`."""
        held, self._held = self._held, None
        if held is not None:
            with suppress(sqlite3.Error):
                held.rollback()
            held.close()


def attempt(log: Path, name: str) -> FileTurn | None:
    """Take a turn if it is free.

    Raises:
        LogError: The file of the lock cannot be made beside the log.
    """
    mark = hashlib.sha256(name.encode()).hexdigest()[:16]
    place = log.with_name(f"{log.name}-turn-{mark}")
    try:
        held = sqlite3.connect(
            address(place, "rwc"),
            timeout=0,
            isolation_level=None,
            check_same_thread=False,
            uri=True,
        )
        try:
            held.execute("BEGIN EXCLUSIVE")
        except BaseException:
            held.close()
            raise
    except sqlite3.Error as error:
        if is_busy(error):
            return None
        raise LogError(f"{place} cannot be locked: {error}") from error
    return FileTurn(held)
