"""Recognition and focus groups come in by forms; what a group said stands in no report or file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from engine.harbor import Text
from engine.world import COORDINATOR, NOON, Clock, engine, mc
from practices.community.listening import PAY, TIME, TRUST
from practices.community.world import Sharing, begun

from mentorcore.practices.community import PRACTICE

SEES = mc.Viewer.coordinator()
WHAT_FOR = "She came to every rehearsal of my first lesson"
RECOGNITION = """
form = "thanks"
kind = "recognition-list"
[people]
by = "name"
[source]
keys = ["No"]
[fields]
to = "For"
on = "Date"
kind = "What"
citation = "What for?"
by = "From"
office = "Given by"
"""
THANKS = "No,For,Date,What,What for?,From,Given by\n"
FOCUS = """
form = "groups"
kind = "focus-group-sheet"
[people]
by = "name"
[source]
keys = ["No"]
[fields]
on = "Date"
attendees = "People"
themes = "What came up?"
"""
GROUPS = "No,Date,People,What came up?\n"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Sharing]:
    with engine(str(tmp_path / "program.db"), clock=Clock(NOON)) as made:
        yield begun(made)


def take(here: Sharing, mapping: str, head: str, *rows: str, **options: Any) -> Any:
    source: Any = Text(head + "".join(f"{row}\n" for row in rows), "list.csv")
    read = mc.read_mapping(mapping, "list.toml", kinds=PRACTICE.form_kinds)
    return here.engine.take_in(source, read, actor=COORDINATOR, **options)


def rows(here: Sharing, view: str) -> Any:
    return here.engine.view(view, here.world.program, viewer=SEES).rows


def test_a_row_recognises_somebody(here: Sharing) -> None:
    row = f"1,Somebody 0,2026-10-15,thanks,{WHAT_FOR},Somebody 1,"

    report = take(here, RECOGNITION, THANKS, row)

    (told,) = rows(here, "community.recognition")
    assert report.counts.taken == 1
    assert (told.kind, told.citation, told.participant) == ("thanks", WHAT_FOR, here.mentor)
    assert told.by == here.world.persons[here.mentee]
    assert not take(here, RECOGNITION, THANKS, row).events


def test_a_row_names_an_office_or_nobody_who_gives_it_and_is_thanks_else(here: Sharing) -> None:
    take(
        here,
        RECOGNITION,
        THANKS,
        "1,Somebody 0,2026-10-15,award,,,school_board",
        "2,Somebody 1,2026-10-16,,,,",
    )

    told = {row.kind: row.office for row in rows(here, "community.recognition")}

    assert told == {"award": "school_board", "thanks": None}


def test_an_edited_row_amends_what_was_said(here: Sharing) -> None:
    row = f"1,Somebody 0,2026-10-15,thanks,{WHAT_FOR},,"
    take(here, RECOGNITION, THANKS, row)

    report = take(here, RECOGNITION, THANKS, row.replace("every", "each"))

    (told,) = rows(here, "community.recognition")
    assert report.counts.amended == 1
    assert told.citation == WHAT_FOR.replace("every", "each")


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("1,Nobody Known,2026-10-15,,,,", "For"),
        ("1,Somebody 0,soon,,,,", "Date"),
        ("1,Somebody 0,2026-10-15,medal,,,", "What"),
        ("1,Somebody 0,2026-10-15,,,Nobody Known,", "From"),
        ("1,,2026-10-15,,,,", "For"),
        ("1,Somebody 0,2026-10-15,,,Somebody 1,school_board", ""),
    ],
)
def test_a_row_that_recognises_nobody_is_refused(here: Sharing, row: str, column: str) -> None:
    report = take(here, RECOGNITION, THANKS, row)

    assert report.counts.refused == 1
    assert report.findings[0].column == column
    assert rows(here, "community.recognition") == ()


def test_a_row_is_a_focus_group(here: Sharing) -> None:
    row = "1,2026-10-20,14,Trust in mentors: 12; time to meet = 10;late_stipends: 9"

    report = take(here, FOCUS, GROUPS, row)

    (told,) = rows(here, "community.focus-groups")
    assert report.counts.taken == 1
    assert (told.attendees, told.others) == (14, "< 10")
    assert [(theme.code, theme.mentions) for theme in told.themes] == [(TIME, 10), (TRUST, 12)]
    assert not take(here, FOCUS, GROUPS, row).events


def test_a_group_in_which_nothing_came_up_is_one(here: Sharing) -> None:
    take(here, FOCUS, GROUPS, "1,2026-10-20,14,")

    (told,) = rows(here, "community.focus-groups")

    assert (told.themes, told.others) == ((), None)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (f"1,2026-10-20,14,{PAY}", "What came up?"),
        (f"1,2026-10-20,14,{PAY}: many", "What came up?"),
        (f"1,2026-10-20,14,{PAY}?!: 3", "What came up?"),
        (f"1,2026-10-20,some {PAY},{PAY}: 3", "People"),
        (f"1,soon {PAY},14,{PAY}: 3", "Date"),
        (f"1,2026-10-20,,{PAY}: 3", "People"),
        (f"1,2026-10-20,4,{PAY}: 5", ""),
        (f"1,2026-10-20,4,{PAY}: 1;{PAY}: 2", ""),
    ],
)
def test_a_refused_row_of_a_focus_group_is_repeated_nowhere(
    here: Sharing, tmp_path: Path, row: str, column: str
) -> None:
    report = take(here, FOCUS, GROUPS, row, rejects=tmp_path / "rejects.csv", rows=True)

    told = json.dumps(report.plain()) + str(report) + repr(report.rejects) + str(report.findings)
    assert report.counts.refused == 1
    assert report.findings[0].column == column
    assert PAY not in told
    assert not (tmp_path / "rejects.csv").exists()
    assert rows(here, "community.focus-groups") == ()


def test_the_sheet_behind_a_group_is_shown_to_nobody(here: Sharing) -> None:
    """INV-78"""
    take(here, FOCUS, GROUPS, f"1,2026-10-20,9,{PAY}: 7")
    (group,) = rows(here, "community.focus-groups")

    for viewer in (SEES, mc.Viewer.auditor()):
        figures = here.engine.figures(group.group, viewer=viewer)
        told = [here.engine.explain(group.group, f.name, viewer=viewer) for f in figures]

        said = json.dumps(mc.plain(told))

        assert group.group in said
        assert PAY not in said
