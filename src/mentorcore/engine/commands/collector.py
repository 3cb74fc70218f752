"""The collector of cycles rests while a batch of work makes many objects that stay.

Each of its rounds looks at what was made and finds that all of it is in use; in an import that is
a seventh of the work. It belongs to the whole process, so it rests for a moment at a time, and
goes on in between.
"""

import gc
import threading
import time
from collections.abc import Generator, Iterable
from types import TracebackType
from typing import Self, TypeVar

__all__ = ["CollectorPause", "resting"]

T = TypeVar("T")

LONGEST = 1.0
"""Seconds after which it goes on at the next opportunity."""


class CollectorPause:
    """A piece of work during which nothing looks for cycles.

    Whoever begins the first one stops the collector, and starts it again at its own end. Another
    thread that comes meanwhile neither stops it nor waits for it, so that several which overlap
    never keep it from running for longer than one of them takes. A host that stopped it itself
    finds it stopped.
    """

    __slots__ = ("_mine", "_until")

    _turn = threading.Lock()
    _paused = False

    def __init__(self) -> None:
        self._mine = False
        self._until = 0.0

    @property
    def long_enough(self) -> bool:
        """Whether to end it, where the work can be broken off and gone on with."""
        return time.monotonic() >= self._until

    def __enter__(self) -> Self:
        cls = CollectorPause
        with cls._turn:
            if not cls._paused and gc.isenabled():
                cls._paused = self._mine = True
                gc.disable()
        self._until = time.monotonic() + LONGEST
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._mine:
            self._mine = False
            with CollectorPause._turn:
                CollectorPause._paused = False
                gc.enable()


def resting(items: Iterable[T]) -> Generator[T]:
    """Items one by one, while the collector rests for a moment at a time; close it."""
    each = iter(items)
    while True:
        with CollectorPause() as pause:
            for item in each:
                yield item
                if pause.long_enough:
                    break
            else:
                return
