"""People and pairings that a name fits, each with what tells it apart from the others."""

from __future__ import annotations

from collections.abc import Iterator

import mentorcore
from mentorcore.render.status import name_of
from mentorcore.render.text import clean

__all__ = ["pairing_said", "person_said"]


def person_said(found: mentorcore.Found, *, programs: bool = False) -> str:
    """Somebody with address, role, cohort and school, and the id that says which they are.

    Args:
        found: Who was found.
        programs: Whether the program is said, too.
    """
    return f"{', '.join(_parts(found, programs=programs))}: {found.participant or found.person}"


def _parts(found: mentorcore.Found, *, programs: bool) -> Iterator[str]:
    name = name_of(found) if found.participant or found.name else "somebody"
    yield f"{name} <{clean(found.email)}>" if isinstance(found.email, str) else name
    if found.role:
        yield found.role
    if programs:
        yield found.program_name
    for told in (found.cohort, found.unit, found.institution):
        if isinstance(told, str) and told:
            yield clean(told)


def pairing_said(found: mentorcore.FoundPairing) -> str:
    """A pairing by its people, with its cohort, since when it is, and its id."""
    people = " & ".join(name_of(who) for who in found.people)
    told = [people, found.cohort, f"since {found.formed_on}", found.situation]
    return f"{', '.join(filter(None, told))}: {found.pairing}"
