"""A log in PostgreSQL: what it refuses, and what it survives of servers, locks and lines."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from log.pg_proxy import Proxy
from pg_server import PgServer
from psycopg import waiting

from mentorcore.errors import Conflict, LogAway, LogBusy, LogError, NotALog
from mentorcore.log.storage.store import Draft, Entry, IndexRow, IndexTaken, ViewRow
from mentorcore.log.stores.opening import open_store
from mentorcore.log.stores.postgres.address import place
from mentorcore.log.stores.postgres.connection import Silent
from mentorcore.log.stores.postgres.store import PostgresStore
from mentorcore.log.stores.postgres.tables import lock_number


def now() -> datetime:
    return datetime.now(UTC)


def draft(stream: str, version: int = 1, size: int = 10) -> Draft:
    return Draft(stream, version, "pairing.formed", b'{"at":"', b'","x":"%s"}' % (b"x" * size))


@pytest.fixture
def schema(postgres_url: str) -> str:
    return place(postgres_url).schema


@pytest.fixture
def admin(postgres_server: PgServer) -> Iterator[psycopg.Connection]:
    """A bare connection of somebody else."""
    with postgres_server.connect() as connection:
        yield connection


@pytest.fixture
def log(postgres_url: str) -> Iterator[PostgresStore]:
    store = PostgresStore(postgres_url)
    yield store
    store.close()


@pytest.fixture
def proxy(postgres_server: PgServer) -> Iterator[Proxy]:
    line = Proxy(postgres_server.home)
    yield line
    line.close()


def run(admin: psycopg.Connection, schema: str, *statements: str) -> list[tuple[object, ...]]:
    for statement in statements:
        cursor = admin.execute(statement.replace("$", schema).encode())
    return cursor.fetchall() if cursor.description else []


# Making and telling


def test_two_logs_share_a_database_by_their_schemas(postgres_server: PgServer) -> None:
    one, two = PostgresStore(postgres_server.url()), PostgresStore(postgres_server.url())

    one.append([draft("a")], [Entry("key", b"k")], now)

    assert one.log_id != two.log_id
    assert (one.tail(), two.tail()) == (1, 0)
    assert two.entries("key") == {}
    assert two.append([draft("a")], [Entry("key", b"k")], now).positions == (1,)
    one.close()
    two.close()


def test_neither_names_nor_states_may_be_missing(
    log: PostgresStore, admin: psycopg.Connection, schema: str
) -> None:
    for topic, state in (("NULL", "'x'"), ("'n'", "NULL")):
        with pytest.raises(psycopg.errors.NotNullViolation):
            run(admin, schema, f"INSERT INTO $.stored_events VALUES ('a', 1, {topic}, {state})")


def test_a_missing_log_is_not_made_unless_asked_for(
    postgres_url: str, admin: psycopg.Connection, schema: str
) -> None:
    with pytest.raises(NotALog, match="there is no log at"):
        PostgresStore(postgres_url, create=False)

    assert run(admin, schema, "SELECT 1 FROM pg_namespace WHERE nspname = '$'") == []


TRIGGER = (
    "CREATE TRIGGER quiet BEFORE UPDATE ON $.stored_events FOR EACH ROW "
    "EXECUTE FUNCTION suppress_redundant_updates_trigger()"
)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("UPDATE $.log_meta SET format = 3", "is a log of format 3"),
        ("UPDATE $.log_meta SET format = 1", "it was written before the first release"),
        ("DELETE FROM $.log_meta", "does not say which format"),
        ("ALTER TABLE $.log_meta DROP COLUMN format", "does not say which format"),
        ("DELETE FROM $.audit_head", "has lost its id"),
        ("DROP TABLE $.audit_tile", "not as the log was made: table audit_tile"),
        ("ALTER TABLE $.stored_events ADD note text", "table stored_events"),
        ("ALTER TABLE $.stored_events ALTER state DROP NOT NULL", "table stored_events"),
        ("ALTER TABLE $.stored_events ALTER notification_id TYPE numeric", "table stored_events"),
        ("ALTER TABLE $.stored_events DROP CONSTRAINT stored_events_pkey", "table stored_events"),
        ("ALTER TABLE $.stored_events SET UNLOGGED", "table stored_events"),
        (
            "CREATE RULE quiet AS ON INSERT TO $.stored_events DO INSTEAD NOTHING",
            "the trigger or rule quiet on stored_events",
        ),
        (
            TRIGGER,
            "the trigger or rule quiet on stored_events",
        ),
        ("ALTER TABLE $.stored_events ENABLE ROW LEVEL SECURITY", "would hide rows of the log"),
        ("CREATE TABLE $.more () INHERITS ($.stored_events)", "inheritance on stored_events"),
        (
            "ALTER SEQUENCE $.stored_events_notification_id_seq CACHE 20",
            "must count by one, with CACHE 1",
        ),
        (
            "ALTER SEQUENCE $.stored_events_notification_id_seq INCREMENT 2",
            "must count by one, with CACHE 1",
        ),
    ],
)
@pytest.mark.parametrize("create", [True, False])
def test_a_log_that_is_not_as_it_was_made_is_refused(  # noqa: PLR0917 - pytest passes by name
    postgres_url: str,
    admin: psycopg.Connection,
    schema: str,
    change: str,
    message: str,
    create: bool,
) -> None:
    PostgresStore(postgres_url).close()
    run(admin, schema, change)

    with pytest.raises(NotALog, match=message):
        PostgresStore(postgres_url, create=create)


@pytest.mark.parametrize("create", [True, False])
def test_tables_of_another_program_are_left_alone(
    postgres_url: str, admin: psycopg.Connection, schema: str, create: bool
) -> None:
    run(admin, schema, "CREATE SCHEMA $", "CREATE TABLE $.stored_events (originator_id uuid)")

    with pytest.raises(NotALog, match=r"tables of another program \(stored_events\)"):
        PostgresStore(postgres_url, create=create)

    tables = run(admin, schema, "SELECT tablename FROM pg_tables WHERE schemaname = '$'")
    assert tables == [("stored_events",)]


def test_a_schema_with_other_tables_takes_a_log(
    postgres_url: str, admin: psycopg.Connection, schema: str
) -> None:
    run(admin, schema, "CREATE SCHEMA $", "CREATE TABLE $.host_settings (x text)")

    PostgresStore(postgres_url).close()
    PostgresStore(postgres_url, create=False).close()


def test_a_user_without_rights_is_told_so(
    postgres_server: PgServer, postgres_url: str, admin: psycopg.Connection, schema: str
) -> None:
    run(admin, schema, "DROP ROLE IF EXISTS guest", "CREATE ROLE guest LOGIN")
    as_guest = postgres_url.replace("mentor@", "guest@")

    with pytest.raises(NotALog, match="this user may not use a log there"):
        PostgresStore(as_guest)
    PostgresStore(postgres_url).close()
    with pytest.raises(NotALog, match="this user may not use a log there"):
        PostgresStore(as_guest)


def test_a_database_that_cannot_hold_every_text_is_refused(
    postgres_server: PgServer, admin: psycopg.Connection
) -> None:
    admin.execute("CREATE DATABASE ascii ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C'")

    with pytest.raises(NotALog, match="encoding UTF8"):
        PostgresStore(postgres_server.url().replace("/postgres?", "/ascii?"))

    admin.execute("DROP DATABASE ascii")


def test_a_server_that_is_not_there_is_named_without_the_password(tmp_path: object) -> None:
    with pytest.raises(LogAway, match="has been away") as refusal:
        open_store("postgresql://ada:geheim@127.0.0.1:9/mentoring", patience=0.2)

    assert "geheim" not in str(refusal.value)
    assert "ada@127.0.0.1:9/mentoring" in str(refusal.value)


@pytest.mark.parametrize("wrong", [("/postgres?", "/nowhere?"), ("//mentor@", "//nobody_here@")])
def test_what_a_server_refuses_for_good_is_told_at_once(
    postgres_url: str, wrong: tuple[str, str]
) -> None:
    began = time.monotonic()

    with pytest.raises(LogError, match="does not exist") as refusal:
        open_store(postgres_url.replace(*wrong), patience=10.0)

    assert not isinstance(refusal.value, LogAway)
    assert time.monotonic() - began < 5.0


def test_a_reader_who_meets_a_lock_is_told_nothing_of_writes(
    postgres_url: str, admin: psycopg.Connection, schema: str
) -> None:
    log = PostgresStore(postgres_url, lock_timeout=0.2)
    with admin.transaction():
        run(admin, schema, "LOCK TABLE $.stored_events IN ACCESS EXCLUSIVE MODE")

        with pytest.raises(LogBusy, match=r"not granted within 0\.2 s; try again") as told:
            log.tail()

    assert "written" not in str(told.value)
    log.close()


def test_a_wake_up_without_an_answer_is_none_though_psycopg_calls_it_ready(
    log: PostgresStore,
) -> None:
    def asking() -> Iterator[waiting.Wait]:
        while True:
            yield waiting.Wait.R

    since: list[float] = []
    with log._links.lend() as link:
        link.silent = lambda asked: not since.append(asked)  # type: ignore[func-returns-value]
        woken: Any = link._heard(asking())  # type: ignore[arg-type] # whoever sends it is told no more
        next(woken)
        time.sleep(0.1)

        with pytest.raises(Silent):
            woken.send(waiting.Ready.R)

    assert len(since) == 1
    assert log.tail() == 0


def test_commits_are_durable_even_where_the_server_was_told_otherwise(
    log: PostgresStore, admin: psycopg.Connection
) -> None:
    assert admin.execute("SHOW synchronous_commit").fetchone() == ("off",)

    with log._links.lend() as link:
        assert link.execute("SHOW synchronous_commit").fetchone() == ("on",)


# Size


def test_a_batch_of_150_000_events_is_one_append(log: PostgresStore) -> None:
    batch = [draft(f"s:{i // 10:08}", i % 10 + 1, 100) for i in range(150_000)]

    done = log.append(batch, (), now)

    assert done.positions == tuple(range(1, 150_001))
    (first,), (last,) = log.page(0, 1), log.page(149_999, 10)
    assert (first.stream, first.version) == ("s:00000000", 1)
    assert (last.stream, last.version) == ("s:00014999", 10)


# Locks


def test_a_lock_held_by_somebody_else_is_named(
    postgres_url: str, admin: psycopg.Connection, schema: str
) -> None:
    log = PostgresStore(postgres_url, lock_timeout=0.2)
    with admin.transaction():
        run(admin, schema, "LOCK TABLE $.stored_events IN EXCLUSIVE MODE")

        with pytest.raises(LogBusy, match=r"table stored_events.*not granted within 0\.2 s"):
            log.append([draft("a")], (), now)

        assert log.tail() == 0
    assert log.append([draft("a")], (), now).positions == (1,)
    log.close()


def test_a_log_that_somebody_else_is_making_for_too_long_is_named(
    postgres_url: str, admin: psycopg.Connection, schema: str
) -> None:
    with admin.transaction():
        admin.execute("SELECT pg_advisory_xact_lock(%s)", (lock_number("mentorcore", schema),))

        with pytest.raises(LogBusy, match="somebody else is making a log"):
            PostgresStore(postgres_url, lock_timeout=0.2)


def test_a_question_that_was_cancelled_is_an_error_and_not_asked_again(
    log: PostgresStore, admin: psycopg.Connection, schema: str
) -> None:
    said: list[LogError] = []

    def ask() -> None:
        try:
            log.page(0, 10)
        except LogError as error:
            said.append(error)

    with admin.transaction():
        run(admin, schema, "LOCK TABLE $.stored_events IN ACCESS EXCLUSIVE MODE")
        asking = threading.Thread(target=ask)
        asking.start()
        waiting = (
            "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        )
        while not admin.execute(waiting).fetchall():
            time.sleep(0.01)
        asking.join(5.0)

    assert len(said) == 1
    assert "canceling statement" in str(said[0])


def test_a_table_that_vanished_is_an_error(
    log: PostgresStore, admin: psycopg.Connection, schema: str
) -> None:
    run(admin, schema, "DROP TABLE $.view_row")

    with pytest.raises(LogError, match=r"cannot be used: .*view_row.* does not exist"):
        log.view_group("v", "p")


def test_a_position_taken_by_somebody_else_meanwhile_writes_nothing(
    log: PostgresStore, admin: psycopg.Connection, schema: str
) -> None:
    def intruding() -> datetime:
        run(admin, schema, "SELECT nextval('$.stored_events_notification_id_seq')")
        return now()

    with pytest.raises(LogError, match="sequence was used by somebody else"):
        log.append([draft("a")], [Entry("key", b"k")], intruding)

    assert log.tail() == 0
    assert log.entries("key") == {}


def test_two_who_save_a_new_view_at_once_do_not_both_win(postgres_url: str) -> None:
    stores = [PostgresStore(postgres_url) for _ in range(4)]
    stores[0].append([draft("a", v) for v in range(1, 10)], (), now)
    start = threading.Barrier(4)
    won: list[int] = []

    def save(i: int) -> None:
        start.wait()
        try:
            stores[i].view_save("v", 0, i + 1, [ViewRow("a", "p", b"%d" % i)])
        except Conflict:
            return
        won.append(i)

    threads = [threading.Thread(target=save, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(won) == 1
    assert stores[0].views() == {"v": won[0] + 1}
    assert stores[0].view_rows("v", ["a"])["a"].data == b"%d" % won[0]
    for store in stores:
        store.close()


# Positions


def test_positions_of_a_deleted_tail_are_never_given_again(
    log: PostgresStore, admin: psycopg.Connection, schema: str
) -> None:
    for i in range(6):
        log.append([draft(f"s{i}")], (), now)
    run(admin, schema, "DELETE FROM $.stored_events WHERE notification_id > 5")

    done = log.append([draft("new")], [Entry("key", b"k")], now)

    assert done.positions == (7,)
    assert log.lookup("key", [b"k"])[b"k"].position == 7
    assert [row.position for row in log.page(4, 10)] == [5, 7]


def test_a_view_ahead_of_a_restored_log_is_forgotten(
    postgres_url: str, admin: psycopg.Connection, schema: str
) -> None:
    log = PostgresStore(postgres_url)
    log.append([draft("a", 1), draft("a", 2), draft("a", 3)], (), now)
    log.view_save("ahead", 0, 3, [ViewRow("a", "p", b"from the lost event")])
    log.view_save("behind", 0, 2, [ViewRow("a", "p", b"fine")])
    log.close()
    run(admin, schema, "DELETE FROM $.stored_events WHERE notification_id = 3")

    again = PostgresStore(postgres_url)

    assert again.views() == {"behind": 2}
    assert again.view_rows("ahead", ["a"]) == {}
    assert again.view_rows("behind", ["a"]) != {}
    again.close()


# Lines that break


def terminate(admin: psycopg.Connection) -> None:
    admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )


def test_a_killed_connection_is_replaced_without_a_word(
    log: PostgresStore, admin: psycopg.Connection
) -> None:
    log.append([draft("a")], (), now)
    terminate(admin)

    assert log.append([draft("a", 2)], (), now).positions == (2,)
    terminate(admin)
    assert [row.version for row in log.stream("a")] == [1, 2]
    terminate(admin)
    assert log.view_position("v") == 0


def test_a_connection_killed_in_the_middle_of_an_append_leaves_it_whole(
    log: PostgresStore, admin: psycopg.Connection
) -> None:
    times = []

    def cut_once() -> datetime:
        times.append(now())
        if len(times) == 1:
            terminate(admin)
        return times[-1]

    done = log.append([draft("a", 1), draft("a", 2)], [Entry("key", b"k")], cut_once)

    assert len(times) == 2
    assert [row.position for row in log.page(0, 10)] == list(done.positions)
    assert log.entries("key") == {b"k": IndexRow(None, None, done.positions[0], 2)}


def test_an_answer_that_was_lost_is_not_an_append_that_was_lost(proxy: Proxy, schema: str) -> None:
    log = PostgresStore(proxy.url(schema))
    log.append([draft("before")], (), now)
    proxy.cut = "after"

    done = log.append([draft("a", 1), draft("b", 1)], [Entry("key", b"k", body=b"b")], now)

    assert proxy.cuts == 1
    assert done.positions == (2, 3)
    rows = log.page(1, 10)
    assert [row.position for row in rows] == [2, 3]
    stored = done.recorded_at.isoformat(timespec="microseconds")[:-6] + "Z"
    assert all(stored.encode() in row.state for row in rows)
    assert log.entries("key") == {b"k": IndexRow(None, b"b", 2, 2)}
    log.close()


def test_a_commit_that_never_arrived_is_made_again(proxy: Proxy, schema: str) -> None:
    log = PostgresStore(proxy.url(schema))
    proxy.cut = "before"

    done = log.append([draft("a", 1)], [Entry("key", b"k")], now)

    assert proxy.cuts == 1
    assert [row.position for row in log.page(0, 10)] == list(done.positions)
    assert len(log.entries("key")) == 1
    log.close()


def test_a_lost_answer_does_not_hide_a_real_conflict(
    proxy: Proxy, postgres_server: PgServer, schema: str
) -> None:
    log, other = PostgresStore(proxy.url(schema)), PostgresStore(postgres_server.url(schema))
    proxy.cut = "before"
    clock = iter([None])

    def overtaken() -> datetime:
        if next(clock, "again") == "again":
            return now()
        threading.Timer(0.01, other.append, ([draft("a", 1, 99)], (), now)).start()
        time.sleep(0.1)  # the other now waits for the lock, and gets it when this line breaks
        return now()

    with pytest.raises(Conflict, match="stream a already has a version 1"):
        log.append([draft("a", 1)], (), overtaken)

    assert other.tail() == other.page(0, 10)[-1].position
    log.close()
    other.close()


@pytest.mark.parametrize("moment", ["after", "before"])
def test_a_view_is_saved_once_whatever_was_lost(proxy: Proxy, schema: str, moment: str) -> None:
    log = PostgresStore(proxy.url(schema))
    log.append([draft("a", 1)], (), now)
    proxy.cut = moment  # type: ignore[assignment] # one of the two

    log.view_save("v", 0, 1, [ViewRow("a", "p", b"d")])

    assert proxy.cuts == 1
    assert log.views() == {"v": 1}
    assert log.view_rows("v", ["a"]) == {"a": ViewRow("a", "p", b"d")}
    log.close()


def test_a_taken_entry_is_still_taken_after_a_lost_answer(proxy: Proxy, schema: str) -> None:
    log = PostgresStore(proxy.url(schema))
    log.append([draft("a")], [Entry("key", b"k")], now)
    proxy.cut = "before"

    with pytest.raises(IndexTaken):
        log.append([draft("b")], [Entry("key", b"k")], now)

    log.close()


@pytest.mark.processes
def test_a_server_that_stays_away_is_an_error_and_its_return_is_noticed(
    postgres_server: PgServer,
) -> None:
    log = PostgresStore(postgres_server.url(), patience=0.3)
    log.append([draft("a")], (), now)
    postgres_server.stop()
    try:
        with pytest.raises(LogAway, match="has been away for"):
            log.append([draft("b")], (), now)
        with pytest.raises(LogAway, match="has been away for"):
            log.page(0, 10)
        assert log.wait(1, 0.3) is False
    finally:
        postgres_server.start()

    assert log.append([draft("b")], (), now).positions[0] > 1
    assert log.wait(1, 5.0) is True
    log.close()


def test_a_wait_outlives_the_connection_it_began_on(
    log: PostgresStore, admin: psycopg.Connection
) -> None:
    heard: list[bool] = []
    waiting = threading.Thread(target=lambda: heard.append(log.wait(0, 10.0)))
    waiting.start()
    time.sleep(0.1)

    terminate(admin)
    log.append([draft("a")], (), now)
    waiting.join(5.0)

    assert heard == [True]


def test_an_event_of_which_nobody_was_notified_is_seen_all_the_same(
    log: PostgresStore, admin: psycopg.Connection, schema: str
) -> None:
    heard: list[bool] = []
    waiting = threading.Thread(target=lambda: heard.append(log.wait(0, 10.0)))
    waiting.start()
    time.sleep(0.1)

    run(admin, schema, "INSERT INTO $.stored_events VALUES ('a', 1, 'n', 'x')")
    waiting.join(5.0)

    assert heard == [True]
