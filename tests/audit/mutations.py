"""Changing a log behind everybody's back, and what is read from it afterwards.

A mutation is *silent* when the verifier says `verified` and somebody reads something else than
before: the application, through the table or through its index, or the auditor. Mutations that
change nothing that anybody reads (free pages, counters, caches) are counted apart.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

MASKS = (0x01, 0xFF)
LEFT_OUT = 3
"""Where `read_file` has the checkpoints that came along."""

Verify = Callable[[Path], dict[str, Any]]
Read = Callable[[Path], Any]


def read_file(path: Path) -> Any:
    """All that the application and an auditor read of the log in an SQLite file."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
            db.text_factory = bytes
            by_position = db.execute("SELECT * FROM stored_events ORDER BY rowid").fetchall()
            by_index = [
                db.execute(
                    "SELECT * FROM stored_events WHERE originator_id = CAST(? AS TEXT) "
                    "ORDER BY originator_version",
                    [stream],
                ).fetchall()
                for stream in sorted({row[1] for row in by_position})
            ]
            return (
                by_position,
                by_index,
                db.execute("SELECT count(*), max(rowid) FROM stored_events").fetchall(),
                db.execute("SELECT * FROM audit_checkpoint").fetchall(),
                db.execute("SELECT * FROM audit_redacted").fetchall(),
                db.execute("SELECT log_id FROM audit_head").fetchall(),
            )
    except sqlite3.Error as error:
        return f"not read: {error}"


def bytes_changed(whole: bytes, offsets: Iterable[int]) -> Iterator[tuple[tuple[int, int], bytes]]:
    """The same bytes with one of them changed, for each mask; and which one it was."""
    for offset in offsets:
        for mask in MASKS:
            changed = bytes((whole[offset] ^ mask,))
            yield (offset, mask), whole[:offset] + changed + whole[offset + 1 :]


class Outcome:
    """What became of many mutations.

    Attributes:
        verdicts: How many had each verdict; ``no effect`` where nothing else is read, ``told`` where
            a checkpoint that came along was changed and the report says that it was left out.
        silent: The mutations that nobody would have seen; there must be none.
    """

    def __init__(self, verify: Verify, read: Read, whole: Path) -> None:
        self.verdicts: Counter[str] = Counter()
        self.silent: list[Any] = []
        self._verify = verify
        self._read = read
        self._before = read(whole)

    def see(self, mutation: object, path: Path) -> str:
        """Verify the log as it is now, and say what that shows."""
        report = self._verify(path)
        verdict: str = report["verdict"]
        if verdict == "verified":
            verdict = "no effect"
            now = self._read(path)
            if now != self._before:
                verdict = "told" if self._told(report, now) else "silent"
        if verdict == "silent":
            self.silent.append(mutation)
        self.verdicts[verdict] += 1
        return verdict

    def _told(self, report: dict[str, Any], now: Any) -> bool:
        """Whether only a checkpoint that came along is another, and the report leaves it out."""
        if isinstance(now, str):
            return False
        parts = enumerate(zip(self._before, now, strict=True))
        others = {n for n, (before, after) in parts if before != after}
        return others == {LEFT_OUT} and any("was left out" in n for n in report["notices"])

    @property
    def total(self) -> int:
        return self.verdicts.total()
