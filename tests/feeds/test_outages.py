"""A subscription that runs for ever outlives restarts of the server, and ends with its engine."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from engine.world import Place, mc
from feeds.people import Seen, register
from feeds.test_subscriptions import until
from pg_server import PgServer


class Running:
    """A subscription that runs for ever in a thread, and what came of it."""

    def __init__(self, subscription: Any, handle: Any) -> None:
        self.stop = threading.Event()
        self.error: BaseException | None = None

        def run() -> None:
            try:
                subscription.run_forever(handle, stop=self.stop)
            except BaseException as error:  # noqa: BLE001 - whatever it is, the test is told
                self.error = error

        self.thread = threading.Thread(target=run)
        self.thread.start()

    def end(self) -> None:
        self.stop.set()
        self.thread.join(30)
        assert not self.thread.is_alive()


def test_a_closed_engine_ends_what_runs_for_ever_with_an_error(at: Place) -> None:
    engine, seen = at.open(1), Seen()
    register(engine, "Ada")
    running = Running(engine.subscription("billing"), seen)
    until(lambda: seen.events)

    engine.close()

    running.thread.join(30)
    assert isinstance(running.error, mc.LogError)
    assert "closed" in str(running.error)


def test_the_next_one_takes_over_when_the_active_one_is_closed(durable: Place) -> None:
    first, second, seen = durable.open(1), durable.open(10_000), Seen()
    register(first, "Ada")
    running = Running(first.subscription("billing"), seen)
    until(lambda: seen.events)
    waiting = Running(second.subscription("billing"), seen)

    first.close()
    register(second, "Ben")
    until(lambda: len(seen.events) == 2)

    running.end()
    waiting.end()
    second.close()
    assert seen.positions == [1, 2]


@pytest.mark.processes
def test_a_restarted_server_is_waited_for_and_each_event_is_handed_on(tmp_path: Any) -> None:
    server = PgServer()
    place = Place(server.url(), str(tmp_path / "program.keys"))
    try:
        with place.open(1) as engine, place.open(10_000) as other:
            seen = Seen()
            runs = [Running(e.subscription("billing"), seen) for e in (engine, other)]
            register(engine, *map(str, range(5)))
            until(lambda: len(seen.events) >= 5)

            server.restart()
            register(engine, *map(str, range(5)))
            until(lambda: len(set(seen.positions)) >= 10, seconds=60)

            for run in runs:
                run.end()
            assert [run.error for run in runs] == [None, None]
            recorded = [r.position for r in engine.events()]
    finally:
        server.remove()
    # What was being handled when the server went down may be handed on twice, never out of order.
    assert list(dict.fromkeys(seen.positions)) == recorded
    assert len(recorded) == 10
