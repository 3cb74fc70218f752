"""How a figure is taken: in a process of its own, as a rate or a time, with its memory."""

import json
import math
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent


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


def peak() -> float:
    """The most memory that this process has used so far, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():  # where it is not, the figure starts at what the parent had used
        found = re.search(r"VmHWM:\s*(\d+) kB", status.read_text(encoding="ascii"))
        if found:
            return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Ratio(NamedTuple):
    """The median of the ratios of pairs, and the interval that holds it 19 times in 20."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.1f} times (95 %: {self.low:.1f} to {self.high:.1f})"


def compared(pairs: Sequence[tuple[float, float]]) -> Ratio:
    """How many times as much the second of each pair is as the first.

    The interval is that of the sign test: it assumes nothing of how the figures are spread.
    """
    ratios = sorted(theirs / ours for ours, theirs in pairs)
    number, outside, below = len(ratios), 0, 0.0
    while (below := below + math.comb(number, outside) / 2**number) <= 0.025:
        outside += 1
    place = max(outside - 1, 0)
    return Ratio(statistics.median(ratios), ratios[place], ratios[number - 1 - place])


def apart(
    figure: str, *args: str, script: str = "figures.py", python: str = sys.executable
) -> dict[str, Any]:
    """Take a figure in a new process and answer with what it printed as JSON.

    Args:
        figure: Which one.
        args: What it is told.
        script: The file that takes it.
        python: The interpreter; that of another environment takes the figure of its build.
    """
    command = [python, str(HERE / script), figure, *args]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{figure} failed:\n{done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer
