"""The events that bear on one thing, in groups that many figures and needs name."""

from typing import Final

from mentorcore.domain.pairing.events.ending import PairingEnded
from mentorcore.domain.pairing.events.meetings import MeetingVerified
from mentorcore.domain.pairing.events.work import (
    ActionItemAgreed,
    ActionItemClosed,
    GoalProgressRecorded,
    GoalSet,
    MismatchReported,
    MismatchSettled,
)
from mentorcore.domain.participant import events as q
from mentorcore.domain.person import events as r
from mentorcore.projections import rostering
from mentorcore.projections.pairing_life import LIFE
from mentorcore.projections.pairing_work import WORK

__all__ = [
    "ENROLLED",
    "ENROLMENT",
    "EVERYTHING",
    "GOALS",
    "ITEMS",
    "JOINED",
    "MISFITS",
    "NAMES",
    "PLACES",
    "PROGRAM",
    "QUALIFIED",
    "TURNS",
]

Events = frozenset[type]

TURNS: Final[Events] = frozenset(LIFE) - {MeetingVerified}
NAMES: Final[Events] = frozenset(
    {q.ParticipantEnrolled, r.PersonRegistered, r.PersonDetailsChanged}
)
GOALS: Final[Events] = frozenset({GoalSet, GoalProgressRecorded, PairingEnded}) | TURNS
ITEMS: Final[Events] = frozenset({ActionItemAgreed, ActionItemClosed}) | TURNS
MISFITS: Final[Events] = frozenset({MismatchReported, MismatchSettled}) | TURNS
JOINED: Final[Events] = frozenset({q.PairingJoined, q.PairingLeft})
PLACES: Final[Events] = frozenset({q.MentorCapacitySet}) | JOINED
QUALIFIED: Final[Events] = frozenset({q.MentorQualified, q.MentorQualificationEnded})
ENROLLED: Final[Events] = frozenset({q.ParticipantEnrolled, q.EnrolmentEnded})
ENROLMENT: Final[Events] = frozenset(rostering.PARTICIPANT)
PROGRAM: Final[Events] = frozenset(rostering.PROGRAM)
EVERYTHING: Final[Events] = frozenset({*LIFE, *WORK, *ENROLMENT, *rostering.PERSON, *PROGRAM})
