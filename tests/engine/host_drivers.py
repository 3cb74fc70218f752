"""One way to work with four drivers, so that the same transactions can be made with each."""

from __future__ import annotations

import importlib
import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from engine.hosts import database_of
from engine.world import Place

ALIAS = itertools.count(1)
"""Names of databases in Django's settings, which belong to the process."""


class Host(Protocol):
    """A host with a table ``booking (note)``, in which a note may stand once."""

    def lend(self) -> Any:
        """What is given to `within`."""

    def execute(self, statement: str) -> Any:
        """Say something to the database."""

    def transaction(self) -> AbstractContextManager[object]:
        """A transaction that is committed at its end, and rolled back by an error."""

    def savepoint(self) -> AbstractContextManager[object]:
        """The same inside a transaction."""


class Psycopg:
    def __init__(self, place: Place) -> None:
        self.connection = psycopg.connect(database_of(place.url), autocommit=True)
        self.execute = self.connection.execute
        self.transaction = self.savepoint = self.connection.transaction
        self.close = self.connection.close

    def lend(self) -> Any:
        return self.connection


class Sqlite3:
    def __init__(self, place: Place) -> None:
        self.connection = sqlite3.connect(place.url, isolation_level=None)
        self.connection.execute("PRAGMA foreign_keys = ON")
        self.execute = self.connection.execute
        self.close = self.connection.close

    def lend(self) -> Any:
        return self.connection

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self.execute("BEGIN")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            self.execute("ROLLBACK")
            raise

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        self.execute("SAVEPOINT here")
        try:
            yield
        except BaseException:
            self.execute("ROLLBACK TO here")
            raise
        finally:
            self.execute("RELEASE here")


class SQLAlchemy:
    """A session of SQLAlchemy, which lends itself."""

    def __init__(self, place: Place) -> None:
        alchemy = pytest.importorskip("sqlalchemy")
        orm = pytest.importorskip("sqlalchemy.orm")
        self.engine = alchemy.create_engine(_for_sqlalchemy(place))
        if "://" not in place.url:
            # As its documentation says: the driver would begin transactions too late otherwise.
            alchemy.event.listen(self.engine, "connect", _begin_nothing)
            alchemy.event.listen(self.engine, "begin", lambda c: c.exec_driver_sql("BEGIN"))
        self.session = orm.Session(self.engine)
        self.text = alchemy.text

    def lend(self) -> Any:
        return self.session

    def execute(self, statement: str) -> Any:
        return self.session.execute(self.text(statement))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        try:
            yield
            self.session.commit()
        except BaseException:
            self.session.rollback()
            raise

    def savepoint(self) -> AbstractContextManager[object]:
        nested: AbstractContextManager[object] = self.session.begin_nested()
        return nested

    def close(self) -> None:
        self.session.close()
        self.engine.dispose()


class SQLAlchemyConnection(SQLAlchemy):
    """The connection under a session."""

    def lend(self) -> Any:
        return self.session.connection()


class SQLAlchemyDriver(SQLAlchemy):
    """The driver's own connection under that."""

    def lend(self) -> Any:
        return self.session.connection().connection.driver_connection


class Django:
    """A database of Django, whose wrapper is lent."""

    def __init__(self, place: Place) -> None:
        django = pytest.importorskip("django")
        db = importlib.import_module("django.db")
        settings = importlib.import_module("django.conf").settings

        if not settings.configured:
            settings.configure(USE_TZ=True)
            django.setup()
        self.alias = f"log{next(ALIAS)}"
        made = db.ConnectionHandler({"default": {}, self.alias: _for_django(place)})
        db.connections.settings[self.alias] = made.settings[self.alias]
        self.connection = db.connections[self.alias]
        self.atomic = db.transaction.atomic

    def lend(self) -> Any:
        return self.connection

    def execute(self, statement: str) -> Any:
        with self.connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else None

    def transaction(self) -> AbstractContextManager[object]:
        begun: AbstractContextManager[object] = self.atomic(using=self.alias)
        return begun

    savepoint = transaction

    def close(self) -> None:
        self.connection.close()


class DjangoDriver(Django):
    """The driver's own connection under that."""

    def lend(self) -> Any:
        self.connection.ensure_connection()
        return self.connection.connection


def _begin_nothing(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")


def _for_sqlalchemy(place: Place) -> str:
    if "://" in place.url:
        return database_of(place.url).replace("postgresql:", "postgresql+psycopg:")
    return f"sqlite:///{place.url}"


def _for_django(place: Place) -> dict[str, Any]:
    if "://" not in place.url:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": place.url}
    parts = urlsplit(place.url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.removeprefix("/"),
        "USER": parts.username,
        "HOST": parse_qs(parts.query)["host"][0],
    }


DRIVERS: dict[str, tuple[str, type[Any]]] = {
    "psycopg": ("postgres", Psycopg),
    "sqlite3": ("sqlite", Sqlite3),
    **{
        f"{name}-{database}": (database, driver)
        for database in ("postgres", "sqlite")
        for name, driver in {
            "sqlalchemy": SQLAlchemy,
            "sqlalchemy-connection": SQLAlchemyConnection,
            "sqlalchemy-driver": SQLAlchemyDriver,
            "django": Django,
            "django-driver": DjangoDriver,
        }.items()
    },
}
"""By name the database and the driver."""

BOOKING = {
    "postgres": "CREATE TABLE booking (note text UNIQUE DEFERRABLE INITIALLY DEFERRED)",
    "sqlite": "CREATE TABLE booking (note TEXT, once TEXT AS ("
    "CASE note WHEN 'twice' THEN note END) REFERENCES room (name) DEFERRABLE INITIALLY DEFERRED)",
}
"""A table that finds out at the commit that a booking cannot stand."""


@contextmanager
def driven(name: str, place: Place) -> Iterator[Any]:
    """A host that uses this driver."""
    database, driver = DRIVERS[name]
    plain = psycopg.connect if database == "postgres" else sqlite3.connect
    with closing(plain(database_of(place.url))) as made:
        made.execute("DROP TABLE IF EXISTS booking")
        if database == "sqlite":
            made.execute("CREATE TABLE room (name TEXT PRIMARY KEY)")
        made.execute(BOOKING[database])
        made.commit()
    with closing(driver(place)) as host:
        yield host
