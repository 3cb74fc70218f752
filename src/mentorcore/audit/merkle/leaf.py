"""One event as the tree sees it: which event it is, where it stands, and a digest of its bytes.

A leaf is a fixed run of bytes (`MCL1`), so that nobody has to agree on how JSON is written, and
holds the state as a digest only, so that a state can be withheld and everything still be proven.
"""

import hashlib
import struct
from functools import lru_cache

import attrs

from mentorcore.errors import UnfitRow
from mentorcore.log.storage.append_checks import LARGEST, LONGEST_NAME, LONGEST_STREAM

__all__ = ["Leaf", "leaf_bytes", "leaf_hash", "read_leaf", "state_digest"]

MAGIC = b"MCL1"
DIGEST = 32
LOG_ID = 16
HEAD = struct.Struct(">QQH")
SHORT = struct.Struct(">H")
LONG = struct.Struct(">Q")
FIXED = len(MAGIC) + LOG_ID


@attrs.frozen
class Leaf:
    """What a leaf says about one event.

    Attributes:
        log_id: The 16 random bytes of the log.
        index: The rank of the event among all events, from 0 and without gaps.
        position: The position under which it is stored, from 1, rising with the index.
        stream: The stream id.
        version: The version in the stream.
        name: The stored name of the event.
        digest: SHA-256 of the stored state.
    """

    log_id: bytes
    index: int
    position: int
    stream: str
    version: int
    name: str
    digest: bytes

    @property
    def data(self) -> bytes:
        """The bytes of the leaf."""
        return leaf_bytes(
            self.log_id,
            self.index,
            self.position,
            self.stream,
            self.version,
            self.name,
            self.digest,
        )


def leaf_bytes(  # noqa: PLR0917 - the order is that of the leaf itself, and a million rows pass here
    log_id: bytes,
    index: int,
    position: int,
    stream: str,
    version: int,
    name: str,
    digest: bytes,
) -> bytes:
    """The bytes of one leaf; the arguments are the attributes of `Leaf`.

    Raises:
        UnfitRow: A value is of the wrong type or out of its range. Nothing is ever coerced.
    """
    if type(position) is not int or not 1 <= position <= LARGEST:
        raise _unfit(
            position, "its position is no whole number from 1 to 2**63 - 1", stream, version, name
        )
    if type(index) is not int or not 0 <= index <= LARGEST:
        raise _unfit(
            position,
            f"its index {index!r} is no whole number from 0 to 2**63 - 1",
            stream,
            version,
            name,
        )
    if type(version) is not int or not 0 <= version <= LARGEST:
        raise _unfit(
            position,
            f"its version {version!r} is no whole number from 0 to 2**63 - 1",
            stream,
            version,
            name,
        )
    if type(log_id) is not bytes or len(log_id) != LOG_ID:
        raise _unfit(position, "the id of its log is not 16 bytes", stream, version, name)
    if type(digest) is not bytes or len(digest) != DIGEST:
        raise _unfit(position, "the digest of its state is not 32 bytes", stream, version, name)
    told = _text(position, "stream", stream, LONGEST_STREAM, (stream, version, name))
    named = _name(name) if type(name) is str else b""
    if not named:
        named = _text(position, "name", name, LONGEST_NAME, (stream, version, name))
    return b"".join(
        (
            MAGIC,
            log_id,
            HEAD.pack(index, position, len(told)),
            told,
            LONG.pack(version),
            SHORT.pack(len(named)),
            named,
            digest,
        )
    )


def leaf_hash(leaf: bytes) -> bytes:
    """The hash under which a leaf enters the tree."""
    return hashlib.sha256(b"\0" + leaf).digest()


def state_digest(position: object, state: bytes) -> bytes:
    """SHA-256 of a stored state, exactly as it is stored.

    Raises:
        UnfitRow: The state is no bytes, or empty: that marks a redacted row, never an event.
    """
    if type(state) is not bytes:
        raise UnfitRow(position, f"its state is {type(state).__name__}, not bytes")
    if not state:
        raise UnfitRow(position, "its state is empty, as that of a redacted row is")
    return hashlib.sha256(state).digest()


def read_leaf(data: bytes) -> Leaf:
    """Read the bytes of a leaf, strictly: writing what was read gives the same bytes again.

    Raises:
        UnfitRow: These bytes are no leaf.
    """
    if data[: len(MAGIC)] != MAGIC:
        raise UnfitRow(None, "these bytes do not begin as a leaf does")
    try:
        index, position, length = HEAD.unpack_from(data, FIXED)
        at = FIXED + HEAD.size
        stream = data[at : at + length].decode()
        at += length
        (version,) = LONG.unpack_from(data, at)
        (length,) = SHORT.unpack_from(data, at + LONG.size)
        at += LONG.size + SHORT.size
        name = data[at : at + length].decode()
        at += length
    except (struct.error, UnicodeDecodeError) as error:
        raise UnfitRow(None, f"these bytes are no leaf: {error}") from error
    leaf = Leaf(
        data[len(MAGIC) : FIXED], index, position, stream, version, name, data[at : at + DIGEST]
    )
    if leaf.data != data:
        raise UnfitRow(position, "these bytes hold more, or less, than a leaf does")
    return leaf


def _unfit(position: object, why: str, *where: object) -> UnfitRow:
    stream, version, name = where
    return UnfitRow(position, why, stream=stream, version=version, name=name)


def _text(position: int, what: str, text: str, longest: int, where: tuple[object, ...]) -> bytes:
    if type(text) is not str:
        raise _unfit(position, f"its {what} is {type(text).__name__}, not text", *where)
    try:
        encoded = text.encode()
    except UnicodeEncodeError as error:
        raise _unfit(
            position, f"its {what} is no text that UTF-8 can hold: {error}", *where
        ) from error
    if not 1 <= len(encoded) <= longest:
        raise _unfit(position, f"its {what} has {len(encoded)} bytes, not 1 to {longest}", *where)
    if b"\0" in encoded:
        raise _unfit(position, f"its {what} holds U+0000", *where)
    return encoded


@lru_cache(maxsize=1024)
def _name(name: str) -> bytes:
    """The bytes of a name that is in order (there are few, and each recurs), else none."""
    try:
        return _text(0, "name", name, LONGEST_NAME, (None, None, name))
    except UnfitRow:
        return b""
