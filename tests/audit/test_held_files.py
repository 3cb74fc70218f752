"""A checkpoint is taken out of the file in which somebody kept it, and what else stands there is told."""

from __future__ import annotations

import json
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from audit.made_logs import VKEY, Auditor, MadeLog, events, state
from audit.vectors import KEY

from mentorcore.audit import standalone
from mentorcore.audit.notes.verifier_keys import secret_signer

MADE = MadeLog(events(8), [8])
NOTE = MADE.note()
LATER = "Level 1: signed, and nobody outside holds it.\nExposed: 8 events.\n" + VKEY + "\n"
KEPT: dict[str, tuple[bytes, str]] = {
    "as it was signed": (NOTE.encode(), ""),
    "with what a command says behind it": ((NOTE + LATER).encode(), "line 6"),
    "with an empty line between": ((NOTE + "\n" + LATER).encode(), "line 7"),
    "in a mail": (f"Dear Ada,\n\nhere it is:\n\n{NOTE}\nYours, Lin\n".encode(), "line 1"),
    "without its last end": (NOTE[:-1].encode(), "its lines end otherwise"),
    "with an empty line at the end": ((NOTE + "\n\n").encode(), "its lines end otherwise"),
    "with the ends of Windows": (NOTE.replace("\n", "\r\n").encode(), "its lines end otherwise"),
    "with blanks at the ends": (NOTE.replace("\n", " \t\n").encode(), "its lines end otherwise"),
    "with a mark": (b"\xef\xbb\xbf" + NOTE.encode(), "its lines end otherwise"),
    "in UTF-16, little end": (b"\xff\xfe" + NOTE.encode("utf-16-le"), "its lines end otherwise"),
    "in UTF-16, big end": (b"\xfe\xff" + NOTE.encode("utf-16-be"), "its lines end otherwise"),
    "as PowerShell writes it": (
        (NOTE + LATER).replace("\n", "\r\n").encode("utf-16"),
        "line 6",
    ),
    "twice": ((NOTE + NOTE).encode(), ""),
    "behind bytes of no text": (b"\x00\xff\n" + NOTE.encode(), "line 1"),
}


@pytest.mark.parametrize("how", KEPT)
def test_the_checkpoint_is_read_however_it_was_kept(how: str, tmp_path: Path) -> None:
    data, told = KEPT[how]
    auditor = Auditor(tmp_path)
    (tmp_path / "kept.txt").write_bytes(data)
    auditor.held.append(str(tmp_path / "kept.txt"))

    report = auditor.verify(MADE.bundle(tmp_path / "bundle"))

    assert (report["verdict"], report["covered"], report["faults"]) == ("verified", 8, [])
    assert [told in notice for notice in report["notices"]] == ([True] if told else [])


def test_every_checkpoint_in_a_file_is_read(tmp_path: Path) -> None:
    made, auditor = MadeLog(events(8), [4, 8]), Auditor(tmp_path)
    auditor.hold(made.note(4) + "\n" + made.note(8))

    report = auditor.verify(made.bundle(tmp_path / "bundle"))
    forked = auditor.verify(MadeLog(events(8, first=2)).bundle(tmp_path / "other"))

    assert (report["verdict"], report["covered"]) == ("verified", 8)
    assert forked["verdict"] == "fork"


FALSE: dict[str, Callable[[str], str]] = {
    "another size": lambda note: note.replace("\n8\n", "\n7\n"),
    "another name": lambda note: note.replace("/log1\n", "/log2\n", 1),
    "a signature cut short": lambda note: note[:-20] + "\n",
}


@pytest.mark.parametrize("how", FALSE)
def test_what_has_the_form_of_a_checkpoint_and_is_none_is_bad_signature(
    how: str, tmp_path: Path
) -> None:
    auditor = Auditor(tmp_path)
    auditor.hold(FALSE[how](NOTE) + LATER)

    assert auditor.verify(MADE.bundle(tmp_path / "bundle"))["verdict"] == "bad-signature"


def test_a_held_checkpoint_of_another_key_is_told_as_just_that(tmp_path: Path) -> None:
    another = secret_signer(KEY.name, bytes([7]) * 32, 1).key
    auditor = Auditor(tmp_path)
    auditor.hold(NOTE)

    (fault,) = auditor.verify(MADE.bundle(tmp_path / "bundle"), vkey=str(another))["faults"]

    assert fault["reason"] == f"{auditor.held[0]}: signed by no known key"


def test_what_was_given_and_cannot_be_read_is_told_apart_from_the_log(tmp_path: Path) -> None:
    log, here = MADE.bundle(tmp_path / "bundle"), tmp_path / "here.txt"
    here.write_text(NOTE, "utf-8")
    nothing: dict[str, Any] = dict.fromkeys(("quorum", "nonce", "max_age"))
    nothing |= {"vkey": [VKEY], "witness": [], "streams": False, "log": log}
    calls: list[dict[str, Any]] = [
        {"checkpoint": [str(tmp_path / "nowhere.txt")]},
        {"received": [(str(here), "2026-13-01")], "checkpoint": []},
    ]

    for call in calls:
        asked = Namespace(**{**nothing, **call})
        (fault,) = standalone.verify(asked)["faults"]

        assert fault["reason"].startswith("what was given with it cannot be read: ")


@pytest.mark.parametrize("text", ["", LATER, NOTE.replace("\n", " "), NOTE.replace("—", "-")])
def test_a_file_without_a_checkpoint_is_unreadable(text: str, tmp_path: Path) -> None:
    auditor = Auditor(tmp_path)
    auditor.hold(text)

    assert auditor.verify(MADE.bundle(tmp_path / "bundle"))["verdict"] == "unreadable"


# ------------------------------------------------------------------------------------- what is said


def alone(*words: object) -> subprocess.CompletedProcess[str]:
    """The stand-alone verifier as a program."""
    command = [sys.executable, standalone.__file__, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.processes
def test_a_fault_is_told_in_a_sentence_with_its_place(tmp_path: Path) -> None:
    rows = [*MADE.events[:5], (*MADE.events[5][:4], state(0)), *MADE.events[6:]]
    log = MadeLog(rows, [8]).bundle(tmp_path / "bundle", beside={"schema/a.json": "{}"})
    auditor = Auditor(tmp_path)
    auditor.hold(NOTE)

    done = alone(*auditor.words(log))

    verdict, fault, *rest = done.stdout.splitlines()
    assert (verdict, done.returncode, done.stderr) == ("verdict: fork", 1, "")
    assert fault == "  fork: two different logs of 8 events were signed"
    assert rest[0].startswith("  changed: the checkpoint of size 8 does not fit")
    assert {"size: 8 events, up to position 8", "covered: 0 events, up to position 0"} <= set(rest)
    assert not any("{'" in line for line in rest)


@pytest.mark.processes
def test_the_event_is_named(tmp_path: Path) -> None:
    log = MADE.file(tmp_path / "log.db")
    rows = [*MADE.events[:5], (*MADE.events[5][:4], state(0)), *MADE.events[6:]]
    log.unlink()
    altered = MadeLog(rows, [])
    altered.hints = MADE.hints  # type: ignore[method-assign]
    altered.file(log)
    auditor = Auditor(tmp_path)
    auditor.hold(NOTE)

    fault = alone(*auditor.words(log)).stdout.splitlines()[1]

    stream = MADE.events[5][1]
    assert fault == (
        f"  changed: position 6, {stream} version 5: the checkpoint of size 8 does not fit: this "
        "event was changed"
    )


@pytest.mark.processes
def test_nothing_in_a_log_moves_the_cursor_of_a_terminal(tmp_path: Path) -> None:
    rows = [*MADE.events, (9, "pairing:\x1b[2J\x1b[Hverdict: verified\u202e", 1, "a.b", state(9))]
    rows.append((9, *rows[-1][1:]))
    log = MadeLog(rows, []).bundle(tmp_path / "bundle")

    done = alone(log)

    assert "position 9, pairing:?[2J?[Hverdict: verified? version 1" in done.stdout
    assert done.returncode == 1


@pytest.mark.processes
def test_whoever_reads_the_first_line_only_hears_no_complaint(tmp_path: Path) -> None:
    log = MADE.bundle(tmp_path / "bundle")
    closed = f"'{sys.executable}' '{standalone.__file__}' '{log}' | true"

    done = subprocess.run(["sh", "-c", closed], capture_output=True, text=True, check=False)

    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.processes
def test_it_prints_its_own_digest_in_words_and_for_programs(tmp_path: Path) -> None:
    log = MADE.bundle(tmp_path / "bundle")
    pages = Path(__file__).parents[2] / "docs"

    in_words = alone(log).stdout.splitlines()[-1]
    for_programs = json.loads(alone(log, "--json").stdout)

    assert in_words == f"verifier: {for_programs['verifier']}"
    digest = for_programs["verifier"].removeprefix("SHA-256 ")
    for page in ("reference/verifier.md", "how-to/audit-a-program.md"):
        assert f"`{digest}`" in (pages / page).read_text("utf-8"), "run python docs/build.py"


@pytest.mark.processes
def test_both_programs_end_alike(tmp_path: Path) -> None:
    whole = MADE.bundle(tmp_path / "whole.zip")
    (tmp_path / "torn.zip").write_bytes(whole.read_bytes()[:-30])
    (tmp_path / "held.txt").write_text(NOTE, "utf-8")
    other = MadeLog(events(8, first=2), [8]).bundle(tmp_path / "other.zip")
    held = ("--vkey", VKEY, "--checkpoint", tmp_path / "held.txt")

    for log, words, code in (
        (whole, (), 3),
        (whole, held, 0),
        (other, held, 1),
        (tmp_path / "torn.zip", held, 2),
        (whole, (*held, "--nonce", "abcdefghijklmnop"), 1),
        (whole, (*held, "--received", tmp_path / "held.txt", "2026-11-24"), 0),
        (whole, (*held, "--received", tmp_path / "held.txt", "2026-10-24"), 1),
    ):
        command = [sys.executable, "-m", "mentorcore", "verify", *map(str, (log, *words))]
        built_in = subprocess.run(command, capture_output=True, check=False)
        assert built_in.returncode == code, (log, words)
        assert alone(log, *words).returncode == code, (log, words)
