"""Logs with engines on them, in each kind of store."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from engine.world import Place, World, engine, place


@pytest.fixture
def at(store_url: str, tmp_path: Path) -> Place:
    """A place for a new log, in each kind of store."""
    return place(store_url, tmp_path)


@pytest.fixture
def durable(durable_url: str, tmp_path: Path) -> Place:
    """A place for a new log that outlives the process."""
    return place(durable_url, tmp_path)


@pytest.fixture
def world() -> Iterator[World]:
    """A program in memory."""
    with engine() as opened:
        yield World(opened)
