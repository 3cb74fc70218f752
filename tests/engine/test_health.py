"""Whether a log answers is told in time, whatever its database does."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from engine.world import World, engine, mc, place
from log.pg_proxy import Proxy
from pg_server import PgServer

from mentorcore.log.stores.postgres.address import place as address

SEES = mc.Viewer.coordinator()


def test_a_log_that_answers_tells_how_far_its_views_and_checkpoints_have_come(
    store_url: str, tmp_path: Path
) -> None:
    key, at = str(tmp_path / "log.signing-key"), place(store_url, tmp_path)
    mc.create_signing_key(key, "example.edu/log")
    signing = None if at.store else mc.sign_with(key, background=False)
    with at.open(1, **({"sign": signing} if signing else {})) as opened:
        w = World(opened)
        before = opened.health()
        w.pair()
        opened.status(w.program, viewer=SEES)
        if signing:
            opened.checkpoint()

        after = opened.health()

        last = opened.position
        assert before.reachable
        assert not before.problem
        assert before.seconds < 2.0
        assert [v.behind for v in before.views if v.name.startswith("summary")] == [before.position]
        (summary,) = [v for v in after.views if v.name.startswith("summary")]
        assert (summary.position, summary.stored, summary.behind) == (last, 0, 0)
        assert after.position == last
        assert (after.covered, after.uncovered) == ((last, 0) if signing else (0, last))
        assert after.refusal is None


def test_a_log_that_was_closed_is_not_reachable(store_url: str, tmp_path: Path) -> None:
    opened = place(store_url, tmp_path).open(1)
    opened.close()

    told = opened.health()

    assert not told.reachable
    assert "closed" in told.problem


def test_inside_a_transaction_of_the_host_the_log_is_told_as_others_see_it(tmp_path: Path) -> None:
    path = str(tmp_path / "program.db")
    with engine(path) as opened, closing(sqlite3.connect(path, isolation_level=None)) as host:
        w = World(opened)
        host.execute("BEGIN")
        with opened.within(host):
            w.person()
            inside = opened.health()
        host.execute("COMMIT")

        assert inside.reachable
        assert inside.position == opened.position - 1


@pytest.mark.processes
def test_a_server_that_is_gone_is_told_within_the_time(
    postgres_server: PgServer, tmp_path: Path
) -> None:
    with engine(postgres_server.url(), keys=str(tmp_path / "program.keys")) as opened:
        postgres_server.stop()
        try:
            began = time.monotonic()
            told = opened.health(timeout=0.5)
            took = time.monotonic() - began
        finally:
            postgres_server.start()

        assert not told.reachable
        assert postgres_server.home.name in told.problem
        assert took < 2.5
        assert opened.health(timeout=10.0).reachable


def test_a_server_that_went_silent_is_told_within_the_time_and_asked_by_one_only(
    postgres_server: PgServer, tmp_path: Path
) -> None:
    line = Proxy(postgres_server.home)
    url = line.url(address(postgres_server.url()).schema)
    opened = engine(url, keys=str(tmp_path / "program.keys"), patience=5.0)
    line.frozen = True

    began = time.monotonic()
    told = [opened.health(timeout=0.3) for _ in range(4)]
    took = time.monotonic() - began

    asking = [t for t in threading.enumerate() if t.name == "mentorcore-health"]
    line.frozen = False
    assert [t.reachable for t in told] == [False] * 4
    assert "did not answer within 0.3 s" in told[0].problem
    assert took < 3.0
    assert len(asking) == 1
    assert opened.health(timeout=20.0).reachable
    opened.close()
    line.close()
