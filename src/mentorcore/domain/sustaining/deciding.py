"""What can be asked about a program's support and improvement, and what it leads to."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from mentorcore.domain.aggregate import Decision, Situation, decides, is_blank
from mentorcore.domain.declarations import recorded_as
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.program import Program, check_not_closed, check_past, cohort_of
from mentorcore.domain.sustaining.improvement import (
    AdoptImprovementAction,
    Improvement,
    ImprovementActionAdopted,
    ImprovementReviewed,
    ReviewImprovement,
)
from mentorcore.domain.sustaining.support import (
    AllocateSupport,
    RecordSupportUse,
    Support,
    SupportAllocated,
    SupportUsed,
    check_amount,
    check_support,
)
from mentorcore.domain.values import ParticipantId, Stream
from mentorcore.errors import Refused

__all__ = ["participants_of"]


def participants_of(command: Any) -> Iterator[Stream]:
    """The participant whom a command about support names, if any."""
    participant: ParticipantId | None = getattr(command, "participant", None)
    if participant is not None:
        yield Stream(participant)


@decides(AllocateSupport)
def _allocate(
    now: Situation, program: Program, command: AllocateSupport, stream: Stream
) -> Decision:
    assert command.support_id is not None
    check_support(command)
    check_not_closed(program, command.since)
    if command.cohort_id is not None:
        cohort_of(program, command.cohort_id)
    _check_participant(now, program, command.participant)
    allocated = recorded_as(SupportAllocated, command)
    before = program.support(command.support_id)
    if before is not None and recorded_as(Support, allocated) == before:
        return ()
    if before is not None:
        raise Refused(
            "this was set aside already; amend that record, or leave the id out", "already_there"
        )
    return ((stream, allocated),)


@decides(RecordSupportUse)
def _use(now: Situation, program: Program, command: RecordSupportUse, stream: Stream) -> Decision:
    check_amount(command.amount)
    support = program.support(command.support_id)
    if support is None:
        raise Refused("nothing was set aside under this id", "no_such_support")
    check_past(now, program, command.on)
    check_not_closed(program, command.on)
    if command.on < support.since:
        raise Refused(
            f"it can be used from {support.since} on, and not on {command.on}", "before_it_begins"
        )
    _check_participant(now, program, command.participant)
    theirs = support.participant
    if theirs is not None and command.participant not in (None, theirs):
        raise Refused("it was set aside for another participant", "for_somebody_else")
    return ((stream, recorded_as(SupportUsed, command, participant=command.participant or theirs)),)


@decides(AdoptImprovementAction)
def _adopt(
    now: Situation, program: Program, command: AdoptImprovementAction, stream: Stream
) -> Decision:
    assert command.improvement_id is not None
    if is_blank(command.finding) or is_blank(command.action):
        raise Refused("say what was found, and what is to be done about it", "empty_text")
    check_past(now, program, command.on)
    check_not_closed(program, command.on)
    _check_due(command.on, command.due_on)
    adopted = recorded_as(ImprovementActionAdopted, command)
    before = program.improvement(command.improvement_id)
    if before is not None and recorded_as(Improvement, adopted) == before:
        return ()
    if before is not None:
        raise Refused(
            "this was adopted already; amend that record, or leave the id out", "already_there"
        )
    return ((stream, adopted),)


@decides(ReviewImprovement)
def _review(
    now: Situation, program: Program, command: ReviewImprovement, stream: Stream
) -> Decision:
    adopted = program.improvement(command.improvement_id)
    if adopted is None:
        raise Refused("no such action was adopted", "no_such_improvement")
    check_past(now, program, command.on)
    if command.on < adopted.on:
        raise Refused(
            f"it was adopted on {adopted.on}, and cannot have been looked at on {command.on}",
            "before_it_begins",
        )
    if command.due_on is not None:
        _check_due(command.on, command.due_on)
    return ((stream, recorded_as(ImprovementReviewed, command)),)


def _check_due(day: date, due_on: date) -> None:
    if due_on < day:
        raise Refused(f"it cannot be due on {due_on}, before {day}", "ends_before_start")


def _check_participant(now: Situation, program: Program, participant: ParticipantId | None) -> None:
    if participant is None:
        return
    state = now.state(Stream(participant))
    if not isinstance(state, Participant) or state.program_id != program.program_id:
        raise Refused(f"nobody is enrolled in this program as {participant}", "no_such_participant")
