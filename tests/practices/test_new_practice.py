"""From an empty folder to a practice whose tests pass, and that another process finds."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mentorcore.errors import Invalid
from mentorcore.practices.template import new_practice


@pytest.mark.processes
def test_a_new_practice_passes_its_tests_as_it_is(tmp_path: Path) -> None:
    new_practice("acme-field-visit", tmp_path / "mine")

    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider"],
        cwd=tmp_path / "mine",
        env={**os.environ, "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert " passed" in tested.stdout
    assert "skipped" not in tested.stdout


def test_a_new_practice_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")

    with pytest.raises(Invalid, match=r"README.md: is there already"):
        new_practice("acme-visit", tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]


@pytest.mark.parametrize(
    "name",
    [
        "",
        "visit",
        "Acme-visit",
        "acme visit",
        "../a-b",
        "acme-",
        "acme-1",
        "a-" + "b" * 40,
        "acme-class",
        "acme-participant",
        "acme-stream",
        "acme-opened-on",
    ],
)
def test_a_name_that_cannot_be_a_practices_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="cannot be a practice's name"):
        new_practice(name, tmp_path / "new")

    assert not (tmp_path / "new").exists()
