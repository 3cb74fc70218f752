"""One cell with several ticked choices, told apart where that can be done without guessing.

The form's own download joins choices with a semicolon, the linked sheet with a comma and a space,
and both leave a choice that holds the same characters as it is. So a cell is split along the
declared choices, the longest first; without them it stays whole.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

__all__ = ["Ticked", "declared", "ticked"]

_CHOICES = "choices."


class Ticked(NamedTuple):
    """The choices in a cell, and whether all of them are declared ones."""

    choices: tuple[str, ...]
    known: bool


def declared(more: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The declared choices by the title of their question.

    They stand in the adapter's own options as ``"choices.TITLE"``, one choice a line; an empty
    list says that the question has checkboxes, and no more.
    """
    return {
        key.removeprefix(_CHOICES): tuple(
            dict.fromkeys(line.strip() for line in text.splitlines() if line.strip())
        )
        for key, text in more.items()
        if key.startswith(_CHOICES)
    }


def ticked(cell: str, choices: Collection[str], separator: str) -> Ticked:
    """The choices that a cell joins.

    A cell that declared choices fill is split along them. Otherwise what follows the last
    declared choice is one text: the respondent's own under "Other", which stands last.
    """
    longest_first = sorted(choices, key=len, reverse=True)
    dead: set[int] = set()
    stack: list[tuple[int, tuple[str, ...]]] = [(0, ())]
    furthest: tuple[int, tuple[str, ...]] = (0, ())
    while stack:
        start, found = stack.pop()
        if start > len(cell):  # the last choice reached the end
            return Ticked(found, known=True)
        if start in dead:
            continue
        dead.add(start)
        if start > furthest[0]:
            furthest = (start, found)
        for choice in reversed(longest_first):  # the longest is taken up first
            end = start + len(choice)
            if cell.startswith(choice, start) and cell[end : end + len(separator)] in {
                "",
                separator,
            }:
                stack.append((end + len(separator), (*found, choice)))
    start, found = furthest
    rest = (cell[start:],) if cell[start:] else ()
    return Ticked((*found, *rest), known=False)
