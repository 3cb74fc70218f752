"""Following a log: from any position, page by page, until told to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from mentorcore.errors import LogError
from mentorcore.log.storage.follower import follow
from mentorcore.log.storage.store import Draft, Row, Store

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def put(store: Store, stream: str, *versions: int, name: str = "pairing.formed") -> None:
    store.append([Draft(stream, v, name, b"", b"") for v in versions], (), lambda: NOON)


def positions(pages: Iterator[list[Row]], count: int) -> list[int]:
    found: list[int] = []
    for rows in pages:
        found += [row.position for row in rows]
        if len(found) >= count:
            return found
    return found


def test_what_is_there_comes_page_by_page(store: Store) -> None:
    put(store, "a", *range(1, 11))

    pages = follow(store, 0, page=4)

    assert [len(next(pages)) for _ in range(3)] == [4, 4, 2]


def test_following_goes_on_from_a_position(store: Store) -> None:
    put(store, "a", *range(1, 6))

    assert positions(follow(store, 3), 2) == [4, 5]


def test_what_is_appended_later_comes_later(store: Store) -> None:
    put(store, "a", 1)
    pages = follow(store, 0)
    assert len(next(pages)) == 1
    writer = threading.Timer(0.1, put, (store, "a", 2, 3))
    writer.start()

    assert [row.version for row in next(pages)] == [2, 3]
    writer.join()


def test_only_events_of_the_given_names_come_and_the_others_are_passed_over_once(
    store: Store,
) -> None:
    for version in range(1, 31):
        put(store, "a", version, name="wanted" if version % 10 == 0 else "other")
    asked: list[int] = []

    class Watched:
        """The store, noting from where pages are asked."""

        def page(self, after: int, limit: int, names: tuple[str, ...]) -> list[Row]:
            asked.append(after)
            return store.page(after, limit, names)

        tail, wait = staticmethod(store.tail), staticmethod(store.wait)

    stop = threading.Event()
    pages = follow(Watched(), 0, names=("wanted",), page=10, idle=0.01, stop=stop)  # type: ignore[arg-type] # it has what is used
    first = next(pages)
    put(store, "a", 31, name="other")
    threading.Timer(0.1, put, (store, "a", 32), {"name": "wanted"}).start()
    second = next(pages)

    assert [row.version for row in first + second] == [10, 20, 30, 32]
    assert asked[0] == 0
    assert all(after >= 30 for after in asked[1:])


def test_following_stops_when_told(store: Store) -> None:
    stop = threading.Event()
    put(store, "a", 1)
    seen = []
    threading.Timer(0.1, stop.set).start()
    began = time.monotonic()

    for rows in follow(store, 0, idle=0.05, stop=stop):
        seen += rows

    assert len(seen) == 1
    assert time.monotonic() - began < 5


def test_what_was_stopped_before_it_began_yields_nothing(store: Store) -> None:
    put(store, "a", 1)
    stop = threading.Event()
    stop.set()

    assert list(follow(store, 0, stop=stop)) == []


def test_a_closed_log_ends_a_follower_with_an_error(store: Store) -> None:
    pages = follow(store, 0, idle=0.1)
    threading.Timer(0.1, store.close).start()

    with pytest.raises(LogError, match="closed"):
        next(pages)


def test_a_follower_with_a_beat_comes_back_now_and_then_without_events(store: Store) -> None:
    put(store, "a", 1)
    pages = follow(store, 0, beat=0.05)

    first, second, third = next(pages), next(pages), next(pages)

    assert ([r.version for r in first], second, third) == ([1], [], [])


def test_the_beat_goes_on_while_events_of_other_names_are_appended(store: Store) -> None:
    stop = threading.Event()

    def others() -> None:
        version = 0
        while not stop.is_set():
            put(store, "a", version := version + 1, name="other")

    writer = threading.Thread(target=others)
    pages = follow(store, 0, names=("wanted",), beat=0.05)
    writer.start()

    found = [next(pages), next(pages)]

    stop.set()
    writer.join()
    assert found == [[], []]
