"""An example of every event of applications and of what keeps a program alive, before every view."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from projections.cases import EARLY, LATELY, NOTHING, case, mentor, persons, told

from mentorcore.domain.participant import applying
from mentorcore.domain.person import events as person
from mentorcore.domain.sustaining import improvement, support

i: Any = improvement  # ids are plain text here
s: Any = support
a: Any = applying
r: Any = person
SUPPORT, ACTION = f"support:{1:032x}", f"improvement:{1:032x}"


def allocated(**more: Any) -> Any:
    usual = {
        "support_id": SUPPORT,
        "kind": "release_time",
        "amount": 600,
        "unit": "minutes",
        "since": EARLY,
    }
    return s.SupportAllocated(**usual | more)


def adopted() -> Any:
    return i.ImprovementActionAdopted(
        improvement_id=ACTION,
        on=EARLY,
        finding="Feedback is rare",
        action="A workshop on feedback",
        owner="program-lead",
        due_on=date(2026, 9, 15),
    )


@case(
    support.SupportAllocated,
    status={"evidence.3.version": 4, "numbers": NOTHING},
    attention=NOTHING,
    history=told("program.support-allocated"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    town.subject = town.program
    yield
    town.tell(town.program, allocated(since=LATELY, participant=mentor(town, pair)))


@case(support.SupportUsed, status=NOTHING, attention=NOTHING, history=told("program.support-used"))
def _(town: Any, _pair: str) -> Iterator[None]:
    town.subject = town.program
    town.tell(town.program, allocated())
    yield
    town.tell(town.program, s.SupportUsed(support_id=SUPPORT, on=LATELY, amount=700))


@case(
    improvement.ImprovementActionAdopted,
    status={"evidence.3.version": 4, "numbers": NOTHING},
    attention=NOTHING,
    history=told("program.improvement-adopted"),
)
def _(town: Any, _pair: str) -> Iterator[None]:
    town.subject = town.program
    yield
    town.tell(town.program, adopted())


@case(
    improvement.ImprovementReviewed,
    status=NOTHING,
    attention=NOTHING,
    history=told("program.improvement-reviewed"),
)
def _(town: Any, _pair: str) -> Iterator[None]:
    town.subject = town.program
    town.tell(town.program, adopted())
    yield
    reviewed = i.ImprovementReviewed(
        improvement_id=ACTION, on=date(2026, 9, 18), outcome="effective"
    )
    town.tell(town.program, reviewed)


def applied(town: Any) -> Any:
    """Somebody who is known applied as a mentee."""
    town.subject = town.engine.new_id("participant")
    cleo = town.engine.new_id("person")
    town.tell(cleo, r.PersonRegistered(person_id=cleo, name="Cleo", subjects=(cleo,)))
    return a.ApplicationSubmitted(
        participant_id=town.subject,
        person_id=cleo,
        program_id=town.program,
        cohort_id=town.cohort,
        role="mentee",
        on=EARLY,
        subjects=(cleo,),
    )


@case(
    applying.ApplicationSubmitted,
    status={"applications.0.who.name": "Cleo", "numbers.applications": 1, "participants": NOTHING},
    attention={"kinds": ["no_meeting", "application_undecided"]},
    history={"names": ["person.registered", "participant.application-submitted"]},
)
def _(town: Any, _pair: str) -> Iterator[None]:
    told_of = applied(town)
    yield
    town.tell(town.subject, told_of)


@case(
    applying.ApplicationScreened,
    status={"applications.0.passed": 1},
    attention={"needs.1.evidence.1.version": 2},
    history=told("participant.application-screened"),
)
def _(town: Any, _pair: str) -> Iterator[None]:
    first = applied(town)
    town.tell(town.subject, first)
    yield
    seen = a.ApplicationScreened(
        step="interview", on=LATELY, outcome="passed", subjects=first.subjects
    )
    town.tell(town.subject, seen)


@case(
    applying.ReferenceReceived,
    status={"applications.0.recommendations": 1},
    attention={"needs.1.evidence.1.version": 2},
    history=told("participant.reference-received"),
)
def _(town: Any, _pair: str) -> Iterator[None]:
    first = applied(town)
    town.tell(town.subject, first)
    yield
    said = a.ReferenceReceived(on=LATELY, recommendation="recommends", subjects=first.subjects)
    town.tell(town.subject, said)


@case(
    applying.ApplicationDecided,
    status={"applications.0.state": "waitlisted", "numbers.waitlisted": 1},
    attention={"kinds": ["no_meeting"]},
    history=told("participant.application-decided"),
)
def _(town: Any, _pair: str) -> Iterator[None]:
    first = applied(town)
    town.tell(town.subject, first)
    yield
    decided = a.ApplicationDecided(
        on=LATELY, decision="waitlisted", decided_by="panel", subjects=first.subjects
    )
    town.tell(town.subject, decided)


@case(
    applying.ApplicationWithdrawn,
    status={"applications.0.state": "withdrawn", "numbers.applications": 0},
    attention={"kinds": ["no_meeting"]},
    history=told("participant.application-withdrawn"),
)
def _(town: Any, _pair: str) -> Iterator[None]:
    first = applied(town)
    town.tell(town.subject, first)
    yield
    town.tell(town.subject, a.ApplicationWithdrawn(on=LATELY, subjects=first.subjects))


@case(person.PersonApplied, status=NOTHING, attention=NOTHING, history=NOTHING)
def _(town: Any, pair: str) -> Iterator[None]:
    anna = persons(town, pair)[0]
    yield
    town.tell(
        anna,
        r.PersonApplied(
            participant_id=town.engine.new_id("participant"),
            program_id=town.program,
            cohort_id=town.cohort,
            role="mentor",
            on=LATELY,
            principal_stream=mentor(town, pair),
            principal=1,
        ),
    )


@case(
    person.EmploymentOutcomeRecorded,
    status=NOTHING,
    attention=NOTHING,
    history=told("person.employment-outcome-recorded"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    anna = persons(town, pair)[0]
    yield
    town.tell(anna, r.EmploymentOutcomeRecorded(on=LATELY, level="school", outcome="retained"))
