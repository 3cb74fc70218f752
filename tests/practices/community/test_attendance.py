"""What gatherings tell: who was there, what was shared, what is not recorded, and who stays away."""

from contextlib import closing
from datetime import date, timedelta
from typing import Any

import pytest
from engine.world import Clock, mc, numbers
from practices.community.world import MEETING, MET, PUBLISHED, TERM, Sharing, calendar, published

import mentorcore
from mentorcore.domain.values import Withheld

SEES = mc.Viewer.coordinator()
TODAY = date(2026, 11, 23)


@pytest.fixture
def here() -> Any:
    """A workshop that was a training, and a meeting of mentors that the mentor was at."""
    with closing(mentorcore.open(":memory:", clock=Clock(), ids=numbers())) as engine:
        here = published(engine)
        here.gather(resources=(here.resource,), training="basics")
        here.attend()
        here.attend(here.mentee)
        yield here


def told(here: Sharing, view: str = "gatherings", viewer: Any = SEES, **moment: Any) -> Any:
    return here.engine.view(f"community.{view}", here.world.program, viewer=viewer, **moment)


def needs(here: Sharing, kind: str, viewer: Any = SEES, **moment: Any) -> list[Any]:
    found = here.engine.attention(here.world.program, viewer=viewer, **moment).needs
    return [need for need in found if need.kind == kind]


def member(here: Sharing, participant: str) -> Any:
    return mc.Viewer.member(here.world.persons[participant])


def trained(here: Sharing, participant: str, on: date = MET) -> Any:
    return here.world.ask(
        mc.RecordTraining(participant_id=participant, training_kind="basics", on=on)
    )


def states(here: Sharing, viewer: Any = SEES, **moment: Any) -> dict[str, str]:
    return {row.participant: row.state for row in told(here, "mentors", viewer, **moment).rows}


def table(here: Sharing, on: date = MET) -> str:
    return here.gather(kind="mentor_meeting", title=MEETING, on=on)


def test_a_gathering_tells_what_was_shared_and_who_was_there(here: Sharing) -> None:
    row = told(here).row(here.gathering)

    assert (row.kind, row.resources, row.attendees, row.unrecorded) == (
        "workshop",
        (here.resource,),
        2,
        2,
    )
    assert [(a.participant, a.minutes, a.recorded) for a in row.attendances] == [
        (here.mentor, 90, False),
        (here.mentee, 90, False),
    ]


def test_whoever_was_there_on_two_days_is_one_attendee(here: Sharing) -> None:
    here.gather(until=MET + timedelta(days=1))
    for day in (MET, MET + timedelta(days=1)):
        here.attend(held_on=day)

    row = told(here).row(here.gathering)

    assert (row.attendees, len(row.attendances), row.unrecorded) == (1, 2, 0)
    assert [a.recorded for a in row.attendances] == [None, None]


def test_both_times_are_asked_for(here: Sharing) -> None:
    known = here.engine.position
    attended = here.attend(here.world.mentor()).events[0]

    now, then = told(here).row(here.gathering), told(here, as_known=known).row(here.gathering)

    assert (now.attendees, then.attendees) == (3, 2)
    assert told(here, as_of=MET - timedelta(days=1)).rows == ()
    here.world.ask(mc.RetractRecord(stream=attended.stream, target=attended.version))
    assert told(here).row(here.gathering).attendees == 2


def test_members_are_told_their_own_attendance_and_no_counts(here: Sharing) -> None:
    row = told(here, viewer=member(here, here.mentor)).row(here.gathering)

    assert [a.participant for a in row.attendances] == [here.mentor]
    assert isinstance(row.attendees, Withheld)
    assert isinstance(row.unrecorded, Withheld)


def test_a_member_is_not_told_of_a_gathering_that_they_were_not_at(here: Sharing) -> None:
    table(here)
    here.attend()

    seen = told(here, viewer=member(here, here.mentee))

    assert seen.row(here.gathering) is None
    assert seen.others is not None


def test_all_gatherings_are_added_up(here: Sharing) -> None:
    table(here)
    here.attend()

    totals = told(here).totals

    assert (totals.workshops, totals.mentor_meetings, totals.shared) == (1, 1, 1)
    assert totals.attendees == 2


def test_a_training_that_was_attended_and_is_not_recorded_needs_somebody(here: Sharing) -> None:
    trained(here, here.mentee)

    (need,) = needs(here, "training_unrecorded")

    assert (need.subject, need.code, need.since) == (here.gathering, "basics", MET)
    assert [who.participant for who in need.people] == [here.mentor]
    assert needs(here, "training_unrecorded", member(here, here.mentee)) == []
    assert len(needs(here, "training_unrecorded", member(here, here.mentor))) == 1


def test_a_training_of_before_is_not_the_one_that_was_attended(here: Sharing) -> None:
    for participant in (here.mentor, here.mentee):
        trained(here, participant, on=MET - timedelta(days=1))

    assert len(needs(here, "training_unrecorded")) == 2


def test_a_training_attended_over_days_is_asked_for_once(here: Sharing) -> None:
    here.gather(until=MET + timedelta(days=1), training="basics")
    for day in (MET, MET + timedelta(days=1)):
        here.attend(held_on=day)

    found = [need for need in needs(here, "training_unrecorded") if need.subject == here.gathering]

    assert [need.since for need in found] == [MET + timedelta(days=1)]


def test_a_mentor_who_came_is_not_absent(here: Sharing) -> None:
    table(here)
    here.attend()
    other = here.world.mentor()

    (mine,) = [r for r in told(here, "mentors").rows if r.participant == here.mentor]

    assert (mine.state, mine.last_on, mine.term) == ("came", MET, None)
    assert (mine.since, mine.held) == (TODAY - timedelta(days=120), 1)
    assert states(here)[other] == "joined_since"
    assert needs(here, "mentor_absent") == []


def test_a_mentor_who_came_to_none_for_a_term_needs_somebody(here: Sharing) -> None:
    here.world.ask(calendar(here.world.program, TERM))
    table(here)
    other = here.world.mentor()
    here.attend(other)

    (need,) = needs(here, "mentor_absent")

    assert (need.subject, need.since, need.amount) == (here.mentor, TERM.since, 1)
    assert "the term Autumn" in need.why
    assert states(here) == {here.mentor: "absent", other: "came"}


def test_where_no_mentors_met_nobody_was_absent(here: Sharing) -> None:
    here.world.ask(calendar(here.world.program, TERM))

    assert states(here) == {here.mentor: "none_held"}
    assert needs(here, "mentor_absent") == []


def test_whoever_joined_in_the_term_is_not_absent_from_it(here: Sharing) -> None:
    here.world.ask(calendar(here.world.program, TERM))
    table(here)
    other = here.world.enrol("mentor", since=TERM.since + timedelta(days=1))

    assert states(here)[other] == "joined_since"


def test_a_term_that_goes_on_is_not_looked_at(here: Sharing) -> None:
    here.world.ask(calendar(here.world.program, TERM))
    table(here, on=PUBLISHED)

    (row,) = told(here, "mentors", as_of=TERM.until - timedelta(days=1)).rows

    assert (row.term, row.since) == (None, TERM.until - timedelta(days=121))


def test_a_mentor_is_told_of_themself_alone(here: Sharing) -> None:
    other = here.world.mentor()
    table(here)

    assert list(states(here, member(here, other))) == [other]
    assert states(here, member(here, here.mentee)) == {}


def test_mentors_stand_in_an_order_that_says_nothing_of_how_often_they_come(here: Sharing) -> None:
    """INV-78"""
    others = [here.world.mentor() for _ in range(3)]
    for on in (MET, MET + timedelta(days=1)):
        table(here, on=on)
        here.attend(others[-1])

    told_of = [row.participant for row in told(here, "mentors").rows]

    assert told_of == sorted(told_of)


def test_a_figure_says_which_records_it_rests_on(here: Sharing) -> None:
    here.world.ask(calendar(here.world.program, TERM))
    table(here)
    workshop = told(here).rows[0].gathering

    why = here.engine.explain(workshop, "community.gatherings.attendees", viewer=SEES)
    away = here.engine.explain(here.mentor, "community.mentors.meetings", viewer=SEES)

    assert {ground.record.name for ground in why.grounds} == {
        "gathering.held",
        "gathering.attended",
    }
    assert (away.value, {ground.record.name for ground in away.grounds}) == (
        "absent",
        {"gathering.held"},
    )
