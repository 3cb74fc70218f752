"""A log in one SQLite file: what it looks like, what it refuses, what it survives."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mentorcore.errors import LogBusy, LogError, NotALog
from mentorcore.log.storage.store import FORMAT, Draft, Entry, ViewRow
from mentorcore.log.stores.opening import open_store
from mentorcore.log.stores.sqlite.store import SQLiteStore

# The tables that verifiers and the `eventsourcing` library read, word for word.
AUDIT_TABLES = """
CREATE TABLE stored_events (rowid INTEGER PRIMARY KEY AUTOINCREMENT, originator_id TEXT NOT NULL, originator_version INTEGER NOT NULL, topic TEXT NOT NULL, state BLOB NOT NULL, UNIQUE(originator_id, originator_version)) STRICT;
CREATE TABLE audit_head (id INTEGER PRIMARY KEY CHECK(id=1), log_id BLOB NOT NULL, size INTEGER NOT NULL, last_position INTEGER NOT NULL, frontier BLOB NOT NULL) STRICT;
CREATE TABLE audit_leaf (idx INTEGER PRIMARY KEY, position INTEGER NOT NULL, h BLOB NOT NULL) STRICT;
CREATE TABLE audit_tile (level INTEGER NOT NULL, n INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY(level, n)) STRICT;
CREATE TABLE audit_checkpoint (size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;
CREATE TABLE audit_redacted (position INTEGER PRIMARY KEY, state_digest BLOB NOT NULL, residual BLOB) STRICT;
CREATE TABLE audit_sink (name TEXT PRIMARY KEY, size INTEGER NOT NULL, at TEXT NOT NULL, detail TEXT) STRICT;
"""


def now() -> datetime:
    return datetime.now(UTC)


def draft(stream: str, version: int = 1) -> Draft:
    return Draft(stream, version, "pairing.formed", b'{"at":"', b'"}')


def filled(path: Path, *streams: str) -> Path:
    store = open_store(str(path))
    for stream in streams:
        store.append([draft(stream)], (), now)
    store.close()
    return path


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def ask(path: Path, question: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(question).fetchall()


def names_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "program.db"


# What stands in the file


def test_the_tables_are_those_of_the_audit(path: Path) -> None:
    filled(path)

    stored: dict[str, str] = dict(
        ask(path, "SELECT name, sql FROM sqlite_master WHERE type = 'table'")
    )
    for expected in filter(None, map(str.strip, AUDIT_TABLES.split(";"))):
        name = expected.split()[2]
        found = re.sub(r"\(\s+", "(", " ".join(stored[name].split()))
        assert found == expected


def test_a_new_log_has_an_id_a_format_and_an_empty_tree(path: Path) -> None:
    store = open_store(str(path))

    assert ask(path, "SELECT * FROM audit_head") == [(1, store.log_id, 0, 0, b"")]
    assert ask(path, "SELECT * FROM log_meta") == [(1, FORMAT, "")]
    store.close()


def test_every_commit_is_on_the_disk_before_it_returns(path: Path) -> None:
    store = SQLiteStore(path)

    with store._links.lend() as kept, store._links.lend() as made:
        for connection in (kept, made):
            assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
            assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    store.close()


def test_nothing_but_the_file_is_left_when_the_log_is_closed(path: Path) -> None:
    filled(path, "a")

    assert names_in(path.parent) == ["program.db"]


def test_no_read_transaction_stays_open_between_calls(path: Path) -> None:
    store = SQLiteStore(path)
    store.append([draft("a")], (), now)
    store.page(0, 10)
    store.streams(["a", "b"])
    store.view_position("v")

    (busy, in_wal, moved) = ask(path, "PRAGMA wal_checkpoint(TRUNCATE)")[0]

    assert (busy, in_wal, moved) == (0, 0, 0)
    store.close()


@pytest.mark.parametrize("name", ["with space.db", "100%.db", "a?mode=memory.db", "#1.db", "é.db"])
def test_any_file_name_will_do(tmp_path: Path, name: str) -> None:
    filled(tmp_path / name, "a")

    assert names_in(tmp_path) == [name]
    again = open_store(str(tmp_path / name), create=False)
    assert again.tail() == 1
    assert again.url == str(tmp_path / name)
    again.close()


def test_a_copy_that_was_not_made_write_ahead_becomes_so_again(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    filled(path, "a", "b")
    change(path, f"VACUUM INTO '{copy}'")

    store = open_store(str(copy))

    assert [row.position for row in store.page(0, 10)] == [1, 2]
    store.close()
    assert ask(copy, "PRAGMA journal_mode") == [("wal",)]


def test_a_backup_taken_while_the_log_is_open_is_a_log(path: Path, tmp_path: Path) -> None:
    store = open_store(str(path))
    store.append([draft("a")], (), now)
    with (
        closing(sqlite3.connect(path)) as source,
        closing(sqlite3.connect(tmp_path / "backup.db")) as target,
    ):
        source.backup(target)

    backup = open_store(str(tmp_path / "backup.db"), create=False)

    assert backup.page(0, 10) == store.page(0, 10)
    backup.close()
    store.close()


# What is no log


def not_sqlite(path: Path) -> None:
    path.write_text("response_id,rating\n1,5\n" * 100)


def damaged(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)


def another_program(path: Path) -> None:
    change(path, "CREATE TABLE contacts (name TEXT)", "INSERT INTO contacts VALUES ('Ada')")


def stock_library(path: Path) -> None:
    change(path, "CREATE TABLE stored_events (originator_id TEXT, originator_version INTEGER)")


def claimed(path: Path) -> None:
    change(path, "PRAGMA application_id = 77")


def of_a_later_format(path: Path) -> None:
    change(filled(path, "a"), "UPDATE log_meta SET format = 3")


def of_an_earlier_format(path: Path) -> None:
    change(filled(path, "a"), "UPDATE log_meta SET format = 1")


def without_format(path: Path) -> None:
    change(filled(path, "a"), "DELETE FROM log_meta")


def without_a_table(path: Path) -> None:
    change(filled(path, "a"), "DROP TABLE audit_tile")


def without_the_index(path: Path) -> None:
    change(filled(path, "a"), "DROP INDEX view_row_group")


def with_a_view_in_place_of_the_events(path: Path) -> None:
    change(
        filled(path, "a"),
        "ALTER TABLE stored_events RENAME TO real_events",
        "CREATE VIEW stored_events AS SELECT * FROM real_events",
    )


def with_another_column(path: Path) -> None:
    change(filled(path, "a"), "ALTER TABLE stored_events ADD COLUMN note TEXT")


def with_a_trigger(path: Path) -> None:
    change(
        filled(path, "a"),
        "CREATE TRIGGER quiet AFTER INSERT ON stored_events BEGIN "
        "DELETE FROM stored_events WHERE rowid = new.rowid; END",
    )


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        (not_sqlite, "is not an SQLite database"),
        (damaged, "cannot be opened as a log"),
        (another_program, "an SQLite database of another program"),
        (stock_library, "an SQLite database of another program"),
        (claimed, "an SQLite database of another program"),
        (of_a_later_format, "is a log of format 3, and this version of mentorcore reads format 2"),
        (of_an_earlier_format, "it was written before the first release"),
        (without_format, "does not say which format"),
        (without_a_table, "the table audit_tile of the log is missing; restore it from a backup"),
        (without_the_index, "the index view_row_group of the log is missing"),
        (with_a_view_in_place_of_the_events, "the table stored_events of the log is not as it was"),
        (with_another_column, "the table stored_events of the log is not as it was made"),
        (with_a_trigger, "the trigger quiet on stored_events would act on the log by itself"),
    ],
)
@pytest.mark.parametrize("create", [True, False])
def test_what_is_no_log_of_ours_is_named_and_left_as_it_is(
    path: Path, prepare: Callable[[Path], None], message: str, create: bool
) -> None:
    prepare(path)
    before = path.read_bytes()

    with pytest.raises(NotALog, match=message):
        open_store(str(path), create=create)

    assert path.read_bytes() == before
    assert names_in(path.parent) == ["program.db"]


def test_a_folder_is_no_log(tmp_path: Path) -> None:
    with pytest.raises(NotALog, match=r"is a folder; give the path of a file in it"):
        open_store(str(tmp_path))


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotALog, match=r"the folder .*nowhere does not exist; create it first"):
        open_store(str(tmp_path / "nowhere" / "program.db"))

    assert names_in(tmp_path) == []


def test_a_missing_log_is_not_made_unless_asked_for(path: Path) -> None:
    with pytest.raises(NotALog, match="does not exist"):
        open_store(str(path), create=False)

    assert names_in(path.parent) == []


def test_an_empty_file_is_no_log_but_may_become_one(path: Path) -> None:
    path.touch()
    with pytest.raises(NotALog, match="is empty"):
        open_store(str(path), create=False)
    assert path.stat().st_size == 0

    filled(path, "a")

    assert ask(path, "SELECT count(*) FROM stored_events") == [(1,)]


@pytest.mark.parametrize("url", ["a\0b.db", "/dev/null"])
def test_a_path_that_cannot_hold_a_file_is_refused(url: str) -> None:
    with pytest.raises(NotALog):
        open_store(url)


def test_a_file_beside_which_others_keep_their_tables_is_still_a_log(path: Path) -> None:
    change(filled(path, "a"), "CREATE TABLE host_settings (x)", "CREATE VIEW host AS SELECT 1")

    open_store(str(path), create=False).close()


AS_SOMEBODY_ELSE = """
import os, sys
from mentorcore.errors import NotALog
from mentorcore.log.stores.opening import open_store

def attempt():
    try:
        open_store(sys.argv[1]).close()
    except NotALog as error:
        return str(error)

attempt()  # everything is imported while it may still be read
if os.geteuid() == 0:
    os.setgroups([])
    os.setegid(65534)
    os.seteuid(65534)
print(attempt())
"""


@pytest.mark.processes
@pytest.mark.parametrize(
    ("mode", "folder_mode", "message"),
    [
        (0o000, 0o777, "may not be read by this user"),
        (0o444, 0o777, "this user may not write to"),
        (0o666, 0o555, "may not write to the folder"),
    ],
)
def test_missing_rights_are_named(mode: int, folder_mode: int, message: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = filled(Path(folder, "program.db"), "a")
        path.chmod(mode)
        path.parent.chmod(folder_mode)

        said = subprocess.run(
            [sys.executable, "-c", AS_SOMEBODY_ELSE, str(path)],
            capture_output=True,
            text=True,
            check=False,
        )

        path.parent.chmod(0o755)
    assert message in said.stdout, said


# Positions


def test_positions_of_a_deleted_tail_are_never_given_again(path: Path) -> None:
    filled(path, "a", "b", "c", "d", "e", "f")
    change(path, "DELETE FROM stored_events WHERE rowid > 5")

    store = open_store(str(path))
    done = store.append([draft("g")], [Entry("key", b"k")], now)

    assert done.positions == (7,)
    assert store.lookup("key", [b"k"])[b"k"].position == 7
    assert [row.position for row in store.page(0, 10)] == [1, 2, 3, 4, 5, 7]
    store.close()


def test_positions_survive_a_vacuum(path: Path) -> None:
    filled(path, "a", "b", "c")
    change(path, "DELETE FROM stored_events WHERE rowid = 2", "VACUUM")

    store = open_store(str(path))

    assert [row.position for row in store.page(0, 10)] == [1, 3]
    store.close()


def test_a_view_ahead_of_a_restored_log_is_forgotten(path: Path) -> None:
    filled(path, "a", "b", "c")
    store = open_store(str(path))
    store.view_save("ahead", 0, 3, [ViewRow("c", "p", b"from the lost event")])
    store.view_save("behind", 0, 2, [ViewRow("b", "p", b"fine")])
    store.close()
    change(path, "DELETE FROM stored_events WHERE rowid = 3")

    again = open_store(str(path))

    assert again.views() == {"behind": 2}
    assert again.view_rows("ahead", ["c"]) == {}
    assert again.view_rows("behind", ["b"]) != {}
    again.close()


# Trouble


def test_a_full_disk_is_an_error_that_leaves_nothing_half_written(path: Path) -> None:
    store = SQLiteStore(path)
    store.append([draft("a")], (), now)
    with store._links.lend() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 3}")

    with pytest.raises(LogError, match="full"):
        store.append(
            [Draft("b", v, "n", b"x" * 3000, b"") for v in range(1, 50)],
            [Entry("key", b"k")],
            now,
        )

    assert store.tail() == 1
    assert store.entries("key") == {}
    with store._links.lend() as connection:
        connection.execute("PRAGMA max_page_count = 100000")
    store.append([draft("b")], (), now)
    assert store.tail() == 2
    store.close()


def test_an_error_that_somebody_keeps_does_not_keep_the_file_open(path: Path) -> None:
    """A log of errors holds the traceback, and in it whatever spoke to the file."""
    store = open_store(str(filled(path)))
    with closing(sqlite3.connect(path)) as other:
        other.execute(
            "CREATE TRIGGER no BEFORE INSERT ON stored_events BEGIN SELECT RAISE(ABORT, 'no'); END"
        )

    with pytest.raises(LogError) as kept:
        store.append([draft("pairing:a")], (), now)
    store.close()

    assert "no" in str(kept.value)
    assert names_in(path.parent) == [path.name]  # SQLite tidies up with the last connection


def test_a_lock_held_by_another_process_is_named(path: Path) -> None:
    filled(path, "a")
    store = open_store(str(path), lock_timeout=0.1)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(LogBusy, match=r"not granted within 0\.1 s: another process holds it"):
            store.append([draft("b")], (), now)

        with pytest.raises(LogBusy):
            store.view_save("v", 0, 1, [])
        assert store.tail() == 1

    store.append([draft("b")], (), now)
    store.close()


def test_a_file_that_another_process_keeps_locked_is_named(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        other.execute("CREATE TABLE x (y)")

        with pytest.raises(LogBusy, match=r"was locked by another process for 0\.1 s"):
            open_store(str(path), lock_timeout=0.1)

        other.execute("ROLLBACK")
    open_store(str(path), lock_timeout=0.1).close()


def test_a_damaged_page_is_an_error_that_names_the_log(path: Path) -> None:
    store = open_store(str(path))
    store.append([Draft("a", v, "n", b"x" * 900, b"") for v in range(1, 200)], (), now)
    store.close()
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xff" * 20_000)
    store = open_store(str(path))

    with pytest.raises(LogError, match=r"program\.db cannot be used: .*malformed"):
        store.page(0, 1000)

    store.close()


def test_a_second_connection_of_the_store_does_not_see_a_half_written_append(path: Path) -> None:
    store = SQLiteStore(path)

    def look() -> datetime:
        assert store.tail() == 0
        return now()

    store.append([draft("a")], (), look)

    assert store.tail() == 1
    store.close()
