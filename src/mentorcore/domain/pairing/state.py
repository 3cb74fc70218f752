"""What a pairing's events add up to: where it stands, and what was done in it."""

from collections.abc import Iterable, Mapping
from datetime import date

import attrs

from mentorcore.domain.aggregate import replaced
from mentorcore.domain.pairing.events.ending import (
    PairingContinued,
    PairingEnded,
    PairingPaused,
    PairingReopened,
    PairingResumed,
)
from mentorcore.domain.pairing.events.forming import (
    AgreementSigned,
    Member,
    PairingFormed,
    PairingStarted,
)
from mentorcore.domain.pairing.events.meetings import (
    DuplicatesRuledOut,
    MeetingCancelled,
    MeetingHeld,
    MeetingScheduled,
    MeetingVerified,
)
from mentorcore.domain.pairing.events.members import MemberJoined, MemberLeft, SubstituteNamed
from mentorcore.domain.pairing.events.proposals import (
    PairingAccepted,
    PairingDeclined,
    PairingProposed,
)
from mentorcore.domain.pairing.events.work import (
    ActionItemAgreed,
    ActionItemClosed,
    FeedbackGiven,
    GoalHandedOver,
    GoalProgressRecorded,
    GoalSet,
    MismatchReported,
    MismatchSettled,
    NoteWritten,
)
from mentorcore.domain.pairing.goals import Goal, with_goal
from mentorcore.domain.pairing.meetings import NO_MEETING, Meeting, met_with
from mentorcore.domain.pairing.proposal import Proposal, answered
from mentorcore.domain.pairing.stays import Stay, standing_in, stays_left
from mentorcore.domain.requirements.case_events import CaseCause, CaseRaised
from mentorcore.domain.settings import Shape
from mentorcore.domain.values import (
    ActionItemId,
    CaseId,
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
class Item:
    """An action item; ``outcome`` is ``None`` while it is open."""

    agreed: ActionItemAgreed
    outcome: str | None = None


@attrs.frozen
class Mismatch:
    """A reported mismatch; ``outcome`` is ``None`` until it is settled."""

    reported: MismatchReported
    outcome: str | None = None


@attrs.frozen(slots=False)
class Facts:
    """Everything done in a pairing, whatever situation the pairing is in.

    Attributes:
        members: The members who have not left.
        persons: The persons of all who ever were members.
        active_from: The day on which the pairing became active.
        started: The day on which it was said to start, where that was said.
        pauses: Half-open pauses; an open one ends in ``None``.
        gaps: Days on which it had ended and on which it was then reopened.
        ended: Why it ended last, kept after a reopening.
        signed_on: The day on which each member first signed, whatever was signed since.
        mismatched_on: The day on which it ended for mismatch, kept for ever (INV-16).
        seats: The person behind each participant who ever was a member.
        changes: The stays of all members, once somebody joined or left; empty until then.
        unfit: Who left a pairing that went on because they did not fit, and when.
        ruled_out: Meetings that are known to repeat no other of their day.
        extended: Whether it goes on beyond the end of its cohort, in that cohort.
        planned: The days of the meetings that are still to be held; neither that nor cancelled.
        proposal: What it was formed by, where its members had been asked.
        raised: The cases that arose from something here, each with what that is.
    """

    pairing_id: PairingId
    program_id: ProgramId
    cohort_id: CohortId
    shape: Shape
    members: tuple[Member, ...]
    persons: tuple[PersonId, ...]
    formed_on: date
    start_needs: tuple[str, ...] = ()
    planned_end: date | None = None
    active_from: date | None = None
    started: date | None = None
    pauses: tuple[tuple[date, date | None], ...] = ()
    gaps: tuple[tuple[date, date], ...] = ()
    signatures: Mapping[ParticipantId, AgreementSigned] = attrs.field(factory=dict)
    signed_on: Mapping[ParticipantId, date] = attrs.field(factory=dict)
    meetings: Mapping[MeetingId, Meeting] = attrs.field(factory=dict)
    goals: Mapping[GoalId, Goal] = attrs.field(factory=dict)
    items: Mapping[ActionItemId, Item] = attrs.field(factory=dict)
    notes: Mapping[NoteId, NoteWritten] = attrs.field(factory=dict)
    feedback: Mapping[FeedbackId, FeedbackGiven] = attrs.field(factory=dict)
    mismatches: Mapping[MismatchId, Mismatch] = attrs.field(factory=dict)
    ended: PairingEnded | None = None
    mismatched_on: date | None = None
    seats: Mapping[ParticipantId, PersonId] = attrs.field(factory=dict)
    extended: bool = False
    ruled_out: frozenset[MeetingId] = frozenset()
    changes: tuple[Stay, ...] = ()
    unfit: Mapping[ParticipantId, date] = attrs.field(factory=dict)
    planned: Mapping[MeetingId, date] = attrs.field(factory=dict)
    proposal: Proposal | None = None
    raised: Mapping[CaseId, CaseCause] = attrs.field(factory=dict)

    def person_of(self, participant: ParticipantId) -> PersonId | None:
        """The person behind a member."""
        return self.seats.get(participant)

    def parted_on(self, together: Iterable[ParticipantId]) -> date | None:
        """When people who were here together last parted for mismatch (INV-16)."""
        days = [self.unfit[p] for p in together if p in self.unfit]
        if self.mismatched_on is not None:
            days.append(self.mismatched_on)
        return max(days, default=None)

    @property
    def stays(self) -> tuple[Stay, ...]:
        """When each member was one."""
        together = zip(self.members, self.persons, strict=False)
        return self.changes or tuple(Stay(m, p, self.formed_on) for m, p in together)

    def stays_on(self, day: date) -> tuple[Stay, ...]:
        """Those of the members of a day; the first day and the last one count."""
        return tuple(
            s for s in self.stays if s.since <= day and (s.until is None or day <= s.until)
        )

    def members_on(self, day: date) -> tuple[ParticipantId, ...]:
        """Who was a member on *day* (INV-22); all that ever were, where nobody joined or left."""
        if not self.changes:
            return tuple(self.seats)
        return tuple(dict.fromkeys(s.member.participant for s in self.stays_on(day)))

    def persons_on(self, day: date) -> tuple[PersonId, ...]:
        """The persons of the members of a day."""
        if not self.changes:
            return self.persons
        return tuple(dict.fromkeys(s.person for s in self.stays_on(day)))

    def stays_from(self, day: date) -> tuple[Stay, ...]:
        """Those of the members from *day* on: whoever leaves on it is none any more (INV-17)."""
        return tuple(s for s in self.stays_on(day) if s.until is None or day < s.until)


@attrs.frozen(slots=False)
class NotFormed:
    """No such pairing yet."""


@attrs.frozen(slots=False)
class ProposedPairing(NotFormed):
    """What was proposed; whether it was declined or still waits for answers, it is no pairing."""

    proposal: Proposal


@attrs.frozen(slots=False)
class FormedPairing:
    """Brought together, waiting for what it needs before it starts."""

    facts: Facts


@attrs.frozen(slots=False)
class ActivePairing:
    """Under way since a day."""

    facts: Facts
    since: date


@attrs.frozen(slots=False)
class PausedPairing:
    """Paused since a day; it may have given its place back."""

    facts: Facts
    since: date
    frees_place: bool


@attrs.frozen(slots=False)
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
            return _formed(event, getattr(state, "proposal", None))
        case NotFormed(), PairingProposed():
            return ProposedPairing(Proposal(event))
        case ProposedPairing(), PairingAccepted() | PairingDeclined():
            return ProposedPairing(answered(state.proposal, event))
        case NotFormed(), _:
            return state
        case _, MeetingHeld() | MeetingScheduled() | MeetingCancelled() | MeetingVerified():
            return replaced(state, facts=_met(state.facts, event))
        case _, SubstituteNamed():
            changes = standing_in(state.facts.stays, event)
            return replaced(state, facts=replaced(state.facts, changes=changes))
        case _, MemberJoined() | MemberLeft():
            return replaced(state, facts=_regrouped(state.facts, event))
        case _, PairingStarted():
            planned = event.planned_end or state.facts.planned_end
            facts = replaced(
                state.facts, active_from=event.on, started=event.on, planned_end=planned
            )
            return ActivePairing(facts, event.on)
        case _, PairingPaused():
            pauses = (*state.facts.pauses, (event.since, None))
            return PausedPairing(
                replaced(state.facts, pauses=pauses), event.since, event.frees_place
            )
        case _, PairingResumed():
            return ActivePairing(_pause_ended(state.facts, event.on), event.on)
        case _, PairingEnded():
            return EndedPairing(_ended(state.facts, event), event.on, event.reason)
        case _, PairingContinued():
            return replaced(state, facts=_continued(state.facts, event))
        case _, PairingReopened():
            return ActivePairing(_reopened(state.facts, event.on), event.on)
        case _:
            return replaced(state, facts=_done(state.facts, event))


def _continued(facts: Facts, event: PairingContinued) -> Facts:
    return replaced(
        facts,
        cohort_id=event.cohort_id or facts.cohort_id,
        planned_end=event.planned_end or facts.planned_end,
        extended=event.cohort_id is None,
    )


def _formed(event: PairingFormed, proposal: Proposal | None) -> Pairing:
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
        proposal=proposal,
        seats=dict(zip((m.participant for m in event.members), event.subjects, strict=False)),
    )
    if event.start_needs:
        return FormedPairing(facts)
    return ActivePairing(replaced(facts, active_from=event.on), event.on)


def _regrouped(facts: Facts, event: MemberJoined | MemberLeft) -> Facts:
    if isinstance(event, MemberLeft):
        changes = stays_left(facts.stays, event)
        unfit = facts.unfit
        if event.reason == "mismatch":
            unfit = {**unfit, event.participant: event.on}
        return replaced(facts, changes=changes, members=_staying(changes), unfit=unfit)
    person = event.subjects[0] if event.subjects else PersonId("")
    member = Member(participant=event.participant, role=event.role, primary=event.primary)
    changes = (*facts.stays, Stay(member, person, event.since))
    return replaced(
        facts,
        changes=changes,
        members=_staying(changes),
        persons=tuple(dict.fromkeys((*facts.persons, person))),
        seats={**facts.seats, event.participant: person},
    )


def _staying(stays: tuple[Stay, ...]) -> tuple[Member, ...]:
    return tuple(s.member for s in stays if s.until is None)


def _pause_ended(facts: Facts, until: date) -> Facts:
    pauses = tuple((since, until if end is None else end) for since, end in facts.pauses)
    return replaced(facts, pauses=pauses)


def _ended(facts: Facts, event: PairingEnded) -> Facts:
    mismatched = event.on if event.reason == "mismatch" else facts.mismatched_on
    return replaced(_pause_ended(facts, event.on), ended=event, mismatched_on=mismatched)


def _reopened(facts: Facts, on: date) -> Facts:
    if facts.ended is None:
        return facts
    return replaced(facts, gaps=(*facts.gaps, (facts.ended.on, on)))


def _done(facts: Facts, event: object) -> Facts:
    match event:
        case AgreementSigned():
            first = min(event.on, facts.signed_on.get(event.signer, event.on))
            return replaced(
                facts,
                signatures={**facts.signatures, event.signer: event},
                signed_on={**facts.signed_on, event.signer: first},
            )
        case DuplicatesRuledOut():
            return replaced(facts, ruled_out=facts.ruled_out.union(event.meetings))
        case GoalSet() | GoalProgressRecorded() | GoalHandedOver():
            return replaced(facts, goals=with_goal(facts.goals, event))
        case ActionItemAgreed():
            return replaced(facts, items={**facts.items, event.item_id: Item(event)})
        case ActionItemClosed():
            if event.item_id not in facts.items:
                return facts
            item = attrs.evolve(facts.items[event.item_id], outcome=event.outcome)
            return replaced(facts, items={**facts.items, event.item_id: item})
        case NoteWritten():
            return replaced(facts, notes={**facts.notes, event.note_id: event})
        case FeedbackGiven():
            return replaced(facts, feedback={**facts.feedback, event.feedback_id: event})
        case MismatchReported():
            mismatch = Mismatch(event)
            return replaced(facts, mismatches={**facts.mismatches, event.mismatch_id: mismatch})
        case MismatchSettled():
            if event.mismatch_id not in facts.mismatches:
                return facts
            mismatch = attrs.evolve(facts.mismatches[event.mismatch_id], outcome=event.outcome)
            return replaced(facts, mismatches={**facts.mismatches, event.mismatch_id: mismatch})
        case CaseRaised():
            return replaced(facts, raised={**facts.raised, event.case_id: event.cause})
        case _:
            return facts


def _met(
    facts: Facts, event: MeetingHeld | MeetingScheduled | MeetingCancelled | MeetingVerified
) -> Facts:
    met = met_with(facts.meetings.get(event.meeting_id, NO_MEETING), event)
    if met is None:
        return facts
    planned = facts.planned
    if met.scheduled is not None and met.held is None and met.cancelled is None:
        planned = {**planned, event.meeting_id: met.scheduled.starts_on}
    elif event.meeting_id in planned:
        planned = {meeting: day for meeting, day in planned.items() if meeting != event.meeting_id}
    return replaced(facts, meetings={**facts.meetings, event.meeting_id: met}, planned=planned)


def proposal_of(state: Pairing) -> Proposal | None:
    """What its members were asked, whatever came of it; nothing where they were not."""
    if isinstance(state, NotFormed):
        return state.proposal if isinstance(state, ProposedPairing) else None
    return state.facts.proposal
