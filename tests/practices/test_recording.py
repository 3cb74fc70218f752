"""What a practice does is recorded, told and explained like what the core does."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from engine.world import COORDINATOR, mc
from practices.conftest import DAY, Visited
from practices.stranger import VISITS
from practices.stranger.events import FollowUpVisit, MakeVisit, VisitFollowedUp, VisitMade

from mentorcore.errors import Conflict, Invalid, Refused
from mentorcore.log.recorded import Envelope
from mentorcore.practices.registry import Practices
from mentorcore.testing.scenario import given

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
    return Envelope(actor=COORDINATOR)


def test_an_amended_visit_amends_the_time_it_took(visited: Visited) -> None:
    visit = visited.visit(held_at=HELD)

    visited.world.ask(mc.AmendRecord(stream=visit, target=1, changes={"minutes": 90}))

    later = mc.HoldMeeting(
        pairing_id=visited.pairing, held_at=HELD + timedelta(minutes=60), minutes=45
    )
    with pytest.raises(Refused) as refused:
        visited.world.ask(later)
    assert refused.value.code == "overlaps"


def test_a_correction_of_a_visit_is_decided_by_its_own_rules(visited: Visited) -> None:
    visit = visited.visit()

    with pytest.raises(Refused) as refused:
        visited.world.ask(mc.AmendRecord(stream=visit, target=1, changes={"minutes": 0}))

    assert refused.value.code == "too_short"


def test_corrected_fields_as_plain_data_get_the_types_of_their_record(visited: Visited) -> None:
    visit = visited.visit()
    stated = {"stream": visit, "target": 1, "changes": {"on": "2026-11-01"}}

    done = visited.world.ask(visited.here.command("amend-record", stated))

    assert done.events[0].event.public_changes == (("on", DAY - timedelta(days=1)),)


def test_an_id_in_corrected_fields_is_a_random_one(visited: Visited) -> None:
    visit = visited.visit()
    changes = {"visited": "participant:ana@example.org"}

    with pytest.raises(Invalid, match="an id stands in the clear for ever"):
        visited.world.ask(mc.AmendRecord(stream=visit, target=1, changes=changes))


def test_a_scenario_is_told_by_the_rules_of_a_practice() -> None:
    model = Practices.of([VISITS]).model
    visit = f"acme-visit:{1:032x}"
    made: Any = VisitMade
    told = made(
        visit_id=visit,
        program_id=f"program:{1:032x}",
        pairing_id=f"pairing:{1:032x}",
        visited=f"participant:{1:032x}",
        meeting_id=f"meeting:{1:032x}",
        on=DAY,
        minutes=30,
        subjects=(),
    )
    asked = FollowUpVisit(visit_id=visit, on=DAY, minutes=5)

    given(told, model=model).when(asked).then(VisitFollowedUp(on=DAY, minutes=5))


def test_the_catalogue_tells_the_events_of_a_practice() -> None:
    found = mc.catalog(Practices.of([VISITS])).event("acme-visit.made")

    assert found.caused_by == ("make-visit",)
    assert found.streams == ("acme-visit",)
    assert "acme-visit.made" not in {e.name for e in mc.catalog().events}
