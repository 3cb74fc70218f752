"""The key from outside under which keys in a database are wrapped.

Whoever has the database alone opens nothing. So the key comes from where the database is not: an
environment variable, a file that only the process may read, or whatever the host asks for it.
"""

import base64
import binascii
import os
from collections.abc import Callable
from pathlib import Path

from mentorcore.errors import KeyMissing
from mentorcore.log.sealing.keys import KEY_BYTES
from mentorcore.log.sealing.master_key_file import owner_only

__all__ = ["DEFAULT", "WrappedBy", "wrapping_key"]

WrappedBy = str | os.PathLike[str] | Callable[[], bytes]
"""``env:NAME``, ``file:/path`` or a path, or what answers with 32 bytes."""

DEFAULT = "env:MENTORCORE_WRAPPING_KEY"

EXPECTED = "32 random bytes in hex (`openssl rand -hex 32`) or base64"


def wrapping_key(wrapped_by: WrappedBy) -> bytes:
    """The 32 bytes.

    Raises:
        KeyMissing: They are not there, or are no key.
    """
    if callable(wrapped_by):
        told = wrapped_by()
        if not isinstance(told, bytes) or len(told) != KEY_BYTES:
            raise KeyMissing(
                "what was to answer with the wrapping key did not answer with 32 bytes"
            )
        return told
    named = os.fspath(wrapped_by)
    if named.startswith("env:"):
        name = named.removeprefix("env:")
        text = os.environ.get(name, "")
        where = f"the environment variable {name}"
        if not text:
            raise KeyMissing(
                f"{where} is not set, and without the key in it people's keys do not open; "
                f"expected are {EXPECTED}"
            )
        return _read(text, where)
    path = Path(named.removeprefix("file:"))
    if not path.is_file():
        raise KeyMissing(
            f"the file {path} of the wrapping key is not there, and without it people's keys do "
            f"not open; expected are {EXPECTED}"
        )
    owner_only(path)
    return _read(path.read_text("ascii", errors="replace"), f"the file {path}")


def _read(text: str, where: str) -> bytes:
    """The key that a text writes; never a word of the text itself."""
    told = text.strip()
    try:
        if len(told) == 2 * KEY_BYTES:
            return bytes.fromhex(told)
        key = base64.b64decode(told, validate=True)
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyMissing(f"{where} holds no wrapping key; expected are {EXPECTED}")
    return key
