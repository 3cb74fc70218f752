"""How much, how often and how long: what is pro-rated, what ends early, what cannot be made up."""

from typing import Any

import pytest
from policy.small_program import ENROLLED, HELD, SEMESTERS, YEAR, Told, day

from mentorcore.policy.grammar import Selector
from mentorcore.policy.other_kinds import Count
from mentorcore.policy.time_kinds import AverageDosage, Cadence, Duration, TotalDosage

HEAD: dict[str, Any] = {"id": "R-1", "title": "A rule", "citation": "§ 1", "mark": "V"}
NOTHING = Selector(event="pairing.mismatch-settled")


def enrolled(on: str = "2025-08-18", fte: int = 100, *calendars: Any) -> Told:
    told = Told(calendars or (YEAR,))
    told.enrol("m", "2025-08-01", "mentor")
    told.enrol("a", on, fte=fte)
    told.pair("p", {"a": "mentee", "m": "mentor"}, on)
    return told


@pytest.mark.parametrize(
    "rule",
    [
        AverageDosage(**HEAD, anchor=NOTHING, minutes=1, per="week", counts=HELD),
        Cadence(**HEAD, anchor=NOTHING, window="week", counts=HELD),
        Duration(**HEAD, anchor=NOTHING, limit=1),
    ],
    ids=lambda rule: type(rule).__name__,
)
def test_without_its_anchor_a_rule_asks_nothing(rule: Any) -> None:
    result = enrolled().ask(rule, "a", "2025-10-01")

    assert (result.state, result.code) == ("not_applicable", "no_anchor")


# averages


@pytest.mark.parametrize(("minutes", "state"), [(299, "breached"), (300, "met")])
def test_an_average_closes_on_the_day_on_which_somebody_leaves(minutes: int, state: str) -> None:
    told = enrolled()
    told.meet("p", "2025-08-20", minutes)
    told.leave("a", "2025-09-19", "withdrew")
    rule = AverageDosage(
        **HEAD, anchor=ENROLLED, minutes=60, per="in_session_week", counts=HELD, min_weeks=5
    )

    result = told.ask(rule, "a", "2026-06-30")

    assert result.state == state
    assert "5 weeks" in result.said


def test_a_week_counts_from_the_day_of_joining_and_the_minutes_of_breaks_count() -> None:
    told = enrolled("2025-11-21")
    told.meet("p", "2025-11-26", 120)
    rule = AverageDosage(**HEAD, anchor=ENROLLED, minutes=60, per="in_session_week", counts=HELD)

    result = told.ask(rule, "a", "2025-12-05")

    assert (result.state, result.said) == ("met", "120 min / 2 weeks = 60.00; needs 120")


# totals


@pytest.mark.parametrize(
    ("prorate", "threshold"),
    [("none", "760 min"), ("fte_scale", "532 min"), ("fte_extend", "1,085.71 min")],
)
def test_working_time_splits_the_period_where_it_changes(prorate: Any, threshold: str) -> None:
    told = enrolled("2025-08-18", 100, SEMESTERS)
    told.works("a", "2026-01-05", 40)
    rule = TotalDosage(**HEAD, minutes=760, counts=HELD, prorate=prorate)

    result = told.ask(rule, "a", "2026-01-10")

    assert result.threshold == threshold


@pytest.mark.parametrize(
    ("verified", "allowed", "threshold"),
    [(True, False, "500 min"), (False, False, "600 min"), (False, True, "500 min")],
)
def test_credit_for_minutes_counts_where_it_is_verified_or_the_pack_allows_it(
    verified: bool, allowed: bool, threshold: str
) -> None:
    told = enrolled()
    credit = "participant.service-credited"
    told.say("a", credit, "2025-08-01", amount=100, unit="minute", verified=verified)
    told.say("a", credit, "2025-08-20", amount=4, unit="week", verified=True)
    rule = TotalDosage(**HEAD, minutes=600, counts=HELD, prorate="minus_credit")

    result = told.ask(rule, "a", "2025-10-01", unverified_credit_counts=allowed)

    assert result.threshold == threshold


def test_a_share_of_the_program_is_of_all_its_weeks() -> None:
    told = enrolled("2026-01-12")
    rule = TotalDosage(**HEAD, minutes=760, period="program", counts=HELD, prorate="enrolled_share")

    assert told.ask(rule, "a", "2026-01-12").threshold == "400 min"


def test_who_leaves_within_a_share_owes_the_share_of_the_weeks_that_were_over() -> None:
    told = enrolled()
    told.meet("p", "2025-08-20", 99)
    told.leave("a", "2025-09-19", "withdrew")
    rule = TotalDosage(**HEAD, minutes=760, counts=HELD, prorate="enrolled_share")

    result = told.ask(rule, "a", "2025-10-01")

    assert (result.state, result.threshold) == ("breached", "100 min")


def test_a_total_may_look_back_over_the_last_weeks() -> None:
    told = enrolled()
    told.meet("p", "2025-11-10", 60)
    rule = TotalDosage(
        **HEAD, minutes=60, period="rolling 4", counts=HELD, prorate="enrolled_share"
    )

    states = [told.ask(rule, "a", on).state for on in ("2025-12-12", "2025-12-19")]

    assert states == ["met", "at_risk"]


def test_a_total_that_looks_back_needs_a_calendar_for_its_weeks() -> None:
    rule = TotalDosage(**HEAD, minutes=60, period="rolling 4", counts=HELD)

    result = enrolled("2026-08-17").ask(rule, "a", "2026-10-30")

    assert (result.state, result.code) == ("insufficient_data", "no_calendar")


def test_working_time_is_that_of_people_and_not_of_a_cohort() -> None:
    told = enrolled("2025-08-18", 50)
    rule = TotalDosage(**HEAD, scope="cohort", minutes=600, counts=HELD, prorate="fte_scale")

    assert told.ask(rule, "cohort:1", "2025-10-01").threshold == "600 min"


def test_a_total_says_on_which_day_the_last_of_it_was_reached() -> None:
    told = enrolled()
    for on, minutes in (("2025-09-01", 40), ("2025-09-08", 20), ("2025-09-15", 60)):
        told.meet("p", on, minutes)

    result = told.ask(TotalDosage(**HEAD, minutes=60, counts=HELD), "a", "2025-10-01")

    assert (result.state, result.satisfied_on) == ("met", day("2025-09-08"))


# counts


@pytest.mark.parametrize(
    ("least", "most", "state", "threshold"),
    [
        (3, None, "met", "3 or more"),
        (None, 3, "met", "at most 3"),
        (None, 2, "breached", "at most 2"),
        (1, 3, "met", "1 to 3"),
        (4, 5, "not_yet_due", "4 to 5"),
    ],
)
def test_a_number_stays_within_its_bounds(
    least: int | None, most: int | None, state: str, threshold: str
) -> None:
    told = enrolled()
    for on in ("2025-09-01", "2025-09-02", "2025-09-03"):
        told.meet("p", on, 30)

    result = told.ask(Count(**HEAD, counts=HELD, min=least, max=most), "a", "2025-10-01")

    assert (result.state, result.threshold) == (state, threshold)


def test_a_count_in_school_time_needs_a_calendar() -> None:
    result = enrolled("2026-08-17").ask(Count(**HEAD, counts=HELD, min=1), "a", "2026-10-01")

    assert (result.state, result.code) == ("insufficient_data", "no_calendar")


# cadence


def weekly(**more: Any) -> Cadence:
    return Cadence(**{**HEAD, "anchor": ENROLLED, "window": "week", "counts": HELD, **more})


def test_a_cadence_may_begin_later_and_let_some_windows_pass() -> None:
    told = enrolled()
    for on in ("2025-09-08", "2025-09-22"):
        told.meet("p", on, 30)
    strict, lenient = weekly(first=4, last=6), weekly(first=4, last=6, tolerance=1)

    results = [told.ask(rule, "a", "2025-10-01") for rule in (strict, lenient)]

    assert [r.state for r in results] == ["breached", "met"]
    assert results[0].missing == ("window 5 (week of 2025-09-15)",)
    assert results[1].measured == "2 of 3 windows"


def test_a_window_that_closes_soon_is_at_risk() -> None:
    told = enrolled()
    told.meet("p", "2025-08-20", 30)

    results = [told.ask(weekly(at_risk_days=2), "a", on) for on in ("2025-08-29", "2025-08-30")]

    assert [(r.state, r.days_left) for r in results] == [("at_risk", 2), ("at_risk", 1)]
    assert told.ask(weekly(at_risk_days=2), "a", "2025-08-28").state == "not_yet_due"


@pytest.mark.parametrize(
    ("ended", "state", "code"),
    [
        ("2025-08-23", "not_applicable", "obligation_ended"),
        ("2025-08-24", "met", None),
        ("2025-08-30", "met", None),
        ("2025-08-31", "breached", None),
    ],
)
def test_a_window_that_somebody_left_within_is_not_owed(
    ended: str, state: str, code: str | None
) -> None:
    told = enrolled()
    told.meet("p", "2025-08-20", 30)
    told.leave("a", ended, "withdrew")

    result = told.ask(weekly(), "a", "2025-12-01")

    assert (result.state, result.code) == (state, code)


def test_a_cadence_without_an_end_ends_with_the_cohort() -> None:
    told = Told(ends_on=day("2025-09-01"))
    told.enrol("a", "2025-08-18")
    told.enrol("m", "2025-08-18", "mentor")
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-08-18")
    for on in ("2025-08-20", "2025-08-27"):
        told.meet("p", on, 30)

    states = [told.ask(weekly(), "a", on).state for on in ("2025-08-30", "2025-08-31")]

    assert states == ["not_yet_due", "met"]


def test_between_two_windows_nothing_is_due() -> None:
    told = enrolled("2025-12-15")
    told.meet("p", "2025-12-16", 30)
    rule = weekly(window="in_session_week", last=2)
    later = weekly(window="in_session_week", first=300)

    results = [told.ask(one, "a", "2025-12-24") for one in (rule, later)]

    assert [r.state for r in results] == ["not_yet_due", "not_yet_due"]
    assert results[0].due_on == day("2026-01-09")
    assert results[1].said == "the next window has not begun"


def test_windows_beyond_all_known_years_are_not_guessed() -> None:
    told = enrolled("2026-06-01")
    told.meet("p", "2026-06-02", 30)

    result = told.ask(weekly(window="in_session_week", last=2), "a", "2026-11-01")

    assert (result.state, result.code) == ("insufficient_data", "no_calendar")


# durations


@pytest.mark.parametrize(
    ("prorate", "threshold"),
    [
        ((), "30 in session weeks"),
        (("enrolled_share",), "16 in session weeks"),
        (("fte_scale",), "15 in session weeks"),
        (("enrolled_share", "minus_credit"), "13 in session weeks"),
        (("minus_credit", "fte_extend"), "54 in session weeks"),
    ],
)
def test_a_length_is_pro_rated_in_order_and_rounded_up(prorate: Any, threshold: str) -> None:
    told = enrolled("2026-01-12", 50)
    credit = "participant.service-credited"
    told.say("a", credit, "2026-01-12", amount=3, unit="week", verified=True)
    rule = Duration(**HEAD, anchor=ENROLLED, limit=30, unit="in_session_week", prorate=prorate)

    assert told.ask(rule, "a", "2026-02-01").threshold == threshold


def test_a_credited_year_is_worth_its_terms_for_who_works_part_time() -> None:
    told = enrolled("2025-08-18", 80, SEMESTERS)
    told.say(
        "a",
        "participant.service-credited",
        "2025-08-18",
        amount=1,
        unit="school_year",
        verified=True,
    )
    rule = Duration(**HEAD, anchor=ENROLLED, limit=2, prorate=("minus_credit", "fte_extend"))

    assert told.ask(rule, "a", "2025-10-01").threshold == "3 terms"


def test_a_change_of_working_time_lengthens_only_what_comes_after_it() -> None:
    told = enrolled()
    told.works("a", "2025-10-13", 50)
    rule = Duration(
        **HEAD, anchor=ENROLLED, limit=10, unit="in_session_week", prorate=("fte_extend",)
    )

    before, after = told.ask(rule, "a", "2025-10-12"), told.ask(rule, "a", "2025-10-13")

    assert (before.threshold, after.threshold) == ("10 in session weeks", "12 in session weeks")


def test_service_over_years_that_nobody_knows_is_not_guessed() -> None:
    told = Told(ends_on=day("2028-06-06"))
    told.enrol("a", "2025-08-18")
    rule = Duration(**HEAD, anchor=ENROLLED, limit=2)

    results = [told.ask(rule, "a", on) for on in ("2026-08-01", "2026-11-01")]

    assert [(r.state, r.code) for r in results] == [
        ("not_yet_due", None),
        ("insufficient_data", "no_calendar"),
    ]


def test_what_is_anchored_after_an_end_has_not_been_served() -> None:
    told = enrolled()
    told.leave("a", "2025-09-01", "completed")
    told.say("a", "participant.training-completed", "2025-09-20", training_kind="x")
    rule = Duration(
        **HEAD,
        anchor=Selector(event="participant.training-completed"),
        limit=1,
        unit="calendar_day",
    )

    result = told.ask(rule, "a", "2025-10-01")

    assert (result.state, result.measured) == ("breached", "0 calendar days")
