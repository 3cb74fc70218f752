"""Which store a log lives in, told from its address."""

import re

from mentorcore.errors import LogError, MissingExtra
from mentorcore.log.storage.store import Store

__all__ = ["open_store"]


def open_store(url: str, *, create: bool = True, lock_timeout: float = 10.0) -> Store:
    """Open the log at *url*, or make one where nothing stands yet.

    Args:
        url: A path (SQLite), ``:memory:``, or ``postgresql://user@host/database``; a PostgreSQL
            address may name a schema (``?schema=name``), so that several logs share a database.
        create: Whether to make a log when there is none.
        lock_timeout: Seconds that a writer waits for the others before `LogBusy`.

    Raises:
        NotALog: Something else stands there; or nothing, and *create* is false.
        MissingExtra: The address needs a package that is not installed.
        LogError: The address is malformed, or its server cannot be reached.
    """
    if not lock_timeout > 0:
        raise LogError(f"a lock timeout of {lock_timeout} s would wait for ever or never")
    if url == ":memory:":
        from mentorcore.log.stores.memory import MemoryStore  # noqa: PLC0415 - only what is used loads

        return MemoryStore(lock_timeout=lock_timeout)
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]+)://", url)
    if scheme is None:
        from mentorcore.log.stores.sqlite.store import SQLiteStore  # noqa: PLC0415 - the same

        return SQLiteStore(url, create=create, lock_timeout=lock_timeout)
    if scheme[1] not in ("postgresql", "postgres"):
        raise LogError(
            f"no store is known for {scheme[1]}://; give a path, :memory: or postgresql://..."
        )
    try:
        from mentorcore.log.stores.postgres.store import PostgresStore  # noqa: PLC0415 - it needs an extra
    except ImportError as error:
        raise MissingExtra("a log in PostgreSQL", "postgres") from error
    return PostgresStore(url, create=create, lock_timeout=lock_timeout)
