"""What a column of a table says of itself, once: its type, its unit and who may see it."""

from collections.abc import Mapping
from typing import Literal

import attrs

from mentorcore.domain.values import Visibility

__all__ = ["SQL_TYPES", "Column", "Kind", "Row", "Table", "column", "optional"]

Kind = Literal["id", "text", "integer", "boolean", "date", "instant"]
"""What a value is: a date is a day of the program, an instant a moment in UTC."""

SQL_TYPES: Mapping[Kind, str] = {
    "id": "text",
    "text": "text",
    "integer": "bigint",
    "boolean": "boolean",
    "date": "date",
    "instant": "timestamptz",
}
"""What a kind is in SQL, as PostgreSQL and DuckDB understand it."""

Row = tuple[object, ...]
"""The values of a row, in the order of its table's columns."""


@attrs.frozen
class Column:
    """A column of a table in a host's database.

    Attributes:
        name: What it is called.
        kind: What its values are.
        about: What it says, in a few words.
        unit: What is counted, for numbers.
        optional: Whether a value may be missing (NULL).
        visibility: Who may see it, by the class of that name; nothing that is sealed has a column.
    """

    name: str
    kind: Kind
    about: str
    unit: str = ""
    optional: bool = False
    visibility: Visibility = "program_metadata"


def column(
    name: str,
    kind: Kind,
    about: str,
    *,
    unit: str = "",
    visibility: Visibility = "program_metadata",
) -> Column:
    """A column with a value in every row."""
    return Column(name, kind, about, unit, visibility=visibility)


def optional(name: str, kind: Kind, about: str, *, unit: str = "") -> Column:
    """A column in which a value may be missing."""
    return Column(name, kind, about, unit, optional=True)


@attrs.frozen
class Table:
    """A table in a host's database.

    Attributes:
        name: What it is called, without the prefix.
        about: What one of its rows is.
        key: The columns that tell its rows apart.
        owner: The column with the stream that a row is derived from; what happens on another
            stream never changes the row, but for settings of its program.
        columns: Its columns.
        indexes: Columns that are looked up besides the key.
    """

    name: str
    about: str
    key: tuple[str, ...]
    owner: str
    columns: tuple[Column, ...]
    indexes: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(c.name for c in self.columns)

    def key_of(self, row: Row) -> Row:
        """The values of a row that tell it apart."""
        names = self.names
        return tuple(row[names.index(name)] for name in self.key)
