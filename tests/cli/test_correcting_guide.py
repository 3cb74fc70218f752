"""The guide to corrections is carried out as it is printed."""

from __future__ import annotations

import re
import shlex
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cli.asking import Run
from cli.test_naming import People, begun, mc

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/how-to/correct-a-record.md").read_text("utf-8")
PRINTED = GUIDE[: GUIDE.index("## Take back a whole import")]


def commands() -> list[list[str]]:
    """The command lines of the guide, word by word."""
    blocks = re.findall(r"```sh\n(.*?)```", PRINTED, re.DOTALL)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    return [shlex.split(line, comments=True) for line in lines]


def meetings(run: Run, people: People, who: str) -> dict[int, tuple[str, Any]]:
    """By version, how each meeting stands and the minutes that it came to."""
    told = run("history", people.log, who, "--json").data
    found = {}
    for entry in told["entries"]:
        if entry["name"] == "pairing.meeting-held":
            version = int(entry["evidence"]["version"])
            found[version] = (entry["standing"], entry["counted_minutes"])
    return found


@pytest.fixture
def people(run: Run, tmp_path: Path) -> People:
    """Ada and Lin with four meetings, and Bo, who meets Lin, too."""
    made = begun(run, tmp_path / "mine")
    ada, bo = made.enrol("Ada Byron", "mentor"), made.enrol("Bo Lund", "mentor")
    lin = made.enrol("Lin Wu", "mentee")
    pairing = made.pair(ada, lin)
    members = (
        mc.Member(participant=bo, role="mentor"),
        mc.Member(participant=lin, role="mentee"),
    )
    made.do(
        mc.FormPairing(
            program_id=made.program, cohort_id=made.cohort, members=members, on=made.since
        )
    )
    for day, minutes in ((1, 5), (2, 30), (1, 50), (4, 30)):
        held = made.since + timedelta(days=day)
        made.do(mc.HoldMeeting(pairing_id=pairing, held_on=held, minutes=minutes))
    return made


def test_the_guide_corrects_what_it_says(run: Run, people: People) -> None:
    first, *asked = commands()
    assert first[1] == "history"
    said = []

    for words in asked:
        command = [str(people.log) if word == "my-program" else word for word in words[1:]]
        said.append(run(*command))

    assert [(s.code, s.err) for s in said] == [(0, "")] * 7
    assert meetings(run, people, "Ada Byron & Lin Wu") == {
        2: ("stands", 5),  # amended to 50, then to 55, and the amendment undone
        3: ("stands", 30),  # retracted and brought back
        4: ("retracted", 0),  # the same as 2
        5: ("retracted", 0),  # put where it belongs
    }
    assert [m for m, _ in meetings(run, people, "Bo Lund & Lin Wu").values()] == ["stands"]


def test_the_guide_shows_the_records_that_it_corrects(run: Run, people: People) -> None:
    words = [str(people.log) if word == "my-program" else word for word in commands()[0][1:]]

    said = run(*words)

    assert said.code == 0
    assert re.search(r"pairing:[0-9a-f]{32}#2", said.out)


def test_a_record_is_named_as_its_history_prints_it(run: Run, people: People) -> None:
    who = "Ada Byron & Lin Wu"
    shown = run("history", people.log, who, "--ids").out
    target = next(word for word in shown.split() if word.endswith("#2"))

    said = run("record", people.log, "amend-record", f"target={target}", "changes.minutes=50")

    assert said.code == 0, said.err
    assert meetings(run, people, who)[2] == ("amended", 50)
