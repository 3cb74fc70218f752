"""What a person's events add up to."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from operator import attrgetter

import attrs

from mentorcore.domain.aggregate import replaced
from mentorcore.domain.person.events import (
    Contact,
    CredentialRecorded,
    EmploymentOutcomeRecorded,
    EmploymentRecorded,
    ExternalIdentityLinked,
    Line,
    MeetingAttended,
    PersonApplied,
    PersonDetailsChanged,
    PersonEnrolled,
    PersonRegistered,
    ReportingLineRecorded,
)
from mentorcore.domain.person.merge_events import PersonAbsorbed, PersonsMerged
from mentorcore.domain.values import (
    JointMeetingId,
    PairingId,
    ParticipantId,
    PersonId,
    Sealed,
    Text,
)


@attrs.frozen(slots=False)
class Person:
    """What decisions need to know of a person; ``registered`` precedes everything but companions.

    Attributes:
        enrolments: What the person enrolled in, by participant.
        applications: What the person applied for, by participant.
        attended: The meetings with a known time, in the order of their beginning.
        longest: The minutes of the longest of them.
        credentials: Kind, area, day of issue and day of expiry.
        outcomes: By day and level, what had become of the person's work.
        employments: Since, until and full-time share in percent.
        merged_into: The id that this one leads to; nothing for one that goes on.
        absorbed: The ids that lead to this one by a merge of their own, in no order of time.
    """

    registered: bool = False
    enrolments: Mapping[ParticipantId, PersonEnrolled] = attrs.field(factory=dict)
    applications: Mapping[ParticipantId, PersonApplied] = attrs.field(factory=dict)
    attended: tuple[MeetingAttended, ...] = ()
    longest: int = 0
    lines: tuple[Line, ...] = ()
    credentials: tuple[tuple[str, str, date, date | None], ...] = ()
    employments: tuple[tuple[date, date | None, int], ...] = ()
    outcomes: Mapping[tuple[date, str], str] = attrs.field(factory=dict)
    identities: int = 0
    name: Text | None = None
    contact: Contact | Sealed | None = None
    merged_into: PersonId | None = None
    absorbed: tuple[PersonId, ...] = ()

    def meeting_during(
        self,
        start: datetime,
        minutes: int,
        joint: JointMeetingId | None = None,
        pairing: PairingId | None = None,
    ) -> MeetingAttended | None:
        """The first meeting that shares a moment with these minutes from *start*; half-open.

        What other pairings than *pairing* logged of the *joint* meeting is none beside it; a
        pairing logs it once.
        """
        end = start + timedelta(minutes=minutes)
        earliest = start - timedelta(minutes=self.longest)
        first = bisect_left(self.attended, earliest, key=BEGINNING)
        for other in self.attended[first:]:
            if other.held_at >= end:
                break
            same = joint is not None and other.joint_id == joint and other.pairing_id != pairing
            if not same and start < other.held_at + timedelta(minutes=other.minutes):
                return other
        return None


BEGINNING = attrgetter("held_at")
BY_TIME = attrgetter("held_at", "meeting_id")


def evolve(state: Person, event: object) -> Person:
    """Fold one event into what is known of the person."""
    match event:
        case MeetingAttended():
            before = state.attended
            if not before or BY_TIME(before[-1]) <= BY_TIME(event):  # nearly always
                attended = (*before, event)
            else:
                place = bisect_right(before, BY_TIME(event), key=BY_TIME)
                attended = (*before[:place], event, *before[place:])
            return replaced(state, attended=attended, longest=max(state.longest, event.minutes))
        case PersonRegistered():
            return replaced(state, registered=True, name=event.name, contact=event.contact)
        case PersonDetailsChanged():
            return replaced(
                state,
                name=state.name if event.name is None else event.name,
                contact=state.contact if event.contact is None else event.contact,
            )
        case ExternalIdentityLinked():
            return replaced(state, identities=state.identities + 1)
        case EmploymentRecorded():
            post = (event.since, event.until, event.fte_percent)
            return replaced(state, employments=(*state.employments, post))
        case EmploymentOutcomeRecorded():
            outcomes = {**state.outcomes, (event.on, event.level): event.outcome}
            return replaced(state, outcomes=outcomes)
        case CredentialRecorded():
            held = (event.kind, event.area, event.issued_on, event.expires_on)
            return replaced(state, credentials=(*state.credentials, held))
        case ReportingLineRecorded():
            line = Line(
                superior=event.superior, kind=event.kind, since=event.since, until=event.until
            )
            return replaced(state, lines=(*state.lines, line))
        case PersonsMerged():
            return replaced(state, absorbed=tuple(sorted((*state.absorbed, event.absorbed))))
        case PersonAbsorbed():
            return replaced(state, merged_into=event.survivor)
        case PersonEnrolled():
            enrolments = {**state.enrolments, event.participant_id: event}
            return replaced(state, enrolments=enrolments)
        case PersonApplied():
            return replaced(state, applications={**state.applications, event.participant_id: event})
        case _:
            return state
