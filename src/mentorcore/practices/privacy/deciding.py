"""The rules of a consent: it is given to a program for a purpose, and withdrawn at any time."""

from typing import Any

from mentorcore.practices.privacy.events import (
    ConsentGiven,
    ConsentWithdrawn,
    GiveConsent,
    WithdrawConsent,
)
from mentorcore.practices.privacy.state import Consent, check_consent, evolve
from mentorcore.practices.spec import (
    Aggregate,
    Decision,
    PersonId,
    Program,
    Refused,
    Situation,
    Stream,
    VersionedEvent,
    check_past,
    decides,
    fold,
    program_of,
    recorded_as,
    rules_in,
)

__all__ = ["AGGREGATE"]


def reads(command: Any, seen: Situation) -> tuple[Stream, ...]:
    """The streams that a command about a consent needs to see, as far as known from *seen*."""
    me = Stream(command.consent_id)
    if isinstance(command, GiveConsent):
        return (me, Stream(command.program_id), Stream(command.person_id))
    if not seen.has(me) or (given := seen.state(me).given) is None:
        return (me,)
    return (me, Stream(given.program_id))


def decide(now: Situation, command: Any) -> Decision:
    """What a command about a consent leads to."""
    state: Consent = now.state(stream := Stream(command.consent_id))
    if isinstance(command, GiveConsent):
        if state.given is not None:
            raise Refused("this consent is given already; give another", "already_given")
        program = program_of(now, command.program_id)
    elif state.given is None:
        raise Refused(f"there is no consent {command.consent_id}", "no_such_consent")
    else:
        program = program_of(now, state.given.program_id)
    check_past(now, program, command.on)
    event = RULES[type(command)](now, state, program, command)
    check_consent(evolve(state, event))
    return ((stream, event),)


@decides(GiveConsent)
def give(now: Situation, _state: Consent, _program: Program, command: GiveConsent) -> Any:
    """Somebody lets the program publish their words."""
    if not now.state(Stream(command.person_id)).registered:
        raise Refused(f"there is no person {command.person_id}", "no_such_person")
    return recorded_as(ConsentGiven, command)


@decides(WithdrawConsent)
def withdraw(_now: Situation, state: Consent, _program: Program, command: WithdrawConsent) -> Any:
    """They let it no longer; whatever was published under it does not stand in the way."""
    if state.withdrawn is not None:
        raise Refused(
            f"this consent was withdrawn on {state.withdrawn.on}; amend that instead",
            "already_withdrawn",
        )
    return recorded_as(ConsentWithdrawn, command)


def check_standing(
    _now: Situation, _corrected: Stream, _stream: Stream, placed: tuple[VersionedEvent, ...]
) -> None:
    """Refuse a correction after which a consent's records would not fit together (INV-65)."""
    check_consent(fold(AGGREGATE, placed))


def _subjects(_stream: Stream, state: Consent, _event: Any) -> tuple[PersonId, ...]:
    """Under whose key the reason for a correction is sealed."""
    return () if state.given is None else (state.given.person_id,)


RULES = rules_in(globals())

AGGREGATE: Aggregate[Consent] = Aggregate(
    kind="consent",
    initial=Consent(),
    evolve=evolve,
    events=(ConsentGiven, ConsentWithdrawn),
    commands=tuple(RULES),
    id_field="consent_id",
    reads=reads,
    decide=decide,
    subjects=_subjects,
    members=lambda given: (given.person_id,),
    consistent=check_standing,
)
