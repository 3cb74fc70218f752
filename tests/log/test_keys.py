"""Key files are their owner's alone, belong to one log, and lose no key to a race."""

import json
import multiprocessing
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from log.made_up import ANNA, BEN, LOG

from mentorcore.errors import KeyMissing, LogBusy, LogError, Refused
from mentorcore.log.sealing import key_file
from mentorcore.log.sealing.key_database import KeyDatabase
from mentorcore.log.sealing.key_file import KeyFile
from mentorcore.log.sealing.keys import Keys, MemoryKeys, digest
from mentorcore.log.sealing.keys_in_postgres import KeysInPostgres

PEOPLE = tuple(f"person:{n:032x}" for n in range(40))
needs_modes = pytest.mark.skipif(os.name == "nt", reason="rights are no modes on Windows")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "program.keys"


Store = MemoryKeys | KeyFile | KeyDatabase


@pytest.fixture(params=["memory", "file", "postgres"])
def store(request: pytest.FixtureRequest, path: Path) -> Iterator[Store]:
    made: Store
    if request.param == "postgres":
        at = KeysInPostgres(request.getfixturevalue("postgres_url"), lambda: b"w" * 32)
        made = KeyDatabase(at, LOG, create=True)
    else:
        made = MemoryKeys() if request.param == "memory" else KeyFile(path, LOG, create=True)
    yield made
    made.close()


def erase(store: Store, subject: str) -> None:
    if isinstance(store, MemoryKeys):
        store.erase(subject)
    else:
        store.erase(subject, "2026-11-23T17:40:00Z")


def test_a_key_is_made_once_and_found_ever_after(store: Keys) -> None:
    first = store.deks((ANNA, BEN), mint=True)

    again = store.deks((BEN, ANNA), mint=True)

    assert again == first
    assert first[ANNA][0] == 1
    assert len(first[ANNA][1]) == 32
    assert first[ANNA] != first[BEN]
    assert store.dek(ANNA, 1) == first[ANNA][1]


def test_without_minting_a_person_without_key_is_left_out(store: Keys) -> None:
    store.deks((ANNA,), mint=True)

    found = store.deks((ANNA, BEN), mint=False)

    assert found.keys() == {ANNA}
    with pytest.raises(KeyMissing, match=rf"no key of {BEN} \(generation 1\)"):
        store.dek(BEN, 1)


def test_an_erased_row_is_a_fence(store: Store) -> None:
    store.deks((ANNA,), mint=True)

    erase(store, ANNA)

    assert store.dek(ANNA, 1) is None
    assert store.deks((ANNA,), mint=False) == {}
    with pytest.raises(Refused) as refusal:
        store.deks((BEN, ANNA), mint=True)
    assert refusal.value.code == "subject_erased"


def test_a_person_erased_before_any_key_was_made_is_fenced_too(store: Store) -> None:
    erase(store, ANNA)

    with pytest.raises(Refused, match=f"{ANNA} was erased"):
        store.deks((ANNA,), mint=True)


def test_digests_depend_on_the_key_the_kind_and_where_the_parts_end(store: Keys) -> None:
    found = digest(store, "response", "form", "key")

    assert len(found) == 32
    assert digest(store, "response", "form", "key") == found
    others = [
        digest(store, "response", "formk", "ey"),
        digest(store, "response", "formkey"),
        digest(store, "responseform", "key"),
        digest(MemoryKeys(), "response", "form", "key"),
    ]
    assert len({found, *others}) == 5


def test_keys_outlive_the_process(path: Path) -> None:
    with_file = KeyFile(path, LOG, create=True)
    before = with_file.deks((ANNA,), mint=True)
    index = with_file.index_key()
    with_file.close()

    again = KeyFile(path, LOG, create=False)

    assert again.deks((ANNA,), mint=False) == before
    assert again.index_key() == index
    again.close()


@needs_modes
@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_key_files_are_made_for_their_owner_only(path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        store = KeyFile(path, LOG, create=True)
        store.deks((ANNA,), mint=True)
    finally:
        os.umask(before)

    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}

    assert {"program.keys", "program.kek"} <= modes.keys()
    assert set(modes.values()) == {0o600}
    store.close()


@needs_modes
@pytest.mark.parametrize("name", ["program.keys", "program.kek"])
def test_a_key_file_that_others_can_read_is_refused(path: Path, name: str) -> None:
    KeyFile(path, LOG, create=True).close()
    path.with_name(name).chmod(0o640)

    with pytest.raises(KeyMissing, match=rf"chmod 600 .*{name}"):
        KeyFile(path, LOG, create=False)


def test_a_lost_key_file_is_named_and_never_replaced(path: Path) -> None:
    with pytest.raises(KeyMissing, match=r"program\.keys is not there"):
        KeyFile(path, LOG, create=False)

    assert list(path.parent.iterdir()) == []


def test_a_lost_master_key_is_named_and_never_replaced(path: Path) -> None:
    KeyFile(path, LOG, create=True).close()
    path.with_suffix(".kek").unlink()

    for create in (True, False):
        with pytest.raises(KeyMissing, match=r"program\.kek is not there"):
            KeyFile(path, LOG, create=create)


def test_the_key_file_of_another_log_is_refused(path: Path) -> None:
    KeyFile(path, LOG, create=True).close()

    with pytest.raises(KeyMissing, match="belongs to another log"):
        KeyFile(path, bytes(16), create=False)


def test_the_master_key_of_another_key_file_is_refused(path: Path, tmp_path: Path) -> None:
    KeyFile(path, LOG, create=True).close()
    other = tmp_path / "other.keys"
    KeyFile(other, LOG, create=True).close()
    other.with_suffix(".kek").replace(path.with_suffix(".kek"))

    with pytest.raises(KeyMissing, match="is not the master key of"):
        KeyFile(path, LOG, create=False)


@pytest.mark.parametrize(
    "body", ["", "{}", '{"kek": {"1": "00"}, "current": 1, "index": "00"}', '{"kek": 5}', "[]"]
)
def test_a_damaged_master_key_file_is_refused(path: Path, body: str) -> None:
    KeyFile(path, LOG, create=True).close()
    path.with_suffix(".kek").write_text(body)

    with pytest.raises(KeyMissing, match=r"program\.kek is "):
        KeyFile(path, LOG, create=False)


def test_a_file_that_is_no_key_file_is_refused(path: Path) -> None:
    KeyFile(path, LOG, create=True).close()
    path.write_bytes(b"not a database, whatever its name says" * 100)

    with pytest.raises(KeyMissing, match="cannot be read as a key file"):
        KeyFile(path, LOG, create=False)


def test_another_database_is_no_key_file(path: Path) -> None:
    KeyFile(path, LOG, create=True).close()
    path.unlink()
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("CREATE TABLE cakes(name)")
    path.chmod(0o600)

    with pytest.raises(KeyMissing, match="is not a key file of mentorcore"):
        KeyFile(path, LOG, create=False)


def test_a_row_given_to_another_person_opens_nothing(path: Path) -> None:
    store = KeyFile(path, LOG, create=True)
    store.deks((ANNA, BEN), mint=True)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "UPDATE subject_key SET wrapped = (SELECT wrapped FROM subject_key WHERE subject = ?) "
            "WHERE subject = ?",
            (ANNA, BEN),
        )

    with pytest.raises(KeyMissing, match=f"the key of {BEN} .* does not open"):
        store.dek(BEN, 1)
    store.close()


def test_no_key_stands_in_the_key_file_and_none_in_any_file_after_erasure(path: Path) -> None:
    store = KeyFile(path, LOG, create=True)
    deks = store.deks(PEOPLE, mint=True)
    with closing(sqlite3.connect(path)) as db:
        wrapped = dict(db.execute("SELECT subject, wrapped FROM subject_key"))
    held = path.read_bytes()

    for person in PEOPLE[::2]:
        store.erase(person, "2026-11-23T17:40:00Z")
    left = b"".join(file.read_bytes() for file in path.parent.iterdir())
    store.close()

    assert not any(dek in held for _generation, dek in deks.values())
    assert all(wrapped[person] in held for person in PEOPLE)
    assert [person for person in PEOPLE if wrapped[person] in left] == list(PEOPLE[1::2])


def test_a_master_key_made_by_another_process_in_between_is_kept(path: Path) -> None:
    others: list[KeyFile] = []

    def random(size: int) -> bytes:
        if not others:
            others.append(KeyFile(path, LOG, create=True))
        return os.urandom(size)

    store = KeyFile(path, LOG, create=True, random=random)

    assert store.index_key() == others[0].index_key()
    assert store.deks((ANNA,), mint=True) == others[0].deks((ANNA,), mint=False)
    assert {file.suffix for file in path.parent.iterdir()} <= {".kek", ".keys", ".keys-journal"}
    store.close()
    others[0].close()


def traced(store: KeyFile, heard: Callable[[str], object]) -> None:
    """Have *heard* told of every statement of the connections that are going to be made."""
    connect = store._links._connect

    def connected() -> sqlite3.Connection:
        made = connect()
        made.set_trace_callback(heard)
        return made

    store._links._connect = connected
    store.rest()


def test_a_key_made_by_another_process_in_between_is_kept(path: Path) -> None:
    store, other = KeyFile(path, LOG, create=True), KeyFile(path, LOG, create=False)
    made: dict[str, tuple[int, bytes]] = {}

    def interfere(statement: str) -> None:
        if statement.startswith("BEGIN") and not made:
            made.update(other.deks((ANNA,), mint=True))

    traced(store, interfere)

    found = store.deks((ANNA, BEN), mint=True)

    assert made
    assert found[ANNA] == made[ANNA]
    store.close()
    other.close()


def test_all_keys_of_one_call_are_made_in_one_transaction(path: Path) -> None:
    store = KeyFile(path, LOG, create=True)
    store.erase(PEOPLE[3], "2026-11-23T17:40:00Z")
    statements: list[str] = []
    traced(store, statements.append)

    store.deks((*PEOPLE[:3], *PEOPLE[4:]), mint=True)

    assert sum(s.startswith("BEGIN") for s in statements) == 1
    store.close()


def test_a_file_held_by_another_process_is_reported_in_words(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_file, "_WAIT", 0.05)
    store = KeyFile(path, LOG, create=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")

        with pytest.raises(LogBusy, match="held by another process"):
            store.deks((ANNA,), mint=True)

    assert ANNA in store.deks((ANNA,), mint=True)
    store.close()


@pytest.mark.parametrize("several", [False, True])
def test_a_key_file_that_was_put_back_is_the_one_that_is_used(path: Path, *, several: bool) -> None:
    others = [
        KeyFile(path.with_name(f"{n}.keys"), LOG, create=True) for n in range(3 if several else 0)
    ]
    store = KeyFile(path, LOG, create=True)
    earlier = path.read_bytes()
    kept = store.deks((ANNA,), mint=True)
    copy = path.with_name("copy")
    copy.write_bytes(path.read_bytes())
    copy.chmod(0o600)

    path.unlink()
    path.write_bytes(earlier)
    path.chmod(0o600)

    with pytest.raises(KeyMissing, match="holds no key"):
        store.dek(ANNA, 1)
    copy.replace(path)
    assert store.deks((ANNA,), mint=True) == kept
    for one in (store, *others):
        one.close()


def test_a_key_file_that_became_another_logs_is_refused(path: Path) -> None:
    store = KeyFile(path, LOG, create=True)
    other = path.with_name("other.keys")
    KeyFile(other, bytes(16), create=True).close()

    other.replace(path)

    with pytest.raises(KeyMissing, match="belongs to another log"):
        store.deks((ANNA,), mint=True)
    store.close()


def test_a_key_file_that_is_taken_away_is_missed_and_not_made_anew(path: Path) -> None:
    store = KeyFile(path, LOG, create=True)
    store.deks((ANNA,), mint=True)

    path.unlink()

    with pytest.raises(KeyMissing, match="is not there any more; put it back"):
        store.deks((BEN,), mint=True)
    assert not path.exists()
    store.close()


def test_a_full_disk_is_an_error_that_makes_no_key(path: Path) -> None:
    store = KeyFile(path, LOG, create=True)
    store.deks((ANNA,), mint=True)
    with store._links.lend() as db:
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(LogError, match=r"cannot be used: .*full"):
        store.deks([f"person:{n:032x}" for n in range(500)], mint=True)

    assert store.deks([ANNA, "person:" + "0" * 32], mint=False).keys() == {ANNA}
    store.rest()
    assert BEN in store.deks((BEN,), mint=True)
    store.close()


def test_wrapped_keys_are_read_together_and_an_erasure_elsewhere_is_seen_at_once(
    path: Path,
) -> None:
    store, other = KeyFile(path, LOG, create=True), KeyFile(path, LOG, create=False)
    deks = store.deks(PEOPLE, mint=True)
    os.utime(path, (0, 0))  # written long ago
    statements: list[str] = []
    traced(store, statements.append)

    found = {person: (1, store.dek(person, 1)) for person in PEOPLE}
    other.erase(PEOPLE[5], "2026-11-23T17:40:00Z")

    assert found == deks
    assert sum("subject_key" in statement for statement in statements) == 1
    assert store.dek(PEOPLE[5], 1) is None
    store.close()
    other.close()


def _mint(path: str, people: tuple[str, ...], start: Any, found: Any) -> None:
    start.wait(30)
    store = KeyFile(path, LOG, create=True)
    keys: dict[str, tuple[int, bytes]] = {}
    for person in people:
        keys |= store.deks((person,), mint=True)
    store.close()
    found.put((store.index_key(), keys))


@pytest.mark.processes
def test_processes_that_make_the_file_and_its_keys_at_once_agree_on_every_key(path: Path) -> None:
    spawning = multiprocessing.get_context("spawn")
    start, found = spawning.Event(), spawning.Queue()
    workers = [
        spawning.Process(target=_mint, args=(str(path), people, start, found))
        for people in (PEOPLE, PEOPLE[::-1], PEOPLE)
    ]
    for worker in workers:
        worker.start()

    start.set()
    answers = [found.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join(30)

    assert all(len(keys) == len(PEOPLE) for _index, keys in answers)
    assert answers[0] == answers[1] == answers[2]
    body = json.loads(path.with_suffix(".kek").read_text())
    assert bytes.fromhex(body["index"]) == answers[0][0]
    assert sorted(f.suffix for f in path.parent.iterdir() if f.suffix != ".keys-journal") == [
        ".kek",
        ".keys",
    ]


def test_an_emptied_key_file_is_named_and_never_filled_anew(path: Path) -> None:
    KeyFile(path, LOG, create=True).close()
    path.write_bytes(b"")

    with pytest.raises(KeyMissing, match=r"program\.keys is empty"):
        KeyFile(path, LOG, create=False)

    assert path.read_bytes() == b""


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing, match=r"safe for the key file is not there"):
        KeyFile(tmp_path / "safe" / "program.keys", LOG, create=True)
