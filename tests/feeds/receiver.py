"""A receiver of webhooks on the loopback, which answers as it is told to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import attrs


@attrs.define
class Received:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes


@attrs.define
class Receiver:
    """What was received, and what is answered: the next of the list, and its last ever after."""

    url: str
    answers: list[int] = attrs.Factory(lambda: [204])
    received: list[Received] = attrs.Factory(list)
    refuses: bytes | None = None

    def answer(self, body: bytes) -> int:
        if self.refuses is not None and self.refuses in body:
            return 422
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def listening(*answers: int) -> Iterator[Receiver]:
    """A receiver for the length of a block."""
    found = Receiver("", [*(answers or (204,))])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            found.received.append(Received(self.path, dict(self.headers.items()), body))
            self.send_response(found.answer(body))
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_what: Any) -> None:
            """Tests say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}/events?of=log"
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    serving.start()
    try:
        yield found
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
