"""Two or more participants are brought together, meet, set goals, write, rest, part, go on.

This module is the table of what may be asked of a pairing in which situation; the modules beside
it hold the rules, one heading of DOMAIN section 3.4 each.
"""

from collections.abc import Callable, Mapping
from typing import Any, get_args

from mentorcore.domain.decider import Aggregate, Decision, Situation
from mentorcore.domain.pairing import ending, forming, meetings, work
from mentorcore.domain.pairing.commands import (
    AgreeActionItem,
    CancelMeeting,
    CloseActionItem,
    EndPairing,
    FormPairing,
    GiveFeedback,
    HoldMeeting,
    PairingCommand,
    PausePairing,
    RecordGoalProgress,
    ReopenPairing,
    ReportMismatch,
    ResumePairing,
    ScheduleMeeting,
    SetGoal,
    SettleMismatch,
    SignAgreement,
    StartPairing,
    VerifyMeeting,
    WriteNote,
)
from mentorcore.domain.pairing.events import EVENTS
from mentorcore.domain.pairing.membership import program_of
from mentorcore.domain.pairing.state import NotFormed, Pairing, evolve
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.program import Program
from mentorcore.domain.values import Stream
from mentorcore.errors import Refused


def reads(command: PairingCommand, seen: Situation) -> tuple[Stream, ...]:
    """The streams that a command about a pairing needs to see, as far as known from *seen*."""
    assert command.pairing_id is not None
    me = Stream(command.pairing_id)
    if isinstance(command, FormPairing):
        return (me, *_forming_reads(command, seen))
    if not seen.has(me) or isinstance(seen.state(me), NotFormed):
        return (me,)
    facts = seen.state(me).facts
    program = Stream(facts.program_id)
    match command:
        case HoldMeeting():
            present = command.attendees or tuple(m.participant for m in facts.members)
            persons = (facts.person_of(p) for p in present)
            return (me, program, *(Stream(p) for p in persons if p is not None))
        case StartPairing() | PausePairing() | ResumePairing() | EndPairing() | ReopenPairing():
            return (me, program, *(Stream(m.participant) for m in facts.members))
        case _:
            return (me, program)


def _forming_reads(command: FormPairing, seen: Situation) -> tuple[Stream, ...]:
    members = tuple(Stream(m.participant) for m in command.members)
    found = {m: seen.state(m) for m in members if seen.has(m)}
    people = {
        state.participant_id: state for state in found.values() if isinstance(state, Participant)
    }
    persons = tuple(Stream(p.person_id) for p in people.values())
    together = tuple(Stream(p) for p in forming.earlier_together(people))
    return (Stream(command.program_id), *members, *persons, *together)


def decide(now: Situation, command: PairingCommand) -> Decision:
    """What a command about a pairing leads to."""
    assert command.pairing_id is not None
    state = now.state(Stream(command.pairing_id))
    match state, command:
        case NotFormed(), FormPairing():
            return forming.form(now, command)
        case _, FormPairing():
            raise Refused("this pairing is formed already", "already_formed")
        case NotFormed(), _:
            raise Refused(f"there is no pairing {command.pairing_id}", "no_such_pairing")
    program = program_of(now, state.facts.program_id)
    return RULES[type(command)](now, state, program, command)


RULES: Mapping[type, Callable[[Situation, Any, Program, Any], Decision]] = {
    SignAgreement: ending.sign,
    StartPairing: ending.start,
    ScheduleMeeting: meetings.schedule,
    CancelMeeting: meetings.cancel,
    HoldMeeting: meetings.hold,
    VerifyMeeting: meetings.verify,
    SetGoal: work.set_goal,
    RecordGoalProgress: work.progress,
    AgreeActionItem: work.agree_item,
    CloseActionItem: work.close_item,
    WriteNote: work.write,
    GiveFeedback: work.give_feedback,
    ReportMismatch: work.report_mismatch,
    SettleMismatch: work.settle_mismatch,
    PausePairing: ending.pause,
    ResumePairing: ending.resume,
    EndPairing: ending.end,
    ReopenPairing: ending.reopen,
}
"""What decides about a pairing that was formed."""


AGGREGATE: Aggregate[Pairing] = Aggregate(
    kind="pairing",
    initial=NotFormed(),
    evolve=evolve,
    events=EVENTS,
    commands=get_args(PairingCommand),
    id_field="pairing_id",
    reads=reads,
    decide=decide,
)
