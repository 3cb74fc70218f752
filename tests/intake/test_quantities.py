"""Durations, numbers, yes-or-no and joined choices are read by a fixed table or refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake.small_program import NOW, ids, people, response

from mentorcore.intake.intents import Rejected
from mentorcore.intake.mappings.mapping import NumberMarks
from mentorcore.intake.mappings.mapping_reader import read_mapping
from mentorcore.intake.quantities import (
    Unclear,
    choices_in,
    duration,
    percentage,
    whole_number,
    yes_or_no,
)
from mentorcore.intake.row import Interpreter

BETWEEN = [",", ".", " ", "\u00a0", "\u202f", "\u2009", "'", "\u2019"]
"""What spreadsheets of various countries put between thousands."""


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("45", 45),
        (" 45 ", 45),
        ("45.0", 45),
        ("45 min", 45),
        ("45min.", 45),
        ("45 minutes", 45),
        ("45 Minuten", 45),
        ("45'", 45),
        ("0:45:00", 45),
        ("0:45:30", 45),
        ("1:15", 75),
        ("01:15", 75),
        ("1h 15", 75),
        ("1h15", 75),
        ("1 h 15 min", 75),
        ("1 hour and 15 minutes", 75),
        ("1 hr", 60),
        ("2 hours", 120),
        ("1.5 h", 90),
        ("1,5 Std.", 90),
        ("1 Stunde", 60),
        ("90 m", 90),
    ],
)
def test_a_duration_is_read_in_every_usual_way(text: str, minutes: int) -> None:
    assert duration(text) == minutes


@pytest.mark.parametrize(
    "text", ["", "about an hour", "45-60", "1:75", "1:15:99", "h", "min", "1.33 h", "1.5", "-45", "1 h 75 min", "1h 15 30"]
)  # fmt: skip
def test_what_is_no_duration_in_whole_minutes_is_refused(text: str) -> None:
    with pytest.raises(Unclear):
        duration(text)


def test_a_bare_number_counts_what_was_declared() -> None:
    assert duration("1.5", "hours") == 90
    assert duration("2", "hours") == 120
    assert duration("45 min", "hours") == 45


@pytest.mark.parametrize(("text", "number"), [("4", 4), (" 4 ", 4), ("4.0", 4), ("4,00", 4), ("-1", -1), ("+2", 2)])  # fmt: skip
def test_a_whole_number_may_come_from_a_spreadsheet(text: str, number: int) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize("text", ["", "4.5", "four", "4 - good", "1e3", "٤", "1,000"])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(Unclear):
        whole_number(text)


@given(
    number=st.integers(1_000, 99_999_999),
    mark=st.sampled_from(BETWEEN),
    unit=st.sampled_from(["", " h", " Std.", " min", "h 15"]),
    sign=st.sampled_from(["", "-", "+"]),
)
@settings(max_examples=150, deadline=None)
def test_no_number_with_marked_thousands_is_read_in_part(
    number: int, mark: str, unit: str, sign: str
) -> None:
    text = sign + f"{number:,}".replace(",", mark)

    for read in (whole_number, percentage, duration):
        with pytest.raises(Unclear):
            read(text + (unit if read is duration else ""))


@given(number=st.integers(0, 999_999), mark=st.sampled_from(BETWEEN))
@settings(max_examples=100, deadline=None)
def test_a_declared_mark_of_thousands_is_read_whole(number: int, mark: str) -> None:
    declared = {"\u2019": "'"}.get(mark, " " if mark.isspace() else mark)
    marks = NumberMarks(thousands=declared)

    assert whole_number(f"{number:,}".replace(",", mark), marks) == number


def test_a_declared_mark_of_decimals_is_read_as_one() -> None:
    point, comma = NumberMarks(decimal="."), NumberMarks(",", ".")

    assert duration("1.500 h", marks=point) == 90
    assert duration("1,200.0", marks=comma) == 1200
    assert whole_number("4.000", point) == 4
    with pytest.raises(Unclear, match="is declared for decimals"):
        whole_number("4,0", point)
    with pytest.raises(Unclear, match="does not stand between thousands"):
        whole_number("1,00,000", comma)
    with pytest.raises(Unclear, match="may stand between thousands"):
        whole_number("1,500", point)


def test_what_a_mark_may_mean_is_said_with_both_declarations() -> None:
    with pytest.raises(Unclear, match='thousands = ",", or decimal = ","'):
        duration("1,000")
    with pytest.raises(Unclear, match="thousands = ") as problem:
        duration("1'000")

    assert "decimal =" not in str(problem.value)


@pytest.mark.parametrize(("text", "percent"), [("80", 80), ("80%", 80), (" 80.0 % ", 80), ("1%", 1), ("1,0%", 1)])  # fmt: skip
def test_a_percentage_may_have_its_sign(text: str, percent: int) -> None:
    assert percentage(text) == percent


@pytest.mark.parametrize("text", ["1", "1.0", "0.8", "80.5%", "%", "80%%", "full"])
def test_what_may_be_a_share_of_one_is_no_percentage(text: str) -> None:
    with pytest.raises(Unclear):
        percentage(text)


@pytest.mark.parametrize("text", ["0.5", "full", "80.5%", "½"])
def test_what_is_no_percentage_names_the_way_out(text: str) -> None:
    with pytest.raises(Unclear, match=r"such as 80 or 80%; declare what it means under \[values\]"):
        percentage(text)


def test_a_percentage_where_a_whole_number_is_needed_names_the_way_out() -> None:
    with pytest.raises(Unclear, match="is a percentage, where a whole number is needed"):
        whole_number("100%")


def test_a_mapping_declares_what_stands_within_its_numbers() -> None:
    text = """
form = "meetings"
kind = "meeting-log"
[fields]
mentor = "Mentor"
on = "Date"
minutes = "Minutes"
[defaults]
modality = "video"
"""
    said = {"Mentor": "anna@example.org", "Date": "2026-10-05", "Minutes": "1,020"}
    asked = {"known": people(), "ids": ids(), "now": NOW}
    declared = read_mapping(text + '[answers]\nthousands = ","\n', "m.toml")
    silent = read_mapping(text, "m.toml")

    read = Interpreter(declared).interpret(response(said), **asked)  # type: ignore[arg-type]  # as each is

    assert read.facts[0].command.minutes == 1020
    with pytest.raises(Rejected, match="'1,020' has a mark that may stand between thousands"):
        Interpreter(silent).interpret(response(said), **asked)  # type: ignore[arg-type]  # as each is


def test_yes_and_no_are_few_words_and_all_else_is_declared() -> None:
    assert [yes_or_no(t) for t in ("Yes", "TRUE", "1", "y")] == [True] * 4
    assert [yes_or_no(t) for t in ("no", "False", "0", "N")] == [False] * 4
    with pytest.raises(Unclear):
        yes_or_no("Ja")


def test_choices_are_split_only_where_a_separator_is_declared() -> None:
    assert choices_in("a, b", None, frozenset()) == ("a, b",)
    assert choices_in("a, b", ",", frozenset()) == ("a", "b")
    assert choices_in("a,,b,", ",", frozenset()) == ("a", "b")
    assert choices_in("  ", None, frozenset()) == ()


def test_a_declared_choice_may_hold_the_separator_itself() -> None:
    known = frozenset({"reading, writing", "planning"})

    assert choices_in("Planning, Reading, writing, other", ", ", known) == (
        "Planning",
        "Reading, writing",
        "other",
    )


def test_a_table_of_values_says_who_is_meant() -> None:
    text = """
form = "meetings"
kind = "meeting-log"
[fields]
mentor = "Mentor"
on = "Date"
minutes = "Minutes"
[values.mentor]
"the head of year" = "anna@example.org"
[defaults]
modality = "video"
"""
    said = {"Mentor": "The head of  year", "Date": "2026-10-05", "Minutes": "20"}

    read = Interpreter(read_mapping(text, "m.toml")).interpret(
        response(said), people(), ids=ids(), now=NOW
    )

    assert read.facts[0].command.minutes == 20
