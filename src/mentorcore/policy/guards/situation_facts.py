"""The facts that rules look at, made of the streams that a decision reads.

A decision sees few streams of a program, so only rules about whom it is about can be asked. What is
sealed stays sealed: no rule that forbids looks at it.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from mentorcore.domain.aggregate import Situation, kind_of
from mentorcore.domain.declarations import event_info
from mentorcore.domain.effective import effective
from mentorcore.domain.pairing.events.forming import PairingFormed
from mentorcore.domain.pairing.state import EndedPairing, NotFormed, Pairing
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.person.merging import lives
from mentorcore.domain.program import Program
from mentorcore.domain.settings import Settings
from mentorcore.domain.values import PersonId, Stream
from mentorcore.policy.event_facts import fact_of
from mentorcore.policy.fact_makers import FORMED, adopted_packs, cohort_facts, with_start
from mentorcore.policy.facts import Fact, Facts, MemberFacts, PairingFacts, ParticipantFacts
from mentorcore.policy.results import Cited
from mentorcore.policy.working_time import working_time

__all__ = ["facts_of"]

ENROLLED = "participant.enrolled"

ONE = timedelta(days=1)


def facts_of(then: Situation, program: Program, on: date) -> Facts:
    """What was read of a program, as rules look at it.

    Args:
        then: The situation, with what a command leads to.
        program: The program.
        on: The day whose settings say which part a role plays.
    """
    settings = program.settings_on(on)
    own = tuple(_told(then, Stream(program.program_id), program))
    began = Cited(program.program_id, 1)
    participants: dict[str, ParticipantFacts] = {}
    pairings: dict[str, PairingFacts] = {}
    for stream in then.history:
        state = then.state(stream)
        if isinstance(state, Participant) and state.program_id == program.program_id:
            participants[stream] = _participant(then, state, program, settings)
        elif kind_of(stream) == "pairing" and _is_of(state, program):
            pairings[stream] = _pairing(then, state, program, settings)
    return Facts(
        program=program.program_id,
        cohorts={c.cohort_id: cohort_facts(c, program.calendars, began) for c in program.cohorts},
        participants=participants,
        pairings=pairings,
        facts=own,
        adopted=adopted_packs(own),
    )


def _is_of(state: Pairing, program: Program) -> bool:
    return not isinstance(state, NotFormed) and state.facts.program_id == program.program_id


def _told(then: Situation, stream: Stream, program: Program) -> Iterator[Fact]:
    """The events in force of a stream, companions aside, in the order of their days."""
    zone = then.zone(program)
    for placed in effective(then.history[stream]):
        if not event_info(type(placed.event)).companion:
            at = placed.recorded_at.astimezone(zone)
            yield fact_of(stream, placed.version, placed.event, at)


def _participant(
    then: Situation, state: Participant, program: Program, settings: Settings
) -> ParticipantFacts:
    own = list(_told(then, Stream(state.participant_id), program))
    enrolled = next(fact for fact in own if fact.name == ENROLLED)
    person = sorted(_of_person(then, state.person_id, program), key=_order)
    return ParticipantFacts(
        id=state.participant_id,
        person=state.person_id,
        merged=tuple(p for p in lives(then, state.person_id) if p != state.person_id),
        cohort=state.cohort_id,
        role=state.role,
        part=settings.part(state.role) or "none",
        enrolled_on=state.since,
        ended_on=state.ended_on,
        outcome=state.outcome,
        fte=working_time(state.since, enrolled, person),
        facts=tuple(sorted((*own, *person), key=_order)),
    )


def _order(fact: Fact) -> tuple[date, Cited]:
    return fact.on, fact.cited


def _of_person(then: Situation, person: PersonId, program: Program) -> Iterator[Fact]:
    """What is recorded of a person, whichever of their ids it was recorded under."""
    for one in (Stream(life) for life in lives(then, person) if then.has(Stream(life))):
        yield from _told(then, one, program)


def _pairing(then: Situation, state: Pairing, program: Program, settings: Settings) -> PairingFacts:
    assert not isinstance(state, NotFormed)
    facts, stream = state.facts, Stream(state.facts.pairing_id)
    told = list(_told(then, stream, program))
    formed = next(fact for fact in told if fact.name == FORMED)
    return PairingFacts(
        id=facts.pairing_id,
        cohort=facts.cohort_id,
        shape=facts.shape,
        members=tuple(_members(state, settings, formed, told)),
        active_from=facts.active_from,
        ended_on=state.on if isinstance(state, EndedPairing) else None,
        reasons=tuple("*" for p in then.history[stream] if _has_reasons(p.event)),
        facts=tuple(told if facts.start_needs else with_start(told, facts.active_from)),
    )


def _has_reasons(event: object) -> bool:
    return isinstance(event, PairingFormed) and bool(event.unmet_soft)


def _members(
    state: Pairing, settings: Settings, formed: Fact, told: list[Fact]
) -> Iterator[MemberFacts]:
    assert not isinstance(state, NotFormed)
    joined: Mapping[tuple[object, date], Cited] = {
        (fact.values.get("participant"), fact.on): fact.cited
        for fact in told
        if fact.name == "pairing.member-joined"
    }
    for stay in state.facts.stays:
        member = stay.member
        yield MemberFacts(
            participant=member.participant,
            role=member.role,
            part=settings.part(member.role) or "none",
            primary=member.primary,
            since=stay.since,
            until=None if stay.until is None else stay.until + ONE,
            cited=joined.get((member.participant, stay.since), formed.cited),
        )
