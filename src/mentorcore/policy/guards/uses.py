"""Text is put to no use that a pack prohibits, and is opened on the grounds that packs name."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from mentorcore.domain.aggregate import Decision, Situation, kind_of
from mentorcore.domain.corrections.commands import AmendRecord, CorrectionCommand, RetractRecord
from mentorcore.domain.effective import effective
from mentorcore.domain.model import Guard
from mentorcore.domain.pairing.events.work import NoteWritten
from mentorcore.domain.pairing.state import NotFormed, Pairing
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.program import Program
from mentorcore.domain.requirements.case_events import NotesOpenedForCase, OpenNotesForCase
from mentorcore.domain.requirements.evidence_events import (
    AttachEvidence,
    AttachParticipantEvidence,
    ConfidentialityExceptionInvoked,
    EvidenceAttached,
    InvokeConfidentialityException,
    ParticipantEvidenceAttached,
)
from mentorcore.domain.values import NoteId, Stream
from mentorcore.errors import Refused
from mentorcore.policy.guards.in_force import packs_in_force
from mentorcore.policy.guards.joining_reads import goes_by_packs
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

    def invoking(
        now: Situation,
        asked: InvokeConfidentialityException | OpenNotesForCase,
        _decided: Decision,
    ) -> None:
        pairing: Pairing = now.state(Stream(asked.pairing_id))
        assert not isinstance(pairing, NotFormed)
        program: Program = now.state(Stream(pairing.facts.program_id))
        known = packs_in_force(packs, program, asked.on, _begun(now, pairing))
        _check_ground(asked, known, pairing.facts.notes)

    def correcting(now: Situation, asked: CorrectionCommand, decided: Decision) -> None:
        if kind_of(asked.stream) == "pairing" and decided:
            _check_corrected(packs, now, decided, asked.stream)

    return (
        Guard(AttachEvidence, _members, attaching),
        Guard(AttachParticipantEvidence, check=attaching_about),
        Guard(AmendRecord, outcome=correcting),
        Guard(RetractRecord, outcome=correcting),
        Guard(InvokeConfidentialityException, _members, outcome=invoking),
        Guard(OpenNotesForCase, _members, outcome=invoking),
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
    for pack, rule, closed in _prohibited(asked, known, pairings):
        raise Refused(
            f"{rule.id} ({pack.id}, {rule.citation}): {rule.title}; this would be used for "
            f"{' and '.join(sorted(_uses(asked) & {*rule.purposes}))}",
            "prohibited_use",
            rule=rule.id,
            pack=pack.id,
            notes=closed,
        )


def _check_corrected(packs: Packs, now: Situation, decided: Decision, stream: Stream) -> None:
    """Refuse a correction of a note, or of its opening, under evidence that may not cite it then.

    What was prohibited before it is not held against it.
    """
    state: Pairing = now.state(stream)
    if isinstance(state, NotFormed) or not goes_by_packs(now, Stream(state.facts.program_id)):
        return
    program: Program = now.state(Stream(state.facts.program_id))
    then = now.after(decided)
    before, after = ((s.state(stream), s.history[stream]) for s in (now, then))
    was, is_now = ([_notes([at]), _exceptions([at])] for at in (before, after))
    if was == is_now or isinstance(after[0], NotFormed):
        return
    for evidence, begun in _evidence(now, then, stream, after[0]):
        known = packs_in_force(packs, program, evidence.on, begun)
        if not any(_prohibited(evidence, known, [before])):
            _check_use(evidence, known, [after])


def _evidence(
    now: Situation, then: Situation, stream: Stream, pairing: Pairing
) -> Iterator[tuple[Any, date | None]]:
    """What evidence there is about a pairing and its members, and since when those are enrolled."""
    assert not isinstance(pairing, NotFormed)
    for placed in effective(then.history[stream]):
        if isinstance(placed.event, EvidenceAttached):
            yield placed.event, _begun(now, pairing)
    for seat in map(Stream, pairing.facts.seats):
        for placed in effective(now.history[seat]):
            if isinstance(placed.event, ParticipantEvidenceAttached):
                yield placed.event, now.state(seat).since


def _uses(asked: Any) -> set[str]:
    return {asked.purpose, *(["evaluation"] if asked.visibility == "evaluative" else [])}


def _prohibited(
    asked: Any, known: tuple[Pack, ...], pairings: list[tuple[Pairing, Any]]
) -> Iterator[tuple[Pack, ProhibitedUse, list[NoteId]]]:
    """The rules that forbid such evidence, with the notes that it may not cite."""
    notes = _notes(pairings)
    for pack, rule in _prohibiting(known):
        if rule.enforce != "guard" or not _uses(asked) & {*rule.purposes}:
            continue
        opened = _opened(pairings, rule, asked.on)
        closed = [
            note
            for note in asked.cites
            if note in notes and notes[note].visibility in rule.visibility and note not in opened
        ]
        if closed or asked.visibility in rule.visibility:
            yield pack, rule, closed


def _check_ground(
    asked: InvokeConfidentialityException | OpenNotesForCase,
    known: tuple[Pack, ...],
    notes: Mapping[NoteId, NoteWritten],
) -> None:
    """Each note is opened on a ground that a rule about its class names (INV-79).

    What was written for those who handle cases is no exception where it is opened for one.
    """
    rules = [rule for _, rule in _prohibiting(known)]
    for note in asked.material:
        if isinstance(asked, OpenNotesForCase) and notes[note].visibility == "safeguarding":
            continue
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


def _exceptions(
    pairings: list[tuple[Pairing, Any]],
) -> list[ConfidentialityExceptionInvoked | NotesOpenedForCase]:
    told = (placed.event for _, history in pairings for placed in effective(history))
    exceptions = (ConfidentialityExceptionInvoked, NotesOpenedForCase)
    return [event for event in told if isinstance(event, exceptions)]


def _opened(pairings: list[tuple[Pairing, Any]], rule: ProhibitedUse, on: date) -> set[NoteId]:
    """The notes that were opened by a day, on a ground that this rule names."""
    return {
        note
        for invoked in _exceptions(pairings)
        if invoked.on <= on and invoked.ground in rule.exceptions
        for note in invoked.material
    }
