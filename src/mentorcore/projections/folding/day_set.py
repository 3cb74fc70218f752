"""The days on which something happened, kept as one bit a day: a year takes 46 bytes."""

from datetime import date, timedelta

__all__ = ["DaySet", "days_from", "days_to"]


class DaySet:  # noqa: PLW1641 - it changes, so it has no hash
    """A set of days that stays small and looks the same in whatever order days were added."""

    __slots__ = ("_bits", "_first")

    def __init__(self, first: int = 0, bits: int = 0) -> None:
        self._first = first
        self._bits = bits

    def add(self, day: date) -> None:
        """Put a day in."""
        number = day.toordinal()
        if not self._bits:
            self._first, self._bits = number, 1
        elif number >= self._first:
            self._bits |= 1 << (number - self._first)
        else:
            self._bits = self._bits << (self._first - number) | 1
            self._first = number

    def __contains__(self, day: date) -> bool:
        """Whether the day is in."""
        if not self._bits:
            return False
        number = day.toordinal() - self._first
        return number >= 0 and bool(self._bits >> number & 1)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DaySet) and days_to(self) == days_to(other)

    def between(self, since: date, until: date | None) -> list[date]:
        """The days in this half-open span, in order; without an end, all from *since* on."""
        day, last = since, self._first + self._bits.bit_length() - 1
        end = last if until is None else min(last, until.toordinal() - 1)
        found = []
        while day.toordinal() <= end:
            if day in self:
                found.append(day)
            day += timedelta(days=1)
        return found


def days_to(days: DaySet) -> str:
    """As text, for storing."""
    return f"{days._first:x}.{days._bits:x}" if days._bits else ""  # noqa: SLF001 - its own module


def days_from(text: str) -> DaySet:
    """Back from text."""
    if not text:
        return DaySet()
    first, _, bits = text.partition(".")
    return DaySet(int(first, 16), int(bits, 16))
