"""Answers to proposals that were decided on the same truth."""

from typing import Any

from engine.world import STARTED, TODAY, World, mc

__all__ = [
    "accepting",
    "accepting_and_forming",
    "last_place_by_two_acceptances",
    "proposed",
    "two_competing_proposals",
]

Pair = tuple[Any, Any]


def proposed(world: World, mentor: str, mentee: str, *answered: str, exclusive: bool = True) -> str:
    """A pairing that was proposed, and accepted by these."""
    pairing = world.do(
        mc.ProposePairing(
            program_id=world.program,
            cohort_id=world.cohort,
            members=world.forming(mentor, mentee).members,
            on=STARTED,
            exclusive=exclusive,
        )
    )
    for participant in answered:
        world.do(accepting(pairing, participant))
    return pairing


def accepting(pairing: str, participant: str) -> Any:
    return mc.AcceptPairing(pairing_id=pairing, participant=participant, on=TODAY)


def last_place_by_two_acceptances(world: World) -> Pair:
    mentor, mentees = world.mentor(places=1), (world.mentee(), world.mentee())
    one, other = (proposed(world, mentor, mentee, mentee) for mentee in mentees)
    return accepting(one, mentor), accepting(other, mentor)


def accepting_and_forming(world: World) -> Pair:
    mentor, mentee = world.mentor(places=1), world.mentee()
    pairing = proposed(world, mentor, mentee, mentee)
    return accepting(pairing, mentor), world.forming(mentor, world.mentee())


def two_competing_proposals(world: World) -> Pair:
    """Both mentors answer at once what their mentee had accepted twice (INV-11)."""
    mentee, mentors = world.mentee(), (world.mentor(), world.mentor())
    one, other = (proposed(world, mentor, mentee, mentee) for mentor in mentors)
    return accepting(one, mentors[0]), accepting(other, mentors[1])
