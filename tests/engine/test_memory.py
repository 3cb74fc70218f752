"""The engine remembers the streams it read last, and no more than a number of events of them."""

from typing import Any

from engine.world import COORDINATOR, engine, mc

from mentorcore.engine.memory import Streams


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


def remembered(streams: Streams) -> list[str]:
    return list(streams._known)


def test_what_was_not_needed_for_longest_is_forgotten_first() -> None:
    with engine() as opened:
        persons = people(opened, 4, 2)
        streams = Streams(opened._store, opened._desk.codec, events=9)
        streams.refresh()

        for person in persons[:3]:
            streams.get([person])
        streams.get([persons[0]])
        streams.get([persons[3]])

        assert remembered(streams) == [persons[2], persons[0], persons[3]]


def test_a_stream_longer_than_all_that_is_remembered_is_remembered_alone() -> None:
    with engine() as opened:
        short, long = people(opened, 1, 0) + people(opened, 1, 5)
        streams = Streams(opened._store, opened._desk.codec, events=3)
        streams.refresh()

        found = streams.get([short, long])

        assert remembered(streams) == [long]
        assert len(found[short].placed) == 1
        streams.get([short])
        assert remembered(streams) == [short]


def test_a_stream_that_grows_counts_once() -> None:
    with engine() as opened:
        persons = people(opened, 2, 2)
        streams = Streams(opened._store, opened._desk.codec, events=6)
        streams.refresh()
        tail = opened.position

        for turn in range(5):
            streams.appended(tail + turn + 1, tail + turn + 1, streams.get(persons))
            assert remembered(streams) == persons
