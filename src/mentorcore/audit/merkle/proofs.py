"""Short proofs that an event is in the log, and that a later log continues an earlier one.

Proofs are those of RFC 9162: some twenty hashes for a million events. A proof alone fixes no size;
size and root always come together, from a checkpoint that somebody signed.
"""

from collections.abc import Callable, Iterable, Sequence

from mentorcore.audit.merkle.tree import HASH, node
from mentorcore.errors import ProofInvalid

__all__ = [
    "Subtree",
    "check_consistency",
    "check_inclusion",
    "consistency_proof",
    "consistency_roots",
    "inclusion_proof",
    "inclusion_root",
    "range_root",
    "subtrees",
]

Subtree = Callable[[int, int], bytes]
"""Answers with the root of the n-th full subtree of a height: leaves n·2**height and following."""


def subtrees(first: int, end: int) -> list[tuple[int, int]]:
    """The full subtrees of which a range of leaves is made, as (height, n), from the left.

    The range is one that proofs speak of: it begins where a full subtree of its size would.
    """
    parts = []
    while first < end:
        height = (end - first).bit_length() - 1
        parts.append((height, first >> height))
        first += 1 << height
    return parts


def range_root(first: int, end: int, subtree: Subtree) -> bytes:
    """The root of the leaves *first* to *end* - 1."""
    *rest, top = (subtree(height, n) for height, n in subtrees(first, end))
    for left in reversed(rest):
        top = node(left, top)
    return top


def inclusion_proof(index: int, size: int, subtree: Subtree) -> tuple[bytes, ...]:
    """The hashes that lead from the leaf at *index* to the root of the tree of *size* leaves.

    Raises:
        ProofInvalid: That tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ProofInvalid(f"a tree of {size} leaves has none at index {index}")
    first, end = 0, size
    beside: list[tuple[int, int]] = []
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            beside.append((middle, end))
            end = middle
        else:
            beside.append((first, middle))
            first = middle
    return tuple(range_root(a, b, subtree) for a, b in reversed(beside))


def consistency_proof(earlier: int, later: int, subtree: Subtree) -> tuple[bytes, ...]:
    """The hashes that show that the tree of *later* leaves begins with that of *earlier* leaves.

    Raises:
        ProofInvalid: There is no such proof: from the empty tree, or backwards.
    """
    if not 0 < earlier <= later:
        raise ProofInvalid(f"nothing can be proven from size {earlier} to size {later}")
    first, end = 0, later
    ranges: list[tuple[int, int]] = []
    while earlier != end:
        middle = first + _split(end - first)
        if earlier <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((first, middle))
            first = middle
    if first:  # the earlier tree itself is no part of the later one, only its last piece is
        ranges.append((first, end))
    return tuple(range_root(a, b, subtree) for a, b in reversed(ranges))


def inclusion_root(index: int, size: int, leaf_hash: bytes, proof: Sequence[bytes]) -> bytes:
    """The root to which an inclusion proof leads.

    Raises:
        ProofInvalid: The proof does not have the shape that index and size ask for.
    """
    if not 0 <= index < size:
        raise ProofInvalid(f"a tree of {size} leaves has none at index {index}")
    _hashes((leaf_hash, *proof))
    at, last, top = index, size - 1, leaf_hash
    for beside in proof:
        if not last:
            raise ProofInvalid("the proof has hashes left over at the root")
        if at & 1 or at == last:
            top = node(beside, top)
            while not at & 1 and at:
                at >>= 1
                last >>= 1
        else:
            top = node(top, beside)
        at >>= 1
        last >>= 1
    if last:
        raise ProofInvalid("the proof ends before the root")
    return top


def check_inclusion(
    index: int, size: int, leaf_hash: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """Raise unless the proof leads from a leaf to the root of the tree of *size* leaves.

    Raises:
        ProofInvalid: It does not.
    """
    if inclusion_root(index, size, leaf_hash, proof) != root:
        raise ProofInvalid(f"the proof of index {index} leads to another root than that of {size}")


def check_consistency(
    earlier: int, later: int, earlier_root: bytes, later_root: bytes, proof: Sequence[bytes]
) -> None:
    """Raise unless the proof shows that the later tree begins with the earlier one.

    Raises:
        ProofInvalid: It does not, or speaks of the empty tree, about which nothing can be shown.
    """
    _hashes((later_root,))
    if earlier == later and (proof or earlier_root != later_root):
        raise ProofInvalid(f"two trees of size {earlier} are given that are not the same")
    if consistency_roots(earlier, later, earlier_root, proof) != (earlier_root, later_root):
        raise ProofInvalid(f"the tree of size {later} does not continue the one of size {earlier}")


def consistency_roots(
    earlier: int, later: int, earlier_root: bytes, proof: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """The roots of the earlier and of the later tree to which a proof leads.

    A proof that leads to the later root shows what the earlier one was. Where the earlier tree is
    a full subtree of the later one, the proof leaves its root out, and *earlier_root* is taken.

    Raises:
        ProofInvalid: The proof does not have the shape that the sizes ask for.
    """
    if not 0 < earlier <= later:
        raise ProofInvalid(f"nothing can be proven from size {earlier} to size {later}")
    _hashes((earlier_root, *proof))
    if earlier == later:
        return earlier_root, earlier_root
    path = list(proof)
    if not earlier & (earlier - 1):
        path.insert(0, earlier_root)
    if not path:
        raise ProofInvalid("the proof is empty")
    at, last = earlier - 1, later - 1
    while at & 1:
        at >>= 1
        last >>= 1
    old = new = path[0]
    for beside in path[1:]:
        if not last:
            raise ProofInvalid("the proof has hashes left over at the root")
        if at & 1 or at == last:
            old = node(beside, old)
            new = node(beside, new)
            while not at & 1 and at:
                at >>= 1
                last >>= 1
        else:
            new = node(new, beside)
        at >>= 1
        last >>= 1
    if last:
        raise ProofInvalid("the proof ends before the root")
    return old, new


def _split(count: int) -> int:
    """The largest power of two below *count*."""
    return 1 << (count - 1).bit_length() - 1


def _hashes(hashes: Iterable[bytes]) -> None:
    if any(type(h) is not bytes or len(h) != HASH for h in hashes):
        raise ProofInvalid("a hash is not 32 bytes")
