"""What a command costs in a transaction of the host, beside the same command on its own.

Both in turns on one log, in seconds of the processor's time; the host's BEGIN and COMMIT count.
Run by `run.py --only within`; by hand: benchmarks/hosting.py sqlite FOLDER
"""

import json
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from few_rows import BEGINNING, PAIRINGS, TOGETHER, US, commands

import mentorcore as mc

COMMANDS, PAIRS = 100, 21


def measured(engine: mc.Engine, host: Any, begin: str) -> dict[str, list[float]]:
    """Seconds for each command, by itself and in a transaction of the host, run by run."""
    program = engine.new_id("program")
    asked = list(commands(engine, program, 0))
    for start in range(0, len(asked), TOGETHER):
        engine.batch(asked[start : start + TOGETHER], actor=US)
    see = mc.Viewer.coordinator()
    pairings = [p.pairing for p in engine.status(program, viewer=see).pairings]
    number = count()

    def meeting() -> Any:
        n = next(number)
        held_at = BEGINNING + timedelta(days=3, minutes=60 * (n // PAIRINGS))
        return mc.HoldMeeting(pairing_id=pairings[n % PAIRINGS], held_at=held_at, minutes=45)

    def alone(command: Any) -> None:
        engine.handle(command, actor=US)

    def hosted(command: Any) -> None:
        if begin:
            host.execute(begin)
        with engine.within(host):
            engine.handle(command, actor=US)
        host.commit()

    def taken(ask: Callable[[Any], None]) -> float:
        asked = [meeting() for _ in range(COMMANDS)]
        began = time.process_time()
        for command in asked:
            ask(command)
        return (time.process_time() - began) / COMMANDS

    took: dict[str, list[float]] = {"alone": [], "hosted": []}
    taken(alone), taken(hosted)
    for _ in range(PAIRS):
        took["alone"].append(taken(alone))
        took["hosted"].append(taken(hosted))
    return took


def on_sqlite(path: Path) -> dict[str, list[float]]:
    """A host that writes to the file of the log."""
    with mc.open(path) as engine, closing(sqlite3.connect(path)) as host:
        return measured(engine, host, "BEGIN IMMEDIATE")


def on_postgres(url: str, keys: Path) -> dict[str, list[float]]:
    """A host that writes to the database of the log."""
    with mc.open(url, keys=keys) as engine, psycopg.connect(url.partition("&schema=")[0]) as host:
        return measured(engine, host, "")  # psycopg begins a transaction by itself


if __name__ == "__main__":
    where, folder = sys.argv[1], Path(sys.argv[2])
    if "://" in where:
        print(json.dumps(on_postgres(where, folder / "elsewhere.keys")))
    else:
        print(json.dumps(on_sqlite(folder / "hosted.db")))
