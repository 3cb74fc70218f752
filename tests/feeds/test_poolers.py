"""Subscriptions behind PgBouncer, which has few connections and lends each for a transaction."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from engine.world import Place
from feeds.people import Seen, register
from feeds.test_outages import Running
from feeds.test_subscriptions import until
from pg_bouncer import PROGRAM, PgBouncer
from pg_server import PgServer

from mentorcore.log.stores.postgres.address import place

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(PROGRAM is None, reason="PgBouncer is not installed"),
]


@pytest.fixture
def pooler(postgres_server: PgServer) -> Iterator[PgBouncer]:
    running = PgBouncer(postgres_server)
    yield running
    running.remove()


def test_many_wait_for_their_turn_and_one_is_at_work(
    pooler: PgBouncer, postgres_url: str, tmp_path: Path
) -> None:
    url = pooler.url(place(postgres_url).schema, pooler="transaction")
    log = Place(url, str(tmp_path / "program.keys"))
    seen = Seen()
    with log.open(1) as engine, log.open(10_000) as other:
        waiting = [
            Running(e.subscription("billing"), seen) for e in (engine, other, engine, other, engine)
        ]
        register(engine, *map(str, range(10)))
        until(lambda: len(seen.events) >= 10)
        assert engine.subscription("billing").health().is_active

        for running in waiting:
            running.end()
        assert [running.error for running in waiting] == [None] * 5
        assert not engine.subscription("billing").health().is_active

    assert seen.positions == list(range(1, 11))
