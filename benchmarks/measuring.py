"""How a figure is taken: in a process of its own, as a rate or a time, with its memory."""

import json
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from math import comb
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple, TypeVar

HERE = Path(__file__).parent
T = TypeVar("T")


class Rate(NamedTuple):
    """Units of work a second, and a second of the processor's time.

    On a machine that others use as well, only the second one can be compared.
    """

    wall: float
    cpu: float


def rates(work: Callable[[], int], least: float = 0.0) -> Rate:
    """How fast *work* is; repeated until it has taken *least* seconds."""
    done, wall, cpu = 0, 0.0, 0.0
    while not done or wall < least:
        began, used = time.perf_counter(), time.process_time()
        done += work()
        wall += time.perf_counter() - began
        cpu += time.process_time() - used
    return Rate(done / wall, done / cpu)


def once(work: Callable[[], int]) -> float:
    """Units a second of *work* done once."""
    began = time.perf_counter()
    return work() / (time.perf_counter() - began)


def seconds(work: Callable[[], object]) -> float:
    """How long *work* takes, once."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def cpu_of(command: Sequence[str]) -> float:
    """Seconds of the processor's time, its own and the system's, that a process takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, env=keeping_bytecode())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def keeping_bytecode() -> dict[str, str]:
    """The environment for a process that is measured, which compiles no module twice.

    An installed build is compiled when it is installed. One that stands in a working copy would
    be compiled anew by every process where the environment forbids Python to keep that.
    """
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


class Median(NamedTuple):
    """The middle of what was measured, and the interval in which the true one lies (95 %)."""

    middle: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.middle:.2f} ({self.low:.2f} to {self.high:.2f})"


def median_of(found: Sequence[float]) -> Median:
    """The median with its interval, which takes nothing for granted but that runs are alike."""
    inside, number = sorted(found), len(found)
    below, rank = 0.5**number, 0
    while rank < number // 2 and below + comb(number, rank + 1) * 0.5**number <= 0.025:
        rank += 1
        below += comb(number, rank) * 0.5**number
    return Median(median(found), inside[rank], inside[-1 - rank])


def pairs(one: Callable[[], T], other: Callable[[], T], number: int) -> list[tuple[T, T]]:
    """Both measured in turns, so that what else the machine does meets them alike."""
    one(), other()  # files are read and compiled
    return [(one(), other()) for _ in range(number)]


def peak() -> float:
    """The most memory that this process has used so far, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():  # where it is not, the figure starts at what the parent had used
        found = re.search(r"VmHWM:\s*(\d+) kB", status.read_text(encoding="ascii"))
        if found:
            return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def apart(
    figure: str, *args: str, script: str = "figures.py", python: str = sys.executable
) -> dict[str, Any]:
    """Take a figure in a new process and answer with what it printed as JSON.

    Args:
        figure: Which one; nothing for a script that takes all of its own.
        args: What it is told.
        script: The file that takes it.
        python: The interpreter; that of another environment takes the figure of its build.
    """
    command = [python, str(HERE / script), *([figure] if figure else []), *args]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=keeping_bytecode()
    )
    if done.returncode:
        raise RuntimeError(f"{figure} failed:\n{done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer
