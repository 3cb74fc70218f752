"""Personal values are sealed under the keys of the people they are about, and opened again.

One key a value, bound to log, stream, version and field, so that a ciphertext moved anywhere else
does not open. The bytes are laid out under "Opened values" in docs/reference/verifier.md.
"""

import binascii
import hashlib
import hmac
import struct
import time
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from typing import Any, Protocol

import attrs
import msgspec

from mentorcore.domain.values import Erased, Sealed
from mentorcore.errors import KeyMissing, MalformedEvent, Refused
from mentorcore.log.sealing.keys import Keys, aead, tombstoned, withheld
from mentorcore.log.sealing.macs import mac_under
from mentorcore.log.sealing.randomness import random_bytes

__all__ = ["Seal", "Sealing", "context", "field_key", "joint", "open_blob"]

_COMMITMENT = bytes(32)
_BUCKET = 32
_NONCE, _TAG = 12, 16
_FORMAT = 1
_FIRST = b"\x01"
"""Which block of HKDF-Expand a key is."""
_CACHE_SECONDS = 60.0
_CACHE_SIZE = 20_000

_Keys = dict[str, tuple[int, bytes]]
"""By person, the number of a key and the key."""


class Seal(Protocol):
    """What seals a value when an event is written: `Sealing.seal`."""

    def __call__(
        self,
        value: bytes,
        *,
        stream: str,
        version: int,
        field: str,
        kind: str,
        subjects: Sequence[str],
    ) -> str:
        """The blob in base64."""


_SIZE, _VERSION = struct.Struct(">H").pack, struct.Struct(">Q").pack


def _lp(text: str) -> bytes:
    encoded = text.encode()
    return _SIZE(len(encoded)) + encoded


_word = lru_cache(maxsize=1024)(_lp)  # the names of fields and kinds are few


def joint(deks: Sequence[bytes]) -> bytes:
    """The key from which field keys derive; with several people, losing one key closes it."""
    if len(deks) == 1:
        return deks[0]
    return hmac.digest(b"MCF1 joint", b"".join(deks), hashlib.sha256)


def _people(log_id: bytes, subjects: Sequence[str], generations: Sequence[int]) -> bytes:
    parts = [b"MCF1", log_id, bytes((len(subjects),))]
    for subject, generation in zip(subjects, generations, strict=True):
        parts += (_lp(subject), struct.pack(">I", generation))
    return b"".join(parts)


def _place(stream: str, version: int, field: str, kind: str) -> bytes:
    return _word(kind) + _lp(stream) + _VERSION(version) + _word(field)


def context(
    log_id: bytes,
    subjects: Sequence[str],
    generations: Sequence[int],
    *,
    stream: str,
    version: int,
    field: str,
    kind: str,
) -> bytes:
    """What a value belongs to; part of its key and authenticated with it."""
    return _people(log_id, subjects, generations) + _place(stream, version, field, kind)


def field_key(prk: bytes, belongs: bytes) -> bytes:
    """The key of one value: one block of HKDF-Expand with SHA-256."""
    return hmac.digest(prk, belongs + _FIRST, "sha256")


def _padded(value: bytes) -> bytes:
    zeros = -(4 + len(value)) % _BUCKET
    return b"".join((_COMMITMENT, struct.pack(">I", len(value)), value, bytes(zeros)))


def open_blob(key: bytes, nonce: bytes, ciphertext: bytes, belongs: bytes) -> bytes:
    """The value inside a ciphertext, after every check of tag, commitment and padding.

    Raises:
        ValueError: The tag does not fit, the commitment is not zero, or the padding is not what
            the length asks for.
    """
    aes_gcm, invalid_tag = aead()
    try:
        plain: bytes = aes_gcm(key).decrypt(nonce, ciphertext, belongs)
    except invalid_tag:
        raise ValueError("the tag does not fit") from None
    if len(plain) < len(_COMMITMENT) + 4 or plain[:32] != _COMMITMENT:
        raise ValueError("the key commitment is not zero")
    (size,) = struct.unpack_from(">I", plain, 32)
    value = plain[36 : 36 + size]
    if len(value) != size or plain[36 + size :] != bytes(-(4 + size) % _BUCKET):
        raise ValueError("the padding is not what the length asks for")
    return value


@attrs.frozen
class _Ready:
    """Keys of a group of people, ready for use until a moment of the monotonic clock."""

    until: float
    header: bytes
    people: bytes
    mac: Callable[[bytes], bytes]


def _nobody(_people: Sequence[str]) -> Collection[str]:
    return ()


class Sealing:
    """Seals and opens the personal values of one log.

    Keys in use are held for at most a minute, so that an erasure by another process takes
    effect here too; `forget` drops them at once.

    Args:
        log_id: The log's 16 bytes.
        keys: Where people's keys are kept.
        random: Where nonces come from.
        clock: Seconds of a clock that never goes back, for the minute.
        had_keys: Which of some people who have no key now had one once, so that a new one would
            hide that theirs was lost; see `KeyHolders`. Nobody, if not given.
    """

    def __init__(
        self,
        log_id: bytes,
        keys: Keys,
        random: Callable[[int], bytes] = random_bytes,
        clock: Callable[[], float] = time.monotonic,
        had_keys: Callable[[Sequence[str]], Collection[str]] = _nobody,
    ) -> None:
        self._log_id = log_id
        self._keys = keys
        self._had_keys = had_keys
        self._random = random
        self._clock = clock
        self._sealing: dict[tuple[str, ...], _Ready] = {}
        self._opening: dict[tuple[tuple[str, ...], tuple[int, ...]], _Ready] = {}
        self._prepared: dict[str, tuple[float, int, bytes]] = {}

    def forget(self) -> None:
        """Drop all keys held in memory."""
        self._sealing.clear()
        self._opening.clear()
        self._prepared.clear()

    def prepare(self, subjects: Sequence[str], new: Collection[str] = ()) -> None:
        """Make the missing keys of many people in one transaction, before their values come.

        Whoever was looked up within the last minute is not looked up again.

        Args:
            subjects: The people about whom something personal is going to be sealed.
            new: Those of them who enter the log only now, and so had no key before.

        Raises:
            Refused: One of them was erased.
            KeyMissing: One of them had a key and has none now; none was made for anybody.
        """
        self._current(subjects, new)

    def _current(
        self, subjects: Sequence[str], new: Collection[str] = ()
    ) -> dict[str, tuple[float, int, bytes]]:
        """By person, until when the current key is held, its number and the key."""
        now, known = self._clock(), self._prepared
        held = {s: key for s in subjects if (key := known.get(s)) is not None and key[0] > now}
        if not (asked := [s for s in dict.fromkeys(subjects) if s not in held]):
            return held
        first, found = self._keyless([s for s in asked if s not in new])
        first += [s for s in asked if s in new]
        if first:
            found |= self._keys.deks(first, mint=True)
        if len(known) >= _CACHE_SIZE:
            known.clear()
        looked_up = {s: (now + _CACHE_SECONDS, *key) for s, key in found.items()}
        known.update(looked_up)
        return held | looked_up

    def check(self, subjects: Sequence[str]) -> None:
        """See to it that there could be keys for these people, and make none.

        Raises:
            Refused: One of them was erased.
            KeyMissing: One of them had a key and has none now.
        """
        self._keyless(tuple(dict.fromkeys(subjects)))

    def seal(
        self,
        value: bytes,
        *,
        stream: str,
        version: int,
        field: str,
        kind: str,
        subjects: Sequence[str],
    ) -> str:
        """Seal one value, given as JSON; whoever never had a key gets one here.

        Returns:
            The blob in base64, as it stands under ``_e``.

        Raises:
            Refused: One of the people was erased.
            KeyMissing: One of them had a key and has none now.
            ValueError: There is nobody whose key could seal it, or more than 255.
        """
        group = tuple(subjects)
        ready = self._sealing.get(group)
        if ready is None or ready.until < self._clock():
            ready = self._ready_to_seal(group)
        belongs = ready.people + _place(stream, version, field, kind)
        nonce = self._random(_NONCE)
        key = ready.mac(belongs + _FIRST)
        aes_gcm, _ = aead()
        sealed: bytes = aes_gcm(key).encrypt(nonce, _padded(value), belongs)
        blob = ready.header + nonce + sealed
        return binascii.b2a_base64(blob, newline=False).decode("ascii")

    def open(self, sealed: Sealed) -> Any:
        """The JSON value inside, or `Erased` when the key of one of its people is gone.

        Raises:
            KeyMissing: A key is neither there nor erased.
            MalformedEvent: It does not open: altered, or moved from another place.
        """
        subjects = sealed.subjects
        try:
            blob = binascii.a2b_base64(sealed.blob, strict_mode=True)
            generations, body = self._split(blob, len(subjects))
        except ValueError as error:
            raise _unopened(sealed, str(error)) from None
        ready = self._opening.get((subjects, generations))
        if ready is None or ready.until < self._clock():
            found = self._ready_to_open(sealed, generations)
            if isinstance(found, Erased):
                return found
            ready = found
        belongs = ready.people + _place(sealed.stream, sealed.version, sealed.field, sealed.kind)
        key = ready.mac(belongs + _FIRST)
        try:
            text = open_blob(key, body[:_NONCE], body[_NONCE:], belongs)
            value = msgspec.json.decode(text)
            return value if sealed.part is None else value[sealed.part]
        except (ValueError, KeyError, TypeError) as error:
            raise _unopened(sealed, str(error)) from None

    def disclose(self, sealed: Sealed) -> tuple[bytes, bytes]:
        """What one value belongs to and the key that opens it, and no other.

        Raises:
            Refused: One of its people was erased.
            KeyMissing: A key is neither there nor erased.
            MalformedEvent: It is no sealed value.
        """
        try:
            blob = binascii.a2b_base64(sealed.blob, strict_mode=True)
            generations, _ = self._split(blob, len(sealed.subjects))
        except ValueError as error:
            raise _unopened(sealed, str(error)) from None
        ready = self._ready_to_open(sealed, generations)
        if isinstance(ready, Erased):
            raise Refused(f"{ready.subject} was erased, and no key is left", "erased")
        belongs = ready.people + _place(sealed.stream, sealed.version, sealed.field, sealed.kind)
        return belongs, ready.mac(belongs + _FIRST)

    def _ready_to_seal(self, group: tuple[str, ...]) -> _Ready:
        if not 0 < len(group) < 256:  # noqa: PLR2004 - their number is stored in one byte
            raise ValueError(
                f"a value is sealed under the keys of 1 to 255 people, not {len(group)}"
            )
        current = self._current(group)
        known = [current[s] for s in group]
        until = min(until for until, _, _ in known)
        generations = tuple(generation for _, generation, _ in known)
        ready = self._made(group, generations, [dek for _, _, dek in known], mac_under, until)
        _keep(self._sealing, group, ready)
        return ready

    def _keyless(self, people: Sequence[str]) -> tuple[list[str], _Keys]:
        """Who of *people* never had a key, and the keys of the others; no lost one is replaced."""
        absent, found = self._absent(people)
        lost = self._had_keys(tuple(absent)) if absent else ()
        # Asked again: another process makes a key before it records what is sealed under it.
        still, late = self._absent([s for s in absent if s in lost])
        if still:
            raise withheld(still)
        return [s for s in absent if s not in lost], found | late

    def _absent(self, people: Sequence[str]) -> tuple[dict[str, KeyMissing], _Keys]:
        """Who of *people* has neither key nor fence, with what is said of it; the others' keys.

        Raises:
            Refused: One of them was erased.
        """
        found = self._keys.deks(people, mint=False) if people else {}
        absent: dict[str, KeyMissing] = {}
        for subject in (s for s in people if s not in found):
            try:
                dek = self._keys.dek(subject, 1)
            except KeyMissing as missing:
                absent[subject] = missing
            else:
                if dek is None:
                    raise tombstoned(subject)
        return absent, found

    def _ready_to_open(self, sealed: Sealed, generations: tuple[int, ...]) -> _Ready | Erased:
        deks = []
        for subject, generation in zip(sealed.subjects, generations, strict=True):
            dek = self._keys.dek(subject, generation)
            if dek is None:
                return Erased(subject, sealed.kind)
            deks.append(dek)
        until = self._clock() + _CACHE_SECONDS
        ready = self._made(sealed.subjects, generations, deks, _once, until)
        _keep(self._opening, (sealed.subjects, generations), ready)
        return ready

    def _made(
        self,
        group: tuple[str, ...],
        generations: tuple[int, ...],
        deks: Sequence[bytes],
        mac: Callable[[bytes], Callable[[bytes], bytes]],
        until: float,
    ) -> _Ready:
        header = struct.pack(f">BB{len(group)}I", _FORMAT, len(group), *generations)
        people = _people(self._log_id, group, generations)
        return _Ready(until, header, people, mac(joint(deks)))

    @staticmethod
    def _split(blob: bytes, count: int) -> tuple[tuple[int, ...], bytes]:
        start = 2 + 4 * count
        if len(blob) < start + _NONCE + _TAG:
            raise ValueError("it is too short")
        if blob[0] != _FORMAT:
            raise ValueError(f"its format {blob[0]} is unknown")
        if blob[1] != count or not count:
            raise ValueError(f"it is sealed for {blob[1]} people and the event names {count}")
        return struct.unpack_from(f">{count}I", blob, 2), blob[start:]


def _once(key: bytes) -> Callable[[bytes], bytes]:
    """As `mac_under`, for few messages: many of those who are read about are met once a minute."""
    return lambda message: hmac.digest(key, message, "sha256")


def _keep(cache: dict[Any, _Ready], key: Any, ready: _Ready) -> None:
    if len(cache) >= _CACHE_SIZE:
        cache.clear()
    cache[key] = ready


def _unopened(sealed: Sealed, why: str) -> MalformedEvent:
    return MalformedEvent(
        f"the sealed field {sealed.field!r} of {sealed.stream} version {sealed.version} does not "
        f"open: {why}. Its bytes were altered or moved here from another place; compare the log "
        "with a checkpoint or a backup",
        stream=sealed.stream,
        version=sealed.version,
    )
