"""Databases of a host for tables to stand in: SQLite and a real PostgreSQL server."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest
from pg_server import PgServer
from projections.town import Town
from tables.hosts import Host

KINDS = ("sqlite", "postgres")


@pytest.fixture
def sqlite_host(tmp_path: Any) -> Iterator[Host]:
    """A host's file, over a connection that commits by itself."""
    path = tmp_path / "host.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield Host("sqlite", connection, lambda: sqlite3.connect(path, isolation_level=None))


@pytest.fixture
def postgres_host(postgres_server: PgServer) -> Iterator[Host]:
    """A schema of a host, over a connection that commits by itself."""
    schema = f"host{next(postgres_server._schemas)}"
    with postgres_server.connect() as admin:
        admin.execute(f'create schema "{schema}"'.encode())

    def connect() -> psycopg.Connection[Any]:
        return psycopg.connect(
            host=str(postgres_server.home),
            user="mentor",
            dbname="postgres",
            options=f"-c search_path={schema}",
            autocommit=True,
        )

    with connect() as connection:
        yield Host("postgres", connection, connect)


@pytest.fixture(params=KINDS)
def host(request: pytest.FixtureRequest) -> Host:
    """A host's database, of each kind."""
    found: Host = request.getfixturevalue(f"{request.param}_host")
    return found


@pytest.fixture
def town() -> Town:
    """A program with a pairing that met twice, once without a meeting."""
    made = Town(contact_limit=30)
    made.to("2026-09-28")
    pairing = made.pair()
    made.meet(pairing, "2026-09-01", 45)
    made.meet(pairing, "2026-09-02", 30, modality="async")
    made.goal(pairing)
    return made
