"""The rules of an attestation: who may make one, of what, and that it is withdrawn once (INV-80).

That its results come out as stated is looked at where results are worked out, before this is asked
(see `mentorcore.engine.attesting`); what is decided here rests on the log's records alone.
"""

from typing import Any

import attrs

from mentorcore.practices.cases.attesting.events import (
    AttestationWithdrawn,
    AttestCompliance,
    ComplianceAttested,
    WithdrawAttestation,
)
from mentorcore.practices.spec import (
    Aggregate,
    Decision,
    NotFormed,
    Participant,
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
    replaced,
    rules_in,
)

__all__ = ["ATTESTATION", "Attestation", "check_attestation", "evolve"]


@attrs.frozen(slots=False)
class Attestation:
    """An attestation, or nothing yet."""

    made: ComplianceAttested | None = None
    withdrawn: AttestationWithdrawn | None = None


def evolve(state: Attestation, event: Any) -> Attestation:
    """Fold one event into the attestation."""
    match event:
        case ComplianceAttested():
            return replaced(state, made=event)
        case AttestationWithdrawn():
            return replaced(state, withdrawn=event)
        case _:
            return state


def reads(command: Any, seen: Situation) -> tuple[Stream, ...]:
    """The streams that a command about an attestation needs to see, as far as known."""
    me = Stream(command.attestation_id)
    if isinstance(command, AttestCompliance):
        named = (command.program_id, command.officer, command.participant_id, command.pairing_id)
        return (me, *(Stream(one) for one in named if one is not None))
    if not seen.has(me) or (made := seen.state(me).made) is None:
        return (me,)
    return (me, Stream(made.program_id))


def decide(now: Situation, command: Any) -> Decision:
    """What a command about an attestation leads to."""
    state: Attestation = now.state(stream := Stream(command.attestation_id))
    if isinstance(command, AttestCompliance):
        if state.made is not None:
            raise Refused("this attestation is made already", "already_attested")
        event: Any = _attest(now, command)
    elif state.made is None:
        raise Refused(f"there is no attestation {command.attestation_id}", "no_such_attestation")
    else:
        event = _withdraw(now, state, program_of(now, state.made.program_id), command)
    check_attestation(evolve(state, event))
    return ((stream, event),)


@decides(AttestCompliance)
def _attest(now: Situation, command: AttestCompliance) -> ComplianceAttested:
    """State that results of a pack that the program goes by are complete and correct."""
    program = program_of(now, command.program_id)
    check_past(now, program, command.on)
    if not now.state(Stream(command.officer)).registered:
        raise Refused(f"there is no person {command.officer}", "no_such_person")
    adopted = {(pack.pack_id, pack.version) for pack in program.packs}
    if (command.pack_id, command.version) not in adopted:
        raise Refused(
            f"the program does not go by version {command.version} of {command.pack_id}",
            "pack_not_adopted",
        )
    _check_about(now, program, command)
    return recorded_as(ComplianceAttested, command, subjects=(command.officer,))


def _check_about(now: Situation, program: Program, command: AttestCompliance) -> None:
    """What the results are about is one thing, and of the program."""
    named = (command.cohort_id, command.participant_id, command.pairing_id)
    if sum(one is not None for one in named) > 1:
        raise Refused(
            "results are attested of one cohort, participant or pairing, or of the whole program; "
            "name one of them",
            "several_scopes",
        )
    if command.cohort_id is not None and program.cohort(command.cohort_id) is None:
        raise Refused(f"the program has no cohort {command.cohort_id}", "no_such_cohort")
    if command.participant_id is not None:
        state = now.state(Stream(command.participant_id))
        if not isinstance(state, Participant) or state.program_id != command.program_id:
            raise Refused(
                f"the program has no participant {command.participant_id}", "no_such_participant"
            )
    if command.pairing_id is not None:
        pairing = now.state(Stream(command.pairing_id))
        if isinstance(pairing, NotFormed) or pairing.facts.program_id != command.program_id:
            raise Refused(f"the program has no pairing {command.pairing_id}", "no_such_pairing")


@decides(WithdrawAttestation)
def _withdraw(
    now: Situation, state: Attestation, program: Program, command: WithdrawAttestation
) -> AttestationWithdrawn:
    """Say that the officer does not stand by it any more."""
    if state.withdrawn is not None:
        raise Refused(
            f"this attestation was withdrawn on {state.withdrawn.on}", "attestation_withdrawn"
        )
    check_past(now, program, command.on)
    return recorded_as(AttestationWithdrawn, command)


def check_attestation(state: Attestation) -> None:
    """Refuse an attestation whose records do not fit together.

    Raises:
        Refused: With the code of the rule that is broken.
    """
    made = state.made
    if made is None:  # nothing stands before what founds it, as the core sees to
        return
    if made.as_of > made.on:
        raise Refused(
            f"on {made.on} nobody could state what results would be on {made.as_of}",
            "attested_ahead",
        )
    if state.withdrawn is not None and state.withdrawn.on < made.on:
        raise Refused(f"this attestation was made on {made.on} only", "before_the_attestation")


def check_standing(
    _now: Situation, _corrected: Stream, _stream: Stream, placed: tuple[VersionedEvent, ...]
) -> None:
    """Refuse a correction after which its records would not fit together (INV-65)."""
    check_attestation(fold(ATTESTATION, placed))


def _subjects(_stream: Stream, state: Attestation, _event: Any) -> tuple[PersonId, ...]:
    return () if state.made is None else state.made.subjects


RULES = rules_in(globals())

ATTESTATION: Aggregate[Attestation] = Aggregate(
    kind="attestation",
    initial=Attestation(),
    evolve=evolve,
    events=(ComplianceAttested, AttestationWithdrawn),
    commands=tuple(RULES),
    id_field="attestation_id",
    reads=reads,
    decide=decide,
    subjects=_subjects,
    consistent=check_standing,
)
