"""What the pages on proposals, substitutes and shared notes type is what the command line takes."""

from __future__ import annotations

import re
import shlex
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cli.asking import Run
from cli.test_naming import People, begun, mc

PAGES = Path(__file__).parents[2] / "docs" / "how-to"
SEES = mc.Viewer.coordinator()


def commands(page: str, first: str) -> list[list[str]]:
    """The commands of a page from one on, a year earlier, as the program of these tests is."""
    text = (PAGES / page).read_text("utf-8").replace("2026-", "2025-").replace("2027-", "2026-")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    found = [shlex.split(line, comments=True)[1:] for line in lines]
    return [words for words in found if words[0] == "record" and words[2].startswith(first)]


@pytest.fixture
def people(run: Run, tmp_path: Path) -> People:
    """Those whom the pages name."""
    made = begun(run, tmp_path / "mine")
    for name, role in (("Ada Byron", "mentor"), ("Bo Lund", "mentor")):
        setattr(made, name.split()[0].lower(), made.enrol(name, role))
    for name in ("Lin Wu", "Zoe Hart"):
        setattr(made, name.split()[0].lower(), made.enrol(name, "mentee"))
    return made


def carried_out(run: Run, people: People, words: list[str]) -> Any:
    said = run(*(str(people.log) if word == "my-program" else word for word in words), "--json")
    assert (said.code, said.err) == (0, "")
    return [event["name"] for event in said.data["events"]]


def test_members_are_asked_and_answer_by_their_names(run: Run, people: People) -> None:
    propose, accept, decline = (
        commands("ask-before-pairing.md", word)[0] for word in ("propose", "accept", "decline")
    )

    proposed = carried_out(run, people, propose)
    waiting = run("status", people.log).out
    accepted = carried_out(run, people, accept)
    declined = carried_out(run, people, decline)

    assert proposed[0] == "pairing.proposed"
    assert "Proposed (1 waiting for answers):" in waiting
    assert (accepted, declined) == (["pairing.accepted"], ["pairing.declined"])
    with mc.open(people.log) as engine:
        assert engine.status(viewer=SEES).proposals == ()


def test_a_proposal_is_found_by_its_people_where_they_are_paired_as_well(
    run: Run, people: People
) -> None:
    pair = people.pair(people.ada, people.lin)  # type: ignore[attr-defined] # set by its name
    people.do(
        mc.EndPairing(pairing_id=pair, on=people.since, reason="no_fault", initiated_by="program")
    )
    carried_out(run, people, commands("ask-before-pairing.md", "propose")[0])

    accepted = carried_out(run, people, commands("ask-before-pairing.md", "accept")[0])
    told = run("history", people.log, "Ada Byron & Lin Wu", "--json")

    assert accepted == ["pairing.accepted"]
    assert told.data["subject"] == pair


def test_the_history_of_a_proposal_is_told_by_its_people(run: Run, people: People) -> None:
    carried_out(run, people, commands("ask-before-pairing.md", "propose")[0])

    told = run("history", people.log, "Ada Byron & Lin Wu", "--json")

    assert [entry["name"] for entry in told.data["entries"]] == ["pairing.proposed"]


def test_a_note_is_shared_and_that_is_ended(run: Run, people: People) -> None:
    pair = people.pair(people.ada, people.lin)  # type: ignore[attr-defined] # set by its name
    people.do(
        mc.WriteNote(
            pairing_id=pair,
            author=people.lin,  # type: ignore[attr-defined] # the same
            kind="journal",
            on=date(2025, 10, 5),
            visibility="author_private",
            body="I doubt it",
        )
    )

    told = [carried_out(run, people, words) for words in commands("share-a-note.md", "")]

    assert told == [["pairing.note-shared"], ["pairing.note-sharing-ended"]]


def test_somebody_stands_in(run: Run, people: People) -> None:
    people.pair(people.bo, people.zoe)  # type: ignore[attr-defined] # set by their names

    added = carried_out(run, people, commands("run-a-group.md", "add")[0])
    longer = carried_out(run, people, commands("run-a-group.md", "name")[0])

    assert "pairing.substitute-named" in added
    assert longer == ["pairing.substitute-named"]
    with mc.open(people.log) as engine:
        (row,) = engine.status(viewer=SEES).pairings
    assert row.co_mentors == ()
    assert [(s.participant, s.until) for s in row.substitutes] == [
        (people.ada, date(2026, 3, 12))  # type: ignore[attr-defined] # the same
    ]


@pytest.mark.parametrize(
    ("page", "module"),
    [("share-a-note.md", "sharing.py")],
)
def test_the_codes_of_the_page_are_those_of_the_rules(page: str, module: str) -> None:
    told = set(re.findall(r"^\| `(\w+)` \|", (PAGES / page).read_text("utf-8"), re.MULTILINE))
    rules = Path(__file__).parents[2] / "src/mentorcore/domain/pairing/deciding" / module

    found = set(re.findall(r'"(\w+)"\)?,?$', rules.read_text("utf-8"), re.MULTILINE))

    assert told
    assert told <= found
