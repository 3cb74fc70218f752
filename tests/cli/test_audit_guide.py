"""The guide for auditors, followed word for word by an operator and an auditor."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest
from audit.test_alone import bare_environment
from cli.asking import Run

from mentorcore.audit import standalone

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/how-to/audit-a-program.md").read_text("utf-8")
REFERENCE = (ROOT / "docs/reference/verifier.md").read_text("utf-8")
ORIGIN = "mentoring.example.edu/log1"
VERDICTS = {
    "verified",
    "changed",
    "truncated",
    "fork",
    "stale",
    "schema",
    "bad-signature",
    "unreadable",
    "unanchored",
}


BLOCK = re.compile(r"<!-- ([a-z, ]+?)(, Windows)? -->\n```(sh|bat)\n(.*?)```", re.DOTALL)
RECEIVED = "2026-01-31"
"""A day in the guide on which a checkpoint was received; here it is today."""

WINDOWS = {
    "audit\\Scripts\\": "audit/bin/",
    "safe\\": "safe/",
    "py ": "python3 ",
}
"""What Windows calls otherwise, in commands that are the same for the rest."""


@attrs.frozen
class Block:
    """What the guide lets somebody type: who it is, on which system, and the lines."""

    who: str
    windows: bool
    lines: tuple[str, ...]


BLOCKS = [
    Block(who, bool(windows), tuple(text.splitlines()))
    for who, windows, _, text in BLOCK.findall(GUIDE)
]
POSIX = [block for block in BLOCKS if not block.windows]


def same_under_windows(line: str) -> bool:
    return not any(word in line for word in WINDOWS.values())


def on_posix(line: str) -> str:
    """A command for Windows, as it is typed elsewhere."""
    for there, here in WINDOWS.items():
        line = re.sub(rf"(?:(?<=\s)|^){re.escape(there)}", here, line)
    return line


@attrs.frozen
class Followed:
    """What came of the guide's commands.

    Attributes:
        vkey: The verifier key of the program.
        checked: What the stand-alone verifier and other programs of the auditor said, in order.
        asked: What mentorcore said to an auditor, in order.
    """

    vkey: str
    checked: list[str] = attrs.Factory(list)
    asked: list[str] = attrs.Factory(list)

    def type(self, run: Run, who: str, line: str) -> None:
        """One line of the guide; it has to succeed."""
        words = [self.vkey if word == "VERIFIER-KEY" else word for word in shlex.split(line)]
        if who == "auditor":
            words[0] = sys.executable if words[0] == "python3" else words[0]
            done = subprocess.run(words, capture_output=True, text=True, check=False)
            assert (done.returncode, done.stderr) == (0, ""), words
            self.checked.append(done.stdout)
            return
        assert words[0] == "mentorcore"
        said = run(*words[1:])
        assert said.code == 0, said.err
        if who == "asker":
            self.asked.append(said.out)


@pytest.fixture
def keeper(run: Run, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A program whose signing key lies elsewhere, and a colleague who holds a checkpoint."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(files, "my-program")
    Path("safe").mkdir()
    run("init", "my-program")
    key = ("--signing-key", "safe/program.signing-key")
    vkey = run("checkpoint", "my-program", *key, "--init-key", ORIGIN, "--json").data["vkey"]
    assert run("checkpoint", "my-program", *key, "--out", "theirs.txt").code == 0
    run("record", "my-program", "register-person", "name=Amara")
    Path("april.json").write_text(run("status", "my-program", "--json").out, "utf-8")
    return str(vkey)


@pytest.mark.processes
def test_an_auditor_comes_from_an_export_to_a_verdict_by_the_guide(
    run: Run, keeper: str, tmp_path: Path
) -> None:
    shutil.copy(standalone.__file__, "standalone.py")
    bare_environment(tmp_path / "audit")
    followed = Followed(keeper)

    for block in POSIX:
        for line in block.lines if block.who != "auditor, once" else ():
            followed.type(
                run, block.who, line.replace(RECEIVED, datetime.now(UTC).date().isoformat())
            )

    *verdicts, digest, _ = followed.checked
    assert len(verdicts) == 3
    assert all(verdict.startswith("verdict: verified\n") for verdict in verdicts)
    assert "withheld: 0" in verdicts[0]
    assert re.fullmatch(r"[0-9a-f]{64}\n", digest)
    assert "Verified" in followed.asked[-1]
    newest = ["--vkey", keeper, "--checkpoint", "june.txt"]
    kept = run("verify", "june.zip", *newest, "--json").data
    assert (kept["verdict"], kept["covered"]) == ("verified", kept["size"])
    checked = run("verify", "july.zip", *newest, "--json").data
    assert checked["opened"] == [[5, "name", "Amara"]]
    assert "Amara" not in "".join(followed.asked)


@pytest.mark.processes
def test_two_auditors_who_were_shown_two_histories_prove_it_by_the_guide(
    run: Run, keeper: str, tmp_path: Path
) -> None:
    """The operator keeps two copies of the log, each with its own memory of what was signed."""
    shutil.copytree("my-program", "other-program")
    shutil.copytree("safe", "other-safe")
    key = ("--signing-key", "other-safe/program.signing-key")
    Path("theirs.txt").unlink()
    run("record", "other-program", "register-person", "name=Ben")
    run("checkpoint", "other-program", *key, "--out", "theirs.txt")
    shutil.copy(standalone.__file__, "standalone.py")
    bare_environment(tmp_path / "audit")
    lines = [(block.who, line) for block in POSIX for line in block.lines]
    made = [line for who, line in lines if who == "operator"][:3]
    [compares] = [line for _, line in lines if "theirs.txt" in line]
    followed = Followed(keeper)
    for line in made:
        followed.type(run, "operator", line)

    words = [keeper if word == "VERIFIER-KEY" else word for word in shlex.split(compares)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout.split("\n")[0]) == (1, "verdict: fork")


@pytest.mark.processes
def test_what_an_auditor_asks_for_needs_nobody_s_keys(run: Run, keeper: str) -> None:
    for name in ("program.keys", "program.kek"):
        (Path("my-program") / name).rename(Path("safe") / name)
    lines = [line for block in POSIX if block.who == "operator" for line in block.lines]
    followed = Followed(keeper)
    opens = [line for line in lines if "--disclose" in line]

    for line in lines:
        if line not in opens:
            followed.type(run, "operator", line)
        else:
            assert run(*shlex.split(line)[1:]).code == 2
            followed.type(run, "operator", f"{line} --keys safe/program.keys")

    held = ("--vkey", keeper, "--checkpoint", "january.txt")
    for name in ("june.zip", "july.zip"):
        assert run("verify", name, *held).code == 0


def test_every_command_is_given_for_windows() -> None:
    told = iter(BLOCKS)

    for block in told:
        if all(map(same_under_windows, block.lines)):
            continue
        there = next(told)
        assert (there.who, there.windows) == (block.who, True)
        assert tuple(map(on_posix, there.lines)) == block.lines


@pytest.mark.parametrize("page", [GUIDE, REFERENCE])
def test_every_verdict_is_explained(page: str) -> None:
    told = set(re.findall(r"^\|(?: \d \|)? `([a-z-]+)` \|", page, re.MULTILINE))

    assert told == VERDICTS


def test_the_reference_names_the_constants_of_the_verifier() -> None:
    assert standalone.EVENTS in REFERENCE
    assert f"{standalone.Y8:x}" in REFERENCE
    assert standalone.FILE.pattern.replace("\\\\", "\\") in REFERENCE
    assert f"{standalone.MEMBERS:,} members" in REFERENCE
