"""The library's PostgreSQL recorder, writing to our tables by our rules.

What the library can read and write elsewhere, it can read and write in a log of ours. Three things
differ: events are inserted without pipeline mode, which hangs on large batches and holds the table
lock meanwhile; the lock is never waited for without end; and the functions in the database that
leave the lock out, so that readers lose events, are refused.
"""

from collections.abc import Sequence
from typing import Any

from eventsourcing.persistence import StoredEvent, Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresProcessRecorder
from psycopg.abc import Query
from psycopg.sql import SQL, Identifier

from mentorcore.errors import LogError
from mentorcore.log.stores.postgres.address import Place
from mentorcore.log.stores.postgres.statements import INSERT_MANY
from mentorcore.log.stores.postgres.tables import within

__all__ = ["LogDatastore", "LogRecorder"]


class LogDatastore(PostgresDatastore):
    """The library's datastore for one place. It connects when the library is first used.

    Args:
        at: The place.
        lock_timeout: Seconds to wait for the table lock.
    """

    def __init__(self, at: Place, lock_timeout: float) -> None:
        super().__init__(
            dbname=at.dbname,
            host=at.host,
            port=at.port,
            user=at.user,
            password=at.password,
            pool_size=1,
            max_overflow=1,
            schema=at.schema,
            originator_id_type="text",
            single_row_tracking=True,
        )
        self.lock_milliseconds = max(1, round(lock_timeout * 1000))
        self.pool.kwargs = {**(self.pool.kwargs or {}), **at.parameters()}  # type: ignore[dict-item] # never a callable here

    @property
    def enable_db_functions(self) -> bool:
        """Always false: those functions insert without the lock that keeps events in order."""
        return False

    @enable_db_functions.setter
    def enable_db_functions(self, enabled: bool) -> None:
        if enabled:
            raise LogError(
                "the library's database functions insert without the table lock, and readers "
                "would lose events for ever; a log refuses them"
            )

    def register_type_adapters(self) -> None:
        """Nothing: events are passed as parallel arrays, not as a composite type."""


class LogRecorder(PostgresProcessRecorder):
    """The library's recorder over the tables of a log.

    Args:
        datastore: Where.
        channel: What writers notify and subscribers listen to.
    """

    def __init__(self, datastore: LogDatastore, channel: str) -> None:
        super().__init__(datastore)
        self.channel_name = channel
        self.lock_table_statements: list[Query] = [
            SQL("SET LOCAL lock_timeout = {0}").format(datastore.lock_milliseconds),
            SQL("LOCK TABLE {0}.{1} IN EXCLUSIVE MODE").format(
                Identifier(datastore.schema), Identifier(self.events_table_name)
            ),
        ]
        self._insert = within(datastore.schema, INSERT_MANY)

    def create_table(self) -> None:
        """Nothing: a log has its tables from the moment it exists, and they never change."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        """Insert events under the table lock, in one statement without pipeline mode."""
        tracking: Tracking | None = kwargs.get("tracking")
        with self.datastore.transaction(commit=True) as cursor:
            self._lock_table(cursor)
            self._notify_channel(cursor)
            if tracking is not None:
                self._insert_tracking(cursor, tracking)
            if not stored_events:
                return []
            columns = (
                [str(s.originator_id) for s in stored_events],
                [s.originator_version for s in stored_events],
                [s.topic for s in stored_events],
                [s.state for s in stored_events],
            )
            cursor.execute(self._insert, columns)
            return [row["notification_id"] for row in cursor.fetchall()]
