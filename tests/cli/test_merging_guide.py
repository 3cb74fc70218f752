"""The guide to merging is carried out as it is printed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from cli.asking import Run
from cli.test_naming import People, begun, mc

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/how-to/merge-two-records-of-one-person.md").read_text("utf-8")


def commands() -> list[list[str]]:
    """The command lines of the guide, word by word."""
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    return [shlex.split(line, comments=True) for line in lines]


@pytest.fixture
def people(run: Run, tmp_path: Path) -> People:
    """Lin Wu takes part, and Lin Woo is known with an address."""
    made = begun(run, tmp_path / "mine")
    made.enrol("Lin Wu", "mentee")
    made.do(mc.RegisterPerson(name="Lin Woo", contact=mc.Contact(email="woo@x.example")))
    return made


def test_the_guide_merges_two_people_and_takes_them_apart(run: Run, people: People) -> None:
    *first, last = commands()
    for words in first:
        said = run(*(str(people.log) if word == "my-program" else word for word in words[1:]))
        assert (said.code, said.err) == (0, "")

    with mc.open(people.log) as engine:
        merged = engine.find("Lin Wu", viewer=mc.Viewer.coordinator())
    assert [(f.name, f.email) for f in merged] == [("Lin Woo", "woo@x.example")]
    shown = run("history", people.log, "Lin Woo", "--ids").out
    (stream,) = set(re.findall(rf"({merged[0].person})#2", shown))
    words = [stream.join(w.split("person:…")) if "person:…" in w else w for w in last[1:]]

    apart = run(*(str(people.log) if word == "my-program" else word for word in words))

    assert (apart.code, apart.err) == (0, "")
    with mc.open(people.log) as engine:
        again = engine.find("Lin Wu", viewer=mc.Viewer.coordinator())
    assert [(f.name, f.email) for f in again] == [("Lin Wu", None)]


def test_the_codes_of_the_guide_are_those_of_the_rules() -> None:
    told = set(re.findall(r"^\| `(\w+)`", GUIDE, re.MULTILINE))

    rules = (ROOT / "src/mentorcore/domain/person/merging.py").read_text("utf-8")
    assert told == set(re.findall(r'^ +"(\w+)",$', rules, re.MULTILINE)) & told
    assert {"merged", "same_person", "already_enrolled", "both_roles"} == told
