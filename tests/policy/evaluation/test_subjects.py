"""Whom a rule asks anything of, and which facts are theirs."""

from datetime import date
from typing import Any

import pytest
from policy.small_program import ENROLLED, HELD, Told, day, pack_of

from mentorcore.policy.evaluation.evaluate import Evaluation, evaluate
from mentorcore.policy.facts import CohortFacts, Facts
from mentorcore.policy.grammar import Selector
from mentorcore.policy.other_kinds import Count, Relief
from mentorcore.policy.results import Cited
from mentorcore.policy.time_kinds import Deadline, Duration, TotalDosage

HEAD: dict[str, Any] = {"id": "R-1", "title": "A rule", "citation": "§ 1", "mark": "V"}
FORMED = Selector(event="pairing.formed")
STARTED = Selector(event="pairing.started")
PRIMARY = Selector(event="pairing.formed", where={"primary": True})


def deadline(**more: Any) -> Deadline:
    told: dict[str, Any] = {"anchor": ENROLLED, "limit": 30, "satisfied_by": PRIMARY}
    return Deadline(**{**HEAD, **told, **more})


@pytest.fixture
def told() -> Told:
    told = Told()
    for mentor in ("m", "n"):
        told.enrol(mentor, "2025-08-18", "mentor")
    for mentee in ("a", "b"):
        told.enrol(mentee, "2025-08-18")
    return told


# scope


@pytest.mark.parametrize(
    ("applies_when", "state", "code"),
    [
        ({"role": "mentee"}, "met", None),
        ({"role": "mentor"}, "not_applicable", "out_of_scope"),
        ({"cohort": "Autumn"}, "met", None),
        ({"cohort": "cohort:1"}, "met", None),
        ({"cohort": "Spring"}, "not_applicable", "out_of_scope"),
        ({"certificate": "CE"}, "met", None),
        ({"certificate": "CEAS"}, "not_applicable", "out_of_scope"),
        ({"trainings": "first_aid"}, "met", None),
        ({"trainings": "none"}, "not_applicable", "out_of_scope"),
        ({"rank": "assistant"}, "insufficient_data", "rank"),
        ({"rank": "assistant", "role": "mentor"}, "not_applicable", "out_of_scope"),
        ({"shape": "group"}, "insufficient_data", "shape"),
    ],
)
def test_a_rule_asks_only_those_with_the_attributes_it_is_for(
    told: Told, applies_when: dict[str, str], state: str, code: str | None
) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-09-01")
    told.say("a", "participant.fact-stated", "2025-09-01", fact="certificate", word="CE")
    told.say("a", "participant.training-completed", "2025-09-01", training_kind="first_aid")

    result = told.ask(deadline(applies_when=applies_when), "a", "2025-10-01")

    assert (result.state, result.code) == (state, code)


@pytest.mark.parametrize(("shape", "state"), [("one_to_one", "met"), ("group", "not_applicable")])
def test_a_rule_may_be_for_pairings_of_a_shape(told: Told, shape: str, state: str) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-09-01")
    rule = deadline(scope="pairing", applies_when={"shape": shape}, anchor=FORMED)

    result = told.ask(rule, "p", "2025-10-01")

    assert result.state == state


def test_a_rule_for_mentors_asks_nothing_of_mentees(told: Told) -> None:
    result = told.ask(deadline(scope="mentor"), "a", "2025-10-01")

    assert (result.state, result.code) == ("not_applicable", "out_of_scope")


def test_who_is_not_there_yet_is_asked_nothing(told: Told) -> None:
    result = told.ask(deadline(), "a", "2025-08-17", "2025-12-01")

    assert (result.state, result.code) == ("not_applicable", "no_anchor")


def test_a_rule_without_its_anchor_asks_nothing(told: Told) -> None:
    nothing = Selector(event="pairing.goal-set")

    result = told.ask(deadline(anchor=nothing), "a", "2025-10-01")

    assert (result.state, result.code) == ("not_applicable", "no_anchor")


@pytest.mark.parametrize(("ends", "code"), [("2025-08-18", "out_of_scope"), ("2025-08-19", None)])
def test_rules_that_ended_before_somebody_came_ask_nothing(
    told: Told, ends: str, code: str | None
) -> None:
    result = told.ask(deadline(), "a", "2025-10-01", effective_to=day(ends))

    assert result.code == code


def test_what_says_which_reliefs_there_are_is_not_evaluated(told: Told) -> None:
    rule = Relief(**HEAD, types=("waiver",), applies_to=("R-2",))

    result = told.ask(rule, "a", "2025-10-01")

    assert (result.state, result.code) == ("not_applicable", "not_evaluated")


def test_an_unknown_subject_is_no_subject(told: Told) -> None:
    with pytest.raises(KeyError):
        told.ask(deadline(), "nobody", "2025-10-01")


# membership


def test_who_joins_a_group_later_was_matched_on_that_day(told: Told) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-08-20", shape="group")
    joined = told.join("p", "b", "mentee", "2025-09-20")

    result = told.ask(deadline(), "b", "2025-10-01")

    assert (result.state, result.satisfied_on) == ("cured_late", day("2025-09-20"))
    assert joined in result.evidence


def test_a_primary_mentor_who_comes_later_counts_from_that_day(told: Told) -> None:
    told.pair("p", {"a": "mentee", "m": "co_mentor"}, "2025-08-20")
    joined = told.join("p", "n", "mentor", "2025-09-10")

    results = [told.ask(deadline(), "a", on) for on in ("2025-09-09", "2025-09-10")]

    assert [r.state for r in results] == ["not_yet_due", "met"]
    assert joined in results[1].evidence


def test_a_primary_mentor_who_was_gone_before_one_joined_does_not_count(told: Told) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-08-20", shape="group")
    told.go("p", "m", "2025-09-01")
    told.join("p", "b", "mentee", "2025-09-05")

    result = told.ask(deadline(), "b", "2025-09-10")

    assert result.state == "not_yet_due"


def test_a_start_before_which_one_was_gone_is_none_of_ones_own(told: Told) -> None:
    told.pair("p", {"a": "mentee", "b": "mentee", "m": "mentor"}, "2025-08-20", starts=False)
    told.go("p", "b", "2025-09-01")
    told.say("p", "pairing.started", "2025-09-05")
    rule = deadline(satisfied_by=Selector(event="pairing.started"))

    states = [told.ask(rule, who, "2025-10-01").state for who in ("a", "b")]

    assert states == ["met", "breached"]


def test_facts_of_a_pairing_are_those_of_its_members_while_they_are_in_it(told: Told) -> None:
    told.pair("p", {"a": "mentee", "b": "mentee", "m": "mentor"}, "2025-08-20")
    told.say("p", "pairing.goal-set", "2025-09-01")
    told.go("p", "b", "2025-09-10")
    told.say("p", "pairing.goal-set", "2025-09-10")
    told.end("p", "2025-12-01")
    told.say("p", "pairing.goal-set", "2025-12-05")
    rule = Count(**HEAD, counts=Selector(event="pairing.goal-set"), max=9, period="program")

    counts = [told.ask(rule, who, "2025-12-10").measured for who in ("a", "b", "n")]

    assert counts == ["3", "1", "0"]


def test_a_meeting_counts_for_whoever_attended_it_and_once(told: Told) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-08-20")
    told.pair("q", {"b": "mentee", "m": "mentor"}, "2025-08-20")
    for pairing, mentee in (("p", "a"), ("q", "b")):
        told.meet(pairing, "2025-09-01", 60, attendees=(mentee, "m"), joint_id="joint:1")
        told.meet(pairing, "2025-09-02", 30, attendees=("m",))
    rule = TotalDosage(**HEAD, minutes=600, counts=HELD)

    measured = {who: told.ask(rule, who, "2025-10-01").measured for who in ("a", "b", "m")}

    assert measured == {"a": "60 min", "b": "60 min", "m": "120 min"}


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        (Selector(event="pairing.meeting-held", kinds=("triad",)), "20 min"),
        (Selector(event="pairing.meeting-held", modalities=("video",)), "40 min"),
        (Selector(event="pairing.meeting-held", where={"guests": "principal"}), "80 min"),
        (Selector(event="pairing.meeting-held", where={"nothing": "of it"}), "0 min"),
        (Selector(event="network.record-received"), "0 min"),
    ],
)
def test_a_selector_names_what_counts(told: Told, selector: Selector, expected: str) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-08-20")
    told.meet("p", "2025-09-01", 20, "triad")
    told.meet("p", "2025-09-02", 40, modality="video")
    told.meet("p", "2025-09-03", 80, guests=("principal", "expert"))

    result = told.ask(TotalDosage(**HEAD, minutes=600, counts=selector), "a", "2025-10-01")

    assert result.measured == expected


def test_a_membership_that_was_to_last_longer_than_the_pairing_lasts_as_long(told: Told) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-08-20")
    told.join("p", "b", "mentee", "2025-09-01", until="2026-01-01")
    told.end("p", "2025-12-01")
    told.say("p", "pairing.goal-set", "2026-02-01")
    rule = Count(**HEAD, counts=Selector(event="pairing.goal-set"), max=9, period="program")

    assert told.ask(rule, "b", "2026-02-02").measured == "1"


# what ends


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("withdrew", "not_applicable"),
        ("transferred", "not_applicable"),
        ("removed", "breached"),
        ("completed", "breached"),
    ],
)
def test_who_went_away_owes_no_more_and_who_was_let_go_does(
    told: Told, outcome: str, state: str
) -> None:
    told.leave("a", "2026-02-02", outcome)
    rules = [
        TotalDosage(**HEAD, minutes=60, counts=HELD),
        Duration(**HEAD, anchor=ENROLLED, limit=30, unit="in_session_week"),
        Count(**HEAD, counts=HELD, min=1),
    ]

    results = [told.ask(rule, "a", "2026-03-01") for rule in rules]

    assert {r.state for r in results} == {state}


@pytest.mark.parametrize(
    ("reason", "leaves", "state"),
    [
        ("completed", None, "breached"),
        ("transferred", None, "not_applicable"),
        ("no_fault", "withdrew", "not_applicable"),
        ("no_fault", "completed", "breached"),
    ],
)
def test_a_pairing_that_ends_since_somebody_left_owes_no_more(
    told: Told, reason: str, leaves: str | None, state: str
) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-08-20")
    told.end("p", "2026-02-02", reason)
    if leaves is not None:
        told.leave("a", "2026-02-02", leaves)
    rule = Duration(**HEAD, scope="pairing", anchor=FORMED, limit=30, unit="in_session_week")

    result = told.ask(rule, "p", "2026-03-01")

    assert result.state == state


def test_service_in_a_pairing_stands_still_while_there_is_none(told: Told) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-08-18")
    told.end("p", "2025-09-19")
    rule = Duration(**HEAD, anchor=FORMED, limit=9, unit="in_session_week")

    paused = told.ask(rule, "a", "2025-10-31")
    told.pair("q", {"a": "mentee", "n": "mentor"}, "2025-10-06")
    again = told.ask(rule, "a", "2025-10-31")

    assert (paused.state, paused.measured) == ("not_yet_due", "5 in session weeks")
    assert (again.state, again.measured) == ("met", "9 in session weeks")


@pytest.mark.parametrize(
    ("unit", "limit", "measured"),
    [
        ("calendar_day", 60, "59 calendar days"),
        ("instructional_day", 60, "43 instructional days"),
        ("school_year", 1, "0 school years"),
    ],
)
def test_a_gap_between_two_mentors_is_no_service(
    told: Told, unit: Any, limit: int, measured: str
) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-08-18")
    told.end("p", "2025-09-19")
    told.pair("q", {"a": "mentee", "n": "mentor"}, "2026-05-11")
    rule = Duration(**HEAD, anchor=STARTED, limit=limit, unit=unit, school_year_counts="majority")

    result = told.ask(rule, "a", "2026-06-05")

    assert (result.state, result.measured) == ("not_yet_due", measured)


def test_a_pairing_that_never_started_is_no_service(told: Told) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-08-18")
    told.end("p", "2025-09-19")
    told.pair("q", {"a": "mentee", "n": "mentor"}, "2025-10-06", starts=False)
    rule = Duration(**HEAD, anchor=STARTED, limit=9, unit="in_session_week")

    result = told.ask(rule, "a", "2025-10-31")

    assert (result.state, result.measured) == ("not_yet_due", "5 in session weeks")


# cohorts and the program


def test_a_cohort_is_everybody_in_it_and_ends_with_it(told: Told) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-08-20")
    for on in ("2025-09-01", "2025-09-02"):
        told.meet("p", on, 20, attendees=("a", "m"))
    rules = {
        scope: Count(**{**HEAD, "id": scope}, scope=scope, counts=HELD, min=3, period="program")
        for scope in ("cohort", "program")
    }

    open_yet = [told.ask(r, f"{s}:1", "2025-10-01").measured for s, r in rules.items()]
    over = [told.ask(r, f"{s}:1", "2026-06-10").state for s, r in rules.items()]

    assert open_yet == ["2", "2"]
    assert over == ["breached", "breached"]


def test_several_cohorts_go_by_the_calendar_of_the_program() -> None:
    told = Told()
    told.enrol("a", "2025-08-18")
    facts = told.facts()
    spring = CohortFacts(
        id="cohort:2",
        name="Spring",
        starts_on=date(2026, 1, 5),
        ends_on=date(2026, 6, 6),
        cited=Cited("program:1", 2),
        calendars=told.calendars,
    )
    both = Facts(
        program=facts.program,
        cohorts={**facts.cohorts, spring.id: spring},
        participants=facts.participants,
        pairings={},
    )
    rule = Count(**HEAD, scope="program", counts=HELD, min=1)

    result = evaluate(rule, "program:1", both, pack=pack_of(rule), as_of=day("2026-06-05"))

    assert result.state == "breached"
    assert result.due_on == day("2026-06-05")


def test_a_pack_that_is_not_here_is_said_once_and_by_its_digest(told: Told) -> None:
    pack = pack_of(deadline(), digest="ab" * 32)
    cited = told.adopt(pack)

    results = list(Evaluation(told.facts(), day("2025-10-01")).all({}))

    assert [(r.state, r.code, r.subject, r.rule_id) for r in results] == [
        ("insufficient_data", "pack_missing", "program:1", "*")
    ]
    assert results[0].evidence == (cited,)
    assert results[0].missing == ("ab" * 32,)


def test_a_pack_asks_nothing_before_its_day(told: Told) -> None:
    pack = pack_of(deadline())
    told.adopt(pack, "2025-11-01")

    results = list(Evaluation(told.facts(), day("2025-10-31")).all({pack.digest: pack}))

    assert results == []


def test_a_version_for_new_enrolments_leaves_pairings_of_earlier_ones_alone(told: Told) -> None:
    rule = deadline(scope="pairing", anchor=FORMED)
    first, second = pack_of(rule, digest="1" * 64), pack_of(rule, version="2", digest="2" * 64)
    told.adopt(first)
    told.adopt(second, "2025-10-01", "new_enrolments")
    told.enrol("c", "2025-10-05")
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-10-10")
    told.pair("q", {"c": "mentee", "m": "mentor"}, "2025-10-10")
    told.pair("r", {"m": "peer", "n": "peer"}, "2025-10-10", shape="reciprocal")

    packs = {pack.digest: pack for pack in (first, second)}
    results = Evaluation(told.facts(), day("2025-11-01")).all(packs)

    assert {r.subject: r.pack_version for r in results} == {"p": "1", "q": "2", "r": "1"}


@pytest.mark.parametrize("event", ["pairing.formed", "pairing.started"])
@pytest.mark.parametrize(
    ("where", "state"),
    [
        ({"primary": True}, "met"),
        ({"primary": False}, "breached"),
        ({"part": "mentor"}, "met"),
        ({"role": "co_mentor"}, "met"),
        ({"role": "facilitator"}, "breached"),
    ],
)
@pytest.mark.parametrize("scope", ["pairing", "program"])
def test_who_is_in_a_pairing_at_its_beginning_can_be_asked_for_in_every_scope(
    told: Told, event: str, where: dict[str, Any], state: str, scope: Any
) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor", "n": "co_mentor"}, "2025-09-01")
    told.join("p", "b", "facilitator", "2025-09-02")
    begun = Selector(event=event, where=where)
    rule = Count(**HEAD, scope=scope, counts=begun, min=1, period="school_year")
    subject = "p" if scope == "pairing" else "program:1"

    assert told.ask(rule, subject, "2026-06-05").state == state
