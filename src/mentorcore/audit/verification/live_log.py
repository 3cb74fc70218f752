"""A live log as whoever checks it sees it: one snapshot of any store."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeVar

from mentorcore.audit import standalone
from mentorcore.audit.bundle.evidence import Redacted, ShownRow
from mentorcore.audit.merkle.leaf import state_digest
from mentorcore.audit.notes.checkpoint import shortened
from mentorcore.audit.notes.kept_stamps import KeptStamp, kept_stamps
from mentorcore.errors import ExportInvalid, NotALog, UnfitRow
from mentorcore.log.storage.append_checks import LARGEST
from mentorcore.log.storage.audit_tables import AuditTransaction, StoredRow
from mentorcore.log.storage.connection_pool import ConnectionPool
from mentorcore.log.stores.sqlite.audit_tables import tables
from mentorcore.log.stores.sqlite.reading import reading_address

__all__ = ["ShownLog", "connected", "looked_at"]

T = TypeVar("T")
PAGE = 2_000


class ShownLog:
    """One snapshot of a log; see `mentorcore.audit.bundle.evidence.AuditableLog`.

    Args:
        found: The tables of log and audit, in one transaction.
        upto: The last position that is shown.
    """

    def __init__(self, found: AuditTransaction, upto: int = LARGEST) -> None:
        self._tables = found
        self._upto = upto
        self.log_id = found.log_id()
        self._redactions = {
            position: Redacted(digest, residual)
            for position, digest, residual in found.redactions()
            if position <= upto
        }

    def rows(self) -> Iterator[ShownRow]:
        """All events in order; see `Evidence.rows`."""
        after = -(2**63)
        while page := self._page(after):
            for row in page:
                yield self._shown(row)
            after = page[-1][0]

    def notes(self) -> Iterator[tuple[int, str]]:
        """The checkpoints that are kept beside the events."""
        found = self._tables.checkpoint_from(-(2**63))
        while found is not None:
            size, note = found
            # Whatever a damaged database says goes on to be judged.
            yield size, shortened(note) if isinstance(note, str) else note
            found = self._tables.checkpoint_from(found[0] + 1)

    def redactions(self) -> Mapping[int, Redacted]:
        """The states that were removed for good, by position."""
        return self._redactions

    def stamps(self) -> tuple[KeptStamp, ...]:
        """The answers of time stamp authorities that are kept; nothing in them is checked."""
        return kept_stamps(self._tables)

    def leaves(self, size: int) -> Iterator[bytes]:
        """The first leaf hashes as they are kept; fewer if no more are."""
        for first in range(0, size, PAGE):
            yield from (h for _, h in self._tables.leaves(first, min(first + PAGE, size)))

    def _page(self, after: int) -> list[StoredRow]:
        """The next events; one alone when among several one cannot be read."""
        for limit in (PAGE, 1):
            try:
                return list(self._tables.events.between(after, self._upto, limit))
            except sqlite3.OperationalError as error:
                if "decode" not in str(error):
                    raise
        raise UnfitRow(None, f"the event behind position {after} holds a text that is no UTF-8")

    def _shown(self, row: StoredRow) -> ShownRow:
        position, stream, version, name, state = row
        if state == b"" and position in self._redactions:
            digest = self._redactions[position].digest
            return ShownRow(position, stream, version, name, None, digest)
        return ShownRow(position, stream, version, name, state, state_digest(position, state))


def connected(path: Path) -> AbstractContextManager[sqlite3.Connection]:
    """A connection to an SQLite file that is only looked at; a fork waits until it is let go.

    The part that may still stand beside the file is read with it, or the file is refused.

    Raises:
        NotALog: Events stand beside it that cannot be read there.
    """
    pool = ConnectionPool(
        lambda: sqlite3.connect(reading_address(path), uri=True),
        lambda _file: False,
        keep=0,
        what=str(path),
    )
    return pool.lend()


def looked_at(path: Path, work: Callable[[ShownLog, list[str]], T]) -> T:
    """Do *work* on an SQLite file that is only looked at, and what is wrong with it as a file.

    Raises:
        ExportInvalid: It cannot be read as a log.
        NotALog: Nothing stands there, or events beside it that cannot be read there.
    """
    if not path.is_file():
        raise NotALog(f"there is no log at {path}")
    with connected(path) as file:
        source = standalone.source_of(path, file)
        damage = [reason for _, reason in source.faults]
        if not source.log_id:
            raise ExportInvalid(f"{path} cannot be read as a log: {damage[-1]}")
        return work(ShownLog(tables(file)), damage)
