"""The records that stand, as their corrections have made them: what a sum of one's own is made of.

`Queries.events` gives what was recorded, corrections among it. Here corrections are applied, by
the fold that every view uses, so that whoever adds up what is given gets what the views tell.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

import attrs

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.declarations import event_info
from mentorcore.domain.effective import VersionedEvent, effective
from mentorcore.domain.pairing.events.meetings import MeetingHeld
from mentorcore.domain.settings import Settings
from mentorcore.log.recorded import Recorded
from mentorcore.log.storage.store import Store
from mentorcore.projections.folding.event_reader import EventReader, rows_until
from mentorcore.projections.folding.moment import Moment
from mentorcore.projections.folding.projection import Evidence, true_by
from mentorcore.projections.summary.point_in_time import program_then
from mentorcore.projections.summary.program_snapshot import settings_of

__all__ = ["Effective", "EffectiveRecords", "Selection"]

E = TypeVar("E")

PAGE = 200
"""Events read at once."""


@attrs.frozen(weakref_slot=False)
class Effective(Recorded[E]):
    """A record that stands, with its corrected fields in place of those that were recorded.

    Attributes:
        corrected_by: The amendments that shaped it, in the order of the log.
        counted_minutes: Of a held meeting, the minutes of it that count; ``None`` for everything
            else. The figure ``minutes`` of the status is the sum of them.
    """

    corrected_by: tuple[Evidence, ...] = ()
    counted_minutes: int | None = None


@attrs.frozen
class Selection:
    """Which records are asked for.

    Attributes:
        position: Up to where the log counts.
        asked: At which moment.
        today: The day looked at where no other is named; minutes count by the settings in force
            on it.
        names: Only these stored names; none for all.
    """

    position: int
    asked: Moment
    today: date | datetime
    names: Sequence[str] = ()


class EffectiveRecords:
    """Tells what stands at a moment.

    Args:
        store: The log.
        summaries: What reads its events, and folds programs.
    """

    def __init__(self, store: Store, summaries: EventReader) -> None:
        self._store = store
        self._summaries = summaries

    def tell(self, wanted: Selection, stream: str | None = None) -> Iterator[Effective[Any]]:
        """The records that stand, stream by stream, in each in the order of valid time.

        Args:
            wanted: Which records.
            stream: Only this stream.
        """
        programs: dict[str, tuple[datetime | None, Settings | None]] = {}
        for some in [[stream]] if stream is not None else self._streams(wanted):
            for found, rows in rows_until(self._store, some, wanted.position):
                if kind_of(found) not in self._summaries.model.aggregates:
                    continue  # it belongs to a practice that is not here
                told = [self._summaries.read(r) for r in rows]
                if not told:
                    continue
                program = str(getattr(told[0].event, "program_id", ""))
                if program not in programs:
                    programs[program] = self._looked_at(program, wanted)
                until, settings = programs[program]
                yield from _standing(told, until, settings, wanted.names)

    def _streams(self, wanted: Selection) -> Iterator[list[str]]:
        """The streams that hold such records, a few at a time, in the order of the log."""
        seen: set[str] = set()
        after = 0
        while after < wanted.position and (page := self._store.page(after, PAGE, wanted.names)):
            new = dict.fromkeys(r.stream for r in page if r.position <= wanted.position)
            yield [s for s in new if s not in seen]
            seen.update(new)
            after = page[-1].position

    def _looked_at(
        self, program: str, wanted: Selection
    ) -> tuple[datetime | None, Settings | None]:
        """Until when the facts of a program count, and by which settings."""
        asked = wanted.asked
        then = program_then(self._summaries, self._store, program, wanted.position, asked)
        part = then.parts.get(program)
        return then.until, settings_of(part, asked.as_of or wanted.today, then.zone)


def _standing(
    told: Sequence[Recorded[Any]],
    until: datetime | None,
    settings: Settings | None,
    names: Sequence[str],
) -> Iterator[Effective[Any]]:
    origin = {r.version: r for r in told}
    standing = [
        p
        for p in effective(VersionedEvent(r.version, r.recorded_at, r.event) for r in told)
        if true_by(p, until)
    ]
    founded = {p.version for p in standing if event_info(type(p.event)).founding}
    if not founded and event_info(type(told[0].event)).founding:
        return  # before it was founded a stream tells nothing in any view
    for p in standing:
        record = origin[p.version]
        if not names or record.name in names:
            yield _effective(record, p, origin, settings)


def _effective(
    record: Recorded[Any],
    placed: VersionedEvent,
    origin: Mapping[int, Recorded[Any]],
    settings: Settings | None,
) -> Effective[Any]:
    event = placed.event
    behind = (origin[v] for v in placed.rests_on)
    minutes = None
    if settings is not None and isinstance(event, MeetingHeld):
        minutes = settings.counted_minutes(event.modality, event.minutes)
    return Effective(
        position=record.position,
        stream=record.stream,
        version=record.version,
        event=event,
        recorded_at=record.recorded_at,
        actor=record.actor,
        on_behalf_of=record.on_behalf_of,
        correlation=record.correlation,
        causation=record.causation,
        source=record.source,
        asked_by=record.asked_by,
        nth=record.nth,
        corrected_by=tuple(Evidence(r.stream, r.version, r.position) for r in behind),
        counted_minutes=minutes,
    )
