"""An error tells the same in another process: it can be handed over with all that it carries."""

import copy
import importlib
import pickle
import pkgutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

import mentorcore
from mentorcore import errors
from mentorcore.errors import MentorcoreError

OTHERS: dict[str, MentorcoreError] = {
    "Refused": errors.Refused("no place is free", "no_free_place", mentor="person:1", places=2),
    "Conflict": errors.Conflict("somebody was faster", "pairing:1"),
    "Invalid": errors.Invalid("the mapping", [errors.Problem("form", "is missing", "a name")]),
    "SourceRefused": errors.SourceRefused("the ids were changed", file="meetings.csv"),
    "SourceUnreadable": errors.SourceUnreadable("is no CSV", file="meetings.csv", line=3),
    "AdapterError": errors.AdapterError("crashed", adapter="qualtrics", source="meetings"),
    "UnfitRow": errors.UnfitRow(7, "its name is empty"),
    "FollowerStopped": errors.FollowerStopped("cannot be folded", view="status", position=7),
    "PracticeError": errors.PracticeError("crashed", practice="visits", command="MakeVisit"),
    "MissingExtra": errors.MissingExtra("PostgreSQL", "postgres"),
}
"""Those that are made of more than a message."""

KINDS = [
    name
    for name in errors.__all__
    if isinstance(kind := getattr(errors, name), type) and issubclass(kind, MentorcoreError)
]


def kinds_of(kind: type[MentorcoreError]) -> Iterator[type[MentorcoreError]]:
    for below in kind.__subclasses__():
        yield below
        yield from kinds_of(below)


def test_every_error_that_is_raised_anywhere_can_be_handed_over() -> None:
    for found in pkgutil.walk_packages(mentorcore.__path__, "mentorcore."):
        if found.name != "mentorcore.__main__":
            importlib.import_module(found.name)
    kinds = [k for k in kinds_of(MentorcoreError) if k.__module__.startswith("mentorcore")]

    own_ways = {k for k in kinds if "__reduce__" in vars(k) or "__new__" in vars(k)}

    homes = {"mentorcore.errors", "mentorcore.log_errors", "mentorcore.integrity_errors"}
    assert {k for k in kinds if k.__module__ in homes} == {
        getattr(errors, name) for name in KINDS
    } - {MentorcoreError}
    assert own_ways == set()
    for kind in kinds:
        error = kind.__new__(kind, "a message", 7)
        vars(error).update(what="a mapping", problems=(errors.Problem("form", "is missing"),))
        told = pickle.loads(pickle.dumps(error))
        assert (type(told), told.args, vars(told)) == (kind, error.args, vars(error))


@pytest.mark.parametrize(
    "make", [copy.copy, copy.deepcopy, lambda e: pickle.loads(pickle.dumps(e))]
)
@pytest.mark.parametrize("name", KINDS)
def test_an_error_comes_out_of_another_process_as_it_went_in(
    name: str, make: Callable[[MentorcoreError], MentorcoreError]
) -> None:
    error = OTHERS.get(name) or getattr(errors, name)("a message")
    error.add_note("while it was tried")

    told = make(error)

    assert type(told) is type(error)
    assert str(told) == str(error)
    assert vars(told) == vars(error)
    assert told.args == error.args


def test_a_refusal_keeps_what_was_asked() -> None:
    refused = errors.Refused("no place is free", "no_free_place")
    refused.asked = errors.Asked("a command", datetime(2026, 9, 1, tzinfo=UTC), 12)

    told = copy.copy(refused)

    assert told.asked == refused.asked


@pytest.mark.parametrize("how", [pickle.dumps, copy.copy, copy.deepcopy])
def test_an_engine_says_that_it_stays_where_it_is(how: Callable[[object], object]) -> None:
    with (
        mentorcore.open() as engine,
        pytest.raises(TypeError, match="stays in the process that opened it"),
    ):
        how(engine)
