"""Bytes and numbers as text, in the one form in which they may be written.

Whatever has two spellings lets somebody change a signed text without breaking it; so each is read
and written again, and refused when that gives another text.
"""

import base64
import binascii
import re

from mentorcore.log.storage.append_checks import LARGEST

__all__ = ["base64_of", "bytes_of", "number_of"]

DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


def base64_of(data: bytes) -> str:
    """Base64 with padding."""
    return base64.b64encode(data).decode("ascii")


def bytes_of(text: str) -> bytes:
    """The bytes of a base64 text.

    Raises:
        ValueError: The text is not the one form of any bytes.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"{text!r} is no base64") from error
    if base64_of(data) != text:
        raise ValueError(f"{text!r} is base64 with stray bits")
    return data


def number_of(text: str) -> int:
    """The number of a decimal text, up to 2**63 - 1.

    Raises:
        ValueError: The text is not the one form of such a number.
    """
    if not DECIMAL.fullmatch(text) or (number := int(text)) > LARGEST:
        raise ValueError(f"{text!r} is no number from 0 to 2**63 - 1 without leading zeros")
    return number
