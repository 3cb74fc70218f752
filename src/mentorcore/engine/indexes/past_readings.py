"""The exports of a form that were read: when one comes again it is known, and its age with it.

Each is kept under the digest of what all of its responses say, with the import that read it first.
When an import is taken back, what was read by it and after it is forgotten; what was read before
it stands, so that an older export stays older.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import attrs

from mentorcore.engine.indexes.index import JSON, Fact, Index, Tables
from mentorcore.log.sealing.keys import Keys
from mentorcore.log.storage.store import Entry

__all__ = ["PastReading", "PastReadings"]

BARREN = 64
"""How many readings are remembered of which nothing was taken."""


@attrs.frozen
class PastReading:
    """An export that was read.

    Attributes:
        batch: The import that read it first; empty where nothing was taken, which leaves no event.
        latest: When the newest of its responses was sent, if that is known.
        newer: Whether it was newer than what was taken in before.
        reckoning: What was declared about times of sending, which compare only where it is equal.
        digest: What all of its responses say, as a digest in hex.
        at: Where the log stood when it was read.
    """

    batch: str
    latest: datetime | None
    newer: bool
    reckoning: str
    digest: str = ""
    at: int = 0

    def plain(self) -> list[Any]:
        """The reading as plain data."""
        latest = None if self.latest is None else self.latest.isoformat()
        return [self.batch, latest, self.newer, self.reckoning, self.at]


def _read(digest: str, plain: Sequence[Any]) -> PastReading:
    batch, latest, newer, reckoning, at = plain
    sent = None if latest is None else datetime.fromisoformat(latest)
    return PastReading(batch, sent, newer, reckoning, digest, at)


class PastReadings:
    """The readings of one form.

    Args:
        store: Where the index is.
        keys: Where the key of its digests is.
        form: The form.
    """

    def __init__(self, store: Tables, keys: Keys, form: str) -> None:
        self._index = Index(store, keys, f"reading:{form}", JSON)
        self._barren: Fact[dict[str, list[Any]]] = Fact(Index(store, keys, f"barren:{form}", JSON))

    def holds(self, digest: bytes) -> bool:
        """Whether an earlier reading held just the responses of this one."""
        return bool(self._index.rows([digest])) or digest.hex() in (self._barren.get() or ())

    def remember(self, digest: bytes, reading: PastReading) -> Iterator[Entry]:
        """The entry that remembers a whole reading; the first one of its responses counts."""
        if not self.holds(digest):
            yield self._index.put(digest, reading.plain())

    def remember_barren(self, digest: bytes, reading: PastReading) -> Entry:
        """The entry that remembers a whole reading of which nothing was taken.

        Such readings leave no event, so only the last ones are kept.
        """
        return self._keep((*self._barren_ones(), attrs.evolve(reading, digest=digest.hex())))

    def _barren_ones(self) -> list[PastReading]:
        """The readings of which nothing was taken, in the order in which they were read."""
        found = [_read(digest, said) for digest, said in (self._barren.get() or {}).items()]
        return sorted(found, key=lambda reading: reading.at)

    def _keep(self, barren: Sequence[PastReading]) -> Entry:
        return self._barren.put({r.digest: r.plain() for r in barren[-BARREN:]})

    def forgotten(self) -> Iterator[Entry]:
        """The entries that forget all of them."""
        yield from self._index.cleared()
        yield from self._barren.index.cleared()

    def taken_back(
        self, batches: Iterable[str], began: Callable[[str], int]
    ) -> tuple[list[Entry], list[PastReading]]:
        """What is forgotten when imports are taken back, and what stands, in the order it was read.

        Args:
            batches: The imports.
            began: Where in the log an import began.
        """
        since = min(map(began, batches))
        read = self._index.everything().items()
        taken = [_read(digest.hex(), said) for digest, said in read]
        every = [attrs.evolve(r, at=began(r.batch)) for r in taken]
        barren = [r for r in self._barren_ones() if r.at < since]
        gone = [self._index.drop(bytes.fromhex(r.digest)) for r in every if r.at >= since]
        standing = [*(r for r in every if r.at < since), *barren]
        return [*gone, self._keep(barren)], sorted(standing, key=lambda reading: reading.at)
