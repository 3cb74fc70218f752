"""The web service of the examples, with two worker processes, over real HTTP."""

import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from embedding.conftest import Home
from embedding.over_http import Service, free_port
from processes import environment, started

pytestmark = pytest.mark.processes
pytest.importorskip("fastapi", reason="the example is a FastAPI service")
pytest.importorskip("uvicorn", reason="the example is served by uvicorn")

ROOT = Path(__file__).parent.parent.parent / "examples" / "fastapi_service"


@contextmanager
def serving(home: Home) -> Iterator[Service]:
    port = free_port()
    env = environment(MENTORING_LOG=home.url, MENTORING_KEYS=home.keys)
    words = ["-m", "uvicorn", "--workers", "2", "--port", str(port), "--log-level", "warning"]
    with started(sys.executable, *words, "service:app", env=env, cwd=ROOT):
        service = Service(f"http://127.0.0.1:{port}")
        assert service.ask("/health")[0] == 200
        yield service


def meeting(home: Home, number: int) -> dict[str, Any]:
    on = home.day + timedelta(days=number)
    return {"pairing_id": home.pairings[0], "held_on": on.isoformat(), "minutes": 20 + number}


def test_a_service_of_two_workers(home: Home) -> None:
    """Each request is recorded once, whichever worker answers it and dies; errors are JSON."""

    def ask(number: int) -> tuple[int, dict[str, Any]]:
        body = meeting(home, number // 3)
        return service.ask("/commands/hold-meeting", body, key=f"form-{number // 3}")

    with serving(home) as service, ThreadPoolExecutor(6) as crowd:
        first = list(crowd.map(ask, range(30)))
        os.kill(service.ask("/health")[1]["worker"], signal.SIGKILL)
        again = list(crowd.map(ask, range(60)))
        long = service.ask("/commands/hold-meeting", {**meeting(home, 1), "minutes": 900}, "a")
        odd = service.ask("/commands/hold-meeting", {"pairing": "?"}, "b")
        other = service.ask("/commands/hold-meeting", meeting(home, 2), "form-1")
        row = service.ask(f"/pairings/{home.pairings[0]}")

    assert {status for status, _ in first + again} == {201}
    assert sum(not said["replayed"] for _, said in first) == 10
    assert sum(not said["replayed"] for _, said in again) == 10
    assert sorted(home.minutes(home.pairings[0])) == list(range(20, 40))
    assert long[0] == 409
    assert long[1]["code"] == "minutes_out_of_range"
    assert odd[0] == 422
    assert odd[1]["problems"]
    assert other[0] == 422
    assert other[1]["code"] == "key_reused"
    assert row[1]["minutes"] == sum(range(20, 40))
