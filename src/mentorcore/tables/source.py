"""The log as rows of the tables: which streams have changed, and the rows that they own now."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.model import Model
from mentorcore.log.recorded import Recorded
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.storage.store import Row as Stored
from mentorcore.log.storage.store import Store
from mentorcore.projections.folding.event_reader import AT_ONCE, EventReader, rows_until
from mentorcore.projections.folding.projection import refold
from mentorcore.projections.summary.summary import KINDS, SUMMARY
from mentorcore.tables.derivation import InForce, Rows, rows_of, settings_in_force

__all__ = ["RowSource"]

PAGE = 1_000
"""Events read at once."""


class RowSource:
    """Derives the rows of streams as they stand at a position.

    Args:
        store: The log.
        codec: What reads its events.
        model: The rules that the log is kept by.
    """

    def __init__(self, store: Store, codec: Codec, model: Model) -> None:
        self._store = store
        self._codec = codec
        self._reading = EventReader(SUMMARY, codec.recorded, model)

    @property
    def log_id(self) -> str:
        """The id of the log, 32 hex digits."""
        return self._store.log_id.hex()

    def tail(self) -> int:
        """The last position of the log."""
        return self._store.tail()

    def recorded_at(self, position: int) -> Any:
        """When the event at a position was recorded; ``None`` where there is none."""
        rows = self._store.page(position - 1, 1) if position else []
        return self._codec.envelope(rows[0]).recorded_at if rows else None

    def changed(self, after: int, position: int) -> dict[str, None]:
        """The streams on which something was recorded behind a position, in order.

        Raises:
            FollowerStopped: An event is of no known name, on a stream of a known kind.
        """
        found: dict[str, None] = {}
        while after < position and (rows := self._store.page(after, PAGE)):
            for row in rows:
                if row.position <= position and self._matters(row):
                    found[row.stream] = None
            after = rows[-1].position
        return found

    def _matters(self, row: Stored) -> bool:
        try:
            return bool(self._reading.sort(row)) and kind_of(row.stream) in KINDS
        except Exception as error:  # noqa: BLE001 - whatever an event does, it is named
            self._reading.stop(row, error)

    def derived(self, streams: Iterable[str], position: int) -> Iterator[tuple[list[str], Rows]]:
        """The rows that streams own, some streams at a time.

        Raises:
            FollowerStopped: One of their events cannot be read or folded.
        """
        in_force = self._in_force(position)
        names: list[str] = []
        rows: Rows = {}
        for stream, stored in rows_until(self._store, streams, position):
            names.append(stream)
            for table, more in self._rows(stream, stored, in_force).items():
                rows.setdefault(table, []).extend(more)
            if len(names) >= AT_ONCE:
                yield names, rows
                names, rows = [], {}
        if names:
            yield names, rows

    def _rows(self, stream: str, stored: list[Stored], in_force: Callable[[str], InForce]) -> Rows:
        if not stored:
            return {}
        told = self._reading.told(stored)
        return rows_of(stream, self._part(stream, stored, told), told, SUMMARY.events, in_force)

    def _part(self, stream: str, stored: list[Stored], told: list[Recorded[Any]]) -> Any:
        try:
            return refold(SUMMARY, KINDS[kind_of(stream)](), told).partial
        except Exception as error:  # noqa: BLE001 - whatever an event does, it is named
            self._reading.stop(stored[-1], error)

    def _in_force(self, position: int) -> Callable[[str], InForce]:
        """The settings of programs, each looked up once."""
        known: dict[str, InForce] = {}

        def look(program: str) -> InForce:
            if program not in known:
                for stream, stored in rows_until(self._store, [program], position):
                    part = self._reading.fold(stream, stored).partial if stored else None
                    known[program] = settings_in_force(part)
            return known[program]

        return look
