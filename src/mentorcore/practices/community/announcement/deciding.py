"""The rules of an announcement: it is for people that there are, and is withdrawn once."""

from typing import Any

import attrs

from mentorcore.practices.community.announcement.events import (
    AnnouncementIssued,
    AnnouncementWithdrawn,
    IssueAnnouncement,
    WithdrawAnnouncement,
)
from mentorcore.practices.community.guards import check_audience, check_pointer, check_title
from mentorcore.practices.spec import (
    Aggregate,
    Decision,
    Refused,
    Situation,
    Stream,
    VersionedEvent,
    check_past,
    decides,
    fold,
    program_of,
    recorded_as,
    replaced,
    rules_in,
)

__all__ = ["ANNOUNCEMENT", "Announcement", "check_announcement", "evolve"]


@attrs.frozen(slots=False)
class Announcement:
    """An announcement, or nothing yet."""

    issued: AnnouncementIssued | None = None
    withdrawn: AnnouncementWithdrawn | None = None


def evolve(state: Announcement, event: Any) -> Announcement:
    """Fold one event into the announcement."""
    match event:
        case AnnouncementIssued():
            return replaced(state, issued=event)
        case AnnouncementWithdrawn():
            return replaced(state, withdrawn=event)
        case _:
            return state


def check_announcement(state: Announcement) -> None:
    """Refuse an announcement whose records do not fit together.

    Raises:
        Refused: ``before_the_announcement``.
    """
    issued, withdrawn = state.issued, state.withdrawn
    if issued is not None and withdrawn is not None and withdrawn.on < issued.on:
        raise Refused(
            f"this announcement was issued on {issued.on} only", "before_the_announcement"
        )


def reads(command: Any, seen: Situation) -> tuple[Stream, ...]:
    """The streams that a command about an announcement needs to see."""
    me = Stream(command.announcement_id)
    if isinstance(command, IssueAnnouncement):
        return (me, Stream(command.program_id))
    issued = seen.state(me).issued if seen.has(me) else None
    return (me,) if issued is None else (me, Stream(issued.program_id))


def decide(now: Situation, command: Any) -> Decision:
    """What a command about an announcement leads to."""
    stream = Stream(command.announcement_id)
    return ((stream, RULES[type(command)](now, now.state(stream), command)),)


@decides(IssueAnnouncement)
def issue(now: Situation, state: Announcement, command: IssueAnnouncement) -> Any:
    """Announce something."""
    if state.issued is not None:
        raise Refused("this announcement is issued already", "already_published")
    program = program_of(now, command.program_id)
    check_past(now, program, command.on)
    check_title(command.title)
    check_pointer(command.pointer)
    check_audience(program, command.cohort_id)
    return recorded_as(AnnouncementIssued, command)


@decides(WithdrawAnnouncement)
def withdraw(now: Situation, state: Announcement, command: WithdrawAnnouncement) -> Any:
    """Say that it holds no more."""
    if state.issued is None:
        raise Refused(f"there is no announcement {command.announcement_id}", "no_such_announcement")
    if state.withdrawn is not None:
        said = f"this announcement was withdrawn on {state.withdrawn.on}"
        raise Refused(said, "announcement_withdrawn")
    check_past(now, program_of(now, state.issued.program_id), command.on)
    withdrawn = recorded_as(AnnouncementWithdrawn, command)
    check_announcement(evolve(state, withdrawn))
    return withdrawn


def check_standing(
    _now: Situation, _corrected: Stream, _stream: Stream, placed: tuple[VersionedEvent, ...]
) -> None:
    """Refuse a correction after which its records would not fit together (INV-65)."""
    check_announcement(fold(ANNOUNCEMENT, placed))


RULES = rules_in(globals())

ANNOUNCEMENT: Aggregate[Announcement] = Aggregate(
    kind="announcement",
    initial=Announcement(),
    evolve=evolve,
    events=(AnnouncementIssued, AnnouncementWithdrawn),
    commands=tuple(RULES),
    id_field="announcement_id",
    reads=reads,
    decide=decide,
    consistent=check_standing,
)
