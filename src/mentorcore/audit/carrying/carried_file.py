"""The one file in which a record travels: what it says, and the proof that a log issued it.

The issuing log's key signs the whole file. So there is one spelling of it, and whatever is changed,
left out or put in on the way is noticed, also where it would mean nothing.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

import attrs

from mentorcore.audit.carrying.record import CarriedRecord, canonical, parsed
from mentorcore.audit.merkle.leaf import read_leaf
from mentorcore.audit.notes.checkpoint import SignatureLine, parse_note, read_line
from mentorcore.audit.notes.encoding import base64_of, bytes_of
from mentorcore.audit.notes.verifier_keys import Signer
from mentorcore.audit.sequencing.receipt import Receipt
from mentorcore.errors import NoteInvalid, UnfitRow

__all__ = [
    "FORMAT",
    "LONGEST_FILE",
    "CarriedFile",
    "EarlierCheckpoint",
    "read_carried",
    "write_carried",
]

FORMAT = "mentorcore-record/1"
LONGEST_FILE = 1_048_576
LONGEST_PROOF = 63
MOST_EARLIER = 64
NAMES = {"checkpoint", "earlier", "format", "leaf", "proof", "record", "signature"}


@attrs.frozen
class EarlierCheckpoint:
    """An earlier checkpoint of the log, and the proof that the one in the file continues it.

    Attributes:
        size: How many events it covers.
        root: The root of the tree over them.
        proof: The hashes that show it.
    """

    size: int
    root: bytes
    proof: tuple[bytes, ...]


@attrs.frozen
class CarriedFile:
    """A carried file as it was read; nothing that it says has been checked.

    Attributes:
        record: What it says.
        receipt: The proof that the issuing log holds it.
        earlier: Earlier checkpoints that the receipt's continues.
        signature: The line of who signed the file.
    """

    record: CarriedRecord
    receipt: Receipt
    earlier: tuple[EarlierCheckpoint, ...]
    signature: str

    @property
    def signed(self) -> bytes:
        """What is signed of it."""
        return _message(_plain(self.record, self.receipt, self.earlier))

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        plain = _plain(self.record, self.receipt, self.earlier)
        return canonical({**plain, "signature": self.signature}) + b"\n"


def write_carried(
    record: CarriedRecord, receipt: Receipt, earlier: Iterable[EarlierCheckpoint], signer: Signer
) -> CarriedFile:
    """The file of a record that a log has issued.

    Args:
        record: What it says.
        receipt: The proof that the log holds `CarriedRecord.stream`.
        earlier: Checkpoints that a receiver may hold, smaller ones first.
        signer: The key of the log.

    Raises:
        NoteInvalid: It would be longer than a reader takes, or the signature does not hold.
    """
    listed = tuple(earlier)[-MOST_EARLIER:]
    message = _message(_plain(record, receipt, listed))
    line = SignatureLine(signer.key.name, signer.key.id + signer.signed(message)).text
    return read_carried(CarriedFile(record, receipt, listed, line).data)


def read_carried(data: bytes) -> CarriedFile:
    """Read a carried file; believe nothing that it says.

    Raises:
        NoteInvalid: It is not written as it must be, to the byte.
    """
    if len(data) > LONGEST_FILE:
        raise NoteInvalid(f"a carried record has at most {LONGEST_FILE:,} bytes")
    try:
        plain = json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise NoteInvalid(f"the carried record cannot be read: {error}") from error
    if type(plain) is not dict or plain.get("format") != FORMAT:
        raise NoteInvalid(f"this is no carried record that is read here: its format is {FORMAT}")
    try:
        read = _read(plain)
        same = read.data == data
    except (ValueError, TypeError, AttributeError, UnfitRow) as error:
        raise NoteInvalid(f"the carried record cannot be read: {error}") from error
    if not same:
        raise NoteInvalid("the carried record is not written as it was: every byte counts")
    return read


def _read(plain: dict[str, Any]) -> CarriedFile:
    if set(plain) != NAMES:
        raise ValueError(f"it has {', '.join(sorted(NAMES))} and nothing else")
    note = plain["checkpoint"]
    if type(note) is not str:
        raise ValueError("the checkpoint is a text")
    parse_note(note)
    if type(plain["earlier"]) is not list or len(plain["earlier"]) > MOST_EARLIER:
        raise ValueError(f"at most {MOST_EARLIER} earlier checkpoints are listed")
    receipt = Receipt(read_leaf(bytes_of(plain["leaf"])), _hashes(plain["proof"]), note)
    earlier = tuple(_earlier(one) for one in plain["earlier"])
    read_line(plain["signature"])
    return CarriedFile(parsed(plain["record"]), receipt, earlier, plain["signature"])


def _earlier(plain: Any) -> EarlierCheckpoint:
    if type(plain) is not dict or set(plain) != {"proof", "root", "size"}:
        raise ValueError("an earlier checkpoint has its size, its root and a proof")
    if type(plain["size"]) is not int:
        raise ValueError("a size is a whole number")
    return EarlierCheckpoint(plain["size"], bytes_of(plain["root"]), _hashes(plain["proof"]))


def _hashes(plain: Any) -> tuple[bytes, ...]:
    if type(plain) is not list or len(plain) > LONGEST_PROOF:
        raise ValueError(f"a proof has at most {LONGEST_PROOF} hashes")
    return tuple(map(bytes_of, plain))


def _plain(
    record: CarriedRecord, receipt: Receipt, earlier: tuple[EarlierCheckpoint, ...]
) -> dict[str, Any]:
    return {
        "checkpoint": receipt.note,
        "earlier": [
            {"proof": list(map(base64_of, e.proof)), "root": base64_of(e.root), "size": e.size}
            for e in earlier
        ],
        "format": FORMAT,
        "leaf": base64_of(receipt.leaf.data),
        "proof": list(map(base64_of, receipt.proof)),
        "record": record.plain,
    }


def _message(plain: dict[str, Any]) -> bytes:
    """What is signed: no checkpoint can read so, for the name of no log has a space in it."""
    return (
        f"mentorcore carried record v1\n{hashlib.sha256(canonical(plain)).hexdigest()}\n".encode()
    )
