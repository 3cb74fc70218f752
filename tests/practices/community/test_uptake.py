"""What was assigned, opened and never opened: figures, needs, and who is told what."""

from contextlib import closing
from datetime import date, timedelta
from typing import Any

import pytest
from engine.world import Clock, mc, numbers
from practices.community.world import (
    ASSIGNED,
    DUE,
    PUBLISHED,
    RETIRED,
    REVISED,
    TITLE,
    USED,
    Sharing,
    published,
)

import mentorcore
from mentorcore.domain.values import Withheld
from mentorcore.practices.community.events import (
    AssignResource,
    RecordResourceUse,
    RetireResource,
    ReviseResource,
)

SEES = mc.Viewer.coordinator()


@pytest.fixture
def here() -> Any:
    """A guide that both of a pair were asked to read, and the mentee did."""
    with closing(mentorcore.open(":memory:", clock=Clock(), ids=numbers())) as engine:
        here = published(engine)
        for participant in (here.mentee, here.mentor):
            here.ask(AssignResource, participant=participant, on=ASSIGNED, due_on=DUE)
        here.ask(RecordResourceUse, participant=here.mentee, on=USED)
        yield here


def uptake(here: Sharing, viewer: Any = SEES, **moment: Any) -> Any:
    return here.engine.view("community.uptake", here.world.program, viewer=viewer, **moment)


def row(here: Sharing, viewer: Any = SEES, **moment: Any) -> Any:
    return uptake(here, viewer, **moment).row(here.resource)


def member(here: Sharing, participant: str) -> Any:
    return mc.Viewer.member(here.world.persons[participant])


def late(here: Sharing, viewer: Any = SEES, **moment: Any) -> list[Any]:
    told = here.engine.attention(here.world.program, viewer=viewer, **moment).needs
    return [need for need in told if need.kind == "resource_unopened"]


def test_a_resource_says_to_how_many_it_was_assigned_and_how_many_opened_it(here: Sharing) -> None:
    told = row(here)

    assert (told.assigned, told.used, told.never_opened, told.overdue) == (2, 1, 1, 1)
    assert [(a.who.participant, a.state, a.opened_on) for a in told.assignments] == [
        (here.mentee, "used", USED),
        (here.mentor, "overdue", None),
    ]


def test_what_was_opened_before_it_was_assigned_is_not_opened_yet(here: Sharing) -> None:
    here.publish(title="Another")
    here.ask(RecordResourceUse, participant=here.mentor, on=PUBLISHED)
    here.ask(AssignResource, participant=here.mentor, on=ASSIGNED)

    told = row(here)

    assert (told.used, told.never_opened, told.readers) == (0, 1, 1)
    assert told.assignments[0].state == "assigned"


def test_a_resource_is_told_as_it_was_revised_last_and_keeps_what_was_not(here: Sharing) -> None:
    here.ask(ReviseResource, on=REVISED, title="Second edition")

    told, before = row(here), row(here, as_of=REVISED - timedelta(days=1))

    assert (told.title, before.title) == ("Second edition", TITLE)
    assert told.pointer == before.pointer


def test_both_times_are_asked_for(here: Sharing) -> None:
    known = here.engine.position
    here.ask(RecordResourceUse, participant=here.mentor, on=USED)

    now, then = row(here), row(here, as_known=known)
    early = row(here, as_of=USED - timedelta(days=1))

    assert (now.used, then.used, early.used) == (2, 1, 0)
    assert early.overdue == 0


def test_a_use_that_was_taken_back_counts_no_more(here: Sharing) -> None:
    used = here.ask(RecordResourceUse, participant=here.mentor, on=USED).events[0]

    taken_back = here.world.ask(mc.RetractRecord(stream=used.stream, target=used.version)).events[0]

    assert row(here).used == 1
    here.world.ask(mc.RetractRecord(stream=taken_back.stream, target=taken_back.version))
    assert row(here).used == 2


def test_members_are_told_their_own_assignment_and_no_figures(here: Sharing) -> None:
    told = row(here, member(here, here.mentor))

    assert [a.who.participant for a in told.assignments] == [here.mentor]
    figures = (told.assigned, told.used, told.never_opened, told.overdue, told.readers)
    assert all(isinstance(figure, Withheld) for figure in figures)
    assert isinstance(uptake(here, member(here, here.mentor)).totals, Withheld)


def test_a_member_is_not_told_of_a_resource_that_was_assigned_to_others(here: Sharing) -> None:
    here.publish(title="For mentees")
    here.ask(AssignResource, participant=here.mentee, on=ASSIGNED)

    told = uptake(here, member(here, here.mentor))

    assert told.row(here.resource) is None
    assert told.others is not None


def test_what_is_not_opened_by_its_day_needs_somebody(here: Sharing) -> None:
    (need,) = late(here)

    assert (need.subject, need.due_on) == (here.resource, DUE)
    assert [who.participant for who in need.people] == [here.mentor]
    assert late(here, member(here, here.mentor)) != []
    assert late(here, member(here, here.mentee)) == []
    assert late(here, as_of=DUE) == []


def test_a_retired_resource_asks_nobody_to_open_it(here: Sharing) -> None:
    here.ask(RetireResource, on=RETIRED)

    told = uptake(here)

    assert late(here) == []
    assert (told.row(here.resource).state, told.totals.retired_open) == ("retired", 1)


def test_all_resources_are_added_up(here: Sharing) -> None:
    here.publish(title="Read by nobody")

    told = uptake(here).totals

    assert (told.resources, told.retired, told.assigned, told.used) == (2, 0, 2, 1)
    assert (told.never_opened, told.overdue, told.never_used) == (1, 1, 1)


def test_a_figure_says_which_records_it_rests_on(here: Sharing) -> None:
    why = here.engine.explain(here.resource, "community.uptake.used", viewer=SEES)
    mine = f"community.uptake.assignments.{here.mentee}.opened_on"

    opened = here.engine.explain(here.resource, mine, viewer=SEES)

    assert "resource.used" in {ground.record.name for ground in why.grounds}
    assert opened.value == USED


def test_a_member_is_told_no_record_of_others_by_asking_why(here: Sharing) -> None:
    mentor = member(here, here.mentor)

    told = [
        here.engine.explain(here.resource, figure.name, viewer=mentor)
        for figure in here.engine.figures(here.resource, viewer=mentor)
    ]

    assert told
    assert here.mentee not in repr([(t.figure, t.people, t.grounds) for t in told])


def test_nothing_is_overdue_on_a_day_before_it_was_assigned(here: Sharing) -> None:
    assert row(here, as_of=date(2026, 8, 31)) is None
