"""A program is designed, launched, revised and closed; cohorts run through it."""

from typing import Any

import pytest
from domain.school import (
    AUTUMN,
    FORMED,
    GOAL,
    LAUNCH,
    PROGRAM,
    ROLES,
    cohort,
    day,
    enrol,
    mc,
    program,
    school,
    settings,
    someone,
)

from mentorcore.testing import given


def design(**other: Any) -> Any:
    usual = {
        "program_id": PROGRAM,
        "name": "Peer mentoring",
        "time_zone": "America/Los_Angeles",
        "settings": settings(),
        "goals": (mc.ProgramGoal(goal_id=GOAL, statement="New teachers stay"),),
    }
    return mc.DesignProgram(**(usual | other))


def launch(on: Any = "2026-08-17") -> Any:
    return mc.LaunchProgram(program_id=PROGRAM, on=day(on))


def close(on: Any = "2027-06-30", **other: Any) -> Any:
    return mc.CloseProgram(program_id=PROGRAM, on=day(on), **other)


def revise(since: Any = "2026-10-01", **other: Any) -> Any:
    return mc.ReviseProgram(program_id=PROGRAM, effective_from=day(since), **other)


def test_a_program_is_designed_once() -> None:
    given(design()).when(design()).refuses("already_designed")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "America", "X", "posixrules2"])
def test_a_program_has_a_time_zone_that_exists(zone: Any) -> None:
    """INV-68: launch needs a time zone."""
    given().when(design(time_zone=zone)).refuses("no_such_zone", zone)


@pytest.mark.parametrize("name", ["", " \t", "\u200b"])
def test_programs_and_cohorts_have_names(name: str) -> None:
    given().when(design(name=name)).refuses("empty_text")
    given(design(), launch()).when(cohort(name=name)).refuses("empty_text")


def test_a_program_without_goals_is_not_launched() -> None:
    """INV-68."""
    given(design(goals=())).when(launch()).refuses("no_goal")


def test_a_program_without_roles_is_not_launched() -> None:
    """INV-68."""
    given(design(settings=settings(roles=()))).when(launch()).refuses("no_roles")


def test_goals_that_came_with_a_revision_count() -> None:
    """INV-68."""
    goals = (mc.ProgramGoal(goal_id=GOAL, statement="New teachers stay"),)
    story = given(design(goals=()), at="2026-08-01T12:00Z")

    revised = story.given(revise("2026-08-10", goals=goals))

    assert revised.when(launch()).events


def test_a_program_is_launched_once() -> None:
    story = given(design(), launch())

    story.when(launch()).nothing()
    story.when(launch("2026-08-18")).refuses("already_launched", "2026-08-17")


def test_a_launch_may_be_planned() -> None:
    assert given(design()).when(launch("2027-01-01"), at="2026-11-01T12:00Z").events


def test_nothing_happens_in_a_program_that_is_not_there() -> None:
    for asked in (launch(), revise(goals=()), cohort(), close()):
        given().when(asked).refuses("no_such_program")


def test_settings_that_do_not_fit_together_are_answered_with_all_their_problems() -> None:
    wrong = settings(
        smallest=3,
        largest=2,
        capacity=mc.Capacity(places=4, hard_limit=3),
        roles=(*ROLES, ROLES[0]),
        meeting_limit=1441,
        contact_limit=-1,
        trainings=(mc.RequiredTraining(kind="basics", role="guest", valid_days=0),),
        scales=(mc.Scale(code="fit", lowest=5, highest=5),) * 2,
        cadence=mc.Cadence(every=0, unit="week", minutes=0),
    )
    paths = (
        "smallest",
        "capacity.places",
        "meeting_limit",
        "contact_limit",
        "roles",
        "scales",
        "trainings[0].valid_days",
        "trainings[0].role",
        "scales[0].highest",
        "scales[1].highest",
        "cadence.every",
        "cadence.minutes",
    )

    given().when(design(settings=wrong)).invalid(*paths)
    given(design()).when(revise(settings=wrong)).invalid(*paths)


def test_a_hard_limit_is_not_negative() -> None:
    wrong = settings(capacity=mc.Capacity(places=None, hard_limit=-1))

    given().when(design(settings=wrong)).invalid("capacity.hard_limit")


def test_usual_settings_have_no_problems() -> None:
    cadence = mc.Cadence(every=2, unit="week", minutes=60)
    training = mc.RequiredTraining(kind="basics", role="mentor", valid_days=365)

    usual = settings(cadence=cadence, trainings=(training,))

    assert list(usual.problems()) == []


@pytest.mark.parametrize(
    ("every", "unit", "days"),
    [(2, "week", 14), (1, "month", 31), (1, "term", 120), (1, "year", 366)],
)
def test_a_cadence_is_kept_until_the_longest_time_it_allows(
    every: Any, unit: Any, days: Any
) -> None:
    assert mc.Cadence(every=every, unit=unit, minutes=60).days == days


# ------------------------------------------------------------------------------ cohorts


def test_a_cohort_is_opened_once() -> None:
    program().when(cohort()).refuses("already_open")


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"ends_on": LAUNCH}, "ends_before_start"),
        ({"enrols_until": LAUNCH}, "ends_before_start"),
        ({"places": -1}, "places_out_of_range"),
    ],
)
def test_a_cohort_has_days_and_places_that_fit(other: Any, code: Any) -> None:
    program().when(cohort(cohort_id="cohort:2", **other)).refuses(code)


def test_a_cohort_may_have_no_places_yet() -> None:
    assert program().when(cohort(cohort_id="cohort:2", places=0)).events


def test_no_cohort_is_opened_after_the_program_closed() -> None:
    story = program().given(close())

    story.when(cohort(cohort_id="cohort:2")).refuses("program_closed")


# ------------------------------------------------------------------------------ revising


def test_a_revision_acts_from_its_day_on() -> None:
    """INV-70."""
    larger = settings(largest=4)

    state = given(design()).given(revise(settings=larger), at="2026-09-15T12:00Z").state(PROGRAM)

    assert state.settings_on(day("2026-09-30")).largest == 2
    assert state.settings_on(day("2026-10-01")).largest == 4


def test_revisions_act_in_the_order_of_their_days() -> None:
    """INV-70."""
    story = given(design(), at="2026-08-01T12:00Z").given(
        revise("2026-11-01", settings=settings(largest=5)),
        revise("2026-10-01", settings=settings(largest=4)),
        at="2026-09-15T12:00Z",
    )

    assert story.state(PROGRAM).settings_on(day("2026-12-01")).largest == 5


def test_a_revision_does_not_act_before_it_is_recorded() -> None:
    """INV-70."""
    story = given(design())

    story.when(revise("2026-09-30", goals=()), at="2026-10-01T07:00Z").refuses("acts_in_the_past")
    assert story.when(revise("2026-09-30", goals=()), at="2026-10-01T06:59Z").events


def test_unless_it_amends_a_named_event() -> None:
    """INV-70."""
    story = given(design()).given(revise(settings=settings(largest=4)), at="2026-09-15T12:00Z")
    amended = mc.AmendRecord(stream=PROGRAM, target=2, changes={"settings": settings(largest=3)})

    after = story.when(amended, at="2026-12-01T12:00Z").recorded()

    assert after.state(PROGRAM).settings_on(day("2026-10-01")).largest == 3


def test_a_revision_that_revises_nothing_says_nothing_new() -> None:
    given(design()).when(revise()).nothing()


def test_a_closed_program_is_revised_for_the_time_before_only() -> None:
    story = program().given(close("2026-12-01"))

    story.when(revise("2026-12-01", goals=())).refuses("program_closed")


# ------------------------------------------------------------------------------ closing


def test_a_program_is_closed_once_after_its_launch_and_not_in_the_future() -> None:
    story = program()

    closed = story.given(close())

    assert closed.state(PROGRAM).closed_on == day("2027-06-30")
    closed.when(close()).nothing()
    closed.when(close("2027-07-01")).refuses("program_closed")
    story.when(close(), at="2027-06-29T12:00Z").refuses("in_the_future")
    story.when(close("2026-08-16")).refuses("not_launched")
    assert story.when(close("2026-08-17")).events
    assert story.when(close(), at="2027-06-30T12:00Z").events
    given(design()).when(close()).refuses("not_launched")


def test_a_program_runs_from_its_launch_until_before_it_closed() -> None:
    """INV-69."""
    state = program().given(close()).state(PROGRAM)

    days = [day(d) for d in ("2026-08-16", "2026-08-17", "2027-06-29", "2027-06-30")]

    assert [state.runs_on(d) for d in days] == [False, True, True, False]


def test_history_stays_when_a_program_closed() -> None:
    """Nothing ends by itself."""
    story = school().given(close())

    assert story.state(someone(0xA, "mentor").here).ended_on is None
    assert story.state(PROGRAM).cohort(AUTUMN) is not None


def test_nobody_enrols_once_the_program_closed() -> None:
    """INV-69."""
    late = someone(0x60, "mentee")
    story = program().given(mc.RegisterPerson(person_id=late.person), close("2026-09-01"))

    story.when(enrol(late, since=FORMED)).refuses("program_not_running")
