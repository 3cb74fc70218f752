"""Asking a service that a test has started, over real HTTP on loopback."""

import json
import socket
import time
import urllib.error
import urllib.request
from typing import Any

import attrs


@attrs.frozen
class Service:
    """A running service."""

    url: str

    def ask(
        self, path: str, body: Any = None, key: str | None = None
    ) -> tuple[int, dict[str, Any]]:
        """Status and body of an answer; a connection that a dying worker cut is tried again."""
        headers = {"Content-Type": "application/json"}
        if key is not None:
            headers["Idempotency-Key"] = key
        sent = None if body is None else json.dumps(body).encode()
        until = time.monotonic() + 20
        while True:
            request = urllib.request.Request(self.url + path, sent, headers)
            try:
                with urllib.request.urlopen(request, timeout=20) as answer:
                    return answer.status, json.load(answer)
            except urllib.error.HTTPError as refusal:
                with refusal:
                    return refusal.code, json.load(refusal)
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
