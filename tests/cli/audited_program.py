"""The program of the page for auditors: half a year of one pair, recorded on days that are past.

Ids and days are the same each time, so that the page can show what is printed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import attrs
from cli.asking import Said

import mentorcore

mc: Any = mentorcore

SEE = mc.Viewer.coordinator()
US = mc.Actor(id="host", role="coordinator", kind="system")
LOG = Path("my-program/program.db")
MEETINGS = """\
Id,Mentor,Mentee,Day,Minutes
1,Amara Okonkwo,Lin Wu,2025-09-08,45
2,Amara Okonkwo,Lin Wu,2025-10-06,30
3,Amara Okonkwo,Lin Wu,2025-11-03,60
"""
MAPPING = """\
form = "meetings"
kind = "meeting-log"
coverage = "full"
[people]
by = "name"
[source]
keys = ["Id"]
[fields]
mentor = "Mentor"
mentee = "Mentee"
on = "Day"
minutes = "Minutes"
[defaults]
modality = "in_person"
"""


@attrs.frozen
class Audited:
    """What a program is asked for by its ids, where names are withheld."""

    pairing: str
    lin: str


@attrs.define
class _Clock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def to(self, day: str) -> None:
        self.now = datetime.fromisoformat(f"{day}T15:00").replace(tzinfo=UTC)


def lived(run: Callable[..., Said]) -> Audited:
    """Make the folder ``my-program`` here, with what an auditor holds beside it."""
    clock, numbers = _Clock(datetime(2025, 9, 1, 15, tzinfo=UTC)), count(1)
    LOG.parent.mkdir()
    exports = LOG.parent / "exports"
    exports.mkdir()
    (exports / "meetings.csv").write_text(MEETINGS, "utf-8", newline="\n")
    key = LOG.with_suffix(".signing-key")
    mc.create_signing_key(key, "mentoring.example.edu/log1")
    with mc.open(
        LOG,
        clock=clock,
        ids=lambda: f"{next(numbers) * 0x9E3779B97F4A7C15 % 2**64:016x}" * 2,
        sign=mc.sign_with(key, background=False),
    ) as engine:
        made = _recorded(engine, clock, exports)
    report = run(
        "status", "my-program", "--as-of", "2026-01-15", "--as-known", "january.txt", "--json"
    )
    assert report.code == 0, report.err
    Path("january-report.json").write_text(report.out, "utf-8")
    return made


def _recorded(engine: Any, clock: _Clock, exports: Path) -> Audited:
    text = mc.BLUEPRINT_TEMPLATE.replace("2026-", "2025-").replace("2027-", "2026-")

    def do(command: Any, **more: Any) -> Any:
        return engine.handle(command, **{"actor": US, **more}).events[0]

    engine.batch(mc.read_blueprint(text, "blueprint.toml").commands(engine.new_id), actor=US)
    program, cohort = engine.programs()[0].program, engine.status(viewer=SEE).cohorts[0].cohort
    dana = do(mc.RegisterPerson(name="Dana Reyes")).stream
    members, persons = [], []
    for name, role in (("Amara Okonkwo", "mentor"), ("Lin Wu", "mentee")):
        persons.append(do(mc.RegisterPerson(name=name)).stream)
        enrolled = do(
            mc.EnrolParticipant(
                person_id=persons[-1],
                program_id=program,
                cohort_id=cohort,
                role=role,
                since=date(2025, 9, 1),
            )
        )
        members.append(mc.Member(participant=enrolled.stream, role=role))
    pairing = do(
        mc.FormPairing(
            program_id=program, cohort_id=cohort, members=tuple(members), on=date(2025, 9, 1)
        )
    ).stream
    clock.to("2025-11-10")
    engine.take_in(exports / "meetings.csv", mc.read_mapping(MAPPING, "meetings.toml"), actor=US)
    clock.to("2026-01-15")
    Path("january.txt").write_bytes(engine.checkpoint().checkpoint.note.encode())
    clock.to("2026-02-10")
    held = [e for e in engine.events(stream=pairing) if e.name == "pairing.meeting-held"]
    do(
        mc.AmendRecord(
            stream=pairing,
            target=held[1].version,
            changes={"minutes": 90},
            reason="Two meetings were entered as one",
            authority="program-office",
        ),
        actor=mc.Actor(dana, "program-manager", "person"),
        asked_by=f"login:{0x5EED:032x}",
    )
    clock.to("2026-03-02")
    do(mc.HoldMeeting(pairing_id=pairing, held_on=date(2025, 12, 15), minutes=40))
    clock.to("2026-03-05")
    now = next(iter(engine.events(names=["program.designed"]))).event.settings
    do(
        mc.ReviseProgram(
            program_id=program,
            effective_from=date(2026, 4, 1),
            settings=attrs.evolve(now, meeting_limit=120),
            reason="The board's decision of March",
        )
    )
    clock.to("2026-03-20")
    engine.export("march.zip", recipient="state-auditor", actor=US)
    clock.to("2026-04-10")
    do(mc.HoldMeeting(pairing_id=pairing, held_on=date(2026, 4, 9), minutes=50))
    return Audited(pairing, persons[1])
