"""A school year as a program counts it: terms, weekdays with lessons, breaks and days off.

A calendar tells three things of a day: whether there are lessons on it (it is *in session*),
whether it is *school time*, in which silence and waiting grow, and which day counts as the last
one there was. School time is every day but those of a break: days outside the terms, days off that
are named, and the weekends beside them. An ordinary weekend is school time, so that two weeks stay
14 days while school is on.

Calendars know nothing of the day on which one asks, so that everything here is a plain function.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, get_args

import attrs

from mentorcore.domain.aggregate import is_blank
from mentorcore.domain.declarations import public, value
from mentorcore.domain.values import Code, CohortId
from mentorcore.errors import Problem

__all__ = [
    "EVERY_DAY",
    "SCHOOL_DAYS",
    "WEEKDAYS",
    "AcademicCalendar",
    "DaysOff",
    "SchoolTime",
    "Term",
    "Weekday",
    "calendar_problems",
    "calendars_for",
    "school_time",
]

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
"""The days of the week in order; a week begins on Monday."""
SCHOOL_DAYS: tuple[Weekday, ...] = WEEKDAYS[:5]

LONGEST = 800
"""Days from the first to the last day of one school year: more is a slip."""

ONE = timedelta(days=1)


@value
class Term:
    """A term of a school year, half-open.

    Attributes:
        name: What the term is called.
        since: Its first day.
        until: The first day after it.
    """

    name: str = public()
    since: date
    until: date


@value
class DaysOff:
    """Days without lessons inside a term, half-open: a break, a holiday, a day of snow.

    Attributes:
        since: The first of them.
        until: The first day after them.
        label: What they are.
    """

    since: date
    until: date
    label: str = public(default="")


@value
class AcademicCalendar:
    """The calendar of a school year, of a program or of one of its cohorts.

    Attributes:
        school_year: The school year by the word that the program has for it, such as 2026-27.
        first_day: Since when it holds.
        terms: Its terms.
        instructional_weekdays: The days of a week in term that have lessons.
        non_instructional: Days in term that have none.
        cohort_id: The cohort that it is for; nothing for the whole program.
    """

    school_year: Code
    first_day: date
    terms: tuple[Term, ...]
    instructional_weekdays: tuple[Weekday, ...] = SCHOOL_DAYS
    non_instructional: tuple[DaysOff, ...] = ()
    cohort_id: CohortId | None = None

    @property
    def starts_on(self) -> date:
        """The first day of its first term."""
        return min(term.since for term in self.terms)

    @property
    def ends_on(self) -> date:
        """The first day after its last term."""
        return max(term.until for term in self.terms)

    def replaces(self, usual: "AcademicCalendar") -> bool:
        """Whether a cohort's calendar stands for one of the program, whatever it calls the year."""
        begins = self.starts_on <= usual.starts_on < self.ends_on
        return begins or usual.school_year == self.school_year

    def in_term(self, day: date) -> bool:
        """Whether *day* lies in a term."""
        return any(term.since <= day < term.until for term in self.terms)

    def is_off(self, day: date) -> bool:
        """Whether *day* is named as one without lessons."""
        return any(off.since <= day < off.until for off in self.non_instructional)

    def in_session(self, day: date) -> bool:
        """Whether there are lessons on *day*."""
        lessons = WEEKDAYS[day.weekday()] in self.instructional_weekdays
        return lessons and self.in_term(day) and not self.is_off(day)


def calendar_problems(
    terms: tuple[Term, ...], weekdays: tuple[Weekday, ...], off: tuple[DaysOff, ...]
) -> Iterator[Problem]:
    """What does not fit together in a calendar, each with its path; lists are counted from 1."""
    if not terms:
        yield Problem("terms", "are missing", "at least one, with name, since and until")
    if not weekdays:
        yield Problem("instructional_weekdays", "are missing", "such as monday")
    before: Term | None = None
    for number, term in enumerate(terms, 1):
        path = f"terms[{number}]"
        if is_blank(term.name):
            yield Problem(f"{path}.name", "is empty", "what the term is called")
        if term.until <= term.since:
            said = f"{term.until} is not after the first day"
            yield Problem(f"{path}.until", said, f"the first day after it, behind {term.since}")
        if before is not None and term.since < before.until:
            said = f"{term.since} is before the end of the term before it"
            yield Problem(f"{path}.since", said, f"{before.until} or later")
        before = term
    for number, days in enumerate(off, 1):
        if days.until <= days.since:
            said = f"{days.until} is not after the first day"
            expected = f"the first day after them, behind {days.since}"
            yield Problem(f"non_instructional[{number}].until", said, expected)
    ends = [day for term in terms for day in (term.since, term.until)]
    if ends and (max(ends) - min(ends)).days > LONGEST:
        said = f"the terms lie between {min(ends)} and {max(ends)}"
        yield Problem("terms", said, "the terms of one school year")


@attrs.frozen(eq=False)
class SchoolTime:
    """What some school years say of days; without any every day is school time.

    From the first day of a school year to the first of the next its calendar says which days are
    school time. The last one holds for a year; then every day counts until another is known, and so
    does every day before the first.

    Attributes:
        lessons: The days in session, in order, as ordinals.
        breaks: The days that are no school time, in order, as ordinals.
    """

    lessons: tuple[int, ...] = ()
    breaks: tuple[int, ...] = ()

    def in_session(self, day: date) -> bool:
        """Whether there are lessons on *day*."""
        return _among(self.lessons, day.toordinal())

    def days_in_session(self, since: date, until: date) -> int:
        """How many days from *since* to before *until* have lessons."""
        return _between(self.lessons, since.toordinal(), until.toordinal())

    def weeks_in_session(self, since: date, until: date, least: int = 1) -> int:
        """How many weeks in session were completed from *since* to before *until*.

        A week goes from Monday to Sunday and is in session with at least *least* days of lessons;
        it is completed on the last of them. The first week counts from *since* on.
        """
        first, end = since.toordinal(), until.toordinal()
        count = 0
        place = bisect_left(self.lessons, first)
        while place < len(self.lessons) and self.lessons[place] < end:
            monday = self.lessons[place] - date.fromordinal(self.lessons[place]).weekday()
            behind = bisect_left(self.lessons, monday + 7)
            if behind - place >= least and self.lessons[behind - 1] < end:
                count += 1
            place = behind
        return count

    def next_in_session(self, day: date) -> date | None:
        """The first day from *day* on that has lessons, ``None`` when none is known."""
        place = bisect_left(self.lessons, day.toordinal())
        return date.fromordinal(self.lessons[place]) if place < len(self.lessons) else None

    def is_counted(self, day: date) -> bool:
        """Whether *day* is school time."""
        return not _among(self.breaks, day.toordinal())

    def elapsed(self, since: date, until: date) -> int:
        """The days of school time that have passed on *until* since the day *since*.

        Without a break between the two they are the days from one to the other. Backwards it is
        the same number, negative.
        """
        first, last = since.toordinal(), until.toordinal()
        if last < first:
            return -self.elapsed(until, since)
        return last - first - _between(self.breaks, first + 1, last + 1)

    def after(self, day: date, days: int) -> date:
        """The first day on which *days* of school time have passed since *day*."""
        found = day + timedelta(days=days)
        while (missing := days - self.elapsed(day, found)) > 0:
            found += timedelta(days=missing)
        return found

    def last_counted(self, day: date) -> date:
        """*day*, or in a break the last day of school time before it."""
        while not self.is_counted(day):
            day -= ONE
        return day


EVERY_DAY = SchoolTime()
"""Every day counts: where a program counts calendar days, or has no calendar."""


def calendars_for(
    cohort_id: str | None, years: Iterable[AcademicCalendar]
) -> tuple[AcademicCalendar, ...]:
    """The school years that a cohort goes by, in order: its own, and those of the program beside.

    Args:
        cohort_id: The cohort; nothing for the program.
        years: All school years of the program.
    """
    every = tuple(years)
    own = [year for year in every if year.cohort_id == cohort_id]
    usual = (year for year in every if year.cohort_id is None)
    beside = (year for year in usual if not any(mine.replaces(year) for mine in own))
    return tuple(sorted((*own, *beside), key=lambda year: year.starts_on))


@lru_cache(maxsize=64)
def school_time(years: tuple[AcademicCalendar, ...]) -> SchoolTime:
    """What these school years say of days; each is there once."""
    ordered = sorted(years, key=lambda year: year.starts_on)
    lessons: set[int] = set()
    breaks: set[int] = set()
    for place, year in enumerate(ordered):
        known = ordered[place + 1].starts_on if place + 1 < len(ordered) else _a_year_on(year)
        days = list(_days(year.starts_on, known))
        lessons.update(day.toordinal() for day in days if year.in_session(day))
        breaks.update(day.toordinal() for day in _breaks(year, days))
    return SchoolTime(tuple(sorted(lessons)), tuple(sorted(breaks)))


def _a_year_on(year: AcademicCalendar) -> date:
    return max(year.ends_on, year.starts_on + timedelta(days=365))


def _days(since: date, until: date) -> Iterable[date]:
    return (since + timedelta(days=n) for n in range((until - since).days))


def _breaks(year: AcademicCalendar, days: list[date]) -> Iterator[date]:
    """The days that are no school time: runs without lessons, but for ordinary weekends."""
    run: list[date] = []
    for day in days:
        if year.in_session(day):
            yield from _broken(year, run)
            run = []
        else:
            run.append(day)
    yield from _broken(year, run)


def _broken(year: AcademicCalendar, run: list[date]) -> list[date]:
    return [] if all(year.in_term(day) and not year.is_off(day) for day in run) else run


def _among(days: tuple[int, ...], day: int) -> bool:
    place = bisect_left(days, day)
    return place < len(days) and days[place] == day


def _between(days: tuple[int, ...], first: int, end: int) -> int:
    """How many of *days* lie from *first* to before *end*."""
    return max(0, bisect_right(days, end - 1) - bisect_left(days, first))
