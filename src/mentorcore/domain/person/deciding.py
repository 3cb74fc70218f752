"""A human being enters once and keeps one id through new names, addresses and posts.

What is known about a person stands sealed under that person's key; the stream also collects, as
companions, the enrolments and the meetings of all programs, since nobody can enrol twice in the
same place or sit in two meetings at once (INV-01, INV-23).
"""

from datetime import date, timedelta
from typing import get_args

from mentorcore.domain.decider import Aggregate, Decision, Situation, is_blank, is_zone
from mentorcore.domain.person.commands import (
    ChangePersonDetails,
    LinkExternalIdentity,
    PersonCommand,
    RecordCredential,
    RecordEmployment,
    RecordReportingLine,
    RegisterPerson,
)
from mentorcore.domain.person.events import (
    EVENTS,
    CredentialRecorded,
    EmploymentRecorded,
    ExternalIdentityLinked,
    Line,
    PersonDetailsChanged,
    PersonRegistered,
    ReportingLineRecorded,
)
from mentorcore.domain.person.state import Person, evolve
from mentorcore.domain.values import (
    PersonId,
    Stream,
)
from mentorcore.errors import Refused


def reads(command: PersonCommand, _seen: Situation) -> tuple[Stream, ...]:
    """The streams that a command about a person needs to see."""
    assert command.person_id is not None
    me = Stream(command.person_id)
    if isinstance(command, RecordReportingLine):
        return (me, Stream(command.superior))
    return (me,)


def decide(now: Situation, command: PersonCommand) -> Decision:
    """What a command about a person leads to."""
    assert command.person_id is not None
    stream, person = Stream(command.person_id), command.person_id
    state: Person = now.state(stream)
    match command:
        case RegisterPerson():
            if state.registered:
                raise Refused("this person is registered already", "already_registered")
            if command.time_zone is not None and not is_zone(command.time_zone):
                raise Refused(f"there is no time zone {command.time_zone!r}", "no_such_zone")
            _check_name(command.name)
            return ((stream, _registered(command, person)),)
        case _ if not state.registered:
            raise Refused(f"nobody is registered under {person}", "no_such_person")
        case ChangePersonDetails():
            if command.name is None and command.contact is None:
                return ()
            _check_name(command.name)
            return ((stream, _changed(command, person)),)
        case LinkExternalIdentity():
            if is_blank(command.value):
                raise Refused("an identity elsewhere is not empty", "empty_text")
            linked = ExternalIdentityLinked(
                scheme=command.scheme,
                assurance=command.assurance,
                value=command.value,
                subjects=(person,),
            )
            return ((stream, linked),)
        case RecordEmployment():
            return ((stream, _employed(command, person)),)
        case RecordCredential():
            return ((stream, _credential(now, command, person)),)
        case _:
            return _line(now, command, stream)


AHEAD = timedelta(hours=14)
"""A person has no time zone of a program: what is past in the most advanced one is past."""


def _check_name(name: object) -> None:
    if is_blank(name):
        raise Refused("a person's name is empty; leave it out if it is not known", "empty_text")


def _registered(command: RegisterPerson, person: PersonId) -> PersonRegistered:
    return PersonRegistered(
        person_id=person,
        name=command.name,
        contact=command.contact,
        locale=command.locale,
        time_zone=command.time_zone,
        subjects=(person,),
    )


def _changed(command: ChangePersonDetails, person: PersonId) -> PersonDetailsChanged:
    return PersonDetailsChanged(
        since=command.since, name=command.name, contact=command.contact, subjects=(person,)
    )


def _employed(command: RecordEmployment, person: PersonId) -> EmploymentRecorded:
    _in_order(command.since, command.until)
    if not 0 < command.fte_percent <= 100:  # noqa: PLR2004 - a full-time post is 100 percent
        raise Refused("a post has between 1 and 100 percent of full time", "fte_out_of_range")
    return EmploymentRecorded(
        since=command.since,
        until=command.until,
        fte_percent=command.fte_percent,
        leadership_level=command.leadership_level,
        institution=command.institution,
        unit=command.unit,
        post=command.post,
        teaches=command.teaches,
        grade_levels=command.grade_levels,
        subjects=(person,),
    )


def _credential(now: Situation, command: RecordCredential, person: PersonId) -> CredentialRecorded:
    _in_order(command.issued_on, command.expires_on)
    if command.issued_on > (now.now + AHEAD).date():
        raise Refused(f"{command.issued_on} is in the future", "in_the_future")
    return CredentialRecorded(
        kind=command.kind,
        area=command.area,
        issued_on=command.issued_on,
        level=command.level,
        expires_on=command.expires_on,
        issuer=command.issuer,
        subjects=(person,),
    )


def _line(now: Situation, command: RecordReportingLine, stream: Stream) -> Decision:
    _in_order(command.since, command.until)
    if command.superior == command.person_id:
        raise Refused("nobody answers to themself", "same_person")
    if not now.state(Stream(command.superior)).registered:
        raise Refused(f"nobody is registered under {command.superior}", "no_such_person")
    state: Person = now.state(stream)
    known = Line(
        superior=command.superior, kind=command.kind, since=command.since, until=command.until
    )
    if known in state.lines:
        return ()
    line = ReportingLineRecorded(
        superior=command.superior, kind=command.kind, since=command.since, until=command.until
    )
    return ((stream, line),)


def _in_order(since: date, until: date | None) -> None:
    if until is not None and until <= since:
        raise Refused(f"it would end on {until}, before it begins on {since}", "ends_before_start")


AGGREGATE: Aggregate[Person] = Aggregate(
    kind="person",
    initial=Person(),
    evolve=evolve,
    events=EVENTS,
    commands=get_args(PersonCommand),
    id_field="person_id",
    reads=reads,
    decide=decide,
)
