"""A cohort is closed with everything that is still open in it, in one append."""

from datetime import date, timedelta
from typing import Any

import pytest
from engine.world import COORDINATOR, STARTED, TODAY, Clock, World, engine, mc
from hypothesis import given, settings
from hypothesis import strategies as st

SEE = mc.Viewer.coordinator()
OVER = date(2026, 11, 20)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def w(clock: Clock) -> World:
    return World(engine(clock=clock))


def opened(w: World, name: str = "Next") -> str:
    asked = mc.OpenCohort(
        program_id=w.program,
        name=name,
        starts_on=date(2026, 9, 1),
        ends_on=date(2028, 6, 30),
        enrols_from=date(2026, 6, 1),
        enrols_until=date(2028, 3, 1),
    )
    return str(w.ask(asked).events[0].event.cohort.cohort_id)


def closing(w: World, **other: Any) -> Any:
    return mc.CloseCohort(**{"program_id": w.program, "cohort_id": w.cohort, "on": OVER, **other})


def rows(w: World) -> Any:
    return w.engine.status(viewer=SEE)


def test_closing_ends_pairings_and_enrolments_in_one_append(w: World) -> None:
    """INV-71."""
    pairing = w.pair()
    before = w.engine.position

    done = w.ask(closing(w))

    status = rows(w)
    assert [e.position for e in done.events] == list(range(before + 1, w.engine.position + 1))
    assert len({e.recorded_at for e in done.events}) == 1
    assert status.pairing(pairing).ended.reason == "completed"
    assert {p.outcome for p in status.participants} == {"completed"}
    assert (status.cohorts[0].closed_on, status.cohorts[0].outcome) == (OVER, "completed")
    assert w.engine.attention(viewer=SEE).needs == ()


def test_closing_again_records_nothing(w: World) -> None:
    """INV-71: whoever is not sure whether it was done does it again."""
    w.pair()
    w.ask(closing(w))

    assert w.ask(closing(w)).events == ()


def test_a_cancelled_cohort_ends_pairings_for_another_reason(w: World) -> None:
    pairing = w.pair()

    w.ask(closing(w, outcome="cancelled"))

    assert rows(w).pairing(pairing).ended.reason == "administrative"
    assert {p.outcome for p in rows(w).participants} == {"removed"}


def test_each_pairing_may_become_something_else(w: World, clock: Clock) -> None:
    """INV-71: one ends, one moves to the successor, one is extended; who goes on stays enrolled."""
    following = opened(w)
    ends, moves, stays = (w.pair() for _ in range(3))
    fates = (
        mc.Remaining(pairing_id=moves, then="move"),
        mc.Remaining(pairing_id=stays, then="extend", planned_end=date(2027, 1, 31)),
    )

    w.ask(closing(w, successor=following, reason="no_fault", pairings=fates))

    status = rows(w)
    assert status.pairing(ends).ended.reason == "no_fault"
    assert (status.pairing(moves).situation, status.pairing(moves).cohort) == ("active", following)
    assert status.pairing(stays).planned_end == date(2027, 1, 31)
    for pairing, ended in ((ends, OVER), (moves, None), (stays, None)):
        members = [status.participant(m.participant) for m in status.pairing(pairing).members]
        assert [m.ended_on for m in members] == [ended, ended]
    clock.move(days=75)
    assert [n.subject for n in w.engine.attention(viewer=SEE).of("past_planned_end")] == [stays]


def test_a_meeting_behind_the_last_day_is_kept(w: World) -> None:
    pairing = w.pair()
    w.ask(mc.HoldMeeting(pairing_id=pairing, held_on=TODAY, minutes=30))

    w.ask(closing(w))

    assert rows(w).pairing(pairing).ended.on == TODAY
    assert {p.ended_on for p in rows(w).participants} == {TODAY}


LATER: dict[str, Any] = {
    "meeting": lambda p, _who, on: mc.HoldMeeting(pairing_id=p, held_on=on, minutes=30),
    "goal": lambda p, _who, on: mc.SetGoal(pairing_id=p, statement="Visit", on=on),
    "item": lambda p, who, on: mc.AgreeActionItem(pairing_id=p, text="Ask", owner=who, on=on),
    "note": lambda p, who, on: mc.WriteNote(
        pairing_id=p, author=who, on=on, kind="reflection", visibility="pair_private", body="So far"
    ),
    "mismatch": lambda p, who, on: mc.ReportMismatch(
        pairing_id=p, by=who, on=on, grounds="style", wish="end"
    ),
    "pause": lambda p, _who, on: mc.PausePairing(pairing_id=p, since=on),
}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(LATER)), st.integers(-3, 11)), max_size=4))
def test_a_pairing_ends_with_the_last_that_happened_in_it(told: list[tuple[str, int]]) -> None:
    """INV-65, INV-71: a cohort can be closed whatever happened in its pairings after that day."""
    w = World(engine())
    pairing = w.pair()
    who = w.members(pairing)[0]
    days = []
    for kind, after in sorted(told, key=lambda t: t[1]):
        on = OVER + timedelta(days=after)
        try:
            w.ask(LATER[kind](pairing, who, on))
        except mc.Refused:
            continue
        days.append(on)

    w.ask(closing(w))

    assert rows(w).pairing(pairing).ended.on == max([OVER, *days])
    assert {p.ended_on for p in rows(w).participants} == {max([OVER, *days])}


def test_what_is_ended_together_with_the_closing_keeps_its_reason(w: World) -> None:
    pairing = w.pair()
    apart = mc.EndPairing(pairing_id=pairing, on=OVER, reason="no_fault", initiated_by="program")

    w.engine.batch([apart, closing(w)], actor=COORDINATOR)

    assert rows(w).pairing(pairing).ended.reason == "no_fault"
    assert {p.outcome for p in rows(w).participants} == {"completed"}


@pytest.mark.parametrize("together", [True, False])
def test_who_stayed_for_a_pairing_of_another_cohort_leaves_with_it(
    w: World, together: bool
) -> None:
    """INV-71: a mentor of one cohort, whose only pairing is one of another."""
    other = opened(w)
    mentor, mentee = w.mentor(), w.mentee()
    pairing = w.pair(mentor, mentee)
    w.ask(mc.ContinuePairing(pairing_id=pairing, on=OVER, cohort_id=other))
    steps = [closing(w), closing(w, cohort_id=other)]

    for batch in [steps] if together else [[step] for step in steps]:
        w.engine.batch(batch, actor=COORDINATOR)

    assert {p.ended_on for p in rows(w).participants} == {OVER}
    assert w.engine.attention(viewer=SEE).needs == ()


def test_a_cohort_that_is_closed_after_the_program_was_logged_nothing_late(
    w: World, clock: Clock
) -> None:
    """INV-69: what ends with it is told by whoever closes it."""
    pairing = w.pair()
    w.ask(mc.CloseProgram(program_id=w.program, on=OVER))
    clock.move(days=30)

    w.ask(closing(w))

    assert w.engine.attention(viewer=SEE).needs == ()
    w.ask(mc.HoldMeeting(pairing_id=pairing, held_on=OVER - timedelta(days=2), minutes=30))
    (late,) = w.engine.attention(viewer=SEE).needs
    assert (late.kind, late.amount) == ("logged_after_close", 1)


def test_a_pairing_that_is_not_open_there_is_refused_and_nothing_ends(w: World) -> None:
    w.pair()
    named = mc.Remaining(pairing_id=f"pairing:{0xDEAD:032x}")
    before = w.engine.position

    with pytest.raises(mc.Refused, match="no pairing of this cohort"):
        w.ask(closing(w, pairings=(named,)))
    with pytest.raises(mc.Refused) as told:
        w.ask(closing(w, others="move"))

    assert told.value.code == "no_successor"
    assert w.engine.position == before


@settings(max_examples=12, deadline=None)
@given(st.lists(st.sampled_from(["end", "move", "extend"]), max_size=4), st.integers(0, 2))
def test_after_closing_nothing_is_left_open_that_nobody_wanted_to_go_on(
    fates: list[str], alone: int
) -> None:
    """INV-71."""
    w = World(engine())
    following = opened(w)
    pairings = [w.pair() for _ in fates]
    for _ in range(alone):
        w.mentee()
    named = tuple(
        mc.Remaining(pairing_id=p, then=then) for p, then in zip(pairings, fates, strict=True)
    )

    w.ask(closing(w, successor=following, pairings=named))

    status = rows(w)
    live = {p.pairing for p in status.live()}
    assert live == {p for p, then in zip(pairings, fates, strict=True) if then != "end"}
    going_on = {m.participant for p in status.live() for m in p.members}
    enrolled = {p.participant for p in status.participants if p.ended_on is None}
    assert enrolled == going_on
    assert w.engine.attention(viewer=SEE).of("cohort_ended") == ()
    assert w.ask(closing(w, successor=following, pairings=named)).events == ()


def test_a_mentor_of_two_leaves_with_the_later_meeting(w: World) -> None:
    mentor = w.mentor()
    pairings = [w.pair(mentor), w.pair(mentor)]
    w.ask(mc.HoldMeeting(pairing_id=min(pairings), held_on=TODAY, minutes=30))

    w.ask(closing(w))

    assert rows(w).participant(mentor).ended_on == TODAY
    assert {rows(w).pairing(p).ended.on for p in pairings} == {OVER, TODAY}


@settings(max_examples=12, deadline=None)
@given(enrols=st.integers(-30, 30), ends=st.integers(1, 60), asked=st.integers(-40, 40))
def test_a_cohort_is_there_since_it_enrols_or_since_it_was_opened_if_that_was_earlier(
    enrols: int, ends: int, asked: int
) -> None:
    w = World(engine())
    since, until = TODAY + timedelta(days=enrols), TODAY + timedelta(days=ends + 30)
    cohort = mc.OpenCohort(
        program_id=w.program,
        name="Next",
        starts_on=since,
        ends_on=until,
        enrols_from=since,
        enrols_until=until,
    )
    w.ask(cohort)

    there = w.engine.status(viewer=SEE, as_of=TODAY + timedelta(days=asked)).cohorts

    assert ("Next" in {c.name for c in there}) == (asked >= min(enrols, 0))


def test_a_cohort_that_was_opened_late_ends_on_its_day_in_the_past_too(w: World) -> None:
    """A log is begun in the middle of the year, or the year is entered after it is over."""
    day = STARTED + timedelta(days=30)
    cohort = mc.OpenCohort(
        program_id=w.program,
        name="Summer",
        starts_on=STARTED,
        ends_on=day,
        enrols_from=STARTED,
        enrols_until=day,
    )
    summer = w.ask(cohort).events[0].event.cohort.cohort_id
    enrolling = mc.EnrolParticipant(
        person_id=w.person(name="Somebody"),
        program_id=w.program,
        cohort_id=summer,
        role="mentee",
        since=STARTED,
    )
    w.ask(enrolling)

    then = w.engine.attention(viewer=SEE, as_of=day)

    assert [need.text for need in then.of("cohort_ended")] == ["Summer"]
    assert then.of("unpaired") == ()
