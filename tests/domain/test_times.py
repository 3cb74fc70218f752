"""Days are the program's: what has come, what lies before the start and after the end (INV-20)."""

from datetime import timedelta
from typing import Any

import pytest
from domain.school import FIRST, at, day, end, form, hold, mc, paired, school

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
