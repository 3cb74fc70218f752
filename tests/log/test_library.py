"""The library's own reading, writing and tracking work on the tables of a log, by its rules."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from eventsourcing.persistence import (
    IntegrityError,
    Notification,
    StoredEvent,
    Tracking,
)

from mentorcore.errors import Conflict, LogError
from mentorcore.log.storage.store import Draft, Row, Store
from mentorcore.log.stores.opening import open_store
from mentorcore.log.stores.postgres.store import PostgresStore

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def recorder(store: Store) -> Any:
    return store.recorder  # type: ignore[attr-defined] # every store of ours has one


def event(stream: str, version: int, state: bytes = b"{}") -> StoredEvent:
    return StoredEvent(stream, version, "pairing.formed", state)


def append(store: Store, stream: str, *versions: int) -> None:
    store.append([Draft(stream, v, "n", b"", b"") for v in versions], (), lambda: NOON)


def test_what_the_library_writes_the_store_reads(store: Store) -> None:
    append(store, "pairing:a", 1)

    positions = recorder(store).insert_events([event("pairing:b", 1), event("pairing:a", 2, b"x")])

    assert list(positions) == [2, 3]
    assert store.page(1, 10) == [
        Row(2, "pairing:b", 1, "pairing.formed", b"{}"),
        Row(3, "pairing:a", 2, "pairing.formed", b"x"),
    ]
    append(store, "pairing:a", 3)
    assert store.tail() == 4


def test_what_the_store_writes_the_library_reads(store: Store) -> None:
    append(store, "pairing:a", 1, 2, 3)
    append(store, "pairing:b", 1)
    library = recorder(store)

    state = store.stream("pairing:b")[0].state
    assert library.select_events("pairing:b") == [StoredEvent("pairing:b", 1, "n", state)]
    assert library.select_notifications(4, 10) == [Notification("pairing:b", 1, "n", state, id=4)]
    assert [e.originator_version for e in library.select_events("pairing:a", gt=1)] == [2, 3]
    assert [e.originator_version for e in library.select_events("pairing:a", lte=2)] == [1, 2]
    newest = library.select_events("pairing:a", desc=True, limit=1)
    assert [e.originator_version for e in newest] == [3]
    assert [n.id for n in library.select_notifications(None, 2)] == [1, 2]
    assert [n.id for n in library.select_notifications(2, 9, stop=3)] == [2, 3]
    between = library.select_notifications(2, 9, inclusive_of_start=False, topics=["n"])
    assert [n.id for n in between] == [3, 4]
    assert library.select_notifications(1, 9, topics=["unheard.of"]) == []
    assert library.max_notification_id() == 4


def test_the_library_and_the_store_refuse_each_others_versions(store: Store) -> None:
    append(store, "a", 1)
    recorder(store).insert_events([event("b", 1)])

    with pytest.raises(IntegrityError):
        recorder(store).insert_events([event("c", 1), event("a", 1)])
    with pytest.raises(Conflict):
        append(store, "b", 1)

    assert store.stream("c") == []
    assert store.tail() == 2


def test_the_position_of_a_view_is_the_librarys_tracking(store: Store) -> None:
    append(store, "a", 1, 2, 3)
    store.view_save("status-1", 0, 1, [])

    assert recorder(store).max_tracking_id("status-1") == 1
    recorder(store).insert_events([event("b", 1)], tracking=Tracking("status-1", 2))
    recorder(store).insert_tracking(Tracking("feed", 1))

    assert store.views() == {"feed": 1, "status-1": 2}
    with pytest.raises(IntegrityError):
        recorder(store).insert_tracking(Tracking("feed", 1))


def test_a_refused_tracking_takes_its_events_back(store: Store) -> None:
    append(store, "a", 1)
    store.view_save("v", 0, 1, [])

    with pytest.raises(IntegrityError):
        recorder(store).insert_events([event("b", 1)], tracking=Tracking("v", 1))

    assert store.stream("b") == []


def test_a_large_batch_of_the_library_neither_hangs_nor_keeps_the_lock(store: Store) -> None:
    """In the library's pipeline mode 3,500 events of 200 bytes hang for ever (LOG section 2)."""
    events = [event(f"s:{i:06}", 1, b"x" * 200) for i in range(10_000)]

    positions = recorder(store).insert_events([*events, event("big", 1, b"x" * 2_000_000)])

    assert len(positions) == 10_001
    append(store, "a", 1)
    assert store.tail() == 10_002


def test_inserting_nothing_gives_no_positions(store: Store) -> None:
    assert list(recorder(store).insert_events([])) == []


def test_making_the_tables_again_changes_nothing(store: Store) -> None:
    append(store, "a", 1)

    if hasattr(recorder(store), "create_table"):
        recorder(store).create_table()

    assert store.tail() == 1
    assert store.views() == {}


def test_ids_of_streams_are_text_even_when_they_look_like_numbers(store: Store) -> None:
    stream = str(uuid4())
    append(store, stream, 1)

    (read,) = recorder(store).select_events(stream)
    (listed,) = recorder(store).select_notifications(1, 1)

    assert read.originator_id == listed.originator_id == stream


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_environment_decides_nothing(
    store_url: str, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    if when == "after":
        open_store(store_url).close()
    hostile = {
        "PERSISTENCE_MODULE": "eventsourcing.popo",
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

    store = open_store(store_url)
    append(store, "pairing:ü", 1)
    recorder(store).insert_events([event("pairing:ü", 2)])

    assert [row.stream for row in store.page(0, 10)] == ["pairing:ü", "pairing:ü"]
    assert [e.state for e in recorder(store).select_events("pairing:ü", gt=1)] == [b"{}"]
    store.view_save("v", 0, 2, [])
    assert recorder(store).max_tracking_id("v") == 2
    store.close()


def test_functions_in_the_database_that_lose_events_are_refused(postgres_url: str) -> None:
    store = PostgresStore(postgres_url)

    with pytest.raises(LogError, match="insert without the table lock"):
        store.recorder.datastore.enable_db_functions = True

    store.recorder.datastore.enable_db_functions = False
    assert store.recorder.datastore.enable_db_functions is False
    store.close()
