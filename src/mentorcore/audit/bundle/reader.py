"""Reading an export back: to ask it, or to load it into an empty log.

It is read as the stand-alone verifier reads one, and more strictly: where that one goes on, to see
what else is wrong, this refuses. Its manifest is compared with what is there, and never believed.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from mentorcore.audit import standalone
from mentorcore.audit.bundle.evidence import Redacted, ShownRow
from mentorcore.audit.bundle.writer import Disclosed
from mentorcore.audit.notes.checkpoint import shortened
from mentorcore.audit.notes.encoding import bytes_of
from mentorcore.audit.notes.kept_stamps import KeptStamp, stamps_in_files
from mentorcore.errors import ExportInvalid, UnfitRow

__all__ = ["ReadBundle"]

STAMPED = "stamps/"
SQLITE = b"SQLite format 3\0"
"""How a file of SQLite begins."""
ZIP = b"PK"


class ReadBundle:
    """An export, as whoever checks it sees it; see `mentorcore.audit.bundle.evidence.AuditableLog`.

    Args:
        path: A directory or a ZIP.

    Attributes:
        log_id: The log's 16 bytes, as the manifest says them.
        manifest: What the manifest says.
        differing: Files that are not as the manifest says; complete when all has been read.
        disclosed: Keys of single values, by position.

    Raises:
        ExportInvalid: It is no export.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        _refuse_other_files(path)
        with self.strictly():
            self._read = standalone.Bundle(standalone.files_of(path))
            self.manifest: Mapping[str, Any] = self._read.told
            self.log_id = self._read.log_id
            self.differing = self._read.differing
            self._redactions = {
                position: Redacted(bytes.fromhex(digest), None if left is None else bytes_of(left))
                for position, (digest, left) in self._read.redacted.items()
            }
            self.disclosed = {
                position: [
                    Disclosed(position, field, bytes.fromhex(context), bytes.fromhex(key))
                    for field, context, key in keys
                ]
                for position, keys in self._read.disclosed.items()
            }

    def rows(self) -> Iterator[ShownRow]:
        """All events in order; see `Evidence.rows`."""
        position: Any = None
        try:
            for row in self._read.rows():
                position = row[0]
                yield ShownRow(*row)
        except standalone.MALFORMED as error:
            raise UnfitRow(None, f"the line behind position {position!r}: {error}") from error
        except standalone.UNREADABLE as error:
            raise ExportInvalid(f"{self.path} cannot be read: {error}") from error

    def notes(self) -> Iterator[tuple[int, str]]:
        """The checkpoints that came along."""
        with self.strictly():
            for size, note in self._read.notes():
                yield size, shortened(note)

    def redactions(self) -> Mapping[int, Redacted]:
        """The states that were removed for good, by position."""
        return self._redactions

    def leaves(self, size: int) -> Iterator[bytes]:
        """The first leaf hashes as the tiles tell them; fewer if they tell no more."""
        with suppress(KeyError):  # a tile that is not there
            yield from self._read.hints(size)

    def stamps(self) -> tuple[KeptStamp, ...]:
        """The answers of time stamp authorities that came along; nothing in them is checked."""
        names = sorted(name for name in self._read.files if name.startswith(STAMPED))
        told = ((n.removeprefix(STAMPED), b"".join(self._read.chunks(n))) for n in names)
        return tuple(sorted(stamps_in_files(told), key=lambda stamp: stamp.size))

    def items(self, name: str) -> Iterator[Any]:
        """The lines of a file, read as JSON; none of a file that is not there."""
        yield from (json.loads(line.decode()) for line in self._read.lines(name))

    def holds(self, name: str) -> bool:
        """Whether a file is there."""
        return name in self._read.files

    def texts(self, folder: str) -> Iterator[tuple[str, str]]:
        """The files of a folder, such as ``mappings/``, by name; what is no UTF-8 is left out."""
        for name in sorted(n for n in self._read.files if n.startswith(folder)):
            with suppress(UnicodeDecodeError):
                yield name, b"".join(self._read.chunks(name)).decode()

    @contextmanager
    def strictly(self) -> Iterator[None]:
        """Say in our words that what is read in the block is malformed, or was told to be.

        Raises:
            ExportInvalid: It is.
        """
        try:
            yield
        except standalone.MALFORMED as error:
            raise ExportInvalid(f"{self.path} is malformed: {error}") from error
        except standalone.UNREADABLE as error:
            raise ExportInvalid(f"{self.path} cannot be read: {error}") from error
        if self._read.faults:
            raise ExportInvalid(f"{self.path} is malformed: {self._read.faults[0][1]}")


def _refuse_other_files(path: Path) -> None:
    """Tell whoever gives something else than an export what it is."""
    if not path.is_file():
        return
    with path.open("rb") as file:
        head = file.read(len(SQLITE))
    if head == SQLITE:
        raise ExportInvalid(
            f"{path} is a log in SQLite, or a copy of one, and no directory or .zip: it is "
            "opened as it is. A log goes on elsewhere from an export that is made to move it "
            "(`mentorcore export --move`)"
        )
    if not head.startswith(ZIP):
        raise ExportInvalid(f"{path} is no ZIP archive, and no directory")
