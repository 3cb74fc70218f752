"""Members set goals, agree on steps, write and give feedback: what can happen and be asked."""

from datetime import date
from typing import Literal

from mentorcore.domain.declarations import command, event, fresh, personal, public, value
from mentorcore.domain.values import (
    ActionItemId,
    Code,
    FeedbackId,
    GoalId,
    MeetingId,
    MismatchId,
    NoteId,
    PairingId,
    ParticipantId,
    PersonId,
    Stream,
    Text,
    Visibility,
)
from mentorcore.domain.visibility import BY_VISIBILITY, METADATA, MISMATCH, WORK

GoalStatus = Literal["in_progress", "achieved", "deferred", "abandoned"]

ItemOutcome = Literal["done", "dropped"]

NoteKind = Literal["session_note", "reflection", "journal", "checklist"]

FeedbackAbout = Literal["person", "meeting", "pairing", "program"]

Grounds = Literal["goals", "style", "schedule", "expertise", "other"]

Wish = Literal["mediation", "rematch", "end"]

Settlement = Literal["continue", "rematch", "end"]


@value
class Rating:
    """A rating on one of the program's scales."""

    scale: Code
    rating: int


@event("pairing.goal-set", occurred="on")
class GoalSet:
    """A mentee set a goal, or a new wording of an earlier one, or took one along.

    Attributes:
        continues: The goal of an ended pairing that goes on as this one.
        continues_in: The pairing in which that one was set.
        reached: The status that it had reached there.
    """

    goal_id: GoalId
    on: date
    subjects: tuple[PersonId, ...]
    area: Code | None = None
    due_on: date | None = None
    revises: GoalId | None = public(default=None, fixed=False)
    continues: GoalId | None = None
    continues_in: PairingId | None = None
    reached: GoalStatus | None = public(default=None, fixed=True)
    statement: Text | None = personal("free_text", readers=WORK)
    indicator: Text | None = personal("free_text", default=None, readers=WORK)


@event("pairing.goal-handed-over", occurred="on", companion=True, rests_on=(GoalSet, "goal_id"))
class GoalHandedOver:
    """Companion of a `GoalSet` that continues this one: it goes on in a later pairing.

    Attributes:
        on: From which day it goes on there.
    """

    goal_id: GoalId
    on: date
    principal_stream: Stream
    principal: int


@command(leads_to=GoalSet, also=(GoalHandedOver,))
class SetGoal:
    """Set a goal of a mentee.

    Attributes:
        revises: The goal whose wording it replaces.
        continues: The mentee's goal of a pairing that has ended, which goes on as this one.
        continues_in: The pairing in which that one was set.
    """

    pairing_id: PairingId
    statement: str | None
    on: date
    owner: ParticipantId | None = None
    area: Code | None = None
    indicator: str | None = None
    due_on: date | None = None
    revises: GoalId | None = None
    continues: GoalId | None = None
    continues_in: PairingId | None = None
    goal_id: GoalId | None = fresh("goal", default=None)


@event("pairing.goal-progress-recorded", occurred="on", rests_on=(GoalSet, "goal_id"))
class GoalProgressRecorded:
    """A goal moved to a status."""

    goal_id: GoalId
    on: date
    status: GoalStatus
    subjects: tuple[PersonId, ...]
    measure: Text | None = personal("free_text", default=None, readers=WORK)
    comment: Text | None = personal("free_text", default=None, readers=WORK)


@command(leads_to=GoalProgressRecorded)
class RecordGoalProgress:
    """Record that a goal moved to a status."""

    pairing_id: PairingId
    goal_id: GoalId
    on: date
    status: GoalStatus
    measure: str | None = None
    comment: str | None = None


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


@event("pairing.action-item-closed", occurred="on", rests_on=(ActionItemAgreed, "item_id"))
class ActionItemClosed:
    """An action item was done or dropped.

    Attributes:
        outcome: Whether it was done or dropped.
    """

    item_id: ActionItemId
    on: date
    outcome: ItemOutcome


@command(leads_to=ActionItemClosed)
class CloseActionItem:
    """Record that a step was done or dropped."""

    pairing_id: PairingId
    item_id: ActionItemId
    on: date
    outcome: ItemOutcome = "done"


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


@command(leads_to=MismatchSettled)
class SettleMismatch:
    """Record how a reported mismatch was settled."""

    pairing_id: PairingId
    mismatch_id: MismatchId
    outcome: Settlement
    on: date
    facilitated_by: PersonId | None = None
