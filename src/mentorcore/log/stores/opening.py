"""Which store a log lives in, told from its address."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mentorcore.errors import Invalid, LogError, MissingExtra, Problem
from mentorcore.log.storage.path_names import meant_as_address
from mentorcore.log.storage.store import Store

if TYPE_CHECKING:
    from mentorcore.log.stores.postgres.pool import Pool

__all__ = ["open_store"]


def open_store(
    url: str,
    *,
    create: bool = True,
    lock_timeout: float = 10.0,
    patience: float = 15.0,
    read_only: bool = False,
    pool: "Pool | None" = None,
) -> Store:
    """Open the log at *url*, or make one where nothing stands yet.

    Args:
        url: A path (SQLite), ``:memory:``, or ``postgresql://user@host/database``; a PostgreSQL
            address may name a schema (``?schema=name``), so that several logs share a database.
        create: Whether to make a log when there is none.
        lock_timeout: Seconds that a writer waits for the lock of the database before `LogBusy`.
        patience: Seconds that a call waits in all, for other threads and for a server that is away.
        read_only: Whether nothing is to be written, as where nothing can be: on a replica, as a
            user who may only read. No log is made then.
        pool: Who lends connections to PostgreSQL; left out, the log has its own.

    Raises:
        NotALog: Something else stands there; or nothing, and *create* is false.
        MissingExtra: The address needs a package that is not installed.
        LogAway: The server cannot be reached.
        LogError: The address is malformed, or the server refuses.
    """
    if not lock_timeout > 0:
        raise LogError(f"a lock timeout of {lock_timeout} s would wait for ever or never")
    if not 0 < patience < float("inf"):
        raise LogError(f"a patience of {patience} s would wait for ever or never")
    if pool is not None and not re.match("postgres(ql)?://", url):
        raise Invalid(
            f"{url} has no use for a pool",
            [Problem("pool", "is given", "the address of a log in PostgreSQL")],
        )
    bounds: Mapping[str, float] = {"lock_timeout": lock_timeout, "patience": patience}
    if url == ":memory:":
        from mentorcore.log.stores.memory import MemoryStore  # noqa: PLC0415 - only what is used loads

        return MemoryStore(**bounds)
    create = create and not read_only
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]+)://", url)
    if scheme is None:
        if meant := meant_as_address(url):
            raise LogError(
                f"this reads like an address for {meant!r}, and would become a file of that "
                "name; give the path alone, :memory: or postgresql://... (a file that is really "
                "called so is ./ and its name)"
            )
        from mentorcore.log.stores.sqlite.store import SQLiteStore  # noqa: PLC0415 - the same

        return SQLiteStore(url, create=create, read_only=read_only, **bounds)
    if scheme[1] not in ("postgresql", "postgres"):
        raise LogError(
            f"no store is known for {scheme[1]}://; give a path, :memory: or postgresql://..."
        )
    try:
        from mentorcore.log.stores.postgres.store import PostgresStore  # noqa: PLC0415 - it needs an extra
    except ImportError as error:
        raise MissingExtra("a log in PostgreSQL", "postgres") from error
    return PostgresStore(url, create=create, read_only=read_only, pool=pool, **bounds)
