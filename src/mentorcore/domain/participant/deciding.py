"""A person joins a cohort in a role; a mentor also trains, is qualified and says how many fit.

The stream also collects, as companions, the pairings that the participant joins and leaves: two
coordinators who fill a mentor's last place at once meet here, and one of them is asked again
(INV-06, INV-12).
"""

from datetime import date, timedelta
from typing import get_args

from mentorcore.domain.decider import Aggregate, Decision, Situation, is_blank
from mentorcore.domain.participant.commands import (
    EndEnrolment,
    EndMentorQualification,
    EnrolParticipant,
    ParticipantCommand,
    QualifyMentor,
    RecordTraining,
    SetMentorCapacity,
)
from mentorcore.domain.participant.events import (
    EVENTS,
    EnrolmentEnded,
    MentorCapacitySet,
    MentorQualificationEnded,
    MentorQualified,
    ParticipantEnrolled,
    Training,
    TrainingCompleted,
)
from mentorcore.domain.participant.state import (
    NotEnrolled,
    Participant,
    ParticipantState,
    entered,
    evolve,
)
from mentorcore.domain.person.events import PersonEnrolled
from mentorcore.domain.person.state import Person
from mentorcore.domain.program import Program
from mentorcore.domain.settings import Settings
from mentorcore.domain.values import (
    ProgramId,
    Stream,
)
from mentorcore.errors import Refused


def reads(command: ParticipantCommand, seen: Situation) -> tuple[Stream, ...]:
    """The streams that a command about a participant needs to see."""
    assert command.participant_id is not None
    me = Stream(command.participant_id)
    if isinstance(command, EnrolParticipant):
        person = Stream(command.person_id)
        others: tuple[Stream, ...] = ()
        if seen.has(person):
            others = tuple(Stream(e.participant_id) for e in seen.state(person).enrolments.values())
        return (me, person, Stream(command.program_id), *others)
    if seen.has(me) and isinstance(seen.state(me), Participant):
        return (me, Stream(seen.state(me).program_id))
    return (me,)


def decide(now: Situation, command: ParticipantCommand) -> Decision:
    """What a command about a participant leads to."""
    assert command.participant_id is not None
    stream = Stream(command.participant_id)
    me: ParticipantState = now.state(stream)
    if isinstance(command, EnrolParticipant):
        if isinstance(me, Participant):
            raise Refused("this participant is enrolled already", "already_enrolled")
        return _enrol(now, command, stream)
    if not isinstance(me, Participant):
        raise Refused(f"nobody is enrolled as {stream}", "no_such_participant")
    match command:
        case EndEnrolment():
            return _end(now, me, command, stream)
        case _ if me.ended_on is not None and _day(command) >= me.ended_on:
            raise Refused(f"this enrolment ended on {me.ended_on}", "enrolment_ended")
        case RecordTraining():
            return _training(now, me, command, stream)
        case QualifyMentor():
            return _qualify(now, me, command, stream)
        case EndMentorQualification():
            return _disqualify(now, me, command, stream)
        case _:
            return _capacity(now, me, command, stream)


def _day(
    command: RecordTraining | QualifyMentor | EndMentorQualification | SetMentorCapacity,
) -> date:
    match command:
        case RecordTraining() | EndMentorQualification():
            return command.on
        case _:
            return command.since


def _enrol(now: Situation, command: EnrolParticipant, stream: Stream) -> Decision:
    assert command.participant_id is not None
    person: Person = now.state(Stream(command.person_id))
    if not person.registered:
        raise Refused(f"nobody is registered under {command.person_id}", "no_such_person")
    program = _program(now, command.program_id)
    cohort = program.cohort(command.cohort_id)
    if cohort is None:
        raise Refused("this program has no such cohort", "no_such_cohort")
    if not program.runs_on(command.since):
        raise Refused(f"the program does not run on {command.since}", "program_not_running")
    if not cohort.enrols_from <= command.since < cohort.enrols_until:
        raise Refused(
            f"cohort {cohort.name} enrols from {cohort.enrols_from} until before "
            f"{cohort.enrols_until}, and {command.since} lies outside",
            "outside_enrolment_window",
        )
    if program.settings_on(command.since).part(command.role) is None:
        known = ", ".join(r.code for r in program.settings_on(command.since).roles)
        raise Refused(f"the program has no role {command.role!r}; it has {known}", "no_such_role")
    if not 0 < command.fte_percent <= 100:  # noqa: PLR2004 - a full-time post is 100 percent
        raise Refused("a post has between 1 and 100 percent of full time", "fte_out_of_range")
    enrolled = ParticipantEnrolled(
        participant_id=command.participant_id,
        person_id=command.person_id,
        program_id=command.program_id,
        cohort_id=command.cohort_id,
        role=command.role,
        since=command.since,
        fte_percent=command.fte_percent,
    )
    if now.corrects is None:
        check_only_once(now, entered(enrolled))
    companion = PersonEnrolled(
        participant_id=command.participant_id,
        cohort_id=command.cohort_id,
        role=command.role,
        since=command.since,
        principal=now.next_version(stream),
    )
    return ((stream, enrolled), (Stream(command.person_id), companion))


def check_only_once(now: Situation, me: Participant) -> None:
    """Refuse a second enrolment of a person in the same place at the same time (INV-01).

    Raises:
        Refused: ``already_enrolled`` or ``both_roles``, with the other participant.
    """
    settings = _program(now, me.program_id).settings_on(me.since)
    person: Person = now.state(Stream(me.person_id))
    for other_id in person.enrolments:
        other = now.state(Stream(other_id))
        if other_id == me.participant_id or not isinstance(other, Participant):
            continue
        before = other.ended_on is not None and other.ended_on <= me.since
        behind = me.ended_on is not None and me.ended_on <= other.since
        if before or behind:
            continue
        if other.cohort_id == me.cohort_id and other.role == me.role:
            raise Refused(
                f"this person is enrolled as {me.role} in this cohort already",
                "already_enrolled",
                participant=other_id,
            )
        parts = {settings.part(me.role), settings.part(other.role)}
        same_program = other.program_id == me.program_id
        if same_program and parts == {"mentor", "mentee"} and not settings.both_roles:
            raise Refused(
                "in this program nobody is mentor and mentee at once",
                "both_roles",
                participant=other_id,
            )


def _program(now: Situation, program_id: ProgramId) -> Program:
    program = now.state(Stream(program_id))
    if not isinstance(program, Program):
        raise Refused(f"there is no program {program_id}", "no_such_program")
    return program


def _training(now: Situation, me: Participant, command: RecordTraining, stream: Stream) -> Decision:
    program = _program(now, me.program_id)
    if command.on > now.today(program):
        raise Refused(f"{command.on} is in the future", "in_the_future")
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
    completed = TrainingCompleted(
        training_kind=command.training_kind,
        on=command.on,
        hours=command.hours,
        valid_until=until,
        provider=command.provider,
        subjects=(me.person_id,),
    )
    return ((stream, completed),)


def _check_mentor(me: Participant, settings: Settings) -> None:
    if settings.part(me.role) not in {"mentor", "facilitator", "peer"}:
        raise Refused(f"a {me.role} has no mentees", "not_a_mentor")


def _qualify(now: Situation, me: Participant, command: QualifyMentor, stream: Stream) -> Decision:
    _check_mentor(me, _program(now, me.program_id).settings_on(command.since))
    if command.until is not None and command.until <= command.since:
        raise Refused("the qualification would end before it begins", "ends_before_start")
    if (command.since, command.until, None) in me.qualifications:
        return ()
    qualified = MentorQualified(since=command.since, until=command.until, basis=command.basis)
    return ((stream, qualified),)


def _disqualify(
    now: Situation, me: Participant, command: EndMentorQualification, stream: Stream
) -> Decision:
    program = _program(now, me.program_id)
    _check_mentor(me, program.settings_on(command.on))
    if command.on > now.today(program):
        raise Refused(f"{command.on} is in the future", "in_the_future")
    if any(span[1:] == (command.on, command.cause) for span in me.qualifications):
        return ()
    ended = MentorQualificationEnded(
        on=command.on, cause=command.cause, reason=command.reason, subjects=(me.person_id,)
    )
    return ((stream, ended),)


def _capacity(
    now: Situation, me: Participant, command: SetMentorCapacity, stream: Stream
) -> Decision:
    settings = _program(now, me.program_id).settings_on(command.since)
    _check_mentor(me, settings)
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
    capacity = MentorCapacitySet(
        places=command.places,
        since=command.since,
        reason=command.reason,
        subjects=(me.person_id,),
    )
    return ((stream, capacity),)


def _end(now: Situation, me: Participant, command: EndEnrolment, stream: Stream) -> Decision:
    if me.ended_on is not None:
        if (me.ended_on, me.outcome) == (command.on, command.outcome):
            return ()
        raise Refused(f"this enrolment ended on {me.ended_on}", "enrolment_ended")
    if command.on > now.today(_program(now, me.program_id)):
        raise Refused(f"{command.on} is in the future", "in_the_future")
    if command.on < me.since:
        raise Refused(
            f"the enrolment began on {me.since} and cannot end on {command.on}", "ends_before_start"
        )
    if live := me.live_pairings():
        raise Refused(
            "this enrolment still has a live pairing; end the pairing first, or in one batch",
            "live_pairing",
            pairings=tuple(j.pairing_id for j in live),
        )
    latest = max((j.until for j in me.pairings if j.until), default=None)
    if latest is not None and latest > command.on:
        raise Refused(
            f"a pairing of this participant lasted until {latest}; the enrolment cannot end before",
            "pairing_outlasts_enrolment",
        )
    ended = EnrolmentEnded(
        on=command.on,
        outcome=command.outcome,
        reason=command.reason,
        destination=command.destination,
        subjects=(me.person_id,),
    )
    return ((stream, ended),)


AGGREGATE: Aggregate[ParticipantState] = Aggregate(
    kind="participant",
    initial=NotEnrolled(),
    evolve=evolve,
    events=EVENTS,
    commands=get_args(ParticipantCommand),
    id_field="participant_id",
    reads=reads,
    decide=decide,
)
