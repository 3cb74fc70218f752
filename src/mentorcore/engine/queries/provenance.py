"""Where a record came from: the response, its raw answers, and how the mapping read them.

A raw answer is shown to those who may see the field that it led to; answers that name people are
shown to the coordinator only. Nothing is opened for anybody else.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from mentorcore.adapters.spec import Answer, Response, Where
from mentorcore.domain.declarations import event_info
from mentorcore.domain.effective import VersionedEvent, corrections_of
from mentorcore.domain.responses import ImportStarted, ResponseTaken
from mentorcore.domain.values import Erased, Withheld
from mentorcore.engine.indexes.mappings import MappingIndex
from mentorcore.intake.form_kind import PERSONS
from mentorcore.intake.mappings.columns import Places
from mentorcore.intake.mappings.mapping import FormMapping
from mentorcore.log.recorded import Recorded
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.storage.store import Store
from mentorcore.projections.access.field_access import (
    author_of,
    kind_shown,
    readers_of_field,
    subjects_of,
)
from mentorcore.projections.access.redactor import REASON, WORK, Readers, Redactor
from mentorcore.projections.explain.explanation import Ground, Origin, ReadAnswer
from mentorcore.projections.folding.projection import Evidence
from mentorcore.projections.history.stream_history import StreamHistory

__all__ = ["ProvenanceFinder"]

NOT_KEPT = (
    "the mapping was not kept: the import is from before mappings were; whoever has the file can "
    "tell by its digest"
)
NOT_READ = (
    "the mapping was kept and cannot be read here: its kind of form belongs to a practice that is "
    "not here, or to another version"
)
NOT_FOUND = "the response is not in the log"


class ProvenanceFinder:
    """Finds the responses behind records.

    Args:
        store: The log.
        codec: What reads its events.
        mappings: The mappings that were kept.
        seer: Who is asking.
    """

    def __init__(self, store: Store, codec: Codec, mappings: MappingIndex, seer: Redactor) -> None:
        self._store = store
        self._codec = codec
        self._mappings = mappings
        self._seer = seer
        self._streams: dict[str, list[Recorded[Any]]] = {}
        self._read: dict[str, FormMapping | None] = {}

    def traced(self, ground: Ground, chapter: StreamHistory) -> Ground:
        """A ground with the responses that it and its corrections came from.

        Args:
            ground: The ground.
            chapter: The stream it is on: who may see of it what.
        """
        if isinstance(ground.record.actor, Withheld):
            # A response is somebody's, like the record that it caused.
            return ground
        recorded = self._at(ground.record.evidence)
        corrections = [self._at(c.evidence) for c in ground.record.all_corrections]
        # The record as it stands now says who may see what it was read from.
        latest = corrections_of(map(_placed, corrections)).shape(_placed(recorded)).event
        origin = self._origin(recorded, recorded, latest, chapter)
        behind: dict[str, Origin] = {}
        for correction, told in zip(ground.record.all_corrections, corrections, strict=True):
            found = self._origin(told, recorded, latest, chapter)
            if found is None:
                continue
            names = {c.field for c in correction.changes}
            answers = tuple(a for a in found.answers if a.field in names)
            key = f"{told.stream}#{told.version}"
            behind[key] = attrs.evolve(found, answers=answers)
        return attrs.evolve(ground, origin=origin, corrected_by=behind)

    def _at(self, evidence: Evidence) -> Recorded[Any]:
        return next(r for r in self.stream(evidence.stream) if r.version == evidence.version)

    def stream(self, stream: str) -> list[Recorded[Any]]:
        """The events of a stream, read once."""
        if stream not in self._streams:
            self._streams[stream] = [self._codec.recorded(r) for r in self._store.stream(stream)]
        return self._streams[stream]

    def _origin(
        self, told: Recorded[Any], record: Recorded[Any], latest: Any, chapter: StreamHistory
    ) -> Origin | None:
        source = told.source
        if source is None or source.response is None:
            return None
        taken = next(
            (
                r
                for r in self.stream(source.response)
                if isinstance(r.event, ResponseTaken)
                and r.position > told.position
                and r.event.batch_id == source.batch
            ),
            None,
        )
        if taken is None:
            return Origin(source=source, taken=None, note=NOT_FOUND)
        fact = _fact(taken.event, record)
        named = self._digest(source.batch or "")
        mapping = self._mapping(named)
        origin = Origin(
            source=source,
            taken=Evidence(taken.stream, taken.version, taken.position),
            recorded_at=taken.recorded_at,
            submitted_at=taken.event.submitted_at,
            fact=fact,
            mapping=named,
        )
        if mapping is None:
            text = None if named is None else self._mappings.text(named)
            note = NOT_KEPT if text is None else NOT_READ
            return attrs.evolve(origin, note=note, mapping_text=text)
        answers = self._answers(taken.event, mapping, latest, fact, chapter)
        return attrs.evolve(origin, mapping_text=mapping.text, answers=tuple(answers))

    def _digest(self, batch: str) -> str | None:
        for r in self.stream(batch):
            if isinstance(r.event, ImportStarted):
                return str(r.event.mapping_digest)
        return None

    def _mapping(self, named: str | None) -> FormMapping | None:
        if named is None:
            return None
        if named not in self._read:
            self._read[named] = self._mappings.mapping(named)
        return self._read[named]

    def _answers(
        self,
        taken: ResponseTaken,
        mapping: FormMapping,
        event: Any,
        fact: str | None,
        chapter: StreamHistory,
    ) -> Iterator[ReadAnswer]:
        places, orders = Places(mapping), self._mappings.orders(taken.batch_id)
        for field, column in mapping.told_by(event, fact):
            held = mapping.form_kind.field(column).holds
            readers, kind = _readers(mapping, event, field, held)
            shown = self._seer.show(
                taken.answers,
                readers,
                kind,
                author=_author(event, chapter),
                members=chapter.members,
                subjects=subjects_of(event, field),
                case=chapter.case_of(event),
            )
            raw, question, label = shown, shown, shown
            words: tuple[str, ...] = ()
            if not isinstance(shown, Withheld | Erased):
                answer = places.answer(_response(taken, shown), column)
                raw, question, label = None, None, None
                if answer is not None:
                    raw, question, label = answer.raw, answer.question, answer.label
                    words = answer.raw
            yield ReadAnswer(
                field=field,
                told_by=column,
                column=mapping.fields.get(column),
                question=question,
                label=label,
                raw=raw,
                rule=mapping.rule(column, words, orders.get(column)),
            )


def _fact(taken: ResponseTaken, record: Recorded[Any]) -> str | None:
    """Under which name a response leads to a record; companions go by their principal's."""
    of = {(c.stream, c.version): str(c.fact) for c in taken.caused}
    stream, _, version = (record.causation or "").partition("#")
    principal = (stream, int(version)) if version.isdecimal() else None
    return of.get((record.stream, record.version)) or (of.get(principal) if principal else None)


def _readers(mapping: FormMapping, event: Any, field: str, held: str) -> tuple[Readers, str]:
    """Who may see the raw answer behind a field, and the class under which it is withheld."""
    own = hasattr(event, field)  # another stands for the stream that the record belongs to
    readers = readers_of_field(event, field) if own else None
    kind = kind_shown(event, field) if own else "free_text"
    if readers is None:
        readers, kind = WORK, "free_text"
    if held in PERSONS or mapping.mode == "confidential":
        readers &= REASON
    return readers, kind


def _author(event: Any, chapter: StreamHistory) -> str | None:
    named = event_info(type(event)).author
    return chapter.person if named is None else author_of(event, chapter.persons)


def _response(taken: ResponseTaken, opened: Any) -> Response:
    """A response as it was read, as far as it takes to find an answer in it."""
    return Response(
        source="log",
        form=str(taken.form),
        key=(),
        submitted_at=taken.submitted_at,
        submitted_raw="",
        zone_basis="",
        lifecycle=str(taken.lifecycle),
        answers=tuple(map(_answer, opened or ())),
        where=Where("log"),
    )


def _answer(raw: Any) -> Answer:
    if isinstance(raw, Mapping):
        return Answer(raw["question"], raw["label"], tuple(raw["raw"]))
    return Answer(raw.question, raw.label, raw.raw)


def _placed(told: Recorded[Any]) -> VersionedEvent:
    return VersionedEvent(told.version, told.recorded_at, told.event)
