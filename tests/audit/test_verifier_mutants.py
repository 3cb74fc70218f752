"""No verifier with a fault passes all the vectors, wherever the fault is."""

from __future__ import annotations

import re
import shutil

import pytest
from audit.mutants import Mutant, tried

BEYOND = "no vector has 200,001 files, a line of 64 MiB, 256,000 events or 2^38 bytes"
WORDS = "only what is said to people is another"
TWICE = "what stands behind it or before it refuses the same, with the same verdict"
EQUAL = "of equals either is taken, or two texts of different lengths are never equal"
HARDENING = "it keeps SQLite from what no sound file makes it do"
LINKS = "the folder keeps no links; test_hostile_archives has some"
OPENING = "no vector has a -wal or lies where nobody writes; test_standalone has such files"
RETHROWN = "no input makes an error of another kind: that would be a fault of the verifier"
EQUIVALENT: dict[str, list[tuple[str, str]]] = {
    "python": [
        (
            (
                r"(200000|26|38|1) in LINE, MEMBERS|len\(members\) >|file_size for m|'the archive holds"
                r"|len\(rest\) > LINE|break in break|100[01] in path, rest|999 in path, rest"
                r"|rest // 1000|1000 in path"
            ),
            BEYOND,
        ),
        (
            (
                r"in CONTROL = |MOVES_A_CURSOR|is no part of one|is more than a checkpoint|it is of another log"
                r"|'\\n' in (text|rest) = |0 in rest = |in number(, .*)? = |enumerate\(self.lines\(name\), 1"
                r"|'twins'|'(reason|name)'|was recorded on|indexes \{start\}"
                r"|index < start or|row is None|leaf_hash\(log_id, index|no row differs|after is not None"
            ),
            WORDS,
        ),
        (
            r"ENDS = |sorted\(\(\*ENDS|253_?000_?000_?000",
            "a day near the first or last one there is",
        ),
        (r"in Note = namedtuple", "its name, and defaults that are never left"),
        (
            (
                r"strict_mode=True|not found or |row\[4\] or b'\{\}'|in state = json.loads\(row\[4\]"
                r"|len\(raw\) != 33|raw\[0\] != kind\) in|m.flag_bits & 1 or|or 'manifest.json' not in files"
                r"|'log_id' not in self.told|0 < position <= MAX|the state is no bytes|kept and text.count"
                r"|^line \d+: (text.count\('\\n'\) > )?20 in|[^ ]*self.same = at|not readable|limit = self.conclude"
            ),
            TWICE,
        ),
        (
            r"keys\[0\]\[0\]|(^| )0 in if keys and found|type\(kept\[0\]\)|str\(row\[0\]\)",
            "there is one, or all are of one name",
        ),
        (r"in times\[name\] = max", "a time is at least 1"),
        (r"under another size", WORDS),
        (
            r"at < self.bounds|self.last > until|at > self.last|b'-' in|beyond = \[notes\[0\]",
            EQUAL,
        ),
        (r"while chunk := file.read", "how much is read at once"),
        (r"= int.from_bytes\(plain\[32:36\]\)", "a value of more than 16 MiB"),
        (r"is a link, or no file|p.is_symlink\(\)|odd\[0\]", LINKS),
        (r"max\(path.stat\(\).st_size - 22", "so small is no archive"),
        (r"PRAGMA|cell_size_check|in for p in \(|query_only|execute\('BEGIN'\)", HARDENING),
        (
            r"immutable=1|os.access|st_size in left|in beside = |db or sqlite3|uri=True|self.db.close",
            OPENING,
        ),
        (r"type\(state\) is not bytes", "the table is STRICT"),
        (r"note.signed and self.signed >", "without a key nothing is signed"),
        (r"'rows' in lists", "nothing asks for it"),
    ],
    "javascript": [
        (
            (
                r"in const LINE|count <= 200_000|total \+ size|end - at < LINE|2 \*\* 38|Infinity, 0\]"
                r"|% 1000n|/ 1000n|/= 1000n"
            ),
            BEYOND,
        ),
        (r"depth|value\(next\(\), 0\)", "how deep JSON may be nested is not said"),
        (
            (
                r"\[\.\.\.times\.values\(\)\]\.sort|in const earliest|a > b \? a : b|times.get\(name\) >= time"
                r"|a.size <= b.size|seconds < LATEST|time < daysAfter|time > this.latest|this.latest >= daysAfter"
                r"|in const reached"
            ),
            EQUAL,
        ),
        (
            (
                r"sound\((end >= 0|stop \+ 56|at \+ 46)|end >= 20|in const there = |size \+ 1"
                r"|p \+ 4 <= more|in const more = |value.length >= start|plain.length >= 36|position >= 1n"
                r"|state !== null, \"its state is not|token.lastIndex = at|time.slice\(0, 27\)|31, 59"
                r"|time !== null\) this.date"
            ),
            TWICE,
        ),
        (
            (
                r'what = "(an event is missing|this event does not|this event was changed)|number (\+=|= 0)'
                r"|note.what = what|are not read"
            ),
            WORDS,
        ),
        (r"^line \d+: \"(fork|schema|unanchored|verified)\" in", "first or none among faults here"),
        (r"Date\.now\(\)", "the clock of whoever runs it"),
        (r"instanceof (Malformed|Unreadable)", RETHROWN),
        (r"entry.isFile", LINKS),
        (r"length: 256 .*257$", "an entry that is never asked for"),
        (r"\"manifest.json\" in if \(tops.size", "a manifest alone is in no folder"),
        (r"\"later\" in|dated back", WORDS),
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

    assert unexplained(language, [mutant for mutant, killer in mutants if killer is None]) == []
    assert len(mutants) > 1_300
