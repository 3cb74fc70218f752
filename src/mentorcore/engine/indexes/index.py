"""What the tables beside the log hold, under keyed digests and never under the thing itself.

An index is looked up by names that `Index.name` digests, and changes by entries that are stored in
the transaction of an append. What stands under a name is written and read by the index's `Body`.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, Protocol, TypeVar

import attrs

from mentorcore.log.sealing.keys import Keys, digest
from mentorcore.log.sealing.sealed_cursors import open_cursor, shut_cursor
from mentorcore.log.storage.store import Entry, IndexRow

__all__ = ["JSON", "NOTHING", "STREAM", "TEXT", "Body", "Fact", "Index", "Tables", "shut"]

V = TypeVar("V")


class Tables(Protocol):
    """The tables beside the log: those of a `Store`, or a look at them."""

    @property
    def log_id(self) -> bytes:
        """The log's random bytes."""

    def lookup(self, kind: str, digests: Sequence[bytes]) -> dict[bytes, IndexRow]:
        """What is held under these digests; those not there are left out."""

    def entries(
        self, kind: str, after: bytes = b"", limit: int | None = None
    ) -> dict[bytes, IndexRow]:
        """The entries of one kind in the order of their digests: all, or *limit* behind one."""


@attrs.frozen
class Body(Generic[V]):
    """How a value stands in an index.

    Attributes:
        write: The bytes to keep under a name, if any are kept beside the stream.
        read: What a row under a name says.
    """

    write: Callable[[bytes, V], bytes | None]
    read: Callable[[bytes, IndexRow], V]


NOTHING: Body[None] = Body(lambda _name, _value: None, lambda _name, _row: None)
"""That a name is there says all."""

STREAM: Body[str | None] = Body(lambda _name, _value: None, lambda _name, row: row.stream)
"""The stream that a name points to."""

TEXT: Body[str] = Body(lambda _name, text: text.encode(), lambda _name, row: _text(row))
"""A text in the clear: nothing that came from a person."""

JSON: Body[Any] = Body(
    lambda _name, value: json.dumps(value, sort_keys=True).encode(),
    lambda _name, row: json.loads(_text(row)),
)
"""Plain values in the clear."""


def shut(store: Tables, keys: Keys) -> Body[str | None]:
    """A text of strangers, kept shut; ``None`` when the index's key is another one by now."""

    def write(name: bytes, text: str | None) -> bytes | None:
        return None if text is None else shut_cursor(keys, store.log_id, name, text)

    def read(name: bytes, row: IndexRow) -> str | None:
        return open_cursor(keys, store.log_id, name, row.body or b"")

    return Body(write, read)


class Index(Generic[V]):
    """One kind of entries of the tables beside the log.

    Args:
        store: Where they are.
        keys: Where the key of their digests is.
        kind: Which kind.
        body: How a value stands in it.
    """

    def __init__(self, store: Tables, keys: Keys, kind: str, body: Body[V]) -> None:
        self._store = store
        self._keys = keys
        self.kind = kind
        self.body = body

    def name(self, *parts: str) -> bytes:
        """The digest under which something is kept."""
        return digest(self._keys, self.kind, *parts)

    def get(self, name: bytes) -> V | None:
        """What is kept under a name, if anything is."""
        return self.find([name]).get(name)

    def find(self, names: Sequence[bytes]) -> dict[bytes, V]:
        """What is kept under these names; those not there are left out."""
        return {name: self.body.read(name, row) for name, row in self.rows(names).items()}

    def everything(self) -> dict[bytes, V]:
        """All that is kept, in the order of the names."""
        return {name: self.body.read(name, row) for name, row in self.page().items()}

    def rows(self, names: Sequence[bytes]) -> dict[bytes, IndexRow]:
        """The rows under these names, unread."""
        return self._store.lookup(self.kind, names) if names else {}

    def page(self, after: bytes = b"", limit: int | None = None) -> dict[bytes, IndexRow]:
        """The rows in the order of their names, unread: all, or *limit* behind one."""
        return self._store.entries(self.kind, after, limit)

    def new(self, name: bytes, value: V, stream: str | None = None) -> Entry:
        """The change that keeps something; it fails where something is kept already."""
        return Entry(self.kind, name, "new", stream, self.body.write(name, value))

    def put(self, name: bytes, value: V, stream: str | None = None) -> Entry:
        """The change that keeps something in the place of what was."""
        return Entry(self.kind, name, "put", stream, self.body.write(name, value))

    def drop(self, name: bytes) -> Entry:
        """The change that forgets what is kept under a name."""
        return Entry(self.kind, name, "drop")

    def cleared(self) -> Iterator[Entry]:
        """The changes that forget everything."""
        return map(self.drop, self.page())


class Fact(Generic[V]):
    """The one value that an index keeps under a name known beforehand."""

    def __init__(self, index: Index[V], *parts: str) -> None:
        self.index = index
        self._name = index.name(*parts)

    def get(self) -> V | None:
        """The value, if it is known."""
        return self.index.get(self._name)

    def put(self, value: V) -> Entry:
        """The change that keeps another value."""
        return self.index.put(self._name, value)


def _text(row: IndexRow) -> str:
    return (row.body or b"").decode()
