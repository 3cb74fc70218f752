"""Several rows of titles are joined where they are declared, and noticed where they are not."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from adapters.made import answered, notices, read, responses
from hypothesis import given, settings
from hypothesis import strategies as st

import mentorcore as mc
from mentorcore.adapters.spec import Notice, SourceUnreadable

TWO = """No.,Sent,Your name,Which days suit you?,,
,,Open-Ended Response,Tuesday,Thursday,Other (please specify)
88000017,09/13/2026 09:04:55 AM,Uma Eden,Tuesday,,
88000018,09/14/2026 10:04:55 AM,Vic Ford,,Thursday,at night
"""
THREE = """Id,When,About you,,Days,
,,Who,Where,Week,
,,,,Mon,Tue
a1,2026-09-13 09:04,Uma,North,x,
a2,2026-09-14 09:04,Vic,South,,x
"""


def test_declared_rows_are_joined_so_that_every_column_has_a_title() -> None:
    found = responses(read(TWO, header_rows=2))

    assert len(found) == 2
    assert answered(found[1]) == {
        "No.": ("88000018",),
        "Sent": ("09/14/2026 10:04:55 AM",),
        "Your name Open-Ended Response": ("Vic Ford",),
        "Which days suit you? Tuesday": (),
        "Which days suit you? Thursday": ("Thursday",),
        "Which days suit you? Other (please specify)": ("at night",),
    }
    assert [a.label for a in found[0].answers][2:4] == ["Your name", "Which days suit you?"]


def test_three_rows_are_joined_within_their_groups() -> None:
    found = responses(read(THREE, header_rows=3))

    assert [a.question for a in found[0].answers] == [
        "Id",
        "When",
        "About you Who",
        "About you Where",
        "Days Week Mon",
        "Days Week Tue",
    ]


@pytest.mark.parametrize(
    "declared", [{}, {"keys": ("No.",)}, {"timestamp": "Sent", "zone": "UTC"}], ids=str
)
def test_a_second_row_that_is_not_declared_is_told_and_not_taken(declared: dict[str, str]) -> None:
    items = read(TWO, **declared)

    assert [r.where.record for r in responses(items)] == [3, 4]
    assert "header-rows-2" in notices(items)


@pytest.mark.parametrize(
    "declared",
    [{}, {"keys": ("No.",)}, {"timestamp": "Sent", "zone": "UTC"}, {"header_rows": 2}],
    ids=str,
)
@pytest.mark.parametrize("rows", [1, 2])
def test_a_header_that_stands_again_where_files_were_put_together_is_no_response(
    declared: dict[str, Any], rows: int
) -> None:
    lines = TWO.splitlines(keepends=True)
    items = read("".join([*lines[:3], *lines[:rows], *lines[3:]]), **declared)

    assert len(responses(items)) == 2
    assert [
        n.where.record for n in items if isinstance(n, Notice) and n.code == "header-again"
    ] == ([4, 5][:rows])


def test_titles_that_nobody_has_answered_yet_are_no_response() -> None:
    items = read("".join(TWO.splitlines(keepends=True)[:2]))

    assert responses(items) == []
    assert any("header_rows = 2" in n.message for n in items if isinstance(n, Notice))


def test_a_cell_that_reads_like_the_title_of_the_only_column_is_an_answer() -> None:
    assert len(responses(read("Name\nUma Eden\nName\n"))) == 2


def test_two_further_rows_are_told_together() -> None:
    items = read(THREE, keys=("Id",))

    told = next(i for i in items if isinstance(i, Notice) and i.code == "header-rows-3")
    assert len(responses(items)) == 2
    assert "this row and row 3 seem to belong to the header" in told.message
    assert "header_rows = 3" in told.message


def test_the_first_row_alone_names_a_column_that_it_stands_over_alone() -> None:
    found = responses(read(TWO, header_rows=2, keys=("No.",), respondent="Your name"))

    assert [r.key for r in found] == [("88000017",), ("88000018",)]
    with pytest.raises(SourceUnreadable, match="stands over 3 columns; say which one is meant"):
        read(TWO, header_rows=2, keys=("Which days suit you?",))


def test_a_file_with_fewer_rows_than_its_header_is_refused() -> None:
    with pytest.raises(SourceUnreadable, match="should have 3 rows, as header_rows declares"):
        read("A,B\n,c\n", header_rows=3)


@pytest.mark.parametrize(
    "content",
    [
        "Id,Name,Day\n,Uma,2026-09-01\n,Vic,2026-09-02\n",  # no row has a key
        "Name,Phone\nUma,\nVic,0123\n",
        "Name,Phone,Mail\nUma,,uma@example.org\nVic,0123,vic@example.org\n",
        "Name,Day\nUma,\nVic,2026-09-01\n",
        "Id,Name\n1,Uma\n2,Vic\n",
    ],
)
def test_an_ordinary_first_response_is_one(content: str) -> None:
    assert responses(read(content))[0].where.record == 2


def test_discover_proposes_how_many_rows_belong_to_the_header(tmp_path: Path) -> None:
    for content, rows in ((TWO, 2), (THREE, 3), (TWO.replace(TWO.split("\n")[1] + "\n", ""), 1)):
        place = tmp_path / f"{rows}.csv"
        place.write_text(content)

        text = mc.discover(place)

        assert (f"\nheader_rows = {rows}  #" in text) == (rows > 1)


@given(
    ids=st.lists(st.integers(10_000, 99_999), min_size=1, max_size=6, unique=True),
    titles=st.lists(st.sampled_from(["", "Monday", "Friday", "Response"]), min_size=3, max_size=3),
    declared=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_no_row_of_titles_is_ever_a_response(
    ids: list[int],
    titles: list[str],
    declared: bool,
) -> None:
    if not any(titles):
        titles[0] = "Monday"
    rows = [["Id", "Days", "", ""], ["", *titles], *([str(n), "x", "", ""] for n in ids)]
    csv.writer(file := io.StringIO()).writerows(rows)

    found = responses(read(file.getvalue(), keys=("Id",), header_rows=2 if declared else 1))

    assert [r.key for r in found] == [(str(n),) for n in ids]
