"""The database of a host: behind the connection that it hands over, or at an address."""

import os
import re
import sqlite3
import sys
from typing import Any

from mentorcore.errors import Invalid, MissingExtra, Problem, TablesError
from mentorcore.log.storage.hosted import driver_connection
from mentorcore.log.storage.path_names import meant_as_address
from mentorcore.tables.database import Database
from mentorcore.tables.sqlite import SQLite

__all__ = ["database"]

PATIENCE = 10.0
"""Seconds that a writer in SQLite waits for others."""


TAKEN = (
    "a connection of psycopg 3 or sqlite3, what hands one out (SQLAlchemy, Django), or the path or "
    "address of such a database"
)


def database(given: Any) -> Database:
    """The database behind what a host handed over.

    Args:
        given: A connection, or what hands one out; or a path (SQLite), ``:memory:`` or
            ``postgresql://user@host/database``.

    Raises:
        Invalid: It is neither.
        MissingExtra: The address needs a package that is not installed.
        TablesError: The address leads to no database.
    """
    if isinstance(given, str | os.PathLike):
        return _at(os.fspath(given))
    found = driver_connection(given)
    if isinstance(found, sqlite3.Connection):
        return SQLite(found)
    psycopg = sys.modules.get("psycopg")  # whoever has such a connection has imported it
    if psycopg is not None and isinstance(found, psycopg.Connection):
        from mentorcore.tables.postgres import Postgres  # noqa: PLC0415 - it needs an extra

        return Postgres(found)
    shown = f"{type(given).__module__}.{type(given).__qualname__}"
    problem = Problem("connection", f"is of the type {shown}", TAKEN)
    raise Invalid("the database for the tables cannot be told", [problem])


def _at(address: str) -> Database:
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]+)://", address)
    if scheme is None:
        if address != ":memory:" and (meant := meant_as_address(address)):
            raise TablesError(
                f"this reads like an address for {meant!r}, and would become a file of that name; "
                "give a path or postgresql://... (a file that is really called so is ./ and its "
                "name)"
            )
        return _sqlite(address)
    if scheme[1] not in ("postgresql", "postgres"):
        raise TablesError(
            f"tables are kept in no database at {scheme[1]}://; give a path or postgresql://..."
        )
    try:
        import psycopg  # noqa: PLC0415 - it needs an extra

        from mentorcore.tables.postgres import Postgres  # noqa: PLC0415 - the same
    except ImportError as error:
        raise MissingExtra("a database in PostgreSQL", "postgres") from error
    try:
        return Postgres(psycopg.connect(address, autocommit=True), own=True)
    except psycopg.ProgrammingError:
        # What is wrong with an address may quote a piece of its password, as a cause, too.
        raise TablesError(
            "the database for the tables cannot be reached: its address is malformed, or says what "
            "is not understood; it is like postgresql://user:password@host:port/database, with "
            "special characters of the password percent-encoded"
        ) from None
    except psycopg.Error as error:
        said = _line(error)
        raise TablesError(f"the database for the tables cannot be reached: {said}") from error


def _sqlite(path: str) -> Database:
    try:
        connection = sqlite3.connect(
            path, timeout=PATIENCE, isolation_level=None, check_same_thread=False
        )
    except sqlite3.Error as error:
        raise TablesError(f"{path} cannot be opened as a database: {_line(error)}") from error
    try:
        connection.execute("select count(*) from sqlite_master").close()
    except sqlite3.Error as error:
        connection.close()
        raise TablesError(f"{path} cannot be opened as a database: {_line(error)}") from error
    return SQLite(connection, own=True)


def _line(error: Any) -> str:
    return " ".join(str(error).split())
