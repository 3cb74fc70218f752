"""A log behind PgBouncer, which lends its connections for one transaction at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from audit.books import Book, put
from engine.world import World, engine, mc
from log.test_processes import finish, following, writing
from pg_bouncer import PROGRAM, PgBouncer
from pg_server import PgServer

from mentorcore.errors import LogAway, LogBusy, LogError
from mentorcore.log.stores.opening import open_store
from mentorcore.log.stores.postgres.address import place
from mentorcore.log.stores.postgres.store import PostgresStore

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(PROGRAM is None, reason="PgBouncer is not installed"),
]

SAID = [{"pooler": "transaction"}, {}]
"""Poolers that the address names, and that are found out."""


@pytest.fixture(scope="module")
def pooler(postgres_server: PgServer) -> Iterator[PgBouncer]:
    running = PgBouncer(postgres_server)
    yield running
    running.remove()


@pytest.fixture
def schema(postgres_url: str) -> str:
    return place(postgres_url).schema


@pytest.mark.parametrize("said", SAID)
def test_everything_that_an_engine_does_is_done_through_a_pooler(
    pooler: PgBouncer, schema: str, tmp_path: Path, said: dict[str, str]
) -> None:
    url, keys = pooler.url(schema, **said), str(tmp_path / "program.keys")
    mc.create_signing_key(str(tmp_path / "log.signing-key"), "example.edu/log")
    signing = mc.sign_with(str(tmp_path / "log.signing-key"), receipts=True)
    with engine(url, keys=keys, sign=signing) as opened, engine(url, keys=keys, start=10**6) as two:
        w = World(opened)
        pairing = w.pair()
        held = [
            mc.HoldMeeting(pairing_id=pairing, held_on=date(2026, 9, n), minutes=30)
            for n in range(1, 21)
        ]
        for n, command in enumerate(held):
            (opened if n % 2 else two).handle(command, actor=mc.Actor(**ACTOR), key=str(n))

        sees = mc.Viewer.coordinator()
        told: list[Any] = [e.status(w.program, viewer=sees).numbers for e in (opened, two)]
        again = two.handle(held[7], actor=mc.Actor(**ACTOR), key="7")
        covered = opened.checkpoint().checkpoint.size
        last = opened.position

    assert [t.meetings for t in told] == [20, 20]
    assert again.replayed
    assert covered == last
    assert mc.verify_log(url).verdict == "unanchored"


ACTOR = {"id": f"person:{0xC0:032x}", "role": "coordinator", "kind": "person"}


@pytest.mark.parametrize("said", SAID)
def test_six_processes_write_through_three_connections(
    pooler: PgBouncer, schema: str, said: dict[str, str]
) -> None:
    url = pooler.url(schema, **said)
    log = open_store(url)
    with following(log) as seen, ExitStack() as running:
        begun = [running.enter_context(writing("mixed", url, 7, f"p{i}", 40)) for i in range(6)]
        reports = [finish(child) for child in begun]

    assert [r for r in reports if "error" in r] == []
    assert len(seen) == sum(r["committed"] for r in reports) > 200
    assert seen == log.page(0, 100_000)
    log.close()


def test_processes_that_open_a_new_log_through_a_pooler_meet_in_one(
    pooler: PgBouncer, schema: str
) -> None:
    url = pooler.url(schema)
    with ExitStack() as running:
        begun = [running.enter_context(writing("opening", url, 1, i, 0)) for i in range(4)]
        reports = [finish(child) for child in begun]

    assert [r.get("error") for r in reports] == [None] * 4
    assert len({r["log_id"] for r in reports}) == 1


@pytest.mark.parametrize("said", SAID)
def test_nothing_is_left_behind_on_a_connection_that_others_use(
    postgres_server: PgServer, schema: str, tmp_path: Path, said: dict[str, str]
) -> None:
    alone = PgBouncer(postgres_server, size=1)
    try:
        asked = "SHOW lock_timeout", "SHOW synchronous_commit", "SHOW search_path"
        with postgres_server.connect() as direct:
            fresh = [direct.execute(q).fetchone() for q in asked]
        book = Book(PostgresStore(alone.url(schema, **said)), tmp_path)
        for _ in range(8):
            put(book.store, 1)
            book.store.wait(0, 0.01)
        book.sequencer.checkpoint()
        parameters = dict(place(alone.url(schema)).parameters())
        with psycopg.connect(autocommit=True, **parameters) as other:  # type: ignore[arg-type]
            left = [other.execute(q).fetchone() for q in asked]
            kept = other.execute(
                "SELECT (SELECT count(*) FROM pg_prepared_statements), "
                "(SELECT count(*) FROM pg_listening_channels()), "
                "(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory')"
            ).fetchone()
        book.store.close()
    finally:
        alone.remove()

    assert left == fresh
    assert kept == (0, 0, 0)


def test_a_commit_through_a_pooler_is_on_the_disk_and_its_lock_is_bounded(
    pooler: PgBouncer, postgres_server: PgServer, schema: str
) -> None:
    log = PostgresStore(pooler.url(schema), lock_timeout=0.2)
    with log._links.lend() as link, log._transaction(link, log._sql.begin):
        durable = link.execute("SHOW synchronous_commit").fetchone()
    with postgres_server.connect() as other, other.transaction():
        other.execute(f'LOCK TABLE "{schema}".stored_events IN EXCLUSIVE MODE'.encode())

        with pytest.raises(LogBusy, match=r"not granted within 0\.2 s"):
            put(log, 1)

    assert durable == ("on",)
    log.close()


def test_one_sequencer_a_log_through_a_pooler(
    pooler: PgBouncer, schema: str, tmp_path: Path
) -> None:
    book = Book(PostgresStore(pooler.url(schema)), tmp_path)
    put(book.store, 3)

    def meanwhile(_tables: object, _upto: int) -> None:
        with pytest.raises(LogBusy, match="another process is sequencing"):
            book.again().checkpoint(wait=0)

    book.store.ledger.sequence(meanwhile, 1)

    assert book.sequencer.checkpoint().size == 3
    book.store.close()


def test_a_wait_through_a_pooler_ends_with_an_append_of_another(
    pooler: PgBouncer, schema: str
) -> None:
    one, two = PostgresStore(pooler.url(schema)), PostgresStore(pooler.url(schema))
    heard: list[bool] = []
    waiting = threading.Thread(target=lambda: heard.append(one.wait(0, 10.0)))
    waiting.start()
    time.sleep(0.1)

    put(two, 1)
    waiting.join(5.0)

    assert heard == [True]
    assert one.wait(1, 0.1) is False
    one.close()
    two.close()


def test_a_server_that_is_gone_behind_its_pooler_is_waited_for_once_and_found_again(
    pooler: PgBouncer, postgres_server: PgServer, schema: str
) -> None:
    log = PostgresStore(pooler.url(schema), patience=1.0)
    put(log, 1)
    postgres_server.stop()
    try:
        began = time.monotonic()
        with pytest.raises(LogAway):
            log.tail()
        took = time.monotonic() - began
    finally:
        postgres_server.start()

    assert took < 6.0
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with suppress(LogAway):
            assert log.tail() == 1
            break
    else:
        pytest.fail("the server was not found again")
    log.close()


def test_a_pooler_of_sessions_is_used_like_the_server(
    postgres_server: PgServer, schema: str
) -> None:
    whole = PgBouncer(postgres_server, mode="session", size=10)
    try:
        log = PostgresStore(whole.url(schema, pooler="session"))
        put(log, 1)

        assert not log.is_shared
        assert log.wait(0, 1.0)
        log.close()
    finally:
        whole.remove()


def test_a_pooler_that_cuts_transactions_up_is_refused(pooler: PgBouncer, schema: str) -> None:
    with pytest.raises(LogError, match="not 'statement'"):
        PostgresStore(pooler.url(schema, pooler="statement"))
