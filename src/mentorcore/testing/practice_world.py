"""The log in which a practice is tried: a small program, the author's commands, a standing clock.

A `Lived` remembers what it was told after each command, so that every earlier answer can be asked
for again.
"""

import json
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs

from mentorcore.cached_property import cached_property
from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.cohort import OpenCohort
from mentorcore.domain.corrections.commands import AmendRecord, RetractRecord
from mentorcore.domain.pairing.events.forming import FormPairing, Member
from mentorcore.domain.participant.events import EnrolParticipant
from mentorcore.domain.person.events import RegisterPerson
from mentorcore.domain.program import DesignProgram, LaunchProgram
from mentorcore.domain.settings import ProgramGoal, Role, Settings
from mentorcore.engine.commands.idempotency import Outcome
from mentorcore.engine.engine import Engine
from mentorcore.errors import Invalid, MentorcoreError, Refused
from mentorcore.log.recorded import Actor, Recorded
from mentorcore.log.sealing.key_file import KeyFile
from mentorcore.log.sealing.keys import Keys, MemoryKeys
from mentorcore.log.storage.store import Store
from mentorcore.log.stores.memory import MemoryStore
from mentorcore.log.stores.opening import open_store
from mentorcore.practices.built_in import BUILT_IN
from mentorcore.practices.practice import OURS, Here, Practice
from mentorcore.practices.registry import Practices
from mentorcore.projections.access.redactor import Viewer
from mentorcore.projections.plain import plain

__all__ = ["NAMES", "US", "Lived", "Place", "SmallProgram", "small_program", "together"]

US = Actor(id=f"person:{0xC0:032x}", role="coordinator", kind="person")
BEGINNING = datetime(2026, 11, 23, 20, tzinfo=UTC)
LATER = (0, 30, 400)
"""Days after the world's last command on which it is looked at."""
GOAL: Any = f"goal:{0x60A1:032x}"
NAMES = ("Ada Byron", "Lin Wu")


def together(practice: Practice) -> Practices:
    """A practice with those that come along; a changed one of these takes its own place."""
    if all(practice.name != came.name for came in BUILT_IN):
        return Practices.of((practice,))
    return Practices(Here(practice if p.name == practice.name else p, OURS) for p in BUILT_IN)


def without(practice: Practice) -> Practices:
    """Those that come along, without the practice."""
    return Practices(Here(p, OURS) for p in BUILT_IN if p.name != practice.name)


@attrs.frozen
class SmallProgram:
    """A program that began on 17 August 2026, with one pairing, on Monday, 23 November.

    Attributes:
        program: Its id; its time zone is that of Los Angeles.
        cohort: Its open cohort.
        mentor: A participant.
        mentee: The other, in their pairing.
        pairing: The pairing, active since 17 August.
        persons: By participant, the person.
    """

    program: Any
    cohort: Any
    mentor: Any
    mentee: Any
    pairing: Any
    persons: dict[Any, Any]


def small_program(engine: Engine) -> SmallProgram:
    """Begin a small program in an empty log."""
    began = date(2026, 8, 17)

    def do(command: Any) -> Outcome:
        return engine.handle(command, actor=US)

    roles = (Role(code="mentor", part="mentor"), Role(code="mentee", part="mentee"))
    program: Any = do(
        DesignProgram(
            time_zone="America/Los_Angeles",
            settings=Settings(roles=roles, shape="one_to_one"),
            name="Beacon",
            goals=(ProgramGoal(goal_id=GOAL, statement="Teachers stay"),),
        )
    ).stream
    do(LaunchProgram(program_id=program, on=began))
    opened: Any = do(
        OpenCohort(
            program_id=program,
            name="2026",
            starts_on=began,
            ends_on=date(2028, 6, 30),
            enrols_from=date(2026, 6, 1),
            enrols_until=date(2028, 3, 1),
        )
    )
    cohort = opened.events[0].event.cohort.cohort_id
    persons, members = {}, []
    for role, name in zip(("mentor", "mentee"), NAMES, strict=True):
        person: Any = do(RegisterPerson(name=name)).stream
        enrolled: Any = do(
            EnrolParticipant(
                person_id=person, program_id=program, cohort_id=cohort, role=role, since=began
            )
        ).stream
        persons[enrolled] = person
        members.append(Member(participant=enrolled, role=role))
    formed = FormPairing(program_id=program, cohort_id=cohort, members=tuple(members), on=began)
    mentor, mentee = persons
    return SmallProgram(program, cohort, mentor, mentee, do(formed).stream, persons)


@attrs.define
class Place:
    """Where a log is kept: in memory, or in files of a folder."""

    store: Store
    keys: Keys
    folder: Path

    @classmethod
    def of(cls, kind: str, folder: Path) -> "Place":
        """A new log: ``memory`` or ``sqlite``."""
        if kind == "memory":
            return cls(MemoryStore(), MemoryKeys(), folder)
        store = open_store(str(folder / "world.db"))
        return cls(store, KeyFile(folder / "world.keys", store.log_id, create=True), folder)

    def close(self) -> None:
        """Give back its files."""
        self.store.close()
        self.keys.close()


@attrs.frozen
class Step:
    """A command of the world, and what came of it."""

    command: Any
    key: str
    outcome: Outcome


@attrs.frozen
class Moment:
    """What was told at a position of the log, when nothing came after it.

    Attributes:
        lasting: What is told of that position whenever it is asked about. Who may read what is
            confidential is asked as it is now, so that what members were told of it is left out.
    """

    position: int
    at: datetime
    told: str
    lasting: str


@attrs.define(slots=False)
class Lived:
    """A world that was lived through.

    Attributes:
        practice: The practice that is tried.
        place: Where its log is.
        steps: Its commands in order.
        watched: Whether everything is looked at after each command, which takes its time.
        moments: The log after each, and after corrections that were tried since; with what was
            told then, where it is watched.
    """

    practice: Practice
    place: Place
    watched: bool = False
    now: datetime = BEGINNING
    steps: list[Step] = attrs.Factory(list)
    moments: list[Moment] = attrs.Factory(list)

    def open(self, keys: Keys | None = None, *, away: bool = False) -> Engine:
        """One more engine on this log, with other keys, or without the practice."""
        known = without(self.practice) if away else together(self.practice)
        return Engine(
            self.place.store,
            keys or self.place.keys,
            clock=lambda: self.now,
            ids=None,
            practices=known,
        )

    @cached_property
    def engine(self) -> Engine:
        """The engine that has followed the log from its beginning."""
        return self.open()

    def live(self, world: Callable[[Engine], Generator[Any, Any, None]]) -> "Lived":
        """Hand over the commands of *world* one by one."""
        commands, outcome = world(self.engine), None
        while True:
            try:
                command = commands.send(outcome) if outcome else next(commands)
            except StopIteration:
                break
            outcome = self.step(command)
        assert self.steps, "the world is empty: yield commands from it, such as those that found"
        return self

    def step(self, command: Any) -> Outcome:
        """Ask for one command of the world; a refusal there is a failure."""
        self.now += timedelta(hours=1)
        key = f"step {len(self.steps)}"
        try:
            outcome = self.engine.handle(command, actor=US, key=key)
        except MentorcoreError as error:
            name = type(command).__name__
            raise AssertionError(f"{name} of the world is not recorded: {error}") from error
        self.steps.append(Step(command, key, outcome))
        self._remember()
        return outcome

    def _remember(self) -> None:
        told = self.told(self.engine) if self.watched else ""
        apart = self.watched and self.confidential
        lasting = self.told(self.engine, lasting=True) if apart else told
        self.moments.append(Moment(self.place.store.tail(), self.now, told, lasting))

    @property
    def confidential(self) -> bool:
        """Whether members are told of streams of the practice only where they are in on them."""
        return any(rules.keepers is not None for rules in self.practice.aggregates)

    def tried(self, command: Any) -> Outcome | Refused | Invalid:
        """Ask for a command that may be refused; whatever else comes of it is a failure."""
        self.now += timedelta(hours=1)
        before = self.place.store.tail()
        try:
            outcome = self.engine.handle(command, actor=US)
        except (Refused, Invalid) as refused:
            assert self.place.store.tail() == before, f"refused and recorded at once: {command}"
            return refused
        except Exception as error:
            raise AssertionError(f"{command} is neither recorded nor refused: {error}") from error
        self._remember()
        return outcome

    def corrected(self, target: Recorded[Any], changes: dict[str, Any]) -> Any:
        """A record is amended, as far as the rules allow it."""
        return self.tried(AmendRecord(stream=target.stream, target=target.version, changes=changes))

    def retracted(self, target: Recorded[Any]) -> Any:
        """A record, or a correction, is taken back, as far as the rules allow it."""
        taken: Any = RetractRecord
        return self.tried(
            taken(stream=target.stream, target=target.version, cause="entered_in_error")
        )

    def records(self) -> list[Recorded[Any]]:
        """The events of the practice, in order."""
        events = {e for a in self.practice.aggregates for e in a.events}
        return [r for r in self.open().events() if type(r.event) in events]

    @property
    def streams(self) -> list[str]:
        """The streams of the practice."""
        kinds = self.practice.kinds
        found = [r.stream for r in self.open().events()]
        return list(dict.fromkeys(s for s in found if kind_of(s) in kinds))

    def viewers(self, as_known: int | None = None) -> list[Viewer]:
        """Everybody who could look: the coordinator, an auditor, and each person."""
        told = self.open().events(names=["person.registered"])
        persons: list[Any] = [r.stream for r in told if as_known is None or r.position <= as_known]
        return [Viewer.coordinator(), Viewer.auditor(), *map(Viewer.member, persons)]

    def views(self, engine: Engine, viewer: Viewer, as_known: int | None = None) -> Iterator[Any]:
        """What every view of the practice tells a viewer of every program."""
        for program in engine.programs(as_known=as_known):
            for view in self.practice.views:
                yield engine.view(view.name, program.program, viewer=viewer, as_known=as_known)

    def needs(self, engine: Engine, viewer: Viewer, as_known: int | None = None) -> Iterator[Any]:
        """The needs that the practice finds, as a viewer sees them."""
        kinds = {kind for view in self.practice.views for kind in view.kinds}
        for program in engine.programs(as_known=as_known):
            told = engine.attention(program.program, viewer=viewer, as_known=as_known)
            yield from (need for need in told.needs if need.kind in kinds)

    def every_need(self, viewer: Viewer) -> Iterator[tuple[Any, int]]:
        """The needs that arose after each command of the world, with the position then.

        While one is looked at, the clock shows the day on which it arose.
        """
        now, moments = self.now, tuple(self.moments)
        for moment in moments:
            for days in LATER:
                self.now = moment.at + timedelta(days=days)
                for need in tuple(self.needs(self.engine, viewer, moment.position)):
                    yield need, moment.position
        self.now = now

    def told(self, engine: Engine, as_known: int | None = None, *, lasting: bool = False) -> str:
        """All that the practice tells as text that can be compared: to all now, later to one."""
        apart = lasting and self.confidential
        found: list[Any] = []
        now = self.now
        try:
            for days in LATER:
                self.now = now + timedelta(days=days)
                everybody = self.viewers(as_known)[: 1 if days else None]
                for viewer in (v for v in everybody if not (apart and v.kind == "member")):
                    found.extend(
                        plain(attrs.evolve(told, position=0, as_known=None))
                        for told in self.views(engine, viewer, as_known)
                    )
                    found.extend(plain(need) for need in self.needs(engine, viewer, as_known))
        except Exception as error:
            raise AssertionError(f"nothing is told any more: {error}") from error
        finally:
            self.now = now
        return json.dumps(found, indent=1)
