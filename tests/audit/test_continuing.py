"""A proof that a checkpoint continues one that is held passes only as it was handed out."""

from hashlib import sha256

import pytest
from audit.vectors import KEY, ORIGIN, SIGNER, WITNESS, WITNESS_KEY

from mentorcore.audit.merkle.tree import root
from mentorcore.audit.notes.checkpoint import (
    Checkpoint,
    cosignature_line,
    sign_checkpoint,
    with_lines,
)
from mentorcore.audit.notes.continuation import Continued, continuation, verify_continued
from mentorcore.errors import NoteInvalid, ProofInvalid

LEAVES = [sha256(bytes([n])).digest() for n in range(3)]


def signed(size: int) -> Checkpoint:
    return sign_checkpoint(Checkpoint(ORIGIN, size, root(LEAVES[:size])), SIGNER)


EARLIER, LATER = signed(2), signed(3)
PROOF = (LEAVES[2],)
TEXT = Continued(EARLIER, LATER, PROOF).text


def test_whoever_holds_the_earlier_checkpoint_can_check_the_later() -> None:
    found = verify_continued(TEXT, EARLIER.note, [KEY])

    assert (found.earlier.size, found.later.size, found.proof) == (2, 3, PROOF)
    assert found.text == TEXT


def test_another_history_does_not_pass() -> None:
    other = sign_checkpoint(Checkpoint(ORIGIN, 3, root(LEAVES[::-1])), SIGNER)

    with pytest.raises(ProofInvalid):
        verify_continued(continuation(2, PROOF, other.note), EARLIER.note, [KEY])
    with pytest.raises(ProofInvalid):
        verify_continued(continuation(2, (LEAVES[0],), LATER.note), EARLIER.note, [KEY])


def test_the_proof_begins_at_the_checkpoint_that_is_held() -> None:
    with pytest.raises(NoteInvalid, match="begins at 1 events"):
        verify_continued(continuation(1, PROOF, LATER.note), EARLIER.note, [KEY])


@pytest.mark.parametrize("unsigned", ["earlier", "later"])
def test_both_checkpoints_are_signed_by_the_log(unsigned: str) -> None:
    body, _, line = (EARLIER if unsigned == "earlier" else LATER).note.partition("\n\n")
    forged = f"{body}\n\n{line[:-8]}AAAA{line[-4:]}"
    held = forged if unsigned == "earlier" else EARLIER.note
    shown = forged if unsigned == "later" else LATER.note

    with pytest.raises(NoteInvalid):
        verify_continued(continuation(2, PROOF, shown), held, [KEY])


def test_witnesses_that_are_required_have_cosigned_the_later() -> None:
    cosigned = with_lines(LATER.note, [cosignature_line(LATER, WITNESS, 1_790_000_000)])
    keys = [KEY, WITNESS_KEY]

    assert verify_continued(continuation(2, PROOF, cosigned), EARLIER.note, keys, quorum=1)
    with pytest.raises(NoteInvalid, match="1 are required"):
        verify_continued(TEXT, EARLIER.note, keys, quorum=1)
