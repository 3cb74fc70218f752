"""A record of service is issued here or received here, and what other logs are known by.

What a record says travels in a file that its owner carries. In the log stands that it was issued,
or what was taken from it: dates, figures and codes, and nobody but its owner.
"""

from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from mentorcore.practices.networks.events import AgreementId
from mentorcore.practices.spec import (
    Code,
    ParticipantId,
    PersonId,
    PracticeCommand,
    ProgramId,
    Stream,
    command,
    event,
    identifier,
    public,
)

if TYPE_CHECKING:
    BroughtId: TypeAlias = str
    CarriedId: TypeAlias = str
    OriginId: TypeAlias = str
else:
    BroughtId = identifier("BroughtId", "brought")
    CarriedId = identifier("CarriedId", "carried")
    OriginId = identifier("OriginId", "origin")


@event("origin.named", occurred="on", founding=True)
class LogNamed:
    """Another institution keeps a log, of which people may bring records.

    Attributes:
        origin_id: What is known of the log, by `origin_stream` of its name.
        agreement_id: The agreement with the institution.
        institution: The institution that keeps it.
        origin: The name of the log, as in its checkpoints.
    """

    origin_id: OriginId
    agreement_id: AgreementId
    institution: Code = public(fixed=True)
    origin: str = public(fixed=True)
    on: date


@command(leads_to=LogNamed)
class NameLog(PracticeCommand):
    """Say which log an institution keeps; keys of it are trusted one by one."""

    origin_id: OriginId
    agreement_id: AgreementId
    institution: Code
    origin: str
    on: date


@event("origin.key-trusted", occurred="on", order_free=True)
class LogKeyTrusted:
    """A key is trusted to sign for another log, or as a witness of it.

    Attributes:
        vkey: The verifier key, which came by another way than any record.
    """

    vkey: str = public(fixed=True)
    on: date


@command(leads_to=LogKeyTrusted)
class TrustLogKey(PracticeCommand):
    """Trust a key to sign for another log; a key that is trusted no more is retracted."""

    origin_id: OriginId
    vkey: str
    on: date


@event("origin.checkpoint-held", occurred="on", order_free=True)
class CheckpointHeld:
    """A checkpoint of another log is held here, so that it cannot tell another history unseen.

    Attributes:
        note: The signed text of the checkpoint.
    """

    note: str = public(fixed=True)
    on: date


@command(leads_to=CheckpointHeld)
class HoldCheckpoint(PracticeCommand):
    """Hold a checkpoint of another log."""

    origin_id: OriginId
    note: str
    on: date


@event("carried.issued", occurred="on", founding=True)
class ServiceRecordIssued:
    """A record of service was issued for its owner.

    Attributes:
        carried_id: The record; the id commits to every byte of what it says.
        person_id: Its owner.
    """

    carried_id: CarriedId
    person_id: PersonId
    on: date


@command(leads_to=ServiceRecordIssued)
class IssueServiceRecord(PracticeCommand):
    """Say that a record of service is issued; `Engine.issue_record` does it and writes the file."""

    carried_id: CarriedId
    person_id: PersonId
    on: date


@event("brought.owner-recognised", occurred="on", founding=True)
class OwnerRecognised:
    """Somebody here is the person whom another log knows by an id of its own.

    Attributes:
        brought_id: What that person brings of that log, by `brought_stream`.
        origin: The name of the log.
        owner: The id of the person in that log.
        person_id: The person here.
    """

    brought_id: BroughtId
    origin: str = public(fixed=True)
    owner: Stream
    person_id: PersonId
    on: date


@command(leads_to=OwnerRecognised)
class RecogniseOwner(PracticeCommand):
    """Say who here is the owner of records of another log."""

    brought_id: BroughtId
    origin: str
    owner: Stream
    person_id: PersonId
    on: date


@event("brought.received", occurred="on")
class ServiceRecordReceived:
    """Somebody brought a record of service from another institution.

    Attributes:
        participant_id: As whom its owner takes part here.
        agreement_id: The agreement under which it crossed.
        institution: Where it was issued.
        record: The stream there by which that log committed to it.
        index: Its place there; a later one takes the place of an earlier one.
        issued_on: The day on which it was issued.
        on: The day on which it was received.
        verified: Whether the history that it is in is known to be the one that others are told.
        since: The first day of the service that it tells of at first hand.
        until: The first day on which that service did not go on; nothing while it does.
        meetings: How many meetings counted there.
        minutes: How many minutes counted there.
        roles: As what its owner took part there.
        completions: What its owner completed there.
        replaces: The place of the record that it takes the place of.
    """

    program_id: ProgramId
    participant_id: ParticipantId
    agreement_id: AgreementId
    institution: Code = public(fixed=True)
    record: Stream
    index: int = public(fixed=True)
    issued_on: date
    on: date
    verified: bool
    since: date
    until: date | None = None
    meetings: int
    minutes: int
    roles: tuple[Code, ...]
    completions: tuple[Code, ...] = ()
    replaces: int | None = public(default=None, fixed=True)


@command(leads_to=ServiceRecordReceived)
class ReceiveServiceRecord(PracticeCommand):
    """Say that a record was received; `Engine.receive_record` checks the file and does it."""

    brought_id: BroughtId
    participant_id: ParticipantId
    agreement_id: AgreementId
    institution: Code
    record: Stream
    index: int
    issued_on: date
    on: date
    verified: bool
    since: date
    meetings: int
    minutes: int
    roles: tuple[Code, ...]
    until: date | None = None
    completions: tuple[Code, ...] = ()
    replaces: int | None = None
