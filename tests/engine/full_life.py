"""What keeps a full program alive: support that is used, and what is improved, once each."""

from typing import Any

from engine.world import STARTED, TODAY, mc


def sustained(w: Any) -> None:
    """Everything about support and improvement that there is to ask for."""
    support = w.ask(
        mc.AllocateSupport(
            program_id=w.program,
            kind="stipend",
            amount=120_000,
            unit="cents",
            currency="USD",
            since=STARTED,
            participant=w.mentor_id,
            funded_by="district",
        )
    )
    used = support.events[0].event.support_id
    w.do(mc.RecordSupportUse(program_id=w.program, support_id=used, on=TODAY, amount=60_000))
    adopted = w.ask(
        mc.AdoptImprovementAction(
            program_id=w.program,
            on=STARTED,
            finding="Feedback is rare",
            action="A workshop",
            owner="lead",
            due_on=TODAY,
        )
    )
    w.do(
        mc.ReviewImprovement(
            program_id=w.program,
            improvement_id=adopted.events[0].event.improvement_id,
            on=TODAY,
            outcome="effective",
        )
    )
