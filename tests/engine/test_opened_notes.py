"""An exception from confidentiality opens the notes that it names to the coordinator, no others."""

from datetime import timedelta
from typing import Any

import pytest
from engine.world import STARTED, TODAY, World, engine, mc

COORDINATOR = mc.Viewer.coordinator()
OPENED = TODAY - timedelta(days=3)


@pytest.fixture
def world() -> Any:
    with engine() as opened:
        yield World(opened)


def written(w: World, pairing: str, body: str) -> Any:
    author = w.members(pairing)[1]
    command = mc.WriteNote(
        pairing_id=pairing,
        author=author,
        kind="reflection",
        on=STARTED,
        visibility="pair_private",
        body=body,
    )
    return w.ask(command).events[0].event.note_id


def bodies(w: World, pairing: str, viewer: Any = COORDINATOR, **moment: Any) -> list[Any]:
    told = w.engine.history(pairing, viewer=viewer, **moment).of("pairing.note-written")
    return [entry.value("body") for entry in told]


def test_a_note_is_opened_on_a_ground_and_the_other_stays_closed(world: World) -> None:
    """INV-27, INV-79."""
    pairing = world.pair()
    note = written(world, pairing, "Something happened")
    written(world, pairing, "Nothing happened")
    before = bodies(world, pairing)

    invoked = world.ask(invoking(pairing, note)).events[0]

    assert all(isinstance(body, mc.Withheld) for body in before)
    opened, closed = bodies(world, pairing)
    assert opened == "Something happened"
    assert isinstance(closed, mc.Withheld)
    assert all(isinstance(b, mc.Withheld) for b in bodies(world, pairing, mc.Viewer.auditor()))
    earlier = bodies(world, pairing, as_of=OPENED - timedelta(days=1))
    assert all(isinstance(body, mc.Withheld) for body in earlier)
    world.ask(mc.RetractRecord(stream=pairing, target=invoked.version))
    assert all(isinstance(body, mc.Withheld) for body in bodies(world, pairing))


def test_a_list_of_events_shows_an_opened_note_alike(world: World) -> None:
    """INV-27, INV-79."""
    pairing = world.pair()
    note = written(world, pairing, "Something happened")
    world.ask(invoking(pairing, note))

    told = [r for r in world.engine.events(stream=pairing) if r.name == "pairing.note-written"]

    coordinator, auditor = (
        mc.plain(told, viewer=viewer)[0]["event"]["body"]
        for viewer in (COORDINATOR, mc.Viewer.auditor())
    )
    assert coordinator == "Something happened"
    assert auditor["withheld"] == "pair_private"


def invoking(pairing: str, note: str) -> Any:
    return mc.InvokeConfidentialityException(
        pairing_id=pairing,
        ground="danger_to_health_or_safety",
        material=(note,),
        disclosed_to="coordinator",
        authority="principal",
        on=OPENED,
    )
