"""Tables change with the position that they are at, in the host's transaction or not at all."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from projections.lives import Step, errant_lives, live, peopled
from projections.town import Town, mc
from psycopg.rows import dict_row
from tables.hosts import PREFIX, Host

import mentorcore
from mentorcore.errors import FollowerStopped, Invalid, TablesError
from mentorcore.log.stores.opening import open_store
from mentorcore.tables.layout import STATE, TABLES

NAMES = {f"{PREFIX}{t.name}" for t in (*TABLES, STATE)}


def again(town: Town) -> None:
    """Something else happens."""
    pairing = next(iter(town.engine.events(names=["pairing.formed"]))).stream
    town.meet(pairing, "2026-09-14", 20)


def position(host: Host) -> int:
    [(reached,)] = host.seen(f"select position from {PREFIX}state")
    return int(reached)


def test_tables_are_made_filled_and_committed(town: Town, host: Host) -> None:
    tables = town.engine.tables(host.connection)

    assert host.there() == NAMES
    state = tables.state()
    assert state is not None
    assert position(host) == town.engine.position == state.position
    assert host.seen(f"select count(*) from {PREFIX}meetings") == [(2,)]
    assert tables.verify() == ()


def test_what_was_recorded_since_is_added(town: Town, host: Host) -> None:
    tables = town.engine.tables(host.connection)
    again(town)

    reached = tables.update()

    assert reached == position(host) == town.engine.position
    assert host.seen(f"select count(*) from {PREFIX}meetings") == [(3,)]


def test_asking_the_engine_again_is_an_update(town: Town, host: Host) -> None:
    town.engine.tables(host.connection)
    again(town)

    town.engine.tables(host.connection)

    assert position(host) == town.engine.position


def test_nothing_new_writes_nothing(town: Town, sqlite_host: Host) -> None:
    tables = town.engine.tables(sqlite_host.connection)
    before = sqlite_host.connection.total_changes

    tables.update()

    assert sqlite_host.connection.total_changes == before


def test_only_rows_that_change_are_written(town: Town, sqlite_host: Host) -> None:
    tables = town.engine.tables(sqlite_host.connection)
    before = sqlite_host.connection.total_changes
    again(town)

    tables.update()

    state, meeting, counted, attendances = 2, 1, 1, 2
    written = sqlite_host.connection.total_changes - before
    assert written == state + meeting + counted + attendances


@pytest.mark.parametrize("known", [False, True], ids=["made", "brought up to date"])
def test_in_the_hosts_transaction_the_host_commits(town: Town, host: Host, known: bool) -> None:
    if known:
        town.engine.tables(host.connection)
    before = host.there()
    again(town)
    host.begin()

    town.engine.tables(host.connection)
    seen_before = host.there() - {"booking"}
    host.connection.commit()

    assert seen_before == before
    assert position(host) == town.engine.position
    assert host.seen("select count(*) from booking") == [(1,)]


@pytest.mark.parametrize("known", [False, True], ids=["made", "brought up to date"])
def test_what_the_host_rolls_back_is_gone_and_comes_again(
    town: Town, host: Host, known: bool
) -> None:
    if known:
        town.engine.tables(host.connection)
    before = host.there()
    again(town)
    host.begin()

    town.engine.tables(host.connection)
    host.connection.rollback()
    after = host.there() - {"booking"}
    tables = town.engine.tables(host.connection)

    assert after == before
    assert position(host) == town.engine.position
    assert tables.verify() == ()


def test_an_event_that_cannot_be_read_is_named_and_changes_nothing(
    host: Host, tmp_path: Path
) -> None:
    log = tmp_path / "program.db"
    with closing(open_store(str(log))) as store:
        town = Town(store=store)
        town.to("2026-09-28")
        town.pair()
        tables = town.engine.tables(host.connection)
        before = host.everything()
        host.connection.commit()
        again(town)
        met = next(town.engine.events(names=["pairing.meeting-held"])).position
        with closing(sqlite3.connect(log)) as other:
            spoil = "update stored_events set state = x'7b7d' where rowid = ?"
            other.execute(spoil, [met])
            other.commit()

        with pytest.raises(FollowerStopped) as stopped:
            tables.update()

    assert stopped.value.position == met
    assert host.everything() == before


def test_tables_of_another_log_are_refused_until_they_are_rebuilt(town: Town, host: Host) -> None:
    Town().engine.tables(host.connection)
    before = host.everything()

    with pytest.raises(TablesError, match="of the log"):
        town.engine.tables(host.connection)

    assert host.everything() == before
    host.connection.commit()
    assert town.engine.tables(host.connection, rebuild=True).verify() == ()


def test_two_logs_stand_beside_each_other_under_prefixes(town: Town, host: Host) -> None:
    one = town.engine.tables(host.connection, prefix="one_")

    other = Town().engine.tables(host.connection, prefix="other_")

    assert host.rows("select count(*) from one_meetings") == [(2,)]
    assert host.rows("select count(*) from other_meetings") == [(0,)]
    assert (one.verify(), other.verify()) == ((), ())


@pytest.mark.parametrize("name", ["meetings", "state"])
def test_a_table_of_the_host_in_their_place_is_left_alone(
    town: Town, host: Host, name: str
) -> None:
    host.run(f"create table {PREFIX}{name} (mine text)")

    for rebuild in (False, True):
        with pytest.raises(TablesError, match=f"{PREFIX}{name}.*none of ours"):
            town.engine.tables(host.connection, rebuild=rebuild)

    assert host.there() == {f"{PREFIX}{name}"}


def test_a_log_that_ends_before_its_tables_is_told(tmp_path: Path) -> None:
    log, host = tmp_path / "program.db", tmp_path / "host.db"
    with mentorcore.open(log) as engine:
        for name in ("Ada", "Ben"):
            asked = mc.RegisterPerson(name=name)
            engine.handle(asked, actor=mc.Actor("x", "coordinator", "system"))
        engine.tables(host).close()
    with closing(sqlite3.connect(log)) as other:
        other.execute("delete from stored_events where rowid > 1")
        other.commit()

    with mentorcore.open(log) as engine, pytest.raises(TablesError, match="older copy"):
        engine.tables(host)


def test_tables_of_a_log_that_was_put_back_and_written_to_since_are_told(tmp_path: Path) -> None:
    us = mc.Actor("x", "coordinator", "system")
    log, host = tmp_path / "program.db", tmp_path / "host.db"
    with mentorcore.open(log) as engine:
        engine.handle(mc.RegisterPerson(name="Ada"), actor=us)
        engine.backup(tmp_path / "backup.zip", tmp_path / "backup.keys")
        engine.handle(mc.RegisterPerson(name="Ben"), actor=us)
        engine.tables(host).close()
    mc.restore(
        tmp_path / "backup.zip", tmp_path / "backup.keys", tmp_path / "again.db",
        original_retired=True,
    )  # fmt: skip

    with mentorcore.open(tmp_path / "again.db") as engine:
        for name in ("Cem", "Dov"):
            engine.handle(mc.RegisterPerson(name=name), actor=us)
        with pytest.raises(TablesError, match="older copy of the log was put back, and more"):
            engine.tables(host)
        tables = engine.tables(host, update=False)
        tables.rebuild()

        assert tables.verify() == ()
        tables.close()


def test_tables_of_another_layout_are_rebuilt_only_when_that_is_asked_for(
    town: Town, host: Host
) -> None:
    town.engine.tables(host.connection)
    host.run(f"update {PREFIX}state set layout = 0")

    with pytest.raises(TablesError, match="rebuild"):
        town.engine.tables(host.connection)
    host.connection.rollback()

    assert town.engine.tables(host.connection, rebuild=True).verify() == ()


def test_a_host_reads_rows_as_it_likes_and_so_do_we(town: Town, host: Host) -> None:
    if isinstance(host.connection, sqlite3.Connection):
        host.connection.row_factory = sqlite3.Row
        host.connection.text_factory = bytes
    else:
        host.connection.row_factory = dict_row
        host.connection.cursor_factory = psycopg.RawCursor

    tables = town.engine.tables(host.connection)
    again(town)
    tables.update()

    assert tables.verify() == ()
    assert [m.minutes for m in tables.mentor_hours(town.today)] == [95]


@pytest.fixture
def waiting(host: Host) -> Iterator[Host]:
    """A host whose connection leaves it to the host to commit, as drivers make them."""
    with closing(host.connect()) as connection:
        if isinstance(connection, psycopg.Connection):
            connection.autocommit = False
        else:
            connection.isolation_level = "DEFERRED"
        yield Host(host.kind, connection, host.connect)


def in_transaction(host: Host) -> bool:
    if isinstance(host.connection, psycopg.Connection):
        return host.connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE
    return bool(host.connection.in_transaction)


def test_over_any_other_connection_the_host_commits(town: Town, waiting: Host) -> None:
    tables = town.engine.tables(waiting.connection)
    before = waiting.there()
    waiting.connection.commit()
    again(town)
    tables.update()
    held = position(waiting)
    waiting.connection.commit()

    assert before == set()
    assert held < position(waiting) == town.engine.position
    assert tables.verify() == ()


def test_over_any_other_connection_the_host_rolls_back(town: Town, waiting: Host) -> None:
    town.engine.tables(waiting.connection)

    waiting.connection.rollback()

    assert waiting.there() == set()
    assert town.engine.tables(waiting.connection).verify() == ()


def test_no_transaction_is_left_open_where_nothing_was_written(town: Town, waiting: Host) -> None:
    tables = town.engine.tables(waiting.connection)
    waiting.connection.commit()
    asked: list[Callable[[], object]] = [
        tables.update,
        tables.verify,
        tables.state,
        tables.counts,
        lambda: tables.mentor_hours(town.today),
        lambda: tables.purge(f"person:{1:032x}"),
        lambda: town.engine.tables(waiting.connection),
    ]

    left = [n for n, ask in enumerate(asked) if ask() is not ask and in_transaction(waiting)]

    assert left == []


def test_what_fails_leaves_the_connection_as_it_was(town: Town, waiting: Host) -> None:
    town.engine.tables(waiting.connection)
    waiting.connection.commit()

    with pytest.raises(TablesError):
        Town().engine.tables(waiting.connection)

    assert not in_transaction(waiting)


def test_a_database_is_opened_by_its_address_and_given_back(town: Town, tmp_path: Path) -> None:
    with town.engine.tables(tmp_path / "host.db") as tables:
        reached = tables.state()

    assert reached is not None
    with pytest.raises(TablesError, match="closed database"):
        tables.update()


def test_a_database_of_ours_that_fails_is_told_in_a_sentence(town: Town, tmp_path: Path) -> None:
    place = tmp_path / "host.db"
    with (
        town.engine.tables(place) as tables,
        closing(sqlite3.connect(place, isolation_level=None)) as other,
    ):
        other.execute("drop table mentorcore_goals")
        with pytest.raises(TablesError, match="layout 1"):
            tables.update()
        other.execute("create table mentorcore_goals (pairing_id text)")
        with pytest.raises(TablesError, match="layout 1"):
            tables.update()
        tables.rebuild()

        other.execute(
            "create trigger full before insert on mentorcore_state "
            "begin select raise(abort, 'there is no room'); end"
        )
        again(town)

        with pytest.raises(TablesError, match="cannot be used: there is no room"):
            tables.update()
        other.execute("drop trigger full")
        assert tables.verify() == ()


def test_a_database_in_postgresql_is_opened_by_its_address(
    town: Town, postgres_server: Any
) -> None:
    address = f"postgresql://mentor@/postgres?host={postgres_server.home}"

    with town.engine.tables(address, prefix="by_address_") as tables:
        found = tables.verify()
        tables.drop()

    assert found == ()


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("{folder}", "cannot be opened"),
        ("{folder}/nowhere/host.db", "cannot be opened"),
        ("{folder}/text.txt", "cannot be opened"),
        ("mysql://host/database", "no database at mysql://"),
        ("postgresql://nobody:secret@127.0.0.1:1/none?connect_timeout=2", "cannot be reached"),
        ("postgresql://nobody:secret@127.0.0.1/none?unknown=1", "cannot be reached"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_without_its_password(
    town: Town, tmp_path: Path, place: str, said: str
) -> None:
    (tmp_path / "text.txt").write_text("no database at all, and longer than a page's header" * 20)

    with pytest.raises(TablesError, match=said) as told:
        town.engine.tables(place.format(folder=tmp_path))

    assert "secret" not in str(told.value)


async def _asynchronous(server: Any) -> Any:
    async with await psycopg.AsyncConnection.connect(
        host=str(server.home), user="mentor", dbname="postgres"
    ) as connection:
        return connection


def test_what_is_no_connection_is_refused(town: Town, postgres_server: Any) -> None:
    for stranger in (None, 5, object(), asyncio.run(_asynchronous(postgres_server))):
        with pytest.raises(Invalid, match="is of the type"):
            town.engine.tables(stranger)


@pytest.mark.parametrize("prefix", ["", "1x", "Big_", "a b", "x'; drop", "x" * 25, None, "ä_"])
def test_a_prefix_that_begins_no_name_is_refused(town: Town, host: Host, prefix: Any) -> None:
    with pytest.raises(Invalid, match="cannot be named"):
        town.engine.tables(host.connection, prefix=prefix)

    assert host.there() == set()


def test_tables_can_be_looked_at_without_a_change(town: Town, host: Host) -> None:
    nothing = town.engine.tables(host.connection, update=False)
    there = host.there()
    noted = town.engine.derived_copies()
    town.engine.tables(host.connection)
    reached = position(host)
    again(town)

    tables = town.engine.tables(host.connection, update=False)

    state = tables.state()
    assert (there, noted) == (set(), ())
    assert nothing.state() == state
    assert state is not None
    assert reached == position(host) == state.position < town.engine.position
    assert tables.verify() == ()


def test_whoever_may_only_read_verifies_the_tables(town: Town, postgres_host: Host) -> None:
    town.engine.tables(postgres_host.connection)
    postgres_host.run("set default_transaction_read_only = on")
    again(town)

    tables = town.engine.tables(postgres_host.connection, update=False)

    assert tables.verify() == ()
    assert [m.minutes for m in tables.mentor_hours(town.today)] == [75]
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        tables.update()


def test_dropped_tables_are_gone_and_can_be_made_again(town: Town, host: Host) -> None:
    tables = town.engine.tables(host.connection)

    tables.drop()

    assert host.there() == set()
    assert tables.state() is None
    assert town.engine.tables(host.connection).verify() == ()


def test_several_bring_the_same_tables_up_to_date_at_once(town: Town, host: Host) -> None:
    town.engine.tables(host.connection)
    host.connection.commit()
    failed: list[Exception] = []

    def follow() -> None:
        try:
            with closing(host.connect()) as mine:
                tables = town.engine.tables(mine)
                for _ in range(10):
                    tables.update()
        except Exception as error:  # noqa: BLE001 - told by the test
            failed.append(error)

    threads = [threading.Thread(target=follow) for _ in range(4)]
    for thread in threads:
        thread.start()
    for n in range(10):
        again(town) if n == 0 else town.goal(pairing_of(town), "2026-09-15")
    for thread in threads:
        thread.join()
    tables = town.engine.tables(host.connection)

    assert failed == []
    assert tables.verify() == ()


def pairing_of(town: Town) -> str:
    return next(iter(town.engine.events(names=["pairing.formed"]))).stream


@settings(max_examples=8, deadline=None)
@given(errant_lives(40), st.integers(1, 5))
def test_step_by_step_they_become_what_they_are_at_once(steps: list[Step], often: int) -> None:
    town = peopled(contact_limit=35)
    with (
        closing(sqlite3.connect(":memory:")) as connection,
        closing(sqlite3.connect(":memory:")) as fresh,
    ):
        tables = town.engine.tables(connection)
        for start in range(0, len(steps), often * 4):
            live(town, steps[start : start + often * 4])
            tables.update()

        town.engine.tables(fresh)

        assert list(connection.iterdump()) != []
        for table in (*TABLES, STATE):
            query = f"select * from {PREFIX}{table.name} order by {', '.join(table.key)}"
            assert connection.execute(query).fetchall() == fresh.execute(query).fetchall()


@pytest.mark.parametrize("rebuild", [False, True])
def test_a_host_that_reads_an_older_moment_is_told_to_try_again(
    town: Town, postgres_host: Host, rebuild: bool
) -> None:
    town.engine.tables(postgres_host.connection)
    with closing(postgres_host.connect()) as other:
        other.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with other.transaction():
            other.execute("select 1 from mentorcore_state")
            again(town)
            town.engine.tables(postgres_host.connection)

            with pytest.raises(psycopg.errors.SerializationFailure):
                town.engine.tables(other, rebuild=rebuild)

        tables = town.engine.tables(other, rebuild=rebuild)

        assert tables.state() == town.engine.tables(postgres_host.connection).state()
        assert tables.verify() == ()
