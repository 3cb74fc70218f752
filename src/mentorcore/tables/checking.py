"""Tables are held against the log: row by row, and by the figures that the views tell."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from mentorcore.projections.access.redactor import AUDITOR
from mentorcore.projections.folding.moment import Moment, day_in
from mentorcore.projections.views import Views
from mentorcore.tables.columns import Row, Table
from mentorcore.tables.held_tables import HeldTables
from mentorcore.tables.layout import COUNTED_MINUTES, TABLES
from mentorcore.tables.mentor_hours import query_for
from mentorcore.tables.source import RowSource

__all__ = ["TableDifference", "differences"]

MINUTES = (
    "select pairing_id, sum(minutes) from {name} "
    "where since <= ? and (until is null or ? < until) group by pairing_id"
)


@attrs.frozen
class TableDifference:
    """Something in the tables that is not as the log has it.

    Attributes:
        table: Which table, without the prefix.
        key: Which row, as the values of its key; empty where the whole table is meant.
        about: What is wrong with it.
    """

    table: str
    key: str
    about: str

    def __str__(self) -> str:
        at = f" at {self.key}" if self.key else ""
        return f"{self.table}{at}: {self.about}"


def differences(
    tables: HeldTables, source: RowSource, views: Views, position: int, now: datetime
) -> Iterator[TableDifference]:
    """How tables differ from the log at a position, rows first.

    Raises:
        FollowerStopped: An event of the log cannot be read or folded.
    """
    yield from _rows(tables, source, position)
    yield from _figures(tables, views, position, now)


def _rows(tables: HeldTables, source: RowSource, position: int) -> Iterator[TableDifference]:
    """Rows that are not what is derived of the log."""
    counted = dict.fromkeys(TABLES, 0)
    for streams, rows in source.derived(source.changed(0, position), position):
        for table in TABLES:
            stored = tables.stored(table, streams)
            counted[table] += len(stored)
            right = {key: held for key, (_, held) in tables.keyed(table, rows).items()}
            for key in sorted({*right, *stored}, key=repr):
                if right.get(key) != stored.get(key):
                    yield _difference(table, key, right.get(key), stored.get(key))
    for table, count in counted.items():
        if more := tables.count(table) - count:
            yield TableDifference(table.name, "", f"rows of no stream of the log: {more}")


def _difference(table: Table, key: Row, right: Row | None, stored: Row | None) -> TableDifference:
    if stored is None:
        about = "the row is missing"
    elif right is None:
        about = "the log has no such row"
    else:
        three = zip(table.names, right, stored, strict=True)
        about = f"not as the log has it: {', '.join(name for name, a, b in three if a != b)}"
    return TableDifference(table.name, ", ".join(map(str, key)), about)


def _figures(
    tables: HeldTables, views: Views, position: int, now: datetime
) -> Iterator[TableDifference]:
    """Where sums over the tables are not the figures of the status.

    The status is told from the views, which know nothing of the tables: what both say is not one
    mistake made twice.
    """
    query = MINUTES.format(name=tables.name(COUNTED_MINUTES))
    for line in views.programs(Moment(as_known=position)):
        day = day_in(now, ZoneInfo(line.time_zone))
        asked = Moment(as_of=day, as_known=position)
        told = views.status(line.program, asked, viewer=AUDITOR, today=now)
        numbers: Any = told.numbers
        months = tables.db.rows(query_for(day, tables.prefix))
        own = sum(
            int(str(minutes)) for program, _, _, minutes, _ in months if program == line.program
        )
        if own != numbers.mentor_minutes:
            about = f"{own} minutes of mentors, and {numbers.mentor_minutes} in the status"
            yield TableDifference("attendances", line.program, about)
        of_pairs = {
            str(p): int(str(m)) for p, m in tables.db.rows(query, tables.db.held((day, day)))
        }
        for row in told.pairings:
            if of_pairs.get(row.pairing, 0) != row.minutes:
                about = f"{of_pairs.get(row.pairing, 0)} minutes, and {row.minutes} in the status"
                yield TableDifference("counted_minutes", row.pairing, about)
