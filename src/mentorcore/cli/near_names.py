"""What somebody may have meant by a name that nobody bears."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

import mentorcore

__all__ = ["perhaps", "perhaps_of"]

NEAR = 3


def perhaps(names: Iterable[str], stated: str) -> str:
    """A part of a sentence that names what comes near to a word; empty where nothing does."""
    by_word: dict[str, str] = {}
    for name in names:
        for word in (name, *name.split()):
            by_word.setdefault(word.casefold(), name)
    found = [by_word[near] for near in get_close_matches(stated.casefold(), by_word, NEAR)]
    listed = " or ".join(dict.fromkeys(repr(name) for name in found))
    return f"; perhaps {listed} is meant" if listed else ""


def perhaps_of(
    engine: mentorcore.Engine, stated: str, asked: Mapping[str, Any], *, among: str | None
) -> str:
    """The same, of the people who take part in a program and whose names may be seen.

    Args:
        engine: The engine on the log.
        stated: What was typed.
        asked: For whom and at which moment.
        among: The program in which they take part, if it was said.
    """
    return perhaps(_people(engine, asked, among), stated)


def _people(
    engine: mentorcore.Engine, asked: Mapping[str, Any], among: str | None
) -> Iterator[str]:
    for line in engine.programs(**asked):
        if among in (None, line.program):
            for row in engine.status(line.program, **asked).participants:
                if isinstance(row.who.name, str):
                    yield row.who.name
