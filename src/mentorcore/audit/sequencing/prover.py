"""Proofs about a log, made from the stored tree and verified before anybody gets them.

The stored tree may be damaged; the checkpoint is signed. A proof that does not lead to the signed
root is not handed out: the tree is made again from the events, and then it is tried once more.
"""

from collections.abc import Callable
from typing import TypeVar

from mentorcore.audit.merkle.leaf import leaf_hash, read_leaf
from mentorcore.audit.merkle.proofs import (
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
)
from mentorcore.audit.merkle.tree import EMPTY_ROOT
from mentorcore.audit.notes.checkpoint import Checkpoint, parse_note, read_checkpoint, shortened
from mentorcore.audit.notes.signing import Signing
from mentorcore.audit.sequencing.known_subtrees import KnownSubtrees
from mentorcore.audit.sequencing.receipt import Receipt
from mentorcore.audit.sequencing.tree_growth import extent, leaf_of, root_at
from mentorcore.audit.sequencing.tree_rebuild import rebuild
from mentorcore.errors import (
    HeadDiffers,
    MentorcoreError,
    NoteInvalid,
    ProofInvalid,
    Refused,
    RollbackRefused,
)
from mentorcore.log.storage.audit_tables import AuditTables, AuditTransaction, StoredRow

__all__ = ["Prover", "index_of"]

T = TypeVar("T")

WAIT = 10.0


class Prover:
    """Makes receipts and other proofs about one log.

    Args:
        ledger: The tables of the audit.
        signing: Whose checkpoints are believed; without it, those that the tree itself leads to.
    """

    def __init__(self, ledger: AuditTables, signing: Signing | None = None) -> None:
        self._ledger = ledger
        self._signing = signing
        self._subtrees = KnownSubtrees()

    def newest(self) -> Checkpoint | None:
        """The newest signed checkpoint of the log, with what witnesses said about it."""
        return self._ledger.read(self._newest)

    def receipt(
        self, position: int, under: Checkpoint | None = None, *, newest: Checkpoint | None = None
    ) -> Receipt:
        """The proof that the event at a position is in the log.

        Args:
            position: Where the event stands.
            under: The signed checkpoint that is to cover it; by default the newest.
            newest: The newest, when whoever asks has just made it.

        Raises:
            Refused: There is no such event (``no_such_event``), or that checkpoint, or none yet,
                covers it (``not_covered``).
            HeadDiffers: The events are not what was signed.
            RollbackRefused: The checkpoint covers more than this log holds.
        """

        def made(tables: AuditTransaction) -> Receipt:
            checkpoint = under or newest or self._newest(tables)
            if under is not None:
                _refuse_other(tables, under)
            leaves, last = extent(tables)
            if checkpoint is None or position > last:
                if not tables.events.between(position - 1, position, 1):
                    raise _absent(position)
                raise _uncovered(position, under)
            index = index_of(tables, position, leaves, last)
            rows = tables.events.between(position - 1, position, 1)
            if index is None and not rows:
                raise _absent(position)
            if index is None or not rows:
                raise ProofInvalid(f"the event at position {position} and the tree do not match")
            if index >= checkpoint.size:
                raise _uncovered(position, under)
            return self._proven(tables, index, rows[0], checkpoint)

        return self._verified(made)

    def _proven(
        self, tables: AuditTransaction, index: int, row: StoredRow, checkpoint: Checkpoint
    ) -> Receipt:
        leaf = leaf_of(tables.log_id(), index, row, tables)
        h = leaf_hash(leaf)
        proof = inclusion_proof(index, checkpoint.size, self._subtrees.within(tables))
        check_inclusion(index, checkpoint.size, h, proof, checkpoint.root)
        self._subtrees.learn(0, index, h)
        return Receipt(read_leaf(leaf), proof, checkpoint.note)

    def consistency(self, earlier: Checkpoint, later: Checkpoint) -> tuple[bytes, ...]:
        """The proof that a checkpoint continues an earlier one.

        Raises:
            HeadDiffers: One of them is of another history than this log has.
            RollbackRefused: One of them covers more than this log holds.
        """
        first, second = sorted((earlier, later), key=lambda c: c.size)

        def made(tables: AuditTransaction) -> tuple[bytes, ...]:
            for checkpoint in (first, second):
                _refuse_larger(tables, checkpoint)
            if not first.size:
                return ()
            subtree = self._subtrees.within(tables)
            proof = consistency_proof(first.size, second.size, subtree)
            check_consistency(first.size, second.size, first.root, second.root, proof)
            return proof

        return self._verified(made)

    def position_of(self, checkpoint: Checkpoint) -> int:
        """The position of the last event that a checkpoint covers, 0 for the empty log.

        A leaf beside the log says where that event stands, and the event itself has to prove it.

        Raises:
            HeadDiffers: The checkpoint is of another history than this log has.
            RollbackRefused: It covers more than this log holds.
        """

        def found(tables: AuditTransaction) -> int:
            _refuse_other(tables, checkpoint)
            if not checkpoint.size:
                return 0
            index = checkpoint.size - 1
            position, _ = tables.leaf(index) or (0, EMPTY_ROOT)
            rows = tables.events.between(position - 1, position, 1)
            if not rows:
                raise ProofInvalid(f"leaf {index} and the events do not match")
            self._proven(tables, index, rows[0], checkpoint)
            return position

        return self._verified(found)

    def continuation(self, size: int, later: Checkpoint) -> tuple[bytes, ...]:
        """The proof that a checkpoint continues the tree that this log had at a size.

        Raises:
            RollbackRefused: The log never signed so many events, or no longer holds them.
        """
        if size > later.size:
            raise RollbackRefused(
                f"{size} events were published before, and the newest checkpoint covers "
                f"{later.size}: the log was put back to an earlier state"
            )
        root = self._ledger.read(lambda tables: root_at(tables, size))
        return self.consistency(Checkpoint(later.origin, size, root), later)

    def rebuild(self, *, keep_ahead: bool = False) -> Checkpoint | None:
        """Make the stored tree from the events again; see `tree_rebuild.rebuild`.

        Raises:
            HeadDiffers: The events are not what was signed, or nobody says what that was.
        """
        signing = self._signing
        if signing is None:
            raise HeadDiffers(
                "the tree beside this log does not lead there: what was given is of another "
                "history than this log has, or the tree is damaged, and can be made from the "
                "events again with the signing key"
            )
        last = signing.memory.newest(signing.keys)
        self._subtrees.clear()
        return self._ledger.sequence(
            lambda tables, upto: rebuild(tables, upto, last, signing.keys, keep_ahead=keep_ahead),
            WAIT,
        )

    def _newest(self, tables: AuditTransaction) -> Checkpoint | None:
        """The newest checkpoint that is in order and not larger than the tree."""
        upto = tables.head().size
        while (stored := tables.newest_checkpoint(upto)) is not None:
            size, note = stored
            found = self._believed(tables, size, note)
            if found is not None and found.size == size:
                return found
            upto = size - 1
        return None

    def _believed(self, tables: AuditTransaction, size: int, note: str) -> Checkpoint | None:
        try:
            if self._signing is not None:
                last = self._remembered(self._signing)
                if last is not None and last.note == note:
                    return last
                return read_checkpoint(shortened(note), self._signing.keys)
            found = parse_note(shortened(note))[0]
        except NoteInvalid:
            return None
        return found if found.root == root_at(tables, size) else None

    def _remembered(self, signing: Signing) -> Checkpoint | None:
        """What the signer remembers, whose signature need not be checked once more."""
        try:
            return signing.memory.newest(signing.keys)
        except MentorcoreError:
            return None  # it stops signing, and no proof

    def _verified(self, make: Callable[[AuditTransaction], T]) -> T:
        try:
            return self._ledger.read(make)
        except ProofInvalid:
            self.rebuild(keep_ahead=True)
        try:
            return self._ledger.read(make)
        except ProofInvalid as error:
            raise HeadDiffers(
                f"the events of this log do not lead there: {error}. What is asked about is of "
                "another history than this log has"
            ) from error


def index_of(tables: AuditTransaction, position: int, size: int, last: int) -> int | None:
    """The index of the leaf of a position, found between the least and the most it can be.

    Args:
        tables: The tree.
        position: Where the event stands.
        size: How many leaves are stored.
        last: The position of the last of them.
    """
    # Positions begin at 1 and rise with the index; each gap makes them lie further apart.
    low = max(0, position - 1 - (last - size))
    high = min(size - 1, position - 1)
    while low <= high:
        middle = (low + high) // 2
        leaf = tables.leaf(middle)
        if leaf is None:
            return None
        if leaf[0] == position:
            return middle
        if leaf[0] < position:
            low = middle + 1
        else:
            high = middle - 1
    return None


def _refuse_larger(tables: AuditTransaction, checkpoint: Checkpoint) -> None:
    size, _position = extent(tables)
    if checkpoint.size > size:
        raise RollbackRefused(
            f"the checkpoint covers {checkpoint.size} events, and the tree beside this log "
            f"{size}; make a checkpoint first, and if it still is larger, the log lacks events "
            "that it once had"
        )


def _refuse_other(tables: AuditTransaction, checkpoint: Checkpoint) -> None:
    _refuse_larger(tables, checkpoint)
    if root_at(tables, checkpoint.size) != checkpoint.root:
        raise ProofInvalid(f"the root at size {checkpoint.size} is another one")


def _uncovered(position: int, under: Checkpoint | None) -> Refused:
    if under is None:
        return Refused(
            f"no checkpoint covers the event at position {position} yet; make one first",
            "not_covered",
            position=position,
        )
    return Refused(
        f"the event at position {position} is not among the {under.size} that this checkpoint "
        "covers: it was recorded after the checkpoint was made",
        "not_covered",
        position=position,
    )


def _absent(position: int) -> Refused:
    return Refused(f"there is no event at position {position}", "no_such_event", position=position)
