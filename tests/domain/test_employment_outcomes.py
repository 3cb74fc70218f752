"""What became of somebody's work by a day, in the school, the district and the profession."""

from typing import Any

import pytest
from domain.school import ANNA, CLEO, day, mc, school, version_of

from mentorcore.testing import given

LATE = "2027-07-01T12:00Z"


def outcome(**other: Any) -> Any:
    usual = {
        "person_id": ANNA.person,
        "on": day("2027-06-20"),
        "level": "school",
        "outcome": "retained",
        "source": "payroll",
    }
    return mc.RecordEmploymentOutcome(**(usual | other))


def test_each_level_has_an_outcome_of_its_own() -> None:
    story = school().given(
        outcome(),
        outcome(level="district", outcome="transferred"),
        outcome(level="profession", outcome="unknown", source=None),
        at=LATE,
    )

    found = {level: told for (_, level), told in story.state(ANNA.person).outcomes.items()}

    assert found == {"school": "retained", "district": "transferred", "profession": "unknown"}


def test_the_same_is_recorded_once_and_another_is_an_amendment_or_of_another_day() -> None:
    story = school().given(outcome(), at=LATE)

    story.when(outcome(), at=LATE).nothing()
    story.when(outcome(outcome="left"), at=LATE).refuses("other_outcome")
    assert story.when(outcome(outcome="left", on=day("2027-06-30")), at=LATE).events


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"on": day("2027-07-03")}, "in_the_future"),
        ({"person_id": f"person:{9:032x}"}, "no_such_person"),
    ],
)
def test_an_outcome_is_of_somebody_known_and_of_the_past(wrong: Any, code: str) -> None:
    school().when(outcome(**wrong), at=LATE).refuses(code)


def test_whoever_was_merged_takes_no_new_outcome() -> None:
    """INV-62."""
    merged = school().given(mc.RegisterPerson(person_id=f"person:{9:032x}"))
    story = merged.given(
        mc.MergePersons(survivor=CLEO.person, absorbed=f"person:{9:032x}"), at=LATE
    )

    story.when(outcome(person_id=f"person:{9:032x}"), at=LATE).refuses("merged")


def test_an_amended_outcome_does_not_contradict_another_of_its_day() -> None:
    story = school().given(outcome(), outcome(outcome="left", on=day("2027-06-30")), at=LATE)
    target = version_of(story, ANNA.person, mc.EmploymentOutcomeRecorded)
    moved = mc.AmendRecord(stream=ANNA.person, target=target, changes={"on": day("2027-06-30")})

    story.when(moved, at=LATE).refuses("other_outcome")


def test_nobody_works_who_was_never_registered() -> None:
    given().when(outcome()).refuses("no_such_person")
