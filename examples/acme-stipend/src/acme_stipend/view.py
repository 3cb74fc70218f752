"""What is told of stipends: their months, what was paid in all, and which month is overdue."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import attrs

from acme_stipend.events import StipendAgreed, StipendPaid
from mentorcore.practices.spec import (
    Evidence,
    Need,
    ProgramSnapshot,
    ProgramView,
    Projection,
    Recorded,
    Redactor,
    Who,
    figure,
    who,
)

PATIENCE = timedelta(days=14)
"""How long after its end a month may wait to be paid."""


@attrs.define
class StipendPart:
    """A stipend as it is folded; by month, what was paid for it."""

    stipend: str = ""
    participant: str = ""
    cents: int = 0
    since: date | None = None
    until: date | None = None
    paid: dict[str, int] = attrs.Factory(dict)
    place: tuple[int, int] = (0, 0)


@attrs.frozen
class StipendRow:
    """A stipend as it is shown."""

    stipend: str = attrs.field(metadata=figure("the stipend's id"))
    receives: Who = attrs.field(metadata=figure("who gets it", StipendAgreed))
    cents: int = attrs.field(metadata=figure("cents agreed on for a month", StipendAgreed))
    months: tuple[tuple[str, int], ...] = attrs.field(
        metadata=figure("cents paid, by month", StipendPaid)
    )
    unpaid: int = attrs.field(
        metadata=figure("months that are over and were not paid", StipendAgreed, StipendPaid)
    )


@attrs.frozen
class Months:
    """All stipends of a program together."""

    cents: int = attrs.field(metadata=figure("cents paid", StipendPaid))
    months: tuple[tuple[str, int], ...] = attrs.field(
        metadata=figure("cents paid, by month", StipendPaid)
    )


def apply(part: StipendPart, told: Recorded[Any]) -> StipendPart:
    """Fold one event; payments add up by month, so that their order does not matter."""
    match told.event:
        case StipendAgreed() as agreed:
            part.stipend, part.participant = agreed.stipend_id, agreed.participant_id
            part.cents, part.since, part.until = agreed.cents, agreed.since, agreed.until
            part.place = (told.version, told.position)
        case StipendPaid(month=month, cents=cents):
            part.paid[f"{month:%Y-%m}"] = part.paid.get(f"{month:%Y-%m}", 0) + cents
    return part


def unpaid(part: StipendPart, day: date) -> Iterator[date]:
    """The last days of the months that are over by *day* and were not paid."""
    month = part.since and part.since.replace(day=1)
    while month and part.until and month < part.until:
        following = (month + timedelta(days=32)).replace(day=1)
        if following <= day and f"{month:%Y-%m}" not in part.paid:
            yield following - timedelta(days=1)
        month = following


def rows(part: StipendPart, at: ProgramSnapshot, seer: Redactor) -> Iterator[StipendRow]:
    """A row for a stipend that was agreed on."""
    if part.stipend:
        yield StipendRow(
            stipend=part.stipend,
            receives=who(at, seer, part.participant),
            cents=part.cents,
            months=tuple(sorted(part.paid.items())),
            unpaid=len(list(unpaid(part, at.day))),
        )


def needs(part: StipendPart, at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """A stipend whose longest unpaid month is over for two weeks."""
    ended = next(unpaid(part, at.day - PATIENCE), None)
    if ended is not None:
        yield Need(
            kind="stipend_overdue",
            subject=part.stipend,
            people=(who(at, seer, part.participant),),
            since=ended,
            days=(at.day - ended).days,
            why=f"a stipend for {ended:%B %Y} was not paid",
            due_on=ended,
            evidence=(Evidence(part.stipend, *part.place),),
        )


def totals(parts: Mapping[str, StipendPart], _at: ProgramSnapshot) -> Months:
    """What was paid in all."""
    found: dict[str, int] = {}
    for part in parts.values():
        for month, cents in part.paid.items() if part.stipend else ():
            found[month] = found.get(month, 0) + cents
    return Months(sum(found.values()), tuple(sorted(found.items())))


MONTHS = ProgramView(
    name="stipends.months",
    projection=Projection(
        name="acme-stipends",
        version=1,
        initial={"acme-stipend": StipendPart},
        apply=apply,
        corrected=lambda part, _correction, _target: part,
        combine=lambda parts: parts,
        events=frozenset({StipendAgreed, StipendPaid}),
        unordered=frozenset({StipendPaid}),
    ),
    rows=rows,
    needs=needs,
    combine=totals,
    kinds={"stipend_overdue": "goal_overdue"},
    about={"stipend_overdue": "a month of a stipend was not paid"},
)
