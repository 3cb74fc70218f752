"""Every byte of a log may be changed: nobody ever reads something else and is told `verified`.

A sample of bytes always; with ``-m slow`` every byte of a larger file and of a larger bundle, in
some minutes:

    pytest -m slow tests/audit/test_mutations_bytes.py -s
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from audit.made_logs import Auditor, MadeLog, events, state
from audit.mutations import Outcome, bytes_changed, read_file

from mentorcore.audit.bundle.reader import ReadBundle
from mentorcore.errors import IntegrityError

PRIME = 97
"""A sample takes every so many bytes, so that no period of a page hides any."""


def file_of(log: MadeLog, path: Path, page: int) -> Path:
    """The log as a file without free pages, so that nearly every byte means something."""
    log.file(path)
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA page_size={page}")
        db.execute("VACUUM")
    return path


def in_file(whole: Path, auditor: Auditor, offsets: Iterable[int]) -> Outcome:
    """Each of these bytes of an SQLite file changed in turn."""
    outcome = Outcome(auditor.verify, read_file, whole)
    changed = whole.with_name("changed.db")
    for offset, data in bytes_changed(whole.read_bytes(), offsets):
        changed.write_bytes(data)
        outcome.see(offset, changed)
        for beside in changed.parent.glob("changed.db-*"):
            beside.unlink()
    return outcome


def read_bundle(path: Path) -> Any:
    """All that an auditor reads of a bundle, but for what the manifest says of itself."""
    try:
        read = ReadBundle(path)
        rows, notes = list(read.rows()), list(read.notes())
    except (IntegrityError, OSError) as error:
        return f"not read: {error}"
    beside = {
        p.relative_to(path).as_posix(): p.read_bytes() for p in path.glob("schema/*")
    } if path.is_dir() else {}  # fmt: skip
    return rows, beside, read.log_id, notes, read.redactions()


def in_bundle(whole: Path, auditor: Auditor, every: int) -> Outcome:
    """Bytes of each file of a bundle changed in turn."""
    outcome = Outcome(auditor.verify, read_bundle, whole)
    for file in sorted(p for p in whole.rglob("*") if p.is_file()):
        data = file.read_bytes()
        for offset, changed in bytes_changed(data, range(0, len(data), every)):
            file.write_bytes(changed)
            outcome.see((file.name, offset), whole)
        file.write_bytes(data)
    return outcome


def in_zip(whole: Path, auditor: Auditor, every: int) -> Outcome:
    """Bytes of a zipped bundle changed in turn."""
    outcome = Outcome(auditor.verify, read_bundle, whole)
    changed = whole.with_name("changed.zip")
    data = whole.read_bytes()
    for offset, mutated in bytes_changed(data, range(0, len(data), every)):
        changed.write_bytes(mutated)
        outcome.see(offset, changed)
    return outcome


def log_of(count: int) -> MadeLog:
    rows = [*events(count, gap_after=3), (count + 2, "audit:1", 1, "audit.challenged", state(0))]
    return MadeLog(rows, [count // 2, count + 1])


def told(log: MadeLog, folder: Path) -> Auditor:
    auditor = Auditor(folder)
    auditor.hold(log.note())
    return auditor


def test_bytes_of_the_database(tmp_path: Path) -> None:
    log = log_of(8)
    whole = file_of(log, tmp_path / "log.db", 512)
    size = whole.stat().st_size

    outcome = in_file(whole, told(log, tmp_path), range(0, size, PRIME))

    assert outcome.silent == []
    assert outcome.total > 250
    assert outcome.verdicts["changed"] > 20


def test_bytes_of_a_bundle(tmp_path: Path) -> None:
    log = log_of(8)
    whole = log.bundle(tmp_path / "bundle", beside={"schema/a.1.json": '{"title":"a"}\n'})

    outcome = in_bundle(whole, told(log, tmp_path), 19)

    assert outcome.silent == []
    assert outcome.total > 250
    assert outcome.verdicts["changed"] > 80


def test_bytes_of_a_zipped_bundle(tmp_path: Path) -> None:
    log = log_of(8)
    whole = log.bundle(tmp_path / "bundle.zip")

    outcome = in_zip(whole, told(log, tmp_path), 23)

    assert outcome.silent == []
    assert outcome.total > 150


@pytest.mark.slow
def test_every_byte_of_the_database(tmp_path: Path) -> None:
    log = log_of(110)
    whole = file_of(log, tmp_path / "log.db", 1024)
    size = whole.stat().st_size

    outcome = in_file(whole, told(log, tmp_path), range(size))

    print(dict(outcome.verdicts))
    assert outcome.silent == []
    assert outcome.total >= 100_000


@pytest.mark.slow
def test_every_byte_of_a_bundle(tmp_path: Path) -> None:
    log = log_of(215)
    whole = log.bundle(tmp_path / "bundle", beside={"schema/a.1.json": '{"title":"a"}\n'})

    outcome = in_bundle(whole, told(log, tmp_path), 1)

    print(dict(outcome.verdicts))
    assert outcome.silent == []
    assert outcome.total >= 100_000


@pytest.mark.slow
def test_every_byte_of_a_zipped_bundle(tmp_path: Path) -> None:
    log = log_of(190)
    whole = log.bundle(tmp_path / "bundle.zip")

    outcome = in_zip(whole, told(log, tmp_path), 1)

    print(dict(outcome.verdicts))
    assert outcome.silent == []
