"""A program to run the command line on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cli.asking import Run

from mentorcore.demo import folder


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The files of the example program, not taken in yet."""
    folder.write(tmp_path / "example", datetime.now(UTC).date())
    return tmp_path / "example"


@pytest.fixture
def program(files: Path, run: Run) -> Path:
    """A program that has just begun; nobody is in it."""
    assert run("init", files).code == 0
    return files
