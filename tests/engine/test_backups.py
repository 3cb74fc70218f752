"""A backup holds log and keys apart, is looked at, and makes the same log again."""

from __future__ import annotations

import shutil
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from engine.harbor import Harbor
from engine.test_moving import Library, Others, beside, everything
from engine.test_taking_troubles import later
from engine.world import COORDINATOR, mc

from mentorcore.audit.notes.signing import sign_with
from mentorcore.audit.notes.signing_keys import create_signing_key
from mentorcore.engine.engine import Engine
from mentorcore.errors import ExportInvalid, Invalid, KeyMissing, Refused, RollbackRefused
from mentorcore.log.sealing.key_file import KeyFile
from mentorcore.log.sealing.keys import MemoryKeys

ANN = mc.RegisterPerson(name="Ann")


def filled(engine: Engine) -> Engine:
    """With people, imports and an answered request."""
    Harbor(engine).take_all()
    engine.handle(ANN, actor=COORDINATOR, key="ann")
    return engine


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Engine]:
    """A log in a file."""
    with mc.open(tmp_path / "program.db", clock=later()) as opened:
        yield filled(opened)


@pytest.fixture
def durable(durable_url: str, tmp_path: Path) -> Iterator[Engine]:
    """A log in each durable store."""
    with mc.open(durable_url, keys=tmp_path / "program.keys", clock=later()) as opened:
        yield filled(opened)


def backed_up(engine: Engine, tmp_path: Path, log: str = "backup.zip") -> Any:
    return engine.backup(tmp_path / log, tmp_path / "safe.keys")


def names(engine: Engine) -> list[str | None]:
    status = engine.status(viewer=mc.Viewer.coordinator())
    return [row.who.name for row in status.participants]


@pytest.mark.parametrize("log", ["backup.zip", "backup"])
def test_a_backup_makes_the_same_log_with_the_same_names_again(
    durable: Engine, log: str, tmp_path: Path
) -> None:
    done = backed_up(durable, tmp_path, log)
    shown, rows, known = names(durable), durable._store.page(0, 10_000), beside(durable._store)

    again = mc.restore(
        tmp_path / log, tmp_path / "safe.keys", tmp_path / "again.db", original_retired=True
    )

    assert (done.sound, done.keyless) == (True, ())
    assert (again.root, again.people, again.read_only) == (done.root, done.people, False)
    with mc.open(tmp_path / "again.db", clock=later()) as restored:
        assert restored._store.page(0, 10_000) == rows
        assert beside(restored._store) == known
        assert names(restored) == shown
        assert restored.handle(ANN, actor=COORDINATOR, key="ann").replayed
        restored.handle(mc.RegisterPerson(name="Bo"), actor=COORDINATOR)


def test_a_backup_in_a_file_is_restored_to_a_server(
    kept: Engine, postgres_server: Any, tmp_path: Path
) -> None:
    backed_up(kept, tmp_path)
    url, keys = postgres_server.url(), tmp_path / "there.keys"

    mc.restore(
        tmp_path / "backup.zip", tmp_path / "safe.keys", url, keys_to=keys, original_retired=True
    )

    with mc.open(url, keys=keys, clock=later()) as restored:
        assert names(restored) == names(kept)
        assert restored.handle(ANN, actor=COORDINATOR, key="ann").replayed


def test_neither_place_tells_what_the_other_holds(kept: Engine, tmp_path: Path) -> None:
    backed_up(kept, tmp_path, "backup")

    [index, *_], key = beside(kept._store), kept._keys.index_key()
    log = everything(tmp_path / "backup")
    keys = b"".join((tmp_path / f"safe.{end}").read_bytes() for end in ("keys", "kek"))
    assert key.hex() not in log
    assert all(digest.hex() in log for _, digest, *_ in index)
    assert (tmp_path / "program.kek").read_bytes() != (tmp_path / "safe.kek").read_bytes()
    assert not any(digest in keys for _, digest, *_ in index)
    for place in ("backup", "safe.keys", "safe.kek"):
        assert stat.S_IMODE((tmp_path / place).stat().st_mode) & 0o077 == 0


def test_a_backup_records_nothing_and_holds_what_is_recorded_meanwhile_or_not(
    durable: Engine, tmp_path: Path
) -> None:
    """Whatever it holds of it, it holds the keys of."""
    ended = threading.Event()

    def go_on() -> None:
        while not ended.is_set():
            durable.handle(mc.RegisterPerson(name="Somebody"), actor=COORDINATOR)

    position = durable.position
    first = backed_up(durable, tmp_path)
    assert (durable.position, first.position) == (position, position)
    writer = threading.Thread(target=go_on)
    writer.start()
    try:
        dones = [durable.backup(tmp_path / f"{n}.zip", tmp_path / f"{n}.keys") for n in range(3)]
    finally:
        ended.set()
        writer.join()

    assert all(done.sound for done in dones)
    assert [d.position for d in dones] == sorted(d.position for d in dones)
    for n in range(3):
        restored = mc.restore(tmp_path / f"{n}.zip", tmp_path / f"{n}.keys", tmp_path / f"re{n}.db")
        assert restored.position == dones[n].position


def test_without_saying_that_the_original_is_retired_it_can_only_be_read(
    kept: Engine, tmp_path: Path
) -> None:
    backed_up(kept, tmp_path)

    done = mc.restore(tmp_path / "backup.zip", tmp_path / "safe.keys", tmp_path / "copy.db")

    assert done.read_only
    with mc.open(tmp_path / "copy.db", clock=later()) as copy:
        assert names(copy) == names(kept)
        with pytest.raises(Refused, match="can only be read"):
            copy.handle(ANN, actor=COORDINATOR)


def test_a_backup_of_a_copy_makes_copies_only(kept: Engine, tmp_path: Path) -> None:
    """A copy does not know what stands beside the events, and neither does its backup."""
    backed_up(kept, tmp_path)
    mc.restore(tmp_path / "backup.zip", tmp_path / "safe.keys", tmp_path / "copy.db")
    with mc.open(tmp_path / "copy.db", clock=later()) as copy:
        done = copy.backup(tmp_path / "copied.zip", tmp_path / "copied.keys")
    places = (tmp_path / "copied.zip", tmp_path / "copied.keys")

    with pytest.raises(Invalid, match="would record all of it again"):
        mc.restore(*places, tmp_path / "again.db", original_retired=True)

    assert done.sound
    assert not list(tmp_path.glob("*again*"))
    assert mc.restore(*places, tmp_path / "again.db").read_only


def test_a_backup_is_restored_with_its_keys_and_not_loaded_without(
    kept: Engine, tmp_path: Path
) -> None:
    backed_up(kept, tmp_path)

    with pytest.raises(KeyMissing, match="mentorcore restore"):
        mc.load(tmp_path / "backup.zip", tmp_path / "again.db", original_retired=True)

    assert not list(tmp_path.glob("*again*"))


def test_a_log_that_is_opened_for_reading_is_backed_up(durable_url: str, tmp_path: Path) -> None:
    with mc.open(durable_url, keys=tmp_path / "program.keys", clock=later()) as opened:
        opened.handle(ANN, actor=COORDINATOR, key="ann")

    with mc.open(durable_url, keys=tmp_path / "program.keys", read_only=True) as reading:
        done = backed_up(reading, tmp_path)

    assert (done.sound, done.people) == (True, 1)


def test_nothing_is_written_over_and_the_two_stand_apart(kept: Engine, tmp_path: Path) -> None:
    backed_up(kept, tmp_path)
    before = sorted(p.name for p in tmp_path.iterdir())
    for log, keys in (
        ("backup.zip", "new.keys"),
        ("new.zip", "safe.keys"),
        ("new", "new/in.keys"),
        ("new.zip", "nowhere/new.keys"),
        ("new.db", "new.keys"),
        ("same", "same"),
    ):
        with pytest.raises(Invalid):
            kept.backup(tmp_path / log, tmp_path / keys)
    for to, put in (
        (kept._store.url, "other.keys"),
        (str(tmp_path / "new.db"), "program.keys"),
        (str(tmp_path / "new.db"), "safe.keys"),
    ):
        with pytest.raises(Invalid):
            mc.restore(tmp_path / "backup.zip", tmp_path / "safe.keys", to, keys_to=tmp_path / put)

    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_a_damaged_backup_is_not_restored_and_leaves_nothing(kept: Engine, tmp_path: Path) -> None:
    backed_up(kept, tmp_path, "backup")
    for file, error in (
        ("backup/events-000000.jsonl", ExportInvalid),
        ("backup/move/index.jsonl", ExportInvalid),
        ("safe.keys", KeyMissing),
        ("safe.kek", KeyMissing),
    ):
        shutil.copytree(tmp_path / "backup", tmp_path / "worse" / "backup")
        for name in ("safe.keys", "safe.kek"):
            shutil.copy2(tmp_path / name, tmp_path / "worse" / name)
        data = bytearray((tmp_path / "worse" / file).read_bytes())
        at = len(data) - 200 if file.startswith("backup") else 0 if file == "safe.keys" else 20
        data[at] ^= 1
        (tmp_path / "worse" / file).write_bytes(data)

        with pytest.raises(error):
            mc.restore(
                tmp_path / "worse" / "backup",
                tmp_path / "worse" / "safe.keys",
                tmp_path / "again.db",
                original_retired=True,
            )

        shutil.rmtree(tmp_path / "worse")
        assert not list(tmp_path.glob("*again*"))


def test_a_backup_of_another_log_brings_no_keys(kept: Engine, tmp_path: Path) -> None:
    backed_up(kept, tmp_path)
    with mc.open(tmp_path / "other.db", clock=later()) as other:
        other.handle(ANN, actor=COORDINATOR)
        other.backup(tmp_path / "other.zip", tmp_path / "others.keys")

    with pytest.raises(KeyMissing, match="another log"):
        mc.restore(tmp_path / "backup.zip", tmp_path / "others.keys", tmp_path / "again.db")

    assert not list(tmp_path.glob("*again*"))


def test_people_whose_keys_are_gone_are_told_and_the_rest_is_backed_up(tmp_path: Path) -> None:
    with mc.open(tmp_path / "program.db", clock=later()) as opened:
        opened.handle(ANN, actor=COORDINATOR)
        older = (tmp_path / "program.keys").read_bytes()
        late = opened.handle(mc.RegisterPerson(name="Bo"), actor=COORDINATOR).stream
    (tmp_path / "program.keys").write_bytes(older)

    with mc.open(tmp_path / "program.db", clock=later()) as opened:
        done = backed_up(opened, tmp_path)

    assert (done.keyless, done.people, done.sound) == ((late,), 1, False)


def test_an_erased_person_stays_erased_in_a_restored_log(tmp_path: Path) -> None:
    with mc.open(tmp_path / "program.db", clock=later()) as opened:
        erased = opened.handle(ANN, actor=COORDINATOR).stream
        kept = opened.handle(mc.RegisterPerson(name="Bo"), actor=COORDINATOR).stream
        opened._keys.erase(erased, "2026-11-23T17:40:00Z")
        backed_up(opened, tmp_path)
        log_id = opened._store.log_id

    mc.restore(tmp_path / "backup.zip", tmp_path / "safe.keys", tmp_path / "again.db")

    keys = KeyFile(tmp_path / "again.keys", log_id, create=False)
    assert keys.dek(erased, 1) is None
    assert keys.dek(kept, 1) is not None
    with pytest.raises(Refused, match="was erased"):
        keys.deks((erased,), mint=True)
    keys.close()


def test_keys_that_a_host_keeps_are_left_to_it(tmp_path: Path) -> None:
    keys = Others(MemoryKeys(), b"i" * 32)
    with mc.open(tmp_path / "program.db", keys=keys, clock=later()) as opened:
        opened.handle(ANN, actor=COORDINATOR, key="ann")
        with pytest.raises(Invalid, match="kept by Others"):
            backed_up(opened, tmp_path)
        assert not list(tmp_path.glob("*backup*"))

        done = opened.backup(tmp_path / "backup.zip", None)

    assert (done.keys, done.sound) == (None, True)


def test_a_log_that_goes_on_from_an_older_backup_is_not_signed_unseen(tmp_path: Path) -> None:
    create_signing_key(tmp_path / "key", "mentoring.example.edu/log1")
    signing = sign_with(tmp_path / "key", background=False, sinks=[Library()])
    with mc.open(tmp_path / "program.db", clock=later(), sign=signing) as opened:
        Harbor(opened)
        opened.checkpoint()
        backed_up(opened, tmp_path)
        opened.handle(ANN, actor=COORDINATOR)
        opened.checkpoint()

    mc.restore(
        tmp_path / "backup.zip",
        tmp_path / "safe.keys",
        tmp_path / "again.db",
        original_retired=True,
    )

    signing = sign_with(tmp_path / "key", background=False)
    with (
        mc.open(tmp_path / "again.db", clock=later(), sign=signing) as again,
        pytest.raises(RollbackRefused),
    ):
        again.checkpoint()
