"""The page on SQL: its blocks are run, in psql, pandas and DuckDB where they are there."""

import os
import re
import shutil
import subprocess
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from projections.town import Town, mc
from tables.hosts import Host

from mentorcore.cli.main import main
from mentorcore.tables.layout import STATE, TABLES

ROOT = Path(__file__).parent.parent.parent
GUIDE = (ROOT / "docs/how-to/ask-in-sql.md").read_text("utf-8")
REFERENCE = (ROOT / "docs/reference/tables.md").read_text("utf-8")
DAY = date(2026, 9, 30)


def blocks(mark: str) -> list[str]:
    return re.findall(rf"<!-- {mark} -->\n```\w+\n(.*?)```", GUIDE, re.DOTALL)


@pytest.fixture
def town() -> Town:
    """Two pairings, meetings in two months, a goal and corrections."""
    made = Town(contact_limit=30)
    made.to("2026-09-28")
    for names in (("Anna", "Ben"), ("Amir", "Bea")):
        pairing = made.pair(made.enrol("mentor", names[0]), made.enrol("mentee", names[1]))
        made.meet(pairing, "2026-08-31", 45)
        made.meet(pairing, "2026-09-02", 30, modality="async")
        made.goal(pairing)
        made.ask(mc.AmendRecord(stream=pairing, target=2, changes={"minutes": 50}))
    made.meet(pairing, "2026-09-20", 60)
    return made


@pytest.mark.parametrize("query", blocks("sql"))
def test_queries_of_the_page_are_answered_alike(
    town: Town, sqlite_host: Host, postgres_host: Host, query: str
) -> None:
    for host in (sqlite_host, postgres_host):
        town.engine.tables(host.connection)

    answers = [
        [tuple(map(str, row)) for row in host.rows(query)] for host in (sqlite_host, postgres_host)
    ]

    assert answers[0]
    assert answers[0] == answers[1]


def test_python_of_the_page_runs(
    town: Town, sqlite_host: Host, capsys: pytest.CaptureFixture[str]
) -> None:
    space: dict[str, Any] = {"engine": town.engine, "connection": sqlite_host.connection}

    for block in blocks("python"):
        exec(compile(block, "<block>", "exec"), space)

    assert space["tables"].verify() == ()
    assert capsys.readouterr().out.startswith("tables mentorcore_ in ")


def test_pandas_adds_up_what_the_status_says(
    town: Town, sqlite_host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pandas")
    monkeypatch.chdir(tmp_path)
    space: dict[str, Any] = {"tables": town.engine.tables(sqlite_host.connection)}

    for block in blocks("pandas"):
        exec(compile(block, "<block>", "exec"), space)

    told = space["minutes"].groupby("participant_id").sum().to_dict()
    assert told == {r.who.participant: r.own_minutes for r in town.status().participants}
    assert str(space["meetings"]["held_on"].dtype).startswith("datetime64")


def test_duckdb_takes_the_query_as_it_is(
    town: Town, sqlite_host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("duckdb")
    monkeypatch.chdir(tmp_path)
    tables = town.engine.tables(sqlite_host.connection)
    space: dict[str, Any] = {"tables": tables, "day": DAY}

    for block in blocks("duckdb"):
        exec(compile(block, "<block>", "exec"), space)

    months = tables.mentor_hours(DAY)
    assert [(m.program, m.person, m.month, m.minutes, m.hours) for m in months] == [
        (*row[:3], int(row[3]), float(row[4])) for row in space["hours"]
    ]
    for query in blocks("sql"):
        answered = [tuple(map(str, row)) for row in space["duck"].execute(query).fetchall()]
        assert answered == [tuple(map(str, row)) for row in sqlite_host.rows(query)]


@pytest.mark.processes
def test_psql_runs_what_the_command_line_prints(
    postgres_server: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    psql = shutil.which("psql") or str(postgres_server.bin / "psql")
    if not os.access(psql, os.X_OK):
        pytest.skip("psql is not here")
    reports = f"postgresql://mentor@/postgres?host={postgres_server.home}"
    folder = tmp_path / "year"
    assert main(["demo", str(folder)]) == 0
    capsys.readouterr()

    main(["tables", str(folder), reports, "--prefix", "guide_", "--sql", "2099-01-01"])
    (tmp_path / "mentor-hours.sql").write_text(capsys.readouterr().out)
    done = subprocess.run(
        [psql, reports, "-X", "-A", "-t", "-f", tmp_path / "mentor-hours.sql"],
        capture_output=True,
        text=True,
        check=False,
    )
    main(["status", str(folder), "--json"])
    status = capsys.readouterr().out
    main(["tables", str(folder), reports, "--prefix", "guide_", "--drop"])

    assert done.stderr == ""
    paid = sum(int(line.split("|")[3]) for line in done.stdout.splitlines())
    assert f'"mentor_minutes": {paid},' in status


def test_the_page_names_options_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    main(["tables", "--help"])

    said = capsys.readouterr().out
    asked = {
        word
        for line in re.findall(r"mentorcore tables ([^\n`]*)", GUIDE)
        for word in re.findall(r"--[a-z]+", line)
    }
    assert asked >= {"--hours", "--sql", "--verify", "--rebuild", "--files"}
    assert all(word in said for word in asked)


def test_the_reference_has_every_table_and_column() -> None:
    for table in (*TABLES, STATE):
        section = REFERENCE.split(f"\n## {table.name}\n")[1].split("\n## ")[0]
        for column in table.columns:
            assert f"| `{column.name}` | {column.kind}" in section
            assert column.about in section
    assert mc.mentor_hours_sql(DAY).rstrip() in REFERENCE


def test_the_tables_are_made_as_they_are_declared(
    town: Town, sqlite_host: Host, postgres_host: Host
) -> None:
    for host in (sqlite_host, postgres_host):
        town.engine.tables(host.connection)

    with closing(sqlite_host.connect()) as other:
        for table in (*TABLES, STATE):
            found = other.execute(f"pragma table_info(mentorcore_{table.name})").fetchall()
            assert [(c[1], not c[3]) for c in found] == [
                (c.name, c.optional) for c in table.columns
            ]
    kinds = dict(
        postgres_host.rows(
            "select column_name, data_type from information_schema.columns "
            "where table_schema = current_schema() and table_name = 'mentorcore_meetings'"
        )
    )
    assert kinds["held_on"] == "date"
    assert kinds["held_at"] == "timestamp with time zone"
    assert kinds["minutes"] == "bigint"
    assert kinds["disputed"] == "boolean"
