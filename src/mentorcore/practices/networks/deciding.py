"""The rules of an agreement: what it says, who signs it, and how it comes to its end (INV-58)."""

from datetime import date
from typing import Any

from mentorcore.practices.networks import pool_rules
from mentorcore.practices.networks.events import (
    ConsentToPairingAcross,
    DataSharingAgreementDrafted,
    DataSharingAgreementEnded,
    DataSharingAgreementSigned,
    DraftDataSharingAgreement,
    EndDataSharingAgreement,
    PairingAcrossConsented,
    PairingAcrossConsentWithdrawn,
    SignDataSharingAgreement,
    WithdrawConsentToPairingAcross,
)
from mentorcore.practices.networks.pool_rules import check_pools, check_removal
from mentorcore.practices.networks.pooling import FiguresShared, PoolReleased, SharedDataRemoved
from mentorcore.practices.networks.state import Agreement, check_agreement, evolve
from mentorcore.practices.spec import (
    AHEAD,
    Aggregate,
    Decision,
    NotEnrolled,
    ParticipantState,
    Refused,
    Situation,
    Stream,
    VersionedEvent,
    decides,
    fold,
    recorded_as,
    rules_in,
)

__all__ = ["AGREEMENT"]


def reads(command: Any, _seen: Situation) -> tuple[Stream, ...]:
    """The streams that a command about an agreement needs to see."""
    me = Stream(command.agreement_id)
    match command:
        case SignDataSharingAgreement() if command.signed_by is not None:
            return (me, Stream(command.signed_by))
        case ConsentToPairingAcross():
            return (me, Stream(command.participant))
        case _:
            return (me,)


def decide(now: Situation, command: Any) -> Decision:
    """What a command about an agreement leads to."""
    state: Agreement = now.state(stream := Stream(command.agreement_id))
    if isinstance(command, DraftDataSharingAgreement):
        if state.drafted is not None:
            raise Refused("this agreement is drafted already; amend it instead", "already_drafted")
    elif state.drafted is None:
        raise Refused(f"there is no agreement {command.agreement_id}", "no_such_agreement")
    _check_past(now, command.on)
    return tuple((stream, event) for event in RULES[type(command)](now, state, command))


def _check_past(now: Situation, day: date) -> None:
    """No program, and so no time zone, is behind an agreement: past is what is past anywhere."""
    if day > (now.now + AHEAD).date():
        raise Refused(f"{day} is in the future", "in_the_future")


@decides(DraftDataSharingAgreement)
def draft(
    _now: Situation, _state: Agreement, command: DraftDataSharingAgreement
) -> tuple[Any, ...]:
    """Say what institutions agree to share."""
    drafted = recorded_as(DataSharingAgreementDrafted, command)
    check_agreement(Agreement(drafted=drafted))
    return (drafted,)


@decides(SignDataSharingAgreement)
def sign(now: Situation, state: Agreement, command: SignDataSharingAgreement) -> tuple[Any, ...]:
    """An institution signs, once."""
    if command.signed_by is not None and not now.state(Stream(command.signed_by)).registered:
        raise Refused(f"nobody is registered under {command.signed_by}", "no_such_person")
    signed = recorded_as(DataSharingAgreementSigned, command)
    before = state.signed.get(command.institution)
    if before == signed:
        return ()
    if before is not None:
        raise Refused(
            f"{command.institution} signed on {before.on}; amend that instead", "already_signed"
        )
    if state.ended is not None:
        raise Refused(f"this agreement ended on {state.ended.on}", "agreement_ended")
    check_agreement(evolve(state, signed))
    return (signed,)


@decides(EndDataSharingAgreement)
def end(_now: Situation, state: Agreement, command: EndDataSharingAgreement) -> tuple[Any, ...]:
    """End an agreement, with the cause."""
    ended = recorded_as(DataSharingAgreementEnded, command)
    if state.ended == ended:
        return ()
    if state.ended is not None:
        raise Refused(f"this agreement ended on {state.ended.on}", "agreement_ended")
    check_agreement(evolve(state, ended))
    return (ended,)


@decides(ConsentToPairingAcross)
def consent(now: Situation, state: Agreement, command: ConsentToPairingAcross) -> tuple[Any, ...]:
    """An institution's coordinator agrees to the part of a visitor who is here under it."""
    visitor: ParticipantState = now.state(Stream(command.participant))
    if isinstance(visitor, NotEnrolled):
        raise Refused(f"nobody is enrolled as {command.participant}", "no_such_participant")
    if all(visit.agreement != command.agreement_id for visit in visitor.visits):
        raise Refused("the participant is no visitor under this agreement", "not_a_visitor")
    consented = recorded_as(PairingAcrossConsented, command)
    given = state.consented((command.pairing_id, command.participant, command.institution))
    if given is not None and given.since == command.on:
        return ()
    check_agreement(evolve(state, consented))
    return (consented,)


@decides(WithdrawConsentToPairingAcross)
def withdraw(
    _now: Situation, state: Agreement, command: WithdrawConsentToPairingAcross
) -> tuple[Any, ...]:
    """An institution's coordinator agrees no longer."""
    to = (command.pairing_id, command.participant, command.institution)
    if any(c.to == to and c.until == command.on for c in state.consents):
        return ()
    withdrawn = recorded_as(PairingAcrossConsentWithdrawn, command)
    given = state.consented(to)
    if given is not None and command.on < given.since:
        raise Refused(f"the consent holds only since {given.since}", "ends_before_start")
    check_agreement(evolve(state, withdrawn))
    return (withdrawn,)


def check_standing(
    _now: Situation, _corrected: Stream, _stream: Stream, placed: tuple[VersionedEvent, ...]
) -> None:
    """Refuse a correction after which an agreement's records would not fit together (INV-65)."""
    state = fold(AGREEMENT, placed)
    check_agreement(state)
    check_pools(state.shared, state.released)
    check_removal(state, state.removed)
    if len(state.released) < sum(isinstance(p.event, PoolReleased) for p in placed):
        raise Refused("a pool that was released is known, and not taken back", "pool_released")


RULES = rules_in(globals(), vars(pool_rules))

AGREEMENT: Aggregate[Agreement] = Aggregate(
    kind="agreement",
    initial=Agreement(),
    evolve=evolve,
    events=(
        DataSharingAgreementDrafted,
        DataSharingAgreementSigned,
        DataSharingAgreementEnded,
        PairingAcrossConsented,
        PairingAcrossConsentWithdrawn,
        FiguresShared,
        PoolReleased,
        SharedDataRemoved,
    ),
    commands=tuple(RULES),
    id_field="agreement_id",
    reads=reads,
    decide=decide,
    consistent=check_standing,
)
