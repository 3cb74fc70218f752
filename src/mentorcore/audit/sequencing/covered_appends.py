"""Events get their leaves in the very transaction that appends them, and are signed later.

These leaves stand ahead of the tree that was signed. Signing compares them with the events, so
whatever somebody does to an event in between is noticed as well; and the append pays for no
signature, which is made when somebody asks for it.
"""

from collections.abc import Callable, Sequence

from mentorcore.audit.merkle.leaf import leaf_bytes, leaf_hash, state_digest
from mentorcore.audit.sequencing.tree_growth import leaf_of
from mentorcore.errors import (
    HeadDiffers,
    IntegrityError,
    LateInsertion,
    LogError,
    RowsMissing,
)
from mentorcore.log.storage.audit_tables import AuditTransaction, Head, LeafRow, StoredRow

__all__ = ["CoveredAppends", "LeavesAhead"]

TOGETHER = 10_000
"""Events without a leaf that one append takes upon itself."""


class CoveredAppends:
    """Stores the leaves of events with the events; see `Covering`.

    Args:
        refused: Told what is not in order. Such an append succeeds without leaves.
    """

    def __init__(self, refused: Callable[[IntegrityError | LogError], None]) -> None:
        self._refused = refused
        self._log_id = b""
        self._last = (-1, 0)

    @property
    def last(self) -> int:
        """The position of the last event that was covered here."""
        return self._last[1]

    def following(self, rows: Sequence[StoredRow]) -> Sequence[LeafRow]:
        """See `Covering.following`."""
        index, last = self._last
        if not self._log_id or rows[0][0] != last + 1:
            return ()
        log_id, leaves = self._log_id, []
        try:
            for position, stream, version, name, state in rows:
                index += 1
                digest = state_digest(position, state)
                leaf = leaf_bytes(log_id, index, position, stream, version, name, digest)
                leaves.append((index, position, leaf_hash(leaf)))
        except IntegrityError as error:
            self._refused(error)
            return ()
        # If the transaction fails, they do not follow upon what is stored, and that is seen.
        self._last = (index, rows[-1][0])
        return leaves

    def catch_up(self, tables: AuditTransaction, upto: int) -> None:
        """See `Covering.catch_up`."""
        try:
            head = tables.head()
            index, last = tables.last_leaf()
            if index < head.size - 1 or last < head.last_position:
                raise HeadDiffers(
                    f"the tree beside the log is damaged: it covers {head.size} events, and its "
                    f"last leaf is {index}. mentorcore checkpoint --rebuild makes it from the "
                    "events again"
                )
            rows = tables.events.between(last, upto, TOGETHER)
            leaves = []
            for row in rows:
                index += 1
                leaf = leaf_of(head.log_id, index, row, tables)
                leaves.append((index, row[0], leaf_hash(leaf)))
            tables.put_leaves(leaves)
        except (IntegrityError, LogError) as error:
            self._refused(error)
            return
        self._log_id = head.log_id
        self._last = (index, rows[-1][0] if rows else last)


class LeavesAhead:
    """The leaves that events were given when they were appended, as far as nobody signed them.

    Args:
        tables: Log and tree.
        head: How far the tree was signed.
        rows: The events right behind the head that are to be signed now.

    Raises:
        RowsMissing: The last events that were given leaves are gone.
    """

    def __init__(self, tables: AuditTransaction, head: Head, rows: Sequence[StoredRow]) -> None:
        self._first = head.size
        self._leaves = tables.leaves(head.size, head.size + len(rows) + 1)
        if len(self._leaves) > len(rows):
            # Of an event that is not to be signed yet, or that is not there any more.
            position, _hash = self._leaves[-1]
            if not tables.events.between(position - 1, position, 1):
                raise _gone(position)

    def has(self, leaf: LeafRow) -> bool:
        """Whether a leaf is there already.

        Raises:
            HeadDiffers: The event that has this position is not the one that was recorded.
            LateInsertion: The event came after a later one.
            RowsMissing: An event before this one is gone.
        """
        index, position, h = leaf
        at = index - self._first
        if at >= len(self._leaves):
            return False
        before, was = self._leaves[at]
        if before == position and was == h:
            return True
        if before < position:
            raise _gone(before)
        if before > position:
            raise LateInsertion(
                f"an event stands at position {position}, and that at {before} was recorded "
                "without it: it was put there afterwards. Nothing is signed; find out who wrote "
                "to the database by hand"
            )
        raise HeadDiffers(
            f"the event at position {position} is not the one that was recorded: it was changed "
            "before it was signed. Nothing is signed; find out who wrote to the database by hand. "
            "If the events are right as they stand, mentorcore checkpoint --rebuild makes the tree "
            "from them again"
        )


def _gone(position: int) -> RowsMissing:
    return RowsMissing(
        f"the event at position {position} is gone: it was recorded, and has not been signed yet. "
        "Nothing is signed; put it back from a backup"
    )
