"""Text is put to no use that a pack prohibits, and is opened on the grounds that packs name."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from mentorcore.domain.aggregate import Decision, Situation
from mentorcore.domain.effective import effective
from mentorcore.domain.model import Guard
from mentorcore.domain.pairing.events.work import NoteWritten
from mentorcore.domain.pairing.state import NotFormed, Pairing
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.program import Program
from mentorcore.domain.requirements.evidence_events import (
    AttachEvidence,
    AttachParticipantEvidence,
    ConfidentialityExceptionInvoked,
    InvokeConfidentialityException,
)
from mentorcore.domain.values import NoteId, Stream
from mentorcore.errors import Refused
from mentorcore.policy.guards.in_force import packs_in_force
from mentorcore.policy.other_kinds import ProhibitedUse
from mentorcore.policy.pack import Pack
from mentorcore.policy.registry import Packs

__all__ = ["use_guards"]


def use_guards(packs: Packs) -> tuple[Guard, ...]:
    """The guards of attaching evidence and of opening notes."""

    def attaching(now: Situation, asked: AttachEvidence) -> None:
        pairing: Pairing = now.state(Stream(asked.pairing_id))
        if not isinstance(pairing, NotFormed):
            program: Program = now.state(Stream(pairing.facts.program_id))
            known = packs_in_force(packs, program, asked.on, _begun(now, pairing))
            _check_use(asked, known, [(pairing, now.history[Stream(asked.pairing_id)])])

    def attaching_about(now: Situation, asked: AttachParticipantEvidence) -> None:
        me = now.state(Stream(asked.participant_id))
        if isinstance(me, Participant):
            program: Program = now.state(Stream(me.program_id))
            known = packs_in_force(packs, program, asked.on, me.since)
            pairings = [Stream(j.pairing_id) for j in me.pairings] if asked.cites else []
            _check_use(asked, known, [(now.state(p), now.history[p]) for p in pairings])

    def invoking(now: Situation, asked: InvokeConfidentialityException, _decided: Decision) -> None:
        pairing: Pairing = now.state(Stream(asked.pairing_id))
        assert not isinstance(pairing, NotFormed)
        program: Program = now.state(Stream(pairing.facts.program_id))
        known = packs_in_force(packs, program, asked.on, _begun(now, pairing))
        _check_ground(asked, known, pairing.facts.notes)

    return (
        Guard(AttachEvidence, _members, attaching),
        Guard(AttachParticipantEvidence, check=attaching_about),
        Guard(InvokeConfidentialityException, _members, outcome=invoking),
    )


def _members(command: Any, seen: Situation) -> tuple[Stream, ...]:
    """Whoever is in the pairing: the version of a pack may depend on when they were enrolled."""
    me = Stream(command.pairing_id)
    if not seen.has(me) or isinstance(seen.state(me), NotFormed):
        return ()
    return tuple(map(Stream, seen.state(me).facts.seats))


def _begun(now: Situation, pairing: Pairing) -> date | None:
    """Since when the first mentee of a pairing is enrolled."""
    assert not isinstance(pairing, NotFormed)
    program: Program = now.state(Stream(pairing.facts.program_id))
    people = [now.state(Stream(seat)) for seat in pairing.facts.seats]
    days = [
        (program.settings.part(p.role) != "mentee", p.since)
        for p in people
        if isinstance(p, Participant)
    ]
    return min(days)[1] if days else None


def _check_use(asked: Any, known: tuple[Pack, ...], pairings: list[tuple[Pairing, Any]]) -> None:
    uses = {asked.purpose, *(["evaluation"] if asked.visibility == "evaluative" else [])}
    notes = _notes(pairings)
    for pack, rule in _prohibiting(known):
        if rule.enforce != "guard" or not uses & {*rule.purposes}:
            continue
        opened = _opened(pairings, rule, asked.on)
        closed = [
            note
            for note in asked.cites
            if note in notes and notes[note].visibility in rule.visibility and note not in opened
        ]
        if closed or asked.visibility in rule.visibility:
            raise Refused(
                f"{rule.id} ({pack.id}, {rule.citation}): {rule.title}; this would be used for "
                f"{' and '.join(sorted(uses & {*rule.purposes}))}",
                "prohibited_use",
                rule=rule.id,
                pack=pack.id,
                notes=closed,
            )


def _check_ground(
    asked: InvokeConfidentialityException,
    known: tuple[Pack, ...],
    notes: Mapping[NoteId, NoteWritten],
) -> None:
    """Each note is opened on a ground that a rule about its class names (INV-79)."""
    rules = [rule for _, rule in _prohibiting(known)]
    for note in asked.material:
        about = [rule for rule in rules if notes[note].visibility in rule.visibility]
        grounds = sorted({ground for rule in about for ground in rule.exceptions})
        if asked.ground not in grounds:
            named = f"they are {', '.join(grounds)}" if grounds else "there is none"
            raise Refused(
                f"no policy pack of the program names the ground {asked.ground!r} for text of the "
                f"class {notes[note].visibility}; {named}",
                "no_such_ground",
                grounds=grounds,
            )


def _prohibiting(known: tuple[Pack, ...]) -> Iterator[tuple[Pack, ProhibitedUse]]:
    for pack in known:
        for rule in pack.rules:
            if isinstance(rule, ProhibitedUse):
                yield pack, rule


def _notes(pairings: list[tuple[Pairing, Any]]) -> Mapping[NoteId, NoteWritten]:
    formed = [pairing for pairing, _ in pairings if not isinstance(pairing, NotFormed)]
    return {note: written for pairing in formed for note, written in pairing.facts.notes.items()}


def _opened(pairings: list[tuple[Pairing, Any]], rule: ProhibitedUse, on: date) -> set[NoteId]:
    """The notes that were opened by a day, on a ground that this rule names."""
    return {
        note
        for _, history in pairings
        for placed in effective(history)
        if isinstance(placed.event, ConfidentialityExceptionInvoked)
        and placed.event.on <= on
        and placed.event.ground in rule.exceptions
        for note in placed.event.material
    }
