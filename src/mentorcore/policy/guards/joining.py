"""Who is brought together, as far as the packs of the program forbid it.

The rule that the compliance view measures is asked about the situation as the command would leave
it, and as a correction would leave it.
"""

from collections import Counter
from collections.abc import Iterator

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
from mentorcore.domain.pairing.events.membership import AddMember
from mentorcore.domain.pairing.events.proposals import AcceptPairing
from mentorcore.domain.pairing.state import (
    EndedPairing,
    Facts,
    NotFormed,
    Pairing,
    PausedPairing,
)
from mentorcore.domain.participant.events import SetMentorCapacity
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.program import Program
from mentorcore.domain.values import Stream
from mentorcore.policy.evaluation.evaluate import Evaluation
from mentorcore.policy.guards.forbidding import (
    BrokenRule,
    Joining,
    broken_rules,
    forbidding,
    refuse,
    worse,
)
from mentorcore.policy.guards.in_force import packs_in_force
from mentorcore.policy.guards.joining_reads import (
    accept_reads,
    capacity_reads,
    correcting_reads,
    form_reads,
    goes_by_packs,
    pairing_reads,
)
from mentorcore.policy.guards.present_load import with_places
from mentorcore.policy.guards.situation_facts import facts_of
from mentorcore.policy.other_kinds import Ratio
from mentorcore.policy.registry import Packs

__all__ = ["joining_guards"]


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
            _check_corrected(packs, now, decided, asked)

    def promising(now: Situation, asked: SetMentorCapacity, decided: Decision) -> None:
        _check_capacity(packs, now, decided, asked)

    return (
        Guard(FormPairing, form_reads, outcome=forming),
        Guard(AcceptPairing, accept_reads, outcome=accepting),
        Guard(StartPairing, pairing_reads, outcome=forming),
        Guard(AddMember, pairing_reads, outcome=adding),
        Guard(ResumePairing, pairing_reads, outcome=going_on),
        Guard(ReopenPairing, pairing_reads, outcome=going_on),
        Guard(RetractRecord, correcting_reads, outcome=correcting),
        Guard(AmendRecord, correcting_reads, outcome=correcting),
        Guard(SetMentorCapacity, capacity_reads, outcome=promising),
    )


def _check(packs: Packs, now: Situation, decided: Decision, asked: Joining) -> None:
    """Refuse what the rules in force forbid about a pairing and its members.

    What a correction leaves as it was is not held against it.
    """
    program = _program(now, decided, asked.stream)
    if program is None or not program.packs:
        return
    broken = broken_rules(packs, now.after(decided), program, asked)
    if broken and now.corrects is not None:
        was = now.corrects.event
        before = tuple((s, was if type(e) is type(was) else e) for s, e in decided)
        known = broken_rules(packs, now.after(before), program, asked)
        broken = worse(broken, known)
    refuse(broken.values())


def _check_corrected(
    packs: Packs, now: Situation, decided: Decision, asked: CorrectionCommand
) -> None:
    """Refuse a correction by which a mentor would have more mentees than may be.

    What was taken back and stands again is asked about like what is done for the first time.
    """
    stream = asked.stream
    told = (placed.event for placed in now.history[stream])
    formed = next((event for event in told if isinstance(event, PairingFormed)), None)
    if formed is None or not goes_by_packs(now, Stream(formed.program_id)):
        return
    program: Program = now.state(Stream(formed.program_id))
    then = now.after(decided)
    before, after = now.state(stream), then.state(stream)
    if isinstance(after, NotFormed):
        return
    if isinstance(before, NotFormed):
        again = [Joining(stream, after.facts.formed_on)]
    else:
        again = list(_standing_again(stream, before.facts, after.facts))
    for joining in again if isinstance(asked, RetractRecord) else ():
        refuse(broken_rules(packs, then, program, joining).values())
    if isinstance(before, NotFormed) or _takes(before) == _takes(after):
        return
    ratios = Joining(stream, now.today(program), only=(Ratio,))
    broken = broken_rules(packs, then, program, ratios)
    if broken:
        broken = worse(broken, broken_rules(packs, now, program, ratios))
    refuse(broken.values())


def _standing_again(stream: Stream, before: Facts, after: Facts) -> Iterator[Joining]:
    """The start of a pairing, and whoever joined it, where that was taken back and stands again."""
    if before.active_from is None and after.active_from is not None:
        yield Joining(stream, after.active_from)
    known = Counter(stay.member.participant for stay in before.stays)
    for stay in after.stays:
        known[stay.member.participant] -= 1
        if known[stay.member.participant] < 0 and stay.until is None:
            yield Joining(stream, stay.since, stay.member.participant)


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


def _check_capacity(
    packs: Packs, now: Situation, decided: Decision, asked: SetMentorCapacity
) -> None:
    """A capacity is no larger than what a hard rule allows now, or from its day on (INV-06).

    One that is corrected without becoming larger is not held against the correction.
    """
    stream = Stream(asked.participant_id)
    me: Participant = now.state(stream)
    program: Program = now.state(Stream(me.program_id))
    if not decided or not program.packs:
        return
    was = None if now.corrects is None else now.corrects.event
    if was is not None and (was.since, max(was.places, asked.places)) == (asked.since, was.places):
        return
    then, on = now.after(decided), max(asked.since, now.today(program))
    if then.state(stream).places_on(on, None) != asked.places:
        return  # another one is in force by then
    full = with_places(facts_of(then, program, on), me.participant_id, asked.places, on)
    for pack in packs_in_force(packs, program, on, me.since):
        for rule in forbidding(pack):
            if not isinstance(rule, Ratio) or rule.measure != "mentees_per_mentor":
                continue
            of_mentor = rule if rule.scope == "mentor" else attrs.evolve(rule, scope="mentor")
            found = Evaluation(full, on).of(of_mentor, me.participant_id, pack)
            if found.state == "breached":
                refuse([BrokenRule(rule, pack, found)])
