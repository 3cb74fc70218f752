"""What an end in a break leaves owed, and what is said beyond the school years that are known."""

from datetime import date, timedelta
from typing import Any

import pytest
from policy.small_program import ENROLLED, HELD, SEMESTERS, YEAR, Told, day, pack_of, year_in_terms

from mentorcore.policy.evaluation.evaluate import evaluate
from mentorcore.policy.evaluation.school import School
from mentorcore.policy.facts import Facts
from mentorcore.policy.grammar import Selector
from mentorcore.policy.other_kinds import (
    Artifact,
    Count,
    Eligibility,
    Predicate,
    Prerequisite,
    ProcessExists,
    Report,
)
from mentorcore.policy.time_kinds import AverageDosage, Cadence, Deadline, Duration, TotalDosage

HEAD: dict[str, Any] = {"id": "R-1", "title": "A rule", "citation": "§ 1", "mark": "V"}
GOAL = Selector(event="pairing.goal-set")
NEXT = year_in_terms("2026-27", ("2026-08-17", "2026-12-18"), ("2027-01-04", "2027-05-07"))
AFTER_A_GAP = year_in_terms("2027-28", ("2027-08-16", "2028-06-02"))
EACH_SEMESTER = [
    TotalDosage(**HEAD, minutes=60, period="semester", counts=HELD),
    Count(**HEAD, counts=HELD, min=1, period="semester"),
    AverageDosage(
        **HEAD, anchor=ENROLLED, minutes=3, per="in_session_week", period="semester", counts=HELD
    ),
    Artifact(**HEAD, artifact_kind="form", period="semester"),
]


def enrolled(*calendars: Any, until: str = "2029-06-30") -> Told:
    told = Told(calendars, ends_on=day(until))
    told.enrol("m", "2025-08-01", "mentor")
    told.enrol("a", "2025-08-18")
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-08-18")
    return told


@pytest.mark.parametrize("rule", EACH_SEMESTER, ids=lambda rule: rule.kind)
@pytest.mark.parametrize(
    ("ended", "state"),
    [("2025-12-19", "met"), ("2025-12-31", "met"), ("2026-01-04", "met")],
)
def test_whoever_completes_in_a_break_owes_nothing_of_the_period_behind_it(
    rule: Any, ended: str, state: str
) -> None:
    told = enrolled(SEMESTERS)
    told.meet("p", "2025-10-01", 60)
    told.say("p", "pairing.evidence-attached", "2025-10-01", kind="form")
    told.leave("a", ended, "completed")

    result = told.ask(rule, "a", "2026-06-30")

    assert (result.state, result.code) == (state, None)


@pytest.mark.parametrize("rule", EACH_SEMESTER[:2], ids=lambda rule: rule.kind)
def test_whoever_completes_on_the_first_day_with_lessons_owes_the_period(rule: Any) -> None:
    told = enrolled(SEMESTERS)
    told.meet("p", "2025-10-01", 60)
    told.leave("a", "2026-01-05", "completed")

    assert told.ask(rule, "a", "2026-06-30").state == "breached"


@pytest.mark.parametrize("outcome", ["completed", "withdrew"])
def test_an_end_before_the_first_lesson_closes_the_first_period(outcome: str) -> None:
    told = Told((SEMESTERS,))
    told.enrol("a", "2025-08-01")
    told.leave("a", "2025-08-10", outcome)
    rule = AverageDosage(
        **HEAD, anchor=ENROLLED, minutes=1, per="in_session_week", period="semester", counts=HELD
    )

    result = told.ask(rule, "a", "2025-12-19")

    assert (result.state, result.code) == ("not_applicable", "obligation_ended")


@pytest.mark.parametrize(
    ("done", "state"),
    [("2025-09-10", "met"), ("2025-09-17", "met"), ("2025-09-18", "not_applicable")],
)
@pytest.mark.parametrize("kind", ["deadline", "artifact"])
def test_nothing_is_late_that_fell_due_after_the_end(kind: str, done: str, state: str) -> None:
    """Due on 17 September; the enrolment ended on the 12th, and paper still came in."""
    told = Told()
    told.enrol("a", "2025-08-18")
    told.leave("a", "2025-09-12")
    told.say("a", "participant.evidence-attached", done, kind="form")
    form = Selector(event="participant.evidence-attached")
    limit: dict[str, Any] = {"anchor": ENROLLED, "limit": 30}
    rule = (
        Deadline(**HEAD, **limit, satisfied_by=form)
        if kind == "deadline"
        else Artifact(**HEAD, **limit, artifact_kind="form")
    )

    assert told.ask(rule, "a", "2025-10-01").state == state


@pytest.mark.parametrize(("left", "state"), [("2025-08-15", "not_applicable"), (None, "breached")])
def test_whoever_left_before_the_school_year_need_not_be_trained_for_it(
    left: str | None, state: str
) -> None:
    told = Told()
    told.enrol("m", "2025-08-01", "mentor")
    if left is not None:
        told.leave("m", left)
    trained = Selector(event="participant.training-completed")
    rule = Prerequisite(**HEAD, requires=trained, before="school_year_start")

    assert told.ask(rule, "m", "2025-10-01").state == state


@pytest.mark.parametrize(
    ("outcome", "state"), [("completed", "breached"), ("withdrew", "not_applicable")]
)
def test_who_leaves_early_is_not_asked_for_a_shorter_service(outcome: str, state: str) -> None:
    """Thirty of 38 weeks; ten were served."""
    told = enrolled(YEAR)
    told.leave("a", "2025-10-24", outcome)
    rule = Duration(
        **HEAD, anchor=ENROLLED, limit=30, unit="in_session_week", prorate=("enrolled_share",)
    )

    assert told.ask(rule, "a", "2026-06-05").state == state


@pytest.mark.parametrize(
    ("ended", "again", "measured"),
    [
        (None, None, "9 in session weeks"),
        ("2025-09-12", "2025-10-06", "6 in session weeks"),
        ("2025-09-15", "2025-10-03", "8 in session weeks"),
    ],
)
def test_service_stands_still_until_a_pairing_is_reopened(
    ended: str | None, again: str | None, measured: str
) -> None:
    told = enrolled(YEAR)
    if ended is not None and again is not None:
        told.say("p", "pairing.ended", ended)
        told.say("p", "pairing.reopened", again)
    began = Selector(event="pairing.started")
    rule = Duration(**HEAD, anchor=began, limit=30, unit="in_session_week")

    assert told.ask(rule, "a", "2025-10-17").measured == measured


@pytest.mark.parametrize(
    ("falls", "rises", "state"),
    [
        ("2025-09-12", "2025-10-06", "breached"),
        ("2025-09-13", "2025-10-06", "met"),
        ("2025-09-13", "2025-10-07", "breached"),
    ],
)
def test_what_was_so_of_a_mentor_while_a_pairing_was_over_is_not_looked_at(
    falls: str, rises: str, state: str
) -> None:
    """It ended on 12 September and was reopened on 6 October."""
    told = enrolled(YEAR)
    for on, level in (("2025-08-01", "good"), (falls, "poor"), (rises, "good")):
        told.say("m", "person.credential-recorded", on, kind="rating", area="t", level=level)
    told.say("p", "pairing.ended", "2025-09-12")
    told.say("p", "pairing.reopened", "2025-10-06")
    good = Predicate(fact="rating", op="==", value="good")
    rule = Eligibility(**HEAD, scope="pairing", all=(good,), at="continuous")

    assert told.ask(rule, "p", "2025-12-01").state == state


@pytest.mark.parametrize(
    ("since", "until", "poor_on", "state"),
    [
        ("2025-11-03", None, "2025-11-02", "breached"),
        ("2025-11-03", "2025-12-01", "2025-12-01", "met"),
        ("2025-08-25", "2025-09-05", "2025-09-05", "met"),
        ("2025-08-25", "2025-09-05", "2025-09-04", "breached"),
    ],
)
def test_a_member_of_before_or_after_a_gap_was_there_without_one(
    since: str, until: str | None, poor_on: str, state: str
) -> None:
    told = enrolled(YEAR)
    told.enrol("n", "2025-08-01", "mentor")
    told.join("p", "n", "co_mentor", since, until=until)
    for who, on, level in (
        ("m", "2025-08-01", "good"),
        ("n", "2025-08-01", "good"),
        ("n", poor_on, "poor"),
    ):
        told.say(who, "person.credential-recorded", on, kind="rating", area="t", level=level)
    told.say("p", "pairing.ended", "2025-09-12")
    told.say("p", "pairing.reopened", "2025-10-06")
    good = Predicate(fact="rating", op="==", value="good")
    rule = Eligibility(**HEAD, scope="pairing", all=(good,), at="continuous")

    assert told.ask(rule, "p", "2025-12-10").state == state


def weekly(**more: Any) -> Cadence:
    return Cadence(**HEAD, anchor=ENROLLED, window="in_session_week", counts=HELD, **more)


def averaged(**more: Any) -> AverageDosage:
    told: dict[str, Any] = {"anchor": ENROLLED, "minutes": 60, "per": "in_session_week"}
    return AverageDosage(**{**HEAD, **told, "counts": HELD, **more})


TWO_YEARS = Duration(**HEAD, anchor=ENROLLED, limit=2, unit="school_year")
BEYOND = [
    pytest.param(TWO_YEARS, id="duration"),
    pytest.param(weekly(last=60), id="cadence"),
    pytest.param(averaged(period="program"), id="average of the program"),
    pytest.param(averaged(period="rolling 8"), id="average of the last weeks"),
    pytest.param(averaged(), id="average of each year"),
]


def met_every_week(told: Told, *, until: date = date(2027, 6, 30)) -> None:
    on = date(2025, 8, 20)
    while on < until:
        told.meet("p", str(on), 60)
        on += timedelta(weeks=1)


@pytest.mark.parametrize("rule", BEYOND)
@pytest.mark.parametrize("calendars", [(YEAR,), (YEAR, AFTER_A_GAP)], ids=["no more", "a gap"])
@pytest.mark.parametrize("ended", [None, "2027-06-01"])
def test_nothing_is_said_of_a_school_year_that_nobody_set(
    rule: Any, calendars: Any, ended: str | None
) -> None:
    told = enrolled(*calendars)
    met_every_week(told)
    if ended is not None:
        told.leave("a", ended, "completed")

    result = told.ask(rule, "a", "2027-06-10")

    assert (result.state, result.code) == ("insufficient_data", "no_calendar")


@pytest.mark.parametrize("rule", BEYOND)
def test_it_is_said_once_the_year_is_set(rule: Any) -> None:
    told = enrolled(YEAR, NEXT, AFTER_A_GAP)
    met_every_week(told)

    assert told.ask(rule, "a", "2027-05-07").state == "met"


def test_the_summer_behind_the_last_known_year_is_no_gap() -> None:
    told = enrolled(YEAR)
    met_every_week(told, until=date(2026, 6, 6))

    assert told.ask(averaged(), "a", "2026-08-01").state == "met"


@pytest.mark.parametrize(
    ("calendars", "due"),
    [
        ((YEAR,), None),
        ((YEAR, AFTER_A_GAP), None),
        ((YEAR, NEXT), date(2026, 8, 17)),
    ],
    ids=["no more", "a gap", "the next"],
)
def test_days_with_lessons_are_not_counted_over_a_year_that_nobody_set(
    calendars: Any, due: date | None
) -> None:
    told = Told(calendars)
    told.enrol("a", "2026-06-04")
    rule = Deadline(**HEAD, anchor=ENROLLED, limit=2, unit="instructional_day", satisfied_by=GOAL)

    result = told.ask(rule, "a", "2026-06-05")

    assert result.due_on == due
    assert result.code == ("no_calendar" if due is None else None)


@pytest.mark.parametrize(
    ("calendars", "threshold"),
    [((), None), ((YEAR,), None), ((YEAR, NEXT), "560 min")],
    ids=["none", "the first", "both"],
)
def test_a_share_of_the_program_needs_the_calendars_of_all_of_it(
    calendars: Any, threshold: str | None
) -> None:
    """Whoever joins with 18 of 74 weeks gone owes 56 of them."""
    told = Told(calendars, ends_on=day("2027-05-08"))
    told.enrol("a", "2026-01-12")
    rule = TotalDosage(**HEAD, minutes=740, period="program", counts=HELD, prorate="enrolled_share")

    result = told.ask(rule, "a", "2026-03-01")

    assert result.threshold == (threshold or "")
    assert result.code == ("no_calendar" if threshold is None else None)


def test_school_years_follow_one_another_over_a_summer() -> None:
    without, whole = School((AFTER_A_GAP, YEAR), 1), School((AFTER_A_GAP, NEXT, YEAR), 1)
    days = [day(on) for on in ("2025-09-01", "2026-07-01", "2027-08-01")]

    assert [whole.known_until(on) for on in days] == [day("2028-06-03")] * 3
    assert [without.known_until(on) for on in days] == [day("2026-06-06"), None, day("2028-06-03")]
    assert School((), 1).known_until(days[0]) is None


@pytest.mark.parametrize(
    "rule",
    [
        Report(**HEAD, scope="program", fields=("matched_on",), due_on="06-01", attested_by="dean"),
        ProcessExists(**HEAD, scope="program", process="selection"),
        Count(**HEAD, scope="program", counts=HELD, min=1, period="program"),
    ],
    ids=lambda rule: rule.kind,
)
def test_a_program_that_opened_no_cohort_owes_nothing_yet(rule: Any) -> None:
    facts = Facts(program="program:1", cohorts={}, participants={}, pairings={})

    result = evaluate(rule, "program:1", facts, pack=pack_of(rule), as_of=day("2026-07-01"))

    assert (result.state, result.code) == ("not_applicable", "no_anchor")
