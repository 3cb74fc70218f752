"""What is told of visits: a row for each, and those that nobody came back to."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import attrs
from practices.stranger.events import VisitFollowedUp, VisitMade

from mentorcore.practices.spec import Need, ProgramSnapshot, ProgramView, Projection, Redactor

ENOUGH = 14
"""Days after which somebody should have come back to a visit."""


@attrs.define
class VisitPart:
    """A visit as it is folded."""

    visit: str = ""
    visited: str = ""
    on: date | None = None
    minutes: int = 0
    followed_up: bool = False


@attrs.frozen
class VisitRow:
    """A visit as it is shown."""

    visit: str
    visited: str
    on: date
    minutes: int


def apply(part: VisitPart, told: Any) -> VisitPart:
    match told.event:
        case VisitMade() as made:
            part.visit, part.visited, part.on = made.visit_id, made.visited, made.on
            part.minutes += made.minutes
        case VisitFollowedUp(minutes=minutes):
            part.minutes, part.followed_up = part.minutes + minutes, True
    return part


def rows(part: VisitPart, _at: ProgramSnapshot, _seer: Redactor) -> Iterator[VisitRow]:
    if part.on is not None:
        yield VisitRow(part.visit, part.visited, part.on, part.minutes)


def needs(part: VisitPart, at: ProgramSnapshot, _seer: Redactor) -> Iterator[Need]:
    days = 0 if part.on is None else (at.day - part.on).days
    if days > ENOUGH and not part.followed_up:
        yield Need(
            kind="visit_left",
            subject=part.visit,
            people=(),
            since=part.on,
            days=days,
            why=f"nobody came back to a visit for {days} days",
        )


LIST = ProgramView(
    name="visits.list",
    projection=Projection(
        name="acme-visits",
        version=1,
        initial={"acme-visit": VisitPart},
        apply=apply,
        corrected=lambda part, _correction, _target: part,
        combine=lambda parts: parts,
        events=frozenset({VisitMade, VisitFollowedUp}),
    ),
    rows=rows,
    needs=needs,
    kinds={"visit_left": "goal_overdue"},
    about={"visit_left": "somebody should come back to a visit"},
)
