"""Of several faults the gravest is the verdict, and no fault hides another."""

from __future__ import annotations

import re
from pathlib import Path

from audit.made_logs import NONCE, Auditor, MadeLog, events, state

from mentorcore.audit import standalone

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
