"""Time stamps of checkpoints by an authority (RFC 3161): they existed not later than it says.

The authority sees a digest and nothing of the log. What it answers is kept, and can be checked by
anybody who trusts the authority's root certificate.
"""

import base64
import binascii
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mentorcore.audit.notes.signing import STAMPS
from mentorcore.errors import Invalid, LogError, MissingExtra, NoteInvalid, Problem

__all__ = ["TimestampSink", "stamped_at"]

SECONDS = 10.0
LONGEST_ANSWER = 65_536


class TimestampSink:
    """A time stamp authority over HTTP. Needs the extra ``timestamp``.

    Args:
        url: Where it answers, such as ``https://tsa.example.org``.
        roots: The file of the root certificates (PEM) that are trusted for it; an answer that
            does not lead to one of them is not kept.
        timeout: Seconds to wait for its answer.

    Raises:
        MissingExtra: The extra is not installed.
        Invalid: The address is none, or the file holds no certificate.
    """

    outside = True

    def __init__(self, url: str, roots: str | Path, *, timeout: float = SECONDS) -> None:
        self._library = _library()
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
            raise Invalid(
                "a time stamp authority cannot be reached there",
                [Problem("url", f"is {url!r}", "https://tsa.example.org")],
            )
        self.name = STAMPS + urlsplit(url).netloc
        self._url = url
        self._roots = _certificates(Path(roots))
        self._timeout = timeout

    def publish(self, note: str, consistency: Callable[[int], Sequence[bytes]]) -> str:  # noqa: ARG002 - the protocol of all sinks
        """Let the checkpoint be stamped; the answer is kept in base64.

        Raises:
            LogError: The authority cannot be reached, or refuses.
            NoteInvalid: Its answer is not signed as it must be.
        """
        library = self._library
        asked = (
            library.TimestampRequestBuilder()
            .data(_stamped(note))
            .hash_algorithm(library.HashAlgorithm.SHA256)
            .build()
        )
        answer = self._post(asked.as_bytes())
        _checked(
            library,
            answer,
            _stamped(note),
            self._roots,
            library.VerifierBuilder.from_request(asked),
        )
        return base64.b64encode(answer).decode("ascii")

    def _post(self, body: bytes) -> bytes:
        request = urllib.request.Request(  # noqa: S310 - http and https only, checked above
            self._url, data=body, headers={"Content-Type": "application/timestamp-query"}
        )
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as answer:  # noqa: S310 - the same
                data: bytes = answer.read(LONGEST_ANSWER)
                return data
        except urllib.error.HTTPError as error:
            with error:
                raise LogError(f"{self._url} answered {error.code}: {error.reason}") from error
        except (OSError, urllib.error.URLError) as error:
            why = getattr(error, "reason", error)
            raise LogError(f"{self._url} cannot be reached: {why}") from error


def stamped_at(detail: str, note: str, roots: str | Path) -> datetime:
    """When an authority saw a checkpoint, from the answer that was kept.

    Args:
        detail: What `TimestampSink.publish` answered.
        note: The checkpoint; lines that witnesses added since make no difference.
        roots: The file of the root certificates that are trusted.

    Raises:
        NoteInvalid: The answer is of another checkpoint, or not signed as it must be.
        MissingExtra: The extra ``timestamp`` is not installed.
    """
    library = _library()
    try:
        answer = base64.b64decode(detail, validate=True)
    except binascii.Error as error:
        raise NoteInvalid("this is no time stamp in base64") from error
    return _checked(
        library, answer, _stamped(note), _certificates(Path(roots)), library.VerifierBuilder()
    )


def _stamped(note: str) -> bytes:
    """What is stamped: the text of the checkpoint and not its signatures, which may grow."""
    return (note.rpartition("\n\n")[0] + "\n").encode()


def _checked(library: Any, answer: bytes, text: bytes, roots: list[Any], builder: Any) -> datetime:
    for root in roots:
        builder = builder.add_root_certificate(root)
    try:
        response = library.decode_timestamp_response(answer)
        if response.status not in (library.PKIStatus.GRANTED, library.PKIStatus.GRANTED_WITH_MODS):
            raise LogError(f"the authority refused: {', '.join(response.status_string)}")
        builder.build().verify_message(response, text)
        stamped: datetime = response.tst_info.gen_time
    except (ValueError, library.VerificationError) as error:
        raise NoteInvalid(f"the time stamp does not hold: {error}") from error
    return stamped.astimezone(UTC)


def _certificates(path: Path) -> list[Any]:
    from cryptography import x509  # noqa: PLC0415 - when first needed

    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise Invalid(
            "the authority's root certificates cannot be read",
            [Problem("roots", f"{path}: {error}", "a file of certificates in PEM")],
        ) from error


def _library() -> Any:
    try:
        return import_module("rfc3161_client")
    except ImportError as error:
        raise MissingExtra("a time stamp of an authority", "timestamp") from error
