"""A name that one holder has at a time, in all threads and processes that use a log."""

import threading
import time
from collections.abc import Callable
from typing import Protocol, TypeVar

__all__ = ["ThreadTurn", "ThreadTurns", "Turn", "taken_by_trying"]

T = TypeVar("T")

LOOK = 0.1
"""Seconds between two looks whether a turn is free."""


class Turn(Protocol):
    """What somebody holds who has taken a turn, until it is given back or the process ends."""

    def is_held(self) -> bool:
        """Whether it is ours still: a server that restarted has given it to whoever asked next."""

    def give_back(self) -> None:
        """Let the next one have it; twice does no harm."""


class ThreadTurn:
    """A turn among the threads of one process."""

    def __init__(self, lock: threading.Lock) -> None:
        self._lock: threading.Lock | None = lock

    def is_held(self) -> bool:
        """See `Turn.is_held`."""
        return self._lock is not None

    def give_back(self) -> None:
        """See `Turn.give_back`."""
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.release()


class ThreadTurns:
    """The turns of a log that one process has to itself."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}

    def take(self, name: str, timeout: float) -> ThreadTurn | None:
        """See `Store.take_turn`."""
        with self._guard:
            lock = self._locks.setdefault(name, threading.Lock())
        return ThreadTurn(lock) if lock.acquire(timeout=max(0.0, timeout)) else None


def taken_by_trying(attempt: Callable[[], T | None], timeout: float) -> T | None:
    """What *attempt* gives once it gives something; ``None`` when *timeout* seconds passed."""
    until = time.monotonic() + timeout
    while True:
        if (taken := attempt()) is not None:
            return taken
        left = until - time.monotonic()
        if left <= 0:
            return None
        time.sleep(min(LOOK, left))
