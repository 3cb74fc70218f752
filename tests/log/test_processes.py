"""Several processes on one log: nothing lost, nothing twice, nothing out of order, nothing locked."""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from log.write_events import mixed
from pg_server import PgServer
from processes import Child, started

from mentorcore.log.storage.follower import follow
from mentorcore.log.storage.store import Row, Store
from mentorcore.log.stores.opening import open_store

pytestmark = pytest.mark.processes

SCRIPT = Path(__file__).parent / "write_events.py"


def writing(
    mode: str, url: str, seed: object, who: object, count: int
) -> AbstractContextManager[Child]:
    return started(sys.executable, SCRIPT, mode, url, seed, who, count)


def finish(child: Child) -> dict[str, Any]:
    said = child.rest()
    report: dict[str, Any] = json.loads(said.splitlines()[-1])
    assert child.process.returncode == 0, said
    return report


@contextmanager
def following(log: Store) -> Iterator[list[Row]]:
    """What a follower sees, complete when the block is left."""
    seen: list[Row] = []
    stop = threading.Event()

    def read() -> None:
        for rows in follow(log, 0, page=7, idle=0.05, stop=stop):
            seen.extend(rows)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield seen
        until = time.monotonic() + 10
        while (not seen or seen[-1].position < log.tail()) and time.monotonic() < until:
            time.sleep(0.01)
    finally:
        stop.set()
        reader.join()


def test_a_follower_sees_every_event_once_and_in_order_under_many_writers(
    durable_url: str,
) -> None:
    """INV-52."""
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    log = open_store(durable_url)
    counts: list[int] = []

    def write(who: str) -> None:
        done = mixed(log, random.Random(f"{seed}/{who}"), who, 60)
        counts.append(int(str(done["committed"])))

    with following(log) as seen, ExitStack() as running:
        processes = [
            running.enter_context(writing("mixed", durable_url, seed, f"process{i}", 60))
            for i in range(3)
        ]
        threads = [threading.Thread(target=write, args=(f"thread{i}",)) for i in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        reports = [finish(process) for process in processes]
        counts += [report["committed"] for report in reports]

    assert [r for r in reports if "error" in r] == []
    assert sum(counts) > 300
    assert len(seen) == sum(counts)
    assert seen == log.page(0, 100_000)
    assert all(a.position < b.position for a, b in pairwise(seen))
    log.close()


def test_processes_that_read_and_then_write_wait_for_each_other_instead_of_failing(
    durable_url: str,
) -> None:
    open_store(durable_url).close()

    with ExitStack() as running:
        begun = [
            running.enter_context(writing("counting", durable_url, 1, f"p{i}", 40))
            for i in range(3)
        ]
        reports = [finish(child) for child in begun]

    assert [report.get("error") for report in reports] == [None] * 3
    log = open_store(durable_url, create=False)
    assert [row.version for row in log.stream("counter")] == [*range(1, 121)]
    log.close()


def test_processes_that_open_a_new_log_at_once_meet_in_one_log(durable_url: str) -> None:
    with ExitStack() as running:
        begun = [running.enter_context(writing("opening", durable_url, 1, i, 0)) for i in range(4)]
        reports = [finish(child) for child in begun]

    assert [report.get("error") for report in reports] == [None] * 4
    log = open_store(durable_url, create=False)
    assert {report["log_id"] for report in reports} == {log.log_id.hex()}
    assert log.tail() == 4
    log.close()


def test_a_writer_that_is_killed_leaves_whole_appends_only(durable_url: str) -> None:
    dice = random.Random(8)
    open_store(durable_url).close()

    for life in range(3):
        with writing("endless", durable_url, life, life, 10**6) as child:
            child.line()
            time.sleep(0.05 + dice.random() * 0.1)
            child.kill()

        log = open_store(durable_url, create=False)
        log.append([], [], lambda: datetime.now(UTC))  # a server may still be at its last commit
        rows = log.page(0, 10**6)
        streams = {row.stream for row in rows}
        sizes = {s: sum(row.stream == s for row in rows) for s in streams if f":{life}:" in s}
        assert sizes
        assert all(size == int(stream.rsplit(":", 1)[1]) for stream, size in sizes.items())
        assert {f"batch:{digest.decode()}" for digest in log.entries("batch")} == streams
        log.close()


def test_a_writer_that_dies_with_the_lock_does_not_keep_it(durable_url: str) -> None:
    log = open_store(durable_url, lock_timeout=5.0)
    with writing("endless", durable_url, 1, 1, 10**6) as child:
        child.line()

        child.kill()

    assert log.append([], [], lambda: datetime.now(UTC))
    log.close()


def test_a_restart_of_the_server_interrupts_nobody(postgres_server: PgServer) -> None:
    url = postgres_server.url()
    log = open_store(url)
    with following(log) as seen, writing("mixed", url, 5, "writer", 300) as child:
        while len(seen) < 100:
            time.sleep(0.01)

        postgres_server.restart()

        report = finish(child)

    assert "error" not in report
    assert len(seen) == report["committed"]
    assert seen == log.page(0, 100_000)
    log.close()
