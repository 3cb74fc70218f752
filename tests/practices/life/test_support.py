"""What is told of support: set aside, used, left, and more used than there was."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from engine.world import STARTED, TODAY, Clock, World, engine, mc
from practices.life.world import SEES, needs, seen, set_aside, use

VIEW = "support.uptake"


@pytest.fixture
def world() -> Iterator[World]:
    with engine() as opened:
        yield World(opened)


def test_what_was_set_aside_is_told_with_what_was_used_and_what_is_left(world: World) -> None:
    support = set_aside(world)
    use(world, support, 90, on=TODAY - timedelta(days=3))
    use(world, support, 60)

    row = seen(world, VIEW).row(support)

    assert (row.amount, row.used, row.left, row.uses) == (600, 150, 450, 2)
    assert (row.state, row.last_used_on, row.unit) == ("open", TODAY, "minutes")
    assert len(row.evidence) == 3


@pytest.mark.parametrize(
    ("dates", "used", "state"),
    [
        ({"since": TODAY + timedelta(days=1)}, 0, "ahead"),
        ({}, 0, "open"),
        ({}, 599, "open"),
        ({}, 600, "used_up"),
        ({}, 601, "overused"),
        ({"until": TODAY + timedelta(days=1)}, 10, "open"),
        ({"until": TODAY}, 10, "over"),
        ({"until": TODAY}, 600, "used_up"),
    ],
)
def test_how_far_it_was_used_is_told_in_a_word(
    world: World, dates: Any, used: int, state: str
) -> None:
    support = set_aside(world, **dates)
    if used:
        use(world, support, used, on=STARTED)

    assert seen(world, VIEW).row(support).state == state


def test_more_used_than_there_was_needs_somebody_until_it_is_put_right(world: World) -> None:
    mentor = world.mentor()
    support = set_aside(world, participant=mentor)
    use(world, support, 600)
    assert not needs(world, "support_overused")
    too_much = use(world, support, 1)

    (need,) = needs(world, "support_overused")
    world.do(mc.RetractRecord(stream=world.program, target=too_much.events[0].version))

    assert need.why == "601 of 600 minutes of release time were used"
    assert (need.subject, need.amount, need.limit) == (support, 601, 600)
    assert [who.participant for who in need.people] == [mentor]
    assert not needs(world, "support_overused")


def test_totals_are_by_kind_unit_and_currency(world: World) -> None:
    set_aside(world)
    use(world, set_aside(world), 700)
    set_aside(world, unit="days", amount=4)
    set_aside(world, kind="stipend", unit="cents", amount=120_000, currency="USD")
    set_aside(world, kind="stipend", unit="cents", amount=90_000, currency="CAD")

    totals = seen(world, VIEW).totals

    assert [
        (t.kind, t.unit, t.currency, t.allocated, t.used, t.overused) for t in totals.kinds
    ] == [
        ("release_time", "days", None, 4, 0, 0),
        ("release_time", "minutes", None, 1200, 700, 1),
        ("stipend", "cents", "CAD", 90_000, 0, 0),
        ("stipend", "cents", "USD", 120_000, 0, 0),
    ]


def test_a_member_is_shown_what_is_set_aside_for_them(world: World) -> None:
    mentor = world.mentor()
    mine, others = set_aside(world, participant=mentor), set_aside(world)

    told = seen(world, VIEW, mc.Viewer.member(world.persons[mentor]))

    assert [row.support for row in told.rows] == [mine]
    assert told.others is not None
    assert isinstance(told.totals, mc.Withheld)
    assert others not in repr(told)


def test_what_was_true_and_what_was_known_are_two_questions() -> None:
    clock = Clock()
    with engine(clock=clock) as opened:
        world = World(opened)
        support = set_aside(world)
        use(world, support, 90, on=STARTED)
        before = opened.position
        clock.move(days=10)
        late = use(world, support, 60, on=STARTED + timedelta(days=1))
        world.do(
            mc.AmendRecord(
                stream=world.program, target=late.events[0].version, changes={"amount": 30}
            )
        )

        def used(**moment: Any) -> int:
            return int(seen(world, VIEW, **moment).row(support).used)

        assert used() == 120
        assert used(as_of=STARTED) == 90
        assert used(as_known=before) == 90
        assert used(as_known=before + 1) == 150
        assert used(as_of=STARTED, as_known=before + 1) == 90


def test_a_figure_is_explained_by_the_events_behind_it(world: World) -> None:
    support = set_aside(world)
    version = use(world, support, 90).events[0].version

    told = world.engine.explain(support, "used", viewer=SEES)

    facts = [g.record for g in told.grounds if g.part == "fact"]
    assert told.value == 90
    assert version in [f.evidence.version for f in facts]


def test_the_record_of_the_program_tells_no_colleague_for_whom_something_was_set_aside(
    world: World,
) -> None:
    mentor = world.mentor()
    support = set_aside(world, participant=mentor)
    use(world, support, 60, participant=mentor)
    colleague = mc.Viewer.member(world.persons[world.mentee()])

    told = world.engine.history(world.program, viewer=colleague)
    listed = [mc.plain(r, viewer=colleague)["event"] for r in world.engine.events()]
    traces = world.engine.traces(mentor, viewer=colleague)

    for name in ("program.support-allocated", "program.support-used"):
        assert isinstance(told.of(name)[0].value("participant"), mc.Withheld)
        assert world.engine.history(world.program, viewer=SEES).of(name)[0].value("participant")
    assert not [event for event in listed if event.get("participant") == mentor]
    assert not traces
