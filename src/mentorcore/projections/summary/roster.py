"""People, programs and enrolments, one event at a time.

Programs and enrolments are folded by the functions with which decisions fold them, so that a view
and a decision never disagree about a place, a training or a date.
"""

from typing import Any

from mentorcore.domain.cohort import CohortClosed, CohortOpened
from mentorcore.domain.participant.applying import (
    ApplicationDecided,
    ApplicationScreened,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    ReferenceReceived,
)
from mentorcore.domain.participant.events import (
    EnrolmentEnded,
    MentorCapacitySet,
    MentorQualificationEnded,
    MentorQualified,
    PairingJoined,
    PairingLeft,
    ParticipantEnrolled,
    ParticipantReassigned,
    PlaceChanged,
    TrainingCompleted,
)
from mentorcore.domain.participant.state import NotEnrolled, Participant
from mentorcore.domain.participant.state import evolve as evolve_participant
from mentorcore.domain.person.events import (
    CredentialRecorded,
    EmploymentRecorded,
    ExternalIdentityLinked,
    PersonDetailsChanged,
    PersonRegistered,
    ReportingLineRecorded,
)
from mentorcore.domain.person.merge_events import PersonAbsorbed, PersonsMerged
from mentorcore.domain.program import (
    AcademicCalendarSet,
    NotDesigned,
    Program,
    ProgramClosed,
    ProgramDesigned,
    ProgramLaunched,
    ProgramRevised,
)
from mentorcore.domain.program import evolve as evolve_program
from mentorcore.domain.requirements.adoption import PolicyPackAdopted
from mentorcore.domain.sustaining.improvement import ImprovementActionAdopted
from mentorcore.domain.sustaining.support import SupportAllocated
from mentorcore.log.recorded import Recorded
from mentorcore.projections.summary.partials import (
    HeldCredential,
    Identity,
    ParticipantPart,
    PersonPart,
    Post,
    ProgramPart,
    Ref,
    ReportsTo,
)

__all__ = ["PARTICIPANT", "PERSON", "PROGRAM"]


def _registered(part: PersonPart, told: Recorded[PersonRegistered]) -> None:
    part.registered = Ref(told.version, told.position)
    _details(part, told)


def _details(part: PersonPart, told: Recorded[Any]) -> None:
    name, contact = told.event.name, told.event.contact
    if name is not None:
        part.name = name
        part.names.append(name)
    if contact is not None:
        part.contact = contact
        part.contacts.append(contact)


def _identity(part: PersonPart, told: Recorded[ExternalIdentityLinked]) -> None:
    if told.event.value is not None:
        ref = Ref(told.version, told.position)
        part.identities.append(Identity(told.event.scheme, told.event.value, ref))
        part.identities.sort(key=lambda identity: identity.ref)


def _post(part: PersonPart, told: Recorded[EmploymentRecorded]) -> None:
    e = told.event
    ref = Ref(told.version, told.position)
    part.posts.append(Post(e.since, e.until, e.institution, e.unit, ref))
    part.posts.sort(key=lambda post: post.ref)


def _line(part: PersonPart, told: Recorded[ReportingLineRecorded]) -> None:
    e = told.event
    ref = Ref(told.version, told.position)
    part.lines.append(ReportsTo(e.superior, e.kind, e.since, e.until, ref))
    part.lines.sort(key=lambda line: line.ref)


def _licence(part: PersonPart, told: Recorded[CredentialRecorded]) -> None:
    e = told.event
    part.licences.append(
        HeldCredential(e.kind, e.area, e.expires_on, Ref(told.version, told.position))
    )
    part.licences.sort(key=lambda licence: licence.ref)


def _merged(part: PersonPart, told: Recorded[PersonsMerged]) -> None:
    part.absorbed.append(told.event.absorbed)


def _absorbed(part: PersonPart, told: Recorded[PersonAbsorbed]) -> None:
    part.merged_into = told.event.survivor


PERSON: dict[type, Any] = {
    PersonRegistered: _registered,
    PersonDetailsChanged: _details,
    ExternalIdentityLinked: _identity,
    EmploymentRecorded: _post,
    ReportingLineRecorded: _line,
    CredentialRecorded: _licence,
    PersonsMerged: _merged,
    PersonAbsorbed: _absorbed,
}

_PROGRAM_KEYS = {
    ProgramDesigned: "designed",
    ProgramRevised: "revised",
    ProgramLaunched: "launched",
    CohortOpened: "cohort",
    CohortClosed: "cohort_closed",
    AcademicCalendarSet: "calendar",
    SupportAllocated: "support",
    ImprovementActionAdopted: "improvement",
    PolicyPackAdopted: "pack",
    ProgramClosed: "closed",
}


def _program(part: ProgramPart, told: Recorded[Any]) -> None:
    state = evolve_program(part.state or NotDesigned(), told.event)
    part.state = state if isinstance(state, Program) else None
    part.refs[_PROGRAM_KEYS[type(told.event)]] = Ref(told.version, told.position)


PROGRAM: dict[type, Any] = dict.fromkeys(_PROGRAM_KEYS, _program)

_PARTICIPANT_KEYS = {
    ApplicationSubmitted: "applied",
    ApplicationScreened: "screened",
    ReferenceReceived: "reference",
    ApplicationDecided: "decided",
    ApplicationWithdrawn: "withdrawn",
    ParticipantEnrolled: "enrolled",
    ParticipantReassigned: "merged",
    TrainingCompleted: "training",
    MentorQualified: "qualified",
    MentorQualificationEnded: "qualified",
    MentorCapacitySet: "capacity",
    EnrolmentEnded: "ended",
    PairingJoined: "pairing",
    PairingLeft: "pairing",
    PlaceChanged: "pairing",
}


def _participant(part: ParticipantPart, told: Recorded[Any]) -> None:
    before = part.state or NotEnrolled(application=part.application)
    state = evolve_participant(before, told.event)
    part.state = state if isinstance(state, Participant) else None
    part.application = state.application
    key = _PARTICIPANT_KEYS[type(told.event)]
    person = getattr(told.event, "person_id", None)
    if person is not None and person not in part.persons:
        part.persons.append(person)
    if isinstance(told.event, TrainingCompleted):
        key = f"training/{told.event.training_kind}"
    elif isinstance(told.event, PairingJoined | PairingLeft | PlaceChanged):
        key = told.event.pairing_id
    part.refs[key] = Ref(told.version, told.position)


PARTICIPANT: dict[type, Any] = dict.fromkeys(_PARTICIPANT_KEYS, _participant)
