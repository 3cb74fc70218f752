"""A program in California, told day by day as it was recorded, with the pack that it goes by.

All people are invented. Whatever is asked of it is asked as of a day and as it was known at the end
of that day or of another.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import mentorcore
from mentorcore.engine.engine import Engine
from mentorcore.policy.pack import Pack
from mentorcore.policy.reading.pack_reader import read_pack

mc: Any = mentorcore  # ids are plain text here, as a host that reads them from JSON has them

ZONE = ZoneInfo("America/Los_Angeles")
BOSS = mc.Actor(id=f"person:{0xB0:032x}", role="coordinator", kind="person")
SEE = mc.Viewer.coordinator()
PACK = "us-ca-teacher-induction"

CLOSED = (
    ("2025-09-01", "2025-09-02"),
    ("2025-11-11", "2025-11-12"),
    ("2025-11-24", "2025-11-29"),
    ("2025-12-22", "2026-01-03"),
    ("2026-01-19", "2026-01-20"),
    ("2026-02-16", "2026-02-17"),
    ("2026-04-06", "2026-04-11"),
    ("2026-05-25", "2026-05-26"),
)
THURSDAYS = tuple(date(2025, 9, 18) + timedelta(weeks=n) for n in range(14) if n != 10)
"""18 September to 18 December 2025, but for 27 November."""


def california() -> Pack:
    """The pack as it is shipped."""
    name = f"{PACK}.toml"
    content = files("mentorcore.policy").joinpath("packs", name).read_bytes()
    return read_pack(content, name)


def day(text: str) -> date:
    return date.fromisoformat(text)


def end_of(on: date) -> datetime:
    """The last instant of a day in the program's zone."""
    return datetime.combine(on, time.max, ZONE)


class Clock:
    """Shows noon in the program's zone of the day that it was moved to."""

    def __init__(self) -> None:
        self.to("2025-07-01")

    def to(self, on: str) -> None:
        self.now = datetime.combine(day(on), time(12), ZONE).astimezone(UTC)

    def __call__(self) -> datetime:
        return self.now


class Example:
    """The program, its people and its log.

    Args:
        engine: An engine on an empty log.
        clock: Its clock.
        pack: The pack that the program adopts.
    """

    def __init__(self, engine: Engine, clock: Clock, pack: Pack) -> None:
        self.engine, self.clock, self.pack = engine, clock, pack
        self.meetings: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.people: dict[str, str] = {}
        self.enrolled: dict[str, str] = {}
        self.pairings: dict[str, str] = {}
        self.program = self._begun()
        self.cohort = self._cohort("2025", "2025-08-18", "2027-07-01")
        self.next_cohort = self._cohort("2026", "2026-08-17", "2028-07-01")

    def ask(self, command: Any, on: str | None = None) -> Any:
        if on is not None:
            self.clock.to(on)
        return self.engine.handle(command, actor=BOSS)

    def _begun(self) -> str:
        settings = mc.Settings(
            roles=(
                mc.Role(code="mentor", part="mentor"),
                mc.Role(code="mentee", part="mentee"),
            ),
            shape="one_to_one",
            largest=3,
        )
        goal = mc.ProgramGoal(goal_id=f"goal:{0x60A1:032x}", statement="Teachers stay")
        program = str(
            self.ask(
                mc.DesignProgram(
                    time_zone=ZONE.key, settings=settings, name="Valley induction", goals=(goal,)
                )
            ).stream
        )
        self.ask(
            mc.SetAcademicCalendar(
                program_id=program,
                school_year="2025-26",
                terms=(mc.Term(name="Year", since=day("2025-08-18"), until=day("2026-06-06")),),
                non_instructional=tuple(
                    mc.DaysOff(since=day(since), until=day(until)) for since, until in CLOSED
                ),
            )
        )
        self.ask(
            mc.AdoptPolicyPack(
                program_id=program,
                pack_id=self.pack.id,
                version=self.pack.version,
                digest=self.pack.digest,
                effective_from=day("2025-07-01"),
            )
        )
        self.ask(mc.LaunchProgram(program_id=program, on=day("2025-07-01")))
        return program

    def _cohort(self, name: str, starts_on: str, ends_on: str) -> str:
        opened = self.ask(
            mc.OpenCohort(
                program_id=self.program,
                name=name,
                starts_on=day(starts_on),
                ends_on=day(ends_on),
                enrols_from=day(starts_on) - timedelta(days=60),
                enrols_until=day(starts_on) + timedelta(days=60),
            )
        )
        return str(opened.events[0].event.cohort.cohort_id)

    def registered(self, name: str, *subjects: str, grade: str = "", on: str) -> None:
        """A person, and what they teach where that is said."""
        self.people[name] = str(self.ask(mc.RegisterPerson(name=name), on).stream)
        if subjects:
            self.ask(
                mc.RecordEmployment(
                    person_id=self.people[name],
                    since=day("2025-08-01"),
                    unit=f"School of {name[-1]}",
                    teaches=subjects,
                    grade_levels=(grade,),
                )
            )
            self.ask(
                mc.RecordCredential(
                    person_id=self.people[name],
                    kind="credential",
                    area=subjects[0],
                    issued_on=day("2025-08-01"),
                )
            )

    def enrol(self, name: str, role: str, on: str, cohort: str | None = None) -> None:
        enrolled = self.ask(
            mc.EnrolParticipant(
                person_id=self.people[name],
                program_id=self.program,
                cohort_id=cohort or self.cohort,
                role=role,
                since=day(on),
            ),
            on,
        )
        self.enrolled[name] = str(enrolled.stream)

    def pair(self, mentee: str, valid: str, recorded: str | None = None, **more: Any) -> None:
        formed = self.ask(
            mc.FormPairing(
                program_id=self.program,
                cohort_id=self.cohort,
                members=(
                    mc.Member(
                        participant=self.enrolled[f"Mentor {mentee}"], role="mentor", primary=True
                    ),
                    mc.Member(participant=self.enrolled[mentee], role="mentee"),
                ),
                on=day(valid),
                **more,
            ),
            recorded or valid,
        )
        self.pairings[mentee] = str(formed.stream)

    def meet(self, mentee: str, on: date, minutes: int) -> int:
        held = self.ask(
            mc.HoldMeeting(
                pairing_id=self.pairings[mentee],
                held_at=datetime.combine(on, time(9), ZONE),
                minutes=minutes,
            ),
            on.isoformat(),
        )
        return int(held.events[0].version)

    def result(self, rule: str, subject: str, as_of: str, as_known: str | None = None) -> Any:
        """The result of a rule; the subject by a mentee's name, as a pairing, or the program."""
        told = self.engine.compliance(
            self.program,
            viewer=SEE,
            as_of=day(as_of),
            as_known=end_of(day(as_known or as_of)),
            rule=rule,
        )
        return told.row(rule, self.subject(subject))

    def subject(self, said: str) -> str:
        if said == "program":
            return self.program
        name, _, what = said.partition("'s ")
        return self.pairings[name] if what else self.enrolled[name]


def told(engine: Engine, clock: Clock, pack: Pack) -> Example:
    """The whole example, step by step in the order in which it was recorded."""
    made = Example(engine, clock, pack)
    for name in "ABCDEG":
        made.registered(name, f"subject-{name.lower()}", grade=f"grade {name}", on="2025-08-01")
    made.registered("Mentor A", "subject-a", grade="grade A", on="2025-08-01")
    for name in "BCD":
        made.registered(f"Mentor {name}", "other", grade="other", on="2025-08-01")
    made.registered("Mentor G", on="2025-08-01")
    for name in "ABCDEG":
        made.enrol(name, "mentee", "2025-08-18")
    for name in "ABCDG":
        made.enrol(f"Mentor {name}", "mentor", "2025-08-18")
    for on, step in sorted(_steps(made), key=lambda found: found[0]):
        made.clock.to(on)
        step()
    made.clock.to("2026-10-30")
    return made


def _steps(made: Example) -> list[tuple[str, Callable[[], object]]]:
    """What happened from the end of August on, by the day on which it was recorded."""
    versions: dict[date, int] = {}

    def met(on: date) -> None:
        versions[on] = made.meet("A", on, 80)

    def waived() -> None:
        made.ask(
            mc.WaiveRequirement(
                participant_id=made.enrolled["B"],
                rule_id="CA-4",
                relief="extension",
                granted_by="coordinator",
                since=day("2025-10-15"),
                new_limit=day("2025-11-30"),
                basis="Moved classrooms in October",
            )
        )

    def taken_back(stream: str, target: int, **more: Any) -> None:
        made.ask(mc.RetractRecord(stream=stream, target=target, **more))

    def left() -> None:
        made.ask(
            mc.EndEnrolment(
                participant_id=made.enrolled["E"], on=day("2025-08-29"), outcome="withdrew"
            )
        )

    def late() -> None:
        made.registered("F", "subject-f", grade="grade F", on="2026-08-17")
        made.enrol("F", "mentee", "2026-08-17", made.next_cohort)

    def goal(mentee: str, on: str) -> None:
        made.ask(
            mc.SetGoal(pairing_id=made.pairings[mentee], statement="Ask everybody", on=day(on))
        )

    reason = mc.Unmet(criterion="subjects", reason="The only one at the school")
    return [
        ("2025-08-29", left),
        ("2025-09-02", lambda: made.pair("G", "2025-09-02")),
        ("2025-09-10", lambda: made.pair("D", "2025-09-10")),
        ("2025-09-16", lambda: made.pair("A", "2025-09-16")),
        ("2025-09-22", lambda: made.pair("B", "2025-09-22", unmet_soft=(reason,))),
        (
            "2025-09-25",
            lambda: taken_back(made.pairings["D"], 1, cause="wrong_person"),
        ),
        ("2025-10-01", lambda: made.pair("C", "2025-09-05", "2025-10-01")),
        ("2025-10-10", lambda: goal("A", "2025-10-10")),
        ("2025-10-15", waived),
        ("2025-11-24", lambda: goal("B", "2025-11-24")),
        *((on.isoformat(), lambda on=on: met(on)) for on in THURSDAYS),
        *(
            (on.isoformat(), lambda on=on: made.meet("B", on, 60))
            for on in THURSDAYS
            if on >= date(2025, 9, 25)
        ),
        (
            "2026-01-12",
            lambda: taken_back(
                made.pairings["A"], versions[date(2025, 10, 16)], cause="entered_in_error"
            ),
        ),
        ("2026-08-17", late),
    ]
