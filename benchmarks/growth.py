"""How costs grow: with the length of an import, and with the size of a program.

Each size is measured in turns with all others and with the earlier build, so that what else the
machine does meets them alike. `run.py --growth` holds the curves against what is promised of them.
"""

import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from measuring import Median, apart, median_of

Line = tuple[str, str, str, str, str]

LENGTHS = (10_000, 40_000, 80_000)
"""New responses of an import."""
PROGRAMS = (100, 10_000)
"""Pairings of a program that gets ten new rows."""


class Promise(NamedTuple):
    """What was found beside what is promised."""

    what: str
    found: float
    most: float

    @property
    def broken(self) -> bool:
        return self.found > self.most


class Growth:
    """The curves of importing.

    Args:
        folder: Where logs are made.
        beside: The interpreter of an earlier build, if there is one to compare.
        pairs: How many turns.

    Attributes:
        promises: What was held against what is promised, as far as it was measured.
    """

    def __init__(self, folder: Path, beside: str | None, pairs: int) -> None:
        self._folder = folder
        self._builds = [sys.executable, *([] if beside is None else [beside])]
        self._pairs = pairs
        self.promises: list[Promise] = []

    def lines(self) -> Iterator[Line]:
        """A line for each figure."""
        yield from self._long_imports()
        yield from self._few_rows()

    def _long_imports(self) -> Iterator[Line]:
        took: dict[int, list[list[dict[str, float]]]] = {
            n: [[] for _ in self._builds] for n in LENGTHS
        }
        for _ in range(self._pairs):
            for number in LENGTHS:
                for found, python in zip(took[number], self._builds, strict=True):
                    found.append(self._taken(python, number))
        for number, builds in took.items():
            yield self._beside(
                f"import of {number:,} new meeting logs of 20 columns, a response",
                [[turn["new"] for turn in found] for found in builds],
                "µs of CPU",
            )
        shortest, longest = LENGTHS[0], LENGTHS[-1]
        rates = [
            median_of([a["new"] / b["new"] for a, b in zip(short, long, strict=True)])
            for short, long in zip(took[shortest], took[longest], strict=True)
        ]
        self.promises.append(Promise("cost of a long import", 1 / rates[0].middle, 1 / 0.9))
        yield (
            f"the rate at {longest:,} as a share of that at {shortest:,}",
            str(rates[0]),
            "",
            f"{rates[1]}, the earlier build" if len(rates) > 1 else "",
            "(goal 0.9)",
        )
        memory = [max(turn["memory"] for turn in found) for found in took[longest]]
        self.promises.append(Promise("MiB of a long import", memory[0], 220))
        yield (
            f"peak memory of the import of {longest:,}",
            f"{memory[0]:.0f} MiB",
            "",
            f"{memory[1]:.0f} MiB, the earlier build" if len(memory) > 1 else "",
            "(goal 220)",
        )
        for number in (shortest, longest):
            yield self._beside(
                f"the same {number:,} again, a response",
                [[turn["again"] for turn in found] for found in took[number]],
                "µs of CPU",
            )

    def _taken(self, python: str, number: int) -> dict[str, float]:
        place = self._folder / "growth"
        place.mkdir()
        try:
            return apart("taking", str(place), str(number), script=SCRIPT, python=python)
        finally:
            shutil.rmtree(place)

    def _few_rows(self) -> Iterator[Line]:
        next_ones: list[list[float]] = []
        for size in PROGRAMS:
            places = [self._folder / f"ten-{size}-{n}" for n in range(len(self._builds))]
            for python, place in zip(self._builds, places, strict=True):
                place.mkdir()
                apart("make", str(place), str(size), script=SCRIPT, python=python)
            took: list[list[dict[str, Any]]] = [[] for _ in self._builds]
            for _ in range(self._pairs):
                for found, python, place in zip(took, self._builds, places, strict=True):
                    found.append(apart("ten", str(place), script=SCRIPT, python=python))
            for place in places:
                shutil.rmtree(place)
            for which, what in (("first", "first import of a process"), ("next", "the next ones")):
                times = [[turn[which] * 1000 for turn in found] for found in took]
                told = f"ten new rows into a program of {size:,} pairings, {what}"
                yield self._beside(told, times, "ms of CPU")
            next_ones.append([turn["next"] for turn in took[0]])
        small, large = next_ones[0], next_ones[-1]
        grown = median_of([b / a for a, b in zip(small, large, strict=True)])
        self.promises.append(Promise("cost of ten new rows in a large program", grown.middle, 3))
        yield (
            f"ten new rows, the next ones: {PROGRAMS[-1]:,} pairings beside {PROGRAMS[0]:,}",
            str(grown),
            "",
            "",
            "(goal: flat, below 3)",
        )

    def _beside(self, what: str, builds: Sequence[Sequence[float]], unit: str) -> Line:
        ours, *others = builds
        shown = f"{median(ours):,.1f} {unit}"
        if not others:
            return (what, shown, "", "", f"{len(ours)} runs")
        faster: Median = median_of([b / a for a, b in zip(ours, others[0], strict=True)])
        return (
            what,
            shown,
            "",
            f"{median(others[0]):,.1f} {unit}, the earlier build",
            f"{faster} times as fast, {len(ours)} pairs",
        )


SCRIPT = "import_growth.py"
