"""What a host does all day, each kind of work by itself, in seconds of the processor's time.

It uses nothing but the public names, so that an earlier build can run it as well, each on a log
that it makes itself. Run by `run.py --only everyday everyday-postgres`; by hand:
benchmarks/everyday.py FOLDER, or with the address of an empty schema behind it
"""

import csv
import gc
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import few_rows
from few_rows import BEGINNING, MAPPING, PAIRINGS, TOGETHER, US

import mentorcore as mc

SINGLE, ROWS, AGAIN = 500, 2_000, 5
BARE = 5_000
"""Questions that lead to one statement each, so that what is around it shows."""


def rows(path: Path) -> None:
    """Meetings that the log does not hold, each on an hour of its own."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["Id", "Mentor", "Mentee", "Held at", "Minutes"])
        for n in range(ROWS):
            held = datetime(2026, 1, 5, 8) + timedelta(hours=n // PAIRINGS)
            pair = n % PAIRINGS
            out.writerow([f"R{n}", f"mentor {pair}", f"mentee {pair}", held.isoformat(" "), 45])


def everyday(folder: Path, address: str = "") -> dict[str, float]:
    """Seconds for each kind of work, those of a database server not among them.

    Args:
        folder: Where files may be made.
        address: Of an empty log in PostgreSQL; left out, the log is a file there.
    """
    took: dict[str, float] = {}

    @contextmanager
    def timed(what: str) -> Iterator[None]:
        gc.collect()  # what one kind of work leaves behind is not paid for by the next
        began = time.process_time()
        yield
        took[what] = time.process_time() - began

    def repeated(what: str, work: Callable[[], object]) -> None:
        with timed(what):
            for _ in range(AGAIN):
                work()

    log, keys = address or str(folder / "everyday.db"), folder / "everyday.keys"
    sheet, see = folder / "rows.csv", mc.Viewer.coordinator()
    with mc.open(log, keys=keys) as engine:
        program = engine.new_id("program")
        asked = list(few_rows.commands(engine, program, 0))
        with timed("commands, 500 in a batch"):
            for start in range(0, len(asked), TOGETHER):
                engine.batch(asked[start : start + TOGETHER], actor=US)
        pairings = [p.pairing for p in engine.status(program, viewer=see).pairings]
        with timed("meetings, one by one"):
            for n in range(SINGLE):
                held_at = BEGINNING + timedelta(days=3, minutes=60 * (n // PAIRINGS))
                pairing = pairings[n % PAIRINGS]
                meeting = mc.HoldMeeting(pairing_id=pairing, held_at=held_at, minutes=45)
                engine.handle(meeting, actor=US)
        rows(sheet)
        mapping = mc.read_mapping(MAPPING, "rows.toml")
        with timed("import of new rows"):
            engine.take_in(sheet, mapping, actor=US, program=program)
        with timed("the same rows again"):
            engine.take_in(sheet, mapping, actor=US, program=program)
        middle = engine.position // 2
        with timed("bare questions"):
            for _ in range(BARE):
                assert engine.position
    with mc.open(log, keys=keys) as engine:
        repeated("replay", lambda: sum(1 for _ in engine.events()))
        repeated("status", lambda: engine.status(program, viewer=see))
        repeated("attention", lambda: engine.attention(program, viewer=see))
        repeated("history of a pairing", lambda: engine.history(pairings[0], viewer=see))
        repeated("status as known", lambda: engine.status(program, viewer=see, as_known=middle))
    with timed("verification"):
        mc.verify_log(log)
    return took


if __name__ == "__main__":
    print(json.dumps(everyday(Path(sys.argv[1]), *sys.argv[2:])))
