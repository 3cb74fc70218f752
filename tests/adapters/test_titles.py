"""A question is known by its title and its turn among equal titles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorcore.adapters.titles import find_column, normal_title, question_keys
from mentorcore.errors import SourceUnreadable

TITLES = st.lists(st.sampled_from(["Goal", "Goal #2", "Goal ##2", " Goal\n#2", "Name", "", "é"]))


def test_white_space_and_composition_are_folded_and_case_is_kept() -> None:
    assert normal_title(" Please\u00a0rate\n the  meeting ") == "Please rate the meeting"
    assert normal_title("Cafe\u0301") == "Café"
    assert normal_title("NAME") != normal_title("Name")


def test_equal_titles_are_numbered_from_the_second_on() -> None:
    keys = question_keys(["Goal", "Name", "Goal ", "Goal", "", ""])

    assert keys == ("Goal", "Name", "Goal #2", "Goal #3", "(untitled)", "(untitled) #2")


def test_a_title_that_is_a_number_of_another_keeps_its_own_name() -> None:
    assert question_keys(["Goal", "Goal", "Goal #2"]) == ("Goal", "Goal ##2", "Goal #2")


@given(TITLES)
def test_no_two_columns_have_one_identity(titles: list[str]) -> None:
    assert len(set(question_keys(titles))) == len(titles)


@given(TITLES.filter(bool), st.data())
def test_every_column_is_found_by_its_identity_or_asked_about(
    titles: list[str], data: st.DataObject
) -> None:
    keys = question_keys(titles)
    place = data.draw(st.integers(0, len(titles) - 1))

    try:
        found = find_column(titles, keys[place], file="f", line=1)
    except SourceUnreadable:
        assert [normal_title(t) or "(untitled)" for t in titles].count(keys[place]) > 1
    else:
        assert found == place


def test_the_first_of_several_is_asked_for_by_number() -> None:
    assert find_column(["Goal", "Goal"], "Goal #1", file="f", line=1) == 0
    assert find_column(["Goal"], "Goal #1", file="f", line=1) == 0
    assert find_column(["Goal"], "Goal #2", file="f", line=1) is None
    with pytest.raises(SourceUnreadable, match="columns 1, 2 and 3; say which one is meant"):
        find_column(["Goal"] * 3, "Goal", file="f", line=1)
