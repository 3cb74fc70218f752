"""Members join a pairing that is there already, and leave one that goes on without them.

A pairing keeps the size and the parts of its shape on every day (INV-17); whoever joins or leaves
takes and gives back places like at its beginning and end (INV-06, INV-12, INV-13).
"""

from datetime import date

from mentorcore.domain.aggregate import Decision, Situation, decides
from mentorcore.domain.declarations import recorded_as
from mentorcore.domain.effective import effective
from mentorcore.domain.pairing.deciding.forming import (
    check_enrolment,
    check_lines,
    check_mismatch,
    check_readiness,
    check_shape,
    check_size,
)
from mentorcore.domain.pairing.deciding.life import check_day, check_life, check_members
from mentorcore.domain.pairing.deciding.membership import enrolled, has_primary, places_of
from mentorcore.domain.pairing.deciding.places import course, turns
from mentorcore.domain.pairing.deciding.together import check_together
from mentorcore.domain.pairing.events.forming import Member
from mentorcore.domain.pairing.events.members import MemberJoined, MemberLeft, SubstituteNamed
from mentorcore.domain.pairing.events.membership import AddMember, NameSubstitute, RemoveMember
from mentorcore.domain.pairing.state import (
    EndedPairing,
    FormedPairing,
    NotFormed,
    Pairing,
    PausedPairing,
    evolve,
)
from mentorcore.domain.participant.events import PairingJoined, PairingLeft, PlaceChanged
from mentorcore.domain.participant.places import check_place, check_primary, whole_person
from mentorcore.domain.program import Program, check_past
from mentorcore.domain.settings import ADVISING, MENTORING, SUPPORTED, Settings
from mentorcore.domain.values import Code, Stream
from mentorcore.errors import Refused

__all__ = ["add", "check_sizes", "left_behind", "remove"]


@decides(AddMember)
def add(now: Situation, state: Pairing, program: Program, command: AddMember) -> Decision:
    """Let somebody join a pairing, by the rules under which it could have been formed so."""
    assert not isinstance(state, NotFormed)
    facts, since, settings = state.facts, command.since, program.settings_on(command.since)
    check_past(now, program, since)
    check_day(state, since, "a member")
    newcomer = enrolled(now, command.participant)
    role = newcomer.role if command.role is None else command.role
    member = Member(participant=command.participant, role=Code(role), primary=command.primary)
    if member.role != newcomer.role:
        raise Refused(
            f"a member is enrolled as {newcomer.role}, not {member.role}",
            "role_differs",
            participant=command.participant,
        )
    if member.primary and settings.part(role) not in MENTORING:
        raise Refused("only a mentor can be primary", "shape_broken")
    named = _named(command, settings)
    there = [s for s in facts.stays if s.until is None or since < s.until]
    if mine := next((s for s in there if s.member.participant == command.participant), None):
        if (mine.member, mine.since) == (member, since):
            known = named is None or mine.substitute_until == named.until
            return () if known else ((Stream(facts.pairing_id), named),)
        raise Refused(
            f"this participant is a member since {mine.since}",
            "member_twice",
            participant=command.participant,
        )
    leaves = state.on if isinstance(state, EndedPairing) else None
    check_enrolment(now, newcomer, program, since, leaves)
    together = [s.member for s in there]
    people = {m.participant: enrolled(now, m.participant) for m in (*together, member)}
    if sum(p.person_id == newcomer.person_id for p in people.values()) > 1:
        raise Refused("nobody mentors themself", "same_person")
    until = leaves or (since if now.corrects else None)
    check_lines(now, (*together, member), people, settings, on=since, until=until)
    check_mismatch(now, people, since, over=leaves is not None or now.corrects is not None)
    if not isinstance(state, FormedPairing):
        check_readiness((whole_person(now, newcomer, program),), settings, since)
    joined = recorded_as(MemberJoined, command, role=member.role, subjects=(newcomer.person_id,))
    if now.corrects is None:
        check_together(now, people, settings, facts.shape, (facts.pairing_id, since, leaves))
        then = evolve(state, joined)
        check_sizes(then if named is None else evolve(then, named), program, since)
    told = () if named is None else ((Stream(facts.pairing_id), named),)
    return (*_joined(now, state, program, member, joined), *told)


def _named(command: AddMember, settings: Settings) -> SubstituteNamed | None:
    """What is recorded beside the joining of somebody who stands in for a while."""
    if command.substitute_until is None:
        return None
    named = SubstituteNamed(
        participant=command.participant, since=command.since, until=command.substitute_until
    )
    role = command.role
    _check_substitute(named, primary=command.primary, part=role and settings.part(role))
    return named


def _check_substitute(named: SubstituteNamed, *, primary: bool, part: str | None) -> None:
    if primary:
        raise Refused("whoever stands in for a while is never the primary mentor", "shape_broken")
    if part not in {None, *ADVISING}:
        raise Refused("only somebody who supports others can stand in", "shape_broken")
    if named.until < named.since:
        raise Refused("they would stand in until before they begin", "ends_before_start")


@decides(NameSubstitute)
def name_substitute(
    now: Situation, state: Pairing, program: Program, command: NameSubstitute
) -> Decision:
    """Say until when a member stands in; a later day replaces an earlier one."""
    assert not isinstance(state, NotFormed)
    check_past(now, program, command.since)
    check_day(state, command.since, "a substitute")
    check_members(state.facts, (command.participant,), command.since)
    stays = [s for s in state.facts.stays if s.member.participant == command.participant]
    member, named = stays[-1].member, recorded_as(SubstituteNamed, command)
    part = program.settings_on(command.since).part(member.role)
    _check_substitute(named, primary=member.primary, part=part)
    stream = Stream(command.pairing_id)
    if is_standing(now, stream, named):
        return ()
    if not any(
        isinstance(p.event, MemberJoined) and p.event.participant == command.participant
        for p in effective(now.history[stream])
    ):
        raise Refused("who was a member from the beginning stands in for nobody", "shape_broken")
    return ((stream, named),)


def is_standing(now: Situation, stream: Stream, event: SubstituteNamed) -> bool:
    """Whether the same was said already, and nothing else since."""
    told = [p.event for p in effective(now.history[stream]) if isinstance(p.event, SubstituteNamed)]
    mine = [e for e in told if e.participant == event.participant]
    return bool(mine) and mine[-1] == event


def _joined(
    now: Situation, state: Pairing, program: Program, member: Member, joined: MemberJoined
) -> Decision:
    """What is recorded of a member who joins, if there are the places for it."""
    assert not isinstance(state, NotFormed)
    facts, settings = state.facts, program.settings_on(joined.since)
    stream = Stream(facts.pairing_id)
    principal = now.next_version(stream)
    mentee = settings.part(member.role) == "mentee"
    own = PairingJoined(
        pairing_id=facts.pairing_id,
        role=member.role,
        primary=member.primary or (mentee and has_primary(facts.members, settings)),
        since=joined.since,
        places=places_of(member, (*facts.members, member), settings),
        principal_stream=stream,
        principal=principal,
    )
    leaves = state.on if isinstance(state, EndedPairing) else None
    takes = _takes(state)
    newcomer = whole_person(now, enrolled(now, member.participant), program)
    if now.corrects is None and takes:
        check_place(newcomer, own.places, settings, now.today(program))
    if now.corrects is None and mentee and own.primary:
        check_primary(newcomer, facts.pairing_id, joined.since, leaves)
    changed = _changed(now, state, program, member, day=joined.since, by=1)
    place = Stream(member.participant)
    told = tuple(turns(now, stream))
    places = tuple((place, e) for e in course(now, place, own, told))
    return ((stream, joined), *places, *changed)


@decides(RemoveMember)
def remove(now: Situation, state: Pairing, program: Program, command: RemoveMember) -> Decision:
    """Let somebody leave a pairing that goes on without them."""
    assert not isinstance(state, NotFormed)
    check_past(now, program, command.on)
    check_members(state.facts, (command.participant,))
    mine = (s for s in state.facts.stays if s.member.participant == command.participant)
    if any(s.until == command.on for s in mine):
        return ()
    check_day(state, command.on, "the leaving of a member")
    left = recorded_as(MemberLeft, command)
    return left_behind(now, state, program, left)


def left_behind(now: Situation, state: Pairing, program: Program, left: MemberLeft) -> Decision:
    """What is recorded when a member leaves and the others go on (INV-17, INV-72).

    Raises:
        Refused: ``size_out_of_bounds`` or ``shape_broken`` where they cannot; ``not_a_member``
                where a record of a later day names the member, ``others_rest_on_it`` where the
            pairing was taken up again with them since.
    """
    if isinstance(state, NotFormed):
        raise Refused("of this pairing only the places are known", "shape_broken")
    check_members(state.facts, (left.participant,))
    mine = [s for s in state.facts.stays if s.member.participant == left.participant]
    if all(s.until is not None or left.on < s.since for s in mine):
        since, until = mine[-1].since, mine[-1].until
        raise Refused(
            f"this participant is a member from {since} on, and not on {left.on}"
            if until is None
            else f"this participant was a member from {since} until {until}",
            "not_a_member",
            participant=left.participant,
        )
    after = evolve(state, left)
    assert not isinstance(after, NotFormed)
    if now.corrects is None:
        check_sizes(after, program, left.on)
        check_life(after)
    stream = Stream(state.facts.pairing_id)
    again = [turn.day for turn in turns(now, stream) if turn.takes and turn.day > left.on]
    if again:
        raise Refused(
            f"this pairing was taken up again on {again[-1]} with this member", "others_rest_on_it"
        )
    gone = PairingLeft(
        pairing_id=state.facts.pairing_id,
        until=left.on,
        pairing_goes_on=False,
        principal_stream=stream,
        principal=now.next_version(stream),
    )
    changed = _changed(now, after, program, mine[-1].member, day=left.on, by=-1)
    return ((stream, left), (Stream(left.participant), gone), *changed)


def check_sizes(state: Pairing, program: Program, since: date = date.min) -> None:
    """Refuse when a pairing has not the size and parts of its shape on some day (INV-17).

    Args:
        state: The pairing.
        program: Its program, whose settings of the day count.
        since: The first day to look at.
    """
    assert not isinstance(state, NotFormed)
    facts = state.facts
    turns = {day for s in facts.changes for day in (s.since, s.until) if day is not None}
    for day in sorted(turns):
        over = isinstance(state, EndedPairing) and day >= state.on
        settings = program.settings_on(day)
        bounds = settings.bounds(facts.shape)
        if day >= since and not over and bounds is not None:
            stays = facts.stays_from(day)
            standing_in = sum(s.substitute_until is not None for s in stays)
            check_size(len(stays), bounds, standing_in)
            check_shape(tuple(s.member for s in stays), settings, bounds.shape)


def _changed(
    now: Situation, state: Pairing, program: Program, member: Member, *, day: date, by: int
) -> Decision:
    """What a member who joins, or leaves, changes about the places of the others.

    It is recorded also while none is taken: the pause may be taken back, or the end.
    """
    assert not isinstance(state, NotFormed)
    facts, takes = state.facts, _takes(state)
    settings = program.settings_on(day)
    counts = settings.part(member.role) in SUPPORTED and settings.capacity.counted_by == "mentee"
    stream = Stream(facts.pairing_id)
    decided: list[tuple[Stream, object]] = []
    for other in facts.members:
        participant, part = enrolled(now, other.participant), settings.part(other.role)
        spans = [j for j in participant.pairings if j.pairing_id == facts.pairing_id]
        places = by if counts and part in MENTORING else 0
        primary = by > 0 if member.primary and part == "mentee" else None
        if not spans or (not places and primary is None):
            continue
        since = max(day, spans[-1].since)
        if now.corrects is None and takes and places > 0:
            check_place(participant, places, settings, now.today(program))
        if now.corrects is None and takes and primary:
            check_primary(participant, facts.pairing_id, since, None)
        changed = PlaceChanged(
            pairing_id=facts.pairing_id,
            since=since,
            places=places,
            primary=primary,
            principal_stream=stream,
            principal=now.next_version(stream),
        )
        decided.append((Stream(other.participant), changed))
    return tuple(decided)


def _takes(state: Pairing) -> bool:
    """Whether a pairing takes places of its members now."""
    freed = isinstance(state, PausedPairing) and state.frees_place
    return not (freed or isinstance(state, EndedPairing))
