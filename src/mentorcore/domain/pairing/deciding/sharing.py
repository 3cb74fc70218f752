"""Sharing a note is its author's act; it cannot be undone, only ended (INV-27)."""

from collections.abc import Sequence
from datetime import date

from mentorcore.domain.aggregate import Decision, Situation, decides
from mentorcore.domain.declarations import recorded_as
from mentorcore.domain.effective import VersionedEvent, effective
from mentorcore.domain.pairing.deciding.life import check_day, check_members
from mentorcore.domain.pairing.events.sharing import (
    EndNoteSharing,
    NoteShared,
    NoteSharingEnded,
    ShareNote,
)
from mentorcore.domain.pairing.events.work import NoteWritten
from mentorcore.domain.pairing.sharing import NEVER_SHARED, sharing
from mentorcore.domain.pairing.state import NotFormed, Pairing
from mentorcore.domain.program import Program, check_past
from mentorcore.domain.values import ParticipantId, Stream
from mentorcore.errors import Refused

__all__ = ["check_sharing"]


@decides(ShareNote)
def share(now: Situation, state: Pairing, program: Program, command: ShareNote) -> Decision:
    """Share a note with members of the day, if it is the author who does."""
    assert not isinstance(state, NotFormed)
    check_past(now, program, command.on)
    check_day(state, command.on, "the sharing of a note")
    note = _note(state, command)
    if not command.shared_with:
        raise Refused("say with whom the note is shared", "nothing_named")
    check_members(state.facts, command.shared_with, command.on)
    if note.visibility in NEVER_SHARED:
        raise Refused(
            f"a note of the class {note.visibility} is not its author's to share", "not_shareable"
        )
    _check_not_before(note, command.on)
    known = _shared_with(now, command).union((note.author,))
    if known.issuperset(command.shared_with):
        return ()
    return ((Stream(command.pairing_id), recorded_as(NoteShared, command)),)


@decides(EndNoteSharing)
def end_sharing(
    now: Situation, state: Pairing, program: Program, command: EndNoteSharing
) -> Decision:
    """End that members read a note; an author may do so for as long as there is a log."""
    assert not isinstance(state, NotFormed)
    check_past(now, program, command.on)
    _check_not_before(_note(state, command), command.on)
    known = _shared_with(now, command)
    if not known.issuperset(command.ended_for):
        raise Refused("somebody named here does not read this note by sharing", "not_shared")
    ended_for = command.ended_for or tuple(sorted(known))
    if not ended_for:
        return ()
    ended = recorded_as(NoteSharingEnded, command, ended_for=ended_for)
    return ((Stream(command.pairing_id), ended),)


def check_sharing(now: Situation, stream: Stream, placed: Sequence[VersionedEvent]) -> None:
    """Refuse a correction that would take back that a note was shared, or that this was ended.

    Raises:
        Refused: ``sharing_stands`` or ``before_the_note``.
    """
    after = effective(placed)
    standing = {p.version for p in after}
    for before in effective(now.history[stream]):
        told = isinstance(before.event, NoteShared | NoteSharingEnded)
        if told and before.version not in standing:
            raise Refused(
                "that a note was shared cannot be undone, only ended; and where it was ended, it "
                "can be shared again",
                "sharing_stands",
            )
    notes = {p.event.note_id: p.event for p in after if isinstance(p.event, NoteWritten)}
    for event in (p.event for p in after):
        if isinstance(event, NoteShared | NoteSharingEnded) and event.note_id in notes:
            _check_not_before(notes[event.note_id], event.on)


def _note(state: Pairing, command: ShareNote | EndNoteSharing) -> NoteWritten:
    assert not isinstance(state, NotFormed)
    note = state.facts.notes.get(command.note_id)
    if note is None:
        raise Refused("there is no such note", "no_such_note")
    if note.author != command.author:
        raise Refused("a note is its author's to share, and nobody else's", "not_the_author")
    return note


def _check_not_before(note: NoteWritten, on: date) -> None:
    if on < note.on:
        raise Refused(f"this note was written on {note.on} only", "before_the_note")


def _shared_with(now: Situation, command: ShareNote | EndNoteSharing) -> frozenset[ParticipantId]:
    history = effective(now.history[Stream(command.pairing_id)])
    told = [p.event for p in history]
    return sharing(told).get(command.note_id, frozenset())
