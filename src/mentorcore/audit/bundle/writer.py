"""Writing an export: one documented bundle, a directory or a ZIP of it, in memory that stays flat.

The format `mentorcore-export/2` is described in docs/reference/verifier.md, so that anybody can
read it. An unfinished export bears another name and is left behind by nobody but a power cut.
"""

import hashlib
import io
import json
import os
import shutil
import tempfile
import zipfile
from binascii import b2a_base64
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

import attrs
import msgspec

from mentorcore.audit.bundle.evidence import AuditableLog, ShownRow, leaf_of
from mentorcore.audit.merkle.leaf import leaf_hash
from mentorcore.audit.merkle.tiles import WIDTH, tile_path
from mentorcore.audit.merkle.tree import HASH, Frontier, root
from mentorcore.errors import Invalid, Problem

__all__ = ["FORMAT", "Disclosed", "Written", "write_bundle"]

FORMAT = "mentorcore-export/2"
EVENTS_A_FILE = 100_000
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
CHUNK = 1 << 20
LENGTH = 2

_json = msgspec.json.Encoder().encode


@attrs.frozen
class Disclosed:
    """The key that opens one value, handed out with an export, and no other.

    Attributes:
        position: The event that holds the value.
        field: The field that holds it.
        context: What the value belongs to; it is authenticated with it.
        key: The key of this value and of no other.
    """

    position: int
    field: str
    context: bytes
    key: bytes = attrs.field(repr=False)


@attrs.frozen
class Written:
    """What an export holds.

    Attributes:
        size: How many events.
        root: The root of the tree over them.
        states: ``full``, or ``withheld`` when the states of some were left out.
        withheld: How many those are.
        files: The files of the bundle with their bytes, apart from its manifest.
    """

    size: int
    root: bytes
    states: str
    withheld: int
    files: Mapping[str, int]


class _Box(Protocol):
    """Where the files of a bundle are put, one after the other."""

    def file(self, name: str) -> IO[bytes]:
        """A new file, to be closed before the next."""

    def close(self) -> None:
        """All files are there."""


class _Folder:
    def __init__(self, path: Path, mode: int) -> None:
        self._path = path
        path.mkdir(mode=mode)

    def file(self, name: str) -> IO[bytes]:
        place = self._path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        return place.open("xb")

    def close(self) -> None:
        pass


class _Zip:
    def __init__(self, path: Path, mode: int) -> None:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)

    def file(self, name: str) -> IO[bytes]:
        # A fixed date: equal logs give equal bundles.
        info = zipfile.ZipInfo(name, ZIP_DATE)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o100644 << 16
        return self._zip.open(info, "w", force_zip64=True)

    def close(self) -> None:
        self._zip.close()


class _Bundle:
    """Puts files into a box and remembers what the manifest has to say about them."""

    def __init__(self, box: _Box) -> None:
        self._box = box
        self.files: dict[str, tuple[int, str]] = {}

    def put(self, name: str, parts: Iterable[bytes]) -> None:
        """Write one file; *parts* are taken as they come."""
        digest, size = hashlib.sha256(), 0
        with self._box.file(name) as file:
            for part in parts:
                file.write(part)
                digest.update(part)
                size += len(part)
        self.files[name] = (size, digest.hexdigest())

    def lines(self, name: str, items: Iterable[object]) -> None:
        """Write one file of JSON lines."""
        self.put(name, _packed(_json(item) + b"\n" for item in items))


def _packed(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces that are worth a write."""
    held = io.BytesIO()
    for part in parts:
        held.write(part)
        if held.tell() >= CHUNK:
            yield held.getvalue()
            held = io.BytesIO()
    yield held.getvalue()


def _base64(data: bytes) -> str:
    return b2a_base64(data, newline=False).decode()


def write_bundle(
    shown: AuditableLog,
    to: Path,
    *,
    origin: str | None,
    engine: str,
    withhold: Callable[[str], bool] = lambda _name: False,
    tiles: bool = True,
    entries: bool = False,
    disclosed: Iterable[Disclosed] = (),
    known: Callable[[str], bool] = lambda _name: True,
    beside: Mapping[str, str] = {},
    lists: Mapping[str, Iterable[object]] = {},
    stamps: Mapping[str, bytes] = {},
    private: bool = False,
    kept_leaves: bool = False,
) -> Written:
    """Write an export.

    Args:
        shown: The log.
        to: A directory that is not there yet, or the name of a ZIP file, ending in ``.zip``.
        origin: The name under which its checkpoints are signed, ``None`` when nobody signs.
        engine: The version that writes it.
        withhold: Whether to leave out the states of events of a name.
        tiles: Whether leaf hashes are written too, by which a changed event can be named exactly.
        entries: Whether the leaves themselves and the newest checkpoint stand beside the tiles, as
            tools for other logs read them (C2SP tlog-tiles).
        disclosed: Keys of single values; the states that hold these are never left out, since
            nobody could compare an opened value with a digest.
        known: Whether the events of a name have a schema; the manifest lists those that have none.
        beside: Further files by name: schemas, policies, mappings.
        lists: Further files of JSON lines, by name.
        stamps: Answers of time stamp authorities, by the name of their file in ``stamps/``.
        private: Whether only its owner may read it.
        kept_leaves: Whether the tiles are made of the leaf hashes that are kept beside the events,
            as far as they go: of an altered log only these tell a verifier which event it is.

    Raises:
        Invalid: Something stands there already, or it cannot be written there.
    """
    with _finished(to) as part:
        mode = 0o077 if private else 0
        is_zip = to.suffix == ".zip"
        box: _Box = _Zip(part, 0o666 & ~mode) if is_zip else _Folder(part, 0o777 & ~mode)
        bundle = _Bundle(box)
        with tempfile.TemporaryFile() as hashes, tempfile.TemporaryFile() as leaves:
            keys = sorted(set(disclosed), key=lambda d: (d.position, d.field))
            opened = {key.position for key in keys}
            writing = _Events(shown, withhold, opened, hashes, leaves if entries else None)
            for number, lines in enumerate(writing.files()):
                bundle.put(f"events-{number:06}.jsonl", _packed(lines))
            size = writing.frontier.size
            bundle.lines("checkpoints.jsonl", (n for n in shown.notes() if n[0] <= size))
            gone = shown.redactions().items()
            listed = [
                (p, r.digest.hex(), None if r.residual is None else _base64(r.residual))
                for p, r in sorted(gone)
            ]
            if listed:
                bundle.lines("redacted.jsonl", listed)
            if keys:
                told = ((d.position, d.field, d.context.hex(), d.key.hex()) for d in keys)
                bundle.lines("disclosed.jsonl", told)
            if kept_leaves:
                _put_kept(hashes, shown.leaves(size))
            if tiles or entries:
                _put_tiles(bundle, hashes, size)
            if entries:
                _put_entries(bundle, leaves, size)
                notes = dict(shown.notes())
                if size in notes:
                    bundle.put("tiles/checkpoint", (notes[size].encode(),))
        for name, text in sorted(beside.items()):
            bundle.put(name, (text.encode(),))
        for name, answer in sorted(stamps.items()):
            bundle.put(f"stamps/{name}", (answer,))
        for name, items in sorted(lists.items()):
            bundle.lines(name, items)
        states = "withheld" if writing.withheld else "full"
        manifest: dict[str, object] = {
            "format": FORMAT,
            "log_id": shown.log_id.hex(),
            "origin": origin,
            "size": size,
            "root": writing.frontier.root().hex(),
            "states": states,
            "engine": engine,
            "files": bundle.files,
        }
        if strange := sorted(name for name in writing.names if not known(name)):
            manifest["without_schema"] = strange
        with box.file("manifest.json") as file:
            file.write(json.dumps(manifest, indent=1).encode() + b"\n")
        box.close()
    return Written(
        size,
        writing.frontier.root(),
        states,
        writing.withheld,
        {name: told[0] for name, told in bundle.files.items()},
    )


@contextmanager
def _finished(to: Path) -> Iterator[Path]:
    """A place beside *to*, which takes that name when everything has gone well."""
    if to.exists() or to.is_symlink():
        raise Invalid("no export was written", [Problem(str(to), "something stands there already")])
    part = to.with_name(f".{to.name}.part{os.getpid()}")
    try:
        yield part
        part.rename(to)
    except OSError as error:
        raise Invalid(
            "no export was written", [Problem(str(to), error.strerror or str(error))]
        ) from error
    finally:
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        part.unlink(missing_ok=True)


class _Events:
    """The events of a log as lines, while the tree over them grows."""

    def __init__(
        self,
        shown: AuditableLog,
        withhold: Callable[[str], bool],
        opened: Container[int],
        hashes: IO[bytes],
        leaves: IO[bytes] | None,
    ) -> None:
        self.frontier = Frontier()
        self.withheld = 0
        self.names: set[str] = set()
        self._log_id = shown.log_id
        self._rows = shown.rows()
        self._gone = shown.redactions()
        self._withhold = withhold
        self._opened = opened
        self._hashes = hashes
        self._leaves = leaves
        self._next: ShownRow | None = None

    def files(self) -> Iterator[Iterator[bytes]]:
        """The lines of one file after the other; each is to be read to its end."""
        self._next = next(self._rows, None)
        yield self._some()
        while self._next is not None:
            yield self._some()

    def _some(self) -> Iterator[bytes]:
        for _ in range(EVENTS_A_FILE):
            row = self._next
            if row is None:
                return
            index = self.frontier.size
            position, stream, version, name, state, digest = row
            leaf = leaf_of(self._log_id, index, row)
            if self._leaves is not None:
                self._leaves.write(len(leaf).to_bytes(LENGTH) + leaf)
            self.names.add(name)
            hashed = leaf_hash(leaf)
            self._hashes.write(hashed)
            self.frontier.append(hashed)
            if self._withhold(name) and position not in self._opened:
                state = None
            if state is None and position not in self._gone:
                self.withheld += 1
            shown = (None, digest.hex()) if state is None else (_base64(state), None)
            yield _json((index, position, stream, version, name, *shown)) + b"\n"
            self._next = next(self._rows, None)


def _put_kept(hashes: IO[bytes], leaves: Iterable[bytes]) -> None:
    """Write kept leaf hashes over those of the events, one for one."""
    hashes.seek(0)
    hashes.writelines(leaf for leaf in leaves if len(leaf) == HASH)


def _put_tiles(bundle: _Bundle, hashes: IO[bytes], size: int) -> None:
    """The hashes of the tree in pieces, level by level, as other logs publish them."""
    level = 0
    while size:
        above = io.BytesIO()
        hashes.seek(0)
        for n in range(-(-size // WIDTH)):
            data = hashes.read(WIDTH * HASH)
            width = len(data) // HASH
            bundle.put(f"tiles/{tile_path(level, n, width)}", (data,))
            if width == WIDTH:
                above.write(root(data[i : i + HASH] for i in range(0, len(data), HASH)))
        hashes, level, size = above, level + 1, size // WIDTH


def _put_entries(bundle: _Bundle, leaves: IO[bytes], size: int) -> None:
    """The leaves themselves, 256 a file, each with its length before it."""
    leaves.seek(0)
    for n in range(-(-size // WIDTH)):
        width = min(WIDTH, size - n * WIDTH)
        held = []
        for _ in range(width):
            length = leaves.read(LENGTH)
            held.append(length + leaves.read(int.from_bytes(length)))
        bundle.put(f"tiles/{tile_path('entries', n, width)}", held)
