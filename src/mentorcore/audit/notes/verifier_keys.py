"""Public keys by which checkpoints are checked, and secret ones by which they are signed.

A public key is written as one line, ``name+key id+base64`` (a C2SP vkey), and must reach whoever
checks from outside: not from the log or the bundle that is being checked.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import attrs

from mentorcore.audit.notes.encoding import base64_of, bytes_of
from mentorcore.errors import Invalid, NoteInvalid, Problem

__all__ = [
    "COSIGNATURE",
    "ED25519",
    "Signer",
    "VerifierKey",
    "fits_name",
    "secret_signer",
    "trusted_keys",
]

ED25519 = 1
"""The kind of key with which a log signs its checkpoints."""

COSIGNATURE = 4
"""The kind of key with which a witness cosigns them, with the time at which it saw them."""

KEY = 32
SEED = 32
PRIME = 2**255 - 19
# The y coordinates of the eight points of small order. Under such a key signatures can be made
# that hold for every text, by anybody, so whoever uses one can disown all that it signed.
OF_ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
SMALL_ORDER = frozenset({0, 1, PRIME - 1, OF_ORDER_8, PRIME - OF_ORDER_8})

Sign = Callable[[bytes], bytes]


@lru_cache(maxsize=256)
def fits_name(name: str) -> bool:
    """Whether a key, and so an origin, may bear this name."""
    return bool(name) and not any(
        c == "+" or c.isspace() or unicodedata.category(c) in ("Cc", "Cs") for c in name
    )


@attrs.frozen
class VerifierKey:
    """The public key of a log or of a witness.

    Attributes:
        name: Whose key it is; for a log its origin, such as ``mentoring.example.edu/log1``.
        public: The 32 bytes of an Ed25519 public key.
        kind: 1 for a log, 4 for a witness.
        id: Four bytes that tell keys of one name apart.
    """

    name: str
    public: bytes
    kind: int = ED25519
    id: bytes = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        problems = _problems(self.name, self.public, self.kind)
        if problems:
            raise Invalid(f"this cannot be a key of {self.name!r}", problems)
        told = self.name.encode() + b"\n" + bytes((self.kind,)) + self.public
        object.__setattr__(self, "id", hashlib.sha256(told).digest()[:4])

    @classmethod
    def read(cls, text: str) -> "VerifierKey":
        """Read a vkey; white space around it is no part of it.

        Raises:
            Invalid: It is not written as a vkey, or is one that must not be trusted.
        """
        match = re.fullmatch(r"([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)", text.strip())
        try:
            data = bytes_of(match[3]) if match else b""
        except ValueError:
            data = b""
        if match is None or len(data) != 1 + KEY:
            raise Invalid(
                f"{text!r} is no verifier key",
                [Problem("key", "cannot be read", "name+8 hex digits+base64 of 33 bytes")],
            )
        key = cls(match[1], data[1:], data[0])
        if key.id.hex() != match[2]:
            raise Invalid(
                f"{text!r} is no verifier key",
                [Problem("key", "has an id of another name or key", key.id.hex())],
            )
        return key

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64_of(bytes((self.kind,)) + self.public)}"

    def holds(self, signature: bytes, message: bytes) -> bool:
        """Whether this key's owner signed the message."""
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - when first needed

        try:
            _public(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


def trusted_keys(stated: "Iterable[VerifierKey | str]") -> tuple[VerifierKey, ...]:
    """Keys that are trusted, some of them perhaps as text, with the end of a line behind it.

    Raises:
        Invalid: One of them is no verifier key.
    """
    several = (stated,) if isinstance(stated, VerifierKey | str) else stated
    keys = []
    for key in several:
        found: object = VerifierKey.read(key) if isinstance(key, str) else key
        if not isinstance(found, VerifierKey):
            problem = Problem(
                "keys", f"holds a {type(key).__name__}", "verifier keys, or their text"
            )
            raise Invalid("this is no verifier key", [problem])
        keys.append(found)
    return tuple(keys)


@attrs.frozen
class Signer:
    """What signs in a name: a key in a file, or whatever a host keeps its keys in.

    Attributes:
        key: The public key that belongs to it.
        sign: Gives the 64 bytes of the Ed25519 signature of some bytes.
        trusted: Whether what it gives needs no check: a key in this process makes no mistakes.
    """

    key: VerifierKey
    sign: Sign = attrs.field(repr=False)
    trusted: bool = False

    def signed(self, message: bytes) -> bytes:
        """The signature of a message, checked when somebody else made it.

        Raises:
            NoteInvalid: What signs does not fit the public key.
        """
        signature = self.sign(message)
        if not self.trusted and not self.key.holds(signature, message):
            raise NoteInvalid(
                f"what signs for {self.key.name} made a signature that does not hold under "
                f"{self.key}; give it the key that belongs to this one"
            )
        return signature


def secret_signer(name: str, seed: bytes, kind: int = ED25519) -> Signer:
    """A signer with the secret key of these 32 random bytes."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415 - the same
        Ed25519PrivateKey,
    )

    if len(seed) != SEED:
        raise Invalid("no signing key", [Problem("seed", f"has {len(seed)} bytes", "32 bytes")])
    secret = Ed25519PrivateKey.from_private_bytes(seed)
    key = VerifierKey(name, secret.public_key().public_bytes_raw(), kind)
    return Signer(key, secret.sign, trusted=True)


def _problems(name: str, public: bytes, kind: int) -> list[Problem]:
    problems = []
    if not fits_name(name):
        problems.append(Problem("name", f"is {name!r}", "text without spaces and plus signs"))
    if kind not in (ED25519, COSIGNATURE):
        problems.append(Problem("kind", f"is {kind}", "1 for a log, 4 for a witness"))
    if type(public) is not bytes or len(public) != KEY:
        problems.append(Problem("public key", f"has {len(public)} bytes", "32 bytes"))
        return problems
    y = int.from_bytes(public, "little") & (1 << 255) - 1
    if y >= PRIME:
        problems.append(Problem("public key", "is not written in its one form", "y < 2**255 - 19"))
    elif y in SMALL_ORDER:
        problems.append(
            Problem("public key", "is one under which anybody can sign", "a key made at random")
        )
    return problems


@lru_cache(maxsize=64)
def _public(raw: bytes) -> Any:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415 - the same
        Ed25519PublicKey,
    )

    return Ed25519PublicKey.from_public_bytes(raw)
