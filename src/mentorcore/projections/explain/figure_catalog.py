"""Every figure of a row, found by the path to it.

A figure is named by the path to it: ``minutes``, ``goal_counts.overdue``, ``numbers.meetings``. An
item of a list is named by what it is about, its first member: ``trainings.safeguarding.validity``.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from mentorcore.domain.values import Erased, Withheld
from mentorcore.projections.explain.explanation import Figure
from mentorcore.projections.explain.provenance_search import MISSING
from mentorcore.projections.folding.figure import DependsOn, figures_of

__all__ = ["ALIASES", "figures_in", "found", "rests", "settled"]

Path = tuple[str, ...]

ALIASES: Mapping[str, str] = {
    "last_contact": "last_meeting",
    "name": "who.name",
    "role": "who.role",
    "load": "capacity.load",
    "places": "capacity.places",
    "free": "capacity.free",
}
"""Other names under which people ask for a figure."""


def found(row: Any, path: Path) -> Any:
    """The figure at a path; `MISSING` when there is none, and what withholds it if that is so."""
    for step in path:
        if isinstance(row, Withheld | Erased):
            return row
        row = _item(row, step) if isinstance(row, tuple) else getattr(row, step, MISSING)
        if row is MISSING:
            return MISSING
    return row


def settled(row: Any, path: Path) -> Path:
    """The same path with items named by what they are about, where it counted them from 1."""
    whole: list[str] = []
    for step in path:
        if isinstance(row, tuple) and step.isdecimal() and 0 < int(step) <= len(row):
            row = row[int(step) - 1]
            whole.append(_key(row))
        else:
            row = found(row, (step,))
            whole.append(step)
    return tuple(whole)


def _item(items: tuple[Any, ...], key: str) -> Any:
    for item in items:
        if _key(item) == key:
            return item[1] if isinstance(item, tuple) else item
    return MISSING


def _key(item: Any) -> str:
    """What an item is called by: its first member."""
    if isinstance(item, tuple):
        return str(item[0])
    if attrs.has(type(item)):
        return str(getattr(item, attrs.fields(type(item))[0].name))
    return str(item)


def rests(row: Any, path: Path) -> DependsOn:
    """What the figure at a path says and can rest on: the narrowest that is told of it.

    Raises:
        KeyError: There is no such figure.
    """
    told: DependsOn | None = None
    for step in path:
        if isinstance(row, tuple):
            row = _item(row, step)
            continue
        told = figures_of(type(row)).get(step, told)
        row = getattr(row, step, MISSING)
    if told is None:
        raise KeyError(path)
    return told


def figures_in(row: Any, path: Path = ()) -> Iterator[Figure]:
    """Every figure of a row, those of its parts after it."""
    for name, told in figures_of(type(row)).items():
        value = getattr(row, name, None)
        here = (*path, name)
        if figures_of(type(value)):
            yield from figures_in(value, here)
        elif isinstance(value, tuple) and value and name != "evidence":
            yield from _items(value, here, told)
        else:
            yield Figure(".".join(here), told.about, value)


def _items(items: tuple[Any, ...], path: Path, told: DependsOn) -> Iterator[Figure]:
    for number, item in enumerate(items, 1):
        here = (*path, _key(item) if "." not in _key(item) else str(number))
        if figures_of(type(item)):
            yield from figures_in(item, here)
        elif isinstance(item, tuple):
            yield Figure(".".join(here), told.about, item[1])
        else:
            yield Figure(".".join(path), told.about, items)
            return
