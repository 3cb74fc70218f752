"""Two who do one thing at once, in each kind of store: those of a case meet on its pairing."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from engine.adopting import adopting
from engine.test_forced_schedules import RECORDED, Race, Rivals
from engine.world import TODAY, mc, place

from mentorcore.domain.declarations import event_info
from mentorcore.domain.model import Model
from mentorcore.practices.cases.attesting.events import WithdrawAttestation
from mentorcore.practices.cases.events import OpenCaseFromMismatch, OpenCaseFromRelation


@pytest.fixture
def rivals(store_url: str, tmp_path: Path) -> Iterator[Rivals]:
    both = Rivals(place(store_url, tmp_path))
    yield both
    both.slow.close()
    both.fast.close()


def of_a_mismatch(rivals: Rivals) -> Any:
    """A pairing in which a mismatch was reported, and the command that makes a case of it."""
    pairing = rivals.world.pair()
    reported = mc.ReportMismatch(
        pairing_id=pairing,
        by=rivals.world.members(pairing)[1],
        on=TODAY,
        grounds="style",
        wish="mediation",
    )
    mismatch = rivals.world.ask(reported).events[0].event.mismatch_id
    return OpenCaseFromMismatch(pairing_id=pairing, mismatch_id=mismatch, on=TODAY)


def of_a_relation(rivals: Rivals) -> Any:
    """A pairing in which the mentor came to evaluate the mentee, and the same."""
    pairing = rivals.world.pair()
    mentor, mentee = rivals.world.members(pairing)
    persons = rivals.world.persons
    line = mc.RecordReportingLine(
        person_id=persons[mentee], superior=persons[mentor], kind="evaluator", since=TODAY
    )
    rivals.world.ask(line)
    return OpenCaseFromRelation(pairing_id=pairing, superior=mentor, subordinate=mentee, on=TODAY)


def of_an_attestation(rivals: Rivals) -> Any:
    """What an officer attested, and the command that withdraws it."""
    world = rivals.world
    world.pair()
    world.ask(adopting(world, "us-ct-team"))
    engine = world.engine
    stated = engine.statement("us-ct-team", viewer=mc.Viewer.coordinator())
    who = {"officer": world.person(name="Sue"), "role": "dean", "on": TODAY.isoformat()}
    made = world.do(engine.command("attest-compliance", stated.fields() | who))
    return WithdrawAttestation(attestation_id=made, on=TODAY)


STORIES = (of_a_mismatch, of_a_relation)


@pytest.mark.parametrize("story", STORIES)
def test_two_who_make_a_case_of_one_thing_make_one(
    rivals: Rivals, story: Callable[[Rivals], Any]
) -> None:
    """INV-03"""
    asked = story(rivals)

    race = rivals.race(asked, asked)

    assert race == Race(RECORDED, "already_a_case", decisions=1)
    opened = rivals.slow.events(names=["case.opened"])
    assert len([r for r in opened if r.event.pairing_id == asked.pairing_id]) == 1


def test_two_who_withdraw_an_attestation_withdraw_it_once(rivals: Rivals) -> None:
    """INV-80"""
    asked = of_an_attestation(rivals)

    race = rivals.race(asked, asked)

    assert (race.first_to_append, race.second) == (RECORDED, "attestation_withdrawn")
    assert len(list(rivals.slow.events(names=["attestation.withdrawn"]))) == 1


def test_without_the_companion_there_would_be_two(
    rivals: Rivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = of_a_mismatch(rivals)
    decide = Model.decide

    def without_companions(model: Model, now: Any, command: Any) -> Any:
        decision = decide(model, now, command)
        return tuple((s, e) for s, e in decision if not event_info(type(e)).companion)

    monkeypatch.setattr(Model, "decide", without_companions)
    race = rivals.race(asked, asked)

    assert race == Race(RECORDED, RECORDED, decisions=1)
