"""The status of a program: its numbers, its participants, its pairings."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest
from projections.town import BEGAN, Town, mc

from mentorcore.errors import Refused
from mentorcore.projections.access.redactor import COORDINATOR
from mentorcore.projections.folding.projection import Evidence


@pytest.fixture
def town() -> Town:
    return Town()


def test_an_unknown_program_is_refused(town: Town) -> None:
    with pytest.raises(Refused) as refused:
        town.views.status("program:0", viewer=COORDINATOR, today=BEGAN)

    assert refused.value.code == "no_such_program"


def test_two_programs_in_one_log_are_kept_apart(town: Town) -> None:
    town.pair()
    lagoon = town.design("Lagoon")

    told = town.views.status(lagoon, viewer=COORDINATOR, today=BEGAN)

    assert told.name == "Lagoon"
    assert told.participants == ()
    assert told.pairings == ()


def test_meetings_are_counted_with_their_minutes(town: Town) -> None:
    pair = town.pair()
    town.to("2026-09-20")
    town.meet(pair, "2026-09-01", minutes=45)
    town.meet(pair, "2026-09-15", minutes=30, modality="video")

    row = town.status().pairing(pair)

    assert (row.meetings, row.minutes) == (2, 75)
    assert row.modalities == (("in_person", 1), ("video", 1))
    assert row.last_meeting == date(2026, 9, 15)
    assert row.quiet_days == 5


@pytest.mark.parametrize(("limit", "credited"), [(0, 45), (15, 70), (60, 75)])
def test_asynchronous_contact_counts_as_far_as_the_settings_say(limit: int, credited: int) -> None:
    town = Town(contact_limit=60)
    pair = town.pair()
    town.to("2026-09-20")
    town.meet(pair, "2026-09-01", minutes=45)
    town.meet(pair, "2026-09-02", minutes=20, modality="async")
    town.meet(pair, "2026-09-03", minutes=10, modality="async")

    revised = attrs.evolve(town.settings, contact_limit=limit)
    town.ask(mc.ReviseProgram(program_id=town.program, effective_from=town.today, settings=revised))

    assert town.status().pairing(pair).minutes == credited


def test_the_next_meeting_is_the_first_that_is_still_to_come(town: Town) -> None:
    pair = town.pair()
    soon = town.clock.now + timedelta(days=2)
    town.ask(mc.ScheduleMeeting(pairing_id=pair, starts_at=soon + timedelta(days=7), minutes=30))
    first = town.ask(mc.ScheduleMeeting(pairing_id=pair, starts_at=soon, minutes=30))
    assert town.status().pairing(pair).next_meeting == soon

    town.later(days=2, minutes=1)

    assert town.status().pairing(pair).next_meeting == soon + timedelta(days=7)
    assert first.events[0].event.starts_at == soon


def test_meetings_that_are_said_to_be_all_real_are_no_duplicates(town: Town) -> None:
    pair = town.pair()
    town.to("2026-09-20")
    town.meet(pair, "2026-09-15", at=None)
    town.meet(pair, "2026-09-15", at=None)
    assert town.status().pairing(pair).mark("probable_duplicate") is not None

    town.ask(mc.RuleOutDuplicates(pairing_id=pair, on=date(2026, 9, 15)))
    both = town.status().pairing(pair).mark("probable_duplicate")
    town.meet(pair, "2026-09-15", at=None)
    third = town.status().pairing(pair).mark("probable_duplicate")

    assert both is None
    assert third.count == 1


def test_a_meeting_planned_for_a_day_is_to_come_until_that_day_is_over(town: Town) -> None:
    pair = town.pair()
    town.ask(mc.ScheduleMeeting(pairing_id=pair, starts_on=date(2026, 8, 19), minutes=30))

    town.clock.now = datetime(2026, 8, 20, 6, 59, tzinfo=UTC)  # the evening before in the town
    still = town.status().pairing(pair).next_meeting
    town.later(minutes=1)
    over = town.status().pairing(pair).next_meeting

    assert (still, over) == (date(2026, 8, 19), None)


@pytest.mark.parametrize("when", [{}, {"at": None}])
def test_a_meeting_held_on_a_day_fulfils_what_was_planned_for_that_day(
    town: Town, when: dict[str, Any]
) -> None:
    pair = town.pair()
    town.ask(mc.ScheduleMeeting(pairing_id=pair, starts_on=date(2026, 8, 19), minutes=30))
    town.clock.now = datetime(2026, 8, 20, 6, 30, tzinfo=UTC)  # the evening of that day

    town.meet(pair, "2026-08-19", **when)

    assert town.status().pairing(pair).next_meeting is None


def test_of_the_meetings_of_a_day_those_with_a_time_come_first(town: Town) -> None:
    pair = town.pair()
    soon = town.clock.now + timedelta(days=2)
    town.ask(mc.ScheduleMeeting(pairing_id=pair, starts_on=soon.date(), minutes=30))
    town.ask(mc.ScheduleMeeting(pairing_id=pair, starts_at=soon, minutes=30))

    first = town.status().pairing(pair).next_meeting
    town.later(days=2, minutes=1)
    second = town.status().pairing(pair).next_meeting

    assert (first, second) == (soon, soon.date())


def test_a_meeting_that_was_moved_is_expected_at_its_new_time_only(town: Town) -> None:
    pair = town.pair()
    soon = town.clock.now + timedelta(days=2)
    planned = town.ask(mc.ScheduleMeeting(pairing_id=pair, starts_at=soon, minutes=30))
    meeting = planned.events[0].event.meeting_id
    later = soon + timedelta(days=1)
    town.ask(mc.ScheduleMeeting(pairing_id=pair, meeting_id=meeting, starts_at=later, minutes=30))

    assert town.status().pairing(pair).next_meeting == later


def test_a_planned_meeting_that_was_held_is_no_longer_expected(town: Town) -> None:
    pair = town.pair()
    soon = town.clock.now + timedelta(days=2)
    planned = town.ask(mc.ScheduleMeeting(pairing_id=pair, starts_at=soon, minutes=30))
    town.later(days=1)
    town.ask(
        mc.HoldMeeting(
            pairing_id=pair,
            meeting_id=planned.events[0].event.meeting_id,
            held_at=town.clock.now,
            minutes=30,
        )
    )

    assert town.status().pairing(pair).next_meeting is None


def test_days_are_those_of_the_program(town: Town) -> None:
    pair = town.pair()
    late_evening = datetime(2026, 9, 2, 4, 30, tzinfo=UTC)  # 21:30 on the first in the town
    town.to("2026-09-20")
    town.meet(pair, "2026-09-02", at=late_evening)

    row = town.status(today=datetime(2026, 9, 4, 5, 0, tzinfo=UTC)).pairing(pair)

    assert row.last_meeting == date(2026, 9, 1)
    assert row.quiet_days == 2


def test_goals_stand_with_the_status_they_reached(town: Town) -> None:
    pair = town.pair()
    town.to("2026-09-20")
    reached = town.goal(pair, BEGAN)
    overdue = town.goal(pair, "2026-08-20", due_on=date(2026, 9, 10))
    reworded = town.goal(pair, "2026-08-21")
    town.goal(pair, "2026-08-22", revises=reworded)
    town.ask(
        mc.RecordGoalProgress(
            pairing_id=pair, goal_id=reached, on=date(2026, 9, 1), status="achieved"
        )
    )

    row = town.status().pairing(pair)

    assert [g.status for g in row.goals] == ["achieved", "set", "replaced", "set"]
    assert [g.overdue for g in row.goals if g.goal == overdue] == [10]
    assert (row.goal_counts.set, row.goal_counts.achieved, row.goal_counts.overdue) == (2, 1, 1)


def test_a_late_step_of_a_goal_does_not_undo_a_later_one(town: Town) -> None:
    pair = town.pair()
    goal = town.goal(pair)
    town.to("2026-09-20")
    for on, status in ((date(2026, 9, 10), "achieved"), (date(2026, 9, 1), "in_progress")):
        town.ask(mc.RecordGoalProgress(pairing_id=pair, goal_id=goal, on=on, status=status))

    (row,) = town.status().pairing(pair).goals

    assert (row.status, row.status_on) == ("achieved", date(2026, 9, 10))


def test_a_mentor_shows_places_and_load(town: Town) -> None:
    anna = town.enrol("mentor", "Anna")
    town.pair(anna)
    town.pair(anna, town.enrol("mentee", "Bea"))

    status = town.status()

    row = status.participant(anna)
    assert (row.capacity.places, row.capacity.load, row.capacity.free) == (3, 2, 1)
    assert len(row.pairings) == 2
    assert status.of_person(row.who.person) == (row,)


def test_a_training_shows_how_long_it_counts() -> None:
    town = Town(training_notice_days=10)
    anna = town.enrol("mentor", "Anna")
    town.to("2026-09-20")
    for kind, until in (
        ("a", (2026, 9, 19)),
        ("b", (2026, 9, 20)),
        ("c", (2026, 10, 1)),
        ("d", None),
    ):
        town.ask(
            mc.RecordTraining(
                participant_id=anna,
                training_kind=kind,
                on=date(2026, 9, 1),
                valid_until=date(*until) if until else None,
            )
        )

    trainings = town.status().participant(anna).trainings

    assert [t.validity for t in trainings] == ["expired", "expiring", "valid", "valid"]


def test_of_a_renewed_training_the_one_that_counts_longest_is_shown(town: Town) -> None:
    anna = town.enrol("mentor", "Anna")
    town.to("2026-09-20")
    for on, until in ((date(2026, 9, 10), date(2027, 9, 1)), (date(2026, 9, 1), date(2026, 12, 1))):
        town.ask(
            mc.RecordTraining(participant_id=anna, training_kind="basics", on=on, valid_until=until)
        )

    (row,) = town.status().participant(anna).trainings

    assert row.valid_until == date(2027, 9, 1)


def test_feedback_shows_the_latest_of_each_author_with_its_scale(town: Town) -> None:
    pair = town.pair()
    anna, ben = town.members(pair)
    town.to("2026-09-20")
    for author, on, rating in ((ben, 5, 3), (ben, 10, 4), (anna, 7, 5)):
        give(town, pair, author, date(2026, 9, on), rating)

    row = town.status().pairing(pair)

    assert [(f.author, f.ratings[0].rating) for f in row.feedback] == [(anna, 5), (ben, 4)]
    assert row.latest_feedback.author == ben
    assert row.feedback[0].ratings[0].highest == 5


def test_a_rating_on_a_scale_that_was_given_up_is_shown_without_its_bounds(town: Town) -> None:
    pair = town.pair()
    give(town, pair, town.members(pair)[1], BEGAN, 3)
    revised = attrs.evolve(town.settings, scales=())
    town.ask(mc.ReviseProgram(program_id=town.program, effective_from=town.today, settings=revised))

    (score,) = town.status().pairing(pair).feedback[0].ratings

    assert (score.rating, score.lowest, score.highest) == (3, None, None)


def give(
    town: Town, pair: str, author: str, on: date, rating: int, *, to: str = "coordinator"
) -> None:
    town.ask(
        mc.GiveFeedback(
            pairing_id=pair,
            author=author,
            about="pairing",
            on=on,
            visibility=to,
            ratings=(mc.Rating(scale="fit", rating=rating),),
        )
    )


def test_meetings_on_one_day_without_a_time_are_probably_one(town: Town) -> None:
    pair = town.pair()
    town.to("2026-08-30")
    town.meet(pair, "2026-08-25", at=None)
    town.meet(pair, "2026-08-26")
    assert town.status().pairing(pair).mark("probable_duplicate") is None

    town.meet(pair, "2026-08-26", at=None)

    mark = town.status().pairing(pair).mark("probable_duplicate")
    assert mark.count == 1
    assert [e.version for e in mark.evidence] == [4]


def test_two_meetings_on_one_day_with_their_times_are_two(town: Town) -> None:
    pair = town.pair()
    town.to("2026-08-30")
    town.meet(pair, "2026-08-26", at=datetime(2026, 8, 26, 16, tzinfo=UTC))
    town.meet(pair, "2026-08-26", at=datetime(2026, 8, 26, 22, tzinfo=UTC))

    assert town.status().pairing(pair).marks == ()


def test_a_meeting_during_a_rest_is_marked(town: Town) -> None:
    pair = town.pair()
    town.to("2026-08-30")
    town.meet(pair, "2026-08-25")
    town.meet(pair, "2026-08-27", at=None)
    town.ask(mc.PausePairing(pairing_id=pair, since=date(2026, 8, 20)))
    town.ask(mc.ResumePairing(pairing_id=pair, on=date(2026, 8, 27)))

    mark = town.status().pairing(pair).mark("met_while_paused")

    assert mark.on == (date(2026, 8, 25),)


def test_a_meeting_logged_a_week_later_or_less_is_not_late(town: Town) -> None:
    pair = town.pair()
    town.to("2026-09-01")
    town.meet(pair, "2026-08-25")
    assert town.status().pairing(pair).mark("logged_late") is None

    town.meet(pair, "2026-08-20", at=None)

    mark = town.status().pairing(pair).mark("logged_late")
    assert (mark.count, mark.days) == (1, 12)


def test_a_disputed_meeting_is_marked_until_the_dispute_is_over(town: Town) -> None:
    pair = town.pair()
    town.to("2026-09-01")
    meetings = [town.meet(pair, "2026-08-25"), town.meet(pair, "2026-08-26")]
    for meeting in meetings:
        dispute(town, pair, meeting, "disputed")
    assert town.status().pairing(pair).mark("disputed").count == 2

    dispute(town, pair, meetings[0], "confirmed")
    town.ask(mc.RetractRecord(stream=pair, target=5))

    assert town.status().pairing(pair).mark("disputed") is None


def dispute(town: Town, pair: str, meeting: str, verdict: str) -> None:
    town.ask(mc.VerifyMeeting(pairing_id=pair, meeting_id=meeting, verdict=verdict, on=town.today))


def test_corrections_are_counted_and_named(town: Town) -> None:
    pair = town.pair()
    town.to("2026-09-01")
    town.meet(pair, "2026-08-25", at=None)
    town.ask(mc.AmendRecord(stream=pair, target=2, changes={"minutes": 50}))

    status = town.status()

    assert status.pairing(pair).minutes == 50
    assert status.pairing(pair).mark("corrected").count == status.numbers.corrections == 1


def test_a_row_names_the_events_it_rests_on(town: Town) -> None:
    pair = town.pair()
    town.to("2026-09-01")
    town.meet(pair, "2026-08-25", at=None)
    town.meet(pair, "2026-08-27", at=None)

    row = town.status().pairing(pair)

    last = town.store.tail()
    assert row.evidence == (Evidence(pair, 1, last - 4), Evidence(pair, 3, last))


def test_the_numbers_add_up(town: Town) -> None:
    pair = town.pair()
    waiting = town.enrol("mentee", "Bea")
    town.to("2026-09-01")
    town.meet(pair, "2026-08-25")
    town.ask(
        mc.CancelMeeting(
            pairing_id=pair,
            meeting_id=town.engine.new_id("meeting"),
            cause="no_show",
            on=date(2026, 8, 26),
        )
    )
    gone = town.enrol("mentee", "Cleo")
    town.ask(mc.EndEnrolment(participant_id=gone, on=date(2026, 8, 30), outcome="withdrew"))

    numbers = town.status().numbers

    roles = [(r.role, r.enrolled, r.ended) for r in numbers.participants]
    assert roles == [("mentor", 1, 0), ("mentee", 2, 1), ("principal", 0, 0)]
    assert numbers.unpaired == 1
    assert (numbers.meetings, numbers.minutes, numbers.missed) == (1, 45, 1)
    assert town.status().participant(waiting).pairings == ()
    assert len(town.status().live()) == numbers.pairings.active == 1


def test_no_capacity_is_shown_for_peers() -> None:
    town = Town(roles=(mc.Role(code="peer", part="peer"),), shape="reciprocal")
    ada, lin = town.enrol("peer", "Ada"), town.enrol("peer", "Lin")
    members = tuple(mc.Member(participant=p, role="peer") for p in (ada, lin))
    town.pair(ada, lin, members=members)

    rows = town.status().participants

    assert [(row.capacity, len(row.pairings)) for row in rows] == [(None, 1), (None, 1)]
