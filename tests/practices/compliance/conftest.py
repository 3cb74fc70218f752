"""The worked example in each kind of store, told once for a module."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pg_server import PgServer
from practices.compliance.worked_example import Clock, Example, california, told

import mentorcore
from mentorcore.log.sealing.keys import MemoryKeys


@pytest.fixture(scope="package", params=["memory", "sqlite", "postgres"])
def example(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Example]:
    """The whole example; a test only asks it."""
    folder: Path = tmp_path_factory.mktemp("example")
    location, keys = ":memory:", MemoryKeys()
    if request.param == "sqlite":
        location = str(folder / "program.db")
    elif request.param == "postgres":
        server: PgServer = request.getfixturevalue("postgres_server")
        location = server.url()
    clock = Clock()
    with mentorcore.open(location, keys=keys, clock=clock) as engine:
        yield told(engine, clock, california())
