"""Recorded times never fall, whatever was written into what is noted beside the events."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from engine.hosts import connect, hosting
from engine.world import Clock, Place, mc

from mentorcore.engine.engine import Engine

US = mc.Actor("host", "coordinator", "system")
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
NOTED = ("2026-01-01T00:00:00.000000Z", "2099-01-01T00:00:00.000000Z", "", "soon")


def register(engine: Engine, name: str = "Ann") -> None:
    engine.handle(mc.RegisterPerson(name=name), actor=US)


def note(place: Place, text: str) -> None:
    """Write a last recorded time past the program, as whoever has the database can."""
    schema = place.url.partition("&schema=")[2]
    table = f'"{schema}".log_meta' if schema else "log_meta"
    with closing(connect(place)) as link:
        link.execute(f"UPDATE {table} SET last_at = '{text}'")
        link.commit()


@pytest.mark.parametrize("text", NOTED)
def test_the_next_event_is_not_older_than_the_last(durable: Place, text: str) -> None:
    clock = Clock(NOON)
    with durable.open(1, clock) as engine:
        register(engine)
    note(durable, text)
    clock.now = NOON - timedelta(days=170)

    with durable.open(1000, clock) as engine:
        register(engine, "Bo")
        clock.now = NOON + timedelta(days=1)
        register(engine, "Cy")

        times = [r.recorded_at for r in engine.events()]

    assert times == [NOON, NOON, NOON + timedelta(days=1)]
    assert mc.verify_log(durable.url).verdict == "unanchored"


def test_in_a_transaction_of_a_host_neither(durable: Place) -> None:
    clock = Clock(NOON)
    with durable.open(1, clock) as engine:
        register(engine)
        note(durable, NOTED[0])
        clock.now = NOON - timedelta(days=170)

        with hosting(durable) as connection:
            if "://" not in durable.url:
                connection.execute("BEGIN IMMEDIATE")
            with engine.within(connection) as inside:
                inside.handle(mc.RegisterPerson(name="Bo"), actor=US)
                inside.handle(mc.RegisterPerson(name="Cy"), actor=US)
            connection.commit()
        times = [r.recorded_at for r in engine.events()]

    assert times == [NOON, NOON, NOON]


def test_a_time_that_was_moved_by_sql_is_found(durable: Place) -> None:
    clock = Clock(NOON)
    with durable.open(1, clock) as engine:
        register(engine)
        clock.now = NOON + timedelta(days=1)
        register(engine, "Bo")
    schema = durable.url.partition("&schema=")[2]
    table, mark, place = (
        (f'"{schema}".stored_events', "%s", "notification_id")
        if schema
        else ("stored_events", "?", "rowid")
    )

    with closing(connect(durable)) as link:
        (state,) = link.execute(f"SELECT state FROM {table} WHERE {place} = 2").fetchone()
        moved = bytes(state).replace(b'"at":"2026-07-02', b'"at":"2026-01-02')
        link.execute(f"UPDATE {table} SET state = {mark} WHERE {place} = 2", (moved,))
        link.commit()
    verdict = mc.verify_log(durable.url)

    assert verdict.verdict == "changed"
    assert "the one before on 2026-07-01" in verdict.faults[-1].reason
    assert verdict.faults[-1].position == 2
