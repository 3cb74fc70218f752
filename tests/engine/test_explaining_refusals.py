"""Every reason for which the domain refuses names the events that it rests on, or says there is none."""

import ast
from pathlib import Path
from typing import Any

import pytest
from engine.all_refusals import CASES
from engine.harbor import csv_of, harbor
from engine.refusals import NOBODY, held, paired, settings_of
from engine.world import NOON, STARTED, World, engine, mc
from refusals import facts as facts_by_code

import mentorcore.domain
from mentorcore.domain.aggregate import Situation, fold, kind_of
from mentorcore.domain.effective import VersionedEvent
from mentorcore.domain.model import CORE_MODEL
from mentorcore.errors import Asked, Refused

COORDINATOR = mc.Viewer.coordinator()


def refusal(world: World, command: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        world.ask(command)
    return refused.value


def facts(explanation: Any) -> set[str]:
    """The stored names of the events, corrections among them, that a refusal rests on."""
    grounds = [g for g in explanation.grounds if g.part != "founding"]
    corrections = [c for g in explanation.grounds for c in g.record.corrections]
    return {g.record.name for g in grounds} | {f"record.{c.kind}" for c in corrections}


def decided_on(opened: Any, asked: Asked, positions: set[int]) -> str:
    """The answer to what was asked, decided on these rows of the log alone."""
    history: dict[Any, Any] = {}
    states: dict[Any, Any] = {}
    found = Situation(asked.at, history, CORE_MODEL.aggregates, states)
    recorded = list(opened.events())
    known: Any = ()
    while (wanted := CORE_MODEL.reads(asked.command, found)) != known:
        known = wanted
        for stream in wanted:
            rows = [r for r in recorded if (r.stream, r.position in positions) == (stream, True)]
            history[stream] = tuple(VersionedEvent(r.version, r.recorded_at, r.event) for r in rows)
            states[stream] = fold(CORE_MODEL.aggregates[kind_of(stream)], history[stream])
    try:
        CORE_MODEL.decide(found, asked.command)
    except Refused as refused:
        return refused.reason
    return "allowed"


def codes_of_the_domain() -> set[str]:
    folder = Path(str(mentorcore.domain.__file__)).parent
    calls = (n for p in folder.rglob("*.py") for n in ast.walk(ast.parse(p.read_text())))
    return {
        str(n.args[1].value)
        for n in calls
        if isinstance(n, ast.Call)
        and getattr(n.func, "id", "") == "Refused"
        and len(n.args) > 1
        and isinstance(n.args[1], ast.Constant)
    }


def test_there_is_a_case_for_every_code_of_the_domain() -> None:
    assert set(CASES) - {"identity_taken"} == codes_of_the_domain()


@pytest.mark.parametrize("code", CASES)
def test_a_refusal_names_what_it_rests_on(code: str) -> None:
    case = CASES[code]
    with engine() as opened:
        world = World(opened, settings_of(case))
        refused = refusal(world, case.asks(world))

        told = opened.explain(refused, viewer=COORDINATOR)

        assert refused.code == told.figure == code
        assert set(refused.facts) <= set(facts_by_code()[code])
        assert (told.value, told.again) == (refused.reason, refused.reason)
        assert facts(told) == case.names
        assert bool(told.note) == (not case.names)
        if code != "identity_taken":
            assert refused.asked is not None
            listed = {e.position for e in told.events}
            assert decided_on(opened, refused.asked, listed) == refused.reason


@pytest.mark.parametrize("code", sorted(set(CASES) - {"identity_taken"}))
def test_without_an_event_that_is_called_decisive_the_answer_is_another(code: str) -> None:
    case = CASES[code]
    with engine() as opened:
        world = World(opened, settings_of(case))
        refused = refusal(world, case.asks(world))
        told = opened.explain(refused, viewer=COORDINATOR)
        assert refused.asked is not None
        everything = set(range(1, opened.position + 1))

        for ground in told.grounds:
            if ground.decisive and not ground.record.corrections:
                rest = everything - {ground.record.evidence.position}
                try:
                    other = decided_on(opened, refused.asked, rest)
                except (AssertionError, AttributeError, KeyError, StopIteration):
                    continue  # nothing like it could have been asked
                assert other != refused.reason, ground.record.name


def test_a_full_mentor_is_told_by_the_capacity_and_the_pairings_that_take_the_places() -> None:
    with engine() as opened:
        world = World(opened)
        mentor = world.mentor(places=2)
        pairs = [world.pair(mentor), world.pair(mentor)]
        gone = world.pair(world.mentor())
        refused = refusal(world, world.forming(mentor, world.mentee()))

        told = opened.explain(refused, viewer=COORDINATOR)

        joined = [g for g in told.grounds if g.record.name == "participant.pairing-joined"]
        assert [g.record.value("pairing_id") for g in joined] == pairs
        assert gone not in {e.stream for e in told.events}
        assert {g.effect for g in joined} == {"without it: it would have been allowed"}


def test_an_overlap_is_told_by_the_other_meeting() -> None:
    with engine() as opened:
        world = World(opened)
        mentor = world.mentor()
        one, other = world.pair(mentor), world.pair(mentor)
        meeting = held(world, one)
        clash = mc.HoldMeeting(pairing_id=other, held_at=NOON.replace(day=20), minutes=20)

        told = opened.explain(refusal(world, clash), viewer=COORDINATOR)

        (attended,) = [g for g in told.grounds if g.part == "fact"]
        assert attended.record.value("meeting_id") == meeting
        assert attended.record.value("pairing_id") == one


def test_a_refusal_is_explained_by_the_log_of_then() -> None:
    with engine() as opened:
        world = World(opened)
        pairing, *_ = paired(world)
        world.do(world.ending(pairing, on=STARTED))
        refused = refusal(world, world.ending(pairing))
        world.do(mc.RetractRecord(stream=pairing, target=2))

        told = opened.explain(refused, viewer=COORDINATOR)

        assert (told.holds, facts(told)) == (True, {"pairing.ended"})


def test_what_was_refused_with_others_is_said_to_rest_on_them() -> None:
    with engine() as opened:
        world = World(opened)
        register = mc.RegisterPerson(person_id=NOBODY)
        with pytest.raises(Refused) as refused:
            opened.batch((register, register), actor=mc.Actor("cli", "coordinator", "system"))

        told = opened.explain(refused.value, viewer=COORDINATOR)

        assert world.program
        assert (told.grounds, told.value) == ((), refused.value.reason)
        assert "asked together with it" in str(told.note)


def test_an_answer_that_no_decision_gave_rests_on_no_event() -> None:
    with engine() as opened:
        World(opened)
        with pytest.raises(Refused) as refused:
            opened.history("pairing:nowhere", viewer=COORDINATOR)

        told = opened.explain(refused.value, viewer=COORDINATOR)

        assert (told.events, told.figure) == ((), "no_such_subject")
        assert "rests on no event" in str(told.note)


def test_a_member_is_not_shown_the_meetings_of_others() -> None:
    with engine() as opened:
        world = World(opened)
        mentor, mentee = world.mentor(), world.mentee()
        one, other = world.pair(mentor), world.pair(mentor, mentee)
        held(world, one)
        clash = mc.HoldMeeting(pairing_id=other, held_at=NOON.replace(day=20), minutes=20)
        refused = refusal(world, clash)

        told = opened.explain(refused, viewer=mc.Viewer.member(world.persons[mentee]))

        assert one not in str(mc.plain(told))
        assert isinstance(told.others, mc.Withheld)


# ------------------------------------------------------------------------- rows of forms


def test_a_rejected_row_is_explained_like_any_refusal() -> None:
    with harbor() as it:
        report = it.people().take("meetings")
        late = next(r for r in report.rejects if "this pairing ended" in r.reason)

        told = it.engine.explain(late, viewer=COORDINATOR)

        assert (told.figure, told.value, told.holds) == ("after_end", late.reason, True)
        assert facts(told) == {"pairing.ended"}


def test_a_row_that_cannot_be_read_rests_on_no_event() -> None:
    with harbor() as it:
        report = it.people().take("meetings")
        odd = next(r for r in report.rejects if "27/10/2026" in r.reason)

        told = it.engine.explain(odd, viewer=COORDINATOR)

        assert (told.value, told.grounds) == (odd.reason, ())
        assert "could not be read" in str(told.note)


def test_a_row_sent_twice_is_told_by_the_meeting_that_stands() -> None:
    with harbor() as it:
        it.people().take("meetings")
        again = csv_of("meetings").splitlines()
        sent = again[1].replace(again[1].partition(",")[0], "11/18/2026 09:00:00")
        always = ("repeats_within = 10", "repeats_within = 0")
        report = it.take("meetings", "\n".join([*again, sent]), always)

        reject = next(r for r in report.rejects if "logged already" in r.reason)
        told = it.engine.explain(reject, viewer=COORDINATOR)

        assert told.value == reject.reason
        assert "logged already" in told.value
        assert facts(told) == {"person.meeting-attended"}
