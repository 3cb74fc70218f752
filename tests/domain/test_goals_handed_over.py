"""A goal belongs to the mentee and goes on in the pairing that follows (INV-31)."""

from typing import Any

import attrs
import pytest
from domain.school import (
    ANNA,
    BEN,
    CLEO,
    DARA,
    FIRST,
    GOAL,
    cohort,
    day,
    end,
    enrol,
    form,
    mc,
    reopen,
    school,
    settings,
)
from domain.test_companions import check

from mentorcore.domain.pairing.events.work import GoalHandedOver, GoalSet
from mentorcore.testing import Scenario

NEXT: Any = "pairing:2"
HERE: Any = "goal:2"
PARTED, AFTER = day("2026-10-01"), day("2026-10-05")


def set_first(**other: Any) -> Any:
    usual: dict[str, Any] = {"pairing_id": FIRST, "goal_id": GOAL, "statement": "Call every family"}
    return mc.SetGoal(**(usual | {"on": day("2026-09-10")} | other))


def step(status: Any, on: str, pairing: Any = FIRST, goal: Any = GOAL) -> Any:
    return mc.RecordGoalProgress(pairing_id=pairing, goal_id=goal, status=status, on=day(on))


def go_on(**other: Any) -> Any:
    usual = {
        "pairing_id": NEXT,
        "goal_id": HERE,
        "statement": "Call every family",
        "on": AFTER,
        "continues": GOAL,
        "continues_in": FIRST,
    }
    return mc.SetGoal(**(usual | other))


def rematched(*steps: Any, mentee: Any = CLEO) -> Scenario:
    """Cleo parted from Anna and works with Ben since."""
    return school().given(
        form(ANNA, CLEO),
        set_first(),
        *steps,
        end(on=PARTED, reason="no_fault"),
        form(BEN, mentee, pairing_id=NEXT, on=AFTER),
    )


def test_a_goal_goes_on_in_the_pairing_that_follows() -> None:
    story = rematched(step("in_progress", "2026-09-20"))

    outcome = story.when(go_on())

    continued, handed = outcome.events
    assert isinstance(continued, GoalSet)
    assert isinstance(handed, GoalHandedOver)
    after = outcome.recorded()
    assert after.state(NEXT).facts.goals[HERE].status == "in_progress"
    assert after.state(FIRST).facts.goals[GOAL].handed_over == AFTER
    after.when(step("achieved", "2026-11-01", NEXT, HERE)).recorded()


def test_a_goal_that_was_put_off_goes_on_from_there() -> None:
    story = rematched(step("deferred", "2026-09-20")).given(go_on())

    story.when(step("achieved", "2026-11-01", NEXT, HERE)).refuses("no_such_transition")


def test_progress_of_a_day_before_is_recorded_where_the_goal_was() -> None:
    story = rematched().given(go_on())

    story.when(step("in_progress", "2026-09-25")).recorded()


def test_progress_after_it_went_on_is_recorded_there_only() -> None:
    story = school().given(form(ANNA, CLEO), set_first(), end(on=PARTED, reason="no_fault"))
    story = story.given(reopen(on=day("2026-10-03")))
    story = story.given(form(BEN, CLEO, pairing_id=NEXT, on=AFTER, members=_second(CLEO)))
    story = story.given(end(on=AFTER, reason="no_fault"), go_on(on=AFTER))
    story = story.given(reopen(on=AFTER))

    late = story.when(step("in_progress", "2026-10-06"), at="2026-11-23T20:00Z")

    late.refuses("goal_handed_over", "2026-10-05")


def test_a_goal_goes_on_once() -> None:
    story = rematched().given(go_on())

    story.when(go_on(goal_id="goal:3")).refuses("goal_handed_over")


@pytest.mark.parametrize("over", ["achieved", "abandoned"])
def test_a_goal_that_is_over_does_not_go_on(over: str) -> None:
    story = rematched(step(over, "2026-09-20"))

    story.when(go_on()).refuses("goal_is_over")


def test_a_wording_that_was_replaced_does_not_go_on() -> None:
    story = rematched(set_first(goal_id="goal:9", revises=GOAL, on=day("2026-09-20")))

    story.when(go_on()).refuses("goal_is_over")
    story.when(go_on(continues="goal:9")).recorded()


def test_a_goal_does_not_go_on_while_its_pairing_does() -> None:
    story = school().given(form(ANNA, CLEO), set_first())
    story = story.given(form(BEN, CLEO, pairing_id=NEXT, on=AFTER, members=_second(CLEO)))

    story.when(go_on()).refuses("pairing_goes_on")


def _second(who: Any) -> Any:
    return (
        mc.Member(participant=BEN.here, role="mentor", primary=False),
        mc.Member(participant=who.here, role="mentee"),
    )


def test_a_goal_goes_on_from_the_day_on_which_its_pairing_has_ended() -> None:
    story = school().given(form(ANNA, CLEO), set_first(), end(on=PARTED, reason="no_fault"))
    story = story.given(
        form(BEN, CLEO, pairing_id=NEXT, on=day("2026-09-30"), members=_second(CLEO))
    )

    story.when(go_on(on=day("2026-09-30"))).refuses("pairing_goes_on")
    story.when(go_on(on=PARTED)).recorded()


def test_another_mentee_does_not_take_it_over() -> None:
    story = rematched(mentee=DARA)

    story.when(go_on()).refuses("another_person")


def test_a_goal_of_another_program_does_not_go_on() -> None:
    other, spring = f"program:{9:032x}", f"cohort:{9:032x}"
    anna, cleo = (attrs.evolve(who, here=f"{who.here[:-2]}9{who.here[-1]}") for who in (ANNA, CLEO))
    there = {"program_id": other, "cohort_id": spring}
    elsewhere = mc.DesignProgram(
        program_id=other,
        name="Another one",
        time_zone="America/Los_Angeles",
        settings=settings(),
        goals=(mc.ProgramGoal(goal_id="goal:8", statement="To learn"),),
    )
    story = rematched().given(
        elsewhere,
        mc.LaunchProgram(program_id=other, on=day("2026-08-17")),
        cohort(**there),
        enrol(anna, **there),
        enrol(cleo, **there),
        form(anna, cleo, pairing_id="pairing:3", **there),
        set_first(pairing_id="pairing:3", goal_id="goal:3"),
        end(pairing_id="pairing:3", on=PARTED, reason="no_fault"),
    )

    story.when(go_on(continues="goal:3", continues_in="pairing:3")).refuses("other_program")


def test_a_goal_that_does_not_exist_does_not_go_on() -> None:
    story = rematched()

    story.when(go_on(continues="goal:7")).refuses("no_such_goal")
    story.when(go_on(continues_in="pairing:7")).refuses("no_such_goal")
    story.when(go_on(continues_in=None)).refuses("no_such_goal", "in which pairing")


def test_taken_back_it_is_where_it_was() -> None:
    story = rematched().given(go_on())

    story = story.given(
        mc.RetractRecord(stream=NEXT, target=_set(story), cause="entered_in_error", reason="x")
    )

    assert story.state(FIRST).facts.goals[GOAL].handed_over is None
    assert HERE not in story.state(NEXT).facts.goals
    check(story)


def test_corrected_to_another_day_both_pairings_say_so() -> None:
    story = rematched().given(go_on())

    story = story.given(
        mc.AmendRecord(stream=NEXT, target=_set(story), changes={"on": day("2026-10-08")}),
        at="2026-11-23T20:00Z",
    )

    assert story.state(FIRST).facts.goals[GOAL].handed_over == day("2026-10-08")
    check(story)


def test_what_a_goal_continues_is_not_amended() -> None:
    story = rematched().given(go_on())

    story.when(
        mc.AmendRecord(stream=NEXT, target=_set(story), changes={"continues": "goal:5"})
    ).refuses("not_amendable")


def test_a_goal_that_goes_on_elsewhere_is_not_taken_back() -> None:
    story = rematched().given(go_on())
    first = next(p.version for p in story.history[FIRST] if isinstance(p.event, GoalSet))

    story.when(
        mc.RetractRecord(stream=FIRST, target=first, cause="entered_in_error", reason="x")
    ).refuses("others_rest_on_it")


def _set(story: Scenario) -> int:
    return next(p.version for p in story.history[NEXT] if isinstance(p.event, GoalSet))
