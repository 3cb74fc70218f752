"""A process that holds many logs under the usual limit of descriptors: started by a test.

python many_logs.py FOLDER LIMIT COUNT
"""

import json
import os
import resource
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import mentorcore as mc

US = mc.Actor("host", "coordinator", "system")


def descriptors() -> int:
    """How many this process has open."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def main(folder: str, limit: str, count: str) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (int(limit), int(limit)))
    for number in range(int(count)):
        for kind in ("db", "keys", "kek"):
            shutil.copy(f"{folder}/made.{kind}", f"{folder}/{number}.{kind}")
    before = descriptors()
    logs = []
    told: dict[str, object] = {}
    for number in range(int(count)):
        logs.append(mc.open(f"{folder}/{number}.db"))
        if number in {0, 19}:
            told[f"{number + 1} open"] = descriptors() - before
    told["positions"] = [log.position for _ in range(2) for log in logs]
    for log in logs[::15]:
        log.handle(mc.RegisterPerson(name="Ann"), actor=US)
    told["all used"] = descriptors() - before
    with all_but(0):
        told["one more"] = one_more(f"{folder}/more.db")
    for log in logs:
        log.close()
    told["closed"] = descriptors() - before
    told["exhausted"] = {free: with_only(free, f"{folder}/free{free}.db") for free in range(12)}
    print(json.dumps(told))


@contextmanager
def all_but(free: int) -> Iterator[None]:
    """A block in which something else has all descriptors but *free*."""
    kept: list[int] = []
    with suppress(OSError):
        while True:
            kept.append(os.open(os.devnull, os.O_RDONLY))
    for _ in range(free):
        os.close(kept.pop())
    try:
        yield
    finally:
        for descriptor in kept:
            os.close(descriptor)


def with_only(free: int, path: str) -> list[str]:
    """What comes of opening a log with few descriptors, and then with enough."""
    with all_but(free):
        first = one_more(path)
    return [first, one_more(path)]


def one_more(path: str) -> str:
    """What comes of opening another log."""
    try:
        with mc.open(path) as log:
            return f"open at {log.position}"
    except mc.MentorcoreError as error:
        return f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    main(*sys.argv[1:])
