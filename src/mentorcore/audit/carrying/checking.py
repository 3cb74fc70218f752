"""Whether a carried file is what a log issued, offline: by keys and checkpoints that are held here.

A key says who issued it. That they tell everybody the same history is shown only by what somebody
held before: a checkpoint that the file's continues, or a witness who cosigned it.
"""

from collections.abc import Iterable, Sequence

import attrs

from mentorcore.audit.carrying.carried_file import CarriedFile, read_carried
from mentorcore.audit.merkle.leaf import leaf_hash
from mentorcore.audit.merkle.proofs import check_consistency, check_inclusion
from mentorcore.audit.notes.checkpoint import Checkpoint, read_checkpoint, read_line
from mentorcore.audit.notes.continuation import Continued
from mentorcore.audit.notes.verifier_keys import ED25519, VerifierKey, trusted_keys
from mentorcore.errors import MentorcoreError, NoteInvalid, ProofInvalid, Refused, UnfitRow

__all__ = ["ISSUED", "CheckedRecord", "check_carried"]

ISSUED = "carried.issued"
"""The stored name of the event by which a log says that it issued a record."""

KEY_ID = 4


@attrs.frozen
class CheckedRecord:
    """A carried file that is what its log signed.

    Attributes:
        file: What was read.
        checkpoint: The checkpoint that covers it, with the cosignatures of trusted witnesses.
        unverified: Why it counts as unverified all the same; nothing where it is verified.
    """

    file: CarriedFile
    checkpoint: Checkpoint
    unverified: str | None = None

    @property
    def verified(self) -> bool:
        """Whether the history that it is in is known to be the one that others are told."""
        return self.unverified is None


def check_carried(
    data: bytes,
    keys: Iterable[VerifierKey | str],
    *,
    held: Sequence[str] = (),
    continued: Sequence[Continued] = (),
) -> CheckedRecord:
    """Check a carried file.

    Args:
        data: The bytes of the file.
        keys: The keys that are trusted: of logs, and of witnesses.
        held: Checkpoints that are held here, of any log; those of other logs are passed over.
        continued: Proofs that were checked, that a held checkpoint continues that of the file.

    Raises:
        Refused: ``record_unreadable``, ``unknown_issuer``, ``record_altered``, or ``log_forked``:
            the log has told another history to whoever holds that checkpoint.
    """
    trusted = trusted_keys(keys)
    try:
        file = read_carried(data)
    except NoteInvalid as error:
        raise Refused(f"no carried record is read here: {error}", "record_unreadable") from error
    _check_issuer(file, trusted)
    try:
        checkpoint = _checked(file, trusted)
    except (NoteInvalid, ProofInvalid, UnfitRow) as error:
        raise Refused(f"the carried record was altered: {error}", "record_altered") from error
    return CheckedRecord(file, checkpoint, _standing(file, checkpoint, trusted, held, continued))


def _check_issuer(file: CarriedFile, trusted: tuple[VerifierKey, ...]) -> None:
    line = read_line(file.signature)
    named = [key for key in trusted if key.kind == ED25519 and key.name == file.record.origin]
    known = [key for key in named if (key.name, key.id) == (line.name, line.payload[:KEY_ID])]
    if not known:
        raise Refused(
            f"the record says that it is of the log {file.record.origin}, and no key of that log "
            "that is trusted here signed it",
            "unknown_issuer",
        )
    if not any(key.holds(line.payload[KEY_ID:], file.signed) for key in known):
        raise Refused(
            "the carried record was altered: the signature under it does not hold",
            "record_altered",
        )


def _checked(file: CarriedFile, trusted: tuple[VerifierKey, ...]) -> Checkpoint:
    """The checkpoint of a file whose every part leads to it."""
    leaf = file.receipt.leaf
    if (leaf.name, leaf.version, leaf.stream) != (ISSUED, 1, file.record.stream):
        raise ProofInvalid("the proof is of another event than that of the record")
    checkpoint = read_checkpoint(file.receipt.note, trusted, origin=file.record.origin)
    check_inclusion(
        leaf.index, checkpoint.size, leaf_hash(leaf.data), file.receipt.proof, checkpoint.root
    )
    for earlier in file.earlier:
        check_consistency(
            earlier.size, checkpoint.size, earlier.root, checkpoint.root, earlier.proof
        )
    return checkpoint


def _standing(
    file: CarriedFile,
    checkpoint: Checkpoint,
    trusted: tuple[VerifierKey, ...],
    held: Sequence[str],
    continued: Sequence[Continued],
) -> str | None:
    """Why nothing that is held vouches for the history of a file; nothing where something does."""
    ours = _of_origin(checkpoint.origin, trusted, held)
    newest = max(ours, key=lambda one: one.size, default=None)
    for one in ours:
        _check_fork(file, checkpoint, one)
    if newest is None:
        if checkpoint.cosignatures:
            return None
        return f"no checkpoint of {checkpoint.origin} is held here, and no known witness signed it"
    if _leads(file, checkpoint, newest, continued):
        return None
    return (
        f"nothing shows that the checkpoint over {newest.size:,} events that is held here and that "
        f"of the record over {checkpoint.size:,} are of one history; ask for a record that is "
        "issued anew, or for the proof between the two"
    )


def _of_origin(
    origin: str, trusted: tuple[VerifierKey, ...], held: Sequence[str]
) -> list[Checkpoint]:
    found = []
    for note in held:
        try:
            found.append(read_checkpoint(note, trusted, origin=origin))
        except NoteInvalid:
            continue  # of another log, or nobody whom we trust signed it
    return [one for one in found if one.size]


def _check_fork(file: CarriedFile, checkpoint: Checkpoint, held: Checkpoint) -> None:
    roots = [(e.size, e.root) for e in file.earlier] + [(checkpoint.size, checkpoint.root)]
    for size, root in roots:
        if size == held.size and root != held.root:
            raise Refused(
                f"the log {checkpoint.origin} has forked: of its first {size:,} events another "
                "history was told to whoever made the checkpoint that is held here. Keep both, and "
                "ask the operator",
                "log_forked",
            )


def _leads(
    file: CarriedFile, checkpoint: Checkpoint, held: Checkpoint, continued: Sequence[Continued]
) -> bool:
    same = {(e.size, e.root) for e in file.earlier} | {(checkpoint.size, checkpoint.root)}
    if (held.size, held.root) in same:
        return True
    for proof in continued:
        ends = {(one.size, one.root) for one in (proof.earlier, proof.later)}
        if ends == {(held.size, held.root), (checkpoint.size, checkpoint.root)}:
            try:
                check_consistency(
                    proof.earlier.size,
                    proof.later.size,
                    proof.earlier.root,
                    proof.later.root,
                    proof.proof,
                )
            except MentorcoreError:
                continue
            return True
    return False
