"""A pack is adopted as it is registered, and a launch needs the calendar that it counts by."""

from datetime import date
from typing import Any

import attrs
import pytest
from domain.school import LAUNCH, PROGRAM, cohort, mc
from domain.test_program import design, launch

from mentorcore.policy.reading.pack_reader import read_pack
from mentorcore.policy.registry import Packs
from mentorcore.policy.shipped import shipped_packs
from mentorcore.practices.registry import Practices, under
from mentorcore.testing import Scenario, given

CALIFORNIA = next(pack for pack in shipped_packs() if pack.id == "us-ca-teacher-induction")
OWN = read_pack(CALIFORNIA.text.replace("us-ca-", "our-").encode(), "own.toml")
MODEL = under(Practices.of(()), Packs()).model
WITH_OWN = under(Practices.of(()), Packs([OWN])).model
YEAR = mc.SetAcademicCalendar(
    program_id=PROGRAM,
    school_year="2026-27",
    terms=(mc.Term(name="year", since=LAUNCH, until=date(2027, 6, 12)),),
)


def adopt(pack: Any = CALIFORNIA, **other: Any) -> Any:
    asked = mc.AdoptPolicyPack(
        program_id=PROGRAM,
        pack_id=pack.id,
        version=pack.version,
        digest=pack.digest,
        effective_from=LAUNCH,
    )
    return attrs.evolve(asked, **other)


def designed(*facts: Any, model: Any = MODEL) -> Scenario:
    return given(design(), *facts, at="2026-08-01T12:00Z", model=model)


def test_a_pack_that_is_registered_is_adopted() -> None:
    assert designed().when(adopt()).events
    assert designed(model=WITH_OWN).when(adopt(OWN)).events


def test_a_pack_that_is_not_registered_is_not_adopted() -> None:
    designed().when(adopt(OWN)).refuses("pack_missing", OWN.digest)


@pytest.mark.parametrize("other", [{"version": "2"}, {"pack_id": "us-tx-mentor"}])
def test_a_pack_is_adopted_under_its_own_name_and_version(other: Any) -> None:
    designed().when(adopt(**other)).refuses("another_pack", "version 1 of us-ca-teacher-induction")


def test_a_launch_needs_a_calendar_where_an_adopted_rule_counts_school_time() -> None:
    """INV-68."""
    designed(adopt()).when(launch()).refuses("no_calendar", "CA-1", rule="CA-1")

    assert designed(adopt(), YEAR).when(launch()).events
    assert designed().when(launch()).events


def test_a_launch_needs_none_where_no_rule_counts_school_time() -> None:
    """INV-68."""
    standards = next(pack for pack in shipped_packs() if pack.id == "ntc-induction-standards")

    assert designed(adopt(standards)).when(launch()).events


def test_a_launch_is_refused_where_an_adopted_pack_is_missing() -> None:
    story = designed(adopt(OWN), YEAR, model=WITH_OWN)
    without = attrs.evolve(story, model=MODEL)

    without.when(launch()).refuses("pack_missing", "our-teacher-induction")
    assert story.when(launch()).events


def test_guards_of_packs_leave_a_program_that_is_not_there_to_its_own_rules() -> None:
    given(model=MODEL).when(launch()).refuses("no_such_program")


def test_a_correction_of_an_adoption_passes_the_guard_of_adopting() -> None:
    """INV-65: a correction passes the rules of the original."""
    story = designed(adopt(OWN), model=WITH_OWN)
    later = mc.AmendRecord(stream=PROGRAM, target=2, changes={"effective_from": date(2026, 9, 1)})

    assert story.when(later).events
    attrs.evolve(story, model=MODEL).when(later).refuses("pack_missing")


def test_the_only_calendar_that_a_rule_counts_by_is_not_taken_back_after_the_launch() -> None:
    """INV-68, INV-65: a launch would not pass its own guard without it."""
    wrong = mc.RetractRecord(stream=PROGRAM, target=3, cause="entered_in_error")
    next_year = attrs.evolve(
        YEAR,
        school_year="2027-28",
        terms=(mc.Term(name="year", since=date(2027, 8, 20), until=date(2028, 6, 12)),),
    )
    launched = designed(adopt(), YEAR, launch())

    launched.when(wrong).refuses("no_calendar", "set one first", rule="CA-1")
    assert designed(adopt(), YEAR).when(wrong).events
    assert designed(adopt(), YEAR, launch(), next_year).when(wrong).events
    assert designed(cohort(), YEAR, launch()).when(wrong).events
