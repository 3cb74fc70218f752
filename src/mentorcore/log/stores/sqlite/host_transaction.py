"""The log inside a transaction of a host that keeps its own tables in the same SQLite file."""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from mentorcore.errors import Conflict, LogBusy, LogError
from mentorcore.log.storage.append_checks import as_text
from mentorcore.log.storage.hosted import (
    Nowhere,
    Standing,
    Turn,
    left_to_others,
    stale,
    unfit_connection,
)
from mentorcore.log.storage.store import NOTHING_READ, Appended, Draft, Entry, Row, ViewRow
from mentorcore.log.stores.sqlite.file import is_busy
from mentorcore.log.stores.sqlite.store import STREAM, TAIL, SQLiteStore, as_row

__all__ = ["HostedSQLiteStore"]

MAIN = "(SELECT file FROM pragma_database_list WHERE name = 'main')"
WHERE = (
    f"SELECT {MAIN}, (SELECT log_id FROM main.audit_head), "  # noqa: S608 - no text of anybody
    "(SELECT name FROM temp.sqlite_master WHERE name IN "
    "('stored_events', 'log_meta', 'log_index', 'view_row', 'tracking'))"
)
"""The file of the connection, the log in it, and a table of the session that would hide its own."""

LAST = (
    "SELECT rowid, state FROM stored_events "
    "WHERE rowid IN (?, (SELECT max(rowid) FROM stored_events))"
)
TOUCH = "UPDATE log_meta SET last_at = last_at"
"""A write that changes nothing: it takes the write lock of the transaction that stands open."""

_KNOWN = "_as_hosts_name_it"
"""Where a store keeps the path of its file as connections of hosts tell it."""

OWN_BEGINNING = (
    "is in no transaction, and each of its statements would stand alone",
    "BEGIN IMMEDIATE before the block",
)


class HostedSQLiteStore(SQLiteStore):
    """The log of a store on the connection of a host; see `HostedStore`.

    Args:
        store: The open log.
        connection: The host's connection to the same file.

    Raises:
        Invalid: It leads elsewhere, or stands in no transaction.
    """

    def __init__(self, store: SQLiteStore, connection: Any) -> None:
        if not isinstance(connection, sqlite3.Connection):
            raise unfit_connection(
                f"is of the type {type(connection).__module__}.{type(connection).__qualname__}, "
                "and this log is in SQLite"
            )
        self._url, self._path = store.url, store._path  # noqa: SLF001 - the same log
        self.patience, self.read_only = store.patience, store.read_only
        self._log_id = store.log_id
        self._store, self._file = store, vars(store).get(_KNOWN)
        self._grown = threading.Condition()
        self._turns = Turn()
        self._standing = Standing()
        self._tail: int | None = None
        self.connection = connection
        self.locked = False
        self.written: dict[str, tuple[int, bytes]] = {}
        self.ledger: Any = Nowhere()
        self._refuse_other_file()
        self._refuse_no_transaction()

    def _refuse_other_file(self) -> None:
        ours = f"the log {self._url}, which is to be the main database of the connection"
        try:
            with self._speaking() as cursor:
                try:
                    main, log_id, hiding = cursor.execute(WHERE).fetchone()
                except sqlite3.OperationalError:  # there is no log in it
                    (main,) = cursor.execute(f"SELECT {MAIN}").fetchone()
                    log_id = hiding = None
                if main != self._file:
                    if not main or not Path(main).samefile(self._path):
                        where = main or "a database in memory"
                        raise unfit_connection(f"leads to {where}", ours)
                    vars(self._store)[_KNOWN] = main
                if log_id != self._log_id:
                    raise unfit_connection(f"leads to another log at {main}", ours)
                if hiding:
                    raise unfit_connection(
                        f"has a temporary table {hiding}, which hides that of the log",
                        "another name for it",
                    )
        except OSError as error:
            raise unfit_connection(f"leads to a file that is not there: {error}", ours) from error
        except sqlite3.ProgrammingError as error:
            raise unfit_connection(f"cannot be used: {error}") from error

    def _refuse_no_transaction(self) -> None:
        if not self.connection.in_transaction and not self._begins_by_itself():
            raise unfit_connection(*OWN_BEGINNING)

    def _begins_by_itself(self) -> bool:
        """Whether the first statement that writes begins a transaction, which the host ends."""
        if (mode := getattr(self.connection, "autocommit", -1)) in (True, False):
            return not mode
        return self.connection.isolation_level is not None

    @property
    def log_id(self) -> bytes:
        """The log's 16 random bytes."""
        return bytes(self._log_id)

    @contextmanager
    def deciding(self) -> Iterator[None]:
        """See `HostedStore.deciding`."""
        if self.locked:
            yield
            return
        with self._speaking() as cursor:
            self._refuse_no_transaction()
            began = not self.connection.in_transaction
            cursor.execute("BEGIN IMMEDIATE" if began else "SAVEPOINT mentorcore")
            try:
                cursor.execute(TOUCH)
                rows = cursor.execute(LAST, (0,)).fetchall()
                self._standing.see(*(rows[0] if rows else (0, b"")))
                self._tail = rows[0][0] if rows else 0
                self.locked = True
                yield
            except BaseException:
                self._undo(cursor, whole=began)
                raise
            finally:
                self.locked, self._tail = False, None
            if not began:
                cursor.execute("RELEASE mentorcore")

    @staticmethod
    def _undo(cursor: sqlite3.Cursor, *, whole: bool) -> None:
        with suppress(sqlite3.Error):  # SQLite may have ended the transaction itself: a full disk
            if whole:
                cursor.execute("ROLLBACK")
            else:
                cursor.execute("ROLLBACK TO mentorcore")
                cursor.execute("RELEASE mentorcore")

    @property
    def seen(self) -> tuple[int, bytes] | None:
        """See `HostedStore.seen`."""
        return self._standing.seen

    def check_turn(self) -> None:
        """See `HostedStore.check_turn`."""
        self._turns.check()

    def stands(self) -> bool:
        """See `HostedStore.stands`."""
        with self._speaking() as cursor:
            stands = self._still_holds(cursor)
        if not stands:
            self.written = {}
        return stands

    def _still_holds(self, cursor: sqlite3.Cursor) -> bool:
        seen = self._standing.seen
        return self._standing.holds(cursor.execute(LAST, (seen[0] if seen else 0,)).fetchall())

    def end(self) -> None:
        """See `HostedStore.end`."""
        self._turns.end()

    def append(
        self,
        drafts: Sequence[Draft],
        entries: Sequence[Entry],
        now: Callable[[], datetime],
        unchanged: Mapping[str, int] = NOTHING_READ,
    ) -> Appended:
        """See `Store.append`."""
        with self.deciding():
            done = super().append(drafts, entries, now, unchanged)
            at = as_text(done.recorded_at)
            for draft, position in zip(drafts, done.positions, strict=True):
                self.written[draft.stream] = position, draft.state(at)
            if drafts:
                self._tail = done.positions[-1]
                self._standing.see(*self.written[drafts[-1].stream])
        return done

    def _conflict(self, _drafts: Sequence[Any], error: sqlite3.IntegrityError) -> Exception:
        if error.sqlite_errorcode != sqlite3.SQLITE_CONSTRAINT_UNIQUE:
            return LogError(f"{self._url} refuses these events: {error}")
        return Conflict(stale(self._url))

    def streams(self, streams: Sequence[str]) -> dict[str, list[Row]]:
        """See `Store.streams`."""
        with self._reading() as c:
            return {s: list(map(as_row, c.execute(STREAM, (s, 0)).fetchall())) for s in streams}

    def tail(self) -> int:
        """See `Store.tail`."""
        return super().tail() if self._tail is None else self._tail

    def wait(self, after: int, timeout: float) -> bool:  # noqa: ARG002 - nobody is waited for
        """See `Store.wait`; others cannot be heard of here, so nobody waits."""
        if self._ask(TAIL, ())[0][0] > after:
            return True
        raise LogError("inside a block of `within` nothing new is waited for; follow outside of it")

    def view_save(self, view: str, before: int, position: int, rows: Sequence[ViewRow]) -> None:  # noqa: ARG002 - it is not written
        """See `Store.view_save`; left to who reads outside."""
        raise left_to_others(f"the view {view!r}")

    def view_drop(self, view: str) -> None:
        """See `Store.view_drop`; the same."""
        raise left_to_others(f"the view {view!r}")

    def close(self) -> None:
        """Give back nothing: the connection is the host's."""
        self.end()

    def _ask(self, question: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        with self._speaking() as cursor:
            if self._standing.seen is None:
                self._still_holds(cursor)
            return cursor.execute(question, values).fetchall()

    @contextmanager
    def _reading(self) -> Iterator[Any]:
        with self._speaking() as cursor:
            if self._standing.seen is None:
                self._still_holds(cursor)
            yield cursor

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Cursor]:
        with self.deciding(), self._speaking() as cursor:
            yield cursor

    @contextmanager
    def _speaking(self) -> Iterator[sqlite3.Cursor]:
        """A cursor of our own, whatever the host made of its connection, and errors in our words.

        How texts come out is a matter of the connection, so it is changed for the moment.
        """
        self._turns.check()
        host = self.connection
        texts = host.text_factory
        if texts is not str:
            host.text_factory = str
        try:
            # Closed here, or an error that the host keeps would keep its connection open.
            with closing(sqlite3.Cursor(host)) as cursor:
                cursor.row_factory = None
                yield cursor
        except sqlite3.IntegrityError:
            raise
        except sqlite3.ProgrammingError as error:
            raise unfit_connection(f"cannot be used: {error}") from error
        except sqlite3.Error as error:
            raise self._trouble(error) from error
        finally:
            if texts is not str:
                host.text_factory = texts

    def _trouble(self, error: sqlite3.Error) -> Any:
        code = getattr(error, "sqlite_errorcode", None)
        if code == sqlite3.SQLITE_BUSY_SNAPSHOT:
            return Conflict(
                f"{stale(self._url)}, with BEGIN IMMEDIATE so that nobody comes between"
            )
        if is_busy(error):
            return LogBusy(
                f"the write lock of {self._url} was not granted within the time that the host's "
                "connection waits (its timeout): another writer holds it. Nothing was recorded"
            )
        if code == sqlite3.SQLITE_READONLY:
            return unfit_connection("may only read", "a connection that may write")
        return LogError(f"{self._url} cannot be used: {error}")
