"""What a question names and is not there is an error, and never reads like an absence."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from projections.town import Town, mc

from mentorcore.domain.model import CORE_MODEL
from mentorcore.engine.queries.asked_for import event_names
from mentorcore.errors import Invalid, Refused

NOBODY = f"pairing:{0xDEAD:032x}"
SEE = mc.Viewer.coordinator()
NAMES = sorted(CORE_MODEL.names)


@pytest.fixture(scope="module")
def town() -> Town:
    town = Town()
    town.meet(town.pair(), "2026-08-17")
    return town


def pairing_of(town: Town) -> str:
    return str(town.engine.status(viewer=SEE).pairings[0].pairing)


ABOUT_EVENTS: dict[str, Callable[..., Any]] = {
    "events": lambda e, **asked: list(e.events(**asked)),
    "effective": lambda e, **asked: list(e.effective(**asked)),
}


@pytest.mark.parametrize("question", ABOUT_EVENTS)
@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        ({"names": ["no.such"]}, "no_such_event_name", "no event is called 'no.such'"),
        ({"names": ["pairing.meeting-hold"]}, "no_such_event_name", "pairing.meeting-held"),
        ({"names": ["MeetingHeld"]}, "no_such_event_name", "pairing.meeting-held"),
        ({"names": ["record.ammended"]}, "no_such_event_name", "record.amended"),
        ({"names": ["meeting-held", "pairing.nothing"]}, "no_such_event_name", "pairing.nothing"),
        ({"stream": NOBODY}, "no_such_subject", NOBODY),
        ({"stream": "pairing"}, "no_such_subject", "pairing"),
        ({"stream": ""}, "no_such_subject", "nothing is recorded"),
    ],
    ids=str,
)
def test_what_is_not_there_is_refused(
    town: Town, question: str, asked: dict[str, Any], code: str, said: str
) -> None:
    with pytest.raises(Refused) as caught:
        ABOUT_EVENTS[question](town.engine, **asked)

    assert (caught.value.code, said in caught.value.reason) == (code, True)


@pytest.mark.parametrize("more", [{}, {"names": ["pairing.meeting-held"]}, {"stream": "own"}])
def test_a_position_beyond_the_last_is_refused_and_the_last_is_named(
    town: Town, more: dict[str, Any]
) -> None:
    asked = more | ({"stream": pairing_of(town)} if "stream" in more else {})
    last = town.engine.position

    with pytest.raises(Refused, match=f"last position is {last}") as caught:
        list(town.engine.events(last + 1, **asked))

    assert (caught.value.code, caught.value.facts["last"]) == ("no_such_position", last)
    assert list(town.engine.events(last, **asked)) == []


@pytest.mark.parametrize("position", ["", "5", None, 1.5, float("nan"), True, b"1"], ids=repr)
def test_what_is_no_position_is_refused_and_is_no_end(town: Town, position: Any) -> None:
    with pytest.raises(Invalid, match="after"):
        town.engine.events(position)


@pytest.mark.parametrize("names", ["meeting-held", [5], [None], [b"meeting-held"], [[]]], ids=repr)
@pytest.mark.parametrize("question", ABOUT_EVENTS)
def test_what_is_no_list_of_names_is_refused(town: Town, question: str, names: Any) -> None:
    with pytest.raises(Invalid, match="names"):
        ABOUT_EVENTS[question](town.engine, names=names)


@pytest.mark.parametrize("day", ["2026-09-01", 5, datetime(2026, 9, 1, tzinfo=UTC)], ids=repr)
def test_settings_are_in_force_on_a_day(town: Town, day: Any) -> None:
    with pytest.raises(Invalid, match="on:"):
        town.engine.settings_in_force(town.program, viewer=SEE, on=day)


@pytest.mark.parametrize(
    "asked",
    [{"names": ["no.such"]}, {"names": ["meeting-hold"]}, {"kinds": ["pairng"]}, {"kinds": [""]}],
    ids=str,
)
def test_nobody_waits_for_what_there_is_not(town: Town, asked: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        town.engine.subscription("billing", **asked)
    if "names" in asked:
        with pytest.raises(Refused):
            town.engine.feed(SEE, **asked)


def test_a_subscription_takes_the_short_names_of_events_as_every_question_does(
    town: Town,
) -> None:
    handed: list[str] = []

    town.engine.subscription("billing", names=["meeting-held"]).run_to_end(
        lambda told: handed.append(told.name)
    )

    assert handed == ["pairing.meeting-held"]


def test_what_stands_behind_the_dot_is_enough_where_one_kind_has_it(town: Town) -> None:
    found = [e.name for e in town.engine.events(names=["meeting-held"])]

    assert found == ["pairing.meeting-held"]


def test_where_several_kinds_have_it_all_are_named() -> None:
    with pytest.raises(Refused) as caught:
        event_names(["ended"], ["pairing.ended", "participant.ended", "pairing.formed"], bool)

    assert "pairing.ended or participant.ended" in caught.value.reason


def test_an_event_that_did_not_happen_is_an_answer(town: Town) -> None:
    assert list(town.engine.events(names=["program.closed"])) == []


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(lambda s: "participant:" + s.partition(":")[2], id="another kind"),
        pytest.param(lambda s: s[:-1] + ("0" if s[-1] != "0" else "1"), id="a slip"),
        pytest.param(lambda s: "pairing:…" + s[-8:], id="as it is printed"),
        pytest.param(lambda s: s[: len("pairing:") + 30], id="cut off"),
    ],
)
def test_a_mistyped_id_is_answered_with_what_may_be_meant(
    town: Town, wrong: Callable[[str], str]
) -> None:
    meant = pairing_of(town)

    with pytest.raises(Refused) as caught:
        town.engine.events(stream=wrong(meant))

    assert meant in str(caught.value.facts["near"])


@pytest.mark.parametrize("question", ["find", "find_pairings"])
def test_nobody_is_looked_for_in_a_program_that_is_not_there(town: Town, question: str) -> None:
    with pytest.raises(Refused) as caught:
        getattr(town.engine, question)("Anna", viewer=SEE, program=f"program:{9:032x}")

    assert caught.value.code == "no_such_program"


def test_the_end_of_a_day_counts_as_now_and_no_later_moment_does(town: Town) -> None:
    now = town.engine.now()
    known = town.engine.status(viewer=SEE, as_known=now + timedelta(hours=23))

    with pytest.raises(Refused, match="still to come"):
        town.engine.status(viewer=SEE, as_known=now + timedelta(days=2))

    assert known.position == town.engine.position


def test_what_was_recorded_by_a_clock_ahead_can_be_asked_about(town: Town) -> None:
    ahead = [datetime(2030, 1, 1, tzinfo=UTC)]
    engine = mc.open(":memory:", clock=lambda: ahead[0])
    us = mc.Actor("host", "coordinator", "system")
    engine.handle(mc.RegisterPerson(name="Ada"), actor=us)
    ahead[0] = datetime(2026, 9, 1, tzinfo=UTC)

    found = engine.find_people("Ada", viewer=SEE, as_known=datetime(2030, 1, 1, 6, tzinfo=UTC))

    assert len(found) == 1


def test_no_stream_is_told_before_the_first_event_is_asked_for(town: Town) -> None:
    number: Any = 5

    with pytest.raises(Refused):
        town.engine.events(stream=NOBODY)
    with pytest.raises(Invalid):
        town.engine.events(stream=number)
    with pytest.raises(Refused):
        town.engine.follow(names=["no.such"])


@given(st.sampled_from(NAMES), st.integers(0, 60), st.sampled_from(["", "x", "-", ".", "é"]))
def test_every_other_spelling_is_refused_or_means_one_event(name: str, at: int, put: str) -> None:
    stated = name[: at % len(name)] + put + name[at % len(name) + 1 :]

    try:
        [found] = event_names([stated], CORE_MODEL.names, lambda _: False)
    except Refused as refused:
        assert refused.code == "no_such_event_name"  # noqa: PT017 - either will do
    else:
        assert stated == found or found.endswith(f".{stated}")
