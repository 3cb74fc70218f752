"""Time, staff and money are set aside and used; more may be used than there was, and is told."""

from typing import Any

import pytest
from domain.school import (
    ANNA,
    AUTUMN,
    BEN,
    CLEO,
    PROGRAM,
    cohort,
    day,
    mc,
    program,
    school,
    version_of,
)

from mentorcore.testing import given

SUPPORT: Any = f"support:{1:032x}"
LATE = "2026-11-01T12:00Z"


def allocate(**other: Any) -> Any:
    """Ten hours of release time for Anna, from 1 September to Christmas."""
    usual = {
        "program_id": PROGRAM,
        "support_id": SUPPORT,
        "kind": "release_time",
        "amount": 600,
        "unit": "minutes",
        "since": day("2026-09-01"),
        "until": day("2026-12-19"),
        "participant": ANNA.here,
    }
    return mc.AllocateSupport(**(usual | other))


def use(**other: Any) -> Any:
    usual = {
        "program_id": PROGRAM,
        "support_id": SUPPORT,
        "on": day("2026-09-10"),
        "amount": 90,
    }
    return mc.RecordSupportUse(**(usual | other))


BUDGET: Any = {"kind": "budget", "unit": "cents", "currency": "USD", "participant": None}


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"kind": "staff", "unit": "days"},
        {"kind": "stipend", "unit": "cents", "currency": "USD"},
        BUDGET,
        {"participant": None, "cohort_id": AUTUMN},
        {"until": None},
    ],
)
def test_support_is_set_aside_for_the_program_a_cohort_or_one_participant(other: Any) -> None:
    story = school().given(allocate(**other))

    support = story.state(PROGRAM).support(SUPPORT)

    assert support.amount == 600
    assert support.participant == other.get("participant", ANNA.here)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"amount": 0}, "amount_out_of_range"),
        ({"amount": -5}, "amount_out_of_range"),
        ({"unit": "cents", "currency": "USD"}, "unit_does_not_fit"),
        ({"kind": "stipend"}, "unit_does_not_fit"),
        ({"kind": "budget", "unit": "cents"}, "currency_does_not_fit"),
        ({"currency": "USD"}, "currency_does_not_fit"),
        ({"until": day("2026-09-01")}, "ends_before_start"),
        ({"cohort_id": AUTUMN}, "for_two"),
        ({"participant": None, "cohort_id": f"cohort:{9:032x}"}, "no_such_cohort"),
        ({"participant": f"participant:{9:032x}"}, "no_such_participant"),
    ],
)
def test_the_parts_of_an_allocation_fit_together(wrong: Any, code: str) -> None:
    school().when(allocate(**wrong)).refuses(code)


def test_nothing_is_set_aside_for_somebody_of_another_program() -> None:
    other: Any = f"program:{2:032x}"
    story = school().given(
        mc.DesignProgram(
            program_id=other,
            name="Others",
            time_zone="UTC",
            settings=school().state(PROGRAM).settings,
        )
    )

    story.when(allocate(program_id=other)).refuses("no_such_participant")


def test_nothing_is_set_aside_in_a_closed_program() -> None:
    story = program().given(mc.CloseProgram(program_id=PROGRAM, on=day("2026-10-01")))

    story.when(allocate(**BUDGET, since=day("2026-10-01"))).refuses("program_closed")


def test_the_same_allocation_is_recorded_once_and_another_under_its_id_is_refused() -> None:
    story = school().given(allocate())

    story.when(allocate()).nothing()
    story.when(allocate(amount=700)).refuses("already_there")


def test_what_was_set_aside_for_somebody_is_used_by_them() -> None:
    (used,) = school().given(allocate()).when(use()).events

    assert (used.amount, used.participant) == (90, ANNA.here)


def test_more_may_be_used_than_was_set_aside_and_after_its_last_day() -> None:
    story = school().given(allocate(amount=60, until=day("2026-09-05")))

    assert story.when(use(amount=90)).events


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"amount": 0}, "amount_out_of_range"),
        ({"support_id": f"support:{9:032x}"}, "no_such_support"),
        ({"on": day("2026-11-02")}, "in_the_future"),
        ({"on": day("2026-08-31")}, "before_it_begins"),
        ({"participant": BEN.here}, "for_somebody_else"),
        ({"participant": f"participant:{9:032x}"}, "no_such_participant"),
    ],
)
def test_what_is_used_was_set_aside(wrong: Any, code: str) -> None:
    school().given(allocate()).when(use(**wrong), at=LATE).refuses(code)


def test_what_was_set_aside_for_all_says_who_used_it_if_anybody() -> None:
    story = school().given(allocate(participant=None))

    (nobody,) = story.when(use()).events
    (cleo,) = story.when(use(participant=CLEO.here)).events

    assert (nobody.participant, cleo.participant) == (None, CLEO.here)


def test_nothing_is_used_after_the_program_closed() -> None:
    story = school().given(
        allocate(), mc.CloseProgram(program_id=PROGRAM, on=day("2026-09-20")), at=LATE
    )

    story.when(use(on=day("2026-09-20")), at=LATE).refuses("program_closed")
    assert story.when(use(on=day("2026-09-19")), at=LATE).events


def test_what_was_used_keeps_its_allocation_from_being_retracted_or_moved_behind_it() -> None:
    story = school().given(allocate(), use())
    target = version_of(story, PROGRAM, mc.SupportAllocated)

    story.when(mc.RetractRecord(stream=PROGRAM, target=target)).refuses("others_rest_on_it")
    later = {"since": day("2026-09-11")}
    story.when(mc.AmendRecord(stream=PROGRAM, target=target, changes=later)).refuses(
        "others_rest_on_it"
    )


def test_what_is_amended_passes_the_same_guards() -> None:
    story = school().given(allocate(), use())
    allocated = version_of(story, PROGRAM, mc.SupportAllocated)
    used = version_of(story, PROGRAM, mc.SupportUsed)

    def amend(target: int, **changes: Any) -> Any:
        return mc.AmendRecord(stream=PROGRAM, target=target, changes=changes)

    story.when(amend(allocated, amount=0)).refuses("amount_out_of_range")
    story.when(amend(allocated, unit="cents")).refuses("unit_does_not_fit")
    story.when(amend(used, on=day("2026-08-31"))).refuses("before_it_begins")
    assert story.given(amend(allocated, amount=900)).state(PROGRAM).support(SUPPORT).amount == 900


def test_a_cohort_with_support_of_its_own_is_not_retracted() -> None:
    spring: Any = f"cohort:{2:032x}"
    story = program().given(
        cohort(cohort_id=spring, name="Spring"), allocate(participant=None, cohort_id=spring)
    )
    opened = [
        p.version
        for p in story.history[PROGRAM]
        if isinstance(p.event, mc.CohortOpened) and p.event.cohort.cohort_id == spring
    ]

    story.when(mc.RetractRecord(stream=PROGRAM, target=opened[0])).refuses("others_rest_on_it")


def test_there_is_no_support_without_a_program() -> None:
    given().when(allocate(participant=None)).refuses("no_such_program")
