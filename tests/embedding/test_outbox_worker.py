"""The outbox worker of the examples as a real process that is killed again and again."""

import random
import sqlite3
import sys
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from embedding.conftest import furnished
from processes import started

pytestmark = pytest.mark.processes

SCRIPT = Path(__file__).parent.parent.parent / "examples" / "outbox_worker.py"
TABLES = """
    CREATE TABLE booking (id TEXT PRIMARY KEY, room TEXT NOT NULL);
    CREATE TABLE outbox (
        number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE,
        command TEXT NOT NULL, fields TEXT NOT NULL, outcome TEXT)
"""


def test_a_worker_that_is_killed_records_every_booking_once(tmp_path: Path) -> None:
    home = furnished(
        str(tmp_path / "program.db"), tmp_path / "program.keys", [("Ada Byron", "Lin Wu")]
    )
    chosen = random.Random(7)
    with closing(sqlite3.connect(tmp_path / "host.db")) as host:
        host.executescript(TABLES)
        for n in range(60):
            fields = (
                f'{{"pairing_id": "{home.pairings[0]}", "minutes": {20 + n}, '
                f'"held_on": "{home.day + timedelta(days=n)}"}}'
            )
            row = (f"booking-{n}", "hold-meeting", fields)
            host.execute("INSERT INTO outbox (key, command, fields) VALUES (?, ?, ?)", row)
        host.commit()

        def left() -> int:
            asked = "SELECT count(*) FROM outbox WHERE outcome IS NULL"
            count: int = host.execute(asked).fetchone()[0]
            return count

        for turn in range(4):
            before = left()
            with started(sys.executable, SCRIPT, tmp_path / "host.db", home.url) as worker:
                until = time.monotonic() + 60
                goal = 0 if turn == 3 else before - chosen.randrange(1, 12)
                while left() > goal:
                    assert time.monotonic() < until, f"{left()} bookings are still waiting"
                    time.sleep(0.002)
                worker.kill()
        outcomes = {o for (o,) in host.execute("SELECT DISTINCT outcome FROM outbox")}

    assert outcomes == {"recorded"}
    assert home.minutes(home.pairings[0]) == list(range(20, 80))
