"""A record that is put where it belongs: one append, its texts sealed anew, its cause named."""

from datetime import timedelta
from typing import Any

import pytest
from engine.world import COORDINATOR, NOON, TODAY, Place, World, folded, mc

from mentorcore.errors import Refused


def two_pairings(world: World) -> tuple[str, str]:
    """A mentor who had one mentee and has another one now."""
    mentor, first, second = world.mentor(), world.mentee(), world.mentee()
    old = world.do(world.forming(mentor, first, primary=True))
    world.do(world.ending(old, on=TODAY - timedelta(days=3)))
    return old, world.do(world.forming(mentor, second, primary=True))


def logged(world: World, pairing: str, **other: Any) -> Any:
    held_at = NOON - timedelta(days=4)
    asked = mc.HoldMeeting(pairing_id=pairing, held_at=held_at, minutes=45, **other)
    return world.ask(asked).events[0]


def test_a_meeting_moves_in_one_append_and_names_its_retraction_as_its_cause(at: Place) -> None:
    with at.open(1) as opened:
        world = World(opened)
        old, new = two_pairings(world)
        held = logged(world, old)

        moved = world.ask(
            mc.MoveRecord(stream=old, target=held.version, to=new, reason="Her new mentee")
        )

        retraction = moved.events[0]
        (again,) = (e for e in moved.events if e.name == "pairing.meeting-held")
        assert (retraction.stream, retraction.event.cause) == (old, "wrong_pairing")
        assert retraction.causation == "move-record"
        assert (again.stream, again.event.minutes) == (new, 45)
        assert again.causation == f"{old}#{retraction.version}"
        along = [e for e in moved.events if e.name == "person.meeting-attended"]
        assert {e.causation for e in along} == {f"{new}#{again.version}"}
        assert len({e.recorded_at for e in moved.events}) == 1
        assert folded(opened, old).facts.meetings == {}
        assert len(folded(opened, new).facts.meetings) == 1


def test_its_texts_are_sealed_for_the_people_they_are_about(world: World) -> None:
    old, new = two_pairings(world)
    held = logged(world, old, topics=("Noise", "Seating"))

    moved = world.ask(mc.MoveRecord(stream=old, target=held.version, to=new))

    (again,) = (e for e in moved.events if e.name == "pairing.meeting-held")
    topics = again.event.topics
    assert topics.subjects == again.event.subjects != held.event.subjects
    assert (topics.stream, topics.version) == (new, again.version)
    assert world.engine._sealing.open(topics) == ["Noise", "Seating"]


def test_texts_with_parts_are_sealed_anew_as_well(world: World) -> None:
    mentor, mentee, other = world.mentor(), world.mentee(), world.mentee()
    old = world.do(world.forming(mentor, mentee))
    new = world.do(world.forming(mentor, other))
    signed = world.ask(
        mc.SignAgreement(
            pairing_id=old, signer=mentor, revision=1, on=TODAY, terms=mc.Terms(purpose="Lead")
        )
    ).events[0]

    moved = world.ask(mc.MoveRecord(stream=old, target=signed.version, to=new))

    terms = world.engine._sealing.open(moved.events[-1].event.terms)
    assert terms["purpose"] == "Lead"


def test_what_is_refused_there_stays_here(world: World) -> None:
    mentor, first, second = world.mentor(), world.mentee(), world.mentee()
    old = world.do(world.forming(mentor, first))
    new = world.do(world.forming(mentor, second, on=TODAY))
    held = logged(world, old)
    before = world.engine.position

    with pytest.raises(Refused) as caught:
        world.ask(mc.MoveRecord(stream=old, target=held.version, to=new))

    assert caught.value.code == "before_start"
    assert world.engine.position == before


def test_a_text_that_was_amended_twice_over_opens(world: World) -> None:
    """An amendment of an amendment seals its own text; the last one counts."""
    old, _ = two_pairings(world)
    held = logged(world, old, topics=("Noise",))
    amended = world.ask(
        mc.AmendRecord(stream=old, target=held.version, changes={"topics": ("Seating",)})
    ).events[0]
    world.ask(
        mc.AmendRecord(
            stream=old, target=amended.version, changes={"topics": ("Homework",)}, reason="Again"
        )
    )

    viewer = mc.Viewer.coordinator()
    entry = world.engine.history(old, viewer=viewer).of("pairing.meeting-held")[0]

    assert entry.value("topics") == ("Homework",)
    (first,) = entry.corrections
    assert (first.standing, first.changes[0].after) == ("amended", ("Seating",))
    assert first.corrections[0].reason == "Again"
    world.ask(mc.RetractRecord(stream=old, target=amended.version))
    undone = world.engine.history(old, viewer=viewer).of("pairing.meeting-held")[0]
    assert (undone.value("topics"), undone.standing) == (("Noise",), "stands")
    assert undone.corrections[0].standing == "retracted"


@pytest.mark.parametrize("changes", [{}, {"statement": "Read"}, {"due_on": TODAY}])
def test_a_goal_moves_with_what_is_put_right_on_the_way(
    world: World, changes: dict[str, Any]
) -> None:
    old, new = two_pairings(world)
    on = TODAY - timedelta(days=4)
    goal = world.ask(mc.SetGoal(pairing_id=old, statement="Visit", on=on)).events[0]

    world.ask(mc.MoveRecord(stream=old, target=goal.version, to=new, changes=changes))

    assert folded(world.engine, old).facts.goals == {}
    (there,) = folded(world.engine, new).facts.goals.values()
    assert there.set.due_on == changes.get("due_on")


def test_two_records_of_one_pairing_move_together(world: World) -> None:
    old, new = two_pairings(world)
    on = TODAY - timedelta(days=4)
    goals = [
        world.ask(mc.SetGoal(pairing_id=old, statement=text, on=on)).events[0].version
        for text in ("Visit", "Read")
    ]
    moves = [mc.MoveRecord(stream=old, target=version, to=new) for version in goals]

    world.engine.batch(moves, actor=COORDINATOR)

    assert len(folded(world.engine, new).facts.goals) == 2
