"""A log as whoever checks it sees it: its events, its checkpoints and what was removed from it.

A live log, an SQLite file and an export all show themselves so, and are verified, exported and
loaded by the same hands. Nothing here is believed: it is what the checking begins with.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol

from mentorcore.audit.merkle.leaf import leaf_bytes, leaf_hash

__all__ = ["AuditableLog", "Redacted", "ShownRow", "hash_of", "leaf_of"]


class ShownRow(NamedTuple):
    """An event as it is shown; ``state`` is ``None`` where only its digest is there."""

    position: int
    stream: str
    version: int
    name: str
    state: bytes | None
    digest: bytes


class Redacted(NamedTuple):
    """What is left of a state that was removed for good: its digest, and what is still told."""

    digest: bytes
    residual: bytes | None


class AuditableLog(Protocol):
    """A log that can be checked.

    Attributes:
        log_id: The log's 16 bytes.
    """

    @property
    def log_id(self) -> bytes:
        """The log's 16 bytes."""

    def rows(self) -> Iterator[ShownRow]:
        """All events in order.

        Raises:
            UnfitRow: The next one cannot be read.
        """

    def notes(self) -> Iterator[tuple[int, str]]:
        """The checkpoints that are kept with the log, sizes rising."""

    def redactions(self) -> Mapping[int, Redacted]:
        """The states that were removed for good, by position."""

    def leaves(self, size: int) -> Iterator[bytes]:
        """The first *size* leaf hashes as they are kept beside the events; fewer if unknown."""


def leaf_of(log_id: bytes, index: int, row: ShownRow) -> bytes:
    """The leaf of a shown event.

    Raises:
        UnfitRow: It holds what no leaf can be made of.
    """
    position, stream, version, name, _, digest = row
    return leaf_bytes(log_id, index, position, stream, version, name, digest)


def hash_of(log_id: bytes, index: int, row: ShownRow) -> bytes:
    """The leaf hash of a shown event; raises what `leaf_of` raises."""
    return leaf_hash(leaf_of(log_id, index, row))
