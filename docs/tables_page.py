"""Writes what stands in the tables from their declarations."""

from datetime import date

from mentorcore.domain.visibility import READERS
from mentorcore.tables.columns import SQL_TYPES, Kind, Table
from mentorcore.tables.layout import LAYOUT, STATE, TABLES
from mentorcore.tables.mentor_hours import mentor_hours_sql
from mentorcore.tables.naming import PREFIX
from mentorcore.tables.sqlite import SQLite

MEANINGS: dict[Kind, str] = {
    "id": "an id of the log",
    "text": "a word or a public text",
    "integer": "a whole number",
    "boolean": "yes or no",
    "date": "a day of the program, in its time zone",
    "instant": "a moment, in UTC",
}

INTRODUCTION = f"""\
# Tables

What `engine.tables` and `mentorcore tables` keep in a host's database; see
[Ask in SQL](../how-to/ask-in-sql.md). Their names begin with `{PREFIX}` unless another prefix is
given. This is layout {LAYOUT}: the tables of another layout are rebuilt.

Nothing that is sealed has a column, whoever asks. People are named by their ids. A column says by its
class who may see it, as [visibility classes](settings.md#visibility-classes) do: give rights to
databases and files accordingly. A row is derived from the events of one stream, corrections applied,
by the fold of the views.

The log is told up to one position, which stands in `{PREFIX}{STATE.name}` and changes in the same
transaction. Facts of days to come are there as they were recorded."""


def _table(table: Table) -> list[str]:
    parts = ["", f"## {table.name}", "", f"{table.about} Its key is {_listed(table.key)}.", ""]
    parts += ["| Column | Type | Unit | Class | Meaning |", "|---|---|---|---|---|"]
    for c in table.columns:
        kind = f"{c.kind}, may be NULL" if c.optional else c.kind
        parts.append(f"| `{c.name}` | {kind} | {c.unit} | `{c.visibility}` | {c.about} |")
    return parts


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def page() -> str:
    """The page."""
    parts = [INTRODUCTION, "", "| Type | | In PostgreSQL | In SQLite | In files |"]
    parts.append("|---|---|---|---|---|")
    for kind, meaning in MEANINGS.items():
        files = {"boolean": "`true`, `false`", "date": "`2026-09-30`"}.get(kind, "")
        files = "`2026-09-30T15:00:00.000000Z`" if kind == "instant" else files
        types = f"`{SQL_TYPES[kind]}` | `{SQLite.types[kind]}`"
        parts.append(f"| {kind} | {meaning} | {types} | {files} |")
    seen = {c.visibility for t in (*TABLES, STATE) for c in t.columns}
    parts += ["", "| Class | Readers |", "|---|---|"]
    parts += [f"| `{c}` | {', '.join(sorted(READERS[c]))} |" for c in sorted(seen)]
    for table in (*TABLES, STATE):
        parts += _table(table)
    parts += ["", "## Hours of mentors", "", HOURS, "", "```sql"]
    parts += [mentor_hours_sql(date(2026, 9, 30)).rstrip(), "```"]
    return "\n".join(parts) + "\n"


HOURS = """\
The hours of each mentor in each month, for payroll. For any day it tells what the status tells as of
that day: the meetings until then, by the settings in force then, a joint meeting once for each
mentor. `Tables.mentor_hours(day)` answers it, `mentor_hours_sql(day)` gives its text. PostgreSQL,
SQLite and DuckDB understand it alike; the day stands in the first line."""
