"""A program in a small town, for the tests of the views: people, pairs, and a clock that is moved.

Everything begins on Monday, 17 August 2026; a test moves the clock to the day on which it asks.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import mentorcore
from mentorcore.domain.pairing.deciding.decider import AGGREGATE as PAIRING
from mentorcore.engine.engine import Engine
from mentorcore.log.recorded import Envelope
from mentorcore.log.sealing.keys import Keys, MemoryKeys
from mentorcore.log.sealing.sealing import Sealing
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.storage.store import Store
from mentorcore.log.stores.memory import MemoryStore
from mentorcore.practices.registry import Practices
from mentorcore.projections.access.redactor import COORDINATOR
from mentorcore.projections.folding.moment import Moment
from mentorcore.projections.views import Views

mc: Any = mentorcore  # ids are plain text here, as a host that reads them from JSON has them

ZONE = "America/Los_Angeles"
BEGAN = date(2026, 8, 17)
NOON = datetime(2026, 8, 17, 19, 0, tzinfo=UTC)
BOSS = mc.Actor(id=f"person:{0xB0:032x}", role="coordinator", kind="person")
PAIRING_EVENT_NAMES = tuple(e.__name__ for e in PAIRING.events)

SETTINGS: dict[str, Any] = {
    "roles": (
        mc.Role(code="mentor", part="mentor"),
        mc.Role(code="mentee", part="mentee"),
        mc.Role(code="principal", part="none"),
    ),
    "shape": "one_to_one",
    "smallest": 2,
    "largest": 3,
    "capacity": mc.Capacity(places=3, hard_limit=6),
    "cadence": mc.Cadence(every=2, unit="week", minutes=45),
    "scales": (mc.Scale(code="fit", lowest=1, highest=5, low_at=2),),
    "soft_criteria": ("same-school",),
}


class Clock:
    """Shows the same instant until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def moment(more: dict[str, Any]) -> dict[str, Any]:
    """The same arguments with the two times as one moment."""
    as_of, as_known = more.pop("as_of", None), more.pop("as_known", None)
    return {"asked": Moment(as_of, as_known), **more}


class Town:
    """A launched program with an open cohort, its log, and the views of it."""

    def __init__(
        self,
        store: Store | None = None,
        *,
        keys: Keys | None = None,
        practices: Practices | None = None,
        **settings: Any,
    ) -> None:
        practices = practices or Practices()
        self.model = model = practices.model
        self.practices = practices.views
        self.clock = Clock()
        self.store: Store = store or MemoryStore()
        self.keys: Any = keys or MemoryKeys()
        numbered = count(1)
        self.engine = Engine(
            self.store,
            self.keys,
            clock=self.clock,
            ids=lambda: f"{next(numbered):032x}",
            practices=practices,
        )
        self.codec = Codec(model.names, kinds=model.aggregates)
        self.sealing = Sealing(self.store.log_id, self.keys)
        self.views = self.fresh()
        self.settings = mc.Settings(**{**SETTINGS, **settings})
        self.program = self.design("Harbor")
        self.do(mc.LaunchProgram(program_id=self.program, on=BEGAN))
        self.cohort = (
            self.ask(
                mc.OpenCohort(
                    program_id=self.program,
                    name="2026",
                    starts_on=BEGAN,
                    ends_on=date(2027, 6, 30),
                    enrols_from=date(2026, 6, 1),
                    enrols_until=date(2027, 3, 1),
                )
            )
            .events[0]
            .event.cohort.cohort_id
        )
        self.persons: dict[str, str] = {}

    def design(self, name: str) -> str:
        """A new program with the same settings."""
        goal = mc.ProgramGoal(goal_id=f"goal:{0x60A1:032x}", statement="Teachers stay")
        return self.do(
            mc.DesignProgram(time_zone=ZONE, settings=self.settings, name=name, goals=(goal,))
        )

    def fresh(self) -> Views:
        """Views that have folded nothing yet but what is stored."""
        return Views(
            self.store, self.codec, self.sealing.open, model=self.model, views=self.practices
        )

    def to(self, day: date | str, hour: int = 19) -> None:
        """Move the clock to a day; by default to noon in the town, give or take daylight saving."""
        stated = date.fromisoformat(day) if isinstance(day, str) else day
        self.clock.now = datetime(stated.year, stated.month, stated.day, hour, tzinfo=UTC)

    def later(self, **by: float) -> None:
        self.clock.now += timedelta(**by)

    @property
    def today(self) -> date:
        return self.clock.now.date()

    def ask(self, command: Any, **options: Any) -> Any:
        return self.engine.handle(command, **{"actor": BOSS, **options})

    def do(self, command: Any, **options: Any) -> str:
        """The id of what a command made."""
        return str(self.ask(command, **options).stream)

    def enrol(self, role: str, name: str, **more: Any) -> str:
        """A new participant, of a new person unless one is given."""
        person = more.pop("person", None) or self.do(
            mc.RegisterPerson(name=name, contact=mc.Contact(email=f"{name.lower()}@harbor.example"))
        )
        participant = self.do(
            mc.EnrolParticipant(
                person_id=person,
                program_id=self.program,
                cohort_id=self.cohort,
                role=role,
                **{"since": BEGAN, **more},
            )
        )
        self.persons[participant] = person
        return participant

    def pair(self, mentor: str | None = None, mentee: str | None = None, **more: Any) -> str:
        """A pairing, active at once unless the program wants something first."""
        mentor = mentor or self.enrol("mentor", "Anna")
        mentee = mentee or self.enrol("mentee", "Ben")
        return self.do(
            mc.FormPairing(
                program_id=self.program,
                cohort_id=self.cohort,
                **{
                    "members": (
                        mc.Member(participant=mentor, role="mentor", primary=True),
                        mc.Member(participant=mentee, role="mentee"),
                    ),
                    "on": BEGAN,
                    **more,
                },
            )
        )

    def propose(self, mentor: str | None = None, mentee: str | None = None, **more: Any) -> str:
        """A proposal that both have to accept."""
        mentor = mentor or self.enrol("mentor", "Anna")
        mentee = mentee or self.enrol("mentee", "Ben")
        return self.do(
            mc.ProposePairing(
                program_id=self.program,
                cohort_id=self.cohort,
                **{
                    "members": (
                        mc.Member(participant=mentor, role="mentor", primary=True),
                        mc.Member(participant=mentee, role="mentee"),
                    ),
                    "on": BEGAN,
                    **more,
                },
            )
        )

    def members(self, pairing: str) -> list[str]:
        """The participants of a pairing: the mentor first."""
        formed = next(iter(self.engine.events(stream=pairing))).event
        return [m.participant for m in formed.members]

    def meet(self, pairing: str, on: date | str, minutes: int = 45, **more: Any) -> str:
        """A meeting, at noon in the town unless only its day is to be known (``at=None``)."""
        day = date.fromisoformat(on) if isinstance(on, str) else on
        noon = datetime(day.year, day.month, day.day, 19, tzinfo=UTC)
        at = more.pop("at", noon)
        when = {"held_on": day} if at is None else {"held_at": at}
        answer = self.ask(mc.HoldMeeting(pairing_id=pairing, minutes=minutes, **when, **more))
        return str(answer.events[0].event.meeting_id)

    def goal(self, pairing: str, on: date | str = BEGAN, **more: Any) -> str:
        day = date.fromisoformat(on) if isinstance(on, str) else on
        stated = {"statement": "Plan a unit", **more}
        answer = self.ask(mc.SetGoal(pairing_id=pairing, on=day, **stated))
        return str(answer.events[0].event.goal_id)

    def tell(self, stream: str, event: Any, at: datetime | None = None) -> None:
        """Append an event without deciding, as no command would."""
        version = len(self.store.stream(stream)) + 1
        draft, _ = self.codec.draft(
            stream, version, event, Envelope(actor=BOSS, causation="telling"), self.sealing.seal
        )
        self.store.append([draft], [], lambda: at or self.clock.now)

    def asked(self, more: dict[str, Any]) -> dict[str, Any]:
        """What is asked beside the viewer: at which moment, and on which day."""
        return {"today": self.clock.now, **moment(more)}

    def status(self, viewer: Any = COORDINATOR, **more: Any) -> Any:
        views = more.pop("views", self.views)
        return views.status(self.program, viewer=viewer, **self.asked(more))

    def attention(self, viewer: Any = COORDINATOR, **more: Any) -> Any:
        views = more.pop("views", self.views)
        return views.attention(self.program, viewer=viewer, **self.asked(more))

    def history(self, subject: str, viewer: Any = COORDINATOR, **more: Any) -> Any:
        views = more.pop("views", self.views)
        return views.history(subject, viewer=viewer, **moment(more))
