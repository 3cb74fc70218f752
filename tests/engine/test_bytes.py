"""Nothing personal stands in the clear, in any byte that the engine leaves behind."""

import base64
import stat
import subprocess
from pathlib import Path

import attrs
import pytest
from engine.full_program import MARK, FullProgram
from engine.world import COORDINATOR, TODAY, Place, World, mc, place
from pg_server import PgServer

from mentorcore.domain.declarations import personal_fields
from mentorcore.domain.model import CORE_MODEL
from mentorcore.domain.values import Sealed
from mentorcore.engine.commands.command_parsing import command_name
from mentorcore.engine.engine import Engine

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le")


def spellings(text: str) -> set[bytes]:
    """The ways in which a text may stand among bytes without being sealed."""
    plain = {text.encode(e) for word in (text, text.lower(), text.upper()) for e in ENCODINGS}
    coded = set()
    for said in {text.encode(), text.lower().encode(), text[::-1].encode()}:
        coded |= {said, said.hex().encode(), said.hex().upper().encode()}
        for shift in range(3):
            # The middle of base64, which does not depend on what stands before and after.
            middle = base64.b64encode(b"\0" * shift + said)[4:-4]
            coded |= {middle, middle.replace(b"+", b"-").replace(b"/", b"_")}
    return plain | coded


def files(folder: Path) -> bytes:
    """Every byte in a folder. Another process reads them: this one has locks to lose."""
    paths = sorted(str(p) for p in folder.rglob("*") if p.is_file())
    return subprocess.run(["cat", *paths], capture_output=True, check=True).stdout


def dumped(server: PgServer, url: str) -> bytes:
    """Every byte of every column of a log's schema."""
    schema = url.rpartition("schema=")[2]
    found = b""
    with server.connect() as link:
        tables = link.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = %s", (schema,)
        ).fetchall()
        assert {("stored_events",), ("log_index",), ("view_row",)} <= set(tables)
        for (table,) in tables:
            for form in ("BINARY", "TEXT"):
                statement = f'COPY "{schema}"."{table}" TO STDOUT (FORMAT {form})'
                with link.cursor() as cursor, cursor.copy(statement) as rows:
                    found += b"".join(bytes(row) for row in rows)
    return found


def lived(opened: Engine) -> FullProgram:
    """Everything happened, everybody looked, and the views were kept."""
    world = FullProgram(opened)
    for viewer in (
        mc.Viewer.coordinator(),
        mc.Viewer.auditor(),
        mc.Viewer.member(world.persons[world.mentor_id]),
    ):
        opened.status(world.program, viewer=viewer)
        opened.attention(world.program, viewer=viewer)
        for subject in (world.program, world.pairing, *world.persons, *world.persons.values()):
            opened.history(subject, viewer=viewer)
    return world


@pytest.fixture(autouse=True)
def every_view_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mentorcore.projections.folding.projector.ENOUGH", 1)


@pytest.fixture
def sqlite_log(tmp_path: Path) -> Place:
    return place(str(tmp_path / "program.db"), tmp_path)


def test_a_full_program_asks_for_everything_and_fills_every_personal_field(
    sqlite_log: Place,
) -> None:
    with sqlite_log.open(1) as opened:
        FullProgram(opened)
        log = list(opened.events())

    assert {type(r.event) for r in log} >= set(CORE_MODEL.events)
    assert {r.causation for r in log if "#" not in str(r.causation)} >= {
        command_name(c) for c in CORE_MODEL.commands
    }
    empty = {
        f"{cls.__name__}.{name}"
        for cls in CORE_MODEL.events
        for name in personal_fields(cls)
        if not any(type(r.event) is cls and getattr(r.event, name) is not None for r in log)
    }
    assert empty == set()
    for row in log:
        for name in personal_fields(type(row.event)):
            assert isinstance(getattr(row.event, name), Sealed | None)


@pytest.mark.processes
def test_no_byte_of_a_file_log_tells_anything_about_a_person(
    sqlite_log: Place, tmp_path: Path
) -> None:
    with sqlite_log.open(1) as opened:
        world = lived(opened)
        names = {p.name for p in tmp_path.iterdir()}
        views = opened._store.views()
        open_files = files(tmp_path)
    closed_files = files(tmp_path)

    assert {"program.db", "program.db-wal", "program.keys", "program.kek"} <= names
    assert views
    assert len(world.texts) > 60
    for found in (open_files, closed_files):
        assert b"pairing.meeting-held" in found
        assert [s for s in spellings(MARK) if s in found] == []
        assert not any(text.encode() in found for text in world.texts)


@pytest.mark.processes
def test_no_byte_of_a_log_in_postgresql_tells_anything_about_a_person(
    postgres_server: PgServer, tmp_path: Path
) -> None:
    url = postgres_server.url()
    with place(url, tmp_path).open(1) as opened:
        world = lived(opened)
        assert opened._store.views()
        found = dumped(postgres_server, url) + files(tmp_path)

    assert b"pairing.meeting-held" in found
    assert [s for s in spellings(MARK) if s in found] == []
    assert not any(text.encode() in found for text in world.texts)


@pytest.mark.processes
def test_the_scan_finds_what_stands_in_the_clear(sqlite_log: Place, tmp_path: Path) -> None:
    with sqlite_log.open(1) as opened:
        world = World(opened)
        world.do(
            mc.ReviseProgram(program_id=world.program, effective_from=TODAY, goals=(), reason=MARK)
        )

    assert [s for s in spellings(MARK) if s in files(tmp_path)] == [MARK.encode()]


@pytest.mark.parametrize("coded", sorted(spellings(MARK)))
def test_every_spelling_is_told_apart_from_noise(coded: bytes) -> None:
    assert len(coded) >= 8


def test_the_files_of_keys_are_for_their_owner_only(sqlite_log: Place, tmp_path: Path) -> None:
    with sqlite_log.open(1) as opened:
        FullProgram(opened)
        modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in tmp_path.glob("program.ke*")}

    assert modes.keys() >= {"program.keys", "program.kek"}
    assert set(modes.values()) == {0o600}


def test_the_index_holds_digests_that_tell_nothing_without_the_key(sqlite_log: Place) -> None:
    with sqlite_log.open(1) as opened:
        FullProgram(opened)
        store = opened._store
        rows = {kind: store.entries(kind) for kind in ("key", "identity")}

    assert {kind: len(found) for kind, found in rows.items()} == {"key": 4, "identity": 3}
    for found in rows.values():
        for digest, row in found.items():
            assert len(digest) == 32
            assert row.body is None or len(row.body) == 32


def test_what_an_answer_shows_when_printed_is_not_personal(sqlite_log: Place) -> None:
    with sqlite_log.open(1) as opened:
        answer = opened.handle(mc.RegisterPerson(name=MARK), actor=COORDINATOR)
        replayed = [r for r in opened.events() if attrs.asdict(r)]

    assert MARK not in repr(answer)
    assert MARK not in repr(replayed)
