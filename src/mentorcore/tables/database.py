"""A host's database as far as the tables need it: transactions, a lock, rows in and out.

The connection is the host's. Nothing of how it is set up is relied on or changed: rows are read
as plain tuples whatever its factories make, statements are never prepared, and where the host is
in a transaction already, everything happens inside it and stands once the host commits.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Literal, Protocol

from mentorcore.tables.columns import Kind, Row, Table

__all__ = ["Database", "Mode", "creation", "deletions"]

Mode = Literal["read", "aside", "write"]
"""What a transaction is for: to read; to fill tables of the connection's own and to write in the
end; to write from the beginning on, as the only one where a database knows no more."""

AT_ONCE = 200
"""Keys named in one statement; SQLite takes 32,766 values, older ones 999."""


class Database(Protocol):
    """A database of a host, whatever its kind."""

    types: Mapping[Kind, str]
    """By kind of column, its type there."""
    ending: str
    """What stands at the end of a statement that creates a table."""
    aside: str
    """What stands before the names of tables that are for this connection only."""
    shows_one_moment: bool
    """Whether all that is read in a transaction is as of one moment."""

    @property
    def where(self) -> str:
        """Where it is, for messages and lists; without a password, empty where it does not last."""

    def transaction(self, mode: Mode) -> AbstractContextManager[None]:
        """One transaction, or a part of that which the host has begun, all of it or nothing.

        Where the connection commits by itself, so does this. Else the host commits, as after any
        statement of its own; a transaction in which nothing was written is not left open.
        """

    @property
    def is_settled(self) -> bool:
        """Whether what was done stands, and waits for no commit of the host."""

    def lock(self, prefix: str) -> None:
        """Wait until nobody else changes the tables of this prefix, until the transaction ends."""

    def run(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Carry out a statement; ``?`` stands for a value."""

    def rows(self, statement: str, values: Sequence[Any] = ()) -> Iterator[Row]:
        """The rows of a query."""

    def index(self, table: str, column: str) -> None:
        """Let rows of a table be found by a column."""

    def insert(self, into: str, names: Sequence[str], rows: Iterable[Row]) -> None:
        """Insert rows."""

    def held(self, row: Row) -> Row:
        """A row as it is read back."""

    def columns(self, name: str) -> tuple[str, ...]:
        """The columns of a table in order, none where there is no such table."""

    def close(self) -> None:
        """Give the connection back where it is our own."""


def creation(db: Database, table: Table, name: str) -> str:
    """The statement that creates a table."""
    lines = [
        f"{c.name} {db.types[c.kind]}{'' if c.optional else ' not null'}" for c in table.columns
    ]
    lines.append(f"primary key ({', '.join(table.key)})")
    return f"create table {name} ({', '.join(lines)}){db.ending}"


def deletions(
    name: str, key: Sequence[str], gone: Sequence[Row]
) -> Iterator[tuple[str, list[object]]]:
    """The statements, each with its values, that delete rows by their keys."""
    for start in range(0, len(gone), AT_ONCE):
        some = gone[start : start + AT_ONCE]
        one = f"({', '.join('?' * len(key))})"
        listed = ", ".join([one] * len(some))
        values = [value for row in some for value in row]
        yield f"delete from {name} where ({', '.join(key)}) in (values {listed})", values
