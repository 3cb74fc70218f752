"""A log that nobody may write to answers every question: on a replica, and for who may only read."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from engine.world import COORDINATOR, World, engine, mc
from pg_server import PgServer

from mentorcore.engine.engine import Engine
from mentorcore.errors import Invalid, LogError, NotALog, OpenedReadOnly
from mentorcore.log.stores.postgres.address import place

SEES = mc.Viewer.coordinator()


@pytest.fixture
def written(durable_url: str, tmp_path: Path) -> str:
    """A log with a program, a pairing, a signed checkpoint and a stored view."""
    write(durable_url, tmp_path)
    return durable_url


def write(url: str, folder: Path) -> None:
    mc.create_signing_key(str(folder / "log.signing-key"), "example.edu/log")
    signing = mc.sign_with(str(folder / "log.signing-key"), background=False)
    with engine(url, keys=str(folder / "program.keys"), sign=signing) as opened:
        w = World(opened)
        w.pair()
        opened.status(w.program, viewer=SEES)
        opened.checkpoint()


def read_only(url: str, folder: Path) -> Engine:
    return engine(url, keys=str(folder / "program.keys"), read_only=True)


def all_answers(opened: Engine) -> list[Any]:
    """What an engine answers to one question of each sort."""
    (line,) = opened.programs()
    status: Any = opened.status(line.program, viewer=SEES)
    pairing = status.pairings[0].pairing
    return [
        line,
        status,
        opened.attention(line.program, viewer=SEES),
        opened.history(pairing, viewer=SEES),
        opened.find("Somebody", viewer=SEES),
        opened.explain(line.program, "meetings", viewer=SEES),
        opened.receipt(opened.position).leaf,
        opened.exposure().level,
        [r.position for r in opened.events()],
        next(iter(opened.follow(0))).position,
        opened.health(timeout=20).covered,
    ]


def test_every_question_is_answered_and_nothing_is_recorded(written: str, tmp_path: Path) -> None:
    with engine(written, keys=str(tmp_path / "program.keys")) as whole:
        expected = all_answers(whole)
    with read_only(written, tmp_path) as opened:
        stored = opened._store.views()
        told = all_answers(opened)
        with pytest.raises(OpenedReadOnly, match="opened for reading only"):
            opened.handle(mc.RegisterPerson(name="Ada"), actor=COORDINATOR)
        with pytest.raises(OpenedReadOnly):
            opened._store.view_drop("summary")
        assert opened._store.views() == stored

    assert told == expected


def test_nothing_is_recorded_on_the_connection_of_a_host_either(
    written: str, tmp_path: Path
) -> None:
    with read_only(written, tmp_path) as opened, host_of(written) as host:
        with pytest.raises(OpenedReadOnly), opened.within(host):
            opened.handle(mc.RegisterPerson(name="Ada"), actor=COORDINATOR)
        host.rollback()


@contextmanager
def host_of(url: str) -> Iterator[Any]:
    """A host's own connection to the database of a log, in a transaction."""
    if "://" not in url:
        with closing(sqlite3.connect(url, isolation_level=None)) as host:
            host.execute("BEGIN")
            yield host
        return
    parameters: dict[str, Any] = dict(place(url).parameters())
    with psycopg.connect(**parameters) as link:
        link.execute("SELECT 1")
        yield link


def test_nothing_is_made_by_opening_for_reading(durable_url: str, tmp_path: Path) -> None:
    with pytest.raises(NotALog):
        read_only(durable_url, tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_log_that_is_opened_for_reading_signs_nothing(written: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="makes no checkpoints"):
        mc.open(written, read_only=True, sign=str(tmp_path / "log.signing-key"))


READERS = {
    "who may only select": "",
    "whose transactions are read-only": "SET default_transaction_read_only = on",
}


@pytest.mark.parametrize("setting", READERS.values(), ids=READERS)
def test_a_user_who_may_only_read_is_answered(
    postgres_server: PgServer, postgres_url: str, tmp_path: Path, setting: str
) -> None:
    write(postgres_url, tmp_path)
    schema = place(postgres_url).schema
    role = f"{schema}_reader"
    with postgres_server.connect() as owner:
        owner.execute(f"CREATE ROLE {role} LOGIN".encode())
        for what in ("USAGE ON SCHEMA", "SELECT ON ALL TABLES IN SCHEMA"):
            owner.execute(f'GRANT {what} "{schema}" TO {role}'.encode())
        if setting:
            owner.execute(f"ALTER ROLE {role} {setting}".encode())
    url = f"{postgres_url}&user={role}"
    if setting:
        with pytest.raises(LogError, match="open it with read_only=True"):
            mc.open(url, keys=str(tmp_path / "program.keys"), create=False)

    with read_only(url, tmp_path) as opened:
        told = all_answers(opened)
    with engine(postgres_url, keys=str(tmp_path / "program.keys")) as whole:
        assert told == all_answers(whole)
    assert mc.verify_log(url).verdict == "unanchored"


def test_a_view_ahead_of_a_restored_log_is_not_believed_by_a_reader(
    postgres_server: PgServer, postgres_url: str, tmp_path: Path
) -> None:
    write(postgres_url, tmp_path)
    schema = place(postgres_url).schema
    with read_only(postgres_url, tmp_path) as opened:
        expected = all_answers(opened)[1]
        (view,) = [v for v in opened._store.views() if v.startswith("summary")]
    with postgres_server.connect() as owner:
        moved = f'UPDATE "{schema}".notification_tracking SET notification_id = 999'
        owner.execute(f"{moved} WHERE application_name = '{view}'".encode())
        owner.execute(f'DELETE FROM "{schema}".view_row'.encode())

    with read_only(postgres_url, tmp_path) as opened:
        told = all_answers(opened)[1]

    assert told == expected


@pytest.fixture
def replica(postgres_server: PgServer) -> Iterator[PgServer]:
    """A hot standby of the tests' server."""
    if not (postgres_server.bin / "pg_basebackup").exists():
        pytest.skip("there is no pg_basebackup beside the server")
    standby = PgServer(of=postgres_server)
    yield standby
    standby.remove()


@pytest.mark.processes
def test_a_replica_answers_and_follows(
    postgres_server: PgServer, replica: PgServer, tmp_path: Path
) -> None:
    direct = postgres_server.url()
    url = replica.url(place(direct).schema)
    write(direct, tmp_path)
    with engine(direct, keys=str(tmp_path / "program.keys"), start=10**6) as whole:
        expected, last = all_answers(whole), whole.position
        until = time.monotonic() + 20
        while time.monotonic() < until and not arrived(url, last):
            time.sleep(0.05)

        with pytest.raises(LogError, match="open it with read_only=True"):
            mc.open(url, keys=str(tmp_path / "program.keys"), create=False)
        with read_only(url, tmp_path) as opened:
            assert all_answers(opened) == expected
            with pytest.raises(OpenedReadOnly):
                opened.handle(mc.RegisterPerson(name="Ada"), actor=COORDINATOR)

            whole.handle(mc.RegisterPerson(name="Ada"), actor=COORDINATOR)

            assert opened._store.wait(last, 20.0)
        assert mc.verify_log(url).verdict == "unanchored"


def arrived(url: str, position: int) -> bool:
    """Whether a log on a replica has come so far."""
    try:
        with mc.open(url, keys=mc.NoKeys(), read_only=True) as opened:
            return bool(opened.position >= position)
    except NotALog:
        return False
