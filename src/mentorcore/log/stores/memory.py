"""A log that lives as long as the process: for trying things out and for tests.

It keeps the contract of the durable stores, errors included, so that what works here works there.
"""

import secrets
import threading
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from mentorcore.cached_property import cached_property
from mentorcore.errors import Conflict, LogError
from mentorcore.log.storage.append_checks import (
    grown,
    later,
    next_versions,
    refuse_unfit,
    refuse_unfit_view,
    taken_by,
)
from mentorcore.log.storage.audit_tables import IndexedRow, KeptRow
from mentorcore.log.storage.patience import Patience
from mentorcore.log.storage.process_guard import ProcessGuard
from mentorcore.log.storage.store import (
    NOTHING_READ,
    Appended,
    Draft,
    Entry,
    IndexRow,
    IndexTaken,
    Row,
    ViewRow,
)
from mentorcore.log.storage.turn import ThreadTurns, Turn

if TYPE_CHECKING:
    from mentorcore.log.stores.sqlite.audit_tables import MemoryLedger

__all__ = ["MemoryStore"]


class MemoryTable:
    """Stored events, whose positions are never given twice."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.grown = threading.Condition(self.lock)
        self.rows: list[Row] = []
        self.by_stream: dict[str, list[Row]] = {}
        self.issued = 0

    def add(self, rows: Sequence[tuple[str, int, str, bytes]]) -> range:
        """Store rows (stream, version, name, state) and give their positions."""
        first = self.issued + 1
        for position, row in enumerate(rows, first):
            stored = Row(position, *row)
            self.rows.append(stored)
            versions = self.by_stream.setdefault(stored.stream, [])
            versions.append(stored)
            if len(versions) > 1 and versions[-2].version > stored.version:
                versions.sort(key=lambda r: r.version)
        self.issued += len(rows)
        self.grown.notify_all()
        return range(first, self.issued + 1)

    def present(self, keys: Sequence[tuple[str, int]]) -> set[tuple[str, int]]:
        """Which of these (stream, version) are stored."""
        return {
            (stream, version)
            for stream, version in keys
            if (rows := self.by_stream.get(stream))
            # The versions rise, and nearly always a new one is asked for.
            and rows[-1].version >= version
            and any(r.version == version for r in reversed(rows))
        }

    def behind(self, after: int) -> int:
        """Where in the rows those behind a position begin."""
        if after >= self.issued:
            return len(self.rows)
        return bisect_right(self.rows, after, key=lambda r: r.position)

    def tail(self) -> int:
        """The last position."""
        return self.rows[-1].position if self.rows else 0


class MemoryStore:
    """The log in memory. Any number of threads may use it."""

    def __init__(self, *, lock_timeout: float = 10.0, patience: float = 15.0) -> None:
        self.table = MemoryTable()
        self.read_only = False
        self.patience = Patience(self.url, patience, lock_timeout)
        self._log_id = secrets.token_bytes(16)
        # Appends take turns on `_turn`, and touch the rows under the table's own lock only
        # when everything is known: a reader never waits for a clock.
        self._turn = threading.Lock()
        self._turns = ThreadTurns()
        self._data = self.table.lock
        self._last_at = ""
        self._index: dict[str, dict[bytes, IndexRow]] = {}
        self._views: dict[str, dict[str, ViewRow]] = {}
        self._positions: dict[str, int] = {}
        self._closed = False
        self._guard = ProcessGuard("the log in memory")

    @property
    def log_id(self) -> bytes:
        """The log's 16 random bytes."""
        return self._log_id

    @property
    def url(self) -> str:
        """Always ``:memory:``."""
        return ":memory:"

    @cached_property
    def ledger(self) -> "MemoryLedger":
        """See `Store.ledger`."""
        # Few logs in memory are ever sequenced; the others do without a database.
        from mentorcore.log.stores.sqlite import audit_tables  # noqa: PLC0415

        return audit_tables.MemoryLedger(self._log_id, lambda: self.table.rows, self._writing, self)

    def become(
        self,
        log_id: bytes,
        rows: Sequence[Row],
        last_at: str,
        index: Sequence[IndexedRow],
        views: tuple[Mapping[str, int], Sequence[KeptRow]],
    ) -> None:
        """Take over another log: its identity, events, index, views and when it recorded last."""
        with self._turn, self._data:
            self._log_id, self._last_at = log_id, last_at
            for row in rows:
                self.table.issued = row.position - 1
                self.table.add([(row.stream, row.version, row.name, row.state)])
            for kind, digest, stream, body, position, count in index:
                held = self._index.setdefault(kind, {})
                held[digest] = IndexRow(stream, body, position, count)

            self._positions.update(views[0])
            for view, stream, group, data in views[1]:
                self._views.setdefault(view, {})[stream] = ViewRow(stream, group, data)

    def indexed(self) -> list[IndexedRow]:
        """See `Beside.indexed`."""
        with self._data:
            return [
                (kind, d, *row) for kind, rows in self._index.items() for d, row in rows.items()
            ]

    def kept(self, prefix: str) -> tuple[dict[str, int], list[KeptRow]]:
        """See `Beside.kept`."""
        with self._data:
            positions = {v: p for v, p in self._positions.items() if v.startswith(prefix)}
            views = {v: rows for v, rows in self._views.items() if v.startswith(prefix)}
            return positions, [(v, *row) for v, rows in views.items() for row in rows.values()]

    def append(
        self,
        drafts: Sequence[Draft],
        entries: Sequence[Entry],
        now: Callable[[], datetime],
        unchanged: Mapping[str, int] = NOTHING_READ,
    ) -> Appended:
        """See `Store.append`."""
        refuse_unfit(drafts, entries)
        with self._writing():
            at, text = later(now(), self._last_at)
            with self._data:
                changes = self._changes(entries, len(drafts))
                present = self.table.present([(d.stream, d.version) for d in drafts])
                if present:
                    raise taken_by(drafts, present)
                for stream, _version in self.table.present(next_versions(unchanged)):
                    raise grown(stream)
                positions = self.table.add(
                    [(d.stream, d.version, d.name, d.state(text)) for d in drafts]
                )
                for (kind, digest), row in changes.items():
                    if row is None:
                        self._index.get(kind, {}).pop(digest, None)
                    else:
                        self._index.setdefault(kind, {})[digest] = row
                self._last_at = text
            if "ledger" in vars(self):
                self.ledger.join(positions)
        return Appended(tuple(positions), at)

    def _changes(
        self, entries: Sequence[Entry], count: int
    ) -> dict[tuple[str, bytes], IndexRow | None]:
        first = self.table.issued + 1 if count else 0
        changes: dict[tuple[str, bytes], IndexRow | None] = {}
        for e in entries:
            key = (e.kind, e.digest)
            known = changes[key] if key in changes else self._index.get(e.kind, {}).get(e.digest)
            if e.mode == "new" and known is not None:
                raise IndexTaken(e.kind, e.digest)
            changes[key] = None if e.mode == "drop" else IndexRow(e.stream, e.body, first, count)
        return changes

    def stream(self, stream: str, after: int = 0) -> list[Row]:
        """See `Store.stream`."""
        with self._reading():
            rows = self.table.by_stream.get(stream, ())
            return [r for r in rows if r.version > after]

    def streams(self, streams: Sequence[str]) -> dict[str, list[Row]]:
        """See `Store.streams`."""
        with self._reading():
            return {s: list(self.table.by_stream.get(s, ())) for s in streams}

    def page(self, after: int, limit: int, names: Sequence[str] = ()) -> list[Row]:
        """See `Store.page`."""
        with self._reading():
            begin = self.table.behind(after)
            if not names:
                return self.table.rows[begin : begin + limit]
            wanted = frozenset(names)
            found: list[Row] = []
            for i in range(begin, len(self.table.rows)):
                if len(found) == limit:
                    break
                if (row := self.table.rows[i]).name in wanted:
                    found.append(row)
            return found

    def tail(self) -> int:
        """See `Store.tail`."""
        with self._reading():
            return self.table.tail()

    def lookup(self, kind: str, digests: Sequence[bytes]) -> dict[bytes, IndexRow]:
        """See `Store.lookup`."""
        with self._reading():
            rows = self._index.get(kind, {})
            return {d: rows[d] for d in digests if d in rows}

    def entries(
        self, kind: str, after: bytes = b"", limit: int | None = None
    ) -> dict[bytes, IndexRow]:
        """See `Store.entries`."""
        with self._reading():
            rows = self._index.get(kind, {})
            behind = sorted(digest for digest in rows if digest > after)
            return {digest: rows[digest] for digest in behind[:limit]}

    def take_turn(self, name: str, timeout: float) -> Turn | None:
        """See `Store.take_turn`."""
        self._refuse_closed()
        return self._turns.take(name, timeout)

    def wait(self, after: int, timeout: float) -> bool:
        """See `Store.wait`."""
        with self._reading():
            self.table.grown.wait_for(lambda: self._closed or self.table.tail() > after, timeout)
            self._refuse_closed()
            return self.table.tail() > after

    def view_position(self, view: str) -> int:
        """See `Store.view_position`."""
        with self._reading():
            return self._positions.get(view, 0)

    def view_rows(self, view: str, streams: Sequence[str]) -> dict[str, ViewRow]:
        """See `Store.view_rows`."""
        with self._reading():
            rows = self._views.get(view, {})
            return {s: rows[s] for s in streams if s in rows}

    def view_group(self, view: str, group: str) -> list[ViewRow]:
        """See `Store.view_group`."""
        with self._reading():
            rows = [r for r in self._views.get(view, {}).values() if r.group == group]
        return sorted(rows, key=lambda r: r.stream.encode())

    def view_save(self, view: str, before: int, position: int, rows: Sequence[ViewRow]) -> None:
        """See `Store.view_save`."""
        refuse_unfit_view(view, before, position, rows)
        with self._writing(), self._data:
            held = self._positions.get(view, 0)
            if held != before:
                raise Conflict(f"view {view!r} stands at position {held}, no longer at {before}")
            if position > before:
                self._positions[view] = position
            self._views.setdefault(view, {}).update({r.stream: ViewRow(*r) for r in rows})

    def view_drop(self, view: str) -> None:
        """See `Store.view_drop`."""
        with self._writing(), self._data:
            self._positions.pop(view, None)
            self._views.pop(view, None)

    def views(self) -> dict[str, int]:
        """See `Store.views`."""
        with self._reading():
            return dict(sorted(self._positions.items()))

    def migrate(self) -> str:
        """See `Store.migrate`."""
        self._refuse_closed()
        return "nothing to do"

    def close(self) -> None:
        """See `Store.close`. What was in this log is gone."""
        if self._guard.elsewhere:  # a lock may be held there for ever
            return
        with self._data:
            self._closed = True
            self.table.grown.notify_all()
        if "ledger" in vars(self):
            self.ledger.close()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        self._guard.check()
        with self._data:
            self._refuse_closed()
            yield

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._guard.check()
        self._refuse_closed()
        with self.patience.turn(self._turn, self.patience.lock_left):
            yield

    def _refuse_closed(self) -> None:
        if self._closed:
            raise LogError("the log in memory has been closed")
