"""A receipt proves one event offline, and nothing that was changed in it passes."""

import pytest
from audit.vectors import COSIGNED, KEY, NOTE, RECEIPT, VECTORS, WITNESS_KEY, hexed

from mentorcore.audit.merkle.leaf import read_leaf
from mentorcore.audit.sequencing.receipt import Receipt, read_receipt, verify_receipt
from mentorcore.errors import NoteInvalid, ProofInvalid, UnfitRow

VECTOR = VECTORS["tlog_proof"]
EVENTS = VECTORS["log"]["entries"]
STATE = EVENTS[1]["state_text"].encode()


def test_the_published_receipt_is_written_and_verified() -> None:
    receipt = read_receipt(RECEIPT)

    proven = verify_receipt(receipt, [KEY])

    assert receipt.text == RECEIPT
    assert proven.leaf == read_leaf(hexed(VECTOR["leaf"]))
    assert (proven.leaf.position, proven.leaf.stream) == (2, EVENTS[1]["originator_id"])
    assert proven.checkpoint.size == VECTOR["size"]
    assert not proven.state


def test_the_state_in_the_holders_hand_is_compared() -> None:
    assert verify_receipt(RECEIPT, [KEY], state=STATE).state
    with pytest.raises(ProofInvalid, match="state given"):
        verify_receipt(RECEIPT, [KEY], state=STATE + b" ")
    with pytest.raises(UnfitRow):
        verify_receipt(RECEIPT, [KEY], state=b"")


def test_a_receipt_of_another_event_does_not_pass_for_this_one() -> None:
    receipt = read_receipt(RECEIPT)
    other = read_leaf(hexed(EVENTS[2]["leaf"]))

    with pytest.raises(ProofInvalid):
        verify_receipt(Receipt(other, receipt.proof, NOTE), [KEY])


def test_a_receipt_under_an_unknown_key_is_refused() -> None:
    with pytest.raises(NoteInvalid):
        verify_receipt(RECEIPT, [WITNESS_KEY])


@pytest.mark.parametrize(
    "text",
    [
        "",
        RECEIPT.replace("@v1", "@v2"),
        RECEIPT.replace("index 1", "index 01"),
        RECEIPT.replace("index 1", "index 2"),
        RECEIPT.replace("extra ", "extra  "),
        RECEIPT.replace("extra ", "Extra "),
        RECEIPT.replace("index 1\n", ""),
        RECEIPT.replace("index 1\n", "index 1\n" + "7ihF\n" * 64),
        RECEIPT.replace("\n", "\r\n"),
        RECEIPT + "\n",
        RECEIPT.replace("\n\n", "\n\n\n", 1),
        RECEIPT.encode() + b"\xff",
        "c2sp.org/tlog-proof@v1\n" + "x" * 131_072,
    ],
)
def test_malformed_receipts_are_refused(text: str | bytes) -> None:
    with pytest.raises((NoteInvalid, ProofInvalid)):
        verify_receipt(text, [KEY])


def test_as_many_witnesses_as_are_required_must_have_cosigned() -> None:
    cosigned = RECEIPT.replace(NOTE, COSIGNED)

    assert verify_receipt(cosigned, [KEY, WITNESS_KEY], quorum=1).checkpoint.cosignatures
    for text, keys, quorum in (
        (RECEIPT, [KEY, WITNESS_KEY], 1),
        (cosigned, [KEY], 1),
        (cosigned, [KEY, WITNESS_KEY], 2),
    ):
        with pytest.raises(NoteInvalid, match="are required"):
            verify_receipt(text, keys, quorum=quorum)
