"""A copy of a log in SQLite, read as it lies: nothing is written, not even beside it.

SQLite keeps two files beside a log that was written with a write-ahead log, and makes them even for
somebody who only reads. Here a file that nobody has open is read without them.
"""

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import copyfile

from mentorcore.errors import NotALog
from mentorcore.log.storage.append_checks import LARGEST
from mentorcore.log.storage.audit_tables import AuditTransaction, IndexedRow, StoredRow
from mentorcore.log.stores.sqlite.audit_tables import tables
from mentorcore.log.stores.sqlite.file import address, connect, prepare

__all__ = ["SQLiteCopy", "is_sqlite"]

ENTRIES = (
    "SELECT kind, digest, stream, body, position, count FROM log_index WHERE kind = ? "
    "ORDER BY digest"
)
PAGE = 2_000
PATIENCE = 10.0


def is_sqlite(path: Path) -> bool:
    """Whether a file is a database of SQLite, whatever it holds.

    SQLite itself looks: a handle of our own, closed, would give back the locks that a log has which
    is open in this process.
    """
    try:
        connection = sqlite3.connect(f"{address(path, 'ro')}&immutable=1", uri=True)
    except sqlite3.Error:
        return False
    try:
        return bool(connection.execute("SELECT count(*) FROM sqlite_master").fetchall())
    except sqlite3.Error:
        return False
    finally:
        connection.close()


class SQLiteCopy:
    """A copy of a log that is only looked at.

    Args:
        path: The file.

    Attributes:
        log_id: The log's 16 bytes.

    Raises:
        NotALog: It is no log of this format.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with ExitStack() as opening:
            where = opening.enter_context(_whole(path))
            prepare(path, create=False, lock_timeout=PATIENCE, to_read=lambda *_: _opened(where))
            self._file = _opened(where)
            opening.callback(self._file.close)
            self._file.execute("BEGIN")
            self._tables: AuditTransaction = tables(self._file)
            self.log_id = self._tables.log_id()
            self._open = opening.pop_all()

    def close(self) -> None:
        """Give the file back."""
        self._open.close()

    def holds(self, kind: str) -> bool:
        """Whether an entry of this kind stands in the index."""
        return bool(self.index((kind,)))

    def index(self, kinds: Sequence[str]) -> list[IndexedRow]:
        """The entries of some kinds."""
        return [row for kind in kinds for row in self._file.execute(ENTRIES, (kind,))]

    def rows(self) -> Iterator[StoredRow]:
        """All events in order.

        Raises:
            NotALog: The file is damaged.
        """
        after = -(2**63)
        while page := self._page(after):
            yield from page
            after = page[-1][0]

    def notes(self) -> Iterator[tuple[int, str]]:
        """The checkpoints in it."""
        found = self._tables.checkpoint_from(-(2**63))
        while found is not None:
            yield found
            found = self._tables.checkpoint_from(found[0] + 1)

    def removed(self) -> dict[int, bytes]:
        """By position the digests of the states that were removed for good."""
        return {position: digest for position, digest, _ in self._tables.redactions()}

    def _page(self, after: int) -> list[StoredRow]:
        try:
            return list(self._tables.events.between(after, LARGEST, PAGE))
        except sqlite3.Error as error:
            raise NotALog(f"{self._path} cannot be read: {error}") from error


def _opened(where: str) -> sqlite3.Connection:
    connection = connect(where, PATIENCE)
    try:
        connection.execute("PRAGMA query_only=ON")
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def _whole(path: Path) -> Iterator[str]:
    """The address under which a file is read with all its events."""
    beside, shared = path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")
    is_left = beside.exists() and beside.stat().st_size > 0
    if shared.exists() and beside.exists():  # somebody has it open, or had when it was copied
        yield address(path, "ro")
    elif not is_left:
        yield f"{address(path, 'ro')}&immutable=1"
    else:
        with tempfile.TemporaryDirectory(prefix="mentorcore-") as folder:
            for file in (path, beside):  # its newest events stand in the second one
                copyfile(file, Path(folder) / file.name)
            yield address(Path(folder) / path.name)
