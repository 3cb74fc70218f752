"""Two or more participants are brought together, meet, set goals, write, pause, part, go on.

The modules beside this one hold the rules, each for one part of that life.
"""

from collections.abc import Iterable
from typing import Any

from mentorcore.domain.aggregate import Aggregate, Decision, Situation, events_in, rules_in
from mentorcore.domain.declarations import event_info
from mentorcore.domain.pairing.deciding import (
    ending,
    evidence,
    forming,
    meetings,
    members,
    proposals,
    sharing,
    work,
)
from mentorcore.domain.pairing.deciding.consistency import consistent
from mentorcore.domain.pairing.deciding.places import settled as settled_places
from mentorcore.domain.pairing.deciding.proposals import rivals_of, settled_rivals
from mentorcore.domain.pairing.deciding.together import earlier_together
from mentorcore.domain.pairing.events import ending as endings
from mentorcore.domain.pairing.events import forming as beginnings
from mentorcore.domain.pairing.events import meetings as meeting_events
from mentorcore.domain.pairing.events import members as member_events
from mentorcore.domain.pairing.events import proposals as proposal_events
from mentorcore.domain.pairing.events import sharing as sharing_events
from mentorcore.domain.pairing.events import work as work_events
from mentorcore.domain.pairing.events.ending import (
    EndPairing,
    PausePairing,
    ReopenPairing,
    ResumePairing,
)
from mentorcore.domain.pairing.events.forming import FormPairing, PairingFormed, StartPairing
from mentorcore.domain.pairing.events.meetings import HoldMeeting
from mentorcore.domain.pairing.events.members import MemberJoined, MemberLeft
from mentorcore.domain.pairing.events.membership import AddMember, RemoveMember
from mentorcore.domain.pairing.events.proposals import (
    AcceptPairing,
    DeclinePairing,
    PairingProposed,
    ProposePairing,
)
from mentorcore.domain.pairing.events.work import NoteWritten, SetGoal
from mentorcore.domain.pairing.restating import restate
from mentorcore.domain.pairing.state import NotFormed, Pairing, ProposedPairing, evolve
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.person.merging import lives
from mentorcore.domain.program import program_of
from mentorcore.domain.requirements import case_events, evidence_events
from mentorcore.domain.requirements.case_events import NotesOpenedForCase
from mentorcore.domain.requirements.evidence_events import ConfidentialityExceptionInvoked
from mentorcore.domain.values import PersonId, Stream
from mentorcore.errors import Refused


def reads(command: Any, seen: Situation) -> tuple[Stream, ...]:
    """The streams that a command about a pairing needs to see, as far as known from *seen*."""
    me = Stream(command.pairing_id)
    if isinstance(command, FormPairing | ProposePairing):
        return (me, *_forming_reads(command, seen))
    if not seen.has(me) or isinstance(seen.state(me), NotFormed):
        return (me, *_answering_reads(command, seen, me))
    facts = seen.state(me).facts
    program = Stream(facts.program_id)
    seats = tuple(map(Stream, facts.seats))
    match command:
        case HoldMeeting():
            present = command.attendees or facts.seats
            persons = [p for p in map(facts.person_of, present) if p is not None]
            return (me, program, *_with_lives(seen, persons))
        case AddMember():
            everybody = (*seats, Stream(command.participant))
            return (me, program, *_people_reads(everybody, seen))
        case RemoveMember() | PausePairing():
            return (me, program, *seats)
        case EndPairing():
            return (me, program, *seats, *_together(seats, seen))
        case StartPairing() | ResumePairing() | ReopenPairing():
            behind = _with_lives(seen, facts.persons)
            together = _together(seats, seen) if isinstance(command, ReopenPairing) else ()
            return (me, program, *seats, *behind, *_enrolments(seen, behind), *together)
        case SetGoal() if command.continues_in is not None:
            before = Stream(command.continues_in)
            earlier = seen.state(before) if seen.has(before) else NotFormed()
            theirs = () if isinstance(earlier, NotFormed) else earlier.facts.persons
            return (me, program, before, *_with_lives(seen, (*facts.persons, *theirs)))
        case _:
            return (me, program)


def _with_lives(seen: Situation, persons: Iterable[PersonId]) -> tuple[Stream, ...]:
    """The streams of persons, and of those with whom they were merged, as far as known."""
    found: dict[Stream, None] = {}
    for person in persons:
        found[Stream(person)] = None
        found.update(dict.fromkeys(map(Stream, lives(seen, person))))
    return tuple(found)


def _answering_reads(command: Any, seen: Situation, me: Stream) -> tuple[Stream, ...]:
    """What an answer to a proposal needs to see; the last acceptance as much as forming does."""
    state = seen.state(me) if seen.has(me) else None
    if not isinstance(state, ProposedPairing):
        return ()
    made = state.proposal.made
    program = Stream(made.program_id)
    if not isinstance(command, AcceptPairing):
        return (program,)
    members = tuple(Stream(m.participant) for m in made.members)
    return (program, *_people_reads(members, seen), *rivals_of(seen, made))


def _forming_reads(command: FormPairing | ProposePairing, seen: Situation) -> tuple[Stream, ...]:
    members = tuple(Stream(m.participant) for m in command.members)
    return (Stream(command.program_id), *_people_reads(members, seen))


def _people_reads(members: tuple[Stream, ...], seen: Situation) -> tuple[Stream, ...]:
    """The streams of participants who are brought together, of their persons, and earlier ones."""
    found = {m: seen.state(m) for m in members if seen.has(m)}
    people = {
        state.participant_id: state for state in found.values() if isinstance(state, Participant)
    }
    persons = _with_lives(seen, [p.person_id for p in people.values()])
    beside = _enrolments(seen, persons)
    return (*members, *persons, *beside, *_together(members, seen))


def _together(members: tuple[Stream, ...], seen: Situation) -> tuple[Stream, ...]:
    """The pairings that two of these members have or had together."""
    found = (seen.state(m) for m in members if seen.has(m))
    people = {p.participant_id: p for p in found if isinstance(p, Participant)}
    return tuple(Stream(p) for p in earlier_together(people))


def _enrolments(seen: Situation, persons: Iterable[Stream]) -> tuple[Stream, ...]:
    """All enrolments of these persons: trainings, places and load are of the person (INV-06)."""
    known = (seen.state(person).enrolments for person in persons if seen.has(person))
    return tuple(Stream(enrolment) for found in known for enrolment in found)


def decide(now: Situation, command: Any) -> Decision:
    """What a command about a pairing leads to."""
    state: Pairing = now.state(Stream(command.pairing_id))
    if isinstance(command, FormPairing | ProposePairing):
        if not isinstance(state, NotFormed):
            raise Refused("this pairing is formed already", "already_formed")
        if isinstance(state, ProposedPairing) and now.corrects is None:
            raise Refused("this pairing is proposed already", "already_proposed")
        program_id = command.program_id
    elif isinstance(state, ProposedPairing):
        if not isinstance(command, AcceptPairing | DeclinePairing):
            raise Refused("this pairing is proposed, and not formed yet", "not_formed")
        program_id = state.proposal.made.program_id
    elif isinstance(state, NotFormed):
        raise Refused(f"there is no pairing {command.pairing_id}", "no_such_pairing")
    else:
        program_id = state.facts.program_id
    return RULES[type(command)](now, state, program_of(now, program_id), command)


def _beside(seen: Situation, stream: Stream, event: Any) -> tuple[Stream, ...]:
    """Whoever was ever recorded as a member: what others did may stand with their places.

    Papers about them may also cite the notes, which exceptions open.
    """
    info = event_info(type(event))
    cited = isinstance(event, NoteWritten | ConfidentialityExceptionInvoked | NotesOpenedForCase)
    joins = isinstance(event, MemberJoined | MemberLeft)
    if not (info.founding or info.transition or joins or cited):
        return ()
    found: dict[Stream, None] = {}
    for told in (placed.event for placed in seen.history[stream]):
        if isinstance(told, PairingFormed | PairingProposed):
            found.update(dict.fromkeys(Stream(m.participant) for m in told.members))
        if isinstance(told, PairingProposed):
            found.update(dict.fromkeys(rivals_of(seen, told)))
        if isinstance(told, MemberJoined):
            found[Stream(told.participant)] = None
    return tuple(found)


def _subjects(_stream: Stream, state: Pairing, _event: Any) -> tuple[PersonId, ...]:
    if isinstance(state, ProposedPairing):
        return state.proposal.made.subjects
    return () if isinstance(state, NotFormed) else state.facts.persons


def _settled(now: Situation, then: Situation, stream: Stream) -> Decision:
    return (*settled_places(now, then, stream), *settled_rivals(now, then, stream))


RULES = rules_in(
    *map(vars, (forming, proposals, members, ending, meetings, work, sharing, evidence))
)

AGGREGATE: Aggregate[Pairing] = Aggregate(
    kind="pairing",
    initial=NotFormed(),
    evolve=evolve,
    events=events_in(
        "pairing",
        *map(vars, (beginnings, proposal_events, member_events, meeting_events)),
        *map(vars, (work_events, sharing_events, endings, evidence_events, case_events)),
    ),
    commands=tuple(RULES),
    id_field="pairing_id",
    reads=reads,
    decide=decide,
    subjects=_subjects,
    members=lambda formed: tuple(m.participant for m in formed.members),
    restate=restate,
    beside=_beside,
    consistent=consistent,
    settled=_settled,
    misplaced="wrong_pairing",
)
