"""Every single change of a proof, a checkpoint or a receipt is noticed."""

from collections.abc import Callable, Iterable, Iterator

import pytest
from audit.vectors import COSIGNED, KEY, NOTE, RECEIPT, VECTORS, WITNESS_KEY, hashes, hexed

from mentorcore.audit.merkle.proofs import check_consistency, check_inclusion
from mentorcore.audit.notes.checkpoint import read_checkpoint
from mentorcore.audit.notes.verifier_keys import VerifierKey
from mentorcore.audit.sequencing.receipt import verify_receipt
from mentorcore.errors import IntegrityError, NoteInvalid

KEYS = [KEY, WITNESS_KEY]


def changed(data: bytes, at: Iterable[int]) -> Iterator[bytes]:
    """Each byte at these places as every other byte, left out, and twice."""
    for i in at:
        before, byte, after = data[:i], data[i], data[i + 1 :]
        for other in range(256):
            if other != byte:
                yield before + bytes((other,)) + after
        yield before + after
        yield before + bytes((byte, byte)) + after


def accepted(mutations: Iterable[bytes], accept: Callable[[bytes], object]) -> tuple[int, int]:
    """How many were tried and how many passed."""
    tried = passed = 0
    for mutation in mutations:
        tried += 1
        try:
            accept(mutation)
        except IntegrityError:
            continue
        passed += 1
    return tried, passed


def proofs() -> Iterator[tuple[Callable[[int, tuple[bytes, ...]], None], int, tuple[bytes, ...]]]:
    """Each published proof as: a check of (index or earlier size, hashes), and its true values."""
    for c in VECTORS["inclusion_proofs"]:
        leaf, top, size = hexed(c["leaf_hash"]), hexed(c["root"]), c["size"]

        def inclusion(
            index: int, path: tuple[bytes, ...], size: int = size, leaf: bytes = leaf,
            top: bytes = top,
        ) -> None:  # fmt: skip
            check_inclusion(index, size, leaf, path, top)

        yield inclusion, c["index"], hashes(c["proof"])
    for c in VECTORS["consistency_proofs"]:
        old, new, later = hexed(c["root1"]), hexed(c["root2"]), c["size2"]

        def consistency(
            earlier: int, path: tuple[bytes, ...], later: int = later, old: bytes = old,
            new: bytes = new,
        ) -> None:  # fmt: skip
            check_consistency(earlier, later, old, new, path)

        yield consistency, c["size1"], hashes(c["proof"])


def moved(path: tuple[bytes, ...], patterns: Iterable[int]) -> Iterator[tuple[bytes, ...]]:
    """Every byte of every hash under these bit patterns; hashes left out, doubled, exchanged."""
    for i, h in enumerate(path):
        for at in range(len(h)):
            for pattern in patterns:
                wrong = h[:at] + bytes((h[at] ^ pattern,)) + h[at + 1 :]
                yield (*path[:i], wrong, *path[i + 1 :])
        yield path[:i] + path[i + 1 :]
        yield (*path[: i + 1], *path[i:])
        yield (*path[:i], h[:-1], *path[i + 1 :])
        yield (*path[:i], h + b"\0", *path[i + 1 :])
        if i and path[i - 1] != h:
            yield (*path[: i - 1], h, path[i - 1], *path[i + 1 :])
    yield (*path, bytes(32))


def refused_proofs(patterns: range) -> tuple[int, int]:
    tried = passed = 0
    for check, number, path in proofs():
        check(number, path)
        wrong = [(number, p) for p in moved(path, patterns)]
        wrong += [(n, path) for n in range(-1, 18) if n != number]
        for other, p in wrong:
            tried += 1
            try:
                check(other, p)
            except IntegrityError:
                continue
            passed += 1
    return tried, passed


def test_no_changed_proof_is_accepted() -> None:
    """Sixteen bit patterns of each byte; all of them in the slow test."""
    tried, passed = refused_proofs(range(1, 256, 16))

    assert tried > 50_000
    assert not passed


@pytest.mark.slow
def test_no_changed_proof_is_accepted_whatever_the_pattern() -> None:
    tried, passed = refused_proofs(range(1, 256))

    assert tried > 80_000
    assert not passed


def test_no_changed_checkpoint_is_accepted() -> None:
    """Every fifth byte; all of them in the slow test."""
    tried, passed = accepted(
        changed(NOTE.encode(), range(0, len(NOTE.encode()), 5)),
        lambda note: read_checkpoint(note, KEYS),
    )

    assert tried > 10_000
    assert not passed


def test_no_changed_receipt_is_accepted() -> None:
    """Every third byte of leaf, index and hashes; all, and the checkpoint, in the slow test."""
    data = RECEIPT.encode()
    tried, passed = accepted(
        changed(data, range(0, data.index(b"\n\n"), 3)), lambda text: verify_receipt(text, KEYS)
    )

    assert tried > 25_000
    assert not passed


def cosigned(note: bytes, keys: list[VerifierKey]) -> None:
    """Accept with the witness's line only: as one of an unknown key it says nothing."""
    if not read_checkpoint(note, keys).cosignatures:
        raise NoteInvalid("no trusted witness saw this")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "least", "accept"),
    [
        (NOTE, 51_000, read_checkpoint),
        (COSIGNED, 80_000, cosigned),
        (RECEIPT, 130_000, verify_receipt),
    ],
    ids=["checkpoint", "cosigned checkpoint", "receipt"],
)
def test_no_change_of_any_byte_is_accepted(
    text: str, least: int, accept: Callable[..., object]
) -> None:
    data = text.encode()
    accept(data, KEYS)

    tried, passed = accepted(changed(data, range(len(data))), lambda d: accept(d, KEYS))

    assert tried >= least
    assert not passed
