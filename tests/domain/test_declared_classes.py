"""Declared classes compare, hash and show themselves by their fields, and are made when needed."""

import copy
import inspect
import pickle
from datetime import date
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from mentorcore.domain.checked_init import CheckedInit
from mentorcore.domain.declarations import evolve, public, value
from mentorcore.testing.strategies import events


@value
class Nothing:
    """A value without fields."""


@value
class Titled:
    """A value with a title."""

    title: str = public()
    on: date | None = None


@given(st.sampled_from("abc"), st.sampled_from("abc"))
def test_values_are_equal_when_their_fields_are(one: str, other: str) -> None:
    first, second = Titled(title=one), Titled(title=other)

    assert (first == second) is (one == other)
    assert first == Titled(title=one)
    assert hash(first) == hash(Titled(title=one))
    assert first != Titled(title=one, on=date(2026, 10, 1))


def test_values_of_other_classes_are_never_equal() -> None:
    same: Any = type("Same", (), {"title": "a", "on": None})()
    nothing: Any = Nothing()

    assert Titled(title="a") != same
    assert nothing != Titled(title="a")
    assert Nothing() == Nothing()


def test_a_value_shows_its_fields() -> None:
    assert repr(Titled(title="a")) == "Titled(title='a', on=None)"
    assert repr(Nothing()) == "Nothing()"


def test_an_init_is_compiled_when_the_first_instance_is_made() -> None:
    @value
    class Fresh:
        number: int

    before = Fresh.__dict__["__init__"]
    made = Fresh(number=1)
    after = Fresh.__dict__["__init__"]

    assert isinstance(before, CheckedInit)
    assert made.number == 1
    assert inspect.isfunction(after)


def test_a_signature_says_the_defaults() -> None:
    assert (
        str(inspect.signature(Titled)) == "(*, title: str, on: datetime.date | None = None) -> None"
    )


@given(events())
def test_events_survive_being_copied_and_pickled(event: Any) -> None:
    assert copy.deepcopy(event) == event
    assert pickle.loads(pickle.dumps(event)) == event
    assert evolve(event) == event
    assert all(f"{f.name}=" in repr(event) for f in attrs.fields(type(event)))
