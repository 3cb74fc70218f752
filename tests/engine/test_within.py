"""What is recorded in the transaction of a host is recorded when it commits, and else never was."""

import asyncio
import contextvars
import os
import shutil
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any

import attrs
import psycopg
import pytest
from engine.hosts import (
    book,
    booked,
    connect,
    database_of,
    hosting,
    meetings,
    met,
    stored,
)
from engine.world import COORDINATOR, TODAY, Place, World, mc
from pg_server import PgServer

from mentorcore.audit.notes.signing import sign_with
from mentorcore.audit.notes.signing_keys import create_signing_key
from mentorcore.engine.engine import Engine
from mentorcore.engine.within import LASTING, OUTSIDE
from mentorcore.errors import Conflict, Invalid, KeyReused, LogBusy, LogError, Refused

SEE = mc.Viewer.coordinator()
IN_POSTGRES = pytest.mark.parametrize("durable_url", ["postgres"], indirect=True)
IN_SQLITE = pytest.mark.parametrize("durable_url", ["sqlite"], indirect=True)


@attrs.frozen
class Both:
    """A log with a pairing in it, and a host on the same database."""

    place: Place
    world: World
    host: Any
    pairing: str

    @property
    def engine(self) -> Engine:
        return self.world.engine

    def meet(self, day: int = 2, **options: Any) -> Any:
        return self.world.ask(met(self.pairing, day=day), **options)


@pytest.fixture
def both(durable: Place) -> Iterator[Both]:
    with durable.open(1, lock_timeout=0.2) as opened, hosting(durable) as host:
        world = World(opened)
        yield Both(durable, world, host, world.pair())


def begin(host: Any) -> None:
    """Begin a transaction that can be rolled back to savepoints."""
    host.execute("BEGIN" if isinstance(host, sqlite3.Connection) else "SELECT 1")


def names(opened: Engine, pairing: str) -> list[str]:
    return [name for _, name in stored(opened, pairing)]


def test_it_is_recorded_when_the_host_commits(both: Both) -> None:
    book(both.host, "room 7")
    with both.engine.within(both.host):
        both.meet()
    before = meetings(both.engine)

    both.host.commit()

    assert (before, meetings(both.engine)) == (0, 1)
    assert booked(both.place) == ["room 7"]


def test_it_is_gone_when_the_host_rolls_back(both: Both) -> None:
    before = both.engine.position
    book(both.host, "room 7")
    with both.engine.within(both.host):
        both.meet(key="booking-7")
        assert meetings(both.engine) == 1

    both.host.rollback()

    assert (both.engine.position, meetings(both.engine)) == (before, 0)
    assert booked(both.place) == []


def test_an_error_of_the_host_inside_the_block_is_its_own_and_decides_nothing(both: Both) -> None:
    def request() -> None:
        with both.engine.within(both.host):
            both.meet()
            raise RuntimeError("something else in the request failed")

    with pytest.raises(RuntimeError, match="something else"):
        request()
    both.host.rollback()

    assert meetings(both.engine) == 0


def test_the_next_version_has_no_gap_after_a_rollback(both: Both) -> None:
    with both.engine.within(both.host):
        both.meet()
        both.meet(day=3)
    both.host.rollback()

    both.meet(day=4)

    versions = [version for version, _ in stored(both.engine, both.pairing)]
    assert versions == list(range(1, len(versions) + 1))


def test_a_key_used_in_a_transaction_that_was_rolled_back_is_free(both: Both) -> None:
    with both.engine.within(both.host):
        both.meet(key="booking-7")
    both.host.rollback()

    other = both.meet(day=9, key="booking-7")

    assert not other.replayed
    with pytest.raises(KeyReused), both.engine.within(both.host):
        both.meet(day=10, key="booking-7")


def test_a_request_recorded_in_a_transaction_is_replayed_afterwards(both: Both) -> None:
    with both.engine.within(both.host):
        first = both.meet(key="booking-7")
        inside = both.meet(key="booking-7")
    both.host.commit()

    again = both.meet(key="booking-7")

    assert (first.replayed, inside.replayed, again.replayed) == (False, True, True)
    assert first.events == inside.events == again.events


def test_reading_inside_sees_what_was_recorded_there(both: Both) -> None:
    begin(both.host)
    with both.engine.within(both.host) as inside:
        answer = both.meet()
        position = both.engine.position
        listed = both.engine.history(both.pairing, viewer=SEE).entries[-1].name
        last = list(both.engine.events(position - 1))[-1]
        person = both.world.person(name="Zora Neale")
        found = both.engine.find_people("Zora Neale", viewer=SEE)
        numbers: Any = inside.status(viewer=SEE, as_known=position).numbers
    both.host.rollback()

    assert position == answer.events[-1].position == last.position
    assert listed == "pairing.meeting-held"
    assert (numbers.meetings, [f.person for f in found]) == (1, [person])
    assert both.engine.find_people("Zora Neale", viewer=SEE) == ()


def test_nobody_else_sees_it_before_the_commit(both: Both) -> None:
    seen: list[int] = []

    def look() -> None:
        seen.append(meetings(both.engine))

    with both.engine.within(both.host):
        both.meet()
        run(look)
    both.host.commit()
    run(look)

    assert seen == [0, 1]


def run(work: Any) -> None:
    """Do something in another thread."""
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_a_rollback_to_a_savepoint_takes_back_what_was_recorded_behind_it(both: Both) -> None:
    begin(both.host)
    with both.engine.within(both.host):
        both.meet(day=2)
        both.host.execute("SAVEPOINT here")
        both.meet(day=3, key="second")
        inside = meetings(both.engine)
        both.host.execute("ROLLBACK TO SAVEPOINT here")
        left = meetings(both.engine)
        both.meet(day=4, key="second")
        after = meetings(both.engine)
    both.host.commit()

    days = [r.event.held_on.day for r in both.engine.events(names=["pairing.meeting-held"])]
    assert (inside, left, after) == (2, 1, 2)
    assert days == [2, 4]


def test_what_was_rolled_back_behind_the_beginning_of_a_block_is_not_remembered(
    both: Both,
) -> None:
    begin(both.host)
    both.host.execute("SAVEPOINT here")
    with both.engine.within(both.host):
        both.meet()
    with both.engine.within(both.host):
        before = meetings(both.engine)
        both.host.execute("ROLLBACK TO SAVEPOINT here")
        after = meetings(both.engine)
        both.meet(day=5)
    both.host.commit()

    assert (before, after) == (1, 0)
    assert meetings(both.engine) == 1


def test_a_refusal_leaves_the_transaction_as_it_was(both: Both) -> None:
    book(both.host, "room 7")
    with both.engine.within(both.host):
        with pytest.raises(Refused):
            both.world.ask(met(f"pairing:{0xBAD:032x}"))
        with pytest.raises(Refused):
            both.engine.batch([met(both.pairing), met(f"pairing:{0xBAD:032x}")], actor=COORDINATOR)
    both.host.commit()

    assert booked(both.place) == ["room 7"]
    assert meetings(both.engine) == 0


def test_what_is_wrong_in_the_database_leaves_the_transaction_as_it_was(both: Both) -> None:
    book(both.host, "room 7")
    hurt = [
        "ALTER TABLE log_meta RENAME TO log_away",
        "ALTER TABLE log_away RENAME TO log_meta",
    ]
    if "://" in both.place.url:
        schema = both.place.url.rpartition("schema=")[2]
        hurt = [statement.replace("TABLE ", f"TABLE {schema}.") for statement in hurt]
    with both.engine.within(both.host):
        both.host.execute(hurt[0])
        with pytest.raises(LogError, match="log_meta"):
            both.meet()
        both.host.execute(hurt[1])
        both.meet()
    both.host.commit()

    assert booked(both.place) == ["room 7"]
    assert meetings(both.engine) == 1


def test_an_identity_told_in_a_transaction_that_was_rolled_back_is_free(both: Both) -> None:
    ada, lin = both.world.person(name="Ada"), both.world.person(name="Lin")
    link = {"scheme": "payroll", "value": "4711"}
    with both.engine.within(both.host):
        both.world.do(mc.LinkExternalIdentity(person_id=ada, **link))
        with pytest.raises(Refused, match="another person"):
            both.world.do(mc.LinkExternalIdentity(person_id=lin, **link))
    both.host.rollback()

    both.world.do(mc.LinkExternalIdentity(person_id=lin, **link))

    with pytest.raises(Refused, match="another person"):
        both.world.do(mc.LinkExternalIdentity(person_id=ada, **link))


def test_a_person_whose_registration_was_rolled_back_can_be_registered_again(both: Both) -> None:
    person = both.engine.new_id("person")
    ask = mc.RegisterPerson(person_id=person, name="Zora")
    with both.engine.within(both.host):
        both.world.ask(ask)
    both.host.rollback()

    both.world.ask(ask)

    assert [f.name for f in both.engine.find_people("Zora", viewer=SEE)] == ["Zora"]


def test_a_cohort_is_closed_with_what_was_recorded_in_the_transaction(both: Both) -> None:
    with both.engine.within(both.host):
        new = both.world.pair()
        both.world.ask(
            mc.CloseCohort(
                program_id=both.world.program,
                cohort_id=both.world.cohort,
                on=TODAY,
                outcome="completed",
            )
        )
        inside = names(both.engine, new)[-1], names(both.engine, both.pairing)[-1]
    both.host.rollback()

    assert inside == ("pairing.ended", "pairing.ended")
    assert names(both.engine, both.pairing)[-1] != "pairing.ended"


def test_a_block_inside_a_block_on_the_same_connection_is_one(both: Both) -> None:
    with both.engine.within(both.host) as outer:
        both.meet()
        with both.engine.within(both.host) as inner:
            both.meet(day=3)
        seen = meetings(both.engine)
    both.host.commit()

    assert inner is outer
    assert seen == meetings(both.engine) == 2


def test_what_the_block_gives_forgets_what_is_rolled_back_as_well(both: Both) -> None:
    with both.engine.within(both.host) as inside:
        both.meet(key="booking-7")
        both.host.execute("SAVEPOINT here")
        inside.handle(met(both.pairing, day=3), actor=COORDINATOR)
        before = meetings(inside)
        both.host.execute("ROLLBACK TO SAVEPOINT here")
        after = meetings(inside), meetings(both.engine)
        inside.handle(met(both.pairing, day=4), actor=COORDINATOR)
        with inside.within(both.host) as same:
            again = meetings(same)
    both.host.commit()

    assert before == 2
    assert after == (1, 1)
    assert again == meetings(both.engine) == 2
    with pytest.raises(LogError, match="has ended"):
        inside.status(viewer=SEE)


def test_a_block_inside_a_block_on_another_connection_is_refused(both: Both) -> None:
    with (
        closing(connect(both.place)) as other,
        both.engine.within(both.host),
        pytest.raises(Invalid, match="another one than that of the block"),
        both.engine.within(other),
    ):
        pass


def test_two_logs_of_one_database_stand_in_one_transaction(
    postgres_server: PgServer, tmp_path: Path
) -> None:
    places = [Place(postgres_server.url(), str(tmp_path / f"{n}.keys")) for n in range(2)]
    with (
        places[0].open(1) as one,
        places[1].open(1000) as two,
        psycopg.connect(database_of(places[0].url)) as host,
    ):
        worlds = [World(one), World(two)]
        pairings = [w.pair() for w in worlds]
        with one.within(host), two.within(host):
            for w, pairing in zip(worlds, pairings, strict=True):
                w.ask(met(pairing))
        host.rollback()

        assert (meetings(one), meetings(two)) == (0, 0)
        with pytest.raises(Invalid, match="nothing can be recorded"), one.within(two):
            pass


def test_a_block_belongs_to_its_thread(both: Both) -> None:
    told: list[str] = []
    with both.engine.within(both.host) as inside:
        copied = contextvars.copy_context()

        def ask() -> None:
            for asking in (lambda: copied.run(both.meet), lambda: inside.status(viewer=SEE)):
                with suppress(LogError):
                    asking()
                    continue
                told.append("refused")

        run(ask)
    both.host.commit()

    assert told == ["refused", "refused"]
    assert meetings(both.engine) == 0


def test_a_block_belongs_to_its_task(both: Both) -> None:
    async def request(gate: asyncio.Event, other: asyncio.Event) -> int:
        with both.engine.within(both.host):
            both.meet()
            gate.set()
            await other.wait()
            return meetings(both.engine)

    async def another(gate: asyncio.Event, other: asyncio.Event) -> int:
        await gate.wait()
        seen = meetings(both.engine)
        other.set()
        return seen

    async def both_at_once() -> list[int]:
        gate, other = asyncio.Event(), asyncio.Event()
        return list(await asyncio.gather(request(gate, other), another(gate, other)))

    seen = asyncio.run(both_at_once())

    assert seen == [1, 0]


def test_what_was_begun_inside_does_not_go_on_outside(both: Both) -> None:
    with both.engine.within(both.host) as inside:
        both.meet()
        begun = both.engine.events()
        next(begun)

    with pytest.raises(LogError, match="has ended"):
        list(begun)
    with pytest.raises(LogError, match="has ended"):
        inside.status(viewer=SEE)


@pytest.mark.parametrize(
    "ask",
    [
        lambda e: e.checkpoint(),
        lambda e: e.rebuild(),
        lambda e: e.adopt("note"),
        lambda e: e.receipt(1),
        lambda e: e.exposure(),
        lambda e: e.alarms(),
        lambda e: e.verify(),
        lambda e: e.verify_views(),
        lambda e: e.export("out", recipient="state-auditor", actor=COORDINATOR),
        lambda e: e.rotate_signing_key(None, actor=COORDINATOR),
    ],
    ids=[
        "checkpoint",
        "rebuild",
        "adopt",
        "receipt",
        "exposure",
        "alarms",
        "verify",
        "views",
        "export",
        "rotate",
    ],
)
def test_nothing_is_signed_or_exported_inside(both: Both, ask: Any, tmp_path: Path) -> None:
    with (
        both.engine.within(both.host),
        pytest.raises(LogError, match="nothing is signed, proven or exported"),
    ):
        ask(both.engine)

    assert not (tmp_path / "out").exists()


PROVING = {
    *("adopt", "alarms", "checkpoint", "consistency", "export", "exposure", "rebuild", "receipt"),
    *("issue_record", "rotate_signing_key", "verify", "verify_views"),
}
ANSWERED = {
    *("batch", "check", "command", "commands", "handle", "settle", "sync", "take_in"),
    *(
        "attention",
        "compliance",
        "diff",
        "effective",
        "events",
        "explain",
        "figures",
        "find",
        "find_pairings",
    ),
    *("find_people", "follow", "history", "known_at", "mappings", "position", "practices"),
    *("attestations", "statement"),
    *("programs", "status", "view", "derived_copies", "form_kinds", "person_of", "refusal_for"),
    *("account_id", "check_file", "corrections", "late_entries", "position_at", "traces"),
    "recompute",
    "packs",
    "adopted_packs",
    "receive_record",
    "settings_in_force",
    "verify_mappings",
}


def test_of_all_that_can_be_asked_it_is_known_what_it_means_inside() -> None:
    asked = {name for name in dir(Engine) if not name.startswith("_")}

    assert asked == {*PROVING, *ANSWERED, *LASTING, *OUTSIDE}


@pytest.mark.parametrize("name", sorted(LASTING))
def test_what_outlives_a_block_is_not_begun_inside(both: Both, name: str) -> None:
    with (
        both.engine.within(both.host),
        pytest.raises(LogError, match=f"`{name}` is not begun inside"),
    ):
        getattr(both.engine, name)()


def test_the_health_of_the_log_is_told_inside(both: Both) -> None:
    with both.engine.within(both.host):
        both.meet()

        assert both.engine.health().position < both.engine.position


@pytest.mark.processes
def test_a_block_does_not_go_on_in_a_forked_process(both: Both) -> None:
    with both.engine.within(both.host) as inside:
        both.meet()
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                inside.status(viewer=SEE)
            except LogError as error:
                os.write(writing, str(error).encode())
            finally:
                os._exit(0)
        os.close(writing)
        told = os.read(reading, 10_000).decode()
        os.close(reading)
        os.waitpid(child, 0)
        both.meet(day=3)
    both.host.commit()

    assert "belongs to the thread that began it" in told
    assert meetings(both.engine) == 2


def test_nothing_new_is_waited_for_inside(both: Both) -> None:
    with both.engine.within(both.host):
        both.meet()
        told = both.engine.follow()
        with pytest.raises(LogError, match="follow outside"):
            list(told)


def test_a_follower_outside_is_told_after_the_commit(both: Both) -> None:
    told: list[str] = []
    stop, heard = threading.Event(), threading.Event()
    since = both.engine.position

    def listen() -> None:
        for recorded in both.engine.follow(since, stop=stop):
            told.append(recorded.name)
            heard.set()
            if stop.is_set():
                return

    thread = threading.Thread(target=listen)
    thread.start()
    with both.engine.within(both.host):
        both.meet()
    early = heard.wait(0.3)
    both.host.commit()
    late = heard.wait(20)
    stop.set()
    thread.join()

    assert (early, late) == (False, True)
    assert told[0] == "pairing.meeting-held"


def test_the_engine_can_be_closed_inside(both: Both) -> None:
    with both.engine.within(both.host):
        both.engine.close()
        with pytest.raises(Exception, match="closed"):
            both.world.person(name="Zora")
    both.host.rollback()


MEETS = """form = "meets"
kind = "meeting-log"
[people]
by = "name"
[source]
keys = ["Id"]
[fields]
mentor = "Mentor"
mentee = "Mentee"
on = "Day"
minutes = "Minutes"
[defaults]
modality = "in_person"
"""


def test_an_import_is_recorded_with_the_transaction(both: Both, tmp_path: Path) -> None:
    ada = both.world.enrol("mentor", both.world.person(name="Ada Byron"))
    lin = both.world.enrol("mentee", both.world.person(name="Lin Wu"))
    both.world.pair(ada, lin)
    sheet = tmp_path / "meets.csv"
    sheet.write_text("Id,Mentor,Mentee,Day,Minutes\n1,Ada Byron,Lin Wu,2026-09-14,30\n")
    mapping = mc.read_mapping(MEETS, "meets.toml")
    with both.engine.within(both.host):
        first = both.engine.take_in(sheet, mapping, actor=COORDINATOR)
        again = both.engine.take_in(sheet, mapping, actor=COORDINATOR)
    both.host.rollback()

    rolled_back = meetings(both.engine)
    outside = both.engine.take_in(sheet, mapping, actor=COORDINATOR)

    assert (first.counts.taken, again.counts.unchanged, outside.counts.taken) == (1, 1, 1)
    assert (rolled_back, meetings(both.engine)) == (0, 1)


def test_a_log_in_memory_has_no_transaction_of_a_host(world: World) -> None:
    with (
        closing(sqlite3.connect(":memory:")) as host,
        pytest.raises(Invalid, match="a log in memory"),
        world.engine.within(host),
    ):
        pass


@pytest.mark.parametrize("what", [None, "a path", object(), 7])
def test_what_is_no_connection_is_refused(both: Both, what: object) -> None:
    with pytest.raises(Invalid, match="is of the type"), both.engine.within(what):
        pass


def test_a_closed_connection_is_refused(both: Both) -> None:
    both.host.close()

    with pytest.raises(Invalid, match="closed"), both.engine.within(both.host):
        pass


@IN_SQLITE
def test_another_file_is_refused(both: Both, tmp_path: Path) -> None:
    copy, other = tmp_path / "copy.db", tmp_path / "other.db"
    both.host.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(both.place.url, copy)
    for path in (copy, other, ":memory:"):
        with closing(sqlite3.connect(path)) as host:
            with pytest.raises(Invalid, match="leads to"), both.engine.within(host):
                pass
            host.execute("ATTACH ? AS log", (both.place.url,))
            with pytest.raises(Invalid, match="main database"), both.engine.within(host):
                pass


@IN_SQLITE
def test_a_temporary_table_that_hides_the_log_is_refused(both: Both) -> None:
    both.host.execute("CREATE TEMP TABLE log_index (digest)")

    with pytest.raises(Invalid, match="hides that of the log"), both.engine.within(both.host):
        pass


@IN_POSTGRES
def test_another_database_is_refused(both: Both, postgres_server: PgServer) -> None:
    both.host.rollback()
    with postgres_server.connect() as admin:
        name = f"other_{threading.get_ident()}"
        admin.execute(f"CREATE DATABASE {name}")
    address = database_of(both.place.url)
    with psycopg.connect(address, dbname=name) as host:
        book_table = "CREATE TABLE booking (note TEXT)"
        host.execute(book_table)
        with pytest.raises(Invalid, match="a database without this log"), both.engine.within(host):
            pass
        book(host, "still there")
        host.execute(f"CREATE SCHEMA {both.place.url.rpartition('=')[2]}")
        host.execute(
            f"CREATE TABLE {both.place.url.rpartition('=')[2]}.audit_head AS "
            f"SELECT 1 AS id, decode('{both.engine.log_id}', 'hex') AS log_id"
        )
        with pytest.raises(Invalid, match="a copy of the log"), both.engine.within(host):
            pass
        assert host.execute("SELECT note FROM booking").fetchall() == [("still there",)]


@pytest.mark.processes
def test_a_server_that_was_started_again_is_the_same(tmp_path: Path) -> None:
    server = PgServer()
    try:
        place = Place(server.url(), str(tmp_path / "program.keys"))
        with place.open(1) as opened:
            world = World(opened)
            pairing = world.pair()
            with psycopg.connect(database_of(place.url)) as host, opened.within(host):
                world.ask(met(pairing))
            server.restart()
            with psycopg.connect(database_of(place.url)) as host, opened.within(host):
                world.ask(met(pairing, day=3))

            assert meetings(opened) == 2
    finally:
        server.remove()


@IN_POSTGRES
def test_statements_that_stand_alone_are_no_transaction(both: Both) -> None:
    with psycopg.connect(database_of(both.place.url), autocommit=True) as host:
        with pytest.raises(Invalid, match="in no transaction"), both.engine.within(host):
            pass
        with host.transaction(), both.engine.within(host):
            both.meet()
        with suppress(RuntimeError), host.transaction(), both.engine.within(host):
            both.meet(day=3)
            raise RuntimeError
        with ExitStack() as block:
            with host.transaction():
                block.enter_context(both.engine.within(host))
            with pytest.raises(Invalid, match="in no transaction"):
                both.meet(day=4)

    assert meetings(both.engine) == 1


@IN_POSTGRES
def test_a_transaction_inside_a_transaction_is_a_savepoint(both: Both) -> None:
    with both.host.transaction(), both.engine.within(both.host):
        both.meet(day=2)
        with suppress(RuntimeError), both.host.transaction():
            both.meet(day=3)
            raise RuntimeError
        with both.host.transaction():
            both.meet(day=4)
        inside = meetings(both.engine)

    assert inside == meetings(both.engine) == 2


@IN_POSTGRES
def test_a_failed_transaction_is_told(both: Both) -> None:
    with both.engine.within(both.host):
        with suppress(psycopg.Error):
            both.host.execute("SELECT nonsense")
        with pytest.raises(Invalid, match="failed, and does nothing until it is rolled back"):
            both.meet()
        with pytest.raises(Invalid, match="failed"), both.engine.within(both.host):
            pass
    with pytest.raises(Invalid, match="failed"), both.engine.within(both.host):
        pass
    both.host.rollback()

    with both.engine.within(both.host):
        both.meet()


@IN_POSTGRES
@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_snapshot_from_before_others_wrote_is_told(both: Both, level: str) -> None:
    both.host.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
    both.host.execute("SELECT 1 FROM booking")
    both.meet(day=2)
    with both.engine.within(both.host):
        with pytest.raises(Conflict, match="roll the transaction back"):
            both.meet(day=3)
        book(both.host, "room 7")
    both.host.commit()
    both.host.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
    with both.engine.within(both.host):
        both.meet(day=3)
        both.meet(day=4)
    both.host.commit()

    assert booked(both.place) == ["room 7"]
    assert meetings(both.engine) == 3


@IN_SQLITE
def test_a_transaction_that_read_before_others_wrote_is_told(both: Both) -> None:
    both.host.execute("BEGIN")
    both.host.execute("SELECT * FROM booking").fetchall()
    both.meet(day=2)
    with (
        pytest.raises(Conflict, match="BEGIN IMMEDIATE"),
        both.engine.within(both.host),
    ):
        both.meet(day=3)
    both.host.rollback()
    both.host.execute("BEGIN IMMEDIATE")
    with both.engine.within(both.host):
        both.meet(day=3)
    both.host.commit()

    assert meetings(both.engine) == 2


@IN_SQLITE
def test_a_connection_that_begins_nothing_by_itself_needs_a_transaction(both: Both) -> None:
    with closing(connect(both.place, isolation_level=None)) as host:
        with pytest.raises(Invalid, match="BEGIN IMMEDIATE before"), both.engine.within(host):
            pass
        host.execute("BEGIN IMMEDIATE")
        with both.engine.within(host):
            both.meet()
        host.execute("COMMIT")

    assert meetings(both.engine) == 1


@IN_SQLITE
def test_a_refusal_begins_no_transaction(both: Both) -> None:
    with both.engine.within(both.host):
        with pytest.raises(Refused):
            both.world.ask(met(f"pairing:{0xBAD:032x}"))

        assert not both.host.in_transaction
        both.meet()
        assert both.host.in_transaction
    both.host.commit()


@IN_SQLITE
def test_a_file_that_another_writes_to_is_waited_for_as_long_as_the_host_says(both: Both) -> None:
    with closing(connect(both.place)) as other, both.engine.within(both.host):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LogBusy, match="the host's connection waits"):
            both.meet()
        other.rollback()
        both.meet()
    both.host.commit()

    assert meetings(both.engine) == 1


@IN_POSTGRES
def test_a_table_that_another_locks_is_waited_for_as_long_as_the_host_says(both: Both) -> None:
    schema = both.place.url.rpartition("=")[2]
    both.host.execute("SET lock_timeout = '200ms'")
    book(both.host, "room 7")
    with closing(connect(both.place)) as other, both.engine.within(both.host):
        other.execute(f"LOCK TABLE {schema}.stored_events IN EXCLUSIVE MODE")
        with pytest.raises(LogBusy, match="the host's session waits"):
            both.meet()
        other.rollback()
        both.meet()
    both.host.commit()

    assert booked(both.place) == ["room 7"]
    assert meetings(both.engine) == 1


@IN_POSTGRES
def test_what_the_host_waits_stays_as_it_was(both: Both) -> None:
    with both.engine.within(both.host):
        both.meet()
        unset = both.host.execute("SHOW lock_timeout").fetchone()
        both.host.execute("SET LOCAL lock_timeout = '3s'")
        both.meet(day=3)
        own = both.host.execute("SHOW lock_timeout").fetchone()
    both.host.commit()

    assert (unset, own) == (("0",), ("3s",))


def test_others_wait_for_the_end_of_the_transaction(both: Both) -> None:
    told: list[str] = []

    def write() -> None:
        try:
            both.meet(day=3)
        except LogBusy:
            told.append("busy")

    with both.engine.within(both.host):
        both.meet()
        run(write)
    run(write)
    both.host.commit()
    run(write)

    assert told == ["busy", "busy"]
    assert meetings(both.engine) == 2


@IN_POSTGRES
@pytest.mark.parametrize("preparing", [None, 0, 1, 5])
def test_whatever_the_host_made_of_its_connection(both: Both, preparing: int | None) -> None:
    from psycopg.rows import dict_row
    from psycopg.types.string import StrBinaryDumperVarchar

    address = database_of(both.place.url)
    with psycopg.connect(
        address,
        row_factory=dict_row,
        cursor_factory=psycopg.ClientCursor,
        prepare_threshold=preparing,
        client_encoding="latin1",
        options="-c search_path=pg_catalog -c bytea_output=escape -c TimeZone=Asia/Kathmandu",
    ) as host:
        host.adapters.register_dumper(str, StrBinaryDumperVarchar)
        host.adapters.register_loader("text", psycopg.types.string.TextBinaryLoader)
        seen = []
        for day in range(1, 8):
            with both.engine.within(host):
                both.meet(day=day, key=f"booking-{day}")
                seen.append(meetings(both.engine))
            host.commit()

    assert seen == [1, 2, 3, 4, 5, 6, 7]
    assert meetings(both.engine) == 7


@IN_SQLITE
def test_whatever_the_host_made_of_its_file(both: Both) -> None:
    class Own(sqlite3.Connection):
        def cursor(self, *args: Any, **options: Any) -> Any:
            raise AssertionError("nobody is to use the host's cursors")

    with closing(
        sqlite3.connect(both.place.url, factory=Own, detect_types=sqlite3.PARSE_DECLTYPES)
    ) as host:
        host.row_factory = sqlite3.Row
        host.text_factory = bytes
        with both.engine.within(host):
            both.meet(key="booking-7")
            seen = meetings(both.engine)
        host.commit()

        assert host.text_factory is bytes
    assert seen == meetings(both.engine) == 1


@IN_POSTGRES
def test_a_pipeline_is_told(both: Both) -> None:
    with (
        both.host.pipeline(),
        pytest.raises(Invalid, match="in pipeline mode"),
        both.engine.within(both.host),
    ):
        pass


@IN_POSTGRES
def test_a_connection_of_asyncio_is_refused(both: Both) -> None:
    async def ask() -> None:
        async with await psycopg.AsyncConnection.connect(database_of(both.place.url)) as host:
            with pytest.raises(Invalid, match="AsyncConnection"), both.engine.within(host):
                pass

    asyncio.run(ask())


@IN_POSTGRES
def test_a_transaction_that_may_only_read_is_told(both: Both) -> None:
    both.host.execute("SET TRANSACTION READ ONLY")
    with both.engine.within(both.host):
        seen = meetings(both.engine)
        with pytest.raises(Invalid, match="may only read"):
            both.meet()

    assert seen == 0


@IN_SQLITE
def test_a_file_opened_for_reading_is_told(both: Both) -> None:
    uri = f"file:{both.place.url}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as host, both.engine.within(host):
        seen = meetings(both.engine)
        with pytest.raises(Invalid, match="may only read"):
            both.meet()

    assert seen == 0


@IN_POSTGRES
def test_a_connection_that_breaks_is_told(both: Both, postgres_server: PgServer) -> None:
    with both.engine.within(both.host):
        both.meet()
        number = both.host.info.backend_pid
        with postgres_server.connect() as admin:
            admin.execute("SELECT pg_terminate_backend(%s)", (number,))
        with pytest.raises(LogError, match="its transaction is gone"):
            both.meet(day=3)

    assert meetings(both.engine) == 0


@pytest.mark.parametrize("receipts", [False, True])
def test_checkpoints_cover_what_was_committed_and_nothing_else(
    durable: Place, tmp_path: Path, receipts: bool
) -> None:
    path = tmp_path / "program.signing-key"
    create_signing_key(path, "mentoring.example.edu/log1")
    signing = attrs.evolve(sign_with(path), background=False, receipts=receipts)
    with durable.open(1, sign=signing) as opened, hosting(durable) as host:
        world = World(opened)
        pairing = world.pair()
        before = opened.checkpoint().checkpoint.size
        with opened.within(host):
            world.ask(met(pairing))
        host.rollback()
        rolled_back = opened.checkpoint().checkpoint.size
        with opened.within(host):
            made = world.ask(met(pairing))
        host.commit()
        committed = opened.checkpoint().checkpoint.size
        world.ask(met(pairing, day=3))

        assert (rolled_back, committed) == (before, before + len(made.events))
        assert opened.receipt(made.events[0].position).leaf.position == made.events[0].position
        assert opened.refusal is None
        assert opened.verify().verdict == "unanchored"


def read_by(opened: Engine) -> list[str]:
    """From now on the streams that an engine reads from the database, which it then remembers."""
    found: list[str] = []

    def noted(store: Any) -> Any:
        read = type(store).streams

        def streams(names: list[str]) -> Any:
            found.extend(names)
            return read(store, names)

        store.streams = streams
        return store

    noted(opened._store)
    make = opened._guest

    def guest(desk: Any) -> Any:
        noted(desk.store)
        return make(desk)

    opened._guest = guest  # type: ignore[method-assign]
    return found


def test_what_was_committed_is_remembered_inside_and_outside(both: Both) -> None:
    with both.engine.within(both.host):
        both.meet(day=2)
    both.host.commit()
    read = read_by(both.engine)

    with both.engine.within(both.host):
        both.meet(day=3)
    both.host.commit()
    with both.engine.within(both.host):
        both.meet(day=4)
    both.host.commit()
    both.meet(day=5)
    with both.engine.within(both.host):
        both.meet(day=6)
    both.host.commit()

    assert read == []
    assert meetings(both.engine) == 5


def test_what_was_rolled_back_or_written_by_others_is_read_again(both: Both) -> None:
    with both.engine.within(both.host):
        both.meet(day=2)
    both.host.rollback()
    read = read_by(both.engine)
    with both.engine.within(both.host):
        both.meet(day=3)
    both.host.commit()
    with both.place.open(5000) as other:
        other.handle(met(both.pairing, day=4), actor=COORDINATOR)
    before = len(read)
    with both.engine.within(both.host):
        both.meet(day=5)
    both.host.commit()

    assert both.pairing in read[before:]
    assert meetings(both.engine) == 3


def test_a_host_has_no_more_rights_than_a_writer(postgres_server: PgServer, tmp_path: Path) -> None:
    place = Place(postgres_server.url(), str(tmp_path / "program.keys"))
    with place.open(1) as opened:
        world = World(opened)
        pairing = world.pair()
    with postgres_server.connect() as owner:
        for role in ("hosting", "stranger"):
            owner.execute(f"DROP ROLE IF EXISTS {role}")
            owner.execute(f"CREATE ROLE {role} LOGIN")
        schema = place.url.rpartition("=")[2]
        owner.execute(mc.postgres_rights(schema, writer="hosting", auditor="hosting"))
    recording = Place(f"{place.url}&user=hosting", place.keys)
    address = database_of(place.url)
    with recording.open(5000) as opened:
        for attempt in range(2):
            with psycopg.connect(address, user="hosting") as host, opened.within(host):
                opened.handle(met(pairing, day=2 + attempt), actor=COORDINATOR)
        with (
            psycopg.connect(address, user="stranger") as host,
            pytest.raises(LogError, match="permission denied"),
            opened.within(host),
        ):
            pass

        assert meetings(opened) == 2
    with postgres_server.connect() as owner:
        for role in ("hosting", "stranger"):
            owner.execute(f"DROP OWNED BY {role} CASCADE; DROP ROLE {role}")


@IN_SQLITE
@pytest.mark.skipif(sys.version_info < (3, 12), reason="sqlite3 has no autocommit before 3.12")
@pytest.mark.parametrize("autocommit", [False, True])
def test_connections_that_begin_as_the_standard_says(both: Both, autocommit: bool) -> None:
    options: dict[str, Any] = {"autocommit": autocommit}
    with closing(connect(both.place, **options)) as host:
        if autocommit:
            with pytest.raises(Invalid, match="in no transaction"), both.engine.within(host):
                pass
            host.execute("BEGIN")
        with both.engine.within(host):
            both.meet(day=2)
        host.execute("ROLLBACK") if autocommit else host.rollback()
        if autocommit:
            host.execute("BEGIN")
        with both.engine.within(host):
            both.meet(day=3)
        host.execute("COMMIT") if autocommit else host.commit()

    assert meetings(both.engine) == 1


def test_what_was_answered_inside_can_be_shown_after_the_block(both: Both) -> None:
    with both.engine.within(both.host):
        answered = both.world.ask(mc.RegisterPerson(name="Zora")).events[0]
        read = list(both.engine.events(answered.position - 1))
        before = mc.plain(answered, viewer=SEE)
    both.host.commit()

    shown = [mc.plain(told, viewer=SEE) for told in (answered, *read)]
    assert [*shown, before] == [before] * 3
    assert "Zora" in str(before)
