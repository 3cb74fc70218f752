"""How long a call waits for its turn and for a database that is away: one bound for all of it.

Waiting adds up where it is not shared: each thread that waited for another would begin to wait for
the server when its turn comes. So the calls on one log share what they know of its database. Who
comes when it has been away for long enough tries once; who was waiting for a turn meanwhile is told
at once, and what a call has waited counts.
"""

import threading
import time
from typing import Protocol

from mentorcore.errors import LogAway, LogBusy

__all__ = ["Patience"]

PAUSE = 0.1
"""Seconds between two tries to reach a database."""

SHORTEST = 2.0
"""Seconds that trying to connect takes at least where nobody answers."""

EITHER = "The line broke during the commit, which may have come through: read before trying again"


class Lock(Protocol):
    """A lock between threads, of either kind."""

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool: ...

    def release(self) -> None: ...


class _Calls(threading.local):
    """The call of each thread: when it began, and how much it may wait and has waited."""

    began = 0.0
    most = 0.0
    waited: float | None = None


# Every command comes by here several times, and generators would take longer.
class _Call:
    __slots__ = ("_begins", "_patience", "_seconds")

    def __init__(self, patience: "Patience", seconds: float | None) -> None:
        self._patience = patience
        self._seconds = seconds

    def __enter__(self) -> None:
        self._begins = self._patience.begin(self._seconds)

    def __exit__(self, *_error: object) -> None:
        if self._begins:
            self._patience.end()


class _Turn:
    __slots__ = ("_lock", "_patience", "_seconds")

    def __init__(self, patience: "Patience", lock: Lock, seconds: float | None) -> None:
        self._patience = patience
        self._lock = lock
        self._seconds = seconds

    def __enter__(self) -> None:
        if not self._lock.acquire(blocking=False):
            self._patience.wait_for(self._lock, self._seconds)

    def __exit__(self, *_error: object) -> None:
        self._lock.release()


class Patience:
    """The waiting of all calls on one open log; safe to share between threads.

    Args:
        url: The log's address, for messages.
        seconds: For how long a database that is away is tried again.
        lock_timeout: Seconds that a writer waits for the lock of the database.
    """

    def __init__(self, url: str, seconds: float, lock_timeout: float) -> None:
        self.url = url
        self.seconds = seconds
        self.lock_timeout = lock_timeout
        self._most = max(seconds, lock_timeout)
        self._calls = _Calls()
        self._hurry = threading.Event()
        self._since: float | None = None
        self._failed = 0.0
        self._said = ""

    def call(self, seconds: float | None = None) -> "_Call":
        """One call of this thread, for the length of a ``with`` block: what is waited for counts.

        Args:
            seconds: How much it may wait in all, if less than others.
        """
        return _Call(self, seconds)

    def begin(self, seconds: float | None = None) -> bool:
        """Begin a call, unless this thread is in the middle of one; whether it has to be ended."""
        calls = self._calls
        if calls.waited is not None:
            return False
        calls.began = time.monotonic()
        calls.most = self._most if seconds is None else seconds
        calls.waited = 0.0
        return True

    def end(self) -> None:
        """End this thread's call."""
        self._calls.waited = None

    @property
    def left(self) -> float:
        """Seconds that this thread's call may still wait."""
        waited = self._calls.waited
        return self._most if waited is None else max(0.0, self._calls.most - waited)

    @property
    def lock_left(self) -> float:
        """Seconds that this thread's call may still wait for the lock of the database."""
        return max(0.05, min(self.lock_timeout, self.left))

    @property
    def connecting(self) -> float:
        """Seconds that this thread's call may take to connect."""
        if self._hurry.is_set():
            return SHORTEST
        return min(self._patient_until() - time.monotonic(), self.left)

    def turn(self, lock: Lock, seconds: float | None = None) -> "_Turn":
        """A lock between the threads of this process, for the length of a ``with`` block.

        Args:
            lock: The lock.
            seconds: How long it is waited for; left out, for as long as the call may wait.

        Raises:
            LogAway: It was not free in time, because who has it waits for the database.
            LogBusy: It was not free in time.
        """
        return _Turn(self, lock, seconds)

    def wait_for(self, lock: Lock, seconds: float | None) -> None:
        """Take a lock that somebody has; see `turn`."""
        began, most = time.monotonic(), self.left if seconds is None else seconds
        granted = lock.acquire(timeout=most)
        self.spent(time.monotonic() - began)
        if not granted:
            raise self._not_granted(most)

    def spent(self, seconds: float) -> None:
        """Count what this thread's call has waited."""
        if self._calls.waited is not None:
            self._calls.waited += seconds

    def answered(self) -> None:
        """Note that the database is there."""
        self._since = None

    def refuse_trying(self) -> None:
        """Answer this thread's call by what another found out while it waited for its turn.

        Raises:
            LogAway: The database has been away for longer than anybody waits, also since the call
                began; or it is away, and the log is being closed.
        """
        since = self._since
        if since is None:
            return
        if self._hurry.is_set():
            raise self.away()
        if self._failed >= self._calls.began and time.monotonic() >= since + self.seconds:
            raise self.away()

    def goes_on(self, said: str, began: float, since: float | None = None) -> bool:
        """Note that the database did not answer, and pause; whether this call may try again.

        Args:
            said: What was said instead, in one line.
            began: When this try began.
            since: Since when nobody has answered, where that is known; else it is from now on.
        """
        now = time.monotonic()
        took = now - began
        if self._since is None:
            self._since = now if since is None else since
        self._said = said
        self._failed = now
        self.spent(took)
        left = min(self._since + self.seconds - now, self.left)
        if self._hurry.is_set() or left <= min(took, SHORTEST):
            return False
        self._hurry.wait(min(PAUSE, left))
        self.spent(min(PAUSE, left))
        return True

    def is_silence(self, asked: float) -> bool:
        """Whether an answer takes so long that somebody should look whether the server is there."""
        most = min(1.0, self.seconds / 2) if self._hurry.is_set() else self.seconds / 2
        return time.monotonic() - asked > most

    def hurry(self) -> None:
        """Let nobody wait for the database any more: the log is being closed."""
        self._hurry.set()

    def away(self, *, writes: bool = False, in_doubt: bool = False) -> LogAway:
        """The error of a database that is away."""
        since = self._since if self._since is not None else time.monotonic()
        text = f"{self.url} has been away for {time.monotonic() - since:.3g} s: {self._said}"
        if in_doubt:
            text = f"{text}. {EITHER} when the server is back"
        elif writes:
            text = f"{text}. Nothing was written; try again when the server is back"
        return LogAway(text, in_doubt=in_doubt)

    def busy(self, lock: str, *, writes: bool, in_doubt: bool = False) -> LogBusy:
        """The error of a lock of the database that was not granted."""
        text = f"{lock} of {self.url} was not granted within {self.lock_left:.3g} s"
        after = f"{EITHER}" if in_doubt else "Nothing was written; try again" if writes else ""
        return LogBusy(f"{text}. {after}" if after else f"{text}; try again")

    def _patient_until(self) -> float:
        return (time.monotonic() if self._since is None else self._since) + self.seconds

    def _not_granted(self, most: float) -> LogAway | LogBusy:
        if self._since is not None:
            return self.away(writes=True)
        return LogBusy(
            f"the write lock of {self.url} was not granted within {most:.3g} s: another thread of "
            "this process has it. Nothing was written; try again"
        )
