"""Loading an export into an empty log: the same bytes at the same positions, and the same root.

What comes of it is the same log in another place. Two places in which one log goes on would be two
histories of it, so a copy is read-only until somebody declares that the original is retired. And
what goes on has to know what was asked and taken in before, so that only an export that was made
for that takes the place of the original.
"""

import os
from collections.abc import Iterator
from itertools import chain, islice, pairwise
from pathlib import Path

import attrs

from mentorcore.audit.bundle.evidence import ShownRow
from mentorcore.audit.bundle.moving import MovedBeside
from mentorcore.audit.bundle.read_only_copy import COPY, MARK
from mentorcore.audit.bundle.reader import ReadBundle
from mentorcore.audit.merkle.leaf import leaf_hash
from mentorcore.audit.merkle.tree import Frontier
from mentorcore.audit.notes.checkpoint import parse_note, shortened
from mentorcore.audit.notes.encoding import base64_of
from mentorcore.audit.notes.kept_stamps import keep_stamp
from mentorcore.audit.notes.signing import STAMPS
from mentorcore.audit.sequencing.tree_growth import Growth, leaf_of, root_at
from mentorcore.errors import ExportInvalid, Invalid, KeyMissing, NoteInvalid, Problem
from mentorcore.log.sealing.index_check import INDEX_KEY, index_check
from mentorcore.log.serialization.instants import stamped
from mentorcore.log.storage.audit_tables import (
    AuditTransaction,
    IndexedRow,
    KeptRow,
    SinkRow,
    StoredRow,
)
from mentorcore.log.storage.store import Row, Store
from mentorcore.log.stores.memory import MemoryStore
from mentorcore.log.stores.opening import open_store
from mentorcore.log.stores.sqlite.store import SQLiteStore

__all__ = ["Loaded", "load", "load_at", "load_into"]

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

    It is compared with the checkpoints that came along. It is not verified by that against anything
    from outside; `verify_log` does it.

    Args:
        bundle: A directory or a ``.zip``.
        location: Where the new log is made.
        original_retired: Whether the log it was made from is not used any more, so that this one
            goes on in its place. Else it is a copy that can only be read. Only an export that was
            made to move the log takes its place: another one lacks the index beside it, and would
            record again what was recorded before.

    Raises:
        ExportInvalid: It is no export, not whole, or not what its own checkpoints say.
        Invalid: There are events at *location* already, states were left out of the export, or it
            was not made to move the log and *original_retired* is said.
        LogError: A log cannot be made there.
    """
    return load_at(os.fspath(location), ReadBundle(Path(bundle)), original_retired=original_retired)


def load_at(
    address: str,
    bundle: ReadBundle,
    *,
    original_retired: bool = False,
    index_key: bytes | None = None,
) -> Loaded:
    """Load an export into a new log; arguments and errors are those of `load` and `load_into`."""
    _refuse_unfit(bundle, goes_on=original_retired)

    def loaded(place: str) -> Loaded:
        store = open_store(place)
        try:
            return load_into(store, bundle, original_retired=original_retired, index_key=index_key)
        finally:
            store.close()

    if "://" in address or address == ":memory:" or Path(address).exists():
        return loaded(address)
    path = Path(address)
    part = path.with_name(f".{path.name}.part{os.getpid()}")  # half a log has no name
    try:
        done = loaded(os.fspath(part))
        _given_its_name(part, path)
    finally:
        for left in ("", "-wal", "-shm"):
            part.with_name(part.name + left).unlink(missing_ok=True)
    return attrs.evolve(done, to=address)


def _given_its_name(part: Path, path: Path) -> None:
    try:
        os.link(part, path)  # a rename would write over a log that was made there meanwhile
    except FileExistsError:
        raise _unfit(f"there is a log at {path} already", "a new place") from None
    except OSError:  # a file system without links
        part.rename(path)


def _refuse_unfit(bundle: ReadBundle, *, goes_on: bool) -> None:
    if bundle.manifest.get("states") != "full":
        raise _unfit(
            "states were left out of this export, so it can be verified and asked only",
            "a full one",
        )
    if goes_on and not MovedBeside(bundle).whole:
        raise _unfit(
            "this export holds the events and not what the log knows beside them: which requests "
            "were answered, which responses were taken in, whose identities are whose. A log that "
            "goes on without would record all of it again",
            "an export that is made to move the log (`mentorcore export --move`), or a copy to "
            "read, without saying that the original is retired",
        )


def load_into(
    store: Store,
    bundle: ReadBundle,
    *,
    original_retired: bool = False,
    index_key: bytes | None = None,
) -> Loaded:
    """Load an export into an open log that has no events; it has to be opened again afterwards.

    Args:
        store: The log.
        bundle: The export.
        original_retired: Whether the log goes on here.
        index_key: The key of the index, where it came by another way than the export.

    Raises:
        ExportInvalid: The export is not whole.
        Invalid: It does not fit; see `load`.
        KeyMissing: The key of the index is nowhere.
    """
    if store.tail() or store.entries(COPY):
        raise _unfit(f"there is a log at {store.url} already", "a new place")
    _refuse_unfit(bundle, goes_on=original_retired)
    mark = not original_retired
    beside = MovedBeside(bundle)
    key = index_key if index_key is not None else beside.index_key()
    if original_retired and key is None:
        raise KeyMissing(
            f"{bundle.path} is a backup, whose keys stand apart: restore it with them "
            "(mentorcore restore)"
        )
    if key is not None:
        beside.refuse_other_key(key)
    index: Iterator[IndexedRow] = iter([(COPY, MARK, None, None, 0, 0)])
    if not mark and key is not None:
        index = chain(beside.index(), [_check(bundle, key)])

    def fill(tables: AuditTransaction) -> Loaded:
        loading = _Loading(store, bundle, tables)
        tables.put_redactions((p, r.digest, r.residual) for p, r in bundle.redactions().items())
        for page in loading.pages():
            loading.take(page)
        tree = loading.tree
        root = tree.root().hex()
        for size, note in bundle.notes():
            tables.put_checkpoint(size, note)
        for sink in () if mark else beside.sinks():
            tables.put_sink(sink)
        for number, stamp in enumerate(bundle.stamps() if mark else ()):
            where, told = STAMPS + stamp.authority, base64_of(stamp.answer)
            keep_stamp(tables, SinkRow(where, stamp.size, f"{number:06}", told))
        if bundle.differing or (bundle.manifest["size"], bundle.manifest["root"]) != (
            tree.size,
            root,
        ):
            raise ExportInvalid(
                f"{bundle.path} is not what its manifest says; verify it, and ask for another"
            )
        for size, note in bundle.notes():
            if not _fits(tables, tree.size, size, note):
                raise ExportInvalid(
                    f"{bundle.path} is not what was signed of it: its checkpoint of {size} events "
                    "does not fit. Nothing was loaded; verify it (mentorcore verify) to find the "
                    "event, and ask it as it lies"
                )
        loading.finish(index, ({}, []) if mark else beside.views())
        return Loaded(store.url, bundle.log_id.hex(), tree.size, loading.last, root, mark)

    return store.ledger.write(fill)


class _Loading:
    """An export on its way into a log."""

    def __init__(self, store: Store, bundle: ReadBundle, tables: AuditTransaction) -> None:
        self.store = store
        self.bundle = bundle
        self.tables = tables
        self.growth = Growth(tables, bundle.log_id, Frontier(), anew=True)
        with bundle.strictly():
            size = bundle.manifest["size"]
            # The tree beside a log ends where it was signed; what is behind is the sequencer's.
            self.signed = max((held for held, _ in bundle.notes() if held <= size), default=0)
        self.covered = 0
        self.last = 0
        self.last_at = ""
        self._kept: list[Row] = []
        self._unsigned: Frontier | None = None

    @property
    def tree(self) -> Frontier:
        """The tree over all events so far."""
        return self.growth.frontier if self._unsigned is None else self._unsigned

    def pages(self) -> Iterator[list[StoredRow]]:
        """The events as they are stored, a few at a time."""
        rows = self.bundle.rows()
        while page := [_stored(row) for row in islice(rows, PAGE)]:
            yield page

    def take(self, page: list[StoredRow]) -> None:
        """Store some events, and let the tree grow by them."""
        signed = page[: max(0, self.signed - self.growth.frontier.size)]
        if signed:
            self.growth.add(signed)
            self.growth.write()
            self.covered = signed[-1][0]
        for row in page[len(signed) :]:
            if self._unsigned is None:
                self._unsigned = Frontier.read(self.growth.frontier.size, self.growth.frontier.data)
            leaf = leaf_of(self.bundle.log_id, self._unsigned.size, row, self.tables)
            self._unsigned.append(leaf_hash(leaf))
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

    def finish(
        self, index: Iterator[IndexedRow], views: tuple[dict[str, int], list[KeptRow]]
    ) -> None:
        """Give the log its identity and index, and the place where its positions go on."""
        frontier, log_id = self.growth.frontier, self.bundle.log_id
        self.tables.set_head(frontier.size, self.covered, frontier.data)
        self.tables.set_log_id(log_id)
        if isinstance(self.store, MemoryStore):
            self.store.become(log_id, self._kept, self.last_at, list(index), views)
            return
        self.tables.set_last_at(self.last_at)
        while some := list(islice(index, PAGE)):
            self.tables.put_index(some)
        self.tables.put_views(views[0].items(), views[1])
        if not isinstance(self.store, SQLiteStore) and self.last:
            self.tables.issue_behind(self.last)


def _fits(tables: AuditTransaction, held: int, size: int, note: str) -> bool:
    """Whether a checkpoint that came along is of the events that did; what is none says nothing."""
    try:
        checkpoint = parse_note(shortened(note))[0]
    except NoteInvalid:
        return True
    if checkpoint.size != size:
        return True
    return size <= held and root_at(tables, size) == checkpoint.root


def _check(bundle: ReadBundle, index_key: bytes) -> IndexedRow:
    return INDEX_KEY, index_check(index_key, bundle.log_id), None, None, 0, 0


def _stored(row: ShownRow) -> StoredRow:
    return (*row[:4], b"" if row.state is None else row.state)


def _unfit(problem: str, expected: str) -> Invalid:
    return Invalid("the export was not loaded", [Problem("", problem, expected)])
