"""One recorded event, shown to a viewer: what the log holds of it, each value opened or withheld.

A history tells what came of a record; this shows the event itself, wherever it is handed on. Both
decide alike: the record as it stands now says who may read it, so that a text whose visibility was
narrowed is withheld from then on in its first recording, too.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.corrections.events import RecordAmended, RecordRetracted
from mentorcore.domain.declarations import event_info, field_readers
from mentorcore.domain.effective import VersionedEvent, changes_of, effective, valid_time
from mentorcore.domain.model import Model
from mentorcore.domain.pairing.events.work import NoteWritten
from mentorcore.domain.requirements.confidential import opened_to_coordinator
from mentorcore.domain.visibility import BY_VISIBILITY
from mentorcore.log.recorded import LeftOut, Recorded, UnknownHere
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.storage.store import Row, Store
from mentorcore.projections.access.field_access import hidden_author
from mentorcore.projections.access.redactor import Redactor, Shown, others_withheld
from mentorcore.projections.history.history import (
    cases_in,
    entry_of,
    field_shown,
    opened_in,
    read_now,
    records_of,
)
from mentorcore.projections.history.rows import Entry
from mentorcore.projections.history.stream_history import StreamHistory
from mentorcore.projections.history.subjects import HistoryIndex
from mentorcore.projections.history.timeline import UNTOLD
from mentorcore.projections.plain import BY

__all__ = ["RecordedEvents"]

ABOUT = ("stream", "name", "causation", "correlation")
"""What tells of a case although what happened is withheld: that there is one is hidden, too."""

_NOBODY = StreamHistory("", persons={}, members=frozenset())


class RecordedEvents:
    """Shows recorded events of one log.

    Args:
        store: The log.
        codec: What reads its events.
        model: The rules that the log is kept by.
        library: Who tells whom a stream is about.
    """

    def __init__(self, store: Store, codec: Codec, model: Model, library: HistoryIndex) -> None:
        self._store = store
        self._codec = codec
        self._model = model
        self._library = library

    def shown(self, told: Recorded[Any], seer: Redactor) -> dict[str, Any]:
        """What is shown in place of an event and of those who recorded it.

        Under ``event`` stand its fields; or `Withheld`, where a member may not see that it
        happened. Of an amendment the corrected values stand in ``personal_changes``, each as the
        field that it corrects may be seen.
        """
        event = told.event
        by = {name: getattr(told, name) for name in BY}
        if isinstance(event, LeftOut) and seer.viewer.kind == "member":
            return {**by, "event": others_withheld()}  # whose it was, nobody can tell
        if isinstance(event, UnknownHere | LeftOut):
            return {**by, "event": event}
        rows = self._rows_needed(told, seer)
        latest = self._latest(told, rows)
        chapter = self._chapter(told, rows) if rows and seer.viewer.kind == "member" else _NOBODY
        if isinstance(latest, NoteWritten) and seer.viewer.kind == "coordinator":
            chapter = attrs.evolve(_NOBODY, opened=self._opened(rows))
        if seer.viewer.kind != "member" and self._model.is_confidential(kind_of(told.stream)):
            chapter = attrs.evolve(_NOBODY, stream=told.stream, confidential=True)
        if seer.viewer.kind == "member":
            if isinstance(latest, NoteWritten):
                chapter = attrs.evolve(chapter, for_cases=cases_in(chapter))
            chapter = chapter.on(valid_time(latest, told.recorded_at)[0])
            if chapter is _NOBODY or not chapter.shows(latest, seer):
                return _hidden(chapter.case_of(latest))
        case = chapter.case_of(latest)
        if event_info(type(latest)).companion and case is not None and not seer.keeps(case):
            return _hidden(case)  # where it stands would tell whom the case is about
        author = hidden_author(latest, chapter.persons, chapter.members, seer, case)
        if author is not None:
            by = dict.fromkeys(BY, author)
        if isinstance(event, RecordAmended):
            fields = self._amendment(event, chapter, latest, seer)
        elif isinstance(event, RecordRetracted):
            fields = _fields(event, chapter, event, seer)
        else:
            fields = _fields(event, chapter, latest, seer)
        return {**by, "event": fields}

    def corrected(self, stream: str, upto: int, zone: ZoneInfo, seer: Redactor) -> Iterator[Entry]:
        """The records of a stream that were corrected, companions among them.

        Nothing is told where the practice of the stream is not here.

        Args:
            stream: The stream.
            upto: Up to which position it counts.
            zone: That of the program.
            seer: Who decides what is shown.
        """
        rows = [row for row in self._store.stream(stream) if row.position <= upto]
        told = [self._codec.recorded(row) for row in rows]
        if not told or isinstance(told[0].event, UnknownHere):
            return
        chapter = self._chapter(told[0], rows, upto)
        chapter = attrs.evolve(chapter, opened=opened_in(chapter))
        facts = [t for t in told if not isinstance(t.event, RecordAmended | RecordRetracted)]
        corrections = [t for t in told if isinstance(t.event, RecordAmended | RecordRetracted)]
        for record in read_now(records_of(facts, corrections), chapter):
            if record.corrections:
                day = valid_time(record.latest, record.first.recorded_at)[0]
                yield entry_of(zone, chapter.on(day), record, seer)

    def _rows_needed(self, told: Recorded[Any], seer: Redactor) -> list[Row]:
        """The stream of an event, where it decides what is shown."""
        needed = (
            seer.viewer.kind == "member"
            or isinstance(told.event, RecordAmended | RecordRetracted)
            or BY_VISIBILITY in field_readers(type(told.event)).values()
        )
        return self._store.stream(told.stream) if needed else []

    def _latest(self, told: Recorded[Any], rows: Sequence[Row]) -> Any:
        """The record that an event is, or corrects, as it stands now."""
        read = {r.version: self._codec.recorded(r) for r in rows}
        corrections = {
            v: r for v, r in read.items() if isinstance(r.event, RecordAmended | RecordRetracted)
        }
        at, passed = told.version, set[int]()
        while at in corrections and at not in passed:
            passed.add(at)
            at = corrections[at].event.target
        if at not in read or at in passed:
            return told.event
        return next(records_of([read[at]], corrections.values())).latest

    def _opened(self, rows: Sequence[Row]) -> frozenset[str]:
        """The notes of a pairing that exceptions opened to the coordinator, as it stands now."""
        read = (self._codec.recorded(row) for row in rows)
        placed = (VersionedEvent(r.version, r.recorded_at, r.event) for r in read)
        return opened_to_coordinator(p.event for p in effective(placed))

    def _chapter(
        self, told: Recorded[Any], rows: Sequence[Row], upto: int | None = None
    ) -> StreamHistory:
        """Whom the stream of an event is about; nobody, if it is about the log."""
        kind = kind_of(told.stream)
        if kind in UNTOLD or kind not in self._model.aggregates:
            return _NOBODY
        return self._library.about(told.stream, rows, upto)

    def _amendment(
        self, event: RecordAmended, chapter: StreamHistory, latest: Any, seer: Redactor
    ) -> dict[str, Shown]:
        fields = _fields(event, chapter, event, seer)
        changes = changes_of(event)

        def shown(name: str) -> Shown:
            return field_shown(chapter, latest, name, changes[name], seer)

        fields["public_changes"] = [(name, shown(name)) for name, _ in event.public_changes]
        fields["personal_changes"] = {name: shown(name) for name in event.personal_names} or None
        return fields


def _fields(event: Any, chapter: StreamHistory, latest: Any, seer: Redactor) -> dict[str, Shown]:
    names: Mapping[str, Any] = {f.name: getattr(event, f.name) for f in attrs.fields(type(event))}
    return {name: field_shown(chapter, latest, name, value, seer) for name, value in names.items()}


def _hidden(case: str | None) -> dict[str, Any]:
    """What stands in place of an event of which the viewer may not know."""
    hidden = others_withheld()
    return {"event": hidden, **dict.fromkeys((*BY, *(ABOUT if case is not None else ())), hidden)}
