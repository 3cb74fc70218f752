"""Files that a forked process has open by inheritance, and may therefore not open itself.

SQLite knows by process which locks it has on a file. What it inherited says that the file is locked
when it is not, and a connection made beside it would take no lock either: somebody else could
delete the write-ahead log under it. No check by SQLite finds that, so it is refused here.
"""

import os
from pathlib import Path

from mentorcore.errors import OpenedElsewhere
from mentorcore.log.storage.connection_pool import ConnectionPool
from mentorcore.log.storage.process_guard import watched

__all__ = ["refuse_inherited"]


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


def _same(one: str, other: Path) -> bool:
    try:
        return other.samefile(one)
    except OSError:
        return False
