"""When a response was submitted, and times in answers: each column in the zone of its own.

The third header row names the zone of a date column. Where it does not, the zone has to be
declared; a clock time that happened twice, or never, is refused unless a fold is declared.
"""

from datetime import UTC, datetime, timedelta
from typing import Literal

import attrs
from mentorcore.adapters.spec import (
    DateOrder,
    DateProblem,
    Options,
    parse_instant,
    zone_named,
)

__all__ = ["Clock", "utc_text"]

HOURS = 50_000
"""How many hours a clock remembers."""

_ISO, _HOUR = len("2026-03-02 10:00:05"), len("2026-03-02 10")
_SIXTY = 60


@attrs.frozen
class Clock:
    """How the times of one column are read.

    Attributes:
        zone: The zone of times that carry none.
        basis: Why it is that zone.
        order: Order of day and month, declared or proven.
        fold: Which of two equal clock times is meant.
        dates_as_times: Whether a day alone is the start of that day.
    """

    zone: str | None
    basis: str
    order: DateOrder | None = None
    fold: Literal[0, 1] | None = None
    dates_as_times: bool = False
    _hours: dict[str, tuple[datetime, str] | None] = attrs.field(
        factory=dict, init=False, eq=False, repr=False
    )

    @classmethod
    def of(cls, zone: str | None, options: Options, order: DateOrder | None = None) -> "Clock":
        """The clock of a column, by the zone in its header or else the declared one.

        The declared one also holds where nobody knows the zone in the header.
        """
        if zone and options.zone and not _is_zone(zone):
            zone = None
        basis = f"zone in the header: {zone}" if zone else f"declared: {options.zone}"
        return cls(
            zone or options.zone,
            basis,
            options.date_order or order,
            options.fold,
            options.dates_as_times,
        )

    def instant(self, text: str) -> tuple[datetime, str]:
        """The instant that a cell says, and why.

        Raises:
            DateProblem: It does not say one instant.
        """
        size = len(text)
        if (
            (size == _ISO or (size == _ISO + 1 and text[-1] == "Z"))
            and text[13] == ":" == text[16]
            and text.isascii()
        ):
            minute, second = text[14:16], text[17:_ISO]
            hour, zone = text[:_HOUR], text[_ISO:]
            kept = hour + zone
            began = self._hours[kept] if kept in self._hours else self._begin(hour, zone)
            if began is not None and minute.isdecimal() and second.isdecimal():
                minutes, seconds = int(minute), int(second)
                if minutes < _SIXTY and seconds < _SIXTY:
                    return began[0] + timedelta(0, minutes * 60 + seconds), began[1]
        return self._slowly(text)

    def _slowly(self, text: str) -> tuple[datetime, str]:
        at, basis = parse_instant(
            text, self.order, self.zone, self.fold, dates_as_times=self.dates_as_times
        )
        return at, self.basis if basis.startswith("declared: ") else basis

    def _begin(self, hour: str, zone: str) -> tuple[datetime, str] | None:
        """The instant at which an hour begins, if the clocks were not changed in it, and why."""
        if len(self._hours) > HOURS:
            self._hours.clear()
        begins = None
        try:
            first, basis = self._slowly(f"{hour}:00:00{zone}")
            last, _ = self._slowly(f"{hour}:59:59{zone}")
        except DateProblem:
            pass
        else:
            if last - first == timedelta(minutes=59, seconds=59):
                begins = (first, basis)
        self._hours[hour + zone] = begins
        return begins


def _is_zone(name: str) -> bool:
    try:
        zone_named(name)
    except DateProblem:
        return False
    return True


def utc_text(clock: Clock, text: str) -> str:
    """A time in UTC as the JSON export writes it; the cell itself where it is not one instant."""
    try:
        at, _ = clock.instant(text)
    except DateProblem:
        return text
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
