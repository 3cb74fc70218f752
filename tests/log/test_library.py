"""The library's own classes read our log over the bridge, on every store, and write nothing."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from eventsourcing.persistence import (
    IntegrityError,
    Notification,
    ProcessRecorder,
    Tracking,
)
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.postgres import PostgresDatastore, PostgresProcessRecorder
from eventsourcing.projection import (
    ApplicationSubscription,
    BaseProjectionRunner,
    Projection,
    ProjectionRunner,
)
from eventsourcing.sqlite import SQLiteDatastore, SQLiteProcessRecorder

import mentorcore
from mentorcore import Actor, ChangePersonDetails, Engine, Recorded, RegisterPerson
from mentorcore.domain.person.events import PersonRegistered
from mentorcore.errors import LogError
from mentorcore.interop import eventsourcing as bridge
from mentorcore.interop.eventsourcing import LogTracking, application
from mentorcore.log.sealing.keys import MemoryKeys
from mentorcore.log.storage.store import Draft
from mentorcore.log.stores.opening import open_store
from mentorcore.log.stores.postgres.address import place

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
US = Actor("tests", "coordinator", "system")
SOON = 30.0
"""Seconds after which a test gives up."""


def opened(url: str) -> Engine:
    return mentorcore.open(url, keys=MemoryKeys(), clock=lambda: NOON)


@pytest.fixture
def engine(store_url: str) -> Iterator[Engine]:
    with opened(store_url) as found:
        yield found


def register(engine: Engine, *names: str) -> list[Any]:
    return [engine.handle(RegisterPerson(name=name), actor=US).stream for name in names]


def rename(engine: Engine, person: Any, name: str) -> None:
    engine.handle(ChangePersonDetails(person_id=person, name=name, since=NOON.date()), actor=US)


def test_the_notification_log_of_the_library_gives_the_log_in_pages(engine: Engine) -> None:
    register(engine, *map(str, range(12)))

    first, second = (application(engine)().notification_log[s] for s in ("1,10", "11,20"))

    assert [n.id for n in first.items] == [*range(1, 11)]
    assert (first.next_id, second.next_id) == ("11,20", None)
    assert [n.topic for n in second.items] == ["person.registered"] * 2


def test_one_stream_is_read_as_what_was_recorded(engine: Engine) -> None:
    ada, ben = register(engine, "Ada", "Ben")
    rename(engine, ada, "Ada K.")
    rename(engine, ada, "Ada Kern")
    events: Any = application(engine)().events

    everything = list(engine.events())

    assert list(events.get(ada)) == [r for r in everything if r.stream == ada]
    assert list(events.get(ben)) == [everything[1]]
    assert [r.version for r in events.get(ada, gt=1)] == [2, 3]
    assert [r.version for r in events.get(ada, lte=2)] == [1, 2]
    assert [r.version for r in events.get(ada, desc=True, limit=1)] == [3]
    assert list(events.get(str(uuid4()))) == []


def test_notifications_are_the_stored_bytes_chosen_by_position_and_topic(engine: Engine) -> None:
    ada, _ben = register(engine, "Ada", "Ben")
    rename(engine, ada, "Ada Kern")
    recorder = application(engine)().recorder

    rows = engine._store.page(0, 10)

    expected = [Notification(r.stream, r.version, r.name, r.state, id=r.position) for r in rows]
    assert recorder.select_notifications(None, 9) == expected
    assert recorder.select_notifications(2, 9) == expected[1:]
    assert recorder.select_notifications(2, 9, inclusive_of_start=False) == expected[2:]
    assert recorder.select_notifications(1, 2) == expected[:2]
    assert recorder.select_notifications(1, 9, stop=2) == expected[:2]
    assert recorder.select_notifications(1, 9, topics=["person.registered"]) == expected[:2]
    assert recorder.select_notifications(1, 9, topics=["unheard.of"]) == []
    assert recorder.max_notification_id() == 3


def test_an_empty_log_has_no_last_notification(engine: Engine) -> None:
    assert application(engine)().recorder.max_notification_id() is None


def test_the_library_writes_nothing(engine: Engine) -> None:
    app = application(engine)()
    (ada,) = register(engine, "Ada")
    stored = app.recorder.select_events(ada)
    recorded = next(iter(engine.events()))

    with pytest.raises(LogError, match=r"by commands only: ask `engine\.handle`"):
        app.recorder.insert_events(stored)
    with pytest.raises(LogError, match="by commands only"):
        app.events.put([recorded])  # type: ignore[list-item] # what the test is about

    assert engine.position == 1


def test_a_subscription_is_woken_by_what_is_recorded(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bridge, "IDLE", 2 * SOON)  # so that nothing but an append wakes it
    register(engine, "Ada", "Ben")
    seen: list[int] = []
    subscription = ApplicationSubscription(application(engine)(), gt=1)
    reading = threading.Thread(
        target=lambda: seen.extend(next(subscription)[1].notification_id for _ in range(3)),
        daemon=True,
    )

    reading.start()
    register(engine, "Cem", "Dee")
    reading.join(SOON)

    assert not reading.is_alive()
    assert seen == [2, 3, 4]


def test_a_subscription_ends_when_it_is_stopped(engine: Engine) -> None:
    register(engine, "Ada", "Ben")

    with ApplicationSubscription(application(engine)(), topics=["person.registered"]) as following:
        found: Any = next(following)
        following.stop()
        rest = list(following)

    assert found == (next(iter(engine.events())), Tracking("mentorcore", 1))
    assert rest == []


class Registered(POPOTrackingRecorder):
    """A host's own view: who was registered, kept in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Any] = []


class Registering(Projection[Any]):
    """Fills the view."""

    name = "registered"
    topics = ("person.registered",)

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        assert isinstance(domain_event, Recorded)
        assert isinstance(domain_event.event, PersonRegistered)
        self.view.seen.append(domain_event.stream)
        self.view.insert_tracking(tracking)


def test_the_runner_of_the_library_fills_a_view_of_a_host_and_keeps_it_up(engine: Engine) -> None:
    people = register(engine, "Ada", "Ben")
    rename(engine, people[0], "Ada Kern")

    with ProjectionRunner(
        application_class=application(engine),
        projection_class=Registering,
        view_class=Registered,
    ) as runner:
        runner.wait(2, timeout=SOON)
        before = list(runner.view.seen)
        people += register(engine, "Cem")
        runner.wait(4, timeout=SOON)

    assert before == people[:2]
    assert runner.view.seen == people


class Kept(LogTracking):
    """A host's own view whose position is kept in the log."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.seen: list[Any] = []


def filled(engine: Engine, up_to: int) -> Kept:
    """What a runner makes of the events behind the view's position."""
    view = Kept(engine)
    runner: Any = BaseProjectionRunner(
        projection=Registering(view),
        application_class=application(engine, "people"),
        tracking_recorder=view,
        topics=Registering.topics,
    )
    with runner:
        runner.wait(up_to, timeout=SOON)
    return view


def test_a_runner_goes_on_where_the_log_says_that_it_stopped(engine: Engine) -> None:
    people = register(engine, "Ada", "Ben")

    first = filled(engine, 2)
    people += register(engine, "Cem")
    second = filled(engine, 3)

    assert (first.seen, second.seen) == (people[:2], people[2:])
    assert engine._store.views() == {"people": 3}


def test_a_tracked_position_only_moves_forward(engine: Engine) -> None:
    register(engine, "Ada", "Ben")
    tracking = LogTracking(engine)

    assert tracking.max_tracking_id("feed") is None
    tracking.insert_tracking(Tracking("feed", 2))

    assert tracking.max_tracking_id("feed") == 2
    assert tracking.has_tracking_id("feed", 2)
    for earlier in (1, 2):
        with pytest.raises(IntegrityError, match="stands at position 2 already"):
            tracking.insert_tracking(Tracking("feed", earlier))


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_environment_decides_nothing(
    store_url: str, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    if when == "after":
        open_store(store_url).close()
    hostile = {
        "PERSISTENCE_MODULE": "eventsourcing.nowhere",
        "MAPPER_TOPIC": "nowhere:Mapper",
        "TRANSCODER_TOPIC": "nowhere:Transcoder",
        "APPLICATION_RECORDER_TOPIC": "nowhere:Recorder",
        "IS_SNAPSHOTTING_ENABLED": "y",
        "SQLITE_DBNAME": ":memory:",
        "SQLITE_LOCK_TIMEOUT": "0",
        "POSTGRES_DBNAME": "elsewhere",
        "POSTGRES_HOST": "192.0.2.1",
        "POSTGRES_PORT": "1",
        "POSTGRES_USER": "nobody",
        "POSTGRES_PASSWORD": "wrong",
        "POSTGRES_SCHEMA": "elsewhere",
        "POSTGRES_ENABLE_DB_FUNCTIONS": "y",
        "POSTGRES_ORIGINATOR_ID_TYPE": "uuid",
        "ORIGINATOR_ID_TYPE": "uuid",
        "SINGLE_ROW_TRACKING": "n",
        "COMPRESSOR_TOPIC": "zlib",
        "CIPHER_TOPIC": "nowhere:Cipher",
        "CREATE_TABLE": "n",
        "PGHOST": "192.0.2.1",
        "PGHOSTADDR": "192.0.2.1",
        "PGPORT": "1",
        "PGUSER": "nobody",
        "PGPASSWORD": "wrong",
        "PGDATABASE": "elsewhere",
        "PGOPTIONS": "-c default_transaction_read_only=on -c search_path=elsewhere",
        "PGTARGETSESSIONATTRS": "standby",
        "PGCLIENTENCODING": "LATIN1",
        "PGAPPNAME": "somebody else",
    }
    for name, value in hostile.items():
        monkeypatch.setenv(name, value)
        monkeypatch.setenv(f"MENTORCORE_{name}", value)

    store = open_store(store_url)
    store.append([Draft("pairing:ü", v, "n", b"", b"") for v in (1, 2)], (), lambda: NOON)
    store.view_save("v", 0, 2, [])
    rows, positions = store.page(0, 10), store.views()
    store.close()
    with opened(store_url) as engine:
        register(engine, "Zoë")
        app = application(engine)()
        last = app.recorder.select_notifications(engine.position, 1)
        (read,) = map(app.mapper.to_domain_event, last)

    assert [row.stream for row in rows] == ["pairing:ü", "pairing:ü"]
    assert positions == {"v": 2}
    assert isinstance(read, Recorded)
    assert isinstance(read.event, PersonRegistered)


def recorder_of(url: str, folder: Path) -> ProcessRecorder:
    """The library's own recorder, over a copy of the file or over the schema."""
    if "://" not in url:
        copy = shutil.copy(url, folder / "copy.db")
        return SQLiteProcessRecorder(SQLiteDatastore(str(copy), originator_id_type="text"))
    at = place(url)
    datastore = PostgresDatastore(
        dbname=at.dbname,
        host=at.host,
        port=at.port,
        user=at.user,
        password=at.password,
        schema=at.schema,
        originator_id_type="text",
    )
    return PostgresProcessRecorder(datastore)


def test_the_recorders_of_the_library_can_read_the_tables_of_a_log(
    durable_url: str, tmp_path: Path
) -> None:
    with opened(durable_url) as engine:
        (ada,) = register(engine, "Ada")
        LogTracking(engine).insert_tracking(Tracking("feed", 1))
        expected = application(engine)().recorder.select_notifications(1, 9)
    recorder: Any = recorder_of(durable_url, tmp_path)

    found = recorder.select_notifications(1, 9)

    assert found == expected
    assert [e.originator_id for e in recorder.select_events(ada)] == [ada]
    assert recorder.max_tracking_id("feed") == 1
    recorder.datastore.close()
