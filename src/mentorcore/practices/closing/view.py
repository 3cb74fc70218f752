"""What became of each pairing of a cohort that was closed: ended, moved, or extended (INV-71)."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

import attrs

from mentorcore.domain.pairing.events.ending import PairingContinued, PairingEnded, PairingReopened
from mentorcore.domain.pairing.events.forming import PairingFormed
from mentorcore.domain.pairing.events.members import MemberJoined
from mentorcore.practices.closing.rows import ClosedPairing, CohortTotal, CohortTotals
from mentorcore.practices.spec import (
    ClosedCohort,
    Evidence,
    ProgramSnapshot,
    ProgramView,
    Projection,
    Recorded,
    Redactor,
    who,
)

__all__ = ["PAIRINGS"]


class Stay(NamedTuple):
    """A cohort that a pairing was in, and since when; the first one is that of its forming."""

    cohort: str
    since: date


@attrs.define
class ClosingPart:
    """A pairing, as far as its cohorts and its end go.

    Attributes:
        members: Whoever was ever in it, in the order of joining.
        stays: The cohorts that it was in, in order.
        extended_on: When it was extended in the last of them.
    """

    pairing: str = ""
    members: tuple[str, ...] = ()
    stays: list[Stay] = attrs.Factory(list)
    extended_on: date | None = None
    planned_end: date | None = None
    ended_on: date | None = None
    reason: str | None = None
    refs: list[tuple[int, int]] = attrs.Factory(list)


def apply(part: ClosingPart, told: Recorded[Any]) -> ClosingPart:
    """Fold one event into a pairing."""
    part.refs.append((told.version, told.position))
    match told.event:
        case PairingFormed() as formed:
            part.pairing = formed.pairing_id
            part.members = tuple(m.participant for m in formed.members)
            part.stays.append(Stay(formed.cohort_id, formed.on))
        case MemberJoined() as joined:
            part.members = tuple(dict.fromkeys((*part.members, joined.participant)))
        case PairingContinued() as continued if continued.cohort_id is not None:
            part.stays.append(Stay(continued.cohort_id, continued.on))
            part.extended_on, part.planned_end = None, continued.planned_end
        case PairingContinued() as continued:
            part.extended_on, part.planned_end = continued.on, continued.planned_end
        case PairingEnded() as ended:
            part.ended_on, part.reason = ended.on, ended.reason
        case _:
            part.ended_on = part.reason = None
    return part


def _closed(part: ClosingPart, at: ProgramSnapshot) -> Iterator[tuple[int, ClosedCohort]]:
    """The closed cohorts that a pairing was in, each with the number of its stay."""
    for number, stay in enumerate(part.stays):
        closing = at.program.closing(stay.cohort)
        if closing is not None and closing.on <= at.day:
            yield number, closing


def _became(part: ClosingPart, number: int) -> str:
    if number + 1 < len(part.stays):
        return "moved"
    if part.ended_on is not None:
        return "ended"
    return "open" if part.extended_on is None else "extended"


def rows(part: ClosingPart, at: ProgramSnapshot, seer: Redactor) -> Iterator[ClosedPairing]:
    """A pairing, once for each closed cohort that it was in."""
    names = {c.cohort_id: c.name for c in at.program.cohorts}
    for number, closing in _closed(part, at):
        became = _became(part, number)
        onward = part.stays[number + 1] if became == "moved" else None
        days = {"ended": part.ended_on, "extended": part.extended_on}
        yield ClosedPairing(
            pairing=part.pairing,
            cohort=closing.cohort_id,
            name=names.get(closing.cohort_id, ""),
            closed_on=closing.on,
            members=tuple(who(at, seer, m) for m in part.members),
            became=became,
            on=days.get(became) if onward is None else onward.since,
            reason=part.reason if became == "ended" else None,
            to=None if onward is None else onward.cohort,
            planned_end=part.planned_end if became == "extended" else None,
            evidence=tuple(Evidence(part.pairing, *ref) for ref in sorted(part.refs)),
        )


def combine(parts: Mapping[str, ClosingPart], at: ProgramSnapshot) -> CohortTotals:
    """The pairings of each closed cohort, in the order in which cohorts were opened."""
    found: dict[str, dict[str, int]] = {}
    for part in parts.values():
        for number, closing in _closed(part, at):
            counts = dict.fromkeys(("ended", "moved", "extended", "open"), 0)
            found.setdefault(closing.cohort_id, counts)[_became(part, number)] += 1
    return CohortTotals(
        tuple(
            CohortTotal(cohort=c.cohort_id, name=c.name, **found[c.cohort_id])
            for c in at.program.cohorts
            if c.cohort_id in found
        )
    )


PAIRINGS = ProgramView(
    name="closing.pairings",
    projection=Projection(
        name="closing",
        version=1,
        initial={"pairing": ClosingPart},
        apply=apply,
        corrected=lambda part, _correction, _target: part,
        combine=lambda parts: parts,
        events=frozenset(
            {PairingFormed, MemberJoined, PairingContinued, PairingEnded, PairingReopened}
        ),
    ),
    rows=rows,
    combine=combine,
)
