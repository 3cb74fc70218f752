"""An export as a log that is asked: its events in memory, and nothing written anywhere.

A bundle and a copy in SQLite are read once and closed again, so that they may lie on a medium that
takes no writes, and whoever asks changes nothing of what they were given. What is read is held
against what the export says of itself; whether that is what was signed, `verify_log` tells.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Never

from mentorcore.audit.bundle.evidence import AuditableLog, ShownRow
from mentorcore.audit.bundle.read_only_copy import COPY, MARK
from mentorcore.audit.bundle.reader import ReadBundle
from mentorcore.audit.merkle.leaf import leaf_bytes, leaf_hash, state_digest
from mentorcore.audit.merkle.tree import Frontier
from mentorcore.audit.notes.checkpoint import parse_note
from mentorcore.audit.sequencing.tree_growth import Growth
from mentorcore.cached_property import cached_property
from mentorcore.errors import ExportInvalid, NoteInvalid, UnfitRow
from mentorcore.log.serialization.left_out import NOTHING, parted
from mentorcore.log.storage.append_checks import opened_read_only
from mentorcore.log.storage.audit_tables import AuditTransaction, IndexedRow, StoredRow
from mentorcore.log.storage.store import Row, Store
from mentorcore.log.stores.memory import MemoryStore
from mentorcore.log.stores.sqlite.copies import SQLiteCopy, is_sqlite

if TYPE_CHECKING:
    from mentorcore.log.stores.sqlite.audit_tables import MemoryLedger

__all__ = ["ExportedLog", "read_export"]

KEPT = ("mapping", "policy", "practice")
"""Entries of the index in a copy that are no digests under a key, and help to read the events."""


CONTRADICTION = (
    "{} is not what its own checkpoint of {} events says, so none of its answers can be believed; "
    "verify it"
)


class ExportedLog(MemoryStore):
    """The events of an export; see `Store`. It takes no writes.

    Args:
        path: Where the export lies.
        log_id: The log's 16 bytes.
        rows: All events in order; those without a state are known by their digests.
        notes: The checkpoints that came along.
        index: What is known beside the events.

    Attributes:
        path: Where the export lies.
        without_state: By position the digest of each event whose state is not in the export.
        size: How many events there are.
        root: The root of the tree over them.
        left_out: What of it is not told, because states are not in the export.
        whole: The same with all events.
        contradiction: What the first checkpoint that came along says otherwise; ``None`` where the
            events fit all of them. Who signed them is not known here.

    Raises:
        ExportInvalid: The events are not in order.
    """

    def __init__(
        self,
        path: Path,
        log_id: bytes,
        rows: Iterable[ShownRow],
        notes: Iterable[tuple[int, str]],
        index: Iterable[IndexedRow] = (),
    ) -> None:
        super().__init__()
        self.path = path
        self.left_out = NOTHING
        self.without_state: dict[int, bytes] = {}
        tree, kept = Frontier(), list[Row]()
        self._notes = list(notes)
        signed, unlike = _roots(self._notes), list[int]()
        words: dict[str, str] = {}  # few names and streams stand in many events
        last = 0
        for position, stream, version, name, state, digest in rows:
            leaf = leaf_bytes(log_id, tree.size, position, stream, version, name, digest)
            tree.append(leaf_hash(leaf))
            if tree.size in signed and signed.pop(tree.size) != {tree.root()}:
                unlike.append(tree.size)
            if position <= last:
                raise ExportInvalid(f"the positions in {path} do not rise")
            last = position
            if state is None:
                self.without_state[position] = digest
            one_stream, one_name = words.setdefault(stream, stream), words.setdefault(name, name)
            kept.append(Row(position, one_stream, version, one_name, state or b""))
        self.size, self.root = tree.size, tree.root()
        self._last = last
        first = min((*unlike, *signed), default=None)
        self.contradiction = None if first is None else CONTRADICTION.format(path, first)
        told = kept
        self.whole: Store = self
        if self.without_state:
            told, self.left_out = parted(kept, self.without_state)
            self.whole = every = MemoryStore()
            every.become(log_id, kept, "", (), ({}, []))
            every.read_only = True
        self._rows = kept
        self.become(log_id, told, "", [(COPY, MARK, None, None, 0, 0), *index], ({}, []))
        self.read_only = True

    @property
    def url(self) -> str:
        """The path of the export."""
        return str(getattr(self, "path", ""))

    @cached_property
    def ledger(self) -> "MemoryLedger":
        """The tree over all events, grown when a proof is asked for; see `Store.ledger`."""
        from mentorcore.log.stores.sqlite import audit_tables  # noqa: PLC0415 - few ask for proofs

        made = audit_tables.MemoryLedger(self.log_id, lambda: self._rows, self._writing, self)
        made.write(self._grow)
        return made

    def tail(self) -> int:
        """See `Store.tail`; an event of which nothing is told may be the last."""
        return max(super().tail(), self._last)

    def _grow(self, tables: AuditTransaction) -> None:
        tables.put_redactions((p, digest, None) for p, digest in self.without_state.items())
        growth = Growth(tables, self.log_id, Frontier(), anew=True)
        growth.add(self._rows)
        growth.write()
        for size, note in self._notes:
            tables.put_checkpoint(size, note)
        frontier = growth.frontier
        tables.set_head(frontier.size, self._last, frontier.data)

    def _writing(self) -> Never:  # every write of the store begins so
        raise opened_read_only(self.url)


def _roots(notes: Iterable[tuple[int, str]]) -> dict[int, set[bytes]]:
    """What checkpoints say, by the size of the tree; of one that cannot be read, nothing."""
    found: dict[int, set[bytes]] = {}
    for _, note in notes:
        with suppress(NoteInvalid):
            told, _lines = parse_note(note)
            if told.size:
                found.setdefault(told.size, set()).add(told.root)
    return found


def read_export(path: Path, index: Callable[[ReadBundle], Iterable[IndexedRow]]) -> ExportedLog:
    """The log in an export.

    Args:
        path: A directory, a ``.zip``, or a copy of a log in SQLite.
        index: What the files of a bundle tell beside its events.

    Raises:
        ExportInvalid: It is no export, or not what its manifest says.
        NotALog: It is a file in SQLite that holds no log of this format.
    """
    try:
        if path.is_file() and is_sqlite(path):
            return _of_copy(path)
        return _of_bundle(path, index)
    except UnfitRow as error:
        raise ExportInvalid(f"{path} cannot be read: {error}. Verify it") from error


def _of_copy(path: Path) -> ExportedLog:
    with closing(SQLiteCopy(path)) as copy:
        rows = _shown(copy.rows(), copy.removed())
        return ExportedLog(path, copy.log_id, rows, copy.notes(), copy.index(KEPT))


def _shown(rows: Iterable[StoredRow], removed: Mapping[int, bytes]) -> Iterator[ShownRow]:
    for row in rows:
        position, state = row[0], row[4]
        if state == b"" and position in removed:
            yield ShownRow(*row[:4], None, removed[position])
        else:
            yield ShownRow(*row, state_digest(position, state))


def _of_bundle(path: Path, index: Callable[[ReadBundle], Iterable[IndexedRow]]) -> ExportedLog:
    bundle = ReadBundle(path)
    shown: AuditableLog = bundle
    log = ExportedLog(path, bundle.log_id, shown.rows(), shown.notes(), index(bundle))
    said = bundle.manifest["size"], bundle.manifest["root"]
    if bundle.differing or said != (log.size, log.root.hex()):
        raise ExportInvalid(
            f"{path} is not what its manifest says, and no answer of it could be believed; verify "
            "it, and ask for another"
        )
    return log
