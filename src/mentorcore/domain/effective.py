"""What a stream says once its corrections are applied: the one fold that everything uses.

Retracted records are left out, amended ones appear with their corrected fields, and what remains
is put in the order of valid time and version. Decisions and projections both use `effective`, so
that a late fact or a correction means the same to both, in whatever order they were recorded.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import attrs

from mentorcore.domain.corrections.events import RecordAmended, RecordRetracted
from mentorcore.domain.marks import event_info
from mentorcore.domain.values import Sealed

__all__ = ["OrderKey", "Placed", "amended", "effective", "holds_at", "order_key", "valid_time"]

OrderKey = tuple[bool, int, float, int]


@attrs.frozen
class Placed:
    """An event with its place in its stream and the time it was recorded.

    Attributes:
        version: Its version in the stream, counted from 1.
        recorded_at: When the log learned of it, in UTC.
        event: The event, or with corrections applied what it has become.
        rests_on: Versions of the corrections that shaped it, in order.
    """

    version: int
    recorded_at: datetime
    event: Any
    rests_on: tuple[int, ...] = ()


def valid_time(event: Any, recorded_at: datetime) -> tuple[date, datetime | None]:
    """When the fact was true: its day, and the instant where one is known.

    An event that declares no time was true when it was recorded.
    """
    day: date | None = None
    instant: datetime | None = None
    for name in event_info(type(event)).occurred:
        stated = getattr(event, name)
        if isinstance(stated, datetime):
            instant = stated
        elif stated is not None:
            day = stated
    if day is not None:
        return day, instant
    instant = instant or recorded_at
    return instant.astimezone(UTC).date(), instant


def order_key(placed: Placed) -> OrderKey:
    """Where an event stands in its stream's order of valid time; the founding one comes first."""
    day, instant = valid_time(placed.event, placed.recorded_at)
    founding = event_info(type(placed.event)).founding
    moment = instant.timestamp() if instant else 0.0
    return (not founding, day.toordinal(), moment, placed.version)


def holds_at(placed: Placed, as_of: date | datetime) -> bool:
    """Whether the fact was already true at *as_of*, a day or an instant."""
    day, instant = valid_time(placed.event, placed.recorded_at)
    if isinstance(as_of, datetime):
        return instant <= as_of if instant else day <= as_of.date()
    return day <= as_of


def amended(event: Any, amendment: RecordAmended) -> Any:
    """*event* with the amendment's fields in place of its own."""
    changes = dict(amendment.public_changes)
    sealed = amendment.personal_changes
    if isinstance(sealed, Sealed):
        changes.update((name, attrs.evolve(sealed, part=name)) for name in amendment.personal_names)
    elif sealed is not None:
        changes.update(sealed)
    return attrs.evolve(event, **changes)


def effective(placed: Iterable[Placed]) -> tuple[Placed, ...]:
    """The facts that stand after all corrections, in the order of valid time, then version.

    A correction that was itself retracted has no effect. Of several amendments of one field the
    last recorded one counts.
    """
    facts: list[Placed] = []
    corrections: list[Placed] = []
    for item in placed:
        if isinstance(item.event, RecordAmended | RecordRetracted):
            corrections.append(item)
        else:
            facts.append(item)
    if corrections:
        facts = _corrected(facts, corrections)
    facts.sort(key=order_key)
    return tuple(facts)


def _corrected(facts: list[Placed], corrections: list[Placed]) -> list[Placed]:
    # A target is always earlier in its stream, so going backwards every correction is known to
    # stand or to have fallen before its own target is looked at.
    fallen: set[int] = set()
    amendments: dict[int, list[Placed]] = {}
    for item in sorted(corrections, key=lambda p: p.version, reverse=True):
        if item.version in fallen:
            continue
        if isinstance(item.event, RecordRetracted):
            fallen.add(item.event.target)
        else:
            amendments.setdefault(item.event.target, []).append(item)
    standing = []
    for fact in facts:
        if fact.version in fallen:
            continue
        name = event_info(type(fact.event)).name
        for item in reversed(amendments.get(fact.version, ())):
            if item.event.target_name != name:
                continue
            fact = Placed(  # noqa: PLW2901 - each amendment builds on the one before
                fact.version,
                fact.recorded_at,
                amended(fact.event, item.event),
                (*fact.rests_on, item.version),
            )
        standing.append(fact)
    return standing
