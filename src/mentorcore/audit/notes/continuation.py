"""That a later checkpoint continues an earlier one: nothing the earlier covers was altered since.

Written as a witness is asked to cosign (C2SP tlog-witness): ``old SIZE``, the hashes of the proof,
an empty line, and the later checkpoint. Whoever holds the earlier one can check it offline.
"""

from collections.abc import Iterable, Sequence

import attrs

from mentorcore.audit.merkle.proofs import check_consistency
from mentorcore.audit.notes.checkpoint import Checkpoint, parse_note, read_checkpoint, shortened
from mentorcore.audit.notes.encoding import base64_of, bytes_of, number_of
from mentorcore.audit.notes.verifier_keys import VerifierKey, trusted_keys
from mentorcore.errors import NoteInvalid

__all__ = ["LONGEST_REQUEST", "Continued", "continuation", "read_continuation", "verify_continued"]

LONGEST_REQUEST = 131_072
LONGEST_PROOF = 63


@attrs.frozen
class Continued:
    """Two checkpoints of one history: the later one begins with all that the earlier covers.

    Attributes:
        earlier: The smaller checkpoint.
        later: The larger checkpoint.
        proof: The hashes that show it.
    """

    earlier: Checkpoint
    later: Checkpoint
    proof: tuple[bytes, ...]

    @property
    def text(self) -> str:
        """The proof as it is handed to whoever holds the earlier checkpoint."""
        return continuation(self.earlier.size, self.proof, self.later.note)


def continuation(old: int, proof: Sequence[bytes], note: str) -> str:
    """The old size, the proof and the later checkpoint as one text."""
    hashes = "".join(f"{base64_of(h)}\n" for h in proof)
    return f"old {old}\n{hashes}\n{note}"


def read_continuation(body: bytes) -> tuple[int, tuple[bytes, ...], str]:
    """Read the size known before, the proof, and the later checkpoint; believe none of it.

    Raises:
        NoteInvalid: It is not written as it must be.
    """
    if len(body) > LONGEST_REQUEST:
        raise NoteInvalid(f"a request has at most {LONGEST_REQUEST} bytes")
    try:
        head, gap, note = body.decode().partition("\n\n")
        first, *hashes = head.split("\n")
        word, space, size = first.partition(" ")
        if not gap or (word, space) != ("old", " ") or len(hashes) > LONGEST_PROOF:
            raise NoteInvalid("a request begins with the old size, the proof and an empty line")
        return number_of(size), tuple(map(bytes_of, hashes)), note
    except ValueError as error:
        raise NoteInvalid(f"the request cannot be read: {error}") from error


def verify_continued(
    text: str | bytes,
    earlier: str | bytes,
    keys: Iterable[VerifierKey | str],
    *,
    origin: str | None = None,
    quorum: int = 0,
) -> Continued:
    """Check offline that a later checkpoint continues the one that is held.

    Args:
        text: What `Continued.text` gave, or a witness was shown.
        earlier: The checkpoint that is held.
        keys: The keys that are trusted: of the log, and of witnesses.
        origin: The log that both must be of; by default that of the log's keys.
        quorum: How many of the witnesses must have cosigned the later one.

    Raises:
        NoteInvalid: One of them is not written or not signed as it must be.
        ProofInvalid: The later one does not begin with what the earlier one covers.
    """
    old, proof, note = read_continuation(text.encode() if isinstance(text, str) else bytes(text))
    note = shortened(note)
    trusted = trusted_keys(keys)
    held = (
        earlier if isinstance(earlier, str) else bytes(earlier).decode("utf-8", "surrogateescape")
    )
    first = read_checkpoint(shortened(held), trusted, origin=origin)
    if old != first.size:
        raise NoteInvalid(
            f"the proof begins at {old:,} events, and the checkpoint that is held covers "
            f"{first.size:,}"
        )
    said, _lines = parse_note(note)
    check_consistency(first.size, said.size, first.root, said.root, proof)
    later = read_checkpoint(note, trusted, origin=first.origin)
    later.check_quorum(quorum)
    return Continued(first, later, proof)
