"""The clock of an engine: when it jumps far ahead, it is not believed before somebody confirms it.

No event is recorded earlier than the one before it. So one event of a year to come would date all
after it, and no question about the past would see them: what is wrong here cannot be put right.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from mentorcore.errors import LogError, Refused
from mentorcore.log.serialization.instants import instant, stamped
from mentorcore.log.storage.store import Store

__all__ = ["YEAR", "ClockCheck", "EngineClock"]

YEAR = timedelta(days=366)
"""A program may rest for a year."""


class ClockCheck:
    """Compares the clock with what was recorded last.

    Args:
        store: The log.
        ahead: How far ahead of the last recorded event the clock may be; ``None`` for any distance.
    """

    def __init__(self, store: Store, ahead: timedelta | None) -> None:
        self._store = store
        self._ahead = ahead
        self._until: datetime | None = None
        self._confirmed: datetime | None = None

    def confirm(self, until: datetime) -> None:
        """Believe a clock that says no more than *until*."""
        self._confirmed = until

    def believed(self, now: datetime) -> datetime:
        """The time, unless it is too far ahead. The log is asked only where that could be.

        Raises:
            Refused: The clock is too far ahead of what was recorded last (``clock_ahead``).
        """
        if self._ahead is None or (self._until is not None and now <= self._until):
            return now
        last = self._last()
        if last is None:
            return now
        self._until = last + self._ahead
        if now <= self._until or (self._confirmed is not None and now <= self._confirmed):
            return now
        days = (now - last).days
        raise Refused(
            f"the clock says {now:%Y-%m-%d %H:%M} UTC, {days} days after what was recorded last "
            f"({last:%Y-%m-%d %H:%M} UTC), and no later event could be dated before it; nothing "
            "was recorded. Put the clock right, or confirm that it is right",
            "clock_ahead",
            clock=now,
            recorded_last=last,
            days=days,
        )

    def _last(self) -> datetime | None:
        """When the last event was recorded; ``None`` where none is, or none can be told."""
        tail = self._store.tail()
        for row in self._store.page(tail - 1, 1) if tail else ():
            text = stamped(row.state)
            return None if text is None else instant(text)
        return None


class EngineClock:
    """What an engine knows of the time."""

    _clock: Callable[[], datetime]
    _clock_check: ClockCheck

    def now(self) -> datetime:
        """The engine's clock, in UTC.

        Raises:
            LogError: The clock gives an instant that names no zone.
        """
        now = self._clock()
        if now.utcoffset() is None:
            raise LogError(f"the clock said {now!r}, which names no zone; give one that does")
        return now.astimezone(UTC)

    def confirm_clock(self, until: datetime) -> None:
        """Say that the clock is right although it is far ahead of what was recorded last.

        Args:
            until: The latest instant that is believed; aware, such as in an hour from now. What is
                recorded with it counts as the last from then on.

        Raises:
            LogError: *until* names no zone.
        """
        if until.utcoffset() is None:
            raise LogError(f"{until!r} names no zone; give an instant that does")
        self._clock_check.confirm(until)

    def _believed_now(self) -> datetime:
        """The time at which something is going to be recorded."""
        return self._clock_check.believed(self.now())
