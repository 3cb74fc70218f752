"""What rules ask for, in a program in which everything happens once."""

from hashlib import sha256
from typing import Any

import attrs
from engine.adopting import adopting
from engine.world import STARTED, TODAY, mc
from practices.networks.world import SIDES, drafted, signed

from mentorcore.practices.cases.events import OpenCaseFromMismatch

__all__ = ["require"]


def require(w: Any) -> None:
    """Record all of it, each personal text one to look for."""
    w.do(adopting(w))
    w.do(adopting(w, "us-ny-mentored-experience"))
    here = {"participant_id": w.mentee_id}
    w.do(
        mc.WaiveRequirement(
            **here,
            rule_id="CA-1",
            relief="early_completion",
            granted_by="coordinator",
            since=TODAY,
            basis=w.text(),
        )
    )
    w.do(mc.CreditService(**here, on=STARTED, amount=11, unit="week", basis=w.text()))
    w.do(mc.StateFact(**here, fact="experience_years", number=1, since=STARTED))
    program = {"program_id": w.program, "on": TODAY}
    w.do(mc.ReferenceDocument(**program, process="early_completion", title="Early completion"))
    w.do(mc.JustifyRequirement(**program, rule_id="CA-2b", reason="No vacancy was filled"))
    form = {"kind": "form", "title": "plan", "purpose": "mentoring", "visibility": "growth_only"}
    w.do(mc.AttachEvidence(pairing_id=w.pairing, **form, on=TODAY, digest=digest(w)))
    w.do(mc.AttachParticipantEvidence(**here, **form, on=TODAY, digest=digest(w)))
    noted = mc.WriteNote(
        pairing_id=w.pairing,
        author=w.mentee_id,
        kind="reflection",
        on=TODAY,
        visibility="pair_private",
        body=w.text(),
    )
    note = w.ask(noted).events[0].event.note_id
    w.do(
        mc.InvokeConfidentialityException(
            pairing_id=w.pairing,
            ground="danger_to_health_or_safety",
            material=(note,),
            disclosed_to="coordinator",
            authority="principal",
            on=TODAY,
        )
    )
    _handle(w, note)
    _admit(w)
    w.do(attrs.evolve(noted, body=w.text()))


def _handle(w: Any, note: str) -> None:
    """A mismatch becomes a case, for which a note is opened."""
    reported = mc.ReportMismatch(
        pairing_id=w.pairing, by=w.mentee_id, on=TODAY, grounds="style", wish="mediation"
    )
    mismatch = w.ask(attrs.evolve(reported, text=w.text())).events[0].event.mismatch_id
    case = w.do(
        OpenCaseFromMismatch(pairing_id=w.pairing, mismatch_id=mismatch, on=TODAY, text=w.text())
    )
    w.do(
        mc.OpenNotesForCase(
            pairing_id=w.pairing,
            case_id=case,
            ground="danger_to_health_or_safety",
            material=(note,),
            authority="principal",
            on=TODAY,
        )
    )


def _admit(w: Any) -> None:
    """Somebody of another institution takes part, under an agreement."""
    agreement = w.do(drafted())
    for side in SIDES:
        w.do(signed(agreement, side))
    w.do(
        mc.AdmitVisitor(
            participant_id=w.enrol("mentor"),
            institution=SIDES[1],
            agreement=agreement,
            since=STARTED,
        )
    )


def digest(w: Any) -> str:
    """A digest to look for."""
    found = sha256(w.text().encode()).hexdigest()
    w.texts.append(found)
    return found
