"""What happens on a visit, and what can be asked for."""

from datetime import date, datetime
from typing import TYPE_CHECKING, TypeAlias

from mentorcore.practices.spec import (
    WORK,
    MeetingAttended,
    MeetingId,
    PairingId,
    ParticipantId,
    PersonId,
    PracticeCommand,
    ProgramId,
    Text,
    command,
    event,
    fresh,
    identifier,
    personal,
)

if TYPE_CHECKING:
    VisitId: TypeAlias = str
else:
    VisitId = identifier("VisitId", "acme-visit")


@event("acme-visit.made", occurred=("held_at", "on"), founding=True)
class VisitMade:
    """A coach visited the class of a participant.

    Attributes:
        visit_id: The visit.
        visited: The participant whose class it was.
        note: What the coach saw.
    """

    visit_id: VisitId
    program_id: ProgramId
    pairing_id: PairingId
    visited: ParticipantId
    meeting_id: MeetingId
    on: date
    minutes: int
    subjects: tuple[PersonId, ...]
    held_at: datetime | None = None
    note: Text | None = personal("free_text", default=None, readers=WORK)


@event("acme-visit.followed-up", occurred="on")
class VisitFollowedUp:
    """Coach and participant came back to a visit."""

    on: date
    minutes: int


@command(leads_to=VisitMade, also=(MeetingAttended,))
class MakeVisit(PracticeCommand):
    """Record a visit to the class of a participant."""

    pairing_id: PairingId
    visited: ParticipantId
    on: date
    minutes: int
    held_at: datetime | None = None
    note: str | None = None
    meeting_id: MeetingId | None = fresh("meeting", default=None)
    visit_id: VisitId | None = fresh("acme-visit", default=None)


@command(leads_to=VisitFollowedUp)
class FollowUpVisit(PracticeCommand):
    """Record that somebody came back to a visit."""

    visit_id: VisitId
    on: date
    minutes: int
