"""Whatever a host does, and others beside it, is in the log as the database decided: any order."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, suppress
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from engine.hosts import connect, meetings, met
from engine.world import COORDINATOR, Place, World
from hypothesis import given, settings
from hypothesis import strategies as st

from mentorcore.errors import LogBusy, Refused

PHRASES = (
    ("enter", "meet", "look"),
    ("meet", "meet elsewhere"),
    ("be refused", "meet"),
    ("leave", "enter"),
    ("leave", "commit", "enter", "meet"),
    ("leave", "roll back", "enter", "meet"),
    ("commit", "meet"),
    ("roll back", "meet"),
    ("savepoint", "meet"),
    ("savepoint", "meet", "look", "roll back to it", "look", "meet"),
    ("savepoint", "meet elsewhere", "leave", "roll back to it", "enter", "meet elsewhere"),
    ("roll back to it",),
    ("release it", "meet"),
    ("leave", "roll back", "meet in another process", "enter", "meet"),
    ("leave", "roll back", "meet outside", "meet outside", "enter", "meet"),
    ("leave", "commit", "meet outside", "meet in another process"),
    (
        *("leave", "commit", "enter", "meet elsewhere", "leave", "roll back"),
        *("meet in another process", "enter", "meet elsewhere"),
    ),
    ("meet in another process", "look outside"),
)
"""What is done in a row; what does not fit where it comes is left out."""


class Hosted:
    """A host, its model of what stands in the log, and another engine that writes as well.

    Attributes:
        committed: The meetings that stand for everybody, by pairing and day.
        pending: Those of the transaction that stands open, by savepoint.
    """

    def __init__(self, place: Place) -> None:
        self.opened = place.open(1, lock_timeout=0.05)
        self.world = World(self.opened)
        self.pairings = [self.world.pair(), self.world.pair()]
        self.other = place.open(100_000, lock_timeout=0.05)
        self.host = connect(place)
        if isinstance(self.host, sqlite3.Connection):
            self.host.isolation_level = None
        self.block = ExitStack()
        self.is_inside = False
        self.committed: set[tuple[int, int]] = set()
        self.pending: list[set[tuple[int, int]]] = []
        self.day = 0

    def close(self) -> None:
        self.block.close()
        self.host.rollback()
        self.host.close()
        self.other.close()
        self.opened.close()

    @property
    def seen(self) -> set[tuple[int, int]]:
        """What the transaction sees."""
        return self.committed.union(*self.pending)

    def begin(self) -> None:
        if not self.pending:
            is_sqlite = isinstance(self.host, sqlite3.Connection)
            self.host.execute("BEGIN IMMEDIATE" if is_sqlite else "SELECT 1")
            self.pending = [set()]

    def asked(self, which: int) -> Any:
        """A meeting on a day of its own."""
        self.day += 1
        return met(self.pairings[which], minutes=30 + self.day % 7, day=1 + self.day % 30)

    def take(self, step: str) -> None:
        match step:
            case "meet" | "meet elsewhere" if self.is_inside:
                which = int(step != "meet")
                self.begin()
                self.world.ask(self.asked(which), key=f"day {self.day}")
                self.pending[-1].add((which, self.day))
            case "be refused" if self.is_inside:
                self.begin()
                with suppress(Refused):
                    self.world.ask(met(f"pairing:{0xBAD:032x}"))
                    raise AssertionError("there is no such pairing")
            case "look" if self.is_inside and self.pending:
                assert meetings(self.opened) == len(self.seen)
            case "enter" if not self.is_inside:
                self.begin()
                self.block.enter_context(self.opened.within(self.host))
                self.is_inside = True
            case "leave":
                self.block.close()
                self.is_inside = False
            case "savepoint" if self.pending:
                self.host.execute(f"SAVEPOINT s{len(self.pending)}")
                self.pending.append(set())
            case "roll back to it" if len(self.pending) > 1:
                self.pending.pop()
                self.host.execute(f"ROLLBACK TO SAVEPOINT s{len(self.pending)}")
                self.host.execute(f"RELEASE SAVEPOINT s{len(self.pending)}")
            case "release it" if len(self.pending) > 1:
                last = self.pending.pop()
                self.host.execute(f"RELEASE SAVEPOINT s{len(self.pending)}")
                self.pending[-1] |= last
            case "commit":
                self.committed = self.seen
                self.pending = []
                self.host.commit()
            case "roll back":
                self.pending = []
                self.host.rollback()
            case "meet outside" if not self.is_inside:
                self.meet_outside(self.opened)
            case "meet in another process":
                self.meet_outside(self.other)
            case "look outside":
                assert meetings(self.other) == len(self.committed)

    def meet_outside(self, opened: Any) -> None:
        asked = self.asked(0)
        with suppress(LogBusy):  # the transaction has the lock
            opened.handle(asked, actor=COORDINATOR, key=f"day {self.day}")
            self.committed.add((0, self.day))


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def where(request: pytest.FixtureRequest) -> Any:
    if request.param == "sqlite":
        return lambda folder: str(folder / "program.db")
    server = request.getfixturevalue("postgres_server")
    return lambda _folder: server.url()


@settings(max_examples=20)
@given(phrases=st.lists(st.sampled_from(PHRASES), min_size=4, max_size=12))
def test_the_log_holds_what_the_database_decided(
    where: Any, tmp_path_factory: pytest.TempPathFactory, phrases: list[tuple[str, ...]]
) -> None:
    folder: Path = tmp_path_factory.mktemp("log")
    hosted = Hosted(Place(where(folder), str(folder / "program.keys")))
    try:
        for step in ["enter", *chain(*phrases), "leave", "commit", "look outside"]:
            hosted.take(step)

        for pairing in hosted.pairings:
            told = list(hosted.opened.events(stream=pairing))
            assert [r.version for r in told] == list(range(1, len(told) + 1))
        assert meetings(hosted.opened) == len(hosted.committed)
        hosted.meet_outside(hosted.opened)
        assert meetings(hosted.opened) == meetings(hosted.other) == len(hosted.committed)
    finally:
        hosted.close()
