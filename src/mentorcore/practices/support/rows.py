"""The rows of support: what was set aside, how much of it was used, and both together by kind."""

from datetime import date

import attrs
from attrs import field

from mentorcore.domain.sustaining.support import SupportAllocated, SupportUsed
from mentorcore.practices.spec import Evidence, Who, computed, figure

__all__ = ["SupportRow", "SupportTotal", "SupportTotals"]

Allocated, Used = SupportAllocated, SupportUsed


@attrs.frozen
class SupportRow:
    """What was set aside, and how far it was used.

    Attributes:
        kind: ``release_time``, ``staff``, ``budget`` or ``stipend``.
        amount: How much was set aside, in whole units.
        unit: ``minutes``, ``days`` or ``cents``.
        state: ``ahead`` before its first day, ``open``, ``used_up``, ``overused``, or ``over``
            after its last day with something left.
        whom: The participant for whom it is; nothing for more than one.
    """

    support: str = field(metadata=figure("the id of what was set aside"))
    kind: str = field(metadata=figure("what was set aside", Allocated))
    whom: Who | None = field(metadata=figure("for whom it was set aside", Allocated))
    cohort: str | None = field(metadata=figure("the cohort for which it was set aside", Allocated))
    amount: int = field(metadata=figure("how much was set aside", Allocated))
    unit: str = field(metadata=figure("in which unit it is counted", Allocated))
    currency: str | None = field(metadata=figure("of which currency the cents are", Allocated))
    since: date = field(metadata=figure("the first day on which it can be used", Allocated))
    until: date | None = field(metadata=figure("the first day on which it cannot", Allocated))
    funded_by: str | None = field(metadata=figure("who gives it", Allocated))
    used: int = field(metadata=figure("how much of it was used", Allocated, Used))
    uses: int = field(metadata=figure("how often some of it was used", Allocated, Used))
    last_used_on: date | None = field(metadata=figure("when it was used last", Allocated, Used))
    state: str = field(metadata=figure("how far it was used", Allocated, Used))
    evidence: tuple[Evidence, ...] = field(metadata=figure("the events behind it", Allocated, Used))

    @property
    @computed("how much of it is left", Allocated, Used)
    def left(self) -> int:
        """How much of it is left; below 0 where more was used than there was."""
        return self.amount - self.used


@attrs.frozen
class SupportTotal:
    """All of one kind, counted in one unit."""

    kind: str = field(metadata=figure("what was set aside", Allocated))
    unit: str = field(metadata=figure("in which unit it is counted", Allocated))
    currency: str | None = field(metadata=figure("of which currency the cents are", Allocated))
    allocated: int = field(metadata=figure("how much was set aside", Allocated))
    used: int = field(metadata=figure("how much of it was used", Allocated, Used))
    overused: int = field(
        metadata=figure("of how many allocations more was used than there was", Allocated, Used)
    )


@attrs.frozen
class SupportTotals:
    """Everything that was set aside for a program, by kind, unit and currency."""

    kinds: tuple[SupportTotal, ...] = field(
        metadata=figure("what was set aside and used, by kind", Allocated, Used)
    )
