"""Who sent a webhook, and when: an HMAC over its id, its time and its body.

The headers are those of the Standard Webhooks specification, so that a receiver can use any of the
libraries that read them, or `verify_webhook`.
"""

import base64
import binascii
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from mentorcore.errors import Invalid, Problem

__all__ = ["read_secret", "signed", "verify_webhook"]

PREFIX = "whsec_"
LATEST = 15
"""Digits that the seconds of a time have at most; what is longer is no time."""
SHORTEST = 24
"""Bytes that a secret has at least."""
FRESH = timedelta(minutes=5)
"""How far the time of a webhook may lie from the receiver's clock."""


def read_secret(text: str) -> bytes:
    """The bytes of a secret such as ``whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw``.

    Raises:
        Invalid: It is no base64, or shorter than 24 bytes. It is not repeated.
    """
    try:
        found = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError, AttributeError):
        found = b""
    if len(found) < SHORTEST:
        expected = f"{PREFIX} and at least {SHORTEST} random bytes in base64"
        problem = Problem("secret", "is not written as one, or too short", expected)
        raise Invalid("this cannot sign webhooks", [problem])
    return found


def signed(secrets: Sequence[bytes], id_: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers that sign a webhook, with a signature of each secret while one is replaced."""
    seconds = str(int(at.timestamp()))
    signatures = (_signature(secret, id_, seconds, body) for secret in secrets)
    return {
        "webhook-id": id_,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(signatures),
    }


def verify_webhook(secret: str, headers: Mapping[str, str], body: bytes, *, now: datetime) -> bool:
    """Whether a request is one that the owner of a secret sent, and lately.

    Args:
        secret: The secret that the webhook was made with.
        headers: Those of the request, in any case.
        body: Its body, as it came.
        now: The receiver's clock; a request of another five minutes is not believed.

    Raises:
        Invalid: The secret is none.
    """
    given = {name.lower(): value for name, value in headers.items()}
    id_, seconds = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not seconds.isascii() or not seconds.isdigit() or len(seconds) > LATEST:
        return False
    if abs(now.timestamp() - int(seconds)) > FRESH.total_seconds():
        return False
    expected = _signature(read_secret(secret), id_, seconds, body)
    found = given.get("webhook-signature", "").split()
    return any(hmac.compare_digest(expected.encode(), _bytes(s)) for s in found)


def _signature(secret: bytes, id_: str, seconds: str, body: bytes) -> str:
    digest = hmac.digest(secret, b".".join((_bytes(id_), seconds.encode(), body)), sha256)
    return f"v1,{base64.b64encode(digest).decode()}"


def _bytes(text: str) -> bytes:
    """A header as bytes, also one that is no Unicode text: that signs nothing of ours."""
    return text.encode(errors="backslashreplace")
