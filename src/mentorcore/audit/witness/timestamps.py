"""Time stamps of checkpoints by an authority (RFC 3161): they existed not later than it says.

The authority sees a digest and nothing of the log. What it answers is kept, and can be checked by
anybody who trusts the authority's root certificate.
"""

import base64
import binascii
import hashlib
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from importlib import import_module
from math import ceil, floor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import attrs

from mentorcore.audit.notes.kept_stamps import KeptStamp
from mentorcore.audit.notes.signing import STAMPS
from mentorcore.errors import Invalid, LogError, MissingExtra, NoteInvalid, Problem

__all__ = ["TimeStamp", "TimestampSink", "read_stamp", "stamped_at"]

SECONDS = 10.0
LONGEST_ANSWER = 65_536
GENERALIZED = re.compile(rb"\x18(.)(\d{14})((?:\.\d+)?)Z", re.DOTALL)
"""A moment as DER writes it: to the second, and perhaps with a fraction."""


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
        self.name = STAMPS + urlsplit(url).netloc + urlsplit(url).path.rstrip("/")
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


@attrs.frozen
class TimeStamp:
    """What an authority says of a checkpoint: it had it before it at some time between these two.

    Both bounds lie outside of what it says, by the accuracy that it states and by what is rounded.
    They are by its clock.

    Attributes:
        size: How many events the checkpoint covers.
        authority: Where it answered.
        earliest: It saw the checkpoint not before this; ``None`` where that cannot be read.
        latest: It saw it not later than this: so long the checkpoint has existed.
        serial: The number that it gave to this time stamp, in decimal.
        checked: Whether it is signed by somebody under one of the root certificates that were
            given, and is of this checkpoint.
        problem: Why it does not hold; empty where it does, or where none were given.
        note: The checkpoint; empty where none of this size is there.
        answer: What the authority answered (RFC 3161, DER).
    """

    size: int
    authority: str
    earliest: datetime | None
    latest: datetime | None
    serial: str
    checked: bool
    problem: str
    note: str = attrs.field(repr=False)
    answer: bytes = attrs.field(repr=False)


def read_stamp(kept: KeptStamp, note: str, roots: str | Path | None) -> TimeStamp:
    """Read a time stamp that was kept, and check it if the trusted root certificates are given.

    Args:
        kept: What the authority answered.
        note: The checkpoint of its size; empty where there is none.
        roots: The file of the root certificates (PEM).

    Raises:
        Invalid: The file of certificates cannot be read.
        MissingExtra: The extra ``timestamp`` is not installed.
    """
    library = _library()
    trusted = None if roots is None else _certificates(Path(roots))
    problem, checked, serial = "", False, ""
    earliest: datetime | None = None
    latest: datetime | None = None
    try:
        response = library.decode_timestamp_response(kept.answer)
        earliest, latest = _bounds(response, kept.answer)
        serial = str(response.tst_info.serial_number)
        if not note:
            problem = f"no checkpoint of {kept.size} events is there to compare it with"
        elif not _is_of(response.tst_info.message_imprint.message, _stamped(note)):
            problem = "it is of another checkpoint"
        elif trusted is not None:
            _checked(library, kept.answer, _stamped(note), trusted, library.VerifierBuilder())
            checked = True
    except (NoteInvalid, LogError) as error:
        problem = str(error)
    except (ValueError, library.VerificationError) as error:
        problem = f"it cannot be read: {error}"
    return TimeStamp(
        size=kept.size,
        authority=kept.authority,
        earliest=earliest,
        latest=latest,
        serial=serial,
        checked=checked,
        problem=problem,
        note=note,
        answer=kept.answer,
    )


def stamped_at(detail: str, note: str, roots: str | Path) -> datetime:
    """Not later than when an authority saw a checkpoint, from the answer that was kept.

    It is what the authority says, with the accuracy that it states added, and rounded up.

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
    trusted, builder = _certificates(Path(roots)), library.VerifierBuilder()
    response = _checked(library, answer, _stamped(note), trusted, builder)
    return _bounds(response, answer)[1]


def _stamped(note: str) -> bytes:
    """What is stamped: the text of the checkpoint and not its signatures, which may grow."""
    return (note.rpartition("\n\n")[0] + "\n").encode()


def _is_of(digest: bytes, text: bytes) -> bool:
    """Whether this is a digest of the text, by any of the algorithms that are in use."""
    return digest in (hashlib.new(name, text).digest() for name in ("sha256", "sha384", "sha512"))


def _checked(library: Any, answer: bytes, text: bytes, roots: list[Any], builder: Any) -> Any:
    """The answer, decoded, if it is of this text and signed under one of the roots."""
    for root in roots:
        builder = builder.add_root_certificate(root)
    try:
        response = library.decode_timestamp_response(answer)
        if response.status not in (library.PKIStatus.GRANTED, library.PKIStatus.GRANTED_WITH_MODS):
            raise LogError(f"the authority refused: {', '.join(response.status_string)}")
        builder.build().verify_message(response, text)
    except (ValueError, library.VerificationError) as error:
        raise NoteInvalid(f"the time stamp does not hold: {error}") from error
    return response


def _bounds(response: Any, answer: bytes) -> tuple[datetime, datetime]:
    """Not before and not later than when the authority saw it.

    Raises:
        NoteInvalid: The times lie outside of every calendar.
    """
    told = response.tst_info
    whole: datetime = told.gen_time.astimezone(UTC).replace(microsecond=0)
    # The library leaves out the fraction of the second, so it is read where it stands. Whatever
    # else may look like it in the answer widens the bounds and never narrows them.
    stated = (m for m in GENERALIZED.finditer(answer) if m[1][0] == len(m[2] + m[3]) + 1)
    of_it = [m[3][1:] for m in stated if m[2] == whole.strftime("%Y%m%d%H%M%S").encode()]
    parts = [Fraction(int(digits or b"0"), 10 ** len(digits)) for digits in of_it]
    low, high = (min(parts), max(parts)) if parts else (Fraction(0), Fraction(1))
    within = told.accuracy
    parts_of = (0, 0, 0) if within is None else (within.seconds, within.millis, within.micros)
    seconds, millis, micros = (int(part or 0) for part in parts_of)
    try:
        accuracy = timedelta(seconds=seconds, milliseconds=millis, microseconds=micros)
        return (
            whole + timedelta(microseconds=floor(low * 1_000_000)) - accuracy,
            whole + timedelta(microseconds=ceil(high * 1_000_000)) + accuracy,
        )
    except OverflowError as error:
        raise NoteInvalid("the time stamp states an accuracy of many years") from error


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
