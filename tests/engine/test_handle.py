"""A command is decided and recorded, with who asked and what led to it, or nothing happens at all."""

import re
import threading
from datetime import timedelta
from typing import Any

import attrs
import pytest
from engine.world import COORDINATOR, NOON, TODAY, Place, World, engine, folded, mc

from mentorcore.domain.pairing.state import ActivePairing
from mentorcore.errors import Invalid, LogError, Refused

PERSONAL = ("Ada Lovelace", "ada@example.org", "person:ada", "person:" + "A" * 32, "", " ", "ä")


@pytest.mark.parametrize("location", [None, 3, b"program.db"])
def test_what_is_no_path_or_address_is_named_when_it_is_opened(location: Any) -> None:
    with pytest.raises(mc.Invalid, match="the log to open cannot be told") as refused:
        mc.open(location)

    assert refused.value.problems[0].path == "location"


def test_a_decision_is_recorded_with_its_companions(world: World) -> None:
    mentor, mentee = world.mentor(), world.mentee()
    before = world.engine.position

    answer = world.ask(world.forming(mentor, mentee))

    assert [r.stream for r in answer.events] == [answer.stream, mentor, mentee]
    assert [type(r.event).__name__ for r in answer.events] == [
        "PairingFormed", "PairingJoined", "PairingJoined",
    ]  # fmt: skip
    assert [r.position for r in answer.events] == [before + 1, before + 2, before + 3]
    assert not answer.replayed


def test_what_is_answered_is_what_the_log_holds(world: World) -> None:
    pairing = world.pair()

    answer = world.ask(
        mc.HoldMeeting(pairing_id=pairing, held_at=NOON, minutes=45, topics=("pacing", "parents"))
    )

    assert answer.events == tuple(world.engine.events(after=world.engine.position - 3))


def test_every_event_of_an_answer_has_the_same_envelope_and_time(world: World) -> None:
    pairing = world.pair()
    source = mc.Source(adapter="csv", adapter_version="1", batch=f"import:{7:032x}", form="log")

    answer = world.ask(
        mc.HoldMeeting(pairing_id=pairing, held_at=NOON, minutes=45),
        correlation=f"command:{9:032x}",
        causation=f"response:{8:032x}#3",
        source=source,
    )

    first = answer.events[0]
    assert first.actor == COORDINATOR
    assert first.correlation == f"command:{9:032x}"
    assert first.causation == f"response:{8:032x}#3"
    assert {(r.actor, r.correlation, r.source, r.recorded_at) for r in answer.events} == {
        (COORDINATOR, first.correlation, source, NOON)
    }


def test_who_asked_the_host_stands_with_every_event(world: World) -> None:
    pairing, asked_by = world.pair(), f"account:{3:032x}"

    answer = world.ask(
        mc.HoldMeeting(pairing_id=pairing, held_at=NOON, minutes=45), asked_by=asked_by
    )

    assert [r.asked_by for r in answer.events] == [asked_by] * 3
    assert [r.asked_by for r in world.engine.events(after=world.engine.position - 3)] == [
        asked_by
    ] * 3


def test_who_asked_the_host_is_an_id(world: World) -> None:
    with pytest.raises(mc.Invalid, match="asked_by"):
        world.ask(mc.RegisterPerson(name="Ada Byron"), asked_by="ada@example.org")


def test_a_companion_names_its_principal_as_what_led_to_it(world: World) -> None:
    pairing = world.pair()

    answer = world.ask(mc.HoldMeeting(pairing_id=pairing, held_at=NOON, minutes=45))

    principal, *companions = answer.events
    assert principal.causation == "hold-meeting"
    assert [c.causation for c in companions] == [f"{pairing}#{principal.version}"] * 2


def test_a_command_without_a_cause_is_its_own(world: World) -> None:
    answer = world.ask(mc.RegisterPerson(name="Ada"))

    assert answer.events[0].causation == "register-person"


def test_ids_left_open_are_supplied_by_the_engine(world: World) -> None:
    answer = world.ask(mc.RegisterPerson())

    assert re.fullmatch("person:[0-9a-f]{32}", answer.stream)
    assert answer.events[0].event.person_id == answer.stream


def test_an_id_that_the_host_prepared_is_kept(world: World) -> None:
    mine = world.engine.new_id("person")

    answer = world.ask(mc.RegisterPerson(person_id=mine))

    assert answer.stream == mine


@pytest.mark.parametrize("text", PERSONAL)
@pytest.mark.parametrize("part", ["actor", "correlation", "causation"])
def test_nothing_personal_enters_the_envelope_nor_the_message(
    world: World, part: str, text: str
) -> None:
    before = world.engine.position

    def ask() -> None:
        given = mc.Actor(id=text, role="coordinator", kind="person") if part == "actor" else text
        world.ask(mc.RegisterPerson(), **{part: given})

    with pytest.raises(Invalid) as caught:
        ask()

    assert part in str(caught.value) or "id" in str(caught.value)
    assert not text.strip() or text not in str(caught.value)
    assert world.engine.position == before


@pytest.mark.parametrize("text", PERSONAL)
@pytest.mark.parametrize("field", [f.name for f in attrs.fields(mc.Source)])
def test_nothing_personal_enters_the_source(field: str, text: str) -> None:
    if re.fullmatch("[A-Za-z0-9][A-Za-z0-9._+:#-]*", text):
        return  # an id or a version may be spelled so

    with pytest.raises(Invalid) as caught:
        mc.Source(**{field: text})

    assert not text.strip() or text not in str(caught.value)


@pytest.mark.parametrize("wrong", ["ada@example.org", None, 7, ("person", "ada")])
@pytest.mark.parametrize("part", ["actor", "source"])
def test_who_asks_and_where_it_came_from_are_no_mere_texts(
    world: World, part: str, wrong: Any
) -> None:
    if part == "source" and wrong is None:
        return

    with pytest.raises(Invalid) as caught:
        world.ask(mc.RegisterPerson(), **{part: wrong})

    assert "ada" not in str(caught.value)


@pytest.mark.parametrize("wrong", ["hold a meeting", None, 7, object(), mc.Member])
def test_what_is_no_command_is_invalid(world: World, wrong: object) -> None:
    with pytest.raises(Invalid, match="no command"):
        world.ask(wrong)


def test_an_event_is_no_command(world: World) -> None:
    event = world.ask(mc.RegisterPerson()).events[0].event

    with pytest.raises(Invalid, match="no command"):
        world.ask(event)


@pytest.mark.parametrize("name", ["ada lovelace", "ada@example.org", "A" * 32, "0" * 31, "0" * 33])
def test_nothing_personal_becomes_an_id(world: World, name: str) -> None:
    pairing, mentee = world.pair(), world.mentee()
    meeting = {"pairing_id": pairing, "minutes": 30, "held_on": TODAY}
    mismatch = {"pairing_id": pairing, "mismatch_id": f"mismatch:{1:032x}", "on": TODAY}
    commands = [
        mc.RegisterPerson(person_id=f"person:{name}"),
        world.forming(f"participant:{name}", mentee),
        mc.HoldMeeting(**meeting, attendees=(mentee, f"participant:{name}")),
        mc.HoldMeeting(**meeting, meeting_id=f"meeting:{name}"),
        mc.SettleMismatch(**mismatch, outcome="end", facilitated_by=f"person:{name}"),
        attrs.evolve(world.ending(pairing), initiated_by=f"participant:{name}"),
        attrs.evolve(world.ending(pairing), successor=f"pairing:{name}"),
        mc.RetractRecord(stream=pairing, target=1, duplicate_of=(f"pairing:{name}", 1)),
        mc.AmendRecord(stream=pairing, target=1, changes={"successor": f"pairing:{name}"}),
        mc.AmendRecord(stream=pairing, target=1, changes={"attendees": (f"participant:{name}",)}),
    ]
    before = world.engine.position

    for command in commands:
        with pytest.raises(Invalid) as caught:
            world.ask(command)
        assert name not in str(caught.value)

    assert world.engine.position == before


def test_an_id_of_another_kind_is_invalid_rather_than_looked_up(world: World) -> None:
    pairing, person = world.pair(), world.person()

    with pytest.raises(Invalid, match="meeting_id"):
        world.ask(mc.HoldMeeting(pairing_id=pairing, minutes=30, held_on=TODAY, meeting_id=person))


def test_a_source_of_ids_that_gives_something_else_is_found_out() -> None:
    opened = mc.open(ids=lambda: "ada-lovelace")

    with opened, pytest.raises(Invalid, match="person_id"):
        opened.handle(mc.RegisterPerson(), actor=COORDINATOR)


def test_a_refused_command_records_nothing_and_says_why(world: World) -> None:
    mentor = world.mentor(places=0)
    mentee = world.mentee()
    before = world.engine.position

    with pytest.raises(Refused) as caught:
        world.ask(world.forming(mentor, mentee))

    assert caught.value.code == "no_free_place"
    assert caught.value.facts["load"] == 0
    assert world.engine.position == before


def test_asking_for_what_is_so_already_records_nothing(world: World) -> None:
    pairing = world.pair()
    world.do(world.ending(pairing))

    answer = world.ask(world.ending(pairing))

    assert answer.events == ()
    with pytest.raises(IndexError):
        _ = answer.stream


def test_an_answer_outlives_the_engine(at: Place) -> None:
    with at.open(1) as first:
        pairing = World(first).pair()
        if at.store is not None:
            return
    with at.open(1000) as second:
        state = folded(second, pairing)

    assert isinstance(state, ActivePairing)


def test_an_engine_closes_twice_and_says_that_it_is_closed(at: Place) -> None:
    opened = at.open(1)
    world = World(opened)

    opened.close()
    opened.close()

    for ask in (
        lambda: world.ask(mc.RegisterPerson()),
        lambda: opened.position,
        lambda: list(opened.events()),
        lambda: next(opened.follow()),
    ):
        with pytest.raises(LogError, match="closed"):
            ask()


def test_whoever_is_recording_finishes_before_the_engine_closes(at: Place) -> None:
    opened = at.open(1)
    closing = threading.Thread(target=opened.close)

    def closed_meanwhile() -> None:
        closing.start()
        closing.join(0.1)

    opened._desk.before_append = closed_meanwhile

    answer = opened.handle(mc.RegisterPerson(name="Ada"), actor=COORDINATOR)

    closing.join()
    assert len(answer.events) == 1
    with pytest.raises(LogError, match="closed"):
        opened.handle(mc.RegisterPerson(name="Lin"), actor=COORDINATOR)


def test_what_other_engines_record_is_seen_at_once(at: Place) -> None:
    one, other = at.open(1), at.open(1000)
    world = World(one)
    mentor = world.mentor(places=1)
    pairing = world.pair(mentor)

    other.handle(world.ending(pairing), actor=COORDINATOR)
    again = world.pair(mentor)

    assert folded(one, mentor).load() == 1
    assert again != pairing
    one.close()
    other.close()


def test_a_meeting_today_may_be_over_by_the_clock_of_the_engine_only(world: World) -> None:
    pairing = world.pair()

    with pytest.raises(Refused, match="future"):
        world.ask(
            mc.HoldMeeting(pairing_id=pairing, held_at=NOON + timedelta(seconds=1), minutes=5)
        )


def test_the_engine_tells_its_time_its_position_and_its_log(world: World) -> None:
    with engine() as other:
        assert world.engine.now() == NOON
        assert world.engine.position == len(list(world.engine.events()))
        assert re.fullmatch("[0-9a-f]{32}", world.engine.log_id)
        assert world.engine.log_id != other.log_id
