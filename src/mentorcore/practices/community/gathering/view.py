"""Which workshops and meetings of mentors there were, what was shared, and who was there.

A member is shown the gatherings that they were at, with their own attendance and no counts. Nobody
is ranked by how often they come: of mentors it is told whether they came at all since a term began.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import attrs

from mentorcore.practices.community.gathering.events import GatheringAttended, GatheringHeld
from mentorcore.practices.community.gathering.rows import (
    AttendanceRow,
    GatheringRow,
    GatheringTotals,
    MentorRow,
)
from mentorcore.practices.community.view import FIGURES, OWN
from mentorcore.practices.spec import (
    MENTORING,
    Need,
    Participant,
    ProgramSnapshot,
    ProgramView,
    Projection,
    Redactor,
    calendars_for,
    who,
)
from mentorcore.projections.program_view import Together

__all__ = ["GATHERINGS", "MENTORS"]

TERM_DAYS = 120
"""Days that stand for a term where no calendar of the program tells one that is over."""


@attrs.define
class AttendancePart:
    """Who was there, as it is folded."""

    participant: str
    on: date
    minutes: int


@attrs.define
class GatheringPart:
    """A gathering, as it is folded."""

    gathering: str = ""
    kind: str = ""
    title: str = ""
    on: date | None = None
    until: date | None = None
    resources: tuple[str, ...] = ()
    training: str | None = None
    attended: list[AttendancePart] = attrs.Factory(list)

    def is_recorded(self, one: AttendancePart, at: ProgramSnapshot) -> bool | None:
        """Whether whoever was there has completed the training that it was, there or later."""
        if self.training is None or self.on is None:
            return None
        state = at.participants.get(one.participant)
        done = () if state is None else state.trainings
        return any(t.training_kind == self.training and t.on >= self.on for t in done)


def apply(part: GatheringPart, told: Any) -> GatheringPart:
    """Fold one event into the gathering."""
    match told.event:
        case GatheringHeld() as held:
            part.gathering, part.kind, part.title = held.gathering_id, held.kind, held.title
            part.on, part.until = held.on, held.until
            part.resources, part.training = held.resources, held.training
        case attended:
            one = AttendancePart(attended.participant, attended.held_on, attended.minutes)
            part.attended.append(one)
    return part


def rows(part: GatheringPart, at: ProgramSnapshot, seer: Redactor) -> Iterator[GatheringRow]:
    """The gathering, with the attendances that the viewer may know of."""
    if part.on is None:
        return

    def told(count: int) -> Any:
        return seer.show(count, FIGURES, "program_metadata")

    yield GatheringRow(
        gathering=part.gathering,
        kind=part.kind,
        title=part.title,
        on=part.on,
        until=part.until,
        resources=part.resources,
        training=part.training,
        attendees=told(len({one.participant for one in part.attended})),
        unrecorded=told(len(_unrecorded(part, at))),
        attendances=tuple(
            AttendanceRow(
                participant=one.participant,
                who=who(at, seer, one.participant),
                on=one.on,
                minutes=one.minutes,
                recorded=part.is_recorded(one, at),
            )
            for one in part.attended
            if _may_know(one.participant, at, seer)
        ),
    )


def _may_know(participant: str, at: ProgramSnapshot, seer: Redactor) -> bool:
    return seer.may(OWN, author=at.person(participant))


def _unrecorded(part: GatheringPart, at: ProgramSnapshot) -> dict[str, date]:
    """Who was at a training that is not recorded of them, with the last day on which they were."""
    return {one.participant: one.on for one in part.attended if part.is_recorded(one, at) is False}


def needs(part: GatheringPart, at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """A training that somebody was at, and that is not recorded of them."""
    for participant, on in _unrecorded(part, at).items():
        if _may_know(participant, at, seer):
            yield Need(
                kind="training_unrecorded",
                subject=part.gathering,
                people=(who(at, seer, participant),),
                since=on,
                days=(at.day - on).days,
                why=f"the training {part.training} was attended on {on} and is not recorded",
                code=part.training,
            )


def combine(parts: Mapping[str, Any], _at: ProgramSnapshot) -> GatheringTotals:
    """All gatherings of a program together."""
    every = [part for part in parts.values() if part.on is not None]
    return GatheringTotals(
        workshops=sum(part.kind == "workshop" for part in every),
        mentor_meetings=sum(part.kind == "mentor_meeting" for part in every),
        shared=len({resource for part in every for resource in part.resources}),
        attendees=len({one.participant for part in every for one in part.attended}),
    )


def term_of(cohort: str, at: ProgramSnapshot) -> tuple[str | None, date]:
    """The name and first day of the last term of a cohort that is over; else a number of days."""
    years = calendars_for(cohort, at.program.calendars)
    over = [term for year in years for term in year.terms if term.until <= at.day]
    if not over:
        return None, at.day - timedelta(days=TERM_DAYS)
    last = max(over, key=lambda term: term.until)
    return last.name, last.since


def mentor_rows(
    parts: Mapping[str, Any], at: ProgramSnapshot, seer: Redactor
) -> Iterator[tuple[str, MentorRow]]:
    """The mentors of the day, each with whether they come to the meetings of mentors."""
    met = [part for part in parts.values() if part.kind == "mentor_meeting"]
    for participant, state in at.participants.items():
        if at.settings.part(state.role) not in MENTORING or not state.enrolled_on(at.day):
            continue
        term, since = term_of(state.cohort_id, at)
        held = sum((part.until or part.on) >= since for part in met)
        came = [one.on for part in met for one in part.attended if one.participant == participant]
        yield (
            participant,
            MentorRow(
                participant=participant,
                subject=participant,
                topic="meetings",
                title="meetings of mentors",
                who=who(at, seer, participant),
                state=_state(state, since, held, came),
                last_on=max(came, default=None),
                term=term,
                since=since,
                held=held,
            ),
        )


def _state(mentor: Participant, since: date, held: int, came: list[date]) -> str:
    if any(day >= since for day in came):
        return "came"
    if mentor.since > since:
        return "joined_since"
    return "absent" if held else "none_held"


def mentor_needs(
    parts: Mapping[str, Any], at: ProgramSnapshot, seer: Redactor
) -> Iterator[tuple[str, Need]]:
    """Mentors who came to no meeting of mentors for a term in which there were some."""
    for participant, row in mentor_rows(parts, at, seer):
        if row.state == "absent" and _may_know(participant, at, seer):
            span = f"{TERM_DAYS} days" if row.term is None else f"the term {row.term}"
            yield (
                participant,
                Need(
                    kind="mentor_absent",
                    subject=participant,
                    people=(row.who,),
                    since=row.since,
                    days=(at.day - row.since).days,
                    why=f"no meeting of mentors was attended since {row.since}, for {span}",
                    amount=row.held,
                ),
            )


def narrow(at: ProgramSnapshot, subject: str) -> ProgramSnapshot:
    """The program as far as a mentor's row rests on it: the mentor."""
    mine = {s: p for s, p in at.participants.items() if s == subject}
    return attrs.evolve(at, participants=mine)


PROJECTION: Projection[Any] = Projection(
    name="gatherings",
    version=1,
    initial={"gathering": GatheringPart},
    apply=apply,
    corrected=lambda part, _correction, _target: part,
    combine=lambda parts: parts,
    events=frozenset({GatheringHeld, GatheringAttended}),
)

GATHERINGS = ProgramView(
    name="community.gatherings",
    projection=PROJECTION,
    rows=rows,
    needs=needs,
    combine=combine,
    kinds={"training_unrecorded": "training_missing"},
    about={"training_unrecorded": "a training was attended and is not recorded"},
    prompted_by=frozenset({GatheringAttended}),
)

MENTORS = ProgramView(
    name="community.mentors",
    projection=PROJECTION,
    together=Together(
        rows=mentor_rows, needs=mentor_needs, narrow=narrow, named=("topic", "topic")
    ),
    kinds={"mentor_absent": "near_capacity"},
    about={"mentor_absent": "a mentor came to no meeting of mentors for a term"},
    prompted_by=frozenset({GatheringHeld}),
)
