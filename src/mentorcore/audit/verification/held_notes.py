"""Reading the file of a checkpoint that somebody kept, however it was kept.

A mail program, an editor or a shell puts lines around a checkpoint, ends its lines otherwise, or
writes it in another encoding. The note is taken out of that; its signature tells whether it is one.
"""

from mentorcore.audit.standalone import notes_in
from mentorcore.errors import NoteInvalid

__all__ = ["held_note"]


def held_note(kept: str | bytes, name: str = "what was given") -> str:
    """The one checkpoint that stands in what somebody kept.

    Args:
        kept: The bytes of a file, or their text.
        name: What it is called in messages, such as the name of the file.

    Raises:
        NoteInvalid: There is none, or there are several.
    """
    found, odd = notes_in(kept.encode(errors="replace") if isinstance(kept, str) else kept)
    found = list(dict.fromkeys(found))
    if not found:
        raise NoteInvalid(f"{name} holds no checkpoint: {odd or 'it is empty'}")
    if len(found) > 1:
        raise NoteInvalid(f"{name} holds {len(found)} checkpoints; keep each in a file of its own")
    return found[0]
