"""A Forms API on the loopback interface that pages, fails and forgets as the real one may."""

import json
import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs, urlsplit


class Asked(NamedTuple):
    """A request as it arrived."""

    path: str
    query: dict[str, str]
    authorization: str | None


class FormsServer:
    """The service; use it as a context manager.

    Attributes:
        form: What ``forms.get`` answers.
        responses: What ``responses.list`` pages through, in this order.
        page: Responses on a page.
        planned: Answers given to the next requests in place of the right ones: status, headers
            and content; ``None`` lets one request pass.
        token: The access token that is accepted and given out; ``None`` accepts everybody.
        revoked: Whether the token endpoint refuses to give a token.
        closed_to: ``forms`` or ``responses``, which may then not be read.
        asked: The requests for the form and its responses, in their order.
        tokens_given: How often a token was asked for.
    """

    def __init__(self, form: dict[str, Any], responses: list[dict[str, Any]]) -> None:
        self.form, self.responses, self.page = form, responses, 2
        self.planned: deque[tuple[int, dict[str, str], bytes] | None] = deque()
        self.token: str | None = None
        self.revoked = False
        self.closed_to: set[str] = set()
        self.asked: list[Asked] = []
        self.tokens_given = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, asked: Asked) -> tuple[int, dict[str, str], bytes]:
        """The answer to a request."""
        self.asked.append(asked)
        if self.planned and (planned := self.planned.popleft()) is not None:
            return planned
        if self.token is not None and asked.authorization != f"Bearer {self.token}":
            return error(401, "UNAUTHENTICATED")
        parts = asked.path.strip("/").split("/")
        if parts[:3] != ["v1", "forms", self.form["formId"]]:
            return error(404, "NOT_FOUND")
        what = "responses" if parts[3:] == ["responses"] else "forms"
        if what in self.closed_to:
            return error(403, "PERMISSION_DENIED")
        body = self.listing(asked.query) if what == "responses" else self.form
        return 200, {}, json.dumps(body).encode()

    def listing(self, query: dict[str, str]) -> dict[str, Any]:
        """One page of the responses that a request asks for; an empty list is left out."""
        wanted = query.get("filter", "")
        start, _, mark = (query.get("pageToken") or f"0|{wanted}").partition("|")
        assert mark == wanted, "a page must be asked for with the same filter as the first"
        since = wanted.removeprefix("timestamp >= ")
        found = [r for r in self.responses if r.get("lastSubmittedTime", "") >= since]
        size = min(self.page, int(query.get("pageSize") or self.page))
        begin = int(start)
        body: dict[str, Any] = {}
        if found[begin : begin + size]:
            body["responses"] = found[begin : begin + size]
        if begin + size < len(found):
            body["nextPageToken"] = f"{begin + size}|{wanted}"
        return body

    def _handler(service) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - self is the handler's
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"  # connections stay open, as with the real service

            def do_GET(self) -> None:
                address = urlsplit(self.path)
                query = {key: values[0] for key, values in parse_qs(address.query).items()}
                asked = Asked(address.path, query, self.headers.get("Authorization"))
                self.send(*service.answer(asked))

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                service.tokens_given += 1
                if service.revoked:
                    told = {"error": "invalid_grant", "error_description": "Token was revoked."}
                    self.send(400, {}, json.dumps(told).encode())
                else:
                    told = {
                        "access_token": str(service.token),
                        "expires_in": "3600",
                        "token_type": "Bearer",
                    }
                    self.send(200, {}, json.dumps(told).encode())

            def send(self, status: int, headers: dict[str, str], content: bytes) -> None:
                self.send_response(status)
                headers = {
                    "Content-Type": "application/json",
                    "Content-Length": str(len(content)),
                } | headers
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)
                self.close_connection = int(headers["Content-Length"]) != len(content)

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        return Handler


def error(status: int, reason: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """An error as the service words it."""
    told = {"error": {"code": status, "message": reason.lower(), "status": reason}}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return status, named, json.dumps(told).encode()
