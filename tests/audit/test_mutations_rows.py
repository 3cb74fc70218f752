"""Whatever is done to the rows of a log is seen against a held checkpoint, in every store.

Every operation at every place of a small log always; of a log of 200 events with ``-m slow``.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from audit.made_logs import Auditor, MadeLog, events
from audit.row_operations import Rewritten, operations
from audit.vectors import KEY

from mentorcore.audit.bundle.loading import load_into
from mentorcore.audit.bundle.reader import ReadBundle
from mentorcore.audit.bundle.writer import write_bundle
from mentorcore.audit.verification.live_log import ShownLog
from mentorcore.audit.verification.verdicts import VerificationPolicy
from mentorcore.audit.verification.verifier import verify_store
from mentorcore.errors import LogError, UnfitRow
from mentorcore.log.stores.opening import open_store

SMALL, LARGE = 8, 200


def log_of(count: int) -> MadeLog:
    return MadeLog(events(count, gap_after=count // 2), [count // 3, count])


def in_files(count: int, tmp_path: Path) -> Counter[str]:
    """The verdicts on rewritten SQLite files, the audit's tables rewritten or left as they were."""
    whole, auditor, seen = log_of(count), Auditor(tmp_path), Counter[str]()
    auditor.hold(whole.note())
    path = tmp_path / "log.db"
    for what, rows in operations(whole.events):
        for all_hints in (False, True):
            try:
                Rewritten(whole, rows, all_hints=all_hints).file(path)
            except sqlite3.IntegrityError:
                seen["refused by the database"] += 1
                path.unlink()
                continue
            verdict = auditor.verify(path)["verdict"]
            assert verdict in ("changed", "truncated"), what
            seen[verdict] += 1
            path.unlink()
    return seen


def in_bundles(count: int, tmp_path: Path) -> Counter[str]:
    """The verdicts on bundles that were written anew from rewritten rows."""
    whole, auditor, seen = log_of(count), Auditor(tmp_path), Counter[str]()
    auditor.hold(whole.note())
    for number, (what, rows) in enumerate(operations(whole.events)):
        try:
            path = Rewritten(whole, rows, all_hints=True).bundle(tmp_path / f"{number}.zip")
        except UnfitRow:
            seen["no such bundle"] += 1
            continue
        verdict = auditor.verify(path)["verdict"]
        assert verdict in ("changed", "truncated"), what
        seen[verdict] += 1
        path.unlink()
    return seen


def in_postgres(count: int, tmp_path: Path, url: str) -> Counter[str]:
    """The verdicts on rows rewritten by SQL, and on the bundles exported after that."""
    whole, auditor, seen = log_of(count), Auditor(tmp_path), Counter[str]()
    auditor.hold(whole.note())
    store = open_store(url)
    load_into(store, ReadBundle(whole.bundle(tmp_path / "whole.zip")))
    store.close()
    store = open_store(url)
    demands = VerificationPolicy(keys=[KEY], held={"held": whole.note()})
    assert verify_store(store, demands).verdict == "verified"
    for number, (what, rows) in enumerate(operations(whole.events)):

        def rewrite(tables: Any, rows: Any = rows) -> None:
            tables._ask("DELETE FROM $.stored_events RETURNING 1", ())
            tables.put_events("notification_id", rows)

        try:
            store.ledger.write(rewrite)
        except LogError:
            seen["refused by the database"] += 1
            continue
        verdict = verify_store(store, demands).verdict
        assert verdict in ("changed", "truncated"), what
        seen[verdict] += 1
        path = tmp_path / f"{number}.zip"
        try:
            store.ledger.read(
                lambda t, to=path: write_bundle(ShownLog(t), to, origin=KEY.name, engine="0")  # type: ignore[misc]
            )
        except UnfitRow:
            seen["no such bundle"] += 1
            continue
        assert auditor.verify(path)["verdict"] == verdict, what
        path.unlink()
    store.close()
    return seen


def test_every_row_operation(tmp_path: Path) -> None:
    assert in_files(SMALL, tmp_path).total() > 200


def test_every_row_operation_on_a_bundle(tmp_path: Path) -> None:
    seen = in_bundles(SMALL, tmp_path)

    assert seen["changed"] + seen["truncated"] > 80


def test_every_row_operation_by_sql(tmp_path: Path, postgres_url: str) -> None:
    seen = in_postgres(SMALL, tmp_path, postgres_url)

    assert seen["changed"] + seen["truncated"] > 100


@pytest.mark.slow
def test_every_row_operation_on_a_longer_log(tmp_path: Path, postgres_url: str) -> None:
    for seen in (
        in_files(LARGE, tmp_path),
        in_bundles(LARGE, tmp_path),
        in_postgres(LARGE, tmp_path, postgres_url),
    ):
        print(dict(seen))
        assert seen.total() > 2_000
