"""An engine is called from many threads and tasks at once, as the guide says."""

import asyncio
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from engine.world import COORDINATOR, Clock, mc
from pg_server import PgServer

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "call-it-from-threads-and-asyncio.md"
TASKS = 12


def guide() -> dict[str, Any]:
    """What the block of the guide defines."""
    [block] = re.findall(
        r"<!-- the tests run this -->\n```python\n(.*?)```",
        GUIDE.read_text(encoding="utf-8"),
        re.DOTALL,
    )
    names: dict[str, Any] = {}
    exec(block, names)
    return names


def opened(url: str, folder: Path) -> Any:
    return mc.open(url, keys=str(folder / "log.keys"), clock=Clock())


def test_tasks_record_each_command_once_and_hold_up_no_other(
    durable_url: str, tmp_path: Path
) -> None:
    record = guide()["record"]
    beats: list[None] = []

    async def beat() -> None:
        while True:
            beats.append(None)
            await asyncio.sleep(0)

    async def serve(engine: Any) -> list[Any]:
        beating = asyncio.create_task(beat())
        asked = [mc.RegisterPerson(name=f"Person {n}") for n in range(TASKS)] * 2
        answers = await asyncio.gather(
            *(record(engine, command, COORDINATOR, command.name) for command in asked)
        )
        beating.cancel()
        return answers

    with opened(durable_url, tmp_path) as engine:
        answers = asyncio.run(serve(engine))

        assert sum(not answer.replayed for answer in answers) == TASKS
        assert len({answer.stream for answer in answers}) == TASKS
        assert engine.position == TASKS
        assert len(beats) > TASKS


def test_a_call_whose_task_was_cancelled_is_repeated_with_its_key(
    durable_url: str, tmp_path: Path
) -> None:
    record = guide()["record"]
    command = mc.RegisterPerson(name="Ada Byron")

    async def serve(engine: Any) -> Any:
        task = asyncio.create_task(record(engine, command, COORDINATOR, "k"))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await record(engine, command, COORDINATOR, "k")

    with opened(durable_url, tmp_path) as engine:
        answer = asyncio.run(serve(engine))

        assert answer.replayed in (True, False)  # whichever of the two came first
        assert engine.position == 1


def test_readers_at_once_have_a_connection_each_and_leave_four(
    postgres_url: str, postgres_server: PgServer, tmp_path: Path
) -> None:
    named = f"{postgres_url}&application_name=readers"

    def connections(at_most: int) -> int:
        """How many there are; the server counts those that are ending for a moment still."""
        until = time.monotonic() + 20
        with postgres_server.connect() as link:
            while True:
                [(count,)] = link.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'readers'"
                ).fetchall()
                if count <= at_most or time.monotonic() > until:
                    return int(count)
                time.sleep(0.02)

    with opened(named, tmp_path) as engine:
        at_rest = connections(1)
        barrier = threading.Barrier(8)

        def reading(_n: int) -> int:
            barrier.wait()
            return sum(1 for _ in engine.events())

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(reading, range(8)))

        assert at_rest == 1
        assert 1 <= connections(4) <= 4
    assert connections(0) == 0
