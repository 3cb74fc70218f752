"""What counts as time: no need in a break, one for a cohort that has ended, and who was late."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from projections.town import BEGAN, BOSS, Town, mc

from mentorcore.log.recorded import Envelope, Provenance

BREAK = mc.DaysOff(since=date(2026, 12, 21), until=date(2027, 1, 4), label="winter break")
LAST, FIRST = date(2027, 1, 3), date(2027, 1, 4)
"""The last day of winter break, and the first day of school after it."""


def calendar(town: Town, **other: Any) -> None:
    usual = {
        "program_id": town.program,
        "school_year": "2026-27",
        "terms": (mc.Term(name="year", since=BEGAN, until=date(2027, 6, 12)),),
        "non_instructional": (BREAK,),
    }
    town.ask(mc.SetAcademicCalendar(**(usual | other)))


def kinds(town: Town) -> list[str]:
    return [need.kind for need in town.attention().needs]


def only(town: Town, kind: str) -> Any:
    (need,) = town.attention().of(kind)
    return need


def test_a_pair_that_was_fine_before_a_break_is_fine_on_its_last_day() -> None:
    """INV-64."""
    town = Town()
    pair = town.pair()
    calendar(town)
    town.to("2026-12-18")
    town.meet(pair, "2026-12-10")
    assert kinds(town) == []
    town.to(LAST)
    assert kinds(town) == []

    town.to(FIRST + timedelta(days=6))

    need = only(town, "no_meeting")
    assert (need.days, need.limit) == (15, 14)
    assert need.why.startswith("no meeting for 15 days of school; the agreed rhythm allows 14")
    assert town.status().pairing(pair).quiet_days == 15


def test_without_a_calendar_and_where_the_program_says_so_calendar_days_count() -> None:
    """INV-64."""
    for town in (Town(), Town(time_counted="calendar_days")):
        pair = town.pair()
        if town.settings.time_counted:
            calendar(town)
        town.to(LAST)
        town.meet(pair, "2026-12-10")

        assert only(town, "no_meeting").days == 24


def test_a_cohort_with_a_year_of_its_own_has_breaks_of_its_own() -> None:
    town = Town()
    town.meet(town.pair(), BEGAN)
    calendar(town, non_instructional=())
    calendar(town, cohort_id=town.cohort, non_instructional=(mc.DaysOff(since=BEGAN, until=LAST),))
    town.to("2026-12-18")

    assert kinds(town) == []


def test_who_came_in_a_break_waits_from_the_first_day_of_school() -> None:
    """INV-64."""
    town = Town()
    calendar(town)
    town.to("2026-12-28")
    town.enrol("mentee", "Cleo", since=date(2026, 12, 28))
    assert kinds(town) == []

    town.to(FIRST + timedelta(days=1))

    need = only(town, "unpaired")
    assert need.days == 2
    assert need.why == "a mentee has been waiting for 2 days of school since enrolling"


def test_one_day_is_one_day() -> None:
    town = Town()
    town.enrol("mentee", "Cleo")
    town.later(days=1)

    assert only(town, "unpaired").why == "a mentee has been waiting for 1 day since enrolling"


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 60), st.integers(0, 60), st.booleans())
def test_today_is_told_as_it_is_of_this_day(ahead: int, after: int, amended: bool) -> None:
    """INV-64: a year that is set ahead keeps the summer before it a break on both axes of time."""
    town = Town(cadence=mc.Cadence(every=1, unit="week", minutes=45))
    pair = town.pair()
    calendar(
        town,
        terms=(mc.Term(name="year", since=BEGAN, until=date(2026, 10, 1)),),
        non_instructional=(),
    )
    town.to("2026-09-30")
    town.meet(pair, "2026-09-30")
    town.to(date(2027, 8, 18) - timedelta(days=ahead))
    later = (mc.Term(name="year", since=date(2027, 9, 20), until=date(2028, 6, 1)),)
    calendar(town, school_year="2027-28", terms=later, non_instructional=())
    town.to(date(2027, 8, 18) + timedelta(days=after))
    if amended:
        told = [
            e for e in town.engine.events(stream=town.program) if e.name.endswith("calendar-set")
        ]
        moved = (mc.Term(name="year", since=date(2027, 9, 21), until=date(2028, 6, 1)),)
        change = {"stream": town.program, "target": told[-1].version, "changes": {"terms": moved}}
        town.ask(mc.AmendRecord(**change))

    quiet = town.status().pairing(pair).quiet_days

    assert town.status(as_of=town.today).pairing(pair).quiet_days == quiet
    assert quiet <= 1 + max(0, (town.today - date(2027, 9, 19)).days)


def test_what_falls_due_in_a_break_is_overdue_after_it() -> None:
    """INV-64."""
    town = Town(cadence=None)
    pair = town.pair(planned_end=date(2026, 12, 24))
    anna, _ = town.members(pair)
    calendar(town)
    town.goal(pair, due_on=date(2026, 12, 23))
    agreed = {"pairing_id": pair, "text": "Visit", "owner": anna, "on": BEGAN}
    town.ask(mc.AgreeActionItem(**agreed, due_on=date(2026, 12, 22)))
    town.to("2026-12-18")
    report = mc.ReportMismatch(
        pairing_id=pair, by=anna, on=town.today, grounds="style", wish="mediation"
    )
    town.ask(report)
    town.to(LAST)
    assert kinds(town) == ["mismatch"]

    town.to(FIRST)

    assert sorted(kinds(town)) == ["goal_overdue", "item_overdue", "mismatch", "past_planned_end"]
    assert only(town, "goal_overdue").days == 1
    row = town.status().pairing(pair)
    assert (row.goals[0].overdue, row.items[0].overdue, row.goal_counts.overdue) == (1, 1, 1)
    assert row.mismatches[0].due_on == date(2027, 1, 17)


def test_a_term_holds_its_breaks_and_is_over_only_while_school_is_on() -> None:
    """INV-64."""
    town = Town(cadence=mc.Cadence(every=1, unit="term", minutes=45))
    pair = town.pair()
    calendar(town)
    town.to(LAST)
    town.meet(pair, "2026-08-25")
    assert kinds(town) == []

    town.to(FIRST)

    assert only(town, "no_meeting").days == 132


BREAKS = st.lists(st.tuples(st.integers(5, 250), st.integers(1, 20)), min_size=1, max_size=3).map(
    lambda told: tuple(
        mc.DaysOff(since=BEGAN + timedelta(days=a), until=BEGAN + timedelta(days=a + n))
        for a, n in told
    )
)


@settings(max_examples=12, deadline=None)
@given(
    BREAKS,
    st.lists(st.integers(0, 240), max_size=4, unique=True),
    st.lists(st.integers(1, 250), max_size=3),
    st.sampled_from(["week", "month", "term"]),
)
def test_no_need_appears_in_a_break_that_was_not_there_before_it(
    breaks: Any, met: list[int], due: list[int], unit: str
) -> None:
    """INV-64: with all that is recorded known, from the last day of school to the end of a break."""
    town = Town(
        cadence=mc.Cadence(every=1, unit=unit, minutes=45),
        trainings=(mc.RequiredTraining(kind="basics", role="mentor", valid_days=100),),
        start_needs=(),
    )
    anna = town.enrol("mentor", "Anna")
    trained = mc.RecordTraining(participant_id=anna, training_kind="basics", on=BEGAN)
    town.ask(trained)
    pair = town.pair(mentor=anna, planned_end=BEGAN + timedelta(days=100))
    calendar(town, non_instructional=breaks)
    for days in due:
        town.goal(pair, due_on=BEGAN + timedelta(days=days))
    town.to(BEGAN + timedelta(days=260))
    for days in met:
        town.meet(pair, BEGAN + timedelta(days=days))
    town.enrol("mentee", "Cleo", since=BEGAN + timedelta(days=30))

    for off in breaks:
        since = off.since
        before = {(n.kind, n.subject, n.due_on) for n in told_on(town, since - timedelta(days=1))}
        if (since - timedelta(days=1)).weekday() > 4 or within(breaks, since - timedelta(days=1)):
            continue
        for number in range((off.until - since).days):
            on = since + timedelta(days=number)
            assert {(n.kind, n.subject, n.due_on) for n in told_on(town, on)} <= before, on


def told_on(town: Town, day: date) -> Any:
    """What needs somebody on a day, by what is known today: only time passes."""
    at = town.views.as_it_stands(town.program, today=day)
    from mentorcore.projections.access.redactor import COORDINATOR, Redactor
    from mentorcore.projections.attention.attention import attention

    return attention(at, Redactor(COORDINATOR, town.sealing.open)).needs


def within(breaks: Any, day: date) -> bool:
    return any(off.since <= day < off.until for off in breaks)


# --------------------------------------------------------------------------- after the end


def test_a_cohort_that_has_ended_is_one_need_and_each_of_its_open_pairings_another() -> None:
    """INV-71."""
    town = Town(cadence=None)
    pair = town.pair()
    other = town.pair()
    extended = town.pair()
    for name in ("Cleo", "Dan", "Eve"):
        town.enrol("mentee", name)

    town.to("2027-06-30")
    until = date(2027, 8, 1)
    town.ask(mc.ContinuePairing(pairing_id=extended, on=town.today, planned_end=until))

    need = only(town, "cohort_ended")
    assert kinds(town) == ["cohort_ended", "pairing_left_open", "pairing_left_open"]
    assert need.why == "the cohort has ended; 2 pairings are still open, 3 mentees are waiting"
    assert (need.subject, need.text, need.days) == (town.cohort, "2026", 0)
    each = town.attention().of("pairing_left_open")
    assert {n.subject for n in each} == {pair, other}
    assert each[0].why == (
        "its cohort ended on 2027-06-30: end it, extend it, or let it move to a successor"
    )
    assert {w.participant for w in each[0].people} == set(town.members(each[0].subject))


def test_after_the_closing_of_a_cohort_or_the_program_nobody_is_needed() -> None:
    """INV-71."""
    for command in ("cohort", "program"):
        town = Town()
        town.pair()
        town.enrol("mentee", "Cleo")
        town.to("2027-07-20")
        if command == "cohort":
            closing = mc.CloseCohort(
                program_id=town.program, cohort_id=town.cohort, on=date(2027, 6, 30)
            )
        else:
            closing = mc.CloseProgram(program_id=town.program, on=date(2027, 6, 30))
        town.ask(closing)

        assert kinds(town) == []


# --------------------------------------------------------------------------- late and repeated


def sent(town: Town, pair: str, on: date, at: datetime, recorded: datetime) -> None:
    """A meeting of a form that was sent at one time and imported at another."""
    version = len(town.store.stream(pair)) + 1
    meeting = town.engine.new_id("meeting")
    held = attrs.evolve(HELD, meeting_id=meeting, held_on=on, attendees=tuple(town.members(pair)))
    source = Provenance(adapter="csv", form="log", sent_at=at)
    envelope = Envelope(actor=BOSS, causation="telling", source=source)
    draft, _ = town.codec.draft(pair, version, held, envelope, town.sealing.seal)
    town.store.append([draft], [], lambda: recorded)


HELD: Any = mc.MeetingHeld(
    meeting_id=f"meeting:{1:032x}",
    held_on=BEGAN,
    held_at=None,
    minutes=30,
    modality="in_person",
    kind="one_to_one",
    attendees=(),
    subjects=(),
)


def test_a_meeting_is_late_by_the_day_on_which_it_was_sent() -> None:
    """INV-88."""
    town = Town(cadence=None)
    pair = town.pair()
    imported = datetime(2026, 12, 1, 20, tzinfo=UTC)
    sent(town, pair, date(2026, 9, 11), datetime(2026, 9, 12, 20, tzinfo=UTC), imported)
    town.to("2026-12-02")
    row = town.status().pairing(pair)
    assert (row.marks, row.late, row.import_days) == ((), (), 80)

    sent(town, pair, date(2026, 10, 2), datetime(2026, 10, 20, 3, tzinfo=UTC), imported)

    row = town.status().pairing(pair)
    assert [(late.on, late.sent_on, late.days) for late in row.late] == [
        (date(2026, 10, 2), date(2026, 10, 19), 17)
    ]
    assert (row.mark("logged_late").count, row.mark("logged_late").days) == (1, 17)


def test_no_day_of_a_break_makes_an_entry_late() -> None:
    """INV-64, INV-88."""
    town = Town(cadence=None)
    pair = town.pair()
    calendar(town)
    town.to("2027-01-06")

    town.meet(pair, "2026-12-17", at=None)

    assert town.status().pairing(pair).late == ()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 60), st.integers(0, 30), st.integers(0, 60))
def test_lateness_does_not_depend_on_the_import(held: int, after: int, later: int) -> None:
    """INV-88."""
    town = Town(cadence=None)
    pair = town.pair()
    on = BEGAN + timedelta(days=held)
    at = datetime(on.year, on.month, on.day, 19, tzinfo=UTC) + timedelta(days=after)
    town.clock.now = at + timedelta(days=later)

    sent(town, pair, on, at, town.clock.now)

    late = town.status().pairing(pair).late
    assert [row.days for row in late] == ([after] if after > 7 else [])


def test_what_was_sent_before_the_program_closed_is_not_told_after_it() -> None:
    """INV-69, INV-88."""
    town = Town(cadence=None)
    pair = town.pair()
    town.to("2026-09-10")
    town.ask(mc.CloseProgram(program_id=town.program, on=date(2026, 9, 10)))
    recorded = datetime(2026, 9, 20, 19, tzinfo=UTC)
    town.to("2026-09-21")
    sent(town, pair, date(2026, 9, 9), datetime(2026, 9, 10, 19, tzinfo=UTC), recorded)
    assert kinds(town) == []

    sent(town, pair, date(2026, 9, 8), datetime(2026, 9, 12, 19, tzinfo=UTC), recorded)

    assert only(town, "logged_after_close").days == 4


def doubled() -> tuple[Town, str]:
    town = Town(cadence=None)
    pair = town.pair()
    town.to("2026-09-20")
    town.meet(pair, "2026-09-12", at=None)
    town.goal(pair)
    town.meet(pair, "2026-09-12", at=None)
    return town, pair


def test_what_may_be_recorded_twice_is_told_with_both_records() -> None:
    """INV-89."""
    town, pair = doubled()

    need = only(town, "probable_duplicate")

    assert [(e.stream, e.version) for e in need.records] == [(pair, 2), (pair, 4)]
    assert (need.amount, need.since) == (2, date(2026, 9, 12))
    assert need.why == "a meeting on 2026-09-12 may be recorded twice"


@pytest.mark.parametrize("how", ["retract", "both"])
def test_one_command_settles_what_may_be_recorded_twice(how: str) -> None:
    """INV-89."""
    town, pair = doubled()
    first, second = only(town, "probable_duplicate").records
    settle: Any = mc.RuleOutDuplicates(pairing_id=pair, on=date(2026, 9, 12))
    if how == "retract":
        settle = mc.RetractRecord(
            stream=pair,
            target=second.version,
            cause="duplicate",
            duplicate_of=(first.stream, first.version),
        )

    town.ask(settle)

    assert kinds(town) == []
    assert town.status().pairing(pair).mark("probable_duplicate") is None
    assert town.status().pairing(pair).meetings == (1 if how == "retract" else 2)


# --------------------------------------------------------------------------- persons, not enrolments


def twice() -> tuple[Town, str, str]:
    """Anna, enrolled twice as only an older log can hold it, with a mentee in each enrolment."""
    town = Town(cadence=None, capacity=mc.Capacity(places=1))
    anna = town.enrol("mentor", "Anna")
    person = town.persons[anna]
    first = next(
        r.event for r in town.engine.events(stream=anna) if r.name == "participant.enrolled"
    )
    again = town.engine.new_id("participant")
    town.tell(again, attrs.evolve(first, participant_id=again))
    town.persons[again] = person
    town.pair(mentor=anna)
    joined = next(
        r.event for r in town.engine.events(stream=anna) if r.name == "participant.pairing-joined"
    )
    town.tell(again, attrs.evolve(joined, pairing_id=f"pairing:{9:032x}"))
    return town, anna, again


def test_who_is_enrolled_twice_counts_once() -> None:
    """INV-01, INV-06."""
    town, anna, again = twice()

    status = town.status()

    counts = {r.role: r.enrolled for r in status.numbers.participants}
    assert counts["mentor"] == 1
    assert status.cohorts[0].enrolled == 2
    for stream in (anna, again):
        places = status.participant(stream).capacity
        assert (places.places, places.load, places.free) == (1, 2, -1)
    assert len(town.attention().of("over_capacity")) == 1
    assert [w.participant for w in only(town, "enrolled_twice").people] == [anna, again]


def test_a_training_of_one_enrolment_is_one_of_the_person() -> None:
    town, anna, again = twice()
    trained = mc.RecordTraining(participant_id=anna, training_kind="basics", on=BEGAN)

    town.ask(trained)

    for stream in (anna, again):
        assert [t.kind for t in town.status().participant(stream).trainings] == ["basics"]


def test_who_is_enrolled_twice_and_paired_once_does_not_wait() -> None:
    town = Town(cadence=None)
    cleo = town.enrol("mentee", "Cleo")
    first = next(
        r.event for r in town.engine.events(stream=cleo) if r.name == "participant.enrolled"
    )
    again = town.engine.new_id("participant")
    town.tell(again, attrs.evolve(first, participant_id=again))
    assert town.status().numbers.unpaired == 1

    town.pair(mentee=cleo)

    assert town.status().numbers.unpaired == 0
