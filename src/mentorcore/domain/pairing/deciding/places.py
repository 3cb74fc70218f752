"""A member's place follows from when the member was there and when the pairing took its places.

So whoever joins late has what everybody has by then, and a correction of who was there, or of when
the pairing paused, ended or went on, sets right what was recorded of the others (INV-06, INV-65).
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import attrs

from mentorcore.domain.aggregate import Decision, Situation
from mentorcore.domain.corrections.companions import amendments, taken_back
from mentorcore.domain.declarations import evolve as evolved
from mentorcore.domain.effective import VersionedEvent, effective, valid_time
from mentorcore.domain.pairing.deciding.membership import has_primary, places_of, places_then
from mentorcore.domain.pairing.events.ending import (
    PairingEnded,
    PairingPaused,
    PairingReopened,
    PairingResumed,
)
from mentorcore.domain.pairing.events.forming import PairingFormed
from mentorcore.domain.pairing.events.members import MemberJoined
from mentorcore.domain.pairing.state import Facts, NotFormed
from mentorcore.domain.pairing.stays import Stay
from mentorcore.domain.participant.events import PairingJoined, PairingLeft
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.program import Program, program_of
from mentorcore.domain.values import ParticipantId, Stream

__all__ = ["Turn", "course", "settled", "turns"]


@attrs.frozen
class Turn:
    """A pairing gave its places back on a day, or took them again.

    Attributes:
        version: The version of what was recorded of it.
        takes: Whether it took them again.
        goes_on: Whether the pairing itself went on, as it does in a pause.
    """

    day: date
    version: int
    takes: bool
    goes_on: bool


def turns(now: Situation, stream: Stream) -> Iterator[Turn]:
    """When a pairing gave its places back and took them again, in order."""
    freed = False
    for placed in effective(now.history[stream]):
        event, version = placed.event, placed.version
        match event:
            case PairingPaused():
                freed = event.frees_place
                if freed:
                    yield Turn(event.since, version, takes=False, goes_on=True)
            case PairingResumed():
                if freed:
                    yield Turn(event.on, version, takes=True, goes_on=True)
            case PairingEnded():
                yield Turn(event.on, version, takes=False, goes_on=False)
            case PairingReopened():
                yield Turn(event.on, version, takes=True, goes_on=True)


def course(
    now: Situation, place: Stream, own: PairingJoined, told: Sequence[Turn]
) -> Iterator[PairingJoined | PairingLeft]:
    """What is recorded of the place of a member who joins, from then on until now.

    A pairing that pauses may have freed its places by then; and what came later, and is recorded
    already, holds for this member as well.

    Args:
        now: The situation.
        place: The stream of the member.
        own: The place that the joining takes, with as many as there are to be in the end.
        told: When the pairing gave its places back and took them again.
    """
    yield evolved(own, places=places_then(now, place, own, own.since))
    before = [turn for turn in told if turn.day < own.since]
    if before and not before[-1].takes:
        # It goes with what was recorded last: the joining, or a pause of an earlier day.
        principal = max(own.principal, before[-1].version)
        yield _freed(own, before[-1], own.since, principal)
    for turn in told:
        if turn.day < own.since:
            continue
        if turn.takes:
            places = places_then(now, place, own, turn.day)
            yield evolved(own, since=turn.day, places=places, principal=turn.version)
        else:
            yield _freed(own, turn, turn.day, turn.version)


def _freed(own: PairingJoined, turn: Turn, until: date, principal: int) -> PairingLeft:
    return PairingLeft(
        pairing_id=own.pairing_id,
        until=until,
        pairing_goes_on=turn.goes_on,
        principal_stream=own.principal_stream,
        principal=principal,
    )


def settled(now: Situation, then: Situation, stream: Stream) -> Decision:
    """What a correction of a pairing changes about places beyond what goes along with its record.

    Members who joined or left meanwhile took, and gave back, what they did because of what is
    corrected; and others have as many places as there are mentees.
    """
    before, after = now.state(stream), then.state(stream)
    if isinstance(before, NotFormed) or isinstance(after, NotFormed):
        return ()
    told = tuple(turns(then, stream))
    decided: list[tuple[Stream, object]] = []
    for participant in {**before.facts.seats, **after.facts.seats}:
        place = Stream(participant)
        if then.has(place) and isinstance(then.state(place), Participant):
            taken = _taken(then, after.facts, participant, told)
            decided.extend(taken)
            decided.extend(_counted(now, then.after(taken), stream, participant))
    return tuple(decided)


def _taken(
    then: Situation, facts: Facts, participant: ParticipantId, told: Sequence[Turn]
) -> Decision:
    """What was recorded of a place because of what the pairing did, as it is to be."""
    place, stays = Stream(participant), _stays(facts, participant)
    over = max((s.until for s in stays if s.until is not None), default=date.min)
    wanted: list[PairingJoined | PairingLeft] = []
    if stays and stays[-1].until is None:
        wanted = list(course(then, place, _own(then, facts, stays[-1]), told))
    versions = {turn.version for turn in told}.union(event.principal for event in wanted)
    found = [
        placed
        for placed in _recorded(then, place, facts)
        if placed.event.principal in versions and _day(placed) >= over
    ]
    again = any(isinstance(p.event, PairingJoined) and _day(p) > over for p in found)
    if stays and not (wanted or again or then.state(place).place_in(facts.pairing_id)):
        return ()  # that it was given back once more, when it was left already, changes nothing
    return tuple((place, event) for event in _replaced(found, wanted))


def _replaced(
    found: Iterable[VersionedEvent], wanted: Iterable[PairingJoined | PairingLeft]
) -> Iterator[object]:
    """What makes of the records of a place others, in their order also within a day."""
    old = {(p.event.principal, type(p.event)): p for p in found}
    gone = [p for p in found if p not in old.values()]
    new: list[object] = []
    last = (date.min, False, 0)
    for right in wanted:
        placed = old.pop((right.principal, type(right)), None)
        day = right.since if isinstance(right, PairingJoined) else right.until
        if placed is None or (day, False, placed.version) < last:
            gone.extend(() if placed is None else (placed,))
            new.append(right)
            last = (day, True, 0)
        else:
            moved = {"since": day} if isinstance(right, PairingJoined) else {"until": day}
            new.extend(amendments(placed, evolved(placed.event, **moved)))
            last = (day, False, placed.version)
    yield from (taken_back(p, "entered_in_error") for p in (*gone, *old.values()))
    yield from new


def _counted(
    now: Situation, then: Situation, stream: Stream, participant: ParticipantId
) -> Decision:
    """As many places as there are, where there were as many before."""
    place = Stream(participant)
    was, there = _count(now, stream, participant), _count(then, stream, participant)
    if there is None or there.right or (was is not None and not was.right):
        return ()
    joined = there.joined.event
    told = evolved(joined, places=joined.places + there.lacking, primary=there.primary)
    return tuple((place, event) for event in amendments(there.joined, told))


@attrs.frozen
class _Count:
    """How many places a member takes, and is to take.

    Attributes:
        joined: With what the place was taken last.
        lacking: How many more it is to be.
        primary: Whether there is a primary mentor, or this is the one.
        right: Whether it is as it should be.
    """

    joined: VersionedEvent
    lacking: int
    primary: bool
    right: bool


def _count(now: Situation, stream: Stream, participant: ParticipantId) -> _Count | None:
    place, facts = now.state(Stream(participant)), now.state(stream).facts
    found = place.place_in(facts.pairing_id)
    if found is None:
        return None
    (*_, joined) = (
        p for p in _recorded(now, Stream(participant), facts) if isinstance(p.event, PairingJoined)
    )
    own = _own(now, facts, _stays(facts, participant)[-1])
    right = (found.places, found.primary) == (own.places, own.primary)
    return _Count(joined, own.places - found.places, own.primary, right)


def _own(now: Situation, facts: Facts, stay: Stay) -> PairingJoined:
    """The place that somebody took by becoming a member, as it would be counted today."""
    stream, member = Stream(facts.pairing_id), stay.member
    program: Program = program_of(now, facts.program_id)
    settings = program.settings_on(stay.since)
    mentee = settings.part(member.role) == "mentee"
    principal = next(
        p.version
        for p in reversed(effective(now.history[stream]))
        if isinstance(p.event, PairingFormed)
        or (isinstance(p.event, MemberJoined) and p.event.participant == member.participant)
    )
    return PairingJoined(
        pairing_id=facts.pairing_id,
        role=member.role,
        primary=member.primary or (mentee and has_primary(facts.members, settings)),
        since=stay.since,
        places=places_of(member, facts.members, settings),
        principal_stream=stream,
        principal=principal,
    )


def _stays(facts: Facts, participant: ParticipantId) -> list[Stay]:
    return [s for s in facts.stays if s.member.participant == participant]


def _day(placed: VersionedEvent) -> date:
    return valid_time(placed.event, placed.recorded_at)[0]


def _recorded(now: Situation, place: Stream, facts: Facts) -> Iterable[VersionedEvent]:
    """What stands of a place in a pairing, but for what others changed about it."""
    for placed in effective(now.history[place]):
        event = placed.event
        if isinstance(event, PairingJoined | PairingLeft) and event.pairing_id == facts.pairing_id:
            yield placed
