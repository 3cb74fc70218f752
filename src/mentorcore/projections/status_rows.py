"""The rows of the status of a program, and the questions they answer."""

from datetime import date, datetime

import attrs

from mentorcore.domain.values import Withheld
from mentorcore.projections.people import Who
from mentorcore.projections.projection import Evidence
from mentorcore.projections.seeing import Shown

__all__ = [
    "Places",
    "CohortRow",
    "EndRow",
    "FeedbackRow",
    "GoalCounts",
    "GoalRow",
    "ItemRow",
    "Mark",
    "MismatchRow",
    "Numbers",
    "PairingCounts",
    "PairingRow",
    "ParticipantRow",
    "RoleCount",
    "Score",
    "Status",
    "TrainingRow",
]


@attrs.frozen
class RoleCount:
    """How many participants are and were enrolled in a role."""

    role: str
    enrolled: int
    ended: int


@attrs.frozen
class PairingCounts:
    """How many pairings are in which situation."""

    formed: int = 0
    active: int = 0
    paused: int = 0
    ended: int = 0


@attrs.frozen
class GoalCounts:
    """How many goals have reached which status; goals with a later wording are left out.

    ``overdue`` are those among the first two that are past their due date.
    """

    set: int = 0
    in_progress: int = 0
    achieved: int = 0
    deferred: int = 0
    abandoned: int = 0
    overdue: int = 0


@attrs.frozen
class Numbers:
    """The program in numbers.

    Attributes:
        participants: By role, in the order of the roles in the settings.
        unpaired: Participants who are to be supported and have no live pairing.
        meetings: Meetings held, asynchronous contacts among them.
        minutes: Minutes that count (INV-21).
        missed: Planned meetings to which somebody did not come.
        cancelled: Planned meetings that were cancelled.
        open_items: Action items that are neither done nor dropped.
        open_mismatches: Reported mismatches that nobody settled.
        corrections: Amendments and retractions of what is counted here.
    """

    participants: tuple[RoleCount, ...]
    unpaired: int
    pairings: PairingCounts
    meetings: int
    minutes: int
    missed: int
    cancelled: int
    goals: GoalCounts
    open_items: int
    open_mismatches: int
    corrections: int


@attrs.frozen
class CohortRow:
    """A cohort: its dates (half-open), places, and how many are enrolled in it."""

    cohort: str
    name: str
    starts_on: date
    ends_on: date
    places: int | None
    enrolled: int


@attrs.frozen
class Places:
    """Places of a mentor and how many are taken; ``places`` is ``None`` where nothing limits."""

    places: int | None
    load: int

    @property
    def free(self) -> int | None:
        """Places still to be taken, negative for an overload."""
        return None if self.places is None else self.places - self.load


@attrs.frozen
class TrainingRow:
    """The latest completed training of a kind, with the last day on which it counts."""

    kind: str
    on: date
    valid_until: date | None
    validity: str
    evidence: tuple[Evidence, ...]


@attrs.frozen
class ParticipantRow:
    """A participant: who, as what, since when.

    Attributes:
        part: The part the role plays in a pairing: mentee, mentor, peer, facilitator or none.
        capacity: Of those who mentor; ``None`` for all others.
        qualified: Whether a mentor's qualification holds; ``None`` where none was ever recorded.
        pairings: The live pairings.
        ended_on: The first day that is no longer part of the enrolment.
        corrections: How often something of this enrolment was corrected.
    """

    who: Who
    contact: Shown
    part: str
    cohort: str
    since: date
    ended_on: date | None
    outcome: str | None
    capacity: Places | None
    trainings: tuple[TrainingRow, ...]
    qualified: bool | None
    pairings: tuple[str, ...]
    corrections: int
    evidence: tuple[Evidence, ...]

    @property
    def participant(self) -> str:
        """The enrolment's id."""
        return self.who.participant


@attrs.frozen
class GoalRow:
    """A goal of a pairing; ``overdue`` counts days past the due date."""

    goal: str
    area: str | None
    set_on: date
    due_on: date | None
    status: str
    status_on: date
    overdue: int
    statement: Shown
    evidence: tuple[Evidence, ...]


@attrs.frozen
class ItemRow:
    """An open action item; ``overdue`` counts days past the due date."""

    item: str
    owner: str
    agreed_on: date
    due_on: date | None
    overdue: int
    text: Shown
    evidence: tuple[Evidence, ...]


@attrs.frozen
class Score:
    """A rating with its scale and the bounds of that scale, as far as the program declares it."""

    scale: str
    rating: int
    lowest: int | None
    highest: int | None


@attrs.frozen
class FeedbackRow:
    """The latest feedback of a member; the ratings are for those whom its class lets read."""

    author: str
    on: date
    about: str
    visibility: str
    ratings: tuple[Score, ...] | Withheld
    evidence: tuple[Evidence, ...]


@attrs.frozen
class MismatchRow:
    """A reported mismatch that nobody has settled."""

    mismatch: str
    on: date
    due_on: date
    by: Shown
    grounds: Shown
    wish: Shown
    text: Shown
    evidence: tuple[Evidence, ...]


@attrs.frozen
class EndRow:
    """How a pairing ended last; it may have been reopened since."""

    on: date
    reason: str
    initiated_by: str
    closing_conversation: bool
    successor: str | None
    evidence: tuple[Evidence, ...]


@attrs.frozen
class Mark:
    """Something about the records of a pairing that one should know before trusting its figures.

    Attributes:
        kind: ``met_while_paused``, ``logged_late``, ``probable_duplicate``, ``disputed`` or
            ``corrected``.
        count: How often.
        days: Of what was logged late, the longest delay in whole days.
        on: Of meetings during a rest, their days.
    """

    kind: str
    count: int
    days: int | None = None
    on: tuple[date, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@attrs.frozen
class PairingRow:
    """A pairing: where it stands and what was done in it.

    Attributes:
        situation: ``formed``, ``active``, ``paused`` or ``ended``, ``since`` that day.
        waits_for: What a formed pairing needs before it starts.
        meetings: Meetings held, asynchronous contacts among them.
        minutes: Minutes that count (INV-21).
        quiet_days: Days since the last meeting, or since the start when there was none.
        next_meeting: When the next planned meeting begins, or its day where only that is known.
        notes: How many notes of each kind were written.
        feedback: The latest of each author.
    """

    pairing: str
    cohort: str
    shape: str
    situation: str
    since: date
    formed_on: date
    active_from: date | None
    planned_end: date | None
    members: tuple[Who, ...]
    waits_for: tuple[str, ...]
    meetings: int
    minutes: int
    modalities: tuple[tuple[str, int], ...]
    last_meeting: date | None
    quiet_days: int | None
    next_meeting: datetime | date | None
    missed: int
    cancelled: int
    goals: tuple[GoalRow, ...]
    goal_counts: GoalCounts
    items: tuple[ItemRow, ...]
    notes: tuple[tuple[str, int], ...]
    feedback: tuple[FeedbackRow, ...]
    mismatches: tuple[MismatchRow, ...]
    ended: EndRow | None
    marks: tuple[Mark, ...]
    evidence: tuple[Evidence, ...]

    @property
    def latest_feedback(self) -> FeedbackRow | None:
        """The latest feedback of anybody."""
        return max(self.feedback, key=lambda f: (f.on, f.evidence[0].version), default=None)

    def mark(self, kind: str) -> Mark | None:
        """The mark of that kind, if the pairing bears it."""
        return next((m for m in self.marks if m.kind == kind), None)


@attrs.frozen
class Status:
    """The state of a program on a day.

    Attributes:
        state: ``designed``, ``launched`` or ``closed``.
        day: The day for which it is told, in the program's zone.
        position: The position of the log it is at.
        as_of: What was asked for: facts true by then.
        as_known: What was asked for: what the log knew by then.
        numbers: For the coordinator and auditors.
        others: Stands for the participants and pairings that the viewer is not shown.
    """

    program: str
    name: str
    state: str
    time_zone: str
    day: date
    position: int
    as_of: date | datetime | None
    as_known: datetime | int | None
    viewer: str
    numbers: Numbers | Withheld
    cohorts: tuple[CohortRow, ...]
    participants: tuple[ParticipantRow, ...]
    pairings: tuple[PairingRow, ...]
    others: Withheld | None
    evidence: tuple[Evidence, ...]

    def pairing(self, pairing: str) -> PairingRow | None:
        """The row of a pairing, ``None`` when there is none or it is not shown."""
        return next((p for p in self.pairings if p.pairing == pairing), None)

    def participant(self, participant: str) -> ParticipantRow | None:
        """The row of a participant, ``None`` when there is none or it is not shown."""
        return next((p for p in self.participants if p.participant == participant), None)

    def of_person(self, person: str) -> tuple[ParticipantRow, ...]:
        """The rows of a person's enrolments in this program."""
        return tuple(p for p in self.participants if p.who.person == person)

    def live(self) -> tuple[PairingRow, ...]:
        """The pairings that have not ended."""
        return tuple(p for p in self.pairings if p.situation != "ended")
