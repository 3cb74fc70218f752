"""Who signs checkpoints, where it is remembered what was signed, and who is told."""

import os
from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

import attrs

from mentorcore.audit.notes.checkpoint_file import CheckpointFile
from mentorcore.audit.notes.signing_keys import memory_of, read_key_file
from mentorcore.audit.notes.verifier_keys import Signer, VerifierKey

__all__ = ["STAMPS", "Signing", "Sink", "sign_with"]

STAMPS = "time stamps of "
"""How the name of a place begins that is an authority for time stamps."""


@runtime_checkable
class Sink(Protocol):
    """A place that is given checkpoints, so that the log cannot be rewritten unseen.

    It is called at least once for each published size, sizes rising, and may skip to the newest.

    Attributes:
        name: What it is called, unique among the sinks of a log.
        outside: Whether it is out of the operator's reach, and counts for the exposure.
    """

    name: str
    outside: bool

    def publish(self, note: str, consistency: Callable[[int], Sequence[bytes]]) -> str:
        """Hand over a checkpoint.

        Args:
            note: The signed text.
            consistency: Gives the proof that this checkpoint continues the one of a size.

        Returns:
            A detail to keep. Signature lines in it, such as a witness gives, are added to the
            checkpoint.
        """


@attrs.frozen
class Signing:
    """How the checkpoints of a log are made.

    Attributes:
        signer: Signs them.
        memory: Remembers them, outside the database.
        sinks: Places that are given them.
        retired: Keys that signed for this log before.
        also: Who signs beside it, while one key takes over from another.
        events: A checkpoint is made in the background after so many new events,
        seconds: or after so many seconds, if there are any;
        background: unless this is false: then only when it is asked for.
        receipts: Whether the tree covers every append when it returns, so that what is changed
            from then on is noticed, and a receipt can be made at once for whoever acted. It is
            signed when the receipt is asked for, or with the next checkpoint.
    """

    signer: Signer
    memory: CheckpointFile
    sinks: tuple[Sink, ...] = ()
    retired: tuple[VerifierKey, ...] = ()
    also: tuple[Signer, ...] = ()
    events: int = 1000
    seconds: float = 60.0
    background: bool = True
    receipts: bool = False

    @property
    def origin(self) -> str:
        """The name of the log in its checkpoints."""
        return self.signer.key.name

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        """The keys by which checkpoints of this log are checked."""
        return (self.signer.key, *(signer.key for signer in self.also), *self.retired)


def sign_with(
    key: str | os.PathLike[str],
    *,
    memory: str | os.PathLike[str] | None = None,
    sinks: Sequence[Sink] = (),
    background: bool = True,
    receipts: bool = False,
) -> Signing:
    """Sign with the key in a file.

    Args:
        key: The key file.
        memory: The file of signed checkpoints; by default beside the key.
        sinks: Places that are given checkpoints.
        background: See `Signing`.
        receipts: See `Signing`.

    Raises:
        KeyMissing: The key is not there or not in order.
    """
    signer, retired = read_key_file(key)
    held = memory_of(key) if memory is None else CheckpointFile(memory)
    return Signing(
        signer, held, tuple(sinks), retired=retired, background=background, receipts=receipts
    )
