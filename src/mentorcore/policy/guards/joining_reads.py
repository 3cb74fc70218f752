"""What the guards of bringing people together see, beside what the rules of the core read."""

from collections.abc import Iterable, Iterator
from typing import Any

from mentorcore.domain.aggregate import Situation, kind_of
from mentorcore.domain.corrections.commands import CorrectionCommand
from mentorcore.domain.pairing.events.forming import FormPairing, PairingFormed
from mentorcore.domain.pairing.events.members import MemberJoined
from mentorcore.domain.pairing.events.membership import AddMember
from mentorcore.domain.pairing.events.proposals import AcceptPairing
from mentorcore.domain.pairing.state import NotFormed, ProposedPairing
from mentorcore.domain.participant.events import SetMentorCapacity
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.program import Program
from mentorcore.domain.values import Stream

__all__ = [
    "accept_reads",
    "capacity_reads",
    "correcting_reads",
    "form_reads",
    "goes_by_packs",
    "pairing_reads",
]


def form_reads(command: FormPairing, seen: Situation) -> tuple[Stream, ...]:
    """The pairings that those who are brought together are in."""
    members = [Stream(m.participant) for m in command.members]
    return tuple(_other_pairings(seen, Stream(command.program_id), members))


def accept_reads(command: AcceptPairing, seen: Situation) -> tuple[Stream, ...]:
    """The pairings that the members of a proposal are in."""
    me = Stream(command.pairing_id)
    state = seen.state(me) if seen.has(me) else None
    if not isinstance(state, ProposedPairing):
        return ()
    made = state.proposal.made
    members = [Stream(m.participant) for m in made.members]
    return tuple(_other_pairings(seen, Stream(made.program_id), members))


def pairing_reads(command: Any, seen: Situation) -> tuple[Stream, ...]:
    """The members of a pairing and whoever joins it, with all that a rule looks at."""
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
    if not goes_by_packs(seen, program):
        return (program,)
    states = [seen.state(seat) for seat in seats if seen.has(seat)]
    persons = [Stream(state.person_id) for state in states if isinstance(state, Participant)]
    return (program, *seats, *persons, *_other_pairings(seen, program, seats))


def correcting_reads(command: CorrectionCommand, seen: Situation) -> tuple[Stream, ...]:
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


def capacity_reads(command: SetMentorCapacity, seen: Situation) -> tuple[Stream, ...]:
    """The person of a mentor."""
    me = Stream(command.participant_id)
    if not seen.has(me) or not isinstance(seen.state(me), Participant):
        return ()
    mentor = seen.state(me)
    return (Stream(mentor.person_id),) if goes_by_packs(seen, Stream(mentor.program_id)) else ()


def goes_by_packs(seen: Situation, program: Stream) -> bool:
    """Whether a program that was read adopted a pack."""
    state = seen.state(program) if seen.has(program) else None
    return isinstance(state, Program) and bool(state.packs)


def _other_pairings(
    seen: Situation, program: Stream, members: Iterable[Stream]
) -> Iterator[Stream]:
    """The pairings that these members are in now."""
    if goes_by_packs(seen, program):
        for state in (seen.state(member) for member in members if seen.has(member)):
            if isinstance(state, Participant):
                yield from (Stream(j.pairing_id) for j in state.pairings if j.until is None)
