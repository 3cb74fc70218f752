"""The sequencer lets the tree grow by the events that came, and signs what it has become.

One sequencer works on a log at a time. It reads committed events in the order of their positions,
behind a barrier below which none can still appear, and never signs what contradicts what was
signed before. A checkpoint leaves the process only when it is on the disk, so that a power cut
cannot let two different checkpoints of one size be signed.
"""

import threading
import time
from contextlib import suppress

import attrs

from mentorcore.audit.merkle.tree import Frontier
from mentorcore.audit.notes.checkpoint import (
    Checkpoint,
    read_checkpoint,
    shortened,
    sign_checkpoint,
)
from mentorcore.audit.notes.signing import Signing
from mentorcore.audit.notes.verifier_keys import Signer
from mentorcore.audit.sequencing.covered_appends import CoveredAppends, LeavesAhead
from mentorcore.audit.sequencing.receipt import Receipt
from mentorcore.audit.sequencing.rollback_guard import (
    refuse_other_events,
    refuse_other_tree,
    refuse_rollback,
)
from mentorcore.audit.sequencing.signed_edge import SignedEdge
from mentorcore.audit.sequencing.tree_growth import Growth, extent, frontier_of, root_at
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
        edge: Where the tree ends.
        added: By how many events the tree has grown.
        complete: Whether all events are covered that were there when it began.
    """

    checkpoint: Checkpoint
    edge: SignedEdge
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
        self._edge: SignedEdge | None = None
        self._appends: CoveredAppends | None = None
        self._ledger = ledger
        self._signing = signing
        self._lock = threading.Lock()

    def checkpoint(self, *, thorough: bool = True, wait: float = WAIT) -> Checkpoint:
        """Cover all events that are recorded now, and sign.

        Args:
            thorough: Whether all events are counted first, or the last ones only.
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

    def tick(self, *, thorough: bool = True, wait: float = WAIT) -> Tick:
        """Let the tree grow by the events that came, up to some number, and sign.

        The arguments are those of `checkpoint`.
        """
        with self._lock:
            try:
                # Before the transaction, so that it sees whatever others have signed until then.
                last = self._last()
                done = self._ledger.sequence(
                    lambda tables, upto: self._advance(tables, upto, last, thorough=thorough), wait
                )
            except LogBusy:
                self.skipped += 1
                raise
            except (IntegrityError, LogError) as error:
                self.refusal = error
                raise
            self.refusal = None
            self.covered = done.edge.position
            self._remember(done.checkpoint)
            self._edge = done.edge
            return done

    def receipt(self, position: int) -> Receipt | Checkpoint:
        """The receipt of an event that was appended just now, or a checkpoint that covers it.

        The checkpoint is remembered by the signer, and by the log with the next one that it takes.

        Raises:
            IntegrityError: Something is not in order, and nothing was signed.
            LogBusy: A lock was not granted in time; try again.
        """
        with self._lock:
            before = self._edge
            edge = None
            if before is not None:
                # What is not in order is found by a whole step again, which says so.
                with suppress(IntegrityError):
                    last = self._signing.memory.newest(self._signing.keys)
                    edge = self._ledger.read(lambda t: before.grown(t, last, self._sign))
            if edge is not None:
                if edge is not before:
                    # Not waited for the disk: the events are there, and lead to this again.
                    self._signing.memory.append(edge.checkpoint, wait=False)
                self._edge, self.covered = edge, edge.position
                return edge.receipt(position) or edge.checkpoint
        return self.checkpoint(thorough=False)

    def is_due(self, position: int) -> bool:
        """Whether an event was covered by its append in this process, and is to be signed yet."""
        return self._appends is not None and self.covered < position <= self._appends.last

    def begin_receipts(self) -> None:
        """Cover every append from now on, inside its own transaction; it is signed later."""
        self._ledger.covering = self._appends = CoveredAppends(self._refuse)

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
        held = read_checkpoint(shortened(note), self._signing.keys)

        def compare(tables: AuditTransaction) -> None:
            size, _position = extent(tables)
            if held.size > size:
                raise RollbackRefused(
                    f"the checkpoint covers {held.size} events and the tree beside the log "
                    f"{size}: the log lacks events that it once had"
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

    def _last(self) -> Checkpoint | None:
        """The newest checkpoint that is remembered; ``None`` where none is, and it is said why."""
        memory = self._signing.memory
        return memory.newest(self._signing.keys) if memory.there() else None

    def _advance(
        self, tables: AuditTransaction, upto: int, last: Checkpoint | None, *, thorough: bool
    ) -> Tick:
        signing = self._signing
        try:
            head = tables.head()
            frontier, last_position = frontier_of(tables)
            self._begin_memory(head.size)
            last = last or signing.memory.newest(signing.keys)
            # What was signed for receipts since is ahead of the tree, and the events lead there.
            least = max(0, last.size - head.size) if last is not None else 0
            signed = None
            if not least:
                signed = refuse_other_tree(tables, head, frontier, last, signing.keys)
            if signed is not None and signed is not last:
                self._remember(signed)  # the process died before it could
            refuse_other_events(tables, head, thorough=thorough)
            rows = tables.events.between(last_position, upto, max(TOGETHER, least))
            ahead = LeavesAhead(tables, head, rows)
            growth = Growth(tables, head.log_id, frontier, is_there=ahead.has)
            if last is not None and least:
                growth.add(rows[:least])
                refuse_rollback(last, frontier)
            growth.add(rows[least:])
        except ProofInvalid as error:
            raise HeadDiffers(
                f"the tree beside the log is damaged: {error}. Nothing is signed; "
                "mentorcore checkpoint --rebuild makes it from the events again"
            ) from error
        last_position = rows[-1][0] if rows else last_position
        _, leaf = growth.last or tables.leaf(frontier.size - 1) or (0, b"")
        made = signed if signed is not None and not rows else self._sign(frontier)
        edge = SignedEdge(made, head.log_id, frontier, last_position, leaf)
        if made is not signed:
            growth.write()
            tables.set_head(frontier.size, last_position, frontier.data)
            tables.put_checkpoint(made.size, made.note)
        return Tick(made, edge, len(rows), complete=len(rows) < TOGETHER)

    def _sign(self, frontier: Frontier) -> Checkpoint:
        unsigned = Checkpoint(self._signing.origin, frontier.size, frontier.root())
        return sign_checkpoint(unsigned, self._signing.signer, *self._signing.also)

    def _begin_memory(self, size: int) -> None:
        """A log that was never covered has nothing to remember yet."""
        if not size and not self._signing.memory.there():
            self._signing.memory.make()

    def _remember(self, checkpoint: Checkpoint) -> None:
        """Write down what was signed and stored, unless it is known already."""
        memory = self._signing.memory
        known = memory.newest(self._signing.keys)
        if known is None or known.size < checkpoint.size:
            memory.append(checkpoint)
