"""The tree in pieces of 256 hashes, so that a proof reads three small rows and not the log.

Entry j of tile n on level L is the root of the leaves (256n+j)·256**L and following, 256**L of
them: the tiles that other logs use too (C2SP tlog-tiles). Level 0 is the leaves themselves.
"""

from collections.abc import Callable

from mentorcore.audit.merkle.tree import HASH, TILE_HEIGHT, node
from mentorcore.errors import ProofInvalid

__all__ = ["WIDTH", "Tile", "subtree_of", "tile_path"]

WIDTH = 1 << TILE_HEIGHT
"""How many hashes a full tile holds."""

Tile = Callable[[int, int], bytes]
"""Answers with the hashes of tile n of a level, one behind the other."""


def tile_path(level: int | str, n: int, width: int = WIDTH) -> str:
    """The name under which a tile is published, such as ``tile/1/x001/234.p/17``.

    In place of a level ``entries`` may stand: the leaves themselves.
    """
    text = f"{n % 1000:03}"
    while n >= 1000:  # noqa: PLR2004 - three digits a folder
        n //= 1000
        text = f"x{n % 1000:03}/{text}"
    return f"tile/{level}/{text}" if width == WIDTH else f"tile/{level}/{text}.p/{width}"


def subtree_of(tile: Tile) -> Callable[[int, int], bytes]:
    """Find roots of full subtrees in tiles, each in one tile, as proofs ask for them."""

    def subtree(height: int, n: int) -> bytes:
        level, above = divmod(height, TILE_HEIGHT)
        count = 1 << above
        at, first = divmod(n * count, WIDTH)
        hashes = tile(level, at)
        row = [hashes[i * HASH : (i + 1) * HASH] for i in range(first, first + count)]
        if len(row[-1]) != HASH:
            raise ProofInvalid(f"tile {at} of level {level} holds fewer hashes than the tree has")
        while len(row) > 1:
            row = [node(row[i], row[i + 1]) for i in range(0, len(row), 2)]
        return row[0]

    return subtree
