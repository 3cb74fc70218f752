"""A sync that was killed at any moment is finished by the next one, without loss or repetition."""

import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from engine.board import Board
from engine.harbor import Harbor, harbor
from engine.test_syncing import people, sync
from engine.test_taking_troubles import later
from engine.world import place

pytestmark = pytest.mark.processes

COUNT, CHUNK = 17, 5

RUN = """
import os, signal, sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from engine.harbor import Harbor
from engine.test_syncing import sync
from engine.test_sync_crashes import CHUNK, changed
from engine.test_taking_troubles import later
from engine.world import place
from mentorcore.engine.importing import import_run

import_run.CHUNK = CHUNK
left = [{appends}]

def kill():
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1

with place({url!r}, Path({folder!r})).open({start}, later()) as opened:
    it = Harbor(opened, designed=True)
    opened._desk.before_append = kill
    sync(it, changed())
"""


def changed() -> Board:
    """A board after some more people joined and one changed their name."""
    board = people(COUNT)
    board.person("p0", "Another Name")
    return board


def test_a_sync_that_was_killed_between_any_two_transactions_goes_on(tmp_path: Path) -> None:
    where = place(str(tmp_path / "program.db"), tmp_path)
    with where.open(1, later()) as opened:
        sync(Harbor(opened), people(2))
    # Four chunks and the end: each run dies before one of them, on what the last one left.
    for run, appends in enumerate((0, 1, 1, 1, 1), 1):
        script = RUN.format(
            tests=str(Path(__file__).parent.parent),
            url=where.url,
            folder=str(tmp_path),
            start=run * 10**6,
            appends=appends,
        )
        child = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True)
        assert child.returncode == -signal.SIGKILL, child.stderr.decode()

    with where.open(9 * 10**6, later()) as opened, harbor() as clean:
        it, board = Harbor(opened, designed=True), changed()
        taken = len(it.events("response.taken"))
        report = sync(it, board)
        sync(it, board)
        sync(clean, people(2))
        sync(clean, changed(), full=True)

        ours, theirs = (
            Counter(e.name for e in h.events() if not e.name.startswith("import."))
            for h in (it, clean)
        )
        assert board.since == ["2", str(board.changes)]
        assert taken == COUNT + 1
        assert report.sentence() == f"{COUNT - 1} unchanged."
        assert ours == theirs


def test_a_kill_after_the_last_transaction_loses_nothing(tmp_path: Path) -> None:
    where = place(str(tmp_path / "program.db"), tmp_path)
    with where.open(1, later()) as opened:
        Harbor(opened)
    script = RUN.format(
        tests=str(Path(__file__).parent.parent),
        url=where.url,
        folder=str(tmp_path),
        start=10**6,
        appends=99,
    )
    script += "    os.kill(os.getpid(), signal.SIGKILL)\n"
    child = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True)

    with where.open(2 * 10**6, later()) as opened:
        board = changed()
        report = sync(Harbor(opened, designed=True), board)

    assert child.returncode == -signal.SIGKILL, child.stderr.decode()
    assert (report.sentence(), board.since) == ("no responses.", [str(board.changes)])
