"""Who reads which field of a happening, as its class declares it.

A field that declares no readers may be seen by everybody who may see the happening itself; no
personal field is one of those.
"""

from collections.abc import Collection, Mapping
from typing import Any

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.declarations import event_info, field_readers, personal_fields
from mentorcore.domain.values import Withheld
from mentorcore.domain.visibility import BY_VISIBILITY
from mentorcore.projections.access.redactor import Readers, Redactor, readers_of, withheld

__all__ = ["author_of", "hidden_author", "kind_shown", "readers_of_field", "subjects_of"]


def readers_of_field(event: Any, field: str) -> Readers | None:
    """Who reads a field; ``None`` for everybody who sees the happening."""
    declared = field_readers(type(event)).get(field)
    return readers_of(event.visibility) if declared == BY_VISIBILITY else declared


def author_of(event: Any, persons: Mapping[str, str]) -> str | None:
    """The person whom a happening comes from, where its class names the author.

    Args:
        event: The happening as it stands.
        persons: By participant, the person.
    """
    named = event_info(type(event)).author
    if named is None:
        return None
    author = getattr(event, named)
    return author if kind_of(author or "") == "person" else persons.get(author)


def hidden_author(
    event: Any,
    persons: Mapping[str, str],
    members: Collection[str],
    seer: Redactor,
    case: str | None = None,
) -> Withheld | None:
    """What stands for whoever recorded a happening, where that could tell whom it comes from.

    It stands there whoever recorded it, or its absence would tell that somebody else did.

    Args:
        event: The happening as it stands.
        persons: By participant, the person.
        members: The persons of its pairing.
        seer: Who is asking.
        case: The case that it happened to, or serves.
    """
    field = event_info(type(event)).author
    readers = None if field is None else readers_of_field(event, field)
    if field is None or readers is None:
        return None
    author = author_of(event, persons)
    if seer.may(readers, author=author, members=members, case=case):
        return None
    return withheld("author", readers)


def kind_shown(event: Any, field: str) -> str:
    """The class under which a withheld field is named."""
    if field_readers(type(event)).get(field) == BY_VISIBILITY:
        return str(event.visibility)
    mark = personal_fields(type(event)).get(field)
    return field if mark is None else mark.kind


def subjects_of(event: Any, field: str) -> tuple[str, ...]:
    """The persons under whose keys a field is sealed; nobody for what stands in the clear."""
    mark = personal_fields(type(event)).get(field)
    return () if mark is None else mark.subjects(event)
