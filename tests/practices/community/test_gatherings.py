"""What may be said of a gathering, and what is refused: each guard, at once and by corrections."""

from contextlib import closing
from datetime import date, timedelta
from typing import Any

import pytest
from engine.world import Clock, mc, numbers
from practices.community.world import MET, MET_AT, PUBLISHED, Sharing, published

import mentorcore
from mentorcore.errors import Refused
from mentorcore.practices.community.gathering.state import Gathering, check_gathering, evolve

DAY = timedelta(days=1)


@pytest.fixture
def here() -> Any:
    """A workshop of one day."""
    with closing(mentorcore.open(":memory:", clock=Clock(), ids=numbers())) as engine:
        here = published(engine)
        here.gather(resources=(here.resource,))
        yield here


def refusal(act: Any) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def amend(here: Sharing, told: Any, **changes: Any) -> Any:
    return here.world.ask(mc.AmendRecord(stream=told.stream, target=told.version, changes=changes))


def retract(here: Sharing, told: Any) -> Any:
    return here.world.ask(mc.RetractRecord(stream=told.stream, target=told.version)).events[0]


def meet(here: Sharing, pairing: str, **other: Any) -> Any:
    """A meeting of the pair at the hour of the workshop."""
    usual: dict[str, Any] = {"minutes": 30, "held_at": MET_AT}
    return here.world.ask(mc.HoldMeeting(pairing_id=pairing, **usual | other))


def test_a_gathering_is_recorded_once(here: Sharing) -> None:
    again = here.gathering_of(gathering_id=here.gathering)

    assert refusal(lambda: here.world.ask(again)) == "already_recorded"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"program_id": f"program:{9:032x}"}, "no_such_program"),
        ({"resources": (f"resource:{9:032x}",)}, "no_such_resource"),
        ({"title": " \u200b"}, "empty_text"),
        ({"until": MET - DAY}, "ends_before_start"),
        ({"on": date(2026, 11, 24)}, "in_the_future"),
        ({"until": date(2026, 11, 24)}, "in_the_future"),
    ],
)
def test_what_a_gathering_was_is_known(here: Sharing, said: Any, code: str) -> None:
    assert refusal(lambda: here.gather(**said)) == code


def test_what_was_shared_is_named_once(here: Sharing) -> None:
    twice = (here.resource, here.resource)

    assert refusal(lambda: here.gather(resources=twice)) == "resource_twice"


def test_what_another_program_shares_is_not_shared_here(here: Sharing) -> None:
    other = published(here.engine)

    assert refusal(lambda: here.gather(resources=(other.resource,))) == "no_such_resource"


def test_nobody_was_at_a_gathering_that_there_was_not(here: Sharing) -> None:
    assert refusal(lambda: here.attend(gathering_id=f"gathering:{99:032x}")) == "no_such_gathering"


def test_only_a_participant_of_the_program_was_there(here: Sharing) -> None:
    other = published(here.engine)

    for nobody in (f"participant:{9:032x}", other.mentor):
        assert refusal(lambda n=nobody: here.attend(n)) == "no_such_participant"


@pytest.mark.parametrize("minutes", [0, -1, 24 * 60 + 1])
def test_nobody_is_there_for_no_time_or_longer_than_a_day(here: Sharing, minutes: int) -> None:
    assert refusal(lambda: here.attend(minutes=minutes)) == "minutes_out_of_range"


def test_a_gathering_of_a_day_tells_the_day_on_which_somebody_was_there(here: Sharing) -> None:
    told = here.attend().events[0].event

    assert (told.held_on, told.held_at) == (MET, None)
    assert told.subjects == (here.world.persons[here.mentor],)


def test_of_several_days_the_day_is_said_on_which_somebody_was_there(here: Sharing) -> None:
    here.gather(until=MET + DAY)

    assert refusal(here.attend) == "no_date"
    here.attend(held_on=MET)
    here.attend(held_on=MET + DAY)
    assert refusal(lambda: here.attend(held_on=MET + DAY)) == "already_attended"


@pytest.mark.parametrize("day", [MET - DAY, MET + DAY])
def test_nobody_was_there_on_another_day(here: Sharing, day: date) -> None:
    assert refusal(lambda: here.attend(held_on=day)) == "other_day"
    assert refusal(lambda: here.attend(held_at=MET_AT + (day - MET))) == "other_day"


def test_a_gathering_moves_to_another_day_by_way_of_both(here: Sharing) -> None:
    (held,) = [r for r in here.engine.events() if r.stream == here.gathering]
    there = here.attend().events[0]

    assert refusal(lambda: amend(here, held, on=PUBLISHED)) == "other_day"
    amend(here, held, on=PUBLISHED, until=MET)
    amend(here, there, held_on=PUBLISHED)
    amend(here, held, until=None)

    assert refusal(lambda: amend(here, there, held_on=MET)) == "other_day"


def test_somebody_was_there_once_a_day(here: Sharing) -> None:
    there = here.attend().events[0]

    assert refusal(here.attend) == "already_attended"
    taken_back = retract(here, there)
    here.attend(minutes=60)
    assert refusal(lambda: retract(here, taken_back)) == "already_attended"


def test_nothing_of_a_gathering_lies_in_the_future(here: Sharing) -> None:
    here.gather(on=date(2026, 11, 23))
    tonight = MET_AT.replace(month=11, day=23, hour=21)

    assert refusal(lambda: here.attend(held_at=tonight)) == "in_the_future"
    assert refusal(lambda: here.attend(held_on=date(2026, 11, 24))) == "in_the_future"


def test_nobody_is_at_a_gathering_and_in_a_meeting_at_once(here: Sharing) -> None:
    """INV-23"""
    pairing = here.world.pair(here.mentor)
    there = here.attend(held_at=MET_AT).events[0]

    assert refusal(lambda: meet(here, pairing)) == "overlaps"
    meet(here, pairing, held_at=MET_AT + timedelta(minutes=90))

    assert refusal(lambda: amend(here, there, minutes=91)) == "overlaps"
    taken_back = retract(here, there)
    meet(here, pairing)
    assert refusal(lambda: here.attend(held_at=MET_AT)) == "overlaps"
    assert refusal(lambda: retract(here, taken_back)) == "overlaps"


def test_an_attendance_of_a_day_alone_takes_no_hour(here: Sharing) -> None:
    pairing = here.world.pair(here.mentor)

    told = here.attend()
    meet(here, pairing)

    assert [r.name for r in told.events] == ["gathering.attended"]


def test_the_time_of_an_attendance_goes_along_with_it(here: Sharing) -> None:
    """INV-23"""
    pairing = here.world.pair(here.mentor)
    there = here.attend(held_at=MET_AT).events[0]

    amend(here, there, held_at=MET_AT + timedelta(hours=3))
    meet(here, pairing)
    amend(here, there, held_on=MET)
    meet(here, pairing, held_at=MET_AT + timedelta(hours=3))


def test_what_is_no_event_of_it_and_what_never_began_changes_nothing() -> None:
    empty = Gathering()

    check_gathering(empty)

    assert evolve(empty, object()) is empty
