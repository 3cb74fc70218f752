"""Processes that tests start: none outlives its test, and none is waited for without end."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

PATIENCE = 60.0
"""Seconds in which a process says what is waited for, however busy the machine is."""

GRACE = 5.0
"""Seconds that a process gets for ending by itself once it is told to."""

TESTS = Path(__file__).parent

_begun: list[str] = []


def _heard(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "subprocess.Popen":
        _begun.append(str(arguments[0]))


sys.addaudithook(_heard)


def count_started() -> int:
    """How many processes were started so far, by whomever."""
    return len(_begun)


def environment(**more: str) -> dict[str, str]:
    """Ours, in which the tests are found as well as whatever was found before."""
    there = os.environ.get("PYTHONPATH")
    path = os.pathsep.join([str(TESTS), *([there] if there else [])])
    return {**os.environ, "PYTHONPATH": path, **more}


def read_some(source: int, until: float) -> bytes:
    """What comes next from a pipe or terminal, nothing at its end."""
    ready, _, _ = select.select([source], [], [], max(0.0, until - time.monotonic()))
    assert ready, "a process that was started says nothing, and does not end"
    try:
        return os.read(source, 1 << 16)
    except OSError:  # the other end of a terminal was closed
        return b""


def read_to_end(source: int) -> bytes:
    """All that comes from a pipe or terminal until its other end is closed."""
    until = time.monotonic() + PATIENCE
    return b"".join(iter(lambda: read_some(source, until), b""))


@attrs.define
class Child:
    """A process that was started, and what it said so far.

    Attributes:
        process: The process; its standard output is a pipe unless another was given.
    """

    process: subprocess.Popen[bytes]
    _said: bytes = b""

    def line(self) -> str:
        """The next line that it says, which has to come."""
        until = time.monotonic() + PATIENCE
        while b"\n" not in self._said:
            some = read_some(self._output(), until)
            assert some, f"it ended ({self.process.wait(GRACE)}) before it said anything more"
            self._said += some
        line, self._said = self._said.split(b"\n", 1)
        return line.decode()

    def rest(self) -> str:
        """Everything else that it says until it ends."""
        said = self._said + read_to_end(self._output())
        self.process.wait(GRACE)
        return said.decode()

    def kill(self) -> None:
        """Kill it, as a machine does that loses its power."""
        self.process.kill()
        self.process.wait(GRACE)

    def _output(self) -> int:
        assert self.process.stdout is not None
        return self.process.stdout.fileno()


@contextmanager
def started(
    *words: object, env: Mapping[str, str] | None = None, stdout: Any = subprocess.PIPE, **more: Any
) -> Iterator[Child]:
    """Start a process, and see to it that it is gone when the block is left."""
    process = subprocess.Popen(
        [str(word) for word in words], env=env or environment(), stdout=stdout, **more
    )
    try:
        yield Child(process)
    finally:
        process.terminate()
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(GRACE)
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
