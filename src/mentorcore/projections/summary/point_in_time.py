"""What was known then, and what was true then: the same folds over an earlier part of the log."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from mentorcore.domain.cohort import CloseCohort
from mentorcore.domain.declarations import event_info
from mentorcore.domain.effective import VersionedEvent, effective, valid_time
from mentorcore.domain.model import command_name
from mentorcore.domain.pairing.events.meetings import MeetingHeld
from mentorcore.errors import Invalid, Problem
from mentorcore.log.recorded import Recorded
from mentorcore.log.storage.store import Row, Store
from mentorcore.projections.folding.event_reader import EventReader, rows_until
from mentorcore.projections.folding.moment import Moment, day_in
from mentorcore.projections.folding.projection import Evidence
from mentorcore.projections.summary.program_snapshot import LateFact, ProgramSnapshot, zone_of

__all__ = [
    "ProgramThen",
    "folded",
    "known_position",
    "late_facts",
    "late_in",
    "program_then",
    "repeated_meetings",
]

NEAR = 256

Envelope = Callable[[Row], Recorded[str]]
"""What reads the envelope of a stored event: `Codec.envelope`."""


def known_position(store: Store, envelope: Envelope, asked: Moment) -> int:
    """The position up to which the log counts.

    What was recorded together is never taken apart: a position inside it means the end of what
    was recorded before.

    Raises:
        Invalid: An instant without a zone, a negative position, or neither of the two.
    """
    as_known = asked.as_known
    if as_known is None:
        return store.tail()
    if isinstance(as_known, datetime):
        if as_known.utcoffset() is None:
            problem = Problem("as_known", "names no zone", "an instant such as 2026-10-15T12:00Z")
            raise Invalid("this point in time is not clear", [problem])
        return _last_until(store, envelope, as_known)
    if type(as_known) is not int:
        expected = "an instant such as 2026-10-15T12:00Z, or a position of the log"
        problem = Problem("as_known", f"{as_known!r} is neither", expected)
        raise Invalid("this point in time is not clear", [problem])
    if as_known < 0:
        problem = Problem("as_known", f"{as_known} is no position", "0 or more")
        raise Invalid("this point in time is not clear", [problem])
    behind = store.page(as_known, 1)
    if not behind:
        return store.tail()
    inside = envelope(behind[0]).nth
    wide = NEAR
    while True:
        start = max(0, as_known - wide)
        rows = [r for r in store.page(start, wide) if r.position <= as_known]
        if len(rows) > inside:
            return rows[-1 - inside].position
        if start == 0:
            return 0
        wide = 2 * max(wide, inside)


def _last_until(store: Store, envelope: Envelope, moment: datetime) -> int:
    """The last position recorded at *moment* or before; recorded times never decrease."""
    low, high = 0, store.tail()
    while low < high:
        row = store.page((low + high) // 2, 1)[0]
        if envelope(row).recorded_at <= moment:
            low = row.position
        else:
            high = (low + high) // 2
    return low


def folded(
    reading: EventReader,
    store: Store,
    streams: Iterable[str],
    position: int,
    as_of: datetime | None = None,
) -> dict[str, Any]:
    """The partials of these streams as they were; a stream that held nothing yet is left out."""
    return {
        stream: reading.fold(stream, rows, as_of).partial
        for stream, rows in rows_until(store, streams, position)
        if rows
    }


@attrs.frozen
class ProgramThen:
    """A program by itself at a moment.

    Attributes:
        parts: Its partial by its stream; empty when there was none yet.
        zone: Its zone.
        until: The last instant at which a fact counts, when valid time was asked for.
    """

    parts: dict[str, Any]
    zone: ZoneInfo
    until: datetime | None


def program_then(
    reading: EventReader, store: Store, program: str, position: int, asked: Moment
) -> ProgramThen:
    """A program at a moment: what was known of it names the zone in which a day ends."""
    parts = folded(reading, store, [program], position)
    zone = zone_of(parts, program)
    until = asked.until(zone)
    if until is not None:
        parts = folded(reading, store, [program], position, until)
    return ProgramThen(parts, zone, until)


_CLOSING = command_name(CloseCohort)


def late_facts(reading: EventReader, store: Store, at: ProgramSnapshot) -> tuple[LateFact, ...]:
    """Facts about days before a program closed that were told after it had (INV-69)."""
    closed, closing = at.program.closed_on, at.part.refs.get("closed")
    if closed is None or closing is None:
        return ()
    parts: dict[str, Any] = {**at.enrolments, **at.pairings}
    suspects = [s for s, p in parts.items() if p.known_at and day_in(p.known_at, at.zone) > closed]
    found: list[LateFact] = []
    for stream, rows in rows_until(store, suspects, at.position):
        found.extend(late_in(stream, reading.told(rows), closed, at.zone, closing.position))
    return tuple(sorted(found, key=lambda f: f.evidence.position))


def late_in(
    stream: str,
    told: Sequence[Recorded[Any]],
    closed: date,
    zone: ZoneInfo,
    closing: int,
) -> Iterable[LateFact]:
    """The facts of one stream about days until *closed* that were told after that day.

    What was recorded before the closing was, at the position *closing*, was there in time. What
    ends because a cohort is closed is told by whoever closes it, and was not logged late.
    """
    origin = {r.version: r for r in told}
    for fact in effective(VersionedEvent(r.version, r.recorded_at, r.event) for r in told):
        info = event_info(type(fact.event))
        record = origin[fact.version]
        if info.companion or not info.occurred or record.position < closing:
            continue
        if record.causation == _CLOSING:
            continue
        day, _ = valid_time(fact.event, fact.recorded_at)
        learned = day_in(record.told_at, zone)
        if day <= closed < learned:
            at = Evidence(stream, fact.version, record.position)
            yield LateFact(at, info.name, day, learned)


def repeated_meetings(
    reading: EventReader, store: Store, at: ProgramSnapshot
) -> dict[str, tuple[tuple[Evidence, ...], ...]]:
    """By pairing the meetings of each day on which one may repeat another and nobody said so."""
    suspects = {
        stream: {d.on for m, d in part.doubled.items() if m not in part.ruled_out}
        for stream, part in at.pairings.items()
        if part.doubled
    }
    found: dict[str, tuple[tuple[Evidence, ...], ...]] = {}
    for stream, rows in rows_until(store, [s for s, days in suspects.items() if days], at.position):
        told = reading.told(rows)
        origin = {r.version: r for r in told}
        held: dict[date, list[Evidence]] = {}
        for fact in effective(VersionedEvent(r.version, r.recorded_at, r.event) for r in told):
            if isinstance(fact.event, MeetingHeld) and fact.event.held_on in suspects[stream]:
                place = Evidence(stream, fact.version, origin[fact.version].position)
                held.setdefault(fact.event.held_on, []).append(place)
        found[stream] = tuple(
            tuple(sorted(held[on], key=lambda e: e.version)) for on in sorted(held)
        )
    return found
