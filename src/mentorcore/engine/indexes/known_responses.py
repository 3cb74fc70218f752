"""How a response that was taken stands in the index: in some fifty bytes, with nothing in plain."""

import math
import struct
from datetime import UTC, datetime

import attrs

from mentorcore.adapters.spec import Response
from mentorcore.domain.values import ResponseId
from mentorcore.engine.indexes.index import Body
from mentorcore.log.storage.store import IndexRow

__all__ = [
    "HELD",
    "NEVER_READ",
    "FirstSent",
    "KnownResponse",
    "content_in",
    "is_there",
    "mapping_in",
    "sent_before",
]

_CONTENT, _MAPPING, _STATE = slice(0, 32), slice(32, 40), slice(40, 41)
_FIRST, _RECKONING = slice(41, 49), slice(49, 53)
_MISSING, _REPLACED, _THERE = b"\x01", b"\x02", b"\x00"
_INSTANT = struct.Struct(">d")
_UNKNOWN = _INSTANT.pack(math.inf)
NEVER_READ = bytes(32)


@attrs.frozen
class KnownResponse:
    """A response as the index holds it.

    Attributes:
        response: Its stream.
        turn: Its place among those with the same key, from 0.
        content: Digest of what it said last.
        mapping: The beginning of the digest of the mapping by which it was read.
        missing: Whether the last full reading no longer had it.
        replaced: Whether another response took its place, so that nobody misses it and it never
            comes back; that other one may be the only one of the two that was ever read.
        first: When it was first sent, by what any export stated; ``None`` if that is not known.
        reckoning: By which declarations about times that is so.
    """

    response: ResponseId
    turn: int
    content: bytes
    mapping: bytes
    missing: bool = False
    replaced: bool = False
    first: datetime | None = None
    reckoning: bytes = bytes(4)


def _body(_name: bytes, held: KnownResponse) -> bytes:
    state = _MISSING if held.missing else _REPLACED if held.replaced else _THERE
    first = _UNKNOWN if held.first is None else _INSTANT.pack(held.first.timestamp())
    return b"".join((held.content, held.mapping, state, first, held.reckoning))


def _held(_name: bytes, row: IndexRow) -> KnownResponse:
    body, stream = row.body, row.stream
    assert body is not None
    assert stream is not None
    state, first = body[_STATE], body[_FIRST]
    return KnownResponse(
        ResponseId(stream),
        0,
        body[_CONTENT],
        body[_MAPPING],
        state == _MISSING,
        state == _REPLACED,
        None if first == _UNKNOWN else datetime.fromtimestamp(_INSTANT.unpack(first)[0], UTC),
        body[_RECKONING],
    )


HELD: Body[KnownResponse] = Body(_body, _held)
"""A response; its turn stands in the name alone."""


@attrs.frozen
class FirstSent:
    """When a response was first sent, which an edit never moves (INV-95).

    Attributes:
        now: The earliest sending that any export states, this one too.
        before: The earliest that was known until now.
    """

    now: datetime | None
    before: datetime | None

    @property
    def earlier(self) -> bool:
        """Whether an earlier sending is stated than was known."""
        return self.now is not None and self.before is not None and self.now < self.before


def content_in(body: bytes) -> bytes:
    """The digest of what a response said last, in the bytes that the index holds of it."""
    return body[_CONTENT]


def mapping_in(body: bytes) -> bytes:
    """By which mapping it was read."""
    return body[_MAPPING]


def is_there(body: bytes) -> bool:
    """Whether it is neither missing nor replaced."""
    return body[_STATE] == _THERE


def sent_before(response: Response, body: bytes, reckoning: bytes) -> bool:
    """Whether a response was sent earlier than any export said before, told in the same way."""
    at = response.submitted_at
    if at is None or body[_RECKONING] != reckoning:
        return False
    return bool(_INSTANT.pack(at.timestamp()) < body[_FIRST])
