"""What can happen in a pairing, and the values that it is told in."""

from datetime import date, datetime
from typing import Literal

from mentorcore.domain.marks import event, personal, public, value
from mentorcore.domain.settings import Cadence, Shape, StartNeed
from mentorcore.domain.values import (
    ActionItemId,
    Code,
    CohortId,
    FeedbackId,
    GoalId,
    JointMeetingId,
    MeetingId,
    MismatchId,
    NoteId,
    PairingId,
    ParticipantId,
    PersonId,
    ProgramId,
    Sealed,
    Text,
    Visibility,
)
from mentorcore.domain.visibility import BY_VISIBILITY, METADATA, MISMATCH, REASON, WORK

Basis = Literal["assigned", "self_selected", "round", "import"]
Modality = Literal["in_person", "video", "phone", "async"]
MeetingKind = Literal["one_to_one", "triad", "group", "observation", "check_in"]
CancelCause = Literal["cancelled", "no_show"]
Verdict = Literal["confirmed", "disputed"]
GoalStatus = Literal["in_progress", "achieved", "deferred", "abandoned"]
ItemOutcome = Literal["done", "dropped"]
NoteKind = Literal["session_note", "reflection", "journal", "checklist"]
FeedbackAbout = Literal["person", "meeting", "pairing", "program"]
Grounds = Literal["goals", "style", "schedule", "expertise", "other"]
Wish = Literal["mediation", "rematch", "end"]
Settlement = Literal["continue", "rematch", "end"]
EndReason = Literal[
    "completed",
    "early_goals_met",
    "no_fault",
    "mismatch",
    "left_role",
    "transferred",
    "safety",
    "administrative",
]


@value
class Member:
    """A participant in a pairing, in a role; ``primary`` marks the one who answers for a mentee."""

    participant: ParticipantId
    role: Code
    primary: bool = False


@value
class Unmet:
    """A wish of the program that a pairing does not meet, and why that is acceptable."""

    criterion: Code
    reason: str


@value
class Terms:
    """What the members agreed on; free text is sealed with the event that holds it."""

    purpose: str | None = None
    duration: str | None = None
    confidentiality: str | None = None
    parting: str | None = None


@value
class Rating:
    """A rating on one of the program's scales."""

    scale: Code
    rating: int


# ---------------------------------------------------------------- forming and membership


@event("pairing.formed", occurred="on", founding=True)
class PairingFormed:
    """Members were brought together; ``subjects`` are their persons in the same order.

    Attributes:
        basis: How they came together.
    """

    pairing_id: PairingId
    program_id: ProgramId
    cohort_id: CohortId
    shape: Shape
    members: tuple[Member, ...] = public(fixed=True)
    subjects: tuple[PersonId, ...]
    on: date
    basis: Basis
    start_needs: tuple[StartNeed, ...] = ()
    planned_end: date | None = None
    unmet_soft: tuple[Unmet, ...] | Sealed | None = personal(
        "free_text", default=None, readers=REASON
    )
    override_reason: Text | None = personal("free_text", default=None, readers=REASON)


@event("pairing.agreement-signed", occurred="on")
class AgreementSigned:
    """A member signed the terms at a revision."""

    revision: int
    signer: ParticipantId
    on: date
    subjects: tuple[PersonId, ...]
    cadence: Cadence | None = None
    terms: Terms | Sealed | None = personal("free_text", default=None, readers=WORK)


@event("pairing.started", occurred="on", transition=True)
class PairingStarted:
    """The pairing became active."""

    on: date
    planned_end: date | None = None


# ---------------------------------------------------------------- meetings


@event("pairing.meeting-scheduled", follow=("starts_at", "starts_on"))
class MeetingScheduled:
    """A meeting was planned; a higher ``sequence`` reschedules it.

    ``starts_on`` is the day in the program's time zone.
    """

    meeting_id: MeetingId
    sequence: int
    starts_on: date
    starts_at: datetime | None
    minutes: int
    modality: Modality
    attendees: tuple[ParticipantId, ...]


@event("pairing.meeting-cancelled", occurred="on", refers_to=(MeetingScheduled, "meeting_id"))
class MeetingCancelled:
    """A planned meeting did not take place; ``absent`` names who missed it.

    Attributes:
        cause: Whether it was called off or somebody did not come.
        by: The participant who called it off.
    """

    meeting_id: MeetingId
    cause: CancelCause
    on: date
    by: ParticipantId | None = None
    absent: tuple[ParticipantId, ...] = ()


@event("pairing.meeting-held", occurred=("held_at", "held_on"), order_free=True)
class MeetingHeld:
    """Members met; ``held_on`` is the day in the program's time zone.

    Attributes:
        guests: Declared guests such as an administrator, by role.
        logged_by: The participant who logged it, where known.
        kind: What sort of meeting it was.
    """

    meeting_id: MeetingId
    held_on: date
    held_at: datetime | None
    minutes: int
    modality: Modality
    kind: MeetingKind
    attendees: tuple[ParticipantId, ...]
    subjects: tuple[PersonId, ...]
    guests: tuple[Code, ...] = ()
    logged_by: ParticipantId | None = None
    joint_id: JointMeetingId | None = None
    topics: tuple[str, ...] | Sealed | None = personal("free_text", default=None, readers=WORK)


@event("pairing.meeting-verified", occurred="on", rests_on=(MeetingHeld, "meeting_id"))
class MeetingVerified:
    """Somebody confirmed or disputed that a meeting took place as logged.

    Attributes:
        by: The participant who says so; nothing for the program itself.
    """

    meeting_id: MeetingId
    by: ParticipantId | None
    verdict: Verdict
    on: date


# ---------------------------------------------------------------- work and text


@event("pairing.goal-set", occurred="on")
class GoalSet:
    """A mentee set a goal, or a new wording of an earlier one."""

    goal_id: GoalId
    on: date
    subjects: tuple[PersonId, ...]
    area: Code | None = None
    due_on: date | None = None
    revises: GoalId | None = public(default=None, fixed=False)
    statement: Text | None = personal("free_text", readers=WORK)
    indicator: Text | None = personal("free_text", default=None, readers=WORK)


@event("pairing.goal-progress-recorded", occurred="on", rests_on=(GoalSet, "goal_id"))
class GoalProgressRecorded:
    """A goal moved to a status."""

    goal_id: GoalId
    on: date
    status: GoalStatus
    subjects: tuple[PersonId, ...]
    measure: Text | None = personal("free_text", default=None, readers=WORK)
    comment: Text | None = personal("free_text", default=None, readers=WORK)


@event("pairing.action-item-agreed", occurred="on")
class ActionItemAgreed:
    """A small step with an owner and a due date was agreed.

    Attributes:
        owner: The participant who does it.
        text: What is to be done.
    """

    item_id: ActionItemId
    owner: ParticipantId = public(fixed=False)
    on: date
    subjects: tuple[PersonId, ...]
    due_on: date | None = None
    goal_id: GoalId | None = None
    meeting_id: MeetingId | None = None
    text: Text | None = personal("free_text", readers=WORK)


@event("pairing.action-item-closed", occurred="on", rests_on=(ActionItemAgreed, "item_id"))
class ActionItemClosed:
    """An action item was done or dropped.

    Attributes:
        outcome: Whether it was done or dropped.
    """

    item_id: ActionItemId
    on: date
    outcome: ItemOutcome


@event("pairing.note-written", occurred="on", order_free=True, author="author")
class NoteWritten:
    """A note, reflection, journal entry or checklist was submitted, readable as its class says.

    Attributes:
        kind: What sort of text it is.
    """

    note_id: NoteId
    author: ParticipantId
    kind: NoteKind
    on: date
    visibility: Visibility
    subjects: tuple[PersonId, ...]
    meeting_id: MeetingId | None = None
    body: Text | None = personal("free_text", readers=BY_VISIBILITY)


@event("pairing.feedback-given", occurred="on", order_free=True, author="author")
class FeedbackGiven:
    """An attributed remark or rating by one member.

    Attributes:
        about: What sort of thing it is about.
    """

    feedback_id: FeedbackId
    author: ParticipantId
    about: FeedbackAbout
    on: date
    visibility: Visibility
    subjects: tuple[PersonId, ...]
    ratings: tuple[Rating, ...] = public(default=(), readers=BY_VISIBILITY)
    about_participant: ParticipantId | None = public(default=None, fixed=False)
    meeting_id: MeetingId | None = None
    text: Text | None = personal("feedback", default=None, readers=BY_VISIBILITY)


@event("pairing.mismatch-reported", occurred="on", author="by")
class MismatchReported:
    """A member reported that goals, style or schedule do not fit.

    Attributes:
        by: The participant who reported it.
    """

    mismatch_id: MismatchId
    by: ParticipantId = public(readers=METADATA - {"member"})
    on: date
    grounds: Grounds = public(readers=MISMATCH)
    wish: Wish = public(readers=MISMATCH)
    subjects: tuple[PersonId, ...]
    text: Text | None = personal("wellbeing", default=None, readers=MISMATCH)


@event("pairing.mismatch-settled", occurred="on", rests_on=(MismatchReported, "mismatch_id"))
class MismatchSettled:
    """A reported mismatch was settled.

    Attributes:
        outcome: What was decided.
    """

    mismatch_id: MismatchId
    outcome: Settlement
    on: date
    facilitated_by: PersonId | None = public(default=None, fixed=False)


# ---------------------------------------------------------------- pausing and ending


@event("pairing.paused", occurred="since", transition=True)
class PairingPaused:
    """The pairing rests from a day on."""

    since: date
    frees_place: bool
    subjects: tuple[PersonId, ...]
    planned_until: date | None = None
    reason: Text | None = personal("free_text", default=None, readers=REASON)


@event("pairing.resumed", occurred="on", transition=True)
class PairingResumed:
    """The pairing goes on."""

    on: date


@event("pairing.ended", occurred="on", transition=True)
class PairingEnded:
    """The pairing ended; ``initiated_by`` is a member, or nobody for the program itself.

    Attributes:
        reason: Why it ended, as one of the words for it.
    """

    on: date
    reason: EndReason
    initiated_by: ParticipantId | Literal["program"] = public(fixed=False)
    closing_conversation: bool
    successor: PairingId | None = public(default=None, fixed=False)


@event("pairing.reopened", occurred="on", transition=True)
class PairingReopened:
    """An ended pairing goes on after all."""

    on: date
    authority: Code
    subjects: tuple[PersonId, ...]
    reason: Text | None = personal("free_text", default=None, readers=REASON)
