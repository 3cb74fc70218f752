"""An export is recorded, holds what it says, and can be loaded to the same log elsewhere."""

from __future__ import annotations

import base64
import json
import zipfile
from pathlib import Path
from typing import Any

import attrs
import pytest
from audit.made_logs import Auditor
from engine.world import COORDINATOR, NOON, Clock, World, mc

from mentorcore.audit.bundle.loading import load, load_into
from mentorcore.audit.bundle.reader import ReadBundle
from mentorcore.audit.notes.signing import sign_with
from mentorcore.audit.notes.signing_keys import create_signing_key
from mentorcore.audit.notes.verifier_keys import VerifierKey
from mentorcore.audit.verification.stamps import time_stamps
from mentorcore.audit.verification.verdicts import VerificationPolicy
from mentorcore.audit.verification.verification import verify_log
from mentorcore.audit.verification.verifier import verify_store
from mentorcore.engine.engine import Engine
from mentorcore.engine.opening import open_engine
from mentorcore.errors import ExportInvalid, Invalid, Refused, RowsMissing
from mentorcore.log.storage.store import Row, Store
from mentorcore.log.stores.opening import open_store

ORIGIN = "mentoring.example.edu/log1"


@pytest.fixture
def key(tmp_path: Path) -> VerifierKey:
    return create_signing_key(tmp_path / "signing-key", ORIGIN)


@attrs.frozen
class At:
    """Where a log is, and its keys."""

    url: str
    keys: Any

    def open(self, tmp_path: Path, *, sign: bool = True) -> Engine:
        key = tmp_path / "signing-key"
        signing = sign_with(key, background=False) if sign else None
        return open_engine(self.url, keys=self.keys, clock=Clock(), sign=signing)


@pytest.fixture
def at(store_url: str, tmp_path: Path) -> At:
    """A place for a new log, in each kind of store."""
    return At(store_url, None if store_url == ":memory:" else tmp_path / "program.keys")


def file_in(tmp_path: Path, name: str = "program") -> At:
    return At(str(tmp_path / f"{name}.db"), tmp_path / f"{name}.keys")


def opened(at: At, tmp_path: Path) -> Engine:
    return at.open(tmp_path)


def exported(engine: Engine, to: Path, **more: Any) -> Any:
    return engine.export(to, recipient="state-auditor", actor=COORDINATOR, **more)


def all_rows(store: Store) -> list[Row]:
    return store.page(0, 100_000)


def test_an_export_of_every_store_is_verified_by_both_verifiers(
    at: At, key: VerifierKey, tmp_path: Path
) -> None:
    auditor = Auditor(tmp_path)
    with opened(at, tmp_path) as engine:
        World(engine).pair()
        auditor.hold(engine.checkpoint().checkpoint.note)
        done = exported(engine, tmp_path / "bundle")
        live = engine.verify(VerificationPolicy(keys=[key], held={"held": done.checkpoint}))

    report = auditor.verify(tmp_path / "bundle", vkey=str(key))

    assert (report["verdict"], report["size"], report["signed"]) == ("verified", *(done.size,) * 2)
    assert (live.verdict, live.covered) == ("verified", done.size)


def test_a_log_is_verified_where_it_lies(
    durable_url: str, key: VerifierKey, tmp_path: Path
) -> None:
    """By its address or path, without its keys, while it is open."""
    at = At(durable_url, tmp_path / "program.keys")
    with opened(at, tmp_path) as engine:
        World(engine)
        held = {"held": engine.checkpoint().checkpoint.note}
        engine.handle(mc.RegisterPerson(), actor=COORDINATOR)
        found = verify_log(durable_url, VerificationPolicy(keys=[key], held=held))

    assert (found.verdict, found.size - found.covered) == ("verified", 1)
    assert verify_log(tmp_path / "nothing.db").verdict == "unreadable"


def test_an_export_is_recorded_in_the_log_and_in_itself(
    at: At, key: VerifierKey, tmp_path: Path
) -> None:
    with opened(at, tmp_path) as engine:
        World(engine)
        before = engine.checkpoint().checkpoint
        exported(engine, tmp_path / "bundle.zip", withhold=["program.*"])
        told: Any = next(r for r in engine.events() if type(r.event).__name__ == "LogExported")

    assert (told.event.recipient, told.event.form, told.event.states) == (
        "state-auditor",
        "zip",
        "withheld",
    )
    assert (told.event.size, told.event.root) == (before.size, before.root.hex())
    assert "program.designed" in told.event.withheld
    rows = list(ReadBundle(tmp_path / "bundle.zip").rows())
    assert rows[-1].name == "audit.exported"
    assert rows[-1].state is not None


def test_withheld_states_are_in_no_file_of_the_export(
    at: At, key: VerifierKey, tmp_path: Path
) -> None:
    with opened(at, tmp_path) as engine:
        World(engine).pair()
        done = exported(engine, tmp_path / "bundle", withhold=["sealed"])

    text = (tmp_path / "bundle" / "events-000000.jsonl").read_text("utf-8")
    states = {json.loads(line)[4]: json.loads(line)[5] for line in text.splitlines()}
    assert states["person.registered"] is None
    assert states["program.designed"] is not None
    assert "person.registered" in done.withheld


def test_the_word_behind_the_dot_names_what_is_withheld_where_one_event_has_it(
    at: At, key: VerifierKey, tmp_path: Path
) -> None:
    with opened(at, tmp_path) as engine:
        World(engine).pair()
        done = exported(engine, tmp_path / "bundle", withhold=["formed"])

        with pytest.raises(Invalid, match="'enrolled' names none"):
            exported(engine, tmp_path / "other", withhold=["enrolled"])

    assert done.withheld == ("pairing.formed",)
    assert not (tmp_path / "other").exists()


def test_an_export_brings_what_is_needed_to_understand_it(
    at: At, key: VerifierKey, tmp_path: Path
) -> None:
    with opened(at, tmp_path) as engine:
        world = World(engine)
        exported(engine, tmp_path / "bundle")

    folder = tmp_path / "bundle"
    rules = json.loads(
        (folder / "policies" / f"{world.program.partition(':')[2]}.json").read_text()
    )
    assert rules[0]["event"] == "program.designed"
    schema = json.loads((folder / "schema" / "pairing.meeting-held.1.json").read_text())
    assert schema["title"] == "pairing.meeting-held"


def test_a_disclosed_value_is_opened_and_no_other(at: At, key: VerifierKey, tmp_path: Path) -> None:
    auditor = Auditor(tmp_path)
    with opened(at, tmp_path) as engine:
        world = World(engine)
        person = engine.handle(mc.RegisterPerson(name="Amara Okonkwo"), actor=COORDINATOR)
        position = person.events[0].position
        auditor.hold(engine.checkpoint().checkpoint.note)
        exported(engine, tmp_path / "bundle", disclose=[(position, "name")])
        with pytest.raises(Refused, match="no sealed value"):
            exported(engine, tmp_path / "none", disclose=[(position, "locale")])
        for nowhere in (10_000, 0, -1, 2**63, 10**30):
            with pytest.raises(Refused, match="no sealed value"):
                exported(engine, tmp_path / "none", disclose=[(nowhere, "name")])
        assert world.program

    report = auditor.verify(tmp_path / "bundle", vkey=str(key))

    assert (report["verdict"], report["opened"]) == (
        "verified",
        [[position, "name", "Amara Okonkwo"]],
    )
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "withhold", [["sealed"], ["states"], ["person.*"], ["person.registered", "program.*"]]
)
def test_a_state_of_which_a_value_is_opened_is_not_withheld(
    at: At, key: VerifierKey, tmp_path: Path, withhold: list[str]
) -> None:
    auditor = Auditor(tmp_path)
    with opened(at, tmp_path) as engine:
        first, second = (
            engine.handle(mc.RegisterPerson(name=name), actor=COORDINATOR).events[0].position
            for name in ("Ada Byron", "Lin Wu")
        )
        auditor.hold(engine.checkpoint().checkpoint.note)
        values = [(second, "name"), (second, "name")]
        done = exported(engine, tmp_path / "bundle", withhold=withhold, disclose=values)

    report = auditor.verify(tmp_path / "bundle", vkey=str(key))

    assert (report["verdict"], report["opened"]) == ("verified", [[second, "name", "Lin Wu"]])
    assert (report["withheld"], "person.registered" in done.withheld) == (1, True)
    states = {row.position: row.state for row in ReadBundle(tmp_path / "bundle").rows()}
    assert (states[first], states[second] is None) == (None, False)


class Busy:
    """A place outside, during whose answer somebody goes on recording."""

    name, outside = "busy", True
    engine: Engine

    def publish(self, _note: str, _consistency: Any) -> str:
        self.engine.handle(mc.RegisterPerson(), actor=COORDINATOR)
        return "seen"


def test_an_export_ends_where_its_checkpoint_ends(at: At, key: VerifierKey, tmp_path: Path) -> None:
    """What was recorded while it was made is left for the next one."""
    busy = Busy()
    signing = sign_with(tmp_path / "signing-key", background=False, sinks=[busy])
    with open_engine(at.url, keys=at.keys, clock=Clock(), sign=signing) as engine:
        busy.engine = engine
        World(engine)
        done = exported(engine, tmp_path / "bundle")
        assert engine.position > done.size

    found = verify_log(
        tmp_path / "bundle", VerificationPolicy(keys=[key], held={"held": done.checkpoint})
    )

    assert (found.verdict, found.size, found.covered) == ("verified", done.size, done.size)


class Stamping:
    """An authority for time stamps, as far as an export is concerned."""

    name, outside = "time stamps of tsa.example.org:8443", True

    def publish(self, note: str, _consistency: Any) -> str:
        return base64.b64encode(note.partition("\n\n")[0].encode()).decode()


def test_time_stamps_go_along(at: At, key: VerifierKey, tmp_path: Path) -> None:
    auditor = Auditor(tmp_path)
    signing = sign_with(tmp_path / "signing-key", background=False, sinks=[Stamping()])
    with open_engine(at.url, keys=at.keys, clock=Clock(), sign=signing) as engine:
        World(engine)
        auditor.hold(engine.checkpoint().checkpoint.note)
        done = exported(engine, tmp_path / "bundle")

    stamps = {path.name: path.read_text() for path in (tmp_path / "bundle" / "stamps").iterdir()}
    assert len(stamps) == 2, "the one before it is kept, too"
    assert done.checkpoint.startswith(stamps[f"{done.size}-tsa.example.org-8443.tsr"])
    assert auditor.verify(tmp_path / "bundle", vkey=str(key))["verdict"] == "verified"


def test_time_stamps_are_shown_wherever_a_log_lies(
    at: At, key: VerifierKey, tmp_path: Path
) -> None:
    pytest.importorskip("rfc3161_client")
    if at.url == ":memory:":
        pytest.skip("it lies in no place that another could read")
    signing = sign_with(tmp_path / "signing-key", background=False, sinks=[Stamping()])
    with open_engine(at.url, keys=at.keys, clock=Clock(), sign=signing) as engine:
        World(engine)
        done = engine.checkpoint()

    (one,) = time_stamps(at.url)

    assert (one.size, one.authority) == (done.checkpoint.size, "tsa.example.org:8443")
    assert one.note == done.checkpoint.note
    assert "cannot be read" in one.problem, "what this authority answers is no time stamp"


def test_an_unsigned_log_is_exported_and_unanchored(at: At, tmp_path: Path) -> None:
    with at.open(tmp_path, sign=False) as engine:
        World(engine)
        done = exported(engine, tmp_path / "bundle")

    assert done.checkpoint is None
    assert verify_log(tmp_path / "bundle").verdict == "unanchored"


def test_a_log_that_cannot_be_signed_is_exported_for_the_auditor(
    tmp_path: Path, key: VerifierKey
) -> None:
    at = file_in(tmp_path)
    auditor = Auditor(tmp_path)
    with opened(at, tmp_path) as engine:
        World(engine)
        auditor.hold(engine.checkpoint().checkpoint.note)
        engine._store.ledger.write(
            lambda t: t._tell("DELETE FROM $.stored_events WHERE rowid = ?", [(2,)])
        )
        with pytest.raises(RowsMissing, match="position 2 is gone"):
            exported(engine, tmp_path / "bundle")
        done = exported(engine, tmp_path / "bundle", as_it_is=True)

    assert "position 2 is gone" in done.refusal
    report = auditor.verify(tmp_path / "bundle", vkey=str(key))
    assert report["verdict"] == "changed"


def test_a_copy_of_the_file_holds_nothing_but_the_log(tmp_path: Path, key: VerifierKey) -> None:
    at = file_in(tmp_path)
    auditor = Auditor(tmp_path)
    with opened(at, tmp_path) as engine:
        World(engine).pair()
        auditor.hold(engine.checkpoint().checkpoint.note)
        list(engine.events())
        done = exported(engine, tmp_path / "copy.db")
        with pytest.raises(Invalid, match="holds everything"):
            exported(engine, tmp_path / "other.db", withhold=["sealed"])

    report = auditor.verify(tmp_path / "copy.db", vkey=str(key))

    assert (report["verdict"], report["size"]) == ("verified", done.size)
    assert not (tmp_path / "copy.db-wal").exists()
    copy = open_store(str(tmp_path / "copy.db"))
    assert (copy.views(), copy.entries("identity")) == ({}, {})
    copy.close()
    with (
        open_engine(tmp_path / "copy.db", keys=at.keys) as reading,
        pytest.raises(Refused, match="can only be read"),
    ):
        reading.handle(mc.RegisterPerson(), actor=COORDINATOR)


def test_nothing_is_written_over(at: At, key: VerifierKey, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    with opened(at, tmp_path) as engine:
        World(engine)
        before = engine.position
        for wrong in (
            {"to": tmp_path / "taken"},
            {"to": tmp_path / "new", "withhold": ["pairing.nothing"]},
            {"to": tmp_path / "new", "withhold": ["audit.*"]},
            {"to": tmp_path / "missing" / "new"},
            {"to": tmp_path / "taken" / "new"},
        ):
            with pytest.raises(Invalid):
                exported(engine, wrong.pop("to"), **wrong)  # type: ignore[arg-type]
        assert engine.position == before

    assert (tmp_path / "taken").read_text() == "mine"
    assert not (tmp_path / "new").exists()


# ---------------------------------------------------------------------------------------- loading


@pytest.mark.parametrize("name", ["bundle", "bundle.zip"])
def test_a_loaded_log_has_the_same_bytes_positions_id_and_root(
    store: Store, key: VerifierKey, tmp_path: Path, name: str
) -> None:
    """From each kind of store into each kind of store."""
    source = file_in(tmp_path, "source")
    with opened(source, tmp_path) as engine:
        World(engine).pair()
        engine._store.ledger.write(_a_gap)
        engine.handle(mc.RegisterPerson(), actor=COORDINATOR)
        done = exported(engine, tmp_path / name)
        rows, log_id = all_rows(engine._store), engine.log_id

    loaded = load_into(store, ReadBundle(tmp_path / name))

    assert all_rows(store) == rows
    assert (loaded.root, loaded.size, loaded.log_id) == (done.root, done.size, log_id)
    assert rows[-1].position > len(rows)
    demands = VerificationPolicy(keys=[key], held={"held": done.checkpoint})
    assert verify_store(store, demands).verdict == "verified"


def _a_gap(tables: Any) -> None:
    tables._tell("UPDATE sqlite_sequence SET seq = seq + 3 WHERE name = ?", [("stored_events",)])


def test_a_copy_is_read_only_and_goes_on_when_the_original_is_retired(
    durable_url: str, key: VerifierKey, tmp_path: Path
) -> None:
    source = file_in(tmp_path, "source")
    with opened(source, tmp_path) as engine:
        World(engine)
        exported(engine, tmp_path / "bundle", move=True)
        last, log_id = engine.position, engine.log_id

    copy = load(tmp_path / "bundle", tmp_path / "copy.db")
    retired = load(tmp_path / "bundle", durable_url, original_retired=True)

    assert (copy.read_only, retired.read_only) == (True, False)
    with open_engine(tmp_path / "copy.db", keys=source.keys, create=False) as reading:
        assert reading.log_id == log_id
        assert reading.programs()
        with pytest.raises(Refused, match="copy and can only be read"):
            reading.handle(mc.RegisterPerson(), actor=COORDINATOR)
    early = Clock()
    early.move(days=-30)
    with open_engine(durable_url, keys=source.keys, create=False, clock=early) as going_on:
        assert going_on.log_id == log_id
        answer = going_on.handle(mc.RegisterPerson(), actor=COORDINATOR)
        assert answer.events[0].position == last + 1
        assert answer.events[0].recorded_at == NOON


def test_a_copy_is_never_signed(tmp_path: Path, key: VerifierKey) -> None:
    source = file_in(tmp_path, "source")
    with opened(source, tmp_path) as engine:
        World(engine)
        exported(engine, tmp_path / "bundle")
    load(tmp_path / "bundle", tmp_path / "copy.db")

    with pytest.raises(Invalid, match="copy"):
        open_engine(
            tmp_path / "copy.db",
            keys=source.keys,
            sign=sign_with(tmp_path / "signing-key", background=False),
        )


def test_only_a_whole_export_is_loaded_and_only_into_an_empty_log(
    at: At, key: VerifierKey, tmp_path: Path
) -> None:
    with opened(at, tmp_path) as engine:
        World(engine)
        exported(engine, tmp_path / "part", withhold=["program.*"])
        exported(engine, tmp_path / "whole.zip")
        with pytest.raises(Invalid, match="a log at"):
            load_into(engine._store, ReadBundle(tmp_path / "whole.zip"))
    with pytest.raises(Invalid, match="left out"):
        load(tmp_path / "part", tmp_path / "new.db")
    with zipfile.ZipFile(tmp_path / "whole.zip") as whole:
        whole.extractall(tmp_path / "changed")
    events = tmp_path / "changed" / "events-000000.jsonl"
    events.write_bytes(events.read_bytes().replace(b'program.launched"', b'program.launcher"'))
    other = tmp_path / "other.db"

    with pytest.raises(ExportInvalid, match="not what its manifest says"):
        load(tmp_path / "changed", other)

    store = open_store(str(other))
    assert store.tail() == 0
    store.close()
