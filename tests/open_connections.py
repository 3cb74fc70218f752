"""Which connections to SQLite files stand open, and where each was made.

A connection that is forgotten keeps its file and its locks until the collector finds it, and from
Python 3.13 on it warns in whichever test the collector runs. So each is counted when it is made
and when it is closed, on every version.
"""

from __future__ import annotations

import itertools
import os
import sqlite3
import sys
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any, Self

CALLERS = 3


class OpenConnections:
    """Counts the connections that are made while it is entered, by the lines that made them."""

    def __init__(self) -> None:
        self._open: dict[int, str] = {}
        self._connect = sqlite3.connect

    def __enter__(self) -> Self:
        numbers = itertools.count()
        still_open = self._open
        connect: Any = self._connect

        class Counted(sqlite3.Connection):
            def __init__(self, *words: Any, **options: Any) -> None:
                super().__init__(*words, **options)
                self.number = next(numbers)
                still_open[self.number] = _made_at()

            def close(self) -> None:
                super().close()
                still_open.pop(self.number, None)

        def counted(
            *words: Any, factory: type[sqlite3.Connection] = Counted, **options: Any
        ) -> Any:
            return connect(*words, factory=factory, **options)

        sqlite3.connect = counted
        return self

    def __exit__(self, *_: object) -> None:
        sqlite3.connect = self._connect

    def places(self) -> Counter[str]:
        """Where the connections were made that nobody has closed."""
        return Counter(self._open.values())

    def told(self) -> str:
        """The same for whoever has to close them."""
        lines = (f"  {count} x {place}" for place, count in self.places().most_common())
        return "\n".join(["connections that nobody closed:", *lines])


def _made_at() -> str:
    """The innermost callers of ``connect``, and the test."""
    calls: list[str] = []
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and len(calls) < CALLERS:
        file = frame.f_code.co_filename
        if file != __file__:
            calls.append(f"{Path(*Path(file).parts[-3:])}:{frame.f_lineno}")
        frame = frame.f_back
    test = os.environ.get("PYTEST_CURRENT_TEST", "no test").removesuffix(" (call)")
    return f"{' from '.join(calls)}, in {test}"
