"""Tables that hands and other programs have changed: what is left of them, or why nothing is."""

import pytest
from adapters.made import answered, cells, notices, read, responses, unreadable

from mentorcore.errors import SourceUnreadable

SHEET = "Timestamp,Name,Topic\r\n9/13/2026 15:45:12,Ada,x\r\n9/14/2026 15:45:12,Ben,y\r\n"
DECLARED = {"timestamp": "Timestamp", "zone": "Europe/Berlin"}


def refusal(content: str, **declared: object) -> str:
    with pytest.raises(SourceUnreadable) as refused:
        read(content, **declared)
    return str(refused.value)


def test_a_line_above_the_titles_is_named_as_such() -> None:
    content = "Our visits of this year\nName,Topic,Day\nAda,x,1\nBen,y,2\n"

    assert refusal(content) == (
        "made.csv, line 1: this row should hold the titles and has 1 cell, while 3 of 3 rows below "
        "have 3; if a line stands above the titles, delete it, or export the file again"
    )


def test_names_of_rows_without_a_title_refuse_the_file() -> None:
    assert "2 of 2 rows below have 3" in refusal("A,B\n1,2,\n3,4,x\n")


def test_some_rows_that_are_too_wide_refuse_no_file() -> None:
    items = read("A,B\n1,2\n3,4,5\n")

    assert cells(items) == [["1", "2"]]
    assert [line for line, _ in unreadable(items)] == [3]


def test_a_short_last_row_that_is_no_response_is_one_to_look_at() -> None:
    for footer in ("Total", ",2", ",", "#ERROR!"):
        items = read(SHEET + footer, **DECLARED)

        assert len(responses(items)) == 2
        assert notices(items)[-1] == "incomplete"
        assert len(unreadable(items)) == (footer != ",")


@pytest.mark.parametrize("cut", ["9/15/2026 15:45:12,Cem", "9/15", "9", "9/15/2026 15:45:12"])
def test_a_short_last_row_that_begins_as_a_response_was_cut_off(cut: str) -> None:
    assert "it was cut off" in refusal(SHEET + cut, **DECLARED)


def test_a_footer_in_a_table_without_times_cannot_be_told_from_a_cut() -> None:
    assert "it was cut off" in refusal(SHEET + "Total")


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Africa/Casablanca"])
def test_a_single_time_that_was_skipped_or_shown_twice_is_one_to_look_at(zone: str) -> None:
    skipped, twice = {
        "Europe/Berlin": ("29.03.2026 02:30:00", "25.10.2026 02:30:00"),
        "Africa/Casablanca": ("22.03.2026 02:30:00", "15.02.2026 02:30:00"),
    }[zone]

    for stamp, why in ((skipped, "did not exist"), (twice, "happened twice")):
        items = read(f"Timestamp,Name\n{stamp},Ada\n", timestamp="Timestamp", zone=zone)

        assert responses(items) == []
        assert [why in said for _, said in unreadable(items)] == [True]


def test_a_single_time_without_its_zone_still_refuses_the_file() -> None:
    assert "does not say its time zone" in refusal(SHEET, timestamp="Timestamp")


@pytest.mark.parametrize("titles", ["Unnamed: 0", ",Unnamed: 0", ",Unnamed: 0.1,Unnamed: 0"])
def test_running_numbers_of_several_savings_are_left_out(titles: str) -> None:
    columns = titles.count(",") + 1
    rows = [f"{','.join([str(n)] * columns)},{name}" for n, name in enumerate(("Ada", "Ben"))]

    items = read("\n".join([f"{titles},Name", *rows, ""]))

    assert [answered(r) for r in responses(items)] == [{"Name": ("Ada",)}, {"Name": ("Ben",)}]
    assert notices(items) == ["index-column"]


def test_a_column_called_unnamed_that_does_not_number_rows_is_kept() -> None:
    items = read("Unnamed: 0,Name\n1,Ada\nx,Ben\n")

    assert answered(responses(items)[1]) == {"Unnamed: 0": ("x",), "Name": ("Ben",)}
