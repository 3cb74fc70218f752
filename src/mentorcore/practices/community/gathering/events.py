"""People came together: what for, what was shared there, and who was there for how long."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

from mentorcore.practices.community.events import ResourceId
from mentorcore.practices.spec import (
    Code,
    MeetingAttended,
    MeetingId,
    ParticipantId,
    PersonId,
    PracticeCommand,
    ProgramId,
    command,
    event,
    fresh,
    identifier,
    public,
)

if TYPE_CHECKING:
    GatheringId: TypeAlias = str
else:
    GatheringId = identifier("GatheringId", "gathering")

GatheringKind = Literal["workshop", "mentor_meeting"]


@event("gathering.held", occurred="on", founding=True)
class GatheringHeld:
    """A workshop took place, or mentors met to talk about their mentoring.

    Attributes:
        gathering_id: The gathering.
        kind: What it was.
        title: What it was called.
        on: Its day; of several days, the first.
        until: Of several days, the last.
        resources: What was shared there.
        training: The training that whoever was there has completed by it, as the program's settings
            call it; nothing where it is none.
    """

    gathering_id: GatheringId
    program_id: ProgramId
    kind: GatheringKind
    on: date
    title: str = public()
    until: date | None = None
    resources: tuple[ResourceId, ...] = ()
    training: Code | None = None


@command(leads_to=GatheringHeld)
class RecordGathering(PracticeCommand):
    """Record that a workshop took place, or that mentors met."""

    program_id: ProgramId
    kind: GatheringKind
    title: str
    on: date
    until: date | None = None
    resources: tuple[ResourceId, ...] = ()
    training: Code | None = None
    gathering_id: GatheringId | None = fresh("gathering", default=None)


@event("gathering.attended", occurred=("held_at", "held_on"))
class GatheringAttended:
    """A participant was there.

    Attributes:
        participant: Who was there.
        meeting_id: The meeting that it was for them; it takes their time.
        held_on: The day, in the program's time zone.
        held_at: When they came; nothing when only the day is known.
        minutes: For how long they were there.
    """

    participant: ParticipantId
    meeting_id: MeetingId
    held_on: date
    held_at: datetime | None
    minutes: int
    subjects: tuple[PersonId, ...]


@command(leads_to=GatheringAttended, also=(MeetingAttended,))
class RecordAttendance(PracticeCommand):
    """Record that a participant was at a gathering; an instant where it is known, else the day."""

    gathering_id: GatheringId
    participant: ParticipantId
    minutes: int
    held_at: datetime | None = None
    held_on: date | None = None
    meeting_id: MeetingId | None = fresh("meeting", default=None)
