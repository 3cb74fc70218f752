"""A program in which something needs an answer, on a real engine: a pair, a dean, a nurse.

An officer attests what comes out of its policy pack. Today is 23 November 2026. A mentee tells of a worry on 7 September; the dean handles it.
"""

from collections.abc import Generator
from datetime import date
from typing import Any

import attrs
from engine.adopting import adopting
from engine.world import COORDINATOR, TODAY, World, mc

from mentorcore.domain.requirements.case_events import CaseCause
from mentorcore.domain.values import Code
from mentorcore.engine.engine import Engine
from mentorcore.practices.cases.attesting.events import (
    AttestationWithdrawn,
    AttestCompliance,
    ComplianceAttested,
    WithdrawAttestation,
)
from mentorcore.practices.cases.events import (
    ActOnCase,
    CaseActedOn,
    CaseClosed,
    CaseEscalated,
    CaseHandlerNamed,
    CaseHandlerReleased,
    CaseOpened,
    CloseCase,
    EscalateCase,
    NameCaseHandler,
    OpenCase,
    OpenCaseFromMismatch,
    OpenCaseFromRelation,
    ReleaseCaseHandler,
)

OPENED, ACTED, DUE, NEXT, CLOSED = (
    date(2026, 9, 7),
    date(2026, 9, 10),
    date(2026, 9, 15),
    date(2026, 9, 30),
    date(2026, 9, 25),
)
WORRY, DONE, WHY = "He shouts at her in front of the class", "Spoke with both", "It goes on"
SEES = mc.Viewer.coordinator()
PACK = "us-ct-team"


@attrs.define
class Handling:
    """A pair, and two persons who handle cases without being enrolled; the second in reserve."""

    world: World
    pairing: str
    mentor: str
    mentee: str
    dean: str
    nurse: str
    case: str = ""

    @property
    def engine(self) -> Engine:
        return self.world.engine

    def person(self, participant: str) -> str:
        return self.world.persons[participant]

    def opening(self, **other: Any) -> OpenCase:
        """The mentee tells of a worry about the mentor; the dean handles it."""
        usual: dict[str, Any] = {
            "program_id": self.world.program,
            "kind": "concern",
            "on": OPENED,
            "opened_by": self.person(self.mentee),
            "participants": (self.mentor,),
            "handlers": (self.dean,),
            "due_on": DUE,
            "text": WORRY,
        }
        return OpenCase(**usual | other)

    def open(self, **other: Any) -> str:
        self.case = self.world.do(self.opening(**other))
        return self.case

    def ask(self, command: Any, **fields: Any) -> Any:
        """What the engine answers to a command about the case."""
        return self.world.ask(command(case_id=self.case, **fields))

    def mismatch(self) -> str:
        reported = mc.ReportMismatch(
            pairing_id=self.pairing, by=self.mentee, on=OPENED, grounds="style", wish="mediation"
        )
        return str(self.world.ask(reported).events[0].event.mismatch_id)

    def supervised(self, kind: str = "evaluator", since: date = OPENED) -> None:
        """The mentor comes to answer for the mentee."""
        line = mc.RecordReportingLine(
            person_id=self.person(self.mentee),
            superior=self.person(self.mentor),
            kind=kind,
            since=since,
        )
        self.world.ask(line)

    def attesting(self, **other: Any) -> AttestCompliance:
        """The dean attests, as superintendent, what comes out of the program's pack today."""
        stated = self.engine.statement(PACK, self.world.program, viewer=SEES)
        who = {"officer": self.dean, "role": "superintendent", "on": TODAY.isoformat()}
        asked: Any = self.engine.command("attest-compliance", stated.fields() | who)
        changed: AttestCompliance = attrs.evolve(asked, **other)
        return changed

    def board(self, viewer: Any = SEES, **moment: Any) -> Any:
        return self.engine.view("cases.board", self.world.program, viewer=viewer, **moment)

    def row(self, viewer: Any = SEES, **moment: Any) -> Any:
        return self.board(viewer, **moment).row(self.case)

    def as_dean(self) -> Any:
        return mc.Viewer.member(self.dean)

    def as_member(self, participant: str) -> Any:
        return mc.Viewer.member(self.person(participant))


def begun(engine: Engine) -> Handling:
    """A pair, and nothing wrong yet."""
    world = World(engine)
    pairing = world.pair()
    mentor, mentee = world.members(pairing)
    dean, nurse = (world.person(name=name) for name in ("Dean Dorothy", "Nurse Nora"))
    return Handling(world, pairing, mentor, mentee, dean, nurse)


def opened(engine: Engine, **other: Any) -> Handling:
    """A case that was opened."""
    here = begun(engine)
    here.open(**other)
    return here


def world(engine: Engine, here: Handling | None = None) -> Generator[Any, Any, None]:
    """Everything that the practice can be asked for, in order; each command gets its answer."""
    here = begun(engine) if here is None else here
    answer = yield here.opening()
    here.case = case = answer.stream
    yield NameCaseHandler(case_id=case, handler=here.nurse, on=ACTED)
    yield EscalateCase(case_id=case, to="superintendent", on=ACTED, text=WHY)
    yield ActOnCase(case_id=case, on=ACTED, text=DONE, due_on=NEXT)
    yield ReleaseCaseHandler(case_id=case, handler=here.nurse, on=CLOSED)
    yield CloseCase(case_id=case, outcome="refused", on=CLOSED, ground="out_of_scope")
    mismatch = here.mismatch()
    yield OpenCaseFromMismatch(
        pairing_id=here.pairing, mismatch_id=mismatch, on=OPENED, due_on=DUE, text=WORRY
    )
    here.supervised()
    yield OpenCaseFromRelation(
        pairing_id=here.pairing,
        superior=here.mentor,
        subordinate=here.mentee,
        on=OPENED,
        handlers=(here.dean,),
    )
    cause = CaseCause(kind="mismatch", pairing_id=here.pairing, mismatch_id=here.mismatch())
    yield OpenCase(
        program_id=here.world.program,
        kind="complaint",
        on=OPENED,
        pairing_id=here.pairing,
        cause=cause,
    )
    here.world.ask(adopting(here.world, PACK))
    answer = yield here.attesting()
    yield WithdrawAttestation(attestation_id=answer.stream, on=TODAY, ground="entered_in_error")


def lived(engine: Engine) -> Handling:
    """Ask for all that `world` asks for."""
    here = begun(engine)
    steps = world(engine, here)
    command = next(steps)
    while True:
        answer = engine.handle(command, actor=COORDINATOR)
        try:
            command = steps.send(answer)
        except StopIteration:
            return here


PERSON: Any = f"person:{1:032x}"
EXAMPLES: tuple[Any, ...] = (
    CaseOpened(
        case_id=f"case:{1:032x}",
        program_id=f"program:{1:032x}",
        kind="concern",
        on=OPENED,
        opened_by=PERSON,
        participants=(f"participant:{1:032x}",),
        pairing_id=f"pairing:{1:032x}",
        handlers=(f"person:{2:032x}",),
        due_on=DUE,
        cause=CaseCause(
            kind="mismatch", pairing_id=f"pairing:{1:032x}", mismatch_id=f"mismatch:{1:032x}"
        ),
        subjects=(PERSON,),
        text=WORRY,
    ),
    CaseHandlerNamed(handler=PERSON, on=ACTED),
    CaseHandlerReleased(handler=PERSON, on=CLOSED),
    CaseEscalated(to=Code("superintendent"), on=ACTED, subjects=(PERSON,), text=WHY),
    CaseActedOn(on=ACTED, due_on=NEXT, subjects=(PERSON,), text=DONE),
    CaseClosed(outcome="refused", on=CLOSED, ground=Code("out_of_scope")),
    ComplianceAttested(
        attestation_id=f"attestation:{1:032x}",
        program_id=f"program:{1:032x}",
        pack_id=Code("district"),
        version=Code("1"),
        as_of=CLOSED,
        as_known=41,
        officer=PERSON,
        role=Code("superintendent"),
        on=TODAY,
        results=12,
        subjects=(PERSON,),
        digest="5f" * 32,
        rule=Code("D-1"),
        participant_id=f"participant:{1:032x}",
    ),
    AttestationWithdrawn(on=TODAY, ground=Code("entered_in_error")),
)
"""One event of each class, as the rules make them."""
