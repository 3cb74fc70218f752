"""A log is brought up to date when somebody says so, and is told what cannot be."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from engine.world import engine

import mentorcore
from mentorcore.errors import NotALog
from mentorcore.log.stores.opening import open_store


def test_a_log_of_todays_format_stays_as_it_is(durable_url: str, tmp_path: Path) -> None:
    with engine(durable_url, keys=tmp_path / "program.keys") as opened:
        log_id = opened.log_id

    done = mentorcore.migrate(durable_url)

    assert (done.done, done.format, done.log_id) == ("nothing to do", 2, log_id)


def test_a_missing_log_is_told_and_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(NotALog, match="does not exist"):
        mentorcore.migrate(tmp_path / "program.db")

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("number", "said"), [(1, "before the first release"), (3, "update mentorcore")]
)
def test_a_format_that_cannot_be_brought_up_to_date_is_left_alone(
    tmp_path: Path, number: int, said: str
) -> None:
    path = tmp_path / "program.db"
    open_store(str(path)).close()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE log_meta SET format = ?", (number,))

    with pytest.raises(NotALog, match=said):
        mentorcore.migrate(path)

    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT format FROM log_meta").fetchall() == [(number,)]
