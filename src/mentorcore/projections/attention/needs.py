"""What needs a person, as rows: what is the matter, with whom, since when, and in one sentence."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

import attrs

from mentorcore.domain.values import Withheld
from mentorcore.personal_text import without_text
from mentorcore.projections.access.redactor import Shown
from mentorcore.projections.folding.figure import DependsOn
from mentorcore.projections.folding.lacking import Lacking
from mentorcore.projections.folding.projection import Evidence
from mentorcore.projections.summary.people import Who

__all__ = ["KINDS", "Attention", "Need", "bare", "in_days", "needs_of", "tells"]

R = TypeVar("R")
NEEDS = "mentorcore.needs"

KINDS: tuple[str, ...] = (
    "key_missing",
    "mismatch_overdue",
    "mismatch",
    "reporting_line",
    "low_feedback",
    "falling_feedback",
    "over_capacity",
    "no_meeting",
    "waiting_to_start",
    "proposal_overdue",
    "unpaired",
    "proposal_open",
    "application_approved",
    "place_free",
    "application_undecided",
    "pause_over",
    "meeting_disputed",
    "probable_duplicate",
    "enrolled_twice",
    "training_expired",
    "training_missing",
    "goal_overdue",
    "item_overdue",
    "past_planned_end",
    "substitute_over",
    "cohort_ended",
    "pairing_left_open",
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
        kind: One of `KINDS`, or a kind of a practice's view.
        subject: The pairing, participant, cohort or program it is about.
        people: The participants concerned; the first is the one it is most about.
        since: Since when it needs somebody.
        days: For how many days it has needed somebody, in the days that the program counts: those
            without a meeting, of waiting, since something was due. Negative for what is still to
            come, 0 where no days are counted.
        due_on: By when it was, or is, to be done.
        code: The word it turns on: a scale, a training, a reporting line, what is waited for.
        amount: The number it turns on, which is never one of days: a rating, a load, how many.
        limit: What ``amount`` is held against, or where there is none ``days``.
        text: The goal, the action item or the mismatch in words, or a cohort's name.
        why: The reason as a sentence, without names or personal texts.
        records: Of what may be recorded twice, each record; the later ones may repeat the first.
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
    text: Shown = attrs.field(default=None, repr=without_text)
    records: tuple[Evidence, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@attrs.frozen
class Attention:
    """What needs a person in a program on a day, the most urgent first.

    Attributes:
        day: The day for which it is told, in the program's zone.
        position: The position of the log it is at.
        others: Stands for what a member is not shown.
        unknown: Kinds of streams that the log holds, of practices that are not installed here;
            nothing is told of them, and no figure is made of them.
        lacking: The kinds of need that may be told otherwise, where states were left out of the
            export that this is told from.
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
    unknown: tuple[str, ...] = ()
    lacking: tuple[Lacking, ...] = ()

    def of(self, kind: str) -> tuple[Need, ...]:
        """The needs of one kind."""
        return tuple(n for n in self.needs if n.kind == kind)

    def about(self, subject: str) -> tuple[Need, ...]:
        """The needs that are about this pairing or participant."""
        return tuple(n for n in self.needs if n.subject == subject or _names(n, subject))


def _names(need: Need, subject: str) -> bool:
    return any(subject in (w.participant, w.person) for w in need.people)


def in_days(count: int) -> str:
    """A number of days in words."""
    return "1 day" if count == 1 else f"{count} days"


def tells(**kinds: DependsOn) -> Callable[[R], R]:
    """Say of a rule which kinds of need it finds, what each says, and on what it can rest."""

    def declare(rule: R) -> R:
        rule.__dict__[NEEDS] = kinds
        return rule

    return declare


def needs_of(rules: Iterable[Any]) -> Mapping[str, DependsOn]:
    """By kind of need, what the rules declare with `tells`."""
    return {kind: rests for rule in rules for kind, rests in rule.__dict__[NEEDS].items()}


def bare(need: Need) -> Need:
    """A need without the names of the people and without its lists of events.

    Names are no part of why something needs a person, and the list is what is asked for.
    """
    return attrs.evolve(need, people=(), records=(), evidence=())
