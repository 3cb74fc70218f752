"""Responses with equal keys are told apart by their content, and nothing is guessed."""

from hypothesis import given
from hypothesis import strategies as st
from intake.small_program import response

from mentorcore.intake.response_matching import Matched, canonical_answers, match


def verdicts(matched: Matched) -> list[tuple[str, int | None]]:
    return [(j.verdict, j.held) for j in matched.verdicts]


def test_what_is_held_with_the_same_content_is_unchanged_in_any_order() -> None:
    matched = match([b"b", b"a"], [b"a", b"b"])

    assert verdicts(matched) == [("unchanged", 1), ("unchanged", 0)]
    assert matched.left == ()


def test_what_is_not_held_is_new() -> None:
    assert verdicts(match([b"a", b"b"], [])) == [("new", None), ("new", None)]
    assert verdicts(match([b"a", b"b"], [b"a"])) == [("unchanged", 0), ("new", None)]


def test_one_old_and_one_new_left_over_is_an_edit() -> None:
    matched = match([b"a", b"x"], [b"a", b"b"])

    assert verdicts(matched) == [("unchanged", 0), ("edited", 1)]
    assert matched.left == ()


def test_more_left_over_are_ambiguous_and_none_of_them_counts_as_vanished() -> None:
    two_new = match([b"a", b"x", b"y"], [b"a", b"b"])
    two_old = match([b"x"], [b"a", b"b"])

    assert verdicts(two_new) == [("unchanged", 0), ("ambiguous", None), ("ambiguous", None)]
    assert verdicts(two_old) == [("ambiguous", None)]
    assert two_new.left == two_old.left == ()


def test_what_is_held_and_not_read_is_left() -> None:
    assert match([b"a"], [b"b", b"a", b"c"]).left == (0, 2)


def test_the_same_response_twice_in_one_reading_is_one() -> None:
    assert verdicts(match([b"a", b"a"], [])) == [("new", None), ("repeated", None)]
    assert verdicts(match([b"a", b"a"], [b"a"])) == [("unchanged", 0), ("repeated", None)]


def test_a_refused_content_whose_correction_was_taken_is_superseded_and_still_there() -> None:
    matched = match([b"wrong"], [b"other", b"right"], superseded={b"wrong": 1})

    assert verdicts(matched) == [("superseded", 1)]
    assert matched.left == (0,)


def test_what_was_corrected_is_not_taken_for_the_earlier_form_of_something_new() -> None:
    matched = match([b"wrong", b"new"], [b"right"], superseded={b"wrong": 0})

    assert verdicts(matched) == [("superseded", 0), ("new", None)]


def test_a_response_with_a_new_column_is_the_same_one() -> None:
    matched = match([b"a+", b"b+", b"x"], [b"a", b"b"], same=lambda i, j: i == j)

    assert verdicts(matched) == [("refreshed", 0), ("refreshed", 1), ("new", None)]


def test_where_the_key_says_nothing_a_part_holds_new_responses_beside_old_ones() -> None:
    matched = match([b"x"], [b"a"], by_content=True)

    assert verdicts(matched) == [("new", None)]
    assert matched.left == (0,)


CONTENTS = st.lists(st.sampled_from([b"a", b"b", b"c", b"d"]), max_size=6)


@given(CONTENTS, st.lists(st.sampled_from([b"a", b"b", b"c", b"d"]), max_size=6, unique=True))
def test_nothing_that_is_held_is_matched_twice_or_lost(
    read: list[bytes], held: list[bytes]
) -> None:
    matched = match(read, held)

    used = [j.held for j in matched.verdicts if j.held is not None]
    ambiguous = any(j.verdict == "ambiguous" for j in matched.verdicts)
    assert len(used) == len(set(used))
    assert set(used).isdisjoint(matched.left)
    assert ambiguous or sorted([*used, *matched.left]) == list(range(len(held)))


@given(st.lists(st.sampled_from([b"a", b"b", b"c"]), max_size=5))
def test_taking_a_reading_and_reading_it_again_changes_nothing(read: list[bytes]) -> None:
    first = match(read, [])
    held = [c for c, j in zip(read, first.verdicts, strict=True) if j.verdict == "new"]

    again = match(read, held)

    assert {j.verdict for j in again.verdicts} <= {"unchanged", "repeated"}
    assert again.left == ()


def test_content_does_not_depend_on_the_order_of_columns_or_on_empty_cells() -> None:
    one = canonical_answers(response({"A": "1", "B": "2", "C": ""}))
    other = canonical_answers(response({"B": "2", "A": "1"}))

    assert one == other


def test_content_depends_on_every_text_and_on_where_it_stands() -> None:
    texts = [
        {"A": "1", "B": "2"},
        {"A": "2", "B": "1"},
        {"A": "1 ", "B": "2"},
        {"A": ("1", "B"), "C": "2"},
        {"A": "1", "C": "2"},
    ]

    assert len({canonical_answers(response(t)) for t in texts}) == len(texts)  # type: ignore[arg-type]  # cells of both kinds
