"""What a participant's events add up to."""

from datetime import date

import attrs

from mentorcore.domain.aggregate import replaced
from mentorcore.domain.participant.applying import Application, application_after
from mentorcore.domain.participant.events import (
    EnrolmentEnded,
    Joined,
    MentorCapacitySet,
    MentorQualificationEnded,
    MentorQualified,
    PairingJoined,
    PairingLeft,
    PairingOffered,
    ParticipantEnrolled,
    ParticipantReassigned,
    PlaceChanged,
    Training,
    TrainingCompleted,
)
from mentorcore.domain.participant.visiting import VisitorAdmitted
from mentorcore.domain.values import (
    CohortId,
    PairingId,
    ParticipantId,
    PersonId,
    ProgramId,
)


@attrs.frozen(slots=False)
class NotEnrolled:
    """Nobody is enrolled under this id; an application or companions may have come first."""

    pairings: tuple[Joined, ...] = ()
    application: Application | None = None


@attrs.frozen(slots=False)
class Participant:
    """A person's enrolment; ``ended_on`` is ``None`` while it lasts.

    Attributes:
        qualifications: Half-open spans in which a mentor is qualified, and why one ended.
        capacities: Since when how many places, as recorded.
        proposals: What was ever proposed with this participant, whatever came of it.
        application: What led to the enrolment, where somebody applied.
        visits: Since when the participant is here from another institution, under what; the last
            counts.
    """

    participant_id: ParticipantId
    person_id: PersonId
    program_id: ProgramId
    cohort_id: CohortId
    role: str
    since: date
    trainings: tuple[Training, ...] = ()
    qualifications: tuple[tuple[date, date | None, str | None], ...] = ()
    capacities: tuple[tuple[date, int], ...] = ()
    pairings: tuple[Joined, ...] = ()
    ended_on: date | None = None
    outcome: str | None = None
    proposals: tuple[PairingId, ...] = ()
    application: Application | None = None
    visits: tuple[VisitorAdmitted, ...] = ()

    def enrolled_on(self, day: date) -> bool:
        """Whether *day* lies inside the enrolment."""
        return self.since <= day and (self.ended_on is None or day < self.ended_on)

    def trained(self, kind: str, day: date) -> bool:
        """Whether a completed training of this kind is valid on *day*."""
        return any(t.training_kind == kind and t.valid_on(day) for t in self.trainings)

    def qualified_on(self, day: date) -> bool:
        """Whether a qualification holds on *day*."""
        return any(
            since <= day and (until is None or day < until)
            for since, until, _cause in self.qualifications
        )

    def suspended_on(self, day: date) -> bool:
        """Whether the last qualification had ended by *day* and no other holds."""
        return (
            any(cause and until and until <= day for _, until, cause in self.qualifications)
            and not self.qualified_on(day)
        )  # fmt: skip

    def places_on(self, day: date, default: int | None) -> int | None:
        """The mentor's capacity on *day*, ``None`` for unlimited."""
        places = default
        for since, number in self.capacities:
            if since <= day:
                places = number
        return places

    def visit_on(self, day: date) -> VisitorAdmitted | None:
        """As whose guest the participant is here on *day*; ``None`` for one of our own."""
        return max((v for v in self.visits if v.since <= day), key=_since, default=None)

    def load(self) -> int:
        """The places taken now: formed, active and paused pairings that keep their place."""
        return sum(j.places for j in self.pairings if j.until is None)

    def place_in(self, pairing: str) -> Joined | None:
        """The place taken in a pairing now, ``None`` for none."""
        return next((j for j in self.pairings if j.pairing_id == pairing and not j.until), None)

    def live_pairings(self) -> tuple[Joined, ...]:
        """The pairings that the participant has not left for good."""
        return tuple(j for j in self.pairings if j.until is None or j.lives_on)


ParticipantState = NotEnrolled | Participant


def _since(visit: VisitorAdmitted) -> date:
    return visit.since


def evolve(state: ParticipantState, event: object) -> ParticipantState:
    """Fold one event into the enrolment."""
    match state, event:
        case _, ParticipantEnrolled():
            return entered(event, state.pairings, state.application)
        case _, PairingJoined():
            return replaced(state, pairings=_joined(state.pairings, event))
        case _, PairingLeft():
            return replaced(state, pairings=_left(state.pairings, event))
        case _, PlaceChanged():
            return replaced(state, pairings=_changed(state.pairings, event))
        case Participant(), PairingOffered():
            return replaced(state, proposals=(*state.proposals, event.pairing_id))
        case _, ParticipantReassigned():
            return _reassigned(state, event.person_id)
        case Participant(), TrainingCompleted():
            training = Training(
                training_kind=event.training_kind, on=event.on, valid_until=event.valid_until
            )
            return replaced(state, trainings=(*state.trainings, training))
        case Participant(), MentorQualified():
            span = (event.since, event.until, None)
            return replaced(state, qualifications=(*state.qualifications, span))
        case Participant(), MentorQualificationEnded():
            return replaced(state, qualifications=_disqualified(state, event))
        case Participant(), MentorCapacitySet():
            capacities = (*state.capacities, (event.since, event.places))
            return replaced(state, capacities=capacities)
        case Participant(), VisitorAdmitted():
            return replaced(state, visits=(*state.visits, event))
        case Participant(), EnrolmentEnded():
            return replaced(state, ended_on=event.on, outcome=event.outcome)
        case _:
            application = application_after(state.application, event)
            if application is state.application:
                return state
            return replaced(state, application=application)


def _reassigned(state: ParticipantState, person: PersonId) -> ParticipantState:
    """Whoever applied or was enrolled is another id of the same person from then on."""
    applied = state.application
    if applied is not None:
        state = replaced(state, application=attrs.evolve(applied, person_id=person))
    return replaced(state, person_id=person) if isinstance(state, Participant) else state


def entered(
    event: ParticipantEnrolled,
    pairings: tuple[Joined, ...] = (),
    application: Application | None = None,
) -> Participant:
    """The enrolment as it begins; companions and an application may have come first."""
    return Participant(
        participant_id=event.participant_id,
        person_id=event.person_id,
        program_id=event.program_id,
        cohort_id=event.cohort_id,
        role=event.role,
        since=event.since,
        pairings=pairings,
        application=application,
    )


def _joined(pairings: tuple[Joined, ...], event: PairingJoined) -> tuple[Joined, ...]:
    joined = Joined(
        pairing_id=event.pairing_id,
        role=event.role,
        primary=event.primary,
        since=event.since,
        places=event.places,
    )
    earlier = tuple(
        replaced(j, lives_on=False) if j.pairing_id == event.pairing_id else j for j in pairings
    )
    return (*earlier, joined)


def _left(pairings: tuple[Joined, ...], event: PairingLeft) -> tuple[Joined, ...]:
    # A pause that frees the place leaves the pairing itself alive, hence `lives_on`.
    return tuple(
        replaced(j, until=j.until or event.until, lives_on=event.pairing_goes_on)
        if j.pairing_id == event.pairing_id and (j.until is None or j.lives_on)
        else j
        for j in pairings
    )


def _changed(pairings: tuple[Joined, ...], event: PlaceChanged) -> tuple[Joined, ...]:
    found: list[Joined] = []
    for joined in pairings:
        if joined.pairing_id != event.pairing_id or joined.until is not None:
            found.append(joined)
            continue
        after = replaced(joined, places=joined.places + event.places)
        if event.primary is not None:
            # Until then the mentee had another primary mentor, or none: two spans of time.
            found.append(replaced(joined, until=event.since, lives_on=False))
            after = replaced(after, since=event.since, primary=event.primary)
        found.append(after)
    return tuple(found)


def _disqualified(
    state: Participant, event: MentorQualificationEnded
) -> tuple[tuple[date, date | None, str | None], ...]:
    # That the mentor was found unfit is kept, also when nothing held on that day that could end.
    ended = tuple(
        (since, event.on if until is None else min(until, event.on), cause)
        for since, until, cause in state.qualifications
    )
    return (*ended, (event.on, event.on, event.cause))
