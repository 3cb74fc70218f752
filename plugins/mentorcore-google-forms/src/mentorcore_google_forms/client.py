"""One form of the Forms API through Google's own client, with bounded patience.

The client is an extra and is loaded when it is needed. What goes wrong comes out as one sentence
that holds no secret: Google's own errors, which may quote requests, go no further than here.
"""

import json
import time
import warnings
from collections.abc import Callable, Iterator
from http.client import HTTPException
from typing import Any

from mentorcore.adapters.spec import Account

from mentorcore_google_forms.bodies import Body

__all__ = ["ATTEMPTS", "SCOPES", "Client", "Trouble"]

SCOPES = (
    "https://www.googleapis.com/auth/forms.body.readonly",
    "https://www.googleapis.com/auth/forms.responses.readonly",
)
"""What the adapter asks to be allowed: to read the form, and to read its responses."""

ATTEMPTS = 5
"""How often one request is made before its failure counts."""

LONGEST = 60.0
"""Seconds of the longest pause between two attempts, whatever the service asks for."""

SECRET = "credentials"  # noqa: S105 - the name of the secret
_TOO_MANY, _SERVER = 429, 500
_LIMIT_REASONS = ("rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED")


class Trouble(Exception):  # noqa: N818 - turned into the contract's error, or into a notice
    """Why the service cannot be read, for a coordinator.

    Attributes:
        code: ``credentials``, ``access``, ``no-form``, ``unavailable``, ``refused``, ``missing``.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Client:
    """A connection to one form; close it.

    Args:
        account: Whose form, with its secrets.
        endpoint: Where the service is; Google's own address when not given.
        pause: Waits so many seconds.

    Raises:
        Trouble: Google's client is not installed, or the credentials are none.
    """

    def __init__(
        self,
        account: Account,
        endpoint: str | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._form, self._pause = account.form, pause
        try:
            with warnings.catch_warnings():
                # In a Python's last year Google's client says at its import that it will drop it
                # one day. Whoever reads a form can do nothing about that, and it works.
                warnings.simplefilter("ignore", FutureWarning)
                from googleapiclient.discovery import build  # noqa: PLC0415 - an extra, and slow
        except ImportError:
            build = None
        if build is None:
            raise Trouble(
                "missing",
                "Google's client is not installed: pip install 'mentorcore-google-forms[api]'",
            )
        self._service = build(
            "forms",
            "v1",
            credentials=_credentials(account),
            client_options={"api_endpoint": endpoint} if endpoint else None,
            static_discovery=True,
            cache_discovery=False,
        )

    def close(self) -> None:
        """Close the connections."""
        self._service.close()

    def form(self) -> Body:
        """The form's own description.

        Raises:
            Trouble: It cannot be had.
        """
        return self._ask(self._service.forms().get(formId=self._form), "the form")

    def pages(self, since: str | None = None, size: int = 0) -> Iterator[Body]:
        """The pages of the list of responses, each asked for when it is needed.

        Args:
            since: Only responses submitted at this time or later (RFC 3339, in UTC).
            size: How many responses a page may hold; 0 for as many as the service gives.

        Raises:
            Trouble: A page cannot be had.
        """
        listing = self._service.forms().responses()
        wanted: dict[str, Any] = {"formId": self._form}
        if since:
            wanted["filter"] = f"timestamp >= {since}"
        if size:
            wanted["pageSize"] = size
        request, tokens = listing.list(**wanted), set()
        while request is not None:
            page = self._ask(request, "the responses")
            yield page
            token = page.get("nextPageToken")
            if token in tokens:
                raise Trouble("refused", "the service sends the same page again and again")
            tokens.add(token)
            request = listing.list_next(request, page)

    def _ask(self, request: Any, what: str) -> Body:
        """The answer to a request, which is repeated while that may help."""
        for attempt in range(ATTEMPTS):
            answer, trouble, wait = _once(request, what)
            if trouble is None:
                if not isinstance(answer, dict):
                    raise Trouble("refused", f"what the service sent for {what} is no JSON object")
                return answer
            if wait is None or attempt + 1 == ATTEMPTS:
                raise trouble
            self._pause(min(LONGEST, max(wait, 2.0**attempt)))
        raise AssertionError  # the last attempt returns or raises


def _once(request: Any, what: str) -> tuple[object, Trouble | None, float | None]:
    """An answer; or what is wrong, with the least pause in seconds if trying again may help."""
    from google.auth.exceptions import GoogleAuthError, TransportError  # noqa: PLC0415 - an extra
    from googleapiclient.errors import HttpError  # noqa: PLC0415 - the same
    from httplib2 import HttpLib2Error  # noqa: PLC0415 - the same

    try:
        return request.execute(num_retries=0), None, None
    except HttpError as error:
        return None, *_meaning(error, what)
    except (TransportError, HttpLib2Error, HTTPException, OSError) as error:
        kind = type(error).__name__
        trouble = Trouble("unavailable", f"the service cannot be reached ({kind}); try again later")
        return None, trouble, 0.0
    except GoogleAuthError:
        return None, _not_accepted(), None
    except ValueError:
        return None, Trouble("refused", f"what the service sent for {what} is no JSON object"), None


def _meaning(error: Any, what: str) -> tuple[Trouble, float | None]:
    """What an answer with an error status means."""
    status = int(error.status_code)
    limited = any(reason in _told(error) for reason in _LIMIT_REASONS)
    if status == _TOO_MANY or status >= _SERVER or limited:
        message = (
            f"the service is overloaded or out of order (HTTP {status}) and was asked {ATTEMPTS} "
            "times; sync again later, nothing is lost"
        )
        after = str(error.resp.get("retry-after", "0"))
        return Trouble("unavailable", message), float(after) if after.isdecimal() else 0.0
    match status:
        case 401:
            return _not_accepted(), None
        case 403:
            message = (
                f"these credentials may not read {what}; share the form with their account, and "
                f"allow {' and '.join(scope.rsplit('/', 1)[1] for scope in SCOPES)}"
            )
            return Trouble("access", message), None
        case 404:
            return Trouble("no-form", "there is no form with this id, or it was deleted"), None
        case _:
            return Trouble("refused", f"the service refuses to give {what} (HTTP {status})"), None


def _told(error: Any) -> str:
    """The text of an answer with an error status; it is looked at, never shown."""
    content = error.content
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""


def _not_accepted() -> Trouble:
    return Trouble(
        "credentials",
        "Google does not accept the credentials; they have expired or were withdrawn: sign in "
        "again, or make a new key",
    )


def _credentials(account: Account) -> Any:
    """The credentials in an account's secret: a service account's key, or a user's."""
    from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415 - an extra
    from google.oauth2 import credentials, service_account  # noqa: PLC0415 - the same

    try:
        text = account.secret(SECRET).strip()
    except LookupError:
        text = ""
    if not text:
        raise Trouble("credentials", f"there is no secret {SECRET!r} for this account")
    if not text.startswith("{"):
        return credentials.Credentials(token=text)  # type: ignore[no-untyped-call]  # Google's
    try:
        known = json.loads(text)
        if known.get("type") == "service_account":
            return service_account.Credentials.from_service_account_info(known, scopes=SCOPES)  # type: ignore[no-untyped-call]  # Google's
        if known.get("type") == "authorized_user":
            return credentials.Credentials.from_authorized_user_info(known, scopes=SCOPES)  # type: ignore[no-untyped-call]  # Google's
    except (ValueError, GoogleAuthError, AttributeError, KeyError, TypeError):
        pass  # the error may quote the secret
    raise Trouble(
        "credentials",
        f"the secret {SECRET!r} is neither the key of a service account nor a user's credentials "
        "(JSON), nor an access token",
    )
