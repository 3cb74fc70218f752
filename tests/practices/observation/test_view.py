"""What the matrix tells: cells, steps and the lag between them (INV-75), and what is overdue."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from engine.world import NOON, TODAY, Clock, engine, mc
from practices.observation.world import (
    AT,
    CLOSES,
    DEBRIEFED,
    FOCUS,
    HELD,
    NOTES,
    OPENED,
    TALKED,
    Observing,
    lived,
    opened,
)

from mentorcore.projections.plain import plain
from mentorcore.testing.whole_text import whole_text

SEES = mc.Viewer.coordinator()
MATRIX = "observation.matrix"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def seen(clock: Clock) -> Iterator[Observing]:
    """A round of three colleagues in which each is to watch each."""
    with engine(clock=clock) as here:
        yield opened(here)


def told(seen: Observing, viewer: Any = SEES, **moment: Any) -> Any:
    return seen.engine.view(MATRIX, seen.world.program, viewer=viewer, **moment)


def visit_in(view: Any, visit: str) -> Any:
    """A visit as a view tells it; nothing where the round is not shown."""
    visits = [found for row in view.rows for found in row.visits]
    return next((found for found in visits if found.visit == visit), None)


def needs(seen: Observing, viewer: Any = SEES, **moment: Any) -> list[Any]:
    """What needs somebody about rounds."""
    asked = seen.engine.attention(seen.world.program, viewer=viewer, **moment)
    return [n for n in asked.needs if n.kind.endswith("_overdue") and n.kind[:4] != "goal"]


def test_a_round_is_a_row_with_a_cell_for_each_who_watches_whom(seen: Observing) -> None:
    seen.plan()
    seen.conduct(seen.plan(1, 0))

    row = told(seen).row(seen.round)

    assert (row.state, row.opened_on, row.closes_on, row.closed_on) == (
        "open",
        OPENED,
        CLOSES,
        None,
    )
    assert (row.required, row.planned, row.conducted, row.debriefed) == (6, 2, 1, 0)
    assert row.cells_done == 1
    assert [who.participant for who in row.members] == list(seen.peers)
    assert [
        (c.cell, seen.peers.index(c.observer.participant), c.planned, c.conducted, c.done)
        for c in row.cells[:3]
    ] == [(1, 0, 1, 0, False), (2, 0, 0, 0, False), (3, 1, 1, 1, True)]


def test_a_visit_is_told_with_the_lag_between_its_steps(seen: Observing) -> None:
    """INV-75"""
    visit = seen.plan()
    before = visit_in(told(seen), visit)
    seen.conduct(visit)
    seen.debrief(visit, reflections_shared_by=(seen.peers[1],))

    row = visit_in(told(seen), visit)

    assert (before.state, before.days_to_visit, before.minutes) == ("planned", None, 0)
    assert (row.state, row.days_to_visit, row.days_to_debrief) == ("debriefed", 2, 5)
    assert (row.conversation_on, row.visit_on, row.held_on, row.debriefed_on) == (
        TALKED,
        HELD,
        HELD,
        DEBRIEFED,
    )
    assert (row.minutes, row.setting, row.outside) == (45, "lab", False)
    assert [who.participant for who in row.shared_by] == [seen.peers[1]]


def test_all_rounds_add_up(clock: Clock) -> None:
    with engine(clock=clock) as here:
        totals = told(lived(here)).totals

    assert attrs.astuple(totals) == (2, 1, 7, 2, 3, 2, 1, 90, 2, 5)


def test_a_closed_round_says_why_visits_are_missing(seen: Observing) -> None:
    seen.conduct(seen.plan())
    seen.close()

    row = told(seen).row(seen.round)

    assert (row.state, row.closed_on) == ("closed", date(2026, 11, 20))
    assert [c.reason for c in row.cells] == [None, *["timetable"] * 5]


def test_what_is_corrected_is_told_as_it_stands(seen: Observing) -> None:
    visit = seen.plan()
    conducted = seen.conduct(visit).events[0]
    correct: Any = {"stream": seen.round, "target": conducted.version}

    seen.world.ask(mc.AmendRecord(**correct, changes={"minutes": 60}))
    amended = visit_in(told(seen), visit).minutes
    seen.world.ask(mc.RetractRecord(**correct, cause="entered_in_error"))

    assert amended == 60
    assert visit_in(told(seen), visit).state == "planned"
    assert told(seen).row(seen.round).conducted == 0


def test_a_round_that_is_taken_back_is_no_row(seen: Observing) -> None:
    seen.world.ask(mc.RetractRecord(stream=seen.round, target=1, cause="entered_in_error"))

    assert told(seen).rows == ()
    assert told(seen).totals.rounds == 0
    assert needs(seen) == []


def test_a_visit_outside_of_a_corrected_life_of_the_pairing_shows_that_it_is_loose(
    seen: Observing,
) -> None:
    visit, late = seen.plan(), seen.plan(1, 2)
    seen.conduct(visit)
    ended = seen.world.ask(seen.world.ending(seen.pairing)).events[0]
    before = visit_in(told(seen), visit).outside
    seen.conduct(late, held_on=date(2026, 10, 1))

    seen.world.ask(mc.AmendRecord(stream=seen.pairing, target=ended.version, changes={"on": HELD}))

    assert not before
    assert not visit_in(told(seen), visit).outside
    assert visit_in(told(seen), late).outside


def test_visits_of_a_pairing_that_was_taken_back_are_loose(seen: Observing) -> None:
    visit = seen.plan()
    seen.conduct(visit)

    seen.world.ask(mc.RetractRecord(stream=seen.pairing, target=1, cause="entered_in_error"))

    assert visit_in(told(seen), visit).outside


# -------------------------------------------------------------------------------- what is overdue


def test_a_visit_that_was_planned_and_is_not_recorded_needs_somebody(seen: Observing) -> None:
    seen.plan()

    (need,) = needs(seen)

    assert (need.kind, need.subject, need.since, need.days) == (
        "visit_overdue",
        seen.round,
        HELD,
        (TODAY - HELD).days,
    )
    assert need.why == "a visit was planned for 2026-09-16 and is not recorded as conducted"
    assert [who.participant for who in need.people] == list(seen.peers[:2])
    assert needs(seen, as_of=HELD) == []


def test_a_visit_without_a_day_or_of_a_closed_round_is_not_overdue(seen: Observing) -> None:
    seen.plan(visit_on=None)
    seen.plan(1, 2)
    seen.close()

    assert needs(seen) == []


def test_a_debrief_is_overdue_after_a_week(seen: Observing) -> None:
    visit = seen.plan()
    seen.conduct(visit)

    (need,) = needs(seen)
    on_the_last_day = needs(seen, as_of=HELD + timedelta(days=7))
    seen.debrief(visit)

    assert (need.kind, need.subject, need.due_on) == (
        "debrief_overdue",
        seen.round,
        date(2026, 9, 23),
    )
    assert need.why == "a visit of 2026-09-16 was to be debriefed by 2026-09-23"
    assert on_the_last_day == []
    assert needs(seen) == []


def test_a_round_says_within_how_many_days_a_visit_is_debriefed(clock: Clock) -> None:
    with engine(clock=clock) as here:
        seen = opened(here, debrief_days=30)
        seen.conduct(seen.plan())

        (need,) = needs(seen)

    assert need.due_on == HELD + timedelta(days=30)


def test_a_round_past_its_closing_day_needs_somebody(seen: Observing, clock: Clock) -> None:
    before = needs(seen)
    clock.move(days=40)

    (need,) = needs(seen)
    state = told(seen).row(seen.round).state
    seen.close(on=CLOSES)

    assert before == []
    assert (need.kind, need.subject, need.since) == ("round_overdue", seen.round, CLOSES)
    assert need.why == "an observation round was to be closed by 2026-12-18"
    assert state == "overdue"
    assert needs(seen) == []


def test_a_debrief_is_more_urgent_than_a_goal(seen: Observing) -> None:
    goal = mc.SetGoal(
        pairing_id=seen.pairing,
        statement="Wait longer",
        owner=seen.peers[0],
        on=TALKED,
        due_on=TALKED,
    )
    seen.world.ask(goal)
    seen.conduct(seen.plan())

    kinds = [n.kind for n in seen.engine.attention(seen.world.program, viewer=SEES).needs]

    assert kinds.index("debrief_overdue") < kinds.index("goal_overdue")


# ---------------------------------------------------------------------------------- who sees what


def viewers(seen: Observing) -> dict[str, Any]:
    """Everybody who may ask, by what they are to a visit of the first to the second."""
    observer, observed, third = map(mc.Viewer.member, seen.persons)
    stranger = mc.Viewer.member(seen.world.person(name="Somebody else"))
    return {
        "observer": observer,
        "observed": observed,
        "third": third,
        "stranger": stranger,
        "coordinator": SEES,
        "auditor": mc.Viewer.auditor(),
    }


def shown(text: Any) -> Any:
    """A text, or the word for what stands in its place."""
    return text if isinstance(text, str) else type(text).__name__


def test_notes_are_read_by_the_two_of_the_visit_and_by_nobody_else(seen: Observing) -> None:
    visit = seen.plan()
    seen.conduct(visit)

    rows = {name: visit_in(told(seen, viewer), visit) for name, viewer in viewers(seen).items()}

    assert {n: row and shown(row.notes) for n, row in rows.items()} == {
        "observer": NOTES,
        "observed": NOTES,
        "third": "Withheld",
        "stranger": None,
        "coordinator": "Withheld",
        "auditor": "Withheld",
    }
    assert {n: row and shown(row.focus) for n, row in rows.items()} == {
        "observer": FOCUS,
        "observed": FOCUS,
        "third": FOCUS,
        "stranger": None,
        "coordinator": FOCUS,
        "auditor": "Withheld",
    }
    assert rows["coordinator"].notes.reason == "this is shown to the people whom it is about only"


def notes_in(history: Any) -> Any:
    """The notes in a history, also those of a correction."""
    found = [s.value for e in history.entries for s in e.said if s.field == "notes"]
    changes = [c for e in history.entries for x in e.corrections for c in x.changes]
    found += [v for c in changes if c.field == "notes" for v in (c.before, c.after)]
    return [shown(value) for value in found]


def test_the_history_tells_notes_to_the_two_of_the_visit_and_to_nobody_else(
    seen: Observing,
) -> None:
    version = seen.conduct(seen.plan()).events[0].version
    asked = mc.AmendRecord(stream=seen.round, target=version, changes={"notes": "Waits longer"})
    seen.world.ask(asked)

    read = {
        name: notes_in(seen.engine.history(seen.round, viewer=viewer))
        for name, viewer in viewers(seen).items()
    }

    both, withheld = [NOTES, NOTES, "Waits longer"], ["Withheld"] * 3
    assert read == {
        "observer": both,
        "observed": both,
        "third": withheld,
        "stranger": [],
        "coordinator": withheld,
        "auditor": withheld,
    }


def test_an_explanation_tells_notes_to_nobody_who_may_not_read_them(seen: Observing) -> None:
    visit = seen.plan()
    seen.conduct(visit)

    for name, viewer in viewers(seen).items():
        told = seen.engine.explain(seen.round, f"visits.{visit}.notes", viewer=viewer)
        said = whole_text(told)
        assert (NOTES in said) == (name in {"observer", "observed"})


def test_a_need_is_explained_with_the_names_that_the_asker_may_see(seen: Observing) -> None:
    seen.plan()
    (need,) = needs(seen)

    told = seen.engine.explain(need, viewer=mc.Viewer.auditor())

    assert "Somebody 0" in whole_text(need)
    assert "Somebody" not in whole_text(told)


def test_visits_that_are_overdue_alike_are_explained_each_by_its_own_plan(seen: Observing) -> None:
    seen.plan()
    seen.plan(1, 2)

    told = [seen.engine.explain(need, viewer=SEES) for need in needs(seen)]

    decisive = [
        [
            g.record.evidence.version
            for g in why.grounds
            if g.decisive and "planned" in g.record.name
        ]
        for why in told
    ]
    assert decisive == [[2], [3]]
    assert [why.value.people for why in told] == [need.people for need in needs(seen)]


def test_a_member_sees_the_rows_of_the_own_round_and_no_totals(seen: Observing) -> None:
    seen.plan()
    member, stranger = viewers(seen)["third"], viewers(seen)["stranger"]

    own, other = told(seen, member), told(seen, stranger)

    assert len(own.rows) == 1
    assert shown(own.totals) == "Withheld"
    assert other.rows == ()
    assert other.others is not None
    assert needs(seen, stranger) == []
    assert needs(seen, member) == []
    assert len(needs(seen, viewers(seen)["observer"])) == 1


# ------------------------------------------------------------------ history, explain, and the past


def test_the_history_of_a_round_and_of_its_members_tells_what_happened(seen: Observing) -> None:
    seen.conduct(seen.plan(), held_at=AT)
    names = {
        "observation.round-opened",
        "observation.visit-planned",
        "observation.visit-conducted",
    }

    own = seen.engine.history(seen.round, viewer=SEES)
    member = seen.engine.history(seen.peers[2], viewer=SEES)

    assert {e.name for e in own.entries} == names
    assert [w.participant for w in own.people] == sorted(seen.peers)
    assert names <= {e.name for e in member.entries}


@pytest.mark.parametrize(
    ("figure", "value", "grounds"),
    [
        ("conducted", 1, {"observation.visit-planned", "observation.visit-conducted"}),
        ("cells.1.done", True, {"observation.visit-planned", "observation.visit-conducted"}),
        ("closes_on", CLOSES, {"observation.round-opened"}),
    ],
)
def test_a_figure_of_a_round_is_explained_by_what_happened(
    seen: Observing, figure: str, value: Any, grounds: set[str]
) -> None:
    seen.conduct(seen.plan())

    told = seen.engine.explain(seen.round, figure, viewer=SEES)

    assert told.value == value
    assert (
        grounds <= {g.record.name for g in told.grounds} <= grounds | {"observation.round-opened"}
    )


def test_what_is_overdue_is_explained(seen: Observing) -> None:
    seen.conduct(seen.plan())
    (need,) = needs(seen)

    told = seen.engine.explain(need, viewer=SEES)

    assert told.value == need
    assert "observation.visit-conducted" in {g.record.name for g in told.grounds}


def test_what_changed_between_two_moments_is_told_by_row(seen: Observing) -> None:
    visit = seen.plan()
    before = mc.Moment(as_known=seen.engine.position)
    seen.conduct(visit)

    diff = seen.engine.diff(before, program=seen.world.program, viewer=SEES).view(MATRIX)

    assert diff is not None
    (row,) = diff.rows
    changed = {c.field: c.after for c in row.changes}
    assert row.subject == seen.round
    assert changed["cells.1.conducted"] == 1
    assert changed[f"visits.{visit}.days_to_visit"] == 2
    assert [d.name for d in row.deeds] == ["observation.visit-conducted"]


def test_what_was_known_after_every_command_is_told_so_ever_after(clock: Clock) -> None:
    then: list[tuple[int, Any]] = []

    def look(seen: Observing) -> None:
        then.append((seen.engine.position, told(seen)))

    with engine(clock=clock) as here:
        seen = lived(here, look)
        version = next(r.version for r in here.events(stream=seen.round) if "conducted" in r.name)
        conducted: Any = {"stream": seen.round, "target": version}
        for correction in (
            mc.AmendRecord(**conducted, changes={"minutes": 50}),
            mc.AmendRecord(**conducted, changes={"held_at": AT + timedelta(hours=1)}),
            mc.AmendRecord(stream=seen.round, target=1, changes={"debrief_days": 2}),
            mc.RetractRecord(stream=seen.round, target=4, cause="entered_in_error"),
        ):
            seen.world.ask(correction)
            look(seen)

        again = [told(seen, as_known=position) for position, _ in then]

    assert len(then) == 13
    assert [plain(view) | {"as_known": None} for view in again] == [plain(v) for _, v in then]


def test_a_late_record_counts_from_the_day_on_which_it_was_true(seen: Observing) -> None:
    seen.conduct(seen.plan())

    assert told(seen, as_of=HELD).row(seen.round).conducted == 1
    assert told(seen, as_of=HELD - timedelta(days=1)).row(seen.round).conducted == 0
    assert NOON.date() > HELD
