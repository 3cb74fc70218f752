"""The database is away: every call waits once, is told what it needs to know, and gives all back."""

from __future__ import annotations

import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import attrs
import psycopg
import pytest
from engine.world import COORDINATOR, STARTED, World, engine, mc
from log.pg_proxy import Proxy
from pg_server import PgServer
from processes import started

from mentorcore.engine.engine import Engine
from mentorcore.errors import LogAway, LogBusy, LogError, MentorcoreError
from mentorcore.log.sealing.keys import MemoryKeys
from mentorcore.log.stores.postgres.address import place

COORDINATES = mc.Viewer.coordinator()
PATIENCE = 1.0
SLACK = 2.0
"""Seconds for a machine that has other things to do."""

CONNECTING = 2.0
"""Seconds that trying to connect takes at least where nobody answers."""


@attrs.define
class Ended:
    """How a call ended: after how long, and with which error."""

    seconds: float
    error: MentorcoreError | None


def ended(call: Callable[[], object]) -> Ended:
    began = time.monotonic()
    try:
        call()
    except MentorcoreError as error:
        return Ended(time.monotonic() - began, error)
    return Ended(time.monotonic() - began, None)


def at_once(*calls: Callable[[], object]) -> list[Ended]:
    """How calls of several threads ended that began together."""
    found: list[Ended] = []
    threads = [threading.Thread(target=lambda c=c: found.append(ended(c))) for c in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def registering(opened: Engine, **more: Any) -> Callable[[], object]:
    return lambda: opened.handle(mc.RegisterPerson(name="Ada"), actor=COORDINATOR, **more)


@pytest.fixture
def proxy(postgres_server: PgServer) -> Iterator[Proxy]:
    line = Proxy(postgres_server.home)
    yield line
    line.close()


@pytest.fixture
def remote(proxy: Proxy, postgres_url: str, tmp_path: Path) -> Iterator[World]:
    """A program in a log that is reached through a line that can be frozen."""
    url = proxy.url(place(postgres_url).schema)
    with engine(url, keys=str(tmp_path / "program.keys"), patience=PATIENCE) as opened:
        yield World(opened)


# A server that is gone


@pytest.mark.processes
def test_all_calls_on_a_server_that_is_gone_wait_for_one_patience(
    postgres_server: PgServer, tmp_path: Path
) -> None:
    url, keys = postgres_server.url(), str(tmp_path / "program.keys")
    opened = engine(url, keys=keys, patience=PATIENCE)
    w = World(opened)
    w.pair()
    postgres_server.stop()
    try:
        writers = at_once(*[registering(opened) for _ in range(4)])
        reader = ended(lambda: opened.status(w.program, viewer=COORDINATES))
        with pytest.raises(RuntimeError, match="mine") as own, opened:
            raise RuntimeError("mine")
        again = ended(lambda: mc.open(url, keys=keys, patience=PATIENCE))
    finally:
        postgres_server.start()

    assert [type(w.error) for w in writers] == [LogAway] * 4
    assert max(w.seconds for w in writers) < PATIENCE + SLACK
    assert isinstance(reader.error, LogAway)
    assert reader.seconds < SLACK
    assert "written" not in str(reader.error)
    assert "commit" not in str(reader.error)
    assert own.value.__cause__ is None
    assert isinstance(again.error, LogAway)
    assert PATIENCE - 0.2 < again.seconds < PATIENCE + SLACK
    with pytest.raises(LogError, match="closed"):
        _ = opened.position
    with mc.open(url, keys=keys) as back:
        assert back.programs()[0].program == w.program


@pytest.mark.processes
def test_a_server_that_comes_back_within_the_patience_is_waited_for_by_open_too(
    postgres_server: PgServer, tmp_path: Path
) -> None:
    url, keys = postgres_server.url(), str(tmp_path / "program.keys")
    with engine(url, keys=keys) as opened:
        postgres_server.stop()
        starting = threading.Timer(0.3, postgres_server.start)
        starting.start()

        opening: list[Engine] = []
        recorded, entered = at_once(
            registering(opened, key="a"), lambda: opening.append(mc.open(url, keys=keys))
        )

        starting.join()
        assert recorded.error is None
        assert entered.error is None
        assert opening[0].position == opened.position == 1
        opening[0].close()


# A server that says nothing any more


def test_calls_on_a_server_that_went_silent_end_together(remote: World, proxy: Proxy) -> None:
    proxy.frozen = True

    writers = at_once(*[registering(remote.engine) for _ in range(5)])
    reader = ended(lambda: remote.engine.position)

    proxy.frozen = False
    assert [type(w.error) for w in writers] == [LogAway] * 5
    assert max(w.seconds for w in writers) < PATIENCE / 2 + CONNECTING + SLACK
    assert isinstance(reader.error, LogAway)
    assert reader.seconds < CONNECTING + SLACK
    assert registering(remote.engine)()


def test_readers_do_not_queue_for_a_silent_server_one_after_the_other(
    remote: World, proxy: Proxy
) -> None:
    def status() -> object:
        return remote.engine.status(remote.program, viewer=COORDINATES)

    status()
    proxy.frozen = True

    readers = at_once(*[status for _ in range(6)])

    assert [type(r.error) for r in readers] == [LogAway] * 6
    assert max(r.seconds for r in readers) < PATIENCE + 2 * CONNECTING + SLACK


def test_long_work_of_a_server_that_is_there_is_waited_for(
    postgres_server: PgServer, postgres_url: str, tmp_path: Path
) -> None:
    keys = str(tmp_path / "program.keys")
    with (
        engine(postgres_url, keys=keys, patience=0.4, lock_timeout=10.0) as opened,
        postgres_server.connect() as admin,
    ):
        schema = place(postgres_url).schema
        with admin.transaction():
            admin.execute(f'LOCK TABLE "{schema}".stored_events IN EXCLUSIVE MODE'.encode())
            found: list[Ended] = []
            writing = threading.Thread(target=lambda: found.append(ended(registering(opened))))
            writing.start()
            writing.join(1.5)
            assert writing.is_alive()
        writing.join()

        assert [f.error for f in found] == [None]


def test_a_server_that_has_no_room_for_another_connection_is_there(
    postgres_server: PgServer, postgres_url: str, tmp_path: Path
) -> None:
    keys = str(tmp_path / "program.keys")
    with (
        engine(postgres_url, keys=keys, patience=0.4, lock_timeout=10.0) as opened,
        ExitStack() as taken,
    ):
        opened.handle(mc.RegisterPerson(name="Ada"), actor=COORDINATOR)
        found: list[Ended] = []
        with held_lock(postgres_url):
            with suppress(psycopg.OperationalError):
                while True:
                    taken.enter_context(postgres_server.connect())
            writing = threading.Thread(target=lambda: found.append(ended(registering(opened))))
            writing.start()
            writing.join(1.5)
            assert writing.is_alive()
        writing.join()

        assert [f.error for f in found] == [None]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_who_wrote_is_told_whether_it_is_in_doubt(remote: World, proxy: Proxy, moment: str) -> None:
    proxy.cut = moment  # type: ignore[assignment] # one of the two
    proxy.then_frozen = True

    told = ended(registering(remote.engine, key="a"))

    proxy.frozen = False
    assert isinstance(told.error, LogAway)
    assert told.error.in_doubt
    assert "may have come through" in str(told.error)
    again = remote.engine.handle(mc.RegisterPerson(name="Ada"), actor=COORDINATOR, key="a")
    assert again.replayed == (moment == "after")
    assert len(list(remote.engine.events(names=["person.registered"]))) == 1


# Locks


def test_threads_that_wait_for_a_held_lock_share_one_bound(
    durable_url: str, tmp_path: Path
) -> None:
    keys = str(tmp_path / "program.keys")
    with (
        engine(durable_url, keys=keys, patience=1.0, lock_timeout=0.4) as opened,
        held_lock(durable_url),
    ):
        writers = at_once(*[registering(opened) for _ in range(12)])

    assert [type(w.error) for w in writers] == [LogBusy] * 12
    assert max(w.seconds for w in writers) < 1.0 + SLACK


@contextmanager
def held_lock(url: str) -> Iterator[None]:
    """Somebody else's transaction holds the write lock of a log."""
    if "://" not in url:
        with closing(sqlite3.connect(url, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
        return
    with beside(url) as link, link.transaction():
        link.execute("LOCK TABLE stored_events IN EXCLUSIVE MODE")
        yield


@contextmanager
def beside(url: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """A connection past the program to the log's schema."""
    at = place(url)
    parameters: dict[str, Any] = dict(at.parameters())
    with psycopg.connect(autocommit=True, **parameters) as link:
        link.execute(f'SET search_path = "{at.schema}"'.encode())
        yield link


# Closing


def keep_views_out(url: str) -> None:
    """Let no row of a view be stored any more, while the log is open."""
    if "://" not in url:
        with closing(sqlite3.connect(url, isolation_level=None)) as other:
            other.execute(
                "CREATE TRIGGER none BEFORE INSERT ON view_row "
                "BEGIN INSERT INTO nowhere VALUES (1); END"
            )
        return
    with beside(url) as link:
        link.execute("ALTER TABLE view_row ADD CONSTRAINT none CHECK (false) NOT VALID")


def test_closing_gives_everything_back_and_says_nothing_of_views(
    durable_url: str, tmp_path: Path
) -> None:
    opened = engine(durable_url, keys=str(tmp_path / "program.keys"))
    w = World(opened)
    w.pair()
    opened.status(w.program, viewer=COORDINATES)
    keep_views_out(durable_url)

    opened.close()
    opened.close()

    with pytest.raises(LogError, match="closed"):
        _ = opened.position


def test_a_view_that_cannot_be_stored_is_told_all_the_same(
    durable_url: str, tmp_path: Path
) -> None:
    with engine(durable_url, keys=str(tmp_path / "program.keys")) as opened:
        w = World(opened)
        pairing = w.pair()
        keep_views_out(durable_url)
        held = [
            mc.HoldMeeting(
                pairing_id=pairing, held_on=STARTED + timedelta(days=n // 7), minutes=1 + n % 400
            )
            for n in range(1, 601)
        ]
        opened.batch(held, actor=COORDINATOR)

        told: Any = opened.status(w.program, viewer=COORDINATES)

        assert told.numbers.meetings == 600
        assert opened.status(w.program, viewer=COORDINATES) == told
        assert opened._store.views() == {}


def test_whoever_may_only_read_is_answered_and_closes(
    postgres_server: PgServer, postgres_url: str, tmp_path: Path
) -> None:
    schema, keys = place(postgres_url).schema, str(tmp_path / "program.keys")
    with engine(postgres_url, keys=keys) as opened, postgres_server.connect() as owner:
        w = World(opened)
        pairing = w.pair()
        owner.execute(f'CREATE ROLE "{schema}_reading" LOGIN'.encode())
        for what in ("USAGE ON SCHEMA", "SELECT ON ALL TABLES IN SCHEMA"):
            owner.execute(f'GRANT {what} "{schema}" TO "{schema}_reading"'.encode())
    reading = mc.open(f"{postgres_url}&user={schema}_reading", keys=mc.NoKeys(), create=False)

    told = reading.status(w.program, viewer=mc.Viewer.auditor())
    reading.close()
    reading.close()

    assert [p.pairing for p in told.pairings] == [pairing]
    with pytest.raises(LogError, match="closed"):
        _ = reading.position


def test_an_error_of_the_application_is_not_hidden_by_one_of_closing(tmp_path: Path) -> None:
    class Failing(MemoryKeys):
        def close(self) -> None:
            raise LogError("the disk is gone")

    opened = engine(str(tmp_path / "program.db"), keys=Failing())

    with pytest.raises(RuntimeError, match="mine") as own, opened:
        raise RuntimeError("mine")

    assert own.value.__notes__ == ["closing the log failed as well: the disk is gone"]


def test_closing_a_log_that_is_signed_does_not_wait_for_a_silent_server_step_by_step(
    proxy: Proxy, postgres_url: str, tmp_path: Path
) -> None:
    mc.create_signing_key(str(tmp_path / "log.signing-key"), "example.edu/log")
    signing = mc.sign_with(str(tmp_path / "log.signing-key"), receipts=True)
    url = proxy.url(place(postgres_url).schema)
    opened = engine(url, keys=str(tmp_path / "program.keys"), patience=PATIENCE, sign=signing)
    w = World(opened)
    opened.status(w.program, viewer=COORDINATES)
    proxy.frozen = True

    told = ended(opened.close)

    proxy.frozen = False
    assert told.error is None
    assert told.seconds < PATIENCE + 2 * CONNECTING + SLACK


FULL = """
import os, resource, signal, sys
from engine.world import COORDINATOR, World, engine, mc

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
opened = engine(sys.argv[1])
w = World(opened)
w.pair()
opened.status(w.program, viewer=mc.Viewer.coordinator())
room = os.path.getsize(sys.argv[1] + "-wal") + 10
resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
try:
    opened.handle(mc.RegisterPerson(name="A" * 9_000), actor=COORDINATOR)
except mc.LogError:
    print("refused", opened.position)
opened.close()
opened.close()
open_files = [os.readlink(f"/proc/self/fd/{n}") for n in os.listdir("/proc/self/fd")[:-1]]
print([name for name in open_files if sys.argv[1] in name])
"""


@pytest.mark.processes
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are listed in /proc")
def test_on_a_full_disk_a_log_is_closed_and_holds_what_it_held(tmp_path: Path) -> None:
    path = tmp_path / "program.db"

    with started(sys.executable, "-W", "error", "-c", FULL, path) as child:
        said = child.rest().splitlines()

    with mc.open(path) as opened:
        assert said == [f"refused {opened.position}", "[]"]


def test_closing_does_not_wait_for_a_silent_server(remote: World, proxy: Proxy) -> None:
    remote.engine.status(remote.program, viewer=COORDINATES)
    proxy.frozen = True

    told = ended(remote.engine.close)

    proxy.frozen = False
    assert told.error is None
    assert told.seconds < PATIENCE + CONNECTING + SLACK


# Who follows a server that says nothing any more


def following(opened: Engine, stop: threading.Event | None = None) -> tuple[threading.Thread, Any]:
    """A thread that follows from the end on, and how it ended."""
    told: list[Ended] = []
    after = opened.position

    def work() -> None:
        told.append(ended(lambda: list(opened.follow(after, stop=stop))))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    time.sleep(0.5)  # it hears by now
    return thread, told


def test_following_a_silent_server_ends_when_it_is_stopped(remote: World, proxy: Proxy) -> None:
    stop = threading.Event()
    thread, told = following(remote.engine, stop)
    proxy.frozen = True

    stop.set()
    thread.join(PATIENCE + 2 * CONNECTING + SLACK)

    proxy.frozen = False
    assert [e.error for e in told] == [None]


def test_following_a_silent_server_ends_when_the_log_is_closed(remote: World, proxy: Proxy) -> None:
    thread, told = following(remote.engine)
    proxy.frozen = True
    time.sleep(1.2)  # it has asked whether there is something new, and waits for the answer

    remote.engine.close()
    thread.join(PATIENCE + 2 * CONNECTING + SLACK)

    proxy.frozen = False
    assert [type(e.error) for e in told] == [LogError]


def test_following_a_server_that_stays_silent_is_told_so(remote: World, proxy: Proxy) -> None:
    thread, told = following(remote.engine)
    proxy.frozen = True

    thread.join(2 * PATIENCE + 3 * CONNECTING + SLACK)

    proxy.frozen = False
    assert [type(e.error) for e in told] == [LogAway]
