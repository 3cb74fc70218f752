"""How to be refused where members are asked before they are paired, or share what they wrote."""

from datetime import timedelta
from typing import Any

from engine.refusals import LATER, case
from engine.world import STARTED, World, mc

__all__ = ["proposed"]

ACCEPTED = "pairing.accepted"
DECLINED, NOTED = "pairing.declined", "pairing.note-written"


def proposing(w: World, mentor: str, mentee: str, **more: Any) -> Any:
    asked = w.forming(mentor, mentee)
    return mc.ProposePairing(
        **{
            "program_id": w.program,
            "cohort_id": w.cohort,
            "members": asked.members,
            "on": STARTED,
            **more,
        }
    )


def proposed(w: World, **more: Any) -> tuple[str, str, str]:
    """A pairing that was proposed, with its mentor and its mentee."""
    mentor, mentee = w.mentor(), w.mentee()
    return w.do(proposing(w, mentor, mentee, **more)), mentor, mentee


def accepting(pairing: str, participant: str, **more: Any) -> Any:
    return mc.AcceptPairing(
        **{"pairing_id": pairing, "participant": participant, "on": LATER, **more}
    )


@case("already_proposed")
def _(w: World) -> Any:
    pairing, mentor, mentee = proposed(w)
    return proposing(w, mentor, mentee, pairing_id=pairing)


@case("criteria_missing")
def _(w: World) -> Any:
    return proposing(w, w.mentor(), w.mentee(), basis="round")


@case("not_formed")
def _(w: World) -> Any:
    pairing, _, _ = proposed(w)
    return w.ending(pairing)


@case("not_proposed")
def _(w: World) -> Any:
    mentor = w.mentor()
    return accepting(w.pair(mentor), mentor)


@case("not_asked")
def _(w: World) -> Any:
    pairing, _, _ = proposed(w)
    return accepting(pairing, w.mentor())


@case("before_the_proposal")
def _(w: World) -> Any:
    pairing, mentor, _ = proposed(w)
    return accepting(pairing, mentor, on=STARTED - timedelta(days=1))


@case("answered_too_late")
def _(w: World) -> Any:
    pairing, mentor, _ = proposed(w, answer_by=STARTED)
    return accepting(pairing, mentor)


@case("already_accepted", ACCEPTED)
def _(w: World) -> Any:
    pairing, mentor, _ = proposed(w)
    w.do(accepting(pairing, mentor))
    return accepting(pairing, mentor, on=STARTED)


@case("proposal_declined", DECLINED)
def _(w: World) -> Any:
    pairing, mentor, mentee = proposed(w)
    w.do(mc.DeclinePairing(pairing_id=pairing, by=mentee, on=STARTED))
    return accepting(pairing, mentor)


@case("not_expired")
def _(w: World) -> Any:
    pairing, _, _ = proposed(w)
    return mc.DeclinePairing(pairing_id=pairing, by="program", cause="expired", on=STARTED)


# ------------------------------------------------------------------------------ shared notes


def noted(w: World, **more: Any) -> tuple[Any, str, str]:
    """A note of a mentee, with its author and the mentor; what is asked about it."""
    mentor, mentee = w.mentor(), w.mentee()
    pairing = w.pair(mentor, mentee)
    asked = {"author": mentee, "kind": "journal", "on": LATER, "visibility": "author_private"}
    written = mc.WriteNote(**{"pairing_id": pairing, "body": "I doubt it", **asked, **more})
    note = w.ask(written).events[0].event.note_id
    here = {"pairing_id": pairing, "note_id": note, "author": mentee}
    return here, mentor, mentee


def sharing(here: Any, *members: str, **more: Any) -> Any:
    return mc.ShareNote(**{**here, "shared_with": members, "on": LATER, **more})


@case("not_the_author", NOTED)
def _(w: World) -> Any:
    here, mentor, mentee = noted(w)
    return sharing(here, mentee, author=mentor)


@case("not_shareable", NOTED)
def _(w: World) -> Any:
    here, mentor, _ = noted(w, visibility="safeguarding")
    return sharing(here, mentor)


@case("before_the_note", NOTED)
def _(w: World) -> Any:
    here, mentor, _ = noted(w)
    return sharing(here, mentor, on=STARTED)


@case("not_shared", NOTED)
def _(w: World) -> Any:
    here, mentor, _ = noted(w)
    return mc.EndNoteSharing(**here, on=LATER, ended_for=(mentor,))


@case("sharing_stands", "pairing.note-shared", NOTED)
def _(w: World) -> Any:
    here, mentor, _ = noted(w)
    w.do(sharing(here, mentor))
    shared = list(w.engine.events(stream=here["pairing_id"]))[-1]
    return mc.RetractRecord(stream=here["pairing_id"], target=shared.version)
