"""The guide for auditors, followed word for word by an operator and an auditor."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

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


def commands(who: str) -> list[list[str]]:
    """What the guide lets *who* type, in order."""
    blocks = re.findall(rf"<!-- {who} -->\n```sh\n(.*?)```", GUIDE, re.DOTALL)
    return [shlex.split(line) for block in blocks for line in block.splitlines()]


@pytest.mark.processes
def test_an_auditor_comes_from_an_export_to_a_verdict_by_the_guide(
    run: Run, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(files, "my-program")
    run("init", "my-program")
    vkey = run("checkpoint", "my-program", "--init-key", ORIGIN, "--json").data["vkey"]
    run("record", "my-program", "register-person", "name=Amara")
    Path("january.txt").write_text(run("checkpoint", "my-program", "--json").data["note"], "utf-8")
    shutil.copy(standalone.__file__, "standalone.py")
    bare_environment(tmp_path / "audit")

    for words in commands("operator"):
        assert words[0] == "mentorcore"
        said = run(*words[1:])
        assert said.code == 0, said.err
    answers = []
    for words in commands("auditor"):
        typed = [vkey if word == "VERIFIER-KEY" else word for word in words]
        typed[0] = sys.executable if typed[0] == "python3" else typed[0]
        done = subprocess.run(typed, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), typed
        answers.append(done.stdout)

    assert answers[0].startswith("verdict: verified\n")
    assert "withheld: 0" not in answers[0]
    assert re.fullmatch(r"[0-9a-f]{64}\n", answers[1])
    checked = subprocess.run(
        ["audit/bin/python", "standalone.py", "july.zip", "--vkey", vkey],
        capture_output=True,
        text=True,
        check=False,
    )
    newest = ["--vkey", vkey, "--checkpoint", "june.txt"]
    kept = run("verify", "june.zip", *newest, "--json").data
    assert (kept["verdict"], kept["covered"]) == ("verified", kept["size"])
    assert "opened: [5, 'name', 'Amara']\n" in checked.stdout


@pytest.mark.parametrize("page", [GUIDE, REFERENCE])
def test_every_verdict_is_explained(page: str) -> None:
    told = set(re.findall(r"^\|(?: \d \|)? `([a-z-]+)` \|", page, re.MULTILINE))

    assert told == VERDICTS


def test_the_reference_names_the_constants_of_the_verifier() -> None:
    assert standalone.EVENTS in REFERENCE
    assert f"{standalone.Y8:x}" in REFERENCE
    assert standalone.FILE.pattern.replace("\\\\", "\\") in REFERENCE
    assert f"{standalone.MEMBERS:,} members" in REFERENCE
