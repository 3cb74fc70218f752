"""What can be asked of an application, and what it leads to; an approved one is enrolled."""

from collections.abc import Iterator
from datetime import date

from mentorcore.domain.aggregate import Decision, Situation, decides
from mentorcore.domain.declarations import recorded_as
from mentorcore.domain.participant.applying import (
    Application,
    ApplicationDecided,
    ApplicationScreened,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    DecideApplication,
    RecordReference,
    ReferenceReceived,
    ScreenApplication,
    SubmitApplication,
    WithdrawApplication,
    application_after,
)
from mentorcore.domain.participant.events import EnrolParticipant
from mentorcore.domain.participant.state import Participant, ParticipantState
from mentorcore.domain.person.events import PersonApplied
from mentorcore.domain.person.merging import (
    applications_of,
    check_takes_facts,
    enrolments_of,
    survivor_of,
)
from mentorcore.domain.person.state import Person
from mentorcore.domain.program import (
    Program,
    check_not_closed,
    check_past,
    check_role,
    cohort_of,
    program_of,
)
from mentorcore.domain.values import Stream
from mentorcore.errors import Refused

__all__ = ["check_admitted", "check_approved"]


@decides(SubmitApplication)
def _submit(
    now: Situation, me: ParticipantState, command: SubmitApplication, stream: Stream
) -> Decision:
    assert command.participant_id is not None
    person: Person = now.state(Stream(command.person_id))
    if not person.registered:
        raise Refused(f"nobody is registered under {command.person_id}", "no_such_person")
    check_takes_facts(now, command.person_id)
    program = program_of(now, command.program_id)
    submitted = recorded_as(ApplicationSubmitted, command, subjects=(command.person_id,))
    if me.application is not None and now.corrects is None:
        if application_after(None, submitted) == _as_submitted(me.application):
            return ()
        raise Refused("somebody applied under this id already", "already_applied")
    if isinstance(me, Participant):
        raise Refused("this participant is enrolled already", "already_enrolled")
    _check_asked_for(now, program, command)
    if now.corrects is None:
        _check_once(now, program, command)
    companion = recorded_as(
        PersonApplied, command, principal=now.next_version(stream), principal_stream=stream
    )
    return ((stream, submitted), (Stream(command.person_id), companion))


def _as_submitted(application: Application) -> Application:
    """An application as it was before anything came of it."""
    return Application(
        participant_id=application.participant_id,
        person_id=application.person_id,
        program_id=application.program_id,
        cohort_id=application.cohort_id,
        role=application.role,
        on=application.on,
    )


def _check_asked_for(now: Situation, program: Program, command: SubmitApplication) -> None:
    """Whether there is what somebody applies for."""
    cohort = cohort_of(program, command.cohort_id)
    check_not_closed(program, command.on)
    closing = program.closing(command.cohort_id)
    if closing is not None and command.on >= closing.on:
        raise Refused(
            f"cohort {cohort.name} was closed on {closing.on}",
            "cohort_closed",
            closed_on=closing.on,
        )
    check_role(program, command.role, command.on)
    check_past(now, program, command.on)


def _check_once(now: Situation, program: Program, command: SubmitApplication) -> None:
    """Refuse to apply for what somebody waits for, or has, already (INV-01)."""
    asked = (program.program_id, command.role)
    for other in enrolments_of(now, command.person_id):
        state = now.state(Stream(other))
        takes_part = isinstance(state, Participant) and state.enrolled_on(command.on)
        if takes_part and (state.program_id, state.role) == asked:
            raise Refused(
                f"this person is enrolled as {command.role} already",
                "already_enrolled",
                participant=other,
            )
    for open_one in _open_of(now, command):
        raise Refused(
            f"this person has applied as {command.role} already; that application is "
            f"{open_one.stands}",
            "already_applied",
            participant=open_one.participant_id,
        )


def _open_of(
    now: Situation, command: SubmitApplication | EnrolParticipant
) -> Iterator[Application]:
    """The person's other applications for the same that are not over, or approved."""
    for other in applications_of(now, command.person_id):
        state: ParticipantState = now.state(Stream(other))
        found = state.application
        if other == command.participant_id or found is None or isinstance(state, Participant):
            continue
        if found.waits and (found.program_id, found.role) == (command.program_id, command.role):
            yield found


def _of(
    now: Situation,
    me: ParticipantState,
    command: ScreenApplication | RecordReference | DecideApplication | WithdrawApplication,
) -> Application:
    """The application that a command is about, on a day on which it was there."""
    application = me.application
    if application is None:
        raise Refused(f"nobody applied as {command.participant_id}", "no_such_application")
    check_past(now, program_of(now, application.program_id), command.on)
    if command.on < application.on:
        raise Refused(
            f"the application is of {application.on}; {command.on} is before that",
            "before_it_begins",
        )
    return application


def _check_open(application: Application, day: date) -> None:
    """Refuse what comes after an application is over; what came before may be told late."""
    over = application.over_on
    if over is not None and day > over:
        raise _over(application)


def _over(application: Application) -> Refused:
    return Refused(
        f"this application was {application.stands} on {application.over_on}", "application_over"
    )


def _check_order(application: Application, day: date) -> None:
    """Refuse what would have come before the decision that was taken last."""
    decided = application.decided_on
    if decided is not None and day < decided:
        raise Refused(
            f"it was {application.stands} on {decided}; {day} is before that", "before_it_begins"
        )


@decides(ScreenApplication, RecordReference)
def _look(
    now: Situation,
    me: ParticipantState,
    command: ScreenApplication | RecordReference,
    stream: Stream,
) -> Decision:
    """Screening and references tell of an application as long as it is open."""
    application = _of(now, me, command)
    _check_open(application, command.on)
    event = ApplicationScreened if isinstance(command, ScreenApplication) else ReferenceReceived
    return ((stream, recorded_as(event, command, subjects=(application.person_id,))),)


@decides(DecideApplication)
def _decide(
    now: Situation, me: ParticipantState, command: DecideApplication, stream: Stream
) -> Decision:
    application = _of(now, me, command)
    if command.rank is not None and (command.decision != "waitlisted" or command.rank < 1):
        raise Refused(
            "a place on the waiting list is counted from 1, and only who is waitlisted has one",
            "rank_out_of_range",
        )
    said = (command.decision, command.on, command.rank)
    if said == (application.decision, application.decided_on, application.rank):
        return ()
    if not application.is_open:
        raise _over(application)
    _check_order(application, command.on)
    told = recorded_as(ApplicationDecided, command, subjects=(application.person_id,))
    return ((stream, told),)


@decides(WithdrawApplication)
def _withdraw(
    now: Situation, me: ParticipantState, command: WithdrawApplication, stream: Stream
) -> Decision:
    application = _of(now, me, command)
    if application.withdrawn_on == command.on:
        return ()
    if isinstance(me, Participant):
        raise Refused("the applicant is enrolled; end the enrolment", "already_enrolled")
    if application.stands in {"withdrawn", "declined"}:
        raise _over(application)
    _check_order(application, command.on)
    told = recorded_as(ApplicationWithdrawn, command, subjects=(application.person_id,))
    return ((stream, told),)


def check_admitted(now: Situation, me: ParticipantState, command: EnrolParticipant) -> None:
    """Whether somebody may be enrolled, as far as applications go.

    Whoever applied is enrolled where they applied, once they were approved.

    Raises:
        Refused: ``not_approved``, ``other_application`` or ``open_application``.
    """
    application = me.application
    if application is not None:
        mine = survivor_of(now, application.person_id), application.program_id, application.role
        if mine != (command.person_id, command.program_id, command.role):
            raise Refused(
                "somebody else, or for something else, applied under this id", "other_application"
            )
        check_approved(application)
        return
    for found in _open_of(now, command) if now.corrects is None else ():
        raise Refused(
            f"this person's application as {command.role} is {found.stands}: decide about it, and "
            f"enrol them as {found.participant_id}",
            "open_application",
            participant=found.participant_id,
        )


def check_approved(application: Application) -> None:
    """Refuse an enrolment that no approval led to.

    Raises:
        Refused: ``not_approved``.
    """
    if application.stands != "approved":
        raise Refused(
            f"this application is {application.stands}; approve it before enrolling the applicant",
            "not_approved",
        )
