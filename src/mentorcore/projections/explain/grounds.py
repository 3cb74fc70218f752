"""The events behind a figure as rows: what was recorded, what corrected it, and what it does."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.declarations import event_info
from mentorcore.domain.effective import VersionedEvent, effective, is_correction, valid_time
from mentorcore.domain.values import Erased, Withheld
from mentorcore.log.recorded import Recorded
from mentorcore.projections.access.redactor import Redactor
from mentorcore.projections.explain.explanation import Ground
from mentorcore.projections.explain.provenance_search import MISSING
from mentorcore.projections.history.history import Record, entry_of, read_now, records_of
from mentorcore.projections.history.stream_history import StreamHistory
from mentorcore.projections.history.subjects import HistoryIndex
from mentorcore.projections.summary.program_snapshot import ProgramSnapshot

__all__ = ["chapter_of", "effect", "grounds_of"]


def chapter_of(
    at: ProgramSnapshot, stream: str, seer: Redactor, index: HistoryIndex
) -> StreamHistory:
    """A stream's part in an explanation: who may see of it what.

    Of a pairing a member is shown the texts of the days on which they were one, as in its history;
    and of a moment of the past everybody what they may read now.
    """
    match kind_of(stream):
        case "pairing" if stream in at.pairings:
            if seer.viewer.kind == "member" or index.has_grown(at.position):
                found = index.until(stream, at.position)
                return attrs.evolve(found, settings=at.settings)
            persons = {m.participant: m.person for m in at.pairings[stream].members}
            together = frozenset(persons.values())
            return StreamHistory(stream, persons, together, settings=at.settings)
        case "participant":
            person = at.person(stream)
        case "person":
            person = stream
        case _:
            person = ""
    return StreamHistory(stream, {}, at.circle(person), person=person or None)


def grounds_of(
    chapter: StreamHistory,
    told: Sequence[Recorded[Any]],
    versions: frozenset[int],
    effects: Mapping[int, str],
    *,
    zone: ZoneInfo,
    seer: Redactor,
) -> Iterator[Ground]:
    """Events of one stream as grounds, each with its corrections.

    Args:
        chapter: The stream.
        told: Its events.
        versions: Which of them are told.
        effects: By version, what it does to the figure, where it is decisive.
        zone: The zone in which the program counts its days.
        seer: Who is asking.
    """
    standing = {
        p.version: p
        for p in effective(VersionedEvent(r.version, r.recorded_at, r.event) for r in told)
    }
    corrections = [r for r in told if r.version in versions and is_correction(r.event)]
    facts = (r for r in told if r.version in versions and not is_correction(r.event))
    attached: set[int] = set()
    records = []
    for record in read_now(records_of(facts, corrections), chapter):
        attached.update(c.version for c in record.told_of)
        placed = standing.get(record.first.version)
        records.append(attrs.evolve(record, latest=placed.event) if placed else record)
    alone = (c for c in corrections if c.version not in attached)
    records.extend(Record(c, c.event, (), retracted=False, corrections=()) for c in alone)
    for record in sorted(records, key=lambda r: r.first.version):
        first, fixed = record.first, record.told_of
        day = valid_time(record.latest, first.recorded_at)[0]
        entry = entry_of(zone, chapter.on(day), record, seer)
        hidden = entry.actor if isinstance(entry.actor, Withheld) else None
        part = "correction" if is_correction(first.event) else "fact"
        if part == "fact":
            placed = standing.get(first.version)
            kept = "amended" if placed and placed.rests_on else "stands"
            entry = attrs.evolve(entry, standing=kept if placed else "retracted")
        yield Ground(
            record=entry,
            part="founding" if event_info(type(first.event)).founding else part,
            decisive=any(v in effects for v in (first.version, *(c.version for c in fixed))),
            effect=_said(first, fixed, effects),
            correlation=first.correlation if hidden is None else hidden,
            causation=first.causation if hidden is None else hidden,
        )


def _said(record: Recorded[Any], fixed: Sequence[Recorded[Any]], effects: Mapping[int, str]) -> str:
    said = [effects[record.version]] if record.version in effects else []
    said.extend(
        f"its correction #{c.version}: {effects[c.version]}" for c in fixed if c.version in effects
    )
    return "; ".join(said)


def effect(value: Any, other: Any) -> str:
    """What an event does to a figure, told by what the figure would be without it."""
    if other is MISSING:
        return "without it there would be nothing to tell"
    if type(value) is int and type(other) is int:
        return f"{value - other:+,d}"
    plain = _plain(other)
    return f"without it: {plain}" if plain else "without it, it would be told differently"


def _plain(value: Any) -> str:
    match value:
        case None | ():
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case str() | int() | Withheld() | Erased():
            return str(value)
        case date() | datetime():
            return value.isoformat()
        case tuple() if all(isinstance(v, str | date) for v in value):
            return ", ".join(map(str, value))
        case _:
            return ""
