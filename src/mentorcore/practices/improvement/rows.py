"""The rows of improvement: what is done about what was found, and what came of it."""

from datetime import date

import attrs
from attrs import field

from mentorcore.domain.sustaining.improvement import ImprovementActionAdopted, ImprovementReviewed
from mentorcore.practices.spec import Evidence, figure

__all__ = ["ActionRow", "ActionTotals"]

Adopted, Reviewed = ImprovementActionAdopted, ImprovementReviewed


@attrs.frozen
class ActionRow:
    """An action that was adopted because of something that was found.

    Attributes:
        state: ``open``, ``overdue`` once its day has passed, or ``closed`` when nobody is to look
            at it again.
        due_on: By when it is to be looked at; nothing once it is closed.
        outcome: What came of it, when somebody looked last.
    """

    improvement: str = field(metadata=figure("the id of the action"))
    finding: str = field(metadata=figure("what was found", Adopted))
    finding_ref: str | None = field(metadata=figure("where it was found", Adopted))
    action: str = field(metadata=figure("what is to be done", Adopted))
    owner: str = field(metadata=figure("who sees to it", Adopted))
    adopted_on: date = field(metadata=figure("when it was adopted", Adopted))
    due_on: date | None = field(metadata=figure("by when it is to be looked at", Adopted, Reviewed))
    state: str = field(metadata=figure("open, overdue or closed", Adopted, Reviewed))
    reviews: int = field(metadata=figure("how often it was looked at", Adopted, Reviewed))
    reviewed_on: date | None = field(
        metadata=figure("when it was looked at last", Adopted, Reviewed)
    )
    outcome: str | None = field(metadata=figure("what came of it", Adopted, Reviewed))
    remark: str = field(metadata=figure("what was seen", Adopted, Reviewed))
    evidence: tuple[Evidence, ...] = field(
        metadata=figure("the events behind it", Adopted, Reviewed)
    )


@attrs.frozen
class ActionTotals:
    """All actions of a program.

    Attributes:
        open: Those that are still to be looked at, overdue ones among them.
    """

    adopted: int = field(metadata=figure("actions that were adopted", Adopted))
    open: int = field(metadata=figure("actions still to be looked at", Adopted, Reviewed))
    overdue: int = field(metadata=figure("actions whose day has passed", Adopted, Reviewed))
    effective: int = field(
        metadata=figure("closed actions that did what they were meant to", Adopted, Reviewed)
    )
