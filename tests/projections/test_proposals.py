"""What is proposed is told as what it is: no pairing, until the last of its members accepted."""

from datetime import date
from typing import Any

import pytest
from projections.town import BEGAN, Town, mc

ANSWER_BY = date(2026, 9, 10)


class Asked:
    """Anna and Ben are asked on 17 August, until 10 September; Ben has accepted on 20 August."""

    def __init__(self) -> None:
        self.town = Town(cadence=None)
        self.anna, self.ben = self.town.enrol("mentor", "Anna"), self.town.enrol("mentee", "Ben")
        self.pairing = self.town.propose(self.anna, self.ben, answer_by=ANSWER_BY)
        self.town.to("2026-08-20")
        self.accept(self.ben)

    def accept(self, participant: str, **more: Any) -> Any:
        answer = {"participant": participant, "on": self.town.today, **more}
        return self.town.ask(mc.AcceptPairing(pairing_id=self.pairing, **answer))

    def viewer(self, participant: str) -> Any:
        return mc.Viewer.member(self.town.persons[participant])

    def needs(self, **more: Any) -> list[str]:
        return [n.kind for n in self.town.attention(**more).needs if n.subject == self.pairing]


@pytest.fixture
def asked() -> Asked:
    return Asked()


def test_an_open_proposal_stands_in_the_status_and_is_counted_nowhere(asked: Asked) -> None:
    status = asked.town.status()

    (row,) = status.proposals
    assert (row.pairing, row.proposed_on, row.answer_by) == (asked.pairing, BEGAN, ANSWER_BY)
    assert (row.accepted, row.missing, row.expired) == ((asked.ben,), (asked.anna,), False)
    assert [who.name for who in row.members] == ["Anna", "Ben"]
    assert status.pairings == ()
    assert status.numbers.pairings == mc.PairingCounts()
    assert status.numbers.unpaired == 1
    assert status.participant(asked.anna).capacity.load == 0
    assert status.proposal(asked.pairing) == row


def test_a_proposal_that_waits_needs_somebody_the_more_when_its_day_has_passed(
    asked: Asked,
) -> None:
    before = asked.town.attention()
    asked.town.to("2026-09-14")

    after = asked.town.attention()

    (open_,) = before.of("proposal_open")
    assert (open_.amount, open_.limit, open_.due_on) == (1, 2, ANSWER_BY)
    assert open_.people[0].participant == asked.anna
    assert "1 of 2 has not accepted" in open_.why
    (overdue,) = after.of("proposal_overdue")
    assert (overdue.since, overdue.days) == (ANSWER_BY, 4)
    assert "decline it as expired" in overdue.why
    assert not after.of("proposal_open")


def test_a_proposal_that_is_accepted_by_all_is_a_pairing_and_no_proposal(asked: Asked) -> None:
    asked.accept(asked.anna)

    status = asked.town.status()

    assert status.proposals == ()
    assert status.pairing(asked.pairing).formed_on == date(2026, 8, 20)
    assert asked.needs() == []
    names = [e.name for e in asked.town.history(asked.pairing).entries]
    assert names == [
        "pairing.proposed",
        "pairing.accepted",
        "pairing.accepted",
        "pairing.formed",
    ]


def test_a_proposal_that_was_declined_stays_in_the_history_alone(asked: Asked) -> None:
    declining = mc.DeclinePairing(
        pairing_id=asked.pairing, by=asked.anna, on=asked.town.today, reason="too far away"
    )
    asked.town.ask(declining)

    status, told = asked.town.status(), asked.town.history(asked.anna)

    assert (status.proposals, status.pairings, asked.needs()) == ((), (), [])
    (entry,) = told.of("pairing.declined")
    assert (entry.value("by"), entry.value("reason")) == (asked.anna, "too far away")


def test_who_declined_and_why_is_not_shown_to_the_other_members(asked: Asked) -> None:
    declining = mc.DeclinePairing(
        pairing_id=asked.pairing, by=asked.anna, on=asked.town.today, reason="too far away"
    )
    asked.town.ask(declining)

    told = asked.town.history(asked.pairing, viewer=asked.viewer(asked.ben))

    (entry,) = told.of("pairing.declined")
    assert entry.value("cause") == "declined"
    assert isinstance(entry.value("by"), mc.Withheld)
    assert isinstance(entry.value("reason"), mc.Withheld)
    own = asked.town.history(asked.pairing, viewer=asked.viewer(asked.anna))
    assert own.of("pairing.declined")[0].value("reason") == "too far away"


def test_members_see_what_is_proposed_with_them_and_with_whom(asked: Asked) -> None:
    stranger = asked.town.enrol("mentee", "Cleo")

    mine = asked.town.status(viewer=asked.viewer(asked.ben))
    others = asked.town.status(viewer=asked.viewer(stranger))
    audited = asked.town.status(viewer=mc.Viewer.auditor())

    assert [who.name for who in mine.proposals[0].members] == ["Anna", "Ben"]
    assert asked.needs(viewer=asked.viewer(asked.ben)) == ["proposal_open"]
    assert others.proposals == ()
    assert others.others is not None
    assert asked.needs(viewer=asked.viewer(stranger)) == []
    assert all(isinstance(w.name, mc.Withheld) for w in audited.proposals[0].members)


def test_what_was_true_and_what_was_known_are_told_apart(asked: Asked) -> None:
    known = asked.town.store.tail()
    asked.town.to("2026-09-01")
    asked.accept(asked.anna, on=date(2026, 8, 25))

    then = asked.town.status(as_of=date(2026, 8, 24))
    unknown = asked.town.status(as_known=known)
    late = asked.town.status(as_of=date(2026, 8, 26), as_known=known)

    assert [row.missing for row in then.proposals] == [(asked.anna,)]
    assert then.pairings == ()
    assert [row.missing for row in unknown.proposals] == [(asked.anna,)]
    assert [row.missing for row in late.proposals] == [(asked.anna,)]
    assert [p.formed_on for p in asked.town.status().pairings] == [date(2026, 8, 25)]


def test_a_corrected_answer_moves_what_is_told_on_both_axes(asked: Asked) -> None:
    known = asked.town.store.tail()
    asked.town.later(days=1)
    asked.town.ask(mc.RetractRecord(stream=asked.pairing, target=2, reason="the wrong form"))

    now, then = asked.town.status(), asked.town.status(as_known=known)

    assert now.proposals[0].accepted == ()
    assert then.proposals[0].accepted == (asked.ben,)
    (entry,) = asked.town.history(asked.pairing).of("pairing.accepted")
    assert entry.standing == "retracted"


def test_a_difference_says_that_a_proposal_became_a_pairing(asked: Asked) -> None:
    before = asked.town.store.tail()
    asked.accept(asked.anna)

    diff = asked.town.views.diff(
        asked.town.program,
        mc.Moment(as_known=before),
        mc.Moment(),
        viewer=mc.Viewer.coordinator(),
        today=asked.town.clock.now,
    )

    found = {(row.kind, row.standing) for row in diff.rows if row.subject == asked.pairing}
    assert found == {("proposal", "gone"), ("pairing", "new")}
    gone = next(row for row in diff.rows if row.kind == "proposal")
    assert {deed.name for deed in gone.deeds} == {"pairing.accepted", "pairing.formed"}


def test_everything_about_a_proposal_is_explained_by_its_answers(asked: Asked) -> None:
    told = asked.town.engine.explain(asked.pairing, "missing", viewer=mc.Viewer.coordinator())

    assert told.value == (asked.anna,)
    assert told.holds
    assert {g.record.name for g in told.grounds} >= {"pairing.accepted"}


def test_a_proposal_of_a_cohort_that_is_over_rings_no_alarm(asked: Asked) -> None:
    asked.town.to("2027-07-01")

    assert asked.needs() == []
    assert len(asked.town.status().proposals) == 1
    (need,) = asked.town.attention().of("cohort_ended")
    assert "1 proposal is open" in need.why


def test_a_proposal_that_everybody_accepted_and_nothing_formed_says_what_to_do(
    asked: Asked,
) -> None:
    asked.accept(asked.anna)
    formed = asked.town.store.stream(asked.pairing)[-1].version
    asked.town.ask(mc.RetractRecord(stream=asked.pairing, target=formed))

    (need,) = asked.town.attention().of("proposal_open")

    assert "accept once more" in need.why
    asked.accept(asked.ben)
    assert asked.town.status().pairing(asked.pairing) is not None


def test_a_merged_person_is_asked_as_the_one_that_goes_on(asked: Asked) -> None:
    survivor = asked.town.do(mc.RegisterPerson(name="Benjamin"))
    merging = mc.MergePersons(survivor=survivor, absorbed=asked.town.persons[asked.ben])
    asked.town.ask(merging)

    mine = asked.town.status(viewer=mc.Viewer.member(survivor))

    assert [who.name for who in mine.proposals[0].members] == ["Anna", "Benjamin"]
