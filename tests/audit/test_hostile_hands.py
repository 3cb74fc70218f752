"""Whoever hands a log over can write into it what no program of ours would have written."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from audit.made_logs import Auditor, MadeLog, events

COUNT = 8
DISGUISED = (
    "CREATE TRIGGER later AFTER INSERT ON stored_events BEGIN "
    "UPDATE stored_events SET topic = 'pairing.ended' WHERE rowid = new.rowid; END"
)


@pytest.fixture
def auditor(tmp_path: Path) -> Auditor:
    return Auditor(tmp_path)


def with_checkpoints(folder: Path, lines: list[Any]) -> Path:
    """The bundle in a folder with other checkpoints, and a manifest that says the same."""
    data = "".join(json.dumps(line) + "\n" for line in lines).encode()
    (folder / "checkpoints.jsonl").write_bytes(data)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest["files"]["checkpoints.jsonl"] = [len(data), sha256(data).hexdigest()]
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


@pytest.mark.parametrize("size", [None, False, "8", 8.5, [8], {}])
def test_a_checkpoint_that_came_along_is_never_taken_for_one_that_is_held(
    size: Any, auditor: Auditor, tmp_path: Path
) -> None:
    """A checkpoint that stands under no size would have been one from outside."""
    made = MadeLog(events(COUNT))
    path = with_checkpoints(made.bundle(tmp_path / "bundle"), [[size, made.note()]])

    report = auditor.verify(path)

    assert report["covered"] == 0
    assert report["verdict"] == "bad-signature"


def test_a_table_of_checkpoints_made_anew_holds_nothing_from_outside(
    auditor: Auditor, tmp_path: Path
) -> None:
    made = MadeLog(events(COUNT))
    path = made.file(tmp_path / "log.db")
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP TABLE audit_checkpoint")
        db.execute("CREATE TABLE audit_checkpoint(size, note)")
        db.execute("INSERT INTO audit_checkpoint VALUES (NULL, ?)", [made.note()])
        db.commit()

    assert auditor.verify(path)["covered"] == 0


@pytest.mark.parametrize("ids", [[], [b"\0" * 16, bytes(range(16))], ["0" * 16], [7], [None]])
def test_a_log_of_no_id_or_of_two_is_unreadable(
    ids: list[Any], auditor: Auditor, tmp_path: Path
) -> None:
    made = MadeLog(events(COUNT))
    auditor.hold(made.note())
    path = made.file(tmp_path / "log.db")
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP TABLE audit_head")
        db.execute("CREATE TABLE audit_head(id, log_id, size, last_position, frontier)")
        db.executemany("INSERT INTO audit_head VALUES (1, ?, 0, 0, x'')", [[i] for i in ids])
        db.commit()

    assert auditor.verify(path)["verdict"] == "unreadable"


@pytest.mark.parametrize("kind", ["table", "index", "Trigger", ""])
@pytest.mark.parametrize(
    "made",
    [
        DISGUISED,
        DISGUISED.replace("TRIGGER", "TEMP TRIGGER"),
        "create /* TABLE */ trigger t after delete on audit_leaf begin select 1; end",
        "CREATE VIEW shown AS SELECT * FROM stored_events",
    ],
)
def test_what_acts_on_the_log_is_found_under_any_name_of_its_kind(
    kind: str, made: str, auditor: Auditor, tmp_path: Path
) -> None:
    """SQLite obeys the text of an entry of its schema, whatever kind the entry says it is."""
    log = MadeLog(events(COUNT))
    auditor.hold(log.note())
    path = log.file(tmp_path / "log.db")
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA writable_schema=ON")
        db.execute(
            "INSERT INTO sqlite_master VALUES (?, 'later', 'audit_sink', 3, ?)", [kind, made]
        )
        db.commit()

    assert auditor.verify(path)["verdict"] in ("schema", "unreadable")


def test_what_stands_before_the_archive_is_refused(auditor: Auditor, tmp_path: Path) -> None:
    """Another program could read the first of two archives."""
    made = MadeLog(events(COUNT))
    auditor.hold(made.note())
    path = made.bundle(tmp_path / "whole.zip")
    longer = tmp_path / "longer.zip"
    longer.write_bytes(
        MadeLog(events(COUNT + 1)).bundle(tmp_path / "o.zip").read_bytes() + path.read_bytes()
    )

    with zipfile.ZipFile(longer) as both:
        assert both.testzip() is None
    assert auditor.verify(longer)["verdict"] == "unreadable"
