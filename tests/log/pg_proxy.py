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

COMMIT, ROLLBACK = b"COMMIT\0", b"ROLLBACK\0"
"""What a client asks for at the end, and what the server says that it has done."""


class Proxy:
    """Passes bytes between a Unix socket of its own and the server's.

    Set ``cut`` to ``after`` and the next commit reaches the server, but its answer is lost; to
    ``before``, and the commit itself is lost. With ``cut_up`` or ``cut_down`` the line breaks when
    so many more bytes have gone to the server, or come from it. Either happens once. While
    ``frozen`` is set, every byte waits, and nobody is told; while ``down`` is, nobody gets through.
    With ``then_frozen`` or ``then_down`` that begins with the cut.
    """

    def __init__(self, server: Path) -> None:
        self.cut: Literal["after", "before"] | None = None
        self.cut_up: int | None = None
        self.cut_down: int | None = None
        self.cuts = 0
        self.frozen = self.then_frozen = False
        self.down = self.then_down = False
        self.home = Path(tempfile.mkdtemp(prefix="mc-px-", dir="/tmp"))
        self._server = str(server / ".s.PGSQL.5432")
        self._counting = threading.Lock()
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
            if self.down or server.connect_ex(self._server):
                client.close()
                server.close()
                continue
            unheard = threading.Event()
            answering = threading.Thread(
                target=self._down, args=(client, server, unheard), daemon=True
            )
            answering.start()
            threading.Thread(
                target=self._up, args=(client, server, unheard, answering), daemon=True
            ).start()

    def _up(
        self,
        client: socket.socket,
        server: socket.socket,
        unheard: threading.Event,
        answering: threading.Thread,
    ) -> None:
        while data := self._received(client):
            if COMMIT in data and self.cut:
                moment, self.cut = self.cut, None
                if moment == "after":
                    unheard.set()
                    server.sendall(data)
                    answering.join(5.0)  # the server commits and answers, and nobody hears it
                self._broken()
                with suppress(OSError):
                    client.shutdown(socket.SHUT_WR)
                break
            passing = self._passing(data, "cut_up")
            with suppress(OSError):
                server.sendall(passing)
            if len(passing) < len(data):
                break
        for line in (client, server):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()

    def _down(self, client: socket.socket, server: socket.socket, unheard: threading.Event) -> None:
        with suppress(OSError):
            while data := self._received(server):
                if unheard.is_set():
                    if COMMIT in data or ROLLBACK in data:
                        return
                    continue
                passing = self._passing(data, "cut_down")
                client.sendall(passing)
                if len(passing) < len(data):
                    break
            for line in (client, server):
                line.shutdown(socket.SHUT_RDWR)

    def _passing(self, data: bytes, cut: Literal["cut_up", "cut_down"]) -> bytes:
        """As much of what came as passes before the line breaks."""
        with self._counting:
            left = getattr(self, cut)
            if left is None:
                return data
            if left >= len(data):
                setattr(self, cut, left - len(data))
                return data
            setattr(self, cut, None)
            self._broken()
            return data[:left]

    def _broken(self) -> None:
        self.cuts += 1
        self.frozen, self.then_frozen = self.then_frozen or self.frozen, False
        self.down, self.then_down = self.then_down or self.down, False

    def _received(self, line: socket.socket) -> bytes:
        try:
            data = line.recv(1 << 16)
        except OSError:
            data = b""
        while self.frozen:
            time.sleep(0.01)
        return data
