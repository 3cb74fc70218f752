"""Where a pairing stands on a day: its goals, steps, meetings and words, put together.

A pairing's partial keeps facts as they were told; what they come to on a given day, under the
program's settings, is worked out here for every view alike.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import TypeVar

import attrs

from mentorcore.domain.school_calendar import EVERY_DAY, SchoolTime
from mentorcore.domain.settings import Cadence, Settings
from mentorcore.projections.summary.partials import (
    Closure,
    Feedback,
    Goal,
    GoalStep,
    Item,
    PairingPart,
    Planned,
    Ref,
    ReportedMismatch,
)

__all__ = [
    "LIVE",
    "GoalStands",
    "cadence",
    "credited",
    "goals",
    "joint_minutes",
    "met_while_paused",
    "next_meeting",
    "open_items",
    "open_misfits",
    "own_minutes",
    "person_of",
    "ratings_by",
    "waits_for",
]

R = TypeVar("R", Item, ReportedMismatch)

LIVE = frozenset({"formed", "active", "paused"})
"""Situations in which a pairing takes its members' time and places."""


@attrs.frozen
class GoalStands:
    """A goal with the status it has reached.

    Attributes:
        status: ``set``, ``in_progress``, ``achieved``, ``deferred``, ``abandoned``, or
            ``handed_over`` to a later pairing.
        status_on: Since when.
        replaced: Whether a later wording took its place, or it goes on in a later pairing.
        overdue: Days past its due date, 0 for a goal that is not overdue.
        refs: The events behind it.
    """

    goal_id: str
    goal: Goal
    status: str
    status_on: date
    replaced: bool
    overdue: int
    refs: tuple[Ref, ...]


def goals(part: PairingPart, day: date, time: SchoolTime = EVERY_DAY) -> Iterator[GoalStands]:
    """The goals of a pairing in the order in which they were set; *time* says which days count."""
    reworded = {
        g.revises
        for g in part.goals.values()
        if g.revises in part.goals and _behind(g, part.goals[g.revises])
    }
    for goal_id, goal in sorted(part.goals.items(), key=lambda g: (g[1].on, g[1].ref)):
        step = part.steps.get(goal_id)
        if step is not None and not _behind(step, goal):
            step = None
        step = part.handed_over.get(goal_id, step)
        status = goal.reached or "set" if step is None else step.status
        replaced = goal_id in reworded or goal_id in part.handed_over
        running = status in {"set", "in_progress"} and not replaced
        due = goal.due_on
        yield GoalStands(
            goal_id=goal_id,
            goal=goal,
            status=status,
            status_on=goal.on if step is None else step.on,
            replaced=replaced,
            overdue=max(0, time.elapsed(due, day)) if running and due is not None else 0,
            refs=(goal.ref,) if step is None else (goal.ref, step.ref),
        )


def _behind(later: GoalStep | Closure | Goal, earlier: Goal | Item | ReportedMismatch) -> bool:
    return (later.on, later.ref) >= (earlier.on, earlier.ref)


def open_items(part: PairingPart) -> list[tuple[str, Item]]:
    """The action items that are neither done nor dropped, in the order of agreement."""
    return _open(part.items, part.closings)


def open_misfits(part: PairingPart) -> list[tuple[str, ReportedMismatch]]:
    """The mismatches that nobody settled; the end of the pairing settles them all (INV-74)."""
    if part.situation == "ended":
        return []
    return _open(part.misfits, part.settled)


def _open(records: Mapping[str, R], closings: Mapping[str, Closure]) -> list[tuple[str, R]]:
    """The records that nothing closed after them, in order, by their ids."""
    found = [
        (key, record)
        for key, record in records.items()
        if (closing := closings.get(key)) is None or not _behind(closing, record)
    ]
    return sorted(found, key=lambda open_: (open_[1].on, open_[1].ref))


def cadence(part: PairingPart, settings: Settings) -> Cadence | None:
    """How often the members agreed to meet: their latest agreement, or the program's setting."""
    signed = [s for s in part.signatures.values() if s.cadence is not None]
    latest = max(signed, key=lambda s: (s.revision, s.on, s.ref), default=None)
    return settings.cadence if latest is None else latest.cadence


def credited(part: PairingPart, settings: Settings) -> int:
    """The minutes that count; of asynchronous contact as much as the settings say (INV-21)."""
    contacts = (settings.counted_minutes("async", int(m)) * n for m, n in part.contacts.items())
    return part.minutes + sum(contacts)


def own_minutes(part: PairingPart, settings: Settings) -> dict[str, int]:
    """The minutes of each participant who was there, joint meetings apart (INV-26)."""
    others = [
        (a.attendees, a.joint, settings.counted_minutes(a.modality, a.minutes))
        for a in part.apart.values()
    ]
    everybody = credited(part, settings) - sum(minutes for *_, minutes in others)
    own = dict.fromkeys(part.together, everybody)
    for attendees, joint, minutes in others:
        for participant in attendees if joint is None else ():
            own[participant] = own.get(participant, 0) + minutes
    return own


def joint_minutes(
    part: PairingPart, settings: Settings
) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """The joint meetings that the pairing took part in: which, who was there, how long."""
    for apart in part.apart.values():
        if apart.joint is not None:
            minutes = settings.counted_minutes(apart.modality, apart.minutes)
            yield apart.joint, apart.attendees, minutes


def next_meeting(part: PairingPart, day: date, moment: datetime) -> Planned | None:
    """The first planned meeting that is still to come.

    One of which only the day is known is to come until that day is over, and stands behind those
    of the day whose time is known. It is no longer to come once the members met on that day.
    """
    if part.situation == "ended":
        return None
    coming = [p for p in part.planned.values() if _is_to_come(part, p, day, moment)]
    untimed = datetime.max.replace(tzinfo=UTC)
    return min(coming, key=lambda p: (p.on, p.starts_at or untimed, p.ref), default=None)


def _is_to_come(part: PairingPart, planned: Planned, day: date, moment: datetime) -> bool:
    if planned.starts_at is not None:
        return planned.starts_at >= moment
    return planned.on >= day and planned.on not in part.timed and planned.on not in part.untimed


def met_while_paused(part: PairingPart) -> list[date]:
    """Days of meetings that fall into a pause (INV-20)."""
    found: set[date] = set()
    for pause in part.pauses:
        for days in (part.timed, part.untimed):
            found.update(days.between(pause.since, pause.until))
    return sorted(found)


def waits_for(part: PairingPart) -> tuple[str, ...]:
    """What a formed pairing waits for before it starts; nothing for any other."""
    return part.start_needs if part.situation == "formed" else ()


def ratings_by(feedback: list[Feedback]) -> dict[tuple[str, str, str], list[tuple[Feedback, int]]]:
    """Ratings by author, what they are about, and scale, each in order."""
    found: dict[tuple[str, str, str], list[tuple[Feedback, int]]] = {}
    for given in feedback:
        about = given.about_participant or given.about
        for scale, rating in given.ratings:
            found.setdefault((given.author, about, scale), []).append((given, rating))
    return found


def person_of(part: PairingPart, participant: str) -> str | None:
    """The person behind a member, or a former one."""
    everybody = (*part.members, *part.former)
    return next((m.person for m in everybody if m.participant == participant), None)
