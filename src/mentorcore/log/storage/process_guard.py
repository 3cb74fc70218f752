"""What one process opened is not used in another: connections and locks do not survive a fork.

A child that was forked off has its parent's connections and none of the locks that SQLite believes
to hold by them; and two processes that speak over one line to a server read each other's answers.
So what holds such things is watched here: it is told before a fork, when it may still put them in
order, and afterwards on either side. Whatever is asked of it in the child is refused.
"""

import os
import stat
import threading
import time
import weakref

from mentorcore.errors import OpenedElsewhere

__all__ = [
    "ProcessGuard",
    "Watched",
    "inherited_descriptors",
    "keep_for_ever",
    "watch",
    "watched",
]

FORK_WAIT = 5.0
"""Seconds for which a fork waits until nobody is in the middle of using a connection."""


class Watched:
    """What has to know of a fork."""

    def before_fork(self, until: float) -> None:
        """Put in order what must not be inherited, by a moment of the monotonic clock."""

    def made_during_fork(self) -> None:
        """Take part in a fork that began in another thread before this was made."""

    def after_fork(self) -> None:
        """Go on in the parent."""

    def in_child(self) -> None:
        """Let go, in the child, of what is the parent's. It may neither wait nor fail."""


class ProcessGuard:
    """Knows the process in which something was opened.

    Args:
        what: What was opened, for messages.

    Attributes:
        process: The number of the process.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        self.process = os.getpid()

    @property
    def elsewhere(self) -> bool:
        """Whether this is another process than the one in which it was opened."""
        return os.getpid() != self.process

    def check(self) -> None:
        """Refuse to be used in another process.

        Raises:
            OpenedElsewhere: This process was forked off after it was opened.
        """
        if os.getpid() != self.process:
            raise OpenedElsewhere(
                f"{self.what} was opened in process {self.process}, and this is process "
                f"{os.getpid()}, which was forked off afterwards: nothing was done. Open the log "
                "after the fork, once in each process that uses it"
            )


_watched: weakref.WeakValueDictionary[int, Watched] = weakref.WeakValueDictionary()
_turn = threading.RLock()
_joining = threading.Lock()
_is_forking = False
_kept: list[object] = []
_inherited: dict[int, tuple[int, int]] = {}


def watch(one: Watched) -> None:
    """Have *one* told of every fork for as long as it is used by somebody."""
    with _joining:
        _watched[id(one)] = one
        if _is_forking:
            one.made_during_fork()


def keep_for_ever(one: object) -> None:
    """See to it that the collector never takes *one*, not even when the interpreter ends.

    What the parent holds open may not be closed by a child: closing says good-bye to the server in
    the parent's name, and SQLite would tidy up files that others are using.
    """
    import ctypes  # noqa: PLC0415 - in a forked process only, and in few of them

    _kept.append(one)
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(one))


def watched() -> list[Watched]:
    """Everything that is told of forks."""
    return [one for ref in _watched.valuerefs() if (one := ref()) is not None]


def inherited_descriptors(file: tuple[int, int]) -> list[int]:
    """The descriptors of a file that this process was forked off with, and that are open still.

    A number that was closed and given again to the same file is among them.

    Args:
        file: Device and number of the file.
    """
    return [n for n, inherited in _inherited.items() if inherited == file and _file_of(n) == file]


def _file_of(descriptor: int) -> tuple[int, int] | None:
    """Device and number of the file behind a descriptor; ``None`` for what is no file."""
    try:
        found = os.fstat(descriptor)
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if stat.S_ISREG(found.st_mode) else None


def _descriptors() -> dict[int, tuple[int, int]]:
    """The files that are open, by descriptor; nothing where a system does not say."""
    try:
        numbers = [int(name) for name in os.listdir("/dev/fd")]  # noqa: PTH208 - few words in a fork
    except (OSError, ValueError):
        return {}
    return {number: file for number in numbers if (file := _file_of(number)) is not None}


def _before() -> None:
    global _is_forking  # noqa: PLW0603 - a process forks as a whole
    _turn.acquire()  # of two threads that fork at once, one waits for the other
    until = time.monotonic() + FORK_WAIT
    with _joining:
        _is_forking = True
        told = watched()
    for one in told:
        one.before_fork(until)


def _in_parent() -> None:
    global _is_forking  # noqa: PLW0603 - as above
    with _joining:
        _is_forking = False
        told = watched()
    for one in told:
        one.after_fork()
    _turn.release()


def _in_child() -> None:
    global _turn, _joining, _is_forking
    _turn, _joining, _is_forking = threading.RLock(), threading.Lock(), False
    _inherited.clear()
    _inherited.update(_descriptors())
    for one in watched():
        one.in_child()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before, after_in_parent=_in_parent, after_in_child=_in_child)
