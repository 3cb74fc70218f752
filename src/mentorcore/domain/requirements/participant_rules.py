"""What is granted, credited and stated because a rule of a policy pack asks for it.

Which reliefs there are, and who may grant them, is said by the packs that a program adopted; that
is looked at by guards of their own.
"""

from collections.abc import Iterator
from typing import Any

from mentorcore.domain.aggregate import Decision, Situation, decides, is_blank
from mentorcore.domain.declarations import recorded_as
from mentorcore.domain.effective import effective
from mentorcore.domain.pairing.state import NotFormed
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.program import check_past, program_of
from mentorcore.domain.requirements.confidential import check_use, opened
from mentorcore.domain.requirements.evidence_events import (
    AttachParticipantEvidence,
    ParticipantEvidenceAttached,
)
from mentorcore.domain.requirements.participant_events import (
    CreditService,
    FactStated,
    RequirementWaived,
    ServiceCredited,
    StateFact,
    WaiveRequirement,
)
from mentorcore.domain.requirements.program_rules import check_digest
from mentorcore.domain.requirements.repeated import is_recorded
from mentorcore.domain.values import Stream
from mentorcore.errors import Refused


@decides(WaiveRequirement)
def waive(now: Situation, me: Participant, command: WaiveRequirement, stream: Stream) -> Decision:
    """Record a relief from a rule."""
    if command.until is not None and command.until <= command.since:
        raise Refused("the relief would end before it begins", "ends_before_start")
    if (command.relief == "extension") != (command.new_limit is not None):
        raise Refused(
            "an extension says until when it goes, as new_limit, and no other relief does",
            "limit_of_extension",
        )
    if is_blank(command.basis):
        raise Refused("a basis that is stated says something", "empty_text")
    waived = recorded_as(RequirementWaived, command, subjects=(me.person_id,))
    return () if is_recorded(now, stream, waived) else ((stream, waived),)


@decides(CreditService)
def credit(now: Situation, me: Participant, command: CreditService, stream: Stream) -> Decision:
    """Credit earlier service."""
    check_past(now, program_of(now, me.program_id), command.on)
    if command.amount <= 0:
        raise Refused("a credit is 1 or more", "amount_out_of_range")
    credited = recorded_as(ServiceCredited, command, subjects=(me.person_id,))
    return () if is_recorded(now, stream, credited) else ((stream, credited),)


@decides(StateFact)
def state_fact(now: Situation, _me: Participant, command: StateFact, stream: Stream) -> Decision:
    """State what a rule asks for."""
    if (command.number is None) == (command.word is None):
        raise Refused("a fact is either a number or a word", "one_value")
    if command.until is not None and command.until <= command.since:
        raise Refused("the fact would end before it begins", "ends_before_start")
    stated = recorded_as(FactStated, command)
    return () if is_recorded(now, stream, stated) else ((stream, stated),)


@decides(AttachParticipantEvidence)
def attach(
    now: Situation, me: Participant, command: AttachParticipantEvidence, stream: Stream
) -> Decision:
    """Say that a paper about a participant exists (INV-28)."""
    check_past(now, program_of(now, me.program_id), command.on)
    if command.on < me.since:
        raise Refused(f"the enrolment began on {me.since}", "outside_enrolment")
    check_digest(command.digest)
    for placed in effective(now.history[stream]):
        event = placed.event
        attached = isinstance(event, ParticipantEvidenceAttached)
        if attached and event.evidence_id == command.evidence_id:
            raise Refused("this evidence is attached already; amend it instead", "already_attached")
    cited = list(_cited(now, me)) if command.cites else []
    notes = {note: written for facts, _ in cited for note, written in facts.notes.items()}
    open_since = {note: day for _, days in cited for note, day in days.items()}
    check_use(command, notes, open_since)
    told = recorded_as(ParticipantEvidenceAttached, command, subjects=(me.person_id,))
    return ((stream, told),)


def _cited(now: Situation, me: Participant) -> Iterator[tuple[Any, Any]]:
    """What was written in the participant's pairings, and what exceptions opened there."""
    pairings = dict.fromkeys(Stream(j.pairing_id) for j in me.pairings)
    for pairing in (p for p in pairings if not isinstance(now.state(p), NotFormed)):
        events = (placed.event for placed in effective(now.history[pairing]))
        yield now.state(pairing).facts, opened(events)
