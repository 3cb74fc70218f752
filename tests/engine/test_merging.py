"""Two records of one human being become one, in every question and in imports, and come apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from engine.test_lost_keys import MEETINGS, PEOPLE
from engine.world import COORDINATOR, STARTED, World, engine, mc

from mentorcore.errors import Refused
from mentorcore.projections.plain import plain

SEES = mc.Viewer.coordinator()


class Twice:
    """Lin is enrolled and paired as Lin Wu, and known once more as Lin Woo, who has an address."""

    def __init__(self) -> None:
        self.world = World(engine())
        self.engine = self.world.engine
        ada = self.world.person(name="Ada")
        self.ada = self.world.enrol("mentor", ada)
        self.lin = self.world.person(name="Lin Wu")
        self.world.ask(mc.LinkExternalIdentity(person_id=self.lin, scheme="payroll", value="HR-7"))
        self.here = self.world.enrol("mentee", self.lin)
        self.pairing = self.world.pair(self.ada, self.here)
        self.woo = self.world.person(name="Lin Woo", contact=mc.Contact(email="woo@x.example"))
        self.world.ask(
            mc.LinkExternalIdentity(person_id=self.woo, scheme="email", value="woo@x.example")
        )

    def merge(self) -> Any:
        return self.world.ask(mc.MergePersons(survivor=self.woo, absorbed=self.lin)).events[0]

    def apart(self) -> None:
        merged = next(
            r for r in self.engine.events(stream=self.woo) if type(r.event) is mc.PersonsMerged
        )
        self.world.ask(mc.RetractRecord(stream=self.woo, target=merged.version))

    def found(self, word: str, **asked: Any) -> list[tuple[str, str]]:
        return [(f.participant, f.person) for f in self.engine.find(word, viewer=SEES, **asked)]

    def take(self, folder: Path, text: str, mapping: str) -> Any:
        file = folder / "export.csv"
        file.write_text(text)
        return self.engine.take_in(file, mc.read_mapping(mapping, "m.toml"), actor=COORDINATOR)


@pytest.fixture
def twice() -> Twice:
    return Twice()


WORDS = ("Lin Wu", "Lin Woo", "woo@x.example", "HR-7")


def test_every_name_and_address_of_both_finds_the_survivor(twice: Twice) -> None:
    before = twice.engine.position

    twice.merge()

    for word in WORDS:
        assert twice.found(word) == [(twice.here, twice.woo)]
        assert twice.found(word, as_of=STARTED) == [(twice.here, twice.woo)]
        people = twice.engine.find_people(word, viewer=SEES)
        assert [p.person for p in people] == [twice.woo]
    assert twice.found("Lin Wu", as_known=before) == [(twice.here, twice.lin)]
    assert twice.found("Lin Woo", as_known=before) == []


def test_status_and_the_roster_show_one_person(twice: Twice) -> None:
    twice.merge()

    status = twice.engine.status(viewer=SEES)
    row = next(p for p in status.participants if p.participant == twice.here)
    assert (row.who.person, row.who.name, row.contact.email) == (
        twice.woo, "Lin Woo", "woo@x.example",
    )  # fmt: skip
    (pairing,) = status.pairings
    assert [m.name for m in pairing.members] == ["Ada", "Lin Woo"]
    assert twice.engine.attention(viewer=SEES).needs is not None


@pytest.mark.parametrize("life", ["woo", "lin"])
def test_a_member_sees_what_is_theirs_by_either_id(twice: Twice, life: str) -> None:
    twice.merge()
    me = mc.Viewer.member(getattr(twice, life))

    status = twice.engine.status(viewer=me)
    assert [m.name for m in status.pairings[0].members] == ["Ada", "Lin Woo"]
    assert [p.who.participant for p in status.participants] == [twice.ada, twice.here]
    assert twice.engine.history(twice.pairing, viewer=me).entries
    assert [f.name for f in twice.engine.find("Lin Wu", viewer=me)] == ["Lin Woo"]


def test_a_member_reads_what_they_wrote_in_either_life(twice: Twice) -> None:
    note = mc.WriteNote(
        pairing_id=twice.pairing,
        author=twice.here,
        kind="reflection",
        body="Only for me",
        visibility="author_private",
        on=STARTED,
    )
    twice.world.ask(note)

    def read_by(person: str) -> list[Any]:
        seen = twice.engine.history(twice.pairing, viewer=mc.Viewer.member(person))
        return [s.value for e in seen.entries for s in e.said if s.field == "body"]

    alone = read_by(twice.woo)
    twice.merge()
    both = read_by(twice.woo), read_by(twice.lin)
    ada = read_by(twice.world.persons[twice.ada])
    twice.apart()

    assert both == (["Only for me"], ["Only for me"])
    assert alone == read_by(twice.woo) != ["Only for me"]
    assert ada != ["Only for me"]


def test_the_history_of_the_survivor_shows_both_lives(twice: Twice) -> None:
    twice.merge()

    of_person = twice.engine.history(twice.woo, viewer=SEES)
    of_enrolment = twice.engine.history(twice.here, viewer=SEES)

    assert {e.evidence.stream for e in of_person.entries} == {twice.woo, twice.lin}
    assert {twice.woo, twice.lin, twice.pairing} <= {
        e.evidence.stream for e in of_enrolment.entries
    }
    assert {w.person for w in of_enrolment.people} == {twice.woo, twice.world.persons[twice.ada]}


def test_why_and_diff_know_the_merge(twice: Twice) -> None:
    before = twice.engine.position
    twice.merge()

    for person in (twice.woo, twice.lin):
        assert twice.engine.explain(person, "who.name", viewer=SEES).holds
    changed = twice.engine.diff(mc.Moment(as_known=before), viewer=SEES)

    assert "Lin Woo" in str(plain(changed))


def test_taking_the_merge_back_restores_every_answer(twice: Twice) -> None:
    def told() -> Any:
        status = plain(twice.engine.status(viewer=SEES))
        return status["participants"][1]["who"], [twice.found(w) for w in WORDS]

    before = told()
    twice.merge()
    during = told()
    twice.apart()

    assert told() == before != during


def test_what_was_recorded_on_the_survivor_since_stays_there(twice: Twice) -> None:
    twice.merge()
    twice.world.ask(mc.LinkExternalIdentity(person_id=twice.woo, scheme="sso", value="lin.woo"))
    twice.apart()

    assert [p.person for p in twice.engine.find_people("lin.woo", viewer=SEES)] == [twice.woo]


def test_an_identity_of_the_absorbed_one_is_the_survivors_and_nobody_elses(twice: Twice) -> None:
    twice.merge()
    link = mc.LinkExternalIdentity(person_id=twice.woo, scheme="payroll", value="HR-7")
    other = mc.LinkExternalIdentity(
        person_id=twice.world.persons[twice.ada], scheme="payroll", value="HR-7"
    )

    assert twice.world.ask(link).events == ()
    with pytest.raises(Refused) as taken:
        twice.world.ask(other)
    assert taken.value.code == "identity_taken"


@pytest.mark.parametrize("known", [False, True], ids=["first import", "a later one"])
@pytest.mark.parametrize("mentee", ["Lin Wu", "Lin Woo"])
def test_rows_that_name_either_are_the_survivors(
    twice: Twice, tmp_path: Path, mentee: str, known: bool
) -> None:
    rows = "No,Mentor,Mentee,Day,Minutes\n1,Ada,{},{},30\n"
    if known:  # what an import learned is kept for the next
        twice.take(tmp_path, rows.format("Nobody", "2026-08-31"), MEETINGS)
    twice.merge()

    told = twice.take(tmp_path, rows.format(mentee, "2026-09-01"), MEETINGS)

    assert told.counts.taken == 1, told.findings
    assert twice.engine.status(viewer=SEES).pairings[0].meetings == 1


def test_a_row_with_the_survivors_address_enrols_nobody_again(twice: Twice, tmp_path: Path) -> None:
    twice.merge()
    rows = "No,Name,Mail,Role,Since\n1,Lin Woo,woo@x.example,mentee,2026-08-17\n"

    told = twice.take(tmp_path, rows, PEOPLE.format(by="email"))

    assert told.counts.refused == 0, told.findings
    assert len(twice.engine.status(viewer=SEES).participants) == 2


def test_a_mentors_load_is_counted_once(twice: Twice) -> None:
    other = twice.world.person(name="Ada Again")
    twice.world.ask(mc.MergePersons(survivor=other, absorbed=twice.world.persons[twice.ada]))

    row = next(
        p for p in twice.engine.status(viewer=SEES).participants if p.participant == twice.ada
    )
    assert row.capacity is not None
    assert row.capacity.load == 1


def test_texts_stay_sealed_for_whom_they_were_sealed(twice: Twice) -> None:
    twice.merge()
    twice.engine._keys.erase(twice.lin)  # type: ignore[attr-defined]
    twice.engine._sealing.forget()

    row = next(
        p for p in twice.engine.status(viewer=SEES).participants if p.participant == twice.here
    )

    assert row.who.name == "Lin Woo"
    assert twice.found("Lin Wu") == []
    assert twice.found("Lin Woo") == [(twice.here, twice.woo)]
