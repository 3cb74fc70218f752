"""A small program on a real engine, for the tests of the engine: its clock and its ids are given.

Everything happens on Monday, 23 November 2026, noon in Los Angeles, unless a test moves the clock.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import attrs

import mentorcore
from mentorcore.domain.aggregate import fold, kind_of
from mentorcore.domain.effective import VersionedEvent
from mentorcore.engine.commands.idempotency import Outcome
from mentorcore.engine.engine import Engine
from mentorcore.log.sealing.keys import Keys, MemoryKeys
from mentorcore.log.storage.store import Store
from mentorcore.log.stores.memory import MemoryStore
from mentorcore.practices.registry import Practices

mc: Any = mentorcore  # ids are plain text here, as a host that reads them from JSON has them

MODEL = Practices.of(()).model
"""The rules of the core, and of the practices that come along."""

NOON = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
STARTED = date(2026, 8, 17)
"""The day on which the program was launched and its cohort began."""

COORDINATOR = mc.Actor(id=f"person:{0xC0:032x}", role="coordinator", kind="person")

SETTINGS = mc.Settings(
    roles=(
        mc.Role(code="mentor", part="mentor"),
        mc.Role(code="mentee", part="mentee"),
        mc.Role(code="coordinator", part="none"),
    ),
    shape="one_to_one",
    smallest=2,
    largest=3,
    capacity=mc.Capacity(places=2, hard_limit=6),
    scales=(mc.Scale(code="fit", lowest=1, highest=5),),
    soft_criteria=("same-school",),
)


class Clock:
    """Shows the same instant until it is moved, forwards or backwards."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


def numbers(start: int = 1) -> Callable[[], str]:
    """Ids that count up; *start* keeps the ids of several engines apart."""
    numbered = count(start)
    return lambda: f"{next(numbered):032x}"


def engine(
    location: str = ":memory:", *, clock: Clock | None = None, start: int = 1, **options: Any
) -> Engine:
    """An engine with a clock that stands and ids that count; PostgreSQL gets keys from *options*."""
    return mentorcore.open(location, clock=clock or Clock(), ids=numbers(start), **options)


@attrs.frozen
class Place:
    """Where a log is and where its keys are, so that it can be opened many times at once."""

    url: str
    keys: str | Keys | None
    store: Store | None = None

    def open(self, start: int, clock: Clock | None = None, **options: Any) -> Engine:
        """One more engine on this log; a log in memory is shared between the engines."""
        if self.store is not None:
            assert isinstance(self.keys, MemoryKeys)
            options.setdefault("practices", Practices.of(()))
            return Engine(
                self.store, self.keys, clock=clock or Clock(), ids=numbers(start), **options
            )
        return engine(self.url, clock=clock, start=start, keys=self.keys, **options)


def place(url: str, folder: Path) -> Place:
    """A place for a new log at *url*, with its keys in *folder*."""
    if url == ":memory:":
        return Place(url, MemoryKeys(), MemoryStore())
    return Place(url, str(folder / "program.keys"))


class World:
    """A launched program with an open cohort, and short ways to ask for things in it."""

    def __init__(self, opened: Engine, settings: Any = SETTINGS, owner: str | None = None) -> None:
        self.engine = opened
        self.program = self.do(
            mc.DesignProgram(
                time_zone="America/Los_Angeles",
                settings=settings,
                name="Beacon",
                goals=(mc.ProgramGoal(goal_id=f"goal:{0x60A1:032x}", statement="Teachers stay"),),
                owner=owner,
            )
        )
        self.do(mc.LaunchProgram(program_id=self.program, on=STARTED))
        opening = mc.OpenCohort(
            program_id=self.program,
            name="2026",
            starts_on=STARTED,
            ends_on=date(2027, 6, 30),
            enrols_from=date(2026, 6, 1),
            enrols_until=date(2027, 3, 1),
        )
        self.cohort = self.ask(opening).events[0].event.cohort.cohort_id
        self.persons: dict[str, str] = {}

    def ask(self, command: Any, **options: Any) -> Outcome:
        """What the engine answers, asked by the coordinator."""
        return self.engine.handle(command, **{"actor": COORDINATOR, **options})

    def do(self, command: Any, **options: Any) -> str:
        """The id of what a command made."""
        return self.ask(command, **options).stream

    def person(self, **details: Any) -> str:
        return self.do(mc.RegisterPerson(**details))

    def enrol(self, role: str, person: str | None = None, since: date = STARTED) -> str:
        """A new participant, of a new person by default."""
        known = person or self.person(name=f"Somebody {len(self.persons)}")
        participant = self.do(
            mc.EnrolParticipant(
                person_id=known,
                program_id=self.program,
                cohort_id=self.cohort,
                role=role,
                since=since,
            )
        )
        self.persons[participant] = known
        return participant

    def mentor(self, places: int | None = None) -> str:
        mentor = self.enrol("mentor")
        if places is not None:
            self.do(self.capacity(mentor, places))
        return mentor

    def mentee(self) -> str:
        return self.enrol("mentee")

    def capacity(self, mentor: str, places: int, since: date = STARTED) -> Any:
        return mc.SetMentorCapacity(
            participant_id=mentor, places=places, since=since, reason="agreed with the school"
        )

    def forming(
        self, mentor: str, mentee: str, *, on: date = STARTED, primary: bool = False, **more: Any
    ) -> Any:
        """The command that brings two together."""
        return mc.FormPairing(
            program_id=self.program,
            cohort_id=self.cohort,
            members=(
                mc.Member(participant=mentor, role="mentor", primary=primary),
                mc.Member(participant=mentee, role="mentee"),
            ),
            on=on,
            **more,
        )

    def pair(self, mentor: str | None = None, mentee: str | None = None, **more: Any) -> str:
        """A pairing that is active at once."""
        return self.do(self.forming(mentor or self.mentor(), mentee or self.mentee(), **more))

    def circle(self, mentees: int = 3, *, primary: bool = False) -> str:
        """A group led by a mentor with so many mentees; the settings have to allow groups."""
        lead = mc.Member(participant=self.mentor(places=6), role="mentor", primary=primary)
        others = [mc.Member(participant=self.mentee(), role="mentee") for _ in range(mentees)]
        return self.do(
            mc.FormPairing(
                program_id=self.program,
                cohort_id=self.cohort,
                members=(lead, *others),
                on=STARTED,
                shape="group",
            )
        )

    def members(self, pairing: str) -> list[str]:
        """The members of a pairing who have not left, whoever leads it first."""
        return [m.participant for m in folded(self.engine, pairing).facts.members]

    def ending(self, pairing: str, on: date = TODAY) -> Any:
        return mc.EndPairing(pairing_id=pairing, on=on, reason="completed", initiated_by="program")

    def load(self, participant: str) -> int:
        """The places that a mentor has given, from the log itself."""
        return int(folded(self.engine, participant).load())


def folded(opened: Engine, stream: str) -> Any:
    """What a stream adds up to, read from the log and not from what the engine remembers."""
    rows = opened.events(stream=stream)
    return fold(
        MODEL.aggregates[kind_of(stream)],
        [VersionedEvent(r.version, r.recorded_at, r.event) for r in rows],
    )
