"""What rules ask for, in a program in which everything happens once."""

from typing import Any

from engine.adopting import adopting
from engine.world import STARTED, mc

__all__ = ["require"]


def require(w: Any) -> None:
    """Record all of it, each personal text one to look for."""
    here = {"participant_id": w.mentee_id}
    w.do(
        mc.WaiveRequirement(
            **here,
            rule_id="CA-1",
            relief="early_completion",
            granted_by="coordinator",
            since=STARTED,
            basis=w.text(),
        )
    )
    w.do(mc.CreditService(**here, on=STARTED, amount=11, unit="week", basis=w.text()))
    w.do(mc.StateFact(**here, fact="experience_years", number=1, since=STARTED))
    w.do(adopting(w))
    program = {"program_id": w.program, "on": STARTED}
    w.do(mc.ReferenceDocument(**program, process="early_completion", title="Early completion"))
    w.do(mc.JustifyRequirement(**program, rule_id="CA-2b", reason="No vacancy was filled"))
