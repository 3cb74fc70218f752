"""Writers, subscriptions and rebuilders in processes of their own, killed, and a server restarted."""

import json
import random
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from embedding.busy_host import LATER, MEETINGS
from embedding.conftest import US
from pg_server import PgServer
from processes import Child, started

import mentorcore as mc

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]

SCRIPT = Path(__file__).parent / "busy_host.py"
WRITERS, PLACES = 8, 2  # as many places as the blueprint gives each mentor
NAMES = ("billing", "mirror")
PREFIXES = ("one_", "two_")


@pytest.fixture
def own_server() -> Iterator[PgServer]:
    """A server that this test may restart."""
    server = PgServer()
    yield server
    server.remove()


def furnished(url: str, keys: Path) -> dict[str, Any]:
    """Two pairs that meet, and a mentor with fewer places than there are writers to fill them."""
    with mc.open(url, keys=str(keys), clock=lambda: LATER) as engine:

        def ask(command: Any) -> Any:
            return engine.handle(command, actor=US)

        blueprint = mc.read_blueprint(mc.BLUEPRINT_TEMPLATE, "template")
        engine.batch(blueprint.commands(engine.new_id), actor=US)
        status = engine.status(viewer=mc.Viewer.coordinator())
        cohort = status.cohorts[0]

        def enrol(name: str, role: str) -> str:
            person = ask(mc.RegisterPerson(name=name)).stream
            command = mc.EnrolParticipant(
                person_id=person,
                program_id=status.program,
                cohort_id=cohort.cohort,
                role=role,
                since=cohort.starts_on,
            )
            here: str = ask(command).stream
            return here

        def pair(mentor: str, mentee: str) -> dict[str, Any]:
            return {
                "program_id": status.program,
                "cohort_id": cohort.cohort,
                "members": [
                    {"participant": mentor, "role": "mentor", "primary": True},
                    {"participant": mentee, "role": "mentee"},
                ],
                "on": f"{cohort.starts_on}",
            }

        busy = enrol("Busy Mentor", "mentor")
        pairings = [
            ask(
                engine.command(
                    "form-pairing", pair(enrol(f"M{n}", "mentor"), enrol(f"L{n}", "mentee"))
                )
            )
            for n in range(2)
        ]
        return {
            "pairings": [formed.stream for formed in pairings],
            "places": [pair(busy, enrol(f"W{n}", "mentee")) for n in range(WRITERS)],
            "day": f"{cohort.starts_on}",
            "busy": busy,
        }


def test_nothing_is_lost_or_doubled_whoever_is_killed(own_server: PgServer, tmp_path: Path) -> None:
    url, keys = own_server.url(), tmp_path / "program.keys"
    program = furnished(url, keys)
    with own_server.connect() as host:
        host.execute("CREATE SCHEMA host")
        host.execute(
            "CREATE TABLE host.line (number BIGSERIAL PRIMARY KEY, name TEXT, position BIGINT, "
            "stream TEXT, version INTEGER, UNIQUE (name, position))"
        )
    writing = [("write", url, keys, n, json.dumps(program)) for n in range(WRITERS)]
    following = [("follow", url, keys, name) for name in NAMES * 2]
    rebuilding = [("rebuild", url, keys, prefix) for prefix in PREFIXES]
    chosen = random.Random(11)

    with ExitStack() as stack:

        def start(words: tuple[Any, ...]) -> tuple[tuple[Any, ...], Child]:
            return words, stack.enter_context(started(sys.executable, SCRIPT, *words))

        running = [start(words) for words in (*writing, *following, *rebuilding)]
        for turn in range(10):
            time.sleep(0.5)
            if turn == 4:
                own_server.restart()
            at = chosen.randrange(len(running))
            words, child = running[at]
            if child.process.poll() is None:
                child.kill()
                running[at] = start(words)
        for words, child in running:
            if words[0] == "write":
                child.rest()
                assert child.process.returncode == 0
        with mc.open(url, keys=str(keys), clock=lambda: LATER) as engine:
            until = time.monotonic() + 60
            with own_server.connect() as host:
                while lines(host) != dict.fromkeys(NAMES, engine.position):
                    assert time.monotonic() < until, (lines(host), engine.position)
                    time.sleep(0.1)
        for _, child in running:
            child.kill()

    with mc.open(url, keys=str(keys), clock=lambda: LATER) as engine, own_server.connect() as host:
        events = list(engine.events())
        held = [e for e in events if e.name == "pairing.meeting-held"]
        assert len(held) == WRITERS * MEETINGS
        assert len({(e.stream, e.event.held_on) for e in held}) == len(held)
        joined = [
            e
            for e in events
            if e.stream == program["busy"] and e.name == "participant.pairing-joined"
        ]
        assert len(joined) == PLACES
        for name in NAMES:
            asked = (
                "SELECT position, stream, version FROM host.line WHERE name = %s ORDER BY number"
            )
            handed = host.execute(asked, (name,)).fetchall()
            assert handed == [(e.position, e.stream, e.version) for e in events]
        for prefix in PREFIXES:
            with engine.tables(host, prefix=prefix) as tables:
                assert tables.verify() == ()
        assert engine.verify().verdict in {"unanchored", "verified"}


def lines(host: Any) -> dict[str, int]:
    return dict(host.execute("SELECT name, max(position) FROM host.line GROUP BY name").fetchall())
