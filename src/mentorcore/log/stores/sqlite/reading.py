"""How a log is opened that is only to be read, wherever it lies.

SQLite keeps the newest events in a file beside the log (``-wal``) and what readers and writers
agree on in another (``-shm``). Where it may make neither, a log that was closed can still be read
as it stands; one whose ``-wal`` was left behind cannot, and is never shown without it.
"""

import os
import sqlite3
from pathlib import Path

from mentorcore.errors import NotALog
from mentorcore.log.stores.sqlite.file import address, connect, may

__all__ = ["connect_to_read", "is_writable", "reading_address"]


def is_writable(path: Path) -> bool:
    """Whether this user may write to a log and to its folder."""
    return may(path.parent, os.W_OK | os.X_OK) and may(path, os.W_OK)


def reading_address(path: Path) -> str:
    """The address under which SQLite reads a log as it lies, all its events included.

    Raises:
        NotALog: Events stand beside the file where SQLite cannot reach them.
    """
    beside, shared = path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")
    is_left = beside.exists() and beside.stat().st_size > 0
    if is_writable(path) or (is_left and shared.exists()):
        return address(path, "ro")
    if is_left:
        raise NotALog(
            f"{path} is a log that was not closed: events stand in {beside.name} beside it, and "
            "nothing can be written there to read them. Copy both files to a folder that can be "
            "written to, and open the copy"
        )
    # Nobody has it open, so nothing changes while it is read.
    return f"{address(path, 'ro')}&immutable=1"


def connect_to_read(path: Path, lock_timeout: float) -> sqlite3.Connection:
    """A connection that changes nothing, but for the files that SQLite keeps beside an open log."""
    where = address(path) if is_writable(path) else reading_address(path)
    connection = connect(where, lock_timeout)
    try:
        connection.execute("PRAGMA query_only=ON")
    except BaseException:
        connection.close()
        raise
    return connection
