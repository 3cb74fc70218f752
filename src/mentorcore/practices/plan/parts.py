"""What is kept of the plan of a pairing and of a participant's counselling, each fact with its day.

Goals, steps, action items and evidence come in whatever order; what they come to on a day, and on
the day of each signature, is worked out when somebody asks.
"""

from datetime import date
from typing import NamedTuple

import attrs

from mentorcore.practices.spec import Sealed

__all__ = [
    "HANDED_OVER",
    "Closing",
    "CounsellingPart",
    "FormPart",
    "GoalPart",
    "ItemPart",
    "Paper",
    "PlanPart",
    "Step",
    "by",
]

HANDED_OVER = "handed_over"
"""The status of a goal that goes on in a later pairing."""


class GoalPart(NamedTuple):
    """A goal as it was set; ``reached`` is the status of one that was taken along to here."""

    on: date
    version: int
    due_on: date | None
    area: str | None
    revises: str | None
    reached: str | None
    statement: Sealed | str | None


class Step(NamedTuple):
    """A status that a goal moved to."""

    on: date
    version: int
    status: str


class ItemPart(NamedTuple):
    """An action item as it was agreed."""

    on: date
    version: int
    owner: str
    due_on: date | None
    goal: str | None
    text: Sealed | str | None


class Closing(NamedTuple):
    """How an action item was closed."""

    on: date
    version: int
    outcome: str


class Paper(NamedTuple):
    """Evidence that was attached: a plan with its signatures, or something beside it."""

    on: date
    version: int
    evidence: str
    kind: str
    title: str
    signed_by: tuple[str, ...]


@attrs.define
class PlanPart:
    """The plan of a pairing, as it is folded; texts stay sealed.

    Attributes:
        steps: By goal, every status that it moved to, in the order of their days.
        papers: What was attached, in the order of the days; nothing that judges somebody.
    """

    pairing: str = ""
    goals: dict[str, GoalPart] = attrs.Factory(dict)
    steps: dict[str, list[Step]] = attrs.Factory(dict)
    items: dict[str, ItemPart] = attrs.Factory(dict)
    closings: dict[str, Closing] = attrs.Factory(dict)
    papers: list[Paper] = attrs.Factory(list)


class FormPart(NamedTuple):
    """A form that was attached."""

    on: date
    version: int
    evidence: str
    title: str
    signed_by: tuple[str, ...]


@attrs.define
class CounsellingPart:
    """The counselling of a participant, as it is folded.

    Attributes:
        signatures: Those that were attached by themselves, under the title of a form.
    """

    participant: str = ""
    forms: list[FormPart] = attrs.Factory(list)
    signatures: list[FormPart] = attrs.Factory(list)


def by(part: PlanPart, day: date) -> PlanPart:
    """The plan as it was at the end of a day: of all that is folded, what was true by then."""
    return PlanPart(
        pairing=part.pairing,
        goals={g: goal for g, goal in part.goals.items() if goal.on <= day},
        steps={g: [s for s in steps if s.on <= day] for g, steps in part.steps.items()},
        items={i: item for i, item in part.items.items() if item.on <= day},
        closings={i: closed for i, closed in part.closings.items() if closed.on <= day},
        papers=[paper for paper in part.papers if paper.on <= day],
    )
