"""Every figure of the status, with what it says and which events can make it another.

A figure is named by the path to it: ``minutes``, ``goal_counts.overdue``, ``numbers.meetings``. An
item of a list is named by what it is about, its first member: ``trainings.safeguarding.validity``.
What founds a program, a pairing, an enrolment or a person can matter to every figure, so can a
revision of the program's settings; they are not repeated here.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from mentorcore.domain.pairing import events as p
from mentorcore.domain.participant import events as q
from mentorcore.domain.person import events as r
from mentorcore.domain.program import (
    CohortOpened,
    ProgramClosed,
    ProgramLaunched,
    ProgramRevised,
)
from mentorcore.domain.values import Erased, Withheld
from mentorcore.projections import status_rows as rows
from mentorcore.projections.explanation import Figure
from mentorcore.projections.pairing_life import LIFE
from mentorcore.projections.pairing_work import WORK
from mentorcore.projections.people import Who
from mentorcore.projections.rostering import PARTICIPANT, PERSON, PROGRAM
from mentorcore.projections.trials import MISSING

__all__ = ["ALIASES", "FIGURES", "Rests", "figures_in", "found", "rests", "settled"]

Path = tuple[str, ...]
Events = frozenset[type]


@attrs.frozen
class Rests:
    """What a figure says, and the events that can make it another.

    Attributes:
        about: What it says, in a few words.
        events: The classes of those events.
    """

    about: str
    events: Events


def _of(about: str, *events: type | Events) -> Rests:
    found: set[type] = {ProgramRevised}
    for event in events:
        found |= event if isinstance(event, frozenset) else {event}
    return Rests(about, frozenset(found))


TURNS: Final[Events] = frozenset(LIFE) - {p.MeetingVerified}
NAMES: Final[Events] = frozenset(
    {q.ParticipantEnrolled, r.PersonRegistered, r.PersonDetailsChanged}
)
GOALS: Final[Events] = frozenset({p.GoalSet, p.GoalProgressRecorded, p.PairingEnded}) | TURNS
ITEMS: Final[Events] = frozenset({p.ActionItemAgreed, p.ActionItemClosed}) | TURNS
MISFITS: Final[Events] = frozenset({p.MismatchReported, p.MismatchSettled}) | TURNS
PLACES: Final[Events] = frozenset({q.MentorCapacitySet, q.PairingJoined, q.PairingLeft})
QUALIFIED: Final[Events] = frozenset({q.MentorQualified, q.MentorQualificationEnded})
ENROLLED: Final[Events] = frozenset({q.ParticipantEnrolled, q.EnrolmentEnded})
EVERYTHING: Final[Events] = frozenset({*LIFE, *WORK, *PARTICIPANT, *PERSON, *PROGRAM})
ASKED: Final = "as it was asked"

FIGURES: Mapping[type, Mapping[str, Rests]] = {
    rows.Status: {
        "program": _of("the program's id"),
        "name": _of("the program's name"),
        "state": _of("designed, launched or closed", ProgramLaunched, ProgramClosed),
        "time_zone": _of("the zone in which the program counts its days"),
        "day": _of(f"the day for which it is told, {ASKED}"),
        "position": _of(f"the position of the log, {ASKED}"),
        "as_of": _of(f"what was true by when, {ASKED}"),
        "as_known": _of(f"what was known by when, {ASKED}"),
        "viewer": _of(f"for whom it is told, {ASKED}"),
        "numbers": _of("the program in numbers", EVERYTHING),
        "cohorts": _of("the cohorts", CohortOpened, ENROLLED),
        "participants": _of("the participants, each explained by itself", ENROLLED),
        "pairings": _of("the pairings, each explained by itself"),
        "others": _of("whether there are people whom the viewer is not shown", EVERYTHING),
        "evidence": _of("the program's own events", frozenset(PROGRAM)),
    },
    rows.Numbers: {
        "participants": _of("participants by role", ENROLLED),
        "unpaired": _of(
            "people to be supported who have no live pairing", ENROLLED, TURNS, ProgramClosed
        ),
        "pairings": _of("pairings by situation", TURNS),
        "meetings": _of("meetings held", p.MeetingHeld),
        "minutes": _of("minutes of meetings that count", p.MeetingHeld),
        "missed": _of("planned meetings to which somebody did not come", p.MeetingCancelled),
        "cancelled": _of("planned meetings that were cancelled", p.MeetingCancelled),
        "goals": _of("goals by status", GOALS),
        "open_items": _of("action items neither done nor dropped", ITEMS),
        "open_mismatches": _of("mismatches that nobody settled", MISFITS),
        "corrections": _of("amendments and retractions of what is counted", EVERYTHING),
    },
    rows.RoleCount: {
        "role": _of("the role", q.ParticipantEnrolled),
        "enrolled": _of("participants enrolled in the role", ENROLLED),
        "ended": _of("enrolments in the role that have ended", ENROLLED),
    },
    rows.PairingCounts: {
        "formed": _of("pairings that wait to start", TURNS),
        "active": _of("pairings under way", TURNS),
        "paused": _of("pairings at rest", TURNS),
        "ended": _of("pairings that have ended", TURNS),
    },
    rows.GoalCounts: {
        "set": _of("goals set and not begun", GOALS),
        "in_progress": _of("goals in progress", GOALS),
        "achieved": _of("goals achieved", GOALS),
        "deferred": _of("goals put off", GOALS),
        "abandoned": _of("goals given up", GOALS),
        "overdue": _of("goals past their due date", GOALS),
    },
    rows.CohortRow: {
        "cohort": _of("the cohort's id", CohortOpened),
        "name": _of("the cohort's name", CohortOpened),
        "starts_on": _of("its first day", CohortOpened),
        "ends_on": _of("the day on which it ends", CohortOpened),
        "places": _of("how many it takes", CohortOpened),
        "enrolled": _of("how many are enrolled in it", CohortOpened, ENROLLED),
    },
    Who: {
        "participant": _of("the enrolment's id"),
        "person": _of("the person's id", q.ParticipantEnrolled),
        "role": _of("the role", q.ParticipantEnrolled),
        "name": _of("the person's name", NAMES),
    },
    rows.Places: {
        "places": _of("places of the mentor", q.MentorCapacitySet),
        "load": _of("places that are taken", q.PairingJoined, q.PairingLeft),
        "free": _of("places still to be taken", PLACES),
    },
    rows.TrainingRow: {
        "kind": _of("the training", q.TrainingCompleted),
        "on": _of("when it was completed", q.TrainingCompleted),
        "valid_until": _of("the last day on which it counts", q.TrainingCompleted),
        "validity": _of("valid, expiring or expired", q.TrainingCompleted),
        "evidence": _of("the event behind it", q.TrainingCompleted),
    },
    rows.ParticipantRow: {
        "who": _of("who takes part, and as what", NAMES),
        "contact": _of("how to reach the person", NAMES),
        "part": _of("the part that the role plays in a pairing", q.ParticipantEnrolled),
        "cohort": _of("the cohort", q.ParticipantEnrolled),
        "since": _of("since when they take part", q.ParticipantEnrolled),
        "ended_on": _of("the first day after the enrolment", q.EnrolmentEnded),
        "outcome": _of("how the enrolment ended", q.EnrolmentEnded),
        "capacity": _of("places of a mentor, and how many are taken", PLACES),
        "trainings": _of("the latest training of each kind", q.TrainingCompleted),
        "qualified": _of("whether a mentor's qualification holds", QUALIFIED),
        "pairings": _of("the live pairings", TURNS),
        "corrections": _of("corrections of this enrolment", frozenset(PARTICIPANT)),
        "evidence": _of("the latest events of the enrolment", frozenset(PARTICIPANT)),
    },
    rows.GoalRow: {
        "goal": _of("the goal's id", p.GoalSet),
        "area": _of("the area it belongs to", p.GoalSet),
        "set_on": _of("when it was set", p.GoalSet),
        "due_on": _of("by when it is to be reached", p.GoalSet),
        "status": _of("how far it has come", GOALS),
        "status_on": _of("since when", GOALS),
        "overdue": _of("days past the due date", GOALS),
        "statement": _of("the goal in words", p.GoalSet),
        "evidence": _of("the events behind it", GOALS),
    },
    rows.ItemRow: {
        "item": _of("the action item's id", ITEMS),
        "owner": _of("whose step it is", ITEMS),
        "agreed_on": _of("when it was agreed", ITEMS),
        "due_on": _of("by when it is to be done", ITEMS),
        "overdue": _of("days past the due date", ITEMS),
        "text": _of("the step in words", ITEMS),
        "evidence": _of("the event behind it", ITEMS),
    },
    rows.Score: {
        "scale": _of("the scale", p.FeedbackGiven),
        "rating": _of("the rating", p.FeedbackGiven),
        "lowest": _of("the lower end of the scale", p.FeedbackGiven),
        "highest": _of("the upper end of the scale", p.FeedbackGiven),
    },
    rows.FeedbackRow: {
        "author": _of("who gave it", p.FeedbackGiven),
        "on": _of("when it was given", p.FeedbackGiven),
        "about": _of("what it is about", p.FeedbackGiven),
        "visibility": _of("who may read it", p.FeedbackGiven),
        "ratings": _of("the ratings", p.FeedbackGiven),
        "evidence": _of("the event behind it", p.FeedbackGiven),
    },
    rows.MismatchRow: {
        "mismatch": _of("the mismatch's id", MISFITS),
        "on": _of("when it was reported", MISFITS),
        "due_on": _of("by when it is to be settled", MISFITS),
        "by": _of("who reported it", MISFITS),
        "grounds": _of("what does not fit", MISFITS),
        "wish": _of("what is wished for", MISFITS),
        "text": _of("the mismatch in words", MISFITS),
        "evidence": _of("the event behind it", MISFITS),
    },
    rows.EndRow: {
        "on": _of("when it ended", TURNS),
        "reason": _of("why it ended", TURNS),
        "initiated_by": _of("who ended it", TURNS),
        "closing_conversation": _of("whether there was a last conversation", TURNS),
        "successor": _of("the pairing that came after it", TURNS),
        "evidence": _of("the event behind it", TURNS),
    },
    rows.Mark: {
        "kind": _of("what is to be known of the records", EVERYTHING),
        "count": _of("how often", EVERYTHING),
        "days": _of("the longest delay in days", EVERYTHING),
        "on": _of("the days concerned", EVERYTHING),
        "evidence": _of("the events behind it", EVERYTHING),
    },
    rows.PairingRow: {
        "pairing": _of("the pairing's id"),
        "cohort": _of("the cohort"),
        "shape": _of("one to one, a group, or reciprocal"),
        "situation": _of("formed, active, paused or ended", TURNS),
        "since": _of("since when it is in that situation", TURNS),
        "formed_on": _of("when it was formed"),
        "active_from": _of("when it began", TURNS),
        "planned_end": _of("until when it is planned", TURNS),
        "members": _of("who is in it", NAMES),
        "waits_for": _of("what it needs before it starts", TURNS),
        "meetings": _of("meetings held, asynchronous contacts among them", p.MeetingHeld),
        "minutes": _of("minutes of meetings that count", p.MeetingHeld),
        "modalities": _of("meetings by the way in which they met", p.MeetingHeld),
        "last_meeting": _of("the day of the last meeting", p.MeetingHeld),
        "quiet_days": _of("days since the last meeting, or since the start", p.MeetingHeld, TURNS),
        "next_meeting": _of(
            "when the next planned meeting begins",
            p.MeetingScheduled,
            p.MeetingCancelled,
            p.MeetingHeld,
            TURNS,
        ),
        "missed": _of("planned meetings to which somebody did not come", p.MeetingCancelled),
        "cancelled": _of("planned meetings that were cancelled", p.MeetingCancelled),
        "goals": _of("the goals", GOALS),
        "goal_counts": _of("goals by status", GOALS),
        "items": _of("open action items", ITEMS),
        "notes": _of("notes by kind", p.NoteWritten),
        "feedback": _of("the latest feedback of each author", p.FeedbackGiven),
        "mismatches": _of("reported mismatches that nobody has settled", MISFITS),
        "ended": _of("how it ended last", TURNS),
        "marks": _of("what is to be known of its records", EVERYTHING),
        "evidence": _of("the events of its life", EVERYTHING),
    },
}
"""By row and member, what it says and on which events it can rest."""

ALIASES: Mapping[str, str] = {
    "last_contact": "last_meeting",
    "name": "who.name",
    "role": "who.role",
    "load": "capacity.load",
    "places": "capacity.places",
    "free": "capacity.free",
}
"""Other names under which people ask for a figure."""


def found(row: Any, path: Path) -> Any:
    """The figure at a path; `MISSING` when there is none, and what withholds it if that is so."""
    for step in path:
        if isinstance(row, Withheld | Erased):
            return row
        row = _item(row, step) if isinstance(row, tuple) else getattr(row, step, MISSING)
        if row is MISSING:
            return MISSING
    return row


def settled(row: Any, path: Path) -> Path:
    """The same path with items named by what they are about, where it counted them from 1."""
    whole: list[str] = []
    for step in path:
        if isinstance(row, tuple) and step.isdecimal() and 0 < int(step) <= len(row):
            row = row[int(step) - 1]
            whole.append(_key(row))
        else:
            row = found(row, (step,))
            whole.append(step)
    return tuple(whole)


def _item(items: tuple[Any, ...], key: str) -> Any:
    for item in items:
        if _key(item) == key:
            return item[1] if isinstance(item, tuple) else item
    return MISSING


def _key(item: Any) -> str:
    """What an item is called by: its first member."""
    if isinstance(item, tuple):
        return str(item[0])
    if attrs.has(type(item)):
        return str(getattr(item, attrs.fields(type(item))[0].name))
    return str(item)


def rests(row: Any, path: Path) -> Rests:
    """What the figure at a path says and can rest on: the narrowest that is told of it.

    Raises:
        KeyError: There is no such figure.
    """
    told: Rests | None = None
    for step in path:
        if isinstance(row, tuple):
            row = _item(row, step)
            continue
        told = FIGURES.get(type(row), {}).get(step, told)
        row = getattr(row, step, MISSING)
    if told is None:
        raise KeyError(path)
    return told


def figures_in(row: Any, path: Path = ()) -> Iterator[Figure]:
    """Every figure of a row, those of its parts after it."""
    for name, told in FIGURES.get(type(row), {}).items():
        value = getattr(row, name, None)
        here = (*path, name)
        if attrs.has(type(value)) and type(value) in FIGURES:
            yield from figures_in(value, here)
        elif isinstance(value, tuple) and value and name != "evidence":
            yield from _items(value, here, told)
        else:
            yield Figure(".".join(here), told.about, value)


def _items(items: tuple[Any, ...], path: Path, told: Rests) -> Iterator[Figure]:
    for number, item in enumerate(items, 1):
        here = (*path, _key(item) if "." not in _key(item) else str(number))
        if attrs.has(type(item)) and type(item) in FIGURES:
            yield from figures_in(item, here)
        elif isinstance(item, tuple):
            yield Figure(".".join(here), told.about, item[1])
        else:
            yield Figure(".".join(path), told.about, items)
            return
