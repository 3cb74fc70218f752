"""Places for logs that the tests compare."""

from pathlib import Path

import pytest
from engine.world import Place, place


@pytest.fixture
def durable(durable_url: str, tmp_path: Path) -> Place:
    """A place for a new log that outlives the process."""
    return place(durable_url, tmp_path)
