"""What can happen to a person, what one can ask for, and the values that it is told in."""

from datetime import date, datetime
from typing import Literal

import attrs

from mentorcore.domain.declarations import command, event, fresh, personal, public, value
from mentorcore.domain.values import (
    Code,
    CohortId,
    JointMeetingId,
    MeetingId,
    PairingId,
    ParticipantId,
    PersonId,
    ProgramId,
    Sealed,
    Stream,
    Text,
)
from mentorcore.domain.visibility import CONTACT, NAME, OWN, PLACE

Scheme = Literal["payroll", "sso", "survey", "email"]

Assurance = Literal["self_stated", "verified"]

CredentialKind = Literal["credential", "license", "rating"]

OutcomeLevel = Literal["school", "district", "profession"]

EmploymentOutcome = Literal["retained", "transferred", "left", "unknown"]

LineKind = Literal["supervisor", "evaluator", "appraiser", "chair", "chief"]


@value
class Contact:
    """How to reach a person.

    Attributes:
        email: The e-mail address.
        phone: The telephone number.
    """

    email: str | None = None
    phone: str | None = None


@attrs.frozen(kw_only=True)
class Line:
    """Who answers for whom, as what, from when until when (half-open)."""

    superior: PersonId
    kind: LineKind
    since: date
    until: date | None = None


@event("person.registered", founding=True)
class PersonRegistered:
    """A person became known, under a lasting id.

    Attributes:
        person_id: The lasting id; it says nothing about the person.
        locale: The language and region in which the person is written to, such as ``en-US``.
        time_zone: The time zone in which the person lives, by its IANA name.
    """

    person_id: PersonId
    subjects: tuple[PersonId, ...]
    name: Text | None = personal("identity", default=None, readers=NAME)
    contact: Contact | Sealed | None = personal("contact", default=None, readers=CONTACT)
    locale: Code | None = None
    time_zone: Code | None = None


@command(leads_to=PersonRegistered)
class RegisterPerson:
    """Make a person known."""

    person_id: PersonId | None = fresh("person", default=None)
    name: str | None = None
    contact: Contact | None = None
    locale: Code | None = None
    time_zone: Code | None = None


@event("person.details-changed", occurred="since")
class PersonDetailsChanged:
    """A person's name or address changed; what stays as it was is ``None``.

    Attributes:
        name: The new name; nothing when it stayed.
        contact: The new address; nothing when it stayed.
    """

    since: date
    subjects: tuple[PersonId, ...]
    name: Text | None = personal("identity", default=None, readers=NAME)
    contact: Contact | Sealed | None = personal("contact", default=None, readers=CONTACT)


@command(leads_to=PersonDetailsChanged)
class ChangePersonDetails:
    """Record a new name or address, valid from a day on."""

    person_id: PersonId
    since: date
    name: str | None = None
    contact: Contact | None = None


@event("person.external-identity-linked", order_free=True)
class ExternalIdentityLinked:
    """An identity in another system was found to be this person's.

    Attributes:
        scheme: The kind of system that knows the person by it.
        assurance: Whether the person said so or somebody checked it.
        value: The identity itself, such as a staff number or an address.
    """

    scheme: Scheme
    assurance: Assurance
    subjects: tuple[PersonId, ...]
    value: Text | None = personal("contact", default=None, readers=CONTACT)


@command(also=(ExternalIdentityLinked,))
class LinkExternalIdentity:
    """Record that an identity elsewhere is this person's; one identity belongs to one person."""

    person_id: PersonId
    scheme: Scheme
    value: str
    assurance: Assurance = "self_stated"


@event("person.employment-recorded", occurred="since")
class EmploymentRecorded:
    """Where and as what a person works, from ``since`` until before ``until``.

    Attributes:
        leadership_level: How far the post leads others, by the program's own words.
        institution: The district, university or other employer.
        unit: The school, department or campus.
        post: What the person is employed as.
        teaches: The subjects that the person teaches.
        grade_levels: The grades that the person teaches.
    """

    since: date
    subjects: tuple[PersonId, ...]
    until: date | None = None
    fte_percent: int = 100
    leadership_level: Code | None = None
    institution: Text | None = personal("identity", default=None, readers=PLACE)
    unit: Text | None = personal("identity", default=None, readers=PLACE)
    post: Text | None = personal("identity", default=None, readers=OWN)
    teaches: tuple[str, ...] | Sealed | None = personal("identity", default=None, readers=OWN)
    grade_levels: tuple[str, ...] | Sealed | None = personal("identity", default=None, readers=OWN)


@command(leads_to=EmploymentRecorded)
class RecordEmployment:
    """Record where and as what a person works."""

    person_id: PersonId
    since: date
    until: date | None = None
    fte_percent: int = 100
    leadership_level: Code | None = None
    institution: str | None = None
    unit: str | None = None
    post: str | None = None
    teaches: tuple[str, ...] | None = None
    grade_levels: tuple[str, ...] | None = None


@event("person.credential-recorded", occurred="issued_on")
class CredentialRecorded:
    """A credential, license or rating was issued.

    Attributes:
        kind: What was issued.
        area: The field that it is for.
        level: Its level, where it has levels.
        issued_on: The day of issue.
        expires_on: The day on which it expires; nothing if it does not.
        issuer: Who issued it.
    """

    kind: CredentialKind
    area: Code
    issued_on: date
    subjects: tuple[PersonId, ...]
    level: Code | None = None
    expires_on: date | None = None
    issuer: Text | None = personal("identity", default=None, readers=OWN)


@command(leads_to=CredentialRecorded)
class RecordCredential:
    """Record a credential, license or rating."""

    person_id: PersonId
    kind: CredentialKind
    area: Code
    issued_on: date
    level: Code | None = None
    expires_on: date | None = None
    issuer: str | None = None


@event("person.reporting-line-recorded", occurred="since")
class ReportingLineRecorded:
    """Somebody supervises or evaluates this person.

    Attributes:
        superior: The person who supervises or evaluates.
        kind: As what the superior acts.
    """

    superior: PersonId = public(fixed=False)
    kind: LineKind
    since: date
    until: date | None = None


@command(leads_to=ReportingLineRecorded)
class RecordReportingLine:
    """Record who supervises or evaluates a person."""

    person_id: PersonId
    superior: PersonId
    kind: LineKind
    since: date
    until: date | None = None


@event("person.employment-outcome-recorded", occurred="on")
class EmploymentOutcomeRecorded:
    """What had become of a person's work by a day: in the school, the district, the profession.

    Attributes:
        on: The day by which it was so, in the program's time zone.
        level: Of what it is said: the school, the district or the profession.
        outcome: Whether the person was still there, had moved to another, or had left.
        source: Where that is known from, as a word of the program's own, such as a payroll.
    """

    on: date
    level: OutcomeLevel
    outcome: EmploymentOutcome
    source: Code | None = None


@command(leads_to=EmploymentOutcomeRecorded)
class RecordEmploymentOutcome:
    """Record what had become of a person's work by a day, at one of three levels.

    Attributes:
        level: The school, the district or the profession.
        outcome: Whether the person was retained, had transferred, had left; or nobody knows.
        source: Where that is known from, as one word.
    """

    person_id: PersonId
    on: date
    level: OutcomeLevel
    outcome: EmploymentOutcome
    source: Code | None = None


@event("person.enrolled", occurred="since", companion=True, order_free=True)
class PersonEnrolled:
    """Companion of `ParticipantEnrolled`: the person took a place in a cohort."""

    participant_id: ParticipantId
    cohort_id: CohortId
    role: Code
    since: date
    principal_stream: Stream
    principal: int


@event("person.applied", occurred="on", companion=True, order_free=True)
class PersonApplied:
    """Companion of `ApplicationSubmitted`: the person wants to take part in a cohort."""

    participant_id: ParticipantId
    program_id: ProgramId
    cohort_id: CohortId
    role: Code
    on: date
    principal_stream: Stream
    principal: int


@event(
    "person.meeting-attended",
    occurred="held_at",
    companion=True,
    by_amendment=True,
    order_free=True,
)
class MeetingAttended:
    """Companion of what took the person's time at a known hour, such as `MeetingHeld`.

    Attributes:
        pairing_id: The pairing, where it is one that met.
    """

    meeting_id: MeetingId
    held_at: datetime
    minutes: int
    principal_stream: Stream
    principal: int
    pairing_id: PairingId | None = None
    joint_id: JointMeetingId | None = None
