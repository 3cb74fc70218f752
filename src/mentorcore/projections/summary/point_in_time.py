"""What was known then, and what was true then: the same folds over an earlier part of the log.

Two times are asked for apart from each other or together. `as_known` is recorded time, an instant
or a position; nothing the log learned later counts. `as_of` is valid time; facts that became true
later do not count, however early they were logged.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from mentorcore.domain.declarations import event_info
from mentorcore.domain.effective import VersionedEvent, effective, valid_time
from mentorcore.errors import Invalid, Problem
from mentorcore.log.recorded import Recorded
from mentorcore.log.storage.store import Row, Store
from mentorcore.projections.folding.event_reader import EventReader
from mentorcore.projections.folding.projection import Evidence
from mentorcore.projections.summary.program_snapshot import LateFact, ProgramSnapshot

__all__ = ["folded", "known_position", "late_facts", "late_in", "until_end_of"]

AT_ONCE = 200
NEAR = 256
FIRST_YEAR, LAST_YEAR = 1000, 9000

Envelope = Callable[[Row], Recorded[str]]
"""What reads the envelope of a stored event: `Codec.envelope`."""


def known_position(store: Store, envelope: Envelope, as_known: datetime | int) -> int:
    """The position up to which the log counts.

    What was recorded together is never taken apart: a position inside it means the end of what
    was recorded before.

    Raises:
        Invalid: An instant without a zone, a negative position, or neither of the two.
    """
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


def until_end_of(as_of: date | datetime, zone: ZoneInfo) -> datetime:
    """The last instant at which something counts: a day counts to its end in the program's zone.

    Raises:
        Invalid: An instant without a zone, a moment of another age, or neither day nor instant.
    """
    if not issubclass(type(as_of), date):
        problem = Problem("as_of", f"{as_of!r} is neither", "a day, or an instant with its offset")
        raise Invalid("this point in time is not clear", [problem])
    if not FIRST_YEAR <= as_of.year <= LAST_YEAR:
        # Days of other zones, and those that are counted from it, lie beyond the calendar.
        expected = f"a year from {FIRST_YEAR} to {LAST_YEAR}"
        problem = Problem("as_of", f"{as_of} is of another age", expected)
        raise Invalid("this point in time is not clear", [problem])
    if not isinstance(as_of, datetime):
        return datetime.combine(as_of, time.max, zone)
    if as_of.utcoffset() is None:
        problem = Problem("as_of", "names no zone", "a day, or an instant with its offset")
        raise Invalid("this point in time is not clear", [problem])
    return as_of.astimezone(zone)


def folded(
    reading: EventReader,
    store: Store,
    streams: Iterable[str],
    position: int,
    as_of: datetime | None = None,
) -> dict[str, Any]:
    """The partials of these streams as they were; a stream that held nothing yet is left out."""
    wanted = list(dict.fromkeys(streams))
    found: dict[str, Any] = {}
    for start in range(0, len(wanted), AT_ONCE):
        for stream, rows in store.streams(wanted[start : start + AT_ONCE]).items():
            known = [r for r in rows if r.position <= position]
            if known:
                found[stream] = reading.fold(stream, known, as_of).partial
    return found


def late_facts(reading: EventReader, store: Store, at: ProgramSnapshot) -> tuple[LateFact, ...]:
    """Facts about days before a program closed that were logged after it had (INV-69)."""
    closed = at.program.closed_on
    if closed is None:
        return ()
    parts: dict[str, Any] = {**at.enrolments, **at.pairings}
    suspects = [s for s, p in parts.items() if p.known_at and _day(p.known_at, at.zone) > closed]
    found: list[LateFact] = []
    for start in range(0, len(suspects), AT_ONCE):
        for stream, rows in store.streams(suspects[start : start + AT_ONCE]).items():
            told = reading.told([r for r in rows if r.position <= at.position])
            found.extend(late_in(stream, told, closed, at.zone))
    return tuple(sorted(found, key=lambda f: f.evidence.position))


def late_in(
    stream: str, told: Sequence[Recorded[Any]], closed: date, zone: ZoneInfo
) -> Iterable[LateFact]:
    """The facts of one stream about days until *closed* that were logged after that day."""
    positions = {r.version: r.position for r in told}
    for fact in effective(VersionedEvent(r.version, r.recorded_at, r.event) for r in told):
        info = event_info(type(fact.event))
        if info.companion or not info.occurred:
            continue
        day, _ = valid_time(fact.event, fact.recorded_at)
        learned = _day(fact.recorded_at, zone)
        if day <= closed < learned:
            at = Evidence(stream, fact.version, positions[fact.version])
            yield LateFact(at, info.name, day, learned)


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(UTC).astimezone(zone).date()
