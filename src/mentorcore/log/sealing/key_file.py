"""The key file beside a log (`NAME.keys`) and its master key (`NAME.kek`), readable by their owner.

A copy of the log alone carries no key; a copy of the key file alone opens nothing. Whoever holds
all three files reads everything, so back them up apart from each other, and keep the master key
where it can be destroyed.
"""

import hashlib
import hmac
import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import attrs

from mentorcore.errors import KeyMissing, LogBusy, LogError
from mentorcore.log.sealing.keys import KEY_BYTES, KeyEntry, lost, tombstoned, unwrap, wrap
from mentorcore.log.sealing.rows_ahead import ROWS, TOGETHER, RowsAhead
from mentorcore.log.storage.connection_pool import ConnectionPool

__all__ = ["KeyFile", "owner_only"]

_WAIT = 10.0
_TABLES = """
CREATE TABLE IF NOT EXISTS about (
    name TEXT PRIMARY KEY NOT NULL CHECK(typeof(name) = 'text'),
    value BLOB NOT NULL CHECK(typeof(value) = 'blob'));
CREATE TABLE IF NOT EXISTS subject_key (
    subject TEXT NOT NULL CHECK(typeof(subject) = 'text'),
    generation INTEGER NOT NULL CHECK(typeof(generation) = 'integer' AND generation > 0),
    kek_id INTEGER NOT NULL CHECK(typeof(kek_id) = 'integer'),
    wrapped BLOB CHECK(typeof(wrapped) IN ('blob', 'null')),
    state TEXT NOT NULL CHECK(state IN ('active', 'held', 'erased')),
    erased_at TEXT,
    PRIMARY KEY (subject, generation),
    CHECK((wrapped IS NULL) = (state = 'erased')),
    CHECK((erased_at IS NULL) = (state <> 'erased')));
"""


@attrs.frozen
class _Master:
    """The contents of the master key file."""

    keks: dict[int, bytes]
    current: int
    index: bytes


class KeyFile:
    """The keys of one log in an SQLite file, safe for several processes at once.

    Args:
        path: The key file, by custom ``NAME.keys`` beside the log; the master key stands beside
            it as ``NAME.kek``.
        log_id: The log's id; a key file of another log is refused.
        create: Whether to make the files when they are not there. A log that already holds
            sealed values must say no, or its lost keys would be replaced by useless new ones.
        random: Where random bytes come from.

    Raises:
        KeyMissing: A file is not there, belongs to another log, or others can read it.
        LogBusy: Another process holds the file for too long.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        log_id: bytes,
        create: bool,
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self.path = Path(path).absolute()  # a daemon goes to another folder
        self.master_path = (
            self.path.with_suffix(".kek")
            if self.path.suffix == ".keys"
            else self.path.with_name(self.path.name + ".kek")
        )
        self._log_id = log_id
        self._random = random
        self._turn = threading.Lock()
        self._stood, self._checked = (0, 0), False
        there = self.path.exists()
        if not there and not create:
            raise KeyMissing(
                f"the key file {self.path} is not there; without it the personal values of this "
                "log can be neither read nor written. Put it back, or say with keys= where it is"
            )
        if not there:
            if not self.path.parent.is_dir():
                folder = self.path.parent
                raise KeyMissing(f"the folder {folder} for the key file is not there; create it")
            self._make_master()
        self._master = self._read_master()
        if not there:
            with suppress(FileExistsError):
                os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        owner_only(self.path)
        self._links = ConnectionPool(
            self._connect, lambda _: False, keep=0, what=f"the key file {self.path}"
        )
        self._ahead = RowsAhead(self.path)
        self._prepare(create)

    def index_key(self) -> bytes:
        """The key of the index beside the log."""
        return self._master.index

    def deks(self, subjects: Sequence[str], mint: bool) -> dict[str, tuple[int, bytes]]:
        """The current keys; with *mint*, new ones for people who have none, in one transaction."""
        with self._speaking(), self._links.lend() as db:
            rows = {s: _row(db, s) for s in subjects}
            if mint and None in rows.values():
                with self._turn, _writing(db):
                    for subject in rows:
                        # Asked again under the write lock: another process may have been faster.
                        rows[subject] = _row(db, subject) or self._mint(db, subject)
        found: dict[str, tuple[int, bytes]] = {}
        for subject, row in rows.items():
            if row is None:
                continue
            generation, kek_id, wrapped = row
            if wrapped is not None:
                found[subject] = (
                    generation,
                    self._unwrap(subject, generation, kek_id, wrapped),
                )
            elif mint:
                raise tombstoned(subject)
        return found

    def dek(self, subject: str, generation: int) -> bytes | None:
        """One key, or ``None`` when it was erased."""
        row = self._ahead.get(subject, generation)
        if row is None:
            with self._speaking(), self._links.lend() as db:
                place = subject, generation, TOGETHER
                row = self._ahead.read(
                    subject, generation, lambda: db.execute(ROWS, place).fetchall()
                )
        if row is None:
            raise lost(subject, generation, str(self.path))
        return None if row[1] is None else self._unwrap(subject, generation, row[0], row[1])

    def erase(self, subject: str, erased_at: str) -> None:
        """Destroy a person's keys and leave the rows as a fence: the point of no return.

        A person without a key gets a fence too. Copies of the file made before still hold the
        wrapped key until the master key is replaced (docs/how-to/keep-the-keys.md).
        """
        with self._speaking(), self._links.lend() as db, self._turn, _writing(db):
            if _row(db, subject) is None:
                db.execute(
                    "INSERT INTO subject_key VALUES (?, 1, ?, NULL, 'erased', ?)",
                    (subject, self._master.current, erased_at),
                )
            db.execute(
                "UPDATE subject_key SET wrapped = NULL, state = 'erased', erased_at = ? "
                "WHERE subject = ? AND state <> 'erased'",
                (erased_at, subject),
            )
        self._ahead.forget()

    def entries(self) -> Iterator[KeyEntry]:
        """All keys, also of the erased; see `PortableKeys`."""
        with self._speaking(), self._links.lend() as db:
            rows = db.execute(
                "SELECT subject, generation, kek_id, wrapped, state, erased_at FROM subject_key "
                "ORDER BY subject, generation"
            ).fetchall()
        for subject, generation, kek_id, wrapped, *state in rows:
            dek = None
            if wrapped is not None:
                dek = self._unwrap(subject, generation, kek_id, wrapped)
            yield KeyEntry(subject, generation, dek, *state)

    def adopt(self, entries: Iterable[KeyEntry]) -> int:
        """Take over the keys of another place into an empty file; see `PortableKeys`."""
        kek_id = self._master.current
        rows = [
            (e.subject, e.generation, kek_id, self._wrapped(e), e.state, e.erased_at)
            for e in entries
        ]
        with self._speaking(), self._links.lend() as db, self._turn, _writing(db):
            db.executemany("INSERT INTO subject_key VALUES (?, ?, ?, ?, ?, ?)", rows)
        return len(rows)

    def _wrapped(self, entry: KeyEntry) -> bytes | None:
        return None if entry.dek is None else self._wrap(entry.subject, entry.generation, entry.dek)

    def close(self) -> None:
        """Give everything back."""
        self._links.close()

    def _mint(self, db: sqlite3.Connection, subject: str) -> tuple[int, int, bytes]:
        kek_id = self._master.current
        wrapped = self._wrap(subject, 1, self._random(KEY_BYTES))
        db.execute(
            "INSERT INTO subject_key VALUES (?, 1, ?, ?, 'active', NULL)",
            (subject, kek_id, wrapped),
        )
        return 1, kek_id, wrapped

    def _wrap(self, subject: str, generation: int, dek: bytes) -> bytes:
        kek_id = self._master.current
        return wrap(
            self._master.keks[kek_id],
            kek_id,
            dek,
            log_id=self._log_id,
            subject=subject,
            generation=generation,
            random=self._random,
        )

    def _unwrap(self, subject: str, generation: int, kek_id: int, wrapped: bytes) -> bytes:
        kek = self._master.keks.get(kek_id)
        if kek is None:
            raise KeyMissing(
                f"{self.master_path} lacks master key {kek_id}, under which the key of {subject} "
                "is wrapped; put the newest copy of that file back"
            )
        return unwrap(
            kek, kek_id, wrapped, log_id=self._log_id, subject=subject, generation=generation
        )

    def _connect(self) -> sqlite3.Connection:
        """A connection to the file as it stands now; it is opened for each use and kept for none.

        So a log that nobody asks holds no descriptor of it, a fork inherits none, and a file that
        was put back is found to be another one.
        """
        db = sqlite3.connect(
            f"{self.path.as_uri()}?mode=rw",
            timeout=_WAIT,
            isolation_level=None,
            check_same_thread=False,
            uri=True,
        )
        try:
            stood = self.path.stat()
            if (stood.st_dev, stood.st_ino) != self._stood:
                self._stood = (0, 0)
                if self._checked:
                    self._check(db)
                self._stood = (stood.st_dev, stood.st_ino)
        except BaseException:
            db.close()
            raise
        return db

    def _prepare(self, create: bool) -> None:
        with self._speaking(), self._links.lend() as db:
            if not db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
                if not create:
                    raise KeyMissing(
                        f"the key file {self.path} is empty, and this log has keys that stood in "
                        "it; put the right one back"
                    )
                with _writing(db):
                    for statement in _TABLES.split(";"):
                        db.execute(statement)
                    db.executemany(
                        "INSERT OR IGNORE INTO about VALUES (?, ?)",
                        (("log_id", self._log_id), ("master", self._master_check())),
                    )
            self._check(db)
            self._checked = True

    def _check(self, db: sqlite3.Connection) -> None:
        """Refuse keys of another log, and those of another master key."""
        try:
            about = dict(db.execute("SELECT name, value FROM about"))
        except sqlite3.OperationalError as error:
            if "no such table" not in str(error):
                raise
            raise KeyMissing(f"{self.path} is not a key file of mentorcore") from None
        if about.get("log_id") != self._log_id:
            raise KeyMissing(
                f"the key file {self.path} belongs to another log "
                f"({about.get('log_id', b'').hex()}); this one is {self._log_id.hex()}"
            )
        if about.get("master") != self._master_check():
            raise KeyMissing(
                f"{self.master_path} is not the master key of {self.path}; put the right one back"
            )

    def _master_check(self) -> bytes:
        """Tells one master key file from another without telling anything about its keys."""
        return hmac.digest(self._master.index, b"MCK1" + self._log_id, hashlib.sha256)

    def _make_master(self) -> None:
        """Write a new master key file in one step, unless another process just did."""
        if self.master_path.exists():
            return
        body = {
            "kek": {"1": self._random(KEY_BYTES).hex()},
            "current": 1,
            "index": self._random(KEY_BYTES).hex(),
        }
        draft = self.master_path.with_name(f"{self.master_path.name}.{os.urandom(8).hex()}")
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                json.dump(body, file)
                file.flush()
                os.fsync(file.fileno())
            try:
                # A link fails when the name is taken; a rename would replace the other's keys.
                os.link(draft, self.master_path)
            except FileExistsError:
                pass
            except OSError:  # a file system without links
                if not self.master_path.exists():
                    draft.rename(self.master_path)
        finally:
            draft.unlink(missing_ok=True)

    def _read_master(self) -> _Master:
        path = self.master_path
        if not path.exists():
            raise KeyMissing(
                f"the master key file {path} is not there; without it {self.path} opens nothing. "
                "Put it back from where it is kept apart"
            )
        owner_only(path)
        try:
            body = json.loads(path.read_text("ascii"))
            keks = {int(number): bytes.fromhex(key) for number, key in body["kek"].items()}
            master = _Master(keks, body["current"], bytes.fromhex(body["index"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise KeyMissing(f"{path} is not a master key file of mentorcore") from None
        sizes = {len(key) for key in (*keks.values(), master.index)}
        if sizes != {KEY_BYTES} or master.current not in keks:
            raise KeyMissing(f"{path} is damaged: a key in it is cut short or not there")
        return master

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        """Turn what SQLite says into words of ours."""
        try:
            yield
        except sqlite3.Error as error:
            code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
            if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise LogBusy(
                    f"the key file {self.path} is held by another process for over {_WAIT:.0f} s"
                ) from error
            if not self.path.exists():
                raise KeyMissing(
                    f"the key file {self.path} is not there any more; put it back. Nothing was "
                    "written to it"
                ) from error
            if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
                raise KeyMissing(f"{self.path} cannot be read as a key file: {error}") from error
            raise LogError(f"the key file {self.path} cannot be used: {error}") from error


def _row(db: sqlite3.Connection, subject: str) -> tuple[int, int, bytes | None] | None:
    """The newest generation of a person's key: its number, its master key, itself."""
    row: tuple[int, int, bytes | None] | None = db.execute(
        "SELECT generation, kek_id, wrapped FROM subject_key "
        "WHERE subject = ? ORDER BY generation DESC LIMIT 1",
        (subject,),
    ).fetchone()
    return row


@contextmanager
def _writing(db: sqlite3.Connection) -> Iterator[None]:
    """One durable transaction under the write lock; of what was deleted nothing stays."""
    db.execute("PRAGMA secure_delete = ON")
    db.execute("PRAGMA journal_mode = TRUNCATE")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        db.rollback()  # which does nothing where SQLite has rolled back by itself
        raise


def owner_only(path: Path) -> None:
    """Refuse a file of keys that other accounts of the machine can read."""
    if os.name == "nt":  # rights are lists there, and the mode says nothing about them
        return
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        raise KeyMissing(
            f"{path} can be read by others (mode {mode:04o}); say `chmod 600 {path}`, and think "
            "about whether its keys are still secret"
        )
