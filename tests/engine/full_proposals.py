"""Members are asked, decline and accept: the part of a full program that goes before a pairing."""

from typing import Any

from engine.world import STARTED, TODAY, mc

__all__ = ["ask"]


def ask(world: Any) -> None:
    """Somebody is proposed three times: one mentor declines, one is taken, one too many."""
    mentee, mentors = world.mentee(), [world.mentor() for _ in range(3)]
    asked = [world.do(proposing(world, mentor, mentee)) for mentor in mentors]
    world.do(mc.DeclinePairing(pairing_id=asked[0], by=mentors[0], on=TODAY, reason=world.text()))
    for participant in (mentee, mentors[1]):
        world.do(mc.AcceptPairing(pairing_id=asked[1], participant=participant, on=TODAY))


def proposing(world: Any, mentor: str, mentee: str) -> Any:
    return mc.ProposePairing(
        program_id=world.program,
        cohort_id=world.cohort,
        members=world.forming(mentor, mentee).members,
        on=STARTED,
        unmet_soft=(mc.Unmet(criterion="same-school", reason=world.text()),),
        override_reason=world.text(),
    )
