"""Deadlines: the due day is in time, late is not met, and what was known matters."""

from typing import Any

import pytest
from policy.small_program import ENROLLED, Told, day

from mentorcore.policy.grammar import Selector
from mentorcore.policy.time_kinds import Deadline

PAIRED = Selector(event="pairing.formed", where={"primary": True})


def rule(**more: Any) -> Deadline:
    told: dict[str, Any] = {
        "id": "D-1",
        "title": "A mentor in time",
        "citation": "§ 1",
        "mark": "V",
        "applies_when": {"role": "mentee"},
        "anchor": ENROLLED,
        "limit": 30,
        "satisfied_by": PAIRED,
        "at_risk_days": 7,
    }
    return Deadline(**{**told, **more})


@pytest.fixture
def told() -> Told:
    told = Told()
    told.enrol("a", "2025-08-18")
    told.enrol("m", "2025-08-18", "mentor")
    return told


@pytest.mark.parametrize(
    ("as_of", "state", "left"),
    [
        ("2025-09-09", "not_yet_due", 8),
        ("2025-09-10", "at_risk", 7),
        ("2025-09-17", "at_risk", 0),
        ("2025-09-18", "breached", -1),
    ],
)
def test_the_due_day_itself_is_still_in_time(told: Told, as_of: str, state: str, left: int) -> None:
    result = told.ask(rule(), "a", as_of)

    assert (result.state, result.days_left) == (state, left)
    assert result.due_on == day("2025-09-17")
    assert [cited.stream for cited in result.evidence] == ["a"]


@pytest.mark.parametrize(
    ("formed", "state", "late"),
    [
        ("2025-09-16", "met", None),
        ("2025-09-17", "met", None),
        ("2025-09-18", "cured_late", 1),
    ],
)
def test_what_is_satisfied_late_is_never_met(
    told: Told, formed: str, state: str, late: int | None
) -> None:
    told.pair("p", {"a": "mentee", "m": "mentor"}, formed)

    result = told.ask(rule(), "a", "2025-12-01")

    assert (result.state, result.days_late) == (state, late)
    assert result.satisfied_on == day(formed)
