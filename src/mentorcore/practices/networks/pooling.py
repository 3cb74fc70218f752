"""What institutions share of themselves in numbers, and the pool that is made of it (INV-60)."""

from datetime import date
from typing import Literal

from mentorcore.practices.networks.events import AgreementId
from mentorcore.practices.spec import (
    NOBODY,
    Code,
    PracticeCommand,
    command,
    event,
    public,
)

Measure = Literal["minutes", "meetings", "completions"]

FIELD_OF: dict[Measure, str] = {
    "minutes": "hours",
    "meetings": "dates",
    "completions": "completions",
}
"""What an agreement has to let across for each measure."""


@event("agreement.figures-shared", occurred="on", order_free=True)
class FiguresShared:
    """An institution shared what it comes to by itself.

    Attributes:
        institution: Whose figures they are.
        measure: What is counted.
        since: The first day that is counted.
        until: The first day that is not counted any more.
        persons: How many people it was counted of.
        amount: What it came to.
    """

    institution: Code = public(fixed=True)
    measure: Measure = public(fixed=True)
    since: date = public(fixed=True)
    until: date = public(fixed=True)
    persons: int = public(readers=NOBODY)
    amount: int = public(readers=NOBODY)
    on: date


@command(leads_to=FiguresShared)
class ShareFigures(PracticeCommand):
    """Record what an institution shares of itself in numbers, of 10 people at least."""

    agreement_id: AgreementId
    institution: Code
    measure: Measure
    since: date
    until: date
    persons: int
    amount: int
    on: date


@event("agreement.pool-released", occurred="on", transition=True)
class PoolReleased:
    """What institutions shared was put together, for each of them to see.

    Attributes:
        institutions: Whose figures are in it.
        persons: How many people it was counted of.
        amount: What it came to.
    """

    measure: Measure = public(fixed=True)
    since: date = public(fixed=True)
    until: date = public(fixed=True)
    institutions: tuple[Code, ...] = public(fixed=True)
    persons: int = public(fixed=True)
    amount: int = public(fixed=True)
    on: date


@command(leads_to=PoolReleased)
class ReleasePool(PracticeCommand):
    """Put together what institutions shared for a period; it is done once, and stays."""

    agreement_id: AgreementId
    measure: Measure
    since: date
    until: date
    on: date


@event("agreement.data-removed", occurred="on", once=True)
class SharedDataRemoved:
    """What came under an agreement that has ended is gone where it was received.

    Attributes:
        office: The office that saw to it.
    """

    office: Code
    on: date


@command(leads_to=SharedDataRemoved)
class RecordSharedDataRemoval(PracticeCommand):
    """Record that what came under an agreement is kept no longer."""

    agreement_id: AgreementId
    office: Code
    on: date
