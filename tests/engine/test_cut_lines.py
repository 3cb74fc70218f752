"""The line to the server breaks at any byte: each command is recorded once, or not at all.

    python -m pytest tests/engine/test_cut_lines.py -m slow -s

cuts it 500 times with a seed that it prints, 100 of them between a commit and its answer.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from engine.world import COORDINATOR, World, engine, mc
from log.pg_proxy import Proxy
from pg_server import PgServer

from mentorcore.engine.engine import Engine
from mentorcore.errors import LogAway
from mentorcore.log.stores.postgres.address import place

UP, DOWN = 2_000, 1_000
"""About as many bytes as a command sends and gets."""


class Line:
    """A log that is reached through a line that breaks, and beside it.

    Attributes:
        came: How often which end a command came to.
    """

    def __init__(self, proxy: Proxy, broken: Engine, whole: Engine, seed: int) -> None:
        self.proxy = proxy
        self.broken = broken
        self.whole = whole
        self.dice = random.Random(seed)
        self.came: Counter[str] = Counter()
        self._number = 0

    def arm(self, *, in_commit: bool) -> None:
        """Let the line break at a random byte, or between the commit and its answer."""
        # Now and then nobody gets through for longer than a call waits.
        self.proxy.then_down = self.dice.random() < 0.4
        if in_commit:
            self.proxy.cut = "after"
        elif self.dice.random() < 0.5:
            self.proxy.cut_up = self.dice.randrange(UP)
        else:
            self.proxy.cut_down = self.dice.randrange(DOWN)

    def mend(self) -> None:
        self.proxy.cut = self.proxy.cut_up = self.proxy.cut_down = None
        self.proxy.down = self.proxy.then_down = False

    def ask(self) -> None:
        """Ask for one command, and again when it failed; check what was recorded."""
        self._number += 1
        key, command = str(self._number), mc.RegisterPerson(name=f"Person {self._number}")
        before = self.whole.position
        doubt = failed = False
        try:
            self.broken.handle(command, actor=COORDINATOR, key=key)
        except LogAway as error:
            failed, doubt = True, error.in_doubt
        recorded = self._since(before)
        self.mend()
        again: Any = self.broken.handle(command, actor=COORDINATOR, key=key)

        assert len(recorded) == 1 if not failed else len(recorded) <= doubt
        assert again.replayed == bool(recorded)
        assert again.events[0].position == self._since(before)[0].position
        assert len(self._since(before)) == 1
        self.came["failed, in doubt" if doubt else "failed" if failed else "answered"] += 1
        self.came["failed, and recorded"] += failed and len(recorded)

    def look(self, program: str) -> None:
        """Ask for what stands: a whole answer, or a sentence."""
        self.arm(in_commit=False)
        with suppress(LogAway):
            told: Any = self.broken.status(program, viewer=mc.Viewer.coordinator())
            assert told.position == self.whole.position
            self.came["told"] += 1
        self.mend()

    def _since(self, position: int) -> list[Any]:
        return [r for r in self.whole.events() if r.position > position]


@pytest.fixture
def broken(postgres_server: PgServer) -> Iterator[Proxy]:
    proxy = Proxy(postgres_server.home)
    yield proxy
    proxy.close()


def cut(proxy: Proxy, server: PgServer, folder: Path, seed: int, runs: int) -> Counter[str]:
    """Cut the line so often, every fifth time between a commit and its answer."""
    print(f"seed {seed}")
    url, keys = server.url(), str(folder / "program.keys")
    with (
        engine(url, keys=keys, start=10**6) as whole,
        engine(proxy.url(place(url).schema), keys=keys, patience=0.15) as opened,
    ):
        w = World(whole)
        line = Line(proxy, opened, whole, seed)
        for run in range(runs):
            if run % 7 == 3:
                line.look(w.program)
            line.arm(in_commit=run % 5 == 0)
            line.ask()
        keys_kept = whole._store.entries("key")
        line.came["cut"] = proxy.cuts

        assert len(keys_kept) == runs
        assert len({r.stream for r in whole.events(names=["person.registered"])}) == runs
    print(dict(line.came))
    return line.came


def test_a_line_that_breaks_anywhere_loses_and_doubles_nothing(
    broken: Proxy, postgres_server: PgServer, tmp_path: Path
) -> None:
    came = cut(broken, postgres_server, tmp_path, seed=20261130, runs=30)

    assert came["cut"] >= 25
    assert came["answered"] >= 15
    assert came["failed, in doubt"] >= 1


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_five_hundred_cuts_lose_and_double_nothing(
    broken: Proxy, postgres_server: PgServer, tmp_path: Path
) -> None:
    seed = random.SystemRandom().randrange(10**6)

    came = cut(broken, postgres_server, tmp_path, seed, runs=500)

    assert came["cut"] >= 450
    assert came["failed, and recorded"] >= 10
