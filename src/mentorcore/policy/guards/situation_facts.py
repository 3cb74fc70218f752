"""The facts that rules look at, made of the streams that a decision reads.

A decision sees few streams of a program, so only rules about whom it is about can be asked. What is
sealed stays sealed: no rule that forbids looks at it.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from mentorcore.domain.aggregate import Situation, kind_of
from mentorcore.domain.cohort import Cohort
from mentorcore.domain.declarations import event_info
from mentorcore.domain.effective import effective
from mentorcore.domain.pairing.events.forming import PairingFormed
from mentorcore.domain.pairing.state import EndedPairing, NotFormed, Pairing
from mentorcore.domain.participant.events import ParticipantEnrolled
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.person.merging import lives
from mentorcore.domain.program import Program
from mentorcore.domain.school_calendar import school_time
from mentorcore.domain.settings import Settings
from mentorcore.domain.values import PersonId, Stream
from mentorcore.policy.event_facts import fact_of
from mentorcore.policy.facts import (
    Adopted,
    CohortFacts,
    Fact,
    Facts,
    MemberFacts,
    PairingFacts,
    ParticipantFacts,
)
from mentorcore.policy.results import Cited

__all__ = ["facts_of"]

STARTED = "pairing.started"
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
        cohorts={c.cohort_id: _cohort(c, program) for c in program.cohorts},
        participants=participants,
        pairings=pairings,
        facts=own,
        adopted=tuple(_adopted(fact) for fact in own if fact.name == _ADOPTED),
    )


def _is_of(state: Pairing, program: Program) -> bool:
    return not isinstance(state, NotFormed) and state.facts.program_id == program.program_id


_ADOPTED = "program.policy-pack-adopted"


def _told(then: Situation, stream: Stream, program: Program) -> Iterator[Fact]:
    """The events in force of a stream, companions aside, in the order of their days."""
    zone = then.zone(program)
    for placed in effective(then.history[stream]):
        if not event_info(type(placed.event)).companion:
            at = placed.recorded_at.astimezone(zone)
            yield fact_of(stream, placed.version, placed.event, at)


def _cohort(cohort: Cohort, program: Program) -> CohortFacts:
    mine = [c for c in program.calendars if c.cohort_id == cohort.cohort_id]
    usual = (c for c in program.calendars if c.cohort_id is None)
    calendars = (*mine, *(c for c in usual if not any(m.replaces(c) for m in mine)))
    return CohortFacts(
        id=cohort.cohort_id,
        name=cohort.name,
        starts_on=cohort.starts_on,
        ends_on=cohort.ends_on,
        cited=Cited(program.program_id, 1),
        calendars=tuple(sorted(calendars, key=lambda year: year.starts_on)),
        school_time=school_time(calendars),
    )


def _participant(
    then: Situation, state: Participant, program: Program, settings: Settings
) -> ParticipantFacts:
    own = list(_told(then, Stream(state.participant_id), program))
    enrolled = next(
        p.event
        for p in then.history[Stream(state.participant_id)]
        if isinstance(p.event, ParticipantEnrolled)
    )
    facts = [*own, *_of_person(then, state.person_id, program)]
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
        fte=((state.since, enrolled.fte_percent),),
        facts=tuple(sorted(facts, key=lambda fact: (fact.on, fact.cited))),
    )


def _of_person(then: Situation, person: PersonId, program: Program) -> Iterator[Fact]:
    """What is recorded of a person, whichever of their ids it was recorded under."""
    for one in (Stream(life) for life in lives(then, person) if then.has(Stream(life))):
        yield from _told(then, one, program)


def _pairing(then: Situation, state: Pairing, program: Program, settings: Settings) -> PairingFacts:
    assert not isinstance(state, NotFormed)
    facts, stream = state.facts, Stream(state.facts.pairing_id)
    told = list(_told(then, stream, program))
    formed = next(fact for fact in told if fact.name == "pairing.formed")
    if facts.active_from is not None and not facts.start_needs:
        began = Fact(STARTED, facts.active_from, formed.cited, {"on": facts.active_from})
        told.insert(told.index(formed) + 1, began)
    return PairingFacts(
        id=facts.pairing_id,
        cohort=facts.cohort_id,
        shape=facts.shape,
        members=tuple(_members(state, settings, formed, told)),
        active_from=facts.active_from,
        ended_on=state.on if isinstance(state, EndedPairing) else None,
        reasons=tuple("*" for p in then.history[stream] if _has_reasons(p.event)),
        facts=tuple(told),
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


def _adopted(fact: Fact) -> Adopted:
    said = fact.values
    replaces = said.get("replaces")
    return Adopted(
        pack_id=str(said["pack_id"]),
        version=str(said["version"]),
        digest=str(said["digest"]),
        effective_from=fact.on,
        applies_to=str(said["applies_to"]),
        replaces=None if replaces is None else str(replaces),
        cited=fact.cited,
    )
