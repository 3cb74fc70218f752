"""Rows that name either record of a merged person mean the survivor, on every form (INV-62)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from engine.harbor import Harbor, Text, harbor
from engine.world import COORDINATOR, mc
from hypothesis import given, settings
from hypothesis import strategies as st

SEES = mc.Viewer.coordinator()
MAPPING = """
form = "{form}"
kind = "{kind}"
[people]
by = "{by}"
[source]
keys = ["No"]
[fields]
"""
PEOPLE = """name = "Name"
email = "Mail"
phone = "Phone"
[defaults]
role = "mentee"
since = "2026-09-01"
"""
PAIRS = 'mentor = "Mentor"\nmentee = "Mentee"\non = "Day"\n'
FORMS = {
    "pairing-list": PAIRS,
    "meeting-log": PAIRS + '[defaults]\nminutes = "30"\nmodality = "in_person"\n',
    "goal-check-in": PAIRS + '[defaults]\ngoal = "Plan a lesson"\n',
    "feedback": 'author = "Mentee"\nabout_person = "Mentor"\non = "Day"\ntext = "Words"\n'
    '[defaults]\nvisibility = "coordinator"\n',
}
WU, WOO = "2,Lin Wu,wu@x.example,\n", "3,Lin Woo,woo@x.example,\n"
LAST = date(2026, 11, 30)


class Twins:
    """Lin Wu and Lin Woo came in one export; Lin Wu is paired with Ada, and Lin Woo had left."""

    def __init__(self, it: Harbor, *, merged: bool = True) -> None:
        self.it, self.engine, self.forms = it, it.engine, 0
        self.enrol("1,Ada Byron,ada@x.example,\n", role="mentor")
        self.enrol(WU + WOO)
        self.row("pairing-list", "ada@x.example,wu@x.example,2026-09-02")
        (self.wu,) = self.found("wu@x.example")
        (self.woo,) = self.found("woo@x.example")
        self.ask(mc.EndEnrolment(participant_id=self.woo.participant, on=LAST, outcome="withdrew"))
        if merged:
            self.merge()

    def ask(self, command: Any) -> Any:
        return self.engine.handle(command, actor=COORDINATOR)

    def merge(self) -> None:
        self.ask(mc.MergePersons(survivor=self.wu.person, absorbed=self.woo.person))

    def apart(self) -> None:
        *_, merged = (
            r
            for r in self.engine.events(stream=self.wu.person)
            if type(r.event) is mc.PersonsMerged
        )
        self.ask(mc.RetractRecord(stream=self.wu.person, target=merged.version))

    def found(self, word: str) -> Any:
        return self.engine.find(word, viewer=SEES)

    def take(self, kind: str, text: str, fields: str, by: str, form: str) -> Any:
        mapping = MAPPING.format(form=form, kind=kind, by=by) + fields
        return self.engine.take_in(
            Text(text), mc.read_mapping(mapping, "m.toml"), actor=COORDINATOR
        )

    def enrol(self, rows: str, role: str = "mentee", by: str = "email") -> Any:
        fields = PEOPLE.replace('"mentee"', f'"{role}"')
        return self.take("enrolment", "No,Name,Mail,Phone\n" + rows, fields, by, role)

    def row(self, kind: str, cells: str, by: str = "email") -> Any:
        self.forms += 1
        text = f"No,Mentor,Mentee,Day,Words\n1,{cells},good\n"
        return self.take(kind, text, FORMS[kind], by, f"form-{self.forms}")


@pytest.fixture
def twins() -> Any:
    with harbor() as it:
        yield Twins(it)


@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.parametrize(
    ("by", "mentor", "mentee"),
    [
        ("email", "ada@x.example", "wu@x.example"),
        ("email", "ada@x.example", "woo@x.example"),
        ("name", "Ada Byron", "Lin Wu"),
        ("name", "Ada Byron", "Lin Woo"),
        ("name", "Ada Byron", "Lin Woo <wu@x.example>"),
    ],
)
def test_every_form_finds_the_survivor_by_what_either_is_known_by(
    twins: Twins, kind: str, by: str, mentor: str, mentee: str
) -> None:
    day = "2026-09-02" if kind == "pairing-list" else "2026-09-09"

    told = twins.row(kind, f"{mentor},{mentee},{day}", by)

    assert (told.counts.refused, told.questions) == (0, []), told.findings
    (pairing,) = twins.engine.status(viewer=SEES).pairings
    assert [m.person for m in pairing.members][1] == twins.wu.person


def test_rows_mean_two_people_again_once_they_are_taken_apart(twins: Twins) -> None:
    twins.row("meeting-log", "ada@x.example,woo@x.example,2026-09-09")
    twins.apart()

    of_wu = twins.row("meeting-log", "ada@x.example,wu@x.example,2026-09-16")
    of_woo = twins.row("meeting-log", "ada@x.example,woo@x.example,2026-09-16")
    by_name = twins.row("meeting-log", "Ada Byron,Lin Woo,2026-09-16", by="name")

    assert (of_wu.counts.taken, of_wu.findings) == (1, [])
    assert (of_woo.counts.refused, by_name.counts.refused) == (1, 1)
    assert "there is no pairing of" in of_woo.findings[0].reason
    assert [p.person for p in twins.found("Lin Woo")] == [twins.woo.person]


@pytest.mark.parametrize("rows", [WU + WOO, WOO + WU])
def test_the_same_export_again_changes_nothing(twins: Twins, rows: str) -> None:
    before = twins.engine.position

    told = twins.enrol(rows)

    assert (told.counts.unchanged, twins.engine.position - before) == (2, 0)


def test_a_row_of_either_record_can_still_be_edited(twins: Twins) -> None:
    edited = WOO.replace("woo@", "woo.new@").replace(",\n", ",555\n")

    told = twins.enrol(WU + edited)

    assert (told.counts.amended, told.findings, told.questions) == (1, [], []), str(told.findings)
    assert [p.person for p in twins.found("woo.new@x.example")] == [twins.wu.person] * 2


def test_a_row_of_the_absorbed_record_may_come_to_state_the_survivors_address(
    twins: Twins,
) -> None:
    told = twins.enrol(WU + WOO.replace("woo@", "wu@"))

    assert (told.counts.amended, told.questions) == (1, []), told.findings
    assert {p.person for p in twins.found("wu@x.example")} == {twins.wu.person}


@pytest.mark.parametrize("by", ["email", "name"])
def test_a_new_row_with_a_name_of_one_life_and_the_address_of_the_other_is_the_survivors(
    twins: Twins, by: str
) -> None:
    told = twins.enrol("4,Lin Wu,woo@x.example,\n", by=by)

    assert (told.counts.taken, told.findings, told.questions) == (1, [], []), str(told.findings)
    assert len(twins.engine.status(viewer=SEES).participants) == 3


def test_a_goal_goes_on_from_a_pairing_of_the_other_record() -> None:
    with harbor() as it:
        twins = Twins(it, merged=False)
        twins.row("goal-check-in", "ada@x.example,wu@x.example,2026-09-09")
        (pairing,) = twins.engine.status(viewer=SEES).pairings
        last = {"on": LAST, "initiated_by": "program"}
        twins.ask(mc.EndPairing(pairing_id=pairing.pairing, reason="no_fault", **last))
        twins.ask(mc.EndEnrolment(participant_id=twins.wu.participant, on=LAST, outcome="withdrew"))
        *_, ended = twins.engine.events(stream=twins.woo.participant)
        twins.ask(mc.RetractRecord(stream=twins.woo.participant, target=ended.version))
        twins.merge()
        twins.row("pairing-list", "ada@x.example,woo@x.example,2026-12-01")

        told = twins.row("goal-check-in", "ada@x.example,woo@x.example,2026-12-02")

        assert (told.counts.taken, told.questions) == (1, []), told.findings
        assert len(it.events("pairing.goal-handed-over")) == 1


def test_a_row_that_a_person_said_to_be_of_a_known_one_says_how_to_merge_the_two() -> None:
    with harbor() as it:
        twins = Twins(it, merged=False)
        wrong = WU.replace("wu@", "woo@")
        (question,) = twins.enrol(wrong + WOO).questions
        twins.engine.settle(question.response, "same_person", question.other, actor=COORDINATOR)

        refused = twins.enrol(wrong + WOO)
        command = (
            f"mentorcore record LOG merge-persons survivor={twins.woo.person} "
            f"absorbed={twins.wu.person}"
        )
        assert f"or merge the two records of this person: {command}" in refused.findings[0].reason
        twins.ask(mc.MergePersons(survivor=twins.woo.person, absorbed=twins.wu.person))
        taken = twins.enrol(wrong + WOO)

        assert (refused.counts.refused, taken.counts.amended, taken.findings) == (1, 1, [])
        (pairing,) = twins.engine.status(viewer=SEES).pairings
        assert [m.name for m in pairing.members] == ["Ada Byron", "Lin Woo"]


def test_a_second_person_of_one_name_is_merged_by_the_command_of_the_note() -> None:
    with harbor() as it:
        twins = Twins(it, merged=False)
        told = twins.enrol("7,Lin Wu,wu@home.example,\n", role="mentor")

        assert (
            "if they are one person, merge them: mentorcore record LOG merge-persons "
            "survivor=wu@x.example absorbed=wu@home.example"
        ) in told.notices[0].message
        people = [twins.engine.find_people(w, viewer=SEES) for w in ("wu@x.example",
                                                                     "wu@home.example")]  # fmt: skip
        assert [len(found) for found in people] == [1, 1]


@pytest.mark.parametrize("lost", ["wu", "woo"])
@pytest.mark.parametrize("mail", ["wu@x.example", "woo@x.example"])
@pytest.mark.parametrize("name", ["Lin Wu", "Lin Woo"])
def test_where_the_key_of_one_life_is_missing_nobody_is_recorded_a_second_time(
    twins: Twins, lost: str, mail: str, name: str
) -> None:
    held: Any = twins.engine._keys
    del held._held[getattr(twins, lost).person]
    twins.engine._sealing.forget()
    before = len(twins.it.events("person.registered"))

    twins.enrol(f"4,{name},{mail},\n")

    assert len(twins.it.events("person.registered")) == before
    assert len(twins.engine.status(viewer=SEES).participants) == 3


ROWS = st.lists(
    st.tuples(
        st.sampled_from([*FORMS]),
        st.sampled_from(["wu@x.example", "woo@x.example"]),
        st.integers(3, 29),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=8, deadline=None)
@given(rows=ROWS)
def test_it_makes_no_difference_by_which_address_rows_name_a_merged_person(rows: Any) -> None:
    def led(name: Any) -> Any:
        with harbor() as it:
            twins = Twins(it)
            for kind, mail, day in rows:
                formed = "02" if kind == "pairing-list" else f"{day:02}"
                twins.row(kind, f"ada@x.example,{name(mail)},2026-09-{formed}")
            (pairing,) = twins.engine.status(viewer=SEES).pairings
            recorded = [r.name for r in twins.engine.effective() if r.stream == pairing.pairing]
            return pairing.meetings, recorded

    assert led(lambda mail: mail) == led(lambda _mail: "wu@x.example")
