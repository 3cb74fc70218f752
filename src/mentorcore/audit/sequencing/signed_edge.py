"""Where a process has signed a log last, so that a receipt goes on from there.

Whoever wants a receipt at once waits neither for the write lock nor for the disk: the event is on
the disk with its leaf, and that is all that its signature says. The tree beside the log is brought
up to it by the next checkpoint.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import attrs

from mentorcore.audit.merkle.leaf import leaf_hash, read_leaf
from mentorcore.audit.merkle.proofs import check_inclusion
from mentorcore.audit.merkle.tree import Frontier
from mentorcore.audit.notes.checkpoint import Checkpoint
from mentorcore.audit.sequencing.receipt import Receipt
from mentorcore.audit.sequencing.tree_growth import leaf_of
from mentorcore.log.storage.append_checks import LARGEST
from mentorcore.log.storage.audit_tables import AuditTransaction

__all__ = ["MOST", "SignedEdge"]

Sign: TypeAlias = Callable[[Frontier], Checkpoint]
Proof: TypeAlias = tuple[bytes, tuple[bytes, ...]]
"""The bytes of a leaf, and the hashes that lead from it to the root."""

MOST = 10_000
"""How many events the signed tree may be ahead of the stored one, so that the next checkpoint takes
no longer than any other."""


@attrs.frozen
class SignedEdge:
    """The right edge of the tree at a checkpoint that this process made.

    Attributes:
        checkpoint: The checkpoint.
        log_id: The id of the log.
        frontier: The right edge; it is never changed.
        position: The position of the last event, 0 when there is none.
        leaf: The hash of its leaf.
        proof: What proves the last event, where it was the last one to be added here.
        behind: How many of the events are not in the stored tree yet.
    """

    checkpoint: Checkpoint
    log_id: bytes
    frontier: Frontier
    position: int
    leaf: bytes
    proof: Proof | None = None
    behind: int = 0

    def grown(
        self, tables: AuditTransaction, last: Checkpoint | None, sign: Sign
    ) -> SignedEdge | None:
        """The edge with all events that were covered since, signed.

        Args:
            tables: Log and tree.
            last: The newest checkpoint that the signer remembers.
            sign: Signs what the tree has become.

        Returns:
            ``None`` where anything is not as it is left here: another process signed, an event has
            no leaf or another one, or there are many. A whole step of the sequencer says more.

        Raises:
            UnfitRow: An event holds what no leaf can be made of.
        """
        size = self.frontier.size
        if last is None or (last.size, last.root) != (size, self.checkpoint.root) or not size:
            return None
        rows = tables.events.between(self.position, LARGEST, MOST - self.behind)
        leaves = tables.leaves(size - 1, size + len(rows) + 1)
        if len(leaves) != len(rows) + 1 or leaves[0] != (self.position, self.leaf):
            return None
        if not rows:
            return self
        frontier = self.frontier.copy()
        data, before = b"", list(frontier.hashes)
        for row, leaf in zip(rows, leaves[1:], strict=True):
            data = leaf_of(self.log_id, frontier.size, row, tables)
            if leaf != (row[0], leaf_hash(data)):
                return None
            before = list(frontier.hashes)
            frontier.append(leaf[1])
        # What stands to the left of the last leaf is all that the tree was made of before it.
        proof = data, tuple(reversed(before))
        behind = self.behind + len(rows)
        made = sign(frontier)
        return SignedEdge(made, self.log_id, frontier, *leaves[-1], proof, behind)

    def receipt(self, position: int) -> Receipt | None:
        """The receipt of an event, if it is the last one and was added here."""
        if position != self.position or self.proof is None:
            return None
        data, hashes = self.proof
        size, root = self.checkpoint.size, self.checkpoint.root
        check_inclusion(size - 1, size, self.leaf, hashes, root)
        return Receipt(read_leaf(data), hashes, self.checkpoint.note)
