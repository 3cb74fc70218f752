"""The two times of a question, and what days and instants mean in a program's zone.

Two times are asked for apart from each other or together. `as_known` is recorded time, an instant
or a position; nothing the log learned later counts. `as_of` is valid time; facts that became true
later do not count, however early they were logged.
"""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import attrs

from mentorcore.errors import Invalid, Problem

__all__ = ["NOW", "Moment", "day_in", "instant_in", "known_by"]

FIRST_YEAR, LAST_YEAR = 1000, 9000


@attrs.frozen
class Moment:
    """A moment to look at a program; without either time it is now.

    Attributes:
        as_of: What was true then: a day of the program, or an instant.
        as_known: What the log knew then: an instant, a position, or the text of a checkpoint that
            you hold.
    """

    as_of: date | datetime | None = None
    as_known: datetime | int | str | None = None

    def until(self, zone: ZoneInfo) -> datetime | None:
        """The last instant at which something counts; ``None`` when all does.

        A day counts to its end in the program's zone.

        Raises:
            Invalid: An instant without a zone, a moment of another age, or neither day nor instant.
        """
        return None if self.as_of is None else _end_of(self.as_of, zone)


NOW = Moment()
"""All that the log knows, and all of it true."""


def known_by(asked: Moment) -> datetime | int | None:
    """What the log is to have known; a held checkpoint has become a position at the door."""
    assert not isinstance(asked.as_known, str)
    return asked.as_known


def _end_of(as_of: date | datetime, zone: ZoneInfo) -> datetime:
    if not issubclass(type(as_of), date):
        problem = Problem("as_of", f"{as_of!r} is neither", "a day, or an instant with its offset")
        raise Invalid("this point in time is not clear", [problem])
    if not FIRST_YEAR <= as_of.year <= LAST_YEAR:
        # Days of other zones, and those that are counted from it, lie beyond the calendar.
        expected = f"a year from {FIRST_YEAR} to {LAST_YEAR}"
        problem = Problem("as_of", f"{as_of} is of another age", expected)
        raise Invalid("this point in time is not clear", [problem])
    if not isinstance(as_of, datetime):
        return datetime.combine(as_of, time.max, zone)
    if as_of.utcoffset() is None:
        problem = Problem("as_of", "names no zone", "a day, or an instant with its offset")
        raise Invalid("this point in time is not clear", [problem])
    return as_of.astimezone(zone)


def day_in(moment: date | datetime, zone: ZoneInfo) -> date:
    """The day of a moment in a zone; a day is itself."""
    return moment.astimezone(zone).date() if isinstance(moment, datetime) else moment


def instant_in(moment: date | datetime, zone: ZoneInfo) -> datetime:
    """A moment as an instant; a day begins at midnight in the zone."""
    if isinstance(moment, datetime):
        return moment.astimezone(UTC)
    return datetime.combine(moment, time.min, zone).astimezone(UTC)
