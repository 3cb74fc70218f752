"""Several logs of one database share a few connections, and get in each other's way no more."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from engine.world import World, engine, mc
from log.pg_proxy import Proxy
from pg_bouncer import PROGRAM, PgBouncer
from pg_server import PgServer

from mentorcore.errors import Invalid, LogAway, LogBusy, LogError, OpenedElsewhere
from mentorcore.log.storage.store import Draft
from mentorcore.log.stores.opening import open_store
from mentorcore.log.stores.postgres.address import place
from mentorcore.log.stores.postgres.pool import Pool
from mentorcore.log.stores.postgres.store import PostgresStore


@pytest.fixture
def pool() -> Iterator[Pool]:
    with Pool(limit=3) as made:
        yield made


def draft(stream: str, version: int = 1) -> Draft:
    return Draft(stream, version, "pairing.formed", b'{"at":"', b'"}')


def put(store: PostgresStore, version: int = 1) -> int:
    at = mc.open()
    done = store.append([draft("a", version)], (), at.now)
    at.close()
    return done.positions[0]


def named(url: str, name: str) -> str:
    """An address whose connections can be told from all others."""
    return f"{url}&application_name={name}"


def open_to(server: PgServer, name: str) -> int:
    """How many connections of that name the server has."""
    with server.connect() as admin:
        found: Any = admin.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", (name,)
        ).fetchone()
    return int(found[0])


def test_eight_logs_are_used_at_once_with_three_connections(
    postgres_server: PgServer, pool: Pool, tmp_path: Path
) -> None:
    most: list[int] = []
    done: list[str] = []
    with ExitStack() as opened:
        worlds = []
        for n in range(8):
            url = named(postgres_server.url(), "eight")
            at = engine(url, keys=str(tmp_path / f"{n}.keys"), start=n * 10**6, pool=pool)
            worlds.append(World(opened.enter_context(at)))

        def work(w: World) -> None:
            w.pair()
            told = w.engine.status(w.program, viewer=mc.Viewer.coordinator())
            done.append(told.program)
            most.append(open_to(postgres_server, "eight"))

        threads = [threading.Thread(target=work, args=(w,)) for w in worlds]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert sorted(done) == sorted(w.program for w in worlds)
    assert max(most) <= 3
    assert open_to(postgres_server, "eight") > 0
    pool.close()
    until = time.monotonic() + 5
    while open_to(postgres_server, "eight"):
        assert time.monotonic() < until


def test_each_log_has_its_own_bounds_on_shared_connections(
    postgres_server: PgServer, pool: Pool
) -> None:
    quick = PostgresStore(postgres_server.url(), lock_timeout=0.2, pool=pool)
    slow = PostgresStore(postgres_server.url(), lock_timeout=30.0, pool=pool)
    with postgres_server.connect() as admin, admin.transaction():
        schema = place(quick.url).schema
        admin.execute(f'LOCK TABLE "{schema}".stored_events IN EXCLUSIVE MODE'.encode())
        put(slow)

        with pytest.raises(LogBusy, match=r"not granted within 0\.2 s"):
            put(quick)

    assert put(quick) > 0
    with slow._links.lend() as link, slow._transaction(link, slow._sql.begin):
        assert link.execute("SHOW lock_timeout").fetchone() == ("30s",)
        assert link.execute("SHOW synchronous_commit").fetchone() == ("on",)
    quick.close()
    slow.close()


def test_closing_a_log_leaves_the_others_their_connections(
    postgres_server: PgServer, pool: Pool
) -> None:
    one = PostgresStore(postgres_server.url(), pool=pool)
    two = PostgresStore(postgres_server.url(), pool=pool)

    one.close()

    with pytest.raises(LogError, match="this log has been closed"):
        one.tail()
    assert put(two) == 1
    pool.close()
    with pytest.raises(LogError, match="this pool has been closed"):
        two.tail()
    with pytest.raises(LogError, match="this pool has been closed"):
        PostgresStore(postgres_server.url(), pool=pool)
    two.close()


def test_a_wait_holds_no_connection_and_is_woken(postgres_server: PgServer) -> None:
    with Pool(limit=1) as pool:
        log = PostgresStore(postgres_server.url(), pool=pool)
        heard: list[bool] = []
        waiting = [
            threading.Thread(target=lambda: heard.append(log.wait(0, 10.0))) for _ in range(3)
        ]
        for thread in waiting:
            thread.start()

        put(log)

        for thread in waiting:
            thread.join(5.0)
        assert heard == [True] * 3
        log.close()


def test_who_waits_for_a_connection_too_long_is_told(postgres_server: PgServer) -> None:
    with Pool(limit=1) as pool:
        log = PostgresStore(postgres_server.url(), pool=pool, patience=0.2, lock_timeout=0.2)
        inside, go_on = threading.Event(), threading.Event()

        def hold() -> None:
            with log._links.lend():
                inside.set()
                go_on.wait(10.0)

        holding = threading.Thread(target=hold)
        holding.start()
        inside.wait(10.0)

        with pytest.raises(LogBusy, match="none of the 1 connections of the pool"):
            log.tail()

        go_on.set()
        holding.join()
        assert log.tail() == 0
        log.close()


def test_work_that_needs_a_second_connection_does_not_wait_for_itself(
    postgres_server: PgServer,
) -> None:
    with Pool(limit=1) as pool:
        log = PostgresStore(postgres_server.url(), pool=pool)

        assert log.ledger.sequence(lambda _tables, _upto: put(log), 1) == 1
        log.close()


def test_a_pool_leads_to_one_database_as_one_user(postgres_server: PgServer, pool: Pool) -> None:
    log = PostgresStore(postgres_server.url(), pool=pool)
    with postgres_server.connect() as admin:
        admin.execute("CREATE ROLE another LOGIN SUPERUSER")

    for other in (
        f"{postgres_server.url()}&user=another",
        postgres_server.url().replace("/postgres?", "/template1?"),
    ):
        with pytest.raises(Invalid, match=r"leads to postgres on .* as mentor"):
            open_store(other, pool=pool)
    log.close()


@pytest.mark.parametrize("url", [":memory:", "program.db"])
def test_only_logs_in_postgresql_share_connections(pool: Pool, tmp_path: Path, url: str) -> None:
    with pytest.raises(Invalid, match="has no use for a pool"):
        mc.open(url if url == ":memory:" else str(tmp_path / url), pool=pool)

    assert list(tmp_path.iterdir()) == []


def test_a_pool_has_at_least_one_connection() -> None:
    with pytest.raises(Invalid, match="without connections"):
        Pool(limit=0)


def test_a_server_that_restarts_is_found_again_by_all(
    postgres_server: PgServer, pool: Pool
) -> None:
    proxy = Proxy(postgres_server.home)
    urls = [proxy.url(place(postgres_server.url()).schema) for _ in range(2)]
    one, two = (PostgresStore(url, pool=pool, patience=0.3) for url in urls)
    proxy.down, proxy.cut_up = True, 1
    with pytest.raises(LogAway):
        put(one)
    with pytest.raises(LogAway):
        two.tail()

    proxy.down = False

    assert put(one) == 1
    assert put(two) == 1
    one.close()
    two.close()
    proxy.close()


@pytest.mark.processes
def test_a_pool_stays_in_its_process(postgres_server: PgServer, pool: Pool) -> None:
    log = PostgresStore(postgres_server.url(), pool=pool)
    put(log)
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        told = []
        for use in (log.tail, lambda: PostgresStore(postgres_server.url(), pool=pool)):
            try:
                use()
            except OpenedElsewhere:
                told.append("elsewhere")
        pool.close()
        with Pool(limit=1) as own:
            told.append(str(PostgresStore(log_url(postgres_server, log), pool=own).tail()))
        os.write(writing, " ".join(told).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)

    with os.fdopen(reading) as said:
        assert said.read() == "elsewhere elsewhere 1"
    assert put(log, 2) == 2
    log.close()


def log_url(server: PgServer, log: PostgresStore) -> str:
    return server.url(place(log.url).schema)


@pytest.mark.processes
@pytest.mark.skipif(PROGRAM is None, reason="PgBouncer is not installed")
def test_a_pool_behind_a_pooler_leaves_nothing_there(postgres_server: PgServer) -> None:
    bouncer = PgBouncer(postgres_server, size=1)
    try:
        with Pool(limit=4) as pool:
            stores = [
                PostgresStore(bouncer.url(place(postgres_server.url()).schema), pool=pool)
                for _ in range(3)
            ]
            for version in range(1, 9):
                for store in stores:
                    put(store, version)
            for store in stores:
                store.close()
        parameters = dict(place(bouncer.url("public")).parameters())
        with psycopg.connect(autocommit=True, **parameters) as other:  # type: ignore[arg-type]
            left = other.execute("SELECT count(*) FROM pg_prepared_statements").fetchone()
            timeout = other.execute("SHOW lock_timeout").fetchone()
    finally:
        bouncer.remove()

    assert left == (0,)
    assert timeout == ("0",)
