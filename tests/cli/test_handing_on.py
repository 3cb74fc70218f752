"""What one command writes the next one reads: checkpoints, receipts, proofs and exports."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cli.asking import Run

from mentorcore.audit import standalone

ORIGIN = "mentoring.example.edu/log1"

Makes = Callable[[Run, Path, Path], None]
"""Writes a checkpoint of a program into a file."""


@pytest.fixture
def vkey(program: Path, run: Run) -> str:
    """A program with a signing key; its verifier key."""
    return str(run("checkpoint", program, "--init-key", ORIGIN, "--json").data["vkey"])


def by_out(run: Run, program: Path, file: Path) -> None:
    assert run("checkpoint", program, "--out", file).code == 0


def by_printing(run: Run, program: Path, file: Path) -> None:
    file.write_text(run("checkpoint", program).out, "utf-8", newline="\n")


def by_json(run: Run, program: Path, file: Path) -> None:
    file.write_text(run("checkpoint", program, "--json").data["note"], "utf-8", newline="\n")


def by_rotating(run: Run, program: Path, file: Path) -> None:
    file.write_text(run("checkpoint", program, "--rotate-key").out, "utf-8", newline="\n")


def by_exporting(run: Run, program: Path, file: Path) -> None:
    bundle = file.with_suffix(".zip")
    said = run("export", program, bundle, "--for", "state-auditor", "--json")
    file.write_text(said.data["checkpoint"], "utf-8", newline="\n")


MAKES: dict[str, Makes] = {
    "checkpoint --out": by_out,
    "checkpoint": by_printing,
    "checkpoint --json": by_json,
    "checkpoint --rotate-key": by_rotating,
    "export --json": by_exporting,
}


@pytest.mark.parametrize("by", MAKES)
def test_a_checkpoint_is_read_by_every_command_that_takes_one(
    program: Path, run: Run, vkey: str, tmp_path: Path, by: str
) -> None:
    note, later, proof, receipt = (tmp_path / n for n in ("a.txt", "b.txt", "p.proof", "r.receipt"))
    MAKES[by](run, program, note)
    run("record", program, "register-person", "name=Ada")
    by_out(run, program, later)
    keys = ("--vkey", vkey, "--vkey", run("checkpoint", program, "--json").data["vkey"])
    run("prove", program, "--from", note, "--to", later, "--out", proof)
    run("prove", program, 2, "--to", note, "--out", receipt)

    codes = {
        "verify": run("verify", program, *keys, "--checkpoint", note).code,
        "the same history": run("verify-proof", proof, "--from", note, *keys).code,
        "in the log before": run("verify-proof", receipt, *keys).code,
        "known then": run("status", program, "--as-known", note).code,
        "changed since": run("diff", program, "--known-from", note).code,
        "adopted": run("checkpoint", program, "--adopt", note).code,
    }

    assert codes == dict.fromkeys(codes, 0)


def around(note: str) -> bytes:
    return f"Dear auditor,\n\nthis is the checkpoint of May:\n\n{note}\nYours\n".encode()


KEEPS: dict[str, Callable[[str], bytes]] = {
    "by a mail program": around,
    "by an editor under Windows": lambda note: note.replace("\n", "\r\n").encode(),
    "by a shell under Windows": lambda note: note.replace("\n", "\r\n").encode("utf-16"),
    "with a mark at its beginning": lambda note: note.encode("utf-8-sig"),
    "without its last end of line": lambda note: note.removesuffix("\n").encode(),
    "twice": lambda note: (note + "\n" + note).encode(),
}
"""How a checkpoint is kept by other programs."""


@pytest.mark.parametrize("how", KEEPS)
def test_a_checkpoint_is_taken_out_of_what_other_programs_made_of_it(
    program: Path, run: Run, vkey: str, tmp_path: Path, how: str
) -> None:
    note, later, proof = (tmp_path / name for name in ("a.txt", "b.txt", "p.proof"))
    by_out(run, program, note)
    note.write_bytes(KEEPS[how](note.read_text("utf-8")))
    run("record", program, "register-person", "name=Ada")
    by_out(run, program, later)
    run("prove", program, "--from", note, "--to", later, "--out", proof)

    codes = {
        "the same history": run("verify-proof", proof, "--from", note, "--vkey", vkey).code,
        "in the log before": run("prove", program, 2, "--to", note).code,
        "known then": run("status", program, "--as-known", note).code,
        "adopted": run("checkpoint", program, "--adopt", note).code,
    }

    assert codes == dict.fromkeys(codes, 0)


def test_what_holds_no_checkpoint_or_several_is_wrong_usage(
    program: Path, run: Run, vkey: str, tmp_path: Path
) -> None:
    first, none, several = (tmp_path / name for name in ("a.txt", "none.txt", "several.txt"))
    by_out(run, program, first)
    run("record", program, "register-person", "name=Ada")
    by_out(run, program, tmp_path / "b.txt")
    none.write_text("\n".join(first.read_text("utf-8").split("\n")[:3]), "utf-8")
    several.write_bytes(first.read_bytes() + (tmp_path / "b.txt").read_bytes())

    for file, why in ((none, "none.txt holds no checkpoint: line 1 is no part of one"),
                      (several, "several.txt holds 2 checkpoints")):  # fmt: skip
        for words in (
            ("prove", program, 2, "--to", file),
            ("prove", program, "--from", file, "--to", first),
            ("checkpoint", program, "--adopt", file),
            ("status", program, "--as-known", file),
            ("verify-proof", file, "--from", file, "--vkey", vkey),
        ):
            said = run(*words)
            assert (said.code, said.out) == (2, "")
            assert why in " ".join(said.err.split())


@pytest.mark.processes
@pytest.mark.parametrize("form", ["audit", "audit.zip", "audit.db"])
@pytest.mark.parametrize("more", [(), ("--no-tiles",), ("--entries",), ("--withhold", "states")])
def test_an_export_is_read_by_every_command_that_takes_one(
    program: Path, run: Run, vkey: str, form: str, more: tuple[str, ...]
) -> None:
    if form == "audit.db" and more:
        pytest.skip("a copy of the file holds everything")
    note, to = program.parent / "held.txt", program.parent / form
    by_out(run, program, note)
    kind = ("--sqlite",) if form == "audit.db" else ()
    assert run("export", program, to, "--for", "state-auditor", *kind, *more).code == 0
    held = ("--vkey", vkey, "--checkpoint", str(note))

    codes = {
        "verify": run("verify", to, *held).code,
        "compat": run("compat", to).code,
        "status": run("status", to, "--as", "auditor").code,
        "log": run("log", to).code,
    }
    words = [sys.executable, standalone.__file__, str(to), *held]
    alone = subprocess.run(words, capture_output=True, check=False)

    assert (alone.returncode, codes) == (0, dict.fromkeys(codes, 0))
