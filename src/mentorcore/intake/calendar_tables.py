"""School years in a blueprint, ``[[calendar]]`` each: terms, days of lessons and days off."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import combinations

import attrs

from mentorcore.domain.school_calendar import (
    SCHOOL_DAYS,
    WEEKDAYS,
    DaysOff,
    Term,
    Weekday,
    calendar_problems,
)
from mentorcore.domain.values import Code
from mentorcore.intake.mappings.toml_tables import Table
from mentorcore.near_words import did_you_mean

__all__ = ["PlannedYear", "planned_years"]


@attrs.frozen
class PlannedYear:
    """A school year as the file says it.

    Attributes:
        cohort: The name of the cohort that it is for; nothing for the whole program.
    """

    school_year: Code
    terms: tuple[Term, ...]
    weekdays: tuple[Weekday, ...]
    off: tuple[DaysOff, ...]
    cohort: str | None = None


def planned_years(top: Table, cohorts: Sequence[str]) -> tuple[PlannedYear, ...]:
    """The school years of a blueprint; what is wrong with one is noted in its table."""
    found = [_year(table, cohorts) for table in top.tables("calendar")]
    years = [year for year in found if year is not None]
    for one, other in combinations(years, 2):
        if one.cohort != other.cohort:
            continue
        if one.school_year == other.school_year:
            top.wrong(
                "calendar", f"{one.school_year!r} stands there twice", "each school year once"
            )
        elif _overlap(one, other):
            said = f"{one.school_year!r} and {other.school_year!r} overlap"
            top.wrong("calendar", said, "one school year after the other")
    return tuple(years)


def _overlap(one: PlannedYear, other: PlannedYear) -> bool:
    first, second = sorted((one, other), key=lambda year: min(t.since for t in year.terms))
    return max(t.until for t in first.terms) > min(t.since for t in second.terms)


def _year(table: Table, cohorts: Sequence[str]) -> PlannedYear | None:
    before = len(table.problems)
    terms = tuple(t for t in map(_term, table.tables("terms")) if t is not None)
    off = tuple(d for d in map(_days_off, table.tables("non_instructional")) if d is not None)
    weekdays = table.words("instructional_weekdays", WEEKDAYS, SCHOOL_DAYS)
    word = table.code("school_year", needed=False)
    cohort = table.text("cohort", needed=False) or None
    table.done()
    if cohort is not None and cohort not in cohorts:
        said = f"there is no cohort {cohort!r}{did_you_mean(cohort, cohorts)}"
        table.wrong("cohort", said, "one of " + ", ".join(cohorts))
    if len(table.problems) > before:
        return None
    for problem in calendar_problems(terms, weekdays, off):
        table.wrong(problem.path, problem.problem, problem.expected)
    if len(table.problems) > before:
        return None
    return PlannedYear(word or _named_by(terms), terms, weekdays, off, cohort)


def _term(table: Table) -> Term | None:
    name, since, until = table.text("name"), table.day("since"), table.day("until")
    table.done()
    if not name or since is None or until is None:
        return None
    return Term(name=name, since=since, until=until)


def _days_off(table: Table) -> DaysOff | None:
    since, until = table.day("since"), table.day("until", needed=False)
    label = table.text("label", needed=False)
    table.done()
    if since is None:
        return None
    return DaysOff(since=since, until=until or since + timedelta(days=1), label=label)


def _named_by(terms: tuple[Term, ...]) -> Code:
    """The years of the first and the last day of term: 2026-27."""
    first = min(term.since for term in terms).year
    last = (max(term.until for term in terms) - timedelta(days=1)).year
    return Code(f"{first}" if first == last else f"{first}-{last % 100:02}")
