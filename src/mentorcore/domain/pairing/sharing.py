"""With whom the notes of a pairing are shared, as its events say."""

from collections.abc import Iterable, Mapping
from typing import Any

from mentorcore.domain.pairing.events.sharing import NoteShared, NoteSharingEnded
from mentorcore.domain.values import NoteId, ParticipantId, Visibility

__all__ = ["NEVER_SHARED", "sharing"]

NEVER_SHARED: frozenset[Visibility] = frozenset({"safeguarding", "anonymous_aggregate"})
"""Classes of text that are not their author's to share: whoever handles cases reads them."""


def sharing(events: Iterable[Any]) -> Mapping[NoteId, frozenset[ParticipantId]]:
    """By note, the members with whom it is shared once all of these events happened, in order."""
    found: dict[NoteId, frozenset[ParticipantId]] = {}
    for event in events:
        if isinstance(event, NoteShared):
            found[event.note_id] = found.get(event.note_id, frozenset()).union(event.shared_with)
        elif isinstance(event, NoteSharingEnded):
            left = found.get(event.note_id, frozenset()).difference(event.ended_for)
            found[event.note_id] = left
    return {note: members for note, members in found.items() if members}
