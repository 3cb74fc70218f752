"""Opening a log: by path, by address of a database, or in memory."""

import os
from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from mentorcore.engine.clock import YEAR
from mentorcore.engine.engine import Engine
from mentorcore.engine.missing_events import KeysBeside
from mentorcore.engine.registered_packs import opened_with
from mentorcore.errors import Invalid, NotALog, Problem
from mentorcore.log.sealing.keys import Keys, MemoryKeys
from mentorcore.log.sealing.keys_in_postgres import KeysInPostgres
from mentorcore.log.storage.store import Store
from mentorcore.log.stores.opening import open_store
from mentorcore.practices.practice import Practice
from mentorcore.practices.registry import Practices

if TYPE_CHECKING:
    from mentorcore.audit.notes.signing import Signing
    from mentorcore.log.stores.postgres.pool import Pool
    from mentorcore.policy.pack import Pack

__all__ = ["open_engine", "system_clock"]


def system_clock() -> datetime:
    """The current instant."""
    return datetime.now(UTC)


def open_engine(
    location: str | os.PathLike[str] = ":memory:",
    *,
    keys: Keys | KeysInPostgres | str | os.PathLike[str] | None = None,
    clock: Callable[[], datetime] = system_clock,
    ids: Callable[[], str] | None = None,
    create: bool = True,
    lock_timeout: float = 10.0,
    patience: float = 15.0,
    read_only: bool = False,
    pool: "Pool | None" = None,
    sign: "Signing | str | os.PathLike[str] | None" = None,
    practices: Practices | Iterable[Practice] = (),
    packs: Iterable["Pack | str | os.PathLike[str]"] = (),
    clock_ahead: timedelta | None = YEAR,
) -> Engine:
    """Open a log, or make a new one where nothing stands yet.

    A log may be opened many times at once, by any number of threads and processes. The files of a
    log in SQLite are for SQLite alone meanwhile: a program that reads or copies them by other
    means, in a process that has the log open, takes the locks away on which other processes rely.

    Args:
        location: A path (SQLite), ``postgresql://user@host/database`` or ``:memory:``.
        keys: Where people's keys are kept: a path; for several machines the address of a database
            in PostgreSQL that is not the log's (see `KeysInPostgres`); or an object with the
            methods of `Keys`. By default ``NAME.keys`` beside a log ``NAME.db``. Losing them loses
            every personal text.
        clock: Answers with the current instant; it has to know its time zone.
        ids: Answers with 32 new hex digits, rising in time.
        create: Whether to make a log when there is none.
        lock_timeout: Seconds that a writer waits for the lock of the database.
        patience: Seconds that a call waits in all: for other threads of this process, and for a
            server that is away. Opening waits for it as well.
        read_only: Whether nothing is to be written. A replica will do then, a user who may only
            read, or a medium that takes no writes: every question is answered, and whatever would
            record is refused.
        pool: Who lends the connections to PostgreSQL, to this log and to others in the same
            database; left out, the log has its own.
        sign: The file of a signing key, or a `Signing` that says more: then checkpoints are made
            while the log is open, after 1,000 events or a minute and when it is closed. Without
            it nothing is signed.
        practices: What the program does beyond the core and the practices that come with
            mentorcore. Nothing is looked for: `Practices.installed` finds what is installed.
        packs: Policy packs beside those that come with mentorcore, or the files that they stand in.
            A pack that a program of the log adopted is kept beside it and need not be given again.
        clock_ahead: How far ahead of the last recorded event the clock may be before nothing is
            recorded any more (`Refused`, ``clock_ahead``) until somebody says that it is right:
            `Engine.confirm_clock`. ``None`` believes any clock.

    Raises:
        NotALog: Something else stands there, or nothing and *create* is false.
        KeyMissing: The log holds events and its key file is not there.
        Invalid: *location* is no path or address, a PostgreSQL log is opened without *keys*, or
            one for reading with *sign*; or a policy pack needs correction.
        LogAway: The server cannot be reached.
        MissingExtra: The address needs a package that is not installed.
        PracticeError: The practices do not fit together.
    """
    together = practices if isinstance(practices, Practices) else Practices.of(practices)
    if not isinstance(location, str | os.PathLike) or isinstance(os.fspath(location), bytes):
        shown = type(location).__name__
        raise Invalid(
            "the log to open cannot be told",
            [Problem("location", f"is of the type {shown}", "a path, an address, or ':memory:'")],
        )
    address = os.fspath(location)
    if read_only and sign is not None:
        raise Invalid(
            "a log that is opened for reading makes no checkpoints",
            [Problem("sign", "is given", "no signing key with read_only")],
        )
    here = opened_with(together, packs)
    signing = None if sign is None else _signing(sign)
    beside = KeysBeside(address, keys)
    with ExitStack() as opening:
        try:
            store = opening.enter_context(
                closing(
                    open_store(
                        address,
                        create=create and not beside.are_there,
                        lock_timeout=lock_timeout,
                        patience=patience,
                        read_only=read_only,
                        pool=pool,
                    )
                )
            )
        except NotALog as error:
            if not (create and error.is_free):
                raise
            raise beside.refused(error) from None
        opened = _keys(address, store, keys, patience)
        beside.refuse_empty(store.tail(), opened)
        if opened is not keys:
            opening.callback(opened.close)
        engine = Engine(
            store,
            opened,
            clock=clock,
            ids=ids,
            signing=signing,
            practices=here,
            clock_ahead=clock_ahead,
        )
        opening.pop_all()
        return engine


def _signing(sign: "Signing | str | os.PathLike[str]") -> "Signing":
    from mentorcore.audit.notes.signing import Signing, sign_with  # noqa: PLC0415 - few logs are signed

    return sign if isinstance(sign, Signing) else sign_with(sign)


def _keys(
    address: str,
    store: Store,
    keys: Keys | KeysInPostgres | str | os.PathLike[str] | None,
    patience: float,
) -> Keys:
    if keys is None and address == ":memory:":
        return MemoryKeys()
    if keys is None or isinstance(keys, str | os.PathLike | KeysInPostgres):
        from mentorcore.log.sealing import key_places  # noqa: PLC0415 - not needed in memory

        where = key_places.keys_beside(address) if keys is None else keys
        create = store.tail() == 0 and not store.read_only
        return key_places.open_keys(
            where,
            store.log_id,
            create=create,
            log=address,
            patience=patience,
            read_only=store.read_only,
        )
    return keys
