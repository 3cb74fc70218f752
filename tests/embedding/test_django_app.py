"""The Django site of the examples on gunicorn, over real HTTP: a booking and its meeting agree."""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from embedding.conftest import furnished
from embedding.over_http import Service, free_port
from pg_server import PgServer
from processes import environment, started

pytestmark = pytest.mark.processes
pytest.importorskip("django", reason="the example is a Django site")
pytest.importorskip("gunicorn", reason="the example is served by gunicorn")

SITE = Path(__file__).parent.parent.parent / "examples" / "django_app"


def test_a_booking_and_its_meeting_commit_together(
    postgres_server: PgServer, tmp_path: Path
) -> None:
    """Whatever fails in between: the room, the rules, or the process that serves."""
    url = postgres_server.url()
    home = furnished(url, tmp_path / "program.keys", [("Ada Byron", "Lin Wu")])
    parts = urlsplit(url)
    env = environment(
        DB_NAME=parts.path.strip("/"),
        DB_USER=str(parts.username),
        DB_HOST=parse_qs(parts.query)["host"][0],
        MENTORING_LOG=url,
        MENTORING_KEYS=home.keys,
    )
    port = free_port()

    def ask(number: int, room: str = "", minutes: int = 30) -> tuple[int, dict[str, Any]]:
        body = {
            "pairing": home.pairings[0],
            "on": f"{home.day + timedelta(days=number)}",
            "room": room or f"room {number}",
            "minutes": minutes,
        }
        return site.ask("/book", body, key=f"{room}{number}-{minutes}")

    with started(sys.executable, "tables.py", env=env, cwd=SITE) as made:
        made.rest()
    words = ["-m", "gunicorn", "--preload", "--workers", "2", "--bind", f"127.0.0.1:{port}"]
    with (
        started(sys.executable, *words, "--log-level", "error", "wsgi", env=env, cwd=SITE),
        ThreadPoolExecutor(4) as crowd,
    ):
        site = Service(f"http://127.0.0.1:{port}")
        first = list(crowd.map(ask, [n // 2 for n in range(24)]))
        taken = ask(0, room="room 0", minutes=45)
        refused = ask(20, minutes=900)
        booked = site.ask("/bookings")[1]["bookings"]

    assert {status for status, _ in first} == {201}
    assert sum(not said["replayed"] for _, said in first) == 12
    assert taken == (409, {"code": "room_taken"})
    assert refused[1]["code"] == "minutes_out_of_range"
    with home.open() as engine:
        held = engine.events(stream=home.pairings[0], names=["pairing.meeting-held"])
        recorded = {e.event.meeting_id for e in held}
    assert {b["meeting"] for b in booked} == recorded
    assert len(booked) == 12
