"""Which responses of a form were taken before: the index beside the log, by keyed digests only.

A response is looked up by its form and key; where several have equal keys, by their turn. Beside
each stands a digest of its content, so that an unchanged export is recognised without opening
anything (DECISIONS 22 and 23, AUDIT section 8.5).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import attrs

from mentorcore.adapters.records import Values
from mentorcore.adapters.spec import Response
from mentorcore.domain.values import ResponseId
from mentorcore.engine.feeds import Row
from mentorcore.engine.sightings import Sightings
from mentorcore.intake.matching import canonical_answers
from mentorcore.log.keys import Keys, digest
from mentorcore.log.store import Entry, IndexRow, Store

__all__ = ["DIFFERING", "OLDER", "OPEN", "SETTLED", "Held", "Instead", "KnownResponses"]

OPEN, SETTLED, OLDER, DIFFERING = 0, 1, 2, 3
"""A response to be looked at; one held as it is; one held as it is under another mapping; and one
to be looked at that said something else before."""

_CONTENT, _MAPPING = 32, 8
_MISSING, _REPLACED, _THERE = b"\x01", b"\x02", b"\x00"
_BLOCK, _PAGE = 64, 2000
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
        replaced: Whether another response took its place, so that nobody misses it.
    """

    response: ResponseId
    turn: int
    content: bytes
    mapping: bytes
    missing: bool = False
    replaced: bool = False


class KnownResponses:
    """The index of one form.

    Args:
        store: Where the index is.
        keys: Where the key of its digests is.
        form: The form.
        mapping: The digest of the mapping in use, in hex.
        reckoning: What was declared about times of submission.
    """

    def __init__(
        self, store: Store, keys: Keys, form: str, mapping: str, reckoning: str = ""
    ) -> None:
        self._store = store
        self._keys = keys
        self._form = form
        self.mapping = bytes.fromhex(mapping)[:_MAPPING]
        self._first, self._twins = f"response:{form}", f"twin:{form}"
        self._superseded = f"superseded:{form}"
        self._reading = f"reading:{form}"
        self._newest = f"newest:{form}"
        self._adapter = f"adapter:{form}"
        self._reckoned = digest(keys, self._newest, reckoning)
        self._values = f"values:{form}"
        self._written = digest(keys, self._values)
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

    def adapter(self) -> str | None:
        """Which adapter read the form last, if that is known."""
        name = digest(self._keys, self._adapter)
        row = self._store.lookup(self._adapter, [name]).get(name)
        return None if row is None else (row.body or b"").decode()

    def remember_adapter(self, adapter: str) -> Entry:
        """The entry that remembers which adapter read the form."""
        name = digest(self._keys, self._adapter)
        return Entry(self._adapter, name, "put", None, adapter.encode())

    def newest(self) -> datetime | None:
        """When the newest response of all readings was sent, if that is known."""
        row = self._store.lookup(self._newest, [self._reckoned]).get(self._reckoned)
        return None if row is None else datetime.fromisoformat((row.body or b"").decode())

    def remember_newest(self, at: datetime) -> Entry:
        """The entry that remembers when the newest response was sent."""
        return Entry(self._newest, self._reckoned, "put", None, at.isoformat().encode())

    def values(self) -> Values | None:
        """How choices were written in what was taken, if that is known."""
        row = self._store.lookup(self._values, [self._written]).get(self._written)
        said = b"" if row is None else row.body
        return "labels" if said == b"labels" else "codes" if said == b"codes" else None

    def remember_values(self, values: Values) -> list[Entry]:
        """The entry that remembers how choices are written, unless it is there."""
        if values == self.values():
            return []
        return [Entry(self._values, self._written, "put", None, values.encode())]

    def is_empty(self) -> bool:
        """Whether nothing at all is held of the form."""
        return not self._store.entries(self._first, limit=1)

    def settled(self, rows: Sequence[Row]) -> Iterator[tuple[int, bytes]]:
        """Whether each of these is held as it is, and under which name.

        Where no other response of its reading has its key, nothing else has to be looked at.
        """
        names = [self.name(row.response.key, 0) for row in rows]
        found = self._store.lookup(self._first, names)
        for name, row in zip(names, rows, strict=True):
            body = found[name].body if name in found else None
            if body is not None and body[:_CONTENT] != row.content:
                yield DIFFERING, name
            elif body is None or body[-1:] != _THERE:
                yield OPEN, name
            else:
                yield SETTLED if body[_CONTENT:-1] == self.mapping else OLDER, name

    def unseen(self, seen: Sightings, until: int) -> Iterator[tuple[bytes, Held]]:
        """What is held of the form and was not seen, with the digests under which it stands.

        Args:
            seen: The digests of what was.
            until: The last position of the log before the reading; what came later is left out.
        """
        for kind in (self._first, self._twins):
            turn, after = 0 if kind == self._first else 1, b""
            while page := self._store.entries(kind, after, _PAGE):
                for after, row in page.items():
                    if after in seen or row.position > until:
                        continue
                    if not (held := _held(row, turn)).replaced:
                        yield after, held

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

        Once nothing of the form is held any more, what was learned of it as a whole is forgotten
        too: which adapter read it, how it wrote choices, when it was read last.

        Args:
            before: By stream, what a response said and by which mapping it was read; ``None`` for
                one that was taken back altogether.
        """
        kept = False
        for kind in (self._first, self._twins):
            for name, row in self._store.entries(kind).items():
                if row.stream is None or row.stream not in before:
                    kept = True
                    continue
                earlier = before[row.stream]
                if earlier is None:
                    yield Entry(kind, name, "drop")
                    continue
                kept = True
                response, mapping = earlier
                held = attrs.evolve(
                    _held(row, 0),
                    content=self.content(response),
                    mapping=bytes.fromhex(mapping)[:_MAPPING],
                )
                yield Entry(kind, name, "put", row.stream, _body(held))
        if not kept:
            whole = (self._adapter, self._values, self._newest, self._reading, self._superseded)
            for kind in whole:
                yield from (Entry(kind, name, "drop") for name in self._store.entries(kind))

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
    state = _MISSING if held.missing else _REPLACED if held.replaced else _THERE
    return b"".join((held.content, held.mapping, state))


def _held(row: IndexRow, turn: int) -> Held:
    body, stream = row.body, row.stream
    assert body is not None
    assert stream is not None
    mapping = body[_CONTENT : _CONTENT + _MAPPING]
    state = body[-1:]
    return Held(
        ResponseId(stream), turn, body[:_CONTENT], mapping, state == _MISSING, state == _REPLACED
    )
