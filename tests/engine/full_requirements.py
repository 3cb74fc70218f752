"""What rules ask for, in a program in which everything happens once."""

from hashlib import sha256
from typing import Any

import attrs
from engine.adopting import adopting
from engine.world import STARTED, TODAY, mc

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
    w.do(
        mc.InvokeConfidentialityException(
            pairing_id=w.pairing,
            ground="danger_to_health_or_safety",
            material=(w.ask(noted).events[0].event.note_id,),
            disclosed_to="coordinator",
            authority="principal",
            on=TODAY,
        )
    )
    w.do(attrs.evolve(noted, body=w.text()))


def digest(w: Any) -> str:
    """A digest to look for."""
    found = sha256(w.text().encode()).hexdigest()
    w.texts.append(found)
    return found
