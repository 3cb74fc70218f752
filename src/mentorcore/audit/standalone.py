"""Check a log of mentorcore against checkpoints that you hold, without trusting whoever keeps it.

This file is the whole verifier; it needs Python 3.11 and `cryptography`, nothing of mentorcore.
docs/reference/verifier.md tells formats and steps (1) to (7), enough to write it anew elsewhere.

Exit codes: 0 verified; 1 fork, changed, truncated, schema, bad-signature, stale; 2 unreadable or
called wrongly; 3 unanchored: no checkpoint came from outside.
"""

import argparse
import binascii
import json
import os
import re
import sqlite3
import struct
import sys
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, closing
from functools import partial, partialmethod
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

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
NAME = r"[^\s+\0-\x1f\x7f-\x9f]+"
KEY = re.compile(rf"({NAME})\+([0-9a-f]{{8}})\+(\S+)")
CHECKPOINT = re.compile(  # origin, size, root; then signatures
    rf"({NAME})\n(0|[1-9][0-9]{{0,18}})\n(\S{{44}})\n\n((?:— {NAME} \S+\n){{1,16}})"
)
EVENTS = (
    "CREATE TABLE stored_events ( rowid INTEGER PRIMARY KEY AUTOINCREMENT, originator_id TEXT NOT "
    "NULL, originator_version INTEGER NOT NULL, topic TEXT NOT NULL, state BLOB NOT NULL, "
    "UNIQUE(originator_id, originator_version)) STRICT"
)
ODD = (
    "SELECT type, name FROM sqlite_master WHERE type IN ('view', 'trigger') OR rootpage IS 0 "
    "OR (type = 'index' AND sql IS NOT NULL AND tbl_name = 'stored_events')"
)
UNREADABLE = (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error, sqlite3.Error)
MALFORMED = (ValueError, TypeError, LookupError, AttributeError, RecursionError, InvalidTag)
ORDER = (  # of several faults the gravest is the verdict
    *("fork", "changed", "truncated", "schema", "bad-signature", "stale"),
    *("unreadable", "unanchored", "verified"),
)
Key = tuple[str, bytes, Ed25519PublicKey]
Row = tuple[int, str, int, str, bytes | None, bytes]  # position … state (31 to 57: time), digest


class SchemaError(Exception):
    """The database would show something else than the table of events."""


class Note(NamedTuple):
    """A checkpoint: so many events had this root; ``times`` are those of known witnesses."""

    size: int
    root: bytes
    signed: bool
    times: list[int]
    outside: bool = False


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
                key.verify(payload[12:], b"cosignature/v1\ntime %d\n" % at + message)
                times[name] = max(at, times.get(name, 0))
        except InvalidSignature:
            raise ValueError(f"the signature of {name} is wrong") from None
    return Note(size, root, signed, sorted(times.values(), reverse=True))


def shortened(text: str) -> str:
    """(3) What came along, without the lines behind its 16th signature: old builds wrote more."""
    told, gap, tail = text.partition("\n\n")
    lines = tail.split("\n")
    return text if len(lines) <= 17 else told + gap + "\n".join(lines[:16]) + "\n"


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
    place = struct.pack(">QQH", index, position, len(who))
    middle = struct.pack(">QH", version, len(what))
    return sha256(b"".join((b"\0MCL1", log_id, place, who, middle, what, digest))).digest()


class Tree:
    """(5) The tree of RFC 9162, of which only the right edge is kept."""

    def __init__(self) -> None:
        self.size, self.edge = 0, list[bytes]()

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash at the right."""
        size, edge = self.size, self.edge
        while size & 1:
            leaf = sha256(b"\1" + edge.pop() + leaf).digest()
            size >>= 1
        edge.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root of all leaves so far."""
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
        if is_link or m.flag_bits & 1 or (dense and m.file_size > 1 << 20):
            raise ValueError(f"{name!r} is a link, encrypted, or unpacks to suspiciously much")
    return {name: partial(box.open, m) for name, m in members.items()}


class Bundle:
    """(2) An export. Its manifest is compared with the rest, and believed in nothing."""

    def __init__(self, files: dict[str, Any]) -> None:
        self.files, self.differing, self.close = files, set[str](), files.clear
        odd = [name for name in files if not FILE.fullmatch(name)]
        if odd or len({n.casefold() for n in files}) != len(files) or "manifest.json" not in files:
            raise ValueError(f"no manifest.json, or {odd or 'twins'} that no bundle has")
        with files["manifest.json"]() as file:
            self.told = json.loads(file.read(LINE).decode())
        number = 2 if any(name.startswith(("stamps/", "move/")) for name in files) else 1
        if self.told["format"] not in [f"mentorcore-export/{n}" for n in range(number, 3)]:
            raise ValueError(f"the format {self.told['format']} is unknown")
        self.log_id = bytes.fromhex(self.told["log_id"])
        self.differing |= (files.keys() - {"manifest.json"}) ^ self.told["files"].keys()
        self.faults, self.disclosed = list[Any](), dict[int, list[Any]]()
        self.parts = sorted(name for name in files if name.startswith("events-"))
        self.redacted = {p: (d, r) for p, d, r in self.items("redacted.jsonl")}
        for position, *how in self.items("disclosed.jsonl"):
            self.disclosed.setdefault(position, []).append(how)
        all(c for n in files if "/" in n for c in self.chunks(n))  # read to compare them

    def chunks(self, name: str) -> Iterator[bytes]:
        """A file's bytes; at its end it is known whether the manifest said the same."""
        digest, size = sha256(), 0
        with self.files[name]() as file:
            while chunk := file.read(1 << 20):
                size += len(chunk)
                digest.update(chunk)
                yield chunk
        if self.told["files"].get(name) != [size, digest.hexdigest()]:
            self.differing.add(name)

    def items(self, name: str) -> Iterator[Any]:
        """The lines of a file as JSON."""
        rest = b""
        for chunk in self.chunks(name) if name in self.files else ():
            *whole, rest = (rest + chunk).split(b"\n")
            yield from (json.loads(line.decode()) for line in whole)
            if len(rest) > LINE:
                break
        if rest:
            raise ValueError(f"{name} has a line without an end")

    notes = partialmethod(items, "checkpoints.jsonl")

    def rows(self) -> Iterator[Row]:
        """The events in order."""
        for due, item in enumerate(item for name in self.parts for item in self.items(name)):
            index, position, stream, version, name, coded, digest = item
            if type(index) is not int or index != due:
                raise ValueError(f"index {index!r} stands where {due} is due")
            if (coded is None) == (digest is None) or coded == "":
                raise ValueError("a row has a state or its digest, and one of them only")
            state = None if coded is None else unbase64(coded)
            shown = bytes.fromhex(digest) if state is None else sha256(state).digest()
            yield position, stream, version, name, state, shown

    def hints(self, size: int) -> Iterator[bytes]:
        """Leaf hashes as the tiles tell them."""
        for n in range(-(-size // 256)):
            path, rest, width = f"{n % 1000:03}", n // 1000, self.told["size"] - 256 * n
            while rest:
                path, rest = f"x{rest % 1000:03}/{path}", rest // 1000
            path = f"tiles/tile/0/{path}" + (f".p/{width}" if width < 256 else "")
            tile = b"".join(self.chunks(path))[: 32 * (size - 256 * n)]
            yield from (tile[i : i + 32] for i in range(0, len(tile), 32))


def lying(path: Path) -> str:
    """The address of a file as it lies: immutable where nothing of it stands beside it, or can."""
    beside = [path.with_name(path.name + end) for end in ("-wal", "-shm")]
    alone = not any(file.exists() and file.stat().st_size for file in beside)
    still = alone and not os.access(path.parent, os.W_OK)
    return f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if still else ''}"


class File:
    """(4) A log in an SQLite file, with its newest part, which may stand beside it."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(lying(path), uri=True)
        self.told, self.differing, self.disclosed = dict[str, Any](), set[str](), dict[int, Any]()
        with ExitStack() as opening:
            opening.callback(self.db.close)
            self.db.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
            for p in ("trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0", "query_only=ON"):
                self.db.execute(f"PRAGMA {p}")
            self.db.execute("BEGIN")
            made = "SELECT coalesce(sql, '') FROM sqlite_master WHERE name = 'stored_events'"
            if [" ".join(str(sql).split()) for (sql,) in self.db.execute(made)] != [EVENTS]:
                raise SchemaError("the table of events is not as mentorcore makes it")
            for kind, name in self.db.execute(ODD):
                raise SchemaError(f"the {kind} {name} does not belong into a log")
            pages = "; ".join(str(row[0]) for row in self.db.execute("PRAGMA integrity_check(3)"))
            self.faults = [("changed", f"integrity_check says: {pages}")] if pages != "ok" else []
            ((self.log_id,),) = self.db.execute("SELECT log_id FROM audit_head")
            gone = "SELECT position, state_digest, residual FROM audit_redacted"
            self.redacted = {
                p: (d.hex(), None if r is None else binascii.b2a_base64(r, newline=False).decode())
                for p, d, r in self.db.execute(gone)
            }
            self.close = opening.pop_all().close

    def notes(self) -> Iterator[tuple[int, str]]:
        """The checkpoints that are kept beside the events."""
        return self.db.execute("SELECT size, note FROM audit_checkpoint WHERE size >= 0 ORDER BY 1")

    def rows(self) -> Iterator[Row]:
        """The events in the order of their positions."""
        found = self.db.execute("SELECT * FROM stored_events ORDER BY rowid")
        for position, stream, version, name, state in found:
            if type(state) is not bytes or (not state and position not in self.redacted):
                raise ValueError("the state is no bytes, or was removed without being listed")
            digest = sha256(state).digest() if state else bytes.fromhex(self.redacted[position][0])
            yield position, stream, version, name, state or None, digest

    def hints(self, size: int) -> Iterator[bytes]:
        """Leaf hashes as the table beside the events tells them."""
        found = self.db.execute("SELECT h FROM audit_leaf WHERE idx < ? ORDER BY idx", [size])
        return (h for (h,) in found)


class Verification:
    """(3) to (7) One verification, and all that it finds."""

    def __init__(self, source: Any, keys: list[Key], witnesses: list[Key], quorum: int) -> None:
        self.source, self.keys, self.witnesses, self.quorum = source, keys, witnesses, quorum
        self.tree, self.known, self.position = Tree(), dict[int, list[Note]](), 0
        self.matched = self.covered = self.signed = self.withheld = self.gaps = 0
        self.differs: tuple[Note, int] | None = None
        self.redacted, self.disclosed, self.announced = list[Any](), list[Any](), list[Any]()
        self.nonces, self.faults, self.notices = dict[str, int](), list[Any](), list[str]()
        for verdict, reason in source.faults:
            self.no(verdict, reason)

    def no(self, verdict: str, reason: str, index: int = -1, row: Any = None) -> None:
        """An answer of no, and where."""
        where = dict(zip(("position", "stream", "version", "name"), row or (), strict=False))
        self.faults.append({"verdict": verdict, "reason": reason, "index": index, **where})

    def read_notes(self, held: dict[str, str]) -> None:
        """(3) All notes; two roots of one size are a fork, proven by the notes alone."""
        came = ((False, n, t, f"the log's checkpoint of size {n}") for n, t in self.source.notes())
        for mine, size, text, what in (*((True, 0, t, path) for path, t in held.items()), *came):
            try:
                told = text if mine else shortened(text)
                note = read_note(told, self.keys, self.witnesses)
                if not note.signed if mine else (type(size), size) != (int, note.size):
                    raise ValueError("it is kept under another size, or signed by no known key")
            except MALFORMED as error:
                self.no("bad-signature", f"{what}: {error}")
                continue
            if self.keys and not note.signed:
                self.notices.append(f"{what} is signed by no known key, and was left out")
                continue
            outside = len(note.times) >= self.quorum and (mine or self.quorum > 0)
            others = self.known.setdefault(note.size, [])
            if self.keys and any(other.root != note.root for other in others):
                self.no("fork", f"two different logs of {note.size} events were signed")
            others.append(note._replace(outside=outside))

    def scan(self, streams: bool) -> None:
        """(5) One pass over the events; (6) their end."""
        log_id, tree, redacted = self.source.log_id, self.tree, self.source.redacted
        row, versions, wanted = None, dict[str, int](), self.source.disclosed
        try:
            for row in self.source.rows():
                position, stream, version, name, state, _ = row
                leaf = leaf_hash(log_id, tree.size, row)
                if position <= self.position:
                    raise ValueError(f"its position does not rise above {self.position}")
                if streams:
                    if versions.setdefault(stream, version - 1) != version - 1:
                        raise ValueError(f"the stream's last version was {versions[stream]}")
                    versions[stream] = version
                if position in redacted:
                    self.redacted.append((tree.size, row))
                self.withheld += state is None and position not in redacted
                if state and name in ("audit.challenged", "audit.state-redacted"):
                    told = json.loads(state.decode())
                    told = told.get("d", told)
                    self.nonces.setdefault(told.get("nonce"), tree.size)
                    self.announced += [(tree.size, *item) for item in told.get("items", ())]
                self.disclosed += [(tree.size, row, *how) for how in wanted.pop(position, ())]
                tree.append(leaf)
                self.gaps += position - self.position - 1
                row, self.position = None, position  # noqa: PLW2901 - the next may be unreadable
                for note in self.known.get(tree.size, ()):
                    if note.root == tree.root():
                        self.matched = note.size
                        self.signed = note.size if note.signed else self.signed
                        self.covered = note.size if note.outside else self.covered
                    else:
                        self.differs = self.differs or (note, self.matched)
        except MALFORMED as error:
            self.no("changed", f"this row cannot be right: {error}", tree.size, row)
        else:
            beyond = [notes[0] for size, notes in self.known.items() if size > tree.size]
            if beyond and not self.differs:
                self.differs = min(beyond), self.matched
        if self.differs:
            self.locate(*self.differs)

    def locate(self, note: Note, start: int) -> None:
        """The first row that is not what was signed, if leaf hashes kept beside can tell it."""
        leaf, near, trusted, end = leaf_hash, list[bytes](), Tree(), min(note.size, self.tree.size)
        index, row, what = start, None, f"of indexes {start} to {end - 1} not all are as signed"
        try:
            for h in self.source.hints(note.size):
                trusted.append(h)
                near += [h] * (trusted.size > start)
            rows = [row for n, row in enumerate(self.source.rows()) if start <= n <= note.size]
            mine = [leaf(self.source.log_id, n, row) for n, row in enumerate(rows, start)]
            if (trusted.size, trusted.root()) == (note.size, note.root):
                n = next(n for n, h in enumerate(near) if mine[n : n + 1] != [h])
                index, row, what = start + n, (*rows, None)[n], "this event was changed"
                if row is None or leaf(self.source.log_id, index + 1, row) in near[n + 1 : n + 2]:
                    what = "an event is missing here"
                elif leaf(self.source.log_id, index, (*rows, row)[n + 1]) == near[n]:
                    what = "this event does not belong here"
        except (*MALFORMED, *UNREADABLE, StopIteration):
            pass  # such hashes are no evidence; without them the range is named
        verdict = "truncated" if note.size > end else "changed"
        verdict = "fork" if note.signed and self.signed > note.size else verdict
        self.no(verdict, f"the checkpoint of size {note.size} does not fit: {what}", index, row)

    def conclude(self, nonce: str | None, max_age: int | None) -> dict[str, Any]:
        """(6) What was claimed of the log, (7) opened values and freshness; then the report."""
        size, source, listed, values = self.tree.size, self.source, dict(self.source.redacted), []
        limit = self.signed if self.keys else size
        for index, row in self.redacted:
            told = listed.pop(row[0])
            signed = (told for at, *told in self.announced if at < limit)
            if row[4] is not None or told[0] != row[5].hex() or [row[0], *told] not in signed:
                self.no("changed", "the state was removed, and no signed event says so", index, row)
        for index, row, field, *how in self.disclosed:
            try:
                value = opened(source.log_id, row, field, *map(bytes.fromhex, how))
                values.append([row[0], field, value])
            except MALFORMED as error:
                self.no("changed", f"the key given for {field} opens nothing. {error}", index, row)
        states = "withheld" if self.withheld else "full"
        claims = {"size": size, "root": self.tree.root().hex(), "states": states}
        claims |= {"origin": self.keys[0][0]} if self.keys else {}
        wrong = [name for name, value in claims.items() if source.told.get(name, value) != value]
        wrong += [f"position {p}" for p in (*listed, *source.disclosed)] + sorted(source.differing)
        if wrong and not self.faults:
            self.no("changed", f"what came along does not fit the events: {', '.join(wrong)}")
        nth, now = max(self.quorum - 1, 0), time.time()
        times = [note.times[nth] for ns in self.known.values() for note in ns if note.times[nth:]]
        cosigned = max((at for at in times if at <= now + SKEW), default=0)
        if nonce is not None and self.nonces.get(nonce, limit) >= limit:
            self.no("stale", "the nonce stands in no challenge that a signed checkpoint covers")
        if max_age is not None and now - cosigned > max_age:
            self.no("stale", "no witness saw a checkpoint of this log lately enough")
        self.faults.sort(key=lambda fault: fault["index"])
        words = [*(f["verdict"] for f in self.faults), "verified" if self.covered else "unanchored"]
        return {
            "verdict": min(words, key=ORDER.index),
            "log_id": source.log_id.hex(), "size": size, "position": self.position,
            "covered": self.covered, "signed": self.signed, "cosigned": cosigned or None,
            "withheld": self.withheld, "redacted": [row[0] for _, row in self.redacted],
            "gaps": self.gaps, "opened": values, "faults": self.faults, "notices": self.notices,
        }  # fmt: skip


def verify(asked: argparse.Namespace) -> dict[str, Any]:
    """The report on what was asked for, whatever stands there."""
    try:
        held = {path: Path(path).read_bytes().decode() for path in asked.checkpoint}
        keys = [read_key(text, 1) for text in asked.vkey]
        witnesses = [read_key(text, 4) for text in asked.witness]
        quorum = min(1, len(witnesses)) if asked.quorum is None else asked.quorum
        if len({key[0] for key in keys}) > 1 or not 0 <= quorum <= len(witnesses):
            raise ValueError("the keys are of several logs, or the quorum of more than witnesses")
        if (held or asked.nonce or witnesses) and not keys:
            raise ValueError("without --vkey no checkpoint and no nonce can be checked")
        is_file = asked.log.is_file() and asked.log.suffix != ".zip"
        with closing(File(asked.log) if is_file else Bundle(files_of(asked.log))) as source:
            found = Verification(source, keys, witnesses, quorum)
            found.read_notes(held)
            found.scan(asked.streams)
            return found.conclude(asked.nonce, asked.max_age)
    except (SchemaError, *MALFORMED, *UNREADABLE) as error:
        verdict = "schema" if isinstance(error, SchemaError) else "unreadable"
        return {"verdict": verdict, "faults": [{"reason": str(error) or repr(error)}]}


def main() -> int:
    """(1) What was asked for, and the answer."""
    parser = argparse.ArgumentParser("mentorcore-verify", description=str(__doc__).split("\n\n")[0])
    parser.add_argument("log", type=Path, help="a bundle (a directory or a ZIP) or an SQLite file")
    for name, what in (("vkey", "its key"), ("checkpoint", "a file"), ("witness", "a key")):
        parser.add_argument(f"--{name}", action="append", default=[], help=f"{what} that you hold")
    parser.add_argument("--quorum", type=int, help="how many witnesses must have cosigned")
    parser.add_argument("--nonce", help="what you gave the operator to record")
    parser.add_argument("--max-age", type=int, help="seconds since a witness saw the newest part")
    parser.add_argument("--streams", action="store_true", help="versions must have no gaps, too")
    parser.add_argument("--json", action="store_true", help="answer as JSON")
    told = verify(asked := parser.parse_args())
    shown = {k: v if type(v) is list else [v] for k, v in told.items()}
    lines = (k + ": " + "\n  ".join(map(str, v)) for k, v in shown.items())
    print(json.dumps(told) if asked.json else "\n".join(lines))
    return {"verified": 0, "unreadable": 2, "unanchored": 3}.get(told["verdict"], 1)


if __name__ == "__main__":
    sys.exit(main())
