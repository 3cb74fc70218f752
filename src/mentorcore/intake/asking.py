"""What one reading of a response rests on, and the values that a row is read into."""

from collections.abc import Callable
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import attrs

from mentorcore.domain.responses import Settled
from mentorcore.domain.values import PersonId
from mentorcore.intake.directory import Directory

__all__ = ["Asking", "StatedTime"]


class StatedTime(NamedTuple):
    """When something was: its instant where a time is known, and else its day alone."""

    at: datetime | None
    day: date | None

    def on(self, zone: ZoneInfo) -> date:
        """The day, in a zone."""
        if self.day is not None:
            return self.day
        assert self.at is not None
        return self.at.astimezone(zone).date()


@attrs.frozen
class Asking:
    """What one reading of a response may use beside the response.

    Attributes:
        known: Who is known.
        ids: Answers with a new id for a kind such as ``meeting``.
        now: The instant of the import.
        again: Whether an edited response is read, whose facts stand in the log.
        settled: What somebody said of the response.
        meant: The persons whom it concerned as it was read before, if it was.
    """

    known: Directory
    ids: Callable[[str], str]
    now: datetime
    again: bool = False
    settled: Settled = attrs.field(factory=dict)
    meant: tuple[PersonId, ...] = ()
