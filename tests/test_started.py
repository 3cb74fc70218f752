"""What tests start is gone after them, whatever it does, and is never waited for without end."""

import os
import subprocess
import sys

import processes
import pytest
from processes import environment, started

pytestmark = pytest.mark.processes

STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(600)
"""


def test_a_process_that_does_not_end_when_it_is_told_to_is_killed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(processes, "GRACE", 0.1)

    with started(sys.executable, "-c", STUBBORN) as child:
        assert child.line() == "deaf"

    assert child.process.returncode == -9
    assert child.process.stdout is not None
    assert child.process.stdout.closed


def test_a_process_is_gone_when_its_test_fails() -> None:
    with pytest.raises(ZeroDivisionError), started("sleep", 600) as child:
        _ = 1 / 0

    assert child.process.returncode == -15


@pytest.mark.parametrize("ask", ["line", "rest"])
def test_a_process_that_says_nothing_is_not_waited_for(
    ask: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "PATIENCE", 0.1)

    with (
        started("sleep", 600) as child,
        pytest.raises(AssertionError, match="says nothing, and does not end"),
    ):
        getattr(child, ask)()


def test_a_process_that_ended_is_not_waited_for() -> None:
    with started(sys.executable, "-c", "print('one'); raise SystemExit(3)") as child:
        assert child.line() == "one"

        with pytest.raises(AssertionError, match=r"it ended \(3\) before it said anything more"):
            child.line()


def test_what_comes_after_a_line_is_not_lost() -> None:
    with started(sys.executable, "-c", "print('one\\ntwo\\nthree')") as child:
        first, others = child.line(), child.rest()

    assert (first, others) == ("one", "two\nthree\n")


def test_a_process_finds_our_modules_beside_those_of_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/of/others")

    said = subprocess.run(
        [sys.executable, "-c", "import processes, sys; print('/of/others' in sys.path)"],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout == "True\n"
    assert os.environ["PYTHONPATH"] == "/of/others"
