"""Of several faults the gravest is the verdict, and no fault hides another."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from audit.made_logs import NONCE, Auditor, MadeLog, events, state

from mentorcore.audit import standalone

Hand = Callable[[Path, dict[str, Any]], object]
REFERENCE = Path(__file__).parents[2] / "docs/reference/verifier.md"


def test_the_order_is_that_of_the_table() -> None:
    table = REFERENCE.read_text("utf-8").partition("## (1)")[0]

    rows = re.findall(r"^\| (\d) \| `([a-z-]+)` \|", table, re.MULTILINE)

    assert [verdict for _, verdict in rows] == list(standalone.ORDER)


def test_an_altered_log_is_not_called_stale(tmp_path: Path) -> None:
    made, auditor = MadeLog(events(8), [8]), Auditor(tmp_path)
    auditor.hold(made.note())
    rows = [*made.events[:5], (6, *made.events[5][1:4], state(0)), *made.events[6:]]
    altered = MadeLog(rows, []).bundle(tmp_path / "altered.zip")
    whole = made.bundle(tmp_path / "whole.zip")

    changed, stale = auditor.verify(altered, nonce=NONCE), auditor.verify(whole, nonce=NONCE)

    assert (changed["verdict"], stale["verdict"]) == ("changed", "stale")
    assert {fault["verdict"] for fault in changed["faults"]} == {"changed", "stale"}


def said(statement: str) -> Hand:
    """Somebody says this to the database, past the program."""

    def alter(log: Path, _asked: dict[str, Any]) -> None:
        with closing(sqlite3.connect(log)) as db, db:
            db.execute(statement)

    return alter


def held(note: str) -> Hand:
    """The auditor holds this, too."""

    def hold(log: Path, asked: dict[str, Any]) -> None:
        path = log.with_name(f"{len(asked['checkpoint'])}.txt")
        path.write_text(note, "utf-8")
        asked["checkpoint"] = [*asked["checkpoint"], str(path)]

    return hold


WHOLE = MadeLog(events(8), [4, 8])
OTHER = MadeLog([*WHOLE.events[:7], (8, *WHOLE.events[7][1:4], state(99))])
IN_ROWS: dict[str, tuple[str, Hand]] = {
    "an edited state": (
        "changed",
        said("UPDATE stored_events SET state = x'7b7d' WHERE rowid = 6"),
    ),
    "another name": ("changed", said("UPDATE stored_events SET topic = 'a.b' WHERE rowid = 7")),
    "a missing end": ("truncated", said("DELETE FROM stored_events WHERE rowid = 8")),
    "no nonce": ("stale", lambda _, asked: asked.update(nonce=NONCE)),
}
BESIDE: dict[str, tuple[str, Hand]] = {
    "two notes of one size": ("fork", held(OTHER.note())),
    "a view": ("schema", said("CREATE VIEW v AS SELECT 1")),
    "an index": ("schema", said("CREATE INDEX i ON stored_events (topic)")),
    "a wrong note": ("bad-signature", held(WHOLE.note()[:-6] + "AAA=\n")),
    "a kept note": ("bad-signature", said("UPDATE audit_checkpoint SET note = 'x' WHERE size = 4")),
    "no note": ("unreadable", held("hello\n")),
    "no log id": ("unreadable", said("DELETE FROM audit_head")),
    "no removals": ("unreadable", said("DROP TABLE audit_redacted")),
}

ONE_ROOT = {"an edited state", "another name", "a missing end"}
"""Of these one root that does not fit tells; which it is, depends on the checkpoint."""


@pytest.mark.parametrize("first", [*IN_ROWS, *BESIDE])
def test_of_two_faults_of_a_file_the_graver_is_the_verdict(first: str, tmp_path: Path) -> None:
    faults = IN_ROWS | BESIDE
    whole, auditor = WHOLE.file(tmp_path / "whole.db"), Auditor(tmp_path)
    auditor.hold(WHOLE.note())
    for second in list(faults)[list(faults).index(first) + 1 :]:
        if {first, second} <= ONE_ROOT:
            continue
        log, asked = tmp_path / "log.db", dict[str, Any](checkpoint=auditor.held)
        shutil.copyfile(whole, log)
        for name in (first, second):
            faults[name][1](log, asked)

        report = auditor.verify(log, **asked)

        unseen = IN_ROWS if "no log id" in (first, second) else {}
        due = {faults[name][0] for name in (first, second) if name not in unseen}
        assert report["verdict"] == min(due, key=standalone.ORDER.index), (first, second)
        assert due <= {fault["verdict"] for fault in report["faults"]}, (first, second)
