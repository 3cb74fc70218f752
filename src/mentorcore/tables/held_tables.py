"""The tables as a host's database holds them: made, read, changed row by row, filled from others.

One set of them has one prefix. Those that are built beside the others have another one, and vanish
with the connection.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

import attrs

from mentorcore.errors import TablesError
from mentorcore.tables.columns import Row, Table
from mentorcore.tables.database import Database, creation, deletions
from mentorcore.tables.derivation import Rows
from mentorcore.tables.layout import STATE, TABLES

__all__ = ["HeldTables", "TableState"]


@attrs.frozen
class TableState:
    """Up to where tables tell the log.

    Attributes:
        log_id: Which log.
        layout: The number of their layout.
        position: The last position that they tell.
        recorded_at: When the log learned of what stands there, UTC; nothing for an empty log.
    """

    log_id: str
    layout: int
    position: int
    recorded_at: datetime | None


class HeldTables:
    """A set of tables in a host's database.

    Args:
        db: The database.
        prefix: What their names begin with.
        aside: Whether they are for this connection only. Then nothing but they is touched, so that
            nobody is kept from working with the others meanwhile.
    """

    def __init__(self, db: Database, prefix: str, *, aside: bool = False) -> None:
        self.db = db
        self.prefix = f"{db.aside}{prefix}" if aside else prefix
        self._aside = aside

    def name(self, table: Table) -> str:
        """What a table is called here."""
        return f"{self.prefix}{table.name}"

    def are_there(self) -> bool:
        """Whether the tables are there, of whatever log.

        Raises:
            TablesError: Something else stands where they are to stand.
        """
        columns = self.db.columns(self.name(STATE))
        if columns and columns != STATE.names:
            raise self._foreign(STATE)
        for table in TABLES:
            if not columns and self.db.columns(self.name(table)):
                raise self._foreign(table)
        return bool(columns)

    def state(self) -> TableState | None:
        """Up to where they tell the log; ``None`` where there are none.

        Raises:
            TablesError: Something else stands where they are to stand.
        """
        if not self.are_there():
            return None
        rows = list(self._all(STATE))
        if len(rows) != 1:
            raise TablesError(
                f"{self.name(STATE)} has {len(rows)} rows and should have one: rebuild the tables"
            )
        log_id, layout, position, told = rows[0]
        recorded_at = datetime.fromisoformat(told) if isinstance(told, str) else told
        assert recorded_at is None or isinstance(recorded_at, datetime)
        return TableState(str(log_id), int(str(layout)), int(str(position)), recorded_at)

    def put_state(self, state: TableState) -> None:
        """Say up to where they tell the log."""
        self.db.run(f"delete from {self.name(STATE)}")
        self.db.insert(self.name(STATE), STATE.names, [attrs.astuple(state)])

    def create(self) -> None:
        """Make the tables, empty; those that are there are dropped first."""
        self.drop()
        for table in TABLES if self._aside else (*TABLES, STATE):
            name = self.name(table)
            self.db.run(creation(self.db, table, name))
            for column in {table.owner} - {*table.key[:1]} if self._aside else table.indexes:
                self.db.index(name, column)

    def drop(self) -> None:
        """Drop the tables, as far as they are there."""
        for table in (*TABLES, STATE):
            self.db.run(f"drop table if exists {self.name(table)}")

    def are_as_declared(self) -> bool:
        """Whether all of them are there, each with the columns that it should have."""
        return all(self.db.columns(self.name(t)) == t.names for t in (*TABLES, STATE))

    def fill(self, rows: Rows) -> None:
        """Put rows into tables in which nothing of their streams stands yet."""
        for table in TABLES:
            found = {table.key_of(row): row for row in rows.get(table.name, ())}
            if found:
                self.db.insert(self.name(table), table.names, found.values())

    def take_over(self, others: "HeldTables") -> None:
        """Hold what others hold, and nothing else; the others are dropped."""
        for table in TABLES:
            names, here, there = ", ".join(table.names), self.name(table), others.name(table)
            self.db.run(f"delete from {here}")
            self.db.run(f"insert into {here} ({names}) select {names} from {there}")
        others.drop()

    def take(self, streams: Sequence[str], rows: Rows) -> int:
        """Let streams own these rows and no others; answers how many rows were changed."""
        changed = 0
        for table in TABLES:
            name = self.name(table)
            before, after = self.stored(table, streams), self.keyed(table, rows)
            other = {k for k in {*before, *after} if before.get(k) != after.get(k, (None, None))[1]}
            for statement, values in deletions(name, table.key, sorted(before.keys() & other)):
                self.db.run(statement, values)
            if new := [row for key, (row, _) in after.items() if key in other]:
                self.db.insert(name, table.names, new)
            changed += len(other)
        return changed

    def keyed(self, table: Table, rows: Rows) -> dict[Row, tuple[Row, Row]]:
        """Rows of a table by their keys, each also as it is read back; the last of a key counts."""
        found = rows.get(table.name, ())
        return {self.db.held(table.key_of(row)): (row, self.db.held(row)) for row in found}

    def stored(self, table: Table, streams: Sequence[str]) -> dict[Row, Row]:
        """The rows of a table that streams own, by their keys."""
        if not streams:
            return {}
        places = ", ".join("?" * len(streams))
        names = ", ".join(table.names)
        query = f"select {names} from {self.name(table)} where {table.owner} in ({places})"
        return {table.key_of(row): row for row in self.db.rows(query, streams)}

    def count(self, table: Table) -> int:
        """How many rows a table has."""
        [[total]] = self.db.rows(f"select count(*) from {self.name(table)}")
        return int(str(total))

    def look(self, table: Table, wanted: str, by: str, value: str) -> list[str]:
        """A column of the rows that hold *value* in another."""
        query = f"select {wanted} from {self.name(table)} where {by} = ?"
        return [str(row[0]) for row in self.db.rows(query, [value])]

    def _all(self, table: Table) -> Iterator[Row]:
        return self.db.rows(f"select {', '.join(table.names)} from {self.name(table)}")

    def _foreign(self, table: Table) -> TablesError:
        where = f" in {self.db.where}" if self.db.where else ""
        return TablesError(
            f"there is a table {self.name(table)}{where} that is none of ours; give the tables of "
            "the log another prefix"
        )
