"""What a case is made of: a log, what a verifier is told, and what it has to answer.

Logs are written past the program, so that a case can hold what the program never writes.
"""

from __future__ import annotations

import io
import json
import sqlite3
import tempfile
import zipfile
from binascii import b2a_base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import attrs
from audit.made_logs import VKEY, MadeLog, events, state

Files = dict[str, bytes]
Shape = Literal["zip", "directory"]
EXIT = {"verified": 0, "unreadable": 2, "unanchored": 3}
DATE = (1980, 1, 1, 0, 0, 0)
PAGE = 512
"""So small are the pages of the SQLite files, and so the files."""


@attrs.frozen
class Case:
    """One call of a verifier, and the answer.

    Attributes:
        name: What it is called; the log and the notes are files of that name.
        says: What is to be learnt from it, in a sentence.
        log: The bytes of a file, or the files of a directory; ``None`` where nothing stands.
        suffix: How the name of the file ends.
        verdict: The word of the answer.
        expect: What else the report says.
        held: Checkpoints that the verifier is given, as text or bytes.
        received: More of them, each with the day on which it was received.
        vkeys: Verifier keys of the log.
        asked: Whatever else is asked for: ``witnesses``, ``quorum``, ``nonce``, ``max_age``,
            ``streams``, and the time ``now``.
        needs: What a verifier must be able to read besides, such as ``toml``.
    """

    name: str
    says: str
    log: bytes | Files | None
    verdict: str
    held: Sequence[str | bytes] = ()
    vkeys: Sequence[str] = (VKEY,)
    suffix: str = ".zip"
    received: Sequence[tuple[str, str]] = ()
    expect: Mapping[str, Any] = attrs.field(factory=dict)
    asked: Mapping[str, Any] = attrs.field(factory=dict)
    needs: str | None = None


def plain(count: int = 6, **more: Any) -> MadeLog:
    """A small log: so many events on two streams, one checkpoint at the end."""
    return MadeLog(events(count), **more)


def files(made: MadeLog, **more: Any) -> Files:
    """The files of a bundle of the log."""
    with tempfile.TemporaryDirectory() as folder:
        where = made.bundle(Path(folder) / "bundle", **more)
        return {
            path.relative_to(where).as_posix(): path.read_bytes()
            for path in sorted(where.rglob("*"))
            if path.is_file()
        }


def listed(made: Mapping[str, bytes], **members: Any) -> Files:
    """The same files, and a manifest that lists them as they are now."""
    manifest = json.loads(made["manifest.json"])
    others = {name: data for name, data in made.items() if name != "manifest.json"}
    manifest["files"] = {n: [len(d), sha256(d).hexdigest()] for n, d in others.items()}
    return {**others, "manifest.json": packed(manifest | members)}


def packed(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def lines(items: Iterable[Any]) -> bytes:
    """JSON lines; what is bytes already stands as it is."""
    return b"".join((i if isinstance(i, bytes) else packed(i)) + b"\n" for i in items)


def zipped(
    made: Mapping[str, bytes],
    *,
    how: int = zipfile.ZIP_DEFLATED,
    remark: bytes = b"",
    change: Callable[[zipfile.ZipFile], object] = lambda _box: None,
) -> bytes:
    """A ZIP of the files, to which something else may be done."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", how) as box:
        for name, data in made.items():
            member = zipfile.ZipInfo(name, DATE)
            member.external_attr = 0o100644 << 16
            member.compress_type = how
            member.comment = remark
            box.writestr(member, data)
        change(box)
    return whole.getvalue()


def bundle(made: MadeLog, **more: Any) -> bytes:
    """The log as a ZIP."""
    return zipped(files(made, **more))


def with_rows(made: MadeLog, change: Callable[[list[Any]], object], **members: Any) -> Files:
    """A bundle whose lines of events were changed; the manifest lists the file as it is then.

    The lines are those of a log that was signed before, so that tiles and notes stay the old ones.
    """
    whole = files(made)
    rows: list[Any] = [json.loads(line) for line in whole["events-000000.jsonl"].splitlines()]
    change(rows)
    return listed(whole | {"events-000000.jsonl": lines(rows)}, **members)


def database(made: MadeLog, *statements: str | tuple[str, Sequence[Any]]) -> bytes:
    """The log as an SQLite file, to which something was said by SQL."""
    with tempfile.TemporaryDirectory() as folder:
        path = made.file(Path(folder) / "log.db")
        with closing(sqlite3.connect(path)) as db:
            for said in statements:
                db.execute(*((said,) if isinstance(said, str) else said))
            db.commit()
            db.execute(f"PRAGMA page_size={PAGE}")
            db.execute("PRAGMA synchronous=OFF")
            db.execute("VACUUM")
        return path.read_bytes()


def coded(data: bytes) -> str:
    return b2a_base64(data, newline=False).decode()


def at(position: int, stream: str, version: int, name: str, stored: bytes) -> list[Any]:
    """The line of an event but for its index."""
    return [position, stream, version, name, coded(stored), None]


__all__ = [
    "PAGE",
    "Case",
    "Files",
    "at",
    "bundle",
    "coded",
    "database",
    "files",
    "lines",
    "listed",
    "packed",
    "plain",
    "state",
    "with_rows",
    "zipped",
]
