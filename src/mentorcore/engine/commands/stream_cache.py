"""What the engine remembers of the streams it has read, so that it need not read them again."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from mentorcore.domain.aggregate import Aggregate, fold, kind_of
from mentorcore.domain.declarations import event_info
from mentorcore.domain.effective import OrderKey, VersionedEvent, is_correction, order_key
from mentorcore.domain.model import CORE_MODEL, Model
from mentorcore.errors import Refused, practice_missing
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.storage.store import Row, Store

__all__ = ["CachedStream", "StreamCache"]

FOLLOWED = 20_000
"""How many events of others are looked through at most for streams that grew."""
EVERY = 4
"""Which of the streams for which there is no room takes the place of another one."""
EXPECTED = 1_000
"""How many streams that a host may still commit are kept in mind at most."""

BEHIND = 300
"""How many events of hosts may have come since the last look."""

FIRST: OrderKey = (False, 0, 0.0, 0)
NOTHING: Mapping[str, int] = {}


class CachedStream(msgspec.Struct, frozen=True, gc=False):
    """A stream as read: its events, the state they fold to, and the latest place in valid time.

    Attributes:
        size: How many bytes it had in the log when it was read or remembered.
    """

    placed: tuple[VersionedEvent, ...]
    state: Any
    last: OrderKey = FIRST
    size: int = 0

    def followed_by(self, aggregate: Aggregate[Any], item: VersionedEvent) -> "CachedStream":
        """The stream with one more event.

        A fact that is not late is folded on top; a late one or a correction folds it all anew.
        """
        placed = (*self.placed, item)
        if not is_correction(item.event):
            key, last = order_key(item), self.last
            if key > last or event_info(type(item.event)).order_free:
                state = aggregate.evolve(self.state, item.event)
                return CachedStream(placed, state, max(last, key), self.size)
        return remembered(aggregate, placed, self.size)


def remembered(
    aggregate: Aggregate[Any], placed: Sequence[VersionedEvent], size: int = 0
) -> CachedStream:
    """A stream folded from its events, which have so many bytes in the log."""
    facts = [p for p in placed if not is_correction(p.event)]
    last = max(map(order_key, facts), default=FIRST)
    return CachedStream(tuple(placed), fold(aggregate, placed), last, size)


class StreamCache:
    """The streams of a log, read through a memory of the latest ones.

    It is bounded by what the streams weigh and not by their number: an export in the order of time
    goes round through all pairings of a program, and each has to be there when its turn comes.

    Args:
        store: Where they are.
        codec: What reads them.
        model: The rules by which they are folded.
        missing: What is said of a stream of an unknown kind.
        keep: How many streams to remember.
        size: How many bytes the remembered streams may have together, as the log holds them; in
            memory they take about half of it.

    Attributes:
        moved: Whether a stream was read that grew after the last `refresh`. What was read before
            may be older then, and both together may never have been true.
    """

    def __init__(
        self,
        store: Store,
        codec: Codec,
        *,
        model: Model = CORE_MODEL,
        missing: Callable[[str], Refused] = practice_missing,
        keep: int = 200_000,
        size: int = 256 * 2**20,
    ) -> None:
        self._store = store
        self._codec = codec
        self._aggregates: Mapping[str, Aggregate[Any]] = model.aggregates
        self._passing = tuple(f"{a.kind}:" for a in model.aggregates.values() if a.written_once)
        self._missing = missing
        self._keep = keep
        self._most = size
        self._size = 0
        self._turned_away = 0
        self._known: OrderedDict[str, CachedStream] = OrderedDict()
        self._position = 0
        self._expected: dict[str, tuple[int, bytes, CachedStream]] = {}
        self._left: list[Any] = []
        self.moved = False

    @property
    def position(self) -> int:
        """The position of the log at the last look."""
        return self._position

    @property
    def is_empty(self) -> bool:
        """Whether nothing is remembered."""
        return not self._known

    def lasts(self, stream: str) -> bool:
        """Whether a stream is likely to be read again by who wrote it; a response is not."""
        return not stream.startswith(self._passing)

    def aggregate(self, stream: str) -> Aggregate[Any]:
        """The rules of a stream.

        Raises:
            Refused: ``practice_missing``: they are not here.
        """
        kind = kind_of(stream)
        found = self._aggregates.get(kind)
        if found is None:
            raise self._missing(kind)
        return found

    def refresh(self) -> None:
        """Forget the streams that somebody else has added to since the last look."""
        self.moved = False
        tail = self._store.tail()
        if tail == self._position:
            return
        if not (self._known or self._expected) or tail - self._position > FOLLOWED:
            self.forget()
        else:
            last = {row.stream: row for row in self._store.page(self._position, FOLLOWED)}
            for stream, row in last.items():
                self._lose(stream)
                if (known := self.expected(row)) is not None:
                    self._hold(stream, known)
            self._expected = {s: e for s, e in [*self._expected.items()] if e[0] > tail}
        self._position = tail

    def leave_behind(self, memory: Any) -> None:
        """Keep the memory of a block for the next one."""
        self._left[:] = [memory]

    def left_behind(self) -> Any:
        """The memory that the last block left, once: of two threads that ask one gets it."""
        try:
            return self._left.pop()
        except IndexError:
            return None

    @property
    def is_behind(self) -> bool:
        """Whether so much was written in transactions of hosts that a look at it is worth while."""
        latest = max((e[0] for e in [*self._expected.values()]), default=0)
        return self.is_empty or latest - self._position > BEHIND

    def expect(self, written: Mapping[str, tuple[int, bytes]], inside: "StreamCache") -> None:
        """Take over streams as the transaction of a host left them, should it be committed.

        A state that is found in the log with the salt that it had is the very event that was
        written there, and with it stands all that came before it in its stream.

        Args:
            written: By stream the position and the state of the last event that was written.
            inside: The memory of who wrote it.
        """
        if len(self._expected) > EXPECTED:
            self._expected = {}
        for stream, (position, state) in written.items():
            if (known := inside.look(stream)) is not None:
                self._expected[stream] = position, state, known

    def expected(self, row: Row) -> CachedStream | None:
        """The stream that ends with this event, if it was written in a transaction of a host."""
        position, state, known = self._expected.get(row.stream, (0, b"", None))
        return known if (position, state) == (row.position, row.state) else None

    def get(self, names: Iterable[str]) -> dict[str, CachedStream]:
        """These streams, read where they are not remembered.

        Raises:
            Refused: ``practice_missing``: one of them is of a kind that is unknown here.
        """
        found: dict[str, CachedStream] = {}
        unread: list[str] = []
        for name in names:
            known = self._remembered(name)
            if known is None:
                self.aggregate(name)
                unread.append(name)
            else:
                found[name] = known
        if unread:
            for name, rows in self._store.streams(unread).items():
                self.moved = self.moved or bool(rows and rows[-1].position > self._position)
                size = sum(len(row.state) for row in rows)
                found[name] = remembered(self.aggregate(name), self._placed(rows), size)
                if rows:
                    self._hold(name, found[name])
            self._trim()
        return found

    def appended(
        self,
        first: int,
        last: int,
        streams: Mapping[str, CachedStream],
        grown: Mapping[str, int] = NOTHING,
        passing: Iterable[str] = (),
    ) -> None:
        """Remember what this engine itself has just appended, at these positions.

        When somebody else appended in between, the next look reads from where it was.

        Args:
            first: The first position.
            last: The last one.
            streams: The streams written, as they are now.
            grown: How many bytes were written to each.
            passing: Other streams written, which are not worth remembering.
        """
        for name, known in streams.items():
            size = known.size + grown.get(name, 0)
            self._hold(name, CachedStream(known.placed, known.state, known.last, size))
        for name in passing:
            self._lose(name)
        self._trim()
        if first == self._position + 1:
            self._position = last

    def look(self, name: str) -> CachedStream | None:
        """A stream as it is remembered, if it is; it holds every event up to `position`."""
        return self._known.get(name)

    def forget(self) -> None:
        """Forget everything."""
        self._known.clear()
        self._expected, self._left = {}, []
        self._size = 0

    def _hold(self, name: str, known: CachedStream) -> None:
        """Remember a stream; where there is no room, only some of those that are new here.

        A long import goes round through all its streams. If each took the place of the one that
        was not needed for longest, that one would be needed next, and nothing ever be found.
        """
        if name not in self._known and not self._has_room(known):
            self._turned_away = (self._turned_away + 1) % EVERY
            if self._turned_away:
                return
        self._lose(name)
        self._known[name] = known
        self._size += known.size

    def _remembered(self, name: str) -> CachedStream | None:
        known = self._known.get(name)
        if known is not None:
            self._known.move_to_end(name)
        return known

    def _lose(self, name: str) -> None:
        known = self._known.pop(name, None)
        if known is not None:
            self._size -= known.size

    def _has_room(self, known: CachedStream) -> bool:
        return len(self._known) < self._keep and self._size + known.size <= self._most

    def _trim(self) -> None:
        """Forget what was not needed for longest, as far as there is too much."""
        while len(self._known) > 1 and (len(self._known) > self._keep or self._size > self._most):
            self._lose(next(iter(self._known)))

    def _placed(self, rows: Sequence[Row]) -> list[VersionedEvent]:
        read = self._codec.recorded
        return [VersionedEvent(r.version, r.recorded_at, r.event) for r in map(read, rows)]
