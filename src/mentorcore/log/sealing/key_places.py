"""Where people's keys are kept, told from a path or an address."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mentorcore.errors import Invalid, LogError, MissingExtra, Problem
from mentorcore.log.sealing.key_file import KeyFile
from mentorcore.log.sealing.key_transfer import (
    PortableKeys,
    copy_keys,
    copy_to_file,
    master_path,
    portable,
)
from mentorcore.log.sealing.keys import Keys
from mentorcore.log.sealing.keys_in_postgres import SCHEMES, KeysInPostgres, place_of
from mentorcore.log.storage.path_names import meant_as_address
from mentorcore.log.stores.postgres.address import place

if TYPE_CHECKING:
    from mentorcore.log.sealing.key_database import KeyDatabase

__all__ = ["KeyPlace", "keys_beside", "named", "open_keys", "transferred"]

KeyPlace = str | os.PathLike[str] | KeysInPostgres
"""The path of a key file, the address of a database of keys, or more about one."""


def keys_beside(log: str) -> str:
    """Where the keys of a log are when nobody says: ``NAME.keys`` beside ``NAME.db``.

    Raises:
        Invalid: The log is in a database, beside which nothing stands.
    """
    if "://" in log:
        raise Invalid(
            "a log in PostgreSQL needs to be told where its keys are",
            [
                Problem(
                    "keys",
                    "is missing",
                    "the path of a key file, such as keys='program.keys', or the address of a "
                    "database that is not the log's",
                )
            ],
        )
    path = Path(log)
    return str(path.with_suffix(".keys")) if path.suffix == ".db" else f"{path}.keys"


def named(where: KeyPlace) -> str:
    """A place for messages, without its password."""
    database = _in_postgres(where)
    return os.fspath(where) if database is None else place_of(database).url  # type: ignore[arg-type] # a path


def open_keys(
    where: KeyPlace,
    log_id: bytes,
    *,
    create: bool,
    log: str = "",
    patience: float = 15.0,
    read_only: bool = False,
) -> PortableKeys:
    """The keys of a log.

    Args:
        where: Where they are.
        log_id: The log's id.
        create: Whether to make a place for them when there is none.
        log: Where the log is, as its keys never stand there.
        patience: Seconds for which a server that is away is tried again.
        read_only: Whether no key is going to be made.

    Raises:
        KeyMissing: They are not there, or belong to another log.
        Invalid: They would stand in the log's own database.
        MissingExtra: The address needs a package that is not installed.
    """
    database = _in_postgres(where)
    if database is None:
        assert not isinstance(where, KeysInPostgres)
        return KeyFile(where, log_id, create=create, read_only=read_only)
    _refuse_the_logs_own(database, log)
    return _key_database()(database, log_id, create, patience=patience, read_only=read_only)


@contextmanager
def transferred(source: Keys, where: KeyPlace, log_id: bytes, *, log: str = "") -> Iterator[int]:
    """Bring all keys to a place that has none; how many they are.

    Where the block fails, they are taken away again.

    Raises:
        Invalid: There are keys already, or it is the log's own database.
        KeyMissing: One of them does not open.
    """
    database = _in_postgres(where)
    if database is not None:
        _refuse_the_logs_own(database, log)
        with _in_database(portable(source), database, log_id) as count:
            yield count
        return
    assert not isinstance(where, KeysInPostgres)
    path = Path(where)
    count = copy_to_file(source, path, log_id)
    try:
        yield count
    except BaseException:
        for file in (path, master_path(path), Path(f"{path}-journal")):
            file.unlink(missing_ok=True)
        raise


@contextmanager
def _in_database(source: PortableKeys, where: KeysInPostgres, log_id: bytes) -> Iterator[int]:
    made = _key_database()(where, log_id, create=True, index_key=source.index_key())
    with closing(made) as target:
        if next(target.entries(), None) is not None:
            raise Invalid(
                "the keys were not copied",
                [Problem("keys", f"{target.url} holds keys of this log already", "another place")],
            )
        try:
            yield copy_keys(source, target)
        except BaseException:
            target.forget()
            raise


def _in_postgres(where: KeyPlace) -> KeysInPostgres | None:
    """The database of keys that is meant, if one is.

    Raises:
        LogError: The address is malformed, or of something that keeps no keys.
    """
    if isinstance(where, KeysInPostgres):
        return where
    named = os.fspath(where)
    if named.startswith(SCHEMES):
        return KeysInPostgres.at(named)
    if meant := meant_as_address(named):
        raise LogError(
            f"keys= reads like an address for {meant!r}, and would become a file of that name; "
            "give the path of a key file, or postgresql://... (a file that is really called so is "
            "./ and its name)"
        )
    return None


def _refuse_the_logs_own(keys: KeysInPostgres, log: str) -> None:
    """Keys beside what they seal would be in each dump of it."""
    if not log.startswith(SCHEMES):
        return
    here, there = place_of(keys), place(log)
    if (here.host, here.port, here.dbname) == (there.host, there.port, there.dbname):
        raise Invalid(
            "people's keys never stand in the log's own database",
            [Problem("keys", f"{here.url} is where the log is", "another database")],
        )


def _key_database() -> "type[KeyDatabase]":
    try:
        from mentorcore.log.sealing.key_database import KeyDatabase  # noqa: PLC0415 - it needs an extra
    except ImportError as error:
        raise MissingExtra("keys in PostgreSQL", "postgres") from error
    return KeyDatabase
