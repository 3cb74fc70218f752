"""Members are asked, accept or decline; the last acceptance forms the pairing (INV-11, INV-14).

A proposal reserves nothing: places, and the one primary mentor, are looked at when the pairing is
formed. Rival acceptances meet on the streams of the members, like everything that takes places.
"""

from collections.abc import Container, Iterable, Iterator
from datetime import date

from mentorcore.domain.aggregate import Decision, Situation, decides
from mentorcore.domain.corrections.companions import taken_back
from mentorcore.domain.declarations import evolve, made_unchecked, recorded_as
from mentorcore.domain.effective import effective
from mentorcore.domain.pairing.deciding.forming import (
    bounds_of,
    check_cohort,
    check_composition,
    check_enrolment,
    check_lines,
    check_mismatch,
    check_wishes,
    form,
)
from mentorcore.domain.pairing.deciding.life import check_cohort_open
from mentorcore.domain.pairing.deciding.membership import enrolled
from mentorcore.domain.pairing.events.forming import FormPairing, PairingFormed
from mentorcore.domain.pairing.events.proposals import (
    AcceptPairing,
    DeclineCause,
    DeclinePairing,
    PairingAccepted,
    PairingDeclined,
    PairingProposed,
    ProposePairing,
)
from mentorcore.domain.pairing.proposal import Proposal
from mentorcore.domain.pairing.state import NotFormed, Pairing, ProposedPairing, proposal_of
from mentorcore.domain.participant.events import PairingOffered
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.program import Program, check_past, cohort_of, program_of
from mentorcore.domain.settings import SUPPORTED
from mentorcore.domain.values import PairingId, ParticipantId, Stream
from mentorcore.errors import Refused

__all__ = ["check_answers", "check_order", "rivals_of", "settled_rivals"]


@decides(ProposePairing)
def propose(
    now: Situation, _state: NotFormed, program: Program, command: ProposePairing
) -> Decision:
    """Propose a pairing that keeps every rule but those about places (INV-07, INV-10)."""
    settings = program.settings_on(command.on)
    check_past(now, program, command.on)
    if not program.runs_on(command.on):
        raise Refused(f"the program does not run on {command.on}", "program_not_running")
    cohort_of(program, command.cohort_id)
    check_cohort_open(now, program, command.cohort_id)
    people = {m.participant: enrolled(now, m.participant) for m in command.members}
    bounds = bounds_of(now, command.shape, settings)
    check_composition(command.members, people, settings, bounds)
    for participant in people.values():
        check_enrolment(now, participant, program, command.on, None)
    if now.corrects is None:
        check_cohort(command.cohort_id, people, settings)
    until = command.on if now.corrects else None
    check_lines(now, command.members, people, settings, on=command.on, until=until)
    check_wishes(command.unmet_soft, settings, of_packs=bool(program.packs))
    if not command.override_reason:
        check_mismatch(now, people, command.on, over=now.corrects is not None)
    if command.basis == "round" and command.criteria_version is None:
        raise Refused(
            "what a matching round proposes names the version of its criteria", "criteria_missing"
        )
    if command.answer_by is not None and command.answer_by < command.on:
        raise Refused("it could be answered only before it was proposed", "ends_before_start")
    asked = command.must_accept or tuple(people)
    for someone in asked:
        _check_member(people, someone)
    return _proposed(now, command, people, asked, bounds.shape)


def _proposed(
    now: Situation,
    command: ProposePairing,
    people: dict[ParticipantId, Participant],
    asked: tuple[ParticipantId, ...],
    shape: str,
) -> Decision:
    assert command.pairing_id is not None
    stream = Stream(command.pairing_id)
    proposed = recorded_as(
        PairingProposed,
        command,
        shape=shape,
        must_accept=tuple(dict.fromkeys(asked)),
        subjects=tuple(people[m.participant].person_id for m in command.members),
        unmet_soft=command.unmet_soft or None,
    )
    offered = (
        PairingOffered(
            pairing_id=command.pairing_id,
            role=member.role,
            on=command.on,
            principal_stream=stream,
            principal=now.next_version(stream),
        )
        for member in command.members
    )
    members = (Stream(member.participant) for member in command.members)
    return ((stream, proposed), *zip(members, offered, strict=True))


@decides(AcceptPairing)
def accept(now: Situation, state: Pairing, program: Program, command: AcceptPairing) -> Decision:
    """Accept a proposal; when everybody who was asked has, the pairing is formed."""
    proposal, stream = _proposal(state), Stream(command.pairing_id)
    made = proposal.made
    if command.participant not in made.must_accept:
        raise Refused(
            "this participant was not asked to accept", "not_asked", participant=command.participant
        )
    check_past(now, program, command.on)
    _check_day(made, command.on)
    if made.answer_by is not None and command.on > made.answer_by:
        raise Refused(
            f"this proposal was to be accepted by {made.answer_by}",
            "answered_too_late",
            answer_by=made.answer_by,
        )
    if proposal.declined is not None:
        raise Refused(f"this proposal was declined on {proposal.declined.on}", "proposal_declined")
    formed, before = not isinstance(state, NotFormed), proposal.accepted.get(command.participant)
    accepted = (stream, PairingAccepted(participant=command.participant, on=command.on))
    if formed and now.corrects is not None:
        return (accepted,)
    if before not in {None, command.on}:
        raise Refused(
            f"this participant accepted on {before} already; amend that record instead",
            "already_accepted",
        )
    if formed:  # so everybody who was asked has accepted
        return ()
    check_enrolment(now, enrolled(now, command.participant), program, command.on, None)
    told = (accepted,) if before is None else ()
    if now.corrects is not None:
        return told
    then = now.after(told)
    agreed: ProposedPairing = then.state(stream)
    if agreed.proposal.missing:
        return told
    # Where everybody had accepted before, the forming was taken back since: it is formed again.
    return (*told, *_formed(then, program, agreed.proposal))


def _formed(now: Situation, program: Program, proposal: Proposal) -> Decision:
    """The pairing that everybody accepted, by all the rules of forming one.

    Its reasons for what is unusual stand in the proposal, and are not said again.
    """
    made = proposal.made
    command = made_unchecked(
        FormPairing,
        program_id=made.program_id,
        cohort_id=made.cohort_id,
        members=made.members,
        on=proposal.accepted_on,
        basis=made.basis,
        shape=made.shape,
        planned_end=made.planned_end,
        override_reason=made.override_reason,
        pairing_id=made.pairing_id,
    )
    (stream, formed), *joined = form(now, NotFormed(), program, command)
    formed = evolve(formed, override_reason=None)
    rivals = _rivals_declined(now, made, formed.on) if made.exclusive else ()
    return ((stream, formed), *joined, *rivals)


def rivals_of(seen: Situation, made: PairingProposed) -> tuple[Stream, ...]:
    """What was proposed otherwise with the members of a proposal, as far as known."""
    found: dict[Stream, None] = {}
    for member in map(Stream, (m.participant for m in made.members)):
        state = seen.state(member) if seen.has(member) else None
        if isinstance(state, Participant):
            found.update(dict.fromkeys(map(Stream, state.proposals)))
    return tuple(stream for stream in found if stream != made.pairing_id)


def _open_rivals(now: Situation, made: PairingProposed) -> Iterator[PairingProposed]:
    """The exclusive proposals that wait for answers and would support the same people."""
    mine = _supported(now, made)
    for stream in rivals_of(now, made):
        state = now.state(stream) if now.has(stream) else None
        if not isinstance(state, ProposedPairing) or state.proposal.declined is not None:
            continue
        rival = state.proposal.made
        if rival.exclusive and mine & _supported(now, rival):
            yield rival


def _supported(now: Situation, made: PairingProposed) -> set[ParticipantId]:
    settings = program_of(now, made.program_id).settings_on(made.on)
    return {m.participant for m in made.members if settings.part(m.role) in SUPPORTED}


def _rivals_declined(now: Situation, made: PairingProposed, on: date) -> Decision:
    """Competing proposals are declined in the same append (INV-11)."""
    return tuple(
        (Stream(rival.pairing_id), _other_accepted(rival, made.pairing_id, on))
        for rival in _open_rivals(now, made)
    )


def _other_accepted(rival: PairingProposed, pairing: PairingId, on: date) -> PairingDeclined:
    return PairingDeclined(
        cause="other_accepted",
        on=max(on, rival.on),
        by="program",
        in_favour_of=pairing,
        subjects=(),
    )


@decides(DeclinePairing)
def decline(now: Situation, state: Pairing, program: Program, command: DeclinePairing) -> Decision:
    """Decline or withdraw a proposal; it is over then, whoever had accepted it."""
    proposal = _proposal(state)
    cause: DeclineCause = command.cause  # a record that is corrected may say more than a command
    made, declined = proposal.made, proposal.declined
    if not isinstance(state, NotFormed):
        raise Refused("this pairing is formed already; end it instead", "already_formed")
    check_past(now, program, command.on)
    _check_day(made, command.on)
    if command.by != "program" or cause == "declined":
        _check_member([m.participant for m in made.members], command.by)
    _check_expired(made, cause, command.on)
    told = (cause, command.on, command.by)
    if declined is not None:
        if told == (declined.cause, declined.on, declined.by):
            return ()
        raise Refused(f"this proposal was declined on {declined.on} already", "proposal_declined")
    corrected = None if now.corrects is None else now.corrects.event
    in_favour_of = getattr(corrected, "in_favour_of", None)
    if in_favour_of is not None and cause != "other_accepted":
        raise Refused("another pairing was formed instead of this one", "others_rest_on_it")
    if in_favour_of is None and cause == "other_accepted":
        raise Refused(
            "that another pairing was formed instead is recorded with that pairing alone",
            "not_amendable",
        )
    recorded = recorded_as(
        PairingDeclined,
        command,
        subjects=() if command.reason is None else made.subjects,
        in_favour_of=in_favour_of,
    )
    return ((Stream(command.pairing_id), recorded),)


def _check_expired(made: PairingProposed, cause: str, on: date) -> None:
    if cause == "expired" and (made.answer_by is None or on <= made.answer_by):
        until = "has no last day" if made.answer_by is None else f"holds until {made.answer_by}"
        raise Refused(f"this proposal {until}, and has not expired by {on}", "not_expired")


def _check_member(members: Container[str], participant: str) -> None:
    if participant not in members:
        raise Refused(
            "somebody named here is not among those who were proposed",
            "not_a_member",
            participant=participant,
        )


def _check_day(made: PairingProposed, on: date) -> None:
    if on < made.on:
        raise Refused(
            f"this was proposed on {made.on}, and cannot have been answered on {on}",
            "before_the_proposal",
            since=made.on,
        )


def _proposal(state: Pairing) -> Proposal:
    found = proposal_of(state)
    if found is None:
        raise Refused("this pairing was formed without asking its members", "not_proposed")
    return found


def check_order(events: Iterable[object]) -> None:
    """Refuse a correction after which something was said to a proposal before it was made.

    Raises:
        Refused: ``before_the_proposal``.
    """
    told = list(events)
    for made in (event for event in told if isinstance(event, PairingProposed)):
        for event in told:
            if isinstance(event, PairingAccepted | PairingDeclined | PairingFormed):
                _check_day(made, event.on)


def check_answers(proposal: Proposal, formed: PairingFormed | None) -> None:
    """Refuse a correction after which a proposal and its answers do not fit together.

    Raises:
        Refused: ``answered_too_late``, ``not_expired`` or ``others_rest_on_it``.
    """
    made, declined = proposal.made, proposal.declined
    late = [day for day in proposal.accepted.values() if made.answer_by and day > made.answer_by]
    if late:
        raise Refused(
            f"it was accepted on {max(late)}, after {made.answer_by}", "answered_too_late"
        )
    if declined is not None:
        _check_expired(made, declined.cause, declined.on)
    if formed is None:
        return
    if proposal.missing or declined is not None or formed.on < proposal.accepted_on:
        raise Refused(
            "the pairing was formed because everybody who was asked had accepted by then; "
            "correct or retract its forming first",
            "others_rest_on_it",
        )


def settled_rivals(now: Situation, then: Situation, stream: Stream) -> Decision:
    """What a correction of a pairing's forming makes of the proposals that it had declined.

    Taken back, it has declined nothing; standing again, it declines what is open by then.
    """
    before, after = now.state(stream), then.state(stream)
    if isinstance(after, NotFormed):
        return () if isinstance(before, NotFormed) else tuple(_undeclined(then, stream, after))
    proposal = after.facts.proposal
    if isinstance(before, NotFormed) and proposal is not None and proposal.made.exclusive:
        return _rivals_declined(then, proposal.made, after.facts.formed_on)
    return ()


def _undeclined(
    then: Situation, stream: Stream, state: NotFormed
) -> Iterator[tuple[Stream, object]]:
    if not isinstance(state, ProposedPairing):
        return
    for rival in rivals_of(then, state.proposal.made):
        for placed in effective(then.history[rival]) if then.has(rival) else ():
            event = placed.event
            if isinstance(event, PairingDeclined) and event.in_favour_of == stream:
                yield rival, taken_back(placed, "entered_in_error")
