"""Several commands are recorded together: each sees those before it, and one refusal is for all."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from engine import series
from engine.full_program import FullProgram
from engine.world import COORDINATOR, NOON, STARTED, TODAY, Place, World, folded, mc

from mentorcore.domain.effective import VersionedEvent
from mentorcore.domain.pairing.state import EndedPairing
from mentorcore.engine.engine import Engine
from mentorcore.errors import KeyReused, Refused
from mentorcore.log.recorded import Envelope


@pytest.fixture
def anywhere(at: Place) -> Iterator[World]:
    """A program in each kind of store."""
    with at.open(1) as opened:
        yield World(opened)


def enrolment(world: World, role: str) -> tuple[str, tuple[Any, ...]]:
    """A new participant, and the two commands that make one."""
    person, participant = world.engine.new_id("person"), world.engine.new_id("participant")
    return participant, (
        mc.RegisterPerson(person_id=person),
        mc.EnrolParticipant(
            participant_id=participant,
            person_id=person,
            program_id=world.program,
            cohort_id=world.cohort,
            role=role,
            since=STARTED,
        ),
    )


def test_each_command_sees_what_those_before_it_decided(anywhere: World) -> None:
    mentor, first = enrolment(anywhere, "mentor")
    mentee, second = enrolment(anywhere, "mentee")
    pairing = anywhere.engine.new_id("pairing")
    before = anywhere.engine.position

    answer = anywhere.engine.batch(
        (
            *first,
            *second,
            anywhere.forming(mentor, mentee, pairing_id=pairing),
            mc.HoldMeeting(pairing_id=pairing, held_at=NOON, minutes=30, topics=("start",)),
            anywhere.ending(pairing),
        ),
        actor=COORDINATOR,
    )

    assert len({r.recorded_at for r in answer.events}) == 1
    assert [r.position for r in answer.events] == [*range(before + 1, before + 16)]
    assert answer.events == tuple(anywhere.engine.events(after=before))
    assert isinstance(folded(anywhere.engine, pairing), EndedPairing)


def test_every_event_of_a_batch_says_which_command_led_to_it(world: World) -> None:
    _, commands = enrolment(world, "mentor")

    answer = world.engine.batch(commands, actor=COORDINATOR, correlation=f"command:{5:032x}")

    registered, enrolled, companion = answer.events
    assert registered.causation == "register-person"
    assert enrolled.causation == "enrol-participant"
    assert companion.causation == f"{enrolled.stream}#1"
    assert {r.correlation for r in answer.events} == {f"command:{5:032x}"}


def test_one_refusal_refuses_all(anywhere: World) -> None:
    mentor = anywhere.mentor(places=1)
    mentees = [anywhere.mentee(), anywhere.mentee()]
    before = anywhere.engine.position
    commands = [anywhere.forming(mentor, mentee) for mentee in mentees]

    with pytest.raises(Refused) as caught:
        anywhere.engine.batch(commands, actor=COORDINATOR, key="both")

    assert caught.value.code == "no_free_place"
    assert anywhere.engine.position == before
    answer = anywhere.engine.batch(commands[:1], actor=COORDINATOR, key="both")
    assert not answer.replayed


def test_a_place_that_is_freed_in_a_batch_is_taken_in_it(anywhere: World) -> None:
    mentor = anywhere.mentor(places=1)
    old = anywhere.pair(mentor)

    answer = anywhere.engine.batch(
        (anywhere.ending(old), anywhere.forming(mentor, anywhere.mentee(), on=TODAY)),
        actor=COORDINATOR,
    )

    assert anywhere.load(mentor) == 1
    assert answer.stream == old


def test_a_record_is_corrected_in_the_batch_that_makes_it(anywhere: World) -> None:
    pairing = anywhere.pair()
    meeting = mc.HoldMeeting(pairing_id=pairing, held_at=NOON, minutes=30, topics=("start",))
    later = {"held_at": NOON - timedelta(hours=1), "topics": ("another",)}

    answer = anywhere.engine.batch(
        (meeting, mc.AmendRecord(stream=pairing, target=2, changes=later)), actor=COORDINATOR
    )

    held = next(iter(folded(anywhere.engine, pairing).facts.meetings.values())).held
    assert held.held_at == later["held_at"]
    assert anywhere.engine._sealing.open(held.topics) == ["another"]
    assert len(answer.events) == 6


def test_a_record_is_corrected_twice_over_without_reading_it(anywhere: World) -> None:
    pairing = anywhere.pair()
    anywhere.do(mc.HoldMeeting(pairing_id=pairing, held_at=NOON, minutes=30, topics=("start",)))

    for changes in ({"topics": ("one",), "minutes": 20}, {"minutes": 25}, {"minutes": 30}):
        anywhere.do(mc.AmendRecord(stream=pairing, target=2, changes=changes))

    held = next(iter(folded(anywhere.engine, pairing).facts.meetings.values())).held
    assert held.minutes == 30
    assert anywhere.engine._sealing.open(held.topics) == ["one"]


@pytest.mark.parametrize("lived", [FullProgram, lambda opened: series.run(opened, 7)])
def test_what_an_engine_remembers_is_what_the_log_says(
    at: Place, lived: Callable[[Engine], object]
) -> None:
    with at.open(1) as opened:
        lived(opened)
        session = opened._desk.session(NOON)

        for stream in {r.stream for r in opened.events()}:
            assert session.state(stream) == folded(opened, stream)
            assert session.history(stream) == tuple(
                VersionedEvent(r.version, r.recorded_at, r.event)
                for r in opened.events(stream=stream)
            )


def test_a_batch_with_a_key_is_one_request(anywhere: World) -> None:
    _, commands = enrolment(anywhere, "mentor")
    first = anywhere.engine.batch(commands, actor=COORDINATOR, key="enrol")

    again = anywhere.engine.batch(list(commands), actor=COORDINATOR, key="enrol")

    assert again.replayed
    assert again.events == first.events
    for other in (commands[:1], commands[::-1], (*commands, mc.RegisterPerson()), ()):
        with pytest.raises(KeyReused):
            anywhere.engine.batch(other, actor=COORDINATOR, key="enrol")


def test_a_batch_may_come_from_a_generator(world: World) -> None:
    answer = world.engine.batch((mc.RegisterPerson() for _ in range(3)), actor=COORDINATOR)

    assert len(answer.events) == 3


def test_an_empty_batch_records_nothing(world: World) -> None:
    before = world.engine.position

    answer = world.engine.batch((), actor=COORDINATOR)

    assert answer.events == ()
    assert world.engine.position == before


def test_what_was_decided_after_a_mark_can_be_undone(world: World) -> None:
    mentor, first, second = world.mentor(places=1), world.mentee(), world.mentee()
    session = world.engine._desk.session(NOON)
    said = Envelope(actor=COORDINATOR, causation="form-pairing")
    kept = world.forming(mentor, first, pairing_id=world.engine.new_id("pairing"))
    undone = world.forming(mentor, second, pairing_id=world.engine.new_id("pairing"))
    mark = session.mark()
    session.decide(undone, said)

    session.back_to(mark)
    session.decide(kept, said)
    recorded = session.store()

    assert [r.stream for r in recorded] == [kept.pairing_id, mentor, first]
    assert world.load(mentor) == 1


@pytest.mark.parametrize("looked_at", [(), ("before",), ("after",), ("before", "after")])
def test_what_was_decided_before_a_mark_stays_whenever_it_is_looked_at(
    world: World, looked_at: tuple[str, ...]
) -> None:
    mentor, first, second = world.mentor(places=2), world.mentee(), world.mentee()
    session = world.engine._desk.session(NOON)
    said = Envelope(actor=COORDINATOR, causation="form-pairing")
    kept = world.forming(mentor, first, pairing_id=world.engine.new_id("pairing"))
    undone = world.forming(mentor, second, pairing_id=world.engine.new_id("pairing"))

    session.decide(kept, said)
    if "before" in looked_at:
        session.state(mentor)
    mark = session.mark()
    if "after" in looked_at:
        session.state(mentor)
    session.decide(undone, said)
    session.back_to(mark)

    assert {p.pairing_id for p in session.state(mentor).pairings} == {kept.pairing_id}
    again = session.decide(undone, said)
    recorded = session.store()
    assert [r.stream for r in recorded if r.stream == mentor] == [mentor, mentor]
    assert [(r.stream, r.version) for r in recorded[-len(again) :]] == [
        (d.stream, d.version) for d in again
    ]
    assert world.load(mentor) == 2
    assert world.engine._desk.session(NOON).state(mentor) == folded(world.engine, mentor)


def test_a_correction_sees_what_was_decided_just_before_it(world: World) -> None:
    pairing = world.pair()
    session = world.engine._desk.session(NOON)
    said = Envelope(actor=COORDINATOR, causation="hold-meeting")
    meeting = mc.HoldMeeting(
        pairing_id=pairing,
        meeting_id=world.engine.new_id("meeting"),
        held_at=NOON - timedelta(hours=3),
        minutes=30,
    )
    (held, *_) = session.decide(meeting, said)

    session.decide(mc.RetractRecord(stream=pairing, target=held.version, reason="twice"), said)

    assert not session.state(pairing).facts.meetings


def test_one_command_by_itself_is_no_batch() -> None:
    alone: Any = mc.RegisterPerson(name="Ann")

    with mc.open(":memory:") as engine:
        with pytest.raises(mc.Invalid, match="a list of commands; `handle` takes one"):
            engine.batch(alone, actor=COORDINATOR)

        assert engine.position == 0
