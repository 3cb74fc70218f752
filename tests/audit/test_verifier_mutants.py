"""No verifier with a fault passes all the vectors, wherever the fault is."""

from __future__ import annotations

import re
import shutil

import pytest
from audit.mutants import Mutant, tried

BEYOND = "no vector has 200,001 files, a line of 64 MiB, 256,000 events or 2^38 bytes"
WORDS = "only what is said to people is another"
TWICE = "what stands behind it or before it refuses the same, with the same verdict"
HARDENING = "it keeps SQLite from what no sound file makes it do"
EQUIVALENT: dict[str, list[tuple[str, str]]] = {
    "python": [
        (
            r"(200000|26|38|1) in LINE, MEMBERS|len\(members\) >|file_size for m|'the archive holds",
            BEYOND,
        ),
        (r"in CONTROL = |is no part of one|is more than a checkpoint", WORDS),
        (r"in LATEST = |253_?000_?000_?000", "a day near the last one there is"),
        (r"in Note = namedtuple", "its name, and defaults that are never left"),
        (
            r"strict_mode=True|not found or |row\[4\] or b'\{\}'|in state = json.loads\(row\[4\]",
            TWICE,
        ),
        (r"= int.from_bytes\(plain\[32:36\]\)", "a value of more than 16 MiB"),
        (
            r"is a link, or no file|p.is_symlink\(\)",
            "the folder keeps no links; test_hostile_archives has some",
        ),
        (r"m.flag_bits & 1 or", TWICE),
        (r"PRAGMA|cell_size_check|in for p in \(|query_only", HARDENING),
        (r"type\(state\) is not bytes", "the table is STRICT"),
        (r"note.signed and self.signed >", "without a key nothing is signed"),
        (r"index < start or|row is None or leaf_hash|index, after\) == h|no row differs", WORDS),
        (r"under another size", WORDS),
    ],
    "javascript": [
        (r"in const LINE|count <= 200_000|total \+ size|% 1000n", BEYOND),
        (r"depth", "how deep JSON may be nested is not said"),
        (
            r"\[\.\.\.times\.values\(\)\]\.sort|in const earliest|a > b \? a : b",
            "of equals either is taken",
        ),
        (
            r"sound\((end >= 0|stop \+ 56|at \+ 46|start \+ length)|end >= 20|in const there = ",
            TWICE,
        ),
        (r'what = "(an event is missing|this event does not)|number (\+=|= 0)|are not read', WORDS),
        (r"Date\.now\(\)", "the clock of whoever runs it"),
        (r"told\.size \?\? 0n|position >= 1n", TWICE),
    ],
}
"""Mutants that no vector tells from the original: a pattern of what changed, and why."""


def unexplained(language: str, lives: list[Mutant]) -> list[str]:
    known = EQUIVALENT[language]
    return [str(m) for m in lives if not any(re.search(pattern, str(m)) for pattern, _ in known)]


@pytest.mark.slow
@pytest.mark.processes
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("language", ["python", "javascript"])
def test_every_mutant_answers_some_case_otherwise(language: str) -> None:
    if language == "javascript" and shutil.which("node") is None:
        pytest.skip("needs node")

    mutants = list(tried(language))

    assert unexplained(language, [mutant for mutant, shown in mutants if shown is None]) == []
    assert len(mutants) > 500
