"""How to be refused where members are asked before they are paired."""

from datetime import timedelta
from typing import Any

from engine.refusals import LATER, case
from engine.world import STARTED, World, mc

__all__ = ["proposed"]

OFFERED, ACCEPTED = "participant.pairing-offered", "pairing.accepted"
DECLINED = "pairing.declined"


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
