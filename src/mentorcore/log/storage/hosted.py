"""The log inside a transaction of somebody else: what it must be able to do there.

A host that keeps its own tables beside the log lends its connection. What is recorded there is
recorded when the host commits and gone when it rolls back, as a whole or to a savepoint.
"""

import os
import threading
from contextlib import AbstractContextManager
from typing import Any, Protocol

from mentorcore.errors import Invalid, LogBusy, LogError, Problem
from mentorcore.log.storage.store import Store

__all__ = [
    "HostedStore",
    "Nowhere",
    "Standing",
    "Turn",
    "driver_connection",
    "left_to_others",
    "stale",
    "unfit_connection",
    "unproven",
]

EXPECTED = "a connection of psycopg 3 or sqlite3 in a transaction, or what hands out one"


class HostedStore(Store, Protocol):
    """A log on the connection of a host, for the thread that lent it and until that ends it.

    It never commits, and keeps nothing that a rollback of the host could make untrue.

    Attributes:
        connection: The driver's connection.
        locked: Whether the write lock is held and a decision is being made.
        written: By stream the position and state of the last event that was written here.
    """

    connection: Any
    locked: bool
    written: dict[str, tuple[int, bytes]]

    @property
    def seen(self) -> tuple[int, bytes] | None:
        """Position and state of the last event that was seen here, (0, b"") in an empty log."""

    def deciding(self) -> AbstractContextManager[None]:
        """The write lock, and a savepoint: what fails inside leaves nothing in the transaction.

        The lock is the host's from then on, until its transaction ends.

        Raises:
            LogBusy: The lock was not granted in time.
            Conflict: The transaction reads the log as it was before others wrote.
            Invalid: There is no transaction any more, or it cannot write.
        """

    def check_turn(self) -> None:
        """Refuse whoever may not use it.

        Raises:
            LogError: It has ended, or belongs to another thread.
        """

    def stands(self) -> bool:
        """Whether all that was seen here before is still there; a rollback takes it away."""

    def end(self) -> None:
        """Refuse whatever is asked from now on; the connection stays as it is."""


class Standing:
    """What was seen last on a connection, by which a rollback behind it is noticed.

    What a transaction writes is undone from its end. So while the last event that was seen is
    there, with the very bytes it had, all before it are there as well.
    """

    def __init__(self) -> None:
        self.seen: tuple[int, bytes] | None = None

    def see(self, position: int, state: bytes) -> None:
        """Note the last event."""
        self.seen = (position, state)

    def holds(self, rows: list[tuple[int, bytes]]) -> bool:
        """Whether what was seen is among these rows, the last of which is noted now."""
        there = self.seen is None or self.seen[0] == 0 or self.seen in rows
        self.seen = max(rows, default=(0, b""))
        return there


class Turn:
    """Who may use a log that stands on the connection of a host."""

    def __init__(self) -> None:
        self._thread = os.getpid(), threading.get_ident()
        self._over = False

    def end(self) -> None:
        """Nobody may any more."""
        self._over = True

    def check(self) -> None:
        """Refuse whoever may not.

        Raises:
            LogError: It has ended, or belongs to another thread.
        """
        if self._over:
            raise LogError(
                "this block of `within` has ended; what was begun inside cannot be gone on with"
            )
        if self._thread != (os.getpid(), threading.get_ident()):
            raise LogError(
                "a block of `within` belongs to the thread that began it, as its transaction does; "
                "ask outside of it, or begin a block with a connection of this thread"
            )


class Nowhere:
    """The tables of the audit, which a transaction of a host never touches.

    What is signed stays signed, and the host may roll back. What it commits is covered by the next
    checkpoint.
    """

    covering = None
    counts_fast = False

    def join(self, _session: object, _positions: object) -> None:
        """Take no part in an append."""

    def read(self, *_asked: object) -> Any:
        """Refuse."""
        raise unproven()

    def sequence(self, *_asked: object) -> Any:
        """Refuse."""
        raise unproven()

    def write(self, *_asked: object) -> Any:
        """Refuse."""
        raise unproven()


def unproven() -> LogError:
    """The refusal to sign or prove anything in the transaction of a host."""
    return LogError(
        "inside a block of `within` nothing is signed, proven or exported: the host may still roll "
        "back what is recorded there. Ask for it after the commit"
    )


def left_to_others(what: str) -> LogBusy:
    """The refusal to write something derived into the transaction of a host."""
    return LogBusy(f"{what} is not written inside the transaction of a host")


def unfit_connection(problem: str, expected: str = EXPECTED) -> Invalid:
    """The refusal of a connection in whose transaction nothing can be recorded."""
    return Invalid(
        "nothing can be recorded in this transaction", [Problem("connection", problem, expected)]
    )


def stale(where: str) -> str:
    """What is said of a transaction that reads the log as it was earlier."""
    return (
        f"others recorded in {where} after this transaction began to read, and it goes on seeing "
        "the log as it was before. Nothing was recorded; roll the transaction back and do it again"
    )


def driver_connection(connection: Any) -> Any:
    """The connection of the driver that a library hands out; others are given back as they are.

    That of Django (``django.db.connection``), sessions, connections and raw connections of
    SQLAlchemy are known by what they offer, so that neither has to be installed.

    Raises:
        Invalid: It can only be waited for.
    """
    found = connection
    if hasattr(found, "ensure_connection") and hasattr(found, "settings_dict"):
        found.ensure_connection()
        return found.connection
    if _is_of("sqlalchemy", found):
        if _is_of("sqlalchemy.ext.asyncio", found):
            raise unfit_connection("is one of asyncio")
        if hasattr(found, "get_bind"):  # a session, scoped or not
            found = found.connection()
        if hasattr(found, "exec_driver_sql"):
            if not found.in_transaction():
                found.exec_driver_sql("SELECT 1")  # or its `commit` would have nothing to do
            found = found.connection
        return getattr(found, "driver_connection", found)
    return found


def _is_of(package: str, found: object) -> bool:
    return any(
        c.__module__ == package or c.__module__.startswith(f"{package}.")
        for c in type(found).__mro__
    )
