"""Loading an export into an empty log: the same bytes at the same positions, and the same root.

What comes of it is the same log in another place. Two places in which one log goes on would be two
histories of it, so a copy is read-only until somebody declares that the original is retired.
"""

import os
from collections.abc import Iterator
from itertools import islice, pairwise
from pathlib import Path

import attrs

from mentorcore.audit.bundle.evidence import ShownRow
from mentorcore.audit.bundle.read_only_copy import COPY, MARK
from mentorcore.audit.bundle.reader import ReadBundle
from mentorcore.audit.merkle.tree import Frontier
from mentorcore.audit.sequencing.tree_growth import Growth
from mentorcore.errors import ExportInvalid, Invalid, Problem
from mentorcore.log.serialization.instants import stamped
from mentorcore.log.storage.audit_tables import AuditTransaction, StoredRow
from mentorcore.log.storage.store import Row, Store
from mentorcore.log.stores.memory import MemoryStore
from mentorcore.log.stores.opening import open_store
from mentorcore.log.stores.sqlite.store import SQLiteStore

__all__ = ["Loaded", "load", "load_into"]

PAGE = 2_000


@attrs.frozen
class Loaded:
    """A log that was loaded from an export.

    Attributes:
        to: Where it is.
        log_id: The log, 32 hex digits; the same as the original's.
        size: How many events it holds.
        position: The position of the last.
        root: The root of the tree over them, in hex; the same as the original's.
        read_only: Whether nothing can be recorded in it.
    """

    to: str
    log_id: str
    size: int
    position: int
    root: str
    read_only: bool


def load(
    bundle: str | os.PathLike[str],
    location: str | os.PathLike[str],
    *,
    original_retired: bool = False,
) -> Loaded:
    """Load an export with all states into a new log.

    It is not verified by that against anything from outside; `verify_log` does it.

    Args:
        bundle: A directory or a ``.zip``.
        location: Where the new log is made.
        original_retired: Whether the log it was made from is not used any more, so that this one
            goes on in its place. Else it is a copy that can only be read.

    Raises:
        ExportInvalid: It is no export, or not whole.
        Invalid: There are events at *location* already, or states were left out of the export.
        LogError: A log cannot be made there.
    """
    read = ReadBundle(Path(bundle))
    store = open_store(os.fspath(location))
    try:
        return load_into(store, read, original_retired=original_retired)
    finally:
        store.close()


def load_into(store: Store, bundle: ReadBundle, *, original_retired: bool = False) -> Loaded:
    """Load an export into an open log that has no events; it has to be opened again afterwards."""
    if store.tail() or store.entries(COPY):
        raise _unfit(f"there is a log at {store.url} already", "a new place")
    if bundle.manifest.get("states") != "full":
        raise _unfit(
            "states were left out of this export, so it can only be verified", "a full one"
        )
    mark = not original_retired

    def fill(tables: AuditTransaction) -> Loaded:
        loading = _Loading(store, bundle, tables)
        tables.put_redactions((p, r.digest, r.residual) for p, r in bundle.redactions().items())
        for page in loading.pages():
            loading.take(page)
        tree = loading.growth.frontier
        root = tree.root().hex()
        for size, note in bundle.notes():
            tables.put_checkpoint(size, note)
        if bundle.differing or (bundle.manifest["size"], bundle.manifest["root"]) != (
            tree.size,
            root,
        ):
            raise ExportInvalid(
                f"{bundle.path} is not what its manifest says; verify it, and ask for another"
            )
        loading.finish(copy=mark)
        return Loaded(store.url, bundle.log_id.hex(), tree.size, loading.last, root, mark)

    return store.ledger.write(fill)


class _Loading:
    """An export on its way into a log."""

    def __init__(self, store: Store, bundle: ReadBundle, tables: AuditTransaction) -> None:
        self.store = store
        self.bundle = bundle
        self.tables = tables
        self.growth = Growth(tables, bundle.log_id, Frontier(), anew=True)
        self.last = 0
        self.last_at = ""
        self._kept: list[Row] = []

    def pages(self) -> Iterator[list[StoredRow]]:
        """The events as they are stored, a few at a time."""
        rows = self.bundle.rows()
        while page := [_stored(row) for row in islice(rows, PAGE)]:
            yield page

    def take(self, page: list[StoredRow]) -> None:
        """Store some events, and let the tree grow by them."""
        self.growth.add(page)
        self.growth.write()
        if page[0][0] <= self.last or any(a[0] >= b[0] for a, b in pairwise(page)):
            raise ExportInvalid(f"the positions in {self.bundle.path} do not rise")
        if isinstance(self.store, MemoryStore):
            self._kept.extend(Row(*row) for row in page)
        else:
            column = "rowid" if isinstance(self.store, SQLiteStore) else "notification_id"
            self.tables.put_events(column, page)
        self.last = page[-1][0]
        for *_, state in reversed(page):  # recorded times never fall
            if (at := stamped(state)) is not None:
                self.last_at = at
                break

    def finish(self, *, copy: bool) -> None:
        """Give the log its identity, and the place where its positions go on."""
        frontier, log_id = self.growth.frontier, self.bundle.log_id
        self.tables.set_head(frontier.size, self.last, frontier.data)
        self.tables.set_log_id(log_id)
        if isinstance(self.store, MemoryStore):
            self.store.become(log_id, self._kept, self.last_at, COPY if copy else None)
            return
        self.tables.set_last_at(self.last_at)
        if copy:
            self.tables.put_mark(COPY, MARK)
        if not isinstance(self.store, SQLiteStore) and self.last:
            self.tables.issue_behind(self.last)


def _stored(row: ShownRow) -> StoredRow:
    return (*row[:4], b"" if row.state is None else row.state)


def _unfit(problem: str, expected: str) -> Invalid:
    return Invalid("the export was not loaded", [Problem("", problem, expected)])
