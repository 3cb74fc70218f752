"""The library's own test cases for recorders, as they come with it, pass over the bridge.

They write what they read. The bridge writes nothing, so what is under test here is given a way to
put rows into the log that no application has.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent

import mentorcore
from mentorcore.errors import Conflict, Invalid, LogError
from mentorcore.interop.eventsourcing import LogTracking, application
from mentorcore.log.sealing.keys import MemoryKeys
from mentorcore.log.storage.store import Draft

pytest.importorskip("Crypto", reason="the library's cases need pycryptodome")
library: Any = pytest.importorskip("eventsourcing.tests.persistence")

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
STAMP = 27
"""Every stored state holds the recorded time, which has this length."""
LATER = 1
"""Versions are counted from 1 in a log, and from 0 in some of the library's cases."""


class Writing:
    """A recorder of the bridge over a log, into which rows can be put as they are."""

    def __init__(self, recorder: Any, *, numbered: bool) -> None:
        self._recorder = recorder
        self._numbered = numbered

    def __getattr__(self, name: str) -> Any:
        return getattr(self._recorder, name)

    def insert_events(self, events: Sequence[StoredEvent], **_more: Any) -> list[int] | None:
        drafts = [
            Draft(str(e.originator_id), e.originator_version + LATER, e.topic, b"", e.state)
            for e in events
        ]
        try:
            done = self._recorder.store.append(drafts, [], lambda: NOON) if drafts else None
        except (Conflict, Invalid) as error:
            raise IntegrityError(str(error)) from error
        return list(done.positions) if done and self._numbered else None


class Plain:
    """What the library's cases compare: their own versions, and states without the time."""

    def __init__(self, recorder: Writing) -> None:
        self._recorder = recorder

    def __getattr__(self, name: str) -> Any:
        return getattr(self._recorder, name)

    def subscribe(self, **named: Any) -> Any:
        subscription = self._recorder.subscribe(**named)
        following = subscription.__next__

        class Subscription(type(subscription)):  # type: ignore[misc] # of whatever class it is
            def __next__(self) -> Any:
                found = following()
                return type(found)(*_bare(found), id=found.id)

        subscription.__class__ = Subscription
        return subscription

    def select_events(self, stream: Any, **named: Any) -> list[Any]:
        for bound in {"gt", "lte"} & named.keys():
            named[bound] += LATER
        found = self._recorder.select_events(stream, **named)
        return [StoredEvent(*_bare(e)) for e in found]

    def select_notifications(self, *args: Any, **named: Any) -> list[Any]:
        found = self._recorder.select_notifications(*args, **named)
        return [type(e)(*_bare(e), id=e.id) for e in found]


def _bare(e: Any) -> tuple[Any, ...]:
    return e.originator_id, e.originator_version - LATER, e.topic, e.state[STAMP:]


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def urls(request: pytest.FixtureRequest, tmp_path: Any) -> Any:
    """Addresses of new logs in one kind of store, one for each time that it is asked."""
    if request.param == "postgres":
        server = request.getfixturevalue("postgres_server")
        return server.url
    if request.param == "memory":
        return lambda: ":memory:"
    return lambda: str(tmp_path / f"{uuid4().hex}.db")


@pytest.fixture
def run(urls: Any) -> Iterator[Any]:
    """Runs one of the library's cases."""
    opened: list[Any] = []

    def running(case: type, method: str, *, numbered: bool = True, **attributes: Any) -> None:
        def create_recorder(_self: Any) -> Any:
            engine = mentorcore.open(urls(), keys=MemoryKeys())
            opened.append(engine)
            recorder = application(engine)().recorder
            return Plain(Writing(recorder, numbered=numbered))

        made = type(
            case.__name__,
            (case,),
            {
                "create_recorder": create_recorder,
                "new_originator_id": lambda _self: f"person:{uuid4().hex}",
                method: getattr(case, method),
                **attributes,
            },
        )
        getattr(made(method), method)()

    yield running
    for engine in opened:
        engine.close()


def test_events_of_one_stream_are_selected_as_the_library_does(run: Any) -> None:
    run(library.AggregateRecorderTestCase, "test_insert_and_select", numbered=False)


def test_notifications_are_selected_and_numbered_as_the_library_does(run: Any) -> None:
    run(library.ApplicationRecorderTestCase, "test_insert_select")


def test_subscriptions_are_woken_stopped_and_filtered_as_the_librarys_are(run: Any) -> None:
    run(library.ApplicationRecorderTestCase, "optional_test_insert_subscribe")


def test_numbers_of_concurrent_writers_do_not_interleave(run: Any) -> None:
    run(library.NonInterleavingNotificationIDsBaseCase, "test", insert_num=200)


def test_positions_of_views_are_tracked_as_the_library_does(urls: Any) -> None:
    opened: list[Any] = []

    def create_recorder(_self: Any) -> LogTracking:
        opened.append(mentorcore.open(urls(), keys=MemoryKeys()))
        return LogTracking(opened[-1])

    case = library.TrackingRecorderTestCase
    made: Any = type("Case", (case,), {"create_recorder": create_recorder})
    try:
        for method in ("test_insert_tracking", "test_wait"):
            getattr(made(method), method)()
    finally:
        for engine in opened:
            engine.close()


def test_a_subscription_is_woken_by_the_append_itself_in_every_store(urls: Any) -> None:
    """Without waiting for the moment at which it looks by itself."""
    with mentorcore.open(urls(), keys=MemoryKeys()) as engine:
        recorder = application(engine)().recorder
        with recorder.subscribe(gt=0) as subscription:
            seen: list[Any] = []
            reading = threading.Thread(target=lambda: seen.append(next(subscription)))
            reading.start()

            engine._store.append([Draft("person:1", 1, "a.b", b"", b"")], [], lambda: NOON)
            reading.join(10)

    assert [n.id for n in seen] == [1]


def test_a_uuid_names_no_stream(urls: Any) -> None:
    uuid: Any = uuid4()
    viewer = mentorcore.Viewer.coordinator()
    with mentorcore.open(urls(), keys=MemoryKeys()) as engine:
        recorder = application(engine)().recorder
        asked: list[Callable[[], Any]] = [
            lambda: recorder.select_events(uuid),
            lambda: engine._store.append([Draft(uuid, 1, "a.b", b"", b"")], [], lambda: NOON),
            lambda: list(engine.events(stream=uuid)),
            lambda: list(engine.effective(stream=uuid)),
            lambda: engine.history(uuid, viewer=viewer),
            lambda: engine.figures(uuid, viewer=viewer),
        ]

        for ask in asked:
            with pytest.raises((LogError, Invalid), match="UUID"):
                ask()

        assert engine.position == 0
