"""Whose time meetings took: each who was there has a meeting once, a joint one across pairings too.

What pairings add up to counts a joint meeting in each of them, and a meeting with two mentors once;
what people spent themselves is another sum (INV-26).
"""

from collections.abc import Iterable

from mentorcore.domain.settings import MENTORING
from mentorcore.projections.summary.pairing_on_day import joint_minutes, own_minutes
from mentorcore.projections.summary.program_snapshot import ProgramSnapshot

__all__ = ["mentor_minutes", "minutes_of"]


def minutes_of(at: ProgramSnapshot, participants: Iterable[str]) -> int:
    """The minutes of meetings that one person attended in these enrolments, each meeting once."""
    alone, joint = 0, dict[str, int]()
    for participant in participants:
        for pairing in at.joined.get(participant, ()):
            part = at.pairings[pairing]
            alone += own_minutes(part, at.settings).get(participant, 0)
            for meeting, attendees, minutes in joint_minutes(part, at.settings):
                if participant in attendees:
                    joint[meeting] = max(minutes, joint.get(meeting, 0))
    return alone + sum(joint.values())


def mentor_minutes(at: ProgramSnapshot) -> int:
    """The minutes that mentors and facilitators spent in meetings themselves."""
    enrolments: dict[str, list[str]] = {}
    for stream, state in at.participants.items():
        if at.settings.part(state.role) in MENTORING:
            enrolments.setdefault(state.person_id, []).append(stream)
    return sum(minutes_of(at, found) for found in enrolments.values())
