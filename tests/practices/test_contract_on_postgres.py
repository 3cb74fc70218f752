"""Each practice that comes with mentorcore keeps its contract in PostgreSQL as well.

Authors run it in memory and in SQLite, which are everywhere; each check on a log is made here once
more, of whatever practice is registered.
"""

import inspect
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from practices.worlds import WITH_STREAMS, contracts

from mentorcore.log.sealing.key_file import KeyFile
from mentorcore.log.stores.opening import open_store
from mentorcore.practices.practice import Practice
from mentorcore.testing import PracticeContract
from mentorcore.testing.practice_world import Place

CHECKS = sorted(
    name
    for name, check in inspect.getmembers(PracticeContract, inspect.isfunction)
    if name.startswith("test_") and "place" in inspect.signature(check).parameters
)


@pytest.fixture
def place(postgres_url: str, tmp_path: Path) -> Iterator[Place]:
    with (
        closing(open_store(postgres_url)) as store,
        closing(KeyFile(tmp_path / "world.keys", store.log_id, create=True)) as keys,
    ):
        yield Place(store, keys, tmp_path)


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("practice", WITH_STREAMS, ids=lambda practice: practice.name)
def test_it_keeps_the_contract(practice: Practice, check: str, place: Place) -> None:
    kept: Any = contracts()[practice.name]()

    getattr(kept, check)(place)
