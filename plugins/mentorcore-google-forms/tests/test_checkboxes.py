"""Ticked choices are told apart where the declared ones allow it, and nowhere else."""

import pytest

from mentorcore_google_forms.checkboxes import declared, ticked


@pytest.mark.parametrize(
    ("cell", "choices", "parts", "known"),
    [
        ("Red, Blue", ["Red", "Blue"], ("Red", "Blue"), True),
        ("Red", ["Red"], ("Red",), True),
        ("Plan, do, Review", ["Plan, do", "Review"], ("Plan, do", "Review"), True),
        ("Plan, do, Review", ["Plan", "Plan, do", "do", "Review"], ("Plan, do", "Review"), True),
        ("A, B, C", ["A", "A, B", "B, C"], ("A", "B, C"), True),
        ("Red, my own, with commas", ["Red", "Blue"], ("Red", "my own, with commas"), False),
        ("my own, Red", ["Red"], ("my own, Red",), False),
        ("Reddish", ["Red"], ("Reddish",), False),
        ("Red, ", ["Red"], ("Red",), False),
        ("a, b", [], ("a, b",), False),
    ],
)
def test_the_longest_declared_choices_that_fill_the_cell_win(cell, choices, parts, known) -> None:
    assert ticked(cell, choices, ", ") == (parts, known)


def test_many_ways_to_fail_take_no_longer_than_one() -> None:
    choices = ["a", "a, a", "a, a, a"]

    parts, known = ticked(", ".join(["a"] * 500 + ["b"]), choices, ", ")

    assert (parts[-1], known) == ("b", False)


def test_choices_are_declared_one_a_line() -> None:
    more = {"choices.Days?": " Monday \n\nFriday\nMonday\n", "other": "x", "choices.Boxes": ""}

    assert declared(more) == {"Days?": ("Monday", "Friday"), "Boxes": ()}
