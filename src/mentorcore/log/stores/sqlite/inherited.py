"""Files that a forked process has open by inheritance, and may therefore not open itself.

SQLite knows by process which locks it has on a file. What it inherited says that the file is locked
when it is not, and a connection made beside it would take no lock either: somebody else could
delete the write-ahead log under it. No check by SQLite finds that, so it is refused here, whether
the connection was the log's own or another one of the host.
"""

import os
from pathlib import Path

from mentorcore.errors import OpenedElsewhere
from mentorcore.log.storage.connection_pool import ConnectionPool
from mentorcore.log.storage.process_guard import inherited_descriptors, watched

__all__ = ["refuse_inherited", "refuse_without_lock"]

LOCKS = Path("/proc/locks")


def refuse_inherited(path: Path) -> None:
    """Refuse a log to which a connection was inherited that could not be closed before the fork.

    Raises:
        OpenedElsewhere: Somebody was in the middle of using the log when this process was forked.
    """
    for pool in watched():
        if isinstance(pool, ConnectionPool) and pool.inherited and _same(pool.guard.what, path):
            raise OpenedElsewhere(
                f"{path} cannot be opened in process {os.getpid()}: the log was in use when this "
                "process was forked off, and what it inherited would undo the locks of its own. "
                "Fork while no other thread uses the log, or begin processes by spawning them"
            )


def refuse_without_lock(path: Path) -> None:
    """Refuse a log that was just opened if SQLite only believes that it is locked for us.

    Raises:
        OpenedElsewhere: A connection to the file was inherited from another process.
    """
    found = path.stat()
    if inherited_descriptors((found.st_dev, found.st_ino)) and not _is_locked_by_us(found.st_ino):
        raise OpenedElsewhere(
            f"{path} cannot be opened in process {os.getpid()}: it was forked off while another "
            "connection to the file stood open, and what it inherited undoes the locks of its own. "
            "Close your own connections to the file before you fork"
        )


def _is_locked_by_us(file: int) -> bool:
    """Whether the system says that this process holds a lock on a file, by its number."""
    try:
        told = LOCKS.read_text("ascii").splitlines()
    except (OSError, ValueError):  # it does not say
        return False
    ours = str(os.getpid()), str(file)
    return any((w[4], w[5].rpartition(":")[2]) == ours for t in told if len(w := t.split()) > 5)  # noqa: PLR2004 - what stands in a line


def _same(one: str, other: Path) -> bool:
    try:
        return other.samefile(one)
    except OSError:
        return False
