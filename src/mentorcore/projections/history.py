"""Everything recorded about one participant or one pairing, as a timeline that hides no correction.

A corrected record shows what was said first, what it was corrected to, why, by whom, and both
recorded times (INV-67). A late log shows its delay. A retracted record stays in its place.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from mentorcore.domain.corrections.events import RecordAmended, RecordRetracted
from mentorcore.domain.effective import Placed, amended, holds_at, valid_time
from mentorcore.domain.marks import event_info
from mentorcore.log.recorded import Recorded
from mentorcore.projections.gathered import day_in
from mentorcore.projections.history_rows import (
    Change,
    Corrected,
    Entry,
    History,
    Said,
)
from mentorcore.projections.people import as_contact
from mentorcore.projections.projection import Evidence
from mentorcore.projections.readers import AUTHORS, kind_shown, readers_of_field
from mentorcore.projections.seeing import EVERYBODY, METADATA, REASON, Readers, Seer, Shown
from mentorcore.projections.status import others_withheld
from mentorcore.projections.story import STORY, Story
from mentorcore.projections.subjects import Chapter, Subject

__all__ = ["Record", "entry_of", "tell"]

UNTOLD = frozenset({"subjects", "principal"})
"""Fields that say nothing by themselves: under whose keys texts are sealed, and back references."""

_BEGINNINGS = frozenset(
    info.name for e in STORY.events if (info := event_info(e)).founding and not info.occurred
)


def tell(subject: Subject, seer: Seer) -> History:
    """Combine the stories of a subject's streams into its history."""
    shown = [c for c in subject.chapters if seer.may(_circle(c), members=c.members)]
    entries = [e for c in shown for e in _entries(subject, c, seer)]
    return History(
        subject=subject.stream,
        position=subject.position,
        as_of=subject.as_of,
        as_known=subject.as_known,
        viewer=seer.viewer.kind,
        people=tuple(subject.people(seer)),
        entries=tuple(sorted(entries, key=_order)),
        others=others_withheld() if len(shown) < len(subject.chapters) else None,
    )


def _circle(chapter: Chapter) -> Readers:
    """Who may see that something happened at all; a program's own events are no secret."""
    return EVERYBODY if chapter.kind == "program" else METADATA


def _order(entry: Entry) -> tuple[bool, date, float, int]:
    # What a stream begins with comes first, even if it was recorded after what it tells of.
    begins = entry.name in _BEGINNINGS
    moment = entry.at.timestamp() if entry.at else 0.0
    return (not begins, entry.on, moment, entry.evidence.position)


@attrs.frozen
class Record:
    """One record with all that became of it.

    Attributes:
        first: As it was recorded.
        latest: With all amendments; also of a record that was retracted.
        corrections: In the order in which they were recorded.
    """

    first: Recorded[Any]
    latest: Any
    corrections: tuple[Recorded[Any], ...]

    @property
    def retracted(self) -> bool:
        """Whether it was taken back."""
        return any(isinstance(c.event, RecordRetracted) for c in self.corrections)


def _records(story: Story, as_of: datetime | None) -> Iterator[Record]:
    behind: dict[int, list[Recorded[Any]]] = {}
    first = dict(story.facts)
    for correction, target in story.corrections:
        behind.setdefault(target.version, []).append(correction)
        first[target.version] = target
    for version in sorted(first):
        latest = first[version].event
        corrections = tuple(behind.get(version, ()))
        for correction in corrections:
            if isinstance(correction.event, RecordAmended):
                latest = amended(latest, correction.event)
        record = Record(first[version], latest, corrections)
        gone = record.retracted and (
            as_of is None or holds_at(Placed(version, first[version].recorded_at, latest), as_of)
        )
        if gone or version in story.facts:
            yield record


def _entries(subject: Subject, chapter: Chapter, seer: Seer) -> Iterator[Entry]:
    for record in _records(chapter.story, subject.until):
        yield entry_of(subject.zone, chapter, record, seer)


def entry_of(zone: ZoneInfo, chapter: Chapter, record: Record, seer: Seer) -> Entry:
    """A record with all that became of it, as the viewer may see it."""
    first = record.first
    day, instant = valid_time(record.latest, first.recorded_at)
    if not event_info(type(first.event)).occurred and instant is not None:
        day = day_in(instant, zone)
    changed = any(isinstance(c.event, RecordAmended) for c in record.corrections)
    return Entry(
        evidence=_evidence(first),
        name=event_info(type(first.event)).name,
        on=day,
        at=instant,
        recorded_at=first.recorded_at,
        delay_days=max(0, (day_in(first.recorded_at, zone) - day).days),
        actor=first.actor,
        on_behalf_of=first.on_behalf_of,
        source=first.source,
        standing="retracted" if record.retracted else "amended" if changed else "stands",
        said=tuple(_said(chapter, record, seer)),
        corrections=tuple(_corrections(chapter, record, seer)),
    )


def _evidence(told: Recorded[Any]) -> Evidence:
    return Evidence(told.stream, told.version, told.position)


def _said(chapter: Chapter, record: Record, seer: Seer) -> Iterator[Said]:
    event = record.first.event
    for field in attrs.fields(type(event)):
        value = getattr(event, field.name)
        if field.name not in UNTOLD and value is not None and value != ():
            yield Said(field.name, _shown(chapter, record.latest, field.name, value, seer))


def _shown(chapter: Chapter, latest: Any, field: str, value: Any, seer: Seer) -> Shown:
    """A field's value as the viewer may see it; the record as it stands now says who may."""
    readers = readers_of_field(latest, field)
    if readers is None:
        return value
    author = chapter.person
    if type(latest) in AUTHORS:
        author = chapter.persons.get(getattr(latest, AUTHORS[type(latest)]))
    told = seer.show(
        value, readers, kind_shown(latest, field), author=author, members=chapter.members
    )
    if field == "contact":
        return as_contact(told)
    return tuple(told) if isinstance(told, list) else told


def _corrections(chapter: Chapter, record: Record, seer: Seer) -> Iterator[Corrected]:
    before = record.first.event
    for correction in record.corrections:
        event = correction.event
        changes: tuple[Change, ...] = ()
        after = before
        if isinstance(event, RecordAmended):
            after = amended(before, event)
            names = [*(name for name, _ in event.public_changes), *event.personal_names]
            changes = tuple(
                Change(
                    name,
                    _shown(chapter, record.latest, name, getattr(before, name), seer),
                    _shown(chapter, record.latest, name, getattr(after, name), seer),
                )
                for name in names
                if name not in UNTOLD
            )
        yield Corrected(
            kind="amended" if isinstance(event, RecordAmended) else "retracted",
            evidence=_evidence(correction),
            recorded_at=correction.recorded_at,
            actor=correction.actor,
            changes=changes,
            reason=seer.show(event.reason, REASON, "reason"),
            authority=event.authority,
            cause=getattr(event, "cause", None),
            duplicate_of=getattr(event, "duplicate_of", None),
        )
        before = after
