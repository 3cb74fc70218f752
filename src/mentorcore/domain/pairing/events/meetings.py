"""Members meet: what can happen, and what one can ask for."""

from datetime import date, datetime
from typing import Literal

from mentorcore.domain.declarations import command, event, fresh, personal
from mentorcore.domain.person.events import MeetingAttended
from mentorcore.domain.values import (
    Code,
    JointMeetingId,
    MeetingId,
    PairingId,
    ParticipantId,
    PersonId,
    Sealed,
)
from mentorcore.domain.visibility import WORK

Modality = Literal["in_person", "video", "phone", "async"]

MeetingKind = Literal["one_to_one", "triad", "group", "observation", "check_in"]

CancelCause = Literal["cancelled", "no_show"]

Verdict = Literal["confirmed", "disputed"]


@event("pairing.meeting-scheduled", follow=("starts_at", "starts_on"))
class MeetingScheduled:
    """A meeting was planned; a higher ``sequence`` reschedules it.

    ``starts_on`` is the day in the program's time zone.
    """

    meeting_id: MeetingId
    sequence: int
    starts_on: date
    starts_at: datetime | None
    minutes: int
    modality: Modality
    attendees: tuple[ParticipantId, ...]


@command(leads_to=MeetingScheduled)
class ScheduleMeeting:
    """Plan a meeting, or reschedule one by its id; an instant where it is known, else the day."""

    pairing_id: PairingId
    minutes: int
    starts_at: datetime | None = None
    starts_on: date | None = None
    modality: Modality = "in_person"
    attendees: tuple[ParticipantId, ...] = ()
    meeting_id: MeetingId | None = fresh("meeting", default=None)


@event("pairing.meeting-cancelled", occurred="on", refers_to=(MeetingScheduled, "meeting_id"))
class MeetingCancelled:
    """A planned meeting did not take place; ``absent`` names who missed it.

    Attributes:
        cause: Whether it was called off or somebody did not come.
        by: The participant who called it off.
    """

    meeting_id: MeetingId
    cause: CancelCause
    on: date
    by: ParticipantId | None = None
    absent: tuple[ParticipantId, ...] = ()


@command(leads_to=MeetingCancelled)
class CancelMeeting:
    """Record that a meeting was cancelled or missed."""

    pairing_id: PairingId
    cause: CancelCause
    on: date
    by: ParticipantId | None = None
    absent: tuple[ParticipantId, ...] = ()
    meeting_id: MeetingId | None = fresh("meeting", default=None)


@event("pairing.meeting-held", occurred=("held_at", "held_on"), order_free=True)
class MeetingHeld:
    """Members met; ``held_on`` is the day in the program's time zone.

    Attributes:
        guests: Declared guests such as an administrator, by role.
        logged_by: The participant who logged it, where known.
        kind: What sort of meeting it was.
    """

    meeting_id: MeetingId
    held_on: date
    held_at: datetime | None
    minutes: int
    modality: Modality
    kind: MeetingKind
    attendees: tuple[ParticipantId, ...]
    subjects: tuple[PersonId, ...]
    guests: tuple[Code, ...] = ()
    logged_by: ParticipantId | None = None
    joint_id: JointMeetingId | None = None
    topics: tuple[str, ...] | Sealed | None = personal("free_text", default=None, readers=WORK)


@command(leads_to=MeetingHeld, also=(MeetingAttended,))
class HoldMeeting:
    """Log a meeting; an instant where it is known, else the day. Nobody named means all members.

    A meeting of several pairings at once is logged in each of them, under one ``joint_id``: such
    meetings take the time of whoever was there once (INV-26).
    """

    pairing_id: PairingId
    minutes: int
    held_at: datetime | None = None
    held_on: date | None = None
    modality: Modality = "in_person"
    kind: MeetingKind | None = None
    attendees: tuple[ParticipantId, ...] = ()
    guests: tuple[Code, ...] = ()
    topics: tuple[str, ...] | None = None
    logged_by: ParticipantId | None = None
    joint_id: JointMeetingId | None = None
    meeting_id: MeetingId | None = fresh("meeting", default=None)


@event("pairing.meeting-verified", occurred="on", rests_on=(MeetingHeld, "meeting_id"))
class MeetingVerified:
    """Somebody confirmed or disputed that a meeting took place as logged.

    Attributes:
        by: The participant who says so; nothing for the program itself.
    """

    meeting_id: MeetingId
    by: ParticipantId | None
    verdict: Verdict
    on: date


@command(leads_to=MeetingVerified)
class VerifyMeeting:
    """Confirm or dispute a logged meeting."""

    pairing_id: PairingId
    meeting_id: MeetingId
    verdict: Verdict
    on: date
    by: ParticipantId | None = None


@event("pairing.duplicates-ruled-out", occurred="on", order_free=True, follow=("meetings",))
class DuplicatesRuledOut:
    """The meetings of a day look like one that was recorded twice, and are all real.

    Attributes:
        on: The day of the meetings, in the program's time zone.
        meetings: The meetings that were recorded on that day until then.
    """

    on: date
    meetings: tuple[MeetingId, ...]


@command(leads_to=DuplicatesRuledOut)
class RuleOutDuplicates:
    """Say that the meetings of a day, which look like one recorded twice, are all real."""

    pairing_id: PairingId
    on: date
