"""Text is put to no use that a pack of the program prohibits."""

from contextlib import closing
from datetime import timedelta
from typing import Any

import attrs
import pytest
from engine.adopting import adopting
from engine.test_forced_schedules import Race, Rivals
from engine.world import SETTINGS, STARTED, TODAY, Place, World, engine, mc

from mentorcore.policy.reading.pack_reader import read_pack


def written(w: World, pairing: str, visibility: str = "growth_only") -> Any:
    command = mc.WriteNote(
        pairing_id=pairing,
        author=w.members(pairing)[1],
        kind="reflection",
        on=STARTED,
        visibility=visibility,
        body="It went well",
    )
    return w.ask(command).events[0].event.note_id


def attach(pairing: str, **other: Any) -> Any:
    usual = {"kind": "form", "title": "form", "purpose": "evaluation", "visibility": "coordinator"}
    return mc.AttachEvidence(pairing_id=pairing, **{**usual, "on": TODAY, **other})


def about(mentee: str, **other: Any) -> Any:
    usual = {"kind": "form", "title": "form", "purpose": "evaluation", "visibility": "coordinator"}
    return mc.AttachParticipantEvidence(participant_id=mentee, **{**usual, "on": TODAY, **other})


def test_what_serves_growth_is_evidence_of_no_evaluation_and_the_rule_is_named(at: Place) -> None:
    """INV-28."""
    with at.open(1) as opened:
        world = World(opened)
        pairing = world.pair()
        note = written(world, pairing)
        world.ask(adopting(world))
        position = opened.position
        mentee = world.members(pairing)[1]

        for asked in (
            attach(pairing, cites=(note,)),
            attach(pairing, visibility="growth_only"),
            attach(pairing, purpose="compliance", visibility="evaluative", cites=(note,)),
            about(mentee, cites=(note,)),
        ):
            with pytest.raises(mc.Refused, match="CA-5") as refused:
                world.ask(asked)
            assert refused.value.code == "prohibited_use"
        after = opened.position

        assert after == position
        assert world.ask(attach(pairing, purpose="mentoring", cites=(note,))).events
        assert world.ask(about(mentee, purpose="mentoring", cites=(note,))).events


def test_a_pack_prohibits_nothing_before_the_program_goes_by_it() -> None:
    with engine() as opened:
        world = World(opened)
        pairing = world.pair()
        note = written(world, pairing)
        world.ask(adopting(world, effective_from=TODAY + timedelta(days=7)))

        with pytest.raises(mc.Refused) as refused:
            world.ask(attach(pairing, cites=(note,)))

    assert refused.value.code == "confidential_material"  # of whatever pack


def test_a_use_is_not_amended_into_one_that_is_prohibited() -> None:
    """INV-65."""
    with engine() as opened:
        world = World(opened)
        pairing = world.pair()
        note = written(world, pairing)
        world.ask(adopting(world))
        allowed = world.ask(attach(pairing, purpose="mentoring", cites=(note,))).events[0]

        with pytest.raises(mc.Refused, match="CA-5"):
            world.ask(
                mc.AmendRecord(
                    stream=pairing, target=allowed.version, changes={"purpose": "evaluation"}
                )
            )


def test_evidence_of_what_there_is_not_is_refused_by_the_rules_themselves() -> None:
    with engine() as opened:
        world = World(opened)
        pairing = world.pair()
        world.ask(adopting(world))
        nowhere = f"pairing:{0xDEAD:032x}"
        nobody = f"participant:{0xDEAD:032x}"

        codes = []
        for asked in (
            attrs.evolve(attach(pairing), pairing_id=nowhere),
            attach(pairing, cites=(f"note:{0xDEAD:032x}",)),
            about(nobody),
        ):
            with pytest.raises(mc.Refused) as refused:
                world.ask(asked)
            codes.append(refused.value.code)

    assert codes == ["no_such_pairing", "no_such_note", "no_such_participant"]


def test_a_note_is_not_narrowed_while_an_evaluation_that_cites_it_is_attached(at: Place) -> None:
    """INV-28."""
    rivals = Rivals(at, SETTINGS)
    with closing(rivals.slow), closing(rivals.fast):
        world = rivals.world
        pairing = world.pair()
        note = written(world, pairing, "coordinator")
        target = list(world.engine.events(stream=pairing))[-1].version
        narrowed = mc.AmendRecord(
            stream=pairing, target=target, changes={"visibility": "author_private"}
        )

        race = rivals.race(narrowed, about(world.members(pairing)[1], cites=(note,)))

    assert race == Race("recorded", "confidential_material", 1)


OPEN_ON_A_GROUND = read_pack(
    b"""
[pack]
id = "lagoon"
version = "1"
title = "What our district asks for"
jurisdiction = "US-CA-LAGOON"
authority = "School board"
citation = "Board policy 4131"
effective_from = 2026-07-01
reviewed_on = 2026-08-01
notice = "Made up."

[[rule]]
id = "L-1"
kind = "prohibited_use"
title = "What coordinators keep judges nobody"
citation = "4131, 2"
mark = "P"
enforce = "guard"
visibility = ["coordinator"]
purposes = ["evaluation"]
exceptions = ["safety"]
""",
    "lagoon.toml",
)


def in_lagoon(opened: Any) -> World:
    """A program that goes by that pack."""
    world = World(opened)
    pack = OPEN_ON_A_GROUND
    named = {"pack_id": pack.id, "version": pack.version, "digest": pack.digest}
    world.ask(mc.AdoptPolicyPack(program_id=world.program, **named, effective_from=TODAY))
    return world


@pytest.mark.parametrize("of_a_member", [False, True])
def test_what_evidence_rests_on_is_not_corrected_into_what_a_pack_prohibits(
    of_a_member: bool,
) -> None:
    """INV-28, INV-65."""
    with engine(packs=[OPEN_ON_A_GROUND]) as opened:
        world = in_lagoon(opened)
        pairing = world.pair()
        kept, closed = written(world, pairing, "public"), written(world, pairing, "coordinator")
        first = next(r for r in opened.events(stream=pairing) if r.name == "pairing.note-written")
        invoking = mc.InvokeConfidentialityException(
            pairing_id=pairing,
            ground="safety",
            material=(closed,),
            disclosed_to="coordinator",
            authority="principal",
            on=TODAY,
        )
        opening = world.ask(invoking).events[0].version
        uses = {"visibility": "evaluative", "cites": (kept, closed)}
        of_mentee = about(world.members(pairing)[1], **uses)
        world.ask(of_mentee if of_a_member else attach(pairing, **uses))

        def refusal(command: Any) -> Any:
            position = opened.position
            with pytest.raises(mc.Refused) as refused:
                world.ask(command)
            assert opened.position == position
            return refused.value.code, refused.value.facts.get("rule")

        def amending(target: int, **changes: Any) -> Any:
            return mc.AmendRecord(stream=pairing, target=target, changes=changes)

        refused = [
            refusal(amending(first.version, visibility="coordinator")),
            refusal(mc.RetractRecord(stream=pairing, target=opening)),
        ]

        assert refused == [("prohibited_use", "L-1")] * 2
        assert world.ask(amending(first.version, kind="journal")).events
        assert world.ask(amending(opening, authority="dean")).events


def test_a_note_that_no_evidence_cites_is_narrowed_and_taken_back_as_ever() -> None:
    with engine(packs=[OPEN_ON_A_GROUND]) as opened:
        world = in_lagoon(opened)
        pairing = world.pair()
        written(world, pairing, "public")
        target = list(opened.events(stream=pairing))[-1].version
        narrowed = mc.AmendRecord(
            stream=pairing, target=target, changes={"visibility": "coordinator"}
        )

        assert world.ask(narrowed).events
        assert world.ask(mc.RetractRecord(stream=pairing, target=target)).events


def test_a_use_of_before_the_pack_is_not_held_against_the_correction_of_a_note() -> None:
    """INV-65."""
    with engine(packs=[OPEN_ON_A_GROUND]) as opened:
        world = World(opened)
        pairing = world.pair()
        note = written(world, pairing, "coordinator")
        target = list(opened.events(stream=pairing))[-1].version
        world.ask(attach(pairing, visibility="evaluative", cites=(note,)))
        pack = OPEN_ON_A_GROUND
        named = {"pack_id": pack.id, "version": pack.version, "digest": pack.digest}
        world.ask(mc.AdoptPolicyPack(program_id=world.program, **named, effective_from=TODAY))

        amended = mc.AmendRecord(stream=pairing, target=target, changes={"kind": "journal"})

        assert world.ask(amended).events
