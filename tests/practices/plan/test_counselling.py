"""Yearly counselling: its signed forms, told apart from every plan and to no mentor."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import attrs
import pytest
from engine.world import STARTED, Clock, engine, mc
from practices.plan.planning import Planning, planned

from mentorcore.practices.plan.counselling import a_year_after

FIRST = date(2026, 9, 14)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def plan(clock: Clock) -> Iterator[Planning]:
    with engine(clock=clock) as here:
        yield planned(here)


def counselled(plan: Planning, **asked: object) -> object:
    return plan.viewed("plan.counselling", **asked).row(plan.mentee)


def test_forms_are_told_of_the_participant_with_who_signed_them(plan: Planning) -> None:
    plan.counsel(date(2026, 10, 1), ("chair",))
    plan.counsel(FIRST, ("mentee",))

    row = plan.viewed("plan.counselling").row(plan.mentee)

    assert [(f.title, f.on, f.signed_by) for f in row.forms] == [
        ("counselling", FIRST, ("mentee",)),
        ("counselling", date(2026, 10, 1), ("chair",)),
    ]
    assert (row.last_on, row.due_on, row.overdue) == (date(2026, 10, 1), date(2027, 10, 1), 0)
    assert row.whom.participant == plan.mentee


def test_a_signature_by_itself_is_no_form_and_signs_the_last_one_of_its_title(
    plan: Planning,
) -> None:
    plan.counsel(FIRST, ("mentee",))
    plan.counsel(date(2026, 9, 20), ("chair",), kind="signature")
    plan.counsel(date(2026, 9, 21), ("dean",), kind="signature", title="leave")

    row = plan.viewed("plan.counselling").row(plan.mentee)
    on_the_day = plan.viewed("plan.counselling", as_of=FIRST).row(plan.mentee)

    assert [(f.on, f.signed_by) for f in row.forms] == [(FIRST, ("mentee", "chair"))]
    assert row.due_on == date(2027, 9, 14)
    assert on_the_day.forms[0].signed_by == ("mentee",)


@pytest.mark.parametrize("other", [{"visibility": "coordinator"}, {"kind": "plan"}])
def test_only_forms_that_judge_somebody_are_counselling(
    plan: Planning, other: dict[str, Any]
) -> None:
    plan.counsel(FIRST, purpose="compliance", **other)

    assert plan.viewed("plan.counselling").rows == ()
    assert plan.viewed("plan.counselling").totals.forms == 0


def test_the_next_form_is_due_after_a_year_and_no_day_before(plan: Planning, clock: Clock) -> None:
    plan.counsel(FIRST)
    clock.now = clock.now.replace(year=2027, month=9, day=14)
    before = plan.needs()
    clock.move(days=1)

    (need,) = plan.needs()

    assert before == []
    assert (need.kind, need.subject, need.days) == ("counselling_due", plan.mentee, 1)
    assert need.why == "the last form of yearly counselling is of 2026-09-14"
    assert plan.viewed("plan.counselling").totals.overdue == 1


def test_nothing_is_due_for_whoever_has_left(plan: Planning, clock: Clock) -> None:
    plan.counsel(FIRST)
    plan.world.ask(plan.world.ending(plan.pairing, date(2026, 11, 20)))
    leaving = {"on": date(2026, 11, 20), "outcome": "completed", "reason": "promoted"}
    plan.world.ask(mc.EndEnrolment(participant_id=plan.mentee, **leaving))
    clock.now = clock.now.replace(year=2028)

    assert plan.needs() == []
    assert plan.viewed("plan.counselling").row(plan.mentee).overdue == 0


def test_the_year_after_a_leap_day_ends_on_the_twenty_eighth() -> None:
    assert a_year_after(date(2028, 2, 29)) == date(2029, 2, 28)
    assert a_year_after(date(2027, 2, 28)) == date(2028, 2, 28)


def test_a_mentor_is_shown_nothing_of_it_and_the_participant_is(plan: Planning) -> None:
    plan.counsel(FIRST)
    mentor = mc.Viewer.member(plan.world.persons[plan.mentor])
    mentee = mc.Viewer.member(plan.world.persons[plan.mentee])

    assert counselled(plan, viewer=mentor) is None
    assert counselled(plan, viewer=mentee) is not None
    assert counselled(plan, viewer=mc.Viewer.auditor()) is not None


def test_a_mentor_is_not_told_that_it_is_due(plan: Planning, clock: Clock) -> None:
    plan.counsel(FIRST)
    clock.now = clock.now.replace(year=2027)

    seen = {
        who: len(plan.needs(mc.Viewer.member(plan.world.persons[one])))
        for who, one in (("mentor", plan.mentor), ("mentee", plan.mentee))
    }

    assert seen == {"mentor": 0, "mentee": 1}


def test_both_times_are_told_apart(plan: Planning, clock: Clock) -> None:
    known = clock.now
    clock.move(days=2)
    form = plan.counsel(FIRST)
    correct = {"stream": plan.mentee, "target": form.version}
    clock.move(days=2)
    plan.world.ask(mc.RetractRecord(**correct, cause="wrong_person"))

    assert counselled(plan) is None
    assert counselled(plan, as_known=known) is None
    assert counselled(plan, as_known=clock.now.replace(day=26)) is not None
    assert counselled(plan, as_known=clock.now.replace(day=26), as_of=STARTED) is None


@pytest.mark.parametrize(
    ("day", "forms"), [(date(2026, 8, 1), 0), (FIRST, 1), (date(2026, 10, 1), 2)]
)
def test_an_earlier_day_is_told_as_it_was(plan: Planning, day: date, forms: int) -> None:
    plan.counsel(FIRST)
    plan.counsel(date(2026, 10, 1))

    told = plan.viewed("plan.counselling", as_of=day)

    assert [len(row.forms) for row in told.rows] == ([forms] if forms else [])
    assert told.totals.forms == forms


def test_all_counselling_adds_up(plan: Planning) -> None:
    plan.counsel(FIRST)
    plan.counsel(date(2026, 10, 1))

    totals = plan.viewed("plan.counselling").totals

    assert attrs.asdict(totals) == {"participants": 1, "forms": 2, "overdue": 0}
