"""Evidence about a pairing, and notes that are opened on a named ground (INV-28, INV-79)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from mentorcore.domain.aggregate import Decision, Situation, decides
from mentorcore.domain.declarations import evolve, recorded_as
from mentorcore.domain.effective import effective
from mentorcore.domain.pairing.state import Facts, NotFormed, Pairing
from mentorcore.domain.program import Program, check_past
from mentorcore.domain.requirements.case_events import NotesOpenedForCase, OpenNotesForCase
from mentorcore.domain.requirements.confidential import check_use, opened
from mentorcore.domain.requirements.evidence_events import (
    AttachEvidence,
    ConfidentialityExceptionInvoked,
    EvidenceAttached,
    InvokeConfidentialityException,
    ParticipantEvidenceAttached,
)
from mentorcore.domain.requirements.program_rules import check_digest
from mentorcore.domain.requirements.repeated import is_recorded
from mentorcore.domain.values import NoteId, Stream
from mentorcore.errors import Refused

__all__ = ["check_cited_elsewhere", "check_evidence"]


@decides(AttachEvidence)
def attach(now: Situation, state: Pairing, program: Program, command: AttachEvidence) -> Decision:
    """Say that a paper exists; those that are signed after the end are accepted (INV-15)."""
    assert not isinstance(state, NotFormed)
    facts, stream = state.facts, Stream(command.pairing_id)
    check_past(now, program, command.on)
    _check_begun(facts, command.on)
    check_digest(command.digest)
    events = [placed.event for placed in effective(now.history[stream])]
    if any(
        isinstance(e, EvidenceAttached) and e.evidence_id == command.evidence_id for e in events
    ):
        raise Refused("this evidence is attached already; amend it instead", "already_attached")
    check_use(command, facts.notes, opened(events))
    told = recorded_as(EvidenceAttached, command, subjects=facts.persons_on(command.on))
    return ((stream, told),)


@decides(InvokeConfidentialityException, OpenNotesForCase)
def invoke(
    now: Situation,
    state: Pairing,
    program: Program,
    command: InvokeConfidentialityException | OpenNotesForCase,
) -> Decision:
    """Open notes on a named ground; whether a pack names it is looked at by a guard (INV-79).

    Whether there is the case that they are opened for is for its own rules to say.
    """
    assert not isinstance(state, NotFormed)
    stream = Stream(command.pairing_id)
    check_past(now, program, command.on)
    _check_begun(state.facts, command.on)
    if not command.material:
        raise Refused("an exception names the notes that it opens", "nothing_named")
    _check_material(state.facts, command)
    for_case = isinstance(command, OpenNotesForCase)
    told: Any = recorded_as(
        NotesOpenedForCase if for_case else ConfidentialityExceptionInvoked, command
    )
    return () if is_recorded(now, stream, told) else ((stream, told),)


def check_evidence(facts: Facts, events: Iterable[Any]) -> None:
    """Refuse what a correction would make of evidence and of opened notes (INV-65).

    Raises:
        Refused: ``others_rest_on_it`` or ``confidential_material``.
    """
    events = list(events)
    open_since = opened(events)
    for event in events:
        match event:
            case EvidenceAttached():
                named = event.cites
            case ConfidentialityExceptionInvoked() | NotesOpenedForCase():
                named = event.material
            case _:
                continue
        _check_there(facts, named)
        if isinstance(event, EvidenceAttached):
            check_use(event, facts.notes, open_since)
        else:
            _check_material(facts, event)


def check_cited_elsewhere(
    now: Situation, before: Facts, after: Facts, events: Iterable[Any]
) -> None:
    """Refuse what a correction would make of notes that evidence about a member cites (INV-28).

    Raises:
        Refused: ``others_rest_on_it`` or ``confidential_material``.
    """
    open_since = opened(events)
    here = before.notes.keys() | after.notes.keys()
    seats = [Stream(seat) for seat in after.seats]
    for placed in (p for seat in seats if now.has(seat) for p in effective(now.history[seat])):
        evidence = placed.event
        if not isinstance(evidence, ParticipantEvidenceAttached):
            continue
        cited = tuple(note for note in evidence.cites if note in here)
        _check_there(after, cited)
        if cited:
            check_use(evolve(evidence, cites=cited), after.notes, open_since)


def _check_there(facts: Facts, named: Iterable[NoteId]) -> None:
    if any(note not in facts.notes for note in named):
        raise Refused(
            "this note is cited by evidence or was opened; retract that first",
            "others_rest_on_it",
        )


def _check_begun(facts: Facts, on: date) -> None:
    if on < facts.formed_on:
        raise Refused(
            f"this pairing began on {facts.formed_on}", "before_start", since=facts.formed_on
        )


def _check_material(facts: Facts, exception: Any) -> None:
    for note in exception.material:
        if note not in facts.notes or facts.notes[note].on > exception.on:
            raise Refused("an exception opens notes that there are", "no_such_note")
