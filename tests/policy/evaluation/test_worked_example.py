"""A year of induction in California: the cases that pin down what lateness, knowledge, retraction,
breaks and missing calendars mean.
"""

from datetime import date, timedelta
from importlib import resources

import pytest
from policy.small_program import Told, day

from mentorcore.policy.evaluation.evaluate import Evaluation, evaluate
from mentorcore.policy.evaluation.reliefs import grantors
from mentorcore.policy.grammar import ReliefType
from mentorcore.policy.reading.pack_reader import read_pack
from mentorcore.policy.results import Result

NAME = "us-ca-teacher-induction.toml"
PACK = read_pack(resources.files("mentorcore.policy.packs").joinpath(NAME).read_bytes(), NAME)

ATTRIBUTES = ("credential_area", "grade_levels", "subjects")
APART = {"credential_area": "art", "grade_levels": "12", "subjects": "art"}


def thursdays(first: str, last: str) -> list[str]:
    days = (day(first) + timedelta(weeks=n) for n in range(20))
    return [str(one) for one in days if one <= day(last) and one != date(2025, 11, 27)]


@pytest.fixture(scope="module")
def told() -> Told:
    """The year as it was recorded, all people invented."""
    told = Told()
    told.adopt(PACK)
    for mentee in "ABCDEG":
        told.enrol(mentee, "2025-08-18")
    told.enrol("F", "2026-08-17")
    for mentor in ("MA", "MB", "MC", "MD", "MG"):
        told.enrol(mentor, "2025-08-01", "mentor")
    for who in ("A", "B", "C", "D", "E", "F", "G", "MA", "MB", "MC", "MD"):
        told.say(who, "person.employment-recorded", "2025-08-01")
        told.say(
            who,
            "person.credential-recorded",
            "2025-08-01",
            kind="credential",
            area="art" if who in ("MB", "MC") else "science",
        )
        for name in ("grade_levels", "subjects"):
            told.attributes[who, name] = (APART[name],) if who in ("MB", "MC") else ("1",)

    told.pair("pa", {"A": "mentee", "MA": "mentor"}, "2025-09-16")
    told.say("pa", "pairing.goal-set", "2025-10-10")
    held = {on: told.meet("pa", on, 80) for on in thursdays("2025-09-18", "2025-12-18")}
    told.take_back(held["2025-10-16"], "2026-01-12")

    told.pair("pb", {"B": "mentee", "MB": "mentor"}, "2025-09-22", reasons=("subject",))
    for on in thursdays("2025-09-25", "2025-12-18"):
        told.meet("pb", on, 60)
    told.say(
        "B",
        "participant.requirement-waived",
        "2025-10-15",
        rule_id="CA-4",
        relief="extension",
        new_limit=day("2025-11-30"),
        granted_by="coordinator",
    )
    told.say("pb", "pairing.goal-set", "2025-11-24")

    told.pair("pc", {"C": "mentee", "MC": "mentor"}, "2025-09-05", recorded="2025-10-01")

    formed = told.pair("pd", {"D": "mentee", "MD": "mentor"}, "2025-09-10")
    told.take_back(formed, "2025-09-25")

    told.leave("E", "2025-08-29", "withdrew")
    told.pair("pg", {"G": "mentee", "MG": "mentor"}, "2025-09-02")
    return told


def ask(told: Told, rule_id: str, subject: str, as_of: str, as_known: str = "") -> Result:
    rule = PACK.rule(rule_id)
    assert rule is not None
    return evaluate(rule, subject, told.facts(as_known or as_of), pack=PACK, as_of=day(as_of))


EXPECTED = """
CA-2a | A | 2025-09-09 |  | not_yet_due | due 2025-09-17, 8 days left
CA-2a | A | 2025-09-10 |  | at_risk | due 2025-09-17, 7 days left
CA-2a | A | 2025-09-16 |  | met | due 2025-09-17, satisfied 2025-09-16
CA-2a | B | 2025-09-17 |  | at_risk | due 2025-09-17, 0 days left
CA-2a | B | 2025-09-18 |  | breached | due 2025-09-17, 1 day over
CA-2a | B | 2025-09-22 |  | cured_late | due 2025-09-17, satisfied 2025-09-22, 5 days late
CA-2a | B | 2025-12-19 |  | cured_late | due 2025-09-17, satisfied 2025-09-22, 5 days late
CA-2a | C | 2025-09-20 | 2025-09-20 | breached | due 2025-09-17, 3 days over
CA-2a | C | 2025-09-20 | 2025-10-01 | met | due 2025-09-17, satisfied 2025-09-05
CA-2a | C | 2025-09-01 | 2025-10-01 | not_yet_due | due 2025-09-17, 16 days left
CA-2a | D | 2025-09-20 | 2025-09-20 | met | due 2025-09-17, satisfied 2025-09-10
CA-2a | D | 2025-09-20 | 2025-09-25 | breached | due 2025-09-17, 3 days over
CA-2a | E | 2025-09-20 |  | not_applicable | obligation_ended
CA-2a | F | 2026-10-30 |  | breached | due 2026-09-16, 44 days over
CA-4 | A | 2025-10-17 |  | met | due 2025-10-17, satisfied 2025-10-10
CA-4 | B | 2025-10-09 |  | not_yet_due | due 2025-10-17, 8 days left
CA-4 | B | 2025-10-14 |  | at_risk | due 2025-10-17, 3 days left
CA-4 | B | 2025-10-20 | 2025-10-14 | breached | due 2025-10-17, 3 days over
CA-4 | B | 2025-10-20 | 2025-10-20 | not_yet_due | due 2025-11-30, 41 days left; relief
CA-4 | B | 2025-11-24 |  | met | due 2025-11-30, satisfied 2025-11-24; relief
CA-4 | C | 2025-10-18 |  | breached | due 2025-10-17, 1 day over
CA-3 | A | 2025-09-11 |  | not_yet_due | 3 completed weeks
CA-3 | A | 2025-09-12 |  | at_risk | 0 min / 4 weeks = 0.00; needs 240
CA-3 | A | 2025-11-21 |  | at_risk | 800 min / 14 weeks = 57.14; needs 840
CA-3 | A | 2025-11-28 |  | at_risk | 800 min / 14 weeks = 57.14; needs 840
CA-3 | A | 2025-12-19 |  | met | 1,040 min / 17 weeks = 61.18; needs 1,020
CA-3 | A | 2025-12-19 | 2026-01-12 | at_risk | 960 min / 17 weeks = 56.47; needs 1,020
CA-3 | B | 2025-12-19 |  | at_risk | 720 min / 17 weeks = 42.35; needs 1,020
CA-3 | B | 2026-06-04 |  | at_risk | 720 min / 37 weeks = 19.46; needs 2,220
CA-3 | B | 2026-06-05 |  | breached | 720 min / 38 weeks = 18.95; needs 2,280
CA-3 | E | 2025-12-19 |  | not_applicable | obligation_ended
CA-3 | F | 2026-10-30 |  | insufficient_data | no_calendar
CA-1 | A | 2025-12-19 |  | not_yet_due | 0 school years of 2
CA-1 | E | 2025-09-20 |  | not_applicable | obligation_ended
CA-2b | pa | 2025-09-20 |  | met |
CA-2b | pb | 2025-10-01 |  | waived | justified
CA-2b | pc | 2025-10-01 | 2025-10-01 | breached |
CA-2b | pg | 2025-10-01 |  | insufficient_data | mentor_attributes
CA-6a | program:1 | 2025-09-20 |  | breached |
CA-7 | program:1 | 2025-10-01 |  | insufficient_data |
"""


def rows() -> list[list[str]]:
    return [[cell.strip() for cell in row.split("|")] for row in EXPECTED.strip().splitlines()]


def told_of(result: Result, detail: str) -> str:
    """What the table says of a result, in its own words, as far as it asks."""
    if detail == result.code:
        return detail
    if not detail.startswith("due "):
        return result.said if detail in result.said else ""
    said = f"due {result.due_on}"
    if result.satisfied_on is not None:
        said += f", satisfied {result.satisfied_on}"
    if result.days_late is not None:
        said += f", {result.days_late} days late"
    if result.days_left is not None:
        left, over = result.days_left, -result.days_left
        said += f", {left} days left" if left >= 0 else f", {over} day{'s' * (over > 1)} over"
    return said + ("; relief" if result.relief is not None else "")


@pytest.mark.parametrize("row", rows(), ids=lambda row: " ".join(row[:4]))
def test_a_year_of_induction_says_what_the_rules_mean(told: Told, row: list[str]) -> None:
    rule, subject, as_of, as_known, state, detail = row

    result = ask(told, rule, subject, as_of, as_known)

    assert result.state == state, result.said
    assert detail in told_of(result, detail), result.said
    assert (result.pack_id, result.pack_version, result.citation) == (
        "us-ca-teacher-induction",
        "1",
        PACK.rule(rule).citation,  # type: ignore[union-attr]
    )
    assert result.evidence or state in ("insufficient_data", "not_applicable")


def test_what_a_match_rests_on_is_what_both_are_employed_as(told: Told) -> None:
    result = ask(told, "CA-2b", "pa", "2025-09-20")

    assert {cited.stream for cited in result.evidence} == {"pa", "A", "MA"}


def test_the_report_lists_every_field_that_cannot_be_told(told: Told) -> None:
    result = ask(told, "CA-7", "program:1", "2025-10-01")

    assert set(result.missing) == {
        "D matched_on",
        "E matched_on",
        "G mentor_credential_area",
        "G mentor_grade_levels",
        "G mentor_subjects",
    }


def test_an_offered_process_is_there_once_its_document_is_referenced() -> None:
    told = Told()
    told.adopt(PACK)
    told.say(
        "program:1",
        "program.document-referenced",
        "2025-09-20",
        process="early_completion",
        published=True,
    )

    assert ask(told, "CA-6a", "program:1", "2025-09-19").state == "breached"
    assert ask(told, "CA-6a", "program:1", "2025-09-20").state == "met"


def test_whoever_completes_early_owes_nothing_more(told: Told) -> None:
    released = Told(told.calendars)
    released.enrol("A", "2025-08-18")
    released.say(
        "A",
        "participant.requirement-waived",
        "2026-02-01",
        rule_id="CA-1",
        relief="early_completion",
        granted_by="coordinator",
    )

    assert ask(released, "CA-1", "A", "2026-01-31").state == "not_yet_due"
    assert ask(released, "CA-1", "A", "2026-02-01").state == "waived"


def test_every_rule_of_the_pack_is_asked_of_everybody_it_is_about(told: Told) -> None:
    results = list(Evaluation(told.facts(), day("2025-12-19")).all({PACK.digest: PACK}))

    found = {(r.rule_id, r.subject) for r in results}
    assert len(found) == len(results)
    assert {rule for rule, _ in found} == {rule.id for rule in PACK.rules} - {"CA-6b"}
    assert {subject for rule, subject in found if rule == "CA-2b"} == {"pa", "pb", "pc", "pg"}


def test_early_completion_is_granted_by_coordinators_alone() -> None:
    asked: list[tuple[str, ReliefType]] = [
        ("CA-1", "early_completion"),
        ("CA-1", "waiver"),
        ("CA-2a", "waiver"),
        ("CA-3", "waiver"),
    ]
    rules = {rule.id: rule for rule in PACK.rules}

    granted = {(rule, relief): grantors(PACK, rules[rule], relief) for rule, relief in asked}

    assert granted == {
        ("CA-1", "early_completion"): {"coordinator"},
        ("CA-1", "waiver"): set(),
        ("CA-2a", "waiver"): {"coordinator"},
        ("CA-3", "waiver"): set(),
    }


def test_an_early_completion_that_a_mentor_granted_lets_nobody_off(told: Told) -> None:
    granted = Told(told.calendars)
    granted.enrol("A", "2025-08-18")
    granted.say(
        "A",
        "participant.requirement-waived",
        "2026-02-01",
        rule_id="CA-1",
        relief="early_completion",
        granted_by="mentor",
    )

    assert ask(granted, "CA-1", "A", "2026-02-01").state == "not_yet_due"


def test_a_plan_that_serves_growth_is_no_evidence_of_an_evaluation(told: Told) -> None:
    used = Told(told.calendars)
    used.enrol("A", "2025-08-18")
    used.enrol("MA", "2025-08-01", "mentor")
    used.pair("pa", {"A": "mentee", "MA": "mentor"}, "2025-09-16")
    used.say("pa", "pairing.note-written", "2025-09-20", note_id="n", visibility="growth_only")
    evidence = used.say(
        "pa", "pairing.evidence-attached", "2025-10-01", purpose="evaluation", cites=("n",)
    )

    before, after = (ask(used, "CA-5", "A", on) for on in ("2025-09-30", "2025-10-01"))

    assert (before.state, after.state) == ("met", "breached")
    assert evidence in after.evidence
