"""What a response costs in an import of any length, and ten new rows in a program of any size.

It uses nothing but the public names, so that an earlier build can run it as well, each on a log
that it made itself. Run by `run.py --only import-growth`; by hand: benchmarks/import_growth.py
taking FOLDER 10000, or benchmarks/import_growth.py make FOLDER 100, then ... ten FOLDER
"""

import csv
import json
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from few_rows import TOGETHER, US
from measuring import peak

import mentorcore as mc

A_PAIRING = 50
"""Meetings of one pairing; a large export has more pairings, not longer ones."""
QUESTIONS = 14
"""Columns that the mapping does not ask for, beside six that it does."""
TEN = 10
IMPORTS = 5
"""Of ten rows, one after another in one process; the first one finds out who is there."""

MAPPING = """
form = "meetings"
kind = "meeting-log"
coverage = "partial"
[people]
by = "email"
[source]
keys = ["Id"]
[fields]
mentor = "Mentor"
mentee = "Mentee"
on = "Held at"
minutes = "Minutes"
topics = "Topics"
[defaults]
modality = "in_person"
[answers]
separator = ";"
date_order = "ymd"
"""
BY_NAME = MAPPING.replace('by = "email"', 'by = "name"')


def commands(engine: mc.Engine, program: str, pairings: int) -> Iterator[Any]:
    """A program with people who are known by address and by name, in pairs."""
    ids: Any = engine.new_id
    yield mc.DesignProgram(
        program_id=program,
        name="Induction",
        time_zone="America/New_York",
        settings=mc.Settings(
            roles=(mc.Role(code="mentor", part="mentor"), mc.Role(code="mentee", part="mentee")),
            shape="one_to_one",
            capacity=mc.Capacity(places=2),
            cadence=mc.Cadence(every=1, unit="week", minutes=45),
        ),
        goals=(mc.ProgramGoal(goal_id=ids("goal"), statement="Stay"),),
    )
    yield mc.LaunchProgram(program_id=program, on=date(2024, 8, 1))
    cohort = ids("cohort")
    yield mc.OpenCohort(
        program_id=program,
        cohort_id=cohort,
        name="2024",
        starts_on=date(2024, 8, 1),
        ends_on=date(2027, 7, 1),
        enrols_from=date(2024, 8, 1),
        enrols_until=date(2027, 7, 1),
    )
    day = date(2024, 9, 2)
    for number in range(pairings):
        members = {}
        for role in ("mentor", "mentee"):
            person, members[role] = ids("person"), ids("participant")
            yield mc.RegisterPerson(person_id=person, name=f"{role} {number}")
            yield mc.LinkExternalIdentity(
                person_id=person, scheme="email", value=f"{role}{number}@example.org"
            )
            yield mc.EnrolParticipant(
                participant_id=members[role],
                person_id=person,
                program_id=program,
                cohort_id=cohort,
                role=role,
                since=day,
            )
        yield mc.FormPairing(
            program_id=program,
            cohort_id=cohort,
            members=(
                mc.Member(participant=members["mentor"], role="mentor", primary=True),
                mc.Member(participant=members["mentee"], role="mentee"),
            ),
            on=day,
        )


def peopled(engine: mc.Engine, pairings: int) -> str:
    """Fill an empty log; answers with the program."""
    program, waiting = engine.new_id("program"), []
    for command in commands(engine, program, pairings):
        waiting.append(command)
        if len(waiting) == TOGETHER:
            engine.batch(waiting, actor=US)
            waiting = []
    engine.batch(waiting, actor=US)
    return program


def rows(path: Path, number: int) -> int:
    """Write meeting logs in the order of time; answers with how many pairings they are about."""
    pairings = -(-number // A_PAIRING)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        titles = ["Id", "Mentor", "Mentee", "Held at", "Minutes", "Topics"]
        out.writerow([*titles, *(f"Question {n}" for n in range(QUESTIONS))])
        for n in range(number):
            pair = n % pairings
            held = datetime(2024, 9, 3, 8) + timedelta(days=n // pairings, minutes=n % 7)
            people = [f"mentor{pair}@example.org", f"mentee{pair}@example.org"]
            own = [f"R{n}", *people, held.isoformat(" "), 45, "routines; feedback"]
            out.writerow([*own, *(f"answer {n} to {q}, in words" for q in range(QUESTIONS))])
    return pairings


def taking(folder: str, number: str) -> dict[str, Any]:
    """New meeting logs, and the same file again: µs of the processor's time a response."""
    path, count = Path(folder) / "meetings.csv", int(number)
    pairings = rows(path, count)
    mapping = mc.read_mapping(MAPPING, "meetings.toml")
    took = {}
    with mc.open(Path(folder) / "log.db") as engine:
        program = peopled(engine, pairings)
        for what in ("new", "again"):
            began = time.process_time()
            counts = engine.take_in(path, mapping, actor=US, program=program).counts
            took[what] = (time.process_time() - began) / count * 1e6
            assert (counts.taken if what == "new" else counts.unchanged) == count, counts
            took.setdefault("memory", peak())
    return took


def make(folder: str, pairings: str) -> dict[str, Any]:
    """A program of so many pairings; its views are stored."""
    with mc.open(Path(folder) / "log.db") as engine:
        program = peopled(engine, int(pairings))
        engine.programs()
        Path(folder, "ten.json").write_text(json.dumps([program, int(pairings), 0]))
        return {"events": engine.position}


def ten(folder: str) -> dict[str, Any]:
    """Ten new rows by name, in a few imports of one process: seconds of the processor's time."""
    program, pairings, first = json.loads(Path(folder, "ten.json").read_text())
    mapping = mc.read_mapping(BY_NAME, "ten.toml")
    path, took = Path(folder) / "ten.csv", []
    with mc.open(Path(folder) / "log.db") as engine:
        for turn in range(first, first + IMPORTS):
            with path.open("w", encoding="utf-8", newline="") as file:
                out = csv.writer(file)
                out.writerow(["Id", "Mentor", "Mentee", "Held at", "Minutes", "Topics"])
                held = datetime(2025, 1, 6, 8) + timedelta(hours=turn)
                for n in range(TEN):
                    pair = n * 7 % pairings
                    who = [f"mentor {pair}", f"mentee {pair}"]
                    out.writerow([f"R{turn}-{n}", *who, held.isoformat(" "), 45, ""])
            began = time.process_time()
            counts = engine.take_in(path, mapping, actor=US, program=program).counts
            took.append(time.process_time() - began)
            assert counts.taken == TEN, counts
    Path(folder, "ten.json").write_text(json.dumps([program, pairings, first + IMPORTS]))
    return {"first": took[0], "next": sorted(took[1:])[(IMPORTS - 1) // 2]}


FIGURES = {f.__name__: f for f in (taking, make, ten)}

if __name__ == "__main__":
    print(json.dumps(FIGURES[sys.argv[1]](*sys.argv[2:])))
