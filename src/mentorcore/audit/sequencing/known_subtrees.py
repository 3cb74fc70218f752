"""Roots of full subtrees that were looked up before, so that proofs of new events read little.

A full subtree never changes while the log goes on. Should it all the same, the proof that it leads
to does not lead to the signed root, and the tree is looked at anew.
"""

from mentorcore.audit.merkle.proofs import Subtree
from mentorcore.audit.merkle.tiles import subtree_of
from mentorcore.audit.merkle.tree import node
from mentorcore.audit.sequencing.tree_growth import StoredTiles
from mentorcore.log.storage.audit_tables import AuditTransaction

__all__ = ["KnownSubtrees"]

MOST = 4_096
"""How many are kept; the right edge of a tree of any size has fewer than a hundred."""


class KnownSubtrees:
    """Some of the full subtrees of one log."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], bytes] = {}

    def learn(self, height: int, n: int, root: bytes) -> None:
        """Keep the root of the n-th full subtree of a height."""
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[height, n] = root

    def clear(self) -> None:
        """Forget them all: the tree is made anew."""
        self._known.clear()

    def within(self, tables: AuditTransaction) -> Subtree:
        """What answers with subtrees, from here or from the stored tree."""
        stored = subtree_of(StoredTiles(tables))
        known = self._known

        def subtree(height: int, n: int) -> bytes:
            found = known.get((height, n))
            if found is None:
                left, right = known.get((height - 1, 2 * n)), known.get((height - 1, 2 * n + 1))
                found = node(left, right) if left and right else stored(height, n)
                self.learn(height, n, found)
            return found

        return subtree
