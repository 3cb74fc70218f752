"""How a response that was taken stands in the index: in some fifty bytes, with nothing in plain."""

import math
import struct
from datetime import UTC, datetime

import attrs

from mentorcore.adapters.spec import Response
from mentorcore.domain.values import ResponseId
from mentorcore.engine.indexes.index import TEXT, Body
from mentorcore.log.storage.store import IndexRow

__all__ = [
    "CONTENT",
    "HELD",
    "INSTANT",
    "INSTEAD",
    "NEVER_READ",
    "FirstSent",
    "KnownResponse",
    "Replacement",
    "content_in",
    "is_there",
    "mapping_in",
    "sent_otherwise",
]

_CONTENT, _MAPPING, _STATE = slice(0, 32), slice(32, 40), slice(40, 41)
_FIRST, _RECKONING, _LAST = slice(41, 49), slice(49, 53), slice(53, 61)
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
        last: When it was last sent, by what any export stated, whether it said anything new or not.
    """

    response: ResponseId
    turn: int
    content: bytes
    mapping: bytes
    missing: bool = False
    replaced: bool = False
    first: datetime | None = None
    reckoning: bytes = bytes(4)
    last: datetime | None = None


def _body(_name: bytes, held: KnownResponse) -> bytes:
    state = _MISSING if held.missing else _REPLACED if held.replaced else _THERE
    first, last = _packed(held.first), _packed(held.last)
    return b"".join((held.content, held.mapping, state, first, held.reckoning, last))


def _held(_name: bytes, row: IndexRow) -> KnownResponse:
    body, stream = row.body, row.stream
    assert body is not None
    assert stream is not None
    state = body[_STATE]
    return KnownResponse(
        ResponseId(stream),
        0,
        body[_CONTENT],
        body[_MAPPING],
        state == _MISSING,
        state == _REPLACED,
        _unpacked(body[_FIRST]),
        body[_RECKONING],
        _unpacked(body[_LAST]),
    )


def _packed(at: datetime | None) -> bytes:
    return _UNKNOWN if at is None else _INSTANT.pack(at.timestamp())


def _unpacked(raw: bytes) -> datetime | None:
    if raw in {_UNKNOWN, b""}:  # what an earlier build kept has no last sending
        return None
    return datetime.fromtimestamp(_INSTANT.unpack(raw)[0], UTC)


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


def sent_otherwise(response: Response, body: bytes, reckoning: bytes) -> bool:
    """Whether it was sent before or after all that any export said, told in the same way."""
    at = response.submitted_at
    if at is None or body[_RECKONING] != reckoning:
        return False
    now = _INSTANT.pack(at.timestamp())
    return bool(now < body[_FIRST] or now > body[_LAST])


_EDITED = b"edited"


@attrs.frozen
class Replacement:
    """What stands instead of a content: in which response, and whether it had been taken once."""

    response: str | None
    edited: bool


INSTEAD: Body[Replacement] = Body(
    lambda _name, instead: _EDITED if instead.edited else None,
    lambda _name, row: Replacement(row.stream, row.body == _EDITED),
)

INSTANT: Body[datetime] = Body(
    lambda _name, at: at.isoformat().encode(),
    lambda name, row: datetime.fromisoformat(TEXT.read(name, row)),
)

CONTENT: Body[bytes] = Body(lambda _name, content: content, lambda _name, row: row.body or b"")
