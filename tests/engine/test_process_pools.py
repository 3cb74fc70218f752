"""Process pools and servers that fork their workers: each process opens the log, and none is lost."""

from __future__ import annotations

import http.client
import importlib.util
import multiprocessing
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from engine import worker_functions
from engine.test_forks import persons
from processes import environment, started

import mentorcore as mc

pytestmark = [
    pytest.mark.processes,
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]

METHODS = multiprocessing.get_all_start_methods()


@pytest.fixture
def keys(tmp_path: Path) -> str:
    return str(tmp_path / "program.keys")


@pytest.mark.parametrize("method", METHODS)
def test_workers_of_a_pool_open_the_log_in_their_initializer(
    durable_url: str, keys: str, method: str
) -> None:
    with mc.open(durable_url, keys=keys) as engine:
        mine = [engine.handle(mc.RegisterPerson(name="Ann"), actor=worker_functions.US).stream]

        with ProcessPoolExecutor(
            2,
            mp_context=multiprocessing.get_context(method),
            initializer=worker_functions.begin,
            initargs=(durable_url, keys),
        ) as pool:
            theirs = list(pool.map(worker_functions.register, map(str, range(10))))
        mine.append(engine.handle(mc.RegisterPerson(name="Ann"), actor=worker_functions.US).stream)

    assert sorted(persons(durable_url, keys)) == sorted(mine + theirs)


@pytest.mark.parametrize("method", METHODS)
def test_an_error_of_a_worker_arrives_with_all_that_it_says(
    tmp_path: Path, keys: str, method: str
) -> None:
    with ProcessPoolExecutor(
        1,
        mp_context=multiprocessing.get_context(method),
        initializer=worker_functions.begin,
        initargs=(str(tmp_path / "program.db"), keys),
    ) as pool:
        refused = pool.submit(worker_functions.impossible, "Ann").exception()

    assert isinstance(refused, mc.Refused)
    assert refused.code == "no_such_person"
    assert refused.asked is not None
    command: Any = refused.asked.command
    assert command.person_id == "person:" + "0" * 32


@pytest.mark.skipif("fork" not in METHODS, reason="processes are not forked here")
def test_a_forked_process_that_was_handed_an_engine_is_told(durable_url: str, keys: str) -> None:
    forking = multiprocessing.get_context("fork")
    answers: Any = forking.Queue()
    with mc.open(durable_url, keys=keys) as engine:
        child = forking.Process(target=worker_functions.told, args=(answers, engine))

        child.start()
        said = answers.get(timeout=60)
        child.join(60)

        assert said == "OpenedElsewhere"
        assert child.exitcode == 0
        assert engine.position == 0


def test_an_engine_cannot_be_handed_to_a_spawned_process() -> None:
    spawning = multiprocessing.get_context("spawn")
    with mc.open() as engine:
        child = spawning.Process(target=worker_functions.on, args=(engine,))

        with pytest.raises(TypeError, match="an engine stays in the process that opened it"):
            child.start()


def asked(port: int, path: str) -> tuple[str, str | None]:
    """What the server answers, and which worker did."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    line.request("POST", path)
    answer = line.getresponse()
    said = answer.read().decode()
    line.close()
    return said, answer.headers["Worker"]


@pytest.mark.skipif(not importlib.util.find_spec("gunicorn"), reason="gunicorn is not installed")
def test_workers_that_gunicorn_forks_after_the_log_was_opened(durable_url: str, keys: str) -> None:
    server = "gunicorn", "--preload", "--workers", 2, "--bind", "127.0.0.1:0"
    env = environment(LOG=durable_url, KEYS=keys)
    recorded: list[str] = []
    workers: Counter[str] = Counter()
    with started(
        sys.executable, "-m", *server, "engine.prefork_app", env=env, stderr=subprocess.STDOUT
    ) as child:
        while (at := re.search(r"Listening at: http://127\.0\.0\.1:(\d+)", child.line())) is None:
            pass
        port = int(at[1])

        refused = {asked(port, "/inherited")[0] for _ in range(4)}
        for number in range(24):
            said, worker = asked(port, "/own")
            recorded.append(said)
            assert worker is not None
            workers[worker] += 1
            if number == 12:
                os.kill(int(worker), signal.SIGKILL)
        child.process.send_signal(signal.SIGTERM)
        child.rest()

    assert refused == {"OpenedElsewhere"}
    assert len(workers) >= 2
    there = persons(durable_url, keys)
    assert set(recorded) <= set(there)
    assert len(there) == len(recorded) + 1
