"""School years as rules count them: which year a day belongs to, its terms, and weeks in session.

A school year reaches back over the summer before it, so that whoever enrols in August belongs to
the year that begins then. Nothing is guessed: a day that no known year reaches belongs to none.
"""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

import attrs

from mentorcore.domain.school_calendar import AcademicCalendar, school_time
from mentorcore.policy.grammar import Window

__all__ = ["SUMMER", "Part", "School", "Span", "month_on"]

SUMMER = 120
"""Days before its first day that a school year reaches back at most."""

ONE = timedelta(days=1)

Part = Literal["school_year", "semester", "term"]
"""What a school year is divided in, itself included."""


@attrs.frozen
class Span:
    """A stretch of time that something has to happen in, half-open.

    Attributes:
        since: Its first day.
        until: The first day after it.
        last: The day on which it is over: in school time its last day with lessons, else its last.
        begins: Its first day with lessons, or its first.
        name: What it is called.
    """

    since: date
    until: date
    last: date
    begins: date
    name: str

    def is_over(self, day: date) -> bool:
        """Whether it has passed on *day*; on its last day it has."""
        return self.last <= day

    def has(self, day: date) -> bool:
        """Whether *day* lies in it."""
        return self.since <= day < self.until

    def cut(self, since: date) -> "Span":
        """What is left of it from *since* on."""
        if since <= self.since:
            return self
        return attrs.evolve(self, since=since, begins=max(self.begins, since))


class School:
    """The school years of a cohort.

    Args:
        calendars: They; each is there once.
        least: Days with lessons that make a week one in session.
    """

    def __init__(self, calendars: tuple[AcademicCalendar, ...], least: int) -> None:
        self._years = sorted(calendars, key=lambda year: year.starts_on)
        self._lessons = school_time(calendars).lessons
        self._weeks = tuple(self._all_weeks(least))
        self._mondays = [monday for monday, _, _ in self._weeks]
        self._parts: dict[Part, tuple[Span, ...] | None] = {
            "school_year": tuple(self._divided(1)),
            "term": tuple(self._divided(None)),
            "semester": self._semesters(),
        }
        self._known = dict(self._runs())
        self._found: dict[tuple[object, ...], tuple[Span, ...]] = {}

    def knows(self, day: date) -> bool:
        """Whether a school year is known that *day* belongs to."""
        return self.year_of(day) is not None

    def known_until(self, since: date) -> date | None:
        """The first day after the school years that follow one another from that of *since* on.

        Behind a year that nobody set none is counted, although a later one may be known.
        """
        year = self.year_of(since)
        return None if year is None else self._known[year]

    def parts(self, part: Part) -> tuple[Span, ...] | None:
        """School years, semesters or terms in order; ``None`` where years cannot be halved."""
        return self._parts[part]

    def year_of(self, day: date) -> Span | None:
        """The school year that *day* belongs to."""
        return next((year for year in self._parts["school_year"] or () if year.has(day)), None)

    def terms_in_year(self, day: date) -> int:
        """How many terms the school year of *day* has."""
        return next((len(year.terms) for year in self._years if day < year.ends_on), 0)

    def lesson(self, number: int, day: date) -> date | None:
        """The day with lessons of that number, from *day* on; the first is 1."""
        place = bisect_left(self._lessons, day.toordinal()) + number - 1
        return date.fromordinal(self._lessons[place]) if place < len(self._lessons) else None

    def lessons(self, since: date, until: date) -> int:
        """How many days with lessons lie from *since* to before *until*."""
        first, end = since.toordinal(), until.toordinal()
        return max(0, bisect_left(self._lessons, end) - bisect_left(self._lessons, first))

    def weeks(self, since: date, until: date) -> tuple[Span, ...]:
        """The weeks in session, or what lies of them, from *since* to before *until*."""
        key = ("weeks", since, until)
        if (found := self._found.get(key)) is None:
            found = self._found[key] = tuple(self._weeks_in(since, until))
        return found

    def windows(self, window: Window, since: date, until: date) -> tuple[Span, ...] | None:
        """The windows from *since* on that begin before *until*; ``None`` as `parts` says.

        A week is one from Monday to Sunday, and the first counts from *since* on; a month goes
        from the number of a day to before that number in the next.
        """
        key = (window, since, until)
        if (found := self._found.get(key)) is None:
            made = self._made(window, since, until)
            if made is None:
                return None
            found = self._found[key] = made
        return found

    def _made(self, window: Window, since: date, until: date) -> tuple[Span, ...] | None:
        if window == "in_session_week":
            return self.weeks(since, until)
        if window == "week":
            return tuple(_weeks(since, until))
        if window == "month":
            return tuple(_months(since, until))
        parts = self.parts(window)
        if parts is None:
            return None
        return tuple(part.cut(since) for part in parts if since < part.until and part.since < until)

    def _runs(self) -> Iterator[tuple[Span, date]]:
        """Each school year with the end of the last one that follows without a gap."""
        following: tuple[Span, date] | None = None
        for year in reversed(self._parts["school_year"] or ()):
            joins = following is not None and following[0].since == year.until
            following = year, following[1] if following is not None and joins else year.until
            yield following

    def _all_weeks(self, least: int) -> Iterator[tuple[int, int, int]]:
        """Monday of each week in session, and where its days stand among the lessons."""
        place = 0
        while place < len(self._lessons):
            monday = _monday(self._lessons[place])
            behind = bisect_left(self._lessons, monday + 7)
            if behind - place >= least:
                yield monday, place, behind
            place = behind

    def _weeks_in(self, since: date, until: date) -> Iterator[Span]:
        first, end = since.toordinal(), until.toordinal()
        place = bisect_left(self._mondays, _monday(first))
        for monday, begin, behind in self._weeks[place:]:
            if monday >= end:
                return
            inside = [day for day in self._lessons[begin:behind] if first <= day < end]
            if inside:
                yield Span(
                    date.fromordinal(max(monday, first)),
                    date.fromordinal(min(monday + 7, end)),
                    date.fromordinal(inside[-1]),
                    date.fromordinal(inside[0]),
                    f"week of {date.fromordinal(monday)}",
                )

    def _divided(self, parts: int | None) -> Iterator[Span]:
        """Each year in so many parts of equally many terms; in its terms where that is not said."""
        before: date | None = None
        for year in self._years:
            terms = sorted(year.terms, key=lambda term: term.since)
            each = len(terms) // parts if parts else 1
            for n in range(0, len(terms), each):
                part = terms[n : n + each]
                since, until = part[0].since, part[-1].until
                reaches = since - timedelta(days=SUMMER)
                begins, last = self._lessons_in(since, until)
                name = _name(year.school_year, [term.name for term in part], parts)
                reached = max(before, reaches) if before else reaches
                yield Span(reached, until, last, begins, name)
                before = until

    def _semesters(self) -> tuple[Span, ...] | None:
        if any(len(year.terms) % 2 for year in self._years):
            return None
        return tuple(self._divided(2))

    def _lessons_in(self, since: date, until: date) -> tuple[date, date]:
        """The first and the last day with lessons, or the first and the last day without any."""
        first = bisect_left(self._lessons, since.toordinal())
        behind = bisect_left(self._lessons, until.toordinal())
        if first == behind:
            return since, until - ONE
        return date.fromordinal(self._lessons[first]), date.fromordinal(self._lessons[behind - 1])


def month_on(day: date, months: int) -> date:
    """The day of the same number so many months later, clipped to the end of that month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, _days_in(year, month + 1)))


def _days_in(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - ONE).day


def _monday(ordinal: int) -> int:
    return ordinal - date.fromordinal(ordinal).weekday()


def _weeks(since: date, until: date) -> Iterator[Span]:
    first = since
    while first < until:
        end = date.fromordinal(_monday(first.toordinal()) + 7)
        yield Span(first, end, end - ONE, first, f"week of {first - timedelta(first.weekday())}")
        first = end


def _months(since: date, until: date) -> Iterator[Span]:
    number = 0
    while (first := month_on(since, number)) < until:
        number += 1
        end = month_on(since, number)
        yield Span(first, end, end - ONE, first, f"month from {first}")


def _name(year: str, terms: list[str], parts: int | None) -> str:
    if parts == 1:
        return f"school year {year}"
    return f"{' and '.join(terms)} of {year}"
