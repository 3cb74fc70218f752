"""The rules of the whole domain on one page: every kind of stream, every command, every event."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, get_args

from mentorcore.domain import auditing, program, responses
from mentorcore.domain.auditing import AuditCommand
from mentorcore.domain.corrections import deciding as corrections
from mentorcore.domain.corrections import events as corrections_events
from mentorcore.domain.corrections.commands import CorrectionCommand
from mentorcore.domain.decider import Decider, Decision, Situation
from mentorcore.domain.effective import Placed
from mentorcore.domain.pairing import deciding as pairing
from mentorcore.domain.pairing import state as pairing_state
from mentorcore.domain.pairing.commands import PairingCommand
from mentorcore.domain.participant import deciding as participant
from mentorcore.domain.participant import state as participant_state
from mentorcore.domain.participant.commands import ParticipantCommand
from mentorcore.domain.person import deciding as person
from mentorcore.domain.person import state as person_state
from mentorcore.domain.person.commands import PersonCommand
from mentorcore.domain.program import ProgramCommand
from mentorcore.domain.responses import ImportCommand
from mentorcore.domain.values import Stream

Command = (
    PersonCommand
    | ProgramCommand
    | ParticipantCommand
    | PairingCommand
    | ImportCommand
    | CorrectionCommand
    | AuditCommand
)

DECIDERS: Mapping[str, Decider[Any]] = {
    d.kind: d
    for d in (
        person_state.DECIDER,
        program.DECIDER,
        participant_state.DECIDER,
        pairing_state.DECIDER,
        responses.BATCH,
        responses.RESPONSE,
        auditing.DECIDER,
    )
}
"""The rules by kind of stream."""

CORRECTIONS = corrections_events.EVENTS
"""Corrections may stand on any stream."""

EVENTS: tuple[type, ...] = (
    *(event for decider in DECIDERS.values() for event in decider.events),
    *CORRECTIONS,
)
"""Every event class."""


def _flat(commands: Any) -> tuple[type, ...]:
    args = get_args(commands)
    return tuple(c for a in args for c in _flat(a)) if args else (commands,)


COMMANDS: tuple[type, ...] = _flat(Command)
"""Every command class."""

_TABLE: dict[type, Any] = {
    **dict.fromkeys(_flat(PersonCommand), person),
    **dict.fromkeys(_flat(ProgramCommand), program),
    **dict.fromkeys(_flat(ParticipantCommand), participant),
    **dict.fromkeys(_flat(PairingCommand), pairing),
    **dict.fromkeys(_flat(ImportCommand), responses),
    **dict.fromkeys(_flat(AuditCommand), auditing),
}


def situation(
    now: datetime, history: Mapping[Stream, tuple[Placed, ...]], states: Any
) -> Situation:
    """What a decision may know: the time, the streams read, and their folded states."""
    return Situation(now, history, DECIDERS, states)


def reads(command: Any, seen: Situation) -> tuple[Stream, ...]:
    """The streams that *command* needs to see, as far as *seen* tells.

    Asked again until nothing new is named: a meeting names its pairing, and only the pairing
    knows the program and the persons.
    """
    if isinstance(command, CorrectionCommand):
        return corrections.reads(command, seen, reads)
    rules = _TABLE[type(command)]
    if rules in (participant, pairing):
        return tuple(rules.reads(command, seen))
    return tuple(rules.reads(command))


def decide(now: Situation, command: Any) -> Decision:
    """The events that *command* leads to in the situation *now*.

    Raises:
        Refused: The rules do not allow it; the reason is a sentence.
    """
    if isinstance(command, CorrectionCommand):
        return corrections.decide(now, command, decide)
    decision: Decision = _TABLE[type(command)].decide(now, command)
    return decision
