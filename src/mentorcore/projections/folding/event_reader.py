"""Events on their way from the log into a fold: which of them matter, and which cannot be read.

Whatever cannot be read or folded stops the answers that rest on its stream, and is named; nothing
is ever skipped because it was not understood. A stream of an unknown kind belongs to a practice
that is not installed: no view is made of it, so it is passed over, and its kind is noted. An
unknown event on a stream of a known kind was written by a newer version.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Never

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.declarations import event_info
from mentorcore.domain.model import CORE, CORE_MODEL, CORRECTIONS, Model
from mentorcore.errors import FollowerStopped, UnknownEvent
from mentorcore.log.recorded import Recorded
from mentorcore.log.storage.store import Row, Store
from mentorcore.projections.folding.projection import Projection, Refolded, refold

__all__ = [
    "CORRECTION",
    "FOLD",
    "FOUNDING",
    "ORDERED",
    "SKIP",
    "EventReader",
    "Reader",
    "rows_until",
]

Reader = Callable[[Row], Recorded[Any]]
"""What reads a stored event: `Codec.recorded`."""

AT_ONCE = 200
"""Streams read at once."""

SKIP, FOLD, ORDERED, FOUNDING, CORRECTION, UNKNOWN = range(6)
"""How an event is dealt with: not looked at, folded as it comes, in order, in order and founding
its stream, with what it corrects, or not at all, since nobody here can read it."""


def rows_until(
    store: Store, streams: Iterable[str], position: int
) -> Iterator[tuple[str, list[Row]]]:
    """Streams with their events up to a position, each stream once; a few are read at a time."""
    wanted = list(dict.fromkeys(streams))
    for start in range(0, len(wanted), AT_ONCE):
        for stream, rows in store.streams(wanted[start : start + AT_ONCE]).items():
            yield stream, [r for r in rows if r.position <= position]


class EventReader:
    """Reads events for one projection.

    Args:
        projection: For which.
        read: What reads a stored event.
        model: The rules that the log is kept by.

    Attributes:
        sorts: How events of each stored name are dealt with, as far as the name was met.
        practices: By kind of stream that is not the core's, the position at which it was first
            met; whether that practice is here does not matter.
    """

    def __init__(
        self, projection: Projection[Any], read: Reader, model: Model = CORE_MODEL
    ) -> None:
        self.projection = projection
        self.read = read
        self.model = model
        self.practices: dict[str, int] = {}
        self.sorts = {event_info(e).name: SKIP for a in CORE for e in a.events}
        for event in projection.events:
            info = event_info(event)
            sort = FOUNDING if info.founding else ORDERED
            self.sorts[info.name] = FOLD if event in projection.unordered else sort
        for event in CORRECTIONS:
            self.sorts[event_info(event).name] = CORRECTION

    def fold(self, stream: str, rows: Sequence[Row], as_of: datetime | None = None) -> Refolded:
        """Fold a whole stream, corrections applied, in the order of valid time.

        Raises:
            FollowerStopped: One of its events cannot be read or folded.
        """
        told = self.told(rows)
        try:
            return refold(self.projection, self.projection.initial[kind_of(stream)](), told, as_of)
        except Exception as error:  # noqa: BLE001 - whatever an event does, its view names it
            self.stop(rows[-1], error)

    def told(self, rows: Sequence[Row]) -> list[Recorded[Any]]:
        """The events of a stream that matter to the projection.

        Raises:
            FollowerStopped: One of them cannot be read.
        """
        found = []
        for row in rows:
            try:
                if self.sort(row):
                    found.append(self.read(row))
            except Exception as error:  # noqa: BLE001 - whatever an event does, its view names it
                self.stop(row, error)
        return found

    def sort(self, row: Row) -> int:
        """How an event is dealt with, also one whose name was not met before.

        Raises:
            UnknownEvent: Its name is unknown, and its stream is of a known kind.
        """
        name = row.name
        sort = self.sorts.get(name)
        if sort is None:
            kind = kind_of(row.stream)
            if kind in self.model.aggregates and name not in self.model.names:
                raise UnknownEvent(
                    f"events named {name!r} are unknown here",
                    position=row.position,
                    stream=row.stream,
                    version=row.version,
                    name=name,
                )
            self.practices[kind] = min(self.practices.get(kind, row.position), row.position)
            # It is passed over from here on, but on a stream of a kind that is folded.
            sort = self.sorts[name] = SKIP if name in self.model.names else UNKNOWN
        return sort

    def unknown(self, position: int) -> tuple[str, ...]:
        """The kinds of streams up to a position that no view is made of, in order."""
        return tuple(
            sorted(
                kind
                for kind, first in self.practices.items()
                if first <= position and kind not in self.model.aggregates
            )
        )

    def stop(self, row: Row, error: Exception) -> Never:
        """Say at which event the view stopped, and why."""
        raise self.stopped(row, error) from error

    def stopped(self, row: Row, error: Exception) -> FollowerStopped:
        """What says at which event the view stopped, and why."""
        return FollowerStopped(
            f"{row.name} ({row.stream} version {row.version}): {error}",
            view=self.projection.view,
            position=row.position,
            stream=row.stream,
            version=row.version,
            name=row.name,
        )
