"""How far long work has come: one line on a terminal that rewrites itself, nothing in a pipe."""

import sys
import time
from types import TracebackType
from typing import Self

__all__ = ["Progress"]

OFTEN = 0.1
"""Seconds between two looks of the line."""


class Progress:
    """Call it with a count as work goes on; leaving it clears the line.

    Args:
        what: What is going on, such as ``Importing meetings.csv``.
        unit: What is counted.
    """

    def __init__(self, what: str, unit: str = "responses") -> None:
        self._what = what
        self._unit = unit
        self._shown = sys.stderr.isatty()
        self._next = time.monotonic() + OFTEN

    def __enter__(self) -> Self:
        if self._shown:
            self._say("")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def __call__(self, done: int) -> None:
        """Say that *done* are done by now."""
        if self._shown and time.monotonic() >= self._next:
            self._next = time.monotonic() + OFTEN
            self._say(f": {done:,} {self._unit}")

    def _say(self, how_far: str) -> None:
        sys.stderr.write(f"\r\x1b[K{self._what}{how_far} …")
        sys.stderr.flush()
