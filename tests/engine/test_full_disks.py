"""A disk that is full, or files that were exchanged, in the middle of work: told, and nothing half done."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import mentorcore as mc

US = mc.Actor("host", "coordinator", "system")
pytestmark = pytest.mark.processes


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with little room."""
    folder = tmp_path / "small"
    folder.mkdir()
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root makes a small disk")
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=700k", "tmpfs", folder], check=False
    ).returncode:
        pytest.skip("nothing can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def fill(folder: Path, leave: int) -> Path:
    """Take all room of a disk but some bytes."""
    ballast = folder / "ballast"
    with ballast.open("wb") as file:
        free = os.statvfs(folder)
        file.write(b"x" * max(0, free.f_bavail * free.f_frsize - leave))
    return ballast


@pytest.mark.parametrize("leave", [0, 4096, 8192, 20480])
def test_a_full_disk_is_told_and_leaves_nothing_half_done(small: Path, leave: int) -> None:
    recorded = []
    with mc.open(small / "program.db") as engine:
        recorded.append(engine.handle(mc.RegisterPerson(name="Ada"), actor=US).stream)
        ballast = fill(small, leave)

        refused = []
        for number in range(40):
            try:
                done = engine.handle(mc.RegisterPerson(name=f"Ben {number}"), actor=US)
                recorded.append(done.stream)
            except mc.MentorcoreError as error:
                refused.append(error)
        said = {type(error).__name__ for error in refused}

        assert said == {"LogError"}
        assert all("cannot be used" in str(error) for error in refused)
        assert [r.stream for r in engine.events()] == recorded
        ballast.unlink()
        recorded.append(engine.handle(mc.RegisterPerson(name="Cem"), actor=US).stream)
    with mc.open(small / "program.db", create=False) as again:
        assert [r.stream for r in again.events(names=["person.registered"])] == recorded


def test_keys_that_were_exchanged_in_the_middle_are_told(tmp_path: Path) -> None:
    mc.open(tmp_path / "other.db").close()
    with mc.open(tmp_path / "program.db") as engine:
        engine.handle(mc.RegisterPerson(name="Ada"), actor=US)
        right = (tmp_path / "program.keys").rename(tmp_path / "aside")
        (tmp_path / "other.keys").rename(tmp_path / "program.keys")

        with pytest.raises(mc.KeyMissing, match="belongs to another log"):
            engine.handle(mc.RegisterPerson(name="Ben"), actor=US)

        (tmp_path / "program.keys").unlink()
        with pytest.raises(mc.KeyMissing, match="is not there any more"):
            engine.handle(mc.RegisterPerson(name="Ben"), actor=US)
        right.rename(tmp_path / "program.keys")
        engine.handle(mc.RegisterPerson(name="Ben"), actor=US)
        assert engine.position == 2


def test_a_log_that_was_exchanged_in_the_middle_is_told_once_it_is_opened_again(
    tmp_path: Path,
) -> None:
    with mc.open(tmp_path / "other.db") as other:
        other.handle(mc.RegisterPerson(name="Zora"), actor=US)
    with mc.open(tmp_path / "program.db") as engine:
        engine.handle(mc.RegisterPerson(name="Ada"), actor=US)
        engine._store._links.drop()  # type: ignore[attr-defined] # as before a fork
        (tmp_path / "other.db").replace(tmp_path / "program.db")

        with pytest.raises(mc.LogError, match="another log stands at"):
            engine.handle(mc.RegisterPerson(name="Ben"), actor=US)
