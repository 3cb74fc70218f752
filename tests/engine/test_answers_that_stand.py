"""What is replayed says whether it still holds; what was asked already is known by what it says."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import attrs
import pytest
from engine.all_refusals import CASES
from engine.hosts import hosting, met
from engine.refusals import settings_of
from engine.world import COORDINATOR, NOON, STARTED, Place, World, engine, mc

from mentorcore.engine.commands.command_parsing import said
from mentorcore.engine.engine import Engine
from mentorcore.errors import Invalid, KeyReused, Refused
from mentorcore.log.sealing.keys import MemoryKeys, digest

KEY = "booking-7"


def retract(world: World, told: Any, **more: Any) -> Any:
    return world.ask(
        mc.RetractRecord(
            stream=told.stream,
            target=told.version,
            cause="entered_in_error",
            reason="the booking failed",
        ),
        **more,
    ).events[0]


def test_an_answer_stands_as_long_as_nothing_of_it_is_retracted(world: World) -> None:
    pairing = world.pair()

    first = world.ask(met(pairing), key=KEY)
    again = world.ask(met(pairing), key=KEY)

    assert (first.stands, again.stands) == (True, True)


def test_what_was_retracted_is_replayed_and_does_not_stand(at: Place) -> None:
    with at.open(1) as opened:
        world = World(opened)
        pairing = world.pair()
        first = world.ask(met(pairing), key=KEY)
        retract(world, first.events[0])

        again = world.ask(met(pairing), key=KEY)
        anew = world.ask(met(pairing), key="booking-7, once more")

        assert (again.replayed, again.stands, again.events) == (True, False, first.events)
        assert (anew.replayed, anew.stands) == (False, True)


def test_what_stands_again_says_so(world: World) -> None:
    pairing = world.pair()
    first = world.ask(met(pairing), key=KEY)
    taken_back = retract(world, first.events[0], key="taken back")
    before = world.ask(met(pairing), key=KEY).stands
    retract(world, taken_back)

    after = world.ask(met(pairing), key=KEY).stands
    retraction = world.ask(
        mc.RetractRecord(
            stream=taken_back.stream,
            target=first.events[0].version,
            cause="entered_in_error",
            reason="the booking failed",
        ),
        key="taken back",
    )

    assert (before, after) == (False, True)
    assert (retraction.replayed, retraction.stands) == (True, False)


def test_what_was_amended_stands(world: World) -> None:
    pairing = world.pair()
    first = world.ask(met(pairing), key=KEY).events[0]
    world.ask(mc.AmendRecord(stream=pairing, target=first.version, changes={"minutes": 50}))

    assert world.ask(met(pairing), key=KEY).stands


def test_what_was_moved_elsewhere_does_not_stand_where_it_was(world: World) -> None:
    pairing, other = world.pair(), world.pair()
    first = world.ask(met(pairing), key=KEY).events[0]
    world.ask(
        mc.MoveRecord(
            stream=pairing,
            target=first.version,
            to=other,
            reason="of the others",
        )
    )

    assert not world.ask(met(pairing), key=KEY).stands


def test_a_batch_stands_as_a_whole(world: World) -> None:
    pairing = world.pair()
    both = [met(pairing, day=2), met(pairing, day=3)]
    first = world.engine.batch(both, actor=COORDINATOR, key=KEY)
    last = [told for told in first.events if told.name == "pairing.meeting-held"][-1]
    retract(world, last)

    again = world.engine.batch(both, actor=COORDINATOR, key=KEY)

    assert (again.replayed, again.stands) == (True, False)


def test_that_there_was_nothing_new_stands_until_there_would_be(world: World) -> None:
    person = world.person(name="Ada")
    link = mc.LinkExternalIdentity(person_id=person, scheme="payroll", value="4711")
    linked = world.ask(link).events[0]
    world.ask(link, key=KEY)
    before = world.ask(link, key=KEY)
    retract(world, linked)
    after = world.ask(link, key=KEY)

    assert (before.events, before.replayed, before.stands) == ((), True, True)
    assert (after.events, after.replayed, after.stands) == ((), True, False)


def test_an_answer_inside_a_transaction_of_a_host_says_it_as_well(durable: Place) -> None:
    with durable.open(1) as opened, hosting(durable) as host:
        world = World(opened)
        pairing = world.pair()
        first = world.ask(met(pairing), key=KEY).events[0]
        with opened.within(host):
            retract(world, first)
            inside = world.ask(met(pairing), key=KEY).stands
        host.rollback()

        assert (inside, world.ask(met(pairing), key=KEY).stands) == (False, True)


def enrolling(world: World, person: str | None, named: str) -> list[Any]:
    return [
        mc.RegisterPerson(person_id=person, name="Ann"),
        mc.EnrolParticipant(
            person_id=named,
            program_id=world.program,
            cohort_id=world.cohort,
            role="mentee",
            since=STARTED,
        ),
    ]


def test_a_repeat_with_new_ids_for_what_it_makes_is_replayed(durable: Place) -> None:
    def enrol(opened: Engine) -> Any:
        person = opened.new_id("person")
        asked = enrolling(world, person, person)
        return opened.batch(asked, actor=COORDINATOR, key="r1")

    with durable.open(1) as opened:
        world = World(opened)
        first, again = enrol(opened), enrol(opened)
    with durable.open(9000) as opened:
        later = enrol(opened)

    assert (first.replayed, again.replayed, later.replayed) == (False, True, True)
    assert first.events == again.events == later.events


def test_a_batch_names_what_its_earlier_commands_make(world: World) -> None:
    def enrol(named: str, person: str | None = None) -> Any:
        asked = enrolling(world, person, named)
        return world.engine.batch(asked, actor=COORDINATOR, key="r1")

    first = enrol(mc.made(0))
    again = enrol(mc.made(0))
    given = world.engine.new_id("person")
    spelt = enrol(given, given)

    assert first.events[1].event.person_id == first.events[0].stream
    assert (again.replayed, spelt.replayed) == (True, True)
    assert first.events == again.events == spelt.events


def test_what_is_made_is_named_inside_of_values(world: World) -> None:
    mentor, mentee = world.person(name="Ada"), world.person(name="Lin")
    cohort = {"program_id": world.program, "cohort_id": world.cohort, "since": STARTED}

    made = world.engine.batch(
        [
            mc.EnrolParticipant(person_id=mentor, role="mentor", **cohort),
            mc.EnrolParticipant(person_id=mentee, role="mentee", **cohort),
            mc.FormPairing(
                program_id=world.program,
                cohort_id=world.cohort,
                members=(
                    mc.Member(participant=mc.made(0), role="mentor"),
                    mc.Member(participant=mc.made(1), role="mentee"),
                ),
                on=STARTED,
            ),
            mc.HoldMeeting(
                pairing_id=mc.made(2),
                held_on=date(2026, 9, 2),
                minutes=30,
                attendees=(mc.made(0), mc.made(1)),
            ),
        ],
        actor=COORDINATOR,
        key=KEY,
    )

    [formed] = [t for t in made.events if t.name == "pairing.formed"]
    [meeting] = [t for t in made.events if t.name == "pairing.meeting-held"]
    assert meeting.stream == formed.stream
    assert set(meeting.event.attendees) == {m.participant for m in formed.event.members}


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            lambda w: [w.ending(mc.made(0))],
            "no earlier",
        ),
        (lambda w: enrolling(w, None, mc.made(1)), "no earlier"),
        (lambda w: enrolling(w, None, mc.made(7)), "no earlier"),
        (
            lambda w: [w.capacity(w.mentor(), 2), met(mc.made(0))],
            "makes nothing that has an id",
        ),
    ],
    ids=["by itself", "itself", "later", "nothing made"],
)
def test_what_is_not_made_cannot_be_named(
    world: World, asked: Callable[[World], list[Any]], told: str
) -> None:
    commands = asked(world)

    with pytest.raises(Invalid, match=told):
        world.engine.batch(commands, actor=COORDINATOR)


@pytest.mark.parametrize("place", [-1, "0", 1.0, None, True])
def test_places_are_counted_from_0(place: Any) -> None:
    with pytest.raises(ValueError, match="counted from 0"):
        mc.made(place)


def test_what_is_made_of_another_kind_is_refused_as_any_wrong_id(world: World) -> None:
    with pytest.raises(Invalid, match="expected PairingId"):
        world.engine.batch([mc.RegisterPerson(), met(mc.made(0))], actor=COORDINATOR)


def test_a_text_that_is_no_id_cannot_be_what_is_made() -> None:
    with pytest.raises(Invalid):
        mc.RegisterPerson(name=mc.made(0))


def test_a_key_is_still_of_one_request(world: World) -> None:
    pairing, other = world.pair(), world.pair()
    planned = [
        world.ask(mc.ScheduleMeeting(pairing_id=pairing, starts_on=date(2026, 12, n), minutes=30))
        for n in (2, 3)
    ]
    first, second = (p.events[0].event.meeting_id for p in planned)
    world.ask(attrs.evolve(met(pairing), meeting_id=first), key=KEY)
    person = world.person(name="Ann")
    world.ask(mc.RegisterPerson(name="Bo"), key="r1")

    for key, another in {
        KEY: [
            attrs.evolve(met(pairing), meeting_id=second),
            met(pairing, minutes=46),
            met(other),
        ],
        "r1": [
            mc.RegisterPerson(name="Bob"),
            mc.RegisterPerson(name="Bo", person_id=person),
            met(pairing),
        ],
    }.items():
        for command in another:
            with pytest.raises(KeyReused):
                world.ask(command, key=key)


def test_keys_of_earlier_builds_are_known(world: World) -> None:
    pairing = world.pair()
    meeting = attrs.evolve(met(pairing), meeting_id=world.engine.new_id("meeting"))
    world.ask(meeting, key=KEY)
    opened: Any = world.engine
    held = opened._store._index["key"]
    name = digest(opened._keys, "key", KEY)
    told = opened._requests._digest(said(meeting))  # as earlier builds told it
    assert held[name].body != told
    held[name] = held[name]._replace(body=told)

    again = world.ask(meeting, key=KEY)

    assert again.replayed
    with pytest.raises(KeyReused):
        world.ask(attrs.evolve(meeting, minutes=46), key=KEY)


@pytest.fixture
def checked(at: Place) -> Iterator[World]:
    with at.open(1) as opened:
        yield World(opened)


def test_what_would_be_allowed_is_told_and_not_recorded(checked: World) -> None:
    pairing = checked.pair()
    before = checked.engine.position

    told = checked.engine.check(met(pairing))

    assert told is None
    assert checked.engine.position == before
    assert not checked.ask(met(pairing)).replayed


def test_several_are_checked_as_a_batch(checked: World) -> None:
    pairing = checked.pair()
    ending = checked.ending(pairing, on=date(2026, 9, 1))

    assert checked.engine.check(ending) is None
    told = checked.engine.check(ending, checked.ending(pairing, on=date(2026, 9, 3)))
    assert told is not None
    assert checked.engine.check(*enrolling(checked, None, mc.made(0))) is None


def test_a_check_makes_no_key() -> None:
    made: list[str] = []

    class Noted(MemoryKeys):
        def deks(self, subjects: Any, mint: bool) -> Any:
            if mint:
                made.extend(subjects)
            return super().deks(subjects, mint)

    with engine(keys=Noted()) as opened:
        world = World(opened)
        made.clear()
        assert opened.check(mc.RegisterPerson(name="Ada")) is None
        assert made == []
        world.person(name="Ada")
        assert len(made) == 1


def test_what_is_malformed_is_told_as_ever(world: World) -> None:
    with pytest.raises(Invalid):
        world.engine.check(attrs.evolve(met(world.pair()), meeting_id="meeting:ada@example.org"))
    with pytest.raises(Invalid, match="no command"):
        world.engine.check("nonsense")  # type: ignore[arg-type]


@pytest.mark.parametrize("code", CASES)
def test_a_check_tells_every_refusal_as_it_would_come(code: str) -> None:
    case = CASES[code]
    with engine() as opened:
        world = World(opened, settings_of(case))
        asked = case.asks(world)
        before = opened.position

        told = opened.check(asked)

        assert told is not None
        assert opened.position == before
        with pytest.raises(Refused) as refused:
            world.ask(asked)
        assert (told.code, told.reason, told.facts) == (
            refused.value.code,
            refused.value.reason,
            refused.value.facts,
        )
        assert opened.explain(told, viewer=mc.Viewer.coordinator()).value == told.reason


def test_a_check_inside_a_transaction_sees_it(durable: Place) -> None:
    with durable.open(1) as opened, hosting(durable) as host:
        world = World(opened)
        pairing = world.pair()
        late = mc.HoldMeeting(pairing_id=pairing, held_at=NOON, minutes=30)
        with opened.within(host):
            world.ask(world.ending(pairing, on=date(2026, 9, 1)))
            inside = opened.check(late)
        host.rollback()

        assert inside is not None
        assert opened.check(late) is None
