"""What an institution sees of the numbers that are shared: its own, and the pool (INV-60).

What another institution shared by itself is shown to nobody. A pool is shown as it was released,
so that no two answers about an agreement differ by one institution's share.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import attrs
from attrs import field

from mentorcore.practices.networks.events import DataSharingAgreementDrafted
from mentorcore.practices.networks.fold import NETWORK, AgreementPart, CellPart
from mentorcore.practices.networks.pool_rules import FEWEST_INSTITUTIONS
from mentorcore.practices.networks.pooling import FiguresShared, PoolReleased
from mentorcore.practices.spec import Evidence, ProgramSnapshot, ProgramView, Redactor, figure

__all__ = ["POOL", "PoolFigure", "PoolRow"]

FIGURES = (FiguresShared, PoolReleased)


@attrs.frozen
class PoolFigure:
    """What was shared of a measure in a period.

    Attributes:
        of: The measure and the period, half-open.
        shared_by: The institutions that have shared theirs.
        own_persons: How many people our own institution counted; nothing where it shared nothing.
        own_amount: What that came to.
        persons: How many people are in the pool; nothing while it is not released.
        amount: What the pool comes to.
        missing: How many institutions are missing for a pool.
    """

    of: str = field(metadata=figure("the measure and the period"))
    measure: str = field(metadata=figure("what is counted", *FIGURES))
    since: date = field(metadata=figure("the first day that is counted", *FIGURES))
    until: date = field(metadata=figure("the first day that is not counted", *FIGURES))
    shared_by: tuple[str, ...] = field(metadata=figure("who has shared", FiguresShared))
    own_persons: int | None = field(metadata=figure("people of our own", FiguresShared))
    own_amount: int | None = field(metadata=figure("what our own comes to", FiguresShared))
    persons: int | None = field(metadata=figure("people in the pool", PoolReleased))
    amount: int | None = field(metadata=figure("what the pool comes to", PoolReleased))
    released_on: date | None = field(metadata=figure("when it was released", PoolReleased))
    missing: int = field(metadata=figure("institutions that a pool still needs", *FIGURES))


@attrs.frozen
class PoolRow:
    """An agreement under which figures are put together."""

    agreement: str = field(metadata=figure("the agreement's id"))
    institutions: tuple[str, ...] = field(
        metadata=figure("between whom it is", DataSharingAgreementDrafted)
    )
    figures: tuple[PoolFigure, ...] = field(metadata=figure("what was shared", *FIGURES))
    evidence: tuple[Evidence, ...] = ()


def rows(part: Any, at: ProgramSnapshot, _seer: Redactor) -> Iterator[PoolRow]:
    """An agreement for pools, with what our own institution may know of each."""
    if not isinstance(part, AgreementPart) or "pool" not in part.purposes:
        return
    cells = sorted(part.shared + part.pools, key=lambda one: (one.since, one.until, one.measure))
    periods = dict.fromkeys((one.measure, one.since, one.until) for one in cells)
    yield PoolRow(
        agreement=part.agreement,
        institutions=part.institutions,
        figures=tuple(_figure(part, period, at.program.owner) for period in periods),
        evidence=tuple(Evidence(part.agreement, *ref) for ref in sorted(part.refs)),
    )


def _figure(part: AgreementPart, period: tuple[str, date, date], ours: str | None) -> PoolFigure:
    measure, since, until = period

    def these(cells: list[CellPart]) -> list[CellPart]:
        return [one for one in cells if (one.measure, one.since, one.until) == period]

    shared, pool = these(part.shared), next(iter(these(part.pools)), None)
    own = next((one for one in shared if one.sides == (ours,)), None)
    return PoolFigure(
        of=f"{measure} from {since} until before {until}",
        measure=measure,
        since=since,
        until=until,
        shared_by=tuple(sorted(side for one in shared for side in one.sides)),
        own_persons=None if own is None else own.persons,
        own_amount=None if own is None else own.amount,
        persons=None if pool is None else pool.persons,
        amount=None if pool is None else pool.amount,
        released_on=None if pool is None else pool.on,
        missing=max(0, FEWEST_INSTITUTIONS - len(shared)),
    )


POOL = ProgramView(name="networks.pool", projection=NETWORK, rows=rows)
