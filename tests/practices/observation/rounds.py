"""Four colleagues in a reciprocal pairing, for the tests of the rules; ids are given.

The pairing is formed on 1 September 2026, and the round opened on the 7th, until 18 December.
"""

from datetime import date, datetime
from typing import Any

import attrs
from domain.school import FIRST, Someone, day, form, joined, program, someone

from mentorcore.practices.observation.events import (
    Cell,
    CloseObservationRound,
    MissingVisits,
    OpenObservationRound,
    PlanObservation,
    RecordDebrief,
    RecordObservation,
)
from mentorcore.practices.registry import Practices
from mentorcore.testing import Scenario

MODEL = Practices.of(()).model

ROUND: Any = f"observation:{1:032x}"
OTHER: Any = f"observation:{2:032x}"
VISIT: Any = f"visit:{1:032x}"
SECOND: Any = f"visit:{2:032x}"
EVA, FINN, GUS, HANA, IDA = (someone(number, "peer") for number in range(0xE0, 0xE5))
OPENED, TALKED, HELD, DEBRIEFED = map(day, ("2026-09-07", "2026-09-14", "2026-09-16", "2026-09-18"))
CLOSES = day("2026-12-18")
AT = datetime.fromisoformat("2026-09-16T10:00-07:00")


def colleagues(*people: Someone, **other: Any) -> Scenario:
    """A reciprocal pairing of these; Eva and Finn unless said."""
    peers = people or (EVA, FINN)
    usual: dict[str, Any] = {"shape": "reciprocal", "smallest": 2, "largest": 6}
    story = attrs.evolve(program(**usual | other), model=MODEL)
    return joined(story, *peers).given(form(*peers))


def opening(**other: Any) -> OpenObservationRound:
    usual: dict[str, Any] = {
        "round_id": ROUND,
        "pairing_id": FIRST,
        "on": OPENED,
        "closes_on": CLOSES,
    }
    return OpenObservationRound(**usual | other)


def cell(observer: Someone, observed: Someone, required: int = 1) -> Cell:
    return Cell(observer=observer.here, observed=observed.here, required=required)


def planning(observer: Someone = EVA, observed: Someone = FINN, **other: Any) -> PlanObservation:
    usual: dict[str, Any] = {
        "round_id": ROUND,
        "visit_id": VISIT,
        "observer": observer.here,
        "observed": observed.here,
        "conversation_on": TALKED,
    }
    return PlanObservation(**usual | other)


def visiting(**other: Any) -> RecordObservation:
    usual: dict[str, Any] = {"round_id": ROUND, "visit_id": VISIT, "minutes": 45}
    if "held_at" not in other:
        usual["held_on"] = HELD
    return RecordObservation(**usual | other)


def debriefing(**other: Any) -> RecordDebrief:
    usual: dict[str, Any] = {"round_id": ROUND, "visit_id": VISIT, "on": DEBRIEFED}
    return RecordDebrief(**usual | other)


def closing(*missing: MissingVisits, **other: Any) -> CloseObservationRound:
    usual: dict[str, Any] = {"round_id": ROUND, "on": CLOSES, "missing": missing}
    return CloseObservationRound(**usual | other)


def without(observer: Someone, observed: Someone, reason: Any = "illness") -> MissingVisits:
    return MissingVisits(observer=observer.here, observed=observed.here, reason=reason)


def opened(*people: Someone, **other: Any) -> Scenario:
    """A round that was opened."""
    return colleagues(*people).given(opening(**other))


def planned() -> Scenario:
    """A round in which Eva is to watch Finn."""
    return opened().given(planning())


def conducted(**other: Any) -> Scenario:
    """A round in which Eva watched Finn."""
    return planned().given(visiting(**other))


def month(number: int, of: int = 20) -> date:
    return date(2026, number, of)
