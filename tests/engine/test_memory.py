"""The engine remembers the streams it read last, and no more than a number of bytes of them."""

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


def size(opened: Any, streams: list[str]) -> int:
    """What streams weigh in the log."""
    return sum(len(row.state) for stream in streams for row in opened._store.stream(stream))


def full(opened: Any, streams: int, most: int) -> tuple[StreamCache, list[str]]:
    """A memory with room for some persons, and all that there are; each has three events."""
    persons = people(opened, streams, 2)
    memory = StreamCache(opened._store, opened._desk.codec, size=size(opened, persons[:most]))
    memory.refresh()
    return memory, persons


def test_every_fourth_newcomer_takes_the_place_of_what_was_not_needed_for_longest() -> None:
    with engine() as opened:
        streams, persons = full(opened, 4, 3)
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
        streams, persons = full(opened, 12, 10)
        found = 0

        for turn in range(120):
            person = persons[turn % 12]
            found += person in remembered(streams)
            streams.get([person])

        assert found > 60


def test_a_stream_longer_than_all_that_is_remembered_is_remembered_alone() -> None:
    with engine() as opened:
        (long,) = people(opened, 1, 5)
        streams = StreamCache(opened._store, opened._desk.codec, size=size(opened, [long]) // 2)
        streams.refresh()

        for _ in range(EVERY):
            assert len(streams.get([long])[long].placed) == 6

        assert remembered(streams) == [long]


def test_a_stream_that_grows_counts_once() -> None:
    with engine() as opened:
        persons = people(opened, 2, 2)
        streams = StreamCache(opened._store, opened._desk.codec, size=size(opened, persons))
        streams.refresh()
        tail = opened.position

        for turn in range(5):
            streams.appended(tail + turn + 1, tail + turn + 1, streams.get(persons))
            assert remembered(streams) == persons


def test_what_the_engine_writes_weighs_what_the_log_holds_of_it() -> None:
    with engine() as opened:
        persons = people(opened, 3, 2)

        known = opened._desk.streams._known

        assert {p: known[p].size for p in persons} == {p: size(opened, [p]) for p in persons}
        assert opened._desk.streams._size == sum(k.size for k in known.values())
