"""Ten new rows into a large log: the first import of a process, and the next one.

It uses nothing but the public names, so that an earlier build can run it as well, each on a log
that it made itself. Run by `run.py`; by hand: benchmarks/few_rows.py make FOLDER 500000, and then
benchmarks/few_rows.py take FOLDER 1
"""

import csv
import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import mentorcore as mc

US = mc.Actor("benchmark", "coordinator", "system")
PAIRINGS, MEETINGS = 100, 65
"""Of each program, and of each pairing; a meeting becomes three events."""
ROWS = 10
TOGETHER = 500
BEGINNING = datetime(2024, 9, 2, 15, tzinfo=UTC)

MAPPING = """
form = "meetings"
kind = "meeting-log"
coverage = "partial"
[people]
by = "name"
[source]
keys = ["Id"]
[fields]
mentor = "Mentor"
mentee = "Mentee"
on = "Held at"
minutes = "Minutes"
[defaults]
modality = "in_person"
[answers]
date_order = "ymd"
"""


def commands(engine: mc.Engine, program: str, first: int) -> Iterator[Any]:
    """All that happens in one program."""
    ids: Any = engine.new_id
    yield mc.DesignProgram(
        program_id=program,
        name=f"Induction {first}",
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
    for number in range(first, first + PAIRINGS):
        members = {}
        for role in ("mentor", "mentee"):
            person, members[role] = ids("person"), ids("participant")
            yield mc.RegisterPerson(person_id=person, name=f"{role} {number}")
            yield mc.EnrolParticipant(
                participant_id=members[role],
                person_id=person,
                program_id=program,
                cohort_id=cohort,
                role=role,
                since=day,
            )
        pairing = ids("pairing")
        yield mc.FormPairing(
            pairing_id=pairing,
            program_id=program,
            cohort_id=cohort,
            members=(
                mc.Member(participant=members["mentor"], role="mentor", primary=True),
                mc.Member(participant=members["mentee"], role="mentee"),
            ),
            on=day,
        )
        for week in range(MEETINGS):
            held_at = BEGINNING + timedelta(days=7 * week, minutes=number % 60)
            yield mc.HoldMeeting(
                pairing_id=pairing, held_at=held_at, minutes=45, modality="in_person"
            )


def make(folder: str, events: str) -> dict[str, Any]:
    """Fill a log by commands, up to so many events, and store its views."""
    with mc.open(Path(folder) / "few.db") as engine:
        number, program = 0, ""
        while engine.position < int(events):
            program, waiting = engine.new_id("program"), []
            for command in commands(engine, program, number):
                waiting.append(command)
                if len(waiting) == TOGETHER:
                    engine.batch(waiting, actor=US)
                    waiting = []
            engine.batch(waiting, actor=US)
            number += PAIRINGS
        engine.programs()
        Path(folder, "few.json").write_text(json.dumps([program, number - PAIRINGS]))
        return {"events": engine.position}


def rows(path: Path, first: int, turn: int) -> None:
    """Write ten meetings that no other turn has, of the same ten pairings each time."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["Id", "Mentor", "Mentee", "Held at", "Minutes"])
        for n in range(ROWS):
            held = datetime(2026, 1, 5, 8) + timedelta(hours=turn)
            pair = first + n * 7 % PAIRINGS
            who = [f"mentor {pair}", f"mentee {pair}"]
            out.writerow([f"R{turn}-{n}", *who, held.isoformat(" "), 45])


def take(folder: str, turn: str) -> dict[str, Any]:
    """Import ten new rows twice; seconds of the processor's time."""
    program, first = json.loads(Path(folder, "few.json").read_text())
    mapping = mc.read_mapping(MAPPING, "few.toml")
    path = Path(folder) / "few.csv"
    took = []
    with mc.open(Path(folder) / "few.db") as engine:
        for number in (2 * int(turn), 2 * int(turn) + 1):
            rows(path, first, number)
            began = time.process_time()
            counts = engine.take_in(path, mapping, actor=US, program=program).counts
            took.append(time.process_time() - began)
            assert counts.taken == ROWS, counts
    return {"first": took[0], "second": took[1]}


FIGURES = {f.__name__: f for f in (make, take)}

if __name__ == "__main__":
    print(json.dumps(FIGURES[sys.argv[1]](*sys.argv[2:])))
