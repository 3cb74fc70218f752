"""The audit's tables in the SQLite file of a log, or beside a log in memory.

Positions are given under the write lock, so whoever holds it knows that none below the last can
still appear.
"""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from mentorcore.errors import LogError
from mentorcore.log.storage.audit_tables import (
    AuditTransaction,
    Beside,
    Covering,
    Events,
    LeafRow,
    StoredRow,
)
from mentorcore.log.storage.store import Row
from mentorcore.log.storage.table_events import TableEvents
from mentorcore.log.storage.tables import SQLITE_TABLES

__all__ = ["MemoryEvents", "MemoryLedger", "SQLiteLedger"]

T = TypeVar("T")
Session = sqlite3.Connection | sqlite3.Cursor
PUT = "INSERT INTO audit_leaf (idx, position, h) VALUES (?,?,?)"
NEXT = "INSERT INTO audit_leaf (position, h) VALUES (?,?)"
"""Behind the last leaf; the index is the one that comes next, as SQLite gives it."""

DROP = "DELETE FROM audit_leaf WHERE idx = ?"
LAST = "SELECT coalesce(max(rowid), 0) FROM stored_events"


def tables(
    session: Session,
    events: Events | None = None,
    beside: Beside | None = None,
) -> AuditTransaction:
    """The tables as seen in a transaction that stands open."""

    def ask(question: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        return session.execute(question.replace("$.", ""), values).fetchall()

    def tell(statement: str, rows: Sequence[Sequence[Any]]) -> object:
        return session.executemany(statement.replace("$.", ""), rows)

    return AuditTransaction(ask, tell, events or TableEvents(ask, "rowid"), beside)


class SQLiteLedger:
    """See `mentorcore.log.storage.audit_tables.AuditTables`.

    Args:
        reading: Lends a connection for several questions.
        writing: Gives the write lock, and one transaction that ends with the block.
    """

    counts_fast = True

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[sqlite3.Connection]],
        writing: Callable[[], AbstractContextManager[sqlite3.Cursor]],
    ) -> None:
        self.covering: Covering | None = None
        self._reading = reading
        self._writing = writing

    def read(self, work: Callable[[AuditTransaction], T]) -> T:
        """See `AuditTables.read`."""
        with self._reading() as connection:
            connection.execute("BEGIN")
            try:
                return work(tables(connection))
            finally:
                connection.rollback()

    def sequence(self, work: Callable[[AuditTransaction, int], T], wait: float) -> T:  # noqa: ARG002 - the store has a limit of its own
        """See `AuditTables.sequence`; writers wait meanwhile."""
        with self._writing() as cursor:
            return work(tables(cursor), cursor.execute(LAST).fetchone()[0])

    def write(self, work: Callable[[AuditTransaction], T]) -> T:
        """See `AuditTables.write`."""
        with self._writing() as cursor:
            return work(tables(cursor))

    def join(self, cursor: sqlite3.Cursor, rows: Sequence[StoredRow]) -> None:
        """Cover the events of an append whose transaction stands open."""
        covering = self.covering
        if covering is not None and rows and not _follow(cursor, covering.following(rows)):
            covering.catch_up(tables(cursor), rows[-1][0])


def _follow(cursor: sqlite3.Cursor, leaves: Sequence[LeafRow]) -> bool:
    """Store leaves behind the last one, if they do follow it."""
    if not leaves:
        return False
    index, position, h = leaves[0]
    if (given := cursor.execute(NEXT, (position, h)).lastrowid) != index:
        cursor.execute(DROP, (given,))
        return False
    if len(leaves) > 1:
        cursor.executemany(PUT, leaves[1:])
    return True


class MemoryEvents:
    """The events of a log in memory; see `Events`."""

    def __init__(self, rows: Callable[[], Sequence[Row]]) -> None:
        self._rows = rows

    def between(self, after: int, upto: int, limit: int) -> Sequence[StoredRow]:
        """See `Events.between`."""
        return self._chosen(after, upto)[:limit]

    def count(self, after: int | None, upto: int | None) -> int:
        """See `Events.count`."""
        return len(self._chosen(after, upto))

    def positions(self, after: int | None, upto: int) -> list[int]:
        """See `Events.positions`."""
        return [row.position for row in self._chosen(after, upto)]

    def _chosen(self, after: int | None, upto: int | None) -> list[Row]:
        chosen = [
            row
            for row in self._rows()
            if (after is None or row.position > after) and (upto is None or row.position <= upto)
        ]
        return sorted(chosen, key=lambda row: row.position)


class MemoryLedger:
    """Tables in a database of their own, gone with the log.

    See `mentorcore.log.storage.audit_tables.AuditTables`.

    Args:
        log_id: The log's id.
        rows: The events.
        turn: Keeps writers out.
        beside: Index and views.
    """

    counts_fast = True

    def __init__(
        self,
        log_id: bytes,
        rows: Callable[[], Sequence[Row]],
        turn: Callable[[], AbstractContextManager[object]],
        beside: Beside | None = None,
    ) -> None:
        self._beside = beside
        self.covering: Covering | None = None
        self._events = MemoryEvents(rows)
        self._turn = turn
        self._lock = threading.RLock()
        self._log_id = log_id
        self._made: sqlite3.Connection | None = None
        self._closed = False

    def read(self, work: Callable[[AuditTransaction], T]) -> T:
        """See `AuditTables.read`."""
        with self._lock:
            return work(tables(self._connection(), self._events, self._beside))

    def sequence(self, work: Callable[[AuditTransaction, int], T], wait: float) -> T:  # noqa: ARG002 - the store has a limit of its own
        """See `AuditTables.sequence`; writers wait meanwhile."""
        with self._turn():
            return self.write(lambda t: work(t, max(t.events.positions(None, 2**63), default=0)))

    def write(self, work: Callable[[AuditTransaction], T]) -> T:
        """See `AuditTables.write`."""
        with self._lock:
            connection = self._connection()
            connection.execute("BEGIN")
            try:
                done = work(tables(connection, self._events))
                connection.execute("COMMIT")
            except BaseException:
                connection.rollback()
                raise
            return done

    def join(self, positions: Sequence[int]) -> None:
        """Cover the events of an append that holds the turn."""
        if (covering := self.covering) is not None and positions:
            self.write(lambda t: covering.catch_up(t, positions[-1]))

    def close(self) -> None:
        """Let the tables go."""
        with self._lock:
            self._closed = True
            if self._made is not None:
                self._made.close()

    def _connection(self) -> sqlite3.Connection:
        if self._closed:
            raise LogError("the log in memory has been closed")
        if self._made is None:  # most logs in memory never need it
            self._made = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
            for name, body in SQLITE_TABLES.items():
                if name.startswith("audit_"):
                    self._made.execute(f"CREATE TABLE {name} {body}")
            self._made.execute("INSERT INTO audit_head VALUES (1, ?, 0, 0, x'')", (self._log_id,))
        return self._made
