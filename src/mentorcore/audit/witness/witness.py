"""A witness for logs of others: it cosigns a checkpoint only if it continues what it saw before.

A second institution runs it. It holds no events and no personal data: the checkpoints that it was
shown, and as evidence those that it refused (C2SP tlog-witness). Two that cannot both be of one log
are kept together, whatever was answered: nobody but the log can have signed them.

It takes checkpoints of three lines whose origin is the name of the log's key, as mentorcore writes
them, and none with extension lines.
"""

import hashlib
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path

import attrs

from mentorcore.audit.merkle.proofs import check_consistency, consistency_roots
from mentorcore.audit.notes.checkpoint import (
    Checkpoint,
    cosignature_line,
    parse_note,
    read_checkpoint,
    read_line,
    with_lines,
)
from mentorcore.audit.notes.continuation import continuation, read_continuation
from mentorcore.audit.notes.verifier_keys import COSIGNATURE, Signer, VerifierKey, trusted_keys
from mentorcore.errors import Invalid, KeyMissing, NoteInvalid, Problem, ProofInvalid

__all__ = ["RefusedCheckpoint", "Reply", "Witness"]

SIZE_TYPE = "text/x.tlog.size"
TABLES = """
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS seen (
    origin TEXT PRIMARY KEY NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL,
    note TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS signed (
    origin TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL,
    cosigned TEXT, PRIMARY KEY (origin, size, root)) STRICT;
CREATE TABLE IF NOT EXISTS refused (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, origin TEXT NOT NULL, held INTEGER NOT NULL,
    why TEXT NOT NULL, note TEXT NOT NULL) STRICT;
INSERT OR IGNORE INTO signed SELECT origin, size, root, note, '' FROM seen;
COMMIT;
"""
ADDED = {
    "proven": "INTEGER NOT NULL DEFAULT 0",
    "other": "TEXT NOT NULL DEFAULT ''",
    "proof": "TEXT NOT NULL DEFAULT ''",
}
"""Columns of what was refused that the file of an earlier build lacks."""

OK, MALFORMED, NOT_SIGNED, UNKNOWN, OTHER_SIZE, REFUSED = 200, 400, 403, 404, 409, 422
IMPOSSIBLE = "it says that a log without events has another root than the one there is"


@attrs.frozen
class Reply:
    """What the witness answers: an HTTP status, and a body."""

    status: int
    body: str
    kind: str = "text/plain; charset=utf-8"


@attrs.frozen
class RefusedCheckpoint:
    """A signed checkpoint that does not continue what the witness saw.

    Attributes:
        at: Seconds since 1970.
        origin: The log.
        held: The size that the witness had cosigned.
        why: What is wrong.
        note: The checkpoint, signed by the log.
        proven: Whether the log is convicted: by *note* and *other* together, which cannot both be
            of one log, or by *note* alone, where *other* is empty. Otherwise nothing but the proof
            was missing, or an earlier checkpoint was shown that the witness had never seen.
        other: The other signed checkpoint.
        proof: What *note* was submitted with, where it is this that shows the contradiction: it
            leads from another root at the size of *other* to that of *note*.
    """

    at: int
    origin: str
    held: int
    why: str
    note: str
    proven: bool = False
    other: str = ""
    proof: str = ""


@attrs.frozen
class _Contradiction:
    """Two signed checkpoints that cannot both be; *proof* where they alone do not show it."""

    why: str
    other: str = ""
    proof: str = ""


class Witness:
    """Sees the checkpoints of some logs and cosigns those that continue what it saw.

    Args:
        path: The file in which it keeps what it saw.
        signer: Its own key, of the kind for cosignatures.
        logs: The keys of the logs that it watches.
        clock: Tells the time.

    Raises:
        Invalid: The key signs no cosignatures, or one of the logs' is that of a witness.
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
        for key in self._logs:
            if key.kind == COSIGNATURE:
                raise Invalid(
                    f"{key} is of no log",
                    [Problem("logs", "holds the key of a witness", "keys with which logs sign")],
                )
        self._clock = clock
        self._lock = threading.Lock()
        try:
            with ExitStack() as opening:
                self._db = opening.enter_context(
                    closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False))
                )
                self._db.execute("PRAGMA synchronous=FULL")
                self._db.executescript(TABLES)
                there = {row[1] for row in self._db.execute("PRAGMA table_info(refused)")}
                for name, kind in ADDED.items():
                    if name not in there:
                        self._db.execute(f"ALTER TABLE refused ADD COLUMN {name} {kind}")
                opening.pop_all()
        except sqlite3.Error as error:
            raise KeyMissing(f"the file of the witness {path} cannot be used: {error}") from error

    def submit(self, body: bytes) -> Reply:
        """Answer a request to cosign: ``old SIZE``, the proof, an empty line, the checkpoint."""
        try:
            old, proof, note = read_continuation(body)
            said, lines = parse_note(note, even_impossible=True)
        except NoteInvalid as error:
            return Reply(MALFORMED, f"{error}\n")
        keys = [key for key in self._logs if key.name == said.origin]
        if not keys:
            return Reply(
                UNKNOWN,
                f"this witness does not watch {said.origin}; it knows logs by the names of their "
                "keys\n",
            )
        try:
            read_checkpoint(note, keys, even_impossible=True)
        except NoteInvalid as error:
            return Reply(NOT_SIGNED, f"{error}\n")
        # Lines of others are left out: anybody could add to them and fill the disk with what the
        # log signed once.
        ids = {(key.name, key.id) for key in keys}
        own = [line for line in lines if (line.name, line.payload[:4]) in ids]
        text = f"{said.text}\n" + "".join(f"{line.text}\n" for line in own)
        with self._lock:
            return self._compared(old, proof, attrs.evolve(said, note=text))

    def seen(self, origin: str) -> Checkpoint | None:
        """The newest checkpoint of a log that was cosigned."""
        with self._lock, closing(self._db.cursor()) as cursor:
            row = cursor.execute("SELECT note FROM seen WHERE origin = ?", (origin,)).fetchone()
        return parse_note(row[0])[0] if row else None

    def cosigned(self, origin_hash: str) -> str | None:
        """The newest checkpoint of a log with the line of this witness, for whoever asks.

        Args:
            origin_hash: The SHA-256 of the log's origin in hex, by which monitors ask.
        """
        with self._lock, closing(self._db.cursor()) as cursor:
            for origin, note, line in cursor.execute(
                "SELECT origin, signed.note, cosigned "
                "FROM seen JOIN signed USING (origin, size, root)"
            ):
                if line and hashlib.sha256(origin.encode()).hexdigest() == origin_hash:
                    return with_lines(note, [read_line(line)])
        return None

    def evidence(self) -> tuple[RefusedCheckpoint, ...]:
        """The checkpoints that do not continue what was seen though their log had signed them."""
        with self._lock, closing(self._db.cursor()) as cursor:
            rows = cursor.execute(
                "SELECT at, origin, held, why, note, proven, other, proof FROM refused ORDER BY id"
            )
            return tuple(
                RefusedCheckpoint(at, origin, held, why, note, bool(proven), other, proof)
                for at, origin, held, why, note, proven, other, proof in rows
            )

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

        def keep(why: str, found: _Contradiction | None = None) -> None:
            told = RefusedCheckpoint(at, checkpoint.origin, size, why, checkpoint.note)
            if found is not None:
                told = attrs.evolve(told, proven=True, other=found.other, proof=found.proof)
            _keep(cursor, told)

        convicted = _contradiction(cursor, old, proof, checkpoint)
        if convicted is not None:
            keep(convicted.why, convicted)
        known = _remember(cursor, checkpoint)
        if old > checkpoint.size:
            return Reply(MALFORMED, f"a log does not shrink from {old} to {checkpoint.size}\n")
        if old != size:
            if checkpoint.size < size and not known and convicted is None:
                keep(f"it covers {checkpoint.size} events, and {size} were seen before")
            return Reply(OTHER_SIZE, f"{size}\n", SIZE_TYPE)
        if checkpoint.impossible:
            return Reply(REFUSED, f"{IMPOSSIBLE}\n")
        if not size and proof:
            return Reply(REFUSED, "from a log without events nothing is proven; send no proof\n")
        if size:
            try:
                check_consistency(size, checkpoint.size, root, checkpoint.root, proof)
            except ProofInvalid as error:
                if convicted is None:
                    keep(str(error))
                return Reply(REFUSED, f"{error}\n")
        line = cosignature_line(checkpoint, self.signer, at)
        place = (checkpoint.origin, checkpoint.size, checkpoint.root)
        cursor.execute(
            "INSERT INTO seen VALUES (?,?,?,?) ON CONFLICT (origin) DO UPDATE SET "
            "size = excluded.size, root = excluded.root, note = excluded.note",
            (*place, checkpoint.note),
        )
        cursor.execute(
            "UPDATE signed SET cosigned = ? WHERE (origin, size, root) = (?,?,?)",
            (line.text, *place),
        )
        return Reply(OK, f"{line.text}\n")


def _contradiction(
    cursor: sqlite3.Cursor, old: int, proof: tuple[bytes, ...], checkpoint: Checkpoint
) -> _Contradiction | None:
    """What proves that the log signed two histories, if this checkpoint does."""
    if checkpoint.impossible:
        return _Contradiction(IMPOSSIBLE)
    if _is_kept(cursor, checkpoint.note):
        return None  # the pair is there; whoever is honest sends its half again and again
    for root, note, _cosigned in _others(cursor, checkpoint.origin, checkpoint.size):
        if root != checkpoint.root:
            why = f"two different logs of {checkpoint.size} events were signed"
            return _Contradiction(why, note)
    if not 0 < old < checkpoint.size:
        return None
    # The submission itself may show what its history was when it had the size of another one.
    for root, note, cosigned in _others(cursor, checkpoint.origin, old):
        try:
            before, after = consistency_roots(old, checkpoint.size, root, proof)
        except ProofInvalid:
            return None
        if after != checkpoint.root or before == root:
            continue
        if cosigned or not _is_kept(cursor, note):
            return _Contradiction(
                f"its first {old} events are other ones than those that were signed before",
                note,
                continuation(old, proof, checkpoint.note),
            )
    return None


def _others(cursor: sqlite3.Cursor, origin: str, size: int) -> Sequence[tuple[bytes, str, bool]]:
    """What was signed at a size: root, note, and whether it was cosigned; such ones first."""
    return cursor.execute(
        "SELECT root, note, cosigned IS NOT NULL FROM signed WHERE origin = ? AND size = ? "
        "ORDER BY cosigned IS NULL",
        (origin, size),
    ).fetchall()


def _is_kept(cursor: sqlite3.Cursor, note: str) -> bool:
    """Whether a checkpoint is half of what convicts its log already."""
    found = cursor.execute(
        "SELECT 1 FROM refused WHERE proven AND ? IN (note, other) LIMIT 1", (note,)
    ).fetchone()
    return found is not None


def _remember(cursor: sqlite3.Cursor, checkpoint: Checkpoint) -> bool:
    """Keep what the log signed; says whether it was cosigned before."""
    place = (checkpoint.origin, checkpoint.size, checkpoint.root)
    cursor.execute(
        "INSERT OR IGNORE INTO signed (origin, size, root, note) VALUES (?,?,?,?)",
        (*place, checkpoint.note),
    )
    [(cosigned,)] = cursor.execute(
        "SELECT cosigned IS NOT NULL FROM signed WHERE (origin, size, root) = (?,?,?)", place
    )
    return bool(cosigned)


def _keep(cursor: sqlite3.Cursor, told: RefusedCheckpoint) -> None:
    """Keep a refused checkpoint once; what proves more takes the place of what proved less."""
    before = cursor.execute(
        "SELECT id, proven FROM refused WHERE note = ?", (told.note,)
    ).fetchone()
    if before is None:
        cursor.execute(
            "INSERT INTO refused (at, origin, held, why, note, proven, other, proof) "
            "VALUES (?,?,?,?,?,?,?,?)",
            attrs.astuple(told),
        )
    elif told.proven and not before[1]:
        cursor.execute(
            "UPDATE refused SET why = ?, proven = 1, other = ?, proof = ? WHERE id = ?",
            (told.why, told.other, told.proof, before[0]),
        )
