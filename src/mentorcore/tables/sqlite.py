"""A host's database in SQLite."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from mentorcore.errors import TablesError
from mentorcore.tables.columns import Kind, Row
from mentorcore.tables.database import Mode

__all__ = ["SQLite"]

SAVEPOINT = "mentorcore_tables"


class SQLite:
    """A connection to SQLite; see `mentorcore.tables.database.Database`.

    Days are texts such as ``2026-10-15`` and instants such as ``2026-10-15T12:00:00.000000Z``, so
    that they sort in time; yes and no are 1 and 0.

    Args:
        connection: The connection.
        own: Whether to close it in the end.
    """

    types: Mapping[Kind, str] = {
        "id": "text",
        "text": "text",
        "integer": "integer",
        "boolean": "integer",
        "date": "text",
        "instant": "text",
    }
    ending = " strict"
    aside = "temp."
    shows_one_moment = True

    def __init__(self, connection: sqlite3.Connection, *, own: bool = False) -> None:
        self._connection = connection
        self._own = own
        self._made = False

    @property
    def where(self) -> str:
        """The file; empty for a database in memory."""
        found = {str(row[1]): str(row[2] or "") for row in self.rows("pragma database_list")}
        return found.get("main", "")

    @contextmanager
    def transaction(self, mode: Mode) -> Iterator[None]:
        """A transaction, or a savepoint in that of the host."""
        try:
            with self._inside() if self._connection.in_transaction else self._begun(mode):
                yield
        except sqlite3.Error as error:
            if not self._own:
                raise
            said = " ".join(str(error).split())
            raise TablesError(f"the database for the tables cannot be used: {said}") from error

    @contextmanager
    def _inside(self) -> Iterator[None]:
        self.run(f"savepoint {SAVEPOINT}")
        try:
            yield
        except BaseException:
            if self._connection.in_transaction:  # some errors end it by themselves
                self.run(f"rollback to {SAVEPOINT}")
                self.run(f"release {SAVEPOINT}")
            raise
        self.run(f"release {SAVEPOINT}")

    @contextmanager
    def _begun(self, mode: Mode) -> Iterator[None]:
        before, self._made = self._connection.total_changes, False
        self.run("begin immediate" if mode == "write" else "begin")
        try:
            yield
        except BaseException:
            if self._connection.in_transaction:
                self.run("rollback")
            raise
        if self._commits_by_itself():
            self.run("commit")
        elif mode == "read" or not (self._made or self._connection.total_changes > before):
            self.run("rollback")

    def _commits_by_itself(self) -> bool:
        autocommit = getattr(self._connection, "autocommit", None)
        return autocommit is True or self._connection.isolation_level is None

    @property
    def is_settled(self) -> bool:
        """Whether the host is in no transaction."""
        return not self._connection.in_transaction

    def lock(self, prefix: str) -> None:
        """Be the one who may write, before anything was read that another could change."""
        try:
            # A statement that would write asks for the lock, also where it changes nothing.
            self.run(f"delete from {prefix}state where false")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:  # there is no such table
                raise

    def run(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Carry out a statement."""
        self._made |= statement.startswith(("create ", "drop "))
        cursor = self._connection.cursor()
        cursor.execute(statement, self.held(tuple(values)))
        cursor.close()

    def rows(self, statement: str, values: Sequence[Any] = ()) -> Iterator[Row]:
        """The rows of a query, as tuples of plain values."""
        cursor = self._connection.cursor()
        cursor.row_factory = None
        try:
            for row in cursor.execute(statement, self.held(tuple(values))):
                # The host may want its texts as bytes.
                yield tuple(v.decode() if isinstance(v, bytes) else v for v in row)
        finally:
            cursor.close()

    def index(self, table: str, column: str) -> None:
        """Let rows of a table be found by a column."""
        place, dot, name = table.rpartition(".")
        self.run(f"create index {place}{dot}{name}_by_{column} on {name} ({column})")

    def insert(self, into: str, names: Sequence[str], rows: Iterable[Row]) -> None:
        """Insert rows."""
        places = ", ".join("?" * len(names))
        cursor = self._connection.cursor()
        cursor.executemany(
            f"insert into {into} ({', '.join(names)}) values ({places})",
            map(self.held, rows),
        )
        cursor.close()

    def held(self, row: Row) -> Row:
        """A row as it is read back: texts and numbers."""
        return tuple(map(_held, row))

    def columns(self, name: str) -> tuple[str, ...]:
        """The columns of a table, none where there is no such table."""
        return tuple(str(r[0]) for r in self.rows("select name from pragma_table_info(?)", [name]))

    def close(self) -> None:
        """Close the connection where it is our own."""
        if self._own:
            self._connection.close()


def _held(value: object) -> object:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case bool():
            return int(value)
    return value
