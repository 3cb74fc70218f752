"""Colleagues watch each other teach: what happens in a round, and what one can ask for (INV-30).

Nothing here holds a rating: a visit is for growth and never judges anybody.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING, TypeAlias

from mentorcore.practices.spec import (
    SUBJECTS,
    WORK,
    Code,
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
    public,
    value,
)

if TYPE_CHECKING:
    RoundId: TypeAlias = str
    VisitId: TypeAlias = str
else:
    RoundId = identifier("RoundId", "observation")
    VisitId = identifier("VisitId", "visit", stream=False)

DEBRIEF_DAYS = 7
"""Days after a visit within which the two talk about it, unless the round says otherwise."""


@value
class Cell:
    """Who watches whom in a round, and how often.

    Attributes:
        observer: The member who watches.
        observed: The member who is watched.
        required: How many visits the round owes; with 0 they are welcome and not owed.
    """

    observer: ParticipantId
    observed: ParticipantId
    required: int = 1


@value
class MissingVisits:
    """Required visits that a round is closed without, and why.

    Attributes:
        observer: The member who was to watch.
        observed: The member who was to be watched.
        reason: Why they are missing, as a word of the program's own, such as `illness`.
    """

    observer: ParticipantId
    observed: ParticipantId
    reason: Code


@event("observation.round-opened", occurred="on", founding=True)
class ObservationRoundOpened:
    """Two, three or four colleagues agreed to watch each other.

    Attributes:
        round_id: The round.
        members: The participants who watch or are watched.
        matrix: Who watches whom, and how many visits that takes.
        closes_on: The day by which the required visits are to be done.
        debrief_days: Within how many days after a visit the two talk about it.
    """

    round_id: RoundId
    program_id: ProgramId
    pairing_id: PairingId
    members: tuple[ParticipantId, ...] = public(fixed=True)
    subjects: tuple[PersonId, ...]
    matrix: tuple[Cell, ...]
    on: date
    closes_on: date
    debrief_days: int = DEBRIEF_DAYS


@command(leads_to=ObservationRoundOpened)
class OpenObservationRound(PracticeCommand):
    """Begin a round of visits in a reciprocal pairing.

    Nobody named means all members of the pairing, and no matrix that each watches each other once.
    """

    pairing_id: PairingId
    on: date
    closes_on: date
    members: tuple[ParticipantId, ...] = ()
    matrix: tuple[Cell, ...] = ()
    debrief_days: int = DEBRIEF_DAYS
    round_id: RoundId | None = fresh("observation", default=None)


@event("observation.visit-planned", occurred="conversation_on", order_free=True)
class ObservationPlanned:
    """Two members agreed on a visit and on what it looks at.

    Attributes:
        visit_id: The visit.
        observer: The member who watches.
        observed: The member who is watched.
        conversation_on: The day of the conversation before the visit.
        visit_on: The day for which the visit is planned; nothing where none was agreed yet.
        focus: What the observed member would like the observer to look at.
    """

    visit_id: VisitId
    observer: ParticipantId
    observed: ParticipantId
    conversation_on: date
    visit_on: date | None = None
    subjects: tuple[PersonId, ...]
    focus: Text | None = personal("free_text", default=None, readers=WORK)


@command(leads_to=ObservationPlanned)
class PlanObservation(PracticeCommand):
    """Record the conversation before a visit: who watches whom, when, and with which focus."""

    round_id: RoundId
    observer: ParticipantId
    observed: ParticipantId
    conversation_on: date
    visit_on: date | None = None
    focus: str | None = None
    visit_id: VisitId | None = fresh("visit", default=None)


@event(
    "observation.visit-conducted",
    occurred=("held_at", "held_on"),
    order_free=True,
    rests_on=(ObservationPlanned, "visit_id"),
)
class ObservationConducted:
    """A planned visit took place.

    Attributes:
        visit_id: The visit.
        meeting_id: The meeting that the visit was for both; it takes the time of both.
        held_on: The day of the visit, in the program's time zone.
        held_at: When the visit began; nothing when only the day is known.
        setting: Where somebody was watched, as a word of the program's own, such as `lab`.
        notes: What the observer saw; the observed member and the observer read it, nobody else.
    """

    visit_id: VisitId
    meeting_id: MeetingId
    held_on: date
    held_at: datetime | None
    minutes: int
    subjects: tuple[PersonId, ...]
    setting: Code | None = None
    notes: Text | None = personal("free_text", default=None, readers=SUBJECTS)


@command(leads_to=ObservationConducted, also=(MeetingAttended,))
class RecordObservation(PracticeCommand):
    """Record that a planned visit took place; an instant where it is known, else the day."""

    round_id: RoundId
    visit_id: VisitId
    minutes: int
    held_at: datetime | None = None
    held_on: date | None = None
    setting: Code | None = None
    notes: str | None = None
    meeting_id: MeetingId | None = fresh("meeting", default=None)


@event(
    "observation.visit-debriefed",
    occurred="on",
    order_free=True,
    rests_on=(ObservationConducted, "visit_id"),
)
class ObservationDebriefed:
    """The two talked about the visit.

    Attributes:
        visit_id: The visit.
        reflections_shared_by: Who of the two shared what the visit says of their own practice.
    """

    visit_id: VisitId
    on: date
    minutes: int | None = None
    reflections_shared_by: tuple[ParticipantId, ...] = ()


@command(leads_to=ObservationDebriefed)
class RecordDebrief(PracticeCommand):
    """Record the conversation after a visit."""

    round_id: RoundId
    visit_id: VisitId
    on: date
    minutes: int | None = None
    reflections_shared_by: tuple[ParticipantId, ...] = ()


@event("observation.round-closed", occurred="on", transition=True, once=True)
class ObservationRoundClosed:
    """The round is over.

    Attributes:
        missing: Required visits that did not take place, each with the reason.
    """

    on: date
    missing: tuple[MissingVisits, ...] = ()


@command(leads_to=ObservationRoundClosed)
class CloseObservationRound(PracticeCommand):
    """Close a round; whatever required visits are missing takes a reason for each."""

    round_id: RoundId
    on: date
    missing: tuple[MissingVisits, ...] = ()
