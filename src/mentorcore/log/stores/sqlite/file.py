"""The file of a log: making one, and telling a log from everything else.

Making is atomic, so that two processes that open the same new path at once meet in one log.
Looking changes nothing: whatever is not a log of this format is named and left as it is.
"""

import os
import secrets
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from mentorcore.errors import LogBusy, NotALog
from mentorcore.log.storage.append_checks import other_format
from mentorcore.log.storage.store import FORMAT
from mentorcore.log.storage.tables import SQLITE_INDEXES, SQLITE_TABLES

__all__ = ["address", "connect", "copy_file", "is_busy", "may", "prepare", "write_ahead"]

LOG_ID_BYTES = 16
BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
OLDEST_SQLITE = (3, 37, 0)  # STRICT tables
READ_ONLY = "For questions it can be opened with read_only=True"
LIST = "SELECT name, type, tbl_name, sql FROM sqlite_master"


def address(path: Path, mode: str = "rw") -> str:
    """The ``file:`` address of a path; with mode ``rw`` a missing file is never made."""
    return f"{path.absolute().as_uri()}?mode={mode}"


def connect(uri: str, lock_timeout: float) -> sqlite3.Connection:
    """A connection whose commits are on the disk before they return."""
    connection = sqlite3.connect(
        uri, timeout=lock_timeout, isolation_level=None, check_same_thread=False, uri=True
    )
    try:
        connection.execute("PRAGMA synchronous=FULL")
    except BaseException:  # what stands there is no database
        connection.close()
        raise
    return connection


def is_busy(error: sqlite3.Error) -> bool:
    """Whether a lock was not granted in time."""
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF in BUSY


Connect = Callable[[Path, float], sqlite3.Connection]


def prepare(path: Path, create: bool, lock_timeout: float, to_read: Connect | None = None) -> None:
    """Make sure that a log of this format stands at *path*.

    Args:
        path: The file.
        create: Whether to make one when there is none.
        lock_timeout: Seconds to wait for others who are making it.
        to_read: Opens a log that is only to be read, so that no right to write is needed.

    Raises:
        NotALog: Something else stands there, or nothing can.
        LogBusy: Somebody else held the file for too long.
    """
    try:
        if not _stands(path, lock_timeout, to_read):
            if not create:
                state = "is empty, so it is no log" if path.exists() else "does not exist"
                raise NotALog(f"{path} {state}", is_free=True)
            _make(path, lock_timeout)
            _stands(path, lock_timeout)
    except sqlite3.Error as error:
        if is_busy(error):
            raise LogBusy(
                f"{path} was locked by another process for {lock_timeout} s; try again later"
            ) from error
        raise NotALog(f"{path} cannot be opened as a log: {error}") from error
    except PermissionError as error:
        raise NotALog(
            f"{path} may not be read by this user: give the user the right to read and write it"
        ) from error
    except (OSError, ValueError) as error:
        raise NotALog(f"{path} cannot be opened as a log: {error}") from error


def may(path: Path, what: int) -> bool:
    """Whether this user has a right to a file or folder, on a medium that can give it."""
    return os.access(path, what, effective_ids=os.access in os.supports_effective_ids)


def _stands(path: Path, lock_timeout: float, to_read: Connect | None = None) -> bool:
    """Whether a log stands at *path*; False when there is room to make one."""
    if "\0" in str(path):
        raise NotALog(f"{str(path)!r} cannot name a file")
    if path.is_dir():
        raise NotALog(f"{path} is a folder; give the path of a file in it, such as program.db")
    if not path.parent.is_dir():
        raise NotALog(f"the folder {path.parent} does not exist; create it first")
    is_closed = to_read is None and not may(path.parent, os.W_OK | os.X_OK)
    if is_closed:
        there = f". {READ_ONLY}" if path.is_file() else ""
        raise NotALog(
            f"this user may not write to the folder {path.parent}; a log keeps files beside it"
            f"{there}"
        )
    if not path.exists():
        return False
    if not path.is_file():
        raise NotALog(f"{path} is no ordinary file; choose another path")
    if path.stat().st_size == 0:
        return False
    if not may(path, os.R_OK):
        raise PermissionError
    if to_read is None and not may(path, os.W_OK):
        raise NotALog(f"this user may not write to {path}; give the user the right to. {READ_ONLY}")
    # Nobody but SQLite opens the file: closing a handle of our own would give back the locks that
    # other connections of this process hold, and another process, closing, would then delete the
    # write-ahead log under them.
    try:
        opening = to_read or _connect_to_write
        with closing(opening(path, lock_timeout)) as connection:
            return _holds_a_log(path, connection)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_NOTADB:
            raise
        raise NotALog(f"{path} cannot be opened as a log: {_what_it_is(path)}") from error


def _what_it_is(path: Path) -> str:
    with path.open("rb") as file:  # it is no database, so that no lock is given back with it
        if file.read(2) == b"PK":
            return (
                "it is a ZIP file; an export is verified, and asked (mentorcore.open_export, or "
                "`mentorcore status` and other questions)"
            )
    return (
        "it is not an SQLite database, or is damaged; choose another path, or restore it from a "
        "backup"
    )


def _connect_to_write(path: Path, lock_timeout: float) -> sqlite3.Connection:
    return connect(address(path), lock_timeout)


def _holds_a_log(path: Path, connection: sqlite3.Connection) -> bool:
    found = {name: (kind, table, sql) for name, kind, table, sql in connection.execute(LIST)}
    if not found:
        marks = [connection.execute(f"PRAGMA {m}").fetchone()[0] for m in MARKS]
        if not any(marks):
            return False
    if not {"log_meta", "stored_events"} <= found.keys():
        raise NotALog(
            f"{path} is an SQLite database of another program, not a log; choose another path"
        )
    try:
        row = connection.execute("SELECT format FROM log_meta WHERE id = 1").fetchone()
    except sqlite3.OperationalError:
        row = None
    if row is None:
        raise NotALog(f"{path} does not say which format of log it is; restore it from a backup")
    if row[0] != FORMAT:
        raise other_format(str(path), row[0])
    _compare(path, found)
    head = connection.execute("SELECT log_id FROM audit_head").fetchone()
    if head is None or len(head[0]) != LOG_ID_BYTES:
        raise NotALog(f"{path} does not say which log it is; restore it from a backup")
    return True


MARKS = ("application_id", "user_version")
MADE = {
    **{n: ("table", f"CREATE TABLE {n} {body}") for n, body in SQLITE_TABLES.items()},
    **{n: ("index", f"CREATE INDEX {n} ON {body}") for n, body in SQLITE_INDEXES.items()},
}
"""What is made when a log is made: once, and never changed."""


def _compare(path: Path, found: dict[str, tuple[str, str, str | None]]) -> None:
    for name, (kind, sql) in MADE.items():
        there = found.get(name)
        if there is None or there[0] != kind or _plain(there[2] or "") != _plain(sql):
            state = "is missing" if there is None else "is not as it was made"
            raise NotALog(f"{path}: the {kind} {name} of the log {state}; restore it from a backup")
    for name, (kind, table, _sql) in found.items():
        if kind == "trigger" and table in SQLITE_TABLES:
            raise NotALog(
                f"{path}: the trigger {name} on {table} would act on the log by itself; remove it"
            )


def _plain(sql: str) -> str:
    return " ".join(sql.split())


def _make(path: Path, lock_timeout: float) -> None:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise NotALog(
            f"a log needs SQLite 3.37 or newer, and this Python has {sqlite3.sqlite_version}"
        )
    with closing(connect(address(path, "rwc"), lock_timeout)) as connection:
        write_ahead(connection, lock_timeout)
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
            for _kind, statement in MADE.values():
                connection.execute(statement)
            connection.execute(
                "INSERT INTO audit_head VALUES (1, ?, 0, 0, x'')", (secrets.token_bytes(16),)
            )
            connection.execute("INSERT INTO log_meta VALUES (1, ?, '')", (FORMAT,))
            # The library's mark for its tracking with one row a view.
            connection.execute("INSERT INTO tracking VALUES ('__migration__', 1)")
        connection.execute("COMMIT")


def write_ahead(connection: sqlite3.Connection, lock_timeout: float) -> None:
    """Switch to the write-ahead log; SQLite itself does not wait for others here."""
    until = time.monotonic() + lock_timeout
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > until:
                raise
            time.sleep(0.005)
        else:
            return


BESIDE = ("log_index", "view_row", "tracking")


def copy_file(path: Path, to: Path, mark: tuple[str, bytes], along: tuple[str, ...] = ()) -> None:
    """Copy a log into a new file, without what is kept beside its events.

    The copy is whole in itself, no write-ahead log belongs to it, and positions go on where they
    stood. Indexes and views can be made again; whoever is given the copy has no need of them.

    Args:
        path: The log.
        to: The new file.
        mark: Kind and digest of the entry of the index by which it is known as a copy.
        along: Kinds of entries of the index that go along, since the events say nothing without.

    Raises:
        NotALog: It cannot be written there.
    """
    part = to.with_name(f".{to.name}.part{os.getpid()}")
    try:
        with closing(connect(address(path), 10.0)) as connection:
            connection.execute("VACUUM INTO ?", (str(part),))
        with closing(connect(address(part), 10.0)) as copy:
            kept = copy.execute("SELECT * FROM log_index").fetchall() if along else []
            for table in BESIDE:
                copy.execute(f"DELETE FROM {table}")  # noqa: S608 - the names above
            rows = [row for row in kept if row[0] in along]
            copy.executemany("INSERT INTO log_index VALUES (?, ?, ?, ?, ?, ?)", rows)
            copy.execute("INSERT INTO tracking VALUES ('__migration__', 1)")
            copy.execute("INSERT INTO log_index VALUES (?, ?, NULL, NULL, 0, 0)", mark)
            copy.execute("VACUUM")  # so that nothing of it is left in free pages
        part.rename(to)
    except (sqlite3.Error, OSError) as error:
        raise NotALog(f"{path} cannot be copied to {to}: {error}") from error
    finally:
        part.unlink(missing_ok=True)
