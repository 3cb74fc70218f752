"""Which participants need a person: waiting for somebody, training, places; and the program."""

from collections.abc import Iterator
from datetime import date

from mentorcore.domain.cohort import CohortOpened
from mentorcore.domain.participant import events as q
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.person import events as r
from mentorcore.domain.program import ProgramClosed
from mentorcore.domain.values import Withheld
from mentorcore.projections.access.redactor import KEY_MISSING, Redactor
from mentorcore.projections.attention.ended import has_left, left_open, remains
from mentorcore.projections.attention.needs import Need, in_days, tells
from mentorcore.projections.folding.figure import rests_on
from mentorcore.projections.status.status import capacity, latest_trainings, unpaired, validity
from mentorcore.projections.summary.event_groups import ENROLLED, JOINED, NAMES, PLACES, TURNS
from mentorcore.projections.summary.people import contact_of, name_of, who
from mentorcore.projections.summary.program_snapshot import ProgramSnapshot, evidence

__all__ = ["PEOPLE_RULES"]


def _enrolled(at: ProgramSnapshot) -> Iterator[tuple[str, Participant]]:
    """Who takes part; nobody whose cohort is over."""
    for stream, participant in at.participants.items():
        if participant.enrolled_on(at.day) and not has_left(at, stream, participant):
            yield stream, participant


def _stands_for(at: ProgramSnapshot, stream: str, participant: Participant) -> bool:
    """Whether an enrolment stands for its person: the first one does of two in the same part."""
    if len(at.enrolled_as[participant.person_id]) == 1:
        return True
    mine = at.beside(participant, at.settings.part(participant.role))
    return not mine or mine[0].participant_id == stream


def _passed(at: ProgramSnapshot, participant: Participant, since: date) -> int:
    """The days that count from a day on; none of a break does."""
    return max(0, at.time(participant.cohort_id).elapsed(since, at.day))


@tells(unpaired=rests_on("somebody has no live pairing", ENROLLED, JOINED, TURNS, ProgramClosed))
def waiting_for_somebody(at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """Somebody who is to be supported has no live pairing."""
    for stream, participant in unpaired(at):
        left = [j.until for j in participant.pairings if j.until is not None]
        since = max((participant.since, *left))
        today = at.today(participant.cohort_id)
        if at.is_over(participant.cohort_id) or since > today:
            continue
        days = _passed(at, participant, since)
        part = at.enrolments[stream]
        said = in_days(days) + ("" if days == (at.day - since).days else " of school")
        waits = f"a {participant.role} has been waiting for {said}"
        yield Need(
            kind="unpaired",
            subject=stream,
            people=(who(at, seer, stream),),
            since=since,
            days=days,
            why=f"{waits}, since the last pairing ended" if left else f"{waits} since enrolling",
            code=participant.role,
            evidence=evidence(stream, part.refs.values()),
        )


@tells(
    training_expired=rests_on("a training has expired", q.TrainingCompleted, ENROLLED),
    training_expiring=rests_on("a training is about to expire", q.TrainingCompleted, ENROLLED),
)
def trainings(at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """A training has expired, or will within the program's notice."""
    for stream, participant in _enrolled(at):
        if not _stands_for(at, stream, participant):
            continue
        for training, behind in latest_trainings(at, participant):
            today = at.today(participant.cohort_id)
            until, state = training.valid_until, validity(at, training, today)
            if until is None or state == "valid":
                continue
            kind = training.training_kind
            verb = "expired" if state == "expired" else "expires"
            yield Need(
                kind=f"training_{state}",
                subject=stream,
                people=(who(at, seer, stream),),
                since=until,
                days=(at.day - until).days,
                why=f"the training {kind} {verb} on {until}",
                due_on=until,
                code=kind,
                evidence=() if behind is None else (behind,),
            )


@tells(
    training_missing=rests_on(
        "a training that the role needs is missing", q.TrainingCompleted, ENROLLED, JOINED
    )
)
def missing_trainings(at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """A member of a live pairing has never completed a training that the role needs."""
    for stream, participant in _enrolled(at):
        done = {t.training_kind for t, _ in latest_trainings(at, participant)}
        since = _first_day(participant)
        for needed in at.settings.trainings:
            if needed.role != participant.role or needed.kind in done or since is None:
                continue
            if since > at.today(participant.cohort_id):
                continue
            yield Need(
                kind="training_missing",
                subject=stream,
                people=(who(at, seer, stream),),
                since=since,
                days=_passed(at, participant, since),
                why=f"in a pairing since {since} without the training {needed.kind}",
                code=needed.kind,
                evidence=evidence(stream, at.enrolments[stream].refs.values()),
            )


def _first_day(participant: Participant) -> date | None:
    """Since when the participant has been in a pairing that lasts."""
    return min((j.since for j in participant.live_pairings()), default=None)


@tells(
    over_capacity=rests_on("a mentor has more pairings than places", PLACES, ENROLLED),
    near_capacity=rests_on("a mentor has hardly a place left", PLACES, ENROLLED),
)
def places(at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """A mentor has more pairings than places, or hardly a place left (INV-06)."""
    for stream, participant in _enrolled(at):
        if not _stands_for(at, stream, participant):
            continue
        held = capacity(at, participant)
        if held is None or held.places is None or held.free is None or not held.load:
            continue
        if held.free > at.settings.near_capacity:
            continue
        over = held.free < 0
        since = max((j.since for j in participant.pairings if j.until is None), default=None)
        yield Need(
            kind="over_capacity" if over else "near_capacity",
            subject=stream,
            people=(who(at, seer, stream),),
            since=since,
            days=0,
            why=f"{held.load} of {held.places} places are taken",
            amount=held.load,
            limit=held.places,
            evidence=evidence(stream, at.enrolments[stream].refs.values()),
        )


@tells(credential_expired=rests_on("a credential has expired", r.CredentialRecorded, ENROLLED))
def licences(at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """A credential on record has expired and no later one of its area is there (INV-63)."""
    for stream, participant in _enrolled(at):
        person = at.persons.get(participant.person_id)
        held = [] if person is None else person.licences
        for licence in held:
            alike = [h for h in held if (h.kind, h.area) == (licence.kind, licence.area)]
            end = licence.expires_on
            today = at.today(participant.cohort_id)
            lasts = any(h.expires_on is None or h.expires_on >= today for h in alike)
            if end is None or lasts or licence != max(alike, key=lambda h: (h.expires_on, h.ref)):
                continue
            yield Need(
                kind="credential_expired",
                subject=stream,
                people=(who(at, seer, stream),),
                since=end,
                days=(at.day - end).days,
                why=f"the {licence.kind} for {licence.area} expired on {end}",
                due_on=end,
                code=licence.area,
                evidence=evidence(participant.person_id, [licence.ref]),
            )


@tells(cohort_over_places=rests_on("a cohort is above its places", CohortOpened, ENROLLED))
def full_cohorts(at: ProgramSnapshot, _seer: Redactor) -> Iterator[Need]:
    """More are enrolled in a cohort than it has places (INV-69)."""
    for cohort in at.program.cohorts:
        inside = sum(p.cohort_id == cohort.cohort_id for _, p in _enrolled(at))
        if cohort.places is None or inside <= cohort.places:
            continue
        yield Need(
            kind="cohort_over_places",
            subject=cohort.cohort_id,
            people=(),
            since=None,
            days=0,
            why=f"{inside} are enrolled in a cohort of {cohort.places} places",
            amount=inside,
            limit=cohort.places,
            evidence=evidence(at.program_id, [at.part.refs.get("cohort")]),
        )


@tells(key_missing=rests_on("somebody's key is missing", NAMES))
def lost_keys(at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """What is told about somebody cannot be read, since their key is neither here nor erased."""
    for stream, participant in at.participants.items():
        person = participant.person_id
        shown = (name_of(at, seer, person), contact_of(at, seer, person))
        if not any(isinstance(s, Withheld) and s.reason == KEY_MISSING for s in shown):
            continue
        part = at.persons[person]
        yield Need(
            kind="key_missing",
            subject=stream,
            people=(who(at, seer, stream),),
            since=None,
            days=0,
            why=f"the key of {person} is missing: names and texts about them cannot be read, and "
            "nothing personal can be recorded; put the newest copy of the key file back",
            evidence=evidence(person, [part.registered]),
        )


PEOPLE_RULES = (
    lost_keys,
    places,
    waiting_for_somebody,
    trainings,
    missing_trainings,
    full_cohorts,
    remains,
    left_open,
    licences,
)
