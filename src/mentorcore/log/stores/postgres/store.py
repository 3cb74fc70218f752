"""The log in PostgreSQL: for several machines, or beside the tables of a larger system.

Writers take the table lock first, so that events become visible in the order of their positions
and a reader who has gone past one never misses another. A server that restarts is waited for.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import psycopg

from mentorcore.errors import LogAway, LogError
from mentorcore.log.storage.append_checks import (
    as_appended,
    grown,
    last_recorded,
    later,
    next_versions,
    opened_read_only,
    refuse_unfit,
    taken_by,
    versions_of,
)
from mentorcore.log.storage.audit_tables import LeafRow
from mentorcore.log.storage.connection_pool import ConnectionPool
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
from mentorcore.log.storage.turn import Turn
from mentorcore.log.stores.postgres.address import place
from mentorcore.log.stores.postgres.audit_tables import PostgresLedger, lock_of
from mentorcore.log.stores.postgres.connection import (
    Link,
    Sharing,
    connect,
    cut,
    heard_soon,
    is_lost,
    is_sound,
    listening,
    persisted,
    said,
    settings,
    watch,
)
from mentorcore.log.stores.postgres.persisted_views import PersistedViews
from mentorcore.log.stores.postgres.pool import Pool, SharedLinks
from mentorcore.log.stores.postgres.privileges import are_guarded
from mentorcore.log.stores.postgres.statements import Statements, apart
from mentorcore.log.stores.postgres.tables import prepare
from mentorcore.log.stores.postgres.turn import take

__all__ = ["PostgresStore"]

T = TypeVar("T")

POLL = 1.0
"""Seconds between two looks for new events, should a notification be lost."""

LOOK = 0.2
"""Seconds between two looks for new events where notifications cannot be heard."""

# Rows come from the database as tuples of the right length, so the check of `Row._make` is spared.
as_row = partial(tuple.__new__, Row)


class PostgresStore(PersistedViews):
    """The log in one schema of a PostgreSQL database. Threads, processes, machines may share it.

    Args:
        url: See `mentorcore.log.stores.postgres.address.place`.
        create: Whether to make a log when there is none.
        lock_timeout: Seconds to wait for other writers.
        patience: Seconds for which a server that is away is tried again.
        read_only: Whether nothing is to be written, so that a replica will do.
        pool: Who lends the connections; left out, the log has its own.

    Attributes:
        is_shared: Whether others use the connections between our transactions.

    Raises:
        NotALog: What stands there is no log of this format, or nothing stands there.
        LogAway: The server cannot be reached.
        LogError: The address is malformed, or the server refuses.
    """

    def __init__(
        self,
        url: str,
        *,
        create: bool = True,
        lock_timeout: float = 10.0,
        patience: float = 15.0,
        read_only: bool = False,
        pool: Pool | None = None,
    ) -> None:
        self._at = place(url, read_only=read_only)
        self.read_only = read_only
        self.patience = Patience(self._at.url, patience, lock_timeout)
        made = partial(connect, self._at, self.patience)
        self._links: ConnectionPool[Link] | SharedLinks
        if pool is None:
            sharing = Sharing(self._at.pooler)
            own = partial(made, sharing)
            self._links = ConnectionPool(own, is_sound, what=self._at.url, cut=cut)
        else:
            watching = partial(watch, at=self._at, patience=self.patience)
            self._links, sharing = pool._share(self._at, self.patience, made, watching)  # noqa: SLF001 - a host has no use for it
        self._connecting = partial(made, sharing)
        local = settings(self.patience, local=True)

        def look(link: Link, _again: bool) -> tuple[bytes, bool]:
            make = create and not read_only
            log_id = prepare(link, self._at, make, local if sharing.local else "")
            return log_id, are_guarded(link, self._at.schema)

        try:
            self._log_id, guarded = self._persist(look)
        except BaseException:
            self._links.close()
            raise
        self.is_shared = sharing.local
        self._channel = f"mentorcore_{self._log_id.hex()}"
        local = local if self.is_shared else ""
        number = lock_of(self._log_id)
        self._sql = Statements(
            self._at.schema, self._channel, number, guarded=guarded, settings=local
        )
        self._turn = threading.Lock()
        self._grown = threading.Condition()
        within = self._at.schema, self._log_id, guarded
        self.ledger = PostgresLedger(*within, self._persist, self._transaction, settings=local)
        ear = partial(listening, self._at, self.patience, self._channel)
        self._ears = ConnectionPool(ear, is_sound, keep=2, what=self._at.url, cut=cut)
        try:
            self._drop_views_ahead()
        except BaseException:
            self.close()
            raise

    @property
    def log_id(self) -> bytes:
        """The log's 16 random bytes."""
        return self._log_id

    @property
    def url(self) -> str:
        """The address as it was given, without its password."""
        return self._at.url

    def append(
        self,
        drafts: Sequence[Draft],
        entries: Sequence[Entry],
        now: Callable[[], datetime],
        unchanged: Mapping[str, int] = NOTHING_READ,
    ) -> Appended:
        """See `Store.append`.

        When the connection breaks before the server's answer arrives, the events may be stored or
        not. The append is then tried again, and finding the same events stored is its success.
        """
        refuse_unfit(drafts, entries)
        self._links.guard.check()
        with self.patience.call(), self.patience.turn(self._turn, self.patience.lock_left):
            done = self._persist(
                lambda link, again: self._append(link, again, drafts, entries, now, unchanged),
                writes=True,
            )
        if self.is_shared:
            with self._grown:
                self._grown.notify_all()
        return done

    def _append(  # noqa: PLR0917 - the arguments of `append`, and how often it was tried
        self,
        link: Link,
        again: bool,
        drafts: Sequence[Draft],
        entries: Sequence[Entry],
        now: Callable[[], datetime],
        unchanged: Mapping[str, int],
    ) -> Appended:
        sql = self._sql
        covering = self.ledger.covering if drafts else None
        with_due = bool(entries) or covering is not None
        begin = sql.begin_append(self.patience, with_due=with_due)
        try:
            with self._transaction(link, begin) as (noted, state, due):
                taken = self._versions(link, versions_of(drafts)) if again else []
                if done := as_appended(drafts, taken):
                    return done
                for row in self._versions(link, next_versions(unchanged)):
                    raise grown(row[1])
                at, text = later(now(), last_recorded(noted, state))
                for batch in apart(entries):
                    self._index(link, batch, due if drafts else 0, len(drafts))
                if drafts:
                    stamp = text.encode()
                    columns = (
                        [d.stream for d in drafts],
                        [d.version for d in drafts],
                        [d.name for d in drafts],
                        [d.head + stamp + d.tail for d in drafts],
                    )
                    leaves: Sequence[LeafRow] = ()
                    if covering is not None:
                        due_rows = zip(range(due, due + len(drafts)), *columns, strict=True)
                        leaves = covering.following(list(due_rows))
                    insert = sql.insert(columns, text, leaves)
                    rows = link.execute(*insert, binary=True).fetchall()
                    positions = tuple(row[0] for row in rows)
                    if entries and positions[0] != due:
                        raise LogError(
                            f"{self.url} gave position {positions[0]} where {due} was due: its "
                            "sequence was used by somebody else; check the log and its rights"
                        )
                    if covering is not None:
                        stored = list(zip(positions, *columns, strict=True))
                        self.ledger.join(link, stored, leaves, rows[0][1:] if leaves else None)
                else:
                    positions = ()
                    link.execute(sql.stamp, (text,))
        except psycopg.errors.UniqueViolation as error:
            there = self._versions(link, versions_of(drafts))
            raise taken_by(drafts, {(row[1], row[2]) for row in there}) from error
        return Appended(positions, at)

    def _index(self, link: Link, batch: Sequence[Entry], first: int, count: int) -> None:
        """Write entries of one mode that do not touch each other."""
        kinds, digests = [e.kind for e in batch], [e.digest for e in batch]
        if batch[0].mode == "drop":
            link.execute(self._sql.index_drop, (kinds, digests), binary=True)
            return
        values = (first, count, kinds, digests, [e.stream for e in batch], [e.body for e in batch])
        if batch[0].mode == "put":
            link.execute(self._sql.index_put, values, binary=True)
            return
        written = set(link.execute(self._sql.index_new, values, binary=True).fetchall())
        for e in batch:
            if (e.kind, e.digest) not in written:
                raise IndexTaken(e.kind, e.digest)

    def _versions(self, link: Link, keys: Sequence[tuple[str, int]]) -> list[tuple[Any, ...]]:
        """The events at these (stream, version), as far as they are there."""
        columns = [list(column) for column in zip(*keys, strict=True)]
        return link.execute(self._sql.versions, columns, binary=True).fetchall() if keys else []

    def stream(self, stream: str, after: int = 0) -> list[Row]:
        """See `Store.stream`."""
        return list(map(as_row, self._ask(self._sql.stream, (stream, after))))

    def streams(self, streams: Sequence[str]) -> dict[str, list[Row]]:
        """See `Store.streams`. All are read in one snapshot."""
        found: dict[str, list[Row]] = {s: [] for s in streams}
        for row in self._ask(self._sql.streams, (list(found),)) if found else ():
            found[row[1]].append(as_row(row))
        return found

    def page(self, after: int, limit: int, names: Sequence[str] = ()) -> list[Row]:
        """See `Store.page`."""
        if names:
            return list(map(as_row, self._ask(self._sql.page_of, (after, list(names), limit))))
        return list(map(as_row, self._ask(self._sql.page, (after, limit))))

    def tail(self) -> int:
        """See `Store.tail`."""
        return int(self._ask(self._sql.tail, ())[0][0])

    def lookup(self, kind: str, digests: Sequence[bytes]) -> dict[bytes, IndexRow]:
        """See `Store.lookup`."""
        if not digests:
            return {}
        rows = self._ask(self._sql.lookup, (kind, list(digests)))
        return {digest: IndexRow(*row) for digest, *row in rows}

    def entries(
        self, kind: str, after: bytes = b"", limit: int | None = None
    ) -> dict[bytes, IndexRow]:
        """See `Store.entries`."""
        rows = self._ask(self._sql.entries, (kind, after, limit))
        return {digest: IndexRow(*row) for digest, *row in rows}

    def take_turn(self, name: str, timeout: float) -> Turn | None:
        """See `Store.take_turn`."""
        self.tail()  # a closed log gives no turns
        return take(self._connecting, self.url, self._log_id, name, timeout)

    def wait(self, after: int, timeout: float) -> bool:
        """See `Store.wait`. While the server is away, nothing new is seen, and that is no error."""
        until = time.monotonic() + timeout
        if self.is_shared or self.read_only:  # no ear through a pooler, nor on a replica
            return self._look(after, until)
        while True:
            try:
                with self._ears.lend() as ear:
                    return self._hear(ear, after, until)
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                left = until - time.monotonic()
                if left <= 0:
                    return False
                if not is_lost(error):
                    raise LogError(f"{self.url} cannot be used: {said(error)}") from error
                self._ears.drop()
                time.sleep(min(0.2, left))

    def _look(self, after: int, until: float) -> bool:
        """Wait without an ear of our own: look now and then, and when this process appended."""
        while True:
            left = max(0.0, until - time.monotonic())
            with suppress(LogAway), self.patience.call(left):
                if self.tail() > after:
                    return True
            if not left:
                return False
            with self._grown:
                self._grown.wait(min(left, LOOK))

    def _hear(self, ear: Link, after: int, until: float) -> bool:
        while True:
            with heard_soon(ear, self._at, lambda: self._ears.closed):
                (tail,) = ear.execute(self._sql.tail).fetchone() or (0,)
            if tail > after:
                return True
            left = until - time.monotonic()
            if left <= 0:
                return False
            for _ in ear.notifies(timeout=min(left, POLL), stop_after=1):
                pass
            if self._ears.closed:
                raise LogError(f"{self.url} was closed while waiting for events")

    def migrate(self) -> str:
        """See `Store.migrate`."""
        self.tail()
        return "nothing to do"

    def close(self) -> None:
        """See `Store.close`."""
        self._links.close()
        self._ears.close()
        self.patience.answered()  # whoever asks now is told that it is closed
        with self._grown:
            self._grown.notify_all()

    def _ask(self, statement: bytes, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        return self._persist(
            lambda link, _again: link.execute(statement, values, binary=True).fetchall()
        )

    def _persist(self, work: Callable[[Link, bool], T], *, writes: bool = False) -> T:
        """Do *work* on a connection, see `persisted`."""
        if writes and self.read_only:
            raise opened_read_only(self.url)
        return persisted(self._links, work, self.patience, writes=writes)

    @contextmanager
    def _transaction(self, link: Link, begin: bytes) -> Iterator[tuple[Any, ...]]:
        """One transaction from its first statements to the end of the block.

        Yields the row that the last of the statements gave.
        """
        link.committing = False
        try:
            cursor = link.execute(begin)
            while cursor.nextset():
                pass
            yield (cursor.fetchone() if cursor.description else None) or ()
            link.committing = True
            link.commit()
            link.committing = False
        except BaseException:
            if not link.closed:
                with suppress(psycopg.Error):
                    link.rollback()
            raise
