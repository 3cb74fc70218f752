"""What a person's events add up to."""

from collections.abc import Mapping
from datetime import date

import attrs

from mentorcore.domain.decider import Decider
from mentorcore.domain.person.events import (
    EVENTS,
    Contact,
    CredentialRecorded,
    EmploymentRecorded,
    ExternalIdentityLinked,
    Line,
    MeetingAttended,
    PersonDetailsChanged,
    PersonEnrolled,
    PersonRegistered,
    ReportingLineRecorded,
)
from mentorcore.domain.values import (
    MeetingId,
    ParticipantId,
    Sealed,
    Text,
)


@attrs.frozen
class Person:
    """What decisions need to know of a person; ``registered`` precedes everything but companions.

    Attributes:
        enrolments: What the person enrolled in, by participant.
        attended: The meetings with a known time, by meeting.
        credentials: Kind, area, day of issue and day of expiry.
        employments: Since, until and full-time share in percent.
    """

    registered: bool = False
    enrolments: Mapping[ParticipantId, PersonEnrolled] = attrs.field(factory=dict)
    attended: Mapping[MeetingId, MeetingAttended] = attrs.field(factory=dict)
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
            enrolments = {**state.enrolments, event.participant_id: event}
            return attrs.evolve(state, enrolments=enrolments)
        case MeetingAttended():
            return attrs.evolve(state, attended={**state.attended, event.meeting_id: event})
        case _:
            return state


DECIDER = Decider(kind="person", initial=Person(), evolve=evolve, events=EVENTS)
