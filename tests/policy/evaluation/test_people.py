"""People: how many at once, what has to be so of them, and the words for it."""

from typing import Any

import pytest
from policy.small_program import Told, day

from mentorcore.policy.evaluation.comparing import compares
from mentorcore.policy.evaluation.vocabulary import FACTS, known
from mentorcore.policy.facts import Plain
from mentorcore.policy.grammar import Selector
from mentorcore.policy.other_kinds import (
    Bound,
    Eligibility,
    Predicate,
    Prerequisite,
    ProhibitedRelation,
    Ratio,
    SoftMatch,
)

HEAD: dict[str, Any] = {"id": "R-1", "title": "A rule", "citation": "§ 1", "mark": "V"}
TRAINED = Selector(event="participant.training-completed")
STARTED = Selector(event="pairing.started")


@pytest.fixture
def told() -> Told:
    told = Told()
    for mentor in ("m", "n"):
        told.enrol(mentor, "2025-08-18", "mentor")
    for mentee in ("a", "b", "c"):
        told.enrol(mentee, "2025-08-18")
    return told


# how many at once

LOAD = Ratio(**HEAD, scope="mentor", measure="mentees_per_mentor", max=1)


def test_who_mentors_nobody_has_no_load(told: Told) -> None:
    result = told.ask(LOAD, "m", "2025-10-01")

    assert (result.state, result.code) == ("not_applicable", "no_anchor")


def test_a_bound_that_was_passed_once_stays_passed_and_says_when(told: Told) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-09-01")
    told.pair("q", {"b": "mentee", "m": "mentor"}, "2025-09-10")
    told.end("q", "2025-09-20")
    told.pair("r", {"c": "mentee", "m": "mentor"}, "2025-10-01")

    states = {on: told.ask(LOAD, "m", on) for on in ("2025-09-09", "2025-09-30", "2025-10-01")}

    assert [r.state for r in states.values()] == ["met", "breached", "breached"]
    assert "2 mentees from 2025-09-10 on" in states["2025-09-30"].said
    assert "again 2 mentees from 2025-10-01 on" in states["2025-10-01"].said


def test_the_day_after_an_end_has_the_place_again(told: Told) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-09-01")
    told.end("p", "2025-09-19")
    told.pair("q", {"b": "mentee", "m": "mentor"}, "2025-09-20")

    result = told.ask(LOAD, "m", "2025-10-01")

    assert result.state == "met"


@pytest.mark.parametrize(
    ("frees", "resumed", "state"),
    [(True, None, "met"), (True, "2025-11-01", "breached"), (False, None, "breached")],
)
def test_a_pause_frees_a_place_where_it_says_so(
    told: Told, frees: bool, resumed: str | None, state: str
) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-09-01")
    told.say("p", "pairing.paused", "2025-09-15", frees_place=frees)
    told.pair("q", {"b": "mentee", "m": "mentor"}, "2025-09-15")
    if resumed is not None:
        told.say("p", "pairing.resumed", resumed)

    result = told.ask(LOAD, "m", "2025-11-15")

    assert result.state == state
    assert told.ask(LOAD, "m", "2025-09-14", "2025-12-01").state == "met"


def test_a_pause_from_the_first_day_on_takes_no_place_before_it(told: Told) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-09-01")
    told.say("p", "pairing.paused", "2025-09-01", frees_place=True)
    told.say("p", "pairing.resumed", "2025-09-10")
    told.end("p", "2025-09-20")

    assert told.ask(LOAD, "m", "2025-09-05").code == "no_anchor"
    assert told.ask(LOAD, "m", "2025-09-10").state == "met"


@pytest.mark.parametrize(
    ("members", "state"), [(3, "breached"), (4, "met"), (5, "met"), (6, "breached")]
)
def test_a_group_has_its_bounds(members: int, state: str) -> None:
    told = Told()
    people = {f"x{n}": "peer" for n in range(members)}
    for who in people:
        told.enrol(who, "2025-08-18", "peer")
    told.pair("g", people, "2025-09-01", shape="group")
    rule = Ratio(**HEAD, scope="pairing", measure="group_size", min=4, max=5)

    result = told.ask(rule, "g", "2025-10-01")

    assert result.state == state
    assert result.measured == f"{members} members"


@pytest.mark.parametrize(
    ("leaves", "on", "state"),
    [
        (None, "2025-08-17", "not_applicable"),
        (None, "2025-08-18", "met"),
        ("completed", "2025-10-01", "met"),
        ("withdrew", "2025-10-01", "breached"),
    ],
)
def test_a_cohort_is_as_large_as_those_who_stay_or_complete(
    told: Told, leaves: str | None, on: str, state: str
) -> None:
    if leaves is not None:
        told.leave("c", "2025-09-15", leaves)
    rule = Ratio(**HEAD, scope="cohort", measure="cohort_size", min=3)

    result = told.ask(rule, "cohort:1", on, "2026-01-01")

    assert result.state == state


def test_a_bound_may_hold_only_where_something_is_so(told: Told) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-09-01")
    full = Bound(fact="fte_percent", op="==", value=50, max=0)
    rule = Ratio(**HEAD, scope="mentor", measure="mentees_per_mentor", when=(full,))

    always = told.ask(rule, "m", "2025-10-01")
    told.works("m", "2025-08-20", 50)
    part_time = told.ask(rule, "m", "2025-10-01")

    assert (always.state, always.threshold) == ("met", "any number")
    assert (part_time.state, part_time.threshold) == ("breached", "at most 0")


def test_a_reason_for_another_rule_or_another_cohort_is_none(told: Told) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-09-01")
    told.pair("q", {"b": "mentee", "m": "mentor"}, "2025-09-01")
    justified = "program.requirement-justified"
    told.say("program:1", justified, "2025-09-02", rule_id="R-2")
    told.say("program:1", justified, "2025-09-03", rule_id="R-1", cohort_id="cohort:2")
    told.say("program:1", justified, "2025-09-04", rule_id="R-1", pack_id="another")
    told.say("program:1", justified, "2025-09-05", rule_id="R-1", cohort_id="cohort:1")

    states = [told.ask(LOAD, "m", on).state for on in ("2025-09-04", "2025-09-05")]

    assert states == ["breached", "waived"]


# eligibility and prerequisites


def test_nobody_to_look_at_asks_nothing(told: Told) -> None:
    eligible = Eligibility(
        **HEAD, scope="mentor", all=(Predicate(fact="rank", op="==", value="x"),)
    )
    trained = Prerequisite(**HEAD, scope="mentor", requires=TRAINED, before=STARTED)

    results = [told.ask(rule, "m", "2025-10-01") for rule in (eligible, trained)]

    assert {(r.state, r.code) for r in results} == {("not_applicable", "no_anchor")}


@pytest.mark.parametrize(("years", "state"), [(1, "met"), (2, "breached")])
def test_a_mentee_is_looked_at_on_the_first_day_of_the_enrolment(
    told: Told, years: int, state: str
) -> None:
    told.say("a", "participant.fact-stated", "2025-08-18", fact="experience_years", number=years)
    told.say("a", "participant.fact-stated", "2025-09-18", fact="experience_years", number=9)
    rule = Eligibility(**HEAD, all=(Predicate(fact="experience_years", op="<", value=2),))

    result = told.ask(rule, "a", "2025-10-01")

    assert result.state == state


@pytest.mark.parametrize(("ends", "state"), [("2025-12-01", "met"), (None, "breached")])
def test_a_lasting_requirement_ends_with_the_membership(
    told: Told, ends: str | None, state: str
) -> None:
    told.say("m", "participant.fact-stated", "2025-08-18", fact="rank", word="associate")
    told.say("m", "participant.fact-stated", "2026-01-10", fact="rank", word="none")
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-09-01")
    told.join("p", "n", "co_mentor", "2025-10-01", until=ends)
    told.say("n", "participant.fact-stated", "2025-08-18", fact="rank", word="full")
    told.say("n", "participant.fact-stated", "2026-01-05", fact="rank", word="none")
    if ends is not None:
        told.end("p", ends)
    rule = Eligibility(
        **HEAD,
        scope="pairing",
        all=(Predicate(fact="rank", op="!=", value="none"),),
        at="continuous",
    )

    result = told.ask(rule, "p", "2026-02-01")

    assert result.state == state
    assert ("2026-01-05" in result.said and "2026-01-10" in result.said) is (ends is None)


def test_each_start_of_a_mentor_needs_what_is_required(told: Told) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-09-01")
    told.pair("q", {"b": "mentee", "m": "mentor"}, "2026-02-01")
    told.say("m", "participant.training-completed", "2025-08-20", valid_until=day("2026-01-31"))
    rule = Prerequisite(**HEAD, scope="mentor", requires=TRAINED, before=STARTED)

    states = [told.ask(rule, "m", on).state for on in ("2025-12-01", "2026-02-01")]

    assert states == ["met", "breached"]


def test_a_school_year_that_nobody_knows_has_no_start(told: Told) -> None:
    told.enrol("z", "2026-08-17", "mentor")
    rule = Prerequisite(**HEAD, scope="mentor", requires=TRAINED, before="school_year_start")

    result = told.ask(rule, "z", "2026-08-17")

    assert (result.state, result.code) == ("insufficient_data", "no_calendar")


def test_training_that_is_still_ahead_of_its_point_is_awaited() -> None:
    told = Told()
    told.enrol("m", "2025-08-01", "mentor")
    told.enrol("a", "2025-08-01")
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-08-01")
    rule = Prerequisite(
        **HEAD, scope="pairing", requires=TRAINED, before="school_year_start", at_risk_days=3
    )

    states = [told.ask(rule, "p", f"2025-08-{n}") for n in (13, 14, 17, 18)]

    assert [r.state for r in states] == ["not_yet_due", "at_risk", "at_risk", "breached"]


def test_a_waiver_covers_the_member_whom_the_rule_looks_at(told: Told) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-09-01")
    waived = {"rule_id": "R-1", "relief": "waiver", "granted_by": "coordinator"}
    rule = Eligibility(
        **HEAD,
        scope="pairing",
        all=(Predicate(fact="rank", op="==", value="x"),),
        relief_allowed=("waiver",),
    )

    told.say("a", "participant.requirement-waived", "2025-09-01", **waived)
    of_the_mentee = told.ask(rule, "p", "2025-10-01")
    told.say("m", "participant.requirement-waived", "2025-09-01", **waived)
    of_the_mentor = told.ask(rule, "p", "2025-10-01")

    assert (of_the_mentee.state, of_the_mentor.state) == ("insufficient_data", "waived")


def test_a_waiver_lets_off_the_mentor_who_has_it_and_not_the_one_beside(told: Told) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor", "n": "mentor"}, "2025-09-01")
    waived = {"rule_id": "R-1", "relief": "waiver", "granted_by": "coordinator"}
    told.say("m", "participant.requirement-waived", "2025-09-01", **waived)
    told.say("m", "participant.fact-stated", "2025-09-01", fact="rank", word="y")
    told.say("n", "participant.fact-stated", "2025-09-01", fact="rank", word="y")
    rule = Eligibility(
        **HEAD,
        scope="pairing",
        all=(Predicate(fact="rank", op="==", value="x"),),
        relief_allowed=("waiver",),
    )

    one = told.ask(rule, "p", "2025-10-01")
    told.say("n", "participant.requirement-waived", "2025-10-02", **waived)
    both = told.ask(rule, "p", "2025-10-02")

    assert (one.state, both.state) == ("breached", "waived")
    assert one.said.startswith("n: rank is y")


def test_a_waiver_of_one_mentee_lets_nobody_answer_for_another(told: Told) -> None:
    told.pair("p", {"a": "mentee", "b": "mentee", "m": "mentor"}, "2025-09-01")
    for mentee in ("a", "b"):
        line = {"kind": "evaluator", "superior": "person:m"}
        told.say(mentee, "person.reporting-line-recorded", "2025-09-01", **line)
    rule = ProhibitedRelation(
        **HEAD,
        scope="pairing",
        relations=("evaluator",),
        between=("mentor", "mentee"),
        relief_allowed=("waiver",),
    )
    waived = {"rule_id": "R-1", "relief": "waiver", "granted_by": "coordinator"}

    states = []
    for mentee in ("a", "b"):
        told.say(mentee, "participant.requirement-waived", "2025-09-01", **waived)
        states.append(told.ask(rule, "p", "2025-10-01").state)

    assert states == ["breached", "waived"]


# relations and matches


def test_what_is_between_members_is_asked_where_there_is_a_pairing(told: Told) -> None:
    rules = (
        ProhibitedRelation(**HEAD, relations=("chief",)),
        SoftMatch(**HEAD, attributes=("unit",)),
    )

    results = [told.ask(rule, "a", "2025-10-01") for rule in rules]

    assert {(r.state, r.code) for r in results} == {("not_applicable", "no_anchor")}


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, "breached"),
        ({"kind": "chair"}, "met"),
        ({"superior": "person:n"}, "met"),
        ({"until": day("2025-09-01")}, "met"),
        ({"until": day("2025-09-02")}, "breached"),
    ],
)
def test_a_line_is_looked_at_by_kind_person_and_time(
    told: Told, change: dict[str, Any], state: str
) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-09-01")
    line = {"kind": "chief", "superior": "person:m", **change}
    told.say("a", "person.reporting-line-recorded", "2025-08-01", **line)
    rule = ProhibitedRelation(**HEAD, scope="pairing", relations=("chief",))

    assert told.ask(rule, "p", "2025-12-01").state == state


@pytest.mark.parametrize(("primary_only", "state"), [(True, "met"), (False, "breached")])
def test_a_chief_may_mentor_beside_the_primary_mentor_where_the_rule_lets_them(
    told: Told, primary_only: bool, state: str
) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor", "n": "co_mentor"}, "2025-09-01")
    told.say("a", "person.reporting-line-recorded", "2025-08-01", kind="chief", superior="person:n")
    rule = ProhibitedRelation(
        **HEAD, scope="pairing", relations=("chief",), primary_only=primary_only
    )

    assert told.ask(rule, "p", "2025-12-01").state == state


def test_a_line_that_begins_after_the_end_of_a_pairing_is_none_of_its_own(told: Told) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-09-01")
    told.end("p", "2025-10-01")
    told.say("a", "person.reporting-line-recorded", "2025-10-02", kind="chief", superior="person:m")
    rule = ProhibitedRelation(**HEAD, scope="pairing", relations=("chief",))

    assert told.ask(rule, "p", "2025-12-01").state == "met"


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("2025-10-02", "2025-11-03", None),
        ("2025-10-01", "2025-11-03", "from 2025-10-01"),
        ("2025-10-02", "2025-11-04", "from 2025-11-03"),
        ("2025-11-03", None, "from 2025-11-03"),
    ],
)
def test_a_line_that_held_while_a_pairing_was_over_is_none_of_it(
    told: Told, since: str, until: str | None, said: str | None
) -> None:
    """It ended on 1 October and was reopened on 3 November."""
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-09-01")
    told.say("p", "pairing.ended", "2025-10-01")
    told.say("p", "pairing.reopened", "2025-11-03")
    line: dict[str, Any] = {"kind": "chief", "superior": "person:m", "until": until and day(until)}
    told.say("a", "person.reporting-line-recorded", since, **line)
    rule = ProhibitedRelation(**HEAD, scope="pairing", relations=("chief",))

    result = told.ask(rule, "p", "2025-12-01")

    assert (result.state, result.measured) == (("breached", said) if said else ("met", ""))


@pytest.mark.parametrize(
    ("since", "until", "state"),
    [
        ("2025-10-02", "2025-11-03", "met"),
        ("2025-10-01", "2025-11-03", "breached"),
        ("2025-10-02", "2025-11-04", "breached"),
    ],
)
@pytest.mark.parametrize("paused", [False, True])
def test_a_pairing_that_was_reopened_took_no_place_in_between(
    told: Told, since: str, until: str, state: str, *, paused: bool
) -> None:
    """The mentor has one place, and somebody else took it for a while."""
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-09-01")
    if paused:
        told.say("p", "pairing.paused", "2025-10-01", frees_place=False)
    told.say("p", "pairing.ended", "2025-10-01")
    told.say("p", "pairing.reopened", "2025-11-03")
    told.pair("q", {"b": "mentee", "m": "mentor"}, since)
    told.go("q", "b", until)

    assert told.ask(LOAD, "m", "2025-12-01").state == state


@pytest.mark.parametrize(("later", "state"), [("2025-11-02", "met"), ("2025-11-03", "breached")])
def test_a_pause_that_freed_the_place_is_over_when_the_pairing_is_reopened(
    told: Told, later: str, state: str
) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-09-01")
    told.say("p", "pairing.paused", "2025-09-20", frees_place=True)
    told.say("p", "pairing.ended", "2025-10-01")
    told.say("p", "pairing.reopened", "2025-11-03")
    told.pair("q", {"b": "mentee", "m": "mentor"}, "2025-09-25")

    assert told.ask(LOAD, "m", later).state == state


@pytest.mark.parametrize(
    ("require", "shared", "state", "missing"),
    [
        ("any", {"unit": True, "subjects": False}, "met", 0),
        ("any", {"unit": False, "subjects": False}, "breached", 0),
        ("any", {"unit": False, "subjects": None}, "insufficient_data", 1),
        ("any", {"unit": True, "subjects": None}, "met", 0),
        ("all", {"unit": True, "subjects": True}, "met", 0),
        ("all", {"unit": True, "subjects": False}, "breached", 0),
        ("all", {"unit": None, "subjects": False}, "breached", 0),
        ("all", {"unit": None, "subjects": True}, "insufficient_data", 1),
    ],
)
def test_members_share_any_or_all_and_what_is_unknown_is_not_guessed(
    told: Told, require: Any, shared: dict[str, bool | None], state: str, missing: int
) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-09-01")
    for name, is_shared in shared.items():
        told.attributes["a", name] = ("one", "two")
        if is_shared is not None:
            told.attributes["m", name] = ("two",) if is_shared else ("three",)
    rule = SoftMatch(**HEAD, scope="pairing", attributes=tuple(shared), require=require)

    result = told.ask(rule, "p", "2025-10-01")

    assert (result.state, len(result.missing)) == (state, missing)


@pytest.mark.parametrize(
    ("reasons", "criterion", "state"),
    [
        ((), None, "breached"),
        (("unit",), None, "waived"),
        (("unit",), "unit", "waived"),
        (("unit",), "subject", "breached"),
        (("*",), "subject", "waived"),
    ],
)
def test_a_wish_that_was_not_kept_carries_its_reason(
    told: Told, reasons: tuple[str, ...], criterion: str | None, state: str
) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-09-01", reasons=reasons)
    told.attributes["a", "unit"], told.attributes["m", "unit"] = ("one",), ("two",)
    rule = SoftMatch(**HEAD, scope="pairing", attributes=("unit",), criterion=criterion)

    assert told.ask(rule, "p", "2025-10-01").state == state


def test_a_reason_says_nothing_of_what_is_not_recorded(told: Told) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-09-01", reasons=("unit",))
    rule = SoftMatch(**HEAD, scope="pairing", attributes=("unit",))

    result = told.ask(rule, "p", "2025-10-01")

    assert (result.state, result.code) == ("waived", "justified")
    assert result.said == "nothing is recorded on m unit, a unit; a reason is recorded"


def test_peers_are_matched_with_each_other(told: Told) -> None:
    for who in ("x", "y", "z"):
        told.enrol(who, "2025-08-18", "peer")
        told.attributes[who, "unit"] = ("north" if who < "z" else "south",)
    told.pair("g", {"x": "peer", "y": "peer"}, "2025-09-01", shape="reciprocal")
    told.pair("h", {"x": "peer", "y": "peer", "z": "peer"}, "2025-09-01", shape="reciprocal")
    rule = SoftMatch(**HEAD, scope="pairing", attributes=("unit",))

    results = [told.ask(rule, pairing, "2025-10-01") for pairing in ("g", "h")]

    assert [r.state for r in results] == ["met", "breached"]
    assert "x and z, y and z" in results[1].said


# words


@pytest.fixture
def known_person() -> Told:
    told = Told()
    told.enrol("m", "2025-08-18", "mentor", fte=80)
    told.enrol("a", "2025-08-18")
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-09-01")
    told.meet("p", "2025-09-02", 40)
    told.meet("p", "2025-09-09", 50, "observation")
    told.meet("p", "2025-12-02", 99)
    told.say("m", "participant.training-completed", "2025-08-20", training_kind="mentor")
    told.say("m", "participant.training-completed", "2025-08-25", training_kind="equity")
    told.say(
        "m",
        "participant.training-completed",
        "2025-08-19",
        training_kind="first_aid",
        valid_until=day("2025-09-30"),
    )
    told.say("m", "participant.mentor-qualified", "2025-08-26", until=day("2026-08-26"))
    told.say("m", "person.credential-recorded", "2020-06-01", kind="credential", area="science")
    told.say("m", "person.credential-recorded", "2021-06-01", kind="license", area="math")
    told.say("m", "person.credential-recorded", "2025-06-01", kind="rating", area="t", level="good")
    told.say("m", "person.employment-recorded", "2019-08-01", leadership_level="head")
    told.say("m", "person.employment-recorded", "2024-08-01")
    for level in ("school", "district", "profession"):
        told.say(
            "m",
            "person.employment-outcome-recorded",
            "2025-09-15",
            level=level,
            outcome=f"kept-{level}",
        )
    told.attributes["m", "subjects"] = ("science",)
    return told


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("role", "mentor"),
        ("part", "mentor"),
        ("enrolled_on", day("2025-08-18")),
        ("ended_on", None),
        ("outcome", None),
        ("fte_percent", 80),
        ("matched_on", day("2025-09-01")),
        ("started_on", day("2025-09-01")),
        ("mentor", None),
        ("load", 1),
        ("meetings", 2),
        ("observations", 1),
        ("mentoring_minutes", 90),
        ("trainings", ("mentor", "equity")),
        ("trained_on", day("2025-08-25")),
        ("qualified", True),
        ("rating", "good"),
        ("leadership_level", "head"),
        ("rank", None),
        ("employed_since", day("2019-08-01")),
        ("credential_area", ("science", "math")),
        ("subjects", ("science",)),
        ("unit", None),
        ("outcome_school", "kept-school"),
        ("outcome_district", "kept-district"),
        ("outcome_profession", "kept-profession"),
        ("experience_years", None),
    ],
)
def test_each_word_says_what_is_recorded_by_the_day(
    known_person: Told, word: str, value: Plain
) -> None:
    facts = known_person.facts()

    found = known(word, facts.participants["m"], facts, day("2025-10-01"))

    assert (found.value if found else None) == value


def test_words_of_a_mentee_and_of_whoever_is_gone(known_person: Told) -> None:
    known_person.leave("a", "2025-10-01", "completed")
    facts = known_person.facts()
    before, after = day("2025-09-30"), day("2025-10-01")
    a = facts.participants["a"]

    found = {
        (word, on): known(word, a, facts, on)
        for word in ("mentor", "load", "ended_on", "outcome", "trainings", "qualified", "rating")
        for on in (before, after)
    }

    values = {key: one.value for key, one in found.items() if one is not None}
    assert values == {
        ("mentor", before): ("m",),
        ("mentor", after): ("m",),
        ("load", before): 0,
        ("load", after): 0,
        ("ended_on", after): after,
        ("outcome", after): "completed",
    }


def test_who_is_qualified_anew_on_the_day_of_the_end_is_qualified(known_person: Told) -> None:
    known_person.say("m", "participant.mentor-qualification-ended", "2025-10-01")
    known_person.say("m", "participant.mentor-qualified", "2025-10-01")
    facts = known_person.facts()

    found = known("qualified", facts.participants["m"], facts, day("2025-10-01"))

    assert found is not None
    assert found.value is True


def test_a_qualification_that_ended_is_none(known_person: Told) -> None:
    known_person.say("m", "participant.mentor-qualification-ended", "2025-10-01")
    facts = known_person.facts()
    m = facts.participants["m"]

    values = [known("qualified", m, facts, day(on)) for on in ("2025-09-30", "2025-10-01")]

    assert [one.value for one in values if one] == [True, False]


@pytest.mark.parametrize(
    ("on", "value"),
    [("2025-09-30", None), ("2025-10-01", 3), ("2025-10-31", 4), ("2025-11-01", None)],
)
def test_what_is_stated_holds_from_a_day_to_before_another(on: str, value: int | None) -> None:
    told = Told()
    told.enrol("m", "2025-08-18", "mentor")
    stated = "participant.fact-stated"
    until = day("2025-11-01")
    told.say("m", stated, "2025-10-01", fact="references", number=3, until=until)
    told.say("m", stated, "2025-10-31", fact="references", number=4, until=until)
    facts = told.facts()

    found = known("references", facts.participants["m"], facts, day(on))

    assert (found.value if found else None) == value


def test_words_that_are_stated_on_one_day_belong_together() -> None:
    told = Told()
    told.enrol("a", "2025-08-18")
    for on, word in (
        ("2025-09-01", "chess"),
        ("2025-10-01", "music"),
        ("2025-10-01", "law"),
        ("2025-11-01", "law"),
    ):
        told.say("a", "participant.fact-stated", on, fact="interests", word=word)
    facts = told.facts()

    values = [
        known("interests", facts.participants["a"], facts, day(on))
        for on in ("2025-09-30", "2025-10-01", "2025-11-01")
    ]

    assert [one.value for one in values if one] == ["chess", ("law", "music"), "law"]


def test_whoever_mentored_somebody_is_told_after_the_end_too(told: Told) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-09-01")
    told.go("p", "m", "2025-10-01")
    told.join("p", "n", "mentor", "2025-10-01")
    told.end("p", "2025-12-01")
    facts = told.facts()

    values = [
        known("mentor", facts.participants["a"], facts, day(on))
        for on in ("2025-09-30", "2025-10-01", "2026-01-01")
    ]

    assert [one.value for one in values if one] == [("m",), ("m", "n"), ("m", "n")]


def test_every_word_says_what_it_means() -> None:
    assert all(word.meaning.endswith(".") for word in FACTS.values())


@pytest.mark.parametrize(
    ("held", "op", "wanted", "expected"),
    [
        (3, ">=", 3, True),
        (3, ">", 3, False),
        (3, "<=", 3, True),
        (2, "<", 3, True),
        (3, "==", 3, True),
        (3, "==", True, False),
        (True, "==", True, True),
        (True, ">=", 1, None),
        ("3", ">=", 3, None),
        (None, "==", 3, None),
        ("a", "in", ("a", "b"), True),
        ("c", "in", ("a", "b"), False),
        ("a", "in", "a", True),
        (("a", "c"), "in", ("a", "b"), True),
        (("a", "c"), "has", "c", True),
        (("a", "c"), "has", "b", False),
        (("a", "c"), "==", "c", True),
        (("a", "c"), "!=", "c", False),
        ("a", "!=", "c", True),
        (day("2025-09-01"), "==", "2025-09-01", True),
        (day("2025-09-01"), ">=", "2025-09-02", False),
        (day("2025-09-01"), ">=", 3, None),
    ],
)
def test_a_comparison_is_exact_or_says_that_it_cannot_be_made(
    held: Plain, op: str, wanted: object, expected: bool | None
) -> None:
    assert compares(held, op, wanted) is expected
