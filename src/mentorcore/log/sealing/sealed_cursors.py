"""Where the last sync of a form ended, and what it asked: text of strangers, kept shut.

A cursor is what an adapter makes of it, and may hold more than it should. It has no person whose
key could be destroyed, so it enters no event, which would keep it for ever. It stands in the
index, encrypted under a key of the index, and the next sync writes over it.
"""

import hashlib
import hmac
import os

from mentorcore.log.sealing.keys import Keys, aead

__all__ = ["open_cursor", "shut_cursor"]

_NONCE = 12
_FORMAT = b"MCC1"


def shut_cursor(keys: Keys, log_id: bytes, name: bytes, cursor: str) -> bytes:
    """A cursor as it is kept under the digest *name* in the index of a log."""
    aes_gcm, _ = aead()
    nonce = os.urandom(_NONCE)
    sealed: bytes = aes_gcm(_key(keys)).encrypt(nonce, cursor.encode(), _FORMAT + log_id + name)
    return nonce + sealed


def open_cursor(keys: Keys, log_id: bytes, name: bytes, kept: bytes) -> str | None:
    """What `shut_cursor` kept; ``None`` when the index's key is another one by now.

    Nothing is lost then but time: the next sync reads everything.
    """
    aes_gcm, invalid_tag = aead()
    aad = _FORMAT + log_id + name
    try:
        plain: bytes = aes_gcm(_key(keys)).decrypt(kept[:_NONCE], kept[_NONCE:], aad)
    except (invalid_tag, ValueError):
        return None
    return plain.decode()


def _key(keys: Keys) -> bytes:
    return hmac.digest(keys.index_key(), _FORMAT + b" cursor", hashlib.sha256)
