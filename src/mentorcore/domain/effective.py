"""What a stream says once its corrections are applied: the one fold that everything uses.

Retracted records are left out, amended ones appear with their corrected fields, and what remains
is put in the order of valid time and version. Decisions and projections both use `effective`, so
that a late fact or a correction means the same to both, in whatever order they were recorded.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

import attrs

from mentorcore.domain.corrections.events import CORRECTIONS, RecordAmended, RecordRetracted
from mentorcore.domain.declarations import event_info
from mentorcore.domain.values import Sealed

__all__ = [
    "Amending",
    "Corrections",
    "OrderKey",
    "VersionedEvent",
    "changes_of",
    "corrections_of",
    "effective",
    "holds_at",
    "is_correction",
    "order_key",
    "valid_time",
]

OrderKey = tuple[bool, int, float, int]


@attrs.frozen(weakref_slot=False)  # the engine remembers hundreds of thousands of them
class VersionedEvent:
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
    for name in type(event).__event_info__.occurred:  # every fold of every event comes by here
        stated = getattr(event, name)
        if isinstance(stated, datetime):
            instant = stated
        elif stated is not None:
            day = stated
    if day is not None:
        return day, instant
    instant = instant or recorded_at
    return instant.astimezone(UTC).date(), instant


def order_key(placed: VersionedEvent) -> OrderKey:
    """Where an event stands in its stream's order of valid time; what founds it comes first."""
    event = placed.event
    day, instant = valid_time(event, placed.recorded_at)
    foremost = type(event).__event_info__.foremost
    moment = instant.timestamp() if instant else 0.0
    return (not foremost, day.toordinal(), moment, placed.version)


def holds_at(placed: VersionedEvent, as_of: date | datetime) -> bool:
    """Whether the fact was already true at *as_of*, a day or an instant.

    The last instant of a day stands for that day. What states its day was true on it, wherever
    tables of time zones that changed since put its instant.
    """
    day, instant = valid_time(placed.event, placed.recorded_at)
    if not isinstance(as_of, datetime):
        return day <= as_of
    end_of_day = datetime.combine(as_of.date(), time.max, as_of.tzinfo)
    if instant is None or (as_of == end_of_day and _states_day(placed.event)):
        return day <= as_of.date()
    return instant <= as_of


def _states_day(event: Any) -> bool:
    told = (getattr(event, name) for name in event_info(type(event)).occurred)
    return any(t is not None and not isinstance(t, datetime) for t in told)


def is_correction(event: Any) -> bool:
    """Whether an event corrects another one."""
    return isinstance(event, CORRECTIONS)


def changes_of(amendment: RecordAmended) -> dict[str, Any]:
    """What an amendment itself says: new values by field; sealed ones stay sealed."""
    changes = dict(amendment.public_changes)
    sealed = amendment.personal_changes
    if isinstance(sealed, Sealed):
        changes.update((name, attrs.evolve(sealed, part=name)) for name in amendment.personal_names)
    elif sealed is not None:
        changes.update(sealed)
    return changes


@attrs.frozen
class Amending:
    """An amendment with those of the amendment itself.

    Attributes:
        version: Its version.
        target_name: The stored name of the record whose fields it changes.
        changes: What it says now, by field.
        rests_on: Its version, and those of the amendments of it that shaped it.
    """

    version: int
    target_name: str
    changes: dict[str, Any]
    rests_on: tuple[int, ...]


@attrs.frozen
class Corrections:
    """What all corrections of a stream come to.

    Attributes:
        fallen: The versions of the records that are retracted; corrections may be among them.
        amendments: By version of the amended fact or retraction, the amendments that stand, in
            order.
        amending: Every amendment that stands, by its version.
    """

    fallen: frozenset[int]
    amendments: Mapping[int, tuple[Amending, ...]]
    amending: Mapping[int, Amending]

    def shape(self, placed: VersionedEvent) -> VersionedEvent:
        """A record with its amendments, whether it stands or not."""
        name = event_info(type(placed.event)).name
        behind = [a for a in self.amendments.get(placed.version, ()) if a.target_name == name]
        if not behind:
            return placed
        changes = {f: v for a in behind for f, v in a.changes.items()}
        rests_on = sorted(v for a in behind for v in a.rests_on)
        return VersionedEvent(
            placed.version,
            placed.recorded_at,
            attrs.evolve(placed.event, **changes),
            (*placed.rests_on, *rests_on),
        )


def corrections_of(placed: Iterable[VersionedEvent]) -> Corrections:
    """What the corrections among these events come to, to any depth.

    A retraction that is retracted itself has no effect, and what it had taken back stands again.
    An amendment of an amendment says what that one was to say.
    """
    # A target is always earlier in its stream, so going backwards every correction is known to
    # stand or to have fallen, and is in its final shape, before its own target is looked at.
    fallen: set[int] = set()
    behind: dict[int, list[Amending]] = {}
    amending: dict[int, Amending] = {}
    corrections = [p for p in placed if is_correction(p.event)]
    for item in sorted(corrections, key=lambda p: p.version, reverse=True):
        event = item.event
        if item.version in fallen or event.target >= item.version:
            continue
        if isinstance(event, RecordRetracted):
            fallen.add(event.target)
            continue
        changes, rests_on = changes_of(event), [item.version]
        for later in reversed(behind.pop(item.version, ())):
            if later.target_name == event.target_name:
                changes.update(later.changes)
                rests_on.extend(later.rests_on)
        shaped = Amending(item.version, event.target_name, changes, tuple(rests_on))
        amending[item.version] = shaped
        behind.setdefault(event.target, []).append(shaped)
    return Corrections(
        frozenset(fallen),
        {target: tuple(reversed(found)) for target, found in behind.items()},
        amending,
    )


def effective(placed: Iterable[VersionedEvent]) -> tuple[VersionedEvent, ...]:
    """The facts that stand after all corrections, in the order of valid time, then version.

    A correction that was itself retracted has no effect. Of several amendments of one field the
    last recorded one counts.
    """
    facts: list[VersionedEvent] = []
    corrections: list[VersionedEvent] = []
    for item in placed:
        # Every fold of every stream comes by here, so nothing is called that need not be.
        (corrections if isinstance(item.event, CORRECTIONS) else facts).append(item)
    if corrections:
        found = corrections_of(corrections)
        facts = [found.shape(fact) for fact in facts if fact.version not in found.fallen]
    facts.sort(key=order_key)
    return tuple(facts)
