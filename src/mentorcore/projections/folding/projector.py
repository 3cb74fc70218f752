"""A view follows the log: it folds what is new, keeps what it has folded, and never skips an event.

A stream with an event that cannot be read or folded stops every answer that rests on it, and no
other. Nothing is stored beside it: whoever can read it, tomorrow or with a newer version, begins
before it.

Partials are stored in the log's own database, row by row and together with the position they are
at, so that a question tomorrow begins where today's ended. Where they turn out not to be what was
stored, all of them are thrown away and folded anew. What was stored by an older version of the
projection is dropped once the new one has caught up.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.effective import VersionedEvent, order_key
from mentorcore.domain.model import CORE_MODEL, Model
from mentorcore.errors import Conflict, FollowerStopped, LogAway, LogBusy, LogError
from mentorcore.log.recorded import Recorded
from mentorcore.log.storage.store import Row, Store
from mentorcore.projections.folding.event_reader import (
    CORRECTION,
    FOLD,
    FOUNDING,
    ORDERED,
    EventReader,
    Reader,
    rows_until,
)
from mentorcore.projections.folding.projection import Also, Belongs, Projection, nobody_knows
from mentorcore.projections.folding.spoilt_streams import SpoiltStreams, at_position
from mentorcore.projections.folding.stored_partials import (
    DamagedView,
    HeldPartial,
    StoredPartials,
)

__all__ = ["Projector"]

PAGE = 1_000
"""Events read at once."""
ENOUGH = 500
"""Events behind the stored position from which on it is worth storing."""
FOLDED = (FOLD, ORDERED, FOUNDING)
"""The events after which a stream has a partial."""
SAVE_EVENTS = 100_000
SAVE_STREAMS = 20_000
"""A long catch-up stores after so many events or streams, and forgets them: memory stays flat."""


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
        self._stored = StoredPartials(projection, store)
        self._held: dict[str, HeldPartial] = {}
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
            while True:
                try:
                    self._catch_up()
                except DamagedView:
                    self._disbelieve()
                else:
                    return self._position

    def _catch_up(self) -> None:
        if self._stored.position() != self._saved:
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

    def parts(
        self, group: str, also: Also, *more: str, known: Belongs = nobody_knows
    ) -> tuple[dict[str, Any], int]:
        """Catch up and answer the partials of a group and of other streams, with the position.

        Args:
            group: Which group.
            also: From the groups' partials, further streams whose partials are wanted.
            more: Other groups.
            known: Whether a stream is one of them, where another projection can tell.

        Raises:
            FollowerStopped: One of them holds an event that cannot be read or folded; or such a
                stream could be one of them, and nobody can tell.
        """
        with self._store.patience.call(), self._lock:
            while True:
                try:
                    found = self._parts((group, *more), also, known)
                except DamagedView:
                    self._disbelieve()
                    continue
                # Rows that another process stored meanwhile would be of another position.
                if self._stored.position() == self._saved:
                    return found, self._position

    def _parts(self, groups: Sequence[str], also: Also, known: Belongs) -> dict[str, Any]:
        self.catch_up()
        found = {s: p for g in groups for s, p in self._group(g).items()}
        beside = tuple(also(found))
        if self._spoilt:
            own = self._streams(groups).values()
            self._spoilt.refuse(self._group_of, groups, beside, own, known=known)
        found.update(self._streams(beside))
        return found

    def rebuild(self) -> int:
        """Throw away all that is stored and fold it anew; answers the position it is stored at.

        Raises:
            FollowerStopped: An event cannot be read or folded, so that nothing can be stored.
            OpenedReadOnly: The log is open for reading only.
            LogBusy, LogAway: Somebody else, or a server that is away, made it wait for too long.
        """
        with self._store.patience.call(), self._lock:
            self._store.view_drop(self._projection.view)
            self._start_again()
            self.catch_up()
            if self._spoilt:
                raise self._spoilt.first
            while self._folded and not self._save():
                self.catch_up()
            return self._saved

    def close(self) -> None:
        """Store what has been folded and not stored yet."""
        with self._store.patience.call(), self._lock:
            if self._folded and not self._stale and not self._store.read_only:
                with suppress(LogError):  # it is folded again next time
                    self._save()

    def _fold(self, rows: Sequence[Row]) -> None:
        sorts, held, read = self._reading.sorts, self._held, self._reading.read
        apply = self._projection.apply
        first: dict[str, int] = {}
        for r in rows:
            if sorts.get(r.name) and r.stream not in held:
                first.setdefault(r.stream, r.version)
        self._load(first)
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
            self._load({row.stream: 0})
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

    def _is_late(self, known: HeldPartial, told: Recorded[Any]) -> bool:
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

    def _load(self, first: Mapping[str, int]) -> None:
        """Take partials into memory: the stored ones, or empty ones.

        Args:
            first: The streams, each with the version of its event at hand: a stream that begins
                with it cannot have been stored. 0 where nothing is known of that.

        Raises:
            DamagedView: One of them is not as it was stored.
        """
        made = {s: make for s in first if (make := self._projection.initial.get(kind_of(s)))}
        stored = self._stored.rows(self._saved, list(made))
        self._refuse_missing([s for s in made if s not in stored and first[s] != 1])
        for stream, make in made.items():
            self._held[stream] = stored.get(stream) or HeldPartial(make())

    def _refuse_missing(self, streams: Iterable[str]) -> None:
        """Say that the view is damaged where a stream is not stored that has to be.

        Raises:
            DamagedView: One of them has been folded, and is not there.
        """
        wanted = list(streams) if self._saved else []
        sorts = self._reading.sorts
        for stream, rows in rows_until(self._store, wanted, self._saved):
            if any(sorts.get(row.name) in FOLDED for row in rows):
                raise DamagedView(f"the row of {stream} is missing")

    def _group_of(self, stream: str) -> str | None:
        """The group of a stream, ``None`` where nothing of it is folded."""
        if stream not in self._held:
            self._load({stream: 0})
        known = self._held.get(stream)
        return known.group if known is not None and known.at else None

    def _group(self, group: str) -> dict[str, Any]:
        held = self._held
        stored = self._stored.group(self._saved, group)
        found = {s: known.part for s, known in stored.items() if s not in self._dirty}
        found.update((s, self._copied(s)) for s in self._dirty if held[s].group == group)
        return dict(sorted(found.items()))

    def _streams(self, streams: Iterable[str]) -> dict[str, Any]:
        wanted = dict.fromkeys(streams)
        beside = [s for s in wanted if s not in self._dirty]
        found = {s: h.part for s, h in self._stored.rows(self._saved, beside).items()}
        self._refuse_missing(
            s for s in beside if s not in found and kind_of(s) in self._projection.initial
        )
        found.update((s, self._copied(s)) for s in self._dirty & wanted.keys())
        return {s: found[s] for s in wanted if s in found}

    def _copied(self, stream: str) -> Any:
        """The partial of a stream for whoever asks, who may keep it while the fold goes on."""
        codec = self._stored.codec
        return codec.opened(stream, codec.body(stream, self._held[stream])).part

    def _save(self) -> bool:
        """Store the partials that changed; False when a rival stored first and is followed now."""
        self._refold()
        if self._spoilt:
            return True
        changed = {stream: self._held[stream] for stream in self._dirty}
        try:
            self._stored.save(self._saved, self._position, changed, self._reading.practices)
        except DamagedView:
            self._disbelieve()
            return False
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

    def _disbelieve(self) -> None:
        """Fold all of it anew, from events alone, unless somebody else did meanwhile."""
        if self._stored.position() == self._saved:
            self._stored.discard()
        self._start_again()

    def _start_again(self) -> None:
        self._held.clear()
        self._dirty.clear()
        self._stale.clear()
        self._spoilt.clear()
        self._begin()

    def _begin(self) -> None:
        """Where the stored partials end."""
        self._saved = self._position = self._stored.position()
        self._folded = 0
        self._refused = (0, 0)
        self._noted = False

    def _read_notes(self) -> None:
        """Which practices' streams were met until there; a log is opened without a look at that."""
        if self._noted:
            return
        self._reading.practices |= self._stored.contents(self._saved).practices
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
