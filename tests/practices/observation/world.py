"""A program whose colleagues watch each other, on a real engine: three peers and a round of theirs.

Today is 23 November 2026; the round was opened on 7 September and is to be done by 18 December.
"""

from collections.abc import Callable, Generator
from datetime import UTC, date, datetime
from typing import Any

import attrs
from engine.world import COORDINATOR, STARTED, World, mc

from mentorcore.domain.values import Code
from mentorcore.engine.engine import Engine
from mentorcore.practices.observation.events import (
    Cell,
    CloseObservationRound,
    MissingVisits,
    ObservationConducted,
    ObservationDebriefed,
    ObservationPlanned,
    ObservationRoundClosed,
    ObservationRoundOpened,
    OpenObservationRound,
    PlanObservation,
    RecordDebrief,
    RecordObservation,
)

SETTINGS = mc.Settings(
    roles=(mc.Role(code="peer", part="peer"),), shape="reciprocal", smallest=2, largest=4
)
OPENED, CLOSES = date(2026, 9, 7), date(2026, 12, 18)
TALKED, HELD, DEBRIEFED = date(2026, 9, 14), date(2026, 9, 16), date(2026, 9, 21)
AT = datetime(2026, 9, 16, 17, tzinfo=UTC)
FOCUS, NOTES = "Who speaks, and how long", "Waits for answers, and looks at the door"
PEERS = 3


@attrs.define
class Observing:
    """A pairing of peers, and short ways to ask for things in a round of it."""

    world: World
    pairing: str
    peers: tuple[str, ...]
    round: str = ""

    @property
    def engine(self) -> Engine:
        return self.world.engine

    @property
    def persons(self) -> tuple[str, ...]:
        """The persons of the peers, in their order."""
        return tuple(self.world.persons[peer] for peer in self.peers)

    def plan(self, observer: int = 0, observed: int = 1, **other: Any) -> str:
        """Somebody is to watch somebody; answers with the id of the visit."""
        asked: dict[str, Any] = {
            "round_id": self.round,
            "observer": self.peers[observer],
            "observed": self.peers[observed],
            "conversation_on": TALKED,
            "visit_on": HELD,
            "focus": FOCUS,
        }
        visit: str = self.world.ask(PlanObservation(**asked | other)).events[0].event.visit_id
        return visit

    def conduct(self, visit: str, **other: Any) -> Any:
        usual: dict[str, Any] = {"minutes": 45, "notes": NOTES, "setting": "lab"}
        if "held_at" not in other:
            usual["held_on"] = HELD
        return self.ask(RecordObservation, visit_id=visit, **usual | other)

    def debrief(self, visit: str, **other: Any) -> Any:
        return self.ask(RecordDebrief, visit_id=visit, **{"on": DEBRIEFED, "minutes": 20} | other)

    def close(self, on: date = date(2026, 11, 20)) -> Any:
        """Close the round without whatever visits did not take place."""
        (row, *_) = self.engine.view(
            "observation.matrix", self.world.program, viewer=mc.Viewer.coordinator()
        ).rows
        missing = tuple(
            MissingVisits(
                observer=c.observer.participant, observed=c.observed.participant, reason="timetable"
            )
            for c in row.cells
            if not c.done
        )
        return self.ask(CloseObservationRound, on=on, missing=missing)

    def ask(self, command: Any, **fields: Any) -> Any:
        """What the engine answers to a command about the round."""
        return self.world.ask(command(round_id=self.round, **fields))


def begun(engine: Engine) -> Observing:
    """Three peers in a pairing, and no round yet."""
    world = World(engine, SETTINGS)
    peers = tuple(world.enrol("peer") for _ in range(PEERS))
    forming = mc.FormPairing(
        program_id=world.program,
        cohort_id=world.cohort,
        members=tuple(mc.Member(participant=peer, role="peer") for peer in peers),
        on=STARTED,
    )
    return Observing(world, world.do(forming), peers)


def opened(engine: Engine, **other: Any) -> Observing:
    """A round of three peers that was opened."""
    seen = begun(engine)
    asked: dict[str, Any] = {"pairing_id": seen.pairing, "on": OPENED, "closes_on": CLOSES}
    seen.round = seen.world.do(OpenObservationRound(**asked | other))
    return seen


def world(engine: Engine, seen: Observing | None = None) -> Generator[Any, Any, None]:
    """Everything that the practice can be asked for, in order; each command gets its answer.

    A round is left open, with a visit that is through, one to be debriefed and one to take place;
    another is closed.
    """
    seen = begun(engine) if seen is None else seen
    asked: dict[str, Any] = {"pairing_id": seen.pairing, "on": OPENED, "closes_on": CLOSES}
    answer = yield OpenObservationRound(**asked)
    seen.round = here = answer.stream

    def planning(observer: int, observed: int, **other: Any) -> PlanObservation:
        return PlanObservation(
            round_id=here, observer=seen.peers[observer], observed=seen.peers[observed], **other
        )

    answer = yield planning(0, 1, conversation_on=TALKED, visit_on=HELD, focus=FOCUS)
    first = answer.events[0].event.visit_id
    answer = yield planning(1, 2, conversation_on=date(2026, 10, 5))
    second = answer.events[0].event.visit_id
    yield planning(2, 0, conversation_on=date(2026, 11, 2), visit_on=date(2026, 11, 9))
    yield RecordObservation(
        round_id=here, visit_id=first, held_at=AT, minutes=45, notes=NOTES, setting="lab"
    )
    yield RecordDebrief(
        round_id=here, visit_id=first, on=DEBRIEFED, reflections_shared_by=(seen.peers[1],)
    )
    yield RecordObservation(
        round_id=here, visit_id=second, held_on=date(2026, 10, 7), minutes=45, setting="lab"
    )
    answer = yield OpenObservationRound(
        **asked, matrix=(Cell(observer=seen.peers[0], observed=seen.peers[1], required=1),)
    )
    missing = MissingVisits(observer=seen.peers[0], observed=seen.peers[1], reason="timetable")
    yield CloseObservationRound(round_id=answer.stream, on=HELD, missing=(missing,))


def lived(engine: Engine, then: Callable[[Observing], None] = lambda _seen: None) -> Observing:
    """Ask for all that `world` asks for; *then* looks at it after each command."""
    seen = begun(engine)
    steps = world(engine, seen)
    command = next(steps)
    while command is not None:
        answer = engine.handle(command, actor=COORDINATOR)
        then(seen)
        try:
            command = steps.send(answer)
        except StopIteration:
            break
    return seen


PERSONS: Any = (f"person:{1:032x}", f"person:{2:032x}")
MEMBERS: Any = (f"participant:{1:032x}", f"participant:{2:032x}")
VISIT: Any = f"visit:{1:032x}"
EXAMPLES: tuple[Any, ...] = (
    ObservationRoundOpened(
        round_id=f"observation:{1:032x}",
        program_id=f"program:{1:032x}",
        pairing_id=f"pairing:{1:032x}",
        members=MEMBERS,
        subjects=PERSONS,
        matrix=(Cell(observer=MEMBERS[0], observed=MEMBERS[1]),),
        on=OPENED,
        closes_on=CLOSES,
    ),
    ObservationPlanned(
        visit_id=VISIT,
        observer=MEMBERS[0],
        observed=MEMBERS[1],
        conversation_on=TALKED,
        visit_on=HELD,
        subjects=PERSONS,
        focus=FOCUS,
    ),
    ObservationConducted(
        visit_id=VISIT,
        meeting_id=f"meeting:{1:032x}",
        held_on=HELD,
        held_at=AT,
        minutes=45,
        subjects=PERSONS,
        setting=Code("lab"),
        notes=NOTES,
    ),
    ObservationDebriefed(
        visit_id=VISIT, on=DEBRIEFED, minutes=20, reflections_shared_by=MEMBERS[1:]
    ),
    ObservationRoundClosed(
        on=CLOSES,
        missing=(
            MissingVisits(observer=MEMBERS[1], observed=MEMBERS[0], reason=Code("timetable")),
        ),
    ),
)
"""One event of each class, as the rules make them."""
