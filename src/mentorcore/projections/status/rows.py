"""The rows of the status of a program, and the questions they answer."""

from datetime import date, datetime
from typing import Final

import attrs
from attrs import field

from mentorcore.domain.cohort import CohortClosed, CohortOpened
from mentorcore.domain.pairing.events.meetings import MeetingCancelled, MeetingHeld
from mentorcore.domain.participant import events as q
from mentorcore.domain.program import ProgramClosed, ProgramLaunched
from mentorcore.domain.values import Withheld
from mentorcore.personal_text import without_text
from mentorcore.projections.access.redactor import Shown
from mentorcore.projections.folding.figure import computed, figure
from mentorcore.projections.folding.lacking import Lacking, lacks_in
from mentorcore.projections.folding.projection import Evidence
from mentorcore.projections.status.applications import ApplicationRow
from mentorcore.projections.status.pairing_figures import GoalCounts, PairingRow
from mentorcore.projections.status.proposals import ProposalRow
from mentorcore.projections.summary.event_groups import (
    APPLIED,
    ENROLLED,
    ENROLMENT,
    EVERYTHING,
    GOALS,
    ITEMS,
    JOINED,
    MEMBERS,
    MISFITS,
    NAMES,
    PLACES,
    PROGRAM,
    PROPOSALS,
    QUALIFIED,
    TURNS,
)
from mentorcore.projections.summary.people import Who

__all__ = [
    "CohortRow",
    "Numbers",
    "PairingCounts",
    "ParticipantRow",
    "Places",
    "RoleCount",
    "Status",
    "TrainingRow",
]

ASKED: Final = "as it was asked"


@attrs.frozen
class RoleCount:
    """How many participants are and were enrolled in a role."""

    role: str = field(metadata=figure("the role", q.ParticipantEnrolled))
    enrolled: int = field(metadata=figure("participants enrolled in the role", ENROLLED))
    ended: int = field(metadata=figure("enrolments in the role that have ended", ENROLLED))


@attrs.frozen
class PairingCounts:
    """How many pairings are in which situation."""

    formed: int = field(metadata=figure("pairings that wait to start", TURNS), default=0)
    active: int = field(metadata=figure("pairings under way", TURNS), default=0)
    paused: int = field(metadata=figure("paused pairings", TURNS), default=0)
    ended: int = field(metadata=figure("pairings that have ended", TURNS), default=0)


@attrs.frozen
class Numbers:
    """The program in numbers.

    Attributes:
        participants: By role, in the order of the roles in the settings.
        unpaired: Participants who are to be supported and have no live pairing.
        applications: Applications that nobody has decided about; no participant is among them.
        waitlisted: Applicants on a waiting list; no participant is among them.
        meetings: Meetings held, asynchronous contacts among them.
        minutes: Minutes that count (INV-21), a joint meeting in each of its pairings.
        mentor_minutes: The minutes that count of the mentors' own time: of each who was there, a
            joint meeting once (INV-26).
        missed: Planned meetings to which somebody did not come.
        cancelled: Planned meetings that were cancelled.
        open_items: Action items that are neither done nor dropped.
        open_mismatches: Reported mismatches that nobody settled.
        corrections: Amendments and retractions of what is counted here.
    """

    participants: tuple[RoleCount, ...] = field(metadata=figure("participants by role", ENROLLED))
    unpaired: int = field(
        metadata=figure(
            "people to be supported who have no live pairing", ENROLLED, TURNS, ProgramClosed
        )
    )
    applications: int = field(metadata=figure("applications without a decision", APPLIED))
    waitlisted: int = field(metadata=figure("applicants on a waiting list", APPLIED))
    pairings: PairingCounts = field(metadata=figure("pairings by situation", TURNS))
    meetings: int = field(metadata=figure("meetings held", MeetingHeld))
    minutes: int = field(metadata=figure("minutes of meetings that count", MeetingHeld))
    mentor_minutes: int = field(
        metadata=figure(
            "minutes that mentors spent in meetings", MeetingHeld, MEMBERS, q.ParticipantEnrolled
        )
    )
    missed: int = field(
        metadata=figure("planned meetings to which somebody did not come", MeetingCancelled)
    )
    cancelled: int = field(
        metadata=figure("planned meetings that were cancelled", MeetingCancelled)
    )
    goals: GoalCounts = field(metadata=figure("goals by status", GOALS))
    open_items: int = field(metadata=figure("action items neither done nor dropped", ITEMS))
    open_mismatches: int = field(metadata=figure("mismatches that nobody settled", MISFITS))
    corrections: int = field(
        metadata=figure("amendments and retractions of what is counted", EVERYTHING)
    )


@attrs.frozen
class CohortRow:
    """A cohort: its dates (half-open), places, and how many are enrolled in it."""

    cohort: str = field(metadata=figure("the cohort's id", CohortOpened))
    name: str = field(metadata=figure("the cohort's name", CohortOpened))
    starts_on: date = field(metadata=figure("its first day", CohortOpened))
    ends_on: date = field(metadata=figure("the day on which it ends", CohortOpened))
    places: int | None = field(metadata=figure("how many it takes", CohortOpened))
    enrolled: int = field(metadata=figure("how many are enrolled in it", CohortOpened, ENROLLED))
    closed_on: date | None = field(
        metadata=figure("when it was closed", CohortOpened, CohortClosed)
    )
    outcome: str | None = field(
        metadata=figure("how it came to its end", CohortOpened, CohortClosed)
    )


@attrs.frozen
class Places:
    """Places of a mentor and how many are taken; ``places`` is ``None`` where nothing limits."""

    places: int | None = field(metadata=figure("places of the mentor", q.MentorCapacitySet))
    load: int = field(metadata=figure("places that are taken", JOINED))

    @property
    @computed("places still to be taken", PLACES)
    def free(self) -> int | None:
        """Places still to be taken, negative for an overload."""
        return None if self.places is None else self.places - self.load


@attrs.frozen
class TrainingRow:
    """The latest completed training of a kind, with the last day on which it counts."""

    kind: str = field(metadata=figure("the training", q.TrainingCompleted))
    on: date = field(metadata=figure("when it was completed", q.TrainingCompleted))
    valid_until: date | None = field(
        metadata=figure("the last day on which it counts", q.TrainingCompleted)
    )
    validity: str = field(metadata=figure("valid, expiring or expired", q.TrainingCompleted))
    evidence: tuple[Evidence, ...] = field(
        metadata=figure("the event behind it", q.TrainingCompleted)
    )


@attrs.frozen
class ParticipantRow:
    """A participant: who, as what, since when.

    Attributes:
        part: The part the role plays in a pairing: mentee, mentor, peer, facilitator or none.
        capacity: Of those who mentor; ``None`` for all others.
        qualified: Whether a mentor's qualification holds; ``None`` where none was ever recorded.
        pairings: The live pairings.
        own_minutes: The minutes that count of the meetings that they attended, a joint one once.
        ended_on: The first day that is no longer part of the enrolment.
        corrections: How often something of this enrolment was corrected.
    """

    who: Who = field(metadata=figure("who takes part, and as what", NAMES))
    contact: Shown = field(repr=without_text, metadata=figure("how to reach the person", NAMES))
    part: str = field(
        metadata=figure("the part that the role plays in a pairing", q.ParticipantEnrolled)
    )
    cohort: str = field(metadata=figure("the cohort", q.ParticipantEnrolled))
    since: date = field(metadata=figure("since when they take part", q.ParticipantEnrolled))
    ended_on: date | None = field(
        metadata=figure("the first day after the enrolment", q.EnrolmentEnded)
    )
    outcome: str | None = field(metadata=figure("how the enrolment ended", q.EnrolmentEnded))
    capacity: Places | None = field(
        metadata=figure("places of a mentor, and how many are taken", PLACES)
    )
    trainings: tuple[TrainingRow, ...] = field(
        metadata=figure("the latest training of each kind", q.TrainingCompleted)
    )
    qualified: bool | None = field(
        metadata=figure("whether a mentor's qualification holds", QUALIFIED)
    )
    pairings: tuple[str, ...] = field(metadata=figure("the live pairings", TURNS, MEMBERS))
    own_minutes: int = field(
        metadata=figure("minutes of the meetings attended", MeetingHeld, MEMBERS)
    )
    corrections: int = field(metadata=figure("corrections of this enrolment", ENROLMENT))
    evidence: tuple[Evidence, ...] = field(
        metadata=figure("the latest events of the enrolment", ENROLMENT)
    )

    @property
    def participant(self) -> str:
        """The enrolment's id."""
        return self.who.participant


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
        applications: Who applied and is not enrolled.
        others: Stands for the participants, applications and pairings that the viewer is not shown.
        unknown: Kinds of streams that the log holds, of practices that are not installed here;
            nothing is told of them, and no figure is made of them.
        lacking: The figures that may be others, where states were left out of the export that this
            is told from.
        proposals: What is proposed and waits for answers; it is no pairing, and counted nowhere.
    """

    program: str = field(metadata=figure("the program's id"))
    name: str = field(metadata=figure("the program's name"))
    state: str = field(
        metadata=figure("designed, launched or closed", ProgramLaunched, ProgramClosed)
    )
    time_zone: str = field(metadata=figure("the zone in which the program counts its days"))
    day: date = field(metadata=figure(f"the day for which it is told, {ASKED}"))
    position: int = field(metadata=figure(f"the position of the log, {ASKED}"))
    as_of: date | datetime | None = field(metadata=figure(f"what was true by when, {ASKED}"))
    as_known: datetime | int | None = field(metadata=figure(f"what was known by when, {ASKED}"))
    viewer: str = field(metadata=figure(f"for whom it is told, {ASKED}"))
    numbers: Numbers | Withheld = field(metadata=figure("the program in numbers", EVERYTHING))
    cohorts: tuple[CohortRow, ...] = field(metadata=figure("the cohorts", CohortOpened, ENROLLED))
    participants: tuple[ParticipantRow, ...] = field(
        metadata=figure("the participants, each explained by itself", ENROLLED)
    )
    pairings: tuple[PairingRow, ...] = field(
        metadata=figure("the pairings, each explained by itself")
    )
    applications: tuple[ApplicationRow, ...] = field(
        metadata=figure("who applied and is not enrolled, each explained by itself", APPLIED)
    )
    others: Withheld | None = field(
        metadata=figure("whether there are people whom the viewer is not shown", EVERYTHING)
    )
    evidence: tuple[Evidence, ...] = field(metadata=figure("the program's own events", PROGRAM))
    unknown: tuple[str, ...] = field(
        metadata=figure("kinds of streams of practices that are not installed here"), default=()
    )
    lacking: tuple[Lacking, ...] = field(
        metadata=figure("what figures lack in an export without some states"), default=()
    )
    proposals: tuple[ProposalRow, ...] = field(
        metadata=figure("the open proposals, each explained by itself", PROPOSALS), default=()
    )

    def lacks(self, subject: str, figure: str) -> tuple[tuple[str, int], ...]:
        """What a figure of a row lacks: names of events, each with how many; none of a whole."""
        return lacks_in(self.lacking, subject, figure)

    def pairing(self, pairing: str) -> PairingRow | None:
        """The row of a pairing, ``None`` when there is none or it is not shown."""
        return next((p for p in self.pairings if p.pairing == pairing), None)

    def proposal(self, pairing: str) -> ProposalRow | None:
        """The row of an open proposal, ``None`` when there is none or it is not shown."""
        return next((p for p in self.proposals if p.pairing == pairing), None)

    def participant(self, participant: str) -> ParticipantRow | None:
        """The row of a participant, ``None`` when there is none or it is not shown."""
        return next((p for p in self.participants if p.participant == participant), None)

    def application(self, participant: str) -> ApplicationRow | None:
        """The row of an application, ``None`` when there is none or it is not shown."""
        return next((a for a in self.applications if a.participant == participant), None)

    def of_person(self, person: str) -> tuple[ParticipantRow, ...]:
        """The rows of a person's enrolments in this program."""
        return tuple(p for p in self.participants if p.who.person == person)

    def live(self) -> tuple[PairingRow, ...]:
        """The pairings that have not ended."""
        return tuple(p for p in self.pairings if p.situation != "ended")
