"""The rules of a resource: what may be said of it, who is asked to use it, and until when."""

from typing import Any

from mentorcore.practices.community.events import (
    AssignResource,
    PublishResource,
    RecordResourceUse,
    ResourceAssigned,
    ResourcePublished,
    ResourceRetired,
    ResourceRevised,
    ResourceUsed,
    RetireResource,
    ReviseResource,
)
from mentorcore.practices.community.guards import (
    check_audience,
    check_pointer,
    check_title,
    participant_of,
)
from mentorcore.practices.community.state import Resource, check_resource, evolve
from mentorcore.practices.spec import (
    Aggregate,
    Decision,
    Program,
    ProgramId,
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

__all__ = ["RESOURCE"]


def reads(command: Any, seen: Situation) -> tuple[Stream, ...]:
    """The streams that a command about a resource needs to see, as far as known from *seen*."""
    me = Stream(command.resource_id)
    if isinstance(command, PublishResource):
        return (me, Stream(command.program_id))
    if not seen.has(me) or (published := seen.state(me).published) is None:
        return (me,)
    who = getattr(command, "participant", None)
    return (me, Stream(published.program_id), *(() if who is None else (Stream(who),)))


def decide(now: Situation, command: Any) -> Decision:
    """What a command about a resource leads to."""
    state: Resource = now.state(stream := Stream(command.resource_id))
    if isinstance(command, PublishResource):
        if state.published is not None:
            raise Refused("this resource is published already", "already_published")
        program = program_of(now, command.program_id)
    elif state.published is None:
        raise Refused(f"there is no resource {command.resource_id}", "no_such_resource")
    else:
        program = program_of(now, state.published.program_id)
    check_past(now, program, command.on)
    told = RULES[type(command)](now, state, program, command)
    for event in told:
        check_resource(evolve(state, event))
    return tuple((stream, event) for event in told)


@decides(PublishResource)
def publish(
    _now: Situation, _state: Resource, program: Program, command: PublishResource
) -> tuple[Any, ...]:
    """Make a resource available."""
    check_title(command.title)
    check_pointer(command.pointer)
    check_audience(program, command.cohort_id)
    return (recorded_as(ResourcePublished, command),)


@decides(ReviseResource)
def revise(
    _now: Situation, _state: Resource, _program: Program, command: ReviseResource
) -> tuple[Any, ...]:
    """Say what of a resource is otherwise now."""
    check_title(command.title)
    check_pointer(command.pointer)
    return (recorded_as(ResourceRevised, command),)


@decides(RetireResource)
def retire(
    _now: Situation, state: Resource, _program: Program, command: RetireResource
) -> tuple[Any, ...]:
    """Take a resource out of use."""
    if state.retired is not None:
        raise Refused(f"this resource was retired on {state.retired.on}", "resource_retired")
    return (recorded_as(ResourceRetired, command),)


@decides(AssignResource)
def assign(
    now: Situation, state: Resource, _program: Program, command: AssignResource
) -> tuple[Any, ...]:
    """Ask a participant to go through a resource that is not retired."""
    participant_of(now, _program_id(state), command.participant)
    if state.retired is not None and command.on >= state.retired.on:
        raise Refused(f"this resource was retired on {state.retired.on}", "resource_retired")
    return (recorded_as(ResourceAssigned, command),)


@decides(RecordResourceUse)
def use(
    now: Situation, state: Resource, _program: Program, command: RecordResourceUse
) -> tuple[Any, ...]:
    """Record that a participant opened a resource; a day counts once."""
    participant_of(now, _program_id(state), command.participant)
    used = recorded_as(ResourceUsed, command)
    return () if used in state.used else (used,)


def _program_id(state: Resource) -> ProgramId:
    assert state.published is not None
    return state.published.program_id


def check_standing(
    _now: Situation, _corrected: Stream, _stream: Stream, placed: tuple[VersionedEvent, ...]
) -> None:
    """Refuse a correction after which a resource's records would not fit together (INV-65)."""
    check_resource(fold(RESOURCE, placed))


RULES = rules_in(globals())

RESOURCE: Aggregate[Resource] = Aggregate(
    kind="resource",
    initial=Resource(),
    evolve=evolve,
    events=(
        ResourcePublished,
        ResourceRevised,
        ResourceRetired,
        ResourceAssigned,
        ResourceUsed,
    ),
    commands=tuple(RULES),
    id_field="resource_id",
    reads=reads,
    decide=decide,
    consistent=check_standing,
)
