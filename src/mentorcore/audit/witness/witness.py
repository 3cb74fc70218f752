"""A witness for logs of others: it cosigns a checkpoint only if it continues what it saw before.

A second institution runs it. It holds no events and no personal data: for each log one checkpoint,
and every checkpoint that it refused, as evidence (C2SP tlog-witness).
"""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path

import attrs

from mentorcore.audit.merkle.proofs import check_consistency
from mentorcore.audit.notes.checkpoint import (
    Checkpoint,
    cosignature_line,
    parse_note,
    read_checkpoint,
)
from mentorcore.audit.notes.continuation import read_continuation
from mentorcore.audit.notes.verifier_keys import COSIGNATURE, Signer, VerifierKey, trusted_keys
from mentorcore.errors import Invalid, KeyMissing, NoteInvalid, Problem, ProofInvalid

__all__ = ["RefusedCheckpoint", "Reply", "Witness"]

SIZE_TYPE = "text/x.tlog.size"
TABLES = """
CREATE TABLE IF NOT EXISTS seen (
    origin TEXT PRIMARY KEY NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL,
    note TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS refused (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, origin TEXT NOT NULL, held INTEGER NOT NULL,
    why TEXT NOT NULL, note TEXT NOT NULL) STRICT;
"""

OK, MALFORMED, NOT_SIGNED, UNKNOWN, OTHER_SIZE, FORKED = 200, 400, 403, 404, 409, 422


@attrs.frozen
class Reply:
    """What the witness answers: an HTTP status, and a body."""

    status: int
    body: str
    kind: str = "text/plain; charset=utf-8"


@attrs.frozen
class RefusedCheckpoint:
    """A signed checkpoint that the witness refused, because it does not continue what it saw.

    Attributes:
        at: Seconds since 1970.
        origin: The log.
        held: The size that the witness had seen.
        why: What is wrong.
        note: The checkpoint, signed by the log.
    """

    at: int
    origin: str
    held: int
    why: str
    note: str


class Witness:
    """Sees the checkpoints of some logs and cosigns those that continue what it saw.

    Args:
        path: The file in which it keeps what it saw.
        signer: Its own key, of the kind for cosignatures.
        logs: The keys of the logs that it watches.
        clock: Tells the time.

    Raises:
        Invalid: The key signs no cosignatures.
        KeyMissing: The file cannot be used.
    """

    def __init__(
        self,
        path: str | Path,
        signer: Signer,
        logs: Sequence[VerifierKey | str],
        clock: Callable[[], datetime],
    ) -> None:
        if signer.key.kind != COSIGNATURE:
            raise Invalid(
                f"{signer.key} cannot cosign",
                [Problem("key", "is the key of a log", "one made by mentorcore witness")],
            )
        self.signer = signer
        self._logs = trusted_keys(logs)
        self._clock = clock
        self._lock = threading.Lock()
        try:
            with ExitStack() as opening:
                self._db = opening.enter_context(
                    closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False))
                )
                self._db.execute("PRAGMA synchronous=FULL")
                self._db.executescript(TABLES)
                opening.pop_all()
        except sqlite3.Error as error:
            raise KeyMissing(f"the file of the witness {path} cannot be used: {error}") from error

    def submit(self, body: bytes) -> Reply:
        """Answer a request to cosign: ``old SIZE``, the proof, an empty line, the checkpoint."""
        try:
            old, proof, note = read_continuation(body)
            said, _lines = parse_note(note)
        except NoteInvalid as error:
            return Reply(MALFORMED, f"{error}\n")
        keys = [key for key in self._logs if key.name == said.origin]
        if not keys:
            return Reply(UNKNOWN, f"this witness does not watch {said.origin}\n")
        try:
            checkpoint = read_checkpoint(note, keys)
        except NoteInvalid as error:
            return Reply(NOT_SIGNED, f"{error}\n")
        if old > checkpoint.size:
            return Reply(MALFORMED, f"a log does not shrink from {old} to {checkpoint.size}\n")
        with self._lock:
            return self._compared(old, proof, checkpoint)

    def seen(self, origin: str) -> Checkpoint | None:
        """The newest checkpoint of a log that was cosigned."""
        with self._lock, closing(self._db.cursor()) as cursor:
            row = cursor.execute("SELECT note FROM seen WHERE origin = ?", (origin,)).fetchone()
        return parse_note(row[0])[0] if row else None

    def evidence(self) -> tuple[RefusedCheckpoint, ...]:
        """The checkpoints that were refused though their log had signed them."""
        with self._lock, closing(self._db.cursor()) as cursor:
            rows = cursor.execute("SELECT at, origin, held, why, note FROM refused ORDER BY id")
            return tuple(RefusedCheckpoint(*row) for row in rows)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def _compared(self, old: int, proof: tuple[bytes, ...], checkpoint: Checkpoint) -> Reply:
        """Compare and swap: what was seen is replaced before anything is answered."""
        with closing(self._db.cursor()) as cursor:
            cursor.execute("BEGIN IMMEDIATE")  # another process may serve the same file
            try:
                reply = self._decide(cursor, old, proof, checkpoint)
                cursor.execute("COMMIT")
            except BaseException:
                self._db.rollback()
                raise
        return reply

    def _decide(
        self, cursor: sqlite3.Cursor, old: int, proof: tuple[bytes, ...], checkpoint: Checkpoint
    ) -> Reply:
        found = cursor.execute(
            "SELECT size, root FROM seen WHERE origin = ?", (checkpoint.origin,)
        ).fetchone()
        size, root = found or (0, b"")
        at = int(self._clock().timestamp())
        why = ""
        if old != size:
            if checkpoint.size < size:
                why = f"it covers {checkpoint.size} events, and {size} were seen before"
                self._keep(cursor, at, size, why, checkpoint)
            return Reply(OTHER_SIZE, f"{size}\n", SIZE_TYPE)
        if not size and proof:
            return Reply(MALFORMED, "a first checkpoint has no proof\n")
        if size:
            try:
                check_consistency(size, checkpoint.size, root, checkpoint.root, proof)
            except ProofInvalid as error:
                why = str(error)
        if why:
            self._keep(cursor, at, size, why, checkpoint)
            return Reply(FORKED, f"{why}\n")
        cursor.execute(
            "INSERT INTO seen VALUES (?,?,?,?) ON CONFLICT (origin) DO UPDATE SET "
            "size = excluded.size, root = excluded.root, note = excluded.note",
            (checkpoint.origin, checkpoint.size, checkpoint.root, checkpoint.note),
        )
        line = cosignature_line(checkpoint, self.signer, at)
        return Reply(OK, f"{line.text}\n")

    @staticmethod
    def _keep(cursor: sqlite3.Cursor, at: int, held: int, why: str, checkpoint: Checkpoint) -> None:
        cursor.execute(
            "INSERT INTO refused (at, origin, held, why, note) "
            "SELECT ?,?,?,?,? WHERE NOT EXISTS (SELECT 1 FROM refused WHERE note = ?)",
            (at, checkpoint.origin, held, why, checkpoint.note, checkpoint.note),
        )
