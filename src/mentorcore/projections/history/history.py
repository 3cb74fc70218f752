"""Everything recorded about one participant or one pairing, as a timeline that hides no correction.

A corrected record shows what was said first, what it was corrected to, why, by whom, and both
recorded times (INV-67). A late log shows its delay. A retracted record stays in its place.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from mentorcore.domain.corrections.events import RecordAmended
from mentorcore.domain.declarations import event_info, personal_fields
from mentorcore.domain.effective import (
    VersionedEvent,
    changes_of,
    corrections_of,
    holds_at,
    valid_time,
)
from mentorcore.domain.pairing.events.meetings import MeetingHeld
from mentorcore.domain.pairing.events.work import NoteWritten
from mentorcore.domain.requirements.confidential import opened_for_cases, opened_to_coordinator
from mentorcore.domain.settings import Settings
from mentorcore.errors import Refused
from mentorcore.log.recorded import Recorded
from mentorcore.projections.access.field_access import (
    author_of,
    hidden_author,
    kind_shown,
    readers_of_field,
    subjects_of,
)
from mentorcore.projections.access.redactor import (
    HANDLERS,
    HANDLING,
    REASON,
    Redactor,
    Shown,
    others_withheld,
)
from mentorcore.projections.folding.moment import day_in, known_by
from mentorcore.projections.folding.projection import Evidence
from mentorcore.projections.history.rows import (
    Change,
    Corrected,
    Entry,
    History,
    Said,
)
from mentorcore.projections.history.stream_history import WITH_MEMBERS, StreamHistory
from mentorcore.projections.history.subjects import HistorySubject
from mentorcore.projections.history.timeline import StreamTimeline
from mentorcore.projections.summary.people import as_contact

__all__ = [
    "Record",
    "cases_in",
    "entry_of",
    "field_shown",
    "opened_in",
    "read_now",
    "records_of",
    "tell",
]

UNTOLD = frozenset({"subjects", "principal_stream", "principal"})
"""Fields that say nothing by themselves: under whose keys texts are sealed, and back references."""


def tell(subject: HistorySubject, seer: Redactor) -> History:
    """Combine the stories of a subject's streams into its history."""
    chapters = [
        attrs.evolve(c, opened=opened_in(c), for_cases=cases_in(c)) for c in subject.chapters
    ]
    shown = [c for c in chapters if c.is_shown(seer) or c.opens_to(seer)]
    if not shown and all(c.is_hidden(seer) for c in chapters):
        raise Refused(f"nothing is recorded about {subject.stream}", "no_such_subject")
    is_more = any(c not in shown and not c.is_hidden(seer) for c in chapters)
    entries = sorted(found for c in shown for found in _entries(subject, c, seer))
    return History(
        subject=subject.stream,
        position=subject.position,
        as_of=subject.asked.as_of,
        as_known=known_by(subject.asked),
        viewer=seer.viewer.kind,
        people=tuple(subject.people(seer)),
        entries=tuple(entry for _, entry in entries),
        others=others_withheld() if is_more else None,
    )


def opened_in(chapter: StreamHistory) -> frozenset[str]:
    """The notes that exceptions opened to the coordinator, and that are open now."""
    found = opened_to_coordinator(f.event for f in chapter.story.facts.values())
    return found if chapter.now is None else found & opened_in(chapter.now)


def cases_in(chapter: StreamHistory) -> Mapping[str, frozenset[str]]:
    """The notes that are opened for cases now, each with these cases, whatever moment is told."""
    now = chapter if chapter.now is None else chapter.now
    return opened_for_cases(f.event for f in now.story.facts.values())


Order = tuple[bool, date, float, int]


def _order(entry: Entry, event: Any) -> Order:
    # What a stream begins with comes first, even if it was recorded after what it tells of.
    info = event_info(type(event))
    begins = info.founding and not info.occurred
    moment = entry.at.timestamp() if entry.at else 0.0
    return (not begins, entry.on, moment, entry.evidence.position)


@attrs.frozen
class _Correction:
    """A correction with those of the correction itself."""

    told: Recorded[Any]
    fallen: bool
    corrections: "tuple[_Correction, ...]"


@attrs.frozen
class Record:
    """One record with all that became of it.

    Attributes:
        first: As it was recorded.
        latest: With all amendments that stand; also of a record that was retracted.
        rests_on: The amendments that shaped it, and those of the amendments.
        retracted: Whether it does not stand.
        corrections: In the order in which they were recorded.
        now: As it stands now, where another moment is asked about.
    """

    first: Recorded[Any]
    latest: Any
    rests_on: tuple[Recorded[Any], ...]
    retracted: bool
    corrections: tuple[_Correction, ...]
    now: Any = None

    @property
    def reads(self) -> Any:
        """What says who may read it: the record as it stands now, whatever moment is told."""
        return self.latest if self.now is None else self.now

    @property
    def told_of(self) -> tuple[Recorded[Any], ...]:
        """Its corrections and those of the corrections, in the order of the log."""
        return tuple(sorted(_flat(self.corrections), key=lambda c: c.version))


def records_of(
    facts: Iterable[Recorded[Any]], corrections: Iterable[Recorded[Any]]
) -> Iterator[Record]:
    """Facts of one stream with all that became of them, in order.

    Args:
        facts: Events that are no corrections, as they were recorded.
        corrections: The corrections of the stream, and those of the corrections.
    """
    told = {c.version: c for c in corrections}
    behind: dict[int, list[Recorded[Any]]] = {}
    for correction in told.values():
        behind.setdefault(correction.event.target, []).append(correction)
    found = corrections_of(map(_placed, told.values()))

    def nested(version: int) -> tuple[_Correction, ...]:
        return tuple(
            _Correction(c, c.version in found.fallen, nested(c.version))
            for c in behind.get(version, ())
        )

    for fact in sorted(facts, key=lambda r: r.version):
        shape = found.shape(_placed(fact))
        yield Record(
            first=fact,
            latest=shape.event,
            rests_on=tuple(told[v] for v in shape.rests_on),
            retracted=fact.version in found.fallen,
            corrections=nested(fact.version),
        )


def _flat(corrections: Iterable[_Correction]) -> Iterator[Recorded[Any]]:
    for correction in corrections:
        yield correction.told
        yield from _flat(correction.corrections)


def _records(story: StreamTimeline, as_of: datetime | None) -> Iterator[Record]:
    first = {**story.facts, **{fact.version: fact for _, fact in story.corrections}}
    for record in records_of(first.values(), (c for c, _ in story.corrections)):
        version = record.first.version
        gone = record.retracted and (
            as_of is None
            or holds_at(VersionedEvent(version, record.first.recorded_at, record.latest), as_of)
        )
        if gone or version in story.facts:
            yield record


def read_now(records: Iterable[Record], chapter: StreamHistory) -> Iterator[Record]:
    """Records of a stream at a moment, each with what it is now, which says who may read it."""
    if chapter.now is None:
        yield from records
        return
    now = {r.first.version: r.latest for r in _records(chapter.now.story, None)}
    for record in records:
        yield attrs.evolve(record, now=now.get(record.first.version))


def _placed(told: Recorded[Any]) -> VersionedEvent:
    return VersionedEvent(told.version, told.recorded_at, told.event)


def _entries(
    subject: HistorySubject, chapter: StreamHistory, seer: Redactor
) -> Iterator[tuple[Order, Entry]]:
    founded = any(event_info(type(f.event)).founding for f in chapter.story.facts.values())
    for record in read_now(_records(chapter.story, subject.until), chapter):
        day, _ = valid_time(record.latest, record.first.recorded_at)
        then = chapter.on(day)
        if not then.shows(record.reads, seer) or _of_others(subject, then, record):
            continue
        entry = entry_of(subject.zone, then, record, seer)
        if entry.counted_minutes is not None and not founded:
            entry = attrs.evolve(entry, counted_minutes=0)  # where there is no pairing, none count
        yield _order(entry, record.first.event), entry


def _of_others(subject: HistorySubject, chapter: StreamHistory, record: Record) -> bool:
    """Whether a record of a participant's pairing is of a time or meeting without them."""
    person = subject.persons.get(subject.stream)
    if chapter.kind != "pairing" or person is None:
        return False
    if isinstance(record.latest, MeetingHeld) and person not in record.latest.subjects:
        return True
    if person in chapter.readers_of(record.latest):
        return False
    founds = event_info(type(record.latest)).founding
    return bool(chapter.stays) and not founds and person not in chapter.members


def entry_of(zone: ZoneInfo, chapter: StreamHistory, record: Record, seer: Redactor) -> Entry:
    """A record with all that became of it, as the viewer may see it."""
    first = record.first
    day, instant = valid_time(record.latest, first.recorded_at)
    if not event_info(type(first.event)).occurred and instant is not None:
        day = day_in(instant, zone)
    amended = any(
        isinstance(c.told.event, RecordAmended) and not c.fallen for c in record.corrections
    )
    case = chapter.case_of(record.reads)
    hidden = hidden_author(record.reads, chapter.persons, chapter.members, seer, case)
    return Entry(
        evidence=_evidence(first),
        name=event_info(type(first.event)).name,
        on=day,
        at=instant,
        recorded_at=first.recorded_at,
        delay_days=max(0, (day_in(first.recorded_at, zone) - day).days),
        actor=first.actor if hidden is None else hidden,
        on_behalf_of=first.on_behalf_of if hidden is None else hidden,
        source=first.source if hidden is None else hidden,
        standing="retracted" if record.retracted else "amended" if amended else "stands",
        said=tuple(_said(chapter, record, seer)),
        corrections=_corrections(chapter, record, seer),
        counted_minutes=_counted(chapter.settings, record),
        asked_by=first.asked_by if hidden is None else hidden,
    )


def _counted(settings: Settings | None, record: Record) -> int | None:
    """The minutes of a held meeting that count."""
    held = record.latest
    if settings is None or not isinstance(held, MeetingHeld):
        return None
    return 0 if record.retracted else settings.counted_minutes(held.modality, held.minutes)


def _evidence(told: Recorded[Any]) -> Evidence:
    return Evidence(told.stream, told.version, told.position)


def _said(chapter: StreamHistory, record: Record, seer: Redactor) -> Iterator[Said]:
    event = record.first.event
    for field in attrs.fields(type(event)):
        value = getattr(event, field.name)
        if field.name not in UNTOLD and value is not None and value != ():
            yield Said(field.name, field_shown(chapter, record.reads, field.name, value, seer))


def field_shown(
    chapter: StreamHistory, latest: Any, field: str, value: Any, seer: Redactor
) -> Shown:
    """A field's value as the viewer may see it; the record as it stands now says who may."""
    readers = readers_of_field(latest, field)
    if readers is None and chapter.confidential and field == "subjects":
        readers = HANDLING  # a correction says there whom the case is about
    if readers is None:
        return value
    case = chapter.case_of(latest)
    if isinstance(latest, NoteWritten):
        if latest.note_id in chapter.opened:
            readers |= {"coordinator"}
        if (case := chapter.opened_for(latest, seer)) is not None:
            readers |= HANDLERS
    elif chapter.confidential and field in personal_fields(type(latest)):
        readers = readers if "handler" in readers else HANDLERS
    members: Collection[str] = chapter.members
    reading = chapter.readers_of(latest)
    if reading and seer.may(WITH_MEMBERS, members=reading):
        readers, members = readers | WITH_MEMBERS, reading
    named = event_info(type(latest)).author
    author = chapter.person if named is None else author_of(latest, chapter.persons)
    told = seer.show(
        value,
        readers,
        kind_shown(latest, field),
        author=author,
        members=members,
        subjects=subjects_of(latest, field),
        case=case,
    )
    if field == "contact":
        return as_contact(told)
    return tuple(told) if isinstance(told, list) else told


def _corrections(chapter: StreamHistory, record: Record, seer: Redactor) -> tuple[Corrected, ...]:
    """What was corrected, with what the record said before and after each time."""
    before = record.first.event
    found = []
    for correction in record.corrections:
        told, after = _corrected(chapter, record.reads, correction, before, seer)
        found.append(told)
        if not correction.fallen and isinstance(correction.told.event, RecordAmended):
            before = after
    return tuple(found)


def _corrected(
    chapter: StreamHistory, latest: Any, correction: _Correction, before: Any, seer: Redactor
) -> tuple[Corrected, Any]:
    """A correction, and what it has made of what it corrects."""
    told = correction.told
    event = told.event
    case = chapter.case_of(latest)
    hidden = hidden_author(latest, chapter.persons, chapter.members, seer, case)
    changes: tuple[Change, ...] = ()
    after = before if isinstance(event, RecordAmended) else event
    if isinstance(event, RecordAmended):
        after = attrs.evolve(before, **changes_of(event))
        names = [*(name for name, _ in event.public_changes), *event.personal_names]
        changes = tuple(
            Change(
                name,
                field_shown(chapter, latest, name, getattr(before, name), seer),
                field_shown(chapter, latest, name, getattr(after, name), seer),
            )
            for name in names
            if name not in UNTOLD
        )
    nested = []
    amended = False
    for other in correction.corrections:
        deeper, then = _corrected(chapter, latest, other, after, seer)
        nested.append(deeper)
        if not other.fallen and isinstance(other.told.event, RecordAmended):
            after, amended = then, True
    return Corrected(
        kind="amended" if isinstance(event, RecordAmended) else "retracted",
        evidence=_evidence(told),
        recorded_at=told.recorded_at,
        actor=told.actor if hidden is None else hidden,
        changes=changes,
        reason=seer.show(
            event.reason, HANDLERS if chapter.confidential else REASON, "reason", case=case
        ),
        authority=event.authority,
        cause=getattr(event, "cause", None),
        duplicate_of=getattr(event, "duplicate_of", None),
        standing="retracted" if correction.fallen else "amended" if amended else "stands",
        corrections=tuple(nested),
        asked_by=told.asked_by if hidden is None else hidden,
        source=told.source if hidden is None else hidden,
    ), after
