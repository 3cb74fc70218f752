"""What a person's events add up to."""

from datetime import date

import attrs

from mentorcore.domain.decider import Decider
from mentorcore.domain.person.events import (
    EVENTS,
    Attended,
    Contact,
    CredentialRecorded,
    EmploymentRecorded,
    Enrolment,
    ExternalIdentityLinked,
    Line,
    MeetingAttended,
    PersonDetailsChanged,
    PersonEnrolled,
    PersonRegistered,
    ReportingLineRecorded,
)
from mentorcore.domain.values import (
    Sealed,
    Text,
)


@attrs.frozen
class Person:
    """What decisions need to know of a person; ``registered`` precedes everything but companions.

    Attributes:
        credentials: Kind, area, day of issue and day of expiry.
        employments: Since, until and full-time share in percent.
    """

    registered: bool = False
    enrolments: tuple[Enrolment, ...] = ()
    attended: tuple[Attended, ...] = ()
    lines: tuple[Line, ...] = ()
    credentials: tuple[tuple[str, str, date, date | None], ...] = ()
    employments: tuple[tuple[date, date | None, int], ...] = ()
    identities: int = 0
    name: Text | None = None
    contact: Contact | Sealed | None = None


def evolve(state: Person, event: object) -> Person:
    """Fold one event into what is known of the person."""
    match event:
        case PersonRegistered():
            return attrs.evolve(state, registered=True, name=event.name, contact=event.contact)
        case PersonDetailsChanged():
            return attrs.evolve(
                state,
                name=state.name if event.name is None else event.name,
                contact=state.contact if event.contact is None else event.contact,
            )
        case ExternalIdentityLinked():
            return attrs.evolve(state, identities=state.identities + 1)
        case EmploymentRecorded():
            post = (event.since, event.until, event.fte_percent)
            return attrs.evolve(state, employments=(*state.employments, post))
        case CredentialRecorded():
            held = (event.kind, event.area, event.issued_on, event.expires_on)
            return attrs.evolve(state, credentials=(*state.credentials, held))
        case ReportingLineRecorded():
            line = Line(
                superior=event.superior, kind=event.kind, since=event.since, until=event.until
            )
            return attrs.evolve(state, lines=(*state.lines, line))
        case PersonEnrolled():
            enrolment = Enrolment(
                participant_id=event.participant_id, cohort_id=event.cohort_id, role=event.role
            )
            return attrs.evolve(state, enrolments=(*state.enrolments, enrolment))
        case MeetingAttended():
            attended = Attended(
                meeting_id=event.meeting_id,
                pairing_id=event.pairing_id,
                held_at=event.held_at,
                minutes=event.minutes,
            )
            return attrs.evolve(state, attended=(*state.attended, attended))
        case _:
            return state


DECIDER = Decider(kind="person", initial=Person(), evolve=evolve, events=EVENTS)
