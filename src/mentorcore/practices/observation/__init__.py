"""Observation rounds: colleagues watch each other teach, and talk before and after.

Who watches whom is a matrix; each visit is planned, conducted and debriefed. A round never rates
anybody, and what an observer noted is read by the two of the visit alone.
"""

from typing import TYPE_CHECKING

from mentorcore.practices.observation.deciding import AGGREGATE
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
from mentorcore.practices.observation.view import MATRIX
from mentorcore.practices.spec import CONTRACT, Practice

if TYPE_CHECKING:
    from mentorcore.practices.spec import FormKind

__all__ = [
    "PRACTICE",
    "Cell",
    "CloseObservationRound",
    "MissingVisits",
    "ObservationConducted",
    "ObservationDebriefed",
    "ObservationPlanned",
    "ObservationRoundClosed",
    "ObservationRoundOpened",
    "OpenObservationRound",
    "PlanObservation",
    "RecordDebrief",
    "RecordObservation",
]


def _forms() -> "tuple[FormKind, ...]":
    from mentorcore.practices.observation.forms import VISIT_LOG  # noqa: PLC0415 - asked for rarely

    return (VISIT_LOG,)


PRACTICE = Practice(
    name="observation",
    contract=CONTRACT,
    aggregates=(AGGREGATE,),
    views=(MATRIX,),
    forms=_forms,
)
