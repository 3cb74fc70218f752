"""What became of each pairing of a cohort that was closed (INV-71)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from engine.world import STARTED, World, engine, mc
from practices.life.world import SEES, seen

VIEW = "closing.pairings"
OVER = date(2026, 11, 20)
LATER = date(2027, 1, 15)


@pytest.fixture
def world() -> Iterator[World]:
    with engine() as opened:
        yield World(opened)


def opened(world: World) -> str:
    asked = mc.OpenCohort(
        program_id=world.program,
        name="Next",
        starts_on=STARTED,
        ends_on=date(2028, 6, 30),
        enrols_from=STARTED,
        enrols_until=date(2028, 3, 1),
    )
    return str(world.ask(asked).events[0].event.cohort.cohort_id)


def close(world: World, **more: Any) -> Any:
    asked = {"program_id": world.program, "cohort_id": world.cohort, "on": OVER}
    return world.ask(mc.CloseCohort(**asked | more))


def test_each_pairing_is_told_with_what_became_of_it(world: World) -> None:
    ends, moves, extends = (world.pair() for _ in range(3))
    early = world.pair()
    world.do(mc.EndPairing(pairing_id=early, on=OVER, reason="no_fault", initiated_by="program"))
    following = opened(world)
    fates = (
        mc.Remaining(pairing_id=moves, then="move"),
        mc.Remaining(pairing_id=extends, then="extend", planned_end=LATER),
    )

    close(world, successor=following, pairings=fates)

    told = seen(world, VIEW)
    found = {r.pairing: (r.became, r.on, r.reason, r.to, r.planned_end) for r in told.rows}
    assert found == {
        ends: ("ended", OVER, "completed", None, None),
        early: ("ended", OVER, "no_fault", None, None),
        moves: ("moved", OVER, None, following, None),
        extends: ("extended", OVER, None, None, LATER),
    }
    assert [(t.name, t.ended, t.moved, t.extended, t.open) for t in told.totals.cohorts] == [
        ("2026", 2, 1, 1, 0)
    ]
    assert [w.role for w in told.row(ends).members] == ["mentor", "mentee"]


def test_who_joined_a_pairing_later_was_in_it_too(world: World) -> None:
    pairing, second = world.pair(), world.mentor()
    world.do(mc.AddMember(pairing_id=pairing, participant=second, role="mentor", since=STARTED))

    close(world)

    (row,) = seen(world, VIEW).rows
    assert [who.participant for who in row.members][-1] == second


def test_an_extended_pairing_that_ends_has_ended(world: World) -> None:
    pairing = world.pair()
    close(world, others="extend")

    world.do(mc.EndPairing(pairing_id=pairing, on=OVER, reason="completed", initiated_by="program"))

    assert [r.became for r in seen(world, VIEW).rows] == ["ended"]


def test_while_a_cohort_is_open_nothing_is_told_of_it(world: World) -> None:
    world.do(world.ending(world.pair()))
    closed = next(e for e in close(world).events if e.name == "program.cohort-closed")

    before = seen(world, VIEW, as_of=date(2026, 11, 19))
    world.do(mc.RetractRecord(stream=world.program, target=closed.version, authority="dean"))
    after = seen(world, VIEW)

    assert before.rows == after.rows == ()
    assert after.totals.cohorts == ()


def test_a_pairing_that_was_taken_up_again_before_is_told_by_what_became_of_it_then(
    world: World,
) -> None:
    pairing = world.pair()
    world.do(
        mc.EndPairing(pairing_id=pairing, on=STARTED, reason="no_fault", initiated_by="program")
    )
    world.do(mc.ReopenPairing(pairing_id=pairing, on=STARTED, authority="dean"))

    close(world, others="extend")

    assert [(r.became, r.reason) for r in seen(world, VIEW).rows] == [("extended", None)]


def test_members_are_told_of_their_own_pairings(world: World) -> None:
    mine, _others = world.pair(), world.pair()
    close(world)
    member = mc.Viewer.member(world.persons[world.members(mine)[0]])

    told = seen(world, VIEW, member)

    assert [r.pairing for r in told.rows] == [mine]
    assert isinstance(told.totals, mc.Withheld)


def test_what_became_of_a_pairing_is_explained(world: World) -> None:
    pairing = world.pair()
    ended = next(e for e in close(world).events if e.name == "pairing.ended")

    told = world.engine.explain(pairing, f"{VIEW}.became", viewer=SEES)

    decisive = [(g.record.evidence.stream, g.record.evidence.version) for g in told.grounds]
    assert told.value == "ended"
    assert (pairing, ended.version) in decisive
