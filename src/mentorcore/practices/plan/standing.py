"""What a plan comes to on a day: its goals, its open steps, its revisions and their signatures."""

from datetime import date

import attrs

from mentorcore.practices.plan.parts import (
    HANDED_OVER,
    Closing,
    GoalPart,
    Paper,
    PlanPart,
    Step,
)

__all__ = [
    "SIGNATURE",
    "Revision",
    "beside",
    "closing",
    "goals_on",
    "in_order",
    "items_on",
    "moved_on",
    "revisions",
    "stands",
]

GONE = frozenset({"abandoned", "replaced", HANDED_OVER})
"""Statuses of goals that a plan holds no more."""

PLAN, SIGNATURE = "plan", "signature"
"""The kinds of evidence that a plan is, and that a signature under one is."""


@attrs.frozen
class Revision:
    """The plan as it was put on paper, with the signatures that it has got.

    Attributes:
        paper: The first paper of it.
        signed: By role, the first day on which it had signed.
    """

    number: int
    paper: Paper
    signed: dict[str, date]

    def unsigned(self, roles: tuple[str, ...]) -> tuple[str, ...]:
        """Those of these roles that have not signed."""
        return tuple(role for role in roles if role not in self.signed)

    def signed_on(self, roles: tuple[str, ...]) -> date | None:
        """The day on which all of these roles had signed; nothing before."""
        if not roles or self.unsigned(roles):
            return None
        return max(self.signed[role] for role in roles)


def in_order(part: PlanPart) -> list[tuple[str, GoalPart]]:
    """The goals, in the order in which they were set."""
    return sorted(part.goals.items(), key=lambda found: found[1][:2])


def stands(part: PlanPart, goal_id: str, day: date) -> tuple[str, date]:
    """The status of a goal at the end of a day, and since when."""
    goal = part.goals[goal_id]
    steps = [s for s in part.steps.get(goal_id, ()) if goal[:2] <= s[:2] and s.on <= day]
    gone = next((s for s in steps if s.status == HANDED_OVER), None)
    if gone is not None:
        return gone.status, gone.on
    reworded = [
        later.on
        for later in part.goals.values()
        if later.revises == goal_id and goal[:2] <= later[:2] and later.on <= day
    ]
    if reworded:
        return "replaced", min(reworded)
    last = steps[-1] if steps else Step(goal.on, 0, goal.reached or "set")
    return last.status, last.on


def goals_on(part: PlanPart, day: date) -> tuple[str, ...]:
    """The goals that the plan holds at the end of a day."""
    return tuple(
        goal_id
        for goal_id, goal in in_order(part)
        if goal.on <= day and stands(part, goal_id, day)[0] not in GONE
    )


def moved_on(part: PlanPart, goal_id: str, day: date) -> date:
    """The day on which a goal came into the plan, or on which it went out of it."""
    status, since = stands(part, goal_id, day)
    return since if status in GONE else part.goals[goal_id].on


def closing(part: PlanPart, item_id: str) -> Closing | None:
    """How an action item was closed; nothing while it is open."""
    found = part.closings.get(item_id)
    return found if found is not None and part.items[item_id][:2] <= found[:2] else None


def items_on(part: PlanPart, day: date) -> tuple[str, ...]:
    """The action items that were open at the end of a day."""
    found = sorted(part.items.items(), key=lambda known: known[1][:2])
    return tuple(i for i, item in found if item.on <= day and _is_open(part, i, day))


def _is_open(part: PlanPart, item_id: str, day: date) -> bool:
    closed = closing(part, item_id)
    return closed is None or day < closed.on


def revisions(part: PlanPart, roles: tuple[str, ...]) -> list[Revision]:
    """The revisions of the plan, in the order of their days.

    A plan that is attached again under the same title, while a signature is missing and the goals
    are still the same, is the same revision, signed by somebody more; and so it is by a signature
    that was attached by itself under its title.

    Args:
        part: The plan.
        roles: The roles that sign it.
    """
    found: list[Revision] = []
    for paper in part.papers:
        if paper.kind == PLAN and not (found and _goes_on(part, found[-1], paper, roles)):
            found.append(Revision(len(found) + 1, paper, {}))
        if _is_of_plan(part, paper):
            signed = next(r for r in reversed(found) if r.paper.title == paper.title)
            for role in paper.signed_by:
                signed.signed.setdefault(role, paper.on)
    return found


def _is_of_plan(part: PlanPart, paper: Paper) -> bool:
    """Whether it is the plan itself, or a signature under one that was there before."""
    if paper.kind != SIGNATURE:
        return paper.kind == PLAN
    plans = (p for p in part.papers if p.kind == PLAN and p.title == paper.title)
    return any(p[:2] <= paper[:2] for p in plans)


def _goes_on(part: PlanPart, last: Revision, paper: Paper, roles: tuple[str, ...]) -> bool:
    return (
        last.paper.title == paper.title
        and bool(last.unsigned(roles))
        and goals_on(part, last.paper.on) == goals_on(part, paper.on)
    )


def beside(part: PlanPart) -> list[Paper]:
    """What was attached beside the plan, in the order of the days."""
    return [paper for paper in part.papers if not _is_of_plan(part, paper)]
