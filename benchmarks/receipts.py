"""What an append costs that the tree covers when it returns, and one whose receipt is asked for.

An earlier build can run it as well: it uses public names, and of others those that have been there
since the first receipts. Run by `run.py --only receipts --beside PYTHON`; by hand:
python benchmarks/receipts.py FOLDER, with ``durable`` or the address of an empty schema behind it
"""

import json
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from measuring import apart, median_of, pairs

import mentorcore as mc

try:
    from mentorcore.log.storage.store import Draft
except ImportError:  # an earlier build
    from mentorcore.log.store import Draft  # type: ignore[import-not-found, no-redef]

ORIGIN = "benchmark.example/log"
TAIL = b'","d":{"note":"' + b"x" * 300 + b'"}}'
TURNS, TOGETHER = 30, 50
"""Turns that the kinds of appends take, and appends in each."""

HURRIED, DURABLE, POSTGRES = "SQLite, synchronous off", "SQLite, durable", "PostgreSQL"
GOALS = {
    (HURRIED, "covered", "cpu"): 1.5,
    (HURRIED, "covered", "wall"): 1.3,
    (DURABLE, "covered", "cpu"): 1.5,
    (DURABLE, "covered", "wall"): 1.3,
    (DURABLE, "proven", "wall"): 2.2,
}
"""A receipt at once is held against an append as it is made, which waits for the disk."""


class Hurried(sqlite3.Connection):
    """A connection that never waits for the disk, so that only the work is measured."""

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        """See `sqlite3.Connection`."""
        return super().execute(sql.replace("synchronous=FULL", "synchronous=OFF"), *values)


def hurry() -> None:
    """Let no connection that is made from now on wait for the disk."""
    real = sqlite3.connect

    def connect(*where: Any, **how: Any) -> Any:
        return real(*where, **{"factory": Hurried, **how})

    sqlite3.connect = connect


def now() -> datetime:
    return datetime.now(UTC)


class Kind:
    """A log of its own to which one kind of append is made.

    Args:
        folder: Where its files are made.
        address: The log.
        is_covered: Whether each append is covered by the tree.
        is_proven: Whether the receipt is asked for at once.
    """

    def __init__(self, folder: Path, address: str, *, is_covered: bool, is_proven: bool) -> None:
        folder.mkdir()
        options: dict[str, Any] = {}
        if is_covered:
            key = folder / "log.signing-key"
            mc.create_signing_key(key, ORIGIN)
            options["sign"] = mc.sign_with(key, background=False, receipts=True)
        self.engine: Any = mc.open(address, keys=folder / "log.keys", **options)
        self.version = 0
        self.is_proven = is_proven
        self.wall: list[float] = []
        self.cpu: list[float] = []

    def turn(self) -> None:
        """Append some events, each alone."""
        engine = self.engine
        append, settled = engine._store.append, getattr(engine._desk, "after_append", None)
        prove: Callable[[int], object] | None = engine.receipt if self.is_proven else None
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(TOGETHER):
            self.version += 1
            head = b'{"m":{"at":"'
            done = append([Draft("pairing:1", self.version, "pairing.formed", head, TAIL)], (), now)
            if settled is not None:
                settled(done.positions)
            if prove is not None:
                prove(done.positions[0])
        self.cpu.append((time.process_time() - cpu) / TOGETHER)
        self.wall.append((time.perf_counter() - wall) / TOGETHER)


def receipts(folder: Path, where: str = "") -> dict[str, Any]:
    """Seconds of an append by the wall and of CPU: without a tree, covered, and proven."""
    if where != "durable":
        hurry()
    kinds = {
        name: Kind(
            folder / name,
            str(folder / name / "log.db") if where in ("", "durable") else f"{where}_{name}",
            is_covered=name != "without",
            is_proven=name == "proven",
        )
        for name in ("without", "covered", "proven")
    }
    for _ in range(TURNS):
        for kind in kinds.values():
            kind.turn()
    for kind in kinds.values():
        kind.engine.close()
    return {
        name: {"wall": statistics.median(kind.wall), "cpu": statistics.median(kind.cpu)}
        for name, kind in kinds.items()
    }


def lines(
    folder: Path, beside: str | None, number: int, places: Mapping[str, Callable[[], str]]
) -> Iterator[tuple[str, str, str, str, str]]:
    """What the tree costs an append, beside an earlier build.

    Args:
        folder: Where logs may be made.
        beside: The interpreter of the earlier build.
        number: How many pairs of processes.
        places: By its name, what gives a place for a log: see `receipts`.
    """
    turn = count()

    def taken(python: str, where: Callable[[], str]) -> Callable[[], Any]:
        def take() -> dict[str, Any]:
            place = folder / f"receipts-{next(turn)}"
            place.mkdir()
            told = [place for place in [where()] if place]
            try:
                return apart("", str(place), *told, script="receipts.py", python=python)
            finally:
                shutil.rmtree(place)

        return take

    for name, where in places.items():
        ours_only = taken(sys.executable, where)
        if beside and (name != POSTGRES or speaks_postgres(beside)):
            took = pairs(ours_only, taken(beside, where), number)
        else:
            took = [(ours_only(), None) for _ in range(number)]
        for kind, what in (("covered", "covered by the tree"), ("proven", "its receipt at once")):
            for clock, told in (("cpu", "CPU"), ("wall", "the wall")):
                ours, theirs = (
                    [each[kind][clock] / each["without"][clock] for each in build if each]
                    for build in zip(*took, strict=True)
                )
                spent = statistics.median(each[kind][clock] for each, _ in took)
                goal = GOALS.get((name, kind, clock))
                yield (
                    f"an append of one event, {name}, {what}, by {told}",
                    f"{spent * 1e6:,.0f} µs",
                    "",
                    f"{median_of(theirs)} of without, the earlier build" if theirs else "",
                    f"{median_of(ours)} of without, {number} "
                    + ("pairs" if theirs else "runs")
                    + (f" (goal {goal})" if goal else ""),
                )


def speaks_postgres(python: str) -> bool:
    """Whether another build was installed with what a log in PostgreSQL needs."""
    return not subprocess.run(
        [python, "-c", "import psycopg"], check=False, capture_output=True
    ).returncode


if __name__ == "__main__":
    print(json.dumps(receipts(Path(sys.argv[1]), *sys.argv[2:])))
