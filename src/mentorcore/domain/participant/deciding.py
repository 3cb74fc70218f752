"""A person joins a cohort in a role; a mentor also trains, is qualified and says how many fit.

The stream also collects, as companions, the pairings that the participant joins and leaves: two
coordinators who fill a mentor's last place at once meet here, and one of them is asked again
(INV-06, INV-12).
"""

from datetime import date, timedelta
from difflib import get_close_matches
from typing import Any

from mentorcore.domain.aggregate import (
    Aggregate,
    Decision,
    Situation,
    decides,
    events_in,
    fold,
    is_blank,
    rules_in,
)
from mentorcore.domain.declarations import recorded_as
from mentorcore.domain.effective import VersionedEvent
from mentorcore.domain.pairing.deciding.members import left_behind
from mentorcore.domain.pairing.events.members import EndReason, MemberLeft
from mentorcore.domain.pairing.state import NotFormed
from mentorcore.domain.participant import admission, admitting, applying, visiting
from mentorcore.domain.participant import events as participant_events
from mentorcore.domain.participant.admission import check_admitted, check_approved
from mentorcore.domain.participant.applying import SubmitApplication
from mentorcore.domain.participant.events import (
    EndEnrolment,
    EndMentorQualification,
    EnrolmentEnded,
    EnrolmentOutcome,
    EnrolParticipant,
    MentorCapacitySet,
    MentorQualificationEnded,
    MentorQualified,
    ParticipantEnrolled,
    QualifyMentor,
    RecordTraining,
    SetMentorCapacity,
    Training,
    TrainingCompleted,
)
from mentorcore.domain.participant.places import check_places
from mentorcore.domain.participant.state import (
    NotEnrolled,
    Participant,
    ParticipantState,
    entered,
    evolve,
)
from mentorcore.domain.person.events import PersonEnrolled
from mentorcore.domain.person.merging import (
    applications_of,
    check_takes_facts,
    enrolments_of,
    lives,
)
from mentorcore.domain.person.state import Person
from mentorcore.domain.program import Program, check_past, check_role, cohort_of, program_of
from mentorcore.domain.requirements import evidence_events
from mentorcore.domain.requirements import participant_events as requirement_events
from mentorcore.domain.requirements import participant_rules as requirements
from mentorcore.domain.requirements.evidence_events import AttachParticipantEvidence
from mentorcore.domain.settings import ADVISING, MENTORING, Part, Settings
from mentorcore.domain.values import (
    PersonId,
    Stream,
)
from mentorcore.errors import Refused


def reads(command: Any, seen: Situation) -> tuple[Stream, ...]:
    """The streams that a command about a participant needs to see."""
    me = Stream(command.participant_id)
    if isinstance(command, EnrolParticipant | SubmitApplication):
        person = Stream(command.person_id)
        return (me, Stream(command.program_id), *_enrolments(seen, person))
    if seen.has(me) and isinstance(seen.state(me), Participant):
        groups = _groups(seen, me) if isinstance(command, EndEnrolment) else ()
        if isinstance(command, AttachParticipantEvidence) and command.cites:
            groups = tuple(Stream(j.pairing_id) for j in seen.state(me).pairings)
        return (me, Stream(seen.state(me).program_id), *groups)
    applied = seen.state(me).application if seen.has(me) else None
    return (me,) if applied is None else (me, Stream(applied.program_id))


def _groups(seen: Situation, me: Stream) -> tuple[Stream, ...]:
    """The live pairings of a participant and all members of them, as far as known."""
    pairings = [Stream(j.pairing_id) for j in seen.state(me).live_pairings()]
    known = [seen.state(p) for p in pairings if seen.has(p)]
    seats = (p for state in known if not isinstance(state, NotFormed) for p in state.facts.seats)
    return (*pairings, *map(Stream, seats))


def _enrolments(seen: Situation, person: Stream) -> tuple[Stream, ...]:
    """The streams of all lives of a person and of what they take part in or applied for."""
    me = PersonId(person)
    taking_part = dict.fromkeys((*enrolments_of(seen, me), *applications_of(seen, me)))
    return (person, *map(Stream, lives(seen, me)), *map(Stream, taking_part))


def _beside(seen: Situation, stream: Stream, event: Any) -> tuple[Stream, ...]:
    """Taking back the end of an enrolment depends on the person's other enrolments (INV-01)."""
    state = seen.state(stream)
    if isinstance(event, EnrolmentEnded) and isinstance(state, Participant):
        return _enrolments(seen, Stream(state.person_id))
    return ()


def decide(now: Situation, command: Any) -> Decision:
    """What a command about a participant leads to."""
    stream = Stream(command.participant_id)
    me: ParticipantState = now.state(stream)
    if isinstance(command, EnrolParticipant):
        if isinstance(me, Participant):
            raise Refused("this participant is enrolled already", "already_enrolled")
    elif type(command) in ADMISSION:
        return ADMISSION[type(command)](now, me, command, stream)
    elif not isinstance(me, Participant):
        raise Refused(f"nobody is enrolled as {stream}", "no_such_participant")
    elif not isinstance(command, EndEnrolment):
        day: date = command.on if hasattr(command, "on") else command.since
        if me.ended_on is not None and day >= me.ended_on:
            raise Refused(f"this enrolment ended on {me.ended_on}", "enrolment_ended")
    return RULES[type(command)](now, me, command, stream)


@decides(EnrolParticipant)
def _enrol(
    now: Situation, me: ParticipantState, command: EnrolParticipant, stream: Stream
) -> Decision:
    assert command.participant_id is not None
    person: Person = now.state(Stream(command.person_id))
    if not person.registered:
        raise Refused(f"nobody is registered under {command.person_id}", "no_such_person")
    check_takes_facts(now, command.person_id)
    program = program_of(now, command.program_id)
    cohort = cohort_of(program, command.cohort_id)
    if not program.runs_on(command.since):
        raise Refused(f"the program does not run on {command.since}", "program_not_running")
    closing = program.closing(command.cohort_id)
    if closing is not None and now.corrects is None:
        raise Refused(
            f"cohort {cohort.name} was closed on {closing.on}; retract that to open it again",
            "cohort_closed",
            closed_on=closing.on,
        )
    if not cohort.enrols_from <= command.since < cohort.enrols_until:
        raise Refused(
            f"cohort {cohort.name} enrols from {cohort.enrols_from} until before "
            f"{cohort.enrols_until}, and {command.since} lies outside",
            "outside_enrolment_window",
        )
    check_role(program, command.role, command.since)
    if not 0 < command.fte_percent <= 100:  # noqa: PLR2004 - a full-time post is 100 percent
        raise Refused("a post has between 1 and 100 percent of full time", "fte_out_of_range")
    check_admitted(now, me, command)
    enrolled = recorded_as(ParticipantEnrolled, command)
    if now.corrects is None:
        check_only_once(now, entered(enrolled))
    companion = recorded_as(
        PersonEnrolled, command, principal=now.next_version(stream), principal_stream=stream
    )
    return ((stream, enrolled), (Stream(command.person_id), companion))


def check_only_once(now: Situation, me: Participant) -> None:
    """Refuse a second enrolment of a person in the same part at the same time (INV-01).

    One serves all cohorts of the program: a pairing may join participants of several.

    Raises:
        Refused: ``already_enrolled`` or ``both_roles``, with the other participant.
    """
    settings = program_of(now, me.program_id).settings_on(me.since)
    for other_id in enrolments_of(now, me.person_id):
        other = now.state(Stream(other_id))
        if other_id == me.participant_id or not isinstance(other, Participant):
            continue
        before = other.ended_on is not None and other.ended_on <= me.since
        behind = me.ended_on is not None and me.ended_on <= other.since
        if before or behind or other.program_id != me.program_id:
            continue
        mine, others = settings.part(me.role), settings.part(other.role)
        if other.role == me.role or (mine == others and mine not in {None, "none"}):
            cohort = "this cohort" if other.cohort_id == me.cohort_id else "another cohort"
            raise Refused(
                f"this person is enrolled as {other.role} in {cohort} of the program already; "
                "one enrolment serves all of its cohorts",
                "already_enrolled",
                participant=other_id,
            )
        parts = {mine, others}
        if parts == {"mentor", "mentee"} and not settings.both_roles:
            raise Refused(
                "in this program nobody is mentor and mentee at once",
                "both_roles",
                participant=other_id,
            )


@decides(RecordTraining)
def _training(now: Situation, me: Participant, command: RecordTraining, stream: Stream) -> Decision:
    program = program_of(now, me.program_id)
    check_past(now, program, command.on)
    _check_declared(program, command.training_kind)
    if command.hours is not None and command.hours <= 0:
        raise Refused("a training takes at least an hour", "hours_out_of_range")
    until = command.valid_until
    if until is None:
        needed = program.settings_on(command.on).trainings
        days = next(
            (t.valid_days for t in needed if t.kind == command.training_kind and t.valid_days),
            None,
        )
        until = None if days is None else command.on + timedelta(days=days)
    if until is not None and until < command.on:
        raise Refused("the training would expire before it was completed", "ends_before_start")
    same = Training(training_kind=command.training_kind, on=command.on, valid_until=until)
    if same in me.trainings:
        return ()
    completed = recorded_as(TrainingCompleted, command, valid_until=until, subjects=(me.person_id,))
    return ((stream, completed),)


def _check_declared(program: Program, kind: str) -> None:
    """Refuse a training that a program which names its trainings does not know."""
    settings = (program.settings, *(revised for _since, revised in program.revisions))
    declared = sorted({training.kind for s in settings for training in s.trainings})
    if not declared or kind in declared:
        return
    near = get_close_matches(kind, declared, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(declared)}"
    raise Refused(f"this program has no training {kind!r}; {hint}", "no_such_training")


def _check_mentor(me: Participant, settings: Settings, parts: frozenset[Part] = ADVISING) -> None:
    if settings.part(me.role) not in parts:
        raise Refused(f"a {me.role} has no mentees", "not_a_mentor")


@decides(QualifyMentor)
def _qualify(now: Situation, me: Participant, command: QualifyMentor, stream: Stream) -> Decision:
    _check_mentor(me, program_of(now, me.program_id).settings_on(command.since))
    if command.until is not None and command.until <= command.since:
        raise Refused("the qualification would end before it begins", "ends_before_start")
    if (command.since, command.until, None) in me.qualifications:
        return ()
    return ((stream, recorded_as(MentorQualified, command)),)


@decides(EndMentorQualification)
def _disqualify(
    now: Situation, me: Participant, command: EndMentorQualification, stream: Stream
) -> Decision:
    program = program_of(now, me.program_id)
    _check_mentor(me, program.settings_on(command.on))
    check_past(now, program, command.on)
    if any(span[1:] == (command.on, command.cause) for span in me.qualifications):
        return ()
    return ((stream, recorded_as(MentorQualificationEnded, command, subjects=(me.person_id,))),)


@decides(SetMentorCapacity)
def _capacity(
    now: Situation, me: Participant, command: SetMentorCapacity, stream: Stream
) -> Decision:
    settings = program_of(now, me.program_id).settings_on(command.since)
    _check_mentor(me, settings, MENTORING)
    if command.places < 0:
        raise Refused("a capacity is 0 or more places", "places_out_of_range")
    limit, default = settings.capacity.hard_limit, settings.capacity.places
    if limit is not None and command.places > limit:
        raise Refused(
            f"{command.places} places are more than the program's limit of {limit}",
            "above_hard_limit",
            limit=limit,
        )
    if (
        default is not None
        and command.places > default
        and (command.reason is None or is_blank(command.reason))
    ):
        raise Refused(f"more than the program's {default} places need a reason", "reason_needed")
    if me.capacities and me.capacities[-1] == (command.since, command.places):
        return ()
    return ((stream, recorded_as(MentorCapacitySet, command, subjects=(me.person_id,))),)


@decides(EndEnrolment)
def _end(now: Situation, me: Participant, command: EndEnrolment, stream: Stream) -> Decision:
    if me.ended_on is not None:
        if (me.ended_on, me.outcome) == (command.on, command.outcome):
            return ()
        raise Refused(f"this enrolment ended on {me.ended_on}", "enrolment_ended")
    check_past(now, program_of(now, me.program_id), command.on)
    if command.on < me.since:
        raise Refused(
            f"the enrolment began on {me.since} and cannot end on {command.on}", "ends_before_start"
        )
    left = _groups_left(now, me, command)
    latest = max((j.until for j in me.pairings if j.until), default=None)
    if latest is not None and latest > command.on:
        raise Refused(
            f"a pairing of this participant lasted until {latest}; the enrolment cannot end before",
            "pairing_outlasts_enrolment",
        )
    ended = recorded_as(EnrolmentEnded, command, subjects=(me.person_id,))
    return ((stream, ended), *left)


LEAVING: dict[EnrolmentOutcome, EndReason] = {
    "completed": "completed",
    "early_completion": "early_goals_met",
    "withdrew": "left_role",
    "transferred": "transferred",
    "removed": "administrative",
}
"""Why a member leaves a group whose enrolment ends, by its outcome."""


def _groups_left(now: Situation, me: Participant, command: EndEnrolment) -> Decision:
    """The groups that go on without this participant are left; a pairing that cannot stays live."""
    live = tuple(dict.fromkeys(j.pairing_id for j in me.live_pairings()))
    program = program_of(now, me.program_id)
    decided: list[tuple[Stream, Any]] = []
    for pairing in live:
        left = MemberLeft(
            participant=me.participant_id, on=command.on, reason=LEAVING[command.outcome]
        )
        try:
            decided.extend(left_behind(now, now.state(Stream(pairing)), program, left))
        except Refused as refused:
            if refused.code not in {"size_out_of_bounds", "shape_broken"}:
                raise
            raise Refused(
                "this enrolment still has a live pairing that cannot go on without it; end the "
                "pairing first, or in one batch",
                "live_pairing",
                pairings=live,
            ) from None
    return tuple(decided)


def _subjects(_stream: Stream, state: ParticipantState, event: Any) -> tuple[PersonId, ...]:
    if isinstance(event, ParticipantEnrolled):
        return (event.person_id,)
    return (state.person_id,) if isinstance(state, Participant) else ()


def _consistent(
    now: Situation, corrected: Stream, stream: Stream, placed: tuple[VersionedEvent, ...]
) -> None:
    state = fold(AGGREGATE, placed)
    if isinstance(state, Participant):
        if state.application is not None and stream == corrected:
            check_approved(state.application)
        check_places(now, stream, state)
        if stream == corrected and now.has(Stream(state.person_id)):
            check_only_once(now, state)


ADMISSION = rules_in(vars(admission))
RULES = rules_in(globals(), vars(requirements), vars(admission), vars(admitting))

AGGREGATE: Aggregate[ParticipantState] = Aggregate(
    kind="participant",
    initial=NotEnrolled(),
    evolve=evolve,
    events=events_in(
        "participant",
        *map(
            vars,
            (participant_events, applying, requirement_events, evidence_events, visiting),
        ),
    ),
    commands=tuple(RULES),
    id_field="participant_id",
    reads=reads,
    decide=decide,
    subjects=_subjects,
    members=lambda enrolled: (enrolled.participant_id,),
    beside=_beside,
    consistent=_consistent,
    misplaced="wrong_person",
)
