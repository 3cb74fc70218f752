"""A small program with known people, for forms to be read against."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from intake.people import People

from mentorcore.adapters.spec import Answer, Response, Where
from mentorcore.domain.cohort import Cohort
from mentorcore.domain.program import Program
from mentorcore.domain.settings import Role, Scale, Settings
from mentorcore.domain.values import (
    Code,
    CohortId,
    GoalId,
    MeetingId,
    PairingId,
    ParticipantId,
    PersonId,
    ProgramId,
)
from mentorcore.intake.directory import (
    KnownGoal,
    KnownPairing,
    KnownParticipant,
    KnownPerson,
)
from mentorcore.intake.intents import Intents
from mentorcore.intake.mappings.mapping_reader import read_mapping
from mentorcore.intake.row import Interpreter

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
COHORT = CohortId("cohort:" + "0" * 31 + "1")
OTHER_COHORT = CohortId("cohort:" + "0" * 31 + "2")
ANNA, BEN, CARLA, DAN = (PersonId(f"person:{n:032x}") for n in range(1, 5))
P_ANNA, P_BEN, P_CARLA = (ParticipantId(f"participant:{n:032x}") for n in range(1, 4))
PAIR = PairingId("pairing:" + "0" * 31 + "1")
GOAL = GoalId("goal:" + "0" * 31 + "1")
PLANNED = MeetingId("meeting:" + "0" * 31 + "9")


def program(cohorts: int = 1, **settings: object) -> Program:
    both = (
        Cohort(
            cohort_id=cohort,
            name=name,
            starts_on=date(2026, 9, 1),
            ends_on=date(2027, 7, 1),
            enrols_from=date(2026, 8, 1),
            enrols_until=date(2027, 3, 1),
        )
        for cohort, name in ((COHORT, "Autumn"), (OTHER_COHORT, "Spring"))
    )
    stated: dict[str, object] = {
        "roles": (
            Role(code=Code("mentor"), part="mentor"),
            Role(code=Code("mentee"), part="mentee"),
            Role(code=Code("Circle-Peer"), part="peer"),
        ),
        "shape": "one_to_one",
        "scales": (Scale(code=Code("helpful"), lowest=1, highest=5),),
        **settings,
    }
    return Program(
        program_id=ProgramId("program:" + "0" * 31 + "1"),
        name="Example",
        time_zone="America/Los_Angeles",
        settings=Settings(**stated),  # type: ignore[arg-type]  # fields of the caller's choice
        goals=(),
        cohorts=tuple(both)[:cohorts],
        launched_on=date(2026, 8, 1),
    )


def person(who: PersonId, name: str, email: str) -> KnownPerson:
    return KnownPerson(person=who, name=name, identities=(("email", email),))


def enrolment(
    participant: ParticipantId, who: PersonId, role: str, cohort: CohortId = COHORT
) -> KnownParticipant:
    return KnownParticipant(
        participant=participant, person=who, cohort=cohort, role=role, since=date(2026, 9, 1)
    )


def people(of: Program | None = None) -> People:
    """Anna mentors Ben; Carla is a mentee without a mentor; Dan is not in the program."""
    return People(
        of or program(),
        people=(
            person(ANNA, "Anna Berg", "anna@example.org"),
            person(BEN, "Ben Ode", "ben@example.org"),
            person(CARLA, "Carla Ruiz", "carla@example.org"),
            person(DAN, "Dan Fox", "dan@example.org"),
        ),
        enrolments=(
            enrolment(P_ANNA, ANNA, "mentor"),
            enrolment(P_BEN, BEN, "mentee"),
            enrolment(P_CARLA, CARLA, "mentee"),
        ),
        pairings=(
            KnownPairing(
                pairing=PAIR,
                members=frozenset({P_ANNA, P_BEN}),
                since=date(2026, 9, 15),
                planned=((PLANNED, date(2026, 11, 3)),),
            ),
        ),
        goals=(KnownGoal(goal=GOAL, pairing=PAIR, statement="Lead a team meeting"),),
    )


def ids() -> Callable[[str], str]:
    number = iter(range(0xA0, 0xFFFF))
    return lambda kind: f"{kind}:{next(number):032x}"


def response(
    cells: Mapping[str, str | tuple[str, ...]],
    submitted: datetime | None = datetime(2026, 11, 5, 2, 30, tzinfo=UTC),
    line: int = 2,
) -> Response:
    def raw(cell: str | tuple[str, ...]) -> tuple[str, ...]:
        return (cell if isinstance(cell, tuple) else (cell,)) if cell else ()

    return Response(
        source="csv",
        form="form",
        key=("k",),
        submitted_at=submitted,
        submitted_raw="",
        zone_basis="",
        lifecycle="complete",
        answers=tuple(Answer(title, title, raw(cell)) for title, cell in cells.items()),
        where=Where("form.csv", line, line),
    )


class Form:
    """A form with its mapping, read against the small program."""

    def __init__(self, mapping: str, known: People | None = None) -> None:
        self.mapping = read_mapping(mapping, "form.toml")
        self.known = known or people()
        self.interpreter = Interpreter(self.mapping)

    def read(self, **cells: str) -> Intents:
        """The row with these cells; a title's spaces are written as underscores."""
        return self.row({k.replace("_", " "): v for k, v in cells.items()})

    def row(
        self,
        cells: Mapping[str, str | tuple[str, ...]],
        *,
        again: bool = False,
        at: datetime | None = NOW,
        **said: Any,
    ) -> Intents:
        read = response(cells, at)
        return self.interpreter.interpret(read, self.known, ids=ids(), now=NOW, again=again, **said)
