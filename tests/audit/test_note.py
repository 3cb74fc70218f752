"""A checkpoint is read exactly as it is written, or not at all."""

from typing import Any

import pytest
from audit.vectors import (
    COSIGNED,
    KEY,
    NOTE,
    NOTES,
    ORIGIN,
    SIGNER,
    VECTORS,
    WITNESS,
    WITNESS_KEY,
    hexed,
)
from hypothesis import given
from hypothesis import strategies as st

from mentorcore.audit.merkle.tree import EMPTY_ROOT
from mentorcore.audit.notes.checkpoint import (
    Checkpoint,
    Cosignature,
    SignatureLine,
    cosignature_line,
    parse_note,
    read_checkpoint,
    sign_checkpoint,
    with_lines,
)
from mentorcore.audit.notes.verifier_keys import SMALL_ORDER, Signer, VerifierKey, secret_signer
from mentorcore.errors import Invalid, NoteInvalid
from mentorcore.log.storage.append_checks import LARGEST

ROOT = hexed(NOTES["root"])
COSIGNATURE = VECTORS["cosignature"]
OTHER = secret_signer(ORIGIN, b"another seed of 32 bytes, tests!")


def test_the_published_checkpoint_is_signed_and_read() -> None:
    signed = sign_checkpoint(Checkpoint(ORIGIN, 3, ROOT), SIGNER)

    assert signed.text == NOTES["body_text"]
    assert signed.note == NOTE
    assert read_checkpoint(NOTE, [KEY]) == signed
    assert str(KEY) == NOTES["vkey"]
    assert VerifierKey.read(NOTES["vkey"]) == KEY
    assert KEY.id.hex() == NOTES["key_id"]


@pytest.mark.parametrize(("name", "size"), [("size_0", 0), ("size_16", 16)])
def test_the_further_published_checkpoints_are_read(name: str, size: int) -> None:
    checkpoint = read_checkpoint(NOTES["further_notes_text"][name].encode(), [KEY])

    assert checkpoint.size == size
    assert checkpoint.root.hex() == VECTORS["log"]["roots"][str(size)]


def test_lines_of_unknown_keys_are_ignored() -> None:
    note = NOTES["accepted_with_unknown_extra_signature_text"]

    assert read_checkpoint(note, [KEY]).size == 3


@pytest.mark.parametrize("case", NOTES["invalid_notes_text"], ids=lambda c: c["why"])
def test_published_wrong_checkpoints_are_refused(case: dict[str, str]) -> None:
    with pytest.raises(NoteInvalid):
        read_checkpoint(case["note"], [KEY], origin=ORIGIN)


@pytest.mark.parametrize("case", NOTES["invalid_vkeys_text"], ids=lambda c: c["why"])
def test_published_wrong_keys_are_refused(case: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        VerifierKey.read(case["vkey"])


def test_a_key_under_which_everybody_can_sign_is_refused() -> None:
    """The signature holds, so it is the key that has to be refused."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    forged = NOTES["forged_note_under_identity_key_text"]
    checkpoint, (line,) = parse_note(forged["note"])
    identity = (1).to_bytes(32, "little")

    Ed25519PublicKey.from_public_bytes(identity).verify(line.payload[4:], checkpoint.text.encode())
    with pytest.raises(Invalid, match="anybody can sign"):
        VerifierKey.read(forged["vkey"])


def test_all_points_of_small_order_are_known_and_refused() -> None:
    prime = 2**255 - 19
    d = -121665 * pow(121666, -1, prime) % prime

    def doubled(y: int) -> int:
        """The y coordinate of twice the point, on -x² + y² = 1 + d·x²·y²."""
        xx = (y * y - 1) * pow(d * y * y + 1, -1, prime) % prime
        return (y * y + xx) * pow(2 - (y * y - xx), -1, prime) % prime

    for y in SMALL_ORDER:
        assert doubled(doubled(doubled(y))) == 1
        for sign in (0, 1):
            with pytest.raises(Invalid):
                VerifierKey(ORIGIN, (y | sign << 255).to_bytes(32, "little"))
    assert len(SMALL_ORDER) == 5


def test_a_witness_cosigns_the_published_line() -> None:
    checkpoint = read_checkpoint(NOTE, [KEY])

    line = cosignature_line(checkpoint, WITNESS, COSIGNATURE["timestamp"])

    assert line.text + "\n" == COSIGNATURE["line_text"]
    assert with_lines(NOTE, [line]) == COSIGNED
    assert with_lines(COSIGNED, [line, line]) == COSIGNED
    assert str(WITNESS_KEY) == COSIGNATURE["vkey"]


def test_a_cosignature_tells_who_saw_the_checkpoint_and_when() -> None:
    checkpoint = read_checkpoint(COSIGNED, [KEY, WITNESS_KEY])

    assert checkpoint.cosignatures == (Cosignature(WITNESS_KEY.name, COSIGNATURE["timestamp"]),)
    assert read_checkpoint(COSIGNED, [KEY]).cosignatures == ()


def test_a_cosignature_alone_makes_no_checkpoint() -> None:
    body, _, lines = COSIGNED.rpartition("\n\n")
    note = f"{body}\n\n{lines.splitlines()[1]}\n"

    with pytest.raises(NoteInvalid, match="no key that is trusted"):
        read_checkpoint(note, [KEY, WITNESS_KEY])


def test_one_false_line_of_a_known_key_spoils_the_whole_checkpoint() -> None:
    (line,) = parse_note(sign_checkpoint(Checkpoint(ORIGIN, 4, ROOT), OTHER).note)[1]
    note = with_lines(NOTE, [line])

    assert read_checkpoint(note, [KEY]).size == 3
    with pytest.raises(NoteInvalid, match="does not hold"):
        read_checkpoint(note, [KEY, OTHER.key])


def test_a_checkpoint_of_another_log_than_was_asked_for_is_refused() -> None:
    with pytest.raises(NoteInvalid, match="expected 'another"):
        read_checkpoint(NOTE, [KEY], origin="another.example/log")


@pytest.mark.parametrize("at", [4, 11, 12, 40, 75])
def test_a_cosignature_that_was_changed_spoils_the_checkpoint(at: int) -> None:
    line = parse_note(COSIGNED)[1][1]
    changed = line.payload[:at] + bytes((line.payload[at] ^ 1,)) + line.payload[at + 1 :]
    for payload in (changed, line.payload[:-1], line.payload + b"\0"):
        note = with_lines(NOTE, [SignatureLine(line.name, payload)])

        with pytest.raises(NoteInvalid, match="the cosignature of"):
            read_checkpoint(note, [KEY, WITNESS_KEY])


def test_two_keys_of_one_origin_sign_together_while_one_takes_over() -> None:
    note = sign_checkpoint(Checkpoint(ORIGIN, 3, ROOT), SIGNER, OTHER).note

    assert read_checkpoint(note, [KEY]).size == 3
    assert read_checkpoint(note, [OTHER.key]).size == 3


def test_a_signer_that_does_not_fit_its_public_key_is_found_out_when_signing() -> None:
    with pytest.raises(NoteInvalid, match="does not hold under"):
        sign_checkpoint(Checkpoint(ORIGIN, 3, ROOT), Signer(KEY, OTHER.sign))


def test_a_checkpoint_is_signed_by_the_key_of_its_origin() -> None:
    with pytest.raises(NoteInvalid, match="by the key of that name"):
        sign_checkpoint(Checkpoint("another.example/log", 3, ROOT), SIGNER)


@pytest.mark.parametrize(
    ("origin", "size", "root"),
    [
        ("with a space", 3, ROOT),
        ("with+plus", 3, ROOT),
        ("", 3, ROOT),
        ("zero\x00", 3, ROOT),
        (ORIGIN, -1, ROOT),
        (ORIGIN, 2**63, ROOT),
        (ORIGIN, True, ROOT),
        (ORIGIN, 3, ROOT[1:]),
        (ORIGIN, 0, ROOT),
    ],
)
def test_what_could_not_be_read_again_is_not_signed(origin: str, size: Any, root: bytes) -> None:
    with pytest.raises(NoteInvalid):
        Checkpoint(origin, size, root)


@pytest.mark.parametrize(
    "note",
    [
        b"\xff" + NOTE.encode(),
        NOTE.replace("\n\n", "\n \n"),
        NOTE + "\n",
        NOTE.replace("AM8q", "AM8 q"),
        NOTE.replace(f" {ORIGIN} ", f" {ORIGIN}  "),
        NOTE.replace("log1\n3", "log1\n\n3"),
        "x" * 65_537,
        "lone \ud800 surrogate",
        "",
        "\n\n",
    ],
)
def test_malformed_notes_are_refused(note: str | bytes) -> None:
    with pytest.raises(NoteInvalid):
        read_checkpoint(note, [KEY])


@given(
    st.integers(1, LARGEST),
    st.binary(min_size=32, max_size=32),
    st.binary(min_size=32, max_size=32),
)
def test_what_is_signed_is_read_back(size: int, root: bytes, seed: bytes) -> None:
    signer = secret_signer("a.example/log", seed)
    signed = sign_checkpoint(Checkpoint("a.example/log", size, root), signer)

    assert read_checkpoint(signed.note, [VerifierKey.read(str(signer.key))]) == signed


def test_the_empty_log_has_one_checkpoint() -> None:
    assert (
        sign_checkpoint(Checkpoint(ORIGIN, 0, EMPTY_ROOT), SIGNER).note
        == (NOTES["further_notes_text"]["size_0"])
    )
