"""The day itself: what is so on the first day, on the last, and on the day between two periods."""

from typing import Any

import pytest
from policy.small_program import ENROLLED, HELD, SEMESTERS, YEAR, Told, day, pack_of

from mentorcore.policy.evaluation.evaluate import Evaluation
from mentorcore.policy.evaluation.vocabulary import known
from mentorcore.policy.grammar import Selector
from mentorcore.policy.other_kinds import (
    Artifact,
    Prerequisite,
    ProcessExists,
    ProhibitedRelation,
    Ratio,
    Report,
)
from mentorcore.policy.time_kinds import (
    AverageDosage,
    Cadence,
    Deadline,
    Duration,
    SubMinimum,
    TotalDosage,
)

HEAD: dict[str, Any] = {"id": "R-1", "title": "A rule", "citation": "§ 1", "mark": "V"}
GOAL = Selector(event="pairing.goal-set")


def enrolled(on: str = "2025-08-18", *calendars: Any, until: str = "2026-06-06") -> Told:
    told = Told(calendars or (YEAR,), ends_on=day(until))
    told.enrol("m", "2025-08-01", "mentor")
    told.enrol("a", on)
    told.pair("p", {"a": "mentee", "m": "mentor"}, on)
    return told


@pytest.mark.parametrize(
    ("ended", "state"), [("2025-09-17", "not_applicable"), ("2025-09-18", "breached")]
)
def test_who_ends_on_the_due_day_owes_no_more(ended: str, state: str) -> None:
    told = enrolled()
    told.leave("a", ended, "completed")
    rules = (
        Deadline(**HEAD, anchor=ENROLLED, limit=30, satisfied_by=GOAL),
        Artifact(**HEAD, artifact_kind="form", anchor=ENROLLED, limit=30),
    )

    assert {told.ask(rule, "a", "2025-10-01").state for rule in rules} == {state}


def test_the_due_day_is_told_as_a_day_in_time() -> None:
    told = enrolled()
    rule = Deadline(**HEAD, anchor=ENROLLED, limit=30, satisfied_by=GOAL)

    waiting = told.ask(rule, "a", "2025-09-17")
    told.say("p", "pairing.goal-set", "2025-09-17")
    done = told.ask(rule, "a", "2025-09-17")

    assert waiting.said == "due on 2025-09-17, 0 days left"
    assert done.said == "satisfied on 2025-09-17, due on 2025-09-17"


def weekly(**more: Any) -> Cadence:
    return Cadence(**{**HEAD, "anchor": ENROLLED, "window": "week", "counts": HELD, **more})


def test_the_worst_window_is_the_one_with_the_fewest() -> None:
    told = enrolled()
    told.meet("p", "2025-08-20", 30)

    result = told.ask(weekly(min_count=2, last=2), "a", "2025-09-01")

    assert result.said.startswith("window 2 (week of 2025-08-25) has 0 of 2")
    assert len(result.missing) == 2


@pytest.mark.parametrize(
    ("ends_on", "windows"), [("2025-08-31", "1 of 1"), ("2025-09-01", "2 of 2")]
)
def test_a_window_that_reaches_over_the_end_of_the_cohort_is_not_owed(
    ends_on: str, windows: str
) -> None:
    told = enrolled(until=ends_on)
    for on in ("2025-08-20", "2025-08-27"):
        told.meet("p", on, 30)

    assert told.ask(weekly(), "a", "2025-09-10").measured == f"{windows} windows"


def test_a_window_that_has_its_count_is_at_no_risk() -> None:
    told = enrolled()
    told.meet("p", "2025-08-20", 30)

    assert told.ask(weekly(at_risk_days=2), "a", "2025-08-23").state == "not_yet_due"


@pytest.mark.parametrize(("ends_on", "weeks"), [("2025-08-31", 1), ("2025-09-01", 2)])
def test_a_week_that_is_not_over_within_the_period_is_no_unit(ends_on: str, weeks: int) -> None:
    told = enrolled(until=ends_on)
    rule = AverageDosage(
        **HEAD, anchor=ENROLLED, minutes=60, per="week", period="program", counts=HELD
    )

    assert told.ask(rule, "a", "2025-09-10").threshold == f"{weeks * 60} min"


@pytest.mark.parametrize(("minutes", "state"), [(959, "at_risk"), (960, "not_yet_due")])
def test_the_slack_is_exact(minutes: int, state: str) -> None:
    told = enrolled()
    told.meet("p", "2025-09-02", minutes)

    result = told.ask(TotalDosage(**HEAD, minutes=2400, counts=HELD), "a", "2026-01-16")

    assert result.state == state


def test_a_year_of_one_term_stays_a_year_for_who_works_part_time() -> None:
    told = Told()
    told.enrol("a", "2025-08-18", fte=80)
    rule = Duration(**HEAD, anchor=ENROLLED, limit=2, prorate=("fte_extend",))

    assert told.ask(rule, "a", "2025-10-01").threshold == "3 school years"


def test_service_was_complete_on_the_day_on_which_it_sufficed() -> None:
    told = enrolled()
    rule = Duration(
        **HEAD, anchor=ENROLLED, limit=5, unit="in_session_week", prorate=("fte_extend",)
    )

    result = told.ask(rule, "a", "2025-11-01")

    assert (result.state, result.satisfied_on) == ("met", day("2025-09-19"))


@pytest.mark.parametrize(
    ("counts", "ended", "years"),
    [
        ("any", "2025-08-20", 0),
        ("any", "2025-08-22", 1),
        ("majority", "2025-08-20", 0),
        ("majority", "2026-01-15", 0),
        ("majority", "2026-01-16", 1),
    ],
)
def test_a_year_that_somebody_left_counts_by_what_was_served(
    counts: Any, ended: str, years: int
) -> None:
    told = enrolled()
    told.leave("a", ended, "completed")
    rule = Duration(**HEAD, anchor=ENROLLED, limit=1, school_year_counts=counts)

    result = told.ask(rule, "a", "2026-03-01")

    assert result.state == ("met" if years else "breached")
    assert result.satisfied_on == (day(ended) if years else None)


def test_whoever_comes_on_the_day_is_asked_on_it() -> None:
    told = Told()
    told.enrol("a", "2025-09-01")
    told.enrol("m", "2025-09-01", "mentor")
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-09-02")
    rules = (
        Deadline(**HEAD, anchor=ENROLLED, limit=30, satisfied_by=GOAL),
        ProhibitedRelation(**{**HEAD, "id": "R-2"}, scope="pairing", relations=("chief",)),
        ProcessExists(**{**HEAD, "id": "R-3"}, scope="program", process="x"),
        Report(**{**HEAD, "id": "R-4"}, scope="program", fields=("enrolled_on",), of=()),
    )
    pack = pack_of(*rules)
    adopted = told.adopt(pack, "2025-08-31")

    found = {
        on: {
            (r.rule_id, r.subject): r
            for r in Evaluation(told.facts(), day(on)).all({pack.digest: pack})
        }
        for on in ("2025-08-31", "2025-09-01", "2025-09-02")
    }

    asked = [{subject for _, subject in results} - {"program:1"} for results in found.values()]
    assert asked == [set(), {"a", "m"}, {"a", "m", "p"}]
    assert found["2025-08-31"]["R-3", "program:1"].evidence == (adopted,)


def test_a_report_is_of_whoever_came_by_the_day() -> None:
    told = enrolled("2025-09-01")
    rule = Report(**HEAD, scope="program", fields=("rank",))

    missing = [len(told.ask(rule, "program:1", on).missing) for on in ("2025-08-31", "2025-09-01")]

    assert missing == [0, 1]


@pytest.mark.parametrize(
    ("line", "until", "state"),
    [
        ("2025-10-01", None, "breached"),
        ("2025-10-02", None, "met"),
        ("2025-08-01", "2025-09-10", "breached"),
    ],
)
def test_the_last_day_of_a_pairing_is_one_of_it(line: str, until: str | None, state: str) -> None:
    told = enrolled("2025-09-01")
    told.end("p", "2025-10-01")
    values = {"kind": "chief", "superior": "person:m"}
    more: dict[str, Any] = {"until": day(until)} if until else {}
    told.say("a", "person.reporting-line-recorded", line, **values, **more)
    rule = ProhibitedRelation(**HEAD, scope="pairing", relations=("chief",))

    result = told.ask(rule, "p", "2025-12-01")

    assert result.state == state
    assert ("until 2025-09-10" in result.said) is (until is not None)


def test_the_last_day_on_which_a_certificate_counted_is_told() -> None:
    told = enrolled("2025-09-01")
    told.say("m", "participant.training-completed", "2025-03-15", training_kind="x")
    rule = Prerequisite(
        **HEAD,
        scope="pairing",
        requires=Selector(event="participant.training-completed"),
        before=Selector(event="pairing.started"),
        valid_for_months=3,
    )

    result = told.ask(rule, "p", "2025-10-01")

    assert result.said.endswith("what there was counted up to 2025-06-14")


@pytest.mark.parametrize(("as_of", "code"), [("2026-10-03", None), ("2026-10-04", "no_calendar")])
def test_a_summer_lasts_so_many_days(as_of: str, code: str | None) -> None:
    told = enrolled(until="2027-06-06")
    told.meet("p", "2025-09-01", 60)

    assert told.ask(TotalDosage(**HEAD, minutes=60, counts=HELD), "a", as_of).code == code


def test_the_next_period_begins_on_the_day_after_the_one_before() -> None:
    told = enrolled("2025-08-18", SEMESTERS, until="2026-05-09")
    told.meet("p", "2025-09-01", 60)
    rule = TotalDosage(**HEAD, minutes=60, period="semester", counts=HELD)

    states = [told.ask(rule, "a", on).state for on in ("2025-12-19", "2025-12-20")]
    late_comer = enrolled("2025-12-20", SEMESTERS, until="2026-05-09")

    assert states == ["met", "not_yet_due"]
    assert late_comer.ask(rule, "a", "2025-12-20").due_on == day("2026-05-08")


@pytest.mark.parametrize(
    ("ended", "state"), [("2026-06-04", "not_applicable"), ("2026-06-05", "breached")]
)
def test_who_leaves_on_the_last_day_of_a_period_was_there_for_it(ended: str, state: str) -> None:
    told = enrolled()
    told.leave("a", ended, "withdrew")

    result = told.ask(TotalDosage(**HEAD, minutes=60, counts=HELD), "a", "2026-06-30")

    assert result.state == state


@pytest.mark.parametrize(("granted", "moved"), [("2025-12-19", 1), ("2025-12-20", 2)])
def test_an_extension_moves_the_period_of_its_day_and_what_counts_in_it(
    granted: str, moved: int
) -> None:
    told = enrolled("2025-08-18", SEMESTERS, until="2026-05-09")
    told.say(
        "a",
        "participant.requirement-waived",
        granted,
        rule_id="R-1",
        relief="extension",
        new_limit=day("2026-06-20"),
        granted_by="coordinator",
    )
    told.meet("p", "2026-06-20", 60)
    rule = TotalDosage(
        **HEAD, minutes=60, period="semester", counts=HELD, relief_allowed=("extension",)
    )

    result = told.ask(rule, "a", "2026-06-20")

    assert result.state == "breached"
    assert f"term {moved} of 2025-26: met" in result.said


def test_the_last_windows_are_as_many_as_are_asked_for() -> None:
    told = enrolled()
    told.meet("p", "2025-08-18", 240)
    rule = AverageDosage(
        **HEAD,
        anchor=ENROLLED,
        minutes=60,
        per="in_session_week",
        period="rolling 4",
        counts=HELD,
    )

    results = [told.ask(rule, "a", on) for on in ("2025-09-05", "2025-09-12", "2025-09-19")]

    assert [(r.state, r.measured) for r in results] == [
        ("met", "240 min"),
        ("met", "240 min"),
        ("at_risk", "0 min"),
    ]


def test_a_meeting_of_the_day_counts_on_it_in_a_rolling_period() -> None:
    told = enrolled()
    told.meet("p", "2025-09-12", 240)
    rule = TotalDosage(**HEAD, minutes=240, period="rolling 4", counts=HELD)

    assert told.ask(rule, "a", "2025-09-12").state == "met"


@pytest.mark.parametrize(
    ("on", "load"),
    [("2025-08-31", 0), ("2025-09-01", 1), ("2025-09-09", 1), ("2025-09-10", 0), ("2025-10-01", 0)],
)
def test_a_member_counts_from_the_first_day_to_before_leaving(on: str, load: int) -> None:
    told = enrolled("2025-09-01")
    told.go("p", "a", "2025-09-10")
    facts = told.facts()

    found = known("load", facts.participants["m"], facts, day(on))

    assert found is not None
    assert found.value == load


def test_a_mentor_who_takes_over_has_the_mentee_from_that_day() -> None:
    told = enrolled("2025-09-01")
    told.enrol("n", "2025-08-01", "mentor")
    told.enrol("b", "2025-08-18")
    told.pair("q", {"b": "mentee", "n": "mentor"}, "2025-09-01")
    told.end("q", "2025-09-30")
    told.go("p", "m", "2025-10-01")
    told.join("p", "n", "mentor", "2025-10-01")
    rule = Ratio(**HEAD, scope="mentor", measure="mentees_per_mentor", max=1)

    assert {told.ask(rule, who, "2025-12-01").state for who in ("m", "n")} == {"met"}


def test_the_last_day_of_a_pairing_takes_its_place_still() -> None:
    told = enrolled("2025-09-01")
    told.enrol("b", "2025-08-18")
    told.end("p", "2025-09-30")
    told.pair("q", {"b": "mentee", "m": "mentor"}, "2025-09-30")
    facts = told.facts()
    rule = Ratio(**HEAD, scope="mentor", measure="mentees_per_mentor", max=1)

    loads = [
        known("load", facts.participants["m"], facts, day(f"2025-{d}")) for d in ("09-30", "10-01")
    ]
    result = told.ask(rule, "m", "2025-12-01")

    assert [one.value for one in loads if one] == [2, 1]
    assert (result.state, result.measured) == ("breached", "2 mentees")


def test_a_bound_that_was_kept_says_how_many_there_were_at_most() -> None:
    told = enrolled("2025-09-01")
    told.enrol("b", "2025-08-18")
    told.pair("q", {"b": "mentee", "m": "mentor"}, "2025-09-10")
    told.end("q", "2025-09-20")
    rule = Ratio(**HEAD, scope="mentor", measure="mentees_per_mentor", max=2)

    result = told.ask(rule, "m", "2025-12-01")

    assert result.said == "never more than 2 mentees at once"
    assert result.measured == "1 mentee"


def test_a_total_is_reached_when_the_last_part_of_it_is() -> None:
    told = enrolled()
    told.meet("p", "2025-09-01", 60, modality="video")
    told.meet("p", "2025-09-08", 30)
    part = SubMinimum(minutes=30, modality="in_person")
    rule = TotalDosage(**HEAD, minutes=60, counts=HELD, sub_minimum=(part,))

    assert told.ask(rule, "a", "2025-10-01").satisfied_on == day("2025-09-08")


def test_a_report_may_be_due_on_the_first_day() -> None:
    rule = Report(
        **HEAD, scope="program", fields=("enrolled_on",), attested_by="dean", due_on="08-18"
    )

    assert enrolled().ask(rule, "program:1", "2025-08-18").due_on == day("2025-08-18")


@pytest.mark.parametrize(
    ("held", "state"),
    [("2025-11-19", "met"), ("2025-11-20", "breached")],
)
def test_a_month_is_over_on_the_day_before_its_number(held: str, state: str) -> None:
    told = enrolled("2025-10-20")
    told.meet("p", held, 30)
    rule = weekly(window="month", last=1)

    results = [told.ask(rule, "a", on, "2025-12-31").state for on in ("2025-11-18", "2025-11-20")]

    assert results == ["not_yet_due", state]
