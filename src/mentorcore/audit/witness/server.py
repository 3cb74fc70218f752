"""The witness on a port: checkpoints are submitted, and the newest is shown to whoever asks."""

import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from mentorcore.audit.notes.continuation import LONGEST_REQUEST
from mentorcore.audit.witness.witness import Reply, Witness

__all__ = ["WitnessServer"]

SECONDS = 30
SHOWN = re.compile(r"/([0-9a-f]{64})/checkpoint")


class WitnessServer(ThreadingHTTPServer):
    """Answers ``POST /add-checkpoint``; put a proxy with TLS before it where others can listen.

    ``GET /HASH/checkpoint`` shows the newest that was cosigned, HASH being the SHA-256 of the log's
    origin in hex.

    Args:
        witness: What decides.
        host: The address to listen at.
        port: The port; 0 takes a free one.
    """

    daemon_threads = True

    def __init__(self, witness: Witness, host: str = "127.0.0.1", port: int = 0) -> None:
        self.witness = witness
        super().__init__((host, port), _Handler)

    @property
    def url(self) -> str:
        """Where it listens."""
        host, port = self.server_address[:2]
        return f"http://{host if isinstance(host, str) else host.decode()}:{port}"


class _Handler(BaseHTTPRequestHandler):
    server: WitnessServer
    timeout = SECONDS
    protocol_version = "HTTP/1.1"
    server_version = "mentorcore-witness"
    sys_version = ""

    def do_POST(self) -> None:
        """Cosign or refuse."""
        length = self.headers.get("Content-Length", "")
        if self.path != "/add-checkpoint":
            self._answer(Reply(404, "POST /add-checkpoint is all that is understood\n"), last=True)
        elif not length.isdecimal() or int(length) > LONGEST_REQUEST:
            self._answer(Reply(413, "the request is too long, or of unknown length\n"), last=True)
        else:
            self._answer(self.server.witness.submit(self.rfile.read(int(length))))

    def do_GET(self) -> None:
        """Show the newest checkpoint of a log."""
        found = SHOWN.fullmatch(self.path)
        note = self.server.witness.cosigned(found[1]) if found else None
        if note is not None:
            self._answer(Reply(200, note))
        elif self.path == "/add-checkpoint":
            self._answer(Reply(405, "checkpoints are submitted by POST\n"))
        else:
            self._answer(Reply(404, "no log of this name was cosigned here\n"))

    def _answer(self, reply: Reply, *, last: bool = False) -> None:
        data = reply.body.encode()
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.kind)
        self.send_header("Content-Length", str(len(data)))
        if last:  # the body was not read, so the next request would begin in the middle of it
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing: the evidence is in the file."""
