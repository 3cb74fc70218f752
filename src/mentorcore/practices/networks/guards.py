"""Nobody is paired across a border without an agreement for it and without both consents (INV-58).

The pairing stands in the mentee's log; the visiting mentor is a participant there who was admitted
under an agreement. What is asked of a pairing is asked for the day on which it takes place, so that
one that began while the agreement was in force stays recorded when it has ended since.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from mentorcore.domain.corrections.commands import RetractRecord
from mentorcore.domain.model import Guard
from mentorcore.domain.pairing.events.ending import ReopenPairing, ResumePairing
from mentorcore.domain.pairing.events.forming import FormPairing, PairingFormed, StartPairing
from mentorcore.domain.pairing.events.membership import AddMember
from mentorcore.domain.pairing.events.proposals import AcceptPairing, ProposePairing
from mentorcore.domain.pairing.state import Facts
from mentorcore.domain.participant.visiting import AdmitVisitor, VisitorAdmitted
from mentorcore.practices.networks.state import Agreement, check_covers
from mentorcore.practices.spec import (
    Decision,
    EndedPairing,
    NotFormed,
    Participant,
    ParticipantState,
    Program,
    Refused,
    Situation,
    Stream,
    kind_of,
    lives,
)

__all__ = ["GUARDS"]

PURPOSE = "pairing"

NEEDED = ("identity",)
"""What crosses the border with a visitor: who they are."""


def _agreements(_command: Any, seen: Situation) -> tuple[Stream, ...]:
    """The agreements under which those who were read are here."""
    found: dict[Stream, None] = {}
    for stream in seen.history:
        state = seen.state(stream) if kind_of(stream) == "participant" else None
        if isinstance(state, Participant):
            found.update(dict.fromkeys(Stream(visit.agreement) for visit in state.visits))
    return tuple(found)


def _admit_reads(command: AdmitVisitor, seen: Situation) -> tuple[Stream, ...]:
    found = [Stream(command.agreement)]
    if command.record is not None and kind_of(command.record) == "brought":
        found.append(command.record)
        owner = seen.state(command.record).owner if seen.has(command.record) else None
        if owner is not None:
            found += map(Stream, lives(seen, owner.person_id))
    return tuple(found)


def _admitting(now: Situation, command: AdmitVisitor, decided: Decision) -> None:
    me: Participant = now.state(Stream(command.participant_id))
    program: Program = now.state(Stream(me.program_id))
    for _, event in decided:
        if isinstance(event, VisitorAdmitted):
            if now.corrects is not None and _is_wider(event, now.corrects.event):
                _check_alone(me)
            _check_agreement(now, program, event, event.since)
            _check_brought(now, me, event)


def _is_wider(visit: VisitorAdmitted, was: VisitorAdmitted) -> bool:
    """Whether a correction makes another visit of it, or one that began earlier."""
    where = (was.institution, was.agreement)
    return (visit.institution, visit.agreement) != where or visit.since < was.since


def _check_brought(now: Situation, me: Participant, visit: VisitorAdmitted) -> None:
    """Refuse a visitor with a record that was not received, or not for them."""
    if visit.record is None:
        return
    owner = now.state(visit.record).owner if kind_of(visit.record) == "brought" else None
    if owner is None:
        raise Refused(
            "this record was not received here; receive it before, or leave it out",
            "no_such_record",
        )
    if not {*lives(now, me.person_id)} & {*lives(now, owner.person_id)}:
        raise Refused("somebody else here brought this record", "record_of_another")


def _check_agreement(now: Situation, program: Program, visit: VisitorAdmitted, on: date) -> None:
    agreement: Agreement = now.state(Stream(visit.agreement))
    check_covers(agreement, on, PURPOSE, NEEDED, _sides(program, visit))


def _sides(program: Program, visit: VisitorAdmitted) -> tuple[str, str]:
    """Whose program it is, and where the visitor belongs."""
    assert program.owner is not None  # nobody is a visitor in a program that does not say so
    return program.owner, visit.institution


def _taking_place(day: Callable[[Any], date]) -> Callable[[Situation, Any, Decision], None]:
    """The guard of what puts people together on a day that the command says."""

    def outcome(now: Situation, command: Any, decided: Decision) -> None:
        if decided and not _is_as_before(now, decided):
            _check(now.after(decided), Stream(command.pairing_id), day(command))

    return outcome


def _is_as_before(now: Situation, decided: Decision) -> bool:
    """Whether a correction leaves alone who is together since when."""
    if now.corrects is None:
        return False
    was = now.corrects.event
    told = (event for _, event in decided if type(event) is type(was))
    return all(_together(event) == _together(was) for event in told)


def _together(event: Any) -> tuple[Any, ...]:
    named = ("members", "participant", "on", "since")
    return tuple(getattr(event, name, None) for name in named)


def _accepting(now: Situation, command: AcceptPairing, decided: Decision) -> None:
    for formed in (event for _, event in decided if isinstance(event, PairingFormed)):
        _check(now.after(decided), Stream(command.pairing_id), formed.on)


def _proposing(now: Situation, command: ProposePairing, decided: Decision) -> None:
    """Whoever is proposed is spoken of across the border; consent comes with the pairing."""
    program = now.state(Stream(command.program_id))
    for member in command.members if decided else ():
        visit = now.state(Stream(member.participant)).visit_on(command.on)
        if visit is not None:
            _check_agreement(now, program, visit, command.on)


def _check(then: Situation, stream: Stream, on: date) -> None:
    """Refuse a pairing with a visitor without a live agreement, or without a consent (INV-58)."""
    state = then.state(stream)
    if isinstance(state, NotFormed):
        return
    program: Program = then.state(Stream(state.facts.program_id))
    for member in state.facts.members:
        visit = then.state(Stream(member.participant)).visit_on(on)
        if visit is None:
            continue
        _check_agreement(then, program, visit, on)
        agreement: Agreement = then.state(Stream(visit.agreement))
        for side in _sides(program, visit):
            if not agreement.consented_on((stream, member.participant, side), on):
                raise Refused(
                    f"{side} has not consented to this pairing by {on}",
                    "no_consent",
                    institution=side,
                    participant=member.participant,
                )


def _retracting(now: Situation, command: RetractRecord, decided: Decision) -> None:
    """What stands again because something is taken back is asked about as on its first day."""
    stream = Stream(command.stream)
    if kind_of(stream) == "participant" and decided:
        _admitted_again(now.state(stream), now.after(decided).state(stream))
    if kind_of(stream) != "pairing" or not decided:
        return
    then = now.after(decided)
    before, after = now.state(stream), then.state(stream)
    if isinstance(after, NotFormed):
        return
    if isinstance(before, NotFormed):
        _check(then, stream, after.facts.formed_on)
        return
    for day in _standing_again(before.facts, after.facts):
        _check(then, stream, day)
    if isinstance(before, EndedPairing) and not isinstance(after, EndedPairing):
        _check(then, stream, now.today(now.state(Stream(after.facts.program_id))))


def _admitted_again(before: ParticipantState, after: ParticipantState) -> None:
    if not isinstance(before, Participant) or not isinstance(after, Participant):
        return
    known = Counter(before.visits)
    known.subtract(after.visits)
    if any(left < 0 for left in known.values()):
        _check_alone(after)


def _check_alone(me: Participant) -> None:
    """Nobody becomes a visitor while paired: to that nobody consented as across a border."""
    if live := tuple(dict.fromkeys(joined.pairing_id for joined in me.live_pairings())):
        raise Refused(
            "this participant is in a pairing; a visitor is admitted before they are paired",
            "live_pairing",
            pairings=live,
        )


def _standing_again(before: Facts, after: Facts) -> Iterator[date]:
    """The days on which a pairing started, or somebody joined it, that stand again."""
    if before.active_from is None and after.active_from is not None:
        yield after.active_from
    known = Counter(stay.member.participant for stay in before.stays)
    for stay in after.stays:
        known[stay.member.participant] -= 1
        if known[stay.member.participant] < 0 and stay.until is None:
            yield stay.since


def _on(command: Any) -> date:
    day: date = command.on
    return day


def _since(command: Any) -> date:
    day: date = command.since
    return day


RESTING = ("agreement",)
"""An agreement that ends meanwhile is met, and the pairing is decided again."""

GUARDS: tuple[Guard, ...] = (
    Guard(
        AdmitVisitor,
        _admit_reads,
        outcome=_admitting,
        rests_on_streams=(*RESTING, "brought"),
    ),
    Guard(ProposePairing, _agreements, outcome=_proposing, rests_on_streams=RESTING),
    Guard(AcceptPairing, _agreements, outcome=_accepting, rests_on_streams=RESTING),
    Guard(FormPairing, _agreements, outcome=_taking_place(_on), rests_on_streams=RESTING),
    Guard(StartPairing, _agreements, outcome=_taking_place(_on), rests_on_streams=RESTING),
    Guard(AddMember, _agreements, outcome=_taking_place(_since), rests_on_streams=RESTING),
    Guard(ResumePairing, _agreements, outcome=_taking_place(_on), rests_on_streams=RESTING),
    Guard(ReopenPairing, _agreements, outcome=_taking_place(_on), rests_on_streams=RESTING),
    Guard(RetractRecord, _agreements, outcome=_retracting),
)
"""What narrows the commands by which people come together, or are spoken of, across a border."""
