"""Which streams a log holds, by the events that founded them and by nothing else.

What the log knew earlier is asked by an audit, which believes events alone: stored partials are no
events, no checkpoint covers them, and whoever can write to the database can change them. So the
streams of such a question are not named by what is stored either.
"""

import threading
from typing import Any

from mentorcore.domain.aggregate import kind_of
from mentorcore.log.storage.store import Row, Store
from mentorcore.projections.folding.event_reader import FOUNDING, EventReader
from mentorcore.projections.folding.projection import Belongs, nobody_knows
from mentorcore.projections.folding.spoilt_streams import SpoiltStreams

__all__ = ["StreamIndex"]

PAGE = 1_000
"""Events read at once."""


class StreamIndex:
    """The streams of each group, as far as the log was read; kept in memory only.

    Safe to share between threads. A second question begins to read where the first ended.

    Args:
        reading: What reads founding events; nobody else reads with it.
        store: The log.
    """

    def __init__(self, reading: EventReader, store: Store) -> None:
        self._reading = reading
        self._store = store
        self._lock = threading.Lock()
        self._groups: dict[str, dict[str, None]] = {}
        self._position = 0
        self._spoilt = SpoiltStreams(reading.projection, store, reading.read)

    def catch_up(self, position: int) -> None:
        """Read the log up to a position; no event but those that found a stream is decoded."""
        with self._store.patience.call(), self._lock:
            while self._position < position and (rows := self._store.page(self._position, PAGE)):
                for row in rows:
                    if row.position > position:
                        return
                    try:
                        if self._reading.sort(row) == FOUNDING:
                            self._found(row)
                    except Exception as error:  # noqa: BLE001 - its view names whatever it does
                        self._spoilt.add(row, self._reading.stopped(row, error))
                    self._position = row.position

    def _found(self, row: Row) -> None:
        projection = self._reading.projection
        if kind_of(row.stream) in projection.initial:
            group = projection.group(self._reading.read(row).event) or ""
            self._groups.setdefault(group, {})[row.stream] = None

    def streams(self, position: int, *groups: str, known: Belongs = nobody_knows) -> list[str]:
        """The streams of some groups, in order, all that were founded by a position among them.

        Args:
            position: By which position.
            groups: Which groups.
            known: Whether a stream is one of them, where another projection can tell.

        Raises:
            FollowerStopped: A founding event cannot be read, or the name of an event on a stream
                of a known kind is unknown; and the stream is one of them, or may be.
        """
        self.catch_up(position)
        with self._store.patience.call(), self._lock:
            if self._spoilt:
                own = [p for group in groups if (p := self._own(group, position)) is not None]
                self._spoilt.refuse(self._group_of, groups, (), own, until=position, known=known)
            return sorted(s for group in groups for s in self._groups.get(group, ()))

    def _group_of(self, stream: str) -> str | None:
        return next((g for g, streams in self._groups.items() if stream in streams), None)

    def _own(self, group: str, position: int) -> Any:
        """The partial of the group's own stream, where it has one."""
        rows = [r for r in self._store.stream(group) if r.position <= position]
        if not rows or kind_of(group) not in self._reading.projection.initial:
            return None
        return self._reading.fold(group, rows).partial

    def unknown(self, position: int) -> tuple[str, ...]:
        """The kinds of streams unknown here up to a position; see `EventReader.unknown`."""
        return self._reading.unknown(min(position, self._position))
