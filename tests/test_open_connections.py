"""Whatever fails to open a file lets it go; and whoever forgets a connection is told where."""

import gc
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from audit.vectors import KEY, WITNESS
from open_connections import OpenConnections

import mentorcore as mc
from mentorcore.audit import standalone
from mentorcore.audit.notes.signing_keys import create_signing_key
from mentorcore.audit.witness.witness import Witness
from mentorcore.errors import Invalid, KeyMissing, NotALog
from mentorcore.log.sealing.key_file import KeyFile


def foreign(path: Path) -> Path:
    """A database of another program, readable by its owner alone."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE seen (name)")
    path.chmod(0o600)
    return path


def garbage(path: Path) -> Path:
    path.write_bytes(b"no database, but long enough to be taken for one" * 100)
    path.chmod(0o600)
    return path


def with_keys_of_another(folder: Path) -> object:
    mc.open(folder / "one.db").close()
    mc.open(folder / "two.db").close()
    return mc.open(folder / "one.db", keys=folder / "two.keys")


def signing_a_copy(folder: Path) -> object:
    create_signing_key(folder / "log.key", "example.org/log")
    with mc.open(folder / "log.db") as engine:
        actor = mc.Actor("test", "coordinator", "system")
        engine.export(folder / "copy.db", recipient="auditor", actor=actor)
    return mc.open(folder / "copy.db", keys=folder / "log.keys", sign=folder / "log.key")


def key_file_of_another_program(folder: Path) -> object:
    KeyFile(folder / "program.keys", bytes(16), create=True).close()
    (folder / "program.keys").unlink()
    return KeyFile(foreign(folder / "program.keys"), bytes(16), create=False)


FAILING: dict[str, tuple[type[Exception], Callable[[Path], object]]] = {
    "a log of another program": (NotALog, lambda at: mc.open(foreign(at / "log.db"))),
    "a log that is no database": (NotALog, lambda at: mc.open(garbage(at / "log.db"))),
    "keys of another log": (KeyMissing, with_keys_of_another),
    "signing what is a copy": (Invalid, signing_a_copy),
    "a key file of another program": (KeyMissing, key_file_of_another_program),
    "the verifier, another program": (
        sqlite3.IntegrityError,
        lambda at: standalone.File(foreign(at / "log.db")),
    ),
    "the verifier, no database": (
        sqlite3.DatabaseError,
        lambda at: standalone.File(garbage(at / "log.db")),
    ),
    "a witness, no database": (
        KeyMissing,
        lambda at: Witness(garbage(at / "witness.db"), WITNESS, [KEY], lambda: datetime.now(UTC)),
    ),
}


@pytest.mark.parametrize("what", FAILING)
def test_what_cannot_be_opened_is_let_go(what: str, tmp_path: Path) -> None:
    kind, fail = FAILING[what]

    with OpenConnections() as counted, pytest.raises(kind):
        fail(tmp_path)

    assert not counted.places(), counted.told()


def test_a_forgotten_connection_is_told_with_the_line_that_made_it(tmp_path: Path) -> None:
    with OpenConnections() as counted:
        forgotten = sqlite3.connect(tmp_path / "some.db")
        sqlite3.connect(tmp_path / "other.db").close()
        told = counted.told()
        forgotten.close()

    (line,) = told.splitlines()[1:]
    assert "1 x" in line
    assert "tests/test_open_connections.py:" in line
    assert "in tests/test_open_connections.py::test_a_forgotten_connection" in line
    assert not counted.places()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # 3.13 tells too
def test_a_connection_that_the_collector_took_counts_as_forgotten(tmp_path: Path) -> None:
    with OpenConnections() as counted:
        sqlite3.connect(tmp_path / "some.db")
        gc.collect()

    assert counted.places().total() == 1
