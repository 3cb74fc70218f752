"""Applications, and what keeps a full program alive: support and improvement, all of it once."""

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
    w.do(
        mc.RecordEmploymentOutcome(
            person_id=w.persons[w.mentor_id],
            on=STARTED,
            level="district",
            outcome="retained",
            source="payroll",
        )
    )
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


def applied(w: Any) -> None:
    """Two applications: one that leads to an enrolment, and one that is withdrawn."""
    person = w.person()
    asked = {"program_id": w.program, "cohort_id": w.cohort, "role": "mentor", "on": STARTED}
    ina = w.do(mc.SubmitApplication(person_id=person, statement=w.text(), **asked))
    w.do(
        mc.ScreenApplication(
            participant_id=ina,
            step="interview",
            on=STARTED,
            outcome="passed",
            criteria=(mc.CriterionCheck(criterion="experience", result="met"),),
            remark=w.text(),
        )
    )
    w.do(
        mc.RecordReference(
            participant_id=ina,
            on=STARTED,
            recommendation="recommends",
            relation="principal",
            referee=w.text(),
            text=w.text(),
        )
    )
    w.do(
        mc.DecideApplication(
            participant_id=ina,
            on=TODAY,
            decision="approved",
            decided_by="panel",
            criteria=(mc.CriterionCheck(criterion="experience", result="met"),),
            reason=w.text(),
        )
    )
    w.do(
        mc.EnrolParticipant(
            participant_id=ina,
            person_id=person,
            program_id=w.program,
            cohort_id=w.cohort,
            role="mentor",
            since=TODAY,
        )
    )
    other = w.do(mc.SubmitApplication(person_id=w.person(), statement=w.text(), **asked))
    w.do(mc.WithdrawApplication(participant_id=other, on=TODAY, reason=w.text()))
