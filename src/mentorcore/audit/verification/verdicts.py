"""What a log is verified against, and what a verification answers."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import attrs

from mentorcore.audit.notes.checkpoint import Checkpoint
from mentorcore.audit.notes.verifier_keys import COSIGNATURE, ED25519, VerifierKey, trusted_keys
from mentorcore.errors import Invalid, Problem
from mentorcore.personal_text import without_text

__all__ = ["NO_DEMANDS", "Fault", "Verdict", "VerificationPolicy"]


def _as_files(stated: Mapping[str, str | bytes | Checkpoint]) -> Mapping[str, bytes]:
    """Held checkpoints as files in which somebody kept them."""
    return {name: _as_file(held) for name, held in stated.items()}


def _as_file(held: str | bytes | Checkpoint) -> bytes:
    text = held.note if isinstance(held, Checkpoint) else held
    return text.encode(errors="replace") if isinstance(text, str) else text


@attrs.frozen
class VerificationPolicy:
    """What a log is verified against; all of it comes from outside the log.

    Attributes:
        keys: The verifier keys of the log, retired ones too; they may be given as text.
        held: Checkpoints that somebody holds, each with what it is called in messages: as text, or
            as the bytes of the file in which it was kept, which may hold more.
        witnesses: The keys of trusted witnesses; they may be given as text.
        quorum: How many of them must have cosigned a checkpoint before it counts; by default one,
            if any are trusted.
        nonce: What was given to the operator to record.
        max_age: Seconds since a witness saw the newest checkpoint, at most.
        streams: Whether the versions of each stream must have no gaps.
        received: The days on which held checkpoints were received, by what they are called. What
            such a one covers was not recorded later, and what it does not cover was not recorded
            earlier, by more than a day.
    """

    keys: Sequence[VerifierKey] = attrs.field(default=(), converter=trusted_keys)
    held: Mapping[str, bytes] = attrs.field(factory=dict, converter=_as_files)
    witnesses: Sequence[VerifierKey] = attrs.field(default=(), converter=trusted_keys)
    quorum: int | None = None
    nonce: str | None = None
    max_age: int | None = None
    streams: bool = False
    received: Mapping[str, date] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        problems = []
        kinds = [(self.keys, ED25519, "keys"), (self.witnesses, COSIGNATURE, "witnesses")]
        problems += [
            Problem(name, f"{key.name} is of another kind", f"kind {kind}")
            for keys, kind, name in kinds
            for key in keys
            if key.kind != kind
        ]
        if len({key.name for key in self.keys}) > 1:
            problems.append(Problem("keys", "are of several logs", "keys of one name"))
        if not 0 <= self.asked_quorum <= len(self.witnesses):
            problems.append(Problem("quorum", "asks for more than are trusted", "a smaller number"))
        problems += [
            Problem(f"received of {name}", "belongs to no held checkpoint", "the name of one")
            for name in self.received
            if name not in self.held
        ]
        if not self.keys and (self.held or self.witnesses or self.nonce is not None):
            problems.append(Problem("keys", "are missing", "the verifier key of the log"))
        if problems:
            raise Invalid("a log cannot be verified so", problems)

    @property
    def asked_quorum(self) -> int:
        """How many witnesses must have cosigned."""
        return min(1, len(self.witnesses)) if self.quorum is None else self.quorum


NO_DEMANDS = VerificationPolicy()
"""Nothing comes from outside: a log is compared with itself."""


@attrs.frozen
class Fault:
    """Something that is not as it should be, and where.

    Attributes:
        verdict: Its word, such as ``changed``.
        reason: A sentence.
        index: The rank of the event among all, from 0; ``None`` when no event is meant.
        position: The position of the event that stands there, if one does.
        stream: Its stream.
        version: Its version there.
        name: Its stored name.
    """

    verdict: str
    reason: str
    index: int | None = None
    position: int | None = None
    stream: str | None = None
    version: int | None = None
    name: str | None = None


@attrs.frozen
class Verdict:
    """What a verification found.

    Attributes:
        verdict: The gravest of ``fork``, ``changed``, ``truncated``, ``schema``, ``bad-signature``,
            ``stale`` and ``unreadable``, else ``unanchored`` (no checkpoint came from outside, so
            nothing is said about the operator) or ``verified``.
        log_id: The log, 32 hex digits.
        size: How many events there are.
        position: The position of the last.
        covered: How many are covered by a checkpoint from outside that fits.
        covered_position: The position of the last of these.
        signed: How many are covered by any signed checkpoint that fits.
        cosigned: When a witness saw the log last, in seconds since 1970.
        withheld: How many states were left out.
        redacted: The positions of states that were removed for good.
        gaps: How many positions are missing between others.
        opened: Values that disclosed keys opened: position, field, value.
        faults: All that is wrong, the first bad event first.
        notices: What is worth a word and is no fault.
    """

    verdict: str
    log_id: str = ""
    size: int = 0
    position: int = 0
    covered: int = 0
    covered_position: int = 0
    signed: int = 0
    cosigned: int | None = None
    withheld: int = 0
    redacted: tuple[int, ...] = ()
    gaps: int = 0
    opened: tuple[tuple[int, str, Any], ...] = attrs.field(default=(), repr=without_text)
    faults: tuple[Fault, ...] = ()
    notices: tuple[str, ...] = ()
