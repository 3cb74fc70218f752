"""A request that arrives twice is answered twice and recorded once."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from engine.world import COORDINATOR, NOON, TODAY, Clock, Place, World, mc

from mentorcore.engine.commands.idempotency import Outcome
from mentorcore.engine.engine import Engine
from mentorcore.errors import Invalid, KeyReused, Refused

SAID = "k-3f2504e0"


@pytest.fixture
def anywhere(at: Place) -> Iterator[World]:
    """A program in each kind of store."""
    with at.open(1) as opened:
        yield World(opened)


def meeting(pairing: str, **more: Any) -> Any:
    return mc.HoldMeeting(
        **{"pairing_id": pairing, "held_at": NOON, "minutes": 45, "topics": ("pacing",), **more}
    )


def at_once(asks: list[Callable[[], Outcome]]) -> list[Outcome | Exception]:
    """What all of these give, begun at the same moment in a thread each."""
    gate = threading.Barrier(len(asks))
    given: list[Outcome | Exception] = []

    def run(ask: Callable[[], Outcome]) -> None:
        gate.wait()
        try:
            given.append(ask())
        except Exception as error:  # noqa: BLE001 - whatever it is, the test looks at it
            given.append(error)

    threads = [threading.Thread(target=run, args=(ask,)) for ask in asks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def test_the_same_request_again_gets_the_same_answer(anywhere: World) -> None:
    pairing = anywhere.pair()
    first = anywhere.ask(meeting(pairing), key=SAID)
    anywhere.ask(mc.RegisterPerson())

    again = anywhere.ask(meeting(pairing), key=SAID)

    assert not first.replayed
    assert again.replayed
    assert again.events == first.events
    assert len(first.events) == 3


def test_the_answer_is_the_same_after_the_log_was_opened_anew(durable: Place) -> None:
    with durable.open(1) as opened:
        world = World(opened)
        pairing = world.pair()
        first = world.ask(meeting(pairing), key=SAID)

    with durable.open(1000) as opened:
        again = opened.handle(meeting(pairing), actor=COORDINATOR, key=SAID)

    assert again.replayed
    assert again.events == first.events


def test_the_answer_stays_the_same_when_the_situation_changed(world: World) -> None:
    pairing = world.pair()
    first = world.ask(meeting(pairing), key=SAID)
    world.do(world.ending(pairing))

    again = world.ask(meeting(pairing), key=SAID)

    assert again.events == first.events


def test_another_body_under_the_same_key_is_an_error(anywhere: World) -> None:
    pairing = anywhere.pair()
    anywhere.ask(meeting(pairing), key=SAID)
    before = anywhere.engine.position

    for other in (
        meeting(pairing, minutes=46),
        meeting(pairing, topics=("parents",)),
        meeting(anywhere.pair()),
        mc.RegisterPerson(),
    ):
        with pytest.raises(KeyReused) as caught:
            anywhere.ask(other, key=SAID)
        assert SAID not in str(caught.value)

    assert [type(r.event).__name__ for r in anywhere.engine.events(after=before)].count(
        "MeetingHeld"
    ) == 0


def test_one_instant_stated_in_two_zones_is_one_request(world: World) -> None:
    pairing = world.pair()
    elsewhere = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))
    first = world.ask(meeting(pairing), key=SAID)

    again = world.ask(meeting(pairing, held_at=elsewhere), key=SAID)

    assert again.replayed
    assert again.events == first.events


def test_a_request_and_its_repetition_may_come_from_different_people(world: World) -> None:
    pairing = world.pair()
    first = world.ask(meeting(pairing), key=SAID)
    somebody = mc.Actor(id=world.person(), role="mentor", kind="person")

    again = world.ask(meeting(pairing), key=SAID, actor=somebody)

    assert again.replayed
    assert again.events[0].actor == first.events[0].actor == COORDINATOR


def test_nothing_new_remembers_its_key(anywhere: World) -> None:
    pairing = anywhere.pair()
    anywhere.ask(anywhere.ending(pairing))
    before = anywhere.engine.position
    first = anywhere.ask(anywhere.ending(pairing), key=SAID)

    again = anywhere.ask(anywhere.ending(pairing), key=SAID)

    assert (first.events, first.replayed) == ((), False)
    assert (again.events, again.replayed) == ((), True)
    assert anywhere.engine.position == before
    with pytest.raises(KeyReused):
        anywhere.ask(mc.RegisterPerson(), key=SAID)


def test_a_refusal_does_not_remember_its_key(anywhere: World) -> None:
    mentor, mentee = anywhere.mentor(places=0), anywhere.mentee()
    with pytest.raises(Refused):
        anywhere.ask(anywhere.forming(mentor, mentee), key=SAID)
    anywhere.do(anywhere.capacity(mentor, 1, since=TODAY))

    answer = anywhere.ask(anywhere.forming(mentor, mentee), key=SAID)

    assert len(answer.events) == 3
    assert not answer.replayed


def test_a_malformed_request_does_not_remember_its_key(world: World) -> None:
    pairing = world.pair()
    with pytest.raises(Invalid):
        world.ask(mc.AmendRecord(stream=pairing, target=1, changes={"colour": 3}), key=SAID)

    answer = world.ask(mc.RegisterPerson(), key=SAID)

    assert not answer.replayed


@pytest.mark.parametrize("key", ["", "  ", 7, b"k", "\ud800"])
def test_a_key_that_tells_nothing_apart_is_invalid(world: World, key: Any) -> None:
    with pytest.raises(Invalid, match="key"):
        world.ask(mc.RegisterPerson(), key=key)


def test_keys_that_look_alike_are_different_keys(world: World) -> None:
    keys = ["a", "A", " a", "a ", "ä", "a\u0308", "key", "key\0"]

    answers = [world.ask(mc.RegisterPerson(), key=key) for key in keys]

    assert len({a.stream for a in answers}) == len(keys)


def test_fifty_repetitions_at_once_record_one_set_of_events(at: Place) -> None:
    with at.open(1) as opened:
        world = World(opened)
        pairing = world.pair()
        before = opened.position

        given = at_once([lambda: world.ask(meeting(pairing), key=SAID)] * 50)

        answers = [a for a in given if isinstance(a, Outcome)]
        assert given == answers
        assert len({a.events for a in answers}) == 1
        assert [a.replayed for a in answers].count(False) == 1
        assert opened.position == before + 3


def test_fifty_repetitions_through_several_engines_record_one_set_of_events(at: Place) -> None:
    engines = [at.open(n * 1000 + 1) for n in range(5)]
    world = World(engines[0])
    pairing = world.pair()
    before = engines[0].position

    def asking(opened: Engine) -> Callable[[], Outcome]:
        return lambda: opened.handle(meeting(pairing), actor=COORDINATOR, key=SAID)

    given = at_once([asking(opened) for opened in engines for _ in range(10)])

    answers = [a for a in given if isinstance(a, Outcome)]
    assert given == answers
    assert len({a.events for a in answers}) == 1
    assert [a.replayed for a in answers].count(False) == 1
    assert engines[0].position == before + 3
    for opened in engines:
        opened.close()


def test_a_repetition_that_is_overtaken_gets_the_first_answer_and_no_refusal(
    durable: Place,
) -> None:
    slow, fast = durable.open(1), durable.open(1000)
    world = World(slow)
    pairing = world.pair()
    one_meeting = meeting(pairing, meeting_id=slow.new_id("meeting"))
    first: list[Outcome] = []
    refresh = slow._desk.streams.refresh

    def overtaken() -> None:
        # The key was looked up and not found; now the rival is recorded before the decision.
        if not first:
            first.append(fast.handle(one_meeting, actor=COORDINATOR, key=SAID))
        refresh()

    slow._desk.streams.refresh = overtaken  # type: ignore[method-assign]  # the seam is inside

    again = world.ask(one_meeting, key=SAID)

    assert again.replayed
    assert again.events == first[0].events
    slow.close()
    fast.close()


def test_a_repetition_with_another_body_is_found_out_in_a_race_too(durable: Place) -> None:
    slow, fast = durable.open(1), durable.open(1000)
    world = World(slow)
    pairing = world.pair()
    before = slow.position
    rivals: list[Outcome] = []

    def overtaken() -> None:
        if not rivals:
            rivals.append(fast.handle(mc.RegisterPerson(), actor=COORDINATOR, key=SAID))

    slow._desk.before_append = overtaken

    with pytest.raises(KeyReused):
        world.ask(meeting(pairing), key=SAID)

    assert slow.position == before + 1
    slow.close()
    fast.close()


def test_the_key_stands_in_the_files_of_the_log_nowhere(tmp_path: Path) -> None:
    clock = Clock()
    key = "Ada Lovelace 2026-11-23"
    with mc.open(tmp_path / "program.db", clock=clock) as opened:
        opened.handle(mc.RegisterPerson(), actor=COORDINATOR, key=key)
        found = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert b"person.registered" in found
    assert key.encode() not in found
    assert b"Lovelace" not in found
