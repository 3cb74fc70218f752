"""Logs for the tests to work on: in memory, in SQLite, and in a real PostgreSQL server."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import processes
import pytest
from cli.asking import Run, Said
from hypothesis import settings
from open_connections import OpenConnections
from pg_server import PgServer

from mentorcore.log.storage.store import Store
from mentorcore.log.stores.opening import open_store

# We and the processes that tests start compile our modules once, and not each time and each of them
# all.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A commit waits four milliseconds for a disk and not at all for memory; what tests show is the same,
# since they end processes and no machines. Where there is little of it, or nothing in it can be run,
# they stay on disk.
MEMORY = Path("/dev/shm")
ROOM = 2**30
if MEMORY.is_dir() and os.access(MEMORY, os.W_OK):
    about = os.statvfs(MEMORY)
    if about.f_bavail * about.f_frsize > ROOM and not about.f_flag & os.ST_NOEXEC:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

# The same examples every time: a suite that fails now and then tells nothing about a change. Tests
# marked slow look for new ones.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """What starts a process is marked so, or leaving those tests out would not be quick."""
    before = processes.count_started()
    result = yield
    is_marked = pyfuncitem.get_closest_marker("processes") is not None
    is_ours = pyfuncitem.function.__module__.split(".")[0] != "mentorcore"  # not of a test kit
    if processes.count_started() > before and is_ours and not is_marked:
        pytest.fail("starts a process: mark it with @pytest.mark.processes", pytrace=False)
    return result


@pytest.fixture(scope="session", autouse=True)
def open_connections() -> Iterator[OpenConnections]:
    """Whatever opens an SQLite file closes it, also where it fails."""
    with OpenConnections() as counted:
        yield counted
    assert not counted.places(), counted.told()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PgServer]:
    """One server for all tests; each test takes a schema of its own in it."""
    server = PgServer()
    yield server
    server.remove()


@pytest.fixture
def postgres_url(postgres_server: PgServer) -> str:
    """Where a new log can be made in PostgreSQL."""
    return postgres_server.url()


@pytest.fixture(params=["sqlite", "postgres"])
def durable_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new log can be made that outlives the process."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return str(tmp_path / "program.db")


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new log can be made, in each kind of store."""
    if request.param == "memory":
        return ":memory:"
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return str(tmp_path / "program.db")


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An open, empty log in each kind of store."""
    opened = open_store(store_url)
    yield opened
    opened.close()


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command line in this process; words are made text."""
    from mentorcore.cli.main import main

    def said(*words: object) -> Said:
        capsys.readouterr()
        code = main([str(word) for word in words])
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return said
