"""What is told of what a program changes: who sees to it, by when, and what came of it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from engine.world import STARTED, TODAY, Clock, World, engine, mc
from practices.life.world import adopted, needs, reviewed, seen

VIEW = "improvement.actions"


@pytest.fixture
def world() -> Iterator[World]:
    with engine() as opened:
        yield World(opened)


def test_an_action_is_told_with_what_was_found_and_who_sees_to_it(world: World) -> None:
    action = adopted(world, due_on=TODAY, finding_ref="pulse-2026-09")

    row = seen(world, VIEW).row(action)

    assert (row.finding, row.finding_ref) == ("Feedback is rare", "pulse-2026-09")
    assert (row.action, row.owner) == ("A workshop on feedback", "program-lead")
    assert (row.state, row.due_on, row.reviews, row.outcome) == ("open", TODAY, 0, None)


def test_what_nobody_looked_at_in_time_needs_somebody(world: World) -> None:
    action = adopted(world, due_on=TODAY - timedelta(days=4))

    (need,) = needs(world, "improvement_overdue")

    assert (need.subject, need.days, need.code) == (action, 4, "program-lead")
    assert need.why == "an action of program-lead was to be done and looked at by 2026-11-19"
    assert need.text == "A workshop on feedback"
    assert seen(world, VIEW).row(action).state == "overdue"


def test_on_its_day_an_action_is_not_overdue(world: World) -> None:
    adopted(world, due_on=TODAY)

    assert not needs(world, "improvement_overdue")


def test_what_is_to_be_looked_at_again_is_due_on_another_day() -> None:
    clock = Clock()
    with engine(clock=clock) as opened:
        world = World(opened)
        action = adopted(world)
        again = TODAY + timedelta(days=30)
        reviewed(
            world, action, outcome="partly_effective", due_on=again, remark="Half of them came"
        )
        first = seen(world, VIEW).row(action)
        clock.move(days=31)

        (need,) = needs(world, "improvement_overdue")
        reviewed(world, action, on=again)

        assert (first.state, first.due_on, first.outcome) == ("open", again, "partly_effective")
        assert first.remark == "Half of them came"
        assert "looked at again" in need.why
        assert seen(world, VIEW).row(action).state == "closed"
        assert not needs(world, "improvement_overdue")


def test_totals_count_what_is_open_overdue_and_did_its_work(world: World) -> None:
    adopted(world)
    adopted(world, due_on=TODAY)
    reviewed(world, adopted(world))
    reviewed(world, adopted(world), outcome="not_effective")

    totals = seen(world, VIEW).totals

    assert (totals.adopted, totals.open, totals.overdue, totals.effective) == (4, 2, 1, 1)


def test_a_late_look_changes_what_is_true_and_not_what_was_known() -> None:
    clock = Clock()
    with engine(clock=clock) as opened:
        world = World(opened)
        action = adopted(world)
        before = opened.position
        clock.move(days=3)
        reviewed(world, action, on=STARTED + timedelta(days=9))

        then = {"as_of": STARTED + timedelta(days=10)}

        assert seen(world, VIEW, **then).row(action).state == "closed"
        assert seen(world, VIEW, **then, as_known=before).row(action).state == "open"


def test_when_a_look_is_taken_back_the_action_is_overdue_again(world: World) -> None:
    version = reviewed(world, adopted(world)).events[0].version

    world.do(mc.RetractRecord(stream=world.program, target=version))

    assert needs(world, "improvement_overdue")


def test_members_are_not_shown_what_the_program_does_about_itself(world: World) -> None:
    adopted(world)
    member = mc.Viewer.member(world.persons[world.mentor()])

    assert not seen(world, VIEW, member).rows
    assert not needs(world, "improvement_overdue", member)
