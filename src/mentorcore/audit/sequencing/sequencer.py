"""The sequencer lets the tree grow by the events that came, and signs what it has become.

One sequencer works on a log at a time. It reads committed events in the order of their positions,
behind a barrier below which none can still appear, and never signs what contradicts what was
signed before. A checkpoint leaves the process only when it is on the disk, so that a power cut
cannot let two different checkpoints of one size be signed.
"""

import threading
import time

import attrs

from mentorcore.audit.merkle.tree import Frontier
from mentorcore.audit.notes.checkpoint import Checkpoint, read_checkpoint, sign_checkpoint
from mentorcore.audit.notes.signing import Signing
from mentorcore.audit.notes.verifier_keys import Signer
from mentorcore.audit.sequencing.covered_appends import CoveredAppends, LeavesAhead
from mentorcore.audit.sequencing.rollback_guard import refuse_other_events, refuse_other_tree
from mentorcore.audit.sequencing.tree_growth import Growth, frontier_of, root_at
from mentorcore.errors import (
    HeadDiffers,
    IntegrityError,
    LogBusy,
    LogError,
    ProofInvalid,
    RollbackRefused,
)
from mentorcore.log.storage.audit_tables import AuditTables, AuditTransaction

__all__ = ["Sequencer", "Tick"]

TOGETHER = 10_000
"""Events taken in one transaction, so that writers never wait long where they have to."""

PAUSE = 0.02
"""Seconds between two such transactions, in which writers who wait for the lock get it."""

WAIT = 10.0


@attrs.frozen
class Tick:
    """What one step of the sequencer did.

    Attributes:
        checkpoint: The signed checkpoint of the tree as it stands now.
        last_position: The position of the last event that it covers.
        added: By how many events the tree has grown.
        complete: Whether all events are covered that were there when it began.
    """

    checkpoint: Checkpoint
    last_position: int
    added: int
    complete: bool


class Sequencer:
    """Makes the checkpoints of one log; safe to share between threads.

    Args:
        ledger: The tables of the audit.
        signing: Who signs, and where it is remembered.

    Attributes:
        refusal: Why nothing is signed at present, if that is so.
        skipped: How many ticks were left out because a lock was not granted.
        covered: The position of the last event that is known to be signed.
    """

    def __init__(self, ledger: AuditTables, signing: Signing) -> None:
        self.refusal: IntegrityError | LogError | None = None
        self.skipped = 0
        self.covered = 0
        self._ledger = ledger
        self._signing = signing
        self._lock = threading.Lock()

    def checkpoint(self, *, thorough: bool | None = True, wait: float = WAIT) -> Checkpoint:
        """Cover all events that are recorded now, and sign.

        Args:
            thorough: Whether all events are counted first, or the last ones only; with ``None``
                none are, and that is left to other checkpoints.
            wait: Seconds to wait for another sequencer.

        Raises:
            IntegrityError: Something is not in order, and nothing was signed.
            LogBusy: A lock was not granted in time; try again.
        """
        while True:
            tick = self.tick(thorough=thorough, wait=wait)
            if tick.complete:
                return tick.checkpoint
            time.sleep(PAUSE)

    def tick(self, *, thorough: bool | None = True, wait: float = WAIT) -> Tick:
        """Let the tree grow by the events that came, up to some number, and sign.

        The arguments are those of `checkpoint`.
        """
        with self._lock:
            try:
                done = self._ledger.sequence(
                    lambda tables, upto: self._advance(tables, upto, thorough=thorough), wait
                )
            except LogBusy:
                self.skipped += 1
                raise
            except (IntegrityError, LogError) as error:
                self.refusal = error
                raise
            self.refusal = None
            self.covered = done.last_position
            # A receipt does not wait for the disk here: the log, which is on the disk, holds the
            # checkpoint as well, and a power cut here is made up for at the next start.
            self._remember(done.checkpoint, wait=thorough is not None)
            return done

    def begin_receipts(self) -> None:
        """Cover every append from now on, inside its own transaction; it is signed later."""
        self._ledger.covering = CoveredAppends(self._refuse)

    def sign_also(self, signer: Signer) -> None:
        """Let another key sign beside the own one from now on, before it takes over."""
        if signer.key not in self._signing.keys:
            self._signing = attrs.evolve(self._signing, also=(*self._signing.also, signer))

    def adopt(self, note: str) -> Checkpoint:
        """Begin to remember again with a checkpoint that somebody else holds.

        Raises:
            NoteInvalid: It was not signed by this log.
            RollbackRefused: It covers more than the log holds.
            HeadDiffers: It is of another tree.
        """
        held = read_checkpoint(note, self._signing.keys)

        def compare(tables: AuditTransaction) -> None:
            head = tables.head()
            if held.size > head.size:
                raise RollbackRefused(
                    f"the checkpoint covers {held.size} events and the tree beside the log "
                    f"{head.size}: the log lacks events that it once had"
                )
            if root_at(tables, held.size) != held.root:
                raise HeadDiffers(
                    f"the log had another content when it held {held.size} events: somebody "
                    "rewrote it, or this checkpoint is of another log with the same name"
                )

        self._ledger.read(compare)
        self._signing.memory.make()
        known = self._signing.memory.newest(self._signing.keys)
        if known is None or known.size < held.size:
            self._signing.memory.append(held)
        self.refusal = None
        return held

    def _refuse(self, error: IntegrityError | LogError) -> None:
        """Keep what is not in order, whoever came upon it."""
        self.refusal = error

    def _advance(self, tables: AuditTransaction, upto: int, *, thorough: bool | None) -> Tick:
        signing = self._signing
        try:
            head = tables.head()
            frontier, last_position = frontier_of(tables)
            self._begin_memory(head.size)
            last = signing.memory.newest(signing.keys)
            signed = refuse_other_tree(tables, head, frontier, last, signing.keys)
            if signed is not None and signed is not last:
                self._remember(signed)  # the process died before it could
            if thorough is not None:
                refuse_other_events(tables, head, thorough=thorough)
            rows = tables.events.between(last_position, upto, TOGETHER)
            ahead = LeavesAhead(tables, head, rows)
            if not rows and signed is not None:
                return Tick(signed, last_position, 0, complete=True)
            growth = Growth(tables, head.log_id, frontier, is_there=ahead.has)
            growth.add(rows)
        except ProofInvalid as error:
            raise HeadDiffers(
                f"the tree beside the log is damaged: {error}. Nothing is signed; "
                "mentorcore checkpoint --rebuild makes it from the events again"
            ) from error
        made = self._sign(frontier)
        growth.write()
        last_position = rows[-1][0] if rows else last_position
        tables.set_head(frontier.size, last_position, frontier.data)
        tables.put_checkpoint(made.size, made.note)
        return Tick(made, last_position, len(rows), complete=len(rows) < TOGETHER)

    def _sign(self, frontier: Frontier) -> Checkpoint:
        unsigned = Checkpoint(self._signing.origin, frontier.size, frontier.root())
        return sign_checkpoint(unsigned, self._signing.signer, *self._signing.also)

    def _begin_memory(self, size: int) -> None:
        """A log that was never covered has nothing to remember yet."""
        if not size and not self._signing.memory.there():
            self._signing.memory.make()

    def _remember(self, checkpoint: Checkpoint, *, wait: bool = True) -> None:
        """Write down what was signed and stored, unless it is known already."""
        memory = self._signing.memory
        known = memory.newest(self._signing.keys)
        if known is None or known.size < checkpoint.size:
            memory.append(checkpoint, wait=wait or known is None)
