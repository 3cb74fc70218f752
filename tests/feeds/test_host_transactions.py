"""Kept in the host's transaction, a position and what was made of the event are there together."""

from __future__ import annotations

import select
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from engine.world import COORDINATOR, Place, mc
from feeds.people import register, rename
from processes import started

BILL = Path(__file__).parent / "bill.py"


class Host:
    """A host's database with invoices, on either driver."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.sign = "%s" if "://" in address else "?"
        self.connection = self.connect()
        with self.connection:
            self.connection.execute("DROP TABLE IF EXISTS invoice")
            self.connection.execute("DROP TABLE IF EXISTS mentorcore_subscription")
            self.connection.execute("CREATE TABLE invoice (position bigint, stream text)")
        if "://" in self.address:  # leaving the block closes a connection of psycopg
            self.connection = self.connect()

    def connect(self, **options: Any) -> Any:
        if "://" in self.address:
            return psycopg.connect(self.address, **options)
        return sqlite3.connect(self.address, timeout=20, **options)

    def bill(self, recorded: Any) -> None:
        self.connection.execute(
            f"INSERT INTO invoice (position, stream) VALUES ({self.sign}, {self.sign})",
            (recorded.position, recorded.stream),
        )

    def invoices(self) -> list[int]:
        other = self.connect()
        try:
            return [row[0] for row in other.execute("SELECT position FROM invoice")]
        finally:
            other.close()


@pytest.fixture(params=["sqlite", "postgres"])
def host(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Host]:
    if request.param == "postgres":
        address = request.getfixturevalue("postgres_url").partition("&schema=")[0]
    else:
        address = str(tmp_path / "host.db")
    found = Host(address)
    yield found
    found.connection.close()


def test_a_log_that_was_put_back_and_written_to_since_is_told(host: Host, tmp_path: Path) -> None:
    log, backup = tmp_path / "log.db", (tmp_path / "backup.zip", tmp_path / "backup.keys")
    with mc.open(log) as engine:
        register(engine, "Ada")
        engine.backup(*backup)
        register(engine, "Ben", "Cem")
        billing = engine.subscription("billing", connection=host.connection)
        assert billing.run_to_end(host.bill) == 3
    mc.restore(*backup, tmp_path / "again.db", original_retired=True)

    with mc.open(tmp_path / "again.db") as engine:
        register(engine, "Dov", "Eli", "Fay")
        billing = engine.subscription("billing", connection=host.connection)
        with pytest.raises(mc.LogError, match="an older log was put in its place, and more"):
            billing.run_to_end(host.bill)
        assert host.invoices() == [1, 2, 3]
        billing.go_to(1)

        assert billing.run_to_end(host.bill) == 3
        assert billing.run_to_end(host.bill) == 0
    assert host.invoices() == [1, 2, 3, 2, 3, 4]


@pytest.mark.parametrize("names", [[], ["person.details-changed"]])
def test_a_log_that_was_moved_goes_on_where_it_stood(
    names: list[str], host: Host, tmp_path: Path, postgres_url: str
) -> None:
    with mc.open(tmp_path / "log.db") as engine:
        register(engine, "Ada", "Ben")
        engine.subscription("billing", names=names, connection=host.connection).run_to_end(
            host.bill
        )
        engine.export(tmp_path / "moving.zip", actor=COORDINATOR, move=True)
    mc.load(tmp_path / "moving.zip", postgres_url, original_retired=True)

    with mc.open(postgres_url, keys=tmp_path / "log.keys") as engine:
        register(engine, "Cem")
        billing = engine.subscription("billing", names=names, connection=host.connection)
        done = billing.run_to_end(host.bill)

        assert done == (0 if names else 2)
        assert billing.position == engine.position


def test_the_effect_and_the_position_are_committed_together(at: Place, host: Host) -> None:
    with at.open(1) as engine:
        register(engine, "Ada", "Ben")
        billing = engine.subscription("billing", connection=host.connection)

        assert billing.run_to_end(host.bill) == 2
        assert billing.run_to_end(host.bill) == 0

        assert billing.position == 2
        assert engine.subscription("billing").position == 0  # of another place
    assert host.invoices() == [1, 2]


def test_what_fails_leaves_neither_effect_nor_position_but_a_parked_stream(
    at: Place, host: Host
) -> None:
    with at.open(1) as engine:
        ada, _ben = register(engine, "Ada", "Ben")
        rename(engine, ada, "Ada K.")
        billing = engine.subscription("billing", connection=host.connection)

        def fails(recorded: Any) -> None:
            host.bill(recorded)
            if recorded.stream == ada:
                raise ValueError("after it was written")

        billing.run_to_end(fails)

        assert host.invoices() == [2]
        assert [(p.stream, p.error) for p in billing.parked()] == [(ada, "ValueError")]
        assert billing.retry(host.bill) == 2
        assert billing.parked() == ()
    assert host.invoices() == [2, 1, 3]


def test_what_fails_at_the_commit_is_parked_if_the_data_is_to_blame(at: Place, host: Host) -> None:
    if host.sign == "?":
        host.connection.execute("PRAGMA foreign_keys = ON")
    with closing(host.connect()) as other, other:
        other.execute("DROP TABLE IF EXISTS deferred")
        other.execute("DROP TABLE IF EXISTS known")
        other.execute("CREATE TABLE known (id integer PRIMARY KEY)")
        other.execute(
            "CREATE TABLE deferred (id integer REFERENCES known DEFERRABLE INITIALLY DEFERRED)"
        )

    def unknown(recorded: Any) -> None:
        host.connection.execute(f"INSERT INTO deferred VALUES ({recorded.position})")

    with at.open(1) as engine:
        register(engine, "Ada")
        billing = engine.subscription("billing", connection=host.connection)

        assert billing.run_to_end(unknown) == 0

        assert len(billing.parked()) == 1
        assert billing.position == 1


def test_a_host_that_begins_transactions_itself_hands_its_connection_in(
    at: Place, host: Host
) -> None:
    begun: list[str] = []
    host.connection.close()

    @contextmanager
    def transaction() -> Iterator[Any]:
        own = host.connect()
        begun.append("begun")
        try:
            with own:
                host.connection = own
                yield own
        finally:
            own.close()

    with at.open(1) as engine:
        register(engine, "Ada", "Ben")
        billing = engine.subscription("billing", transaction=transaction)

        assert billing.run_to_end(host.bill) == 2

    assert len(begun) >= 2
    assert host.invoices() == [1, 2]


def test_a_connection_in_a_transaction_of_the_hosts_is_refused(at: Place, host: Host) -> None:
    host.connection.execute("INSERT INTO invoice VALUES (0, '')")
    with at.open(1) as engine:
        register(engine, "Ada")
        billing = engine.subscription("billing", connection=host.connection)

        with pytest.raises(mc.Invalid, match=r"is in a transaction.*transaction="):
            billing.run_to_end(host.bill)

    host.connection.rollback()
    assert host.invoices() == []


def test_a_second_runner_with_an_old_position_commits_nothing(at: Place, host: Host) -> None:
    with at.open(1) as engine:
        register(engine, "Ada", "Ben")
        billing = engine.subscription("billing", connection=host.connection)
        billing.run_once(host.bill)
        stale = billing._positions.read()
        billing.run_once(host.bill)

        with pytest.raises(mc.Conflict, match="has moved the subscription"):
            billing._positions.unit(stale).__enter__()

    assert host.invoices() == [1, 2]


def test_going_back_hands_everything_on_again(at: Place, host: Host) -> None:
    with at.open(1) as engine:
        register(engine, "Ada", "Ben")
        billing = engine.subscription("billing", connection=host.connection)
        billing.run_to_end(host.bill)

        billing.go_to(1)
        billing.run_to_end(host.bill)

    assert host.invoices() == [1, 2, 2]


@pytest.mark.processes
def test_each_effect_is_there_exactly_once_whoever_is_killed(durable: Place, host: Host) -> None:
    how = sys.executable, BILL, durable.url, durable.keys, host.address
    with durable.open(1) as engine:
        register(engine, *map(str, range(10)))
        for turn in range(2):
            with started(*how) as first, started(*how) as second:
                register(engine, *map(str, range(10)))
                active = first_to_speak(first, second)
                for _ in range(3 + turn):
                    active.line()
                active.kill()
                until_billed(host, 10 * (turn + 2))

    assert host.invoices() == list(range(1, 31))


def first_to_speak(*children: Any) -> Any:
    pipes = {child.process.stdout.fileno(): child for child in children}
    ready, _, _ = select.select(list(pipes), [], [], 60)
    assert ready
    return pipes[ready[0]]


def until_billed(host: Host, count: int) -> None:
    end = time.monotonic() + 60
    while len(host.invoices()) < count:
        assert time.monotonic() < end, "nobody took over"
        time.sleep(0.1)


def test_what_the_handler_records_in_the_log_is_committed_with_the_position(
    durable: Place, durable_url: str
) -> None:
    address = durable_url.partition("&schema=")[0]
    with durable.open(1) as engine, closing(Host(address).connection) as connection:
        ada, ben = register(engine, "Ada", "Ben")
        answering = engine.subscription(
            "answering", names=["person.registered"], connection=connection
        )

        def answer(recorded: Any) -> None:
            with engine.within(connection):
                rename(engine, recorded.stream, "Renamed")
                if recorded.stream == ada:
                    raise ValueError("after it was recorded")

        answering.run_to_end(answer)

        recorded = [(r.stream, r.name) for r in engine.events(after=2)]
        assert recorded == [(ben, "person.details-changed")]
        assert [p.stream for p in answering.parked()] == [ada]
        assert answering.position == 2
