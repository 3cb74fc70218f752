"""Receipts: that one event is in the log, provable without the log and without asking anybody.

A receipt (C2SP tlog-proof) holds the leaf of the event, the hashes that lead from it to the root,
and the checkpoint that signs this root. It holds no state; whoever has the state compares it.
"""

from collections.abc import Iterable

import attrs

from mentorcore.audit.merkle.leaf import Leaf, leaf_hash, read_leaf, state_digest
from mentorcore.audit.merkle.proofs import check_inclusion
from mentorcore.audit.notes.checkpoint import Checkpoint, parse_note, read_checkpoint, shortened
from mentorcore.audit.notes.encoding import base64_of, bytes_of, number_of
from mentorcore.audit.notes.verifier_keys import VerifierKey
from mentorcore.errors import NoteInvalid, ProofInvalid, UnfitRow

__all__ = ["Proven", "Receipt", "read_receipt", "verify_receipt"]

FIRST_LINE = "c2sp.org/tlog-proof@v1"
LONGEST_RECEIPT = 131_072
LONGEST_PROOF = 63


@attrs.frozen
class Receipt:
    """The proof that an event is in the log.

    Attributes:
        leaf: What the tree knows of the event.
        proof: The hashes from the leaf to the root.
        note: The signed checkpoint.
    """

    leaf: Leaf
    proof: tuple[bytes, ...]
    note: str

    @property
    def text(self) -> str:
        """The receipt as it is handed out."""
        hashes = "".join(f"{base64_of(h)}\n" for h in self.proof)
        return (
            f"{FIRST_LINE}\nextra {base64_of(self.leaf.data)}\nindex {self.leaf.index}\n"
            f"{hashes}\n{self.note}"
        )


@attrs.frozen
class Proven:
    """What a receipt proves: this event is in the log under this checkpoint.

    Attributes:
        leaf: Which event.
        checkpoint: The checkpoint, with the cosignatures of trusted witnesses.
        state: Whether the state that the holder gave was compared with it, and is the one.
    """

    leaf: Leaf
    checkpoint: Checkpoint
    state: bool = False


def read_receipt(text: str | bytes) -> Receipt:
    """Read a receipt without checking anything that it says.

    Raises:
        NoteInvalid: It is not written as it must be.
    """
    told = _text(text)
    head, gap, note = told.partition("\n\n")
    lines = head.split("\n")
    if not gap or lines[0] != FIRST_LINE:
        raise NoteInvalid(f"a receipt begins with the line {FIRST_LINE}")
    if len(lines) < 3 or len(lines) > 3 + LONGEST_PROOF:  # noqa: PLR2004 - the lines before hashes
        raise NoteInvalid("a receipt has its leaf, its index, and at most 63 hashes")
    try:
        leaf = read_leaf(bytes_of(_after(lines[1], "extra ")))
        index = number_of(_after(lines[2], "index "))
        proof = tuple(bytes_of(line) for line in lines[3:])
    except (ValueError, UnfitRow) as error:
        raise NoteInvalid(f"the receipt cannot be read: {error}") from error
    if leaf.index != index:
        raise NoteInvalid(f"the receipt is for index {index} and its leaf for {leaf.index}")
    # Builds before 0.1.0 handed out what is too long by the lines of many witnesses.
    note = shortened(note)
    parse_note(note)
    return Receipt(leaf, proof, note)


def verify_receipt(
    receipt: Receipt | str | bytes,
    keys: Iterable[VerifierKey | str],
    *,
    origin: str | None = None,
    state: bytes | None = None,
    quorum: int = 0,
) -> Proven:
    """Check a receipt, offline.

    Args:
        receipt: The receipt, or its text.
        keys: The keys that are trusted: of the log, and of witnesses.
        origin: The log that it must be of; by default that of the log's keys.
        state: The stored bytes of the event, when the holder has them.
        quorum: How many of the witnesses must have cosigned.

    Raises:
        NoteInvalid: Receipt or checkpoint are not written or not signed as they must be.
        ProofInvalid: The proof does not lead to the root, or the state is another one.
    """
    read = receipt if isinstance(receipt, Receipt) else read_receipt(receipt)
    # What is cheap comes first: no signature is checked for a proof that leads nowhere.
    said, _lines = parse_note(read.note)
    check_inclusion(read.leaf.index, said.size, leaf_hash(read.leaf.data), read.proof, said.root)
    checkpoint = read_checkpoint(read.note, keys, origin=origin)
    checkpoint.check_quorum(quorum)
    if state is not None and state_digest(read.leaf.position, state) != read.leaf.digest:
        raise ProofInvalid("the state given is not the one that the receipt is about")
    return Proven(read.leaf, checkpoint, state is not None)


def _text(text: str | bytes) -> str:
    try:
        data = text.encode() if isinstance(text, str) else bytes(text)
        told = data.decode()
    except UnicodeError as error:
        raise NoteInvalid(f"a receipt is UTF-8: {error}") from error
    if len(data) > LONGEST_RECEIPT:
        raise NoteInvalid(f"a receipt has at most {LONGEST_RECEIPT} bytes")
    return told


def _after(line: str, word: str) -> str:
    if not line.startswith(word):
        raise ValueError(f"{line!r} does not begin with {word!r}")
    return line.removeprefix(word)
