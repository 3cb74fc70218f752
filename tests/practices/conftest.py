"""A program with a practice that somebody else brought, and the same log without it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest
from engine.world import Clock, World, numbers
from practices.stranger import VISITS
from practices.stranger.events import FollowUpVisit, MakeVisit

from mentorcore.engine.engine import Engine
from mentorcore.log.sealing.key_file import KeyFile
from mentorcore.log.sealing.keys import Keys, MemoryKeys
from mentorcore.log.storage.store import Store
from mentorcore.log.stores.memory import MemoryStore
from mentorcore.log.stores.opening import open_store
from mentorcore.practices.practice import Here
from mentorcore.practices.registry import Practices

DAY = date(2026, 11, 2)


@attrs.define
class Shared:
    """A log that is opened with the practice and without."""

    store: Store
    keys: Keys
    clock: Clock = attrs.Factory(Clock)
    opened: int = 0

    def open(
        self, *practices: Any, distribution: str | None = "acme-visits", **options: Any
    ) -> Engine:
        self.opened += 1
        here = [Here(p, "acme-visits 1.0", distribution) for p in practices]
        return Engine(
            self.store,
            self.keys,
            clock=self.clock,
            ids=numbers(self.opened * 100_000),
            practices=Practices(here),
            **options,
        )


@attrs.define
class Visited:
    """A program in which somebody was visited: with the practice, and without it."""

    shared: Shared
    world: World
    here: Engine
    away: Engine
    pairing: str
    mentee: str

    def visit(self, **more: Any) -> str:
        """Somebody is visited; answers with the id of the visit."""
        asked: dict[str, Any] = {
            "pairing_id": self.pairing,
            "visited": self.mentee,
            "on": DAY,
            "minutes": 30,
        }
        return self.world.do(MakeVisit(**{**asked, **more}))

    def follow_up(self, visit: str, **more: Any) -> Any:
        return self.world.ask(
            FollowUpVisit(**{"visit_id": visit, "on": DAY, "minutes": 10, **more})
        )


@pytest.fixture
def shared(store_url: str, tmp_path: Path) -> Iterator[Shared]:
    """A new log in each kind of store."""
    store: Store = MemoryStore() if store_url == ":memory:" else open_store(store_url)
    keys: Keys = (
        MemoryKeys()
        if store_url == ":memory:"
        else KeyFile(tmp_path / "program.keys", store.log_id, create=True)
    )
    yield Shared(store, keys)
    store.close()
    keys.close()


@pytest.fixture
def visited(shared: Shared) -> Visited:
    """A program that knows visits."""
    here = shared.open(VISITS)
    world = World(here)
    mentee = world.mentee()
    pairing = world.pair(mentee=mentee)
    return Visited(shared, world, here, shared.open(), pairing, mentee)
