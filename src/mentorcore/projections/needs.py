"""What needs a person, as rows: what is the matter, with whom, since when, and in one sentence."""

from datetime import date, datetime

import attrs

from mentorcore.domain.values import Withheld
from mentorcore.projections.people import Who
from mentorcore.projections.projection import Evidence
from mentorcore.projections.seeing import Shown

__all__ = ["KINDS", "Attention", "Need"]

KINDS: tuple[str, ...] = (
    "mismatch_overdue",
    "mismatch",
    "reporting_line",
    "low_feedback",
    "falling_feedback",
    "over_capacity",
    "no_meeting",
    "waiting_to_start",
    "unpaired",
    "rest_over",
    "meeting_disputed",
    "training_expired",
    "training_missing",
    "goal_overdue",
    "item_overdue",
    "past_planned_end",
    "cohort_over_places",
    "training_expiring",
    "credential_expired",
    "logged_after_close",
    "near_capacity",
)
"""The kinds of need, the most urgent first; within a kind the longest standing comes first."""


@attrs.frozen
class Need:
    """One thing that needs a person.

    Attributes:
        kind: One of `KINDS`.
        subject: The pairing, participant, cohort or program it is about.
        people: The participants concerned; the first is the one it is most about.
        since: Since when it needs somebody.
        days: For how many days.
        due_on: By when it was, or is, to be done.
        code: The word it turns on: a scale, a training, a reporting line, what is waited for.
        amount: The figure it turns on: a rating, a load, the days without a meeting.
        limit: What the figure is held against.
        text: The goal, the action item or the mismatch in words.
        why: The reason as a sentence, without names or personal texts.
    """

    kind: str
    subject: str
    people: tuple[Who, ...]
    since: date | None
    days: int
    why: str
    due_on: date | None = None
    code: str | None = None
    amount: int | None = None
    limit: int | None = None
    text: Shown = None
    evidence: tuple[Evidence, ...] = ()


@attrs.frozen
class Attention:
    """What needs a person in a program on a day, the most urgent first.

    Attributes:
        day: The day for which it is told, in the program's zone.
        position: The position of the log it is at.
        others: Stands for what a member is not shown.
    """

    program: str
    name: str
    day: date
    position: int
    as_of: date | datetime | None
    as_known: datetime | int | None
    viewer: str
    needs: tuple[Need, ...]
    others: Withheld | None

    def of(self, kind: str) -> tuple[Need, ...]:
        """The needs of one kind."""
        return tuple(n for n in self.needs if n.kind == kind)

    def about(self, subject: str) -> tuple[Need, ...]:
        """The needs that are about this pairing or participant."""
        return tuple(n for n in self.needs if n.subject == subject or _names(n, subject))


def _names(need: Need, subject: str) -> bool:
    return any(subject in (w.participant, w.person) for w in need.people)
