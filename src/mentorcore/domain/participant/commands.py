"""What one can ask for concerning a participant."""

from datetime import date

from mentorcore.domain.marks import command, fresh
from mentorcore.domain.participant.events import (
    Criterion,
    EnrolmentEnded,
    EnrolmentOutcome,
    MentorCapacitySet,
    MentorQualificationEnded,
    MentorQualified,
    ParticipantEnrolled,
    QualificationEnd,
    TrainingCompleted,
)
from mentorcore.domain.person.events import PersonEnrolled
from mentorcore.domain.values import (
    Code,
    CohortId,
    ParticipantId,
    PersonId,
    ProgramId,
)


@command(leads_to=ParticipantEnrolled, also=(PersonEnrolled,))
class EnrolParticipant:
    """Enrol a registered person in a cohort, in a role."""

    person_id: PersonId
    program_id: ProgramId
    cohort_id: CohortId
    role: Code
    since: date
    fte_percent: int = 100
    participant_id: ParticipantId | None = fresh("participant", default=None)


@command(leads_to=TrainingCompleted)
class RecordTraining:
    """Record a completed training."""

    participant_id: ParticipantId
    training_kind: Code
    on: date
    hours: int | None = None
    valid_until: date | None = None
    provider: str | None = None


@command(leads_to=MentorQualified)
class QualifyMentor:
    """Record that a mentor meets the criteria."""

    participant_id: ParticipantId
    since: date
    until: date | None = None
    basis: tuple[Criterion, ...] = ()


@command(leads_to=MentorQualificationEnded)
class EndMentorQualification:
    """Suspend a mentor, or end the qualification for another cause."""

    participant_id: ParticipantId
    on: date
    cause: QualificationEnd
    reason: str | None = None


@command(leads_to=MentorCapacitySet)
class SetMentorCapacity:
    """Say how many mentees a mentor may have; more than the program's default needs a reason.

    Peers take no place of each other, so nothing is said of theirs.
    """

    participant_id: ParticipantId
    places: int
    since: date
    reason: str | None = None


@command(leads_to=EnrolmentEnded)
class EndEnrolment:
    """End an enrolment; its pairings end before or with it."""

    participant_id: ParticipantId
    on: date
    outcome: EnrolmentOutcome
    reason: str | None = None
    destination: str | None = None
