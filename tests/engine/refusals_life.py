"""How to be refused in applications, and in what keeps a program alive."""

from typing import Any

from engine.refusals import UNKNOWN, case
from engine.world import STARTED, TODAY, World, mc


def allocation(w: World, **more: Any) -> Any:
    usual = {
        "program_id": w.program,
        "kind": "release_time",
        "amount": 600,
        "unit": "minutes",
        "since": STARTED,
    }
    return mc.AllocateSupport(**usual | more)


def use(w: World, support: str, **more: Any) -> Any:
    usual = {"program_id": w.program, "support_id": support, "on": TODAY, "amount": 60}
    return mc.RecordSupportUse(**usual | more)


def set_aside(w: World, **more: Any) -> str:
    return str(w.ask(allocation(w, **more)).events[0].event.support_id)


@case("amount_out_of_range")
def _(w: World) -> Any:
    return allocation(w, amount=0)


@case("unit_does_not_fit")
def _(w: World) -> Any:
    return allocation(w, unit="cents", currency="USD")


@case("currency_does_not_fit")
def _(w: World) -> Any:
    return allocation(w, kind="budget", unit="cents")


@case("for_two")
def _(w: World) -> Any:
    return allocation(w, participant=w.mentor(), cohort_id=w.cohort)


@case("already_there", "program.support-allocated")
def _(w: World) -> Any:
    return allocation(w, support_id=set_aside(w), amount=90)


@case("no_such_support")
def _(w: World) -> Any:
    return use(w, UNKNOWN.format("support"))


@case("before_it_begins", "program.support-allocated")
def _(w: World) -> Any:
    return use(w, set_aside(w, since=TODAY), on=STARTED)


@case("for_somebody_else", "program.support-allocated")
def _(w: World) -> Any:
    return use(w, set_aside(w, participant=w.mentor()), participant=w.mentor())


@case("no_such_improvement")
def _(w: World) -> Any:
    return mc.ReviewImprovement(
        program_id=w.program,
        improvement_id=UNKNOWN.format("improvement"),
        on=TODAY,
        outcome="effective",
    )


# --------------------------------------------------------------------------- applications


def applying(w: World, **more: Any) -> Any:
    usual = {
        "person_id": w.person(),
        "program_id": w.program,
        "cohort_id": w.cohort,
        "role": "mentor",
        "on": STARTED,
    }
    return mc.SubmitApplication(**usual | more)


def deciding(applicant: str, decision: Any = "approved", **more: Any) -> Any:
    usual = {
        "participant_id": applicant,
        "on": TODAY,
        "decision": decision,
        "decided_by": "panel",
    }
    return mc.DecideApplication(**usual | more)


def enrolling(w: World, person: str, participant: str | None = None, role: str = "mentor") -> Any:
    return mc.EnrolParticipant(
        participant_id=participant,
        person_id=person,
        program_id=w.program,
        cohort_id=w.cohort,
        role=role,
        since=TODAY,
    )


@case("already_applied", "person.applied")
def _(w: World) -> Any:
    person = w.person()
    w.do(applying(w, person_id=person))
    return applying(w, person_id=person)


@case("no_such_application")
def _(w: World) -> Any:
    return deciding(UNKNOWN.format("participant"))


@case("application_over", "participant.application-decided")
def _(w: World) -> Any:
    ina = w.do(applying(w))
    w.do(deciding(ina, "declined"))
    return deciding(ina)


@case("rank_out_of_range")
def _(w: World) -> Any:
    return deciding(w.do(applying(w)), rank=1)


@case("not_approved")
def _(w: World) -> Any:
    person = w.person()
    return enrolling(w, person, w.do(applying(w, person_id=person)))


@case("other_application")
def _(w: World) -> Any:
    person = w.person()
    return enrolling(w, person, w.do(applying(w, person_id=person)), role="mentee")


@case("open_application", "person.applied")
def _(w: World) -> Any:
    person = w.person()
    w.do(applying(w, person_id=person))
    return enrolling(w, person)


@case("other_outcome", "person.employment-outcome-recorded")
def _(w: World) -> Any:
    person = w.person()
    said = mc.RecordEmploymentOutcome(
        person_id=person, on=STARTED, level="school", outcome="retained"
    )
    w.do(said)
    return mc.RecordEmploymentOutcome(person_id=person, on=STARTED, level="school", outcome="left")
