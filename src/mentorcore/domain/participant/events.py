"""What can happen to a participant, what one can ask for, and the values that it is told in."""

from datetime import date
from typing import Literal

import attrs

from mentorcore.domain.declarations import command, event, fresh, personal, value
from mentorcore.domain.pairing.events.members import MemberLeft
from mentorcore.domain.person.events import PersonEnrolled
from mentorcore.domain.values import (
    Code,
    CohortId,
    PairingId,
    ParticipantId,
    PersonId,
    ProgramId,
    Stream,
    Text,
)
from mentorcore.domain.visibility import OWN, REASON

QualificationEnd = Literal["suspended", "revoked", "expired", "retired"]

EnrolmentOutcome = Literal["completed", "early_completion", "withdrew", "transferred", "removed"]

CriterionResult = Literal["met", "waived"]


@attrs.frozen(kw_only=True)
class Training:
    """A completed training and the last day on which it is valid, if it expires."""

    training_kind: Code
    on: date
    valid_until: date | None = None

    def valid_on(self, day: date) -> bool:
        """Whether the training counts on *day*; the day of expiry still counts."""
        return self.on <= day and (self.valid_until is None or day <= self.valid_until)


@attrs.frozen(kw_only=True, slots=False)
class Joined:
    """Membership of one pairing, half-open; ``until`` is ``None`` while it lasts.

    Attributes:
        places: How many places it takes of a mentor's capacity.
        lives_on: Whether the pairing itself goes on, paused, after the place was freed.
    """

    pairing_id: PairingId
    role: Code
    primary: bool
    since: date
    places: int
    until: date | None = None
    lives_on: bool = True


@value
class Criterion:
    """One criterion of a mentor's qualification and how it was decided.

    Attributes:
        criterion: The criterion, as the program calls it.
        result: Whether it was met or waived.
    """

    criterion: Code
    result: CriterionResult


@event("participant.enrolled", occurred="since", founding=True)
class ParticipantEnrolled:
    """A person joined a cohort of a program in a role."""

    participant_id: ParticipantId
    person_id: PersonId
    program_id: ProgramId
    cohort_id: CohortId
    role: Code
    since: date
    fte_percent: int = 100


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


@event("participant.training-completed", occurred="on")
class TrainingCompleted:
    """A training was completed.

    Attributes:
        training_kind: Which training, as the program's settings call it.
        hours: How many hours it took.
        valid_until: The last day on which it counts; nothing if it does not expire.
        provider: Who gave it.
    """

    training_kind: Code
    on: date
    subjects: tuple[PersonId, ...]
    hours: int | None = None
    valid_until: date | None = None
    provider: Text | None = personal("free_text", default=None, readers=OWN)


@command(leads_to=TrainingCompleted)
class RecordTraining:
    """Record a completed training."""

    participant_id: ParticipantId
    training_kind: Code
    on: date
    hours: int | None = None
    valid_until: date | None = None
    provider: str | None = None


@event("participant.mentor-qualified", occurred="since")
class MentorQualified:
    """It was decided that a mentor meets the criteria, from ``since`` until before ``until``.

    Attributes:
        basis: The criteria that were looked at, with the result of each.
    """

    since: date
    until: date | None = None
    basis: tuple[Criterion, ...] = ()


@command(leads_to=MentorQualified)
class QualifyMentor:
    """Record that a mentor meets the criteria."""

    participant_id: ParticipantId
    since: date
    until: date | None = None
    basis: tuple[Criterion, ...] = ()


@event("participant.mentor-qualification-ended", occurred="on")
class MentorQualificationEnded:
    """A mentor was suspended, or the qualification was revoked, expired or laid down.

    Attributes:
        cause: What ended it.
    """

    on: date
    cause: QualificationEnd
    subjects: tuple[PersonId, ...]
    reason: Text | None = personal("free_text", default=None, readers=REASON)


@command(leads_to=MentorQualificationEnded)
class EndMentorQualification:
    """Suspend a mentor, or end the qualification for another cause."""

    participant_id: ParticipantId
    on: date
    cause: QualificationEnd
    reason: str | None = None


@event("participant.mentor-capacity-set", occurred="since")
class MentorCapacitySet:
    """How many mentees a mentor may have at once, from a day on.

    Attributes:
        places: How many mentees fit at once.
    """

    places: int
    since: date
    subjects: tuple[PersonId, ...]
    reason: Text | None = personal("free_text", default=None, readers=REASON)


@command(leads_to=MentorCapacitySet)
class SetMentorCapacity:
    """Say how many mentees a mentor may have; more than the program's default needs a reason.

    Peers take no place of each other, so nothing is said of theirs.
    """

    participant_id: ParticipantId
    places: int
    since: date
    reason: str | None = None


@event("participant.enrolment-ended", occurred="on", transition=True, once=True)
class EnrolmentEnded:
    """The enrolment ended with an outcome.

    Attributes:
        outcome: How it ended.
        destination: Where the person went.
    """

    on: date
    outcome: EnrolmentOutcome
    subjects: tuple[PersonId, ...]
    reason: Text | None = personal("free_text", default=None, readers=REASON)
    destination: Text | None = personal("free_text", default=None, readers=REASON)


@event("participant.pairing-joined", occurred="since", companion=True, by_amendment=True)
class PairingJoined:
    """Companion of forming, joining, reopening and resuming: a place was taken.

    Attributes:
        places: How many places of the mentor's capacity it takes.
    """

    pairing_id: PairingId
    role: Code
    primary: bool
    since: date
    places: int
    principal_stream: Stream
    principal: int


@event("participant.pairing-offered", occurred="on", companion=True)
class PairingOffered:
    """Companion of `PairingProposed`: the participant is among those who were proposed.

    It takes no place. By it the other proposals of somebody are found once one is accepted.
    """

    pairing_id: PairingId
    role: Code
    on: date
    principal_stream: Stream
    principal: int


@event("participant.reassigned", occurred="since", companion=True)
class ParticipantReassigned:
    """Companion of `PersonsMerged`: the enrolment is the survivor's, from its first day on."""

    person_id: PersonId
    since: date
    principal_stream: Stream
    principal: int


@event(
    "participant.pairing-left",
    occurred="until",
    companion=True,
    by_amendment=True,
    refers_to=(PairingJoined, "pairing_id"),
)
class PairingLeft:
    """Companion of ending, of leaving, and of a pause that frees the place.

    Attributes:
        until: The first day on which the place is not taken any more.
        pairing_goes_on: Whether the pairing itself goes on for this member, as it does through a
            pause that frees the place; once it has ended, or the member has left, it does not.
    """

    pairing_id: PairingId
    until: date
    pairing_goes_on: bool
    principal_stream: Stream
    principal: int


@event("participant.place-changed", occurred="since", companion=True, by_amendment=True)
class PlaceChanged:
    """Companion of another member's joining or leaving: what that makes of this one's own place.

    Attributes:
        places: How many places more the pairing takes of a mentor's capacity; fewer below 0.
        primary: Whether a mentee has a primary mentor there from then on; nothing where that
            stays as it was.
    """

    pairing_id: PairingId
    since: date
    places: int
    primary: bool | None
    principal_stream: Stream
    principal: int


@command(leads_to=EnrolmentEnded, also=(MemberLeft, PairingLeft, PlaceChanged))
class EndEnrolment:
    """End an enrolment; its pairings end before or with it, and groups that can go on are left."""

    participant_id: ParticipantId
    on: date
    outcome: EnrolmentOutcome
    reason: str | None = None
    destination: str | None = None
