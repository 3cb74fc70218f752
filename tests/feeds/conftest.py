"""Places for logs whose events are handed on."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine.world import Place, place


@pytest.fixture
def at(store_url: str, tmp_path: Path) -> Place:
    """A place for a new log, in each kind of store."""
    return place(store_url, tmp_path)


@pytest.fixture
def durable(durable_url: str, tmp_path: Path) -> Place:
    """A place for a new log that outlives the process."""
    return place(durable_url, tmp_path)
