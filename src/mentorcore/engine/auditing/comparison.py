"""Whether a log is what was signed before, asked before more of it is signed or handed out.

A signature under an altered log would vouch for it until its receiver checks. The sequencer itself
counts events and compares trees; that each event still says what it said takes reading all.
"""

from __future__ import annotations

from mentorcore.audit.notes.checkpoint import Checkpoint
from mentorcore.audit.notes.signing import Signing
from mentorcore.audit.sequencing.rollback_guard import (
    refuse_other_events,
    refuse_other_tree,
    refuse_rollback,
)
from mentorcore.audit.sequencing.tree_growth import extent, frontier_of
from mentorcore.audit.verification.verdicts import VerificationPolicy
from mentorcore.audit.verification.verifier import verify_store
from mentorcore.errors import EventsDiffer, HeadDiffers, NoteInvalid, ProofInvalid, RollbackRefused
from mentorcore.log.storage.audit_tables import AuditTransaction
from mentorcore.log.storage.store import Store

__all__ = ["compare"]

OTHER_EVENTS = ("fork", "changed", "truncated", "schema")
"""What is found where events are not what was signed. Where a checkpoint or a list beside the log
is spoilt, they may be in order."""


def compare(store: Store, signing: Signing | None, *, notes: bool) -> None:
    """Compare all events with what was signed of them.

    Args:
        store: The log.
        signing: Who signs for it, and what it remembers; without it the checkpoints that are kept
            beside the log are taken as they are.
        notes: Whether these must be in order, too, as somebody is to be given them.

    Raises:
        EventsDiffer: An event is not what was signed.
        NoteInvalid: A checkpoint is not.
        HeadDiffers: The tree beside the log is not the one that was signed last.
        RowsMissing: Events that the tree covers are gone.
        LateInsertion: An event stands where the tree was closed already.
        RollbackRefused: The log is older than what was signed last, or nobody knows what that was.
    """
    last = None if signing is None else _guarded(store, signing)
    demands = VerificationPolicy(
        keys=() if signing is None else signing.keys,
        held={} if last is None else {"the checkpoint that was signed last": last},
    )
    found = verify_store(store, demands)
    first = next((fault for fault in found.faults if fault.verdict in OTHER_EVENTS), None)
    if first is None:
        if notes and found.faults:
            why = found.faults[0].reason
            raise NoteInvalid(f"what stands beside the log is not all in order: {why}")
        return
    if first.verdict == "truncated" and last is not None:
        raise RollbackRefused(
            f"{last.size} events were signed for {last.origin}, and the log holds {found.size}: it "
            "was put back to an earlier state. Put the missing events back with their positions "
            "from an export, or end this log and begin a new one"
        )
    place = ""
    if first.position is not None:
        place = f"at position {first.position} ({first.stream}, version {first.version}): "
    raise EventsDiffer(
        f"the log is not what was signed of it ({first.verdict}): {place}{first.reason}. Change "
        "nothing; find out who wrote to the database by hand, and put back what was there from a "
        "backup or an export",
        position=first.position,
        stream=first.stream,
        version=first.version,
        name=first.name,
    )


def _guarded(store: Store, signing: Signing) -> Checkpoint | None:
    """What was signed last, once the sequencer would go on from it.

    It says better than a comparison of events what is wrong with a log that was put back.
    """
    # Before the transaction, so that the events are there that it covers.
    memory = signing.memory
    last = memory.newest(signing.keys) if memory.there() else None

    def looked(tables: AuditTransaction) -> None:
        head = tables.head()
        if head.size and last is None:
            memory.newest(signing.keys)  # says that it is not there
        try:
            frontier, _ = frontier_of(tables)
            # What was signed for receipts since is ahead of the tree; the events tell about that.
            if last is None or last.size <= head.size:
                refuse_other_tree(tables, head, frontier, last, signing.keys)
            elif last.size > extent(tables)[0]:
                refuse_rollback(last, frontier)
            refuse_other_events(tables, head, thorough=True)
        except ProofInvalid as error:
            raise HeadDiffers(
                f"the tree beside the log is damaged: {error}. mentorcore checkpoint --rebuild "
                "makes it from the events again"
            ) from error

    store.ledger.read(looked)
    return last
