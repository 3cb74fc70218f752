"""What was found leads to an action that somebody owns, and what came of it is looked at again."""

from datetime import date
from typing import Literal

import attrs

from mentorcore.domain.declarations import command, event, fresh, public
from mentorcore.domain.values import Code, ImprovementId, ProgramId

ImprovementOutcome = Literal["effective", "partly_effective", "not_effective", "not_done"]


@event("program.improvement-adopted", occurred="on")
class ImprovementActionAdopted:
    """It was decided to change something, because of something that was found.

    Finding and action stand in the clear: nothing about single people belongs into them.

    Attributes:
        improvement_id: The action.
        finding: What was found.
        finding_ref: Where it was found, as a word of the program's own, such as a survey.
        action: What is to be done about it.
        owner: Who sees to it, as a word of the program's own, such as an office.
        due_on: The day by which it is to be done and looked at again.
    """

    improvement_id: ImprovementId
    on: date
    owner: Code
    due_on: date
    finding: str = public()
    action: str = public()
    finding_ref: Code | None = None


@command(leads_to=ImprovementActionAdopted)
class AdoptImprovementAction:
    """Decide to change something, because of something that was found.

    Attributes:
        finding: What was found; stored in the clear, so nothing about single people.
        action: What is to be done; stored in the clear, too.
        owner: Who sees to it, as one word such as an office.
        due_on: By when it is to be done and looked at again.
    """

    program_id: ProgramId
    on: date
    finding: str
    action: str
    owner: Code
    due_on: date
    finding_ref: Code | None = None
    improvement_id: ImprovementId | None = fresh("improvement", default=None)


@event(
    "program.improvement-reviewed",
    occurred="on",
    rests_on=(ImprovementActionAdopted, "improvement_id"),
)
class ImprovementReviewed:
    """Somebody looked at what came of an action; the last time counts.

    Attributes:
        improvement_id: The action.
        outcome: Whether it did what it was meant to do.
        due_on: The day by which it is to be looked at again; nothing where that was the last time.
        remark: What was seen; in the clear, so nothing about single people.
    """

    improvement_id: ImprovementId
    on: date
    outcome: ImprovementOutcome
    due_on: date | None = None
    remark: str = public(default="")


@command(leads_to=ImprovementReviewed)
class ReviewImprovement:
    """Say what came of an action, and whether it is to be looked at again.

    Attributes:
        due_on: By when it is to be looked at again; nothing closes it.
        remark: Stored in the clear, so nothing about single people.
    """

    program_id: ProgramId
    improvement_id: ImprovementId
    on: date
    outcome: ImprovementOutcome
    due_on: date | None = None
    remark: str = ""


@attrs.frozen(slots=False)
class Improvement:
    """An action that was adopted, as decisions know it."""

    improvement_id: ImprovementId
    on: date
    finding: str
    action: str
    owner: str
    due_on: date
    finding_ref: str | None = None
