"""The engine has the only clock, and what the log learned never moves back in time."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from engine.world import COORDINATOR, NOON, Clock, Place, World, mc

from mentorcore.engine.commands.ids import time_ordered
from mentorcore.errors import MentorcoreError, Refused


def test_inv_52_recorded_time_never_decreases_when_the_clock_jumps_back(at: Place) -> None:
    clock = Clock()
    with at.open(1, clock) as opened:
        world = World(opened)
        for hours in (0, 5, -3, -48, 2, 0.1, -24 * 400, 24 * 410):
            clock.move(hours=hours)
            world.person()
        times = [r.recorded_at for r in opened.events()]

    assert times == sorted(times)
    assert times[-1] == clock.now
    assert len(set(times)) == 3  # noon, five hours later, and the day after a year of mistakes


def test_inv_52_engines_whose_clocks_differ_share_one_order_of_time(durable: Place) -> None:
    early, late = Clock(NOON - timedelta(days=1)), Clock(NOON + timedelta(hours=1))
    one, other = durable.open(1, late), durable.open(1000, early)
    for opened in (one, other, one, other):
        opened.handle(mc.RegisterPerson(), actor=COORDINATOR)

    times = [r.recorded_at for r in one.events()]

    assert times == [late.now] * 4
    one.close()
    other.close()


def test_recorded_time_is_taken_when_the_turn_to_write_has_come(at: Place) -> None:
    clock = Clock()
    with at.open(1, clock) as opened:
        opened._desk.before_append = lambda: clock.move(seconds=7)

        answer = opened.handle(mc.RegisterPerson(), actor=COORDINATOR)

    assert answer.events[0].recorded_at == NOON + timedelta(seconds=7)


def test_recorded_time_is_never_before_the_decision(at: Place) -> None:
    clock = Clock()
    with at.open(1, clock) as opened:
        opened._desk.before_append = lambda: clock.move(seconds=-7)

        answer = opened.handle(mc.RegisterPerson(), actor=COORDINATOR)

    assert answer.events[0].recorded_at == NOON


def test_a_clock_in_any_zone_tells_the_same_instant() -> None:
    away = NOON.astimezone(timezone(timedelta(hours=-10)))
    with mc.open(clock=lambda: away) as opened:
        answer = opened.handle(mc.RegisterPerson(), actor=COORDINATOR)

    assert answer.events[0].recorded_at == NOON
    assert answer.events[0].recorded_at.tzinfo is UTC


def test_a_clock_that_knows_no_zone_is_found_out_and_nothing_is_recorded() -> None:
    naive = datetime(2026, 11, 23, 12)  # noqa: DTZ001 - this is what is wrong with it
    with mc.open(clock=lambda: naive) as opened:
        with pytest.raises(MentorcoreError, match="zone"):
            opened.handle(mc.RegisterPerson(), actor=COORDINATOR)

        assert opened.position == 0


def test_a_clock_that_fails_under_the_lock_leaves_nothing_behind(at: Place) -> None:
    clock = Clock()
    broken = [False]

    def now() -> datetime:
        if broken[0]:
            raise OSError("the clock stands still")
        return clock()

    with at.open(1, now) as opened:  # type: ignore[arg-type]  # a clock that fails is the point
        opened._desk.before_append = lambda: broken.__setitem__(0, True)
        with pytest.raises(OSError, match="stands still"):
            opened.handle(mc.RegisterPerson(), actor=COORDINATOR, key="k")
        opened._desk.before_append = lambda: None
        broken[0] = False

        assert opened.position == 0
        assert not opened.handle(mc.RegisterPerson(), actor=COORDINATOR, key="k").replayed


def test_days_are_the_days_of_the_program() -> None:
    clock = Clock(datetime(2026, 11, 24, 7, 30, tzinfo=UTC))  # still the 23rd in Los Angeles
    with mc.open(clock=clock) as opened:
        world = World(opened)
        pairing = world.pair()

        world.ask(mc.HoldMeeting(pairing_id=pairing, held_on=NOON.date(), minutes=30))
        with pytest.raises(Refused, match="future"):
            world.ask(mc.HoldMeeting(pairing_id=pairing, held_on=clock.now.date(), minutes=30))


def test_ids_rise_with_the_clock_and_within_one_instant() -> None:
    clock = Clock()
    make = time_ordered(clock)
    ids = []
    for _ in range(50):
        ids += [make() for _ in range(100)]
        clock.move(milliseconds=3)

    assert ids == sorted(ids)
    assert len(set(ids)) == 5000
    assert {(i[12], i[16] in "89ab", len(i)) for i in ids} == {("7", True, 32)}


def test_ids_rise_when_the_clock_jumps_back() -> None:
    clock = Clock()
    make = time_ordered(clock)
    before = make()
    clock.move(days=-30)

    after = [make() for _ in range(100)]

    assert [before, *after] == sorted([before, *after])


AMBIENT = """
import sys
from datetime import datetime, UTC
from itertools import count
import mentorcore as mc
n = count(1)
e = mc.open("program.db" if sys.argv[1] == "here" else sys.argv[1],
    clock=lambda: datetime(2026, 11, 23, 20, tzinfo=UTC), ids=lambda: f"{next(n):032x}")
actor = mc.Actor(id="person:" + "0" * 31 + "c", role="coordinator", kind="person")
a = e.handle(mc.RegisterPerson(name="\\u0130\\u00df"), actor=actor)
e.handle(mc.LinkExternalIdentity(person_id=a.stream, scheme="payroll", value="I\\u0130\\u00df"),
    actor=actor)
for r in e.events():
    print(r.position, r.stream, r.version, type(r.event).__name__, r.recorded_at.isoformat())
e.close()
"""


@pytest.mark.processes
def test_nothing_ambient_changes_what_is_recorded(tmp_path: Path) -> None:
    surroundings: list[dict[str, str]] = [
        {},
        {"TZ": "Asia/Kolkata", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
        {"TZ": "XYZ+99", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "utf-8"},
        {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "SQLITE_DBNAME": "/nowhere/else.db",
            "POSTGRES_DBNAME": "elsewhere",
            "ORIGINATOR_ID_TYPE": "uuid",
            "CIPHER_KEY": "x",
            "COMPRESSOR_TOPIC": "zlib",
            "IS_SNAPSHOTTING_ENABLED": "y",
            "MENTORCORE_KEYS": "/nowhere",
            "HOME": "/nowhere",
            "TMPDIR": "/nowhere",
        },
    ]
    said, left = [], []
    for number, variables in enumerate(surroundings):
        folder = tmp_path / str(number)
        (folder / "elsewhere").mkdir(parents=True)
        plain = {k: v for k, v in os.environ.items() if k in {"PATH", "VIRTUAL_ENV"}}
        done = subprocess.run(
            [
                sys.executable,
                "-W",
                "error",
                "-c",
                AMBIENT,
                "here" if number % 2 else "../program.db",
            ],
            cwd=folder if number % 2 else folder / "elsewhere",
            env={**plain, **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        said.append(done.stdout)
        left.append(sorted(p.name for p in folder.rglob("*") if p.is_file()))

    assert len(set(said)) == 1
    assert said[0].count("\n") == 2
    assert left == [["program.db", "program.kek", "program.keys", "program.keys-journal"]] * 4


def test_what_was_recorded_together_is_told_by_the_log_and_not_by_the_clock(at: Place) -> None:
    """One piece of work in several appends, by a clock that stands still, in every store."""
    with at.open(1) as one:
        world = World(one)
        first = one.position
        ends = []
        for size in (3, 1, 2, 4):
            one.batch(
                [mc.RegisterPerson() for _ in range(size)],
                actor=COORDINATOR,
                correlation=f"command:{1:032x}",
            )
            ends.append(one.position)
        viewer = mc.Viewer.auditor()

        known = {
            position: one.status(world.program, viewer=viewer, as_known=position).position
            for position in range(first, ends[-1] + 1)
        }

        recorded = list(one.events(after=first))
        assert {r.recorded_at for r in recorded} == {NOON}
        assert [r.nth for r in recorded] == [0, 1, 2, 0, 0, 1, 0, 1, 2, 3]
        assert known == {p: max(e for e in (first, *ends) if e <= p) for p in known}
