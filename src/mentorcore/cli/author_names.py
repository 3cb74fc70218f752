"""The names of those who recorded something, for whoever may see them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import mentorcore
from mentorcore.cli.arguments import account

__all__ = ["authors_of", "people_among"]


def people_among(*told: Any) -> set[str]:
    """The persons whom entries, grounds or corrections name as their authors."""
    found: set[str] = set()
    for one in told:
        for by in (one.actor, getattr(one, "on_behalf_of", None), one.asked_by):
            author = by.id if isinstance(by, mentorcore.Actor) else by
            if isinstance(author, str) and author.startswith("person:"):
                found.add(author)
        for correction in getattr(one, "all_corrections", ()):
            found |= people_among(correction)
    return found


def authors_of(
    engine: mentorcore.Engine, persons: Iterable[str], who: mentorcore.Viewer
) -> dict[str, str]:
    """Names by the ids of persons, as far as they may be seen and are known.

    The account that runs this is among them, to be known again as who asked.
    """
    names = {p: name for p in persons if (name := _name(engine, p, who)) is not None}
    if (mine := account()) is not None:
        with suppress(mentorcore.KeyMissing):
            names[engine.account_id(mine)] = f"{mine} (this account)"
    return names


def _name(engine: mentorcore.Engine, person: str, who: mentorcore.Viewer) -> str | None:
    found = None
    try:
        for record in engine.effective(stream=person):
            told = mentorcore.plain(record, viewer=who).get("event")
            name = told.get("name") if isinstance(told, dict) else None
            found = name if isinstance(name, str) else found
    except mentorcore.Refused:  # an author whom the log does not know, or of another program
        return None
    return found
