"""A malformed manifest, or a malformed line beside the events, is told and hides nothing."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from audit.made_logs import Auditor, MadeLog, events, state

Change = Callable[[dict[str, Any]], object]


def again(folder: Path, name: str, data: bytes) -> None:
    """Write a file of a bundle anew, and list it in the manifest as it is now."""
    (folder / name).write_bytes(data)
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["files"][name] = [len(data), hashlib.sha256(data).hexdigest()]
    path.write_text(json.dumps(manifest))


def altered(made: MadeLog) -> MadeLog:
    """The same log after an edit by hand; its checkpoints are those from before."""
    rows = [*made.events[:5], (*made.events[5][:4], state(0)), *made.events[6:]]
    other = MadeLog(rows, made.sizes)
    other.notes = made.notes  # type: ignore[method-assign]
    return other


def said(report: dict[str, Any], verdict: str, word: str) -> bool:
    """Whether the report tells this fault, naming that word."""
    return any(f["verdict"] == verdict and word in f["reason"] for f in report["faults"])


def change(member: str, value: object) -> Change:
    return lambda manifest: manifest.update({member: value})


def drop(member: str) -> Change:
    return lambda manifest: manifest.pop(member)


def in_files(value: object) -> Change:
    return lambda manifest: manifest["files"].update({"checkpoints.jsonl": value})


MANIFESTS: dict[str, tuple[str, Change]] = {
    "size as a text": ("size", change("size", "8")),
    "size as a fraction": ("size", change("size", 8.0)),
    "size as a boolean": ("size", change("size", True)),
    "size below zero": ("size", change("size", -1)),
    "size beyond": ("size", change("size", 2**63)),
    "no size": ("size", drop("size")),
    "no origin": ("origin", drop("origin")),
    "origin as a number": ("origin", change("origin", 7)),
    "origin with a blank": ("origin", change("origin", "a b")),
    "no root": ("root", drop("root")),
    "root in upper case": ("root", lambda m: m.update(root=m["root"].upper())),
    "root cut short": ("root", lambda m: m.update(root=m["root"][:62])),
    "root with a blank": ("root", lambda m: m.update(root=m["root"][:62] + " " + m["root"][62:])),
    "no states": ("states", drop("states")),
    "states in another word": ("states", change("states", "some")),
    "no engine": ("engine", drop("engine")),
    "engine as a number": ("engine", change("engine", 1)),
    "no files": ("files", drop("files")),
    "files as a list": ("files", change("files", [])),
    "a file with a text as size": ("files", in_files(["1", "00" * 32])),
    "a file with three things": ("files", in_files([1, "00" * 32, 1])),
    "a file as an object": ("files", in_files({"size": 1, "digest": "00" * 32})),
    "a file with a digest in upper case": ("files", in_files([1, "AB" * 32])),
    "a file with half a digest": ("files", in_files([1, "ab" * 16])),
}


@pytest.mark.parametrize("held", [0, 1, 2])
@pytest.mark.parametrize("what", MANIFESTS)
def test_a_manifest_has_all_its_members_of_their_types(
    what: str, held: int, tmp_path: Path
) -> None:
    member, spoil = MANIFESTS[what]
    made, auditor = MadeLog(events(8), [4, 8]), Auditor(tmp_path)
    for size in (8, 4)[:held]:
        auditor.hold(made.note(size))
    reports: list[dict[str, Any]] = []
    for log in (made, altered(made)):
        folder = log.bundle(tmp_path / f"bundle-{len(reports)}")
        manifest = json.loads((folder / "manifest.json").read_text())
        spoil(manifest)
        (folder / "manifest.json").write_text(json.dumps(manifest))
        reports.append(auditor.verify(folder))
    sound, changed = reports

    assert sound["verdict"] == "unreadable"
    assert said(sound, "unreadable", f"manifest.json: {member} ")
    assert sound["covered"] == (8 if held else 0)
    # Signed checkpoints that came along are enough to see that an event was changed.
    assert changed["verdict"] == "changed"
    assert said(changed, "unreadable", f"manifest.json: {member} ")


@pytest.mark.parametrize("member", ["size", "origin", "root", "states", "engine", "files"])
@pytest.mark.parametrize("equal", [True, False])
def test_no_member_stands_there_twice(member: str, equal: bool, tmp_path: Path) -> None:
    made, auditor = MadeLog(events(8)), Auditor(tmp_path)
    auditor.hold(made.note())
    folder = made.bundle(tmp_path / "bundle")
    text = (folder / "manifest.json").read_text()
    value = json.dumps(json.loads(text)[member] if equal else "other")
    (folder / "manifest.json").write_text(text.replace("{", f'{{"{member}":{value},', 1))

    report = auditor.verify(folder)

    assert (report["verdict"], report["covered"]) == ("unreadable", 8)
    assert said(report, "unreadable", f"manifest.json: {member} ")


def test_no_file_is_listed_twice(tmp_path: Path) -> None:
    made, auditor = MadeLog(events(8)), Auditor(tmp_path)
    auditor.hold(made.note())
    folder = made.bundle(tmp_path / "bundle")
    text = (folder / "manifest.json").read_text()
    twice = text.replace('"files": {', '"files": {"checkpoints.jsonl": [1, "%s"],' % ("0" * 64))
    (folder / "manifest.json").write_text(twice)

    report = auditor.verify(folder)

    assert (report["verdict"], report["covered"]) == ("unreadable", 8)
    assert said(report, "unreadable", "manifest.json: checkpoints.jsonl ")


@pytest.mark.parametrize("member", ["log_id", "format"])
@pytest.mark.parametrize("value", [None, 7, "", "00" * 15, "AB" * 16, "mentorcore-export/9"])
def test_without_log_or_format_nothing_of_the_events_can_be_read(
    member: str, value: object, tmp_path: Path
) -> None:
    made, auditor = MadeLog(events(8)), Auditor(tmp_path)
    auditor.hold(made.note())
    folder = made.bundle(tmp_path / "bundle")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest[member] = value
    (folder / "manifest.json").write_text(json.dumps(manifest))

    report = auditor.verify(folder)

    assert (report["verdict"], report["covered"], report["size"]) == ("unreadable", 0, 0)


def test_held_checkpoints_prove_a_fork_where_nothing_else_can_be_read(tmp_path: Path) -> None:
    made, other, auditor = MadeLog(events(8)), MadeLog(events(8, first=2)), Auditor(tmp_path)
    auditor.hold(made.note())
    auditor.hold(other.note())
    (tmp_path / "torn.zip").write_bytes(made.bundle(tmp_path / "a.zip").read_bytes()[:-30])

    report = auditor.verify(tmp_path / "torn.zip")

    assert [f["verdict"] for f in report["faults"]] == ["fork", "unreadable"]
    assert report["verdict"] == "fork"


LINES: dict[str, tuple[str, list[bytes]]] = {
    "checkpoints.jsonl": (
        "bad-signature",
        [
            b'[8, "note", 1]',
            b"[8]",
            b'["8", "note"]',
            b'[8.0, "note"]',
            b'[true, "note"]',
            b"[8, null]",
            b'{"8": "note"}',
            b"8",
            b"",
            b"[8, ",
            b"\xff",
            b"[" * 100_000,
        ],
    ),
    "redacted.jsonl": (
        "unreadable",
        [
            b"[3]",
            b'["3", "%s", null]' % (b"0" * 64),
            b'[3, "%s", null]' % (b"AB" * 32),
            b'[3, "00", null]',
            b'[3, "%s", "e30"]' % (b"0" * 64),
            b'[3, "%s", 7]' % (b"0" * 64),
            b'[true, "%s", null]' % (b"0" * 64),
            b"nothing",
        ],
    ),
    "disclosed.jsonl": (
        "unreadable",
        [
            b'[3, "name", "00"]',
            b'["3", "name", "00", "00"]',
            b'[3, 7, "00", "00"]',
            b'[3, "name", "AB", "00"]',
            b'[3, "name", "00", null]',
            b"null",
        ],
    ),
}


@pytest.mark.parametrize(
    ("name", "line"), [(name, line) for name, (_, lines) in LINES.items() for line in lines]
)
def test_a_malformed_line_beside_the_events_is_told_and_the_rest_goes_on(
    name: str, line: bytes, tmp_path: Path
) -> None:
    verdict, made, auditor = LINES[name][0], MadeLog(events(8), [4, 8]), Auditor(tmp_path)
    reports: list[dict[str, Any]] = []
    for log in (made, altered(made)):
        folder = log.bundle(tmp_path / f"bundle-{len(reports)}")
        before = (folder / name).read_bytes() if (folder / name).exists() else b""
        again(folder, name, line + b"\n" + before)
        auditor.held.clear()
        auditor.hold(made.note(8))
        reports.append(auditor.verify(folder))
    sound, changed = reports

    assert (sound["verdict"], sound["covered"]) == (verdict, 8)
    assert said(sound, verdict, f"line 1 of {name} is no ")
    assert changed["verdict"] == "changed"
    assert said(changed, verdict, f"line 1 of {name} is no ")


@pytest.mark.parametrize("name", LINES)
def test_a_last_line_without_its_end_is_told(name: str, tmp_path: Path) -> None:
    verdict, made, auditor = LINES[name][0], MadeLog(events(8), [4, 8]), Auditor(tmp_path)
    folder = made.bundle(tmp_path / "bundle")
    before = (folder / name).read_bytes() if (folder / name).exists() else b""
    again(folder, name, before + b"[1")
    auditor.hold(made.note(8))

    report = auditor.verify(folder)

    assert (report["verdict"], report["covered"]) == (verdict, 8)
    assert said(report, verdict, "without an end")


def test_a_side_file_with_a_wrong_check_sum_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    made, auditor = MadeLog(events(8)), Auditor(tmp_path)
    auditor.hold(made.note())
    text = "x" * 300
    whole = made.bundle(tmp_path / "whole.zip", beside={"schema/a.json": text})
    data = bytearray(whole.read_bytes())
    at = data.rindex(b"PK\1\2", 0, data.rindex(b"schema/a.json"))
    data[at + 16] ^= 1  # the check sum in the directory of the archive
    (tmp_path / "torn.zip").write_bytes(data)

    report = auditor.verify(tmp_path / "torn.zip")

    assert (report["verdict"], report["covered"]) == ("unreadable", 8)
    assert said(report, "unreadable", "schema/a.json")


@pytest.mark.parametrize("held", [b"", b"\x89PNG\r\n", b"{}", b"see the other mail\n"])
def test_a_held_file_that_is_no_checkpoint_is_told_after_the_others_were_read(
    held: bytes, tmp_path: Path
) -> None:
    made, auditor = MadeLog(events(8), [8]), Auditor(tmp_path)
    (tmp_path / "none.txt").write_bytes(held)
    auditor.held.append(str(tmp_path / "none.txt"))
    auditor.hold(made.note())

    sound = auditor.verify(made.bundle(tmp_path / "bundle"))
    changed = auditor.verify(altered(made).bundle(tmp_path / "altered"))

    assert (sound["verdict"], sound["covered"]) == ("unreadable", 8)
    assert said(sound, "unreadable", "none.txt is no checkpoint")
    assert changed["verdict"] == "changed"
    assert said(changed, "unreadable", "none.txt is no checkpoint")


def test_what_came_along_and_differs_beside_a_changed_event_is_a_notice(tmp_path: Path) -> None:
    made, auditor = MadeLog(events(8)), Auditor(tmp_path)
    auditor.hold(made.note())
    folder = altered(made).bundle(tmp_path / "bundle", beside={"schema/a.json": "{}"})
    (folder / "schema/a.json").write_text("[]")

    report = auditor.verify(folder)

    assert report["verdict"] == "changed"
    assert said(report, "changed", "this event was changed") or said(report, "changed", "not all")
    assert any("schema/a.json" in notice for notice in report["notices"])


SIDE_TABLES = {
    "no checkpoints": ("unreadable", "DROP TABLE audit_checkpoint"),
    "a checkpoint under another size": (
        "bad-signature",
        "INSERT INTO audit_checkpoint SELECT 7, note FROM audit_checkpoint",
    ),
    "a checkpoint under no size": (
        "bad-signature",
        "INSERT INTO audit_checkpoint SELECT -1, note FROM audit_checkpoint",
    ),
    "a checkpoint that is none": ("bad-signature", "INSERT INTO audit_checkpoint VALUES (7, 'x')"),
    "no table of removed states": ("unreadable", "DROP TABLE audit_redacted"),
    "a view that shows something": ("schema", "CREATE VIEW v AS SELECT 1"),
    "a trigger": ("schema", "CREATE TRIGGER t AFTER INSERT ON audit_leaf BEGIN SELECT 1; END"),
}


@pytest.mark.parametrize("what", SIDE_TABLES)
def test_a_spoilt_table_beside_the_events_hides_nothing(what: str, tmp_path: Path) -> None:
    verdict, statement = SIDE_TABLES[what]
    made, auditor = MadeLog(events(8)), Auditor(tmp_path)
    auditor.hold(made.note())
    reports: list[dict[str, Any]] = []
    for log in (made, altered(made)):
        path = log.file(tmp_path / f"log-{len(reports)}.db")
        with closing(sqlite3.connect(path)) as db:
            db.execute(statement)
            db.commit()
        reports.append(auditor.verify(path))
    sound, changed = reports

    assert (sound["verdict"], sound["covered"]) == (verdict, 8)
    assert changed["verdict"] == "changed"
    assert verdict in {fault["verdict"] for fault in changed["faults"]}
