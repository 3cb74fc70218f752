"""The rules of carried records: whose they are, under what they cross, and what counts once.

What is asked of a file itself, its signature and proofs, is asked before by the engine; here it is
decided whether what it says may be taken, and what it takes the place of.
"""

from datetime import date
from typing import Any

from mentorcore.domain.participant.carried import brought_stream, origin_stream
from mentorcore.practices.networks.carrying.events import (
    CheckpointHeld,
    HoldCheckpoint,
    IssueServiceRecord,
    LogKeyTrusted,
    LogNamed,
    NameLog,
    OwnerRecognised,
    ReceiveServiceRecord,
    RecogniseOwner,
    ServiceRecordIssued,
    ServiceRecordReceived,
    TrustLogKey,
)
from mentorcore.practices.networks.carrying.state import (
    Brought,
    Carried,
    Origin,
    evolve_brought,
    evolve_carried,
    evolve_origin,
)
from mentorcore.practices.networks.state import Agreement, check_covers
from mentorcore.practices.spec import (
    AHEAD,
    Aggregate,
    Decision,
    Participant,
    PersonId,
    Refused,
    Situation,
    Stream,
    VersionedEvent,
    check_past,
    decides,
    fold,
    is_blank,
    lives,
    program_of,
    recorded_as,
    rules_in,
)

__all__ = ["BROUGHT", "CARRIED", "ORIGIN"]

PURPOSE = "record"
NEEDED = ("dates", "hours", "identity", "roles")
"""What crosses the border with every record."""


def reads(command: Any, seen: Situation) -> tuple[Stream, ...]:
    """The streams that a command about a record or another log needs to see."""
    match command:
        case NameLog():
            return Stream(command.origin_id), Stream(command.agreement_id)
        case TrustLogKey() | HoldCheckpoint():
            return (Stream(command.origin_id),)
        case IssueServiceRecord():
            return Stream(command.carried_id), Stream(command.person_id)
        case RecogniseOwner():
            return Stream(command.brought_id), Stream(command.person_id)
        case _:
            return _receiving(command, seen)


def _receiving(command: ReceiveServiceRecord, seen: Situation) -> tuple[Stream, ...]:
    me, brought = Stream(command.participant_id), Stream(command.brought_id)
    found = [brought, command.record, Stream(command.agreement_id), me]
    if seen.has(brought) and (owner := seen.state(brought).owner) is not None:
        found += [Stream(owner.person_id), Stream(origin_stream(owner.origin))]
    if seen.has(me) and isinstance(state := seen.state(me), Participant):
        found.append(Stream(state.program_id))
        found += map(Stream, (state.person_id, *lives(seen, state.person_id)))
    return tuple(dict.fromkeys(found))


def decide(now: Situation, command: Any) -> Decision:
    """What a command about a record or another log leads to."""
    stream = Stream(getattr(command, ID_FIELDS[type(command)]))
    return tuple((stream, e) for e in RULES[type(command)](now, now.state(stream), command))


def _check_past(now: Situation, day: date) -> None:
    if day > (now.now + AHEAD).date():
        raise Refused(f"{day} is in the future", "in_the_future")


def _check_person(now: Situation, person: PersonId) -> None:
    if not now.state(Stream(person)).registered:
        raise Refused(f"nobody is registered under {person}", "no_such_person")


@decides(NameLog)
def name(now: Situation, state: Origin, command: NameLog) -> tuple[Any, ...]:
    """Name the log of an institution with which there is an agreement."""
    _check_past(now, command.on)
    if is_blank(command.origin):
        raise Refused("the log has a name", "empty_text")
    if command.origin_id != origin_stream(command.origin):
        raise Refused("this is the stream of another log", "other_log")
    named = recorded_as(LogNamed, command)
    if state.named is not None:
        if state.named.institution == named.institution:
            return ()
        raise Refused(f"this log is that of {state.named.institution}", "other_log")
    agreement: Agreement = now.state(Stream(command.agreement_id))
    check_covers(agreement, command.on, PURPOSE, (), (command.institution,))
    return (named,)


def _check_named(state: Origin) -> None:
    if state.named is None:
        raise Refused("no log of this name is known here", "unknown_issuer")


@decides(TrustLogKey)
def trust(now: Situation, state: Origin, command: TrustLogKey) -> tuple[Any, ...]:
    """Trust a key."""
    _check_past(now, command.on)
    _check_named(state)
    if is_blank(command.vkey):
        raise Refused("a key is stated", "empty_text")
    trusted = recorded_as(LogKeyTrusted, command)
    return () if any(one.vkey == trusted.vkey for one in state.keys) else (trusted,)


@decides(HoldCheckpoint)
def hold(now: Situation, state: Origin, command: HoldCheckpoint) -> tuple[Any, ...]:
    """Hold a checkpoint of a log."""
    _check_past(now, command.on)
    _check_named(state)
    if is_blank(command.note):
        raise Refused("a checkpoint says something", "empty_text")
    held = recorded_as(CheckpointHeld, command)
    return () if any(one.note == held.note for one in state.held) else (held,)


@decides(IssueServiceRecord)
def issue(now: Situation, state: Carried, command: IssueServiceRecord) -> tuple[Any, ...]:
    """Issue a record, once."""
    _check_past(now, command.on)
    _check_person(now, command.person_id)
    issued = recorded_as(ServiceRecordIssued, command)
    if state.issued is None:
        return (issued,)
    if state.issued == issued:
        return ()
    raise Refused("another record was issued under this id", "already_issued")


@decides(RecogniseOwner)
def recognise(now: Situation, state: Brought, command: RecogniseOwner) -> tuple[Any, ...]:
    """Say who brings records, once."""
    _check_past(now, command.on)
    _check_person(now, command.person_id)
    if command.brought_id != brought_stream(command.origin, command.owner):
        raise Refused("this is the stream of another owner's records", "other_log")
    if state.owner is None:
        return (recorded_as(OwnerRecognised, command),)
    if state.owner.person_id == command.person_id:
        return ()
    raise Refused("somebody else here brought records of this owner", "record_of_another")


@decides(ReceiveServiceRecord)
def receive(now: Situation, state: Brought, command: ReceiveServiceRecord) -> tuple[Any, ...]:
    """Take what a record of another institution says, for whom it is about, once."""
    me = now.state(Stream(command.participant_id))
    if not isinstance(me, Participant):
        raise Refused(f"nobody is enrolled as {command.participant_id}", "no_such_participant")
    program = program_of(now, me.program_id)
    check_past(now, program, command.on)
    if program.owner is None:
        raise Refused(
            "the program does not say whose it is, so nothing crosses a border to it", "no_owner"
        )
    _check_owner(now, state, command, me)
    agreement: Agreement = now.state(Stream(command.agreement_id))
    needed = (*NEEDED, *(["completions"] if command.completions else []))
    check_covers(agreement, command.on, PURPOSE, needed, (program.owner, command.institution))
    received = recorded_as(ServiceRecordReceived, command, program_id=me.program_id)
    check_record(received)
    if now.corrects is not None:  # what it takes the place of is fixed
        return (received,)
    standing = state.standing.get(command.participant_id)
    if standing is not None and _is_known(standing, received):
        return ()
    if command.replaces != (None if standing is None else standing.index):
        raise Refused(
            "another record of this owner was received meanwhile; receive this one again",
            "received_meanwhile",
        )
    return (received,)


def _check_owner(
    now: Situation, state: Brought, command: ReceiveServiceRecord, me: Participant
) -> None:
    """Refuse a record of somebody else, of a log that is not known, or of our own."""
    if state.owner is None:
        raise Refused("nobody here is known to be the owner of this record", "owner_not_recognised")
    if not {*lives(now, me.person_id)} & {*lives(now, state.owner.person_id)}:
        raise Refused("somebody else here brought records of this owner", "record_of_another")
    issued: Carried = now.state(command.record)
    if issued.issued is not None:
        raise Refused(
            "the record was issued by this very log; what it says is known here", "own_record"
        )
    origin: Origin = now.state(Stream(origin_stream(state.owner.origin)))
    _check_named(origin)
    assert origin.named is not None
    if origin.named.institution != command.institution:
        raise Refused(f"this log is that of {origin.named.institution}", "other_log")


def _is_known(standing: ServiceRecordReceived, received: ServiceRecordReceived) -> bool:
    """Whether a record says nothing new; an older one is refused."""
    if received.index < standing.index:
        raise Refused(
            f"a later record of this owner was received on {standing.on}", "record_superseded"
        )
    if received.index > standing.index:
        return False
    if received.record != standing.record:
        raise Refused(
            "another record was received that stands in the same place of that log", "log_forked"
        )
    return standing.verified or not received.verified


def check_record(received: ServiceRecordReceived) -> None:
    """Refuse a record whose days or figures do not fit together.

    Raises:
        Refused: With the code of the rule that is broken.
    """
    if received.on < received.issued_on:
        raise Refused(f"the record was issued on {received.issued_on} only", "before_issue")
    if received.until is not None and received.until < received.since:
        raise Refused("the service would end before it begins", "ends_before_start")
    if min(received.meetings, received.minutes, received.index) < 0:
        raise Refused("meetings, minutes and places are 0 or more", "amount_out_of_range")


def check_standing(
    _now: Situation, _corrected: Stream, _stream: Stream, placed: tuple[VersionedEvent, ...]
) -> None:
    """Refuse a correction after which records would not fit together (INV-65)."""
    for received in fold(BROUGHT, placed).received:
        check_record(received)


RULES = rules_in(globals())

ORIGIN: Aggregate[Origin] = Aggregate(
    kind="origin",
    initial=Origin(),
    evolve=evolve_origin,
    events=(LogNamed, LogKeyTrusted, CheckpointHeld),
    commands=(NameLog, TrustLogKey, HoldCheckpoint),
    id_field="origin_id",
    reads=reads,
    decide=decide,
    rests_on_streams=("agreement",),
)

CARRIED: Aggregate[Carried] = Aggregate(
    kind="carried",
    initial=Carried(),
    evolve=evolve_carried,
    events=(ServiceRecordIssued,),
    commands=(IssueServiceRecord,),
    id_field="carried_id",
    reads=reads,
    decide=decide,
)

BROUGHT: Aggregate[Brought] = Aggregate(
    kind="brought",
    initial=Brought(),
    evolve=evolve_brought,
    events=(OwnerRecognised, ServiceRecordReceived),
    commands=(RecogniseOwner, ReceiveServiceRecord),
    id_field="brought_id",
    reads=reads,
    decide=decide,
    consistent=check_standing,
    rests_on_streams=("agreement", "carried", "origin"),
)

ID_FIELDS = {
    command: rules.id_field for rules in (ORIGIN, CARRIED, BROUGHT) for command in rules.commands
}
