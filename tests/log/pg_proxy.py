"""A line to PostgreSQL that can be cut at the worst moment: around a commit."""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Literal

COMMIT = b"COMMIT\0"


class Proxy:
    """Passes bytes between a Unix socket of its own and the server's.

    Set ``cut`` to ``after`` and the next commit reaches the server, but its answer is lost; to
    ``before``, and the commit itself is lost. Either happens once. While ``frozen`` is set, every
    byte waits, and nobody is told; with ``then_frozen`` that begins with the cut.
    """

    def __init__(self, server: Path) -> None:
        self.cut: Literal["after", "before"] | None = None
        self.cuts = 0
        self.frozen = self.then_frozen = False
        self.home = Path(tempfile.mkdtemp(prefix="mc-px-", dir="/tmp"))
        self._server = str(server / ".s.PGSQL.5432")
        self._ear = socket.socket(socket.AF_UNIX)
        self._ear.bind(str(self.home / ".s.PGSQL.5432"))
        self._ear.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, schema: str) -> str:
        return f"postgresql://mentor@/postgres?host={self.home}&schema={schema}"

    def close(self) -> None:
        self.frozen = False
        self._ear.close()
        shutil.rmtree(self.home)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._ear.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._server)
            threading.Thread(target=self._up, args=(client, server), daemon=True).start()
            threading.Thread(target=self._down, args=(client, server), daemon=True).start()

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        while data := self._received(client):
            if COMMIT in data and self.cut:
                moment, self.cut = self.cut, None
                self.cuts += 1
                client.shutdown(socket.SHUT_WR)  # no answer gets through from here on
                if moment == "after":
                    server.sendall(data)
                    time.sleep(0.1)  # the server commits and answers, and nobody hears it
                self.frozen, self.then_frozen = self.then_frozen, False
                break
            server.sendall(data)
        for line in (client, server):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()

    def _down(self, client: socket.socket, server: socket.socket) -> None:
        try:
            while data := self._received(server):
                client.sendall(data)
            client.shutdown(socket.SHUT_RDWR)
        except OSError:
            return

    def _received(self, line: socket.socket) -> bytes:
        try:
            data = line.recv(1 << 16)
        except OSError:
            data = b""
        while self.frozen:
            time.sleep(0.01)
        return data
