"""The command line run in this process, and a program to run it on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cli.asking import Run, Said

from mentorcore.cli.main import main
from mentorcore.demo import folder


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command line; words are made text."""

    def said(*words: object) -> Said:
        capsys.readouterr()
        code = main([str(word) for word in words])
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return said


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
