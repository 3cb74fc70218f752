"""The log's own story: it was challenged, exported, given a new key, succeeded, or redacted.

These facts are about the log and about nobody in it. Each stands on a stream of its own, is true
when it is recorded, and is not corrected: another one follows. All of it stands in the clear, so
that an auditor without any keys can read it (docs/how-to/audit-a-program.md).
"""

import re
from typing import Any, Literal

import attrs

from mentorcore.domain.aggregate import Aggregate, Decision, Situation, decides, events_in, rules_in
from mentorcore.domain.declarations import command, event, fresh, public, recorded_as
from mentorcore.domain.values import AuditId, Code, Stream
from mentorcore.errors import Refused

# ---------------------------------------------------------------------------- values

ExportForm = Literal["directory", "zip", "sqlite", "other"]
ExportedStates = Literal["full", "withheld"]
SuccessionReason = Literal["events_lost", "key_lost", "moved", "other"]
Redaction = tuple[int, Code, str | None]
"""A removed state: its position, the hex digest that stays, and what is still told in base64."""

NONCE = 16
"""A shorter nonce could be guessed, and challenges for it recorded in advance."""

DIGEST = re.compile(r"[0-9a-f]{64}")
BASE64 = re.compile(
    r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?"
)
"""The one way in which bytes are written; no spare bits are set."""
VERIFIER_KEY = re.compile(r"[^\s+]{1,255}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{40,}={0,2}")


# ---------------------------------------------------------------------------- events


@event("audit.challenged", founding=True)
class LogChallenged:
    """An auditor's nonce was received; a checkpoint that covers it is younger than the nonce.

    Attributes:
        nonce: What the auditor sent, which nobody could have known before.
    """

    audit_id: AuditId
    nonce: Code


@event("audit.exported", founding=True)
class LogExported:
    """A copy of the log was made for somebody, as of a checkpoint.

    ``recipient`` is an office, never a person's name. ``withheld`` are the events whose states
    were left out, ``opened`` the classes of personal data of which single values were opened. The
    copy holds this record too; ``size`` and ``root`` are those of the log before it.

    Attributes:
        recipient: The office that it was made for.
        form: In which form it was handed over.
        states: Whether the states were in it or left out.
        size: How many events the log held.
        root: The root of its tree, in hex digits.
        withheld: The names of the events whose states were left out.
        opened: The classes of personal data of which single values were opened.
    """

    audit_id: AuditId
    recipient: Code
    form: ExportForm
    states: ExportedStates
    size: int
    root: Code
    withheld: tuple[Code, ...] = ()
    opened: tuple[Code, ...] = ()


@event("audit.signing-key-rotated", founding=True)
class SigningKeyRotated:
    """Checkpoints are signed under another key from now on; this is its verifier key.

    Attributes:
        vkey: The verifier key, as the signed note format writes it.
    """

    audit_id: AuditId
    vkey: str = public()


@event("audit.log-succeeded", founding=True)
class LogSucceeded:
    """This log goes on where another one ended, after its newest events were lost for example.

    ``origin`` is the name under which the other one signed, ``note`` its last published
    checkpoint, and ``kept`` how many of its events this log holds.

    Attributes:
        origin: The name under which the other log signed.
        note: Its last published checkpoint.
        kept: How many of its events this log holds.
        reason: Why this log goes on in its place.
    """

    audit_id: AuditId
    origin: str = public()
    note: str = public()
    kept: int
    reason: SuccessionReason


@event("audit.state-redacted", founding=True)
class StatesRedacted:
    """Stored states are removed for good; their digests stay, so that every proof still holds.

    Attributes:
        items: The removed states: position, digest, and what is still told of each.
    """

    audit_id: AuditId
    items: tuple[Redaction, ...] = public()


# ---------------------------------------------------------------------------- state


@attrs.frozen(slots=False)
class AuditRecord:
    """One fact about the log; ``None`` before it was recorded."""

    told: Any = None


def evolve(state: AuditRecord, event: object) -> AuditRecord:
    """Fold one event into the record."""
    return AuditRecord(told=event) if type(event) in AGGREGATE.events else state


# ---------------------------------------------------------------------------- commands


@command(also=(LogChallenged,))
class RecordChallenge:
    """Record an auditor's nonce, so that the next checkpoint shows that it is new."""

    nonce: Code
    audit_id: AuditId | None = fresh("audit", default=None)


@command(also=(LogExported,))
class RecordExport:
    """Record that a copy of the log was made; an export of the engine records itself."""

    recipient: Code
    size: int
    root: Code
    form: ExportForm = "other"
    states: ExportedStates = "full"
    withheld: tuple[Code, ...] = ()
    opened: tuple[Code, ...] = ()
    audit_id: AuditId | None = fresh("audit", default=None)


@command(also=(SigningKeyRotated,))
class RotateSigningKey:
    """Record the verifier key under which checkpoints are signed from now on."""

    vkey: str
    audit_id: AuditId | None = fresh("audit", default=None)


@command(also=(LogSucceeded,))
class SucceedLog:
    """Record in a new log that it goes on where another one ended."""

    origin: str
    note: str
    kept: int
    reason: SuccessionReason
    audit_id: AuditId | None = fresh("audit", default=None)


@command(also=(StatesRedacted,))
class RedactStates:
    """Announce that stored states are removed; what removes them looks for this record."""

    items: tuple[Redaction, ...]
    audit_id: AuditId | None = fresh("audit", default=None)


# ---------------------------------------------------------------------------- decide


def reads(command: Any, _seen: Situation) -> tuple[Stream, ...]:
    """The stream that a fact about the log gets."""
    return (Stream(command.audit_id),)


def decide(now: Situation, command: Any) -> Decision:
    """What a command about the log leads to."""
    stream = Stream(command.audit_id)
    state: AuditRecord = now.state(stream)
    if state.told is not None:
        raise Refused("this was recorded already, and is not changed", "already_recorded")
    return ((stream, RULES[type(command)](command)),)


@decides(RecordChallenge)
def _challenged(command: RecordChallenge) -> LogChallenged:
    if len(command.nonce) < NONCE:
        raise Refused(
            f"a nonce has at least {NONCE} characters, so that nobody can guess it beforehand",
            "nonce_too_short",
        )
    return recorded_as(LogChallenged, command)


@decides(RecordExport)
def _exported(command: RecordExport) -> LogExported:
    if command.size < 0 or not DIGEST.fullmatch(command.root):
        raise Refused("a checkpoint has a size from 0 on and a root of 64 hex digits", "no_root")
    if bool(command.withheld) != (command.states == "withheld"):
        raise Refused(
            "an export names the events whose states it withholds, or is full", "withheld_unclear"
        )
    return recorded_as(LogExported, command)


@decides(SucceedLog)
def _succeeded(command: SucceedLog) -> LogSucceeded:
    if not command.origin or not command.note.startswith(f"{command.origin}\n"):
        raise Refused(
            "the last note of the ended log begins with the name that it signed under",
            "note_of_another_log",
        )
    if command.kept < 0:
        raise Refused("a log keeps 0 or more events of the ended one", "kept_out_of_range")
    return recorded_as(LogSucceeded, command)


@decides(RedactStates)
def _redacted(command: RedactStates) -> StatesRedacted:
    if not command.items:
        raise Refused("name the states to remove", "nothing_to_redact")
    last = 0
    for position, digest, residual in command.items:
        if position <= last:
            raise Refused("positions rise from 1 on, each named once", "positions_unordered")
        if not DIGEST.fullmatch(digest):
            raise Refused(f"position {position} has no digest of 64 hex digits", "no_digest")
        if residual is not None and not BASE64.fullmatch(residual):
            raise Refused(f"what is still told of position {position} is no base64", "no_residual")
        last = position
    return recorded_as(StatesRedacted, command)


@decides(RotateSigningKey)
def _rotated(command: RotateSigningKey) -> SigningKeyRotated:
    if not VERIFIER_KEY.fullmatch(command.vkey):
        raise Refused("a verifier key reads NAME+KEYID+KEY, as the signer prints it", "no_such_key")
    return recorded_as(SigningKeyRotated, command)


RULES = rules_in(globals())

AGGREGATE: Aggregate[AuditRecord] = Aggregate(
    kind="audit",
    initial=AuditRecord(),
    evolve=evolve,
    events=events_in("audit", globals()),
    commands=tuple(RULES),
    id_field="audit_id",
    reads=reads,
    decide=decide,
)
