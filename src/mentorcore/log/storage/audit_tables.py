"""The tables of the audit beside the log, and the moments at which they may be written.

They are hints and no evidence: what they say can be derived again from the events, and is. Both
databases hold the same tables, so one text speaks to them; a log in memory keeps them in an SQLite
database of its own.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

__all__ = [
    "AuditTables",
    "AuditTransaction",
    "Covering",
    "Events",
    "Head",
    "Beside",
    "IndexedRow",
    "KeptRow",
    "LeafRow",
    "SinkRow",
    "StoredRow",
]

T = TypeVar("T")
Ask = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]
Tell = Callable[[str, Sequence[Sequence[Any]]], object]


class Head(NamedTuple):
    """How far the tree has grown: its leaves, the position of the last, its frontier."""

    log_id: bytes
    size: int
    last_position: int
    frontier: bytes


class SinkRow(NamedTuple):
    """What a place outside has accepted last: which size, when, and what it answered."""

    name: str
    size: int
    at: str
    detail: str | None


STAMP, ALARM = "stamp:", "alarm:"
OF_NO_PLACE = (STAMP, ALARM)
"""How names of rows begin that are of no place: a time stamp (then size, time and authority), and
what a place answered that holds another history (then its name)."""

StoredRow = tuple[int, str, int, str, bytes]
"""Position, stream, version, name and state of an event, as the database gives them."""


LeafRow = tuple[int, int, bytes]
"""Index, position and hash of a leaf."""

IndexedRow = tuple[str, bytes, str | None, bytes | None, int, int]
"""Kind, digest, stream, body, position and count of an entry of the index beside the log."""

KeptRow = tuple[str, str, str, bytes]
"""View, stream, group and data of a row that is kept among those of persisted views."""

INDEX_PAGE = 2_000


class Beside(Protocol):
    """What stands beside the events of a log whose index and views stand in no tables."""

    def indexed(self) -> Iterable[IndexedRow]:
        """The entries of the index."""

    def kept(self, prefix: str) -> tuple[dict[str, int], list[KeptRow]]:
        """Positions and rows of the views whose names begin so."""


class Events(Protocol):
    """The events of the log, as the sequencer reads them inside its transaction."""

    def between(self, after: int, upto: int, limit: int) -> Sequence[StoredRow]:
        """Up to *limit* events behind *after*, none behind *upto*, in order, as they are."""

    def count(self, after: int | None, upto: int | None) -> int:
        """How many events stand behind *after* and not behind *upto*; ``None`` is no limit."""

    def positions(self, after: int | None, upto: int) -> list[int]:
        """The positions behind *after* and not behind *upto*, rising."""


class AuditTransaction:
    """The tables of the audit, inside one transaction.

    Args:
        ask: Answers a question.
        tell: Writes many rows with one statement.
        events: The events of the log, in the same transaction.
        beside: Index and views, where they stand in no tables.
        tracking: The table of the positions of views.
    """

    def __init__(
        self,
        ask: Ask,
        tell: Tell,
        events: Events,
        beside: Beside | None = None,
        tracking: str = "tracking",
    ) -> None:
        self._ask = ask
        self._tell = tell
        self._beside = beside
        self._tracking = tracking
        self.events = events

    def head(self) -> Head:
        """How far the tree has grown."""
        found = self._ask("SELECT log_id, size, last_position, frontier FROM $.audit_head", ())
        log_id, size, last, frontier = found[0]
        return Head(bytes(log_id), size, last, bytes(frontier))

    def log_id(self) -> bytes:
        """The log's id, of which there is one."""
        ((log_id,),) = self._ask("SELECT log_id FROM $.audit_head", ())
        return bytes(memoryview(log_id))

    def set_head(self, size: int, last_position: int, frontier: bytes) -> None:
        """Note how far the tree has grown."""
        self._tell(
            "UPDATE $.audit_head SET size = ?, last_position = ?, frontier = ?",
            [(size, last_position, frontier)],
        )

    def leaves(self, first: int, end: int) -> list[tuple[int, bytes]]:
        """Position and hash of the leaves *first* to *end* - 1."""
        rows = self._ask(
            "SELECT position, h FROM $.audit_leaf WHERE idx >= ? AND idx < ? ORDER BY idx",
            (first, end),
        )
        return [(position, bytes(memoryview(h))) for position, h in rows]

    def leaf(self, index: int) -> tuple[int, bytes] | None:
        """Position and hash of one leaf."""
        return next(iter(self.leaves(index, index + 1)), None)

    def last_leaf(self) -> tuple[int, int]:
        """Index and position of the last leaf, -1 and 0 when there is none."""
        found = self._ask("SELECT idx, position FROM $.audit_leaf ORDER BY idx DESC LIMIT 1", ())
        return (found[0][0], found[0][1]) if found else (-1, 0)

    def put_leaves(self, rows: Iterable[LeafRow]) -> None:
        """Write leaves as (index, position, hash); those of these indexes are written over."""
        self._tell(
            "INSERT INTO $.audit_leaf (idx, position, h) VALUES (?,?,?) "
            "ON CONFLICT (idx) DO UPDATE SET position = excluded.position, h = excluded.h",
            list(rows),
        )

    def drop_leaves(self, first: int) -> None:
        """Forget the leaves from an index on: they are going to be derived again."""
        self._tell("DELETE FROM $.audit_leaf WHERE idx >= ?", [(first,)])

    def tile(self, level: int, n: int) -> bytes:
        """The hashes of tile *n* of a level above the leaves, as far as they are known."""
        found = self._ask("SELECT data FROM $.audit_tile WHERE level = ? AND n = ?", (level, n))
        return bytes(found[0][0]) if found else b""

    def put_tiles(self, rows: Iterable[tuple[int, int, bytes]]) -> None:
        """Write tiles as (level, n, hashes)."""
        self._tell(
            "INSERT INTO $.audit_tile (level, n, data) VALUES (?,?,?) "
            "ON CONFLICT (level, n) DO UPDATE SET data = excluded.data",
            list(rows),
        )

    def drop_tiles(self) -> None:
        """Forget all tiles: they are going to be derived again."""
        self._tell("DELETE FROM $.audit_tile", [()])

    def checkpoint(self, size: int) -> str | None:
        """The signed checkpoint of a size, if there is one."""
        found = self._ask("SELECT note FROM $.audit_checkpoint WHERE size = ?", (size,))
        return found[0][0] if found else None

    def newest_checkpoint(self, upto: int | None = None) -> tuple[int, str] | None:
        """The largest size that has a checkpoint, none above *upto*, and its note."""
        limit = "" if upto is None else "WHERE size <= ? "
        found = self._ask(
            f"SELECT size, note FROM $.audit_checkpoint {limit}ORDER BY size DESC LIMIT 1",  # noqa: S608 - no text of anybody
            () if upto is None else (upto,),
        )
        return (found[0][0], found[0][1]) if found else None

    def checkpoint_from(self, size: int) -> tuple[int, str] | None:
        """The smallest checkpoint that has at least *size* leaves, and its note."""
        found = self._ask(
            "SELECT size, note FROM $.audit_checkpoint WHERE size >= ? ORDER BY size LIMIT 1",
            (size,),
        )
        return (found[0][0], found[0][1]) if found else None

    def put_checkpoint(self, size: int, note: str) -> None:
        """Keep a signed checkpoint, in place of one of the same size."""
        self._tell(
            "INSERT INTO $.audit_checkpoint (size, note) VALUES (?,?) "
            "ON CONFLICT (size) DO UPDATE SET note = excluded.note",
            [(size, note)],
        )

    def sinks(self, kept: str = "") -> dict[str, SinkRow]:
        """What each place outside has accepted last; or all of one kind in `OF_NO_PLACE`."""
        words = (kept,) if kept else OF_NO_PLACE
        likes = "name LIKE ?" if kept else " AND ".join("name NOT LIKE ?" for _ in words)
        rows = self._ask(
            f"SELECT name, size, at, detail FROM $.audit_sink WHERE {likes} ORDER BY name",  # noqa: S608 - as above
            tuple(f"{word}%" for word in words),
        )
        return {row[0]: SinkRow(*row) for row in rows}

    def put_sink(self, row: SinkRow) -> None:
        """Note what a place outside has accepted."""
        self._tell(
            "INSERT INTO $.audit_sink (name, size, at, detail) VALUES (?,?,?,?) "
            "ON CONFLICT (name) DO UPDATE SET size = excluded.size, at = excluded.at, "
            "detail = excluded.detail",
            [row],
        )

    def redacted(self, position: int) -> bytes | None:
        """The digest of a state that was removed for good, if that was done there."""
        found = self._ask(
            "SELECT state_digest FROM $.audit_redacted WHERE position = ?", (position,)
        )
        return bytes(found[0][0]) if found else None

    def redactions(self) -> list[tuple[int, bytes, bytes | None]]:
        """The states that were removed: position, digest, and what is still told of it."""
        rows = self._ask(
            "SELECT position, state_digest, residual FROM $.audit_redacted ORDER BY position", ()
        )
        return [
            (p, bytes(memoryview(d)), None if r is None else bytes(memoryview(r)))
            for p, d, r in rows
        ]

    def put_redactions(self, rows: Iterable[tuple[int, bytes, bytes | None]]) -> None:
        """Note states that were removed: position, digest, and what is still told of them."""
        self._tell(
            "INSERT INTO $.audit_redacted (position, state_digest, residual) VALUES (?,?,?)",
            list(rows),
        )

    def put_events(self, column: str, rows: Sequence[StoredRow]) -> None:
        """Put events into a log that has none, at the positions that they had elsewhere."""
        self._tell(
            f"INSERT INTO $.stored_events ({column}, originator_id, originator_version, topic, "  # noqa: S608 - the name of a column
            "state) VALUES (?,?,?,?,?)",
            rows,
        )

    def set_log_id(self, log_id: bytes) -> None:
        """Take over the identity of another log."""
        self._tell("UPDATE $.audit_head SET log_id = ?", [(log_id,)])

    def set_last_at(self, at: str) -> None:
        """Take over the time at which another log recorded last."""
        self._tell("UPDATE $.log_meta SET last_at = ?", [(at,)])

    def index(self) -> Iterator[IndexedRow]:
        """All entries of the index beside the log, by kind and digest."""
        if self._beside is not None:
            yield from sorted(self._beside.indexed(), key=lambda row: row[:2])
            return
        kind, digest = "", b""
        while page := self._ask(
            "SELECT kind, digest, stream, body, position, count FROM $.log_index "
            "WHERE (kind, digest) > (?, ?) ORDER BY kind, digest LIMIT ?",
            (kind, digest, INDEX_PAGE),
        ):
            for kind, held, stream, body, position, count in page:
                digest = bytes(memoryview(held))
                kept = None if body is None else bytes(memoryview(body))
                yield kind, digest, stream, kept, position, count

    def kept_views(self, prefix: str) -> tuple[dict[str, int], list[KeptRow]]:
        """Positions and rows of the persisted views whose names begin so.

        They are of those that no event tells, such as how far a subscription has come.
        """
        if self._beside is not None:
            return self._beside.kept(prefix)
        positions = self._ask(
            f"SELECT application_name, notification_id FROM $.{self._tracking} "  # noqa: S608 - the name of a table
            "WHERE substr(application_name, 1, CAST(? AS integer)) = ? ORDER BY application_name",
            (len(prefix), prefix),
        )
        rows = self._ask(
            "SELECT view, stream, grp, data FROM $.view_row "
            "WHERE substr(view, 1, CAST(? AS integer)) = ? ORDER BY view, stream",
            (len(prefix), prefix),
        )
        return dict(positions), [(v, s, g, bytes(memoryview(data))) for v, s, g, data in rows]

    def put_views(self, positions: Iterable[tuple[str, int]], rows: Iterable[KeptRow]) -> None:
        """Put positions and rows of persisted views into a log that has none of these."""
        self._tell(
            f"INSERT INTO $.{self._tracking} (application_name, notification_id) VALUES (?,?)",  # noqa: S608 - the name of a table
            list(positions),
        )
        self._tell("INSERT INTO $.view_row (view, stream, grp, data) VALUES (?,?,?,?)", list(rows))

    def put_index(self, rows: Iterable[IndexedRow]) -> None:
        """Put entries into the index beside a log that has none of these digests."""
        self._tell(
            "INSERT INTO $.log_index (kind, digest, stream, body, position, count) "
            "VALUES (?,?,?,?,?,?)",
            list(rows),
        )

    def put_mark(self, kind: str, digest: bytes) -> None:
        """Put an entry that says all by being there into the index beside the log."""
        self.put_index([(kind, digest, None, None, 0, 0)])

    def issue_behind(self, position: int) -> None:
        """Let positions that a sequence of the server gives begin behind this one."""
        self._ask(
            "SELECT setval(pg_get_serial_sequence('$.stored_events', 'notification_id'), ?)",
            (position,),
        )


class Covering(Protocol):
    """Covers events by leaves of the tree inside the transaction that appends them.

    It is asked by whoever holds the write lock, and must not raise: an append never fails for it.
    """

    def following(self, rows: Sequence[StoredRow]) -> Sequence[LeafRow]:
        """The leaves of these events, if they follow right behind the last leaf that is known.

        They may be stored if the leaf before the first of them is the last one that is stored.
        """

    def catch_up(self, tables: AuditTransaction, upto: int) -> None:
        """Store the leaves of all events up to a position that have none yet."""


class AuditTables(Protocol):
    """The audit's tables of one log.

    Attributes:
        covering: Takes part in every append with events; ``None`` when nothing is to be done there.
        counts_fast: Whether all events can be counted at every step; it takes some hundredths of
            a second for a million in SQLite, and much longer in PostgreSQL.
    """

    counts_fast: bool

    covering: Covering | None

    def read(self, work: Callable[[AuditTransaction], T]) -> T:
        """Do *work* on one snapshot of log and tables; nothing may be written."""

    def sequence(self, work: Callable[[AuditTransaction, int], T], wait: float) -> T:
        """Do *work* in one durable transaction, as the only sequencer of the log.

        The number that *work* is given is a position such that no event at it or below can still
        appear. Appends go on meanwhile where the database can do that.

        Args:
            work: What is done; when it raises, nothing is written.
            wait: Seconds to wait for another sequencer.

        Raises:
            LogBusy: Another sequencer is at work, or a writer holds the table for too long.
        """

    def write(self, work: Callable[[AuditTransaction], T]) -> T:
        """Do *work* in one durable transaction that concerns neither tree nor events."""
