"""Whether the records of a pairing still fit together once one of them was corrected (INV-65)."""

from collections.abc import Iterable
from datetime import date

from mentorcore.domain.aggregate import Situation
from mentorcore.domain.declarations import event_info
from mentorcore.domain.effective import VersionedEvent, effective
from mentorcore.domain.pairing.deciding.evidence import check_evidence
from mentorcore.domain.pairing.deciding.life import check_cohort_open, check_life, check_present
from mentorcore.domain.pairing.deciding.members import check_sizes
from mentorcore.domain.pairing.deciding.proposals import check_answers, check_order
from mentorcore.domain.pairing.deciding.work import ONWARD
from mentorcore.domain.pairing.events.ending import (
    PairingEnded,
    PairingPaused,
    PairingReopened,
    PairingResumed,
)
from mentorcore.domain.pairing.events.forming import PairingFormed, PairingStarted
from mentorcore.domain.pairing.events.meetings import MeetingHeld, MeetingScheduled, MeetingVerified
from mentorcore.domain.pairing.events.members import MemberJoined, MemberLeft
from mentorcore.domain.pairing.events.work import GoalProgressRecorded, GoalSet
from mentorcore.domain.pairing.state import (
    ActivePairing,
    EndedPairing,
    Facts,
    FormedPairing,
    NotFormed,
    Pairing,
    PausedPairing,
    ProposedPairing,
    evolve,
)
from mentorcore.domain.program import program_of
from mentorcore.domain.values import Stream
from mentorcore.errors import Refused

__all__ = ["check_standing"]

STEPS: dict[type, tuple[type, ...]] = {
    PairingStarted: (FormedPairing,),
    PairingPaused: (ActivePairing,),
    PairingResumed: (PausedPairing,),
    PairingEnded: (FormedPairing, ActivePairing, PausedPairing),
    PairingReopened: (EndedPairing,),
}
"""In which situation each step may be taken (INV-14)."""


def check_standing(
    now: Situation, _corrected: Stream, stream: Stream, placed: tuple[VersionedEvent, ...]
) -> Pairing:
    """Refuse when a record lies outside the pairing's life, or in none that it had by then.

    Returns:
        The pairing as it would be.

    Raises:
        Refused: ``others_rest_on_it``, ``before_start``, ``after_end``, ``not_active``,
            ``agreement_missing``, ``not_a_member``, ``size_out_of_bounds``, ``shape_broken``,
            ``before_the_meeting``, ``cohort_closed`` or ``confidential_material``.
    """
    events = [p.event for p in effective(placed)]
    check_order(events)
    state: Pairing = NotFormed()
    formed = next((e for e in events if isinstance(e, PairingFormed)), None)
    if formed is None:
        for event in events:
            state = evolve(state, event)
        if isinstance(state, ProposedPairing):
            check_answers(state.proposal, None)
        return state
    for event in events:
        if not (_may_step(state, event) and _goes_on(state, event)):
            raise Refused(
                "a later record rests on this one; correct or retract the later one first",
                "others_rest_on_it",
            )
        state = evolve(state, event)
    assert not isinstance(state, NotFormed)
    if state.facts.proposal is not None:
        check_answers(state.facts.proposal, formed)
    check_life(state)
    check_present(state.facts)
    if state.facts.changes:
        check_sizes(state, program_of(now, state.facts.program_id))
    ended = isinstance(now.state(stream), EndedPairing)
    if ended and not isinstance(state, EndedPairing) and now.has(Stream(state.facts.program_id)):
        program = program_of(now, state.facts.program_id)
        check_cohort_open(now, program, state.facts.cohort_id)
    _check_beginning(state.facts, events)
    _check_verified(state.facts, events)
    check_evidence(state.facts, events)
    return state


def _may_step(state: Pairing, event: object) -> bool:
    """Whether a step may be taken from where the pairing stands.

    One that was recorded with its end waited for nothing, and can be told to have started once.
    """
    if isinstance(event, PairingStarted) and isinstance(state, ActivePairing):
        return not state.facts.start_needs and state.facts.started is None
    allowed = STEPS.get(type(event))
    return allowed is None or isinstance(state, allowed)


def _check_beginning(facts: Facts, events: Iterable[object]) -> None:
    """The forming precedes everything, and a start what the pairing had waited for."""
    for event in events:
        day = _day(event)
        if event_info(type(event)).foremost:
            continue
        if day is not None and day < facts.formed_on:
            raise Refused(
                f"something on {day} is recorded; the pairing cannot have been formed on "
                f"{facts.formed_on} only",
                "before_start",
                since=facts.formed_on,
            )
    start = facts.active_from
    if "agreement" not in facts.start_needs or start is None:
        return
    signed = facts.signed_on
    missing = [m for m in facts.members_on(start) if signed.get(m, date.max) > start]
    if missing:
        raise Refused(
            f"the pairing started on {start}, and had waited for the agreement of everybody",
            "agreement_missing",
            missing=missing,
        )


def _day(event: object) -> date | None:
    """The day on which something happened, in the program's zone."""
    match event:
        case MeetingHeld():
            return event.held_on
        case MeetingScheduled():
            return event.starts_on
        case PairingPaused() | MemberJoined():
            return event.since
        case _:
            day: date | None = getattr(event, "on", None)
            return day


def _check_verified(facts: Facts, events: Iterable[object]) -> None:
    for event in events:
        if isinstance(event, MeetingVerified):
            held = facts.meetings[event.meeting_id].held
            if held is not None and event.on < held.held_on:
                raise Refused(
                    f"this meeting was verified on {event.on}, and cannot have been held later",
                    "before_the_meeting",
                )


def _goes_on(state: Pairing, event: object) -> bool:
    """Whether a goal may come to a status, or a member leave, from where things stand."""
    if isinstance(state, NotFormed):
        return True
    goals = state.facts.goals
    match event:
        case MemberLeft():
            return event.participant in state.facts.members_on(event.on)
        case MemberJoined():
            return event.participant not in (m.participant for m in state.facts.members)
        case GoalSet():
            return event.revises is None or event.revises in goals
        case GoalProgressRecorded() if event.goal_id in goals:
            return event.status in ONWARD[goals[event.goal_id].status]
        case _:
            return True
