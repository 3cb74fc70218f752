"""The library's SQLite recorder, writing to our tables by our rules.

What the library can read and write elsewhere, it can read and write in a log of ours. Three things
differ: writers begin with `BEGIN IMMEDIATE`, positions are never issued twice, and nothing but
opening a new log ever makes a table.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from eventsourcing.persistence import StoredEvent, Tracking
from eventsourcing.sqlite import (
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteProcessRecorder,
    SQLiteTransaction,
)

from mentorcore.log.storage.tables import SQLITE_INDEXES, SQLITE_TABLES

__all__ = ["INSERT", "LogDatastore", "LogRecorder", "issued"]

INSERT = (
    "INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES (?,?,?,?)"
)
LAST = "SELECT last_insert_rowid()"


def issued(cursor: Any, count: int) -> range:
    """The positions of the *count* events that this connection inserted just now.

    They are consecutive, because the write lock keeps everybody else out.
    """
    cursor.execute(LAST)
    last: int = cursor.fetchone()[0]
    return range(last - count + 1, last + 1)


class LogTransaction(SQLiteTransaction):
    """A transaction that takes the write lock at once when it is going to write."""

    def __enter__(self) -> SQLiteCursor:
        cursor = self.connection.cursor()
        cursor.execute("BEGIN IMMEDIATE" if self.commit else "BEGIN")
        return cursor


class LogConnection(SQLiteConnection):
    """A connection of the library's pool, for our kind of transaction."""

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        """Begin, yield a cursor, then commit or roll back."""
        with LogTransaction(self, commit=commit) as cursor, cursor:
            yield cursor


class LogPool(SQLiteConnectionPool):
    """The library's pool; each commit is on the disk before it returns."""

    def _create_connection(self) -> SQLiteConnection:
        made = super()._create_connection()
        raw = made._sqlite_conn  # noqa: SLF001 - the library offers no other way to its connection
        raw.execute("PRAGMA synchronous=FULL")
        return LogConnection(raw, self.max_age)


class LogDatastore(SQLiteDatastore):
    """The library's datastore for one file.

    Args:
        uri: A ``file:`` address of the database.
        lock_timeout: Seconds to wait for the write lock.
    """

    def __init__(self, uri: str, lock_timeout: float) -> None:
        super().__init__(uri, originator_id_type="text", single_row_tracking=True)
        self.pool = LogPool(db_name=uri, pool_size=1, pool_timeout=lock_timeout)
        self.pool.lock_timeout = lock_timeout  # type: ignore[assignment] # sqlite3 takes fractions


class LogRecorder(SQLiteProcessRecorder):
    """The library's recorder over the tables of a log."""

    def __init__(self, datastore: LogDatastore) -> None:
        super().__init__(datastore)
        self.insert_events_statement = INSERT

    def construct_create_table_statements(self) -> list[str]:
        """The statements that make a log; run once, by whoever makes it."""
        return [
            *(f"CREATE TABLE {name} {body}" for name, body in SQLITE_TABLES.items()),
            *(f"CREATE INDEX {name} ON {body}" for name, body in SQLITE_INDEXES.items()),
        ]

    def create_table(self) -> None:
        """Nothing: a log has its tables from the moment it exists, and they never change."""

    def _insert_events(
        self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int]:
        rows = [(s.originator_id, s.originator_version, s.topic, s.state) for s in stored_events]
        c.executemany(INSERT, rows)
        positions = list(issued(c, len(rows))) if rows else []
        tracking: Tracking | None = kwargs.get("tracking")
        if tracking is not None:
            self._insert_tracking(c, tracking)
        return positions

    def position(self, view: str, cursor: sqlite3.Cursor) -> int:
        """Where a view stands, read with a cursor of ours."""
        return self._max_tracking_id(view, SQLiteCursor(cursor)) or 0

    def track(self, view: str, position: int, cursor: sqlite3.Cursor) -> None:
        """Move a view's position forward, inside a transaction of ours."""
        self._insert_tracking(SQLiteCursor(cursor), Tracking(view, position))
