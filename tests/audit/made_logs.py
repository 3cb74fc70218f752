"""Small logs, made row by row: as an SQLite file, as a bundle, and as the checkpoints somebody holds.

They are written past the program, so that a test can write what the program never would.
"""

from __future__ import annotations

import json
import sqlite3
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from audit.vectors import COSIGNATURE_AT, KEY, ORIGIN, SIGNER, VECTORS, WITNESS

from mentorcore.audit import standalone
from mentorcore.audit.bundle.evidence import Redacted, ShownRow, hash_of
from mentorcore.audit.bundle.writer import Disclosed, write_bundle
from mentorcore.audit.merkle.tree import Frontier
from mentorcore.audit.notes.checkpoint import (
    Checkpoint,
    cosignature_line,
    sign_checkpoint,
    with_lines,
)
from mentorcore.audit.notes.verifier_keys import Signer, VerifierKey
from mentorcore.audit.verification.verdicts import Verdict, VerificationPolicy
from mentorcore.audit.verification.verification import verify_log
from mentorcore.errors import Invalid, UnfitRow
from mentorcore.log.storage.store import FORMAT
from mentorcore.log.storage.tables import SQLITE_INDEXES, SQLITE_TABLES

LOG = bytes(range(16))
NONCE = "5f1c9e7a0b2d4468"
VKEY = str(KEY)
Event = tuple[int, str, int, str, bytes]


def state(salt: int, **fields: Any) -> bytes:
    """A stored state, as the codec writes one."""
    told = {
        "_s": f"salt{salt:012}",
        "at": "2026-11-23T12:00:00.000000Z",
        "v": 1,
        "m": {},
        "d": fields,
    }
    return json.dumps(told, separators=(",", ":")).encode()


def events(count: int, *, first: int = 1, gap_after: int | None = None) -> list[Event]:
    """So many events on two streams; every fifth on the second."""
    made: list[Event] = []
    position, versions = first, {0: 0, 1: 0}
    for n in range(count):
        which = n % 5 == 4
        versions[which] += 1
        stream = f"pairing:{which:032x}"
        name = "pairing.meeting-held" if n % 3 else "pairing.note-written"
        made.append((position, stream, versions[which], name, state(n, minutes=30 + n)))
        position += 2 if n == gap_after else 1
    return made


def published() -> list[Event]:
    """The log of the published vectors."""
    return [
        (
            e["notification_id"],
            e["originator_id"],
            e["originator_version"],
            e["topic"],
            e["state_text"].encode(),
        )
        for e in VECTORS["log"]["entries"]
    ]


class MadeLog:
    """A log of these events, with a checkpoint after each of some sizes.

    Args:
        rows: The events.
        sizes: Where checkpoints were signed; by default at the end.
        removed: States that were removed for good, with what is still told of them.
    """

    def __init__(
        self,
        rows: Sequence[Event],
        sizes: Sequence[int] | None = None,
        *,
        log_id: bytes = LOG,
        removed: Mapping[int, bytes | None] | None = None,
        signer: Signer = SIGNER,
    ) -> None:
        self.events = list(rows)
        self.log_id = log_id
        self.removed = dict(removed or {})
        self.signer = signer
        self.sizes = [len(rows)] if sizes is None else list(sizes)

    def rows(self) -> Iterator[ShownRow]:
        for position, stream, version, name, stored in self.events:
            digest = sha256(stored).digest()
            kept = None if position in self.removed else stored
            yield ShownRow(position, stream, version, name, kept, digest)

    def hashes(self) -> list[bytes]:
        """The leaf hashes, as far as leaves can be made of the rows."""
        made: list[bytes] = []
        with suppress(UnfitRow):
            for index, row in enumerate(self.rows()):
                made.append(hash_of(self.log_id, index, row))
        return made

    def leaves(self, size: int) -> Iterator[bytes]:
        yield from self.hashes()[:size]

    def hints(self) -> list[tuple[Any, ...]]:
        """What stands in the table of leaves: index, position, hash."""
        made = zip(self.events, self.hashes(), strict=False)
        return [(i, event[0], h) for i, (event, h) in enumerate(made)]

    def redactions(self) -> dict[int, Redacted]:
        digests = {row.position: row.digest for row in self.rows()}
        return {p: Redacted(digests[p], residual) for p, residual in self.removed.items()}

    def notes(self) -> Iterator[tuple[int, str]]:
        yield from ((size, self.note(size)) for size in self.sizes)

    def note(self, size: int | None = None, *, seen_at: int | None = None) -> str:
        """The signed checkpoint of a size, cosigned when a witness saw it."""
        tree = Frontier()
        for leaf in self.hashes()[:size]:
            tree.append(leaf)
        made = sign_checkpoint(
            Checkpoint(self.signer.key.name, tree.size, tree.root()), self.signer
        )
        if seen_at is None:
            return made.note
        return with_lines(made.note, [cosignature_line(made, WITNESS, seen_at)])

    def stored(self) -> list[Event]:
        """The rows as a database holds them."""
        return [(*e[:4], b"" if e[0] in self.removed else e[4]) for e in self.events]

    def file(self, path: Path) -> Path:
        """Write it as an SQLite file."""
        with closing(sqlite3.connect(path)) as db:
            db.execute("PRAGMA synchronous=OFF")  # it is thrown away in a moment
            db.execute("PRAGMA journal_mode=MEMORY")
            for name, body in SQLITE_TABLES.items():
                db.execute(f"CREATE TABLE {name} {body}")
            for name, body in SQLITE_INDEXES.items():
                db.execute(f"CREATE INDEX {name} ON {body}")
            db.executemany("INSERT INTO stored_events VALUES (?,?,?,?,?)", self.stored())
            tree = Frontier()
            for leaf in self.hashes():
                tree.append(leaf)
            last = self.events[-1][0] if self.events else 0
            head = (1, self.log_id, tree.size, last, tree.data)
            db.execute("INSERT INTO audit_head VALUES (?,?,?,?,?)", head)
            leaves = self.hints()
            db.executemany("INSERT INTO audit_leaf VALUES (?,?,?)", leaves)
            db.executemany("INSERT INTO audit_checkpoint VALUES (?,?)", list(self.notes()))
            gone = [(p, *r) for p, r in self.redactions().items()]
            db.executemany("INSERT INTO audit_redacted VALUES (?,?,?)", gone)
            db.execute("INSERT INTO log_meta VALUES (1, ?, '')", (FORMAT,))
            db.execute("INSERT INTO tracking VALUES ('__migration__', 1)")
            db.commit()
        return path

    def bundle(self, path: Path, *, withhold: Sequence[str] = (), **more: Any) -> Path:
        """Write it as a bundle, a ZIP if the name ends so."""
        write_bundle(
            self, path, origin=ORIGIN, engine="0", withhold=lambda name: name in withhold, **more
        )
        return path


class Auditor:
    """Somebody who holds checkpoints and runs the stand-alone verifier.

    Args:
        folder: Where the held checkpoints are kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.held: list[str] = []

    def hold(self, note: str) -> None:
        """Keep a checkpoint."""
        path = self.folder / f"held-{len(self.held)}.txt"
        path.write_text(note, encoding="utf-8")
        self.held.append(str(path))

    def words(self, log: Path, *more: str, vkey: str | None = VKEY) -> list[str]:
        keys = ["--vkey", vkey] if vkey else []
        held = [word for path in self.held for word in ("--checkpoint", path)]
        return [str(log), *keys, *held, *more]

    def verify(
        self, log: Path, vkey: str | None = VKEY, keys: Sequence[str] = (), **more: Any
    ) -> dict[str, Any]:
        """The report of the stand-alone verifier, with which the built-in one has to agree."""
        asked: dict[str, Any] = dict.fromkeys(("quorum", "nonce", "max_age"))
        asked |= {"vkey": [*keys, *([vkey] if vkey else [])], "checkpoint": self.held}
        asked |= {"witness": [], "streams": False, "log": log} | more
        report: dict[str, Any] = standalone.verify(Namespace(**asked))
        agree(report, built_in(asked), log)
        return report


def built_in(asked: dict[str, Any]) -> Verdict:
    """The verdict of the built-in verifier on the same demands."""
    try:
        demands = VerificationPolicy(
            keys=[VerifierKey.read(text) for text in asked["vkey"]],
            held={path: Path(path).read_bytes() for path in asked["checkpoint"]},
            received={path: date.fromisoformat(day) for path, day in asked.get("received", ())},
            witnesses=[VerifierKey.read(text) for text in asked["witness"]],
            **{n: asked[n] for n in ("quorum", "nonce", "max_age", "streams")},
        )
    except Invalid:
        return Verdict("unreadable")
    return verify_log(asked["log"], demands)


ALIKE = ("log_id", "size", "position", "covered", "signed", "cosigned", "withheld", "gaps")
PLACE = ("verdict", "index", "position", "stream", "version", "name")


def agree(report: dict[str, Any], verdict: Verdict, log: Path) -> None:
    """Both verifiers say the same, down to the first bad event."""
    assert report["verdict"] == verdict.verdict, (log, report, verdict)
    if report["verdict"] in ("unreadable", "schema"):
        return
    if any("integrity_check" in fault["reason"] for fault in report["faults"]):
        # What else is read of damaged pages depends on how it is read.
        assert any("integrity_check" in fault.reason for fault in verdict.faults)
        return
    assert {n: report[n] for n in ALIKE} == {n: getattr(verdict, n) for n in ALIKE}
    assert report["redacted"] == list(verdict.redacted)
    assert report["opened"] == [list(item) for item in verdict.opened]
    assert len(report["faults"]) == len(verdict.faults), (report, verdict)
    for told, fault in zip(report["faults"], verdict.faults, strict=True):
        theirs = [told.get(n) if told.get(n) != -1 else None for n in PLACE]
        ours = [getattr(fault, n) for n in PLACE]
        # A row that cannot even be read has an index; who reads more of it may name it, too.
        depth = 2 if theirs[2] is None or ours[2] is None else len(PLACE)
        assert ours[:depth] == theirs[:depth], (report, verdict)
    # Of a clock that jumped ahead only the built-in one tells.
    jumps = sum(notice.startswith("the clock jumped") for notice in verdict.notices)
    assert len(report["notices"]) == len(verdict.notices) - jumps


__all__ = [
    "COSIGNATURE_AT",
    "LOG",
    "NONCE",
    "VKEY",
    "Auditor",
    "Disclosed",
    "MadeLog",
    "events",
    "published",
    "state",
]
