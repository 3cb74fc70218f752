"""What one can ask for concerning a pairing."""

from datetime import date, datetime
from typing import Literal

from mentorcore.domain.marks import command, fresh, value
from mentorcore.domain.pairing.events import (
    ActionItemAgreed,
    ActionItemClosed,
    AgreementSigned,
    Basis,
    CancelCause,
    EndReason,
    FeedbackAbout,
    FeedbackGiven,
    GoalProgressRecorded,
    GoalSet,
    GoalStatus,
    Grounds,
    ItemOutcome,
    MeetingCancelled,
    MeetingHeld,
    MeetingKind,
    MeetingScheduled,
    MeetingVerified,
    Member,
    MismatchReported,
    MismatchSettled,
    Modality,
    NoteKind,
    NoteWritten,
    PairingEnded,
    PairingFormed,
    PairingPaused,
    PairingReopened,
    PairingResumed,
    PairingStarted,
    Rating,
    Settlement,
    Terms,
    Unmet,
    Verdict,
    Wish,
)
from mentorcore.domain.participant.events import PairingJoined, PairingLeft
from mentorcore.domain.person.events import MeetingAttended
from mentorcore.domain.settings import Cadence, Shape
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
    Visibility,
)


@value
class Ending:
    """How a pairing ended that is recorded only afterwards."""

    on: date
    reason: EndReason
    initiated_by: ParticipantId | Literal["program"] = "program"
    closing_conversation: bool = False


@command(leads_to=PairingFormed, also=(PairingJoined, PairingEnded, PairingLeft))
class FormPairing:
    """Bring members together; ``ended`` records a pairing of the past, which takes no place.

    ``shape`` is one that the program has; nothing said, it is the program's usual one.
    """

    program_id: ProgramId
    cohort_id: CohortId
    members: tuple[Member, ...]
    on: date
    basis: Basis = "assigned"
    shape: Shape | None = None
    unmet_soft: tuple[Unmet, ...] | Sealed = ()
    planned_end: date | None = None
    override_reason: str | None = None
    ended: Ending | None = None
    pairing_id: PairingId | None = fresh("pairing", default=None)


@command(leads_to=AgreementSigned)
class SignAgreement:
    """Record that a member signed the terms."""

    pairing_id: PairingId
    signer: ParticipantId
    on: date
    revision: int = 1
    cadence: Cadence | None = None
    terms: Terms | None = None


@command(leads_to=PairingStarted)
class StartPairing:
    """Make a formed pairing active."""

    pairing_id: PairingId
    on: date
    authorized: bool = False
    planned_end: date | None = None


@command(leads_to=MeetingScheduled)
class ScheduleMeeting:
    """Plan a meeting, or reschedule one by its id; an instant where it is known, else the day."""

    pairing_id: PairingId
    minutes: int
    starts_at: datetime | None = None
    starts_on: date | None = None
    modality: Modality = "in_person"
    attendees: tuple[ParticipantId, ...] = ()
    meeting_id: MeetingId | None = fresh("meeting", default=None)


@command(leads_to=MeetingCancelled)
class CancelMeeting:
    """Record that a meeting was cancelled or missed."""

    pairing_id: PairingId
    cause: CancelCause
    on: date
    by: ParticipantId | None = None
    absent: tuple[ParticipantId, ...] = ()
    meeting_id: MeetingId | None = fresh("meeting", default=None)


@command(leads_to=MeetingHeld, also=(MeetingAttended,))
class HoldMeeting:
    """Log a meeting; an instant where it is known, else the day. Nobody named means all members.

    A meeting of several pairings at once is logged in each of them, under one ``joint_id``: such
    meetings take the time of whoever was there once (INV-26).
    """

    pairing_id: PairingId
    minutes: int
    held_at: datetime | None = None
    held_on: date | None = None
    modality: Modality = "in_person"
    kind: MeetingKind | None = None
    attendees: tuple[ParticipantId, ...] = ()
    guests: tuple[Code, ...] = ()
    topics: tuple[str, ...] | None = None
    logged_by: ParticipantId | None = None
    joint_id: JointMeetingId | None = None
    meeting_id: MeetingId | None = fresh("meeting", default=None)


@command(leads_to=MeetingVerified)
class VerifyMeeting:
    """Confirm or dispute a logged meeting."""

    pairing_id: PairingId
    meeting_id: MeetingId
    verdict: Verdict
    on: date
    by: ParticipantId | None = None


@command(leads_to=GoalSet)
class SetGoal:
    """Set a goal of a mentee; ``revises`` names the goal whose wording it replaces."""

    pairing_id: PairingId
    statement: str | None
    on: date
    owner: ParticipantId | None = None
    area: Code | None = None
    indicator: str | None = None
    due_on: date | None = None
    revises: GoalId | None = None
    goal_id: GoalId | None = fresh("goal", default=None)


@command(leads_to=GoalProgressRecorded)
class RecordGoalProgress:
    """Record that a goal moved to a status."""

    pairing_id: PairingId
    goal_id: GoalId
    on: date
    status: GoalStatus
    measure: str | None = None
    comment: str | None = None


@command(leads_to=ActionItemAgreed)
class AgreeActionItem:
    """Record a small agreed step."""

    pairing_id: PairingId
    text: str | None
    owner: ParticipantId
    on: date
    due_on: date | None = None
    goal_id: GoalId | None = None
    meeting_id: MeetingId | None = None
    item_id: ActionItemId | None = fresh("item", default=None)


@command(leads_to=ActionItemClosed)
class CloseActionItem:
    """Record that a step was done or dropped."""

    pairing_id: PairingId
    item_id: ActionItemId
    on: date
    outcome: ItemOutcome = "done"


@command(leads_to=NoteWritten)
class WriteNote:
    """Submit a text; its visibility class is not optional."""

    pairing_id: PairingId
    author: ParticipantId
    kind: NoteKind
    on: date
    visibility: Visibility
    body: str | None
    meeting_id: MeetingId | None = None
    note_id: NoteId | None = fresh("note", default=None)


@command(leads_to=FeedbackGiven)
class GiveFeedback:
    """Give attributed feedback: a remark, ratings on the program's scales, or both."""

    pairing_id: PairingId
    author: ParticipantId
    about: FeedbackAbout
    on: date
    visibility: Visibility
    ratings: tuple[Rating, ...] = ()
    text: str | None = None
    about_participant: ParticipantId | None = None
    meeting_id: MeetingId | None = None
    feedback_id: FeedbackId | None = fresh("feedback", default=None)


@command(leads_to=MismatchReported)
class ReportMismatch:
    """Report that the members do not fit."""

    pairing_id: PairingId
    by: ParticipantId
    on: date
    grounds: Grounds
    wish: Wish
    text: str | None = None
    mismatch_id: MismatchId | None = fresh("mismatch", default=None)


@command(leads_to=MismatchSettled)
class SettleMismatch:
    """Record how a reported mismatch was settled."""

    pairing_id: PairingId
    mismatch_id: MismatchId
    outcome: Settlement
    on: date
    facilitated_by: PersonId | None = None


@command(leads_to=PairingPaused, also=(PairingLeft,))
class PausePairing:
    """Let a pairing rest, keeping its place or freeing it."""

    pairing_id: PairingId
    since: date
    planned_until: date | None = None
    reason: str | None = None
    frees_place: bool = False


@command(leads_to=PairingResumed, also=(PairingJoined,))
class ResumePairing:
    """Let a paused pairing go on."""

    pairing_id: PairingId
    on: date


@command(leads_to=PairingEnded, also=(PairingLeft,))
class EndPairing:
    """End a pairing, for a reason, on somebody's initiative (INV-15)."""

    pairing_id: PairingId
    on: date
    reason: EndReason
    initiated_by: ParticipantId | Literal["program"]
    closing_conversation: bool = False
    successor: PairingId | None = None


@command(leads_to=PairingReopened, also=(PairingJoined,))
class ReopenPairing:
    """Let an ended pairing go on after all; it takes its place again."""

    pairing_id: PairingId
    on: date
    authority: Code
    reason: str | None = None
