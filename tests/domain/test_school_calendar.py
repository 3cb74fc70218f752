"""School years: which days are in session, which are school time, and how many have passed."""

from datetime import date, timedelta
from typing import Any

import pytest
from domain.school import AUTUMN, LAUNCH, PROGRAM, cohort, day, mc, program, settings, version_of
from domain.test_amendments import amend
from hypothesis import given as some
from hypothesis import settings as trying
from hypothesis import strategies as st

from mentorcore.domain.school_calendar import (
    EVERY_DAY,
    WEEKDAYS,
    AcademicCalendar,
    DaysOff,
    Term,
    school_time,
)
from mentorcore.domain.values import Code
from mentorcore.errors import Invalid

ONE = timedelta(days=1)


def off(since: str, until: str, label: str = "") -> DaysOff:
    """Days off with the last of them, as people write them."""
    return DaysOff(since=day(since), until=day(until) + ONE, label=label)


COUNTY = AcademicCalendar(
    school_year=Code("2025-26"),
    first_day=day("2025-08-18"),
    terms=(Term(name="year", since=day("2025-08-18"), until=day("2026-06-06")),),
    non_instructional=(
        off("2025-09-01", "2025-09-01"),
        off("2025-11-11", "2025-11-11"),
        off("2025-11-24", "2025-11-28"),
        off("2025-12-22", "2026-01-02", "winter break"),
        off("2026-01-19", "2026-01-19"),
        off("2026-02-16", "2026-02-16"),
        off("2026-04-06", "2026-04-10"),
        off("2026-05-25", "2026-05-25"),
    ),
)
"""A school year of a county, with the figures that were counted by hand below."""
TIME = school_time((COUNTY,))


@pytest.mark.parametrize(
    ("until", "weeks"),
    [
        ("2025-09-11", 3),
        ("2025-09-12", 4),
        ("2025-11-21", 14),
        ("2025-11-28", 14),
        ("2025-12-19", 17),
        ("2026-06-05", 38),
    ],
)
def test_weeks_in_session_are_completed_on_their_last_day_of_lessons(
    until: str, weeks: int
) -> None:
    assert TIME.weeks_in_session(day("2025-08-18"), day(until) + ONE) == weeks


def test_the_first_week_counts_from_the_day_on_which_one_begins() -> None:
    friday, saturday, end = day("2025-09-05"), day("2025-09-06"), day("2025-09-13")

    assert TIME.weeks_in_session(friday, end) == 2
    assert TIME.weeks_in_session(saturday, end) == 1
    assert TIME.weeks_in_session(friday, end, least=2) == 1


def test_the_next_day_in_session_is_behind_the_break() -> None:
    assert TIME.next_in_session(day("2025-12-20")) == day("2026-01-05")
    assert TIME.next_in_session(day("2026-01-05")) == day("2026-01-05")
    assert TIME.next_in_session(day("2026-06-06")) is None
    assert TIME.in_session(day("2026-06-05"))
    assert not TIME.in_session(day("2026-06-06"))
    assert TIME.days_in_session(day("2025-08-18"), day("2025-09-08")) == 14


def test_no_time_passes_in_a_break_and_the_weekends_beside_it() -> None:
    """INV-64."""
    friday = day("2025-12-19")

    assert TIME.elapsed(friday, day("2026-01-04")) == 0
    assert TIME.elapsed(friday, day("2026-01-05")) == 1
    assert TIME.elapsed(day("2026-01-05"), friday) == -1
    assert TIME.last_counted(day("2026-01-04")) == friday
    assert TIME.last_counted(day("2026-01-10")) == day("2026-01-10")


def test_two_weeks_are_fourteen_days_while_school_is_on() -> None:
    assert TIME.elapsed(day("2025-10-03"), day("2025-10-17")) == 14
    assert TIME.after(day("2025-10-03"), 14) == day("2025-10-17")
    assert TIME.after(day("2025-12-18"), 3) == day("2026-01-06")


def test_the_summer_between_two_school_years_is_a_break() -> None:
    following = AcademicCalendar(
        school_year=Code("2026-27"),
        first_day=day("2026-08-31"),
        terms=(Term(name="year", since=day("2026-08-31"), until=day("2027-06-05")),),
    )

    both = school_time((following, COUNTY))

    assert both.elapsed(day("2026-06-05"), day("2026-08-30")) == 0
    assert both.elapsed(day("2026-06-05"), day("2026-08-31")) == 1


def test_before_the_first_and_a_year_after_the_last_school_year_every_day_counts() -> None:
    assert TIME.elapsed(day("2025-08-01"), day("2025-08-11")) == 10
    assert TIME.elapsed(day("2026-06-05"), day("2026-08-17")) == 0
    assert TIME.elapsed(day("2026-06-05"), day("2026-08-27")) == 10
    assert EVERY_DAY.elapsed(day("2026-06-05"), day("2026-08-27")) == 83
    assert EVERY_DAY.after(day("2026-06-05"), 10) == day("2026-06-15")


@st.composite
def calendars(draw: Any) -> AcademicCalendar:
    """Any school year: one to three terms, some days off, any weekdays with lessons."""
    begin = draw(st.dates(date(2025, 7, 20), date(2025, 9, 20)))
    terms, since = [], begin
    for number in range(draw(st.integers(1, 3))):
        until = since + timedelta(days=draw(st.integers(1, 110)))
        terms.append(Term(name=f"term {number}", since=since, until=until))
        since = until + timedelta(days=draw(st.integers(0, 25)))
    days = st.tuples(st.integers(0, 300), st.integers(1, 16))
    offs = [
        DaysOff(since=begin + timedelta(days=a), until=begin + timedelta(days=a + n))
        for a, n in draw(st.lists(days, max_size=6))
    ]
    return AcademicCalendar(
        school_year=Code("2025-26"),
        first_day=begin,
        terms=tuple(terms),
        instructional_weekdays=tuple(
            draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=6, unique=True))
        ),
        non_instructional=tuple(offs),
    )


def naive_lesson(year: AcademicCalendar, on: date) -> bool:
    names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    return (
        any(t.since <= on < t.until for t in year.terms)
        and not any(o.since <= on < o.until for o in year.non_instructional)
        and names[on.weekday()] in year.instructional_weekdays
    )


def naive_counts(year: AcademicCalendar, on: date) -> bool:
    """Whether a day is school time, by walking to both ends of the run of days without lessons."""
    first = min(t.since for t in year.terms)
    covered = max(*(t.until for t in year.terms), first + timedelta(days=365))
    if not first <= on < covered or naive_lesson(year, on):
        return True
    run, left, right = [on], on - ONE, on + ONE
    while first <= left and not naive_lesson(year, left):
        run.append(left)
        left -= ONE
    while right < covered and not naive_lesson(year, right):
        run.append(right)
        right += ONE
    inside = (any(t.since <= d < t.until for t in year.terms) for d in run)
    free = (any(o.since <= d < o.until for o in year.non_instructional) for d in run)
    return all(inside) and not any(free)


@trying(max_examples=60, deadline=None)
@some(calendars(), st.dates(date(2025, 7, 1), date(2026, 10, 1)), st.integers(0, 90))
def test_days_are_counted_as_one_would_day_by_day(
    year: AcademicCalendar, since: date, length: int
) -> None:
    """INV-64."""
    time = school_time((year,))
    until = since + timedelta(days=length)
    days = [since + timedelta(days=n) for n in range(length)]
    lessons = [d for d in days if naive_lesson(year, d)]
    behind = [d + ONE for d in days]

    assert time.days_in_session(since, until) == len(lessons)
    assert time.elapsed(since, until) == sum(naive_counts(year, d) for d in behind)
    assert time.elapsed(until, since) == -time.elapsed(since, until)
    assert all(time.in_session(d) == naive_lesson(year, d) for d in days)
    assert all(time.is_counted(d) == naive_counts(year, d) for d in days)


@trying(max_examples=60, deadline=None)
@some(calendars(), st.dates(date(2025, 7, 1), date(2026, 10, 1)), st.integers(0, 90))
def test_weeks_and_coming_days_are_those_that_one_would_find_day_by_day(
    year: AcademicCalendar, since: date, length: int
) -> None:
    time = school_time((year,))
    until = since + timedelta(days=length)
    week = {}
    for n in range(length + 7):
        on = since + timedelta(days=n)
        if naive_lesson(year, on):
            week[on.isocalendar()[:2]] = on
    later = (since + timedelta(days=n) for n in range(500))

    assert time.weeks_in_session(since, until) == sum(last < until for last in week.values())
    assert time.next_in_session(since) == next((d for d in later if naive_lesson(year, d)), None)


@trying(max_examples=60, deadline=None)
@some(calendars(), st.dates(date(2025, 7, 1), date(2026, 10, 1)), st.integers(0, 60))
def test_the_day_after_some_days_is_the_first_on_which_they_have_passed(
    year: AcademicCalendar, since: date, days: int
) -> None:
    time = school_time((year,))

    found = time.after(since, days)

    assert time.elapsed(since, found) == days
    assert not days or time.elapsed(since, found - ONE) == days - 1
    last = time.last_counted(since)
    assert time.is_counted(last)
    assert time.elapsed(last, since) == 0


# --------------------------------------------------------------------------- setting one


def year(
    word: str = "2026-27", since: str = "2026-08-17", until: str = "2027-06-12", **other: Any
) -> Any:
    usual = {
        "program_id": PROGRAM,
        "school_year": word,
        "terms": (Term(name="year", since=day(since), until=day(until)),),
    }
    return mc.SetAcademicCalendar(**(usual | other))


def calendar_of(story: Any, cohort_id: Any = None) -> Any:
    return story.state(PROGRAM).calendar("2026-27", cohort_id)


def test_a_school_year_that_is_set_again_takes_the_place_of_the_earlier_one() -> None:
    snow = year(non_instructional=(off("2026-12-01", "2026-12-01", "snow"),))

    story = program().given(year(), snow)

    assert len(story.state(PROGRAM).calendars) == 1
    assert calendar_of(story).non_instructional[0].label == "snow"
    story.when(snow).nothing()


def test_a_school_year_holds_since_the_day_with_which_it_was_first_set() -> None:
    story = program().given(year())

    (later,) = story.when(year(since="2026-08-24")).events

    assert later.first_day == LAUNCH


def test_a_cohort_may_have_a_calendar_of_its_own() -> None:
    own = year(since="2026-08-31", cohort_id=AUTUMN)

    state = program().given(year(), own).state(PROGRAM)

    monday = day("2026-08-17")
    assert state.school_time().in_session(monday)
    assert not state.school_time(AUTUMN).in_session(monday)
    assert state.time_counted(monday, AUTUMN) is state.school_time(AUTUMN)


@pytest.mark.parametrize("since", ["2026-08-10", "2026-08-17", "2026-08-24"])
def test_a_cohort_has_its_own_calendar_whatever_that_calls_the_year(since: str) -> None:
    own = year("north-2026", since, cohort_id=AUTUMN)
    snow = off("2026-10-05", "2026-10-05", "snow")
    story = program().given(
        year(non_instructional=(snow,)), year("2027-28", "2027-08-16", "2028-06-10")
    )

    state = story.given(own).state(PROGRAM)

    assert state.school_time(AUTUMN).in_session(day("2026-10-05"))
    assert not state.school_time().in_session(day("2026-10-05"))
    assert state.school_time(AUTUMN).in_session(day("2027-09-01"))


def test_a_cohort_with_a_calendar_stays_opened() -> None:
    """INV-65."""
    story = program().given(year(cohort_id=AUTUMN))
    opened = version_of(story, PROGRAM, mc.CohortOpened)

    story.when(mc.RetractRecord(stream=PROGRAM, target=opened)).refuses("others_rest_on_it")


def test_a_program_may_count_calendar_days_all_the_same() -> None:
    state = program(time_counted="calendar_days").given(year()).state(PROGRAM)

    assert state.time_counted(LAUNCH) is EVERY_DAY


def test_school_years_do_not_overlap() -> None:
    program().given(year()).when(year("2027-28", "2027-06-01", "2028-06-01")).refuses(
        "school_years_overlap", school_year="2026-27"
    )


def test_a_calendar_is_for_a_cohort_of_the_program_and_until_it_closes() -> None:
    program().when(year(cohort_id="cohort:9")).refuses("no_such_cohort")
    closing = mc.CloseProgram(program_id=PROGRAM, on=day("2026-09-01"))
    program().given(closing).when(year()).refuses("program_closed")


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"terms": ()}, "terms"),
        ({"instructional_weekdays": ()}, "instructional_weekdays"),
        ({"terms": (Term(name=" ", since=LAUNCH, until=LAUNCH + ONE),)}, "terms[1].name"),
        ({"terms": (Term(name="a", since=LAUNCH, until=LAUNCH),)}, "terms[1].until"),
        (
            {"terms": (Term(name="a", since=LAUNCH, until=LAUNCH + 5 * ONE),) * 2},
            "terms[2].since",
        ),
        (
            {"non_instructional": (DaysOff(since=LAUNCH, until=LAUNCH),)},
            "non_instructional[1].until",
        ),
        ({"terms": (Term(name="a", since=LAUNCH, until=day("2096-06-12")),)}, "terms"),
    ],
)
def test_what_does_not_fit_in_a_calendar_is_told_with_its_place(wrong: Any, path: str) -> None:
    with pytest.raises(Invalid) as told:
        program().when(year(**wrong)).recorded()

    assert [p.path for p in told.value.problems] == [path]


def test_a_calendar_is_amended_and_taken_back_like_any_record() -> None:
    story = program().given(year())
    closed = (off("2026-11-23", "2026-11-27", "week off"),)

    amended = story.given(amend(story, mc.AcademicCalendarSet, PROGRAM, non_instructional=closed))
    version = version_of(amended, PROGRAM, mc.AcademicCalendarSet)
    gone = amended.given(mc.RetractRecord(stream=PROGRAM, target=version))

    assert calendar_of(amended).non_instructional == closed
    assert gone.state(PROGRAM).calendars == ()


def test_settings_say_nothing_of_time_until_somebody_does() -> None:
    assert settings().time_counted is None
    assert cohort().cohort_id == AUTUMN
