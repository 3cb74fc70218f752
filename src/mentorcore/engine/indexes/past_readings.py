"""The exports of a form that were read: when one comes again it is known, and its age with it.

Each is kept under the digest of what all of its responses say, with the import that read it first.
When an import is taken back, what was read by it and after it is forgotten; what was read before
it stands, so that an older export stays older.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

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
        batch: The import that read it first.
        latest: When the newest of its responses was sent, if that is known.
        newer: Whether it was newer than what was taken in before.
        reckoning: What was declared about times of sending, which compare only where it is equal.
        digest: What all of its responses say, as a digest in hex.
    """

    batch: str
    latest: datetime | None
    newer: bool
    reckoning: str
    digest: str = ""


class PastReadings:
    """The readings of one form.

    Args:
        store: Where the index is.
        keys: Where the key of its digests is.
        form: The form.
    """

    def __init__(self, store: Tables, keys: Keys, form: str) -> None:
        self._index = Index(store, keys, f"reading:{form}", JSON)
        self._barren: Fact[list[str]] = Fact(Index(store, keys, f"barren:{form}", JSON))

    def holds(self, digest: bytes) -> bool:
        """Whether an earlier reading held just the responses of this one."""
        return bool(self._index.rows([digest])) or digest.hex() in (self._barren.get() or ())

    def remember(self, digest: bytes, reading: PastReading) -> Iterator[Entry]:
        """The entry that remembers a whole reading; the first one of its responses counts."""
        if not self.holds(digest):
            latest = None if reading.latest is None else reading.latest.isoformat()
            said = [reading.batch, latest, reading.newer, reading.reckoning]
            yield self._index.put(digest, said)

    def remember_barren(self, digest: bytes) -> Entry:
        """The entry that remembers a whole reading of which nothing was taken.

        Such readings leave no event, so only the last ones are kept.
        """
        return self._barren.put([*(self._barren.get() or ()), digest.hex()][-BARREN:])

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
        gone, standing = list(self._barren.index.cleared()), []
        for digest, (batch, latest, newer, told) in self._index.everything().items():
            if (at := began(batch)) >= since:
                gone.append(self._index.drop(digest))
                continue
            sent = None if latest is None else datetime.fromisoformat(latest)
            standing.append((at, PastReading(batch, sent, newer, told, digest.hex())))
        return gone, [reading for _, reading in sorted(standing, key=lambda found: found[0])]
