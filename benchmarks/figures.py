"""The figures, one function each: ours, the plain library's and the raw database's in one run.

Run by `run.py` in processes of their own; by hand: python benchmarks/figures.py replay LOG PLAIN
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from typing import Any

import logs
import plain
from measuring import once, peak, seconds

import mentorcore as mc
from mentorcore.engine.opening import open_engine
from mentorcore.log.sealing.keys import MemoryKeys
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.stores.opening import open_store

US = mc.Actor("benchmark", "coordinator", "system")
STATE = os.urandom(330)
PAGE = 500
"""Events read at once by all readers alike; larger pages leave the processor's cache."""


def raw_table(path: str) -> sqlite3.Connection:
    """The bare table, as durable as ours."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute(
        "CREATE TABLE e (p INTEGER PRIMARY KEY AUTOINCREMENT, s TEXT NOT NULL, v INTEGER NOT NULL,"
        " n TEXT NOT NULL, d BLOB NOT NULL, UNIQUE(s, v)) STRICT"
    )
    return db


def raw_single(path: str, number: int) -> int:
    """Durable inserts, one row a transaction."""
    db = raw_table(path)
    for version in range(number):
        db.execute("BEGIN IMMEDIATE")
        db.execute("INSERT INTO e(s,v,n,d) VALUES ('a',?,'x',?)", (version, STATE))
        db.execute("COMMIT")
    db.close()
    return number


def raw_bulk(path: str, number: int) -> int:
    """Durable inserts, 500 rows a transaction."""
    db = raw_table(path)
    for start in range(0, number, 500):
        db.execute("BEGIN IMMEDIATE")
        rows = [(f"s{start:09d}", v, STATE) for v in range(500)]
        db.executemany("INSERT INTO e(s,v,n,d) VALUES (?,?,'x',?)", rows)
        db.execute("COMMIT")
    db.close()
    return number


def world(engine: Any, pairs: int = 1) -> list[Any]:
    """A program with pairings; answers with their ids."""

    def ask(command: Any) -> Any:
        return engine.handle(command, actor=US)

    day = date(2024, 9, 2)
    goal = mc.ProgramGoal(goal_id=engine.new_id("goal"), statement="Stay")
    program = ask(
        mc.DesignProgram(
            name="Induction", time_zone="America/New_York", settings=logs.SETTINGS, goals=(goal,)
        )
    ).stream
    ask(mc.LaunchProgram(program_id=program, on=date(2024, 8, 1)))
    opened = mc.OpenCohort(
        program_id=program,
        name="2024",
        starts_on=date(2024, 8, 1),
        ends_on=date(2027, 7, 1),
        enrols_from=date(2024, 8, 1),
        enrols_until=date(2027, 7, 1),
    )
    cohort = ask(opened).events[0].event.cohort.cohort_id
    made = []
    for number in range(pairs):
        members = []
        for role in ("mentor", "mentee"):
            person = ask(mc.RegisterPerson(name=f"{role} {number}")).stream
            address = f"{role}{number}@example.org"
            ask(mc.LinkExternalIdentity(person_id=person, scheme="email", value=address))
            enrolment = mc.EnrolParticipant(
                person_id=person, program_id=program, cohort_id=cohort, role=role, since=day
            )
            members.append(ask(enrolment).stream)
        formed = mc.FormPairing(
            program_id=program,
            cohort_id=cohort,
            members=(
                mc.Member(participant=members[0], role="mentor", primary=True),
                mc.Member(participant=members[1], role="mentee"),
            ),
            on=day,
        )
        made.append(ask(formed).stream)
    return made


def append(folder: str) -> dict[str, Any]:
    """A command through reads, decide, seal and append: of one stream, and with companions."""
    number = 1_500
    raw = once(lambda: raw_single(f"{folder}/raw.db", number * 2))
    app = plain.application(f"{folder}/plain.db")
    # The library's aggregates grow without end; a new one every 20 events keeps loading short.
    pairings = [app.form() for _ in range(number // 20)]

    def plainly() -> int:
        for pairing in pairings * 20:
            app.progress(pairing, "in_progress")
        return len(pairings) * 20

    library = once(plainly)
    with open_engine(f"{folder}/ours.db") as engine:
        made = world(engine, 20)
        goals = {}
        for pairing in made:
            goal = mc.SetGoal(pairing_id=pairing, statement="Plan a unit", on=date(2024, 9, 9))
            goals[pairing] = engine.handle(goal, actor=US).events[0].event.goal_id

        def progress() -> int:
            for turn in range(number):
                pairing = made[turn % 20]
                engine.handle(
                    mc.RecordGoalProgress(
                        pairing_id=pairing,
                        goal_id=goals[pairing],
                        on=date(2024, 10, 1),
                        status="in_progress",
                    ),
                    actor=US,
                )
            return number

        def meetings() -> int:
            for turn in range(number):
                held_at = datetime(2024, 9, 3, 15, tzinfo=UTC) + timedelta(days=turn // 20)
                engine.handle(
                    mc.HoldMeeting(
                        pairing_id=made[turn % 20],
                        held_at=held_at,
                        minutes=45,
                        topics=("routines",),
                    ),
                    actor=US,
                )
            return number

        one, three = once(progress), once(meetings)
    return {"one": one, "three": three, "library": library, "raw": raw}


def replay(log: str, plain_log: str) -> dict[str, Any]:
    """Every event of a sealed log, decoded."""
    store, codec = open_store(log), Codec()

    def scan() -> int:
        after = count = 0
        while page := store.page(after, PAGE):
            after, count = page[-1].position, count + len(page)
        return count

    def ours() -> int:
        after = count = 0
        while page := store.page(after, PAGE):
            for row in page:
                codec.recorded(row)
            after, count = page[-1].position, count + len(page)
        return count

    raw_db = sqlite3.connect(log)

    def raw() -> int:
        return sum(1 for _ in raw_db.execute("SELECT * FROM stored_events ORDER BY rowid"))

    decoded, memory = once(ours), peak()
    scanned, bare = once(scan), once(raw)
    store.close()
    app = plain.application(plain_log)

    def library() -> int:
        start, count = 1, 0
        while page := app.recorder.select_notifications(start, PAGE):
            for notification in page:
                app.mapper.to_domain_event(notification)
            start, count = page[-1].id + 1, count + len(page)
        return count

    return {
        "ours": decoded,
        "scan": scanned,
        "raw": bare,
        "library": once(library),
        "memory": memory,
    }


def catch_up(url: str, plain_url: str, events: str) -> dict[str, Any]:
    """A status view from nothing to the end of the log."""
    from mentorcore.projections.folding.projector import Projector
    from mentorcore.projections.summary.summary import SUMMARY

    store, codec = open_store(url), Codec()
    for view in store.views():
        store.view_drop(view)
    following = Projector(SUMMARY, store, codec.recorded)
    tail = store.tail()

    def ours() -> int:
        following.catch_up()
        return tail

    caught, memory = once(ours), peak()
    store.close()
    library = 0.0
    if plain_url:
        number = int(events)
        leader = (
            plain.application(plain_url)
            if "{" not in plain_url
            else plain.on_postgres(json.loads(plain_url))
        )
        with tempfile.TemporaryDirectory() as folder:
            follower = (
                plain.application(f"{folder}/view.db", plain.PlainStatus)
                if "{" not in plain_url
                else plain.on_postgres(json.loads(plain_url), plain.PlainStatus)
            )
            follower.follow("Plain", leader.notification_log)

            def theirs() -> int:
                follower.pull_and_process("Plain", stop=number)
                return number

            library = once(theirs)
            follower.close()
        leader.close()
    return {"ours": caught, "library": library, "memory": memory}


def persisted(log: str) -> dict[str, Any]:
    """Open a log with a stored view and ask for the status of one program."""
    answer: list[Any] = []

    def ask() -> None:
        with open_engine(log, keys=MemoryKeys()) as engine:
            program = next(iter(engine.events(names=["program.designed"]))).stream
            view = engine.status(program, viewer=mc.Viewer.auditor())
            answer.append(len(view.pairings))

    return {"seconds": seconds(ask), "pairings": answer[0]}


def starting() -> dict[str, Any]:
    """Import time, best of five, beside the packages alone."""

    def best(code: str) -> float:
        def run() -> None:
            subprocess.run([sys.executable, "-c", code], check=True)

        return min(seconds(run) for _ in range(5))

    nothing = best("pass")
    packages = "import attrs, cattrs, msgspec, zoneinfo"
    return {
        "ours": best("import mentorcore") - nothing,
        "used": best("import mentorcore; mentorcore.open(':memory:')") - nothing,
        "packages": best(packages) - nothing,
    }


FIGURES = {f.__name__: f for f in (append, replay, catch_up, persisted, starting)}

if __name__ == "__main__":
    print(json.dumps(FIGURES[sys.argv[1]](*sys.argv[2:])))
