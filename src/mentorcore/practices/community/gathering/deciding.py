"""The rules of a gathering: what was shared there is known, and nobody is in two places at once."""

from collections.abc import Mapping
from typing import Any

from mentorcore.practices.community.gathering.events import (
    GatheringAttended,
    GatheringHeld,
    RecordAttendance,
    RecordGathering,
)
from mentorcore.practices.community.gathering.state import Gathering, check_gathering, evolve
from mentorcore.practices.community.guards import check_title, participant_of
from mentorcore.practices.spec import (
    Aggregate,
    Decision,
    MeetingAttended,
    Participant,
    Refused,
    Situation,
    Stream,
    VersionedEvent,
    check_past,
    decides,
    fold,
    moment,
    program_of,
    recorded_as,
    rules_in,
)

__all__ = ["GATHERING"]

LONGEST = 24 * 60
"""Minutes of a day: nobody was somewhere for longer on it."""


def reads(command: Any, seen: Situation) -> tuple[Stream, ...]:
    """The streams that a command about a gathering needs to see, as far as known from *seen*."""
    me = Stream(command.gathering_id)
    if isinstance(command, RecordGathering):
        return (me, Stream(command.program_id), *map(Stream, command.resources))
    if not seen.has(me) or (held := seen.state(me).held) is None:
        return (me,)
    who = Stream(command.participant)
    found = seen.state(who) if seen.has(who) else None
    person = (Stream(found.person_id),) if isinstance(found, Participant) else ()
    return (me, Stream(held.program_id), who, *person)


def decide(now: Situation, command: Any) -> Decision:
    """What a command about a gathering leads to."""
    state: Gathering = now.state(Stream(command.gathering_id))
    return RULES[type(command)](now, state, command)


@decides(RecordGathering)
def hold(now: Situation, state: Gathering, command: RecordGathering) -> Decision:
    """Record what a gathering was, and what was shared there."""
    assert command.gathering_id is not None
    if state.held is not None:
        raise Refused("this gathering is recorded already; amend it instead", "already_recorded")
    program = program_of(now, command.program_id)
    check_title(command.title)
    check_past(now, program, command.until or command.on)
    for resource in command.resources:
        published = now.state(Stream(resource)).published
        if published is None or published.program_id != command.program_id:
            raise Refused(f"the program has no resource {resource}", "no_such_resource")
    if len(set(command.resources)) < len(command.resources):
        raise Refused("a resource is named twice", "resource_twice")
    held = recorded_as(GatheringHeld, command)
    check_gathering(evolve(state, held))
    return ((Stream(command.gathering_id), held),)


@decides(RecordAttendance)
def attend(now: Situation, state: Gathering, command: RecordAttendance) -> Decision:
    """Record who was there, and on the person's own stream the time that it took."""
    if state.held is None:
        raise Refused(f"there is no gathering {command.gathering_id}", "no_such_gathering")
    program = program_of(now, state.held.program_id)
    participant = participant_of(now, state.held.program_id, command.participant)
    held_at, held_on = moment(
        now, program, command.held_at, command.held_on or _day(state, command)
    )
    check_past(now, program, held_on)
    if held_at is not None and held_at > now.now:
        raise Refused("nobody was anywhere in the future", "in_the_future")
    if not 0 < command.minutes <= LONGEST:
        raise Refused(
            f"somebody is there for between 1 and {LONGEST} minutes of a day, "
            f"not {command.minutes}",
            "minutes_out_of_range",
        )
    attended = recorded_as(
        GatheringAttended,
        command,
        held_at=held_at,
        held_on=held_on,
        subjects=(participant.person_id,),
    )
    check_gathering(evolve(state, attended))
    stream = Stream(command.gathering_id)
    if held_at is None:
        return ((stream, attended),)
    person = Stream(participant.person_id)
    other = now.state(person).meeting_during(held_at, command.minutes)
    if other is not None:
        raise Refused(
            "somebody would be at a gathering and in another meeting at once",
            "overlaps",
            meeting=other.meeting_id,
            held_at=other.held_at,
            minutes=other.minutes,
        )
    along = recorded_as(
        MeetingAttended,
        command,
        held_at=held_at,
        pairing_id=None,
        principal_stream=stream,
        principal=now.next_version(stream),
    )
    return ((stream, attended), (person, along))


def _day(state: Gathering, command: RecordAttendance) -> Any:
    """The day of a gathering of one day, where nothing else tells when somebody was there."""
    held = state.held
    assert held is not None
    return held.on if command.held_at is None and held.until in {None, held.on} else None


def restate(
    _now: Situation,
    _stream: Stream,
    _to: Stream,
    placed: VersionedEvent,
    changes: Mapping[str, Any],
) -> Mapping[str, Any]:
    """The day follows from the instant: whichever of the two is corrected decides."""
    if not isinstance(placed.event, GatheringAttended):
        return {}
    if changes.get("held_at") is not None:
        return {"held_on": changes.get("held_on")}
    return {"held_at": None} if "held_on" in changes else {}


def check_standing(
    _now: Situation, _corrected: Stream, _stream: Stream, placed: tuple[VersionedEvent, ...]
) -> None:
    """Refuse a correction after which a gathering's records would not fit together (INV-65)."""
    check_gathering(fold(GATHERING, placed))


RULES = rules_in(globals())

GATHERING: Aggregate[Gathering] = Aggregate(
    kind="gathering",
    initial=Gathering(),
    evolve=evolve,
    events=(GatheringHeld, GatheringAttended),
    commands=tuple(RULES),
    id_field="gathering_id",
    reads=reads,
    decide=decide,
    restate=restate,
    consistent=check_standing,
)
