"""Which responses of a form were taken before: the index beside the log, by keyed digests only.

A response is looked up by its form and key; where several have equal keys, by their turn. Beside
each stands a digest of its content, so that an unchanged export is recognised without opening
anything. The digests are keyed, so that a copy of the log does not show who answered.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

import attrs

from mentorcore.adapters.records import Values
from mentorcore.adapters.spec import Response
from mentorcore.domain.responses import ResponseTaken
from mentorcore.domain.values import ResponseId
from mentorcore.engine.indexes.digest_set import DigestSet
from mentorcore.engine.indexes.index import JSON, TEXT, Body, Fact, Index, Tables, shut
from mentorcore.engine.indexes.known_responses import (
    CONTENT,
    HELD,
    INSTANT,
    INSTEAD,
    NEVER_READ,
    FirstSent,
    KnownResponse,
    Replacement,
    content_in,
    is_there,
    mapping_in,
    sent_otherwise,
)
from mentorcore.engine.indexes.past_readings import PastReadings
from mentorcore.intake.renamed_choices import ChoiceNames
from mentorcore.intake.response_matching import canonical_answers
from mentorcore.log.sealing.keys import Keys, digest
from mentorcore.log.storage.store import Entry

__all__ = [
    "DIFFERING",
    "DONE",
    "OLDER",
    "OPEN",
    "RESENT",
    "SETTLED",
    "IncomingResponse",
    "Key",
    "Replacement",
    "ResponseIndex",
]

OPEN, SETTLED, OLDER, DIFFERING, RESENT = 0, 1, 2, 3, 4
"""A response to look at; held as it is; held so under another mapping; to look at, since it said
something else before; and one that says the same and was sent at a time that no export stated."""
DONE = frozenset({SETTLED, OLDER})
"""What says nothing else than what is held."""

_MAPPING, _BLOCK, _PAGE = 8, 64, 2000
Key = tuple[str, ...]


class IncomingResponse(NamedTuple):
    """A response as it is taken in.

    Attributes:
        seen: The content that it is to supersede when it comes from a file of refused rows.
        content: The digest of what it says, once that was taken.
    """

    response: Response
    seen: bytes | None = None
    content: bytes = b""


class ResponseIndex:
    """The index of one form.

    Args:
        store: Where the index is.
        keys: Where the key of its digests is.
        form: The form.
        mapping: The digest of the mapping in use, in hex.
        reckoning: What was declared about times of submission.

    Attributes:
        adapter: Which adapter read the form last.
        newest: When the newest response of all readings was sent.
        whole: When the newest response of all full readings was sent.
        last: The digest of the full reading that was taken in last.
        values: How choices were written in what was taken.
        keyed: Which columns told responses apart in what was taken.
        readings: The exports that were read.
    """

    def __init__(
        self, store: Tables, keys: Keys, form: str, mapping: str, reckoning: str = ""
    ) -> None:
        def of_form(kind: str, body: Body[Any]) -> Index[Any]:
            return Index(store, keys, f"{kind}:{form}", body)

        self._keys = keys
        self._form = form
        self.mapping = bytes.fromhex(mapping)[:_MAPPING]
        self.reckoning = sha256(reckoning.encode()).digest()[:4]
        self._first, self._twins = of_form("response", HELD), of_form("twin", HELD)
        self._superseded = of_form("superseded", INSTEAD)
        self.readings = PastReadings(store, keys, form)
        self.adapter: Fact[str] = Fact(of_form("adapter", TEXT))
        self.newest: Fact[datetime] = Fact(of_form("newest", INSTANT), reckoning)
        self.whole: Fact[datetime] = Fact(of_form("whole", INSTANT), reckoning)
        self.last: Fact[str] = Fact(of_form("last", TEXT))
        self.keyed: Fact[Sequence[str]] = Fact(of_form("keyed", JSON))
        self._offered = of_form("offered", CONTENT)
        self._names: Fact[str | None] = Fact(of_form("names", shut(store, keys)))
        self.values: Fact[Values] = Fact(of_form("values", TEXT))
        self._named: dict[Key, bytes] = {}

    def content(self, response: Response) -> bytes:
        """The digest of a response's key and content."""
        said = canonical_answers(response)
        return digest(self._keys, "content", self._form, *response.key, said)

    def first(self, keys: Sequence[Key]) -> dict[Key, KnownResponse]:
        """The first response held under each of these keys."""
        return {key: held[0] for key, held in self._blocks(self._first, keys, 0, 1)}

    def others(self, keys: Sequence[Key]) -> dict[Key, list[KnownResponse]]:
        """The responses held under each of these keys after the first one, in turn."""
        found: dict[Key, list[KnownResponse]] = {key: [] for key in keys}
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

    def superseded(self, contents: Sequence[bytes]) -> dict[bytes, Replacement]:
        """Those of these contents that were corrected or edited since, each with what stands."""
        return self._superseded.find(contents)

    def is_empty(self) -> bool:
        """Whether nothing at all is held of the form."""
        return not self._first.page(limit=1)

    def settled(self, rows: Sequence[IncomingResponse]) -> Iterator[tuple[int, bytes]]:
        """Whether each of these is held as it is, and under which name.

        Where no other response of its reading has its key, nothing else has to be looked at.
        """
        names = [self.name(row.response.key, 0) for row in rows]
        found = self._first.rows(names)
        for name, row in zip(names, rows, strict=True):
            body = found[name].body if name in found else None
            if body is not None and content_in(body) != row.content:
                yield DIFFERING, name
            elif body is None or not is_there(body):
                yield OPEN, name
            elif sent_otherwise(row.response, body, self.reckoning):
                yield RESENT, name
            else:
                yield SETTLED if mapping_in(body) == self.mapping else OLDER, name

    def unseen(self, seen: DigestSet, until: int) -> Iterator[tuple[bytes, KnownResponse]]:
        """What is held of the form and was not seen, with the digests under which it stands.

        Args:
            seen: The digests of what was.
            until: The last position of the log before the reading; what came later is left out.
        """
        for turn, index in enumerate((self._first, self._twins)):
            after = b""
            while page := index.page(after, _PAGE):
                for after, row in page.items():
                    if after in seen or row.position > until:
                        continue
                    if not (held := HELD.read(after, row)).replaced:
                        yield after, attrs.evolve(held, turn=turn)

    def name(self, key: Key, turn: int) -> bytes:
        """The digest under which a response stands."""
        if turn == 0 and (known := self._named.get(key)) is not None:
            return known
        return self._index(turn).name(*key, str(turn))

    def take(self, key: Key, held: KnownResponse) -> Entry:
        """The entry of a response that is taken for the first time."""
        name = self.name(key, held.turn)
        return self._index(held.turn).new(name, held, held.response)

    def change(self, key: Key, held: KnownResponse) -> Entry:
        """The entry of a response of which something changed."""
        return self._index(held.turn).put(self.name(key, held.turn), held, held.response)

    def new(
        self,
        response: Response,
        stream: ResponseId,
        turn: int,
        content: bytes,
        first: datetime | None = None,
    ) -> Entry:
        """The entry of a response that is taken under a key for the first time.

        Args:
            response: The response.
            stream: Its stream.
            turn: Its place among those with the same key.
            content: The digest of what it says.
            first: When it was first sent, if that was before.
        """
        held = KnownResponse(
            stream,
            turn,
            content,
            self.mapping,
            first=first or response.submitted_at,
            reckoning=self.reckoning,
            last=response.submitted_at,
        )
        return self.take(response.key, held)

    def edited(
        self, response: Response, held: KnownResponse, content: bytes, first: datetime | None
    ) -> Entry:
        """The entry of a response that says something else now."""
        now = KnownResponse(
            held.response,
            held.turn,
            content,
            self.mapping,
            first=first,
            reckoning=self.reckoning,
            last=response.submitted_at,
        )
        return self.change(response.key, now)

    def replace(self, key: Key, held: KnownResponse | None, stream: ResponseId) -> Entry:
        """The entry that remembers that another response took the place of one.

        Args:
            key: The key of the one that was replaced.
            held: What is held of it; ``None`` where it was never taken.
            stream: The response that took its place.
        """
        if held is None:
            gone = KnownResponse(stream, 0, NEVER_READ, self.mapping, replaced=True)
        else:
            gone = attrs.evolve(held, missing=False, replaced=True, response=stream)
        return self.change(key, gone)

    def first_sent(self, held: KnownResponse, response: Response) -> FirstSent:
        """When a response was first sent, as far as that was told by the same declarations."""
        at, before = response.submitted_at, held.first
        if at is None or before is None or held.reckoning != self.reckoning:
            before = before if held.reckoning == self.reckoning else None
            return FirstSent(before or at, before)
        return FirstSent(min(at, before), before)

    def last_sent(self, held: KnownResponse, taken: ResponseTaken) -> datetime | None:
        """When a response was last sent; that it was sent again and said the same is no event."""
        sent = taken.submitted_at
        again = held.last if held.reckoning == self.reckoning else None
        return sent if sent is None or again is None else max(sent, again)

    def sent_again(self, held: KnownResponse, response: Response) -> KnownResponse:
        """A response, with the first and the last sending that any export stated, this one too."""
        at, first = response.submitted_at, held.first
        if at is None or first is None or held.reckoning != self.reckoning:
            return held
        return attrs.evolve(held, first=min(at, first), last=max(at, held.last or at))

    def names(self) -> ChoiceNames:
        """What was settled about the texts of choices."""
        kept = self._names.get()
        return ChoiceNames(json.loads(kept) if kept else {})

    def keep_names(self, names: ChoiceNames) -> Entry:
        """The entry that keeps what was settled about the texts of choices."""
        return self._names.put(json.dumps(names.plain()))

    def offered(self, key: Key) -> bytes | None:
        """The content of this key's response in the newest export, where it could not be taken."""
        return self._offered.get(self._offered.name(*key))

    def offer(self, key: Key, content: bytes) -> Entry:
        """The entry that remembers what an export held that could not be taken."""
        return self._offered.put(self._offered.name(*key), content)

    def mark_missing(self, name: bytes, held: KnownResponse) -> Entry:
        """The entry that remembers a response as missing."""
        return self._index(held.turn).put(name, attrs.evolve(held, missing=True), held.response)

    def mark_replaced(self, response: str, *, replaced: bool) -> Iterator[Entry]:
        """The entries that remember of a response whether another one took its place."""
        for index in (self._first, self._twins):
            for name, held in index.everything().items():
                if held.response == response and held.replaced is not replaced:
                    now = attrs.evolve(held, replaced=replaced, missing=False)
                    yield index.put(name, now, held.response)

    def supersede(self, content: bytes, response: ResponseId, *, edited: bool = False) -> Entry:
        """The entry that remembers a content after which another one was taken.

        Args:
            content: What the response said.
            response: Its stream.
            edited: Whether it was taken once and its author changed it, rather than refused.
        """
        return self._superseded.put(content, Replacement(response, edited), response)

    def put_back(
        self,
        before: Mapping[str, tuple[Response, str] | None],
        batches: Collection[str] = (),
        began: Callable[[str], int] = int,
    ) -> Iterator[Entry]:
        """The entries that forget responses, or remember what they said before.

        Once nothing of the form is held any more, what was learned of it as a whole is forgotten
        too: which adapter read it, how it wrote choices, when it was read last.

        Args:
            before: By stream, what a response said and by which mapping it was read; ``None`` for
                one that was taken back altogether.
            batches: The imports that were taken back whole; none where single responses were.
            began: Where in the log an import began.
        """
        kept, dropped = False, False
        for index in (self._first, self._twins):
            for name, held in index.everything().items():
                earlier = before.get(held.response)
                if earlier is not None:
                    response, mapping = earlier
                    back = attrs.evolve(
                        held,
                        content=self.content(response),
                        mapping=bytes.fromhex(mapping)[:_MAPPING],
                        first=response.submitted_at,
                        last=response.submitted_at,
                    )
                    yield index.put(name, back, held.response)
                elif held.response in before:
                    yield index.drop(name)
                    dropped = True
                    continue
                kept = True
        if batches and kept:
            yield from self._as_read_before(batches, began)
        elif dropped:  # what was read before is to be read again, and is not older for it
            yield from self._as_never_read()
        if not kept:
            whole = (f.index for f in (self.adapter, self.values, self.keyed, self._names))
            for index in (*whole, self._superseded):
                yield from index.cleared()

    def _as_never_read(self) -> Iterator[Entry]:
        for fact in (self.newest, self.whole, self.last):
            yield from fact.index.cleared()
        yield from self.readings.forgotten()

    def _as_read_before(
        self, batches: Collection[str], began: Callable[[str], int]
    ) -> Iterator[Entry]:
        """The entries that tell the age of exports from what was read before some imports."""
        gone, standing = self.readings.taken_back(batches, began)
        yield from gone
        newer = [reading for reading in standing if reading.newer]
        for index, readings in ((self.newest.index, standing), (self.whole.index, newer)):
            yield from index.cleared()
            times: dict[str, datetime] = {}
            for r in readings:
                if r.latest is not None:
                    times[r.reckoning] = max(r.latest, times.get(r.reckoning, r.latest))
            yield from (Fact(index, said).put(at) for said, at in times.items())
        yield from [self.last.put(newer[-1].digest)] if newer else self.last.index.cleared()

    def _index(self, turn: int) -> Index[KnownResponse]:
        return self._twins if turn else self._first

    def _blocks(
        self, index: Index[KnownResponse], keys: Iterable[Key], start: int, size: int
    ) -> Iterator[tuple[Key, list[KnownResponse]]]:
        names = {
            self.name(key, turn): (key, turn) for key in keys for turn in range(start, start + size)
        }
        if start == 0:
            self._named = {key: name for name, (key, _) in names.items()}
        found = index.find(list(names))
        by_key: dict[Key, list[KnownResponse]] = {}
        for name, (key, turn) in names.items():
            if (held := found.get(name)) is not None:
                by_key.setdefault(key, []).append(attrs.evolve(held, turn=turn) if turn else held)
        yield from by_key.items()
