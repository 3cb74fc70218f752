"""The state of a program: in numbers, and for each participant and each pairing.

A row names the events it rests on. What the viewer may not see is withheld; a member is shown the
own pairings and the people in them.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import attrs

from mentorcore.domain.cohort import Cohort
from mentorcore.domain.participant.events import Training
from mentorcore.domain.participant.places import person_places
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.settings import MENTORING, SUPPORTED
from mentorcore.projections.access.redactor import METADATA, Redactor, others_withheld
from mentorcore.projections.folding.moment import known_by
from mentorcore.projections.folding.projection import Evidence, Projection
from mentorcore.projections.status.applications import (
    application_row,
    shown_application,
    waiting,
)
from mentorcore.projections.status.pairing_figures import GoalCounts
from mentorcore.projections.status.pairing_rows import goal_counts, pairing_row
from mentorcore.projections.status.proposals import proposals, shown_proposal
from mentorcore.projections.status.rows import (
    CohortRow,
    Numbers,
    PairingCounts,
    ParticipantRow,
    Places,
    RoleCount,
    Status,
    TrainingRow,
)
from mentorcore.projections.summary.own_time import mentor_minutes, minutes_of
from mentorcore.projections.summary.pairing_on_day import LIVE, credited, open_items, open_misfits
from mentorcore.projections.summary.partials import PairingPart
from mentorcore.projections.summary.people import contact_of, who
from mentorcore.projections.summary.program_snapshot import ProgramSnapshot, evidence
from mentorcore.projections.summary.summary import SUMMARY

__all__ = [
    "STATUS",
    "capacity",
    "cohort_rows",
    "enrolled_in",
    "latest_trainings",
    "live_pairings",
    "numbers",
    "participant_row",
    "shown_pairing",
    "shown_participant",
    "state_of",
    "status",
    "unpaired",
]


def status(at: ProgramSnapshot, seer: Redactor) -> Status:
    """Combine the partials of a program into its status."""
    participants = [(s, p) for s, p in at.participants.items() if shown_participant(at, seer, p)]
    pairings = [p for p in at.pairings.values() if shown_pairing(seer, p)]
    applied = [(s, a) for s, a in at.applications.items() if shown_application(seer, a)]
    hidden = (
        len(participants) < len(at.participants)
        or len(pairings) < len(at.pairings)
        or len(applied) < len(at.applications)
    )
    hidden = hidden or not all(shown_proposal(seer, p) for p in at.proposals.values())
    return Status(
        program=at.program_id,
        name=at.program.name,
        state=state_of(at),
        time_zone=at.program.time_zone,
        day=at.day,
        position=at.position,
        as_of=at.asked.as_of,
        as_known=known_by(at.asked),
        viewer=seer.viewer.kind,
        numbers=numbers(at) if seer.may(METADATA) else others_withheld(),
        cohorts=cohort_rows(at),
        participants=tuple(participant_row(at, seer, s, p) for s, p in participants),
        pairings=tuple(pairing_row(at, seer, p) for p in pairings),
        applications=tuple(application_row(at, seer, s, a) for s, a in applied),
        others=others_withheld() if hidden else None,
        evidence=evidence(at.program_id, (*at.part.refs.values(), *at.part.corrections)),
        unknown=at.unknown,
        proposals=tuple(proposals(at, seer)),
    )


STATUS: Projection[Status] = SUMMARY.combining(status)
"""The status of a program, made of the partials of `SUMMARY`."""


def shown_participant(at: ProgramSnapshot, seer: Redactor, participant: Participant) -> bool:
    """Whether the viewer is shown a participant: members see the people of their own pairings."""
    return seer.may(METADATA, members=at.circle(participant.person_id))


def shown_pairing(seer: Redactor, pairing: PairingPart) -> bool:
    """Whether the viewer is shown a pairing: members see their own."""
    return seer.may(METADATA, members=[m.person for m in pairing.members])


def state_of(at: ProgramSnapshot) -> str:
    """How far the program had come on the day: designed, launched or closed."""
    launched, closed = at.program.launched_on, at.program.closed_on
    if closed is not None and closed <= at.day:
        return "closed"
    return "launched" if launched is not None and launched <= at.day else "designed"


def live_pairings(at: ProgramSnapshot, participant: str) -> tuple[str, ...]:
    """The pairings of a participant that have not ended and that they have not left."""
    joined = ((p, at.pairings[p]) for p in at.joined.get(participant, ()))
    return tuple(
        pairing
        for pairing, part in joined
        if part.situation in LIVE and participant not in (m.participant for m in part.former)
    )


def unpaired(at: ProgramSnapshot) -> Iterator[tuple[str, Participant]]:
    """Participants who are to be supported and have no live pairing, until the program closed."""
    if state_of(at) == "closed":
        return
    settings = at.settings
    for stream, participant in at.participants.items():
        part = settings.part(participant.role)
        if part not in SUPPORTED or not participant.enrolled_on(at.day):
            continue
        if live_pairings(at, stream):
            continue
        if len(at.enrolled_as[participant.person_id]) > 1:
            mine = at.beside(participant, part)
            paired = any(live_pairings(at, p.participant_id) for p in mine)
            if paired or mine[0].participant_id != stream:
                continue
        yield stream, participant


def capacity(at: ProgramSnapshot, participant: Participant) -> Places | None:
    """Places and load of a person who mentors, ``None`` for others.

    They are those of the person in the program: whoever is enrolled twice has them once (INV-01).
    """
    if at.settings.part(participant.role) not in MENTORING:
        return None
    mine = [participant]
    if len(at.enrolled_as[participant.person_id]) > 1:
        mine = at.beside(participant, *MENTORING) or mine
    usual = at.settings.capacity
    places = person_places(mine, at.day, usual.places)
    bounds = [n for n in (places, usual.hard_limit) if n is not None]
    return Places(min(bounds, default=None), sum(p.load() for p in mine))


def latest_trainings(
    at: ProgramSnapshot, participant: Participant
) -> list[tuple[Training, Evidence | None]]:
    """Of each kind of training of a person in the program the one that counts longest, by kind.

    Beside it stands the event behind it.
    """
    latest: dict[str, tuple[Training, Evidence | None]] = {}
    for stream in at.enrolled_as[participant.person_id]:
        state = at.participants.get(stream)
        for training in () if state is None else state.trainings:
            kind = training.training_kind
            known = latest.get(kind)
            if known is None or _lasting(known[0]) <= _lasting(training):
                behind = evidence(stream, [at.enrolments[stream].refs.get(f"training/{kind}")])
                latest[kind] = training, behind[0] if behind else None
    return [latest[kind] for kind in sorted(latest)]


def _lasting(training: Training) -> tuple[bool, int, int]:
    until = training.valid_until
    return (until is None, 0 if until is None else until.toordinal(), training.on.toordinal())


def validity(at: ProgramSnapshot, training: Training, day: date | None = None) -> str:
    """Whether a training is valid, expiring soon or expired on the day that is looked at."""
    until = training.valid_until
    if until is None:
        return "valid"
    left = (until - (day or at.day)).days
    if left < 0:
        return "expired"
    return "expiring" if left <= at.settings.training_notice_days else "valid"


def participant_row(
    at: ProgramSnapshot, seer: Redactor, stream: str, state: Participant
) -> ParticipantRow:
    """A participant as the viewer may see them."""
    part = at.enrolments[stream]
    ended = state.ended_on
    trainings = tuple(
        TrainingRow(
            kind=t.training_kind,
            on=t.on,
            valid_until=t.valid_until,
            validity=validity(at, t),
            evidence=() if behind is None else (behind,),
        )
        for t, behind in latest_trainings(at, state)
    )
    return ParticipantRow(
        who=who(at, seer, stream),
        contact=contact_of(at, seer, state.person_id),
        part=at.settings.part(state.role) or "none",
        cohort=state.cohort_id,
        since=state.since,
        ended_on=ended if ended is not None and ended <= at.day else None,
        outcome=state.outcome if ended is not None and ended <= at.day else None,
        capacity=capacity(at, state),
        trainings=trainings,
        qualified=state.qualified_on(at.day) if state.qualifications else None,
        pairings=live_pairings(at, stream),
        own_minutes=minutes_of(at, (stream,)),
        corrections=len(part.corrections),
        evidence=evidence(stream, (*part.refs.values(), *part.corrections)),
    )


def cohort_rows(at: ProgramSnapshot) -> tuple[CohortRow, ...]:
    """The cohorts in the order in which they were opened."""
    return tuple(_cohort(at, cohort) for cohort in at.program.cohorts)


def _cohort(at: ProgramSnapshot, cohort: Cohort) -> CohortRow:
    closing = at.program.closing(cohort.cohort_id)
    closed = closing if closing is not None and closing.on <= at.day else None
    return CohortRow(
        cohort=cohort.cohort_id,
        name=cohort.name,
        starts_on=cohort.starts_on,
        ends_on=cohort.ends_on,
        places=cohort.places,
        enrolled=enrolled_in(at, cohort.cohort_id),
        closed_on=None if closed is None else closed.on,
        outcome=None if closed is None else closed.outcome,
    )


def enrolled_in(at: ProgramSnapshot, cohort: str) -> int:
    """How many people are enrolled in a cohort; whoever is enrolled there twice counts once."""
    inside = (p for p in at.participants.values() if p.cohort_id == cohort)
    return len({p.person_id for p in inside if p.enrolled_on(at.day)})


def numbers(at: ProgramSnapshot) -> Numbers:
    """The program in numbers."""
    pairings = at.pairings.values()
    situations = Counter(p.situation for p in pairings)
    parts: tuple[Any, ...] = (at.part, *at.enrolments.values(), *pairings)
    return Numbers(
        participants=tuple(_roles(at)),
        unpaired=sum(1 for _ in unpaired(at)),
        applications=waiting(at, "applied"),
        waitlisted=waiting(at, "waitlisted"),
        pairings=PairingCounts(**situations),
        meetings=sum(p.meetings for p in pairings),
        minutes=sum(credited(p, at.settings) for p in pairings),
        mentor_minutes=mentor_minutes(at),
        missed=sum(p.missed.get("no_show", 0) for p in pairings),
        cancelled=sum(p.missed.get("cancelled", 0) for p in pairings),
        goals=_sum_goals([goal_counts(p, at.day, at.time(p.cohort_id)) for p in pairings]),
        open_items=sum(len(open_items(p)) for p in pairings),
        open_mismatches=sum(len(open_misfits(p)) for p in pairings),
        corrections=sum(len(p.corrections) for p in parts),
    )


def _sum_goals(counts: list[GoalCounts]) -> GoalCounts:
    names = [f.name for f in attrs.fields(GoalCounts)]
    return GoalCounts(**{name: sum(getattr(c, name) for c in counts) for name in names})


def _roles(at: ProgramSnapshot) -> Iterator[RoleCount]:
    declared = [r.code for r in at.settings.roles]
    told = sorted({p.role for p in at.participants.values()} - set(declared))
    for role in (*declared, *told):
        inside = [p for p in at.participants.values() if p.role == role]
        enrolled = len({p.person_id for p in inside if p.enrolled_on(at.day)})
        ended = sum(p.ended_on is not None and p.ended_on <= at.day for p in inside)
        yield RoleCount(role, enrolled, ended)
