"""A clock that jumps far ahead dates nothing before somebody has confirmed it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from engine.world import Clock, Place, mc

from mentorcore.engine.engine import Engine

US = mc.Actor("host", "coordinator", "system")
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
DISTANT = datetime(2099, 1, 1, tzinfo=UTC)


def register(engine: Engine, name: str = "Ann") -> None:
    engine.handle(mc.RegisterPerson(name=name), actor=US)


def recorded(engine: Engine) -> list[datetime]:
    return [r.recorded_at for r in engine.events()]


def test_a_clock_that_jumps_far_ahead_is_refused_with_both_times(at: Place) -> None:
    clock = Clock(NOON)
    with at.open(1, clock) as engine:
        register(engine)
        clock.now = DISTANT

        with pytest.raises(mc.Refused, match=r"2099-01-01 00:00 UTC, \d+ days .*2026-06-01") as no:
            register(engine, "Zed")

        assert no.value.code == "clock_ahead"
        assert (no.value.facts["clock"], no.value.facts["recorded_last"]) == (DISTANT, NOON)
        clock.now = NOON + timedelta(days=1)
        register(engine)
        assert recorded(engine) == [NOON, NOON + timedelta(days=1)]


def test_a_log_may_rest_for_a_year(at: Place) -> None:
    clock = Clock(NOON)
    with at.open(1, clock) as engine:
        register(engine)
        clock.now = NOON + timedelta(days=366)

        register(engine)

        clock.now += timedelta(days=366, seconds=1)
        with pytest.raises(mc.Refused):
            register(engine)
        assert engine.position == 2


def test_a_clock_that_is_confirmed_is_believed_up_to_the_moment_that_was_named(at: Place) -> None:
    clock = Clock(NOON)
    with at.open(1, clock) as engine:
        register(engine)
        clock.now = NOON + timedelta(days=1000)

        engine.confirm_clock(clock.now + timedelta(hours=1))
        register(engine)
        clock.now = DISTANT
        with pytest.raises(mc.Refused):
            register(engine)

        clock.now = NOON + timedelta(days=1300)
        register(engine)
        assert len(recorded(engine)) == 3


def test_what_another_process_recorded_counts_as_the_last(durable: Place) -> None:
    clock, other = Clock(NOON), Clock(NOON)
    with durable.open(1, clock) as engine, durable.open(1000, other) as second:
        register(engine)
        other.now = NOON + timedelta(days=300)
        register(second)
        clock.now = NOON + timedelta(days=600)

        register(engine)

        assert engine.position == 3


def test_the_first_event_of_a_log_may_bear_any_time(at: Place) -> None:
    with at.open(1, Clock(DISTANT)) as engine:
        register(engine)

        assert recorded(engine) == [DISTANT]


@pytest.mark.parametrize("ahead", [None, timedelta(days=10**5)])
def test_the_distance_can_be_declared(durable: Place, ahead: timedelta | None) -> None:
    clock = Clock(NOON)
    with durable.open(1, clock, clock_ahead=ahead) as engine:
        register(engine)
        clock.now = DISTANT

        register(engine)

        assert recorded(engine)[-1] == DISTANT


def test_a_confirmation_names_its_zone() -> None:
    with mc.open() as engine, pytest.raises(mc.LogError, match="names no zone"):
        engine.confirm_clock(NOON.replace(tzinfo=None))


def test_a_verification_tells_where_the_clock_had_jumped(durable: Place) -> None:
    clock = Clock(NOON)
    with durable.open(1, clock, clock_ahead=None) as engine:
        register(engine)
        clock.now = NOON + timedelta(days=200)
        register(engine)
        clock.now = DISTANT
        register(engine)
        clock.now = NOON
        register(engine)

    verdict = mc.verify_log(durable.url)

    (notice,) = verdict.notices
    assert verdict.verdict == "unanchored"
    assert "the clock jumped ahead at position 3" in notice
    assert "recorded on 2099-01-01, and the event before it on 2026-12-18" in notice
