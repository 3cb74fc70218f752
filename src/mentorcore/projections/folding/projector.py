"""A view follows the log: it folds what is new, keeps what it has folded, and never skips an event.

A stream with an event that cannot be read or folded stops every answer that rests on it, and no
other. Nothing is stored beside it: whoever can read it, tomorrow or with a newer version, begins
before it.

Partials are stored in the log's own database, row by row and together with the position they are
at, so that a question tomorrow begins where today's ended. What was stored by an older version of
the projection is dropped once the new one has caught up.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import attrs
import msgspec

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.effective import OrderKey, VersionedEvent, order_key
from mentorcore.domain.model import CORE_MODEL, Model
from mentorcore.errors import Conflict, FollowerStopped, LogAway, LogBusy, LogError
from mentorcore.log.recorded import Recorded
from mentorcore.log.storage.store import Row, Store, ViewRow
from mentorcore.projections.folding.event_reader import (
    CORRECTION,
    FOLD,
    FOUNDING,
    EventReader,
    Reader,
    rows_until,
)
from mentorcore.projections.folding.partial_codec import partial_codec
from mentorcore.projections.folding.projection import Projection
from mentorcore.projections.folding.spoilt_streams import SpoiltStreams, at_position

__all__ = ["Projector"]

PAGE = 1_000
"""Events read at once."""
ENOUGH = 500
"""Events behind the stored position from which on it is worth storing."""
NOTES = "practices:"
"""The row under which a view keeps which kinds of streams it met that are not the core's."""
SAVE_EVENTS = 100_000
SAVE_STREAMS = 20_000
"""A long catch-up stores after so many events or streams, and forgets them: memory stays flat."""


@attrs.define
class _Held:
    """A stream's partial in memory: up to which version, and where its last ordered fact stands."""

    part: Any
    group: str = ""
    at: int = 0
    last: OrderKey | None = None


class Projector:
    """A projection, its partials, and the position up to which they are folded.

    Safe to share between threads; several processes may follow one log.

    Args:
        projection: What to fold.
        store: The log.
        read: What reads its events.
        model: The rules that the log is kept by.
    """

    def __init__(
        self,
        projection: Projection[Any],
        store: Store,
        read: Reader,
        model: Model = CORE_MODEL,
    ) -> None:
        self._projection = projection
        self._store = store
        self._lock = threading.RLock()
        self._reading = EventReader(projection, read, model)
        self._written = {kind: partial_codec(made) for kind, made in projection.initial.items()}
        self._held: dict[str, _Held] = {}
        self._dirty: set[str] = set()
        self._stale: set[str] = set()
        self._spoilt = SpoiltStreams(projection, store, read)
        self._saved = self._position = self._folded = 0
        self._refused = (0, 0)
        self._tidied = self._noted = False
        self._begin()

    @property
    def position(self) -> int:
        """The position up to which the log is folded."""
        return self._position

    def unknown(self, position: int) -> tuple[str, ...]:
        """The kinds of streams unknown here up to a position; see `EventReader.unknown`."""
        return self._reading.unknown(min(position, self._position))

    def catch_up(self) -> int:
        """Fold what the log holds behind the position; answers the new position.

        A stream with an event that cannot be read or folded stays where it was before it, and is
        tried again the next time.
        """
        with self._store.patience.call(), self._lock:
            if self._store.view_position(self._projection.view) != self._saved:
                self._start_again()
            self._read_notes()
            while True:
                rows = self._store.page(self._position, PAGE)
                self._fold(rows)
                if len(rows) < PAGE:
                    self._refold()
                    if not self._is_worth_storing() or self._save():
                        break
                elif self._is_full():
                    self._save()
            self._tidy()
            return self._position

    def parts(
        self, group: str, also: Callable[[dict[str, Any]], Iterable[str]], *more: str
    ) -> tuple[dict[str, Any], int]:
        """Catch up and answer the partials of a group and of other streams, with the position.

        Args:
            group: Which group.
            also: From the groups' partials, further streams whose partials are wanted.
            more: Other groups.

        Raises:
            FollowerStopped: One of them holds an event that cannot be read or folded; or such a
                stream could be one of them, and nobody can tell.
        """
        with self._store.patience.call(), self._lock:
            while True:
                position = self.catch_up()
                found = {s: p for g in (group, *more) for s, p in self._group(g).items()}
                beside = tuple(also(found))
                if self._spoilt:
                    own = self._streams((group, *more)).values()
                    self._spoilt.refuse(self._group_of, (group, *more), beside, own)
                found.update(self._streams(beside))
                # Rows that another process stored meanwhile would be of another position.
                if self._store.view_position(self._projection.view) == self._saved:
                    return found, position

    def close(self) -> None:
        """Store what has been folded and not stored yet."""
        with self._store.patience.call(), self._lock:
            if self._folded and not self._stale and not self._store.read_only:
                with suppress(LogError):  # it is folded again next time
                    self._save()

    def _fold(self, rows: Sequence[Row]) -> None:
        sorts, held, read = self._reading.sorts, self._held, self._reading.read
        apply = self._projection.apply
        self._load({r.stream for r in rows if sorts.get(r.name)} - held.keys())
        stale, dirty = self._stale, self._dirty
        for row in rows:
            _position, stream, version, name, _state = row
            try:
                sort = sorts.get(name)
                if not sort:
                    if sort is None:
                        self._reading.sort(row)
                    continue
                known = held.get(stream)
                if known is None or version <= known.at:
                    continue
                told = read(row)
                if sort == FOUNDING:
                    known.group = self._projection.group(told.event) or ""
                if stream in stale:
                    continue
                if sort == CORRECTION:
                    if sorts.get(told.event.target_name):
                        stale.add(stream)
                    continue
                if sort != FOLD and self._is_late(known, told):
                    stale.add(stream)
                    continue
                known.part = apply(known.part, told)
            except Exception as error:  # noqa: BLE001 - whatever an event does, its view names it
                self._spoil(row, error)
                continue
            known.at = version
            dirty.add(stream)
            self._folded += 1
        if rows:
            self._position = rows[-1].position

    def _spoil(self, row: Row, error: Exception) -> None:
        """Leave a stream at the event before this one."""
        self._spoilt.add(row, self._reading.stopped(row, error))
        if row.stream not in self._held:
            self._load({row.stream})
        if row.stream in self._held:
            self._stale.add(row.stream)

    def _is_full(self) -> bool:
        """Whether storing would make room."""
        folded, _ = self._refused
        full = len(self._held) >= SAVE_STREAMS and not folded
        return not self._store.read_only and (self._folded - folded >= SAVE_EVENTS or full)

    def _is_worth_storing(self) -> bool:
        if self._spoilt or self._store.read_only:
            return False
        # Where it could not be stored, it is tried again when as much again has come.
        folded, position = self._refused
        behind = max(position, self._saved)
        return max(self._folded - folded, (self._position - behind) // 10) >= ENOUGH

    def _is_late(self, known: _Held, told: Recorded[Any]) -> bool:
        """Note where an ordered fact stands; whether it stands before one folded already."""
        key = order_key(VersionedEvent(told.version, told.recorded_at, told.event))
        if known.last is not None and key < known.last:
            return True
        known.last = key
        return False

    def _refold(self) -> None:
        """Fold streams again that were corrected, or learned late of an earlier fact."""
        for stream, rows in rows_until(self._store, sorted(self._stale), self._position):
            try:
                done = self._reading.fold(stream, rows)
            except FollowerStopped as stopped:
                self._spoilt.add(at_position(rows, stopped), stopped)
                continue
            self._spoilt.drop(stream)
            known = self._held[stream]
            known.part, known.last, known.at = done.partial, done.last, rows[-1].version
            self._folded += 1
            self._dirty.add(stream)
            self._stale.discard(stream)

    def _load(self, streams: set[str]) -> None:
        """Take partials into memory: the stored ones, or empty ones."""
        missing = [s for s in streams if kind_of(s) in self._projection.initial]
        stored: Mapping[str, ViewRow] = {}
        if self._saved and missing:
            stored = self._store.view_rows(self._projection.view, missing)
        for stream in streams:
            make = self._projection.initial.get(kind_of(stream))
            if stream in stored:
                self._held[stream] = self._opened(stored[stream])
            elif make is not None:
                self._held[stream] = _Held(make())

    def _opened(self, row: ViewRow) -> _Held:
        _, decode = self._written[kind_of(row.stream)]
        at, last, part = decode(row.data)
        return _Held(part, row.group, at, last)

    def _closed(self, stream: str, known: _Held) -> ViewRow:
        encode, _ = self._written[kind_of(stream)]
        return ViewRow(stream, known.group, encode((known.at, known.last, known.part)))

    def _group_of(self, stream: str) -> str | None:
        """The group of a stream, ``None`` where nothing of it is folded."""
        if stream not in self._held:
            self._load({stream})
        known = self._held.get(stream)
        return known.group if known is not None and known.at else None

    def _group(self, group: str) -> dict[str, Any]:
        rows = {}
        if self._saved:
            rows = {r.stream: r for r in self._store.view_group(self._projection.view, group)}
        for stream in self._dirty:
            if self._held[stream].group == group:
                rows[stream] = self._closed(stream, self._held[stream])
        return {s: self._opened(r).part for s, r in sorted(rows.items())}

    def _streams(self, streams: Iterable[str]) -> dict[str, Any]:
        wanted = dict.fromkeys(streams)
        rows: dict[str, ViewRow] = {}
        if stored := [s for s in wanted if self._saved and s not in self._dirty]:
            rows.update(self._store.view_rows(self._projection.view, stored))
        for stream in self._dirty & wanted.keys():
            rows[stream] = self._closed(stream, self._held[stream])
        return {s: self._opened(rows[s]).part for s in wanted if s in rows}

    def _save(self) -> bool:
        """Store the partials that changed; False when a rival stored first and is followed now."""
        self._refold()
        if self._spoilt:
            return True
        rows = [self._closed(s, self._held[s]) for s in sorted(self._dirty)]
        if met := self._reading.practices:
            rows.append(ViewRow(NOTES, "", msgspec.json.encode(met)))
        try:
            self._store.view_save(self._projection.view, self._saved, self._position, rows)
        except Conflict:
            self._start_again()
            return False
        except LogBusy:
            return True  # the view is right all the same, and is stored next time
        except LogError:  # no right to, no room, no server: the same, and it may stay so
            self._refused = self._folded, self._position
            return True
        self._saved, self._folded = self._position, 0
        self._refused = (0, 0)
        self._dirty.clear()
        if len(self._held) >= SAVE_STREAMS:
            self._held.clear()
        return True

    def _start_again(self) -> None:
        self._held.clear()
        self._dirty.clear()
        self._stale.clear()
        self._spoilt.clear()
        self._begin()

    def _begin(self) -> None:
        """Where the stored partials end."""
        self._saved = self._position = self._store.view_position(self._projection.view)
        self._folded = 0
        self._refused = (0, 0)
        self._noted = False

    def _read_notes(self) -> None:
        """Which practices' streams were met until there; a log is opened without a look at that."""
        if self._noted:
            return
        met = self._store.view_rows(self._projection.view, [NOTES]) if self._saved else {}
        for row in met.values():
            self._reading.practices |= msgspec.json.decode(row.data, type=dict[str, int])
        self._noted = True

    def _tidy(self) -> None:
        """Drop what other versions of this projection stored."""
        if self._tidied or not self._saved or self._store.read_only:
            return
        try:
            for view in self._store.views():
                if view != self._projection.view and view.startswith(f"{self._projection.name}@"):
                    self._store.view_drop(view)
        except (LogBusy, LogAway):
            return  # there is another time for it
        except LogError:
            pass  # who may not drop them leaves them to others
        self._tidied = True
