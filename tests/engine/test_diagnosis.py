"""Whoever operates a log is told what is in order about it, what is not, and what to do."""

import hashlib
import shutil
import socket
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from engine.world import NOON, Clock, World, engine, mc
from practices.stranger import VISITS
from practices.test_unknown_here import visits

ALL = (
    *("versions", "time zones", "adapters", "log", "connections", "clock", "order", "events"),
    *("views", "checkpoints", "keys", "practices"),
)


def made(url: str, keys: Path, **options: Any) -> World:
    with engine(url, keys=str(keys), **options) as opened:
        world = World(opened)
        world.pair()
    return world


def told(url: str, keys: Path | None, **options: Any) -> dict[str, Any]:
    """By what was looked at, the line; the last one that is not fine where there are several."""
    stated = {"clock": Clock(), "keys": None if keys is None else str(keys), **options}
    lines = mc.diagnose(url, **stated).lines
    return {line.about: line for line in sorted(lines, key=lambda line: line.standing != "fine")}


def wrong(found: dict[str, Any]) -> dict[str, str]:
    return {about: line.standing for about, line in found.items() if line.standing != "fine"}


def test_a_sound_log_is_in_order_on_every_store(durable_url: str, tmp_path: Path) -> None:
    keys = tmp_path / "log.keys"
    made(durable_url, keys)

    found = mc.diagnose(durable_url, keys=str(keys), clock=Clock())

    assert [line.about for line in found.lines] == list(ALL)
    assert [line for line in found.lines if line.standing != "fine"] == []
    assert found.in_order
    assert not found.broken


def test_looking_changes_no_byte(tmp_path: Path) -> None:
    def bytes_there() -> dict[str, str]:
        return {
            p.name: hashlib.sha256(p.read_bytes()).hexdigest()
            for p in tmp_path.iterdir()
            if not p.name.endswith(("-shm", "-wal"))
        }

    made(str(tmp_path / "log.db"), tmp_path / "log.keys")
    before = bytes_there()

    mc.diagnose(tmp_path / "log.db")

    assert bytes_there() == before


def test_a_signed_log_says_how_far_its_last_checkpoint_reaches(tmp_path: Path) -> None:
    url, keys = str(tmp_path / "log.db"), tmp_path / "log.keys"
    mc.create_signing_key(tmp_path / "signing.key", "log.example.org/a")
    made(url, keys, sign=str(tmp_path / "signing.key"))
    with engine(url, keys=str(keys), start=500) as later:
        later.handle(mc.RegisterPerson(name="Ada"), actor=mc.Actor("host", "coordinator", "system"))

    line = told(url, keys)["checkpoints"]

    assert line.standing == "fine"
    assert "and 1 are behind it" in line.says


def test_without_its_keys_all_the_rest_is_told(durable_url: str, tmp_path: Path) -> None:
    made(durable_url, tmp_path / "log.keys")

    found = told(durable_url, tmp_path / "elsewhere.keys")

    assert wrong(found) == {"keys": "broken"}
    assert "newest copy" in found["keys"].remedy
    assert set(found) == set(ALL)


def test_people_whose_key_is_missing_are_counted(tmp_path: Path) -> None:
    url, keys = str(tmp_path / "log.db"), tmp_path / "log.keys"
    with engine(url, keys=str(keys)) as opened:
        world = World(opened)
        world.mentor()
        with (
            closing(sqlite3.connect(keys)) as held,
            closing(sqlite3.connect(tmp_path / "old.keys")) as copy,
        ):
            held.backup(copy)
        later = world.mentor()
    shutil.copy(tmp_path / "old.keys", keys)
    keys.chmod(0o600)

    found = told(url, keys)

    assert wrong(found) == {"keys": "broken"}
    assert found["keys"].says == f"1 of 2 people have none: {world.persons[later]}"


def test_whoever_was_erased_is_not_missing(tmp_path: Path) -> None:
    url, keys = str(tmp_path / "log.db"), tmp_path / "log.keys"
    with engine(url, keys=str(keys)) as opened:
        world = World(opened)
        person = world.persons[world.mentor()]
        world.mentor()
        opened._keys.erase(person, "2026-11-23T20:00:00Z")  # type: ignore[attr-defined] # of a key file

    line = told(url, keys)["keys"]

    assert (line.standing, line.says) == (
        "fine",
        "1 of people of whom something is sealed, 1 were erased",
    )


@pytest.mark.parametrize("content", [b"", b"no log", None])
def test_what_is_no_log_is_a_line_of_its_own(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    if content is not None:
        path.write_bytes(content)

    found = told(str(path), None)

    assert wrong(found) == {"log": "broken"}
    assert found["log"].says.startswith("NotALog: ")
    assert path.exists() == (content is not None)


def test_a_server_that_is_away_is_waited_for_as_long_as_is_said(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    found = told(f"postgresql://mentor@127.0.0.1:{port}/t", tmp_path / "log.keys", patience=0.2)

    assert wrong(found) == {"log": "broken"}
    assert found["log"].says.startswith("LogAway: ")


def test_a_pooler_on_the_way_is_told_with_what_it_means(postgres_url: str, tmp_path: Path) -> None:
    keys = tmp_path / "log.keys"
    made(postgres_url, keys)

    direct = told(postgres_url, keys)["connections"]
    pooled = told(f"{postgres_url}&pooler=transaction", keys)["connections"]

    assert direct.says == "the server is reached directly"
    assert "followers look five times a second" in pooled.says
    assert "address of the server itself" in pooled.remedy


@pytest.mark.parametrize(("behind", "standing"), [(0, "fine"), (0.5, "fine"), (90, "look")])
def test_a_clock_behind_the_log_is_worth_a_look(
    behind: float, standing: str, tmp_path: Path
) -> None:
    url, keys = str(tmp_path / "log.db"), tmp_path / "log.keys"
    made(url, keys)

    line = told(url, keys, clock=Clock(NOON - timedelta(seconds=behind)))["clock"]

    assert line.standing == standing
    if standing == "look":
        assert "this clock is behind, or one was ahead" in line.says


def test_a_log_whose_clock_once_jumped_ahead_says_where(tmp_path: Path) -> None:
    url, keys, clock = str(tmp_path / "log.db"), tmp_path / "log.keys", Clock()
    with engine(url, keys=str(keys), clock=clock) as opened:
        world = World(opened)
        clock.move(days=3 * 366)
        opened.confirm_clock(clock.now)
        world.person(name="Ada")
        position = opened.position

    line = told(url, keys, clock=clock)["order"]

    assert line.standing == "look"
    assert f"the clock jumped ahead at position {position}" in line.says


def edited(path: Path, old: bytes, new: bytes, *, name: str) -> None:
    """Alter the stored state of an event, as somebody with an editor could."""
    with closing(sqlite3.connect(path)) as db, db:
        [row, state] = db.execute(
            "SELECT rowid, state FROM stored_events WHERE topic = ?", (name,)
        ).fetchone()
        assert old in state
        db.execute(
            "UPDATE stored_events SET state = ? WHERE rowid = ?", (state.replace(old, new), row)
        )


def test_an_altered_event_of_a_signed_log_is_out_of_order(tmp_path: Path) -> None:
    url, keys = str(tmp_path / "log.db"), tmp_path / "log.keys"
    mc.create_signing_key(tmp_path / "signing.key", "log.example.org/a")
    made(url, keys, sign=str(tmp_path / "signing.key"))
    edited(tmp_path / "log.db", b"Beacon", b"Bacon!", name="program.designed")

    found = told(url, keys)

    assert wrong(found) == {"order": "broken"}
    assert found["order"].says.startswith("changed: ")


def test_an_event_that_nobody_can_read_stops_the_views_and_nothing_else(tmp_path: Path) -> None:
    url, keys = str(tmp_path / "log.db"), tmp_path / "log.keys"
    made(url, keys)
    with closing(sqlite3.connect(tmp_path / "log.db")) as db, db:
        db.execute("DELETE FROM view_row")
        db.execute("DELETE FROM tracking")
    edited(tmp_path / "log.db", b'"time_zone"', b'"time_zonk"', name="program.designed")

    found = told(url, keys)

    assert "views" in wrong(found)
    assert found["views"].remedy
    assert set(found) == set(ALL)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE stored_events SET state = x'7b7d' WHERE rowid = 5", "position 5"),
        ("UPDATE stored_events SET topic = 'person.flew' WHERE rowid = 4", "person.flew"),
        ("DELETE FROM stored_events WHERE rowid = 2", "position 3, where version 2 was due"),
    ],
)
def test_an_event_of_an_unsigned_log_that_is_damaged_or_gone_is_told(
    change: str, said: str, tmp_path: Path
) -> None:
    url, keys = str(tmp_path / "log.db"), tmp_path / "log.keys"
    made(url, keys)
    with closing(sqlite3.connect(tmp_path / "log.db")) as db, db:
        db.execute(change)

    line = told(url, keys)["events"]

    assert line.standing == "broken"
    assert said in line.says
    assert line.remedy


def test_a_file_that_sqlite_finds_damaged_is_told(tmp_path: Path) -> None:
    url, keys = str(tmp_path / "log.db"), tmp_path / "log.keys"
    made(url, keys)
    with closing(sqlite3.connect(tmp_path / "log.db")) as db, db:
        [page] = db.execute(
            "SELECT rootpage FROM sqlite_master WHERE type = 'index' AND rootpage > 1 LIMIT 1"
        ).fetchone()
        [size] = db.execute("PRAGMA page_size").fetchone()
    with (tmp_path / "log.db").open("r+b") as file:
        file.seek((page - 1) * size + size // 2)
        file.write(bytes(size // 2))

    line = told(url, keys)["log"]

    assert line.standing == "broken"
    assert "SQLite says: " in line.says


def test_a_zone_that_the_tables_lack_is_named_with_its_program(tmp_path: Path) -> None:
    url, keys = str(tmp_path / "log.db"), tmp_path / "log.keys"
    world = made(url, keys)
    with closing(sqlite3.connect(tmp_path / "log.db")) as db, db:
        db.execute("DELETE FROM view_row")
        db.execute("DELETE FROM tracking")
    edited(
        tmp_path / "log.db", b"America/Los_Angeles", b"America/Los_Angelex", name="program.designed"
    )

    line = told(url, keys)["time zones"]

    assert line.standing == "broken"
    assert line.says.startswith(f"America/Los_Angelex of the program {world.program}")


def test_a_practice_that_is_not_here_is_named_with_its_events(tmp_path: Path) -> None:
    url, keys = str(tmp_path / "log.db"), tmp_path / "log.keys"
    with mc.open(url, keys=str(keys), clock=Clock(), practices=[VISITS]) as opened:
        visits(opened)

    here = told(url, keys, practices=[VISITS])
    gone = told(url, keys)

    assert wrong(here) == {}
    assert wrong(gone) == {"practices": "look"}
    assert "of its events" in gone["practices"].says


@pytest.fixture
def broken_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = tmp_path / "plugins" / "made_up-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: made-up\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[mentorcore.adapters]\nmade-up = no_such_module\n")
    monkeypatch.syspath_prepend(str(tmp_path / "plugins"))


def test_an_adapter_that_was_left_out_is_told_with_the_reason(
    broken_plugin: None, tmp_path: Path
) -> None:
    url, keys = str(tmp_path / "log.db"), tmp_path / "log.keys"
    made(url, keys)

    line = told(url, keys)["adapters"]

    assert line.standing == "look"
    assert "made-up" in line.says
    assert "no_such_module" in line.says


def test_a_key_file_that_others_can_read_is_told_with_the_remedy(tmp_path: Path) -> None:
    url, keys = str(tmp_path / "log.db"), tmp_path / "log.keys"
    made(url, keys)
    keys.chmod(0o644)

    found = told(url, keys)

    assert wrong(found) == {"keys": "broken"}
    assert "chmod 600" in found["keys"].says
