"""Check a log of mentorcore against checkpoints that you hold, without trusting whoever keeps it.

This file is the whole verifier; it needs Python 3.11 and `cryptography`, nothing of mentorcore.
docs/reference/verifier.md tells formats and steps (1) to (7), enough to write it anew elsewhere.
Exit codes: 0 verified; 1 not as it was signed; 2 unreadable, or called wrongly; 3 unanchored.
"""

import sys

if sys.version_info < (3, 11):
    sys.stderr.write(f"The verifier needs Python 3.11 or newer, and this is {sys.version}\n")
    sys.exit(2)

import argparse
import binascii
import json
import os
import re
import sqlite3
import struct
import time
import tomllib
import zipfile
import zlib
from collections import Counter, namedtuple
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, suppress
from datetime import date, datetime, timedelta
from functools import partial, partialmethod
from hashlib import sha256
from operator import methodcaller
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAX, P = 2**63 - 1, 2**255 - 19
LINE, MEMBERS, TOTAL, RATIO, SKEW = 1 << 26, 200_000, 1 << 38, 200, 300
Y8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
WEAK = {0, 1, P - 1, Y8, P - Y8}  # y of the eight points of small order
FILE = re.compile(
    r"manifest\.json|events-[0-9]{6}\.jsonl|(checkpoints|redacted|disclosed)\.jsonl"
    r"|(tiles|schema|policies|mappings|stamps|move)(/(?!\.)[A-Za-z0-9._-]{1,64}){1,8}"
)
LITTER = re.compile(r"(?s)__MACOSX/.*|(.*/)?(\.DS_Store|\._[^/]*|Thumbs\.db|desktop\.ini)")
MOVES_A_CURSOR = re.compile(r"[\0-\t\v-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")
NAME = r"[^\s+\0-\x1f\x7f-\x9f]+"
KEY = re.compile(rf"({NAME})\+([0-9a-f]{{8}})\+(\S+)")
CHECKPOINT = re.compile(  # origin, size, root; then signatures
    rf"(?m)^({NAME})\n(0|[1-9][0-9]{{0,18}})\n(\S{{44}})\n\n((?:— {NAME} \S+\n){{1,16}})"
)
AT = re.compile(  # a state with its recorded time, or with something else in the place of one
    rb'(?s){"_s":".{16}","at":"(\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3])(?::[0-5]\d){2}\.\d{6}Z(?=")|)'
)
EPOCH, DAY, ENDS = datetime(1970, 1, 1), timedelta(1), (date(1, 1, 2), date(9999, 12, 28))  # noqa: DTZ001
iso = methodcaller("isoformat")  # as days and times of TOML are written for a digest
SAID = {"audit.challenged": "nonce", "audit.state-redacted": "items",
        "import.started": "mapping_digest"}  # fmt: skip
EVENTS = (
    "CREATE TABLE stored_events ( rowid INTEGER PRIMARY KEY AUTOINCREMENT, originator_id TEXT NOT "
    "NULL, originator_version INTEGER NOT NULL, topic TEXT NOT NULL, state BLOB NOT NULL, "
    "UNIQUE(originator_id, originator_version)) STRICT"
)
ODD = (
    "SELECT type, name FROM sqlite_master WHERE type IN ('view', 'trigger') OR rootpage IS 0 "
    "OR (type = 'index' AND sql IS NOT NULL AND tbl_name = 'stored_events')"
)
PLACE, MIDDLE = struct.Struct(">QQH").pack, struct.Struct(">QH").pack
UNREADABLE = (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error, sqlite3.Error)
MALFORMED = (ValueError, TypeError, LookupError, AttributeError, RecursionError, InvalidTag)
FORMATS = ("mentorcore-export/1", "mentorcore-export/2")
ORDER = "fork changed truncated schema bad-signature stale unreadable unanchored verified".split()
MANIFEST: dict[str, Callable[[Any], Any]] = {  # what it has to say, and how
    "format": lambda v: v in FORMATS, "log_id": lambda v: unhex(v, 16),
    "origin": lambda v: v is None or re.fullmatch(NAME, v), "root": lambda v: unhex(v, 32),
    "size": lambda v: type(v) is int and 0 <= v <= MAX, "engine": lambda v: type(v) is str,
    "states": lambda v: v in ("full", "withheld"), "files": lambda v: all(
        type(n) is int and 0 <= n <= MAX and unhex(digest, 32) for n, digest in v.values()),
}  # fmt: skip
SIDE: dict[str, tuple[str, str, Callable[..., Any]]] = {  # what a line holds, and if it does not
    "checkpoints.jsonl": ("bad-signature", "size, note", lambda *v: [*map(type, v)] == [int, str]),
    "redacted.jsonl": ("unreadable", "position, digest and residual", lambda p, digest, left:
                       type(p) is int and unhex(digest, 32) and [left is None or unbase64(left)]),
    "disclosed.jsonl": ("unreadable", "position, field, context and key", lambda p, f, context, key:
                        type(p) is int and type(f) is str and [unhex(context), unhex(key)]),
}  # fmt: skip
# A checkpoint; ``times`` are those of witnesses, ``seen`` a day on which it was there, for sure.
Note = namedtuple("Note", "size root signed times outside what seen sure", defaults=(0, "", 0, 0))
Key = tuple[str, bytes, Ed25519PublicKey]
Row = tuple[int, str, int, str, bytes | None, bytes]  # position … state, digest of the state


def unhex(text: str, size: int | None = None) -> bytes:
    """The bytes that lower-case hex digits write, so many if a size is given."""
    raw = bytes.fromhex(text)
    if raw.hex() != text or size not in (None, len(raw)):
        raise ValueError(f"{text!r} is not written in lower-case hex, or of another length")
    return raw


def unbase64(text: str) -> bytes:
    """The bytes that *text* writes in the one canonical way."""
    raw = binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
    if binascii.b2a_base64(raw, newline=False) != text.encode("ascii"):
        raise ValueError("base64 is not canonical")
    return raw


def read_key(text: str, kind: int) -> Key:
    """(1) A verifier key of a log (1) or witness (4), unless everybody can sign under it."""
    found = KEY.fullmatch(text.strip())
    raw = unbase64(found[3]) if found else b""
    named = found and found[2] == sha256(found[1].encode() + b"\n" + raw).hexdigest()[:8]
    if not found or not named or len(raw) != 33 or raw[0] != kind:
        raise ValueError(f"{text!r} is no verifier key NAME+ID+KEY of type {kind}")
    y = int.from_bytes(raw[1:], "little") % 2**255
    if y >= P or y in WEAK:
        raise ValueError(f"everybody can sign under {text!r}: it is weak or not canonical")
    return found[1], bytes.fromhex(found[2]), Ed25519PublicKey.from_public_bytes(raw[1:])


def notes_in(data: bytes) -> tuple[list[str], str]:
    """(3) The checkpoints in a file that somebody kept, and what is to be said about the rest."""
    coding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    text = data.decode(coding, "replace").removeprefix("\ufeff").rstrip() + "\n"
    plain = re.sub(r"[ \t]*\r?\n", "\n", text)
    found = [match[0] for match in CHECKPOINT.finditer(plain)]
    rest = CHECKPOINT.sub(lambda match: "\n" * match[0].count("\n"), plain).split("\n")
    number = next((n for n, line in enumerate(rest, 1) if line), 0)
    odd = f"line {number} is no part of one" if number else "its lines end otherwise than signed"
    return found, "" if "".join(found).encode() == data else odd


def read_note(text: str, keys: list[Key], witnesses: list[Key]) -> Note:
    """(3) Read strictly: a line of a known key must verify; lines of others may stand."""
    found = CHECKPOINT.fullmatch(text)
    if not found or len(text.encode()) > 65536:
        raise ValueError("it is no checkpoint: origin, size, root, an empty line, signatures")
    size, root, message = int(found[2]), unbase64(found[3]), text[: found.end(3) + 1].encode()
    if size > MAX or len(root) != 32 or (size == 0 and root != sha256().digest()):
        raise ValueError("its size and root do not fit")
    if keys and found[1] != keys[0][0]:
        raise ValueError(f"it is of another log, {found[1]!r}")
    signed, times = False, dict[str, int]()
    for line in found[4].split("\n")[:-1]:
        _, name, coded = line.split(" ")
        payload = unbase64(coded)
        at = int.from_bytes(payload[4:12])
        if len(payload) < 5:
            raise ValueError(f"the signature of {name} is cut short")
        try:
            for _, _, key in (k for k in keys if k[:2] == (name, payload[:4])):
                key.verify(payload[4:], message)
                signed = True
            for _, _, key in (k for k in witnesses if k[:2] == (name, payload[:4])):
                if not 0 < at <= MAX:
                    raise ValueError(f"the cosignature of {name} is of no time")
                key.verify(payload[12:], b"cosignature/v1\ntime %d\n" % at + message)
                times[name] = max(at, times.get(name, 0))
        except InvalidSignature:
            raise ValueError(f"the signature of {name} is wrong") from None
    return Note(size, root, signed, sorted(times.values(), reverse=True))


def leaf_hash(log_id: bytes, index: int, row: Row) -> bytes:
    """(5) The leaf of a row: nothing of the row can change without changing this."""
    position, stream, version, name, _, digest = row
    if type(position) is not int or type(version) is not int:
        raise ValueError("position or version is no whole number")
    if not (0 < position <= MAX and 0 <= version <= MAX and (len(log_id), len(digest)) == (16, 32)):
        raise ValueError("position, version, digest or the log's id is out of range")
    who, what = stream.encode(), name.encode()
    if not (0 < len(who) < 256 and 0 < len(what) <= 1024) or 0 in who or 0 in what:
        raise ValueError("stream or name is too long, empty, or holds a NUL")
    place, middle = PLACE(index, position, len(who)), MIDDLE(version, len(what))
    return sha256(b"".join((b"\0MCL1", log_id, place, who, middle, what, digest))).digest()


class Tree:
    """(5) The tree of RFC 9162, of which only the right edge is kept."""

    def __init__(self) -> None:
        self.size, self.edge = 0, list[bytes]()

    def append(self, leaf: bytes) -> None:
        size, edge = self.size, self.edge
        while size & 1:
            leaf = sha256(b"\1" + edge.pop() + leaf).digest()
            size >>= 1
        edge.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        root = self.edge[-1] if self.edge else sha256().digest()
        for left in self.edge[-2::-1]:
            root = sha256(b"\1" + left + root).digest()
        return root


def opened(log_id: bytes, row: Row, field: str, context: bytes, key: bytes) -> Any:
    """(7) The value that a disclosed key opens, if it belongs to this field of this event."""
    who, what = row[1].encode(), field.encode()
    end = struct.pack(f">H{len(who)}sQH{len(what)}s", len(who), who, row[2], len(what), what)
    if not (context.startswith(b"MCF1" + log_id) and context.endswith(end)):
        raise ValueError("its context names another log, stream, version or field")
    state = json.loads(row[4] or b"{}")
    blob = unbase64(state.get("d", state)[field]["_e"])
    sealed = blob[2 + 4 * context[20] :]
    plain = AESGCM(key).decrypt(sealed[:12], sealed[12:], context)
    size = int.from_bytes(plain[32:36])
    value, zeros = plain[36 : 36 + size], bytes(32 + -(4 + size) % 32)
    if blob[:2] != bytes((1, context[20])) or plain[:32] + plain[36 + size :] != zeros:
        raise ValueError("another key could open it as something else")
    return json.loads(value)


def files_of(path: Path) -> dict[str, Any]:
    """(2) What opens each file of a bundle, directory or ZIP; nothing is unpacked to the disk."""
    if path.is_dir():
        found = [p for p in sorted(path.rglob("*")) if p.is_symlink() or not p.is_dir()]
        if odd := [p for p in found if p.is_symlink() or not p.is_file()]:
            raise ValueError(f"{odd[0]} is a link, or no file")
        return {p.relative_to(path).as_posix(): partial(p.open, "rb") for p in found}
    box = zipfile.ZipFile(path)
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - 22, 0))
        whole = file.read(4) == b"PK\5\6" and not min(m.header_offset for m in box.infolist())
    members = {m.orig_filename: m for m in box.infolist()}
    if not whole or len(members) != len(box.infolist()):
        raise ValueError("the archive holds two files of one name, or something stands beside it")
    if len(members) > MEMBERS or sum(m.file_size for m in members.values()) > TOTAL:
        raise ValueError("the archive holds more than any log")
    for name, m in members.items():
        is_link, dense = m.external_attr >> 28 == 0o12, m.file_size > RATIO * m.compress_size
        if is_link or m.flag_bits & 65 or m.compress_type & ~8 or (dense and m.file_size > 1 << 20):
            raise ValueError(f"{name!r} is a link, encrypted, not deflated, or unpacks to too much")
    folders = {name for name, m in members.items() if name.endswith("/") and not m.file_size}
    return {name: partial(box.open, m) for name, m in members.items() if name not in folders}


class Bundle:
    """(2) An export. Its manifest is compared with the rest, and believed in nothing."""

    def __init__(self, found: dict[str, Any]) -> None:
        litter = [name for name in found if LITTER.fullmatch(name)]
        files = {name: found[name] for name in found.keys() - litter}
        if "manifest.json" not in files and len({n.partition("/")[0] for n in files}) == 1:
            files = {name.partition("/")[2]: opens for name, opens in files.items()}
        self.files, self.differing, self.close = files, set[str](), files.clear
        odd = sorted(name for name in files if not FILE.fullmatch(name))
        if odd or len({n.casefold() for n in files}) != len(files) or "manifest.json" not in files:
            raise ValueError(f"no manifest.json, two files of a name, or no part of one: {odd[:3]}")
        self.notices = [f"{name} is no part of an export, and was left out" for name in litter]
        twice, self.told, self.faults = set[str](), dict[str, Any](), list[tuple[str, str]]()

        def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
            twice.update(name for name, n in Counter(name for name, _ in pairs).items() if n > 1)
            return dict(pairs)

        with files["manifest.json"]() as file:
            told = json.loads(file.read(LINE).decode(), object_pairs_hook=members)
        for name, fits in MANIFEST.items():
            with suppress(*MALFORMED):
                if name not in twice and fits(told[name]):
                    self.told[name] = told[name]
        for name in sorted(twice | (MANIFEST.keys() - self.told.keys())):
            what = "is missing, stands there twice, or is not written as it must be"
            self.faults.append(("unreadable", f"manifest.json: {name} {what}"))
        number = any(name.startswith(("stamps/", "move/")) for name in files)
        if self.told.get("format") not in FORMATS[number:] or "log_id" not in self.told:
            raise ValueError(f"its manifest.json names no log, or none of {FORMATS[number:]}")
        self.log_id = bytes.fromhex(self.told["log_id"])
        others = files.keys() - {"manifest.json"}
        self.differing |= others ^ self.told.get("files", dict.fromkeys(others)).keys()
        self.parts = sorted(name for name in files if name.startswith("events-"))
        self.redacted = {p: (digest, left) for p, digest, left in self.beside("redacted.jsonl")}
        self.texts, self.disclosed = set[str](), dict[int, list[Any]]()
        for position, *how in self.beside("disclosed.jsonl"):
            self.disclosed.setdefault(position, []).append(how)
        for name in sorted(n for n in files if "/" in n):  # read to compare them
            try:
                if not name.startswith("mappings/"):
                    all(self.chunks(name))
                else:  # (6) the name begins the digest of what the text says
                    data = b"".join(self.chunks(name))
                    said = tomllib.loads(data.decode().removeprefix("\ufeff"))
                    plain = json.dumps(said, sort_keys=True, ensure_ascii=False, default=iso)
                    self.texts.add(digest := sha256(plain.encode()).hexdigest())
                    if name != f"mappings/{digest[:32]}.toml":
                        raise ValueError("the digest of its text is another")
            except (*MALFORMED, *UNREADABLE) as error:
                verdict = "changed" if isinstance(error, MALFORMED) else "unreadable"
                self.faults.append((verdict, f"{name} is not the file of that name: {error}"))

    def chunks(self, name: str) -> Iterator[bytes]:
        """A file's bytes; at its end it is known whether the manifest said the same."""
        digest, size = sha256(), 0
        with self.files[name]() as file:
            while chunk := file.read(1 << 20):
                size += len(chunk)
                digest.update(chunk)
                yield chunk
        listed = self.told.get("files")
        if listed is not None and listed.get(name) != [size, digest.hexdigest()]:
            self.differing.add(name)

    def lines(self, name: str) -> Iterator[bytes]:
        rest = b""
        for chunk in self.chunks(name) if name in self.files else ():
            *whole, rest = (rest + chunk).split(b"\n")
            yield from whole
            if len(rest) > LINE:
                break
        if rest:
            raise ValueError(f"{name} has a line without an end")

    def beside(self, name: str) -> Iterator[Any]:
        """The lines of a file beside the events; one that is not as it must be hides no other."""
        number, (verdict, what, fits) = 0, SIDE[name]
        try:
            for number, line in enumerate(self.lines(name), 1):
                with suppress(*MALFORMED):
                    if fits(*(item := json.loads(line.decode()))):
                        yield item
                        continue
                self.faults.append((verdict, f"line {number} of {name} is no {what}"))
        except (*MALFORMED, *UNREADABLE) as error:
            kind = verdict if isinstance(error, MALFORMED) else "unreadable"
            self.faults.append((kind, f"{name} behind line {number}: {error}"))

    notes = partialmethod(beside, "checkpoints.jsonl")

    def rows(self) -> Iterator[Row]:
        for due, line in enumerate(line for name in self.parts for line in self.lines(name)):
            index, position, stream, version, name, coded, digest = json.loads(line.decode())
            if type(index) is not int or index != due:
                raise ValueError(f"index {index!r} stands where {due} is due")
            if (coded is None) == (digest is None) or coded == "":
                raise ValueError("a row has a state or its digest, and one of them only")
            state = None if coded is None else unbase64(coded)
            shown = unhex(digest, 32) if state is None else sha256(state).digest()
            yield position, stream, version, name, state, shown

    def hints(self, size: int) -> Iterator[bytes]:
        for n in range(-(-size // 256)):
            path, rest, width = f"{n % 1000:03}", n // 1000, self.told["size"] - 256 * n
            while rest:
                path, rest = f"x{rest % 1000:03}/{path}", rest // 1000
            path = f"tiles/tile/0/{path}" + (f".p/{width}" if width < 256 else "")
            tile = b"".join(self.chunks(path))[: 32 * (size - 256 * n)]
            yield from (tile[i : i + 32] for i in range(0, len(tile), 32))


class File:
    """(4) A log in an SQLite file, with its newest part, which may stand beside it."""

    def __init__(self, path: Path, db: sqlite3.Connection | None = None) -> None:
        beside = (path.with_name(path.name + end) for end in ("-wal", "-shm"))
        left = any(file.exists() and file.stat().st_size for file in beside)
        still = "" if left or os.access(path.parent, os.W_OK) else "&immutable=1"
        self.db = db or sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro{still}", uri=True)
        self.log_id = b""
        self.told, self.differing, self.disclosed = dict[str, Any](), set[str](), dict[int, Any]()
        self.faults, self.notices, self.redacted = list[Any](), list[str](), dict[int, Any]()
        with ExitStack() as opening:
            opening.callback(self.db.close)
            self.db.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
            for p in ("trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0", "query_only=ON"):
                self.db.execute(f"PRAGMA {p}")
            self.db.execute("BEGIN")
            made = "SELECT coalesce(sql, '') FROM sqlite_master WHERE name = 'stored_events'"
            if [" ".join(str(sql).split()) for (sql,) in self.db.execute(made)] != [EVENTS]:
                raise sqlite3.IntegrityError("the table of events is not as mentorcore makes it")
            for kind, name in self.db.execute(ODD):
                self.faults.append(("schema", f"the {kind} {name} does not belong into a log"))
            pages = [str(row[0]) for row in self.db.execute("PRAGMA integrity_check(3)")]
            self.faults += [("changed", f"integrity_check says: {p}") for p in pages if p != "ok"]
            try:
                heads = self.db.execute("SELECT log_id FROM audit_head")
                (self.log_id,) = [unhex(log_id.hex(), 16) for (log_id,) in heads]
                gone = "SELECT position, state_digest, residual FROM audit_redacted"
                for p, digest, left in self.db.execute(gone):
                    kept = left and binascii.b2a_base64(left, newline=False).decode()
                    self.redacted[p] = digest.hex(), "" if left == b"" else kept
            except (*MALFORMED, sqlite3.Error) as error:
                self.faults.append(("unreadable", f"audit_head or audit_redacted: {error}"))
            self.close = opening.pop_all().close

    def notes(self) -> Iterator[tuple[int, str]]:
        return self.db.execute("SELECT size, note FROM audit_checkpoint ORDER BY 1")

    def rows(self) -> Iterator[Row]:
        found = self.db.execute("SELECT * FROM stored_events NOT INDEXED ORDER BY rowid")
        for position, stream, version, name, state in found:
            if type(state) is not bytes or (not state and position not in self.redacted):
                raise ValueError("the state is no bytes, or was removed without being listed")
            digest = sha256(state).digest() if state else bytes.fromhex(self.redacted[position][0])
            yield position, stream, version, name, state or None, digest

    def hints(self, size: int) -> Iterator[bytes]:
        found = self.db.execute("SELECT h FROM audit_leaf WHERE idx < ? ORDER BY idx", [size])
        return (h for (h,) in found)


class Verification:
    """(3) to (7) One verification, and all that it finds."""

    def __init__(self, source: Any, keys: list[Key], witnesses: list[Key], quorum: int) -> None:
        self.source, self.keys, self.witnesses, self.quorum = source, keys, witnesses, quorum
        self.tree, self.known, self.position = Tree(), dict[int, list[Note]](), 0
        self.matched = self.covered = self.signed = self.withheld = self.upto = 0
        self.differs: tuple[Note, int] | None = None
        self.redacted, self.disclosed, self.announced = list[Any](), list[Any](), list[Any]()
        self.nonces, self.mappings, self.opened = dict[Any, int](), dict[Any, int](), list[Any]()
        self.faults, self.notices = list[Any](), list[str](source.notices)
        # The latest recorded time, the one compared last, whether one fell, who bounds the next.
        self.last, self.same, self.fell = b"", b"-", False
        self.bounds = list[tuple[bytes, str, bool]]()

    def no(self, verdict: str, reason: str, index: int = -1, row: Any = None) -> None:
        where = dict(zip(("position", "stream", "version", "name"), row or (), strict=False))
        self.faults.append({"verdict": verdict, "reason": reason, "index": index, **where})

    def read_notes(self, held: Mapping[str, bytes], received: Mapping[str, Any]) -> None:
        """(3) All notes; two roots of one size are a fork, proven by the notes alone."""
        for path, data in held.items():
            found, odd = notes_in(data)
            if not found:
                self.no("unreadable", f"{path} is no checkpoint: {odd}")
            elif odd:
                self.notices.append(f"{path} is more than a checkpoint, which was read: {odd}")
            for note in found:
                self.read(note, path, (), received.get(path))
        try:
            for size, text in self.source.notes():
                self.read(text, f"the log's checkpoint of size {size}", (size,), None)
        except (*MALFORMED, *UNREADABLE) as error:
            self.no("unreadable", f"the checkpoints that came along cannot be read: {error}")

    def read(self, text: str, what: str, kept: tuple[Any, ...], day: date | None) -> None:
        """(3) One note: held, or *kept* with the log under a size."""
        try:
            if kept and text.count("\n") > 20:  # builds before 0.1.0 kept any number of signatures
                text = "\n".join([*text.split("\n")[:20], ""])
            note = read_note(text, self.keys, self.witnesses)
            if (type(kept[0]), kept[0]) != (int, note.size) if kept else not note.signed:
                raise ValueError("kept under another size" if kept else "signed by no known key")
        except MALFORMED as error:
            return self.no("bad-signature", f"{what}: {error}")
        if self.keys and not note.signed:
            return self.notices.append(f"{what} is signed by no known key, and was left out")
        enough, others = len(note.times) >= self.quorum, self.known.setdefault(note.size, [])
        if self.keys and any(other.root != note.root for other in others):
            self.no("fork", f"two different logs of {note.size} events were signed")
        sure, outside = day is not None, enough and (not kept or self.quorum > 0)
        if day is None and enough and note.times:
            day = (EPOCH + timedelta(seconds=min(note.times[-1], 253_000_000_000))).date()
        seen = day and sorted((*ENDS, day))[1]
        others.append(note._replace(outside=outside, what=what, seen=seen, sure=sure))

    def scan(self, streams: bool) -> None:
        """(5) One pass over the events; (6) their end."""
        log_id, tree, known = self.source.log_id, self.tree, self.known
        row, versions, redacted, match = None, dict[str, int](), self.source.redacted, AT.match
        self.unused = wanted = dict(self.source.disclosed)
        try:
            for index, row in enumerate(self.source.rows()):
                position, stream, version, name, state, _ = row
                leaf = leaf_hash(log_id, index, row)
                if position <= self.position:
                    raise ValueError(f"its position does not rise above {self.position}")
                if streams:
                    if versions.setdefault(stream, version - 1) != version - 1:
                        raise ValueError(f"the stream's last version was {versions[stream]}")
                    versions[stream] = version
                if position in redacted:
                    self.redacted.append((index, row))
                if state is None:
                    self.withheld += position not in redacted
                elif (found := match(state)) and (at := found[1]) != self.same:
                    self.dated(at, row)
                if name in SAID and state:
                    told = json.loads(state.decode())
                    told = {SAID[name]: told.get("d", told).get(SAID[name], [])}
                    self.nonces.setdefault(repr(told.get("nonce")), index)
                    self.mappings.setdefault(str(told.get("mapping_digest") or ""), position)
                    self.announced += [(index, i) for i in list.copy(told.get("items", []))]
                if position in wanted:
                    self.disclosed += [(index, row, *how) for how in wanted.pop(position)]
                tree.append(leaf)
                self.position = position
                if index + 1 in known:
                    self.compare(known[index + 1], row)
                row = None  # noqa: PLW2901 - the next may be unreadable
        except (*MALFORMED, *UNREADABLE) as error:
            verdict = "changed" if isinstance(error, MALFORMED) else "unreadable"
            self.no(verdict, f"this row cannot be right: {error}", tree.size, row)
        else:
            beyond = [notes[0] for size, notes in known.items() if size > tree.size]
            self.differs = self.differs or ((min(beyond), self.matched) if beyond else None)
        if self.differs:
            self.locate(*self.differs)

    def dated(self, at: bytes, row: Row) -> None:
        """(5) Recorded times never fall, nor below what whoever saw a checkpoint can tell."""
        self.same = at
        if not at:
            raise ValueError("its recorded time is not written as one")
        if at < self.last and not self.fell:
            self.dispute(at, f"the one before on {self.last.decode()}", True, self.tree.size, row)
        self.fell, self.last = self.fell or at < self.last, at if at > self.last else self.last
        while self.bounds and at < self.bounds[-1][0]:
            self.dispute(at, *self.bounds.pop()[1:], self.tree.size, row)

    def dispute(self, at: bytes, why: str, sure: bool, index: int, row: Row) -> None:
        """A recorded time cannot be right; or the clock of a witness is not, and nobody knows."""
        tell = partial(self.no, "changed", index=index, row=row) if sure else self.notices.append
        tell(f"the event at position {row[0]} was recorded on {at.decode()}, and {why}")

    def compare(self, notes: list[Note], row: Row) -> None:
        """(5) The root, and the last recorded time, at a size that checkpoints tell."""
        for note in notes:
            if note.root != self.tree.root():
                self.differs = self.differs or (note, self.matched)
                continue
            self.matched, self.signed = note.size, note.size if note.signed else self.signed
            if note.outside:
                self.covered, self.upto = note.size, self.position
            if note.seen:
                since, until = ((note.seen + n * DAY).isoformat().encode() for n in (-1, 2))
                seen = f"{note.what}, seen on {note.seen},"
                lacks = f"{seen} does not cover it: dated back, or that was not the newest then"
                self.bounds, self.same = sorted([*self.bounds, (since, lacks, note.sure)]), b"-"
                if self.last > until:
                    self.dispute(self.last, f"{seen} covers it", note.sure, self.tree.size - 1, row)

    def locate(self, note: Note, start: int) -> None:
        """The first row that is not what was signed, if leaf hashes kept beside can tell it."""
        end, trusted = min(note.size, self.tree.size), Tree()
        index, row, what = start, None, f"of indexes {start} to {end - 1} not all are as signed"
        with suppress(*MALFORMED, *UNREADABLE):  # such are no evidence: a range is named
            for h in self.source.hints(note.size):
                trusted.append(h)
            if (trusted.size, trusted.root()) == (note.size, note.root):
                index, row, what = self.first(note.size, start)
        verdict = "truncated" if note.size > end else "changed"
        verdict = "fork" if note.signed and self.signed > note.size else verdict
        self.no(verdict, f"the checkpoint of size {note.size} does not fit: {what}", index, row)

    def first(self, size: int, start: int) -> tuple[int, Row | None, str]:
        """Which row is the first that differs from hashes that are trusted, and how."""
        rows, hints, log_id = self.source.rows(), self.source.hints(size), self.source.log_id
        for index, h in enumerate(hints):
            row = next(rows, None)
            if index < start or (row is not None and leaf_hash(log_id, index, row) == h):
                continue
            after = next(rows, None)
            if row is None or leaf_hash(log_id, index + 1, row) == next(hints, None):
                return index, row, "an event is missing here"
            if after is not None and leaf_hash(log_id, index, after) == h:
                return index, row, "this event does not belong here"
            return index, row, "this event was changed"
        raise ValueError("no row differs")

    def conclude(self) -> int:
        """(6) What was claimed of the log, and (7) opened values; how many events are signed."""
        size, source, listed = self.tree.size, self.source, dict(self.source.redacted)
        limit = self.signed if self.keys else size
        for index, row in self.redacted:
            told = listed.pop(row[0])
            signed = (told for at, told in self.announced if at < limit)
            if row[4] is not None or told[0] != row[5].hex() or [row[0], *told] not in signed:
                self.no("changed", "the state was removed, and no signed event says so", index, row)
        for index, row, field, *how in self.disclosed:
            try:
                value = opened(source.log_id, row, field, *map(bytes.fromhex, how))
                self.opened.append([row[0], field, value])
            except MALFORMED as error:
                self.no("changed", f"the key given for {field} opens nothing. {error}", index, row)
        states = "withheld" if self.withheld else "full"
        torn = any(fault["index"] == size for fault in self.faults)  # not all was seen
        claims = {} if torn else {"size": size, "root": self.tree.root().hex(), "states": states}
        claims |= {"origin": self.keys[0][0]} if self.keys else {}
        wrong = [name for name, value in claims.items() if source.told.get(name, value) != value]
        wrong += [f"position {p}" for p in (*listed, *self.unused)] + sorted(source.differing)
        worse = any(fault["verdict"] in ORDER[:3] for fault in self.faults)
        tell = self.notices.append if worse else partial(self.no, "changed")
        if wrong:
            tell(f"what came along does not fit the events: {', '.join(wrong)}")
        for digest, position in self.mappings.items() if hasattr(source, "texts") else ():
            if digest and digest not in source.texts:
                self.notices.append(f"the mapping {digest} of position {position} is not here")
        return limit

    def report(self, held: Mapping[str, bytes], received: Mapping[str, Any], asked: Any) -> Any:
        self.read_notes(held, received)
        if readable := bool(self.source.log_id):
            self.scan(asked.streams)
        for verdict, reason in self.source.faults:
            self.no(verdict, reason)
        limit = self.conclude() if readable else 0
        now, nth, nonce = time.time(), max(self.quorum - 1, 0), asked.nonce
        times = [note.times[nth] for ns in self.known.values() for note in ns if note.times[nth:]]
        cosigned = max((at for at in times if at <= now + SKEW), default=0)
        if readable and nonce is not None and self.nonces.get(repr(nonce), limit) >= limit:
            self.no("stale", "the nonce stands in no challenge that a signed checkpoint covers")
        if readable and asked.max_age is not None and (cosigned or -MAX) < now - asked.max_age:
            self.no("stale", "no witness saw a checkpoint of this log lately enough")
        self.faults.sort(key=lambda fault: (ORDER.index(fault["verdict"]), fault["index"]))
        words = [*(f["verdict"] for f in self.faults), "verified" if self.covered else "unanchored"]
        return {
            "verdict": min(words, key=ORDER.index),
            "log_id": self.source.log_id.hex(), "size": self.tree.size, "position": self.position,
            "covered": self.covered, "covered_position": self.upto, "signed": self.signed,
            "cosigned": cosigned or None, "withheld": self.withheld, "opened": self.opened,
            "redacted": [row[0] for _, row in self.redacted], "faults": self.faults,
            "gaps": self.position - self.tree.size, "notices": self.notices,
        }  # fmt: skip


def source_of(path: Path, db: sqlite3.Connection | None = None) -> Any:
    """(2), (4) What is to be looked at, whatever stands there."""
    try:
        is_file = path.is_file() and path.suffix.lower() != ".zip"
        return File(path, db) if is_file else Bundle(files_of(path))
    except (*MALFORMED, *UNREADABLE) as error:
        kind = ("unreadable", "schema")[isinstance(error, sqlite3.IntegrityError)]
        bad = [(kind, f"{path}: {error or repr(error)}")]
        lists = dict.fromkeys(("rows", "notes", "close"), list)
        return argparse.Namespace(log_id=b"", notices=[], faults=bad, **lists)


def verify(asked: argparse.Namespace) -> Any:
    """The report on what was asked for, whatever stands there."""
    wrong, received = "", dict[str, date]()
    try:
        received |= {p: date.fromisoformat(day) for p, day in getattr(asked, "received", ())}
        held = {path: Path(path).read_bytes() for path in (*asked.checkpoint, *received)}
        keys = [read_key(text, 1) for text in asked.vkey]
        witnesses = [read_key(text, 4) for text in asked.witness]
        quorum = min(1, len(witnesses)) if asked.quorum is None else asked.quorum
        if len({key[0] for key in keys}) > 1 or not 0 <= quorum <= len(witnesses):
            wrong = "the keys are of several logs, or the quorum of more than witnesses"
        if (held or asked.nonce is not None or witnesses) and not keys:
            wrong = "without --vkey no checkpoint and no nonce can be checked"
    except (ValueError, OSError) as error:
        wrong = f"what was given with it cannot be read: {error}"
    if wrong:
        return {"verdict": "unreadable", "faults": [{"verdict": "unreadable", "reason": wrong}]}
    with closing(source_of(asked.log)) as source:
        return Verification(source, keys, witnesses, quorum).report(held, received, asked)


def sentences(told: dict[str, Any]) -> Iterator[str]:
    """The report for whoever has to sign it."""
    yield f"verdict: {told['verdict']}"
    for fault in told["faults"]:
        where = "position {position}, {stream} version {version}: " if "stream" in fault else ""
        yield f"  {fault['verdict']}: {where.format(**fault)}{fault['reason']}"
    if "size" in told:
        yield "log_id: {log_id}\nsize: {size} events, up to position {position}".format(**told)
        yield "covered: {covered} events, up to position {covered_position}".format(**told)
        yield from (f"{name}: {told[name]}" for name in ("signed", "withheld", "redacted", "gaps"))
    if told.get("cosigned"):
        yield f"cosigned: a witness saw it on {EPOCH + timedelta(seconds=told['cosigned'])} UTC"
    for position, field, value in told.get("opened", ()):
        yield f"opened: position {position}, {field}: {json.dumps(value, ensure_ascii=False)}"
    yield from (f"notice: {notice}" for notice in told.get("notices", ()))


def main() -> int:
    """(1) What was asked for, and the answer."""
    mine = f"SHA-256 {sha256(Path(__file__).read_bytes()).hexdigest()}"
    parser = argparse.ArgumentParser("mentorcore-verify", description=__doc__, epilog=mine)
    add = parser.add_argument
    add("log", type=Path, help="a bundle (a directory or a ZIP) or an SQLite file")
    for name, what in (("vkey", "its key"), ("checkpoint", "a file"), ("witness", "a key")):
        add(f"--{name}", action="append", default=[], help=f"{what} that you hold")
    both, day = ("CHECKPOINT", "YYYY-MM-DD"), "a file that you hold, and the day you received it"
    add("--received", nargs=2, action="append", default=[], metavar=both, help=day)
    add("--quorum", type=int, help="how many witnesses must have cosigned")
    add("--nonce", help="what you gave the operator to record")
    add("--max-age", type=int, help="seconds since a witness saw the newest part")
    add("--streams", action="store_true", help="versions must have no gaps, too")
    add("--json", action="store_true", help="answer as JSON, for programs")
    told = verify(asked := parser.parse_args())
    plain = MOVES_A_CURSOR.sub("?", "\n".join([*sentences(told), f"verifier: {mine}"]))
    said = json.dumps(told | {"verifier": mine}) if asked.json else plain
    coding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        print(said.encode(coding, "backslashreplace").decode(coding), flush=True)
    except BrokenPipeError:  # whoever read it has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return {"verified": 0, "unreadable": 2, "unanchored": 3}.get(told["verdict"], 1)


if __name__ == "__main__":
    sys.exit(main())
