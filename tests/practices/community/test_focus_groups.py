"""What of a focus group is recorded, what is refused, and from how many people on it is told."""

import json
from contextlib import closing
from datetime import date, timedelta
from typing import Any

import pytest
from engine.world import Clock, mc, numbers
from hypothesis import given, settings
from hypothesis import strategies as st
from practices.community.listening import HELD, PAY, TIME, TRUST, listening, themes
from practices.community.test_resources import amended, refusal, retracted
from practices.community.world import Sharing, begun

import mentorcore
from mentorcore.domain.values import Withheld
from mentorcore.practices.community.focus.deciding import FocusGroup, check_group, evolve
from mentorcore.practices.community.focus.rows import FocusTotals
from mentorcore.practices.community.focus.view import FocusPart, combine, rows
from mentorcore.projections.plain import plain

SEES = mc.Viewer.coordinator()
DAY = timedelta(days=1)
AT: Any = None
"""Neither the program nor the viewer is asked."""


@pytest.fixture
def here() -> Any:
    with closing(mentorcore.open(":memory:", clock=Clock(), ids=numbers())) as engine:
        yield begun(engine)


def heard(here: Sharing, viewer: Any = SEES, **moment: Any) -> Any:
    return here.engine.view("community.focus-groups", here.world.program, viewer=viewer, **moment)


def test_a_focus_group_is_recorded_once(here: Sharing) -> None:
    made = here.world.do(listening(here))

    again = listening(here, group_id=made)

    assert refusal(lambda: here.world.ask(again)) == "already_recorded"


def test_a_focus_group_is_of_a_program(here: Sharing) -> None:
    of_none = listening(here, program_id=f"program:{9:032x}")

    assert refusal(lambda: here.world.ask(of_none)) == "no_such_program"


def test_no_focus_group_was_held_tomorrow(here: Sharing) -> None:
    tomorrow = listening(here, on=date(2026, 11, 24))

    assert refusal(lambda: here.world.ask(tomorrow)) == "in_the_future"


@pytest.mark.parametrize("attendees", [0, -1])
def test_somebody_was_there(here: Sharing, attendees: int) -> None:
    made = here.world.ask(listening(here))
    empty = listening(here, attendees=attendees, themes=())

    assert refusal(lambda: here.world.ask(empty)) == "nobody_there"
    assert refusal(lambda: amended(here, made, attendees=attendees)) == "nobody_there"


def test_a_theme_is_named_once(here: Sharing) -> None:
    twice = (*themes(late_stipends=9), *themes(late_stipends=3))
    made = here.world.ask(listening(here))

    assert refusal(lambda: here.world.ask(listening(here, themes=twice))) == "theme_twice"
    assert refusal(lambda: amended(here, made, themes=twice)) == "theme_twice"


@pytest.mark.parametrize("mentions", [0, -1, 15])
def test_a_theme_was_brought_up_by_some_of_those_who_were_there(
    here: Sharing, mentions: int
) -> None:
    off = themes(late_stipends=mentions)
    made = here.world.ask(listening(here))

    assert refusal(lambda: here.world.ask(listening(here, themes=off))) == "too_many_mentions"
    assert refusal(lambda: amended(here, made, themes=off)) == "too_many_mentions"


def test_a_group_does_not_shrink_below_what_was_said_in_it(here: Sharing) -> None:
    made = here.world.ask(listening(here))

    assert refusal(lambda: amended(here, made, attendees=11)) == "too_many_mentions"


def test_what_is_no_event_of_it_and_what_never_began_changes_nothing() -> None:
    empty = FocusGroup()

    check_group(None)

    assert evolve(empty, object()) is empty


def test_a_theme_is_shown_from_ten_people_on(here: Sharing) -> None:
    """INV-78"""
    said = themes(trust_in_mentors=12, time_to_meet=10, late_stipends=9)
    made = here.world.do(listening(here, themes=said))

    told = heard(here).row(made)

    assert [(theme.code, theme.mentions) for theme in told.themes] == [(TIME, 10), (TRUST, 12)]
    assert (told.attendees, told.others) == (14, "< 10")


def test_of_a_group_of_fewer_than_ten_it_is_said_that_it_was_held(here: Sharing) -> None:
    """INV-78"""
    made = here.world.do(listening(here, attendees=9, themes=themes(time_to_meet=9)))

    told = heard(here).row(made)

    assert (told.attendees, told.themes, told.others) == ("< 10", (), "< 10")


def test_where_all_is_shown_nothing_is_said_to_be_hidden(here: Sharing) -> None:
    made = here.world.do(listening(here, themes=themes(trust_in_mentors=12)))

    assert heard(here).row(made).others is None


def test_what_is_hidden_stands_in_no_answer(here: Sharing) -> None:
    """INV-78"""
    record = here.world.ask(listening(here, attendees=9, themes=themes(late_stipends=8)))
    made = record.events[0].stream
    amended(here, record, themes=themes(late_stipends=8, time_to_meet=2))
    engine, program = here.engine, here.world.program
    for viewer in (SEES, mc.Viewer.auditor()):
        told = [
            heard(here, viewer),
            engine.history(made, viewer=viewer),
            engine.history(program, viewer=viewer),
            *(
                engine.explain(made, f.name, viewer=viewer)
                for f in engine.figures(made, viewer=viewer)
            ),
            *(engine.feed(viewer).event(r) for r in engine.events() if r.stream == made),
        ]

        said = json.dumps(plain(told), default=str)

        assert made in said
        assert PAY not in said
        assert TIME not in said
        assert '"mentions"' not in said


def test_no_sum_gives_a_hidden_number_away() -> None:
    """INV-78"""
    large = FocusPart("a", HELD, 14, {TIME: 12})
    small, smaller = FocusPart("b", HELD, 7, {TIME: 3}), FocusPart("b", HELD, 4, {TRUST: 1})

    told = [combine({"a": large, "b": part}, AT) for part in (small, smaller)]

    assert told[0] == told[1] == FocusTotals(groups=2)


@given(
    attendees=st.integers(1, 9),
    other=st.integers(1, 9),
    said=st.dictionaries(st.sampled_from([TIME, TRUST, PAY]), st.integers(1, 9), min_size=1),
    more=st.dictionaries(st.sampled_from([TIME, TRUST, PAY]), st.integers(1, 9), min_size=1),
)
@settings(max_examples=50)
def test_two_small_groups_look_the_same(
    attendees: int, other: int, said: dict[str, int], more: dict[str, int]
) -> None:
    """INV-78"""
    one, two = FocusPart("a", HELD, attendees, said), FocusPart("a", HELD, other, more)

    told = [list(rows(part, AT, AT)) for part in (one, two)]

    assert told[0] == told[1]


def test_members_are_told_of_no_focus_group(here: Sharing) -> None:
    here.world.do(listening(here))

    told = heard(here, mc.Viewer.member(here.world.persons[here.mentor]))

    assert told.rows == ()
    assert isinstance(told.totals, Withheld)


def test_both_times_are_asked_for_and_a_group_comes_back(here: Sharing) -> None:
    known = here.engine.position
    record = here.world.ask(listening(here))
    made = record.events[0].stream

    taken_back = retracted(here, record)

    assert heard(here).row(made) is None
    assert heard(here).totals.groups == 0
    retracted(here, taken_back)
    assert heard(here, as_of=HELD).totals.groups == 1
    assert heard(here, as_of=HELD - DAY).totals.groups == 0
    assert heard(here, as_known=known).totals.groups == 0
