"""School time: which year a day belongs to, weeks in session, terms, semesters and due dates."""

from datetime import date, timedelta
from typing import Any

import pytest
from policy.small_program import ENROLLED, HELD, SEMESTERS, YEAR, Told, closed, day, year_in_terms

from mentorcore.policy.evaluation.school import School, month_on
from mentorcore.policy.grammar import Selector
from mentorcore.policy.time_kinds import AverageDosage, Cadence, Deadline, Duration, TotalDosage

HEAD: dict[str, Any] = {"id": "R-1", "title": "A rule", "citation": "§ 1", "mark": "V"}
GOAL = Selector(event="pairing.goal-set")
THIRDS = year_in_terms(
    "2025-26",
    ("2025-08-18", "2025-11-21"),
    ("2025-12-01", "2026-02-27"),
    ("2026-03-02", "2026-06-05"),
)
NEXT = year_in_terms("2026-27", ("2026-08-17", "2026-12-18"), ("2027-01-04", "2027-05-07"))


def enrolled(on: str = "2025-08-18", *calendars: Any, until: str = "2026-06-06") -> Told:
    told = Told(calendars or (YEAR,), ends_on=day(until))
    told.enrol("m", "2025-08-01", "mentor")
    told.enrol("a", on)
    told.pair("p", {"a": "mentee", "m": "mentor"}, on)
    return told


def test_a_week_with_few_days_of_lessons_is_not_in_session_where_more_are_asked_for() -> None:
    one_day = closed("2025-09-08", "2025-09-11")
    year = year_in_terms("2025-26", ("2025-08-18", "2026-06-05"), off=(one_day,))

    weeks = [
        len(School((year,), least).weeks(day("2025-09-05"), day("2025-09-20"))) for least in (1, 2)
    ]

    assert weeks == [3, 2]


def test_a_school_year_reaches_over_the_summer_before_it() -> None:
    school = School((SEMESTERS, NEXT), 1)

    known = [school.year_of(day(on)) for on in ("2025-04-01", "2025-08-01", "2026-05-09")]

    assert [year.name if year else None for year in known] == [
        None,
        "school year 2025-26",
        "school year 2026-27",
    ]


def test_a_term_without_any_lessons_is_over_on_its_last_day() -> None:
    off = closed("2025-08-18", "2025-12-19")
    year = year_in_terms(
        "x", ("2025-08-18", "2025-12-19"), ("2026-01-05", "2026-05-08"), off=(off,)
    )

    terms = School((year,), 1).parts("term")

    assert terms is not None
    assert (terms[0].begins, terms[0].last) == (day("2025-08-18"), day("2025-12-19"))


@pytest.mark.parametrize(
    ("on", "months", "expected"),
    [
        ("2025-01-31", 1, "2025-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2025-11-30", 3, "2026-02-28"),
        ("2025-12-15", 1, "2026-01-15"),
        ("2025-08-18", 0, "2025-08-18"),
    ],
)
def test_a_month_keeps_the_number_of_the_day(on: str, months: int, expected: str) -> None:
    assert month_on(day(on), months) == day(expected)


@pytest.mark.parametrize(
    ("unit", "limit", "count_from", "due"),
    [
        ("month", 1, "day_after", "2025-09-18"),
        ("month", 1, "same_day", "2025-09-17"),
        ("instructional_day", 10, "day_after", "2025-09-02"),
        ("instructional_day", 10, "same_day", "2025-08-29"),
        ("instructional_day", 0, "day_after", "2025-08-18"),
        ("in_session_week", 3, "day_after", "2025-09-05"),
        ("term", 1, "day_after", "2026-06-05"),
        ("school_year", 1, "day_after", "2026-06-05"),
    ],
)
def test_a_limit_is_counted_in_its_unit(unit: Any, limit: int, count_from: Any, due: str) -> None:
    rule = Deadline(
        **HEAD,
        anchor=ENROLLED,
        limit=limit,
        unit=unit,
        count_from=count_from,
        satisfied_by=GOAL,
    )

    result = enrolled().ask(rule, "a", "2025-08-18")

    assert result.due_on == day(due)


@pytest.mark.parametrize("unit", ["instructional_day", "in_session_week", "school_year"])
def test_a_limit_beyond_all_known_years_has_no_calendar(unit: Any) -> None:
    rule = Deadline(**HEAD, anchor=ENROLLED, limit=400, unit=unit, satisfied_by=GOAL)

    results = [
        enrolled().ask(rule, "a", "2025-08-18"),
        enrolled("2026-08-17").ask(rule, "a", "2026-08-17"),
    ]

    assert {(r.state, r.code) for r in results} == {("insufficient_data", "no_calendar")}


def test_a_year_of_three_terms_has_no_semesters() -> None:
    told = enrolled("2025-08-18", THIRDS)
    rules = [
        TotalDosage(**HEAD, minutes=60, period="semester", counts=HELD),
        AverageDosage(
            **HEAD, anchor=ENROLLED, minutes=60, per="semester", period="program", counts=HELD
        ),
        AverageDosage(
            **HEAD, anchor=ENROLLED, minutes=60, per="semester", period="rolling 2", counts=HELD
        ),
        Cadence(**HEAD, anchor=ENROLLED, window="semester", counts=HELD),
        Duration(**HEAD, anchor=ENROLLED, limit=1, unit="semester"),
    ]

    results = [told.ask(rule, "a", "2025-10-01") for rule in rules]

    assert {(r.state, r.code) for r in results} == {("insufficient_data", "no_semester")}


@pytest.mark.parametrize(
    "rule",
    [
        TotalDosage(**HEAD, minutes=60, counts=HELD),
        AverageDosage(**HEAD, anchor=ENROLLED, minutes=6, per="in_session_week", counts=HELD),
        AverageDosage(
            **HEAD,
            anchor=ENROLLED,
            minutes=6,
            per="in_session_week",
            period="rolling 4",
            counts=HELD,
        ),
        Cadence(**HEAD, anchor=ENROLLED, window="in_session_week", counts=HELD),
        Duration(**HEAD, anchor=ENROLLED, limit=9, unit="in_session_week"),
        Duration(**HEAD, anchor=ENROLLED, limit=9, unit="week", prorate=("enrolled_share",)),
    ],
    ids=lambda rule: type(rule).__name__,
)
def test_without_a_calendar_for_the_year_nothing_in_school_time_is_guessed(rule: Any) -> None:
    result = enrolled("2026-08-17").ask(rule, "a", "2026-10-30")

    assert (result.state, result.code) == ("insufficient_data", "no_calendar")


@pytest.mark.parametrize("as_of", ["2026-07-15", "2026-11-30"])
def test_a_year_that_is_over_is_shown_until_the_next_one_should_be_known(as_of: str) -> None:
    told = enrolled(until="2027-06-06")
    told.meet("p", "2025-09-01", 60)
    met = TotalDosage(**HEAD, minutes=60, counts=HELD)
    short = TotalDosage(**HEAD, minutes=61, counts=HELD)

    states = [told.ask(rule, "a", as_of).state for rule in (met, short)]

    unknown = "insufficient_data" if as_of > "2026-10-04" else "met"
    assert states == [unknown, "breached"]


def test_calendar_days_and_weeks_need_no_calendar() -> None:
    told = Told((), ends_on=date(2026, 6, 6))
    told.enrol("a", "2025-10-20")
    told.enrol("m", "2025-08-01", "mentor")
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-10-20")
    told.meet("p", "2025-10-21", 120)
    rules = [
        AverageDosage(
            **HEAD, anchor=ENROLLED, minutes=60, per="week", period="program", counts=HELD
        ),
        AverageDosage(
            **HEAD, anchor=ENROLLED, minutes=60, per="month", period="program", counts=HELD
        ),
        Cadence(**HEAD, anchor=ENROLLED, window="month", last=1, counts=HELD),
        Duration(**HEAD, anchor=ENROLLED, limit=15, unit="calendar_day"),
        Duration(**HEAD, anchor=ENROLLED, limit=2, unit="week"),
    ]

    before = [told.ask(rule, "a", "2025-11-01") for rule in rules]
    after = [told.ask(rule, "a", "2025-11-03") for rule in rules]

    assert [r.state for r in before] == ["met", "not_yet_due", "not_yet_due"] + ["not_yet_due"] * 2
    assert [r.state for r in after] == ["met", "not_yet_due", "not_yet_due", "met", "met"]
    assert after[0].said == "120 min / 2 weeks = 60.00; needs 120"


def test_the_week_in_which_the_clocks_change_has_seven_days_as_any() -> None:
    told = enrolled("2025-10-27")
    told.meet("p", "2025-11-02", 60)
    told.meet("p", "2025-11-03", 60)
    rule = Cadence(**HEAD, anchor=ENROLLED, window="week", last=2, counts=HELD)

    result = told.ask(rule, "a", "2025-11-09")

    assert (result.state, result.measured) == ("met", "2 of 2 windows")


def test_lessons_are_counted_for_service_in_days_with_lessons() -> None:
    told = enrolled("2025-11-20")
    rule = Duration(**HEAD, anchor=ENROLLED, limit=3, unit="instructional_day")

    states = [told.ask(rule, "a", on) for on in ("2025-11-30", "2025-12-01")]

    assert [(r.state, r.measured) for r in states] == [
        ("not_yet_due", "2 instructional days"),
        ("met", "3 instructional days"),
    ]
    assert states[1].satisfied_on == day("2025-12-01")


@pytest.mark.parametrize(
    ("counts", "on", "years"),
    [
        ("any", "2026-06-05", 1),
        ("majority", "2026-01-17", 1),
        ("majority", "2026-01-19", 1),
        ("majority", "2026-01-26", 0),
        ("full", "2025-08-22", 1),
        ("full", "2025-08-25", 0),
    ],
)
def test_how_much_of_a_school_year_makes_one(counts: Any, on: str, years: int) -> None:
    told = enrolled(on)
    rule = Duration(**HEAD, anchor=ENROLLED, limit=9, unit="school_year", school_year_counts=counts)

    result = told.ask(rule, "a", "2026-06-30")

    assert result.measured == f"{years} school year{'s' * (years != 1)}"


def test_two_years_are_told_one_by_one_and_the_worse_is_shown() -> None:
    told = enrolled("2025-08-18", SEMESTERS, NEXT, until="2027-05-08")
    told.meet("p", "2026-09-01", 600)
    rule = TotalDosage(**HEAD, minutes=600, counts=HELD)

    result = told.ask(rule, "a", "2026-10-01")

    assert result.state == "breached"
    assert "school year 2025-26: breached, 0 of 600 min" in result.said
    assert "school year 2026-27: met, 600 of 600 min" in result.said
    assert result.due_on == day("2026-05-08")


def test_a_rolling_period_looks_back_over_the_last_weeks_in_session() -> None:
    told = enrolled()
    told.meet("p", "2025-11-10", 240)
    rule = AverageDosage(
        **HEAD,
        anchor=ENROLLED,
        minutes=60,
        per="in_session_week",
        period="rolling 4",
        counts=HELD,
    )

    results = {on: told.ask(rule, "a", on) for on in ("2025-08-30", "2025-12-12", "2025-12-19")}

    assert [r.state for r in results.values()] == ["at_risk", "met", "at_risk"]
    assert results["2025-12-12"].due_on is None


def test_a_program_of_days_passes_by_days_where_its_years_are_not_all_known() -> None:
    told = enrolled(until="2028-06-06")
    told.meet("p", "2025-09-01", 10)
    rule = TotalDosage(**HEAD, minutes=100, period="program", counts=HELD)
    fifth = day("2025-08-18") + timedelta(days=1023 // 5 - 2)

    states = [told.ask(rule, "a", str(fifth + timedelta(days=n))).state for n in (0, 3)]

    assert states == ["not_yet_due", "at_risk"]
