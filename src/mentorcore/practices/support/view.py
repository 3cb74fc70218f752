"""What was set aside for a program and what of it was used, as its own stream tells.

An allocation is no limit: more may be used, and then somebody is told.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import attrs

from mentorcore.domain.program import ProgramDesigned
from mentorcore.domain.sustaining.support import SupportAllocated, SupportUsed
from mentorcore.practices.spec import (
    Evidence,
    Need,
    ProgramSnapshot,
    ProgramView,
    Projection,
    Recorded,
    Redactor,
    who,
)
from mentorcore.practices.support.rows import SupportRow, SupportTotal, SupportTotals

__all__ = ["UPTAKE"]


@attrs.define
class AllocationPart:
    """What was set aside, as it is folded; ``refs`` are the version and position of its events."""

    kind: str = ""
    amount: int = 0
    unit: str = ""
    currency: str | None = None
    participant: str | None = None
    cohort: str | None = None
    funded_by: str | None = None
    since: date | None = None
    until: date | None = None
    used: int = 0
    uses: int = 0
    last_used_on: date | None = None
    refs: list[tuple[int, int]] = attrs.Factory(list)


@attrs.define
class SupportPart:
    """A program's support, as it is folded."""

    program: str = ""
    allocations: dict[str, AllocationPart] = attrs.Factory(dict)


def apply(part: SupportPart, told: Recorded[Any]) -> SupportPart:
    """Fold one event into the support of a program."""
    event = told.event
    if isinstance(event, ProgramDesigned):
        part.program = told.stream
        return part
    found = part.allocations.setdefault(event.support_id, AllocationPart())
    found.refs.append((told.version, told.position))
    match event:
        case SupportAllocated():
            found.kind, found.amount, found.unit = event.kind, event.amount, event.unit
            found.currency, found.funded_by = event.currency, event.funded_by
            found.participant, found.cohort = event.participant, event.cohort_id
            found.since, found.until = event.since, event.until
        case used:
            found.used += used.amount
            found.uses += 1
            found.last_used_on = max(used.on, found.last_used_on or used.on)
    return part


def rows(part: SupportPart, at: ProgramSnapshot, seer: Redactor) -> Iterator[SupportRow]:
    """What was set aside, in the order of its first day."""
    for support, found in _in_order(part):
        assert found.since is not None
        yield SupportRow(
            support=support,
            kind=found.kind,
            whom=None if found.participant is None else who(at, seer, found.participant),
            cohort=found.cohort,
            amount=found.amount,
            unit=found.unit,
            currency=found.currency,
            since=found.since,
            until=found.until,
            funded_by=found.funded_by,
            used=found.used,
            uses=found.uses,
            last_used_on=found.last_used_on,
            state=_state(found, at.day),
            evidence=_behind(part, found),
        )


def _in_order(part: SupportPart) -> list[tuple[str, AllocationPart]]:
    """What was set aside; of what is known by its use alone nothing can be told."""
    known = [(s, found) for s, found in part.allocations.items() if found.since is not None]
    return sorted(known, key=lambda pair: (pair[1].since or date.min, pair[0]))


def _state(found: AllocationPart, day: date) -> str:
    if found.used >= found.amount:
        return "overused" if found.used > found.amount else "used_up"
    if found.since is not None and found.since > day:
        return "ahead"
    return "over" if found.until is not None and found.until <= day else "open"


def _behind(part: SupportPart, found: AllocationPart) -> tuple[Evidence, ...]:
    return tuple(Evidence(part.program, *ref) for ref in sorted(found.refs))


def needs(part: SupportPart, at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """More was used than had been set aside."""
    for support, found in _in_order(part):
        if found.used <= found.amount:
            continue
        kind = found.kind.replace("_", " ")
        yield Need(
            kind="support_overused",
            subject=support,
            people=() if found.participant is None else (who(at, seer, found.participant),),
            since=found.last_used_on,
            days=0,
            why=f"{found.used} of {found.amount} {found.unit} of {kind} were used",
            code=found.kind,
            amount=found.used,
            limit=found.amount,
            evidence=_behind(part, found),
        )


def combine(parts: Mapping[str, SupportPart], _at: ProgramSnapshot) -> SupportTotals:
    """All support of a program, by kind, unit and currency."""
    found: dict[tuple[str, str, str], list[AllocationPart]] = {}
    for part in parts.values():
        for _, one in _in_order(part):
            found.setdefault((one.kind, one.unit, one.currency or ""), []).append(one)
    return SupportTotals(
        tuple(
            SupportTotal(
                kind=kind,
                unit=unit,
                currency=currency or None,
                allocated=sum(one.amount for one in alike),
                used=sum(one.used for one in alike),
                overused=sum(one.used > one.amount for one in alike),
            )
            for (kind, unit, currency), alike in sorted(found.items())
        )
    )


UPTAKE = ProgramView(
    name="support.uptake",
    projection=Projection(
        name="support",
        version=1,
        initial={"program": SupportPart},
        apply=apply,
        corrected=lambda part, _correction, _target: part,
        combine=lambda parts: parts,
        events=frozenset({ProgramDesigned, SupportAllocated, SupportUsed}),
    ),
    rows=rows,
    needs=needs,
    combine=combine,
    kinds={"support_overused": "cohort_over_places"},
    about={"support_overused": "more was used than had been set aside"},
    prompted_by=frozenset({SupportUsed}),
)
