"""What has to be in order before anything is signed, and what is said when it is not.

A refusal stops signing and nothing else: the program goes on, and nothing is deleted or repaired
before a person has looked.
"""

from collections.abc import Sequence

from mentorcore.audit.merkle.tree import Frontier
from mentorcore.audit.notes.checkpoint import Checkpoint, read_checkpoint, shortened
from mentorcore.audit.notes.verifier_keys import VerifierKey
from mentorcore.audit.sequencing.tree_growth import positions_of, root_at
from mentorcore.errors import (
    HeadDiffers,
    LateInsertion,
    NoteInvalid,
    ProofInvalid,
    RollbackRefused,
    RowsMissing,
)
from mentorcore.log.storage.audit_tables import AuditTransaction, Head

__all__ = ["RECENT", "refuse_other_events", "refuse_other_tree", "refuse_rollback"]

RECENT = 10_000
"""How many of the last leaves are compared with the events where counting all takes long."""


def refuse_other_tree(
    tables: AuditTransaction,
    head: Head,
    frontier: Frontier,
    last: Checkpoint | None,
    keys: Sequence[VerifierKey],
) -> Checkpoint | None:
    """Compare the tree beside the log with what was signed last.

    Args:
        tables: The tree.
        head: How far it has grown.
        frontier: Its right edge.
        last: The newest checkpoint that the signer remembers, no larger than the tree.
        keys: The signer's own keys.

    Returns:
        The signed checkpoint of the tree as it stands, if there is one. It may be larger than
        *last*: then the process died before it could be published.

    Raises:
        RollbackRefused: Nobody knows any more what was signed.
        HeadDiffers: The tree is another one than was signed.
    """
    if last is not None and last.size == head.size:
        if frontier.root() != last.root:
            raise _differs(head.size, "its root is not the one that was signed last")
        return last
    if last is None and head.size and tables.newest_checkpoint(head.size - 1) is not None:
        raise RollbackRefused(
            "checkpoints were signed before, and the file in which that is remembered is empty. "
            "Put it back, or take the newest checkpoint from somebody who holds it: "
            "mentorcore checkpoint --adopt"
        )
    stored = tables.checkpoint(head.size)
    if not head.size and stored is None:
        return None
    if stored is None:
        raise _differs(head.size, "nobody signed it")
    try:
        signed = read_checkpoint(shortened(stored), keys)
    except NoteInvalid as error:
        raise _differs(head.size, str(error)) from error
    if (signed.size, signed.root) != (head.size, frontier.root()):
        raise _differs(head.size, "the checkpoint beside it is of another tree")
    if last is not None and root_at(tables, last.size) != last.root:
        raise _differs(last.size, "its root is not the one that was signed then")
    return signed


def refuse_rollback(last: Checkpoint, frontier: Frontier) -> None:
    """Compare the events with what was signed for receipts, ahead of the tree beside the log.

    Args:
        last: The newest checkpoint that the signer remembers.
        frontier: The tree over as many events as it covers, or over all that there are.

    Raises:
        RollbackRefused: The events do not lead there: an older log was put in the place of this
            one, whatever was recorded in that since.
    """
    if (frontier.size, frontier.root()) != (last.size, last.root):
        raise RollbackRefused(
            f"{last.size} events were signed for {last.origin}, and the log does not hold these "
            f"any more ({frontier.size} are there): it was put back to an earlier state. Put the "
            "missing events back with their positions from an export, or end this log and begin a "
            "new one"
        )


def _differs(size: int, why: str) -> HeadDiffers:
    return HeadDiffers(
        f"the tree of {size} events beside the log is not the one that was signed: {why}. "
        "Nothing is signed. Verify the log against a checkpoint that somebody else holds; if its "
        "events are in order, mentorcore checkpoint --rebuild makes the tree from them again"
    )


def refuse_other_events(tables: AuditTransaction, head: Head, *, thorough: bool) -> None:
    """Compare the events that the tree covers with its leaves, by number.

    Args:
        tables: Log and tree.
        head: How far the tree has grown.
        thorough: Whether all are counted, or the last ones only.

    Raises:
        LateInsertion: An event has no leaf though the tree covers its position.
        RowsMissing: A leaf has no event any more.
    """
    first = 0 if thorough else max(0, head.size - RECENT)
    after: int | None = None
    if first:
        before = tables.leaf(first - 1)
        if before is None:
            raise ProofInvalid(f"leaf {first - 1} of the tree beside the log is missing")
        after = before[0]
    if thorough:
        # All, less those behind: the number of all comes from the narrowest index.
        held = tables.events.count(None, None) - tables.events.count(head.last_position, None)
    else:
        held = tables.events.count(after, head.last_position)
    if held == head.size - first:
        return
    there = set(tables.events.positions(after, head.last_position))
    covered = set(positions_of(tables.leaves(first, head.size)))
    late, missing = sorted(there - covered), sorted(covered - there)
    if late:
        raise LateInsertion(
            f"an event stands at position {late[0]}, and the tree was closed up to "
            f"{head.last_position} without it ({len(late)} such events): it was put there "
            "afterwards. Nothing is signed; find out who wrote to the database by hand"
        )
    raise RowsMissing(
        f"the event at position {missing[0] if missing else 'unknown'} is gone "
        f"({len(missing)} such events), and the tree covers it. Nothing is signed; put it back "
        "from an export or a backup"
    )
