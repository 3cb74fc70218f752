"""What the status says about a pairing: its row, and the rows inside it."""

from datetime import date, datetime

import attrs
from attrs import field

from mentorcore.domain.pairing.events.meetings import (
    MeetingCancelled,
    MeetingHeld,
    MeetingScheduled,
)
from mentorcore.domain.pairing.events.work import FeedbackGiven, GoalSet, NoteWritten
from mentorcore.domain.values import Withheld
from mentorcore.personal_text import without_text
from mentorcore.projections.access.redactor import Shown
from mentorcore.projections.folding.figure import figure
from mentorcore.projections.folding.projection import Evidence
from mentorcore.projections.summary.event_groups import (
    EVERYTHING,
    GOALS,
    ITEMS,
    MEMBERS,
    MISFITS,
    NAMES,
    TURNS,
)
from mentorcore.projections.summary.people import Who

__all__ = [
    "EndRow",
    "FeedbackRow",
    "GoalCounts",
    "GoalRow",
    "ItemRow",
    "LateRow",
    "Mark",
    "MismatchRow",
    "PairingRow",
    "Score",
]


@attrs.frozen
class GoalCounts:
    """How many goals have reached which status; goals with a later wording are left out.

    ``overdue`` are those among the first two that are past their due date.
    """

    set: int = field(metadata=figure("goals set and not begun", GOALS), default=0)
    in_progress: int = field(metadata=figure("goals in progress", GOALS), default=0)
    achieved: int = field(metadata=figure("goals achieved", GOALS), default=0)
    deferred: int = field(metadata=figure("goals put off", GOALS), default=0)
    abandoned: int = field(metadata=figure("goals given up", GOALS), default=0)
    overdue: int = field(metadata=figure("goals past their due date", GOALS), default=0)


@attrs.frozen
class GoalRow:
    """A goal of a pairing; ``overdue`` counts days past the due date."""

    goal: str = field(metadata=figure("the goal's id", GoalSet))
    area: str | None = field(metadata=figure("the area it belongs to", GoalSet))
    set_on: date = field(metadata=figure("when it was set", GoalSet))
    due_on: date | None = field(metadata=figure("by when it is to be reached", GoalSet))
    status: str = field(metadata=figure("how far it has come", GOALS))
    status_on: date = field(metadata=figure("since when", GOALS))
    overdue: int = field(metadata=figure("days past the due date", GOALS))
    statement: Shown = field(repr=without_text, metadata=figure("the goal in words", GoalSet))
    evidence: tuple[Evidence, ...] = field(metadata=figure("the events behind it", GOALS))


@attrs.frozen
class ItemRow:
    """An open action item; ``overdue`` counts days past the due date."""

    item: str = field(metadata=figure("the action item's id", ITEMS))
    owner: str = field(metadata=figure("whose step it is", ITEMS))
    agreed_on: date = field(metadata=figure("when it was agreed", ITEMS))
    due_on: date | None = field(metadata=figure("by when it is to be done", ITEMS))
    overdue: int = field(metadata=figure("days past the due date", ITEMS))
    text: Shown = field(repr=without_text, metadata=figure("the step in words", ITEMS))
    evidence: tuple[Evidence, ...] = field(metadata=figure("the event behind it", ITEMS))


@attrs.frozen
class Score:
    """A rating with its scale and the bounds of that scale, as far as the program declares it."""

    scale: str = field(metadata=figure("the scale", FeedbackGiven))
    rating: int = field(metadata=figure("the rating", FeedbackGiven))
    lowest: int | None = field(metadata=figure("the lower end of the scale", FeedbackGiven))
    highest: int | None = field(metadata=figure("the upper end of the scale", FeedbackGiven))


@attrs.frozen
class FeedbackRow:
    """The latest feedback of a member; the ratings are for those whom its class lets read."""

    author: str = field(metadata=figure("who gave it", FeedbackGiven))
    on: date = field(metadata=figure("when it was given", FeedbackGiven))
    about: str = field(metadata=figure("what it is about", FeedbackGiven))
    visibility: str = field(metadata=figure("who may read it", FeedbackGiven))
    ratings: tuple[Score, ...] | Withheld = field(metadata=figure("the ratings", FeedbackGiven))
    evidence: tuple[Evidence, ...] = field(metadata=figure("the event behind it", FeedbackGiven))


@attrs.frozen
class MismatchRow:
    """A reported mismatch that nobody has settled."""

    mismatch: str = field(metadata=figure("the mismatch's id", MISFITS))
    on: date = field(metadata=figure("when it was reported", MISFITS))
    due_on: date = field(metadata=figure("by when it is to be settled", MISFITS))
    by: Shown = field(repr=without_text, metadata=figure("who reported it", MISFITS))
    grounds: Shown = field(repr=without_text, metadata=figure("what does not fit", MISFITS))
    wish: Shown = field(repr=without_text, metadata=figure("what is wished for", MISFITS))
    text: Shown = field(repr=without_text, metadata=figure("the mismatch in words", MISFITS))
    evidence: tuple[Evidence, ...] = field(metadata=figure("the event behind it", MISFITS))


@attrs.frozen
class EndRow:
    """How a pairing ended last; it may have been reopened since."""

    on: date = field(metadata=figure("when it ended", TURNS))
    reason: str = field(metadata=figure("why it ended", TURNS))
    initiated_by: str = field(metadata=figure("who ended it", TURNS))
    closing_conversation: bool = field(
        metadata=figure("whether there was a last conversation", TURNS)
    )
    successor: str | None = field(metadata=figure("the pairing that came after it", TURNS))
    evidence: tuple[Evidence, ...] = field(metadata=figure("the event behind it", TURNS))


@attrs.frozen
class Mark:
    """Something about the records of a pairing that one should know before trusting its figures.

    Attributes:
        kind: ``met_while_paused``, ``logged_late``, ``probable_duplicate``, ``disputed`` or
            ``corrected``.
        count: How often.
        days: Of what was sent late, the most days from a meeting to its sending that count.
        on: Of meetings during a pause, their days.
    """

    kind: str = field(metadata=figure("what is to be known of the records", EVERYTHING))
    count: int = field(metadata=figure("how often", EVERYTHING))
    days: int | None = field(metadata=figure("the longest delay in days", EVERYTHING), default=None)
    on: tuple[date, ...] = field(metadata=figure("the days concerned", EVERYTHING), default=())
    evidence: tuple[Evidence, ...] = field(
        metadata=figure("the events behind it", EVERYTHING), default=()
    )


@attrs.frozen
class LateRow:
    """A meeting that was told late; without a time of sending it was told when it was recorded."""

    on: date = field(metadata=figure("the day of the meeting", MeetingHeld))
    sent_on: date = field(metadata=figure("the day on which it was sent", MeetingHeld))
    days: int = field(metadata=figure("days that count from the one to the other", MeetingHeld))
    evidence: tuple[Evidence, ...] = field(metadata=figure("the event behind it", MeetingHeld))


@attrs.frozen
class SubstituteRow:
    """A member who stands in for a while; the last day for which that is agreed may have passed."""

    participant: str = field(metadata=figure("who stands in", MEMBERS))
    until: date = field(metadata=figure("the last day for which it is agreed", MEMBERS))


@attrs.frozen
class PairingRow:
    """A pairing: where it stands and what was done in it.

    Attributes:
        situation: ``formed``, ``active``, ``paused`` or ``ended``, ``since`` that day.
        waits_for: What a formed pairing needs before it starts.
        meetings: Meetings held, asynchronous contacts among them.
        minutes: Minutes that count (INV-21).
        quiet_days: Days that count since the last meeting, or since the start without one.
        late: The meetings that were sent more than a week after they were held.
        import_days: The most whole days between the sending of a late meeting and its import.
        next_meeting: When the next planned meeting begins, or its day where only that is known.
        notes: How many notes of each kind were written.
        feedback: The latest of each author.
        co_mentors: The participants who mentor beside the primary mentor, and not for a while only.
        substitutes: The members who stand in for a while.
    """

    pairing: str = field(metadata=figure("the pairing's id"))
    cohort: str = field(metadata=figure("the cohort"))
    shape: str = field(metadata=figure("one to one, a group, or reciprocal"))
    situation: str = field(metadata=figure("formed, active, paused or ended", TURNS))
    since: date = field(metadata=figure("since when it is in that situation", TURNS))
    formed_on: date = field(metadata=figure("when it was formed"))
    active_from: date | None = field(metadata=figure("when it began", TURNS))
    planned_end: date | None = field(metadata=figure("until when it is planned", TURNS))
    members: tuple[Who, ...] = field(metadata=figure("who is in it", NAMES, MEMBERS))
    waits_for: tuple[str, ...] = field(metadata=figure("what it needs before it starts", TURNS))
    meetings: int = field(
        metadata=figure("meetings held, asynchronous contacts among them", MeetingHeld)
    )
    minutes: int = field(metadata=figure("minutes of meetings that count", MeetingHeld))
    modalities: tuple[tuple[str, int], ...] = field(
        metadata=figure("meetings by the way in which they met", MeetingHeld)
    )
    last_meeting: date | None = field(metadata=figure("the day of the last meeting", MeetingHeld))
    quiet_days: int | None = field(
        metadata=figure("days since the last meeting, or since the start", MeetingHeld, TURNS)
    )
    next_meeting: datetime | date | None = field(
        metadata=figure(
            "when the next planned meeting begins",
            MeetingScheduled,
            MeetingCancelled,
            MeetingHeld,
            TURNS,
        )
    )
    missed: int = field(
        metadata=figure("planned meetings to which somebody did not come", MeetingCancelled)
    )
    cancelled: int = field(
        metadata=figure("planned meetings that were cancelled", MeetingCancelled)
    )
    goals: tuple[GoalRow, ...] = field(metadata=figure("the goals", GOALS))
    goal_counts: GoalCounts = field(metadata=figure("goals by status", GOALS))
    items: tuple[ItemRow, ...] = field(metadata=figure("open action items", ITEMS))
    notes: tuple[tuple[str, int], ...] = field(metadata=figure("notes by kind", NoteWritten))
    feedback: tuple[FeedbackRow, ...] = field(
        metadata=figure("the latest feedback of each author", FeedbackGiven)
    )
    mismatches: tuple[MismatchRow, ...] = field(
        metadata=figure("reported mismatches that nobody has settled", MISFITS)
    )
    ended: EndRow | None = field(metadata=figure("how it ended last", TURNS))
    late: tuple[LateRow, ...] = field(
        metadata=figure("meetings that were sent late, the latest first", MeetingHeld)
    )
    import_days: int = field(
        metadata=figure("the longest delay of an import, in days", MeetingHeld)
    )
    marks: tuple[Mark, ...] = field(
        metadata=figure("what is to be known of its records", EVERYTHING)
    )
    evidence: tuple[Evidence, ...] = field(metadata=figure("the events of its life", EVERYTHING))
    co_mentors: tuple[str, ...] = field(
        metadata=figure("who mentors beside the primary mentor", MEMBERS), default=()
    )
    substitutes: tuple[SubstituteRow, ...] = field(
        metadata=figure("who stands in for a while", MEMBERS), default=()
    )

    @property
    def latest_feedback(self) -> FeedbackRow | None:
        """The latest feedback of anybody."""
        return max(self.feedback, key=lambda f: (f.on, f.evidence[0].version), default=None)

    def mark(self, kind: str) -> Mark | None:
        """The mark of that kind, if the pairing bears it."""
        return next((m for m in self.marks if m.kind == kind), None)
