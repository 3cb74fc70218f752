"""Checkpoints: which log, how many events, and the root of the tree over them, signed.

A checkpoint is a text of some 200 bytes that anybody can keep, print or mail (a C2SP checkpoint in
a C2SP signed note). Whoever holds one sees when anything that it covers is changed later on.
Reading is strict: what is not exactly as it would be written is refused.
"""

import re
from collections.abc import Iterable
from typing import ClassVar

import attrs

from mentorcore.audit.merkle.tree import EMPTY_ROOT, HASH
from mentorcore.audit.notes.encoding import base64_of, bytes_of, number_of
from mentorcore.audit.notes.verifier_keys import (
    COSIGNATURE,
    ED25519,
    Signer,
    VerifierKey,
    fits_name,
    trusted_keys,
)
from mentorcore.errors import NoteInvalid
from mentorcore.log.storage.append_checks import LARGEST

__all__ = [
    "Checkpoint",
    "Cosignature",
    "ImpossibleCheckpoint",
    "SignatureLine",
    "check_cosignature",
    "cosignature_line",
    "parse_note",
    "read_checkpoint",
    "read_line",
    "shortened",
    "sign_checkpoint",
    "with_lines",
]

LONGEST_NOTE = 65_536
MOST_SIGNATURES = 16
DASH = "\N{EM DASH} "
KEY_ID = 4
STAMP = 8
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
"""All control characters (category Cc) but the end of a line."""

SIGNATURE = 64


@attrs.frozen
class SignatureLine:
    """One signature under a note: the name of its key, and key id with signature."""

    name: str
    payload: bytes

    @property
    def text(self) -> str:
        """The line as it stands in the note, without its end."""
        return f"{DASH}{self.name} {base64_of(self.payload)}"


@attrs.frozen
class Cosignature:
    """A witness says that it saw this checkpoint, and no other history, at this time.

    Attributes:
        witness: The name of the witness.
        at: Seconds since 1970, by the clock of the witness.
    """

    witness: str
    at: int


@attrs.frozen
class Checkpoint:
    """The state of a log that can be held against it later.

    Attributes:
        origin: The name of the log, unique in the world.
        size: How many events it covers.
        root: The root of the tree over them, 32 bytes.
        note: The signed text that it was read from; empty for one that nobody signed yet.
        cosignatures: What trusted witnesses said about it.
    """

    origin: str
    size: int
    root: bytes
    note: str = attrs.field(default="", repr=False)
    cosignatures: tuple[Cosignature, ...] = ()

    impossible: ClassVar[bool] = False
    """Whether no log can be so."""

    @property
    def text(self) -> str:
        """What is signed: three lines."""
        return f"{self.origin}\n{self.size}\n{base64_of(self.root)}\n"

    def check_quorum(self, quorum: int) -> None:
        """Raise unless so many of the trusted witnesses cosigned it.

        Raises:
            NoteInvalid: They are fewer.
        """
        seen = {cosignature.witness for cosignature in self.cosignatures}
        if len(seen) < quorum:
            raise NoteInvalid(
                f"{len(seen)} of the witnesses that are trusted cosigned the checkpoint, and "
                f"{quorum} are required"
            )

    def __attrs_post_init__(self) -> None:
        if not fits_name(self.origin):
            raise NoteInvalid(f"{self.origin!r} cannot be the origin of a log")
        if type(self.size) is not int or not 0 <= self.size <= LARGEST:
            raise NoteInvalid(f"{self.size!r} is no size of a log")
        if type(self.root) is not bytes or len(self.root) != HASH:
            raise NoteInvalid("the root of a checkpoint has 32 bytes")
        if not self.size and self.root != EMPTY_ROOT and not self.impossible:
            raise NoteInvalid("a log without events has one root only, and this is another")


@attrs.frozen
class ImpossibleCheckpoint(Checkpoint):
    """One that can be of no log: without events, and with another root than the one there is then.

    Whoever signed it has convicted itself.
    """

    impossible: ClassVar[bool] = True


def parse_note(
    note: str | bytes, *, even_impossible: bool = False
) -> tuple[Checkpoint, tuple[SignatureLine, ...]]:
    """Read a checkpoint without checking who signed it; believe nothing that it says.

    Args:
        note: The text.
        even_impossible: Whether an `ImpossibleCheckpoint` is read, too.

    Raises:
        NoteInvalid: It is not written as it must be.
    """
    text = _text(note)
    body, gap, tail = text.rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        raise NoteInvalid("a checkpoint has an empty line and signatures, and ends with its line")
    lines = tail[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NoteInvalid(f"a checkpoint has at most {MOST_SIGNATURES} signatures")
    told = body.split("\n")
    if len(told) != 3:  # noqa: PLR2004 - origin, size, root
        raise NoteInvalid(
            "a checkpoint says three things: origin, size and root, a line each; extension lines "
            "are not taken"
        )
    try:
        size, root = number_of(told[1]), bytes_of(told[2])
        kind = (
            ImpossibleCheckpoint
            if even_impossible and not size and root != EMPTY_ROOT
            else Checkpoint
        )
        checkpoint = kind(told[0], size, root, text)
    except ValueError as error:
        raise NoteInvalid(f"the checkpoint cannot be read: {error}") from error
    return checkpoint, tuple(map(read_line, lines))


def read_checkpoint(
    note: str | bytes,
    keys: Iterable[VerifierKey | str],
    *,
    origin: str | None = None,
    even_impossible: bool = False,
) -> Checkpoint:
    """Read a checkpoint and check who signed it.

    Lines of unknown keys are ignored; each line of a known key must hold.

    Args:
        note: The text.
        keys: The keys that are trusted: of the log, and of witnesses.
        origin: The log that it must be of; by default that of the log's keys.
        even_impossible: See `parse_note`.

    Raises:
        NoteInvalid: It is not written as it must be, is of another log, or not signed by the log.
    """
    checkpoint, lines = parse_note(note, even_impossible=even_impossible)
    known = {(k.name, k.id): k for k in trusted_keys(keys)}
    origins = {k.name for k in known.values() if k.kind == ED25519} if origin is None else {origin}
    if checkpoint.origin not in origins:
        raise NoteInvalid(
            f"this checkpoint is of the log {checkpoint.origin!r}, expected "
            f"{' or '.join(map(repr, sorted(origins))) or 'a key of a log'}"
        )
    signed = False
    cosignatures = []
    for line in lines:
        key = known.get((line.name, line.payload[:KEY_ID]))
        if key is None:
            continue
        if key.kind == COSIGNATURE:
            cosignatures.append(check_cosignature(checkpoint, line, key))
            continue
        if not key.holds(line.payload[KEY_ID:], checkpoint.text.encode()):
            raise NoteInvalid(f"the signature of {key.name} under this checkpoint does not hold")
        signed = signed or key.name == checkpoint.origin
    if not signed:
        raise NoteInvalid(
            f"no key that is trusted for {checkpoint.origin} signed this checkpoint; compare the "
            "verifier key with the one that the operator gave out"
        )
    return attrs.evolve(checkpoint, cosignatures=tuple(cosignatures))


def sign_checkpoint(checkpoint: Checkpoint, *signers: Signer) -> Checkpoint:
    """The checkpoint with its note: its text and the signature of each signer.

    Raises:
        NoteInvalid: The first signer signs for another origin, a signature does not hold, or they
            are more than a checkpoint may have.
    """
    if not signers or signers[0].key.name != checkpoint.origin:
        raise NoteInvalid(f"a checkpoint of {checkpoint.origin} is signed by the key of that name")
    if len(signers) > MOST_SIGNATURES:
        raise NoteInvalid(
            f"a checkpoint has at most {MOST_SIGNATURES} signatures, and {len(signers)} would sign"
        )
    message = checkpoint.text.encode()
    lines = (SignatureLine(s.key.name, s.key.id + s.signed(message)).text + "\n" for s in signers)
    return attrs.evolve(checkpoint, note=f"{checkpoint.text}\n{''.join(lines)}")


def cosignature_line(checkpoint: Checkpoint, signer: Signer, at: int) -> SignatureLine:
    """The line by which a witness says that it saw this checkpoint at this second.

    Raises:
        NoteInvalid: The time is not from 1 to 2**63 - 1, or the signature does not hold.
    """
    if not 0 < at <= LARGEST:
        raise NoteInvalid(f"nothing is cosigned at {at}: a time is from 1 to 2**63 - 1")
    signature = signer.signed(_cosigned_text(at, checkpoint.text))
    return SignatureLine(signer.key.name, signer.key.id + at.to_bytes(STAMP, "big") + signature)


def with_lines(note: str, lines: Iterable[SignatureLine]) -> str:
    """The note with further signature lines, as many as a note may have.

    One that stands there already is not added again, and one that finds no room is left out: what
    a reader would refuse is never made.
    """
    present = list(parse_note(note)[1])
    for line in lines:
        longer = f"{note}{line.text}\n"
        fits = len(present) < MOST_SIGNATURES and len(longer.encode()) <= LONGEST_NOTE
        if fits and line not in present:
            present.append(line)
            note = longer
    return note


def shortened(note: str) -> str:
    """A note that is kept beside a log, without signature lines that are too many to be read.

    Builds before 0.1.0 kept the line of each witness, however many they were. Those of the log come
    first, so what is left says the same of the log.
    """
    told, gap, tail = note.partition("\n\n")
    lines = tail.split("\n")
    if len(lines) <= MOST_SIGNATURES + 1:  # the last one is empty
        return note
    return told + gap + "".join(f"{line}\n" for line in lines[:MOST_SIGNATURES])


def _text(note: str | bytes) -> str:
    """The text of a note whose bytes are in order."""
    try:
        data = note.encode() if isinstance(note, str) else bytes(note)
        text = data.decode()
    except UnicodeError as error:
        raise NoteInvalid(f"a checkpoint is UTF-8: {error}") from error
    if len(data) > LONGEST_NOTE:
        raise NoteInvalid(f"a checkpoint has at most {LONGEST_NOTE} bytes")
    if CONTROL.search(text):
        raise NoteInvalid("a checkpoint holds no control character but ends of lines")
    return text


def read_line(line: str) -> SignatureLine:
    """Read one signature line, without its end.

    Raises:
        NoteInvalid: It is none.
    """
    name, gap, payload = line.removeprefix(DASH).partition(" ")
    if not line.startswith(DASH) or not gap or not fits_name(name):
        raise NoteInvalid(f"{line!r} is no signature line")
    try:
        data = bytes_of(payload)
    except ValueError as error:
        raise NoteInvalid(f"the signature of {name} cannot be read: {error}") from error
    if len(data) <= KEY_ID:
        raise NoteInvalid(f"the signature of {name} is cut short")
    return SignatureLine(name, data)


def check_cosignature(checkpoint: Checkpoint, line: SignatureLine, key: VerifierKey) -> Cosignature:
    """What a line says that a witness signed.

    Raises:
        NoteInvalid: The witness did not sign this checkpoint.
    """
    if (line.name, line.payload[:KEY_ID]) != (key.name, key.id):
        raise NoteInvalid(f"the line is one of {line.name}, not of the witness {key.name}")
    payload = line.payload[KEY_ID:]
    at = int.from_bytes(payload[:STAMP], "big")
    if len(payload) != STAMP + SIGNATURE or not 0 < at <= LARGEST:
        raise NoteInvalid(f"the cosignature of {key.name} is not written as it must be")
    if not key.holds(payload[STAMP:], _cosigned_text(at, checkpoint.text)):
        raise NoteInvalid(f"the cosignature of {key.name} under this checkpoint does not hold")
    return Cosignature(key.name, at)


def _cosigned_text(at: int, text: str) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()
