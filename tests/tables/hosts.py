"""A host's database as the tests of the tables see it: what stands there, told by the host."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

import attrs

from mentorcore.tables.layout import STATE, TABLES

PREFIX = "mentorcore_"


@attrs.frozen
class Host:
    """A host with its connection, and a way to make others."""

    kind: str
    connection: Any
    connect: Callable[[], Any]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query answers."""
        cursor = self.connection.cursor()
        cursor.execute(query)
        return [tuple(row) for row in cursor.fetchall()]

    def run(self, statement: str) -> None:
        """A statement of the host."""
        self.connection.cursor().execute(statement)

    def begin(self) -> None:
        """A transaction of the host, in which something was written."""
        self.run("create table if not exists booking (pairing text)")
        self.run("begin")
        self.run("insert into booking values ('x')")

    def seen(self, query: str) -> list[tuple[Any, ...]]:
        """What somebody else is answered."""
        with closing(self.connect()) as other:
            cursor = other.cursor()
            cursor.execute(query)
            return [tuple(row) for row in cursor.fetchall()]

    def there(self) -> set[str]:
        """The names of the tables that somebody else sees."""
        if self.kind == "sqlite":
            query = "select name from sqlite_master where type = 'table'"
        else:
            query = "select tablename from pg_tables where schemaname = current_schema()"
        return {str(row[0]) for row in self.seen(query)}

    def everything(self, prefix: str = PREFIX) -> dict[str, list[tuple[Any, ...]]]:
        """All rows of all tables, in one order."""
        return {
            t.name: sorted(self.rows(f"select * from {prefix}{t.name}"), key=repr)
            for t in (*TABLES, STATE)
        }
