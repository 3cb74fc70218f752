"""What became of the goals of a pairing."""

from collections.abc import Mapping
from datetime import date

import attrs

from mentorcore.domain.pairing.events.work import GoalHandedOver, GoalProgressRecorded, GoalSet
from mentorcore.domain.values import GoalId

__all__ = ["Goal", "with_goal"]


@attrs.frozen
class Goal:
    """A goal with the status it has reached, and the steps on which it came there.

    Attributes:
        handed_over: The day from which it goes on in a later pairing.
    """

    set: GoalSet
    status: str = "set"
    replaced: bool = False
    steps: tuple[tuple[date, str], ...] = ()
    handed_over: date | None = None


def with_goal(
    goals: Mapping[GoalId, Goal], event: GoalSet | GoalProgressRecorded | GoalHandedOver
) -> Mapping[GoalId, Goal]:
    """The goals after one event about one of them."""
    if isinstance(event, GoalSet):
        return _set(goals, event)
    goal = goals.get(event.goal_id)
    if goal is None:
        return goals
    if isinstance(event, GoalHandedOver):
        after = attrs.evolve(goal, handed_over=event.on)
    else:
        steps = (*goal.steps, (event.on, event.status))
        after = attrs.evolve(goal, status=event.status, steps=steps)
    return {**goals, event.goal_id: after}


def _set(goals: Mapping[GoalId, Goal], event: GoalSet) -> Mapping[GoalId, Goal]:
    after = {**goals, event.goal_id: Goal(event, status=event.reached or "set")}
    revised = None if event.revises is None else goals.get(event.revises)
    if event.revises is not None and revised is not None:
        after[event.revises] = attrs.evolve(revised, replaced=True)
    return after
