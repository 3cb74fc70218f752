"""Every person's key: made when the first personal value is sealed, gone for ever once erased.

See docs/how-to/keep-the-keys.md. Each person has a key of their own, kept apart from the log and
wrapped by a master key that is kept apart from both. Erasing a person empties
their row and leaves it standing as a fence, so that no later event brings them back unnoticed.
"""

import functools
import os
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import attrs

from mentorcore.errors import KeyMissing, Refused
from mentorcore.log.sealing.macs import mac_under

__all__ = [
    "KeyEntry",
    "Keys",
    "MemoryKeys",
    "aead",
    "digest",
    "lost",
    "tombstoned",
    "unwrap",
    "withheld",
    "wrap",
]

KEY_BYTES = 32
_NONCE = 12
NEVER = "0001-01-01T00:00:00Z"
_length = struct.Struct(">I").pack


class Keys(Protocol):
    """Where the keys of people are kept; a host may bring its own."""

    def index_key(self) -> bytes:
        """The 32 bytes under which everything in the index beside the log is digested."""

    def deks(self, subjects: Sequence[str], mint: bool) -> dict[str, tuple[int, bytes]]:
        """The current generation and key of each of *subjects*.

        Args:
            subjects: Ids of people.
            mint: Whether to make the keys that are not there, all in one durable transaction.
                Without it, people who have no key are left out of the answer.

        Raises:
            Refused: *mint*, and a person among them was erased.
            KeyMissing: A key is there and cannot be unwrapped.
        """

    def dek(self, subject: str, generation: int) -> bytes | None:
        """One key, or ``None`` when it was erased.

        Raises:
            KeyMissing: There never was such a key here.
        """

    def close(self) -> None:
        """Give back files and connections."""


class KeyEntry(NamedTuple):
    """One generation of a person's key; ``dek`` is ``None`` where it was erased."""

    subject: str
    generation: int
    dek: bytes | None
    state: str
    erased_at: str | None


_mac_under = functools.lru_cache(maxsize=4)(mac_under)
"""Kept for the keys of the few indexes in use; each row of an import asks several times."""


def digest(keys: Keys, kind: str, *parts: str | bytes) -> bytes:
    """The keyed digest under which something is found in the index beside the log.

    Kind and parts (texts, or their bytes in UTF-8) are each preceded by their length (u32), so
    that no two lists run together.
    """
    message: list[bytes] = []
    for text in (kind, *parts):
        encoded = text if isinstance(text, bytes) else text.encode()
        message += (_length(len(encoded)), encoded)
    return _mac_under(keys.index_key())(b"".join(message))


def tombstoned(subject: str) -> Refused:
    """The answer when something personal is to be recorded about an erased person."""
    return Refused(
        f"{subject} was erased; nothing personal is recorded about them any more",
        code="subject_erased",
        subject=subject,
    )


def lost(subject: str, generation: int, where: str) -> KeyMissing:
    """The error when a key is neither there nor erased."""
    return KeyMissing(
        f"{where} holds no key of {subject} (generation {generation}), and none was erased: this "
        "key store is older than the log or belongs to another one; put the newest copy back"
    )


def withheld(missing: Mapping[str, KeyMissing]) -> KeyMissing:
    """The error when people need a key who had one that is not there any more."""
    people, first = ", ".join(missing), next(iter(missing.values()))
    return KeyMissing(
        f"no new key is made for {people}: the log holds values sealed under an earlier one, which "
        f"would never open again. Nothing was recorded. {first}"
    )


@functools.cache
def aead() -> tuple[Any, type[Exception]]:
    """AES-GCM and its error; imported when first needed, so that reading figures stays light."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - when first needed
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - the same

    return AESGCM, InvalidTag


def _wrapping(log_id: bytes, subject: str, generation: int, kek_id: int) -> bytes:
    name = subject.encode()
    return b"".join(
        (
            b"MCW1",
            log_id,
            struct.pack(">H", len(name)),
            name,
            struct.pack(">II", generation, kek_id),
        )
    )


def wrap(
    kek: bytes,
    kek_id: int,
    dek: bytes,
    *,
    log_id: bytes,
    subject: str,
    generation: int,
    random: Callable[[int], bytes] = os.urandom,
) -> bytes:
    """A person's key, encrypted under the master key: 60 bytes."""
    aes_gcm, _ = aead()
    nonce = random(_NONCE)
    aad = _wrapping(log_id, subject, generation, kek_id)
    sealed: bytes = aes_gcm(kek).encrypt(nonce, dek, aad)
    return nonce + sealed


def unwrap(
    kek: bytes, kek_id: int, wrapped: bytes, *, log_id: bytes, subject: str, generation: int
) -> bytes:
    """The key that `wrap` encrypted.

    Raises:
        KeyMissing: The master key is another one, or the row was altered or moved.
    """
    aes_gcm, invalid_tag = aead()
    aad = _wrapping(log_id, subject, generation, kek_id)
    try:
        dek: bytes = aes_gcm(kek).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], aad)
    except (invalid_tag, ValueError):
        raise KeyMissing(
            f"the key of {subject} (generation {generation}) does not open with master key "
            f"{kek_id}: the master key file is another one, or the key's row was altered"
        ) from None
    return dek


@attrs.define
class _Held:
    generation: int
    dek: bytes | None


class MemoryKeys:
    """Keys for a log in memory; they vanish with the process."""

    def __init__(self, random: Callable[[int], bytes] = os.urandom) -> None:
        self._random = random
        self._index_key = random(KEY_BYTES)
        self._held: dict[str, _Held] = {}

    def index_key(self) -> bytes:
        """The key of the index beside the log."""
        return self._index_key

    def deks(self, subjects: Sequence[str], mint: bool) -> dict[str, tuple[int, bytes]]:
        """The current keys; with *mint*, new ones for people who have none."""
        if mint:
            for subject in subjects:
                held = self._held.get(subject)
                if held is not None and held.dek is None:
                    raise tombstoned(subject)
            for subject in subjects:
                if subject not in self._held:
                    # In one step: of two threads that make a key, one keeps it.
                    self._held.setdefault(subject, _Held(1, self._random(KEY_BYTES)))
        found = {s: self._held[s] for s in subjects if s in self._held}
        return {s: (h.generation, h.dek) for s, h in found.items() if h.dek is not None}

    def dek(self, subject: str, generation: int) -> bytes | None:
        """One key, or ``None`` when it was erased."""
        held = self._held.get(subject)
        if held is None or held.generation != generation:
            raise lost(subject, generation, "memory")
        return held.dek

    def erase(self, subject: str) -> None:
        """Forget a person's key for ever and leave a fence."""
        self._held[subject] = _Held(1, None)

    def entries(self) -> Iterator[KeyEntry]:
        """All keys, also of the erased; see `PortableKeys`."""
        for subject, held in sorted(self._held.items()):
            erased = held.dek is None
            # Nothing here knows when; a place that keeps it is told that it was so from the start.
            state = ("erased", NEVER) if erased else ("active", None)
            yield KeyEntry(subject, held.generation, held.dek, *state)

    def adopt(self, entries: Iterable[KeyEntry]) -> int:
        """Take over the keys of another place; see `PortableKeys`."""
        taken = {e.subject: _Held(e.generation, e.dek) for e in entries}
        self._held.update(taken)
        return len(taken)

    def close(self) -> None:
        """Nothing to give back."""
