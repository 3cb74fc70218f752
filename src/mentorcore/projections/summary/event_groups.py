"""The events that bear on one thing, in groups that many figures and needs name."""

from typing import Final

from mentorcore.domain.cohort import CohortClosed, CohortOpened
from mentorcore.domain.pairing.events.ending import PairingEnded
from mentorcore.domain.pairing.events.forming import PairingFormed
from mentorcore.domain.pairing.events.meetings import MeetingVerified
from mentorcore.domain.pairing.events.members import MemberJoined, MemberLeft, SubstituteNamed
from mentorcore.domain.pairing.events.work import (
    ActionItemAgreed,
    ActionItemClosed,
    GoalHandedOver,
    GoalProgressRecorded,
    GoalSet,
    MismatchReported,
    MismatchSettled,
)
from mentorcore.domain.participant import applying as a
from mentorcore.domain.participant import events as q
from mentorcore.domain.person import events as r
from mentorcore.domain.person.merge_events import PersonAbsorbed, PersonsMerged
from mentorcore.domain.program import AcademicCalendarSet, ProgramClosed, ProgramRevised
from mentorcore.projections.summary import roster
from mentorcore.projections.summary.pairing_activity import WORK
from mentorcore.projections.summary.pairing_lifecycle import LIFE
from mentorcore.projections.summary.proposals import PROPOSING

__all__ = [
    "APPLIED",
    "AT_HAND",
    "ENROLLED",
    "ENROLMENT",
    "EVERYTHING",
    "GOALS",
    "ITEMS",
    "JOINED",
    "MEMBERS",
    "MISFITS",
    "NAMES",
    "PLACES",
    "PROGRAM",
    "PROPOSALS",
    "QUALIFIED",
    "TURNS",
]

Events = frozenset[type]

MEMBERS: Final[Events] = frozenset({MemberJoined, MemberLeft, SubstituteNamed})
TURNS: Final[Events] = frozenset(LIFE) - MEMBERS - {MeetingVerified}
NAMES: Final[Events] = frozenset(
    {
        q.ParticipantEnrolled,
        q.ParticipantReassigned,
        r.PersonRegistered,
        r.PersonDetailsChanged,
    }
)
PROPOSALS: Final[Events] = frozenset({*PROPOSING, PairingFormed})
GOALS: Final[Events] = (
    frozenset({GoalSet, GoalHandedOver, GoalProgressRecorded, PairingEnded}) | TURNS
)
ITEMS: Final[Events] = frozenset({ActionItemAgreed, ActionItemClosed}) | TURNS
MISFITS: Final[Events] = frozenset({MismatchReported, MismatchSettled}) | TURNS
JOINED: Final[Events] = frozenset({q.PairingJoined, q.PairingLeft, q.PlaceChanged})
PLACES: Final[Events] = frozenset({q.MentorCapacitySet}) | JOINED
QUALIFIED: Final[Events] = frozenset({q.MentorQualified, q.MentorQualificationEnded})
ENROLLED: Final[Events] = frozenset({q.ParticipantEnrolled, q.EnrolmentEnded})
APPLIED: Final[Events] = frozenset(
    {
        a.ApplicationSubmitted,
        a.ApplicationDecided,
        a.ApplicationWithdrawn,
        q.ParticipantEnrolled,
    }
)
ENROLMENT: Final[Events] = frozenset(roster.PARTICIPANT)
PROGRAM: Final[Events] = frozenset(roster.PROGRAM)
AT_HAND: Final[Events] = (
    ENROLLED
    | MEMBERS
    | TURNS
    | {q.ParticipantReassigned, PersonAbsorbed, PersonsMerged}
    | {CohortOpened, CohortClosed, ProgramRevised, ProgramClosed, AcademicCalendarSet}
)
"""Who takes part, in which cohort and pairing: what a view of a practice finds at hand."""
EVERYTHING: Final[Events] = frozenset({*LIFE, *WORK, *ENROLMENT, *roster.PERSON, *PROGRAM})
