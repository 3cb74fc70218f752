"""On the command line people and pairings are named by the words by which they are known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cli.asking import Run

import mentorcore

mc: Any = mentorcore
US = mc.Actor(id="command-line", role="coordinator", kind="system")


class People:
    """A program on a file, and the ids of whoever is in it."""

    def __init__(self, program: Path) -> None:
        self.log = str(program / "program.db")
        with mc.open(self.log) as engine:
            status = engine.status(viewer=mc.Viewer.coordinator())
        self.program, self.cohort = status.program, status.cohorts[0].cohort
        self.since = status.cohorts[0].starts_on

    def do(self, command: Any) -> str:
        with mc.open(self.log) as engine:
            return str(engine.handle(command, actor=US).stream)

    def enrol(self, name: str, role: str, address: str | None = None, **more: Any) -> str:
        contact = None if address is None else mc.Contact(email=address)
        person = self.do(mc.RegisterPerson(name=name, contact=contact))
        asked = {"program_id": self.program, "cohort_id": self.cohort, **more}
        return self.do(mc.EnrolParticipant(person_id=person, role=role, since=self.since, **asked))

    def pair(self, mentor: str, mentee: str) -> str:
        members = (
            mc.Member(participant=mentor, role="mentor", primary=True),
            mc.Member(participant=mentee, role="mentee"),
        )
        return self.do(
            mc.FormPairing(
                program_id=self.program, cohort_id=self.cohort, members=members, on=self.since
            )
        )


def begun(run: Run, folder: Path) -> People:
    """A program of the template that has just begun; pairings are under way at once."""
    folder.mkdir()
    text = mc.BLUEPRINT_TEMPLATE.replace("2026-", "2025-").replace("2027-", "2026-")
    (folder / "blueprint.toml").write_text(text)
    assert run("init", folder).code == 0
    return People(folder)


@pytest.fixture
def people(run: Run, tmp_path: Path) -> People:
    """A program that has just begun."""
    return begun(run, tmp_path / "mine")


def test_history_is_told_of_somebody_by_a_name_that_they_had(run: Run, people: People) -> None:
    who = people.enrol("Ayo Cole", "mentor", "ayo@example.org")
    with mc.open(people.log) as engine:
        person = engine.find("Ayo Cole", viewer=mc.Viewer.coordinator())[0].person
    people.do(mc.ChangePersonDetails(person_id=person, since=people.since, name="Ayo Brandt"))

    said = [
        run("history", people.log, word, "--json")
        for word in ("Ayo Cole", "Ayo Brandt", "ayo@example.org")
    ]

    assert [s.code for s in said] == [0, 0, 0]
    assert {s.data["subject"] for s in said} == {who}


def test_namesakes_are_listed_with_what_tells_them_apart(run: Run, people: People) -> None:
    first = people.enrol("Maria Garcia", "mentor", "maria@one.example")
    second = people.enrol("Maria Garcia", "mentee", "maria@two.example")

    said = run("history", people.log, "Maria Garcia")

    one_line = " ".join(said.err.split())
    assert said.code == 1
    assert "Maria Garcia <maria@one.example>, mentor, " in one_line
    assert "Maria Garcia <maria@two.example>, mentee, " in one_line
    assert first in one_line
    assert second in one_line


@pytest.mark.parametrize("word", ["Maria Garcia <maria@two.example>", "Maria Garcia (mentee)"])
def test_what_tells_namesakes_apart_says_which(run: Run, people: People, word: str) -> None:
    people.enrol("Maria Garcia", "mentor", "maria@one.example")
    second = people.enrol("Maria Garcia", "mentee", "maria@two.example")

    said = run("history", people.log, word, "--json")

    assert said.data["subject"] == second


def test_a_pairing_is_named_as_pairings_are_printed(run: Run, people: People) -> None:
    pairing = people.pair(people.enrol("Ayo Cole", "mentor"), people.enrol("Lin Wu", "mentee"))
    printed = run("status", people.log)

    said = run("history", people.log, "Ayo Cole & Lin Wu", "--json")
    why = run("why", people.log, "lin wu & ayo cole", "meetings", "--json")

    assert "Ayo Cole & Lin Wu" in printed.out
    assert said.data["subject"] == pairing
    assert why.data["subject"] == pairing


@pytest.mark.parametrize(
    ("mentor", "mentee"),
    [
        ("Ayo Cole", "Zoe & Max Hill"),
        ("Zoe & Max Hill", "Ayo Cole"),
        ("Max & Zoe Hill", "Ann & Ben Low"),
    ],
)
def test_a_name_may_hold_what_stands_between_names(
    run: Run, people: People, mentor: str, mentee: str
) -> None:
    pairing = people.pair(people.enrol(mentor, "mentor"), people.enrol(mentee, "mentee"))

    for word in (f"{mentor} & {mentee}", f"{mentee} & {mentor}"):
        said = run("history", people.log, word, "--json")

        assert said.data["subject"] == pairing
    told = run(
        "record", people.log, "pause-pairing", f"pairing_id={mentee}", f"since={people.since}"
    )
    assert told.code == 0, told.err


def test_a_pairing_that_is_not_there_says_who_is_unknown(run: Run, people: People) -> None:
    people.enrol("Ayo Cole", "mentor")
    people.enrol("Lin Wu", "mentee")

    apart = run("history", people.log, "Ayo Cole & Lin Wu")
    unknown = run("history", people.log, "Ayo Cole & Lyn Wo")

    assert "no pairing of Ayo Cole and Lin Wu" in apart.err
    assert "nobody called 'Lyn Wo'" in unknown.err


def test_the_named_program_narrows_a_search(run: Run, people: People) -> None:
    here = people.enrol("Ayo Cole", "mentor")
    text = mc.BLUEPRINT_TEMPLATE.replace('name = "', 'name = "Second ', 1)
    with mc.open(people.log) as engine:
        person = engine.find("Ayo Cole", viewer=mc.Viewer.coordinator())[0].person
        blueprint = mc.read_blueprint(text, "second")
        other = engine.batch(blueprint.commands(engine.new_id), actor=US).stream
        line = engine.status(other, viewer=mc.Viewer.coordinator())
        there = engine.handle(
            mc.EnrolParticipant(
                person_id=person,
                program_id=other,
                cohort_id=line.cohorts[0].cohort,
                role="mentor",
                since=line.cohorts[0].starts_on,
            ),
            actor=US,
        ).stream
        first = next(p.name for p in engine.programs() if p.program == people.program)

    both = run("history", people.log, "Ayo Cole")
    narrowed = [
        run("history", people.log, "Ayo Cole", "--program", name, "--json")
        for name in (first, line.name)
    ]

    assert both.code == 1
    assert line.name in " ".join(both.err.split())
    assert [n.data["subject"] for n in narrowed] == [here, there]


@pytest.mark.parametrize(
    "word",
    [
        "Ann-Marie O\u2019Neil",
        "ann\u2011marie o'neil",
        "Ann-Marie O\u02bcNeil\u200b",
        "ANN\u2013MARIE O`NEIL",
    ],
)
def test_a_name_is_found_as_a_word_processor_writes_it(run: Run, people: People, word: str) -> None:
    who = people.enrol("Ann-Marie O'Neil", "mentor")

    assert run("history", people.log, word, "--json").data["subject"] == who


def test_a_program_that_nobody_knows_is_told_with_those_there_are(run: Run, people: People) -> None:
    people.enrol("Ayo Cole", "mentor")

    for verb in (["status"], ["history", "Ayo Cole"], ["attention"]):
        said = run(verb[0], people.log, *verb[1:], "--program", "Nope")

        assert said.code == 2
        assert "no program is called 'Nope'; there are 'Peer mentoring" in said.err


def test_a_named_program_tells_of_nobody_who_takes_part_in_another(
    run: Run, people: People, tmp_path: Path
) -> None:
    people.enrol("Ayo Cole", "mentor")
    other = tmp_path / "other.toml"
    other.write_text(mc.BLUEPRINT_TEMPLATE.replace("Peer mentoring for new principals", "Circle"))
    assert run("init", Path(people.log).parent, "--blueprint", other).code == 0

    said = run("history", people.log, "Ayo Cole", "--program", "Circle")
    which = run("record", people.log, "close-cohort", "on=2026-07-01")
    named = run("record", people.log, "close-cohort", "--program", "Circle", "on=2026-08-01")

    assert "nobody called 'Ayo Cole' takes part in this program" in said.err
    assert "program_id: this log holds several programs" in " ".join(which.err.split())
    assert "starts on 2026-09-01" in named.err or named.code == 0


def test_somebody_who_takes_part_in_nothing_has_a_history(run: Run, people: People) -> None:
    person = people.do(mc.RegisterPerson(name="Ines Roth"))

    said = run("history", people.log, "Ines Roth", "--json")

    assert said.data["subject"] == person
