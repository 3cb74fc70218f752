"""A host opens a log twice in one process while another process writes: nothing may be lost.

POSIX gives back all locks that a process holds on a file as soon as it closes any handle of that
file. Whoever looks into the log by a handle of its own so takes the locks from the engines beside
it, and the next process that closes the log deletes what they are still writing to.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from engine.world import COORDINATOR, mc

from mentorcore.errors import MentorcoreError
from mentorcore.log.stores.opening import open_store

pytestmark = pytest.mark.processes

ELSEWHERE = """
import sys, mentorcore as mc
with mc.open(sys.argv[1]) as engine:
    engine.handle(mc.RegisterPerson(), actor=mc.Actor(id="importer", role="csv", kind="adapter"))
    print(engine.position)
"""


def elsewhere(path: Path) -> int:
    """Another process opens the log, writes, and closes it; it says which position it reached."""
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(path)], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


def a_second_engine(path: Path) -> None:
    with mc.open(path) as second:
        second.handle(mc.RegisterPerson(), actor=COORDINATOR)


def a_look(path: Path) -> None:
    mc.open(path, create=False).close()


def a_store(path: Path) -> None:
    open_store(str(path)).close()


def a_failed_opening(path: Path) -> None:
    with pytest.raises(MentorcoreError):
        mc.open(path, keys=path.with_name("lost.keys"))


@pytest.mark.parametrize("beside", [a_second_engine, a_look, a_store, a_failed_opening])
def test_what_is_recorded_beside_a_second_opening_is_not_lost(
    tmp_path: Path, beside: Callable[[Path], None]
) -> None:
    path = tmp_path / "program.db"
    with mc.open(path) as first:
        first.handle(mc.RegisterPerson(), actor=COORDINATOR)
        beside(path)
        elsewhere(path)

        answer = first.handle(mc.RegisterPerson(), actor=COORDINATOR)

        assert answer.events[0].position == first.position
        assert elsewhere(path) == answer.events[0].position + 1
        assert first.position == answer.events[0].position + 1
