"""A log in a file that cannot be written to answers every question, whole or not at all."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

import mentorcore as mc
from mentorcore.audit import standalone

US = mc.Actor("host", "coordinator", "system")
SEE = mc.Viewer.coordinator()
pytestmark = pytest.mark.processes


@pytest.fixture
def seal(tmp_path: Path) -> Iterator[Callable[[], Path]]:
    """A folder, and what makes it a medium that nobody writes to."""
    folder = tmp_path / "medium"
    folder.mkdir()
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if is_root:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], check=False
        )
        if mounted.returncode:
            pytest.skip("nothing can be mounted here, and root may write everywhere else")

    def sealed() -> Path:
        if is_root:
            subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        else:
            for file in folder.iterdir():
                file.chmod(0o400)
            folder.chmod(0o500)
        return folder

    yield sealed
    if is_root:
        subprocess.run(["umount", "-l", folder], check=True)
    else:
        folder.chmod(0o700)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[mc.Engine]:
    """A program with a person and a need, in a log that is open."""
    with mc.open(tmp_path / "program.db") as engine:
        blueprint = mc.read_blueprint(mc.BLUEPRINT_TEMPLATE, "program.toml")
        program = engine.batch(blueprint.commands(engine.new_id), actor=US).stream
        person = engine.handle(mc.RegisterPerson(name="Ada Byron"), actor=US).stream
        engine.handle(
            mc.EnrolParticipant(
                person_id=person,
                program_id=program,
                role="mentor",
                cohort_id=engine.status(viewer=SEE).cohorts[0].cohort,
                since=engine.now().date(),
            ),
            actor=US,
        )
        yield engine


def brought(tmp_path: Path, *kinds: str) -> None:
    """Copy files of the log, and of its keys, to the medium."""
    for kind in (*kinds, "keys", "kek"):
        shutil.copy(tmp_path / f"program.{kind}", tmp_path / "medium")


def listed(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_a_closed_log_on_a_medium_that_takes_no_writes_answers_every_question(
    seal: Callable[[], Path], made: mc.Engine, tmp_path: Path
) -> None:
    told, position = made.status(viewer=SEE), made.position
    made.close()
    brought(tmp_path, "db")
    medium = seal()
    before = listed(medium)

    with mc.open(medium / "program.db", read_only=True) as engine:
        answered = engine.status(viewer=SEE)
        events = list(engine.events())
        needs = engine.attention(viewer=SEE).needs
        (found,) = engine.find("Ada", viewer=SEE)
        with pytest.raises(mc.OpenedReadOnly, match="was opened for reading only"):
            engine.handle(mc.RegisterPerson(name="Ben"), actor=US)

    assert answered == told
    assert len(events) == position
    assert needs is not None
    assert found is not None
    assert listed(medium) == before


def test_both_verifiers_read_it(seal: Callable[[], Path], made: mc.Engine, tmp_path: Path) -> None:
    made.close()
    brought(tmp_path, "db")
    path = seal() / "program.db"

    verdict = mc.verify_log(path)
    with closing(standalone.File(path).db) as db:
        (count,) = db.execute("SELECT count(*) FROM stored_events").fetchone()

    assert (verdict.verdict, verdict.size) == ("unanchored", count)


def test_without_read_only_it_is_a_log_and_the_remedy_is_told(
    seal: Callable[[], Path], made: mc.Engine, tmp_path: Path
) -> None:
    made.close()
    brought(tmp_path, "db")
    path = seal() / "program.db"

    for create in (True, False):
        with pytest.raises(mc.NotALog, match="For questions it can be opened with read_only=True"):
            mc.open(path, create=create)


def test_a_log_that_was_not_closed_is_read_with_its_newest_events(
    seal: Callable[[], Path], made: mc.Engine, tmp_path: Path
) -> None:
    position = made.position
    brought(tmp_path, "db", "db-wal", "db-shm")
    path = seal() / "program.db"

    with mc.open(path, read_only=True) as engine:
        read = engine.position

    assert read == position
    assert mc.verify_log(path).size == position


def test_events_that_cannot_be_reached_are_never_left_out(
    seal: Callable[[], Path], made: mc.Engine, tmp_path: Path
) -> None:
    brought(tmp_path, "db", "db-wal")
    path = seal() / "program.db"

    with pytest.raises(mc.NotALog, match=r"events stand in program\.db-wal beside it"):
        mc.open(path, read_only=True)

    verdict = mc.verify_log(path)
    assert verdict.verdict == "unreadable"
    assert "Copy both files" in verdict.faults[0].reason
    with pytest.raises(sqlite3.OperationalError):
        standalone.File(path)
    made.close()


def test_a_log_that_others_write_to_can_be_opened_for_reading(
    made: mc.Engine, tmp_path: Path
) -> None:
    with mc.open(tmp_path / "program.db", read_only=True) as engine:
        first = engine.position
        made.handle(mc.RegisterPerson(name="Ben"), actor=US)

        assert engine.position == first + 1
        assert len(list(engine.events())) == first + 1
        with pytest.raises(mc.OpenedReadOnly):
            engine.handle(mc.RegisterPerson(name="Cem"), actor=US)
    made.close()
    assert sorted(file.name for file in tmp_path.iterdir() if "db" in file.name) == ["program.db"]


def test_a_log_that_is_not_there_is_not_made_for_reading(tmp_path: Path) -> None:
    with pytest.raises(mc.NotALog, match="does not exist"):
        mc.open(tmp_path / "program.db", read_only=True)

    assert list(tmp_path.iterdir()) == []
