"""The key file beside a log (`NAME.keys`) and its master key (`NAME.kek`), readable by their owner.

A copy of the log alone carries no key; a copy of the key file alone opens nothing. Whoever holds
all three files reads everything, so back them up apart from each other, and keep the master key
where it can be destroyed.
"""

import hashlib
import hmac
import os
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from mentorcore.errors import KeyMissing, LogBusy, LogError
from mentorcore.log.sealing.keys import KEY_BYTES, KeyEntry, lost, tombstoned, unwrap, wrap
from mentorcore.log.sealing.master_key_file import (
    Master,
    make_master,
    owner_only,
    read_master,
)
from mentorcore.log.sealing.rows_ahead import ROWS, TOGETHER, RowsAhead
from mentorcore.log.storage.connection_pool import ConnectionPool
from mentorcore.log.storage.open_files import with_room

__all__ = ["KeyFile"]

_WAIT = 10.0
FEW = 2
"""Up to so many logs a process keeps their key files open; with more, each is opened as needed."""

_in_use: "weakref.WeakSet[KeyFile]" = weakref.WeakSet()
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


class KeyFile:
    """The keys of one log in an SQLite file, safe for several processes at once.

    Args:
        path: The key file, by custom ``NAME.keys`` beside the log; the master key stands beside
            it as ``NAME.kek``.
        log_id: The log's id; a key file of another log is refused.
        create: Whether to make the files when they are not there. A log that already holds
            sealed values must say no, or its lost keys would be replaced by useless new ones.
        random: Where random bytes come from.
        read_only: Whether no key is going to be made, so that the file may lie where nothing can
            be written.

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
        read_only: bool = False,
    ) -> None:
        self.path = Path(path).absolute()  # a daemon goes to another folder
        self.master_path = (
            self.path.with_suffix(".kek")
            if self.path.suffix == ".keys"
            else self.path.with_name(self.path.name + ".kek")
        )
        self._log_id = log_id
        self._random = random
        self._read_only = read_only
        self._turn = threading.Lock()
        self._stood, self._checked = (0, 0), False
        self._links = ConnectionPool(
            lambda: with_room(self._connect),
            lambda db: not db.in_transaction,
            keep=0,
            spare=lambda: int(self._checked and len(_in_use) <= FEW),
            what=f"the key file {self.path}",
        )
        self._ahead = RowsAhead(self.path)
        try:
            self._master = with_room(lambda: self._opened(create))
        except OSError as error:
            raise LogError(f"the key file {self.path} cannot be used: {error}") from error
        _in_use.add(self)
        if len(_in_use) > FEW:
            for one in list(_in_use):
                one.rest()

    def _opened(self, create: bool) -> Master:
        """Make the files, if they may be made, and look whether they are the right ones."""
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
            make_master(self.master_path, self._random)
        master = read_master(self.master_path, self.path)
        if not there:
            with suppress(FileExistsError):
                os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        owner_only(self.path)
        self._prepare(create, master)
        return master

    def index_key(self) -> bytes:
        """The key of the index beside the log."""
        return self._master.index

    def deks(self, subjects: Sequence[str], mint: bool) -> dict[str, tuple[int, bytes]]:
        """The current keys; with *mint*, new ones for people who have none, in one transaction."""
        with self._asking() as db:
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
            with self._asking() as db:
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
        with self._asking() as db, self._turn, _writing(db):
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
        with self._asking() as db:
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
        with self._asking() as db, self._turn, _writing(db):
            db.executemany("INSERT INTO subject_key VALUES (?, ?, ?, ?, ?, ?)", rows)
        return len(rows)

    def _wrapped(self, entry: KeyEntry) -> bytes | None:
        return None if entry.dek is None else self._wrap(entry.subject, entry.generation, entry.dek)

    def rest(self) -> None:
        """Close the file until it is needed again."""
        self._links.drop()

    def close(self) -> None:
        """Give everything back."""
        _in_use.discard(self)
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
        """A connection to the file as it stands now, which may be another one than it was."""
        db = sqlite3.connect(
            f"{self.path.as_uri()}?mode={'ro' if self._read_only else 'rw'}",
            timeout=_WAIT,
            isolation_level=None,
            check_same_thread=False,
            uri=True,
        )
        try:
            if not self._read_only:
                db.execute("PRAGMA secure_delete = ON")
                db.execute("PRAGMA journal_mode = TRUNCATE")
                db.execute("PRAGMA synchronous = FULL")
            if self._checked and self._stood != (now := self._stands()):
                self._check(db, self._master)
                self._stood = now
        except BaseException:
            db.close()
            raise
        return db

    @contextmanager
    def _asking(self) -> Iterator[sqlite3.Connection]:
        """A connection to the file that stands there now."""
        with self._speaking():
            if self._stands() != self._stood:  # it was put back; what is kept leads to the old one
                self._links.drop()
            with self._links.lend() as db:
                yield db

    def _stands(self) -> tuple[int, int]:
        """Which file it is, by device and number."""
        found = os.stat(self.path)  # noqa: PTH116 - at each use
        return found.st_dev, found.st_ino

    def _prepare(self, create: bool, master: Master) -> None:
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
                        (("log_id", self._log_id), ("master", self._master_check(master))),
                    )
            self._check(db, master)
            self._stood = self._stands()
        self._checked = True

    def _check(self, db: sqlite3.Connection, master: Master) -> None:
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
        if about.get("master") != self._master_check(master):
            raise KeyMissing(
                f"{self.master_path} is not the master key of {self.path}; put the right one back"
            )

    def _master_check(self, master: Master) -> bytes:
        """Tells one master key file from another without telling anything about its keys."""
        return hmac.digest(master.index, b"MCK1" + self._log_id, hashlib.sha256)

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        """Turn what SQLite says into words of ours."""
        try:
            yield
        except (sqlite3.Error, FileNotFoundError) as error:
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
    """One durable transaction under the write lock."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        db.rollback()  # which does nothing where SQLite has rolled back by itself
        raise
