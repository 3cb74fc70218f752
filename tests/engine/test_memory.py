"""The engine remembers the streams it read last, and no more than a number of events of them."""

from typing import Any

from engine.world import COORDINATOR, engine, mc

from mentorcore.engine.commands.stream_cache import EVERY, StreamCache


def people(opened: Any, count: int, addresses: int) -> list[str]:
    """Persons with some events each."""
    made = []
    for number in range(count):
        person = opened.handle(mc.RegisterPerson(), actor=COORDINATOR).stream
        for address in range(addresses):
            link = mc.LinkExternalIdentity(
                person_id=person, scheme="email", value=f"p{number}.{address}@example.org"
            )
            opened.handle(link, actor=COORDINATOR)
        made.append(person)
    return made


def remembered(streams: StreamCache) -> list[str]:
    return list(streams._known)


def full(opened: Any, streams: int, events: int) -> tuple[StreamCache, list[str]]:
    """A memory that is full, and the persons there are; each has three events."""
    persons = people(opened, streams, 2)
    memory = StreamCache(opened._store, opened._desk.codec, events=events)
    memory.refresh()
    return memory, persons


def test_every_fourth_newcomer_takes_the_place_of_what_was_not_needed_for_longest() -> None:
    with engine() as opened:
        streams, persons = full(opened, 4, 9)
        for person in persons[:3]:
            streams.get([person])
        streams.get([persons[0]])

        for _ in range(EVERY - 1):
            assert len(streams.get([persons[3]])[persons[3]].placed) == 3
            assert remembered(streams) == [persons[1], persons[2], persons[0]]
        streams.get([persons[3]])

        assert remembered(streams) == [persons[2], persons[0], persons[3]]


def test_who_goes_round_through_too_many_streams_still_finds_some() -> None:
    with engine() as opened:
        streams, persons = full(opened, 12, 30)
        found = 0

        for turn in range(120):
            person = persons[turn % 12]
            found += person in remembered(streams)
            streams.get([person])

        assert found > 60


def test_a_stream_longer_than_all_that_is_remembered_is_remembered_alone() -> None:
    with engine() as opened:
        (long,) = people(opened, 1, 5)
        streams = StreamCache(opened._store, opened._desk.codec, events=3)
        streams.refresh()

        for _ in range(EVERY):
            assert len(streams.get([long])[long].placed) == 6

        assert remembered(streams) == [long]


def test_a_stream_that_grows_counts_once() -> None:
    with engine() as opened:
        persons = people(opened, 2, 2)
        streams = StreamCache(opened._store, opened._desk.codec, events=6)
        streams.refresh()
        tail = opened.position

        for turn in range(5):
            streams.appended(tail + turn + 1, tail + turn + 1, streams.get(persons))
            assert remembered(streams) == persons
