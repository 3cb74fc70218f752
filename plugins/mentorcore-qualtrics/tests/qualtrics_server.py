"""A server on this computer that answers as the Qualtrics export API does, well or badly."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from qualtrics_made import fixture, zipped

TOKEN = "s3cret-made-up-token"
NOW = datetime(2026, 3, 20, 12, 0, 0, tzinfo=UTC)


def problem(status: int, message: str, code: str = "MADE_1") -> tuple[int, Any]:
    said = {"errorCode": code, "errorMessage": message}
    meta = {"requestId": "req-1", "httpStatus": f"{status} - Made", "error": said}
    return status, {"meta": meta}


class Play:
    """What the server does; a test changes what it is about."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.failures: list[tuple[int, Any]] = []
        self.more_headers: dict[str, str] = {}
        self.progress: list[dict[str, Any]] = [
            {"percentComplete": 0.0, "status": "inProgress"},
            {"percentComplete": 100.0, "status": "inProgress"},
            {"percentComplete": 100.0, "status": "complete", "fileId": "file-1"},
        ]
        self.records: list[dict[str, Any]] = [
            json.loads(line) for line in fixture("responses.ndjson").splitlines()
        ]
        self.modified = ["2026-03-02T17:00:05Z", "2026-03-03T09:00:00Z", "2026-03-19T08:00:00Z"]
        self.file: bytes | None = None
        self.short = 0
        self.gone = 0
        self.definition: tuple[int, Any] = (200, json.loads(fixture("survey.qsf")))
        self.tokens: dict[str, int] = {}
        self.body: dict[str, Any] = {}
        self.base = ""
        self.date: datetime = NOW
        self.asked = 0

    def export(self) -> bytes:
        """The archive that the last start asked for; its end is exclusive."""
        begin, end = self.body.get("startDate", ""), self.body.get("endDate", "9999")
        if token := self.body.get("continuationToken"):
            chosen = self.records[self.tokens[token] :]
        else:
            pairs = zip(self.records, self.modified, strict=True)
            chosen = [record for record, at in pairs if begin <= at < end]
        lines = "".join(json.dumps(record) + "\n" for record in chosen)
        return zipped(("Meetings: what, why?.ndjson", lines.encode()))

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        parts = unquote(path).strip("/").split("/")
        if self.failures:
            return self.failures.pop(0)
        if "survey-definitions" in parts:
            status, content = self.definition
            return status, {"result": content} if status == 200 else content
        if parts[-1] == "response-schema":
            return 200, {"result": {}, "meta": {"httpStatus": "200 - OK"}}
        if method == "POST":
            return self.start(body)
        if parts[-1] == "file" and self.gone:
            self.gone -= 1
            return problem(404, "The file has expired")
        if parts[-1] == "file":
            return 200, self.file if self.file is not None else self.export()
        result = self.progress[min(self.asked, len(self.progress) - 1)]
        self.asked += 1
        return 200, {"result": result, "meta": {"httpStatus": "200 - OK"}}

    def start(self, body: Any) -> tuple[int, Any]:
        token = body.get("continuationToken")
        if token is not None and token not in self.tokens:
            return problem(400, "The continuationToken has expired", "ECT_5")
        self.body, self.asked = body, 0
        if body.get("allowContinuation"):
            new = f"token-{len(self.tokens) + 1}"
            self.tokens[new] = len(self.records)
            self.progress[-1]["continuationToken"] = new
        result = {"progressId": "ES_made/1", "percentComplete": 0.0, "status": "inProgress"}
        return 200, {"result": result, "meta": {"requestId": "r", "httpStatus": "200 - OK"}}


@contextmanager
def serving() -> Iterator[Play]:
    play = Play()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._serve("GET", None)

        def do_POST(self) -> None:
            size = int(self.headers["Content-Length"])
            self._serve("POST", json.loads(self.rfile.read(size)))

        def _serve(self, method: str, body: Any) -> None:
            path = urlsplit(self.path).path
            play.seen.append((method, self.path, body))
            play.headers.append(dict(self.headers))
            if self.headers["X-API-TOKEN"] != TOKEN:
                status, content = problem(401, f"Bad token {self.headers['X-API-TOKEN']}")
            else:
                status, content = play.answer(method, path, body)
            data = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response_only(status)
            self.send_header("Date", format_datetime(play.date, usegmt=True))
            self.send_header("Content-Length", str(len(data)))
            for name, value in play.more_headers.items():
                self.send_header(name, value)
            self.end_headers()
            if path.endswith("/file") and play.short:
                play.short -= 1
                data = data[: len(data) // 2]
            self.wfile.write(data)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    play.base = f"http://127.0.0.1:{server.server_port}"
    try:
        yield play
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
