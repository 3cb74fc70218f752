"""What a practice does is recorded, told and explained like what the core does."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from engine.world import COORDINATOR, mc
from practices.conftest import DAY, Visited
from practices.stranger.events import FollowUpVisit, MakeVisit, VisitFollowedUp, VisitMade

from mentorcore.errors import Conflict, Invalid, Refused

HELD = datetime(2026, 11, 2, 22, tzinfo=UTC)
SEES = mc.Viewer.coordinator()


def test_what_a_practice_decides_is_recorded(visited: Visited) -> None:
    visit = visited.visit(note="Loud, and attentive")

    told = [r.event for r in visited.here.events(stream=visit)]

    assert [type(e) for e in told] == [VisitMade]
    assert visit.startswith("acme-visit:")
    assert "Loud" not in str(told[0].note)


def test_a_practice_refuses_like_the_core(visited: Visited) -> None:
    with pytest.raises(Refused) as refused:
        visited.visit(minutes=0)

    assert refused.value.code == "too_short"
    told = visited.here.explain(refused.value, viewer=SEES)
    assert told.value == "a visit takes a minute at least"


def test_a_visit_takes_the_time_of_who_is_visited_in_both_directions(visited: Visited) -> None:
    visited.visit(held_at=HELD)
    meeting = mc.HoldMeeting(pairing_id=visited.pairing, held_at=HELD, minutes=45)

    with pytest.raises(Refused) as refused:
        visited.world.ask(meeting)
    with pytest.raises(Refused) as again:
        visited.visit(held_at=HELD + timedelta(minutes=10))

    assert refused.value.code == "overlaps"
    assert again.value.code == "overlaps"


def test_commands_of_the_core_and_of_a_practice_are_recorded_together(visited: Visited) -> None:
    visit = visited.here.new_id("acme-visit")
    asked: Any = MakeVisit(
        visit_id=visit, pairing_id=visited.pairing, visited=visited.mentee, on=DAY, minutes=30
    )

    done = visited.here.batch(
        [asked, FollowUpVisit(visit_id=visit, on=DAY, minutes=5), mc.RegisterPerson(name="Cleo")],
        actor=COORDINATOR,
        key="a key",
    )
    again = visited.here.batch(
        [asked, FollowUpVisit(visit_id=visit, on=DAY, minutes=5), mc.RegisterPerson(name="Cleo")],
        actor=COORDINATOR,
        key="a key",
    )

    assert [type(r.event).__name__ for r in done.events] == [
        "VisitMade",
        "VisitFollowedUp",
        "PersonRegistered",
    ]
    assert again.replayed
    assert again.events == done.events


def test_a_command_is_stated_by_its_name(visited: Visited) -> None:
    visit = visited.visit()

    command = visited.here.command(
        "follow-up-visit", {"visit_id": visit, "on": "2026-11-09", "minutes": 5}
    )

    assert visited.here.commands["follow-up-visit"] is FollowUpVisit
    assert visited.world.ask(command).events[0].event == VisitFollowedUp(on=command.on, minutes=5)


def test_an_id_of_a_practice_is_a_random_one(visited: Visited) -> None:
    with pytest.raises(Invalid, match="an id stands in the clear for ever"):
        visited.visit(visit_id="acme-visit:ana@example.org")


def test_a_visit_is_taken_back_with_its_companion(visited: Visited) -> None:
    visit = visited.visit(held_at=HELD)
    retract = mc.RetractRecord(stream=visit, target=1, cause="entered_in_error")

    visited.world.ask(retract)

    visited.world.ask(mc.HoldMeeting(pairing_id=visited.pairing, held_at=HELD, minutes=45))
    assert visited.here.view("visits.list", visited.world.program, viewer=SEES).rows == ()


def test_the_view_of_a_practice_is_told(visited: Visited) -> None:
    visit = visited.visit()
    visited.follow_up(visit)

    told = visited.here.view("visits.list", visited.world.program, viewer=SEES)

    assert [(row.visit, row.minutes) for row in told.rows] == [(visit, 40)]


def test_what_a_decision_of_a_practice_rests_on_must_still_hold(visited: Visited) -> None:
    """The pairing ends between reading and storing; the visit was decided without that."""
    here, shared = visited.here, visited.shared
    rival = shared.open()
    calls = []

    def overtaken() -> None:
        calls.append(1)
        if len(calls) == 1:
            rival.handle(visited.world.ending(visited.pairing), actor=COORDINATOR)

    here._desk.before_append = overtaken

    visited.visit()

    assert len(calls) == 2


def test_a_decision_that_rests_on_nothing_more_is_not_made_again(visited: Visited) -> None:
    visit = visited.visit()
    rival = visited.shared.open()
    calls = []

    def overtaken() -> None:
        calls.append(1)
        if len(calls) == 1:
            rival.handle(mc.RegisterPerson(name="Dora"), actor=COORDINATOR)

    visited.here._desk.before_append = overtaken

    visited.follow_up(visit)

    assert len(calls) == 1


def test_a_rival_on_the_same_visit_is_decided_again(visited: Visited) -> None:
    visit = visited.visit()
    rival = visited.shared.open(*(h.practice for h in visited.here._practices.here))
    asked = FollowUpVisit(visit_id=visit, on=DAY, minutes=5)
    visited.here._desk.before_append = lambda: None

    session = visited.here._desk.session()
    session.decide(asked, _envelope())
    rival.handle(asked, actor=COORDINATOR)

    with pytest.raises(Conflict):
        session.store()


def _envelope() -> Any:
    from mentorcore.log.recorded import Envelope

    return Envelope(actor=COORDINATOR)
