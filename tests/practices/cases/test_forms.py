"""Worries come in by a form: each row is a case, and what it says stands in no report or file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from engine.harbor import Text
from engine.world import COORDINATOR, NOON, Clock, engine, mc
from practices.cases.world import SEES, WORRY, Handling, begun

from mentorcore.practices.cases import PRACTICE
from mentorcore.practices.cases.events import NameCaseHandler

MAPPING = """
form = "worries"
kind = "concern-form"
[people]
by = "name"
[source]
keys = ["No"]
[fields]
by = "From"
about = "About"
on = "When"
text = "What happened?"
kind = "Kind"
due_on = "Answer by"
"""
TITLES = "No,From,About,When,What happened?,Kind,Answer by\n"
AGAIN = "He shouted, and she left the room"
ROW = f"1,Somebody 1,Somebody 0,2026-09-07,{WORRY},complaint,2026-09-15"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Handling]:
    with engine(str(tmp_path / "program.db"), clock=Clock(NOON)) as made:
        yield begun(made)


def take(here: Handling, *rows: str, **options: Any) -> Any:
    source: Any = Text(TITLES + "".join(f"{row}\n" for row in rows), "worries.csv")
    read = mc.read_mapping(MAPPING, "worries.toml", kinds=PRACTICE.form_kinds)
    return here.engine.take_in(source, read, actor=COORDINATOR, **options)


def handled(here: Handling) -> Any:
    """The only case, as somebody reads it who was named to handle it."""
    (row,) = here.board().rows
    here.case = row.case
    here.ask(NameCaseHandler, handler=here.dean, on=NOON.date())
    return here.row(here.as_dean())


def test_a_row_opens_a_case(here: Handling) -> None:
    report = take(here, ROW)

    told = handled(here)
    assert report.counts.taken == 1
    assert (told.kind, told.text, told.opened_by) == (
        "complaint",
        WORRY,
        here.person(here.mentee),
    )
    assert told.participants == (here.mentor,)
    assert not take(here, ROW).events


def test_one_about_the_program_from_somebody_and_one_from_nobody(here: Handling) -> None:
    take(
        here,
        f"1,Somebody 1,,2026-09-07,{WORRY},,",
        f"2,,Somebody 0,2026-09-08,{WORRY},,",
        "3,,,2026-09-09,,audit,",
    )

    rows = here.board().rows

    assert [row.kind for row in rows] == ["concern", "concern", "audit"]
    assert here.board(here.as_member(here.mentee)).rows[0].opened_on.day == 7


def test_an_edited_row_amends_the_case(here: Handling) -> None:
    take(here, ROW)

    report = take(here, ROW.replace(WORRY, f'"{AGAIN}"').replace("09-15", "09-20"), rows=True)

    assert report.counts.amended == 1
    assert AGAIN not in json.dumps(report.plain())
    assert WORRY not in json.dumps(report.plain())
    told = handled(here)
    assert (told.text, told.due_on.day) == (AGAIN, 20)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (f"1,Nobody Known,Somebody 0,2026-09-07,{WORRY},,", "From"),
        (f"1,,Nobody Known,2026-09-07,{WORRY},,", "About"),
        (f"1,,Somebody 0,soon {WORRY},{WORRY},,", "When"),
        (f"1,,Somebody 0,2026-09-07,{WORRY},{WORRY},", "Kind"),
        (f"1,,Somebody 0,,{WORRY},,", "When"),
        (f"1,,,2026-09-07,{WORRY},,", "What happened?"),
        (f"1,,Somebody 0,2026-09-07,{WORRY},,2026-09-01", ""),
    ],
)
def test_a_refused_row_is_repeated_nowhere(
    here: Handling, tmp_path: Path, row: str, column: str
) -> None:
    report = take(here, row, rejects=tmp_path / "rejects.csv", rows=True)

    assert report.counts.refused == 1
    told = json.dumps(report.plain()) + str(report) + repr(report.rejects) + str(report.findings)
    assert report.findings[0].column == column
    assert WORRY not in told
    assert "Nobody Known" not in told
    assert not (tmp_path / "rejects.csv").exists()


def test_no_byte_beside_the_log_tells_what_was_sent_in(here: Handling, tmp_path: Path) -> None:
    take(here, ROW, f"2,,,soon,{WORRY},,", rejects=tmp_path / "rejects.csv")
    here.engine.rebuild_views()

    files = [path for path in tmp_path.rglob("*") if path.is_file()]

    assert files
    assert [path for path in files if WORRY.encode() in path.read_bytes()] == []


def test_the_coordinator_is_not_shown_the_answer_behind_a_case(here: Handling) -> None:
    take(here, ROW)
    dean = handled(here) and here.as_dean()

    def told(viewer: Any) -> str:
        found = [here.engine.explain(here.case, f, viewer=viewer) for f in ("state", "text")]
        return json.dumps(mc.plain(found))

    assert WORRY not in told(SEES)
    assert WORRY not in told(mc.Viewer.auditor())
    assert WORRY in told(dean)
