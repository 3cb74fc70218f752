"""What a member of a row says, and which events can make it another: said where it is declared."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

import attrs

__all__ = ["DependsOn", "computed", "figure", "figures_of", "rests_on"]

R = TypeVar("R")
FIGURE = "mentorcore.figure"


@attrs.frozen
class DependsOn:
    """What a figure says, and the events that can make it another.

    Attributes:
        about: What it says, in a few words.
        events: The classes of those events.
    """

    about: str
    events: frozenset[type]


def rests_on(about: str, *events: type | Iterable[type]) -> DependsOn:
    """What something says, and the classes of events that can make it another.

    Args:
        about: What it says, in a few words.
        events: Classes, and groups of them. What founds a stream, corrects something or revises
            the settings of a program can matter to everything and is not repeated here.
    """
    found: set[type] = set()
    for event in events:
        found |= {event} if isinstance(event, type) else set(event)
    return DependsOn(about, frozenset(found))


def figure(about: str, *events: type | Iterable[type]) -> dict[str, DependsOn]:
    """The metadata of a member of a row: ``field(metadata=figure("meetings held", MeetingHeld))``.

    Without events it rests on those that found a stream; see `rests_on`.
    """
    return {FIGURE: rests_on(about, *events)}


def computed(about: str, *events: type | Iterable[type]) -> Callable[[R], R]:
    """The same for a member that follows from others: below ``@property``."""

    def declare(told: R) -> R:
        told.__dict__[FIGURE] = rests_on(about, *events)
        return told

    return declare


_DECLARED: dict[type, Mapping[str, DependsOn]] = {}


def figures_of(row: type) -> Mapping[str, DependsOn]:
    """By member, what a class of rows declares; nothing for any other class."""
    found = _DECLARED.get(row)
    if found is None:
        found = _DECLARED[row] = dict(_declared(row)) if attrs.has(row) else {}
    return found


def _declared(row: Any) -> Iterator[tuple[str, DependsOn]]:
    for member in attrs.fields(row):
        if FIGURE in member.metadata:
            yield member.name, member.metadata[FIGURE]
    for name, member in vars(row).items():
        if isinstance(member, property) and FIGURE in member.fget.__dict__:
            yield name, member.fget.__dict__[FIGURE]
