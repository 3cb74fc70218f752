"""A pairing is formed, starts, pauses, goes on and ends: in the order in which it was true."""

from typing import Any

from mentorcore.domain.pairing.events.ending import (
    PairingContinued,
    PairingEnded,
    PairingPaused,
    PairingReopened,
    PairingResumed,
)
from mentorcore.domain.pairing.events.forming import PairingFormed, PairingStarted
from mentorcore.domain.pairing.events.meetings import MeetingVerified
from mentorcore.domain.pairing.events.members import MemberJoined, MemberLeft, SubstituteNamed
from mentorcore.log.recorded import Recorded
from mentorcore.projections.summary.partials import Ending, PairingPart, PairMember, Pause, Ref

__all__ = ["LIFE"]


def _formed(part: PairingPart, told: Recorded[PairingFormed]) -> None:
    e = told.event
    part.pairing_id = e.pairing_id
    part.program_id = e.program_id
    part.cohort_id = e.cohort_id
    part.shape = e.shape
    part.basis = e.basis
    part.members = [
        PairMember(m.participant, m.role, m.primary, person)
        for m, person in zip(e.members, e.subjects, strict=False)
    ]
    part.together = tuple(m.participant for m in e.members)
    part.formed_on = e.on
    part.start_needs = e.start_needs
    part.planned_end = e.planned_end
    _turn(part, told, "formed" if e.start_needs else "active", e.on)
    part.active_from = None if e.start_needs else e.on


def _joined(part: PairingPart, told: Recorded[MemberJoined]) -> None:
    e = told.event
    part.changes.append(Ref(told.version, told.position))
    person = e.subjects[0] if e.subjects else ""
    part.former = [m for m in part.former if m.participant != e.participant]
    part.members.append(PairMember(e.participant, e.role, e.primary, person))


def _left(part: PairingPart, told: Recorded[MemberLeft]) -> None:
    part.changes.append(Ref(told.version, told.position))
    gone = [m for m in part.members if m.participant == told.event.participant]
    part.members = [m for m in part.members if m not in gone]
    part.former.extend(gone)


def _standing_in(part: PairingPart, told: Recorded[SubstituteNamed]) -> None:
    part.changes.append(Ref(told.version, told.position))
    e = told.event
    part.members = [
        m._replace(substitute_until=e.until) if m.participant == e.participant else m
        for m in part.members
    ]


def _turn(part: PairingPart, told: Recorded[Any], situation: str, since: Any) -> None:
    part.situation, part.since = situation, since
    part.life.append(Ref(told.version, told.position))


def _started(part: PairingPart, told: Recorded[PairingStarted]) -> None:
    part.active_from = told.event.on
    part.planned_end = told.event.planned_end or part.planned_end
    _turn(part, told, "active", told.event.on)


def _paused(part: PairingPart, told: Recorded[PairingPaused]) -> None:
    e = told.event
    part.pauses.append(Pause(e.since, None, e.planned_until, Ref(told.version, told.position)))
    _turn(part, told, "paused", e.since)


def _resumed(part: PairingPart, told: Recorded[PairingResumed]) -> None:
    _pause_ended(part, told.event.on)
    _turn(part, told, "active", told.event.on)


def _pause_ended(part: PairingPart, until: Any) -> None:
    part.pauses = [p._replace(until=until) if p.until is None else p for p in part.pauses]


def _ended(part: PairingPart, told: Recorded[PairingEnded]) -> None:
    e = told.event
    _pause_ended(part, e.on)
    ref = Ref(told.version, told.position)
    part.ended = Ending(e.on, e.reason, e.initiated_by, e.closing_conversation, e.successor, ref)
    _turn(part, told, "ended", e.on)


def _continued(part: PairingPart, told: Recorded[PairingContinued]) -> None:
    e = told.event
    part.cohort_id = e.cohort_id or part.cohort_id
    part.planned_end = e.planned_end or part.planned_end
    part.extended = e.cohort_id is None
    part.continued.append(Ref(told.version, told.position))


def _reopened(part: PairingPart, told: Recorded[PairingReopened]) -> None:
    _turn(part, told, "active", told.event.on)


def _verified(part: PairingPart, told: Recorded[MeetingVerified]) -> None:
    if told.event.verdict == "disputed":
        part.disputed[told.event.meeting_id] = Ref(told.version, told.position)
    else:
        part.disputed.pop(told.event.meeting_id, None)


LIFE: dict[type, Any] = {
    PairingFormed: _formed,
    MemberJoined: _joined,
    MemberLeft: _left,
    SubstituteNamed: _standing_in,
    PairingStarted: _started,
    PairingPaused: _paused,
    PairingResumed: _resumed,
    PairingEnded: _ended,
    PairingContinued: _continued,
    PairingReopened: _reopened,
    MeetingVerified: _verified,
}
"""What moves a pairing from one situation to the next, who is in it, and the last verdicts."""
