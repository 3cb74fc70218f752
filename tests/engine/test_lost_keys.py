"""A lost key hides one person and stops nobody."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from engine.world import STARTED, TODAY, Clock, World, mc, place
from hypothesis import given, settings
from hypothesis import strategies as st

from mentorcore.engine.engine import Engine
from mentorcore.errors import KeyMissing
from mentorcore.projections.plain import plain

SEES = mc.Viewer.coordinator()
PEOPLE = """
form = "people"
kind = "enrolment"
[people]
by = "{by}"
[source]
keys = ["No"]
[fields]
name = "Name"
email = "Mail"
role = "Role"
since = "Since"
"""
MEETINGS = """
form = "meetings"
kind = "meeting-log"
[people]
by = "name"
[source]
keys = ["No"]
[fields]
mentor = "Mentor"
mentee = "Mentee"
on = "Day"
minutes = "Minutes"
[defaults]
modality = "in_person"
"""


class Village:
    """Two pairings in a log on a file; one mentee's key is going to be lost."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.at = place(str(folder / "program.db"), folder)
        with self.at.open(1) as opened:
            world = World(opened)
            self.program, self.cohort = world.program, world.cohort
            self.who = {}
            for name, role in (("Ada", "mentor"), ("Lin", "mentee"), ("Sol", "mentee")):
                contact = mc.Contact(email=f"{name.lower()}@village.example")
                person = world.person(name=name, contact=contact)
                world.ask(
                    mc.LinkExternalIdentity(person_id=person, scheme="email", value=contact.email)
                )
                self.who[name] = world.enrol(role, person)
            self.persons = {name: world.persons[who] for name, who in self.who.items()}
            self.pairings = {
                name: world.pair(self.who["Ada"], self.who[name]) for name in ("Lin", "Sol")
            }
            for name, pairing in self.pairings.items():
                world.ask(
                    mc.SetGoal(
                        pairing_id=pairing, statement=f"Goal of {name}", area="a", on=STARTED
                    )
                )

    def lose(self, name: str) -> None:
        with closing(sqlite3.connect(str(self.at.keys))) as keys, keys:
            keys.execute("DELETE FROM subject_key WHERE subject = ?", (self.persons[name],))

    def open(self) -> Engine:
        return self.at.open(9000, Clock())

    def take(self, opened: Engine, text: str, mapping: str) -> Any:
        file = self.folder / "export.csv"
        file.write_text(text)
        actor = mc.Actor(id="host", role="coordinator", kind="system")
        return opened.take_in(file, mc.read_mapping(mapping, "m.toml"), actor=actor)


@pytest.fixture
def village(tmp_path: Path) -> Village:
    return Village(tmp_path)


@pytest.fixture
def opened(village: Village) -> Iterator[Engine]:
    """The log, after Sol's key was lost."""
    village.lose("Sol")
    with village.open() as found:
        yield found


def test_status_and_find_tell_everybody_else_and_withhold_one_name(
    village: Village, opened: Engine
) -> None:
    status = opened.status(viewer=SEES)

    names = {p.participant: p.who.name for p in status.participants}
    assert names[village.who["Ada"]] == "Ada"
    assert names[village.who["Sol"]] == mc.Withheld("name", "key missing")
    assert len(status.pairings) == 2
    assert [f.participant for f in opened.find("Ada", viewer=SEES)] == [village.who["Ada"]]
    assert opened.find("Sol", viewer=SEES) == ()
    printed = f"mentee …{village.who['Sol'][-8:]}"
    assert [f.participant for f in opened.find(printed, viewer=SEES)] == [village.who["Sol"]]


def test_attention_says_whose_key_is_gone(village: Village, opened: Engine) -> None:
    (need,) = opened.attention(viewer=SEES).of("key_missing")

    assert need.subject == village.who["Sol"]
    assert village.persons["Sol"] in need.why
    assert opened.explain(need, viewer=SEES).holds
    assert opened.attention(viewer=mc.Viewer.auditor()).of("key_missing") == ()


def test_history_shows_texts_under_that_key_as_withheld(village: Village, opened: Engine) -> None:
    ours = opened.history(village.pairings["Sol"], viewer=SEES)
    other = opened.history(village.pairings["Lin"], viewer=SEES)

    def goals(history: Any) -> list[Any]:
        return [s.value for e in history.entries for s in e.said if s.field == "statement"]

    assert goals(ours) == [mc.Withheld("free_text", "key missing")]
    assert goals(other) == ["Goal of Lin"]


def test_every_other_question_is_answered(village: Village, opened: Engine) -> None:
    answers = [
        *opened.programs(),
        opened.view("observation.matrix", viewer=SEES),
        opened.diff(mc.Moment(as_known=5), viewer=SEES),
        opened.history(village.who["Sol"], viewer=SEES),
        opened.history(village.persons["Sol"], viewer=SEES),
        opened.history(village.program, viewer=SEES),
        *opened.figures(village.who["Sol"], viewer=SEES),
        opened.explain(village.pairings["Sol"], "meetings", viewer=SEES),
        opened.status(viewer=SEES, as_known=opened.position),
        opened.status(viewer=SEES, as_of=TODAY),
        *opened.find_people("Lin", viewer=SEES),
        *opened.find_pairings("Ada", "Lin", viewer=SEES),
    ]

    assert all(plain(answer) for answer in answers)


def test_an_export_is_made(village: Village, opened: Engine) -> None:
    made = opened.export(
        village.folder / "out",
        recipient="auditor",
        actor=mc.Actor(id="host", role="coordinator", kind="system"),
    )

    assert made.size > 0


def test_only_what_would_be_written_under_that_key_is_refused(
    village: Village, opened: Engine
) -> None:
    us = mc.Actor(id="host", role="coordinator", kind="system")
    held = {"held_on": date(2026, 9, 1), "minutes": 30}

    for pairing in village.pairings.values():
        opened.handle(mc.HoldMeeting(pairing_id=pairing, **held), actor=us)
    with pytest.raises(KeyMissing, match=village.persons["Sol"]):
        opened.handle(
            mc.ChangePersonDetails(
                person_id=village.persons["Sol"], since=STARTED, name="Sol Diaz"
            ),
            actor=us,
        )
    opened.handle(
        mc.ChangePersonDetails(person_id=village.persons["Lin"], since=STARTED, name="Lin Wu"),
        actor=us,
    )

    assert [row.meetings for row in opened.status(viewer=SEES).pairings] == [1, 1]


def test_an_import_takes_the_rows_that_name_others(village: Village, opened: Engine) -> None:
    rows = "No,Mentor,Mentee,Day,Minutes\n1,Ada,Lin,2026-09-01,30\n2,Ada,Sol,2026-09-02,30\n"
    rows += "3,Ada,Lin,2026-09-03,30\n"

    told = village.take(opened, rows, MEETINGS)

    assert (told.counts.taken, told.counts.refused) == (2, 1)
    assert "keys are missing" in told.findings[0].reason
    assert village.persons["Sol"] in told.findings[0].reason


@pytest.mark.parametrize("by", ["email", "name"])
def test_nobody_is_registered_twice_because_their_key_is_lost(
    village: Village, opened: Engine, by: str
) -> None:
    rows = "No,Name,Mail,Role,Since\n1,Sol,sol@village.example,mentee,2026-08-17\n"
    rows += "2,Lin,lin@village.example,mentee,2026-08-17\n"
    before = len(opened.status(viewer=SEES).participants)

    told = village.take(opened, rows, PEOPLE.format(by=by))

    assert (told.counts.taken, told.counts.refused) == (1, 1)
    assert len(opened.status(viewer=SEES).participants) == before


def test_a_text_whose_bytes_do_not_open_is_withheld_and_hides_nobody_else(
    village: Village,
) -> None:
    with closing(sqlite3.connect(village.at.url)) as db, db:
        table = "stored_events"
        row = db.execute(
            f"SELECT rowid, state FROM {table} WHERE originator_id = ? AND originator_version = 1",
            (village.persons["Sol"],),
        ).fetchone()
        state = bytes(row[1])
        at = state.index(b'"_e":"') + 60
        damaged = state[:at] + (b"A" if state[at : at + 1] != b"A" else b"B") + state[at + 1 :]
        db.execute(f"UPDATE {table} SET state = ? WHERE rowid = ?", (damaged, row[0]))

    with village.open() as opened:
        names = {p.participant: p.who.name for p in opened.status(viewer=SEES).participants}

    assert names[village.who["Ada"]] == "Ada"
    assert isinstance(names[village.who["Sol"]], mc.Withheld)


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.sets(st.sampled_from(["Ada", "Lin", "Sol"]), min_size=1))
def test_whoever_lost_their_keys_everybody_else_is_told_as_before(
    tmp_path_factory: pytest.TempPathFactory, lost: set[str]
) -> None:
    village = Village(tmp_path_factory.mktemp("village"))
    with village.open() as opened:
        before = opened.status(viewer=SEES)
    for name in lost:
        village.lose(name)

    with village.open() as opened:
        after = opened.status(viewer=SEES)
        gone = opened.attention(viewer=SEES).of("key_missing")

    assert after.numbers == before.numbers
    assert {need.people[0].person for need in gone} == {village.persons[name] for name in lost}
    for then, now in zip(before.participants, after.participants, strict=True):
        hidden = then.who.name in lost
        assert now.who.name == (mc.Withheld("name", "key missing") if hidden else then.who.name)
