"""Where the clock of a log jumped far ahead: whatever came after bears at least that time.

Nothing is wrong with such a log, and whoever reads it should know.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from mentorcore.audit.standalone import Row
from mentorcore.log.serialization.instants import DAY, stamped

__all__ = ["ClockJumps"]

AHEAD = timedelta(days=366)


class ClockJumps:
    """Looks at rows as they pass.

    Args:
        rows: Gives the events in order, each time from the first.

    Attributes:
        notices: A sentence for each jump.
    """

    def __init__(self, rows: Callable[[], Iterator[Row]]) -> None:
        self.notices: list[str] = []
        self._rows = rows
        self._day = self._latest = ""

    def rows(self) -> Iterator[Row]:
        """The same rows."""
        dated = b""
        for row in self._rows():
            state = row[4]
            # Nearly every event is of the day of the one before it.
            if state is not None and state[DAY] != dated:
                self._date(row[0], state)
                dated = state[DAY]
            yield row

    def _date(self, position: int, state: bytes) -> None:
        day = (stamped(state) or self._day)[:10]
        try:
            latest = (date.fromisoformat(day) + AHEAD).isoformat()
        except (ValueError, OverflowError):
            return  # that it is no day is a fault, and told as one
        if day > self._latest and self._day:
            self.notices.append(
                f"the clock jumped ahead at position {position}: it was recorded on {day}, and the "
                f"event before it on {self._day}; no later event is dated before that day"
            )
        self._latest, self._day = max(self._latest, latest), day
