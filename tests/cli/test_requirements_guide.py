"""The guide to reliefs and evidence is carried out as it is printed."""

from __future__ import annotations

import re
import shlex
from datetime import date
from pathlib import Path

import pytest
from cli.asking import Run
from cli.test_naming import People, mc

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/how-to/record-reliefs-and-evidence.md").read_text("utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", GUIDE, re.DOTALL)


def files() -> dict[str, str]:
    """What the guide says to write, by path."""
    told = re.findall(r"<!-- write (\S+) -->\n```\w+\n(.*?)```", GUIDE, re.DOTALL)
    return dict(told)


def commands() -> list[list[str]]:
    """The command lines of the guide, word by word."""
    lines = "".join(blocks("sh")).replace("\\\n", " ").splitlines()
    return [shlex.split(line, comments=True) for line in lines]


@pytest.fixture
def people(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> People:
    """Lin Wu mentors Amara Okonkwo, in a program that goes by the packs of the guide."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "my-program"
    folder.mkdir()
    text = mc.BLUEPRINT_TEMPLATE.replace("2026-", "2025-").replace("2027-", "2026-")
    year = """
[[calendar]]
school_year = "2025-26"
terms = [{ name = "year", since = 2025-08-18, until = 2026-06-06 }]
"""
    (folder / "blueprint.toml").write_text(blocks("toml")[0] + text + year)
    assert run("init", folder).code == 0
    made = People(folder)
    mentor, mentee = made.enrol("Lin Wu", "mentor"), made.enrol("Amara Okonkwo", "mentee")
    pairing = made.pair(mentor, mentee)
    made.do(
        mc.WriteNote(
            pairing_id=pairing,
            author=mentee,
            kind="reflection",
            on=date(2025, 11, 3),
            visibility="pair_private",
            body="Somebody threatened me",
        )
    )
    return made


def test_the_guide_is_carried_out(run: Run, people: People) -> None:
    for path, text in files().items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text, encoding="utf-8")

    for words in commands():
        said = run(*words[1:])
        assert (said.code, said.err) == (0, ""), (words, said.err)

    with mc.open(people.log) as engine:
        told = [r.name for r in engine.events()]
        pairing = next(r.stream for r in engine.events() if r.name == "pairing.formed")
        history = engine.history(pairing, viewer=mc.Viewer.coordinator())
    assert told.count("participant.fact-stated") == 2
    assert told.count("pairing.evidence-attached") == 2
    assert told.count("participant.evidence-attached") == 2
    opened = history.of("pairing.note-written")[0].value("body")
    assert opened == "Somebody threatened me"


def test_the_codes_of_the_guide_are_those_of_the_guards() -> None:
    told = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (.*?) \|", GUIDE, re.MULTILINE))))

    folders = ("src/mentorcore/policy/guards", "src/mentorcore/domain/requirements")
    sources = "".join(
        path.read_text("utf-8") for folder in folders for path in (ROOT / folder).glob("*.py")
    )
    assert told
    assert {code for code in told if f'"{code}"' not in sources} == set()
