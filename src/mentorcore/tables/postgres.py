"""A host's database in PostgreSQL, over a connection of psycopg 3."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.rows import tuple_row

from mentorcore.errors import TablesError
from mentorcore.tables.columns import SQL_TYPES, Row
from mentorcore.tables.database import Mode

__all__ = ["Postgres"]


class Postgres:
    """A connection to PostgreSQL; see `mentorcore.tables.database.Database`.

    Args:
        connection: The connection.
        own: Whether to close it in the end.
    """

    types = SQL_TYPES
    ending = ""
    aside = "pg_temp."
    shows_one_moment = False

    def __init__(self, connection: psycopg.Connection[Any], *, own: bool = False) -> None:
        self._connection = connection
        self._own = own
        self._wrote = False

    @property
    def where(self) -> str:
        """The server, the database and the schema in which tables are created."""
        info = self._connection.info
        with self.transaction("read"):
            ((schema,),) = self.rows("select current_schema()")
        return f"postgresql://{info.user}@{info.host}:{info.port}/{info.dbname}?schema={schema}"

    @contextmanager
    def transaction(self, mode: Mode) -> Iterator[None]:
        """A transaction, or a savepoint in that of the host."""
        hosts = mode != "read" and self.is_settled and not self._connection.autocommit
        try:
            with self._hosts() if hosts else self._connection.transaction():
                yield
        except psycopg.Error as error:
            if not self._own:
                raise
            said = " ".join(str(error).split())
            raise TablesError(f"the database for the tables cannot be used: {said}") from error

    @contextmanager
    def _hosts(self) -> Iterator[None]:
        """A part of a transaction that begins with its first statement and that the host ends.

        The host may have begun it already as far as it knows, as a session of SQLAlchemy has.
        """
        self._wrote = False
        self._connection.execute(b"select 1", prepare=False)
        try:
            with self._connection.transaction():
                yield
        except BaseException:
            self._connection.rollback()
            raise
        if not self._wrote:
            self._connection.rollback()

    @property
    def is_settled(self) -> bool:
        """Whether the host is in no transaction."""
        return self._connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE

    def lock(self, prefix: str) -> None:
        """Wait for others; the lock ends with the transaction, so any pooler will do."""
        place = "'mentorcore tables ' || current_schema() || '.' || ?"
        list(self.rows(f"select pg_advisory_xact_lock(hashtextextended({place}, 0))", [prefix]))

    def run(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Carry out a statement."""
        self._wrote = True
        with self._cursor() as cursor:
            cursor.execute(_psycopg(statement), values, prepare=False)

    def rows(self, statement: str, values: Sequence[Any] = ()) -> Iterator[Row]:
        """The rows of a query."""
        with self._cursor() as cursor:
            cursor.execute(_psycopg(statement), values, prepare=False)
            yield from cursor

    def index(self, table: str, column: str) -> None:
        """Let rows of a table be found by a column."""
        name = table.rpartition(".")[2]
        self.run(f"create index {name}_by_{column} on {table} ({column})")

    def insert(self, into: str, names: Sequence[str], rows: Iterable[Row]) -> None:
        """Insert rows."""
        self._wrote = True
        statement = f"copy {into} ({', '.join(names)}) from stdin"
        with self._cursor() as cursor, cursor.copy(statement.encode()) as copy:
            for row in rows:
                copy.write_row(row)

    def _cursor(self) -> psycopg.Cursor[tuple[Any, ...]]:
        # That of the connection may be of a class that takes other placeholders.
        return psycopg.Cursor(self._connection, row_factory=tuple_row)

    def held(self, row: Row) -> Row:
        """A row as it is read back: psycopg gives what it was given."""
        return row

    def columns(self, name: str) -> tuple[str, ...]:
        """The columns of a table in the schema where tables are created."""
        return tuple(
            str(row[0])
            for row in self.rows(
                "select attname from pg_attribute where attrelid = "
                "to_regclass(quote_ident(current_schema()) || '.' || quote_ident(?)) "
                "and attnum > 0 and not attisdropped order by attnum",
                [name],
            )
        )

    def close(self) -> None:
        """Close the connection where it is our own."""
        if self._own:
            self._connection.close()


def _psycopg(statement: str) -> bytes:
    """A statement with placeholders as psycopg has them; none of ours holds a percent sign."""
    return statement.replace("?", "%s").encode()
