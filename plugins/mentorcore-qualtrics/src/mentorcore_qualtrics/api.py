"""Requests to the Qualtrics API: bounded retries, errors in words, and the token told to nobody.

Redirects are not followed, since the token would be sent along to wherever they lead; and plain
http is spoken to this computer only.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse, IncompleteRead
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPRedirectHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)

from mentorcore.adapters.spec import Account, Options, SourceUnreadable

__all__ = ["TRIES", "Client", "ServiceRefused", "connect"]

TRIES = 5
"""How often a request is made before the service counts as failing."""

TIMEOUT = 60.0
LONGEST = 60.0
"""Seconds of the longest pause between two tries, whatever the service asks for."""

IN_MEMORY, LARGEST = 16 << 20, 2 << 30
"""Bytes of a download kept in memory, and bytes of the largest one taken."""

ANSWER = 32 << 20
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_TOO_MANY, _SERVER = 429, 500


class ServiceRefused(SourceUnreadable):
    """The service said no.

    Attributes:
        status: The status of the answer.
        code: The service's own word for the error.
    """

    def __init__(self, message: str, *, file: str, status: int, code: str = "") -> None:
        super().__init__(message, file=file)
        self.status = status
        self.code = code


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        """Follow none."""


class Client:
    """Talks to one data centre in the name of one account.

    Args:
        base: Where the API is, without a path.
        token: The API token.
        name: What the account is called in messages.
        pause: Waits a number of seconds.
    """

    def __init__(self, base: str, token: str, name: str, pause: Callable[[float], None]) -> None:
        self._base, self._token, self._name, self._pause = base, token, name, pause
        local = urlsplit(base).hostname in _LOOPBACK
        handlers = [_NoRedirect(), *([ProxyHandler({})] if local else [])]
        self._opener: OpenerDirector = build_opener(*handlers)
        self.clock: datetime | None = None

    def __repr__(self) -> str:
        return f"<Client {self._base}>"

    def call(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
        """The ``result`` of a request.

        Raises:
            ServiceRefused: The service answers with an error.
            SourceUnreadable: It cannot be reached, or does not answer as it should.
        """
        content = self._try(method, path, body, self._answer)
        try:
            found = json.loads(content)
        except (ValueError, RecursionError):
            raise self._no("the service answered with something that is not JSON") from None
        if not isinstance(found, dict):
            raise self._no("the service answered with something that is no object")
        meta = found.get("meta")
        if isinstance(meta, dict) and isinstance(meta.get("error"), dict):
            raise self._refused(200, content)
        return found.get("result")

    def download(self, path: str) -> BinaryIO:
        """A file of the service, whole; the caller closes it.

        Raises:
            SourceUnreadable: It cannot be had whole.
        """
        kept: BinaryIO = self._try("GET", path, None, self._file)
        return kept

    def _try(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None,
        take: Callable[[HTTPResponse], Any],
    ) -> Any:
        """Make a request until it is answered, with longer and longer pauses in between."""
        data = None if body is None else json.dumps(body).encode()
        problem = ""
        for turn in range(TRIES):
            wait = float(2**turn)
            try:
                with self._opener.open(
                    self._request(method, path, data), timeout=TIMEOUT
                ) as answer:
                    self._note_time(answer.headers.get("Date"))
                    return take(cast(HTTPResponse, answer))
            except HTTPError as error:
                with error:
                    content = _some(error)
                if error.code != _TOO_MANY and error.code < _SERVER:
                    raise self._refused(error.code, content) from None
                problem = str(self._refused(error.code, content).message)
                wait = _asked_wait(error.headers.get("Retry-After")) or wait
            except SourceUnreadable:
                raise
            except (OSError, HTTPException) as error:
                reason = getattr(error, "reason", None) or type(error).__name__
                problem = f"the service cannot be reached ({self._clean(str(reason))})"
            if turn + 1 < TRIES:
                self._pause(min(wait, LONGEST))
        raise self._no(f"{problem}; given up after {TRIES} tries") from None

    def _request(self, method: str, path: str, data: bytes | None) -> Request:
        headers = {"X-API-TOKEN": self._token, "Accept": "application/json, application/zip"}
        if data is not None:
            headers["Content-Type"] = "application/json"
        return Request(self._base + path, data, headers, method=method)  # noqa: S310 - connect() looked at the scheme

    def _answer(self, answer: HTTPResponse) -> bytes:
        content = answer.read(ANSWER + 1)
        if len(content) > ANSWER:
            raise self._no("the service answered with more than an answer can hold")
        _check_whole(answer, len(content))
        return content

    def _file(self, answer: HTTPResponse) -> BinaryIO:
        # It has no name on the disk, and is gone when it is closed.
        kept = cast(BinaryIO, SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115 - the caller closes it
        try:
            self._copy(answer, kept)
        except BaseException:
            kept.close()
            raise
        kept.seek(0)
        return kept

    def _copy(self, answer: HTTPResponse, kept: BinaryIO) -> None:
        size = 0
        while data := answer.read(1 << 16):
            size += len(data)
            if size > LARGEST:
                raise self._no(f"the download holds more than {LARGEST:,} bytes")
            kept.write(data)
        _check_whole(answer, size)

    def _note_time(self, said: str | None) -> None:
        """Remember the service's clock, which its dates are compared with."""
        try:
            at = parsedate_to_datetime(said or "")
        except ValueError:
            return
        self.clock = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)

    def _refused(self, status: int, content: bytes) -> ServiceRefused:
        """What the service says is wrong, in either shape of its errors."""
        meta: Any = {}
        try:
            found = json.loads(content)
            meta = found.get("meta") if isinstance(found, dict) else {}
        except (ValueError, RecursionError):
            pass
        meta = meta if isinstance(meta, dict) else {}
        error = meta.get("error") if isinstance(meta.get("error"), dict) else meta
        said = self._clean(str(error.get("errorMessage") or meta.get("httpStatus") or ""))
        code = self._clean(str(error.get("errorCode") or meta.get("internalErrorCode") or ""))
        words = {
            401: "the service does not accept the token",
            403: "this account may not read the survey",
            404: "the service does not know the survey or the export",
        }.get(status, "the service refused" if status < _SERVER else "the service failed")
        quoted = f": {said}" if said else ""
        number = self._clean(str(meta.get("requestId") or ""))
        request = f", request {number}" if number else ""
        message = f"{words} (status {status}{f', {code}' if code else ''}{request}){quoted}"
        return ServiceRefused(message, file=self._name, status=status, code=code)

    def _clean(self, text: str) -> str:
        """A text of the service without the token, on one line and of bounded length."""
        return " ".join(text.replace(self._token, "(token)").split())[:500]

    def _no(self, message: str) -> SourceUnreadable:
        return SourceUnreadable(message, file=self._name)


def connect(account: Account, options: Options, pause: Callable[[float], None]) -> Client:
    """A client for an account, at the data centre that is declared under ``more``.

    Raises:
        SourceUnreadable: No data centre is declared, or the token cannot be one.
    """
    base = options.more.get("base_url", "").rstrip("/")
    centre = options.more.get("datacenter", "").strip()
    if not base:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]*", centre):
            raise SourceUnreadable(
                "declare the data centre of the account under more, for example "
                'datacenter = "fra1" (it stands in the address of the survey editor)',
                file=account.name,
            )
        base = f"https://{centre}.qualtrics.com"
    parts = urlsplit(base)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise SourceUnreadable(
            "base_url must begin with https://, or the token would travel in the open",
            file=account.name,
        )
    token = account.secret("token").strip()
    if not re.fullmatch(r"[!-~]+", token):  # http.client would quote a malformed one in its error
        raise SourceUnreadable(
            "the token is empty or holds characters that no token has; copy it again from the "
            "account settings",
            file=account.name,
        )
    return Client(base, token, account.name, pause)


def _some(error: HTTPError) -> bytes:
    try:
        return error.read(1 << 16)
    except (OSError, HTTPException):
        return b""


def _check_whole(answer: HTTPResponse, size: int) -> None:
    """Notice an answer that ended early, which http.client lets pass when read in pieces."""
    said = answer.headers.get("Content-Length")
    if said is not None and said.isdecimal() and int(said) != size:
        raise IncompleteRead(b"", int(said) - size)


def _asked_wait(said: str | None) -> float | None:
    """The pause that a service asks for, in seconds or as a date."""
    if said is None:
        return None
    if said.strip().isdecimal():
        return float(said)
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max((until - datetime.now(UTC)).total_seconds(), 0.0)
