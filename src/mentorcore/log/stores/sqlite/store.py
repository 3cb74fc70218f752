"""The log in one SQLite file: the embedded default, for one machine and any number of processes.

Writers take the write lock before they read anything, so they wait for each other instead of
failing; readers never wait. A commit is on the disk before `append` returns.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from mentorcore.errors import LogBusy, LogError
from mentorcore.log.storage.append_checks import (
    grown,
    last_recorded,
    later,
    next_versions,
    opened_read_only,
    refuse_unfit,
    taken_by,
)
from mentorcore.log.storage.connection_pool import ConnectionPool
from mentorcore.log.storage.open_files import few, no_more_files, opened, with_room
from mentorcore.log.storage.patience import Patience
from mentorcore.log.storage.store import (
    NOTHING_READ,
    Appended,
    Draft,
    Entry,
    IndexRow,
    IndexTaken,
    Row,
)
from mentorcore.log.storage.turn import Turn, taken_by_trying
from mentorcore.log.stores.sqlite.audit_tables import SQLiteLedger
from mentorcore.log.stores.sqlite.file import address, connect, is_busy, prepare, write_ahead
from mentorcore.log.stores.sqlite.inherited import refuse_inherited, refuse_without_lock
from mentorcore.log.stores.sqlite.persisted_views import PersistedViews
from mentorcore.log.stores.sqlite.reading import connect_to_read, is_writable
from mentorcore.log.stores.sqlite.turn import attempt

__all__ = ["SQLiteStore"]

INSERT = (
    "INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES (?,?,?,?)"
)
LAST = "SELECT last_insert_rowid()"
ROWS = "SELECT rowid, originator_id, originator_version, topic, state FROM stored_events "
PAGE = ROWS + "WHERE rowid > ? ORDER BY rowid LIMIT ?"
STREAM = ROWS + "WHERE originator_id = ? AND originator_version > ? ORDER BY originator_version"
PRESENT = "SELECT 1 FROM stored_events WHERE originator_id = ? AND originator_version = ?"
TAIL = "SELECT coalesce(max(rowid), 0) FROM stored_events"
LAST_AT = (
    "SELECT last_at, (SELECT substr(state, 1, 59) FROM stored_events WHERE length(state) > 58 "
    "ORDER BY rowid DESC LIMIT 1) FROM log_meta"
)
SET_LAST_AT = "UPDATE log_meta SET last_at = ?"
NEXT = (
    "SELECT 1 + max((SELECT coalesce(max(seq), 0) FROM sqlite_sequence "
    "WHERE name = 'stored_events'), (SELECT coalesce(max(rowid), 0) FROM stored_events))"
)
INDEX_NEW = "INSERT INTO log_index VALUES (?,?,?,?,?,?)"
INDEX_PUT = "INSERT OR REPLACE INTO log_index VALUES (?,?,?,?,?,?)"
INDEX_DROP = "DELETE FROM log_index WHERE kind = ? AND digest = ?"
INDEX_ROWS = "SELECT digest, stream, body, position, count FROM log_index WHERE kind = ? "
INDEX_PAGE = INDEX_ROWS + "AND digest > ? ORDER BY digest LIMIT ?"
TOGETHER = 500
"""How many entries of the index are asked for in one statement."""

POLL = 0.02
"""Seconds between two looks for what other processes wrote."""

# Rows come from the database as tuples of the right length, so the check of `Row._make` is spared.
as_row = partial(tuple.__new__, Row)


def as_entry(row: tuple[Any, ...]) -> tuple[bytes, IndexRow]:
    """A row of the index with the digest under which it stands."""
    return row[0], tuple.__new__(IndexRow, row[1:])


def _log_id(connection: sqlite3.Connection) -> bytes:
    return bytes(connection.execute("SELECT log_id FROM audit_head").fetchone()[0])


def _issued(c: sqlite3.Cursor, count: int) -> range:
    """The positions of the *count* events that this connection inserted just now.

    They are consecutive, because the write lock keeps everybody else out.
    """
    last: int = c.execute(LAST).fetchone()[0]
    return range(last - count + 1, last + 1)


class SQLiteStore(PersistedViews):
    """The log in one SQLite file. Any number of threads and processes may use it.

    Args:
        path: The file. Beside it SQLite keeps ``-wal`` and ``-shm`` while the log is open.
        create: Whether to make a log when there is none.
        lock_timeout: Seconds to wait for other writers.
        patience: Seconds that a call waits for its turn in all.
        read_only: Whether nothing is to be written.

    Raises:
        NotALog: What stands there is no log of this format, or nothing stands there.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        create: bool = True,
        lock_timeout: float = 10.0,
        patience: float = 15.0,
        read_only: bool = False,
    ) -> None:
        self.read_only = read_only
        self._url = str(path)
        self._path = Path(path).absolute()  # a daemon goes to another folder
        self._lock_timeout = lock_timeout
        self.patience = Patience(self._url, patience, lock_timeout)
        is_still = read_only and not is_writable(self._path)
        self._links = ConnectionPool(
            lambda: with_room(self._connected),
            lambda c: not c.in_transaction,
            # What cannot be written to is opened for each question: others may write meanwhile.
            keep=0 if is_still else 1,
            spare=lambda: 0 if is_still else 4 if few() else 1,
            what=str(self._path),
        )
        refuse_inherited(self._path)
        with self._links.busy():
            to_read = connect_to_read if read_only else None
            with_room(lambda: prepare(Path(path), create, lock_timeout, to_read))
        self._turn = threading.Lock()
        self._grown = threading.Condition()
        self.ledger = SQLiteLedger(self._reading, self._writing)
        self._log_id = b""
        try:
            with self._links.lend() as connection:
                if not read_only:
                    write_ahead(connection, lock_timeout)
                self._log_id = _log_id(connection)
                if not is_still:
                    refuse_without_lock(self._path)
            self._drop_views_ahead()
        except BaseException as error:
            self.close()
            if isinstance(error, sqlite3.Error):
                raise self._trouble(error) from error
            raise

    @property
    def log_id(self) -> bytes:
        """The log's 16 random bytes."""
        return self._log_id

    @property
    def url(self) -> str:
        """The path as it was given."""
        return self._url

    def append(
        self,
        drafts: Sequence[Draft],
        entries: Sequence[Entry],
        now: Callable[[], datetime],
        unchanged: Mapping[str, int] = NOTHING_READ,
    ) -> Appended:
        """See `Store.append`."""
        refuse_unfit(drafts, entries)
        try:
            with self._writing() as c:
                at, text = later(now(), last_recorded(*c.execute(LAST_AT).fetchone()))
                self._index(c, entries, len(drafts))
                stamp = text.encode()
                for key in next_versions(unchanged):
                    if c.execute(PRESENT, key).fetchone():
                        raise grown(key[0])
                rows = [(d.stream, d.version, d.name, d.head + stamp + d.tail) for d in drafts]
                c.executemany(INSERT, rows)
                positions = _issued(c, len(rows)) if rows else range(0)
                c.execute(SET_LAST_AT, (text,))
                if rows and self.ledger.covering is not None:
                    self.ledger.join(c, [(p, *r) for p, r in zip(positions, rows, strict=True)])
        except sqlite3.IntegrityError as error:
            raise self._conflict(drafts, error) from error
        with self._grown:
            self._grown.notify_all()
        return Appended(tuple(positions), at)

    def _index(self, c: sqlite3.Cursor, entries: Sequence[Entry], count: int) -> None:
        """Write the entries, with the position that the first event is going to have."""
        if not entries:
            return
        first: int = c.execute(NEXT).fetchone()[0] if count else 0
        for e in entries:
            if e.mode == "drop":
                c.execute(INDEX_DROP, (e.kind, e.digest))
                continue
            row = (e.kind, e.digest, e.stream, e.body, first, count)
            try:
                c.execute(INDEX_NEW if e.mode == "new" else INDEX_PUT, row)
            except sqlite3.IntegrityError as error:
                raise IndexTaken(e.kind, e.digest) from error

    def _conflict(self, drafts: Sequence[Draft], error: sqlite3.IntegrityError) -> Exception:
        if error.sqlite_errorcode != sqlite3.SQLITE_CONSTRAINT_UNIQUE:
            return LogError(f"{self._url} refuses these events: {error}")
        keys = [(d.stream, d.version) for d in drafts]
        with self._reading() as c:
            return taken_by(drafts, {key for key in keys if c.execute(PRESENT, key).fetchone()})

    def stream(self, stream: str, after: int = 0) -> list[Row]:
        """See `Store.stream`."""
        return list(map(as_row, self._ask(STREAM, (stream, after))))

    def streams(self, streams: Sequence[str]) -> dict[str, list[Row]]:
        """See `Store.streams`. All are read in one snapshot."""
        if len(streams) == 1:
            return {streams[0]: self.stream(streams[0])}
        with self._reading() as c:
            c.execute("BEGIN")
            rows = {s: list(map(as_row, c.execute(STREAM, (s, 0)).fetchall())) for s in streams}
            c.execute("COMMIT")
            return rows

    def page(self, after: int, limit: int, names: Sequence[str] = ()) -> list[Row]:
        """See `Store.page`."""
        if not names:
            return list(map(as_row, self._ask(PAGE, (after, limit))))
        chosen = f"rowid > ? AND topic IN ({','.join('?' * len(names))})"
        statement = PAGE.replace("rowid > ?", chosen)
        return list(map(as_row, self._ask(statement, (after, *names, limit))))

    def tail(self) -> int:
        """See `Store.tail`."""
        return int(self._ask(TAIL, ())[0][0])

    def lookup(self, kind: str, digests: Sequence[bytes]) -> dict[bytes, IndexRow]:
        """See `Store.lookup`."""
        found: dict[bytes, IndexRow] = {}
        for start in range(0, len(digests), TOGETHER):
            some = digests[start : start + TOGETHER]
            asked = f"{INDEX_ROWS}AND digest IN ({','.join('?' * len(some))})"
            found.update(map(as_entry, self._ask(asked, (kind, *some))))
        return found

    def entries(
        self, kind: str, after: bytes = b"", limit: int | None = None
    ) -> dict[bytes, IndexRow]:
        """See `Store.entries`."""
        most = -1 if limit is None else limit
        return dict(map(as_entry, self._ask(INDEX_PAGE, (kind, after, most))))

    def take_turn(self, name: str, timeout: float) -> Turn | None:
        """See `Store.take_turn`. A file beside the log is locked, which stays when it is over."""
        self.tail()  # a closed log gives no turns

        def tried() -> Turn | None:
            with self._links.busy():
                return attempt(self._path, name)

        return taken_by_trying(tried, timeout)

    def wait(self, after: int, timeout: float) -> bool:
        """See `Store.wait`. What other processes write is seen within about 20 ms."""
        until = time.monotonic() + timeout
        # No connection is kept meanwhile: a fork waits for those in use.
        while self.tail() <= after:
            left = until - time.monotonic()
            if left <= 0:
                return False
            with self._grown:
                self._grown.wait(min(left, POLL))
            if self._links.closed:
                raise LogError(f"{self._url} was closed while waiting for events")
        return True

    def migrate(self) -> str:
        """See `Store.migrate`."""
        self.tail()
        return "nothing to do"

    def file_faults(self) -> list[str]:
        """What SQLite finds wrong with the file, the first few; the whole file is read for it."""
        found = [said for (said,) in self._ask("PRAGMA integrity_check(3)", ())]
        return [] if found == ["ok"] else found

    def close(self) -> None:
        """See `Store.close`."""
        if self._links.guard.elsewhere:  # a lock may be held there for ever
            return
        self._links.close()
        with self._grown:
            self._grown.notify_all()
        with self._turn:  # whoever writes comes to an end first
            pass

    def _connected(self) -> sqlite3.Connection:
        """A connection to the log that was opened, and to no other that stands there by now."""
        opened(self._links)
        try:
            if self.read_only:
                connection = connect_to_read(self._path, self._lock_timeout)
            else:
                connection = connect(address(self._path), self._lock_timeout)
            try:
                found = _log_id(connection) if self._log_id else b""
            except BaseException:
                connection.close()
                raise
        except sqlite3.Error as error:
            if no_more_files():  # somebody may give some back
                raise
            raise self._trouble(error) from error
        if found == self._log_id:
            return connection
        connection.close()
        raise LogError(
            f"another log stands at {self._url} than the one that was opened there: nothing was "
            "done. Put the file back, or close this log and open it anew"
        )

    def _ask(self, question: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        connection = self._links.take()
        try:
            return connection.execute(question, values).fetchall()
        except sqlite3.Error as error:
            raise self._trouble(error) from error
        finally:
            self._links.give_back(connection)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for several questions."""
        try:
            with self._links.lend() as connection:
                yield connection
        except sqlite3.Error as error:
            raise self._trouble(error) from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Cursor]:
        """The write lock, and one transaction that ends with the block."""
        self._links.guard.check()
        if self.read_only:
            raise opened_read_only(self._url)
        if not self._turn.acquire(timeout=self._lock_timeout):
            raise self._busy("thread")
        try:
            # A cursor that somebody keeps, as the traceback of an error does, keeps the connection
            # from being closed.
            with self._links.lend() as connection, closing(connection.cursor()) as cursor:
                cursor.execute("BEGIN IMMEDIATE")
                try:
                    yield cursor
                    cursor.execute("COMMIT")
                except BaseException:
                    connection.rollback()
                    raise
        except sqlite3.IntegrityError:
            raise
        except sqlite3.Error as error:
            raise self._trouble(error) from error
        finally:
            self._turn.release()

    def _trouble(self, error: sqlite3.Error) -> LogError:
        """What SQLite said, in our words."""
        if is_busy(error):
            return self._busy("process")
        return LogError(f"{self._url} cannot be used: {error}")

    def _busy(self, holder: str) -> LogBusy:
        return LogBusy(
            f"the write lock of {self._url} was not granted within {self._lock_timeout} s: "
            f"another {holder} holds it. Nothing was written; try again"
        )
