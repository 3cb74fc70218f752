"""Which store an address means, and what an address may say."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from engine.world import mc

from mentorcore.errors import LogError
from mentorcore.log.stores.memory import MemoryStore
from mentorcore.log.stores.opening import open_store
from mentorcore.log.stores.postgres.address import place
from mentorcore.log.stores.sqlite.store import SQLiteStore


def test_an_address_without_a_scheme_is_a_path(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "postgresql.db"))

    assert isinstance(store, SQLiteStore)
    store.close()


def test_memory_is_asked_for_by_name() -> None:
    store = open_store(":memory:")

    assert isinstance(store, MemoryStore)
    assert store.url == ":memory:"
    store.close()


@pytest.mark.parametrize("url", ["mysql://host/db", "sqlite:///program.db", "http://host"])
def test_an_unknown_scheme_is_refused(url: str) -> None:
    with pytest.raises(LogError, match="no store is known for"):
        open_store(url)


@pytest.mark.parametrize(
    "address",
    [
        "file:log?mode=memory&cache=shared&uri=true",
        "file:program.db",
        "FILE::memory:",
        "sqlite:program.db",
        "sqlite3::memory:",
        "sqlite+pysqlite:program.db",
        "postgresql:mentoring",
        "host=localhost dbname=mentoring",
        "dbname = mentoring",
        ":Memory:",
        ":temp:",
    ],
)
def test_an_address_of_another_library_makes_no_file_of_that_name(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(LogError, match=r"reads like an address for .* give the path alone"):
        open_store(address)

    assert list(tmp_path.iterdir()) == []


PASSWORD = "Xq/Zv#1?x"


def in_a_traceback(error: BaseException | None) -> Iterator[str]:
    """The texts of an error and of those that a traceback tells before it."""
    while error is not None:
        yield str(error)
        hidden = None if error.__suppress_context__ else error.__context__
        error = error.__cause__ or hidden


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://mentor:{PASSWORD}@localhost:1/programs",
        "postgresql://mentor:Xq[Zv@localhost:1/programs",
        f"postgresql:/mentor:{PASSWORD}@localhost/programs",
        f"postgresql+psycopg://mentor:{PASSWORD}@localhost/programs",
        f"host=localhost password={PASSWORD}",
    ],
)
@pytest.mark.parametrize("use", ["log", "keys", "keys in a database", "tables"])
def test_no_address_that_is_refused_shows_its_password_or_becomes_a_file(
    use: str, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ways: dict[str, Callable[[], object]] = {
        "log": lambda: open_store(address),
        "keys": lambda: mc.open(":memory:", keys=address),
        "keys in a database": lambda: mc.KeysInPostgres(address),
        "tables": lambda: mc.open(":memory:").tables(address),
    }

    with pytest.raises(mc.MentorcoreError) as refused:
        ways[use]()

    printed = " ".join(in_a_traceback(refused.value))
    assert [piece for piece in ("Xq", "Zv") if piece in printed] == []
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_really_called_so_is_opened_by_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    open_store("./file:program.db").close()
    open_store("user-data 10:30.db").close()

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "file:program.db",
        "user-data 10:30.db",
    ]


WITHOUT_PSYCOPG = """
import sys
sys.modules["psycopg"] = None
from mentorcore.errors import MissingExtra
from mentorcore.log.stores.opening import open_store
open_store(":memory:").close()
try:
    open_store("postgresql://mentor@localhost/mentoring")
except MissingExtra as error:
    print(error)
"""


@pytest.mark.processes
def test_without_psycopg_the_missing_extra_is_named() -> None:
    said = subprocess.run(
        [sys.executable, "-c", WITHOUT_PSYCOPG], capture_output=True, text=True, check=True
    )

    assert said.stdout.strip() == (
        "a log in PostgreSQL needs an optional part: pip install 'mentorcore[postgres]'"
    )


@pytest.mark.processes
def test_only_the_store_that_is_used_is_loaded() -> None:
    program = (
        "import sys; from mentorcore.log.stores.opening import open_store; open_store(':memory:').close();"
        "print([m for m in ('psycopg', 'sqlite3', 'eventsourcing') if m in sys.modules])"
    )

    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert said.stdout.strip() == "[]"


@pytest.mark.processes
def test_a_log_is_opened_and_read_without_a_converter() -> None:
    program = (
        "import sys, mentorcore as mc; engine = mc.open(':memory:');"
        "engine.handle(mc.RegisterPerson(name='Ada'), actor=mc.Actor('us', 'host', 'system'));"
        "assert len(list(engine.events())) == 1; engine.close();"
        "print([m for m in ('cattrs', 'eventsourcing') if m in sys.modules])"
    )

    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert said.stdout.strip() == "[]"


def test_an_address_says_everything_that_leads_to_the_place() -> None:
    at = place(
        "postgres://ada:s%40cret@db.example.edu:6543/men%20toring?schema=north&sslmode=require"
    )

    assert (at.host, at.port, at.dbname, at.schema) == (
        "db.example.edu",
        6543,
        "men toring",
        "north",
    )
    assert (at.user, at.password) == ("ada", "s@cret")
    assert at.parameters()["sslmode"] == "require"
    assert at.parameters()["hostaddr"] == at.parameters()["options"] == ""


def test_a_folder_of_sockets_is_given_as_the_host() -> None:
    at = place("postgresql:///mentoring?host=/var/run/postgresql&port=5433&user=ada")

    assert (at.host, at.port, at.user, at.dbname) == (
        "/var/run/postgresql", 5433, "ada", "mentoring",
    )  # fmt: skip


def test_what_an_address_leaves_open_is_not_left_to_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PGUSER", "somebody")
    monkeypatch.setenv("USER", "somebody")
    monkeypatch.setenv("LOGNAME", "somebody")

    at = place("postgresql:///mentoring")

    assert (at.host, at.port, at.schema, at.password) == ("localhost", 5432, "public", "")
    assert at.user != "somebody"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ada:geheim@localhost/mentoring?schema=x",
        "postgresql://ada:ge%3Aheim@localhost/mentoring?schema=x",
        "postgresql://:geheim@localhost/mentoring?user=ada&schema=x",
    ],
)
def test_no_message_shows_the_password(url: str) -> None:
    at = place(url)

    assert "heim" not in at.url + repr(at)
    assert "schema=x" in at.url


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ada:geheim@localhost/mentoring?sslmod=on",
        "postgresql://ada@localhost/mentoring?password=geheim",
        "postgresql://ada:geheim/x@localhost/mentoring",
        "postgresql://ada:geheim@localhost",
        "postgresql://ada:geheim@localhost/mentoring?schema=1",
    ],
)
def test_no_refusal_shows_the_password(url: str) -> None:
    with pytest.raises(LogError) as refusal:
        place(url)

    assert "geheim" not in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("postgresql://ada@localhost", "names no database"),
        ("postgresql://ada@localhost/", "names no database"),
        ("postgresql://ada@localhost:port/db", "malformed"),
        ("postgresql://ada@localhost/db?port=x", "the port is no number"),
        ("postgresql://ada@localhost/db?schema=", "cannot name a schema"),
        ("postgresql://ada@localhost/db?schema=a;b", "cannot name a schema"),
        ("postgresql://ada@localhost/db?schema=a%22b", "cannot name a schema"),
        ("postgresql://ada@localhost/db?scheme=x", "unknown in the address of a log: scheme"),
        ("postgresql://ada@localhost/db?options=-cfsync=off", "unknown in the address"),
        ("postgresql://ada@localhost/db?schema", "malformed"),
    ],
)
def test_a_malformed_address_is_refused(url: str, message: str) -> None:
    with pytest.raises(LogError, match=message):
        place(url)
