"""Two readings of a response are held against each other in what both of them have."""

import pytest
from intake.small_program import response

from mentorcore.adapters.spec import Answer
from mentorcore.intake.answer_changes import Change, changes
from mentorcore.intake.mappings.columns import Places
from mentorcore.intake.mappings.mapping_reader import read_mapping

HELD = (Answer("A", "A", ("1",)), Answer("B", "B", ()))
TEXT = """
form = "feedback"
kind = "feedback"
[fields]
author = "A"
text = "Remark"
[defaults]
on = "submitted"
visibility = "coordinator"
"""
PLACES = Places(read_mapping(TEXT, "feedback.toml"))


def test_columns_that_came_or_went_are_no_change() -> None:
    assert changes(HELD, response({"A": "1", "C": "new"})) == ()
    assert changes(HELD, response({"A": "1"})) == ()


def test_another_text_in_a_column_of_both_is_a_change() -> None:
    changed = changes(HELD, response({"A": "1", "B": "new"}))

    assert changed == (Change(Answer("B", "B", ("new",)), ()),)


def test_readings_without_a_common_column_cannot_be_compared() -> None:
    assert changes(HELD, response({"C": "new"})) is None
    assert changes(HELD, response({"C": "new"}), PLACES) is None


def test_a_question_that_the_mapping_names_is_found_under_another_identity() -> None:
    held = (Answer("QID1", "A", ("1",)), Answer("QID2", "Remark", ("Thanks",)))

    assert changes(held, response({"A": "1", "Remark": "Thanks"}), PLACES) == ()
    assert changes(held, response({"A": "1", "Remark": "Thank you"}), PLACES) == (
        Change(Answer("Remark", "Remark", ("Thank you",)), ("Thanks",)),
    )
    assert changes(held, response({"A": "1", "Remark": "Thank you"})) is None


def test_a_column_that_the_mapping_needs_is_a_change_when_it_says_something() -> None:
    assert changes(HELD, response({"A": "1", "Remark": ""}), PLACES) == ()
    assert changes(HELD, response({"A": "1", "Remark": "Thanks"}), PLACES) == (
        Change(Answer("Remark", "Remark", ("Thanks",)), ()),
    )


def test_choices_in_one_text_and_one_by_one_are_the_same_answer() -> None:
    joined = (Answer("A", "A", ("Visits, planned,Feedback",)),)
    apart = ("Visits, planned", "Feedback")

    assert changes(joined, response({"A": apart})) == ()
    assert changes((Answer("A", "A", apart),), response({"A": joined[0].raw})) == ()
    assert changes(joined, response({"A": apart[::-1]})) != ()
    assert changes(joined, response({"A": apart[:1]})) != ()


@pytest.mark.parametrize(
    ("one", "other"),
    [("0.961", "0,961"), ("3", "3.0"), ("-1.50", "-1,5"), ("100", "100.00")],
)
def test_a_number_written_otherwise_is_the_same_answer(one: str, other: str) -> None:
    assert changes((Answer("A", "A", (one,)),), response({"A": other})) == ()
    assert changes((Answer("A", "A", (other,)),), response({"A": one})) == ()


@pytest.mark.parametrize(
    ("one", "other"), [("7", "007"), ("10", "1"), ("0.961", "961"), ("1.5.0", "1.5")]
)
def test_another_number_is_another_answer(one: str, other: str) -> None:
    assert changes((Answer("A", "A", (one,)),), response({"A": other})) != ()


def test_a_word_that_means_no_answer_is_no_answer() -> None:
    declared = Places(read_mapping(f"{TEXT}[answers]\nmissing = ['-99']\n", "feedback.toml"))

    assert changes(HELD, response({"A": "1", "B": "-99"}), declared) == ()
    assert changes(HELD, response({"A": "-99", "B": ""}), declared) != ()
    assert changes(HELD, response({"A": "1", "B": "-99"}), PLACES) != ()
