"""A human being enters once and keeps one id through new names, addresses and posts.

What is known about a person stands sealed under that person's key; the stream also collects, as
companions, the enrolments and the meetings of all programs, since nobody can enrol twice in the
same place or sit in two meetings at once (INV-01, INV-23).
"""

from datetime import date, timedelta
from typing import Any

from mentorcore.domain.aggregate import (
    Aggregate,
    Decision,
    Situation,
    decides,
    events_in,
    fold,
    is_blank,
    is_zone,
    rules_in,
)
from mentorcore.domain.declarations import recorded_as
from mentorcore.domain.effective import VersionedEvent
from mentorcore.domain.person import events as person_events
from mentorcore.domain.person import merge_events
from mentorcore.domain.person.events import (
    ChangePersonDetails,
    CredentialRecorded,
    EmploymentOutcomeRecorded,
    EmploymentRecorded,
    ExternalIdentityLinked,
    Line,
    LinkExternalIdentity,
    PersonDetailsChanged,
    PersonRegistered,
    RecordCredential,
    RecordEmployment,
    RecordEmploymentOutcome,
    RecordReportingLine,
    RegisterPerson,
    ReportingLineRecorded,
)
from mentorcore.domain.person.merge_events import MergePersons
from mentorcore.domain.person.merging import check_takes_facts, lives, merge, merge_reads
from mentorcore.domain.person.state import Person, evolve
from mentorcore.domain.values import (
    PersonId,
    Stream,
)
from mentorcore.errors import Refused


def reads(command: Any, seen: Situation) -> tuple[Stream, ...]:
    """The streams that a command about a person needs to see."""
    if isinstance(command, MergePersons):
        return merge_reads(command, seen)
    people = [command.person_id]
    if isinstance(command, RecordReportingLine):
        people.append(command.superior)
    found = (*map(Stream, people), *(Stream(one) for p in people for one in lives(seen, p)))
    return tuple(dict.fromkeys(found))


def decide(now: Situation, command: Any) -> Decision:
    """What a command about a person leads to."""
    person = command.survivor if isinstance(command, MergePersons) else command.person_id
    stream = Stream(person)
    state: Person = now.state(stream)
    if isinstance(command, RegisterPerson):
        if state.registered:
            raise Refused("this person is registered already", "already_registered")
    elif not state.registered:
        raise Refused(f"nobody is registered under {person}", "no_such_person")
    if isinstance(command, MergePersons):
        return merge(now, state, command, person) or ()
    check_takes_facts(now, person)
    event = RULES[type(command)](now, state, command, person)
    return () if event is None else ((stream, event),)


AHEAD = timedelta(hours=14)
"""A person has no time zone of a program: what is past in the most advanced one is past."""


def _check_name(name: object) -> None:
    if is_blank(name):
        raise Refused("a person's name is empty; leave it out if it is not known", "empty_text")


@decides(RegisterPerson)
def _register(
    _now: Situation, _state: Person, command: RegisterPerson, person: PersonId
) -> PersonRegistered:
    if command.time_zone is not None and not is_zone(command.time_zone):
        raise Refused(f"there is no time zone {command.time_zone!r}", "no_such_zone")
    _check_name(command.name)
    return recorded_as(PersonRegistered, command, subjects=(person,))


@decides(ChangePersonDetails)
def _change(
    _now: Situation, _state: Person, command: ChangePersonDetails, person: PersonId
) -> PersonDetailsChanged | None:
    if command.name is None and command.contact is None:
        return None
    _check_name(command.name)
    return recorded_as(PersonDetailsChanged, command, subjects=(person,))


@decides(LinkExternalIdentity)
def _link(
    _now: Situation, _state: Person, command: LinkExternalIdentity, person: PersonId
) -> ExternalIdentityLinked:
    if is_blank(command.value):
        raise Refused("an identity elsewhere is not empty", "empty_text")
    return recorded_as(ExternalIdentityLinked, command, subjects=(person,))


@decides(RecordEmployment)
def _employ(
    _now: Situation, _state: Person, command: RecordEmployment, person: PersonId
) -> EmploymentRecorded:
    _in_order(command.since, command.until)
    if not 0 < command.fte_percent <= 100:  # noqa: PLR2004 - a full-time post is 100 percent
        raise Refused("a post has between 1 and 100 percent of full time", "fte_out_of_range")
    return recorded_as(EmploymentRecorded, command, subjects=(person,))


@decides(RecordCredential)
def _credential(
    now: Situation, _state: Person, command: RecordCredential, person: PersonId
) -> CredentialRecorded:
    _in_order(command.issued_on, command.expires_on)
    if command.issued_on > (now.now + AHEAD).date():
        raise Refused(f"{command.issued_on} is in the future", "in_the_future")
    return recorded_as(CredentialRecorded, command, subjects=(person,))


@decides(RecordEmploymentOutcome)
def _outcome(
    now: Situation, state: Person, command: RecordEmploymentOutcome, _person: PersonId
) -> EmploymentOutcomeRecorded | None:
    if command.on > (now.now + AHEAD).date():
        raise Refused(f"{command.on} is in the future", "in_the_future")
    before = state.outcomes.get((command.on, command.level))
    if before == command.outcome and now.corrects is None:
        return None
    if before is not None and before != command.outcome:
        raise Refused(
            f"at the level of the {command.level}, {before} is recorded for {command.on} already; "
            "amend that record, or say of which later day this is",
            "other_outcome",
        )
    return recorded_as(EmploymentOutcomeRecorded, command)


@decides(RecordReportingLine)
def _line(
    now: Situation, state: Person, command: RecordReportingLine, person: PersonId
) -> ReportingLineRecorded | None:
    _in_order(command.since, command.until)
    if command.superior == person:
        raise Refused("nobody answers to themself", "same_person")
    if not now.state(Stream(command.superior)).registered:
        raise Refused(f"nobody is registered under {command.superior}", "no_such_person")
    check_takes_facts(now, command.superior)
    if recorded_as(Line, command) in state.lines:
        return None
    return recorded_as(ReportingLineRecorded, command)


def _in_order(since: date, until: date | None) -> None:
    if until is not None and until <= since:
        raise Refused(f"it would end on {until}, before it begins on {since}", "ends_before_start")


def _subjects(stream: Stream, _state: Person, _event: Any) -> tuple[PersonId, ...]:
    return (PersonId(stream),)


def _consistent(
    now: Situation, corrected: Stream, stream: Stream, placed: tuple[VersionedEvent, ...]
) -> None:
    """Refuse to take a merge back, or bring one back, while a later one rests on it (INV-62)."""
    before: Person = now.state(stream)
    after = fold(AGGREGATE, placed)
    if stream == corrected and after.merged_into and after.absorbed != before.absorbed:
        raise Refused(
            f"{stream} was merged into {after.merged_into} since; retract that merge first",
            "others_rest_on_it",
        )


RULES = rules_in(globals())

AGGREGATE: Aggregate[Person] = Aggregate(
    kind="person",
    initial=Person(),
    evolve=evolve,
    events=events_in("person", vars(person_events), vars(merge_events)),
    commands=tuple(RULES),
    id_field="person_id",
    reads=reads,
    decide=decide,
    subjects=_subjects,
    consistent=_consistent,
    misplaced="wrong_person",
)
