"""An import is decided without anything of it staying, so that people can look at it first.

All decisions are made in one session, each on top of the ones before it, and the index beside the
log is seen as it would be by then. So a dry run tells what the import itself would tell.
"""

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any, TypeVar

from mentorcore.engine.commands.unit_of_work import UnitOfWork
from mentorcore.engine.importing.import_transaction import Transactions
from mentorcore.engine.importing.session_directory import SessionDirectory
from mentorcore.log.storage.store import Entry, IndexRow, Store

__all__ = ["DryRun"]

T = TypeVar("T")

LATER = 2**62
"""A position behind all that are there."""


class DryRun(Transactions):
    """Decisions of which nothing stays; all of them are held in memory, in one session."""

    lasting = False
    _session: UnitOfWork | None = None

    def __init__(self, *about: Any) -> None:
        super().__init__(*about)
        self.tables = self._tables = _Tables(self._desk.store)

    def record(self, decide: Callable[[UnitOfWork], T]) -> tuple[T, int]:
        """What a decision came to, and how many events it would have.

        Raises:
            Refused, KeyMissing: It was refused as a whole, and nothing of it is left.
        """
        session = self._session = self._session or self._desk.session()
        mark = session.mark()
        try:
            decided = decide(session)
            session.check_keys(mark)
        except BaseException:
            session.back_to(mark)
            self._people = None  # it knows what was undone
            raise
        self._tables.put(session.entries[mark.entries :])
        return decided, len(session.decided) - mark.decided

    def people(self, session: UnitOfWork) -> SessionDirectory:
        """Who is known, as a session sees it."""
        fresh = self._people is None
        found = super().people(session)
        if fresh:
            found.learn(session.decided)
        return found

    def overtaken(self) -> bool:
        """Never: all is held against one look at the log."""
        return False

    def done(self) -> None:
        """Forget everything."""


class _Tables:
    """The tables beside the log with changes on top that are not stored."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._changed: dict[str, dict[bytes, IndexRow | None]] = {}

    @property
    def log_id(self) -> bytes:
        """The log's random bytes."""
        return self._store.log_id

    def put(self, entries: Sequence[Entry]) -> None:
        """See these changes from now on."""
        for entry in entries:
            row = IndexRow(entry.stream, entry.body, LATER, 1) if entry.mode != "drop" else None
            self._changed.setdefault(entry.kind, {})[entry.digest] = row

    def lookup(self, kind: str, digests: Sequence[bytes]) -> dict[bytes, IndexRow]:
        """What is held under these digests; those not there are left out."""
        changed = self._changed.get(kind, {})
        found = self._store.lookup(kind, [d for d in digests if d not in changed])
        return found | {d: row for d in digests if (row := changed.get(d)) is not None}

    def entries(
        self, kind: str, after: bytes = b"", limit: int | None = None
    ) -> dict[bytes, IndexRow]:
        """The entries of one kind in the order of their digests: all, or *limit* behind one."""
        changed = self._changed.get(kind, {})
        more = None if limit is None else limit + len(changed)
        there = self._store.entries(kind, after, more)
        rows = {d: row for d, row in there.items() if d not in changed}
        rows |= {d: row for d, row in changed.items() if row is not None and d > after}
        return {d: rows[d] for d in islice(sorted(rows), limit)}
