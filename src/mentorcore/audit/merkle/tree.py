"""The tree over all events, whose one root stands for the whole log (RFC 9162, section 2.1).

Each event is a leaf. Two hashes make the hash above them; a hash without a neighbour is carried
up as it is. To append, and to know the root, the *frontier* is enough: the roots of the perfect
subtrees of which the tree is made, one for each bit set in its size, the largest first.
"""

from collections.abc import Iterable
from hashlib import sha256

from mentorcore.errors import ProofInvalid

__all__ = ["EMPTY_ROOT", "HASH", "TILE_HEIGHT", "Frontier", "node", "root"]

HASH = 32
EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves."""

TILE_HEIGHT = 8
"""A tile holds the roots of 256 subtrees, so that one tile is eight levels of the tree."""

TileEntries = tuple[tuple[int, bytes], ...]
NONE_MADE: TileEntries = ()


def node(left: bytes, right: bytes) -> bytes:
    """The hash above two hashes."""
    return sha256(b"\1" + left + right).digest()


class Frontier:
    """The right edge of a tree, which is all that is needed to let it grow.

    Attributes:
        size: How many leaves the tree has.
        hashes: The roots of its perfect subtrees, the largest first.
    """

    __slots__ = ("hashes", "size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size = size
        self.hashes = list(hashes)
        if size < 0 or len(self.hashes) != size.bit_count():
            raise ProofInvalid(
                f"a tree of {size} leaves has {size.bit_count() if size >= 0 else 0} subtrees, "
                f"and {len(self.hashes)} are given"
            )
        if any(len(h) != HASH for h in self.hashes):
            raise ProofInvalid("a hash of the tree is not 32 bytes")

    @classmethod
    def read(cls, size: int, data: bytes) -> "Frontier":
        """The frontier whose hashes stand one behind the other in *data*.

        Raises:
            ProofInvalid: These bytes are no frontier of that size.
        """
        return cls(size, (data[i : i + HASH] for i in range(0, len(data), HASH)))

    @property
    def data(self) -> bytes:
        """The hashes one behind the other, as `read` takes them."""
        return b"".join(self.hashes)

    def copy(self) -> "Frontier":
        """Another frontier that grows by itself."""
        return Frontier(self.size, self.hashes)

    def append(self, leaf_hash: bytes) -> TileEntries:
        """Let the tree grow by one leaf.

        Returns:
            The entries of tiles that are known from now on, as (level, root of a full subtree of
            256**level leaves that ends with this leaf); nearly always none.
        """
        size, height, made = self.size, 0, NONE_MADE
        top = leaf_hash
        while size & 1:
            top = node(self.hashes.pop(), top)
            size >>= 1
            height += 1
            if not height % TILE_HEIGHT:
                made = (*made, (height // TILE_HEIGHT, top))
        self.hashes.append(top)
        self.size += 1
        return made

    def root(self) -> bytes:
        """The root of the tree."""
        if not self.hashes:
            return EMPTY_ROOT
        *rest, top = self.hashes
        for left in reversed(rest):
            top = node(left, top)
        return top


def root(leaf_hashes: Iterable[bytes]) -> bytes:
    """The root of the tree over these leaves."""
    frontier = Frontier()
    for leaf_hash in leaf_hashes:
        frontier.append(leaf_hash)
    return frontier.root()
