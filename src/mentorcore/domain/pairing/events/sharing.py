"""The author of a note shares it with members, and ends that: what can happen and be asked."""

from datetime import date

from mentorcore.domain.declarations import command, event, public
from mentorcore.domain.pairing.events.work import NoteWritten
from mentorcore.domain.values import NoteId, PairingId, ParticipantId


@event(
    "pairing.note-shared",
    occurred="on",
    author="author",
    refers_to=(NoteWritten, "note_id"),
)
class NoteShared:
    """The author of a note let members read it whom its visibility does not name.

    Attributes:
        shared_with: The members who may read it from then on.
    """

    note_id: NoteId
    author: ParticipantId
    shared_with: tuple[ParticipantId, ...] = public(fixed=True)
    on: date


@command(leads_to=NoteShared)
class ShareNote:
    """Let members read a note; it is its author's to share, and stays shared until that is ended.

    Attributes:
        shared_with: The members who may read it from then on.
    """

    pairing_id: PairingId
    note_id: NoteId
    author: ParticipantId
    shared_with: tuple[ParticipantId, ...]
    on: date


@event(
    "pairing.note-sharing-ended",
    occurred="on",
    author="author",
    refers_to=(NoteWritten, "note_id"),
)
class NoteSharingEnded:
    """The author of a note ended that members read it; what they have read they know.

    Attributes:
        ended_for: The members who do not read it any more.
    """

    note_id: NoteId
    author: ParticipantId
    ended_for: tuple[ParticipantId, ...] = public(fixed=True)
    on: date


@command(leads_to=NoteSharingEnded)
class EndNoteSharing:
    """End that members read a note.

    Attributes:
        ended_for: The members who are not to read it any more; nobody said, it is all of them.
    """

    pairing_id: PairingId
    note_id: NoteId
    author: ParticipantId
    on: date
    ended_for: tuple[ParticipantId, ...] = ()
