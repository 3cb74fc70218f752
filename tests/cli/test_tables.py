"""What an operator does with tables on the command line."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cli.asking import Run

import mentorcore
from mentorcore.render.text import WIDTH

DAY = "2099-01-01"


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example program with all that was reported to it."""
    from mentorcore.cli.main import main

    folder = tmp_path_factory.mktemp("year") / "example"
    assert main(["demo", str(folder)]) == 0
    return folder


def test_tables_are_made_and_counted(year: Path, run: Run, tmp_path: Path) -> None:
    said = run("tables", year, tmp_path / "reports.db")
    again = run("tables", year, tmp_path / "reports.db", "--json").data

    assert said.code == 0, said.err
    lines = said.out.splitlines()
    assert lines[0].split() == ["mentorcore_programs", "1"]
    assert lines[-1] == f"They are at position {again['position']:,} of the log."
    assert again["rows"]["meetings"] > 10
    assert len(lines) == 1 + len(again["rows"])


def test_hours_are_told_by_name_and_month(year: Path, run: Run, tmp_path: Path) -> None:
    said = run("tables", year, tmp_path / "reports.db", "--hours", DAY)
    data = run("tables", year, tmp_path / "reports.db", "--hours", DAY, "--json").data
    status = run("status", year, "--json").data

    lines = said.out.splitlines()
    assert len(lines) == len(data)
    assert all(line.endswith(" h") and width_of(line) for line in lines)
    assert sum(month["minutes"] for month in data) == status["numbers"]["mentor_minutes"]
    assert data[0].keys() == {"program", "person", "month", "minutes", "hours"}


def width_of(line: str) -> bool:
    return len(line) <= WIDTH


def test_no_keys_of_people_are_needed(year: Path, run: Run, tmp_path: Path) -> None:
    log = tmp_path / "program.db"
    with (
        closing(sqlite3.connect(year / "program.db")) as there,
        closing(sqlite3.connect(log)) as here,
    ):
        there.backup(here)

    said = run("tables", log, tmp_path / "reports.db", "--hours", DAY)
    named = run("tables", year, tmp_path / "reports.db", "--hours", DAY)

    assert (said.code, said.err) == (0, "")
    assert len(said.out.splitlines()) == len(named.out.splitlines())
    assert "person:…" in said.out
    assert "person:…" not in named.out


def test_the_query_is_told_for_other_programs(year: Path, run: Run, tmp_path: Path) -> None:
    query = run("tables", year, tmp_path / "reports.db", "--sql", DAY).out
    data = run("tables", year, tmp_path / "reports.db", "--hours", DAY, "--json").data

    with closing(sqlite3.connect(tmp_path / "reports.db")) as reports:
        rows = reports.execute(query).fetchall()

    assert [row[3] for row in rows] == [month["minutes"] for month in data]


def test_tables_that_differ_are_an_answer_of_no_until_they_are_rebuilt(
    year: Path, run: Run, tmp_path: Path
) -> None:
    place = tmp_path / "reports.db"
    none = run("tables", year, place, "--verify")
    run("tables", year, place)
    good = run("tables", year, place, "--verify")
    with closing(sqlite3.connect(place)) as reports:
        reports.execute("update mentorcore_meetings set minutes = 1")
        reports.commit()

    bad = run("tables", year, place, "--verify")
    rebuilt = run("tables", year, place, "--rebuild")
    again = run("tables", year, place, "--verify")

    assert (none.code, good.code, bad.code, rebuilt.code, again.code) == (2, 0, 1, 0, 0)
    assert "are not there yet" in " ".join(none.err.split())
    assert "as the log has it" in good.out
    assert "not as the log has it: minutes" in " ".join(bad.out.split())
    assert all(len(line) <= WIDTH for line in bad.out.splitlines())


def test_files_are_written_and_tables_dropped(year: Path, run: Run, tmp_path: Path) -> None:
    place = tmp_path / "reports.db"

    files = run("tables", year, place, "--files", tmp_path / "copy")
    dropped = run("tables", year, place, "--drop", "--prefix", "mentorcore_")

    assert files.out == f"12 tables are in {tmp_path / 'copy'}.\n"
    assert (tmp_path / "copy" / "meetings.csv").exists()
    assert dropped.code == 0
    with closing(sqlite3.connect(place)) as reports:
        assert reports.execute("select * from sqlite_master").fetchall() == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--hours", "yesterday"), "--hours takes a day"),
        (("--sql", "2026"), "--sql takes a day"),
        (("--verify", "--drop"), "not allowed with"),
        (("--prefix", "A b"), "no name of a table can begin so"),
    ],
)
def test_what_makes_no_sense_is_told(
    program: Path, run: Run, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    told = run("tables", program, tmp_path / "reports.db", *words)

    assert told.code == 2
    assert said in told.err


def test_a_database_that_is_none_is_told_in_a_sentence(
    program: Path, run: Run, tmp_path: Path
) -> None:
    told = run("tables", program, tmp_path)

    assert told.code == 2
    assert "cannot be opened as a database" in " ".join(told.err.split())


def test_hours_are_those_of_the_status_through_the_whole_year(year: Path, tmp_path: Path) -> None:
    with mentorcore.open(year / "program.db") as engine, engine.tables(tmp_path / "r.db") as tables:
        auditor = mentorcore.Viewer.auditor()
        (cohort, *_) = engine.status(viewer=auditor).cohorts
        days = [cohort.starts_on + timedelta(days=n) for n in range(-5, 400, 15)]
        told: Any = [engine.status(viewer=auditor, as_of=day).numbers for day in days]
        paid = [sum(m.minutes for m in tables.mentor_hours(day)) for day in days]

    assert paid == [numbers.mentor_minutes for numbers in told]
    assert len(set(paid)) > 5
