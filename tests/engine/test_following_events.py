"""Following the events of an open log: by name, and coming back while nothing happens."""

from __future__ import annotations

import threading

import pytest
from engine.world import COORDINATOR, Place, mc

REGISTERED = "person.registered"


def test_only_events_of_the_given_names_are_followed(at: Place) -> None:
    with at.open(1) as engine:
        person = engine.handle(mc.RegisterPerson(name="Ada"), actor=COORDINATOR).stream
        engine.handle(
            mc.LinkExternalIdentity(person_id=person, scheme="payroll", value="4711"),
            actor=COORDINATOR,
        )
        followed = engine.follow(names=[REGISTERED])
        first = next(followed)
        threading.Timer(
            0.1, engine.handle, (mc.RegisterPerson(name="Ben"),), {"actor": COORDINATOR}
        ).start()

        second = next(followed)

    assert [first.name, second.name] == [REGISTERED, REGISTERED]
    assert [first.position, second.position] == [1, 3]


def test_with_a_heartbeat_a_loop_comes_back_while_nothing_happens(at: Place) -> None:
    with at.open(1) as engine:
        engine.handle(mc.RegisterPerson(name="Ada"), actor=COORDINATOR)
        followed = engine.follow(heartbeat=0.05)

        found = [next(followed) for _ in range(3)]

    assert [f and f.name for f in found] == [REGISTERED, None, None]


@pytest.mark.parametrize("heartbeat", [0, -1.0, float("nan")])
def test_a_heartbeat_that_is_none_is_refused_at_once(at: Place, heartbeat: float) -> None:
    with at.open(1) as engine, pytest.raises(mc.Invalid, match="heartbeat"):
        engine.follow(heartbeat=heartbeat)
