"""What is told of the work of those who take part: the last outcome at each of three levels."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from engine.world import STARTED, TODAY, Clock, World, engine, mc
from practices.life.world import SEES, seen

VIEW = "employment.outcomes"
EARLIER = TODAY - timedelta(days=30)


@pytest.fixture
def world() -> Iterator[World]:
    with engine() as opened:
        yield World(opened)


def record(world: World, person: str, level: str, outcome: str, on: Any = TODAY) -> Any:
    asked = {"person_id": person, "on": on, "level": level, "outcome": outcome}
    return world.ask(mc.RecordEmploymentOutcome(**asked, source="payroll"))


def test_a_person_is_told_with_the_last_outcome_at_each_level(world: World) -> None:
    mentor = world.mentor()
    person = world.persons[mentor]
    record(world, person, "district", "retained", EARLIER)
    record(world, person, "school", "retained", EARLIER)
    record(world, person, "school", "transferred")

    row = seen(world, VIEW).row(mentor)

    assert (row.who.name, row.who.role) == ("Somebody 0", "mentor")
    assert [(found.level, found.outcome, found.on) for found in row.levels] == [
        ("school", "transferred", TODAY),
        ("district", "retained", EARLIER),
    ]
    assert len(row.evidence) == 2


def test_whoever_nothing_is_recorded_of_is_in_no_row_and_in_no_total(world: World) -> None:
    world.mentor()

    told = seen(world, VIEW)

    assert told.rows == ()
    assert told.totals.levels == ()


def test_totals_are_by_role_and_level(world: World) -> None:
    outcomes = ("retained", "retained", "left", "unknown", "transferred")
    for outcome in outcomes:
        record(world, world.persons[world.mentee()], "school", outcome)
    record(world, world.persons[world.mentor()], "profession", "retained")

    totals = seen(world, VIEW).totals.levels

    told = [(t.role, t.level, t.retained, t.transferred, t.left, t.unknown) for t in totals]
    assert told == [("mentee", "school", 2, 1, 1, 1), ("mentor", "profession", 1, 0, 0, 0)]


def test_whoever_was_known_twice_counts_once_by_the_latest_day(world: World) -> None:
    one, other = (world.persons[world.mentee()] for _ in range(2))
    participant = next(p for p, person in world.persons.items() if person == other)
    record(world, one, "school", "retained", EARLIER)
    record(world, other, "school", "left")
    world.do(mc.EndEnrolment(participant_id=participant, on=TODAY, outcome="withdrew"))
    world.do(mc.MergePersons(survivor=one, absorbed=other))

    told = seen(world, VIEW)

    assert [(t.retained, t.left) for t in told.totals.levels] == [(0, 1)]
    assert {row.who.person for row in told.rows} == {one}


def test_what_was_true_and_what_was_known_are_two_questions() -> None:
    clock = Clock()
    with engine(clock=clock) as opened:
        world = World(opened)
        mentor = world.mentor()
        person = world.persons[mentor]
        record(world, person, "school", "retained", STARTED)
        before = opened.position
        clock.move(days=3)
        late = record(world, person, "school", "left", EARLIER).events[0].version

        def last(**moment: Any) -> str:
            (found,) = seen(world, VIEW, **moment).row(mentor).levels
            return str(found.outcome)

        assert last() == "left"
        assert last(as_of=STARTED) == "retained"
        assert last(as_known=before) == "retained"
        world.do(mc.RetractRecord(stream=person, target=late))
        assert last() == "retained"
        assert last(as_known=before + 1) == "left"


def test_a_member_is_shown_the_own_work_and_nobody_elses(world: World) -> None:
    mine, other = (world.persons[world.mentor()] for _ in range(2))
    record(world, mine, "school", "retained")
    record(world, other, "school", "left")

    told = seen(world, VIEW, mc.Viewer.member(mine))

    assert [row.who.person for row in told.rows] == [mine]
    assert isinstance(told.totals, mc.Withheld)


def test_an_outcome_is_explained_by_the_event_that_told_it(world: World) -> None:
    mentor = world.mentor()
    person = world.persons[mentor]
    version = record(world, person, "school", "retained").events[0].version

    told = world.engine.explain(mentor, f"{VIEW}.levels.school.outcome", viewer=SEES)
    (entry,) = world.engine.history(mentor, viewer=SEES).of("person.employment-outcome-recorded")

    decisive = [g.record.evidence.version for g in told.grounds if g.decisive]
    assert told.value == "retained"
    assert version in decisive
    assert (entry.evidence.version, entry.value("outcome")) == (version, "retained")
