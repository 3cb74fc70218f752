"""Answers to proposals come by survey: who is meant, what is formed, and what an edit does."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from engine.harbor import Text
from engine.world import COORDINATOR, STARTED, World, engine, mc

HEAD = "Id,Who,Answer,With,Why,On\n"
MAPPING = """
form = "answers"
kind = "proposal-answers"
coverage = "partial"
[people]
by = "name"
[source]
keys = ["Id"]
[fields]
person = "Who"
answer = "Answer"
others = "With"
reason = "Why"
on = "On"
[values.answer]
"Yes" = "accept"
"No" = "decline"
"""
SEES = mc.Viewer.coordinator()


class School(World):
    """A program in which Anna and Ben mentor, and Cleo was proposed with each of them."""

    def __init__(self, opened: Any) -> None:
        super().__init__(opened)
        self.anna, self.ben, self.cleo = (
            self.enrol(role, self.person(name=name))
            for name, role in (("Anna", "mentor"), ("Ben", "mentor"), ("Cleo", "mentee"))
        )
        self.first, self.second = self.propose(self.anna), self.propose(self.ben)

    def propose(self, mentor: str) -> str:
        return self.do(
            mc.ProposePairing(
                program_id=self.program,
                cohort_id=self.cohort,
                members=self.forming(mentor, self.cleo).members,
                on=STARTED,
            )
        )

    def take(self, rows: str) -> Any:
        mapping = mc.read_mapping(MAPPING, "answers.toml")
        return self.engine.take_in(Text(HEAD + rows), mapping, actor=COORDINATOR)

    def open_proposals(self) -> dict[str, tuple[str, ...]]:
        status = self.engine.status(viewer=SEES)
        return {row.pairing: row.accepted for row in status.proposals}

    def paired(self) -> list[tuple[str, date]]:
        rows = self.engine.status(viewer=SEES).pairings
        return [(row.pairing, row.formed_on) for row in rows]


@pytest.fixture
def school() -> Iterator[School]:
    with engine() as opened:
        yield School(opened)


def test_answers_form_a_pairing_and_decline_what_competes(school: School) -> None:
    """INV-11, INV-14"""
    report = school.take(
        "1,Cleo,Yes,Anna,,2026-09-01\n2,Cleo,Yes,Ben,,2026-09-01\n3,Anna,Yes,,,2026-09-03\n"
    )

    assert report.sentence() == "3 taken."
    assert school.paired() == [(school.first, date(2026, 9, 3))]
    assert school.open_proposals() == {}


def test_taking_the_same_answers_again_records_nothing(school: School) -> None:
    """INV-56"""
    rows = "1,Cleo,Yes,Anna,,2026-09-01\n2,Anna,Yes,,,2026-09-03\n"
    school.take(rows)
    before = school.engine.position

    report = school.take(rows)

    assert (report.sentence(), school.engine.position) == ("2 unchanged.", before)


def test_whoever_was_asked_more_than_once_says_with_whom(school: School) -> None:
    report = school.take("1,Cleo,Yes,,,2026-09-01\n2,Anna,Yes,,,2026-09-01\n")

    assert report.sentence().startswith("1 taken, 1 refused.")
    assert "2 proposals wait for 'Cleo'; say with whom" in report.findings[0].reason
    assert school.open_proposals()[school.first] == (school.anna,)


def test_somebody_who_was_not_asked_is_refused(school: School) -> None:
    school.enrol("mentor", school.person(name="Dora"))

    report = school.take("1,Dora,Yes,,,2026-09-01\n")

    assert "nothing was proposed to 'Dora'" in report.findings[0].reason


def test_declining_keeps_its_reason(school: School) -> None:
    school.take("1,Anna,No,,We share an office,2026-09-01\n")

    (entry,) = school.engine.history(school.first, viewer=SEES).of("pairing.declined")
    assert (entry.value("by"), entry.value("reason")) == (school.anna, "We share an office")
    assert school.open_proposals() == {school.second: ()}


def test_an_answer_after_the_proposal_was_declined_says_so(school: School) -> None:
    school.take("1,Anna,No,,,2026-09-01\n")

    report = school.take("2,Cleo,Yes,Anna,,2026-09-02\n")

    assert "this proposal was declined on 2026-09-01" in report.findings[0].reason


def test_an_edited_answer_is_another_one_while_nothing_rests_on_it(school: School) -> None:
    school.take("1,Anna,Yes,,,2026-09-01\n")

    report = school.take("1,Anna,No,,On second thoughts,2026-09-01\n")

    assert report.sentence() == "1 amended."
    assert school.open_proposals() == {school.second: ()}
    entries = school.engine.history(school.first, viewer=SEES).of("pairing.accepted")
    assert [entry.standing for entry in entries] == ["retracted"]


def test_a_day_that_is_edited_is_amended(school: School) -> None:
    school.take("1,Anna,Yes,,,2026-09-01\n")

    report = school.take("1,Anna,Yes,,,2026-09-02\n")

    assert report.sentence() == "1 amended."
    (entry,) = school.engine.history(school.first, viewer=SEES).of("pairing.accepted")
    assert (entry.standing, entry.on) == ("amended", date(2026, 9, 2))


def test_the_answer_that_formed_a_pairing_is_not_edited_away(school: School) -> None:
    """INV-84"""
    school.take("1,Cleo,Yes,Anna,,2026-09-01\n2,Anna,Yes,,,2026-09-03\n")

    report = school.take("2,Anna,No,,,2026-09-03\n")

    assert report.sentence().startswith("1 refused.")
    assert school.paired() == [(school.first, date(2026, 9, 3))]
    amended = school.take("2,Anna,Yes,,,2026-09-02\n")
    assert amended.sentence() == "1 amended."


def test_an_import_is_taken_back_with_the_pairing_that_it_formed(school: School) -> None:
    report = school.take("1,Cleo,Yes,Anna,,2026-09-01\n2,Anna,Yes,,,2026-09-03\n")

    school.do(mc.ReverseImport(batch_id=report.batch, reason="the wrong file"))

    assert school.paired() == []
    assert school.open_proposals() == {school.first: (), school.second: ()}
