"""The policy packs that programs of a log adopted, kept beside it as they were written.

A program names its pack by a digest. The text is put into the index in the transaction that records
the adoption, wherever it came from, so that years later the log is judged by it still.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, Protocol

from mentorcore.domain.requirements.adoption import PolicyPackAdopted
from mentorcore.errors import Invalid
from mentorcore.log.storage.store import Entry, IndexRow
from mentorcore.policy.pack import Pack
from mentorcore.policy.registry import Packs, digest_of

__all__ = ["KIND", "kept_pack", "keeping", "pack_texts"]

KIND = "policy"
"""The kind of its entries in the index."""


class _Table(Protocol):
    def lookup(self, kind: str, digests: list[bytes]) -> Mapping[bytes, IndexRow]:
        """What is held under these digests."""

    def entries(self, kind: str) -> Mapping[bytes, IndexRow]:
        """All that is held of a kind."""


def kept_pack(store: _Table, events: Mapping[str, type]) -> Callable[[str], Pack | None]:
    """What reads a pack by its digest that is kept beside a log.

    A text that is not the one of its digest, or is no pack to this version, is as if there were
    none.

    Args:
        store: Where the index is.
        events: Every event class by its stored name.
    """

    def read(digest: str) -> Pack | None:
        name = bytes.fromhex(digest)
        row = store.lookup(KIND, [name]).get(name)
        if row is not None:
            from mentorcore.policy.reading.pack_reader import read_pack  # noqa: PLC0415 - as there

            text = (row.body or b"").decode(errors="replace")
            with suppress(Invalid):
                names = {event.__name__: name for name, event in events.items()}
                return read_pack(text.encode(), "kept", names) if _fits(text, digest) else None
        return None

    return read


def keeping(packs: Packs) -> Callable[[Iterable[Any]], list[Entry]]:
    """What answers with the entries that keep the packs which these events adopt."""

    def entries(events: Iterable[Any]) -> list[Entry]:
        digests = dict.fromkeys(e.digest for e in events if type(e) is PolicyPackAdopted)
        found = [pack for digest in digests if (pack := packs.of(digest)) is not None]
        return [
            Entry(KIND, bytes.fromhex(pack.digest), "put", None, pack.text.encode())
            for pack in found
        ]

    return entries


def pack_texts(store: _Table) -> dict[str, str]:
    """The texts that are kept, each under the digest of its pack."""
    kept = store.entries(KIND).items()
    return {name.hex(): (row.body or b"").decode(errors="replace") for name, row in kept}


def _fits(text: str, digest: str) -> bool:
    return digest_of(text) == digest
