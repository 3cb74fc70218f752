"""Days are the program's: what has come, what lies before the start and after the end (INV-20)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from domain.school import (
    FIRST,
    MEETING,
    at,
    day,
    end,
    form,
    hold,
    mc,
    paired,
    school,
    version_of,
)
from domain.test_amendments import amend
from hypothesis import given as some
from hypothesis import settings as trying
from hypothesis import strategies as st

from mentorcore.domain.declarations import evolve
from mentorcore.testing.strategies import ZONES, instants

AUCKLAND, LOS_ANGELES, KIRITIMATI = "Pacific/Auckland", "America/Los_Angeles", "Pacific/Kiritimati"


@pytest.mark.parametrize(
    ("zone", "now", "last"),
    [
        # 20:30 on 30 November in Los Angeles is the evening of 1 December in Auckland
        (LOS_ANGELES, "2026-12-01T04:30Z", "2026-11-30"),
        (LOS_ANGELES, "2026-12-01T07:59Z", "2026-11-30"),
        (LOS_ANGELES, "2026-12-01T08:00Z", "2026-12-01"),
        (AUCKLAND, "2026-12-01T04:30Z", "2026-12-01"),
        (AUCKLAND, "2026-12-01T10:59Z", "2026-12-01"),
        (AUCKLAND, "2026-12-01T11:00Z", "2026-12-02"),
        (KIRITIMATI, "2026-12-01T10:00Z", "2026-12-02"),
        # the hour changes in Los Angeles on 1 November 2026 and in Auckland on 27 September
        (LOS_ANGELES, "2026-11-01T06:59Z", "2026-10-31"),
        (LOS_ANGELES, "2026-11-01T07:00Z", "2026-11-01"),
        (LOS_ANGELES, "2026-11-02T07:59Z", "2026-11-01"),
        (LOS_ANGELES, "2026-11-02T08:00Z", "2026-11-02"),
        (AUCKLAND, "2026-09-26T11:59Z", "2026-09-26"),
        (AUCKLAND, "2026-09-26T12:00Z", "2026-09-27"),
        (AUCKLAND, "2026-09-27T10:59Z", "2026-09-27"),
        (AUCKLAND, "2026-09-27T11:00Z", "2026-09-28"),
    ],
)
def test_today_is_the_program_s_own_day(zone: Any, now: Any, last: Any) -> None:
    """INV-20: not in the future, whatever the day is in UTC."""
    story, today = paired(zone), day(last)

    assert story.when(hold(held_on=today), at=now).events
    story.when(hold(held_on=today + timedelta(days=1)), at=now).refuses("in_the_future")


@pytest.mark.parametrize("zone", [AUCKLAND, LOS_ANGELES, KIRITIMATI, "UTC"])
def test_an_instant_is_in_the_future_when_it_has_not_come_yet(zone: Any) -> None:
    """INV-20: on the day itself too."""
    story, now = paired(zone), "2026-12-01T04:30Z"

    story.when(hold(held_at=at("2026-12-01T04:31Z")), at=now).refuses("in_the_future")
    assert story.when(hold(held_at=at("2026-12-01T04:30Z")), at=now).events


@pytest.mark.parametrize(
    ("zone", "held_at", "held_on"),
    [
        (LOS_ANGELES, "2026-12-19T07:59Z", "2026-12-18"),
        (LOS_ANGELES, "2026-12-19T08:00Z", "2026-12-19"),
        (LOS_ANGELES, "2026-12-18T23:30-08:00", "2026-12-18"),
        (AUCKLAND, "2026-12-18T10:59Z", "2026-12-18"),
        (AUCKLAND, "2026-12-18T11:00Z", "2026-12-19"),
        (AUCKLAND, "2026-12-17T23:30-08:00", "2026-12-18"),
        (LOS_ANGELES, "2026-11-01T08:30Z", "2026-11-01"),  # 01:30, before the hour repeats
        (LOS_ANGELES, "2026-11-01T09:30Z", "2026-11-01"),  # 01:30 again
        (AUCKLAND, "2026-09-26T13:59Z", "2026-09-27"),  # 01:59, the minute before 03:00
        (AUCKLAND, "2026-09-26T14:00Z", "2026-09-27"),
    ],
)
def test_the_day_of_a_meeting_is_the_program_s(zone: Any, held_at: Any, held_on: Any) -> None:
    held = paired(zone).when(hold(held_at=at(held_at))).events[0]

    assert held.held_on == day(held_on)


@pytest.mark.parametrize(
    ("zone", "last", "beyond"),
    [
        (LOS_ANGELES, "2026-12-19T07:59Z", "2026-12-19T08:00Z"),
        (AUCKLAND, "2026-12-18T10:59Z", "2026-12-18T11:00Z"),
        (KIRITIMATI, "2026-12-18T09:59Z", "2026-12-18T10:00Z"),
    ],
)
def test_a_meeting_on_the_last_day_is_accepted_and_one_after_it_refused(
    zone: Any, last: Any, beyond: Any
) -> None:
    """INV-20: after its end is decided in the program's zone."""
    story = paired(zone).given(end())

    assert story.when(hold(held_at=at(last))).events
    story.when(hold(held_at=at(beyond))).refuses("after_end", ended_on=day("2026-12-18"))


@pytest.mark.parametrize(
    ("zone", "before", "first"),
    [
        (LOS_ANGELES, "2026-09-01T06:59Z", "2026-09-01T07:00Z"),
        (AUCKLAND, "2026-08-31T11:59Z", "2026-08-31T12:00Z"),
        (KIRITIMATI, "2026-08-31T09:59Z", "2026-08-31T10:00Z"),
    ],
)
def test_a_meeting_on_the_first_day_is_accepted_and_one_before_it_refused(
    zone: Any, before: Any, first: Any
) -> None:
    """INV-20: before the start is decided in the program's zone."""
    story = paired(zone)

    story.when(hold(held_at=at(before))).refuses("before_start", since=day("2026-09-01"))
    assert story.when(hold(held_at=at(first))).events


def test_a_day_that_contradicts_its_instant_is_refused() -> None:
    """Dates are never guessed."""
    story = paired(AUCKLAND)
    instant = at("2026-09-10T20:00Z")  # the morning of the 11th in Auckland

    story.when(hold(held_at=instant, held_on=day("2026-09-10"))).refuses("dates_differ", "09-11")
    assert story.when(hold(held_at=instant, held_on=day("2026-09-11"))).events


def test_an_instant_without_an_offset_is_malformed() -> None:
    """Section 2: ambiguous times need an offset."""
    with pytest.raises(mc.Invalid, match="held_at"):
        hold(held_at=at("2026-11-01T01:30"))


def test_the_same_pairing_is_formed_today_in_one_zone_and_tomorrow_in_the_other() -> None:
    now = "2026-09-01T02:00Z"

    school(LOS_ANGELES).when(form(), at=now).refuses("in_the_future")
    assert school(AUCKLAND).when(form(), at=now).events


def test_a_plan_after_the_end_of_the_day_is_refused_in_the_program_s_zone() -> None:
    """INV-15."""
    story = paired(AUCKLAND).given(end())
    plan = mc.ScheduleMeeting(pairing_id=FIRST, starts_at=at("2027-01-05T00:00Z"), minutes=30)

    story.when(plan).refuses("after_end")


# --------------------------------------------------------------------------- instants in any zone


def test_a_meeting_in_the_repeated_hour_is_amended_with_its_own_time() -> None:
    stated = datetime(2026, 11, 1, 1, 30, fold=1, tzinfo=ZoneInfo(LOS_ANGELES))
    story = paired(LOS_ANGELES).given(hold(held_at=stated))
    asked = amend(story, mc.MeetingHeld, held_at=stated, minutes=25)

    amended = story.when(asked).events[0]

    assert amended.public_changes == (("minutes", 25),)


@trying(max_examples=60, deadline=None)
@some(instants(date(2026, 9, 3), date(2026, 11, 20)), st.sampled_from(ZONES))
def test_an_instant_is_the_same_in_whatever_zone_it_is_stated(stated: Any, zone: str) -> None:
    instant = stated.astimezone(UTC)
    story = paired(LOS_ANGELES).given(hold(held_at=stated))
    again = instant.astimezone(ZoneInfo(zone))

    held = story.events(FIRST)[-1]
    assert (held.held_at, held.held_at.tzinfo) == (instant, UTC)
    assert held.held_on == instant.astimezone(ZoneInfo(LOS_ANGELES)).date()
    story.when(amend(story, mc.MeetingHeld, held_at=again)).nothing()
    amended = story.when(amend(story, mc.MeetingHeld, held_at=again, minutes=25)).events[0]
    assert amended.public_changes == (("minutes", 25),)


# --------------------------------------------------------------------------- tables of zones change


def recorded_before(on: Any) -> Any:
    """A meeting on the other side of midnight from where today's tables put its instant."""
    story = paired(LOS_ANGELES)
    held = story.when(hold(held_at=at("2026-11-16T07:30Z"))).events[0]
    assert held.held_on == day("2026-11-15")
    other = evolve(held, held_on=day(on))
    return story.given((FIRST, other), at="2026-11-16T12:00Z")


def test_what_a_correction_does_not_change_stays_on_the_day_that_was_recorded() -> None:
    story = recorded_before("2026-11-16")

    amended = story.given(amend(story, mc.MeetingHeld, minutes=25))
    version = version_of(story, FIRST, mc.MeetingHeld)
    gone = story.given(mc.RetractRecord(stream=FIRST, target=version))
    back = gone.given(mc.RetractRecord(stream=FIRST, target=version + 1))

    for after in (amended, back):
        met = after.state(FIRST).facts.meetings[MEETING].held
        assert met.held_on == day("2026-11-16")
    assert amended.state(FIRST).facts.meetings[MEETING].held.minutes == 25


def test_the_stored_day_stands_when_the_same_instant_is_stated_again() -> None:
    story = recorded_before("2026-11-16")
    same = at("2026-11-15T23:30-08:00")

    asked = amend(story, mc.MeetingHeld, held_at=same, minutes=25)

    amended = story.when(asked).events[0]
    assert amended.public_changes == (("minutes", 25),)


def test_another_instant_falls_on_the_day_of_today_s_tables() -> None:
    story = recorded_before("2026-11-16")

    after = story.given(amend(story, mc.MeetingHeld, held_at=at("2026-11-14T20:00Z")))

    assert after.state(FIRST).facts.meetings[MEETING].held.held_on == day("2026-11-14")


def test_a_planned_meeting_stays_on_the_day_that_was_recorded() -> None:
    plan = mc.ScheduleMeeting(
        pairing_id=FIRST, meeting_id=MEETING, starts_at=at("2026-12-16T07:30Z"), minutes=30
    )
    story = paired(LOS_ANGELES)
    planned = story.when(plan).events[0]
    story = story.given((FIRST, evolve(planned, starts_on=day("2026-12-16"))))

    after = story.given(amend(story, mc.MeetingScheduled, minutes=25))

    assert after.state(FIRST).facts.meetings[MEETING].scheduled.starts_on == day("2026-12-16")
