"""HMAC with SHA-256 (RFC 2104) under one key many times, without beginning anew each time."""

import hashlib
from collections.abc import Callable

__all__ = ["mac_under"]

_BLOCK = 64
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


def mac_under(key: bytes) -> Callable[[bytes], bytes]:
    """What computes the same as ``hmac.digest`` under *key*.

    It holds what the key comes to, which is as secret as the key.
    """
    short = key if len(key) <= _BLOCK else hashlib.sha256(key).digest()
    padded = short.ljust(_BLOCK, b"\0")
    begun_inside = hashlib.sha256(padded.translate(_INNER)).copy
    begun_outside = hashlib.sha256(padded.translate(_OUTER)).copy

    def mac(message: bytes) -> bytes:
        inside = begun_inside()
        inside.update(message)
        outside = begun_outside()
        outside.update(inside.digest())
        return outside.digest()

    return mac
