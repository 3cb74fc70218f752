"""Members are asked, decline and accept, and share what they wrote, in a full program."""

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
    share(world, asked[1], mentee, mentors[1])


def share(world: Any, pairing: str, mentee: str, mentor: str) -> None:
    """The mentee shares a note with the mentor, and ends that."""
    written = mc.WriteNote(
        pairing_id=pairing,
        author=mentee,
        kind="journal",
        on=TODAY,
        visibility="author_private",
        body=world.text(),
    )
    here = {"pairing_id": pairing, "author": mentee, "on": TODAY}
    note = world.ask(written).events[0].event.note_id
    world.do(mc.ShareNote(**here, note_id=note, shared_with=(mentor,)))
    world.do(mc.EndNoteSharing(**here, note_id=note))


def proposing(world: Any, mentor: str, mentee: str) -> Any:
    return mc.ProposePairing(
        program_id=world.program,
        cohort_id=world.cohort,
        members=world.forming(mentor, mentee).members,
        on=STARTED,
        unmet_soft=(mc.Unmet(criterion="same-school", reason=world.text()),),
        override_reason=world.text(),
    )
