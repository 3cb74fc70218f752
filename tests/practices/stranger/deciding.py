"""The rules of visits: of a pairing that was formed, once at a time, and followed up afterwards."""

from typing import Any

import attrs
from practices.stranger.events import FollowUpVisit, MakeVisit, VisitFollowedUp, VisitMade

from mentorcore.practices.spec import (
    Aggregate,
    Decision,
    MeetingAttended,
    NotFormed,
    Refused,
    Situation,
    Stream,
)


@attrs.frozen
class Visit:
    """A visit, or nothing yet."""

    made: VisitMade | None = None
    minutes: int = 0


def evolve(state: Visit, event: Any) -> Visit:
    match event:
        case VisitMade():
            return attrs.evolve(state, made=event, minutes=state.minutes + event.minutes)
        case VisitFollowedUp():
            return attrs.evolve(state, minutes=state.minutes + event.minutes)
        case _:
            return state


def reads(command: Any, seen: Situation) -> tuple[Stream, ...]:
    me = Stream(command.visit_id)
    if isinstance(command, FollowUpVisit):
        return (me,)
    pairing = Stream(command.pairing_id)
    if not seen.has(pairing) or isinstance(seen.state(pairing), NotFormed):
        return (me, pairing)
    person = seen.state(pairing).facts.person_of(command.visited)
    return (me, pairing, *([] if person is None else [Stream(person)]))


def decide(now: Situation, command: Any) -> Decision:
    stream = Stream(command.visit_id)
    visit: Visit = now.state(stream)
    if isinstance(command, FollowUpVisit):
        if visit.made is None or command.on < visit.made.on:
            raise Refused("nothing was visited by then", "no_such_visit")
        return ((stream, VisitFollowedUp(on=command.on, minutes=command.minutes)),)
    return _made(now, command, stream, visit)


def _made(now: Situation, command: MakeVisit, stream: Stream, visit: Visit) -> Decision:
    if visit.made is not None:
        raise Refused("this visit was made already", "already_made")
    if command.minutes < 1:
        raise Refused("a visit takes a minute at least", "too_short")
    pairing = now.state(Stream(command.pairing_id))
    if isinstance(pairing, NotFormed):
        raise Refused(f"there is no pairing {command.pairing_id}", "no_such_pairing")
    person = pairing.facts.person_of(command.visited)
    if person is None:
        raise Refused("who is visited is a member of the pairing", "not_a_member")
    assert command.visit_id is not None
    assert command.meeting_id is not None
    held = command.held_at
    if held is not None and now.state(Stream(person)).meeting_during(held, command.minutes):
        raise Refused("who is visited is in a meeting at that time", "overlaps")
    made = VisitMade(
        visit_id=command.visit_id,
        program_id=pairing.facts.program_id,
        pairing_id=command.pairing_id,
        visited=command.visited,
        meeting_id=command.meeting_id,
        on=command.on,
        held_at=held,
        minutes=command.minutes,
        subjects=(person,),
        note=command.note,
    )
    if held is None:
        return ((stream, made),)
    attended = MeetingAttended(
        meeting_id=command.meeting_id,
        pairing_id=command.pairing_id,
        held_at=held,
        minutes=command.minutes,
        principal_stream=stream,
        principal=now.next_version(stream),
    )
    return ((stream, made), (Stream(person), attended))


AGGREGATE: Aggregate[Visit] = Aggregate(
    kind="acme-visit",
    initial=Visit(),
    evolve=evolve,
    events=(VisitMade, VisitFollowedUp),
    commands=(MakeVisit, FollowUpVisit),
    id_field="visit_id",
    reads=reads,
    decide=decide,
    members=lambda founding: (founding.visited,),
    rests_on_streams=("pairing",),
)
