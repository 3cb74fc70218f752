"""People's keys in a database of their own: several machines, one key from outside."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from engine.harbor import Harbor
from engine.test_taking_troubles import later
from engine.world import COORDINATOR, mc
from pg_bouncer import PROGRAM, PgBouncer
from pg_server import PgServer
from processes import started

from mentorcore.errors import Invalid, KeyMissing, LogAway, LogError, OpenedElsewhere, Refused
from mentorcore.log.sealing.key_database import KeyDatabase
from mentorcore.log.sealing.keys_in_postgres import KeysInPostgres

KEY = bytes(range(32))
OTHER = bytes(range(1, 33))
LOG = b"log of all tests"
DATABASE = "people"
ANN = mc.RegisterPerson(name="Ann Berg")
numbers = count(1)


@pytest.fixture(scope="module")
def database(postgres_server: PgServer) -> str:
    """A database of keys beside that of the logs."""
    with postgres_server.connect() as link:
        link.execute(f"CREATE DATABASE {DATABASE}")
    return DATABASE


@pytest.fixture
def address(postgres_server: PgServer, database: str) -> str:
    """Where nobody's keys are yet."""
    url = postgres_server.url(f"keys{next(numbers)}")
    return url.replace("/postgres?", f"/{database}?")


@pytest.fixture
def at(address: str) -> KeysInPostgres:
    return KeysInPostgres(address, lambda: KEY)


@pytest.fixture
def stores(at: KeysInPostgres) -> Iterator[Callable[..., KeyDatabase]]:
    """Opens the keys, as one machine after the other."""
    made: list[KeyDatabase] = []

    def opened(*, create: bool = True, where: KeysInPostgres = at, log: bytes = LOG) -> KeyDatabase:
        made.append(KeyDatabase(where, log, create))
        return made[-1]

    yield opened
    for each in made:
        each.close()


def name_of(engine: Any, person: str) -> str:
    [event] = [r.event for r in engine.events(stream=person)]
    return str(engine._sealing.open(event.name))


def test_a_log_keeps_its_keys_in_another_database(durable_url: str, at: KeysInPostgres) -> None:
    with mc.open(durable_url, keys=at, clock=later()) as first:
        ann = first.handle(ANN, actor=COORDINATOR, key="ann").stream

    with mc.open(durable_url, keys=at, clock=later(), create=False) as second:
        assert name_of(second, ann) == "Ann Berg"
        assert second.handle(ANN, actor=COORDINATOR, key="ann").replayed


def test_the_address_says_where_the_wrapping_key_is(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the variable or file that it names, in hex or base64, or in the usual variable."""
    file = tmp_path / "wrapping"
    file.write_text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n")
    file.chmod(0o600)
    monkeypatch.setenv("KEY_OF_KEYS", KEY.hex())
    monkeypatch.setenv("MENTORCORE_WRAPPING_KEY", KEY.hex())
    named = (f"{address}&wrapped_by=env:KEY_OF_KEYS", f"{address}&wrapped_by=file:{file}", address)

    for keys in (*named, mc.KeysInPostgres(address, file)):
        with mc.open(tmp_path / "program.db", keys=keys, clock=later()) as opened:
            assert opened.handle(ANN, actor=COORDINATOR, key="ann").stream


def test_a_wrapping_key_that_is_no_key_is_told_and_never_shown(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MENTORCORE_WRAPPING_KEY", raising=False)
    monkeypatch.setenv("SHORT", "5ecre7" * 5)
    open_to_all, absent = tmp_path / "open", tmp_path / "absent"
    open_to_all.write_text(KEY.hex())
    open_to_all.chmod(0o644)
    wrong: tuple[Any, ...] = (
        "env:MENTORCORE_WRAPPING_KEY", "env:SHORT", f"file:{absent}", open_to_all,
        lambda: b"short", KEY.hex,
    )  # fmt: skip

    for wrapped_by in wrong:
        with pytest.raises(KeyMissing) as told:
            KeyDatabase(mc.KeysInPostgres(address, wrapped_by), LOG, create=True)
        assert "5ecre7" not in str(told.value)
        assert KEY.hex() not in str(told.value)


def test_another_wrapping_key_opens_nothing(stores: Any, at: KeysInPostgres) -> None:
    stores()

    with pytest.raises(KeyMissing, match="not the one under which"):
        stores(where=mc.KeysInPostgres(at.address, lambda: OTHER))


def test_no_key_stands_in_the_database(stores: Any, postgres_server: PgServer) -> None:
    store = stores()
    held = store.deks(("person:1", "person:2"), mint=True)

    with psycopg.connect(**{**store._at.parameters(), "options": ""}) as link:
        schema = store._at.schema
        shown = b"".join(
            bytes(value) if isinstance(value, bytes) else str(value).encode()
            for table in ("key_store", "subject_key")
            for row in link.execute(f'SELECT * FROM "{schema}".{table}'.encode())
            for value in row
        )
    assert len(shown) > 200
    for secret in (KEY, store.index_key(), *(dek for _, dek in held.values())):
        assert secret not in shown


def test_the_logs_own_database_is_refused(postgres_url: str, postgres_server: PgServer) -> None:
    """By its address, and by what stands in it when the address is written in another way."""
    other_schema = mc.KeysInPostgres(postgres_server.url("elsewhere"), lambda: KEY)
    spelt_otherwise = mc.KeysInPostgres(
        postgres_server.url("elsewhere").replace("@/", "@localhost/"), lambda: KEY
    )
    with pytest.raises(Invalid, match="own database"):
        mc.open(postgres_url, keys=other_schema)
    with mc.open(postgres_url, keys=mc.NoKeys()) as opened:
        log_id = bytes.fromhex(opened.log_id)

    for keys in (other_schema, spelt_otherwise):
        with pytest.raises(Invalid, match="own database"):
            KeyDatabase(keys, log_id, create=True)


def test_several_logs_keep_their_keys_in_one_database(stores: Any) -> None:
    one, two = stores(), stores(log=b"another log here")

    assert one.index_key() != two.index_key()
    assert one.deks(("person:1",), mint=True) != two.deks(("person:1",), mint=True)


def test_keys_that_are_not_there_are_told_and_never_made_anew(stores: Any, address: str) -> None:
    with pytest.raises(KeyMissing, match="holds no keys of this log"):
        stores(create=False)
    stores()
    with pytest.raises(KeyMissing, match="holds no keys of this log"):
        stores(create=False, log=b"another log here")


def test_a_row_given_to_another_person_opens_nothing(stores: Any) -> None:
    store = stores()
    store.deks(("person:1", "person:2"), mint=True)
    store._done(
        lambda link: store._ask(
            link,
            "UPDATE $.subject_key k SET wrapped = o.wrapped FROM $.subject_key o "
            "WHERE k.subject = 'person:1' AND o.subject = 'person:2'",
            (),
        )
    )

    with pytest.raises(KeyMissing, match="does not open"):
        store.dek("person:1", 1)


def test_keys_of_a_whole_program_are_asked_for_together(
    stores: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, questions = stores(), list[str]()
    people = tuple(f"person:{n:03}" for n in range(200))
    held = store.deks(people, mint=True)
    ask = store._ask

    def counted(link: Any, statement: str, values: Any) -> Any:
        questions.append(statement)
        return ask(link, statement, values)

    monkeypatch.setattr(store, "_ask", counted)

    found = [store.dek(person, 1) for person in people]

    assert found == [held[person][1] for person in people]
    assert len(questions) == 1


def test_what_is_erased_here_or_on_another_machine_is_gone(
    stores: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mentorcore.log.sealing.key_database.AHEAD_SECONDS", 0.2)
    store, other = stores(), stores()
    store.deks(("person:1", "person:2", "person:3"), mint=True)
    before = [store.dek(f"person:{n}", 1) for n in (1, 2, 3)]

    store.erase("person:1", "2026-11-23T17:40:00Z")
    other.erase("person:2", "2026-11-23T17:40:00Z")
    here = store.dek("person:1", 1)
    time.sleep(0.25)
    after = [store.dek(f"person:{n}", 1) for n in (1, 2, 3)]

    assert None not in before
    assert here is None
    assert after == [None, None, before[2]]


@pytest.mark.processes
def test_a_server_that_restarts_is_found_again(stores: Any, postgres_server: PgServer) -> None:
    store = stores()
    before = store.deks(("person:1",), mint=True)

    postgres_server.restart()

    assert store.deks(("person:1",), mint=False) == before
    assert store.deks(("person:2",), mint=True)


@pytest.mark.processes
def test_threads_wait_for_a_server_that_is_away_together(
    at: KeysInPostgres, postgres_server: PgServer
) -> None:
    store, said = KeyDatabase(at, LOG, create=True, patience=0.5), list[str]()

    def ask() -> None:
        try:
            store.deks(("person:1",), mint=True)
        except LogAway as problem:
            said.append(str(problem))

    postgres_server.stop()
    try:
        asking = [threading.Thread(target=ask) for _ in range(6)]
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join(timeout=2.5)
            assert not thread.is_alive()
    finally:
        postgres_server.start()

    assert len(said) == 6
    assert store.deks(("person:1",), mint=True)
    store.close()


def test_closed_keys_answer_nothing_and_close_once(stores: Any) -> None:
    store = stores()
    store.close()
    store.close()

    with pytest.raises(LogError, match="closed"):
        store.deks(("person:1",), mint=True)


MACHINE = """
import json, sys
from mentorcore.log.sealing.key_database import KeyDatabase
from mentorcore.log.sealing.keys_in_postgres import KeysInPostgres
store = KeyDatabase(KeysInPostgres.at(sys.argv[1]), bytes.fromhex(sys.argv[2]), create=True)
found = {}
for turn in range(20):
    people = tuple(f"person:{n}" for n in range(turn, turn + 30))
    found |= {s: dek.hex() for s, (_, dek) in store.deks(people, mint=True).items()}
print(json.dumps([store.index_key().hex(), found]), flush=True)
"""


@pytest.mark.processes
def test_machines_that_make_keys_at_once_agree_on_every_key(
    address: str, stores: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MENTORCORE_WRAPPING_KEY", KEY.hex())
    words = (sys.executable, "-c", MACHINE, address, LOG.hex())
    with started(*words) as one, started(*words) as two, started(*words) as three:
        told = [json.loads(child.line()) for child in (one, two, three)]

    assert told[0] == told[1] == told[2]
    assert len(told[0][1]) == 49
    kept = stores(create=False)
    assert kept.index_key().hex() == told[0][0]
    assert {s: dek.hex() for s, (_, dek) in kept.deks(tuple(told[0][1]), mint=False).items()} == (
        told[0][1]
    )


@pytest.mark.processes
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_child_opens_keys_of_its_own_and_leaves_the_parents_alone(
    stores: Any, at: KeysInPostgres
) -> None:
    store = stores()
    before = store.deks(("person:1",), mint=True)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            try:
                store.deks(("person:1",), mint=False)
            except OpenedElsewhere:
                own = KeyDatabase(at, LOG, create=False)
                os.write(writing, own.deks(("person:1",), mint=False)["person:1"][1])
                own.close()
            store.close()
        finally:
            os._exit(0)
    os.close(writing)
    assert os.waitpid(child, 0)[1] == 0

    assert os.read(reading, 64) == before["person:1"][1]
    os.close(reading)
    assert store.deks(("person:1",), mint=False) == before


@pytest.mark.processes
@pytest.mark.skipif(PROGRAM is None, reason="PgBouncer is not installed")
@pytest.mark.parametrize("said", [{}, {"pooler": "transaction"}])
def test_keys_stand_behind_a_pooler_too(postgres_server: PgServer, said: dict[str, str]) -> None:
    """One that lends its connections for a transaction, fewer than there are threads."""
    pooler = PgBouncer(postgres_server)
    try:
        at = KeysInPostgres(pooler.url(f"keys{next(numbers)}", **said), lambda: KEY)
        stores = [KeyDatabase(at, LOG, create=True) for _ in range(2)]
        people = [tuple(f"person:{n}" for n in range(turn, turn + 20)) for turn in range(6)]
        with ThreadPoolExecutor(len(people)) as threads:
            asked = [
                threads.submit(stores[n % 2].deks, some, mint=True)
                for n, some in enumerate(people * 3)
            ]
            found = [each.result() for each in asked]
        for store in stores:
            store.close()
    finally:
        pooler.remove()

    together = {person: key for each in found for person, key in each.items()}
    assert len(together) == 25
    assert all(together[person] == key for each in found for person, key in each.items())


def test_a_log_is_read_with_keys_of_which_none_can_be_made(
    durable_url: str, at: KeysInPostgres, address: str, postgres_server: PgServer
) -> None:
    """As beside a replica, or for a user who may only read both."""
    with mc.open(durable_url, keys=at, clock=later()) as first:
        ann = first.handle(ANN, actor=COORDINATOR).stream

    with mc.open(durable_url, keys=at, clock=later(), read_only=True) as reading:
        assert name_of(reading, ann) == "Ann Berg"


# ---------------------------------------------------------------------------- there and back


def test_keys_move_from_a_file_to_a_database_and_back(at: KeysInPostgres, tmp_path: Path) -> None:
    with mc.open(tmp_path / "program.db", clock=later()) as opened:
        ann = opened.handle(ANN, actor=COORDINATOR, key="ann").stream
        gone = opened.handle(mc.RegisterPerson(name="Bo"), actor=COORDINATOR).stream
        opened._keys.erase(gone, "2026-11-23T17:40:00Z")
        assert opened.copy_keys(at) == 2
        with pytest.raises(Invalid, match="already"):
            opened.copy_keys(at)

    with mc.open(tmp_path / "program.db", keys=at, clock=later()) as there:
        assert name_of(there, ann) == "Ann Berg"
        assert there.handle(ANN, actor=COORDINATOR, key="ann").replayed
        with pytest.raises(Refused, match="was erased"):
            there._keys.deks((gone,), mint=True)
        there.copy_keys(tmp_path / "back.keys")
    with mc.open(tmp_path / "program.db", keys=tmp_path / "back.keys", clock=later()) as back:
        assert name_of(back, ann) == "Ann Berg"
        assert back._keys.dek(gone, 1) is None


def test_a_backup_of_a_log_with_its_keys_in_a_database_is_restored(
    durable_url: str, at: KeysInPostgres, address: str, postgres_server: PgServer, tmp_path: Path
) -> None:
    again_at = mc.KeysInPostgres(f"{address}b", lambda: OTHER)
    with mc.open(durable_url, keys=at, clock=later()) as opened:
        Harbor(opened).take("people")
        done = opened.backup(tmp_path / "backup.zip", tmp_path / "safe.keys")
        people = opened.status(viewer=mc.Viewer.coordinator()).participants

    restored = mc.restore(
        tmp_path / "backup.zip", tmp_path / "safe.keys", tmp_path / "again.db",
        keys_to=again_at, original_retired=True,
    )  # fmt: skip

    assert restored.people == done.people > 0
    with mc.open(tmp_path / "again.db", keys=again_at, clock=later()) as again:
        assert again.status(viewer=mc.Viewer.coordinator()).participants == people


def test_what_cannot_be_restored_leaves_no_keys(at: KeysInPostgres, tmp_path: Path) -> None:
    with mc.open(tmp_path / "program.db", clock=later()) as opened:
        opened.handle(ANN, actor=COORDINATOR)
        opened.backup(tmp_path / "backup", tmp_path / "safe.keys")
        log_id = bytes.fromhex(opened.log_id)

    with pytest.raises(Invalid, match="already"):
        mc.restore(tmp_path / "backup", tmp_path / "safe.keys", tmp_path / "program.db", keys_to=at)

    with pytest.raises(KeyMissing, match="no keys of this log"):
        KeyDatabase(at, log_id, create=False)
