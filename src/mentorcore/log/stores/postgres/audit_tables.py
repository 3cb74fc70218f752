"""The audit's tables in PostgreSQL, and the barrier behind which no event can appear any more.

Positions are handed out at the insert and events appear at the commit, so a reader could go past
one that is still to come. Writers hold a lock on the table against that; and because SQL of the
host, an older release or a restore need not know of it, the sequencer waits for every inserter
itself, with a lock that it holds for a moment only.
"""

import re
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from typing import Any, Protocol, TypeVar

import psycopg

from mentorcore.errors import LogBusy
from mentorcore.log.storage.audit_tables import (
    AuditTransaction,
    Covering,
    LeafRow,
    StoredRow,
)
from mentorcore.log.storage.table_events import TableEvents
from mentorcore.log.stores.postgres.connection import Link
from mentorcore.log.stores.postgres.privileges import BARRIER
from mentorcore.log.stores.postgres.tables import within

__all__ = ["PostgresLedger", "lock_of"]

T = TypeVar("T")


class Persist(Protocol):
    """Does work on a connection; see `mentorcore.log.stores.postgres.connection.persisted`."""

    def __call__(self, work: Callable[[Link, bool], T], *, writes: bool = False) -> T: ...


Transaction = Callable[[Link, bytes], AbstractContextManager[tuple[Any, ...]]]

BARRIER_SECONDS = 2.0
"""Writers queue behind a barrier that waits, so it gives up soon; the tick is then left out."""

POLL = 0.02
LOCKED_LAST = (
    "LOCK TABLE $.stored_events IN SHARE MODE; "
    "SELECT coalesce(max(notification_id), 0) FROM $.stored_events"
)
BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
TOGETHER = 500
"""How many rows are written with one statement."""

VALUES = re.compile(r"VALUES (\([?,]+\))")


def lock_of(log_id: bytes) -> int:
    """The number of the lock by which sequencers of the same log keep each other out."""
    return int.from_bytes(log_id[:8], signed=True)


class PostgresLedger:
    """See `mentorcore.log.storage.audit_tables.AuditTables`.

    Args:
        schema: The schema that holds the tables.
        log_id: The log's id, by which sequencers of the same log keep each other out.
        guarded: Whether the rights of the user are those of an auditor, who locks by a function.
        persist: Does work on a connection, and says in our words what the server said.
        transaction: One transaction from its first statements to the end of the block.
        settings: What sets up each transaction, where connections are not set up themselves.
    """

    counts_fast = False

    def __init__(
        self,
        schema: str,
        log_id: bytes,
        guarded: bool,
        persist: Persist,
        transaction: Transaction,
        *,
        settings: str = "",
    ) -> None:
        self.covering: Covering | None = None
        self._schema = schema
        self._number = lock_of(log_id)
        self._persist = persist
        self._transaction = transaction
        also = f"; {settings}" if settings else ""
        self._snapshot = f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY{also}".encode()
        self._begin = f"{BEGIN}{also}".encode()
        # Events go on to be appended, and every count has to be of the same moment.
        steady = f"BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE{also}"
        self._steady = f"{steady}; SELECT pg_try_advisory_xact_lock({self._number})".encode()
        # Under READ COMMITTED the question takes its snapshot after the lock was granted.
        self._barrier = within(
            schema,
            f"{BEGIN}{also}; SET LOCAL lock_timeout = '{round(BARRIER_SECONDS * 1000)}ms'; "
            + (f"SELECT $.{BARRIER}()" if guarded else LOCKED_LAST),
        )

    def read(self, work: Callable[[AuditTransaction], T]) -> T:
        """See `AuditTables.read`."""

        def asked(link: Link, _again: bool) -> T:
            with self._transaction(link, self._snapshot):
                return work(self._tables(link))

        return self._persist(asked)

    def write(self, work: Callable[[AuditTransaction], T]) -> T:
        """See `AuditTables.write`."""

        def written(link: Link, _again: bool) -> T:
            with self._transaction(link, self._begin):
                return work(self._tables(link))

        return self._persist(written, writes=True)

    def sequence(self, work: Callable[[AuditTransaction, int], T], wait: float) -> T:
        """See `AuditTables.sequence`; writers wait for the barrier only.

        The lock of the sequencer belongs to the transaction, so a sequencer that dies frees it.
        """

        def sequenced(link: Link, _again: bool) -> T:
            until = time.monotonic() + wait
            while True:
                # Nobody has to wait for the barrier of a sequencer who is not alone.
                if self._is_alone(link):
                    with self._transaction(link, self._barrier) as (upto,):
                        pass
                    with (
                        suppress(psycopg.errors.SerializationFailure),  # another was faster
                        self._transaction(link, self._steady) as (alone,),
                    ):
                        if alone:
                            return work(self._tables(link), upto)
                if time.monotonic() >= until:
                    raise LogBusy(
                        "another process is sequencing this log; its checkpoint covers what is "
                        "recorded now, or try again"
                    )
                time.sleep(POLL)

        return self._persist(sequenced, writes=True)

    def join(
        self,
        link: Link,
        rows: Sequence[StoredRow],
        leaves: Sequence[LeafRow],
        stored: tuple[bool, int] | None,
    ) -> None:
        """Cover the events of an append whose transaction stands open.

        When another sequencer is at work, the events are left to it: waiting for it here could
        make both wait for each other.

        Args:
            link: The connection.
            rows: The events.
            leaves: The leaves that were to be stored together with the events.
            stored: Whether no sequencer is at work, and how many of them were; ``None`` if there
                were none.
        """
        covering = self.covering
        if covering is None:
            return
        is_alone, count = (self._is_alone(link), 0) if stored is None else stored
        if not is_alone or (count == len(rows) and leaves[0][1] == rows[0][0]):
            return
        tables = self._tables(link)
        if count:  # somebody else used the sequence of the positions
            tables.drop_leaves(leaves[0][0])
        covering.catch_up(tables, rows[-1][0])

    def _is_alone(self, link: Link) -> bool:
        found = link.execute("SELECT pg_try_advisory_xact_lock(%s)", (self._number,)).fetchone()
        return bool(found and found[0])

    def _tables(self, link: Link) -> AuditTransaction:
        def said(statement: str) -> bytes:
            return within(self._schema, statement.replace("?", "%b"))

        def ask(question: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
            return link.execute(said(question), values, binary=True).fetchall()

        def tell(statement: str, rows: Sequence[Sequence[Any]]) -> object:
            one = VALUES.search(statement)
            for start in range(0, len(rows), TOGETHER):
                some = rows[start : start + TOGETHER]
                values = ",".join([one[1]] * len(some)) if one else ""
                many = statement.replace(one[1], values) if one else statement
                link.execute(said(many), [v for row in some for v in row], binary=True)
            return None

        events = TableEvents(ask, "notification_id")
        return AuditTransaction(ask, tell, events, tracking="notification_tracking")
