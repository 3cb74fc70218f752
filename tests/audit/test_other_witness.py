"""A witness that others wrote answers to the same requests as ours, and our log is shown to it.

It is `aics-witness` (Python 3.12 and later), written for other logs from the same specification. It
is asked where its command is found on the path.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest
from audit.test_witness_evidence import IMPOSSIBLE, NOON, TRUE, History, publish
from audit.vectors import KEY, ORIGIN, WITNESS

from mentorcore.audit.notes.checkpoint import parse_note
from mentorcore.audit.witness.client import WitnessSink
from mentorcore.audit.witness.witness import Witness
from mentorcore.errors import HeadDiffers, RollbackRefused

pytestmark = pytest.mark.processes

PATIENCE = 20.0
HASH = b"A" * 43 + b"=\n"
REQUESTS = {
    "first, with the size not known": TRUE.request(0, 20),
    "smaller": TRUE.request(3, 5),
    "forked at the same size": History(1).request(20, 20),
    "forked, with another old size": History(1).request(0, 20),
    "forked and grown": History(1).request(20, 30),
    "an old size above the new one": TRUE.request(0, 5).replace(b"old 0", b"old 9"),
    "a proof from nothing": TRUE.request(0, 20).replace(b"old 0\n", b"old 0\n" + HASH),
    "a root that no empty log has": f"old 0\n\n{IMPOSSIBLE.note}".encode(),
    "a signature that does not hold": TRUE.request(20, 30).replace(b"\n30\n", b"\n31\n"),
    "an unknown origin": TRUE.request(20, 30).replace(ORIGIN.encode(), b"x.example/log"),
    "no proof": f"old 20\n\n{TRUE.at(30).note}".encode(),
    "no request": b"hello",
    "a leading zero": TRUE.request(20, 30).replace(b"old 20", b"old 020"),
}


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Where the other witness listens, and its key."""
    command = shutil.which("aics-witness")
    if command is None:
        pytest.skip("needs the command aics-witness")
    folder, port = tmp_path_factory.mktemp("witness"), _free_port()

    def said(*words: str) -> str:
        done = subprocess.run(
            [command, *words], cwd=folder, capture_output=True, text=True, check=True
        )
        return done.stdout

    said("init", "--name", "w.example/1", "--listen", f"127.0.0.1:{port}")
    said("add-log", "--origin", ORIGIN, "--vkey", str(KEY))
    key = next(word for word in said("status").split() if word.startswith("w.example/1+"))
    url = f"http://127.0.0.1:{port}"
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([command, "serve"], cwd=folder, stdout=log, stderr=log)
        try:
            _wait_for(url)
            yield url, key
        finally:
            server.terminate()
            server.wait(PATIENCE)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(URLError, OSError):
            try:
                urlopen(url, timeout=1).close()
            except HTTPError as error:
                error.close()
            return
        time.sleep(0.05)
    raise AssertionError(f"nobody listens at {url}")


def posted(url: str, body: bytes) -> int:
    try:
        with urlopen(Request(f"{url}/add-checkpoint", data=body), timeout=10) as answer:
            status: int = answer.status
            return status
    except HTTPError as error:
        with error:
            return error.code


def test_both_witnesses_answer_alike_and_a_fork_is_an_alarm(other: tuple[str, str]) -> None:
    url, key = other
    ours = Witness(":memory:", WITNESS, [KEY], lambda: NOON)
    sink = WitnessSink(url, key)
    for old, size in ((0, 5), (5, 9), (9, 20)):
        assert publish(sink, TRUE, size)
        assert ours.submit(TRUE.request(old, size)).status == 200

    statuses = {name: posted(url, body) for name, body in REQUESTS.items()}

    assert statuses == {name: ours.submit(body).status for name, body in REQUESTS.items()}
    for asked in (sink, WitnessSink(url, key)):
        with pytest.raises(HeadDiffers) as told:
            publish(asked, History(1), 20)
        assert parse_note(told.value.other)[0].root == TRUE.at(20).root
    with pytest.raises(RollbackRefused, match="has seen 20 events"):
        publish(sink, TRUE, 11)
    assert publish(sink, TRUE, 30)
    ours.close()
