"""Whatever is done to a file of an export is seen, or is named among what is not proven.

The bundle has every kind of file. Each is taken away, emptied, or changed line by line, value by value
and in its bytes; once with the manifest as it was, once by somebody who makes the manifest fit.
"""

from __future__ import annotations

import json
import re
import tomllib
import zipfile
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from audit.made_logs import NONCE, VKEY, Disclosed, MadeLog, events, published, state
from audit.vector_cases.case import Files, files, lines, listed, packed, zipped
from audit.vector_cases.ends import KEY, removal

from mentorcore.audit import standalone

MAPPING = 'form = "a"\n'
DIGEST = sha256(b'{"form": "a"}').hexdigest()
UNPROVEN = re.compile(r"(schema|policies|stamps|move|tiles)/.*")
"""Whole files that docs/explanation/integrity.md names as not proven, or as mere hints."""
TAKEN_AWAY = ("checkpoints.jsonl", "disclosed.jsonl", "redacted.jsonl")
"""Files of which a line that is taken away is missed only by whoever knows of it; the page says so."""
VALUES: tuple[Any, ...] = (None, True, 0, -1, 2**63, 1.5, "", "x", "00" * 32, [], {})
ENGINE = re.compile("engine: '")
"""The version that wrote the export informs, and any text may stand there."""
MASKS = (0x01, 0x80)


def whole() -> tuple[MadeLog, Files]:
    """A log in which everything occurs, and its export."""
    rows = published()
    digest = sha256(rows[4][4]).hexdigest()
    last = rows[-1][0]
    rows += [
        removal([rows[4][0], digest, "e30="], position=last + 1),
        (last + 2, "audit:2", 1, "audit.challenged", state(91, nonce=NONCE)),
        (last + 3, "import:1", 1, "import.started", state(92, mapping_digest=DIGEST)),
        *((last + 3 + p, s, v, n, b) for p, s, v, n, b in events(3)),
    ]
    made = MadeLog(rows, [8, 17, len(rows)], removed={rows[4][0]: b"{}"})
    beside = {
        "schema/a.1.json": '{"title":"a"}\n',
        "policies/p.json": "{}\n",
        f"mappings/{DIGEST[:32]}.toml": MAPPING,
    }
    more: dict[str, Any] = {
        "withhold": ["pairing.note-written"],
        "disclosed": [Disclosed(KEY.position, KEY.field, KEY.context, KEY.key)],
        "stamps": {"17-tsa.example.tsr": b"a stamp"},
        "lists": {"move/index.jsonl": [["key", "00", None, None, 1, 1]]},
    }
    return made, files(made, beside=beside, **more)


def changed_lines(text: bytes) -> Iterator[tuple[str, bytes]]:
    """The file with each line taken away, doubled, or exchanged with the next; and each value another."""
    told: list[Any] = [json.loads(line) for line in text.splitlines()]
    for n, line in enumerate(told):
        yield f"without line {n}", lines(told[:n] + told[n + 1 :])
        yield f"line {n} twice", lines([*told[: n + 1], line, *told[n + 1 :]])
        if n + 1 < len(told):
            yield f"line {n} behind the next", lines([*told[:n], told[n + 1], line, *told[n + 2 :]])
        for part, value in enumerate(line if n % 4 == 0 else ()):
            others = [other for other in VALUES if (type(other), other) != (type(value), value)]
            if isinstance(value, str):
                others += [value[:-2], value.upper(), value + " "]
            if type(value) is int:
                others += [value + 1, str(value)]
            for other in others:
                row = [*line[:part], other, *line[part + 1 :]]
                yield f"line {n}, part {part}: {other!r}", lines([*told[:n], row, *told[n + 1 :]])


def changed_files(before: Files) -> Iterator[tuple[str, str, Files]]:
    """Each change: of which file, what it is, and the files then."""
    for name, data in before.items():
        if name == "manifest.json":
            continue
        yield name, "taken away", {n: d for n, d in before.items() if n != name}
        yield name, "emptied", before | {name: b""}
        yield name, "cut", before | {name: data[:-1]}
        for offset in range(0, len(data), 1 + len(data) // 12):
            for mask in MASKS:
                other = data[:offset] + bytes((data[offset] ^ mask,)) + data[offset + 1 :]
                yield name, f"byte {offset} ^ {mask}", before | {name: other}
        if name.endswith(".jsonl") and not name.startswith("move/"):
            for what, other in changed_lines(data):
                yield name, what, before | {name: other}
    for name in (
        "schema/b.json",
        "policies/q",
        "stamps/8-x.tsr",
        "mappings/x.toml",
        "tiles/x",
        "redacted.jsonl",
    ):
        if name not in before:
            yield name, "added", before | {name: b"{}\n"}


def changed_manifests(before: Files) -> Iterator[tuple[str, str, Files]]:
    manifest: dict[str, Any] = json.loads(before["manifest.json"])
    for member, value in manifest.items():
        for other in VALUES:
            if (type(other), other) != (type(value), value):
                told = packed(manifest | {member: other})
                yield "manifest.json", f"{member}: {other!r}", before | {"manifest.json": told}
        rest = {n: v for n, v in manifest.items() if n != member}
        yield "manifest.json", f"without {member}", before | {"manifest.json": packed(rest)}


def put(where: Path, told: Files) -> Path:
    path = where / "bundle.zip"
    path.write_bytes(zipped(told, how=zipfile.ZIP_STORED))
    return path


def read(told: Files, report: dict[str, Any]) -> Any:
    """What an auditor reads: events, what was opened and removed, checkpoints, and all other files."""

    def items(name: str) -> list[str]:
        found = told.get(name, b"").decode(errors="replace").split("\n")
        return [json.dumps(json.loads(line)) for line in found if line]

    others: dict[str, Any] = {n: d for n, d in told.items() if "/" in n}
    for name in (n for n in others if n.startswith("mappings/")):
        others[name] = tomllib.loads(others[name].decode())  # comments and blanks say nothing
    notes = set(items("checkpoints.jsonl"))
    gone = dict(json.loads(line)[:2] for line in items("redacted.jsonl"))
    opened = {json.dumps(value) for value in report["opened"]}
    return items("events-000000.jsonl"), opened, gone, notes, others


def looked_at(
    changes: Iterator[tuple[str, str, Files]], folder: Path, *, renewed: bool
) -> tuple[Counter[str], list[tuple[str, str]]]:
    """How many had each verdict, and those that nobody would have seen."""
    made, before = whole()
    held, where = folder / "held.txt", folder / "bundle"
    held.write_text(made.note(), "utf-8")
    where.mkdir()

    def verify(told: Files) -> dict[str, Any]:
        asked = Namespace(
            log=put(where, told), vkey=[VKEY], checkpoint=[str(held)], witness=[], quorum=None,
            nonce=NONCE, max_age=None, streams=False,
        )  # fmt: skip
        report: dict[str, Any] = standalone.verify(asked)
        return report

    sound = verify(before)
    assert (sound["verdict"], sound["notices"], len(sound["opened"])) == ("verified", [], 1)
    seen, silent = Counter[str](), list[tuple[str, str]]()
    for name, what, after in changes:
        told = listed(after) if renewed else after
        report = verify(told)
        seen[report["verdict"]] += 1
        believed = report["verdict"] == "verified" and not report["notices"]
        if believed and read(told, report) != read(before, sound):
            silent.append((name, what))
    return seen, silent


def test_no_change_of_a_file_is_silent_where_the_manifest_is_as_it_was(tmp_path: Path) -> None:
    _, before = whole()

    seen, silent = looked_at(changed_files(before), tmp_path, renewed=False)

    assert silent == []
    assert seen.total() > 500
    assert "verified" not in seen


def test_what_somebody_changes_who_makes_the_manifest_fit_is_seen_or_named(tmp_path: Path) -> None:
    _, before = whole()

    seen, silent = looked_at(changed_files(before), tmp_path, renewed=True)

    unnamed = [
        (name, what)
        for name, what in silent
        if not UNPROVEN.fullmatch(name)
        and not (name in TAKEN_AWAY and re.fullmatch(r"taken away|emptied|without line \d+", what))
    ]
    assert unnamed == []
    assert seen["changed"] > 300
    # What is named is what it is: so the table holds nothing that is found.
    assert {name.partition("/")[0] for name, _ in silent} == {
        "schema", "policies", "stamps", "move", "tiles", *TAKEN_AWAY,
    }  # fmt: skip


def test_whatever_a_manifest_states_otherwise_is_told(tmp_path: Path) -> None:
    _, before = whole()

    others = [change for change in changed_manifests(before) if not ENGINE.match(change[1])]

    seen, _ = looked_at(iter(others), tmp_path, renewed=False)

    assert seen.total() > 80
    assert "verified" not in seen
