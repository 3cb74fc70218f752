"""What a pairing's events add up to: where it stands, and what was done in it."""

from collections.abc import Mapping
from datetime import date

import attrs

from mentorcore.domain.decider import Decider
from mentorcore.domain.pairing.events import (
    EVENTS,
    ActionItemAgreed,
    ActionItemClosed,
    AgreementSigned,
    FeedbackGiven,
    GoalProgressRecorded,
    GoalSet,
    MeetingCancelled,
    MeetingHeld,
    MeetingScheduled,
    MeetingVerified,
    Member,
    MismatchReported,
    MismatchSettled,
    NoteWritten,
    PairingEnded,
    PairingFormed,
    PairingPaused,
    PairingReopened,
    PairingResumed,
    PairingStarted,
)
from mentorcore.domain.values import (
    ActionItemId,
    CohortId,
    FeedbackId,
    GoalId,
    MeetingId,
    MismatchId,
    NoteId,
    PairingId,
    ParticipantId,
    PersonId,
    ProgramId,
)


@attrs.frozen
class Meeting:
    """One meeting: planned, cancelled, missed or held; ``verdict`` is the last one given."""

    scheduled: MeetingScheduled | None = None
    held: MeetingHeld | None = None
    cancelled: MeetingCancelled | None = None
    verdict: str | None = None


@attrs.frozen
class Goal:
    """A goal with the status it has reached."""

    set: GoalSet
    status: str = "set"
    status_on: date | None = None
    replaced: bool = False


@attrs.frozen
class Item:
    """An action item; ``outcome`` is ``None`` while it is open."""

    agreed: ActionItemAgreed
    outcome: str | None = None


@attrs.frozen
class Mismatch:
    """A reported mismatch; ``outcome`` is ``None`` until it is settled."""

    reported: MismatchReported
    outcome: str | None = None


@attrs.frozen
class Facts:
    """Everything done in a pairing, whatever situation the pairing is in.

    Attributes:
        persons: The persons of the members, in the same order.
        active_from: The day on which the pairing became active.
        pauses: Half-open spans of rest; an open one ends in ``None``.
        ended: Why it ended last, kept after a reopening (INV-16).
    """

    pairing_id: PairingId
    program_id: ProgramId
    cohort_id: CohortId
    shape: str
    members: tuple[Member, ...]
    persons: tuple[PersonId, ...]
    formed_on: date
    start_needs: tuple[str, ...] = ()
    planned_end: date | None = None
    active_from: date | None = None
    pauses: tuple[tuple[date, date | None], ...] = ()
    pause_freed_place: bool = False
    signatures: Mapping[ParticipantId, AgreementSigned] = attrs.field(factory=dict)
    meetings: Mapping[MeetingId, Meeting] = attrs.field(factory=dict)
    goals: Mapping[GoalId, Goal] = attrs.field(factory=dict)
    items: Mapping[ActionItemId, Item] = attrs.field(factory=dict)
    notes: Mapping[NoteId, NoteWritten] = attrs.field(factory=dict)
    feedback: Mapping[FeedbackId, FeedbackGiven] = attrs.field(factory=dict)
    mismatches: Mapping[MismatchId, Mismatch] = attrs.field(factory=dict)
    ended: PairingEnded | None = None

    def person_of(self, participant: ParticipantId) -> PersonId | None:
        """The person behind a member."""
        for member, person in zip(self.members, self.persons, strict=True):
            if member.participant == participant:
                return person
        return None

    def is_member(self, participant: ParticipantId) -> bool:
        """Whether *participant* is a member."""
        return self.person_of(participant) is not None


@attrs.frozen
class NotFormed:
    """No such pairing yet."""


@attrs.frozen
class FormedPairing:
    """Brought together, waiting for what it needs before it starts."""

    facts: Facts


@attrs.frozen
class ActivePairing:
    """Under way since a day."""

    facts: Facts
    since: date


@attrs.frozen
class PausedPairing:
    """At rest since a day; it may have given its place back."""

    facts: Facts
    since: date
    frees_place: bool


@attrs.frozen
class EndedPairing:
    """Ended on a day, for a reason; corrections and closing feedback are still possible."""

    facts: Facts
    on: date
    reason: str


Pairing = NotFormed | FormedPairing | ActivePairing | PausedPairing | EndedPairing


def evolve(state: Pairing, event: object) -> Pairing:
    """Fold one event into the pairing."""
    match state, event:
        case _, PairingFormed():
            return _formed(event)
        case NotFormed(), _:
            return state
        case _, PairingStarted():
            planned = event.planned_end or state.facts.planned_end
            facts = attrs.evolve(state.facts, active_from=event.on, planned_end=planned)
            return ActivePairing(facts, event.on)
        case _, PairingPaused():
            pauses = (*state.facts.pauses, (event.since, None))
            facts = attrs.evolve(state.facts, pauses=pauses, pause_freed_place=event.frees_place)
            return PausedPairing(facts, event.since, event.frees_place)
        case _, PairingResumed():
            return ActivePairing(_rested(state.facts, event.on), event.on)
        case _, PairingEnded():
            facts = attrs.evolve(_rested(state.facts, event.on), ended=event)
            return EndedPairing(facts, event.on, event.reason)
        case _, PairingReopened():
            return ActivePairing(state.facts, event.on)
        case _:
            return attrs.evolve(state, facts=_done(state.facts, event))


def _formed(event: PairingFormed) -> Pairing:
    facts = Facts(
        pairing_id=event.pairing_id,
        program_id=event.program_id,
        cohort_id=event.cohort_id,
        shape=event.shape,
        members=event.members,
        persons=event.subjects,
        formed_on=event.on,
        start_needs=event.start_needs,
        planned_end=event.planned_end,
    )
    if event.start_needs:
        return FormedPairing(facts)
    return ActivePairing(attrs.evolve(facts, active_from=event.on), event.on)


def _rested(facts: Facts, until: date) -> Facts:
    pauses = tuple((since, until if end is None else end) for since, end in facts.pauses)
    return attrs.evolve(facts, pauses=pauses, pause_freed_place=False)


def _done(facts: Facts, event: object) -> Facts:
    match event:
        case AgreementSigned():
            return attrs.evolve(facts, signatures={**facts.signatures, event.signer: event})
        case MeetingScheduled() | MeetingHeld() | MeetingCancelled() | MeetingVerified():
            meeting = _meeting(facts.meetings.get(event.meeting_id, Meeting()), event)
            return attrs.evolve(facts, meetings={**facts.meetings, event.meeting_id: meeting})
        case GoalSet() | GoalProgressRecorded():
            return attrs.evolve(facts, goals=_goals(facts.goals, event))
        case ActionItemAgreed():
            return attrs.evolve(facts, items={**facts.items, event.item_id: Item(event)})
        case ActionItemClosed():
            if event.item_id not in facts.items:
                return facts
            item = attrs.evolve(facts.items[event.item_id], outcome=event.outcome)
            return attrs.evolve(facts, items={**facts.items, event.item_id: item})
        case NoteWritten():
            return attrs.evolve(facts, notes={**facts.notes, event.note_id: event})
        case FeedbackGiven():
            return attrs.evolve(facts, feedback={**facts.feedback, event.feedback_id: event})
        case MismatchReported():
            mismatch = Mismatch(event)
            return attrs.evolve(facts, mismatches={**facts.mismatches, event.mismatch_id: mismatch})
        case MismatchSettled():
            if event.mismatch_id not in facts.mismatches:
                return facts
            mismatch = attrs.evolve(facts.mismatches[event.mismatch_id], outcome=event.outcome)
            return attrs.evolve(facts, mismatches={**facts.mismatches, event.mismatch_id: mismatch})
        case _:
            return facts


def _meeting(
    meeting: Meeting, event: MeetingScheduled | MeetingHeld | MeetingCancelled | MeetingVerified
) -> Meeting:
    match event:
        case MeetingScheduled():
            # What is planned is known by its highest sequence, in whatever order it was recorded.
            if meeting.scheduled and meeting.scheduled.sequence > event.sequence:
                return meeting
            return attrs.evolve(meeting, scheduled=event)
        case MeetingHeld():
            return attrs.evolve(meeting, held=event)
        case MeetingCancelled():
            return attrs.evolve(meeting, cancelled=event)
        case MeetingVerified():
            return attrs.evolve(meeting, verdict=event.verdict)


def _goals(
    goals: Mapping[GoalId, Goal], event: GoalSet | GoalProgressRecorded
) -> Mapping[GoalId, Goal]:
    match event:
        case GoalSet():
            changed = {**goals, event.goal_id: Goal(event)}
            if event.revises is not None and event.revises in goals:
                changed[event.revises] = attrs.evolve(goals[event.revises], replaced=True)
            return changed
        case GoalProgressRecorded():
            if event.goal_id not in goals:
                return goals
            goal = attrs.evolve(goals[event.goal_id], status=event.status, status_on=event.on)
            return {**goals, event.goal_id: goal}


DECIDER: Decider[Pairing] = Decider(
    kind="pairing", initial=NotFormed(), evolve=evolve, events=EVENTS
)
