"""A moment that cannot be one is refused, the same way by every question about the past."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from projections.town import Town, mc

from mentorcore.errors import Invalid, Refused
from mentorcore.projections.access.redactor import COORDINATOR

QUESTIONS = (
    "programs",
    "status",
    "attention",
    "history",
    "find",
    "figures",
    "explain",
    "diff",
)


def ask(town: Town, pair: str, question: str, **when: Any) -> Any:
    about: dict[str, tuple[Any, ...]] = {
        "history": (pair,),
        "find": ("Anna",),
        "figures": (pair,),
        "explain": (pair, "minutes"),
        "diff": (mc.Moment(**when),),
    }
    seen = {} if question == "programs" else {"viewer": COORDINATOR}
    asked = {} if question == "diff" else when
    return getattr(town.engine, question)(*about.get(question, ()), **seen, **asked)


@pytest.fixture(scope="module")
def lived() -> tuple[Town, str]:
    town = Town()
    pair = town.pair()
    town.meet(pair, "2026-08-17")
    return town, pair


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(
    "when",
    [
        {"as_known": -1},
        {"as_known": 1.5},
        {"as_known": True},
        {"as_known": date(2026, 9, 1)},
        {"as_known": datetime(2026, 9, 1)},  # noqa: DTZ001 - that is what is refused
        {"as_of": datetime(2026, 9, 1)},  # noqa: DTZ001
        {"as_of": "2026-09-01"},
        {"as_of": 5},
        {"as_of": date.min},
        {"as_of": date.max},
        {"as_of": datetime.min.replace(tzinfo=UTC)},
        {"as_of": datetime.max.replace(tzinfo=UTC)},
    ],
    ids=str,
)
def test_what_is_no_moment_is_refused(
    lived: tuple[Town, str], question: str, when: dict[str, Any]
) -> None:
    with pytest.raises(Invalid) as caught:
        ask(*lived, question, **when)

    assert next(iter(when)) in str(caught.value)
    assert "expected" in str(caught.value)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(
    "when",
    [{"as_of": date(2030, 1, 1)}, {"as_of": datetime(2030, 1, 1, tzinfo=UTC)}],
    ids=str,
)
def test_of_a_day_to_come_is_told_what_is_known_of_it(
    lived: tuple[Town, str], question: str, when: dict[str, Any]
) -> None:
    assert ask(*lived, question, **when)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(
    ("when", "code"),
    [
        ({"as_known": 10**6}, "no_such_position"),
        ({"as_known": datetime(2030, 1, 1, tzinfo=UTC)}, "moment_to_come"),
    ],
    ids=str,
)
def test_what_the_log_will_know_is_not_asked_as_if_it_were_known(
    lived: tuple[Town, str], question: str, when: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as caught:
        ask(*lived, question, **when)

    assert caught.value.code == code
