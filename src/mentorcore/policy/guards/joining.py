"""Who is brought together, as far as the packs of the program forbid it.

The rule that the compliance view measures is asked about the situation as the command would leave
it. Relations, eligibility and what has to come first are looked at on the day of the command; how
many somebody mentors is about the present, whatever the day from which a pairing is dated.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import attrs

from mentorcore.domain.aggregate import Decision, Situation, kind_of
from mentorcore.domain.corrections.commands import AmendRecord, CorrectionCommand, RetractRecord
from mentorcore.domain.model import Guard
from mentorcore.domain.pairing.events.ending import ReopenPairing, ResumePairing
from mentorcore.domain.pairing.events.forming import (
    FormPairing,
    Member,
    PairingFormed,
    StartPairing,
)
from mentorcore.domain.pairing.events.members import MemberJoined
from mentorcore.domain.pairing.events.membership import AddMember
from mentorcore.domain.pairing.events.proposals import AcceptPairing
from mentorcore.domain.pairing.state import (
    EndedPairing,
    NotFormed,
    Pairing,
    PausedPairing,
    ProposedPairing,
)
from mentorcore.domain.participant.events import SetMentorCapacity
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.program import Program
from mentorcore.domain.settings import MENTORING
from mentorcore.domain.values import ParticipantId, Stream
from mentorcore.errors import Refused
from mentorcore.policy.evaluation.evaluate import Evaluation
from mentorcore.policy.facts import Facts, PairingFacts
from mentorcore.policy.grammar import Rule
from mentorcore.policy.guards.in_force import packs_in_force
from mentorcore.policy.guards.present_load import present_facts, with_places
from mentorcore.policy.guards.situation_facts import facts_of
from mentorcore.policy.other_kinds import Eligibility, Prerequisite, ProhibitedRelation, Ratio
from mentorcore.policy.pack import Pack
from mentorcore.policy.registry import Packs
from mentorcore.policy.results import Result

__all__ = ["joining_guards"]

FORBIDDEN: Mapping[type[Rule], str] = {
    Ratio: "ratio_exceeded",
    Eligibility: "not_eligible",
    Prerequisite: "prerequisite_missing",
    ProhibitedRelation: "prohibited_relation",
}
"""The kinds of rules that forbid bringing people together, with the code of the refusal."""


def joining_guards(packs: Packs) -> tuple[Guard, ...]:
    """The guards of whatever puts people in a pairing, and of how many a mentor may have."""

    def forming(now: Situation, asked: FormPairing | StartPairing, decided: Decision) -> None:
        assert asked.pairing_id is not None
        _check(packs, now, decided, Joining(Stream(asked.pairing_id), asked.on))

    def accepting(now: Situation, asked: AcceptPairing, decided: Decision) -> None:
        formed = [event for _, event in decided if isinstance(event, PairingFormed)]
        for event in formed:
            _check(packs, now, decided, Joining(Stream(asked.pairing_id), event.on))

    def adding(now: Situation, asked: AddMember, decided: Decision) -> None:
        _check(
            packs, now, decided, Joining(Stream(asked.pairing_id), asked.since, asked.participant)
        )

    def going_on(now: Situation, asked: ResumePairing | ReopenPairing, decided: Decision) -> None:
        _check(packs, now, decided, Joining(Stream(asked.pairing_id), asked.on, only=(Ratio,)))

    def correcting(now: Situation, asked: CorrectionCommand, decided: Decision) -> None:
        if kind_of(asked.stream) == "pairing":
            _check_corrected(packs, now, decided, asked.stream)

    def promising(now: Situation, asked: SetMentorCapacity, decided: Decision) -> None:
        _check_capacity(packs, now, decided, asked)

    return (
        Guard(FormPairing, _form_reads, outcome=forming),
        Guard(AcceptPairing, _accept_reads, outcome=accepting),
        Guard(StartPairing, _pairing_reads, outcome=forming),
        Guard(AddMember, _pairing_reads, outcome=adding),
        Guard(ResumePairing, _pairing_reads, outcome=going_on),
        Guard(ReopenPairing, _pairing_reads, outcome=going_on),
        Guard(RetractRecord, _correcting_reads, outcome=correcting),
        Guard(AmendRecord, _correcting_reads, outcome=correcting),
        Guard(SetMentorCapacity, _capacity_reads, outcome=promising),
    )


# ------------------------------------------------------------------------------ what is read


def _form_reads(command: FormPairing, seen: Situation) -> tuple[Stream, ...]:
    members = [Stream(m.participant) for m in command.members]
    return tuple(_other_pairings(seen, Stream(command.program_id), members))


def _accept_reads(command: AcceptPairing, seen: Situation) -> tuple[Stream, ...]:
    me = Stream(command.pairing_id)
    state = seen.state(me) if seen.has(me) else None
    if not isinstance(state, ProposedPairing):
        return ()
    made = state.proposal.made
    members = [Stream(m.participant) for m in made.members]
    return tuple(_other_pairings(seen, Stream(made.program_id), members))


def _pairing_reads(command: Any, seen: Situation) -> tuple[Stream, ...]:
    joining = (Stream(command.participant),) if isinstance(command, AddMember) else ()
    return _pairing_of(Stream(command.pairing_id), seen, joining)


def _pairing_of(
    me: Stream, seen: Situation, joining: tuple[Stream, ...] = ()
) -> tuple[Stream, ...]:
    if not seen.has(me) or isinstance(seen.state(me), NotFormed):
        return ()
    facts = seen.state(me).facts
    return _people(seen, Stream(facts.program_id), (*map(Stream, facts.seats), *joining))


def _people(seen: Situation, program: Stream, seats: tuple[Stream, ...]) -> tuple[Stream, ...]:
    """The streams of these members, of their persons, and of the other pairings they are in."""
    if not _goes_by_packs(seen, program):
        return (program,)
    states = [seen.state(seat) for seat in seats if seen.has(seat)]
    persons = [Stream(state.person_id) for state in states if isinstance(state, Participant)]
    return (program, *seats, *persons, *_other_pairings(seen, program, seats))


def _correcting_reads(command: CorrectionCommand, seen: Situation) -> tuple[Stream, ...]:
    """Whoever was ever recorded as a member: what is taken back may be that they are none."""
    me = Stream(command.stream)
    if kind_of(me) != "pairing" or not seen.has(me):
        return ()
    seats: dict[Stream, None] = {}
    program: Stream | None = None
    for event in (placed.event for placed in seen.history[me]):
        if isinstance(event, PairingFormed):
            program = Stream(event.program_id)
            seats.update(dict.fromkeys(Stream(m.participant) for m in event.members))
        elif isinstance(event, MemberJoined):
            seats[Stream(event.participant)] = None
    return () if program is None else _people(seen, program, tuple(seats))


def _capacity_reads(command: SetMentorCapacity, seen: Situation) -> tuple[Stream, ...]:
    me = Stream(command.participant_id)
    if not seen.has(me) or not isinstance(seen.state(me), Participant):
        return ()
    mentor = seen.state(me)
    return (Stream(mentor.person_id),) if _goes_by_packs(seen, Stream(mentor.program_id)) else ()


def _goes_by_packs(seen: Situation, program: Stream) -> bool:
    state = seen.state(program) if seen.has(program) else None
    return isinstance(state, Program) and bool(state.packs)


def _other_pairings(
    seen: Situation, program: Stream, members: Iterable[Stream]
) -> Iterator[Stream]:
    """The pairings that these members are in now."""
    if _goes_by_packs(seen, program):
        for state in (seen.state(member) for member in members if seen.has(member)):
            if isinstance(state, Participant):
                yield from (Stream(j.pairing_id) for j in state.pairings if j.until is None)


# ------------------------------------------------------------------------------ what is asked


@attrs.frozen
class Joining:
    """What is asked about.

    Attributes:
        stream: The pairing.
        on: The day of the command.
        newcomer: Who joins, where the others are together already and are not asked about.
        only: The kinds of rules that are asked.
    """

    stream: Stream
    on: date
    newcomer: ParticipantId | None = None
    only: tuple[type[Rule], ...] = tuple(FORBIDDEN)


Broken = Mapping[tuple[str, str, str], tuple[Rule, Pack, Result]]
"""What is forbidden, by pack, rule and subject."""


def _check(packs: Packs, now: Situation, decided: Decision, asked: Joining) -> None:
    """Refuse what the rules in force forbid about a pairing and its members.

    What a correction leaves as it was is not held against it.
    """
    program = _program(now, decided, asked.stream)
    if program is None or not program.packs:
        return
    broken = _broken(packs, now.after(decided), program, asked)
    if broken and now.corrects is not None:
        was = now.corrects.event
        before = tuple((s, was if type(e) is type(was) else e) for s, e in decided)
        known = _broken(packs, now.after(before), program, asked)
        broken = {key: found for key, found in broken.items() if key not in known}
    _refuse(broken)


def _check_corrected(packs: Packs, now: Situation, decided: Decision, stream: Stream) -> None:
    """Refuse a correction by which a mentor would have more mentees than may be.

    A forming that was taken back and stands again is asked about like a new one.
    """
    told = (placed.event for placed in now.history[stream])
    formed = next((event for event in told if isinstance(event, PairingFormed)), None)
    if formed is None or not _goes_by_packs(now, Stream(formed.program_id)):
        return
    program: Program = now.state(Stream(formed.program_id))
    then = now.after(decided)
    before, after = now.state(stream), then.state(stream)
    if isinstance(after, NotFormed) or _takes(before) == _takes(after):
        return
    if isinstance(before, NotFormed):
        _refuse(_broken(packs, then, program, Joining(stream, after.facts.formed_on)))
        return
    asked = Joining(stream, now.today(program), only=(Ratio,))
    broken = _broken(packs, then, program, asked)
    if broken:
        known = _broken(packs, now, program, asked)
        _refuse({key: found for key, found in broken.items() if key not in known})


def _takes(state: Pairing) -> tuple[Member, ...]:
    """The members by whom a pairing takes places."""
    freed = isinstance(state, EndedPairing) or (
        isinstance(state, PausedPairing) and state.frees_place
    )
    return () if freed or isinstance(state, NotFormed) else state.facts.members


def _program(now: Situation, decided: Decision, stream: Stream) -> Program | None:
    """The program of a pairing, where something was decided about it."""
    if not decided:
        return None
    state = now.state(stream)
    if isinstance(state, NotFormed):
        found = next((e.program_id for _, e in decided if isinstance(e, PairingFormed)), None)
    else:
        found = state.facts.program_id
    return None if found is None else now.state(Stream(found))


def _broken(packs: Packs, then: Situation, program: Program, asked: Joining) -> Broken:
    """The rules that forbid what is so then, or cannot tell."""
    today = then.today(program)
    facts = facts_of(then, program, asked.on)
    together = attrs.evolve(facts, pairings={asked.stream: _fresh(facts, asked)})
    present = present_facts(then, program, facts)
    day, now = Evaluation(together, asked.on), Evaluation(present, today)
    broken: dict[tuple[str, str, str], tuple[Rule, Pack, Result]] = {}
    for rule, pack, subject in _asked(packs, program, together, asked):
        if not isinstance(rule, asked.only):
            continue
        if not isinstance(rule, Ratio):
            found = day.of(rule, subject, pack)
        elif asked.stream in present.pairings:
            found = now.of(rule, subject, pack)
        else:
            continue  # it was over when it was recorded, and takes nothing
        if found.state in ("breached", "insufficient_data"):
            broken[pack.id, rule.id, subject] = rule, pack, found
    return broken


def _fresh(facts: Facts, asked: Joining) -> PairingFacts:
    """The pairing as it is for whoever joins: with those on the other side, from that day on.

    What was so of the others before is not asked again because somebody joins them.
    """
    pairing = facts.pairings[asked.stream]
    if asked.newcomer is None:
        return pairing
    there = [m for m in pairing.members if m.until is None or asked.on < m.until]
    new = next(m for m in there if m.participant == asked.newcomer)
    beside = [
        attrs.evolve(m, since=asked.on)
        for m in there
        if (m.part in MENTORING) != (new.part in MENTORING)
    ]
    return attrs.evolve(pairing, members=(*beside, new))


def _asked(
    packs: Packs, program: Program, facts: Facts, asked: Joining
) -> Iterator[tuple[Rule, Pack, str]]:
    """The rules that forbid, each with the pairing or the members that it is about."""
    members = [facts.participants[m.participant] for m in facts.pairings[asked.stream].members]
    mentees = [p for p in members if p.part == "mentee"] or members
    begun = min(p.enrolled_on for p in mentees)
    for pack in packs_in_force(packs, program, asked.on, begun):
        for rule in _forbidding(pack):
            if rule.scope == "pairing":
                yield rule, pack, asked.stream
    for member in members:
        for pack in packs_in_force(packs, program, asked.on, member.enrolled_on):
            for rule in _forbidding(pack):
                mentors = rule.scope == "mentor" and member.part == "mentor"
                if mentors or rule.scope == "participant":
                    yield rule, pack, member.id


def _forbidding(pack: Pack) -> Iterator[Rule]:
    for rule in pack.rules:
        forbids = rule.hard if isinstance(rule, Ratio) else rule.enforce == "guard"
        if forbids and type(rule) in FORBIDDEN:
            yield rule


def _refuse(broken: Broken) -> None:
    for rule, pack, found in broken.values():
        unknown = found.state == "insufficient_data"
        known = "eligibility_unknown" if isinstance(rule, Eligibility) else "requirement_unknown"
        raise Refused(
            f"{rule.id} ({pack.id}, {rule.citation}): {rule.title}; {found.said}",
            known if unknown else FORBIDDEN[type(rule)],
            rule=rule.id,
            pack=pack.id,
            subject=found.subject,
            missing=found.missing,
        )


def _check_capacity(
    packs: Packs, now: Situation, decided: Decision, asked: SetMentorCapacity
) -> None:
    """A capacity is no larger than what a hard rule allows (INV-06)."""
    me = now.state(Stream(asked.participant_id))
    if not decided or not now.state(Stream(me.program_id)).packs:
        return
    program: Program = now.state(Stream(me.program_id))
    facts = facts_of(now.after(decided), program, asked.since)
    full = with_places(facts, me.participant_id, asked.places, asked.since)
    for pack in packs_in_force(packs, program, asked.since, me.since):
        for rule in _forbidding(pack):
            if not isinstance(rule, Ratio) or rule.measure != "mentees_per_mentor":
                continue
            of_mentor = rule if rule.scope == "mentor" else attrs.evolve(rule, scope="mentor")
            found = Evaluation(full, asked.since).of(of_mentor, me.participant_id, pack)
            if found.state == "breached":
                _refuse({(pack.id, rule.id, me.participant_id): (rule, pack, found)})
