"""What the board tells: the goals and steps of a plan, and what of them was signed on which day."""

from collections.abc import Iterator
from datetime import date
from itertools import permutations
from pathlib import Path

import attrs
import pytest
from engine.world import NOON, TODAY, Clock, engine, mc
from practices.plan.planning import BOTH, READS, SEES, Planning, planned

SET, SIGNED, LATER = date(2026, 9, 1), date(2026, 9, 10), date(2026, 10, 5)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def plan(clock: Clock) -> Iterator[Planning]:
    with engine(clock=clock) as here:
        yield planned(here)


def revised(plan: Planning, **moment: object) -> list[tuple[object, ...]]:
    """Each revision: its number, its day, when everybody had signed, how many goals and steps."""
    return [
        (r.revision, r.dated, r.signed_on, len(r.goals), len(r.items))
        for r in plan.board(**moment).revisions
    ]


def test_a_plan_holds_the_goals_and_steps_of_the_day_on_which_it_was_signed(plan: Planning) -> None:
    first = plan.goal(SET, area="reading", due_on=LATER)
    step, done = plan.item(SET, goal_id=first), plan.item(SET)
    plan.close(done, date(2026, 9, 5))
    plan.attach(SIGNED)
    plan.goal(LATER, "Homework takes twenty minutes")
    plan.item(LATER)

    row = plan.board()

    assert revised(plan) == [(1, SIGNED, SIGNED, 1, 1)]
    assert (row.revisions[0].goals, row.revisions[0].items) == ((first,), (step,))
    assert row.revisions[0].title == "ilp"
    assert [(g.goal, g.area, g.due_on, g.status, g.revisions) for g in row.goals[:1]] == [
        (first, "reading", LATER, "set", (1,))
    ]
    assert row.goals[1].revisions == ()
    assert [(i.state, i.closed_on, i.goal) for i in row.items] == [
        ("open", None, first),
        ("done", date(2026, 9, 5), None),
        ("open", None, None),
    ]


def test_a_plan_goes_from_empty_to_draft_to_signed_to_changed(plan: Planning) -> None:
    states = [plan.board().state]
    goal = plan.goal(SET)
    states.append(plan.board().state)
    plan.attach(SIGNED)
    states.append(plan.board().state)
    plan.reached(goal, LATER, "in_progress")
    states.append(plan.board().state)
    plan.goal(LATER, "Homework takes twenty minutes")

    row = plan.board()

    assert [*states, row.state] == ["empty", "draft", "signed", "signed", "changed"]
    assert (row.revision, row.days, len(row.changes)) == (1, (TODAY - SIGNED).days, 1)


@pytest.mark.parametrize("status", ["abandoned", "deferred", "achieved"])
def test_a_goal_that_was_given_up_has_left_the_plan_and_any_other_has_not(
    plan: Planning, status: str
) -> None:
    goal = plan.goal(SET)
    plan.attach(SIGNED)
    plan.reached(goal, LATER, status)

    row = plan.board()

    gone = status == "abandoned"
    assert row.changes == ((goal,) if gone else ())
    assert (row.goals[0].status, row.goals[0].status_on) == (status, LATER)


def test_a_later_wording_takes_the_place_of_a_goal(plan: Planning) -> None:
    first = plan.goal(SET)
    plan.attach(SIGNED)
    second = plan.goal(LATER, "Every pupil reads aloud twice a week", revises=first)
    plan.attach(date(2026, 10, 12))

    row = plan.board()

    assert [(g.goal, g.status, g.revisions) for g in row.goals] == [
        (first, "replaced", (1,)),
        (second, "set", (2,)),
    ]
    assert (row.state, row.changes) == ("signed", ())


def test_a_goal_that_goes_on_elsewhere_has_left_the_plan(plan: Planning) -> None:
    goal = plan.goal(SET)
    plan.attach(SIGNED)
    plan.world.ask(plan.world.ending(plan.pairing, LATER))
    after = plan.world.pair(mentee=plan.mentee, on=LATER)
    taken = mc.SetGoal(
        pairing_id=after, statement=READS, on=LATER, continues=goal, continues_in=plan.pairing
    )
    plan.world.ask(taken)

    here, there = plan.board(), plan.viewed("plan.board").row(after)

    assert [(g.status, g.status_on) for g in here.goals] == [("handed_over", LATER)]
    assert (there.state, len(there.goals)) == ("draft", 1)


def test_who_signs_later_signs_the_same_revision(plan: Planning) -> None:
    plan.goal(SET)
    plan.attach(SIGNED, ("mentee",))
    before = plan.board()
    plan.attach(date(2026, 9, 14), ("mentor",))

    (revision,) = plan.board().revisions

    assert (before.state, before.revisions[0].unsigned) == ("unsigned", ("mentor",))
    assert before.revisions[0].signed_on is None
    assert (revision.dated, revision.signed_on) == (SIGNED, date(2026, 9, 14))
    assert (revision.signed_by, revision.unsigned) == (BOTH, ())


def test_a_signature_by_itself_signs_the_plan_of_its_title(plan: Planning) -> None:
    plan.goal(SET)
    plan.attach(date(2026, 9, 8), ("chair",), kind="signature")
    plan.attach(SIGNED, ("mentee",))
    plan.attach(date(2026, 9, 12), ("mentor",), kind="signature", title="leave")
    before = plan.board()
    plan.attach(date(2026, 9, 14), ("mentor",), kind="signature")

    after = plan.board()

    assert before.revisions[0].unsigned == ("mentor",)
    assert [(r.signed_on, r.signed_by) for r in after.revisions] == [(date(2026, 9, 14), BOTH)]
    assert [(p.title, p.signed_by) for p in after.papers] == [
        ("ilp", ("chair",)),
        ("leave", ("mentor",)),
    ]


@pytest.mark.parametrize("why", ["other goals", "another title", "all had signed"])
def test_another_plan_is_another_revision(plan: Planning, why: str) -> None:
    plan.goal(SET)
    plan.attach(SIGNED, BOTH if why == "all had signed" else ("mentee",))
    if why == "other goals":
        plan.goal(LATER, "Homework takes twenty minutes")
    plan.attach(date(2026, 10, 12), title="iip" if why == "another title" else "ilp")

    numbers = [(r.revision, r.unsigned) for r in plan.board().revisions]

    assert numbers == [(1, () if why == "all had signed" else ("mentor",)), (2, ())]


def test_what_is_attached_beside_a_plan_is_no_revision_of_it(plan: Planning) -> None:
    plan.goal(SET)
    plan.attach(LATER, kind="form", title="inquiry")
    plan.attach(SIGNED, kind="paper", title="needs-assessment", signed_by=("mentee",))

    row = plan.board()

    assert (row.state, row.revisions) == ("draft", ())
    assert [(p.kind, p.title, p.on, p.signed_by) for p in row.papers] == [
        ("paper", "needs-assessment", SIGNED, ("mentee",)),
        ("form", "inquiry", LATER, BOTH),
    ]


def test_what_judges_somebody_stands_on_no_board(plan: Planning) -> None:
    plan.attach(SIGNED, visibility="evaluative", purpose="evaluation")
    plan.attach(SIGNED, kind="form", visibility="evaluative", purpose="evaluation")
    plan.counsel(SIGNED)

    row = plan.board()

    assert (row.state, row.revisions, row.papers) == ("empty", (), ())


# ----------------------------------------------------------------------------------- what is due


def test_a_missing_signature_and_changed_goals_need_somebody(plan: Planning) -> None:
    goal = plan.goal(SET)
    quiet = plan.needs()
    plan.attach(SIGNED, ("mentor",))
    unsigned = plan.needs()
    plan.attach(date(2026, 9, 14))
    signed = plan.needs()
    plan.goal(LATER, "Homework takes twenty minutes")
    plan.reached(goal, date(2026, 10, 1), "abandoned")

    (changed,) = plan.needs()

    assert (quiet, signed) == ([], [])
    assert [(n.kind, n.since, n.days, n.why) for n in unsigned] == [
        (
            "plan_unsigned",
            SIGNED,
            (TODAY - SIGNED).days,
            "revision 1 of a plan, of 2026-09-10, is not signed by mentee",
        )
    ]
    assert (changed.kind, changed.since) == ("plan_changed", date(2026, 10, 1))
    assert changed.why == "2 goals came or went since revision 1 of a plan, of 2026-09-10"
    assert {w.participant for w in changed.people} == {plan.mentor, plan.mentee}


def test_one_goal_is_said_to_be_one(plan: Planning) -> None:
    plan.attach(SIGNED)
    plan.goal(LATER)

    (need,) = plan.needs()

    assert need.why.startswith("1 goal came or went since revision 1")


def test_nothing_is_asked_of_a_pairing_that_has_ended(plan: Planning) -> None:
    plan.goal(SET)
    plan.attach(SIGNED, ("mentor",))
    plan.world.ask(plan.world.ending(plan.pairing))

    assert plan.needs() == []
    assert plan.board().state == "unsigned"


def test_all_plans_add_up(plan: Planning) -> None:
    goal = plan.goal(SET)
    plan.attach(SIGNED)
    plan.reached(goal, LATER)
    plan.world.pair()
    drafting = plan.world.pair()
    plan.world.ask(mc.SetGoal(pairing_id=drafting, statement="Rest", on=SET))

    totals = plan.viewed("plan.board").totals

    assert attrs.asdict(totals) == {
        "pairings": 3,
        "empty": 1,
        "draft": 1,
        "unsigned": 0,
        "changed": 0,
        "signed": 1,
        "goals": 2,
        "achieved": 1,
    }


# ------------------------------------------------------------------------------------ both times


def test_an_earlier_day_is_told_as_it_was(plan: Planning) -> None:
    plan.goal(SET)
    plan.attach(SIGNED)
    plan.goal(LATER, "Homework takes twenty minutes")

    states = [plan.board(as_of=day).state for day in (SET, SIGNED, LATER)]

    assert states == ["draft", "signed", "changed"]
    assert plan.board(as_of=date(2026, 8, 20)).goals == ()


def test_what_is_told_late_was_true_in_time_and_known_late(plan: Planning, clock: Clock) -> None:
    plan.attach(SIGNED)
    clock.move(days=3)
    plan.goal(SET)

    assert plan.board().state == "signed"
    assert revised(plan) == [(1, SIGNED, SIGNED, 1, 0)]
    assert revised(plan, as_known=NOON) == [(1, SIGNED, SIGNED, 0, 0)]


def test_a_paper_that_is_taken_back_is_none_from_then_on(plan: Planning, clock: Clock) -> None:
    plan.goal(SET)
    paper = plan.attach(SIGNED)
    clock.move(days=1)
    correct = {"stream": plan.pairing, "target": paper.version}
    plan.world.ask(mc.AmendRecord(**correct, changes={"on": LATER, "signed_by": ("mentor",)}))
    amended = plan.board()
    plan.world.ask(mc.RetractRecord(**correct, cause="entered_in_error"))

    assert (amended.state, amended.revisions[0].dated) == ("unsigned", LATER)
    assert plan.board().state == "draft"
    assert plan.board(as_known=NOON).state == "signed"


def test_a_pairing_that_was_taken_back_has_no_plan(plan: Planning) -> None:
    plan.world.ask(mc.RetractRecord(stream=plan.pairing, target=1, cause="entered_in_error"))

    assert plan.viewed("plan.board").rows == ()
    assert plan.needs() == []
    assert plan.viewed("plan.board").totals.pairings == 0


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_in_which_facts_are_told_makes_no_difference(order: tuple[int, ...]) -> None:
    with engine() as here:
        plan = planned(here)
        facts = (
            lambda: plan.goal(SET, "A"),
            lambda: plan.goal(date(2026, 9, 12), "B"),
            lambda: plan.attach(SIGNED),
        )
        for number in order:
            facts[number]()

        row = plan.board()

    assert (row.state, [len(r.goals) for r in row.revisions]) == ("changed", [1])
    assert [g.status for g in row.goals] == ["set", "set"]


def test_the_stored_view_and_one_that_is_folded_anew_are_equal(tmp_path: Path) -> None:
    url = str(tmp_path / "plan.db")
    with engine(url) as here:
        plan = planned(here)
        plan.attach(SIGNED, ("mentor",))
        before = plan.board()
        late = plan.goal(SET)
        plan.reached(late, LATER)
        plan.attach(LATER)
        live = plan.viewed("plan.board")
    with mc.open(url, clock=Clock()) as again:
        again.rebuild_views()
        anew = again.view("plan.board", plan.world.program, viewer=SEES)

    assert before.state == "unsigned"
    assert (anew.rows, anew.totals) == (live.rows, live.totals)


# --------------------------------------------------------------------------------------- viewers


def test_members_read_their_own_plan_and_auditors_no_text(plan: Planning) -> None:
    plan.goal(SET)
    plan.item(SET)
    other = plan.world.mentee()
    mine = mc.Viewer.member(plan.world.persons[plan.mentee])
    strange = mc.Viewer.member(plan.world.persons[other])

    own, audited = plan.board(mine), plan.board(mc.Viewer.auditor())

    assert (own.goals[0].statement, own.items[0].text) == (READS, "Visit the library")
    assert isinstance(audited.goals[0].statement, mc.Withheld)
    assert isinstance(audited.items[0].text, mc.Withheld)
    assert plan.board(strange) is None
    assert isinstance(plan.viewed("plan.board", strange).totals, mc.Withheld)


def test_a_figure_is_explained_by_the_events_that_it_rests_on(plan: Planning) -> None:
    plan.goal(SET)
    paper = plan.attach(SIGNED)
    changed = plan.goal(LATER, "Homework takes twenty minutes")

    told = plan.engine.explain(plan.pairing, "plan.board.changes", viewer=SEES)

    assert told.value == (changed,)
    assert (plan.pairing, paper.version) in {
        (g.record.evidence.stream, g.record.evidence.version) for g in told.grounds
    }
