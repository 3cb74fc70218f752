"""A relief is granted for a rule that the program goes by, by who may, on three stores."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from engine.adopting import adopting
from engine.world import TODAY, Place, World, engine, mc

from mentorcore.policy.reading.pack_reader import read_pack

LATER = TODAY + timedelta(days=7)
DISTRICT = b"""
[pack]
id = "district"
version = "1"
title = "What our district asks for"
jurisdiction = "US-CA-LAGOON"
authority = "School board"
citation = "Board policy 4131"
effective_from = 2026-07-01
reviewed_on = 2026-08-01
notice = "Made up."

[[rule]]
id = "CA-4"
kind = "deadline"
title = "Plan goals within 40 days"
citation = "4131, 2"
mark = "P"
anchor = "ParticipantEnrolled"
limit = 40
satisfied_by = "GoalSet"
relief_allowed = ["waiver"]

[[rule]]
id = "D-R"
kind = "relief"
title = "A waiver, once"
citation = "4131, 3"
mark = "P"
types = ["waiver"]
applies_to = ["CA-4"]
granted_by = ["principal", "coordinator"]
basis_required = false
max = 1
"""
PACK = read_pack(DISTRICT, "district.toml")


def waive(mentee: str, **other: Any) -> Any:
    asked = mc.WaiveRequirement(
        participant_id=mentee,
        rule_id="CA-1",
        relief="early_completion",
        granted_by="coordinator",
        since=TODAY,
        basis="Taught for nine years abroad",
    )
    return attrs.evolve(asked, **other)


def adopting_district(w: World) -> Any:
    digest = {"pack_id": PACK.id, "version": PACK.version, "digest": PACK.digest}
    return mc.AdoptPolicyPack(program_id=w.program, **digest, effective_from=TODAY)


def refusal(w: World, command: Any) -> str:
    with pytest.raises(mc.Refused) as refused:
        w.ask(command)
    return str(refused.value.code)


def test_early_completion_is_the_coordinators_to_grant_and_on_a_basis(at: Place) -> None:
    with at.open(1) as opened:
        world = World(opened)
        world.ask(adopting(world))
        mentee, position = world.mentee(), opened.position

        by_mentor = refusal(world, waive(mentee, granted_by="mentor"))
        without_basis = refusal(world, waive(mentee, basis=None))
        nothing_recorded = opened.position
        recorded = world.ask(waive(mentee)).events

    assert (by_mentor, without_basis) == ("not_theirs_to_grant", "basis_needed")
    assert nothing_recorded == position
    assert [e.event.rule_id for e in recorded] == ["CA-1"]


def test_a_relief_that_was_granted_holds_from_its_day_on() -> None:
    with engine() as opened:
        world = World(opened)
        world.ask(adopting(world))
        mentee = world.mentee()

        def of_rule(day: Any) -> Any:
            told = opened.compliance(
                viewer=mc.Viewer.coordinator(), as_of=day, rule="CA-1", about=mentee
            )
            return [(row.state, row.relief is not None) for row in told.rows]

        before = of_rule(LATER)
        world.ask(waive(mentee, since=LATER))

        assert before != [("waived", True)]
        assert of_rule(TODAY) == of_rule(LATER - timedelta(days=1)) != [("waived", True)]
        assert of_rule(LATER) == [("waived", True)]


def test_a_relief_needs_a_rule_of_a_pack_in_force_that_allows_it() -> None:
    with engine() as opened:
        world = World(opened)
        mentee = world.mentee()
        before = refusal(world, waive(mentee))
        world.ask(adopting(world, effective_from=LATER))

        early = refusal(world, waive(mentee))
        then = waive(mentee, since=LATER)

        assert (before, early) == ("no_such_requirement", "no_such_requirement")
        assert refusal(world, attrs.evolve(then, rule_id="CA-6b")) == "no_such_requirement"
        assert refusal(world, attrs.evolve(then, pack_id="other")) == "no_such_requirement"
        assert refusal(world, attrs.evolve(then, rule_id="CA-3")) == "relief_not_allowed"
        assert world.ask(then).events


def test_the_refusal_of_a_relief_is_told_by_the_pack_that_the_program_adopted() -> None:
    with engine() as opened:
        world = World(opened)
        adopted = world.ask(adopting(world)).events[0]
        with pytest.raises(mc.Refused) as refused:
            world.ask(waive(world.mentee(), granted_by="mentor"))

        told = opened.explain(refused.value, viewer=mc.Viewer.coordinator())

    assert told.again == refused.value.reason
    assert adopted.position in {e.position for e in told.events}


def test_a_relief_of_two_packs_names_the_pack_and_none_is_granted_more_often_than_allowed() -> None:
    with engine(packs=[PACK]) as opened:
        world = World(opened)
        world.ask(adopting(world))
        world.ask(adopting_district(world))
        mentee = world.mentee()
        asked = waive(mentee, rule_id="CA-4", relief="waiver")
        ours = attrs.evolve(asked, pack_id="district", granted_by="principal", basis=None)

        both = refusal(world, asked)
        first = world.ask(ours).events
        again = refusal(world, attrs.evolve(ours, since=LATER))

        assert (both, again) == ("which_pack", "reliefs_used_up")
        assert first
        assert world.ask(attrs.evolve(asked, pack_id="us-ca-teacher-induction")).events


def test_a_relief_is_not_amended_into_one_that_nobody_may_grant() -> None:
    """INV-65."""
    with engine() as opened:
        world = World(opened)
        world.ask(adopting(world))
        mentee = world.mentee()
        version = world.ask(waive(mentee)).events[0].version

        def amending(**changes: Any) -> Any:
            return mc.AmendRecord(stream=mentee, target=version, changes=changes)

        assert refusal(world, amending(granted_by="mentor")) == "not_theirs_to_grant"
        assert refusal(world, amending(rule_id="CA-9")) == "no_such_requirement"
        assert refusal(world, amending(basis=None)) == "basis_needed"
        assert world.ask(amending(until=LATER)).events


def test_a_reason_is_given_for_a_rule_that_there_is() -> None:
    with engine() as opened:
        world = World(opened)
        world.ask(adopting(world))
        asked = mc.JustifyRequirement(
            program_id=world.program, rule_id="CA-2b", reason="No vacancy was filled", on=TODAY
        )

        assert refusal(world, attrs.evolve(asked, rule_id="MD-1")) == "no_such_requirement"
        assert world.ask(asked).events


EXPERIENCED = b"""
[[rule]]
id = "D-1"
kind = "eligibility"
title = "Mentors have taught"
citation = "4131, 4"
mark = "P"
scope = "pairing"
enforce = "guard"
relief_allowed = ["waiver"]
all = [{ fact = "experience_years", op = ">=", value = 1 }]

[[rule]]
id = "D-2"
kind = "deadline"
title = "A second plan"
citation = "4131, 5"
mark = "P"
anchor = "ParticipantEnrolled"
limit = 90
satisfied_by = "GoalSet"
relief_allowed = ["waiver"]
"""
NEXT = read_pack(
    DISTRICT.replace(b'version = "1"', b'version = "2"') + EXPERIENCED, "district-2.toml"
)


def test_a_mentor_of_before_is_let_off_a_rule_for_the_pairings_of_new_mentees() -> None:
    """INV-59."""
    with engine(packs=[PACK, NEXT]) as opened:
        world = World(opened)
        mentor = world.mentor()
        world.ask(adopting_district(world))
        world.ask(
            mc.AdoptPolicyPack(
                program_id=world.program,
                pack_id=NEXT.id,
                version="2",
                digest=NEXT.digest,
                effective_from=LATER,
                applies_to="new_enrolments",
                replaces="1",
            )
        )
        asked = waive(mentor, rule_id="D-1", relief="waiver", since=LATER)

        of_today = refusal(world, attrs.evolve(asked, since=TODAY))
        of_mentees = refusal(world, attrs.evolve(asked, rule_id="D-2"))

        assert (of_today, of_mentees) == ("no_such_requirement", "no_such_requirement")
        assert world.ask(asked).events


def test_nothing_is_granted_where_a_pack_of_the_program_is_not_here(tmp_path: Path) -> None:
    log = str(tmp_path / "log.db")
    with engine(log, packs=[PACK]) as opened:
        world = World(opened)
        mentor, mentee = world.mentor(), world.mentee()
        pairing = world.pair()
        meeting = mc.HoldMeeting(pairing_id=pairing, held_on=TODAY, minutes=30)
        held = world.ask(meeting).events[0].version
        written = mc.WriteNote(
            pairing_id=pairing,
            author=world.members(pairing)[0],
            kind="session_note",
            on=TODAY,
            visibility="pair_private",
            body="Between us",
        )
        note = world.ask(written).events[0].event.note_id
        world.ask(adopting_district(world))
        world.ask(adopting(world))
    with closing(sqlite3.connect(log)) as db, db:
        db.execute("DELETE FROM log_index WHERE kind = 'policy'")

    guarded = (
        waive(mentee),
        world.forming(mentor, mentee, on=TODAY),
        mc.ProposePairing(
            program_id=world.program,
            cohort_id=world.cohort,
            members=world.forming(mentor, mentee).members,
            on=TODAY,
        ),
        world.capacity(mentor, 2, since=TODAY),
        mc.InvokeConfidentialityException(
            pairing_id=pairing,
            ground="danger_to_health_or_safety",
            material=(note,),
            disclosed_to="coordinator",
            authority="principal",
            on=TODAY,
        ),
    )
    free = (
        mc.StateFact(participant_id=mentee, fact="rank", word="a", since=TODAY),
        mc.RetractRecord(stream=pairing, target=held),
        mc.EndEnrolment(participant_id=mentor, on=TODAY, outcome="withdrew"),
    )
    with engine(log, start=1000) as again:
        refused = [again.check(command) for command in guarded]
        others = [again.check(command) for command in free]

    assert [found and found.code for found in refused] == ["pack_missing"] * len(guarded)
    assert all(found and "district" in found.reason for found in refused)
    assert others == [None] * len(free)
