"""The tree beside a log is made again from the events, when they are what was signed.

The stored tree is a hint that makes proofs quick. Damage to it loses nothing, as long as the
events themselves still lead to a root that was signed.
"""

from collections.abc import Sequence

from mentorcore.audit.merkle.tree import Frontier
from mentorcore.audit.notes.checkpoint import Checkpoint, read_checkpoint, shortened
from mentorcore.audit.notes.verifier_keys import VerifierKey
from mentorcore.audit.sequencing.tree_growth import Growth
from mentorcore.errors import HeadDiffers, NoteInvalid
from mentorcore.log.storage.audit_tables import AuditTransaction

__all__ = ["rebuild"]

PAGE = 5_000


def rebuild(
    tables: AuditTransaction,
    upto: int,
    last: Checkpoint | None,
    keys: Sequence[VerifierKey],
    *,
    keep_ahead: bool = False,
) -> Checkpoint | None:
    """Derive leaves, tiles and frontier from the events.

    Args:
        tables: Log and tree.
        upto: A position below which no event can still appear.
        last: The newest checkpoint that the signer remembers.
        keys: The keys that signed for this log.
        keep_ahead: Whether events that nobody signed keep the leaves that they were given when
            they were appended. They tell whether such an event was changed since, so only a
            person who has looked may drop them.

    Returns:
        The largest signed checkpoint, to which the events lead; ``None`` when nothing was signed,
        and then the tree is empty again.

    Raises:
        HeadDiffers: The events lead to another root: they are not what was signed.
        UnfitRow: An event holds what no leaf can be made of.
    """
    signed = _largest(tables, last, keys)
    head = tables.head()
    if not keep_ahead:
        tables.drop_leaves(0)
    tables.drop_tiles()
    if signed is None:
        tables.set_head(0, 0, b"")
        return None
    growth = Growth(tables, head.log_id, Frontier(), anew=True)
    position = 0
    while growth.frontier.size < signed.size:
        # From below the first position: an event at 0 would be seen, and refused.
        after = position if growth.frontier.size else -(2**63)
        rows = tables.events.between(after, upto, min(PAGE, signed.size - growth.frontier.size))
        if not rows:
            raise HeadDiffers(
                f"the log holds {growth.frontier.size} events, and {signed.size} were signed: "
                "some are gone. Put them back from an export or a backup"
            )
        growth.add(rows)
        growth.write()
        position = rows[-1][0]
    if growth.frontier.root() != signed.root:
        raise HeadDiffers(
            f"the first {signed.size} events of the log are not those that were signed: one of "
            "them was changed, put in or left out. Verify the log to find the first"
        )
    tables.set_head(signed.size, position, growth.frontier.data)
    tables.put_checkpoint(signed.size, signed.note)
    return signed


def _largest(
    tables: AuditTransaction, last: Checkpoint | None, keys: Sequence[VerifierKey]
) -> Checkpoint | None:
    """The largest checkpoint that is signed: remembered, or stored before it could be."""
    upto: int | None = None
    while (stored := tables.newest_checkpoint(upto)) is not None:
        size, note = stored
        if last is not None and size <= last.size:
            break
        try:
            found = read_checkpoint(shortened(note), keys)
        except NoteInvalid:
            upto = size - 1
            continue
        if found.size == size:
            return found
        upto = size - 1
    return last
