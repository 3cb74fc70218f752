"""An exception from confidentiality opens the notes that it names to the coordinator, no others."""

from datetime import timedelta
from typing import Any

import attrs
import pytest
from engine.adopting import adopting
from engine.world import STARTED, TODAY, World, engine, mc

COORDINATOR = mc.Viewer.coordinator()
NEW_YORK = "us-ny-mentored-experience"


@pytest.fixture
def world() -> Any:
    with engine() as opened:
        world = World(opened)
        world.ask(adopting(world, NEW_YORK))
        yield world


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
    earlier = bodies(world, pairing, as_of=TODAY - timedelta(days=1))
    assert all(isinstance(body, mc.Withheld) for body in earlier)
    world.ask(mc.RetractRecord(stream=pairing, target=invoked.version))
    for moment in ({}, {"as_known": invoked.position}):
        assert all(isinstance(body, mc.Withheld) for body in bodies(world, pairing, **moment))


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


def test_a_ground_is_one_that_a_pack_names_for_text_of_that_class(world: World) -> None:
    """INV-79."""
    pairing = world.pair()
    note = written(world, pairing, "Something happened")
    other = world.ask(attrs.evolve(NOTE, pairing_id=pairing, author=world.members(pairing)[0]))
    position = world.engine.position

    def refusal(command: Any) -> Any:
        with pytest.raises(mc.Refused) as refused:
            world.ask(command)
        assert world.engine.position == position
        return refused.value

    performance = refusal(attrs.evolve(invoking(pairing, note), ground="performance"))
    early = refusal(attrs.evolve(invoking(pairing, note), on=TODAY - timedelta(days=1)))
    of_coordinators = refusal(invoking(pairing, other.events[0].event.note_id))

    assert {r.code for r in (performance, early, of_coordinators)} == {"no_such_ground"}
    assert "danger_to_health_or_safety" in performance.facts["grounds"]
    assert early.facts["grounds"] == of_coordinators.facts["grounds"] == []


def test_an_exception_is_not_amended_to_a_ground_that_no_pack_names(world: World) -> None:
    """INV-65, INV-79."""
    pairing = world.pair()
    note = written(world, pairing, "Something happened")
    version = world.ask(invoking(pairing, note)).events[0].version

    with pytest.raises(mc.Refused) as refused:
        world.ask(mc.AmendRecord(stream=pairing, target=version, changes={"ground": "performance"}))

    assert refused.value.code == "no_such_ground"


def test_what_was_opened_on_a_ground_is_evidence_under_the_pack_that_names_it(world: World) -> None:
    """INV-28."""
    pairing = world.pair()
    note = written(world, pairing, "Something happened")
    attach = mc.AttachEvidence(
        pairing_id=pairing,
        kind="paper",
        title="report",
        on=TODAY,
        purpose="discipline",
        visibility="coordinator",
        cites=(note,),
    )

    with pytest.raises(mc.Refused, match="NY-2") as closed:
        world.ask(attach)
    world.ask(invoking(pairing, note))

    assert closed.value.code == "prohibited_use"
    assert world.ask(attach).events


NOTE = mc.WriteNote(
    pairing_id=f"pairing:{1:032x}",
    author=f"participant:{1:032x}",
    kind="session_note",
    on=STARTED,
    visibility="coordinator",
    body="For the file",
)


def invoking(pairing: str, note: str) -> Any:
    return mc.InvokeConfidentialityException(
        pairing_id=pairing,
        ground="danger_to_health_or_safety",
        material=(note,),
        disclosed_to="coordinator",
        authority="principal",
        on=TODAY,
    )
