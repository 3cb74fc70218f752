"""California's pack over a year that is told day by day, on both axes of time."""

from datetime import date

import pytest
from practices.compliance.worked_example import SEE, Example, day

DEADLINES = """
CA-2a A 2025-09-09 -          not_yet_due 2025-09-17 8
CA-2a A 2025-09-10 -          at_risk 2025-09-17 7
CA-2a A 2025-09-16 -          met 2025-09-17 - 2025-09-16
CA-2a B 2025-09-17 -          at_risk 2025-09-17 0
CA-2a B 2025-09-18 -          breached 2025-09-17 -1
CA-2a B 2025-09-22 -          cured_late 2025-09-17 - 2025-09-22 5
CA-2a B 2025-12-19 -          cured_late 2025-09-17 - 2025-09-22 5
CA-2a C 2025-09-20 2025-09-20 breached 2025-09-17 -3
CA-2a C 2025-09-20 2025-10-01 met 2025-09-17 - 2025-09-05
CA-2a C 2025-09-01 2025-10-01 not_yet_due 2025-09-17 16
CA-2a D 2025-09-20 2025-09-20 met 2025-09-17 - 2025-09-10
CA-2a D 2025-09-20 2025-09-25 breached 2025-09-17 -3
CA-2a F 2026-10-30 -          breached 2026-09-16 -44
CA-4  A 2025-10-17 -          met 2025-10-17 - 2025-10-10
CA-4  B 2025-10-09 -          not_yet_due 2025-10-17 8
CA-4  B 2025-10-14 -          at_risk 2025-10-17 3
CA-4  B 2025-10-20 2025-10-14 breached 2025-10-17 -3
CA-4  B 2025-10-20 2025-10-20 not_yet_due 2025-11-30 41
CA-4  B 2025-11-24 -          met 2025-11-30 - 2025-11-24
CA-4  C 2025-10-18 -          breached 2025-10-17 -1
"""
"""Rule, mentee, as of, as known; state, due, days left, satisfied on, days late."""


@pytest.mark.parametrize("line", DEADLINES.strip().splitlines())
def test_a_deadline_is_met_or_not_as_was_true_and_as_was_known(example: Example, line: str) -> None:
    rule, mentee, as_of, as_known, *rest = line.split()
    state, due, *more = rest
    left, satisfied, late = (*more, "-", "-", "-")[:3]

    found = example.result(rule, mentee, as_of, None if as_known == "-" else as_known)

    assert (found.state, found.due_on) == (state, day(due))
    assert found.days_left == (None if left == "-" else int(left))
    assert found.satisfied_on == (None if satisfied == "-" else day(satisfied))
    assert found.days_late == (None if late == "-" else int(late))
    assert (found.pack, found.pack_version) == ("us-ca-teacher-induction", "1")
    assert found.as_of == day(as_of)


def test_an_extension_is_named_by_its_event_from_when_it_is_known(example: Example) -> None:
    granted = example.result("CA-4", "B", "2025-10-20", "2025-10-20")

    before = example.result("CA-4", "B", "2025-10-20", "2025-10-14")

    assert granted.relief.stream == example.enrolled["B"]
    assert before.relief is None


AVERAGES = """
2025-09-11 -          A not_yet_due        -   -
2025-09-12 -          A at_risk            0   240   0 min / 4 weeks = 0.00
2025-11-21 -          A at_risk            800 840   800 min / 14 weeks = 57.14
2025-11-28 -          A at_risk            800 840   800 min / 14 weeks = 57.14
2025-12-19 -          A met                1,040 1,020 1,040 min / 17 weeks = 61.18
2025-12-19 2026-01-12 A at_risk            960 1,020 960 min / 17 weeks = 56.47
2025-12-19 -          B at_risk            720 1,020 720 min / 17 weeks = 42.35
2026-06-04 -          B at_risk            720 2,220 720 min / 37 weeks = 19.46
2026-06-05 -          B breached           720 2,280 720 min / 38 weeks = 18.95
"""


@pytest.mark.parametrize("line", AVERAGES.strip().splitlines())
def test_minutes_a_week_are_an_average_over_weeks_with_lessons(example: Example, line: str) -> None:
    as_of, as_known, mentee, state, _minutes, needed, *words = line.split()

    found = example.result("CA-3", mentee, as_of, None if as_known == "-" else as_known)

    assert found.state == state
    assert " ".join(words) in found.said
    assert needed in ("-", *found.threshold.split())


NOT_ASKED = [
    ("CA-2a", "E", "2025-09-20"),
    ("CA-3", "E", "2025-12-19"),
    ("CA-1", "E", "2025-09-20"),
]


@pytest.mark.parametrize(("rule", "mentee", "as_of"), NOT_ASKED)
def test_nothing_is_asked_of_who_left_before_it_was_due(
    example: Example, rule: str, mentee: str, as_of: str
) -> None:
    found = example.result(rule, mentee, as_of)

    assert (found.state, found.code) == ("not_applicable", "obligation_ended")


def test_no_calendar_is_guessed(example: Example) -> None:
    found = example.result("CA-3", "F", "2026-10-30")

    assert (found.state, found.code) == ("insufficient_data", "no_calendar")


def test_a_running_school_year_does_not_count_in_full(example: Example) -> None:
    found = example.result("CA-1", "A", "2025-12-19")

    assert found.state == "not_yet_due"


MATCHES = [
    ("A's pairing", "2025-09-20", "met"),
    ("B's pairing", "2025-10-01", "waived"),
    ("C's pairing", "2025-10-01", "breached"),
]


@pytest.mark.parametrize(("pairing", "as_of", "state"), MATCHES)
def test_members_share_what_they_teach_or_a_reason_says_why_not(
    example: Example, pairing: str, as_of: str, state: str
) -> None:
    found = example.result("CA-2b", pairing, as_of)

    assert found.state == state


def test_a_match_is_shown_by_the_posts_of_both(example: Example) -> None:
    found = example.result("CA-2b", "A's pairing", "2025-09-20")

    cited = {e.stream for e in found.evidence}
    assert {example.people["A"], example.people["Mentor A"]} <= cited
    assert all(e.position > 0 for e in found.evidence)


def test_what_is_not_known_of_a_mentor_is_said(example: Example) -> None:
    found = example.result("CA-2b", "G's pairing", "2025-10-01")

    assert (found.state, found.code) == ("insufficient_data", "mentor_attributes")


def test_a_process_that_no_document_describes_is_not_there(example: Example) -> None:
    found = example.result("CA-6a", "program", "2025-09-20")

    assert found.state == "breached"


def test_a_report_names_the_fields_that_are_missing(example: Example) -> None:
    found = example.result("CA-7", "program", "2025-10-01")

    assert found.state == "insufficient_data"
    assert any(example.enrolled["G"] in missing for missing in found.missing)


def test_every_verdict_names_what_it_rests_on(example: Example) -> None:
    told = example.engine.compliance(viewer=SEE, as_of=date(2025, 12, 19), by="rule")

    bare = [
        (row.rule, row.subject)
        for row in told.rows
        if row.state not in ("insufficient_data", "not_applicable") and not row.evidence
    ]

    assert not bare
    assert len(told.rows) > 30
