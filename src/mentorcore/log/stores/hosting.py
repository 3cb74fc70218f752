"""Which store keeps the log in a transaction of its host, told from where the log is."""

from typing import Any

from mentorcore.log.storage.hosted import HostedStore, driver_connection, unfit_connection
from mentorcore.log.storage.store import Store

__all__ = ["hosted"]


def hosted(store: Store, connection: object) -> HostedStore:
    """The log of *store* as the transaction of a host sees it.

    Args:
        store: The open log.
        connection: What the host writes with; see `driver_connection`.

    Raises:
        Invalid: It leads to another database, stands in no transaction, or is of a kind that
            nothing can be recorded with.
        LogError: The log cannot be used.
    """
    from mentorcore.log.stores.memory import MemoryStore  # noqa: PLC0415 - few hosts lend anything

    opened: Any = store
    if isinstance(store, MemoryStore):
        raise unfit_connection(
            "cannot lead to a log in memory", "a log in SQLite or PostgreSQL, where the host writes"
        )
    found = driver_connection(connection)
    if "://" in store.url:
        from mentorcore.log.stores.postgres.host_transaction import HostedPostgresStore  # noqa: PLC0415 - only what is used loads

        return HostedPostgresStore(opened, found)
    from mentorcore.log.stores.sqlite.host_transaction import HostedSQLiteStore  # noqa: PLC0415 - the same

    return HostedSQLiteStore(opened, found)
