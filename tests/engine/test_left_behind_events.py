"""A log that was copied without its newest events is not taken for an empty one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import mentorcore as mc

US = mc.Actor("host", "coordinator", "system")


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    folder = tmp_path / "copy"
    folder.mkdir()
    return folder


def copy(source: Path, to: Path, *kinds: str) -> Path:
    for kind in kinds:
        shutil.copy(source / f"program.{kind}", to)
    return to / "program.db"


@pytest.mark.parametrize("closed_before", [True, False])
def test_a_log_that_was_copied_without_its_newest_part_is_refused(
    tmp_path: Path, copied: Path, *, closed_before: bool
) -> None:
    if closed_before:
        mc.open(tmp_path / "program.db").close()
    with mc.open(tmp_path / "program.db") as engine:
        engine.handle(mc.RegisterPerson(name="Ada"), actor=US)
        path = copy(tmp_path, copied, "db", "keys", "kek")
        with_all = copy(tmp_path, tmp_path / "copy", "db-wal")
        aside = copied / "aside"
        (copied / "program.db-wal").rename(aside)
        before = path.read_bytes()

        with pytest.raises(mc.NotALog, match=r"(?s)keys .*its -wal is missing"):
            mc.open(path)

        assert path.read_bytes() == before
        aside.rename(copied / "program.db-wal")
        with mc.open(with_all) as whole:
            assert whole.position == 1


def test_keys_without_their_log_begin_no_other_log(tmp_path: Path, copied: Path) -> None:
    mc.open(tmp_path / "program.db").close()
    path = copy(tmp_path, copied, "keys", "kek")

    with pytest.raises(mc.NotALog, match="does not exist, and the keys of a log stand at"):
        mc.open(path)

    assert not path.exists()


def test_whoever_was_killed_before_the_first_event_goes_on(tmp_path: Path, copied: Path) -> None:
    with mc.open(tmp_path / "program.db") as engine:
        engine._keys.deks(["person:" + "0" * 32], mint=True)
        engine.now()
        path = copy(tmp_path, copied, "db", "keys", "kek", "db-wal")

    with mc.open(path) as again:
        assert again.handle(mc.RegisterPerson(name="Ada"), actor=US).events


def test_an_empty_log_without_people_is_opened_again(tmp_path: Path) -> None:
    mc.open(tmp_path / "program.db").close()

    with mc.open(tmp_path / "program.db") as engine:
        assert engine.position == 0
