"""Which responses of a form were taken before: the index beside the log, by keyed digests only.

A response is looked up by its form and key; where several have equal keys, by their turn. Beside
each stands a digest of its content, so that an unchanged export is recognised without opening
anything (DECISIONS 22 and 23, AUDIT section 8.5).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from mentorcore.adapters.spec import Response
from mentorcore.domain.values import ResponseId
from mentorcore.intake.matching import canonical_answers
from mentorcore.log.keys import Keys, digest
from mentorcore.log.store import Entry, IndexRow, Store

__all__ = ["Held", "Instead", "KnownResponses"]

_CONTENT, _MAPPING = 32, 8
_BLOCK = 64
_EDITED = b"edited"
Key = tuple[str, ...]


@attrs.frozen
class Instead:
    """What stands instead of a content: in which response, and whether it had been taken once."""

    response: str | None
    edited: bool


@attrs.frozen
class Held:
    """A response as the index holds it.

    Attributes:
        response: Its stream.
        turn: Its place among those with the same key, from 0.
        content: Digest of what it said last.
        mapping: The beginning of the digest of the mapping by which it was read.
        missing: Whether the last full reading no longer had it.
    """

    response: ResponseId
    turn: int
    content: bytes
    mapping: bytes
    missing: bool = False


class KnownResponses:
    """The index of one form.

    Args:
        store: Where the index is.
        keys: Where the key of its digests is.
        form: The form.
        mapping: The digest of the mapping in use, in hex.
    """

    def __init__(self, store: Store, keys: Keys, form: str, mapping: str) -> None:
        self._store = store
        self._keys = keys
        self._form = form
        self.mapping = bytes.fromhex(mapping)[:_MAPPING]
        self._first, self._twins = f"response:{form}", f"twin:{form}"
        self._superseded = f"superseded:{form}"
        self._reading = f"reading:{form}"
        self._named: dict[Key, bytes] = {}

    def content(self, response: Response) -> bytes:
        """The digest of a response's key and content."""
        said = canonical_answers(response)
        return digest(self._keys, "content", self._form, *response.key, said)

    def first(self, keys: Sequence[Key]) -> dict[Key, Held]:
        """The first response held under each of these keys."""
        return {key: held[0] for key, held in self._blocks(self._first, keys, 0, 1)}

    def others(self, keys: Sequence[Key]) -> dict[Key, list[Held]]:
        """The responses held under each of these keys after the first one, in turn."""
        found: dict[Key, list[Held]] = {key: [] for key in keys}
        growing, start = list(keys), 1
        while growing:
            # Most keys have one response, so the first look is a short one.
            size = 1 if start == 1 else _BLOCK
            more = dict(self._blocks(self._twins, growing, start, size))
            for key, held in more.items():
                found[key].extend(held)
            growing = [key for key, held in more.items() if len(held) == size]
            start += size
        return found

    def superseded(self, contents: Sequence[bytes]) -> dict[bytes, Instead]:
        """Those of these contents that were corrected or edited since, each with what stands."""
        found = self._store.lookup(self._superseded, contents) if contents else {}
        return {c: Instead(row.stream, row.body == _EDITED) for c, row in found.items()}

    def read_before(self, reading: bytes) -> bool:
        """Whether an earlier reading of the form held just the responses of this one."""
        return bool(self._store.lookup(self._reading, [reading]))

    def remember_reading(self, reading: bytes) -> Entry:
        """The entry that remembers a whole reading."""
        return Entry(self._reading, reading, "put")

    def all(self) -> Iterator[tuple[bytes, Held]]:
        """Everything held of the form, with the digests under which it stands."""
        for kind in (self._first, self._twins):
            for name, row in self._store.entries(kind).items():
                yield name, _held(row, 0 if kind == self._first else 1)

    def name(self, key: Key, turn: int) -> bytes:
        """The digest under which a response stands."""
        if turn == 0 and (known := self._named.get(key)) is not None:
            return known
        kind = self._first if turn == 0 else self._twins
        return digest(self._keys, kind, *key, str(turn))

    def take(self, key: Key, held: Held) -> Entry:
        """The entry of a response that is taken for the first time."""
        return self._entry(key, held, "new")

    def change(self, key: Key, held: Held) -> Entry:
        """The entry of a response of which something changed."""
        return self._entry(key, held, "put")

    def mark_missing(self, name: bytes, held: Held) -> Entry:
        """The entry that remembers a response as missing."""
        body = _body(attrs.evolve(held, missing=True))
        kind = self._twins if held.turn else self._first
        return Entry(kind, name, "put", held.response, body)

    def supersede(self, content: bytes, response: ResponseId, *, edited: bool = False) -> Entry:
        """The entry that remembers a content after which another one was taken.

        Args:
            content: What the response said.
            response: Its stream.
            edited: Whether it was taken once and its author changed it, rather than refused.
        """
        return Entry(self._superseded, content, "put", response, _EDITED if edited else None)

    def put_back(self, before: Mapping[str, tuple[Response, str] | None]) -> Iterator[Entry]:
        """The entries that forget responses, or remember what they said before.

        Args:
            before: By stream, what a response said and by which mapping it was read; ``None`` for
                one that was taken back altogether.
        """
        for kind in (self._first, self._twins):
            for name, row in self._store.entries(kind).items():
                if row.stream is None or row.stream not in before:
                    continue
                earlier = before[row.stream]
                if earlier is None:
                    yield Entry(kind, name, "drop")
                    continue
                response, mapping = earlier
                held = attrs.evolve(
                    _held(row, 0),
                    content=self.content(response),
                    mapping=bytes.fromhex(mapping)[:_MAPPING],
                )
                yield Entry(kind, name, "put", row.stream, _body(held))

    def _entry(self, key: Key, held: Held, mode: str) -> Entry:
        kind = self._twins if held.turn else self._first
        name = self.name(key, held.turn)
        if mode == "new":
            return Entry(kind, name, "new", held.response, _body(held))
        return Entry(kind, name, "put", held.response, _body(held))

    def _blocks(
        self, kind: str, keys: Iterable[Key], start: int, size: int
    ) -> Iterator[tuple[Key, list[Held]]]:
        names = {
            self.name(key, turn): (key, turn) for key in keys for turn in range(start, start + size)
        }
        if start == 0:
            self._named = {key: name for name, (key, _) in names.items()}
        rows = self._store.lookup(kind, list(names)) if names else {}
        by_key: dict[Key, list[Held]] = {}
        for name, (key, turn) in names.items():
            if name in rows:
                by_key.setdefault(key, []).append(_held(rows[name], turn))
        yield from by_key.items()


def _body(held: Held) -> bytes:
    return b"".join((held.content, held.mapping, b"\x01" if held.missing else b"\x00"))


def _held(row: IndexRow, turn: int) -> Held:
    body, stream = row.body, row.stream
    assert body is not None
    assert stream is not None
    mapping = body[_CONTENT : _CONTENT + _MAPPING]
    return Held(ResponseId(stream), turn, body[:_CONTENT], mapping, body[-1] == 1)
