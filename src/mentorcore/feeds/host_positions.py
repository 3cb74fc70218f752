"""How far a subscription has come, kept in the host's database and in the host's transaction.

What the host makes of an event and the position behind it are committed together or not at all, so
the effect of each event is there exactly once, whatever is killed in between.
"""

import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from typing import Any

from mentorcore.errors import Conflict, Invalid, Problem
from mentorcore.feeds.positions import Change, Standing, parked_bytes, read_parked
from mentorcore.log.storage.hosted import driver_connection

__all__ = ["TABLE", "HostPositions", "as_transaction"]

TABLE = """CREATE TABLE IF NOT EXISTS mentorcore_subscription (
    log text NOT NULL,
    name text NOT NULL,
    stream text NOT NULL,
    position bigint NOT NULL,
    parked text,
    PRIMARY KEY (log, name, stream))"""
"""The table in the host's database: a row of each subscription with its position, whose ``stream``
is empty, and one of each parked stream. ``parked`` tells about the stream, as JSON, or when the
position was stored and when the event that stands there was recorded."""

HELD = (
    "SELECT position, parked FROM mentorcore_subscription "
    "WHERE log = ? AND name = ? AND stream = ''"
)
PARKED = "SELECT parked FROM mentorcore_subscription WHERE log = ? AND name = ? AND stream <> ''"
FIRST = "INSERT INTO mentorcore_subscription VALUES (?, ?, '', ?, ?) ON CONFLICT DO NOTHING"
MOVE = (
    "UPDATE mentorcore_subscription SET position = ?, parked = ? "
    "WHERE log = ? AND name = ? AND stream = ''"
)
PUT = (
    "INSERT INTO mentorcore_subscription VALUES (?, ?, ?, ?, ?) ON CONFLICT (log, name, stream) "
    "DO UPDATE SET position = excluded.position, parked = excluded.parked"
)
DROP = "DELETE FROM mentorcore_subscription WHERE log = ? AND name = ? AND stream = ?"
FORGET = "DELETE FROM mentorcore_subscription WHERE log = ? AND name = ?"

Transaction = Callable[[], AbstractContextManager[Any]]
"""Begins a transaction of the host's and yields its connection; the end of the block commits."""


def as_transaction(connection: Any) -> Transaction:
    """What begins a transaction on a connection of psycopg or sqlite3.

    Raises:
        Invalid: It is neither.
    """
    if isinstance(connection, sqlite3.Connection):
        return lambda: _sqlite(connection)
    if _is_psycopg(connection):
        return lambda: _psycopg(connection)
    raise _no_connection(connection)


@contextmanager
def _sqlite(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    if connection.in_transaction:
        raise _in_transaction()
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


@contextmanager
def _psycopg(connection: Any) -> Iterator[Any]:
    if connection.info.transaction_status != 0 and not connection.closed:
        raise _in_transaction()
    with connection.transaction():
        yield connection


def _is_psycopg(connection: Any) -> bool:
    psycopg = sys.modules.get("psycopg")
    return psycopg is not None and isinstance(connection, psycopg.Connection)


def _in_transaction() -> Invalid:
    return Invalid(
        "the subscription cannot commit for itself",
        [
            Problem(
                "connection",
                "is in a transaction that the host has begun",
                "an idle connection, or transaction= that begins and commits one for each event",
            )
        ],
    )


def _no_connection(found: object) -> Invalid:
    what = type(found).__module__.partition(".")[0] + "." + type(found).__qualname__
    return Invalid(
        "the position cannot be kept there",
        [Problem("connection", f"is a {what}", "a connection of psycopg 3 or of sqlite3")],
    )


class HostPositions:
    """Keeps a subscription's standing in a table of the host's database.

    Args:
        log: The id of the log.
        name: The subscription's name.
        after: Where it begins as long as nothing is stored.
        begin: Begins a transaction of the host's.
    """

    def __init__(
        self, log: str, name: str, after: int, now: Callable[[], datetime], begin: Transaction
    ) -> None:
        self._key = (log, name)
        self._now = now
        self._after = after
        self._begin = begin
        self._made = False

    def read(self) -> Standing:
        """See `Positions.read`."""
        with self._begun() as ask:
            held = ask(HELD, self._key)
            parked = [read_parked(row[0].encode()) for row in ask(PARKED, self._key)]
        if not held:
            return Standing(self._after)
        position, at = held[0]
        moved_at, _, recorded_at = at.partition(" ")
        told = {p.stream: p for p in parked}
        return Standing(position, told, datetime.fromisoformat(moved_at), recorded_at or None)

    @contextmanager
    def unit(self, standing: Standing) -> Iterator[Change]:
        """See `Positions.unit`. Whoever comes second waits for the row, and finds it moved."""
        with self._begun() as ask:
            at = self._now()
            since = _since(at, standing.recorded_at)
            ask(FIRST, (*self._key, standing.position, since))
            here = (standing.position, since, *self._key)
            ask(MOVE, here, unless_at=standing.position)
            change = Change(standing)
            yield change
            if change.position != standing.position:
                ask(MOVE, (change.position, _since(at, change.recorded_at), *self._key))
            for stream, parked in change.streams.items():
                if parked is None:
                    ask(DROP, (*self._key, stream))
                else:
                    data = parked_bytes(parked).decode()
                    ask(PUT, (*self._key, stream, parked.position, data))
        change.moved(at)

    def begin_at(self, position: int, recorded_at: str | None = None) -> None:
        """See `Positions.begin_at`."""
        with self._begun() as ask:
            ask(FORGET, self._key)
            ask(FIRST, (*self._key, position, _since(self._now(), recorded_at)))

    @contextmanager
    def _begun(self) -> Iterator[Callable[..., list[Any]]]:
        if not self._made:
            # Another may be making it, or this user may not: what follows tells if it is there.
            with suppress(Exception), self._begin() as connection:
                _asking(connection)(TABLE, ())
            self._made = True
        with self._begin() as connection:
            asking = _asking(connection)

            def ask(
                statement: str, values: Sequence[Any], unless_at: int | None = None
            ) -> list[Any]:
                if unless_at is not None:
                    asking(f"{statement} AND position = ?", (*values, unless_at), self._moved)
                    return []
                return asking(statement, values)

            yield ask

    def _moved(self) -> Conflict:
        return Conflict(f"somebody else has moved the subscription {self._key[1]!r} on")


def _since(moved_at: datetime, recorded_at: str | None) -> str:
    return f"{moved_at.isoformat()} {recorded_at or ''}".rstrip()


def _asking(handed: Any) -> Callable[..., list[Any]]:
    """What asks a statement with ``?`` on a connection, and answers with plain tuples."""
    connection = driver_connection(handed)
    if isinstance(connection, sqlite3.Connection):
        cursor: Any = connection.cursor()
        cursor.row_factory = None
        sign = "?"
    elif _is_psycopg(connection):
        cursor = connection.cursor(row_factory=sys.modules["psycopg"].rows.tuple_row)
        sign = "%s"
    else:
        raise _no_connection(connection)

    def ask(
        statement: str, values: Sequence[Any], missed: Callable[[], Exception] | None = None
    ) -> list[Any]:
        cursor.execute(statement.replace("?", sign), values)
        if missed is not None and cursor.rowcount != 1:
            raise missed()
        return cursor.fetchall() if cursor.description else []

    return ask
