"""How many files the logs of a process keep open together, so that a server may hold hundreds.

A log that was used keeps what it opened for the next call. Beyond what the process may have open,
those that were opened longest ago give it back, and open it again when they are asked.
"""

import errno
import os
import threading
import weakref
from collections.abc import Callable
from typing import Protocol, TypeVar

from mentorcore.errors import LogError

__all__ = ["few", "no_more_files", "opened", "with_room"]

T = TypeVar("T")

FEW = 8
"""Up to so many logs a process keeps several connections to each, for threads that read at once."""

DESCRIPTORS = 12
"""For each log that keeps files open, so many of those that the process may have."""

USUAL = 1024
ROOM = 8
"""As many descriptors as opening a log takes, and some."""


class Idle(Protocol):
    """What keeps files open and can give them back."""

    def drop(self) -> None:
        """Close what nobody uses."""


_open: "weakref.WeakKeyDictionary[Idle, None]" = weakref.WeakKeyDictionary()
_lock = threading.Lock()
_at_most = 0
"""How many there were when the last one was added: counting them takes longer."""


def few() -> bool:
    """Whether few logs keep files open in this process."""
    return _at_most <= FEW or len(_open) <= FEW


def opened(one: Idle) -> None:
    """Say that *one* opens files now; those that did so longest ago may have to close theirs."""
    global _at_most  # noqa: PLW0603 - written under the lock
    with _lock:
        _open.pop(one, None)
        _open[one] = None
        _at_most = len(_open)
        surplus = list(_open)[: max(0, len(_open) - _most())]
        for other in surplus:
            del _open[other]
    for other in surplus:
        other.drop()


def with_room(work: Callable[[], T]) -> T:
    """Do *work*, which opens files; where there are too many, all logs close what nobody uses.

    Raises:
        LogError: The process has too many files open all the same.
    """
    try:
        return work()
    except Exception:
        if not no_more_files():
            raise
    with _lock:
        others = list(_open)
        _open.clear()
    for other in others:
        other.drop()
    try:
        return work()
    except Exception as error:
        if not no_more_files():
            raise
        raise LogError(
            "this process has too many open files, as many as it may have. Close some, or raise "
            f"the limit (now {_limit()}; `ulimit -n` says it)"
        ) from error


def no_more_files() -> bool:
    """Whether this process can hardly open a file at present."""
    got: list[int] = []
    try:
        for _ in range(ROOM):
            got.append(os.open(os.devnull, os.O_RDONLY))  # noqa: PERF401 - those got are closed
    except OSError as error:
        return error.errno in {errno.EMFILE, errno.ENFILE}
    finally:
        for descriptor in got:
            os.close(descriptor)
    return False


def _limit() -> int:
    try:
        import resource  # noqa: PLC0415 - not everywhere
    except ImportError:
        return USUAL
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return USUAL * 1024 if soft == resource.RLIM_INFINITY else soft


def _most() -> int:
    return max(FEW, _limit() // DESCRIPTORS)
