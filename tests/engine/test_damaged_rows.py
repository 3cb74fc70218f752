"""One row that was damaged stops what rests on it, says where it stands, and stops nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import mentorcore as mc

US = mc.Actor("tests", "coordinator", "system")
BOSS = mc.Viewer.coordinator()
DAY = date(2025, 9, 2)

Damage = Callable[[bytes], bytes]
DAMAGES: dict[str, Damage] = {
    "emptied": lambda _state: b"{}",
    "cut off": lambda state: state[:-7],
    "of a newer version": lambda state: state.replace(b'"v":1,', b'"v":99,'),
    "no text": lambda state: b"\xff" + state,
}
BEYOND = {"person.enrolled"}
"""Events that no answer about a program looks at."""


class Log:
    """Two programs in one file, each with a pair that met; whatever is damaged is put back."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "two.db"
        with mc.open(self.path) as engine:
            self.programs = [program(engine, name) for name in ("North", "South")]
            self.rows = [(r.position, r.stream, r.version, r.name) for r in engine.events()]
        self.ends = {"North": self.rows[len(self.rows) // 2 - 1][0], "South": self.rows[-1][0]}
        with closing(sqlite3.connect(self.path)) as db:
            self.states = dict(db.execute("SELECT rowid, state FROM stored_events"))

    def belongs_to(self, position: int) -> int:
        return 0 if position <= self.ends["North"] else 1

    def damage(self, position: int, damage: Damage) -> None:
        with closing(sqlite3.connect(self.path)) as db, db:
            for rowid, state in self.states.items():
                found = damage(state) if rowid == position else state
                db.execute("UPDATE stored_events SET state = ? WHERE rowid = ?", (found, rowid))
            db.execute("DELETE FROM view_row")
            db.execute("DELETE FROM tracking")


def program(engine: mc.Engine, name: str) -> str:
    text = mc.BLUEPRINT_TEMPLATE.replace("2026-", "2025-").replace("2027-", "2026-")
    text = text.replace("Peer mentoring for new principals", name)
    begun = engine.batch(mc.read_blueprint(text, "b").commands(engine.new_id), actor=US).stream
    cohort = engine.status(begun, viewer=BOSS).cohorts[0].cohort

    def enrol(who: str, role: str) -> str:
        person = engine.handle(mc.RegisterPerson(name=who), actor=US).stream
        since = date(2025, 9, 1)
        asked: Any = {"person_id": person, "program_id": begun, "cohort_id": cohort}
        enrol = mc.EnrolParticipant(role=role, since=since, **asked)
        return engine.handle(enrol, actor=US).stream

    mentor, mentee = enrol(f"{name} Ada", "mentor"), enrol(f"{name} Lin", "mentee")
    members = (
        mc.Member(participant=mentor, role="mentor", primary=True),
        mc.Member(participant=mentee, role="mentee"),
    )
    pairing = engine.handle(
        mc.FormPairing(program_id=begun, cohort_id=cohort, members=members, on=date(2025, 9, 1)),
        actor=US,
    ).stream
    engine.handle(mc.HoldMeeting(pairing_id=pairing, held_on=DAY, minutes=30), actor=US)
    return begun


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Log:
    return Log(tmp_path_factory.mktemp("damaged"))


def questions(engine: mc.Engine, program: str) -> Iterator[Callable[[], Any]]:
    yield lambda: engine.status(program, viewer=BOSS)
    yield lambda: engine.attention(program, viewer=BOSS)
    yield lambda: engine.status(program, viewer=BOSS, as_of=DAY)
    yield lambda: engine.status(program, viewer=BOSS, as_known=engine.position)
    yield lambda: engine.attention(program, viewer=BOSS, as_known=engine.position)


@pytest.mark.parametrize("damage", DAMAGES)
def test_every_row_stops_the_answers_about_its_own_program_alone(log: Log, damage: str) -> None:
    for position, stream, version, name in log.rows:
        log.damage(position, DAMAGES[damage])
        own = log.belongs_to(position)

        with mc.open(log.path) as engine:
            for ask in questions(engine, log.programs[1 - own]):
                ask()
            for ask in questions(engine, log.programs[own]) if name not in BEYOND else ():
                with pytest.raises(mc.FollowerStopped) as stopped:
                    ask()
                error = stopped.value
                at = (error.position, error.stream, error.version, error.name)
                assert at == (position, stream, version, name)


@pytest.mark.parametrize("damage", DAMAGES)
def test_whoever_reads_the_events_is_told_where_the_damaged_one_stands(
    log: Log, damage: str
) -> None:
    position, stream, version, name = log.rows[-1]
    log.damage(position, DAMAGES[damage])

    with mc.open(log.path) as engine:
        for read in (engine.events(), engine.events(stream=stream), engine.follow()):
            with pytest.raises(mc.EventError) as stopped:
                for _ in read:
                    pass

            error = stopped.value
            at = (error.position, error.stream, error.version, error.name)
            assert at == (position, stream, version, name)


def test_nothing_is_listed_as_if_it_were_all_there(log: Log) -> None:
    log.damage(log.rows[0][0], DAMAGES["emptied"])

    with mc.open(log.path) as engine, pytest.raises(mc.FollowerStopped):
        engine.programs()


def test_what_was_put_back_is_told_again_by_an_engine_that_stayed_open(log: Log) -> None:
    position = log.rows[-1][0]
    log.damage(position, DAMAGES["emptied"])
    south = log.programs[1]
    with mc.open(log.path) as engine:
        with pytest.raises(mc.FollowerStopped):
            engine.status(south, viewer=BOSS)

        log.damage(position, lambda state: state)

        numbers: Any = engine.status(south, viewer=BOSS).numbers
        assert numbers.meetings == 1
