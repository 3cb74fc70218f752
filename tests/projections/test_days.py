"""A set of days is small, and the same in whatever order it was filled."""

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorcore.domain.values import Erased, Sealed, Withheld
from mentorcore.projections.folding.day_set import DaySet, days_from, days_to
from mentorcore.projections.plain import plain

DAYS = st.lists(st.dates(date(2020, 1, 1), date(2030, 1, 1)), max_size=30)


def filled(days: list[date]) -> DaySet:
    made = DaySet()
    for day in days:
        made.add(day)
    return made


@given(DAYS, st.dates(date(2019, 1, 1), date(2031, 1, 1)))
def test_days_are_a_set_of_days(days: list[date], other: date) -> None:
    made = filled(days)

    assert all(day in made for day in days)
    assert (other in made) == (other in days)


@given(DAYS)
def test_the_order_of_filling_leaves_no_trace(days: list[date]) -> None:
    text = days_to(filled(days))

    assert days_to(filled(days[::-1])) == text
    assert days_to(days_from(text)) == text
    assert filled(days[::-1]) == filled(days)


@given(DAYS, st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 900) | st.none())
def test_days_between_two_days_leave_the_last_out(
    days: list[date], since: date, length: int | None
) -> None:
    until = None if length is None else since + timedelta(days=length)

    found = filled(days).between(since, until)

    assert found == sorted({d for d in days if since <= d and (until is None or d < until)})


def test_a_year_of_days_is_short() -> None:
    text = days_to(filled([date(2026, 1, 1) + timedelta(days=n) for n in range(365)]))

    assert len(text) < 100


def test_plain_data_is_json() -> None:
    view = {
        "a": (date(2026, 1, 1), None, True, 1.5),
        "b": Withheld("name", "no"),
        3: Erased("p", "k"),
    }

    told = plain(view)

    assert msgspec.json.decode(msgspec.json.encode(told)) == told
    assert told["b"] == {"withheld": "name", "reason": "no"}
    assert told["3"] == {"erased": "k"}


def test_what_is_sealed_is_withheld_and_what_is_unknown_has_no_plain_form() -> None:
    assert plain(Sealed("b", "s", 1, "f", "k", ("p",)))["withheld"] == "k"
    with pytest.raises(TypeError):
        plain(object())
