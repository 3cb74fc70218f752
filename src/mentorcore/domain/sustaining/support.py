"""Release time, staff, budget and stipends: what was set aside, and what of it was used.

What is allocated is a limit that nobody is held to: more may be used, and a view says so.
"""

from datetime import date
from typing import Literal

import attrs

from mentorcore.domain.declarations import command, event, fresh, public
from mentorcore.domain.values import Code, CohortId, ParticipantId, ProgramId, SupportId
from mentorcore.domain.visibility import METADATA, Reader
from mentorcore.errors import Refused

SupportKind = Literal["release_time", "staff", "budget", "stipend"]

NOT_COLLEAGUES: frozenset[Reader] = METADATA - {"author", "member"}
"""Who sees in a program's own record for whom something was set aside, or who used it.

Everybody who takes part may read that record; of what is theirs the view tells them.
"""

SupportUnit = Literal["minutes", "days", "cents"]

TIME: frozenset[str] = frozenset({"release_time", "staff"})
"""The kinds that are counted in minutes or days; the others are money."""


@event("program.support-allocated", occurred="since")
class SupportAllocated:
    """Time, staff or money was set aside: for the whole program, a cohort, or one participant.

    Attributes:
        support_id: What was set aside.
        kind: Whether it is release time, staff, a budget or a stipend.
        amount: How much, in whole units.
        unit: Minutes or days of time, or cents of money.
        since: The first day on which it can be used.
        until: The first day on which it cannot any more; nothing where no day is set.
        currency: Of which currency the cents are, by its three letters.
        participant: The participant for whom it is; nothing for more than one.
        cohort_id: The cohort for which it is; nothing for all of them.
        funded_by: Who gives it, as a word of the program's own.
    """

    support_id: SupportId
    kind: SupportKind
    amount: int
    unit: SupportUnit
    since: date
    until: date | None = None
    currency: Code | None = None
    participant: ParticipantId | None = public(default=None, readers=NOT_COLLEAGUES)
    cohort_id: CohortId | None = None
    funded_by: Code | None = None


@command(leads_to=SupportAllocated)
class AllocateSupport:
    """Set time, staff or money aside.

    Attributes:
        kind: Release time and staff are counted in minutes or days, budgets and stipends in cents.
        until: The first day on which it cannot be used any more.
        participant: For whom, if it is for one participant alone.
        cohort_id: For which cohort, if it is for one alone.
    """

    program_id: ProgramId
    kind: SupportKind
    amount: int
    unit: SupportUnit
    since: date
    until: date | None = None
    currency: Code | None = None
    participant: ParticipantId | None = None
    cohort_id: CohortId | None = None
    funded_by: Code | None = None
    support_id: SupportId | None = fresh("support", default=None)


@event(
    "program.support-used",
    occurred="on",
    order_free=True,
    rests_on=(SupportAllocated, "support_id"),
)
class SupportUsed:
    """Some of what was set aside was used.

    Attributes:
        support_id: Of what.
        amount: How much, in the unit in which it was set aside.
        participant: Who used it; nothing where that is nobody in particular.
    """

    support_id: SupportId
    on: date
    amount: int
    participant: ParticipantId | None = public(default=None, readers=NOT_COLLEAGUES)


@command(leads_to=SupportUsed)
class RecordSupportUse:
    """Record that some of what was set aside was used."""

    program_id: ProgramId
    support_id: SupportId
    on: date
    amount: int
    participant: ParticipantId | None = None


@attrs.frozen(slots=False)
class Support:
    """What was set aside, as decisions know it."""

    support_id: SupportId
    kind: str
    amount: int
    unit: str
    since: date
    until: date | None = None
    currency: str | None = None
    participant: ParticipantId | None = None
    cohort_id: CohortId | None = None
    funded_by: str | None = None


def check_amount(amount: int) -> None:
    """Refuse to set aside or use nothing, or less.

    Raises:
        Refused: ``amount_out_of_range``.
    """
    if amount <= 0:
        raise Refused("an amount is a whole number of units above 0", "amount_out_of_range")


def check_support(asked: AllocateSupport) -> None:
    """Whether the parts of an allocation fit together.

    Raises:
        Refused: Kind, unit and currency, or its days, do not.
    """
    check_amount(asked.amount)
    usual = ("minutes", "days") if asked.kind in TIME else ("cents",)
    if asked.unit not in usual:
        kind = asked.kind.replace("_", " ")
        raise Refused(
            f"{kind} is counted in {' or '.join(usual)}, not in {asked.unit}", "unit_does_not_fit"
        )
    if (asked.currency is None) == (asked.unit == "cents"):
        raise Refused(
            "say of which currency the cents are"
            if asked.unit == "cents"
            else f"{asked.unit} have no currency",
            "currency_does_not_fit",
        )
    if asked.until is not None and asked.until <= asked.since:
        raise Refused(
            f"it could be used from {asked.since} until before {asked.until}: on no day",
            "ends_before_start",
        )
    if asked.participant is not None and asked.cohort_id is not None:
        raise Refused("say for whom it is: a participant or a cohort, not both", "for_two")
