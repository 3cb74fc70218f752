"""What a place that keeps the log must be able to do, whatever database it is.

A store knows rows of bytes and nothing about mentoring. Three implement it: memory, SQLite and
PostgreSQL; one contract suite (`tests/log/test_store_contract.py`) is what a fourth must pass.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Literal, NamedTuple, Protocol

import attrs
import msgspec

from mentorcore.log.storage.audit_tables import AuditTables
from mentorcore.log.storage.patience import Patience
from mentorcore.log.storage.turn import Turn

__all__ = ["Appended", "Draft", "Entry", "IndexRow", "IndexTaken", "Row", "Store", "ViewRow"]

NOTHING_READ: Mapping[str, int] = MappingProxyType({})

FORMAT = 2
"""The number of the stored format, written at creation and checked at opening.

Format 1 is that of the builds before the first release.
"""


class Row(NamedTuple):
    """One stored event."""

    position: int
    stream: str
    version: int
    name: str
    state: bytes


class Draft(msgspec.Struct, frozen=True, gc=False):
    """An event ready to be stored but for its recorded time, which only the write lock can give.

    The stored state is ``head + recorded_at + tail``; the recorded time is ASCII text of fixed
    width, ``2026-11-23T17:40:00.123456Z``.
    """

    stream: str
    version: int
    name: str
    head: bytes
    tail: bytes

    def state(self, recorded_at: str) -> bytes:
        """The bytes to store."""
        return self.head + recorded_at.encode() + self.tail


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One change of the mutable index beside the log, in the same transaction as the append.

    Attributes:
        kind: Which index: ``key``, ``response``, ``identity``, ``superseded``, ...
        digest: Keyed digest of what is looked up; never the thing itself.
        mode: ``new`` fails with `IndexTaken` when the digest is there already, ``put`` writes
            over it, ``drop`` removes it (and does not mind when it is not there).
        stream: The stream it points to, if any.
        body: Further bytes to keep (a keyed digest of a body or content).
    """

    kind: str
    digest: bytes
    mode: Literal["new", "put", "drop"] = "new"
    stream: str | None = None
    body: bytes | None = None


class IndexRow(NamedTuple):
    """What the index holds under one digest.

    ``position`` is the first position of the append that wrote it and ``count`` the number of
    events of that append (0 and 0 for an append without events).
    """

    stream: str | None
    body: bytes | None
    position: int
    count: int  # type: ignore[assignment] # a count of events; nobody counts values in it


class IndexTaken(Exception):  # noqa: N818 - the engine turns it into an answer; no user sees it
    """An index entry with mode ``new`` was there already; nothing was written."""

    def __init__(self, kind: str, digest: bytes) -> None:
        super().__init__(f"index entry of kind {kind!r} is taken")
        self.kind = kind
        self.digest = digest


@attrs.frozen
class Appended:
    """What an append did: the positions given, in order, and the one recorded time."""

    positions: tuple[int, ...]
    recorded_at: datetime


class ViewRow(NamedTuple):
    """One stored row of a persisted view: the partial of one stream."""

    stream: str
    group: str
    data: bytes


class Store(Protocol):
    """A place that keeps the log, its index and its persisted views.

    Any number of threads may use one store, and any number of processes one durable log. Readers
    never wait for writers, and no read leaves a transaction open. Events become visible in the
    order of their positions: who has read up to one has missed none before it. Positions rise,
    may leave gaps, and are never given twice, not even after the last events were deleted.

    Every method raises `LogError` once the store is closed, or when its database cannot be used;
    `LogAway` when it cannot be reached for as long as its patience lasts. A store that was opened
    for reading raises `OpenedReadOnly` wherever it would write.
    """

    patience: Patience
    read_only: bool

    @property
    def ledger(self) -> AuditTables:
        """The tables of the audit beside the log."""

    @property
    def log_id(self) -> bytes:
        """The log's 16 random bytes, made once when the log was created."""

    @property
    def url(self) -> str:
        """Where the log is, for messages; without a password."""

    def append(
        self,
        drafts: Sequence[Draft],
        entries: Sequence[Entry],
        now: Callable[[], datetime],
        unchanged: Mapping[str, int] = NOTHING_READ,
    ) -> Appended:
        """Store all drafts and entries in one durable transaction, or nothing.

        Under the write lock ``recorded_at`` is the later of ``now()`` and the last one given.
        Entries are looked at before events, in their order. Whatever *now* raises passes through,
        and nothing is written. *now* may be called again when the line to a server breaks.

        Args:
            drafts: The events, in the order of the positions they will get. Versions count from
                1; gaps between versions are the caller's business.
            entries: Changes of the index.
            now: The clock; aware instants.
            unchanged: Streams on which these events rest though they are not written to, each
                with the last version that was read.

        Raises:
            Invalid: A draft or entry is outside the ranges of `append_checks`, or two drafts are
                one version of one stream.
            Conflict: A draft's stream already has that version, or one of *unchanged* has grown;
                names the first such stream.
            IndexTaken: An entry with mode ``new`` is there already.
            LogBusy: The lock was not granted in time.
            LogError: The log cannot be written; whether it was, is said when it is not known.
        """

    def stream(self, stream: str, after: int = 0) -> list[Row]:
        """The events of one stream with a version above *after*, in order."""

    def streams(self, streams: Sequence[str]) -> dict[str, list[Row]]:
        """Several streams as of one moment; a stream without events maps to an empty list."""

    def page(self, after: int, limit: int, names: Sequence[str] = ()) -> list[Row]:
        """Up to *limit* events behind position *after*, in order, of these names only if given.

        Fewer than *limit* means that the end was reached.
        """

    def tail(self) -> int:
        """The last position, 0 for an empty log."""

    def lookup(self, kind: str, digests: Sequence[bytes]) -> dict[bytes, IndexRow]:
        """What the index holds under these digests; those not there are left out."""

    def entries(
        self, kind: str, after: bytes = b"", limit: int | None = None
    ) -> dict[bytes, IndexRow]:
        """The entries of one kind in the order of their digests: all, or *limit* behind one."""

    def take_turn(self, name: str, timeout: float) -> Turn | None:
        """Take a name that one holder has at a time, of all who use this log.

        It is given back by `Turn.give_back`, and by the end of the process, however it ends.
        ``None`` when somebody else had it for *timeout* seconds.
        """

    def wait(self, after: int, timeout: float) -> bool:
        """Wait until there is an event behind *after*; False when *timeout* seconds passed.

        A server that is away for a while is waited for like one that has nothing new.
        """

    def view_position(self, view: str) -> int:
        """The position up to which a persisted view has been folded, 0 for none."""

    def view_rows(self, view: str, streams: Sequence[str]) -> dict[str, ViewRow]:
        """The rows of these streams, as far as they are there."""

    def view_group(self, view: str, group: str) -> list[ViewRow]:
        """All rows of one group (a program), in order of the stream."""

    def view_save(self, view: str, before: int, position: int, rows: Sequence[ViewRow]) -> None:
        """Write rows and the new position in one transaction.

        Rows of other streams stay. The position may stay, too: then rows are only written over.

        Raises:
            Invalid: *position* is before *before*, or a name cannot be stored.
            Conflict: The view's position is no longer *before*; somebody else folded it.
        """

    def view_drop(self, view: str) -> None:
        """Forget a persisted view."""

    def views(self) -> dict[str, int]:
        """The persisted views with their positions."""

    def migrate(self) -> str:
        """Bring an older format up to today's; says what was done."""

    def close(self) -> None:
        """Give back connections and locks. A closed store cannot be used again."""
