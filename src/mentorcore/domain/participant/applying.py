"""Somebody applies to take part: what was looked at, what was said of them, and what was decided.

An application stands on the stream of the participant whom it may lead to. Until then the applicant
takes part in nothing, and no figure of the program counts them.
"""

from datetime import date
from typing import Literal

import attrs

from mentorcore.domain.declarations import command, event, fresh, personal, public, value
from mentorcore.domain.person.events import PersonApplied
from mentorcore.domain.values import Code, CohortId, ParticipantId, PersonId, ProgramId, Text
from mentorcore.domain.visibility import METADATA, OWN, REASON, Reader

ApplicationDecision = Literal["approved", "waitlisted", "declined"]

ScreeningOutcome = Literal["passed", "failed", "open"]

Recommendation = Literal["recommends", "with_reservations", "does_not_recommend"]

CheckResult = Literal["met", "not_met", "waived"]

NOT_APPLICANT: frozenset[Reader] = METADATA - {"author", "member"}
"""Who sees what a reference comes to: whoever runs or audits the program, and not the applicant."""


@value
class CriterionCheck:
    """One criterion that an application was held against.

    Attributes:
        criterion: The criterion, as the program calls it.
        result: Whether it was met, not met, or waived.
    """

    criterion: Code
    result: CheckResult


@event("participant.application-submitted", occurred="on", founding=True)
class ApplicationSubmitted:
    """Somebody applied to take part in a cohort, in a role.

    Attributes:
        statement: Why, in the applicant's own words.
    """

    participant_id: ParticipantId
    person_id: PersonId
    program_id: ProgramId
    cohort_id: CohortId
    role: Code
    on: date
    subjects: tuple[PersonId, ...]
    statement: Text | None = personal("free_text", default=None, readers=OWN)


@command(leads_to=ApplicationSubmitted, also=(PersonApplied,))
class SubmitApplication:
    """Record that a registered person applied to take part in a cohort, in a role."""

    person_id: PersonId
    program_id: ProgramId
    cohort_id: CohortId
    role: Code
    on: date
    statement: str | None = None
    participant_id: ParticipantId | None = fresh("participant", default=None)


@event("participant.application-screened", occurred="on")
class ApplicationScreened:
    """A step of looking at an application was taken: papers, an interview, a visit.

    Attributes:
        step: Which step, as a word of the program's own, such as interview.
        outcome: Whether the applicant passed it, failed it, or something is still open.
        criteria: The criteria that were looked at in it.
        remark: What was seen.
    """

    step: Code
    on: date
    outcome: ScreeningOutcome
    subjects: tuple[PersonId, ...]
    criteria: tuple[CriterionCheck, ...] = ()
    remark: Text | None = personal("free_text", default=None, readers=REASON)


@command(leads_to=ApplicationScreened)
class ScreenApplication:
    """Record a step of looking at an application.

    Attributes:
        step: As one word, such as interview.
    """

    participant_id: ParticipantId
    step: Code
    on: date
    outcome: ScreeningOutcome
    criteria: tuple[CriterionCheck, ...] = ()
    remark: str | None = None


@event("participant.reference-received", occurred="on")
class ReferenceReceived:
    """Somebody said whether they recommend an applicant; the applicant is not shown what.

    Attributes:
        recommendation: Whether they recommend the applicant.
        relation: What they are to the applicant, as a word of the program's own.
        referee: Who said it.
    """

    on: date
    recommendation: Recommendation = public(readers=NOT_APPLICANT)
    subjects: tuple[PersonId, ...]
    relation: Code | None = public(default=None, readers=NOT_APPLICANT)
    referee: Text | None = personal("identity", default=None, readers=REASON)
    text: Text | None = personal("free_text", default=None, readers=REASON)


@command(leads_to=ReferenceReceived)
class RecordReference:
    """Record that somebody was asked about an applicant, and what they said.

    Attributes:
        relation: What they are to the applicant, as one word such as principal.
    """

    participant_id: ParticipantId
    on: date
    recommendation: Recommendation
    relation: Code | None = None
    referee: str | None = None
    text: str | None = None


@event("participant.application-decided", occurred="on", transition=True)
class ApplicationDecided:
    """It was decided about an application; whoever is waitlisted is decided about again.

    Attributes:
        decision: Approved, waitlisted or declined.
        decided_by: Who decided, as a word of the program's own, such as an office.
        criteria: The criteria that it was held against.
        rank: The place on the waiting list, counted from 1.
    """

    on: date
    decision: ApplicationDecision
    decided_by: Code
    subjects: tuple[PersonId, ...]
    criteria: tuple[CriterionCheck, ...] = ()
    rank: int | None = None
    reason: Text | None = personal("free_text", default=None, readers=REASON)


@command(leads_to=ApplicationDecided)
class DecideApplication:
    """Approve, waitlist or decline an application.

    Attributes:
        decided_by: Who decided, as one word such as an office.
        rank: The place on the waiting list, counted from 1.
    """

    participant_id: ParticipantId
    on: date
    decision: ApplicationDecision
    decided_by: Code
    criteria: tuple[CriterionCheck, ...] = ()
    rank: int | None = None
    reason: str | None = None


@event("participant.application-withdrawn", occurred="on", transition=True, once=True)
class ApplicationWithdrawn:
    """The applicant does not want to take part any more."""

    on: date
    subjects: tuple[PersonId, ...]
    reason: Text | None = personal("free_text", default=None, readers=OWN)


@command(leads_to=ApplicationWithdrawn)
class WithdrawApplication:
    """Record that an applicant does not want to take part any more."""

    participant_id: ParticipantId
    on: date
    reason: str | None = None


@attrs.frozen
class Screening:
    """A step of looking at an application, as decisions know it."""

    step: str
    on: date
    outcome: str


@attrs.frozen
class Reference:
    """What somebody said of an applicant, as decisions know it."""

    on: date
    recommendation: str


@attrs.frozen(slots=False)
class Application:
    """An application, as far as it has come.

    Attributes:
        on: When it was submitted.
        decision: The last decision; nothing until there is one.
        decided_on: When that was taken.
    """

    participant_id: ParticipantId
    person_id: PersonId
    program_id: ProgramId
    cohort_id: CohortId
    role: str
    on: date
    screenings: tuple[Screening, ...] = ()
    references: tuple[Reference, ...] = ()
    decision: str | None = None
    decided_on: date | None = None
    rank: int | None = None
    withdrawn_on: date | None = None

    @property
    def stands(self) -> str:
        """How far it has come: applied, waitlisted, approved, declined or withdrawn."""
        return "withdrawn" if self.withdrawn_on is not None else self.decision or "applied"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to decide about it."""
        return self.stands in {"applied", "waitlisted"}

    @property
    def waits(self) -> bool:
        """Whether it may still lead to an enrolment."""
        return self.is_open or self.stands == "approved"

    @property
    def over_on(self) -> date | None:
        """The day since which nobody decides about it any more."""
        return self.withdrawn_on or (None if self.is_open else self.decided_on)


def application_after(before: Application | None, event: object) -> Application | None:
    """An application after one more event; other events change nothing."""
    if isinstance(event, ApplicationSubmitted):
        return Application(
            participant_id=event.participant_id,
            person_id=event.person_id,
            program_id=event.program_id,
            cohort_id=event.cohort_id,
            role=event.role,
            on=event.on,
        )
    if before is None:
        return None
    match event:
        case ApplicationScreened():
            step = Screening(event.step, event.on, event.outcome)
            return attrs.evolve(before, screenings=(*before.screenings, step))
        case ReferenceReceived():
            said = Reference(event.on, event.recommendation)
            return attrs.evolve(before, references=(*before.references, said))
        case ApplicationDecided():
            return attrs.evolve(
                before, decision=event.decision, decided_on=event.on, rank=event.rank
            )
        case ApplicationWithdrawn():
            return attrs.evolve(before, withdrawn_on=event.on)
        case _:
            return before
