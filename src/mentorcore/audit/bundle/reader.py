"""Reading an export back: to verify it, or to load it into an empty log.

Its manifest is compared with what is there, and believed in nothing.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from mentorcore.audit.bundle.container import container, reading
from mentorcore.audit.bundle.evidence import Redacted, ShownRow
from mentorcore.audit.bundle.writer import FORMAT, FORMER, Disclosed
from mentorcore.audit.merkle.leaf import state_digest
from mentorcore.audit.merkle.tiles import WIDTH, tile_path
from mentorcore.audit.merkle.tree import HASH
from mentorcore.audit.notes.checkpoint import shortened
from mentorcore.audit.notes.encoding import bytes_of
from mentorcore.audit.notes.kept_stamps import KeptStamp, stamps_in_files
from mentorcore.errors import ExportInvalid, UnfitRow

__all__ = ["ReadBundle"]

CHUNK = 1 << 20
LONGEST_LINE = 1 << 26
STAMPED = "stamps/"
SINCE_FORMAT_2 = (STAMPED, "move/")
BROKEN = (ValueError, TypeError, LookupError, AttributeError, RecursionError)


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
        self._files = container(path)
        self.manifest = self._manifest()
        self.log_id = bytes.fromhex(self.manifest["log_id"])
        listed = self._files.keys() - {"manifest.json"}
        self.differing = set(listed ^ self.manifest["files"].keys())
        self._events = sorted(name for name in listed if name.startswith("events-"))
        with self.strictly():
            told = self.items("redacted.jsonl")
            self._redactions = {
                p: Redacted(_hash(d), None if r is None else bytes_of(r)) for p, d, r in told
            }
            self.disclosed: dict[int, list[Disclosed]] = {}
            for p, field, context, key in self.items("disclosed.jsonl"):
                key_of = Disclosed(p, field, bytes.fromhex(context), bytes.fromhex(key))
                self.disclosed.setdefault(p, []).append(key_of)
            for name in listed:
                if "/" in name:  # informative; read to be compared with the manifest
                    for _ in self._chunks(name):
                        pass

    def rows(self) -> Iterator[ShownRow]:
        """All events in order; see `Evidence.rows`."""
        position: Any = None
        try:
            for due, item in enumerate(i for name in self._events for i in self.items(name)):
                index, position, stream, version, name, coded, digest = item
                if type(index) is not int or index != due:
                    raise UnfitRow(position, f"index {index!r} stands where {due} is due")
                if (coded is None) == (digest is None):
                    raise UnfitRow(position, "it has a state or its digest, and one of them only")
                state = None if coded is None else bytes_of(coded)
                shown = _hash(digest) if state is None else state_digest(position, state)
                yield ShownRow(position, stream, version, name, state, shown)
        except BROKEN as error:
            raise UnfitRow(None, f"the line behind position {position!r}: {error}") from error

    def notes(self) -> Iterator[tuple[int, str]]:
        """The checkpoints that came along."""
        with self.strictly():
            for size, note in self.items("checkpoints.jsonl"):
                yield size, shortened(note) if isinstance(note, str) else note

    def redactions(self) -> Mapping[int, Redacted]:
        """The states that were removed for good, by position."""
        return self._redactions

    def leaves(self, size: int) -> Iterator[bytes]:
        """The first leaf hashes as the tiles tell them; fewer if they tell no more."""
        held = self.manifest["size"]
        for n in range(-(-size // WIDTH)):
            name = f"tiles/{tile_path(0, n, min(WIDTH, held - n * WIDTH))}"
            tile = b"".join(self._chunks(name)) if name in self._files else b""
            for at in range(0, min(len(tile), (size - n * WIDTH) * HASH), HASH):
                yield tile[at : at + HASH]

    def stamps(self) -> tuple[KeptStamp, ...]:
        """The answers of time stamp authorities that came along; nothing in them is checked."""
        names = sorted(name for name in self._files if name.startswith(STAMPED))
        told = ((n.removeprefix(STAMPED), b"".join(self._chunks(n))) for n in names)
        return tuple(sorted(stamps_in_files(told), key=lambda stamp: stamp.size))

    def _manifest(self) -> Mapping[str, Any]:
        with reading(self.path), self._files["manifest.json"]() as file:
            data = file.read(LONGEST_LINE)
        try:
            told: Mapping[str, Any] = json.loads(data.decode())
            bytes.fromhex(told["log_id"])
            since = [n for n in self._files if n.startswith(SINCE_FORMAT_2)]
            fits = told["format"] == FORMAT or (told["format"] == FORMER and not since)
            if fits and isinstance(told["files"], dict):
                return told
        except BROKEN as error:
            raise ExportInvalid(f"the manifest of {self.path} cannot be read: {error}") from error
        raise ExportInvalid(f"{self.path} is no export of the format {FORMAT} or {FORMER}")

    def _chunks(self, name: str) -> Iterator[bytes]:
        digest, size = hashlib.sha256(), 0
        with reading(self.path), self._files[name]() as file:
            while chunk := file.read(CHUNK):
                size += len(chunk)
                digest.update(chunk)
                yield chunk
        if self.manifest["files"].get(name) != [size, digest.hexdigest()]:
            self.differing.add(name)

    def items(self, name: str) -> Iterator[Any]:
        """The lines of a file, read as JSON; none of a file that is not there."""
        rest = b""
        for chunk in self._chunks(name) if name in self._files else ():
            *whole, rest = (rest + chunk).split(b"\n")
            yield from (json.loads(line.decode()) for line in whole)
            if len(rest) > LONGEST_LINE:
                break
        if rest:
            raise ValueError(f"{name} has a line without an end")

    def holds(self, name: str) -> bool:
        """Whether a file is there."""
        return name in self._files

    def texts(self, folder: str) -> Iterator[tuple[str, str]]:
        """The files of a folder, such as ``mappings/``, by name; what is no UTF-8 is left out."""
        for name in sorted(n for n in self._files if n.startswith(folder)):
            with suppress(UnicodeDecodeError):
                yield name, b"".join(self._chunks(name)).decode()

    def strictly(self) -> "_Strict":
        """Say in our words that what is read in the block is malformed."""
        return _Strict(self.path)


class _Strict:
    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, BROKEN):
            raise ExportInvalid(f"{self._path} is malformed: {error}") from error


def _hash(text: str) -> bytes:
    data = bytes.fromhex(text)
    if len(data) != HASH:
        raise ValueError(f"{text!r} is no digest")
    return data
