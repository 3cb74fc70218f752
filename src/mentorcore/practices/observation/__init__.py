"""Observation rounds: colleagues watch each other teach, and talk before and after.

Who watches whom is a matrix; each visit is planned, conducted and debriefed. A round never rates
anybody, and what an observer noted is read by the two of the visit alone.
"""

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
from mentorcore.practices.observation.forms import VISIT_LOG
from mentorcore.practices.observation.view import MATRIX
from mentorcore.practices.spec import CONTRACT, Practice

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

PRACTICE = Practice(
    name="observation",
    contract=CONTRACT,
    aggregates=(AGGREGATE,),
    views=(MATRIX,),
    forms=(VISIT_LOG,),
)
