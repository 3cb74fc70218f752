"""Compliance of a program and a school year, beside the status of an earlier build.

It uses nothing but the public names; an earlier build, which knows no policy packs, makes the same
program without one and tells its status. Run by `run.py --only compliance --beside PYTHON`; by
hand: benchmarks/compliance_year.py make FOLDER 2500, and then take FOLDER status, or compliance
"""

import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import mentorcore

mc: Any = mentorcore  # an earlier build has not all of these names

US = mc.Actor("benchmark", "coordinator", "system")
WEEKS = 36
TOGETHER = 500
FIRST = date(2024, 9, 2)
BEGINNING = datetime(2024, 9, 2, 15, tzinfo=UTC)
LAST = date(2025, 6, 13)


def program(ids: Any, own: str, cohort: str) -> Iterator[Any]:
    """The program with a cohort, and with a pack and a calendar where there are any."""
    yield mc.DesignProgram(
        program_id=own,
        name="Induction",
        time_zone="America/Los_Angeles",
        settings=mc.Settings(
            roles=(mc.Role(code="mentor", part="mentor"), mc.Role(code="mentee", part="mentee")),
            shape="one_to_one",
            cadence=mc.Cadence(every=1, unit="week", minutes=60),
        ),
        goals=(mc.ProgramGoal(goal_id=ids("goal"), statement="Stay"),),
    )
    if hasattr(mc, "AdoptPolicyPack"):
        yield mc.SetAcademicCalendar(
            program_id=own,
            school_year="2024-25",
            terms=(mc.Term(name="Year", since=FIRST, until=LAST + timedelta(days=1)),),
            non_instructional=(
                mc.DaysOff(since=date(2024, 12, 23), until=date(2025, 1, 4), label="Winter"),
            ),
        )
        pack = next(p for p in mc_packs() if p.id == "us-ca-teacher-induction")
        yield mc.AdoptPolicyPack(
            program_id=own,
            pack_id=pack.id,
            version=pack.version,
            digest=pack.digest,
            effective_from=date(2024, 8, 1),
        )
    yield mc.LaunchProgram(program_id=own, on=date(2024, 8, 1))
    yield mc.OpenCohort(
        program_id=own,
        cohort_id=cohort,
        name="2024",
        starts_on=date(2024, 8, 1),
        ends_on=date(2026, 7, 1),
        enrols_from=date(2024, 8, 1),
        enrols_until=date(2026, 7, 1),
    )


def mc_packs() -> Any:
    """The packs that come along."""
    with mc.open() as engine:
        return engine.packs()


def pairs(ids: Any, own: str, cohort: str, formed: list[str]) -> Iterator[Any]:
    """Every pairing with a goal, and what both teach."""
    for pair, pairing in enumerate(formed):
        members = {}
        for role in ("mentor", "mentee"):
            person, members[role] = ids("person"), ids("participant")
            yield mc.RegisterPerson(person_id=person, name=f"{role} {pair}")
            yield mc.RecordEmployment(
                person_id=person,
                since=date(2024, 8, 1),
                unit=f"School {pair % 40}",
                teaches=("mathematics",),
                grade_levels=("9",),
            )
            yield mc.EnrolParticipant(
                participant_id=members[role],
                person_id=person,
                program_id=own,
                cohort_id=cohort,
                role=role,
                since=FIRST,
            )
        yield mc.FormPairing(
            pairing_id=pairing,
            program_id=own,
            cohort_id=cohort,
            members=(
                mc.Member(participant=members["mentor"], role="mentor", primary=True),
                mc.Member(participant=members["mentee"], role="mentee"),
            ),
            on=FIRST + timedelta(days=pair % 7),
        )
        yield mc.SetGoal(pairing_id=pairing, statement="Ask all", on=FIRST + timedelta(days=7))


def meetings(formed: list[str], week: int) -> Iterator[Any]:
    """A meeting of every pairing."""
    for pair, pairing in enumerate(formed):
        held_at = BEGINNING + timedelta(days=7 * week, minutes=pair % 60)
        yield mc.HoldMeeting(pairing_id=pairing, held_at=held_at, minutes=60, modality="in_person")


class Clock:
    """Shows the instant that it was moved to, so that meetings are logged in time."""

    now = BEGINNING - timedelta(days=32)

    def __call__(self) -> datetime:
        return self.now


def opened(folder: Path, clock: Clock) -> Any:
    """The log in a folder."""
    return mc.open(str(folder / "year.db"), keys=str(folder / "year.keys"), clock=clock)


def make(folder: Path, number: int) -> dict[str, float]:
    """A log with so many pairings, whose views are stored."""
    clock = Clock()
    with opened(folder, clock) as engine:

        def told(asked: Iterator[Any]) -> None:
            listed = list(asked)
            for start in range(0, len(listed), TOGETHER):
                engine.batch(listed[start : start + TOGETHER], actor=US)

        own, cohort = engine.new_id("program"), engine.new_id("cohort")
        formed = [engine.new_id("pairing") for _ in range(number)]
        told(program(engine.new_id, own, cohort))
        clock.now = BEGINNING + timedelta(days=8)
        told(pairs(engine.new_id, own, cohort, formed))
        for week in range(2, 2 + WEEKS):
            clock.now = BEGINNING + timedelta(days=7 * week, hours=2)
            told(meetings(formed, week))
    for question in ("status", "compliance"):
        if hasattr(mc.Engine, question):
            take(folder, question)
    return {"pairings": number}


def take(folder: Path, question: str) -> dict[str, float]:
    """Seconds of the processor's time for one question in a process that was just begun."""
    clock = Clock()
    clock.now = BEGINNING + timedelta(days=280)
    with opened(folder, clock) as engine:
        own = engine.programs()[0].program
        see = mc.Viewer.coordinator()
        began = time.process_time()
        told = getattr(engine, question)(own, viewer=see)
        took = time.process_time() - began
        rows = len(told.rows) if question == "compliance" else len(told.pairings)
    return {"seconds": took, "rows": rows}


if __name__ == "__main__":
    what, place, more = sys.argv[1:]
    done = make(Path(place), int(more)) if what == "make" else take(Path(place), more)
    print(json.dumps(done))
