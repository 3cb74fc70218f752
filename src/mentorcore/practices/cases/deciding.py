"""The rules of a case: who handles it, what it arises from, and how it comes to its end (INV-79).

A case is confidential: whoever it is about does not handle it, and what it says is sealed under the
keys of the people whom it is about, so that it closes with them. Of one thing there is one case: on
the pairing in which it arose stands a companion, on which two that open one at once meet.
"""

from collections.abc import Iterable
from typing import Any

from mentorcore.practices.cases.causes import check_cause, named_cause
from mentorcore.practices.cases.events import (
    ActOnCase,
    CaseActedOn,
    CaseClosed,
    CaseEscalated,
    CaseHandlerNamed,
    CaseHandlerReleased,
    CaseOpened,
    CloseCase,
    EscalateCase,
    NameCaseHandler,
    OpenCase,
    OpenCaseFromMismatch,
    OpenCaseFromRelation,
    ReleaseCaseHandler,
)
from mentorcore.practices.cases.state import Case, check_case, evolve, keepers
from mentorcore.practices.spec import (
    Aggregate,
    CaseRaised,
    Decision,
    Guard,
    NotFormed,
    OpenNotesForCase,
    Participant,
    PersonId,
    Program,
    Refused,
    Situation,
    Stream,
    VersionedEvent,
    check_past,
    decides,
    fold,
    is_blank,
    lives,
    program_of,
    recorded_as,
    rules_in,
)

FROM = OpenCaseFromMismatch | OpenCaseFromRelation


def reads(command: Any, seen: Situation) -> tuple[Stream, ...]:
    """The streams that a command about a case needs to see, as far as known from *seen*."""
    me = Stream(command.case_id)
    if isinstance(command, OpenCase | FROM):
        return (me, *_opening_reads(command, seen))
    if not seen.has(me) or (opened := seen.state(me).opened) is None:
        return (me,)
    persons = [*opened.subjects, *opened.participants]
    if isinstance(command, NameCaseHandler):
        persons += _ids(seen, [command.handler, *opened.subjects])
    return (me, Stream(opened.program_id), *dict.fromkeys(map(Stream, persons)))


def _opening_reads(command: Any, seen: Situation) -> tuple[Stream, ...]:
    found: dict[Stream, None] = {}
    if isinstance(command, OpenCase):
        found[Stream(command.program_id)] = None
    if command.pairing_id is not None:
        found[pairing := Stream(command.pairing_id)] = None
        if seen.has(pairing) and not isinstance(seen.state(pairing), NotFormed):
            facts = seen.state(pairing).facts
            found[Stream(facts.program_id)] = None
            if isinstance(command, FROM):
                found.update(dict.fromkeys(map(Stream, facts.seats)))
    if isinstance(command, OpenCase):
        found.update(dict.fromkeys(map(Stream, command.participants)))
        if command.cause is not None:
            found[Stream(command.cause.pairing_id)] = None
    persons = [*command.handlers, *_about(command, seen)]
    if command.opened_by is not None:
        persons.append(command.opened_by)
    found.update(dict.fromkeys(map(Stream, _ids(seen, persons))))
    return tuple(found)


def _ids(seen: Situation, persons: Iterable[PersonId]) -> list[PersonId]:
    """Persons, and all with whom they were merged, as far as known."""
    return [one for person in persons for one in (person, *lives(seen, person))]


def _about(command: Any, seen: Situation) -> tuple[PersonId, ...]:
    """The persons whom a case is to be about, as far as known."""
    found: dict[PersonId, None] = {}
    for participant in getattr(command, "participants", ()):
        me = Stream(participant)
        if seen.has(me) and isinstance(state := seen.state(me), Participant):
            found[state.person_id] = None
    if command.pairing_id is not None and seen.has(pairing := Stream(command.pairing_id)):
        state = seen.state(pairing)
        if not isinstance(state, NotFormed):
            found.update(dict.fromkeys(state.facts.persons))
    return tuple(found)


def decide(now: Situation, command: Any) -> Decision:
    """What a command about a case leads to."""
    state: Case = now.state(stream := Stream(command.case_id))
    if isinstance(command, OpenCase | FROM):
        if state.opened is not None:
            raise Refused("this case is open already", "already_open")
        return _open(now, stream, named_cause(now, command))
    if state.opened is None:
        raise Refused(f"there is no case {command.case_id}", "no_such_case")
    program = program_of(now, state.opened.program_id)
    event = RULES[type(command)](now, state, program, command)
    check_case(evolve(state, event))
    return ((stream, event),)


@decides(OpenCase, OpenCaseFromMismatch, OpenCaseFromRelation)
def _open(now: Situation, stream: Stream, command: OpenCase) -> Decision:
    """Say that something needs an answer; of one thing there is one case."""
    program = program_of(now, command.program_id)
    check_past(now, program, command.on)
    _check_concerned(now, command)
    for person in (*command.handlers, *([command.opened_by] if command.opened_by else [])):
        _check_person(now, person)
    about = _about(command, now)
    for handler in command.handlers:
        _check_handler(now, handler, about)
    _check_text(command.text)
    subjects = about or ((command.opened_by,) if command.opened_by else ())
    if command.text is not None and not subjects:
        raise Refused(
            "what a case says is sealed under somebody's key; name whom it is about, or who opens "
            "it",
            "nobody_named",
        )
    told = recorded_as(CaseOpened, command, subjects=subjects)
    check_case(Case(opened=told))
    if command.cause is None:
        return ((stream, told),)
    check_cause(now, stream, command)
    raised = recorded_as(
        CaseRaised,
        command,
        principal_stream=stream,
        principal=now.next_version(stream),
    )
    return ((stream, told), (Stream(command.cause.pairing_id), raised))


def _check_concerned(now: Situation, command: OpenCase) -> None:
    """Whom and what it is about is of the program."""
    for participant in command.participants:
        state = now.state(Stream(participant))
        if not isinstance(state, Participant) or state.program_id != command.program_id:
            raise Refused(f"the program has no participant {participant}", "no_such_participant")
    if command.pairing_id is None:
        return
    pairing = now.state(Stream(command.pairing_id))
    if isinstance(pairing, NotFormed) or pairing.facts.program_id != command.program_id:
        raise Refused(f"the program has no pairing {command.pairing_id}", "no_such_pairing")


def _check_person(now: Situation, person: PersonId) -> None:
    if not now.state(Stream(person)).registered:
        raise Refused(f"there is no person {person}", "no_such_person")


def _check_handler(now: Situation, handler: PersonId, about: Iterable[PersonId]) -> None:
    """Nobody handles a case that is about them, by whatever id."""
    theirs = set(lives(now, handler))
    if any(not theirs.isdisjoint(lives(now, person)) for person in about):
        raise Refused("whoever a case is about does not handle it", "handles_own_case")


def _check_text(stated: Any) -> None:
    if is_blank(stated):
        raise Refused("the text of a case says nothing; leave it out", "empty_text")


@decides(NameCaseHandler)
def _name(now: Situation, state: Case, program: Program, command: NameCaseHandler) -> Any:
    """Somebody handles the case from now on; be it closed, which they may reopen."""
    check_past(now, program, command.on)
    _check_person(now, command.handler)
    _check_handler(now, command.handler, state.concerned)
    return recorded_as(CaseHandlerNamed, command)


@decides(ReleaseCaseHandler)
def _release(now: Situation, _state: Case, program: Program, command: ReleaseCaseHandler) -> Any:
    """Somebody handles the case no longer."""
    check_past(now, program, command.on)
    return recorded_as(CaseHandlerReleased, command)


@decides(EscalateCase)
def _escalate(now: Situation, state: Case, program: Program, command: EscalateCase) -> Any:
    """Hand the case up."""
    return _step(now, state, program, command, CaseEscalated)


@decides(ActOnCase)
def _act(now: Situation, state: Case, program: Program, command: ActOnCase) -> Any:
    """Say what was done, wherever that can be sealed."""
    assert state.opened is not None
    if command.text is None and state.opened.subjects:
        raise Refused("say what was done about the case", "empty_text")
    return _step(now, state, program, command, CaseActedOn)


def _step(now: Situation, state: Case, program: Program, command: Any, told: type) -> Any:
    assert state.opened is not None
    check_past(now, program, command.on)
    _check_text(command.text)
    subjects = state.opened.subjects
    if command.text is not None and not subjects:
        raise Refused("this case names nobody under whose key a text is sealed", "nobody_named")
    return recorded_as(told, command, subjects=subjects)


@decides(CloseCase)
def _close(now: Situation, state: Case, program: Program, command: CloseCase) -> Any:
    """Say what came of it."""
    if state.closed is not None:
        raise Refused(f"this case was closed on {state.closed.on}", "case_closed")
    check_past(now, program, command.on)
    return recorded_as(CaseClosed, command)


def check_standing(
    _now: Situation, _corrected: Stream, _stream: Stream, placed: tuple[VersionedEvent, ...]
) -> None:
    """Refuse a correction after which a case's records would not fit together (INV-65)."""
    check_case(fold(AGGREGATE, placed))


def _subjects(_stream: Stream, state: Case, _event: Any) -> tuple[PersonId, ...]:
    return () if state.opened is None else state.opened.subjects


RULES = rules_in(globals())

AGGREGATE: Aggregate[Case] = Aggregate(
    kind="case",
    initial=Case(),
    evolve=evolve,
    events=(
        CaseOpened,
        CaseHandlerNamed,
        CaseHandlerReleased,
        CaseEscalated,
        CaseActedOn,
        CaseClosed,
    ),
    commands=tuple(RULES),
    id_field="case_id",
    reads=reads,
    decide=decide,
    subjects=_subjects,
    keepers=keepers,
    consistent=check_standing,
    rests_on_streams=("pairing",),
)


def _case_of(command: OpenNotesForCase, _seen: Situation) -> tuple[Stream, ...]:
    return (Stream(command.case_id),)


def _check_open(now: Situation, command: OpenNotesForCase) -> None:
    """Notes are opened for a case of the same program that is open on that day (INV-79)."""
    state: Case = now.state(Stream(command.case_id))
    pairing = now.state(Stream(command.pairing_id))
    if isinstance(pairing, NotFormed):  # the rules of the core say so
        return
    if state.opened is None or state.opened.program_id != pairing.facts.program_id:
        raise Refused(f"there is no case {command.case_id}", "no_such_case")
    if command.on < state.opened.on:
        raise Refused(f"this case was opened on {state.opened.on} only", "before_the_case")
    if state.closed is not None and command.on > state.closed.on:
        raise Refused(f"this case was closed on {state.closed.on}", "case_closed")


GUARDS = (Guard(OpenNotesForCase, _case_of, _check_open),)
"""What narrows the opening of notes for a case."""
