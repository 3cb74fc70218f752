"""Dates and times as people's tools write them, read by a fixed table and never guessed.

The table: ISO 8601 with or without an offset; year first with ``/`` or ``.``; day or month first,
where the order must be declared or proven from the whole column, and must be declared when the
year has two digits (of this century); times with colons or dots, with or without AM/PM before or
behind them; the stamps of Google Forms with their zone labels; the text that JavaScript makes of a
date. Everything else is refused with a sentence.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from mentorcore.adapters.clock_words import (
    CHANGED_LABELS,
    ZONE_LABELS,
    half_of_day,
    leads_in,
    offset_of,
    rest_of_clock,
)

__all__ = [
    "ClockChange",
    "DECLARE_ORDER",
    "DateOrder",
    "DateProblem",
    "FarAhead",
    "Instant",
    "NoTime",
    "NoZone",
    "looks_like_a_stamp",
    "parse_date",
    "parse_instant",
    "parse_time",
    "to_utc",
    "zone_named",
]

DateOrder = Literal["ymd", "dmy", "mdy"]

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CLOCK = (
    r"(?P<hour>[0-9]{1,2})(?P<colon>[:.])(?P<minute>[0-9]{2})"
    r"(?:(?P=colon)(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?(?![0-9:.])(?P<rest>.*)"
)
_DAY = r"(?P<one>[0-9]{1,4})(?P<mark>[-/.])\s?(?P<two>[0-9]{1,2})(?P=mark)\s?(?P<three>[0-9]{1,4})"
_NUMERIC = re.compile(
    _DAY + r"\.?(?:(?:T|,?\s+)(?:(?P<word>[^\W\d_]\D{0,15}?)\s*)?" + _CLOCK + r")?", re.DOTALL
)
_SCRIPT = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z]{2}) ([0-9]{2}) ([0-9]{4}) "
    r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2}) GMT([+-][0-9]{4})(?: \(.*\))?"
)
_TIME = re.compile(_CLOCK, re.DOTALL)
_FAR_AHEAD = 2300
"""A year that nobody plans for; years of the Buddhist calendar are 543 ahead."""
_WORDS = {"dmy": "day, month, year", "mdy": "month, day, year", "ymd": "year, month, day"}
DECLARE_ORDER = 'add date_order = "dmy" (day first) or date_order = "mdy" (month first)'
"""What to do where a date can be read in two ways."""


class DateProblem(ValueError):  # noqa: N818 - an answer about a text, not a failure
    """A text is not a date or time of the table, or says too little to be one.

    Attributes:
        line: Where, when a whole column was looked at.
    """

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class ClockChange(DateProblem):
    """A clock time that was skipped or shown twice when daylight saving time began or ended."""


class FarAhead(DateProblem):
    """A date that is understood and lies centuries ahead, as those of another calendar do."""


class NoTime(DateProblem):
    """A date stands where an instant is needed."""


class NoZone(DateProblem):
    """A clock time stands where an instant is needed, and nothing says in which zone."""


class Instant(NamedTuple):
    """An instant in UTC, and why it is what it is."""

    at: datetime
    basis: str


def looks_like_a_stamp(text: str) -> bool:
    """Whether a text is a date with a time in one of the forms of the table."""
    text = text.strip()
    found = _NUMERIC.fullmatch(text)
    return bool((found and found["hour"]) or _SCRIPT.fullmatch(text))


def parse_date(text: str, order: DateOrder | None = None) -> date:
    """The date that *text* says; a time behind it is left aside.

    Raises:
        DateProblem: It is no date of the table, or day and month cannot be told apart.
    """
    text = text.strip()
    if found := _SCRIPT.fullmatch(text):
        return _day(int(found[3]), _month(found[1], text), int(found[2]), text)
    found = _NUMERIC.fullmatch(text)
    if found is None:
        raise DateProblem(f"{text!r} is not a date in a form that is known here")
    return _day_of(found, order)


def parse_time(text: str) -> time:
    """The clock time that *text* says, such as ``15:30``, ``3:30 PM`` or ``15.30``.

    Raises:
        DateProblem: It is no time of the table.
    """
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise DateProblem(f"{text!r} is not a time in a form that is known here")
    half, zone = rest_of_clock(found["rest"])
    if zone:
        raise DateProblem(f"{text!r} is not a time alone")
    return _clock(found, half, text)


def parse_instant(
    text: str,
    order: DateOrder | None = None,
    zone: str | None = None,
    fold: Literal[0, 1] | None = None,
    labels: Mapping[str, str] | None = None,
    *,
    dates_as_times: bool = False,
) -> Instant:
    """The instant that *text* says.

    Args:
        text: What the source delivered.
        order: Order of day and month, declared or proven.
        zone: IANA zone for texts that carry none.
        fold: Which one is meant when a clock time happened twice.
        labels: Zone labels and what they mean (an offset such as ``+05:30`` or an IANA zone);
            they stand above `ZONE_LABELS`.
        dates_as_times: Take a date without a time as the start of that day.

    Raises:
        NoTime: It is a date only.
        NoZone: Nothing says in which zone it is.
        DateProblem: Anything else that keeps it from being one instant.
    """
    text = text.strip()
    if script := _SCRIPT.fullmatch(text):
        day = _day(int(script[3]), _month(script[1], text), int(script[2]), text)
        return _in_zone(text, day, _clock(script, None, text), script[7], fold, {})
    found = _NUMERIC.fullmatch(text)
    if found is None:
        raise DateProblem(f"{text!r} is not a time in a form that is known here")
    day = _day_of(found, order)
    if found["hour"] is None:
        if not dates_as_times:
            raise NoTime(
                f"{text!r} has no time of day; if the start of that day will do, declare "
                "dates_as_times = true"
            )
        if zone is None:
            raise NoZone(_no_zone(text))
        at = _to_utc(day, time(), zone_named(zone), zone, fold)
        return Instant(at, f"declared: {zone}, start of the day")
    half, label = rest_of_clock(found["rest"])
    clock = _clock(found, half, text)
    if label:
        return _in_zone(text, day, clock, label, fold, labels or {})
    if zone is None:
        raise NoZone(_no_zone(text))
    return Instant(_to_utc(day, clock, zone_named(zone), zone, fold), f"declared: {zone}")


def _no_zone(text: str) -> str:
    return f"{text!r} does not say its time zone; declare it, for example zone = 'Europe/Berlin'"


def to_utc(local: datetime, zone: str, fold: Literal[0, 1] | None = None) -> datetime:
    """The instant at which the clocks of *zone* showed *local*.

    Raises:
        DateProblem: They never did (clocks were put forward), or did twice and *fold* is not
            declared, or there is no such zone.
    """
    return _to_utc(local.date(), local.time(), zone_named(zone), zone, fold)


@lru_cache(maxsize=64)
def zone_named(name: str) -> ZoneInfo:
    """The IANA time zone of this name.

    Raises:
        DateProblem: There is none.
    """
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:  # what ZoneInfo raises for odd names
        raise DateProblem(
            f"there is no time zone {name!r}; write it as in 'Europe/Berlin'"
        ) from error


def _to_utc(day: date, clock: time, zone: tzinfo, name: str, fold: int | None) -> datetime:
    ahead = _ahead_all_day(zone, day)
    if ahead is None:
        local = datetime.combine(day, clock)
        before, after = zone.utcoffset(local), zone.utcoffset(local.replace(fold=1))
        assert before is not None  # zones of zoneinfo always give an offset
        assert after is not None
        if before < after:
            raise ClockChange(f"{local} did not exist in {name}: the clocks were put forward")
        if before > after and fold is None:
            raise ClockChange(
                f"{local} happened twice in {name}, when the clocks were put back; add fold = 0 "
                "(the first) or fold = 1 (the second)"
            )
        ahead = after if fold == 1 else before
    try:
        return datetime.combine(day, clock, UTC) - ahead
    except OverflowError as error:
        raise DateProblem(f"{day} is beyond the calendar") from error


@lru_cache(maxsize=4096)
def _ahead_all_day(zone: tzinfo, day: date) -> timedelta | None:
    """The offset of a zone on a day on which it does not change; ``None`` if it does."""
    first = datetime.combine(day, time())
    last = datetime.combine(day, time(23, 59, 59))
    offsets = {zone.utcoffset(at.replace(fold=f)) for at in (first, last) for f in (0, 1)}
    return offsets.pop() if len(offsets) == 1 else None


def _in_zone(  # noqa: PLR0917 - the parts of a stamp, then what was declared
    text: str, day: date, clock: time, label: str, fold: int | None, labels: Mapping[str, str]
) -> Instant:
    """The instant at a clock time in the zone that a label means."""
    if declared := labels.get(label):
        zone: tzinfo = offset_of(declared) or zone_named(declared)
        basis = f"label {label} declared: {declared}"
    elif offset := offset_of(label):
        zone, basis = offset, f"offset in the text: {label}"
    elif (changed := CHANGED_LABELS.get(label.upper())) and changed[0] <= day <= changed[1]:
        zone = zone_named(changed[2])
        basis = f"label table: {label} = {changed[2]} on that day"
    elif (hours := ZONE_LABELS.get(label.upper())) is not None:
        zone, basis = timezone(timedelta(hours=hours)), f"label table: {label} = {hours:+03d}:00"
    else:
        raise DateProblem(_unknown(text, label, labels))
    return Instant(_to_utc(day, clock, zone, label, fold), basis)


def _unknown(text: str, label: str, labels: Mapping[str, str]) -> str:
    """What is not known about a label: all of it, or the words before a zone that is known."""
    before, _, last = label.rpartition(" ")
    if before and (last in labels or offset_of(last) or last.upper() in ZONE_LABELS):
        return (
            f"{text!r} has {before!r} before the zone, which is no word for morning or afternoon "
            "that is known here; export it again in another language"
        )
    return (
        f"{text!r} has the zone label {label!r}, which is not known; declare it under "
        f'zone_labels, for example {label} = "+02:00"'
    )


def _clock(found: re.Match[str], half: str | None, text: str) -> time:
    """The time of a clock; a word before it may say which half of the day it is in."""
    parts = found.groupdict()
    if word := parts.get("word"):
        said = half_of_day(word)
        if not (said or leads_in(word)) or (said and half):
            raise DateProblem(f"{text!r} has {word!r} before the time, which is not known here")
        half = half or said
    hours = int(parts["hour"])
    if half is not None:
        if not 1 <= hours <= 12:  # noqa: PLR2004 - a clock face
            raise DateProblem(f"{text!r} has an hour that no clock with AM and PM shows")
        hours = hours % 12 + (12 if half == "pm" else 0)
    fraction = parts.get("fraction")
    micro = int(fraction[:6].ljust(6, "0")) if fraction else 0
    try:
        return time(hours, int(parts["minute"]), int(parts["second"] or 0), micro)
    except ValueError:
        raise DateProblem(f"{text!r} has a time of day that no clock shows") from None


def _day_of(found: re.Match[str], order: DateOrder | None) -> date:
    """The date in a match of `_NUMERIC`."""
    text = found.string[: found.end("three")]
    return _numeric_date(found["one"], found["two"], found["three"], order, text)


@lru_cache(maxsize=4096)
def _numeric_date(one: str, two: str, three: str, order: DateOrder | None, text: str) -> date:
    if len(one) == 4 and len(three) <= 2:  # noqa: PLR2004 - digits of a year
        return _day(int(one), int(two), int(three), text)
    if len(one) <= 2 and len(three) == 2:  # noqa: PLR2004 - digits of a year
        if order is None:
            raise DateProblem(
                f"{text!r} has no year of four digits, so nothing proves which part "
                f"is the year; {DECLARE_ORDER}"
            )
        one, three = (f"20{one}", three) if order == "ymd" else (one, f"20{three}")
        return _numeric_date(one, two, three, order, text)
    if len(one) > 2 or len(three) != 4:  # noqa: PLR2004 - digits of a year
        raise DateProblem(f"{text!r} has no year of four digits")
    if order == "dmy":
        return _day(int(three), int(two), int(one), text, order)
    if order == "mdy":
        return _day(int(three), int(one), int(two), text, order)
    raise DateProblem(
        f"{text!r} does not put the year first, and the order is unknown; {DECLARE_ORDER}"
    )


def _day(year: int, month: int, day: int, text: str, order: DateOrder | None = None) -> date:
    if year >= _FAR_AHEAD:
        raise FarAhead(
            f"{text!r} lies centuries ahead; if its years are those of another calendar, export it "
            "again in another language"
        )
    try:
        return date(year, month, day)
    except ValueError:
        read = f" when read as {_WORDS[order]}" if order else ""
        raise DateProblem(f"{text!r} is not a day of the calendar{read}") from None


def _month(name: str, text: str) -> int:
    if name not in _MONTHS:
        raise DateProblem(f"{text!r} has no English month name")
    return _MONTHS.index(name) + 1
