"""The rules of a case: who may be named in it, and how it comes to its end."""

from typing import Any

from mentorcore.practices.cases.events import CaseClosed, CaseOpened, CloseCase, OpenCase
from mentorcore.practices.cases.state import Case, check_case, evolve
from mentorcore.practices.spec import (
    Aggregate,
    Decision,
    Program,
    Refused,
    Situation,
    Stream,
    VersionedEvent,
    check_past,
    decides,
    fold,
    program_of,
    recorded_as,
    rules_in,
)


def reads(command: Any, seen: Situation) -> tuple[Stream, ...]:
    """The streams that a command about a case needs to see, as far as known from *seen*."""
    me = Stream(command.case_id)
    if isinstance(command, OpenCase):
        return (me, Stream(command.program_id), Stream(command.opened_by))
    if not seen.has(me) or (opened := seen.state(me).opened) is None:
        return (me,)
    return (me, Stream(opened.program_id))


def decide(now: Situation, command: Any) -> Decision:
    """What a command about a case leads to."""
    state: Case = now.state(stream := Stream(command.case_id))
    if isinstance(command, OpenCase):
        if state.opened is not None:
            raise Refused("this case is open already", "already_open")
        program = program_of(now, command.program_id)
    elif state.opened is None:
        raise Refused(f"there is no case {command.case_id}", "no_such_case")
    else:
        program = program_of(now, state.opened.program_id)
    told = RULES[type(command)](now, state, program, command)
    return tuple((stream, event) for event in told)


@decides(OpenCase)
def open_case(now: Situation, _state: Case, program: Program, command: OpenCase) -> tuple[Any, ...]:
    """Say that something needs an answer."""
    check_past(now, program, command.on)
    person = now.state(Stream(command.opened_by))
    if not person.registered:
        raise Refused(f"there is no person {command.opened_by}", "no_such_person")
    opened = recorded_as(CaseOpened, command)
    check_case(Case(opened=opened))
    return (opened,)


@decides(CloseCase)
def close(now: Situation, state: Case, program: Program, command: CloseCase) -> tuple[Any, ...]:
    """Say what came of it."""
    if state.closed is not None:
        raise Refused(f"this case was closed on {state.closed.on}", "case_closed")
    check_past(now, program, command.on)
    closed = recorded_as(CaseClosed, command)
    check_case(evolve(state, closed))
    return (closed,)


def check_standing(
    _now: Situation, _corrected: Stream, _stream: Stream, placed: tuple[VersionedEvent, ...]
) -> None:
    """Refuse a correction after which a case's records would not fit together (INV-65)."""
    check_case(fold(AGGREGATE, placed))


RULES = rules_in(globals())

AGGREGATE: Aggregate[Case] = Aggregate(
    kind="case",
    initial=Case(),
    evolve=evolve,
    events=(CaseOpened, CaseClosed),
    commands=tuple(RULES),
    id_field="case_id",
    reads=reads,
    decide=decide,
    consistent=check_standing,
)
