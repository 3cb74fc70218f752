"""What a log needs to go on elsewhere: its index, the key of that, and what places outside hold.

An audit export holds nothing of it. It travels to the operator's own successor only, in the folder
``move/`` of a bundle: whoever has both index and key can try out whether a name or an address that
they guess stands in the log.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import attrs

from mentorcore.audit.bundle.read_only_copy import COPY
from mentorcore.audit.notes.encoding import base64_of, bytes_of
from mentorcore.audit.notes.kept_stamps import kept_stamps, stamp_files
from mentorcore.errors import ExportInvalid, KeyMissing
from mentorcore.log.sealing.index_check import INDEX_KEY, index_check
from mentorcore.log.sealing.keys import KEY_BYTES
from mentorcore.log.storage.append_checks import SUBSCRIPTION
from mentorcore.log.storage.audit_tables import (
    OF_NO_PLACE,
    AuditTransaction,
    IndexedRow,
    KeptRow,
    SinkRow,
)

if TYPE_CHECKING:
    from mentorcore.audit.bundle.reader import ReadBundle

__all__ = ["MovedBeside", "moving_files", "stamps_of"]

INDEX, SINKS = "move/index.jsonl", "move/sinks.jsonl"
POSITIONS, KEPT = "move/positions.jsonl", "move/kept.jsonl"
KEY, CHECK = "move/key.jsonl", "move/check.jsonl"
OF_ONE_PLACE = frozenset({COPY, INDEX_KEY})
"""Entries that say something of this place and of no other."""


def moving_files(
    tables: AuditTransaction, index_key: bytes | None, *, secret: bool = True
) -> Mapping[str, Iterable[object]]:
    """The files of a bundle by which a log goes on elsewhere, each with its lines.

    Args:
        tables: Log and index, on one snapshot.
        index_key: The key of the index's digests; ``None`` where nobody has it.
        secret: Whether the key itself goes along, or only what tells it from another one.
    """
    files: dict[str, Iterable[object]] = {INDEX: _lines(tables)}
    files[SINKS] = [
        *tables.sinks().values(),
        *(r for kind in OF_NO_PLACE for r in tables.sinks(kind).values()),
    ]
    positions, rows = tables.kept_views(SUBSCRIPTION)
    files[POSITIONS] = positions.items()
    files[KEPT] = ((view, stream, group, base64_of(data)) for view, stream, group, data in rows)
    if index_key is not None:
        files[CHECK] = [[index_check(index_key, tables.log_id()).hex()]]
        if secret:
            files[KEY] = [[index_key.hex()]]
    return files


def _lines(tables: AuditTransaction) -> Iterator[object]:
    for kind, digest, stream, body, position, count in tables.index():
        if kind not in OF_ONE_PLACE:
            kept = None if body is None else base64_of(body)
            yield kind, digest.hex(), stream, kept, position, count


def stamps_of(tables: AuditTransaction) -> Mapping[str, bytes]:
    """All time stamps, by the names of their files.

    Each stamps the text of the checkpoint of the size that the name begins with.
    """
    covered = tables.head().size
    return stamp_files(stamp for stamp in kept_stamps(tables) if stamp.size <= covered)


@attrs.frozen
class MovedBeside:
    """What came along with the events of a log that goes on here."""

    bundle: "ReadBundle"

    @property
    def whole(self) -> bool:
        """Whether an index came along, so that the log can go on."""
        return self.bundle.holds(INDEX)

    def index_key(self) -> bytes | None:
        """The key of the index, if it came along.

        Raises:
            ExportInvalid: It is no key.
        """
        with self.bundle.strictly():
            for (told,) in self.bundle.items(KEY):
                if len(key := bytes.fromhex(told)) != KEY_BYTES:
                    raise ExportInvalid(f"the key of the index in {self.bundle.path} is cut short")
                return key
        return None

    def refuse_other_key(self, index_key: bytes) -> None:
        """Let no index go on under another key than its own.

        Raises:
            KeyMissing: It is another one.
            ExportInvalid: What tells them apart is malformed.
        """
        with self.bundle.strictly():
            for (told,) in self.bundle.items(CHECK):
                if bytes.fromhex(told) != index_check(index_key, self.bundle.log_id):
                    raise KeyMissing(
                        f"the index in {self.bundle.path} was made under another key than these "
                        "keys have"
                    )

    def index(self) -> Iterator[IndexedRow]:
        """The entries of the index.

        Raises:
            ExportInvalid: They are malformed.
        """
        with self.bundle.strictly():
            for kind, digest, stream, body, position, count in self.bundle.items(INDEX):
                if type(kind) is not str or kind in OF_ONE_PLACE:
                    raise ExportInvalid(f"{kind!r} in {self.bundle.path} is no kind of entry")
                kept = None if body is None else bytes_of(body)
                yield kind, bytes.fromhex(digest), stream, kept, int(position), int(count)

    def views(self) -> tuple[dict[str, int], list[KeptRow]]:
        """How far subscriptions had come, and what they keep beside that.

        Raises:
            ExportInvalid: It is malformed.
        """
        with self.bundle.strictly():
            positions = {str(view): int(at) for view, at in self.bundle.items(POSITIONS)}
            rows = [(v, s, g, bytes_of(data)) for v, s, g, data in self.bundle.items(KEPT)]
            if any(not v.startswith(SUBSCRIPTION) for v in (*positions, *(r[0] for r in rows))):
                raise ValueError("what is kept among views is of no subscription")
        return positions, rows

    def sinks(self) -> Iterator[SinkRow]:
        """What places outside had accepted.

        Raises:
            ExportInvalid: They are malformed.
        """
        with self.bundle.strictly():
            for row in self.bundle.items(SINKS):
                yield SinkRow(*row)
