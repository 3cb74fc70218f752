"""When figures may be shared, and when they may be put together (INV-60).

A pool is released once, stays, and no other one of its agreement overlaps it: of two pools that
differ by one institution, that one's figures could be computed. Pools of two agreements are not
held against each other; institutions that pool figures do it under one. Whoever has a share in a
pool can subtract their own; three institutions leave the sum of two.
"""

from collections.abc import Iterable
from typing import Any

from mentorcore.practices.networks.pooling import (
    FIELD_OF,
    FiguresShared,
    PoolReleased,
    RecordSharedDataRemoval,
    ReleasePool,
    SharedDataRemoved,
    ShareFigures,
)
from mentorcore.practices.networks.state import Agreement, check_covers
from mentorcore.practices.spec import (
    Refused,
    Situation,
    decides,
    recorded_as,
)

__all__ = ["FEWEST_INSTITUTIONS", "FEWEST_PERSONS", "check_pools"]

FEWEST_PERSONS = 10
"""Fewer people than that stand behind no figure that leaves an institution."""

FEWEST_INSTITUTIONS = 3
"""Fewer institutions than that are no pool."""

PURPOSE = "pool"


@decides(ShareFigures)
def share(_now: Situation, state: Agreement, command: ShareFigures) -> tuple[Any, ...]:
    """An institution shares its figures for a period, once."""
    shared = recorded_as(FiguresShared, command)
    check_covers(state, command.on, PURPOSE, (FIELD_OF[command.measure],), (command.institution,))
    _check_figures(shared)
    before = next((one for one in state.shared if _cell(one) == _cell(shared)), None)
    if before == shared:
        return ()
    if before is not None:
        raise Refused(
            f"{command.institution} shared this on {before.on}; amend that instead",
            "already_shared",
        )
    check_pools((*state.shared, shared), state.released)
    return (shared,)


@decides(ReleasePool)
def release(_now: Situation, state: Agreement, command: ReleasePool) -> tuple[Any, ...]:
    """Put together what was shared."""
    check_covers(state, command.on, PURPOSE, (FIELD_OF[command.measure],), ())
    cells = [one for one in state.shared if _period(one) == _period(command)]
    if len(cells) < FEWEST_INSTITUTIONS:
        raise Refused(
            f"a pool needs {FEWEST_INSTITUTIONS} institutions at least; fewer have shared this",
            "too_few_institutions",
        )
    released = recorded_as(
        PoolReleased,
        command,
        institutions=tuple(sorted(one.institution for one in cells)),
        persons=sum(one.persons for one in cells),
        amount=sum(one.amount for one in cells),
    )
    if released in state.released:
        return ()
    check_pools(state.shared, (*state.released, released))
    return (released,)


@decides(RecordSharedDataRemoval)
def remove(_now: Situation, state: Agreement, command: RecordSharedDataRemoval) -> tuple[Any, ...]:
    """What came under an agreement that has ended is gone."""
    removed = recorded_as(SharedDataRemoved, command)
    if state.removed == removed:
        return ()
    if state.removed is not None:
        raise Refused(f"this was done on {state.removed.on}", "already_removed")
    check_removal(state, removed)
    return (removed,)


def check_removal(state: Agreement, removed: SharedDataRemoved | None) -> None:
    """Refuse that things were removed which still may come.

    Raises:
        Refused: ``agreement_goes_on``.
    """
    if removed is not None and (state.ends is None or removed.on < state.ends):
        raise Refused("the agreement has not ended by that day", "agreement_goes_on")


def check_pools(shared: Iterable[FiguresShared], released: Iterable[PoolReleased]) -> None:
    """Refuse figures that give away too much, and pools that are not what was shared.

    Raises:
        Refused: ``below_threshold``, ``amount_out_of_range``, ``ends_before_start``,
            ``already_released`` or ``pool_released``.
    """
    shared, known = tuple(shared), list[PoolReleased]()
    for one in shared:
        _check_figures(one)
    for pool in released:
        for other in known:
            if other.measure == pool.measure and _overlap(other, pool):
                raise Refused(
                    f"{other.measure} from {other.since} until before {other.until} were released "
                    f"on {other.on}; of what overlaps that, one institution's share could be "
                    "computed",
                    "already_released",
                )
        known.append(pool)
        cells = [one for one in shared if _period(one) == _period(pool)]
        sums = (sum(one.persons for one in cells), sum(one.amount for one in cells))
        sides = tuple(sorted(one.institution for one in cells))
        late = any(one.on > pool.on for one in cells)
        if late or (sides, *sums) != (pool.institutions, pool.persons, pool.amount):
            raise Refused(
                f"the pool of {pool.measure} from {pool.since} was released on {pool.on}, and what "
                "it was made of stays",
                "pool_released",
            )


def _check_figures(shared: FiguresShared) -> None:
    if shared.until <= shared.since:
        raise Refused("the period would end before it begins", "ends_before_start")
    if shared.on < shared.until:
        raise Refused("the period is not over by then", "period_goes_on")
    if shared.persons < FEWEST_PERSONS:
        raise Refused(
            f"figures of fewer than {FEWEST_PERSONS} people do not leave an institution",
            "below_threshold",
        )
    if shared.amount < 0:
        raise Refused("an amount is not negative", "amount_out_of_range")


def _period(one: Any) -> tuple[Any, ...]:
    return one.measure, one.since, one.until


def _cell(one: FiguresShared) -> tuple[Any, ...]:
    return (one.institution, *_period(one))


def _overlap(one: PoolReleased, other: PoolReleased) -> bool:
    return one.since < other.until and other.since < one.until
