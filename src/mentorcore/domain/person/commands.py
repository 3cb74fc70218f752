"""What one can ask for concerning a person."""

from datetime import date

from mentorcore.domain.marks import command, fresh
from mentorcore.domain.person.events import (
    Assurance,
    Contact,
    CredentialKind,
    CredentialRecorded,
    EmploymentRecorded,
    ExternalIdentityLinked,
    LineKind,
    PersonDetailsChanged,
    PersonRegistered,
    ReportingLineRecorded,
    Scheme,
)
from mentorcore.domain.values import (
    Code,
    PersonId,
)


@command(leads_to=PersonRegistered)
class RegisterPerson:
    """Make a person known."""

    person_id: PersonId | None = fresh("person", default=None)
    name: str | None = None
    contact: Contact | None = None
    locale: Code | None = None
    time_zone: Code | None = None


@command(leads_to=PersonDetailsChanged)
class ChangePersonDetails:
    """Record a new name or address, valid from a day on."""

    person_id: PersonId
    since: date
    name: str | None = None
    contact: Contact | None = None


@command(also=(ExternalIdentityLinked,))
class LinkExternalIdentity:
    """Record that an identity elsewhere is this person's; one identity belongs to one person."""

    person_id: PersonId
    scheme: Scheme
    value: str
    assurance: Assurance = "self_stated"


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


@command(leads_to=ReportingLineRecorded)
class RecordReportingLine:
    """Record who supervises or evaluates a person."""

    person_id: PersonId
    superior: PersonId
    kind: LineKind
    since: date
    until: date | None = None
