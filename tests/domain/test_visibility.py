"""Who may read what, and how a text may be narrowed (INV-27, INV-28, INV-50)."""

from itertools import product
from typing import Any, get_args

import pytest

from mentorcore.domain.values import Visibility
from mentorcore.domain.visibility import READERS, narrows

CLASSES = get_args(Visibility)


def test_every_class_names_its_readers() -> None:
    """INV-27."""
    assert set(READERS) == set(CLASSES)


@pytest.mark.parametrize(("old", "new"), list(product(CLASSES, CLASSES)))
def test_a_change_never_shows_a_text_to_anybody_new(old: Any, new: Any) -> None:
    """INV-50: visibility may be narrowed, never widened."""
    if narrows(old, new):
        assert READERS[new] <= READERS[old]


@pytest.mark.parametrize("old", ["growth_only", "pair_private"])
def test_what_was_written_for_growth_never_becomes_evaluative(old: Any) -> None:
    """INV-28."""
    assert not narrows(old, "evaluative")


def test_nothing_moves_to_those_who_handle_cases_but_what_was_written_for_them() -> None:
    """INV-50: they are readers of their own."""
    assert [c for c in CLASSES if narrows(c, "safeguarding")] == ["safeguarding"]


def test_everything_may_be_kept_by_its_author_but_what_nobody_reads_one_by_one() -> None:
    kept = [c for c in CLASSES if narrows(c, "author_private")]

    assert kept == [c for c in CLASSES if c != "anonymous_aggregate"]


@pytest.mark.parametrize("same", CLASSES)
def test_a_class_may_stay_what_it_is(same: Any) -> None:
    assert narrows(same, same)
