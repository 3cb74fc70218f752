"""One fold for every question about the present: `status` and `attention` share these partials.

What the log holds about each person, program, participant and pairing is summed up here once, and
stored once; the two views differ in what they make of it.
"""

from collections.abc import Collection, Mapping
from typing import Any

from mentorcore.domain.pairing.events.forming import PairingFormed
from mentorcore.domain.pairing.events.proposals import PairingProposed
from mentorcore.domain.participant.applying import ApplicationSubmitted
from mentorcore.domain.participant.events import ParticipantEnrolled
from mentorcore.domain.person.events import (
    CredentialRecorded,
    EmploymentRecorded,
    ExternalIdentityLinked,
    ReportingLineRecorded,
)
from mentorcore.domain.program import ProgramDesigned
from mentorcore.log.recorded import Recorded
from mentorcore.projections.folding.projection import Projection
from mentorcore.projections.summary.pairing_activity import WORK
from mentorcore.projections.summary.pairing_lifecycle import LIFE
from mentorcore.projections.summary.partials import (
    PairingPart,
    Part,
    ParticipantPart,
    PersonPart,
    ProgramPart,
    Ref,
)
from mentorcore.projections.summary.proposals import PROPOSING
from mentorcore.projections.summary.roster import PARTICIPANT, PERSON, PROGRAM

__all__ = ["KINDS", "PROGRAMS", "SUMMARY"]

PROGRAMS = "programs"
"""The group of the programs' own streams."""

KINDS: Mapping[str, type] = {
    "person": PersonPart,
    "program": ProgramPart,
    "participant": ParticipantPart,
    "pairing": PairingPart,
}
"""The partial of each kind of stream."""

_ARMS: dict[str, dict[type, Any]] = {
    "person": PERSON,
    "program": PROGRAM,
    "participant": PARTICIPANT,
    "pairing": {**WORK, **LIFE, **PROPOSING},
}
UNORDERED_OF_PERSONS = frozenset(
    {
        CredentialRecorded,
        EmploymentRecorded,
        ExternalIdentityLinked,
        ReportingLineRecorded,
    }
)
_DATED = frozenset({*PARTICIPANT, *WORK, *LIFE, *PROPOSING})
_ARM = {
    event: (KINDS[kind], arm, event in _DATED)
    for kind, arms in _ARMS.items()
    for event, arm in arms.items()
}


def _apply(part: Part, told: Recorded[Any]) -> Part:
    kind, arm, dated = _ARM[type(told.event)]
    if type(part) is not kind:
        return part  # an event of another kind of stream, which no decision puts here
    arm(part, told)
    if dated:
        at = part.known_at  # type: ignore[union-attr] # these are events of pairings and enrolments
        if at is None or at < told.recorded_at:
            part.known_at = told.recorded_at  # type: ignore[union-attr] # the same
    return part


def _corrected(part: Part, correction: Recorded[Any], _target: Recorded[Any]) -> Part:
    part.corrections.append(Ref(correction.version, correction.position))
    return part


def _group(event: Any) -> str | None:
    match event:
        case ProgramDesigned():
            return PROGRAMS
        case ParticipantEnrolled() | ApplicationSubmitted() | PairingFormed() | PairingProposed():
            return event.program_id
        case _:
            return None


def _cohorts(part: Part) -> Collection[str] | None:
    if not isinstance(part, ProgramPart) or part.state is None:
        return None
    return [c.cohort_id for c in part.state.cohorts]


def _parts(parts: Mapping[str, Part]) -> Mapping[str, Part]:
    return parts


SUMMARY: Projection[Mapping[str, Part]] = Projection(
    name="summary",
    version=3,
    initial=KINDS,
    apply=_apply,
    corrected=_corrected,
    combine=_parts,
    events=frozenset(_ARM),
    unordered=frozenset({*WORK, *UNORDERED_OF_PERSONS}),
    group=_group,
    fixed_groups={"person": "", "program": PROGRAMS},
    holds=_cohorts,
)
"""Partials alone; `status.STATUS` and `attention.ATTENTION` combine them into views."""
