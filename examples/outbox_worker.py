"""A booking and its meeting agree although they stand in two databases: by way of an outbox.

The host writes the booking and what is to be asked of mentorcore in one transaction of its own. A
worker asks for it afterwards, under a key that the booking has had from the start. Whatever
happens to the worker, it does the rest when it is started again: what it asks for twice is
recorded once, and what the rules refuse stands beside the booking, with the reason.

    python outbox_worker.py              shows it in a folder that is gone afterwards
    python outbox_worker.py HOST LOG     works for ever, on the host's database and a log

Prints:

    booked 3
    stopped after recording, before noting it down
    1 of them was recorded already
    meeting-1 recorded
    meeting-2 recorded
    meeting-3 refused: a meeting lasts between 1 and 480 minutes, not 900
"""

import json
import sqlite3
import sys
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from embed_in_a_host import a_pairing

import mentorcore as mc

HOST = mc.Actor("booking-system", "coordinator", "system")
TABLES = """
    CREATE TABLE IF NOT EXISTS booking (id TEXT PRIMARY KEY, room TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS outbox (
        number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE,
        command TEXT NOT NULL, fields TEXT NOT NULL, outcome TEXT)
"""


def host_database(path: str | Path) -> sqlite3.Connection:
    """The host's own database, with its bookings and its outbox."""
    host = sqlite3.connect(path, timeout=10)
    host.executescript(TABLES)
    return host


def book(host: sqlite3.Connection, booking: str, room: str, meeting: dict[str, Any]) -> None:
    """Book a room and say what is to be recorded of it: both or neither."""
    with host:
        host.execute("INSERT INTO booking VALUES (?, ?)", (booking, room))
        host.execute(
            "INSERT INTO outbox (key, command, fields) VALUES (?, 'hold-meeting', ?)",
            (booking, json.dumps(meeting)),
        )


def work_off(host: sqlite3.Connection, engine: mc.Engine) -> int:
    """Ask for what waits in the outbox, in order; answers how much had been recorded before."""
    replayed = 0
    waiting = "SELECT number, key, command, fields FROM outbox WHERE outcome IS NULL"
    for number, key, name, fields in host.execute(f"{waiting} ORDER BY number").fetchall():
        try:
            command = engine.command(name, json.loads(fields))
            replayed += engine.handle(command, actor=HOST, key=key).replayed
            outcome = "recorded"
        except (mc.Refused, mc.Invalid) as problem:  # asking again would change nothing
            outcome = f"refused: {problem}"
        with host:
            host.execute("UPDATE outbox SET outcome = ? WHERE number = ?", (outcome, number))
    return replayed


def for_ever(host: sqlite3.Connection, engine: mc.Engine) -> None:
    """Work off what comes; wait where the log is away or busy, since nothing gets lost by it."""
    while True:
        try:
            work_off(host, engine)
        except (mc.LogBusy, mc.LogAway, mc.Conflict) as trouble:
            print("waiting:", trouble, file=sys.stderr)
        time.sleep(0.05)


def main() -> None:
    if stated := sys.argv[1:]:
        database, log = stated
        with closing(host_database(database)) as host, mc.open(log) as engine:
            for_ever(host, engine)
    with TemporaryDirectory() as folder:
        show(Path(folder))


def show(folder: Path) -> None:
    """Three bookings; the worker stops in the worst moment and is started again."""
    with closing(host_database(folder / "host.db")) as host:
        with mc.open(folder / "program.db") as engine:
            pairing = a_pairing(engine, HOST)
            day = engine.status(viewer=mc.Viewer.auditor()).cohorts[0].starts_on
            for number, minutes in enumerate((45, 30, 900), start=1):
                on = day + timedelta(days=7 * number)
                meeting = {"pairing_id": pairing, "held_on": f"{on}", "minutes": minutes}
                book(host, f"meeting-{number}", "room 7", meeting)
            print("booked", host.execute("SELECT count(*) FROM booking").fetchone()[0])

            (fields,) = host.execute("SELECT fields FROM outbox WHERE number = 1").fetchone()
            first = engine.command("hold-meeting", json.loads(fields))
            engine.handle(first, actor=HOST, key="meeting-1")
            print("stopped after recording, before noting it down")

        with mc.open(folder / "program.db") as engine:
            print(work_off(host, engine), "of them was recorded already")
        for key, outcome in host.execute("SELECT key, outcome FROM outbox ORDER BY number"):
            print(key, outcome)


if __name__ == "__main__":
    main()
