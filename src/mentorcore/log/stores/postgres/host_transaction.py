"""The log inside a transaction of a host that keeps its own tables in the same database."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

import attrs
import psycopg
from psycopg.adapt import AdaptersMap
from psycopg.rows import tuple_row
from psycopg.types.numeric import Int8BinaryDumper

from mentorcore.errors import Conflict, Invalid, LogBusy, LogError, MentorcoreError
from mentorcore.log.storage.append_checks import (
    kept_position,
    last_recorded,
    later,
    refuse_unfit,
)
from mentorcore.log.storage.hosted import (
    Nowhere,
    Standing,
    Turn,
    left_to_others,
    stale,
    unfit_connection,
)
from mentorcore.log.storage.store import NOTHING_READ, Appended, Draft, Entry, ViewRow
from mentorcore.log.stores.postgres.connection import said
from mentorcore.log.stores.postgres.privileges import LOCK, are_guarded
from mentorcore.log.stores.postgres.statements import apart
from mentorcore.log.stores.postgres.store import PostgresStore
from mentorcore.log.stores.postgres.tables import within

__all__ = ["HostedPostgresStore"]

WAITING = 10
"""Seconds to wait for other writers, where the host's session would wait for ever."""

ADAPTERS = AdaptersMap(psycopg.adapters)
ADAPTERS.register_dumper(int, Int8BinaryDumper)
"""How values go and come, whatever a host made of its connection."""

SERVER = (
    "SELECT (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())::bigint, "
    "extract(epoch FROM pg_catalog.pg_postmaster_start_time())::text"
)
"""Which database of which running server this is: a copy of it is another one."""

FAILED = psycopg.pq.TransactionStatus.INERROR
IDLE = psycopg.pq.TransactionStatus.IDLE

SAVEPOINT = "SAVEPOINT mentorcore; "
RELEASE = b"RELEASE SAVEPOINT mentorcore"
BACK = b"ROLLBACK TO SAVEPOINT mentorcore; RELEASE SAVEPOINT mentorcore"

# A session that waits for locks for ever waits no longer than this for that of the log; what the
# host has set stands for it, and stands again afterwards. And what is recorded is on the disk when
# the commit returns, as outside, even where the session does without.
BOUNDED = (
    "SELECT set_config('mentorcore.lock_timeout', current_setting('lock_timeout'), true), "
    "set_config('lock_timeout', CASE current_setting('lock_timeout') WHEN '0' "
    f"THEN '{WAITING}s' ELSE current_setting('lock_timeout') END, true), "
    "set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' "
    "THEN 'on' ELSE current_setting('synchronous_commit') END, true); "
)
UNBOUNDED = "SELECT set_config('lock_timeout', current_setting('mentorcore.lock_timeout'), true); "

# Locking the row says in one statement whether the transaction sees what was recorded last.
DUE = (
    "SELECT m.last_at, (SELECT CASE WHEN is_called THEN last_value + 1 ELSE last_value END "
    "FROM $.stored_events_notification_id_seq), (SELECT log_id FROM $.audit_head), "
    "e.notification_id, e.state FROM $.log_meta m "
    "LEFT JOIN $.stored_events e ON e.notification_id = "
    "(SELECT max(notification_id) FROM $.stored_events) FOR UPDATE OF m"
)
LAST = (
    "SELECT notification_id, state FROM $.stored_events "
    "WHERE notification_id IN (%b, (SELECT max(notification_id) FROM $.stored_events))"
)


class Cursor(psycopg.Cursor[tuple[Any, ...]]):
    """A cursor that reads and writes values as we do."""

    __slots__ = ()

    @property
    def adapters(self) -> AdaptersMap:
        """See `psycopg.Cursor.adapters`."""
        return ADAPTERS


class HostLink:
    """The host's connection, spoken to like one of our own; it is neither closed nor committed.

    Args:
        connection: The host's connection. One answer is read before the next question.
    """

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._cursor = Cursor(connection, row_factory=tuple_row)

    def execute(
        self, query: bytes, values: Sequence[Any] | None = None, binary: bool = False
    ) -> Any:
        """See `psycopg.Connection.execute`."""
        # What is asked without values may be several statements, which cannot be prepared.
        prepare = False if values is None else None
        return self._cursor.execute(query, values, prepare=prepare, binary=binary)


class HostedPostgresStore(PostgresStore):
    """The log of a store on the connection of a host; see `HostedStore`.

    Args:
        store: The open log.
        connection: The host's connection to the same database.

    Raises:
        Invalid: It leads elsewhere, or stands in no transaction.
    """

    def __init__(self, store: PostgresStore, connection: Any) -> None:
        if not isinstance(connection, psycopg.Connection):
            raise unfit_connection(
                f"is of the type {type(connection).__module__}.{type(connection).__qualname__}, "
                "and this log is in PostgreSQL"
            )
        self._store = store
        self._at, self._log_id, self._sql = store._at, store._log_id, store._sql  # noqa: SLF001 - the same log
        self._channel = store._channel  # noqa: SLF001 - the same
        self.patience, self.read_only = store.patience, store.read_only
        self._turns = Turn()
        self._standing = Standing()
        self._tail: int | None = None
        self._due: tuple[str, int] = ("", 0)
        self.connection = connection
        self.locked = False
        self.written: dict[str, tuple[int, bytes]] = {}
        self.ledger: Any = Nowhere()
        self._link: Any = HostLink(connection)
        self._refuse_no_transaction()
        if connection.pgconn.parameter_status(b"client_encoding") == b"SQL_ASCII":
            raise unfit_connection("reads texts as bytes", "the client encoding UTF8")
        ours = _ours(store)
        if ours.seen.get(connection) != ours.server:
            self._refuse_other_database()
        lock = f"SELECT $.{LOCK}(); " if ours.guarded else EXCLUSIVE
        self._begin = within(
            self._at.schema,
            f'{SAVEPOINT}{BOUNDED}{lock}{UNBOUNDED}NOTIFY "{self._channel}"; {DUE}',
        )
        self._last = within(self._at.schema, LAST)

    def _refuse_other_database(self) -> None:
        who = f"SELECT h.log_id, p.* FROM $.audit_head h, ({SERVER}) AS p (number, since)"  # noqa: S608 - no text of anybody
        question = within(self._at.schema, f"{SAVEPOINT}{who}; {RELEASE.decode()}")
        try:
            with self._speaking(savepoint=True):
                cursor = self._link.execute(question)
                cursor.nextset()
                log_id, *server = cursor.fetchone() or (b"",)
        except LogError as error:
            if not isinstance(error.__cause__, psycopg.errors.UndefinedTable):
                raise
            raise self._leads_elsewhere("a database without this log") from error
        if bytes(log_id) != self._log_id:
            raise self._leads_elsewhere("another log")
        ours = _ours(self._store)
        if tuple(server) != ours.server:
            ours = _ours(self._store, anew=True)  # it may have been started again
        if tuple(server) != ours.server:
            raise self._leads_elsewhere("a copy of the log in another place")
        ours.seen[self.connection] = ours.server

    def _leads_elsewhere(self, where: str) -> Invalid:
        return unfit_connection(f"leads to {where}", f"the database of the log {self.url}")

    def _refuse_no_transaction(self) -> None:
        host = self.connection
        if host.closed:
            raise unfit_connection("is closed")
        now = host.pgconn.transaction_status
        if now == FAILED:
            raise unfit_connection(
                "stands in a transaction that failed, and does nothing until it is rolled back",
                "a rollback, whole or to a savepoint, before anything is recorded",
            )
        if now == IDLE and host.autocommit:
            raise unfit_connection(
                "is in no transaction, and each of its statements would stand alone",
                "`with connection.transaction():` around the block",
            )
        if host.pgconn.pipeline_status:
            raise unfit_connection("is in pipeline mode", "the block before or after the pipeline")

    @contextmanager
    def deciding(self) -> Iterator[None]:
        """See `HostedStore.deciding`."""
        if self.locked:
            yield
            return
        self._turns.check()
        self._refuse_no_transaction()
        try:
            with self._speaking(savepoint=True):
                cursor = self._link.execute(self._begin)
                while cursor.nextset():
                    pass
                last_at, due, log_id, tail, state = cursor.fetchone()
                if bytes(log_id) != self._log_id:
                    raise self._leads_elsewhere("another log")
                self._due = last_recorded(last_at, state), due
                self._tail = tail or 0
                self._standing.see(self._tail, state or b"")
                self.locked = True
                yield
                self._link.execute(RELEASE)
        finally:
            self.locked, self._tail = False, None

    @property
    def seen(self) -> tuple[int, bytes] | None:
        """See `HostedStore.seen`."""
        return self._standing.seen

    def check_turn(self) -> None:
        """See `HostedStore.check_turn`."""
        self._turns.check()

    def stands(self) -> bool:
        """See `HostedStore.stands`."""
        self._turns.check()
        self._refuse_no_transaction()
        with self._speaking():
            stands = self._still_holds()
        if not stands:
            self.written = {}
        return stands

    def _still_holds(self) -> bool:
        seen = self._standing.seen
        asked = (seen[0] if seen else 0,)
        return self._standing.holds(self._link.execute(self._last, asked, binary=True).fetchall())

    def end(self) -> None:
        """See `HostedStore.end`."""
        self._turns.end()

    def append(
        self,
        drafts: Sequence[Draft],
        entries: Sequence[Entry],
        now: Callable[[], datetime],
        unchanged: Mapping[str, int] = NOTHING_READ,  # noqa: ARG002 - it cannot have grown
    ) -> Appended:
        """See `Store.append`."""
        refuse_unfit(drafts, entries)
        with self.deciding(), self._speaking():
            last_at, due = self._due
            # What *unchanged* names was read under the lock that is still held.
            at, text = later(now(), last_at)
            for batch in apart(entries):
                self._index(self._link, batch, due if drafts else 0, len(drafts))
            positions: tuple[int, ...] = ()
            if drafts:
                stamp = text.encode()
                states = [d.head + stamp + d.tail for d in drafts]
                told = (
                    [d.stream for d in drafts],
                    [d.version for d in drafts],
                    [d.name for d in drafts],
                )
                insert = self._sql.insert((*told, states), text)
                rows = self._link.execute(*insert, binary=True).fetchall()
                positions = tuple(row[0] for row in rows)
                if positions[0] != due:
                    raise LogError(
                        f"{self.url} gave position {positions[0]} where {due} was due: its "
                        "sequence was used by somebody else; check the log and its rights"
                    )
                self.written.update(zip(told[0], zip(positions, states, strict=True), strict=True))
                self._standing.see(positions[-1], states[-1])
                self._tail = positions[-1]
                self._due = text, positions[-1] + 1
            else:
                self._link.execute(self._sql.stamp, (text,))
                self._due = text, due
        return Appended(positions, at)

    def tail(self) -> int:
        """See `Store.tail`."""
        return super().tail() if self._tail is None else self._tail

    def wait(self, after: int, timeout: float) -> bool:  # noqa: ARG002 - nobody is waited for
        """See `Store.wait`; others cannot be heard of here, so nobody waits."""
        if self.tail() > after:
            return True
        raise LogError("inside a block of `within` nothing new is waited for; follow outside of it")

    def view_position(self, view: str) -> int:
        """See `Store.view_position`."""
        rows = self._ask(self._sql.view_position, (view,))
        return kept_position(view, rows[0][0]) if rows else 0

    def view_save(self, view: str, before: int, position: int, rows: Sequence[ViewRow]) -> None:  # noqa: ARG002 - it is not written
        """See `Store.view_save`; left to who reads outside."""
        raise left_to_others(f"the view {view!r}")

    def view_drop(self, view: str) -> None:
        """See `Store.view_drop`; the same."""
        raise left_to_others(f"the view {view!r}")

    def close(self) -> None:
        """Give back nothing: the connection is the host's."""
        self.end()

    def _ask(self, statement: bytes, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        self._turns.check()
        self._refuse_no_transaction()
        with self._speaking():
            if self._standing.seen is None:
                self._still_holds()
            rows: list[tuple[Any, ...]] = self._link.execute(
                statement, values, binary=True
            ).fetchall()
            return rows

    @contextmanager
    def _speaking(self, *, savepoint: bool = False) -> Iterator[None]:
        """Errors in our words; the transaction goes on where a savepoint was set."""
        try:
            yield
        except BaseException as error:
            if savepoint and not self.connection.closed:
                with suppress(psycopg.Error):
                    self._link.execute(BACK)
            if isinstance(error, psycopg.Error):
                raise self._trouble(error) from error
            raise

    def _trouble(self, error: psycopg.Error) -> MentorcoreError:
        match error:
            case psycopg.errors.LockNotAvailable() | psycopg.errors.DeadlockDetected():
                return LogBusy(
                    f"the write lock of {self.url} was not granted within the time that the host's "
                    f"session waits (its lock_timeout, or {WAITING} s): another writer holds it. "
                    "Nothing was recorded"
                )
            case psycopg.errors.SerializationFailure() | psycopg.errors.UniqueViolation():
                return Conflict(stale(self.url))
            case psycopg.errors.ReadOnlySqlTransaction():
                return unfit_connection("may only read", "a transaction that may write")
        if self.connection.closed:
            return LogError(
                f"the host's connection to {self.url} broke, and its transaction is gone: "
                f"{said(error)}. Do all of it again"
            )
        return LogError(f"{self.url} cannot be used: {said(error)}")


EXCLUSIVE = "LOCK TABLE $.stored_events IN EXCLUSIVE MODE; "


@attrs.frozen
class _Ours:
    """What the log's own connections say of where it is, and which of hosts lead there."""

    server: tuple[Any, ...]
    guarded: bool
    seen: WeakKeyDictionary[psycopg.Connection[Any], tuple[Any, ...]] = attrs.field(
        factory=WeakKeyDictionary, repr=False
    )


_KNOWN = "_where_it_is"


def _ours(store: PostgresStore, *, anew: bool = False) -> _Ours:
    known: _Ours | None = None if anew else vars(store).get(_KNOWN)
    if known is None:
        schema = store._at.schema  # noqa: SLF001 - of the same room

        def ask(link: Any, _again: bool) -> _Ours:
            number, since = link.execute(SERVER).fetchone() or (0, "")
            return _Ours((int(number), since), are_guarded(link, schema))

        known = store._persist(ask)  # noqa: SLF001 - the same
        vars(store)[_KNOWN] = known
    return known
