"""In which state of its life a response is: finished by a person, left half way, a test, ...

Qualtrics says it with two fields. The statuses are an open set, and none makes a response vanish:
it is marked, and what becomes of it is decided elsewhere.
"""

from collections.abc import Collection
from functools import lru_cache
from typing import Literal

__all__ = ["KNOWN", "LONG", "life", "mode_of", "settled"]

KNOWN = {
    "0": "complete",
    "ip address": "complete",
    "1": "preview",
    "survey preview": "preview",
    "2": "test",
    "survey test": "test",
    "4": "imported",
    "imported": "imported",
    "8": "spam",
    "spam": "spam",
    "9": "spam",
    "survey preview spam": "spam",
    "preview spam": "spam",
    "12": "spam",
    "imported spam": "spam",
    "16": "offline",
    "offline": "offline",
    "17": "preview",
    "offline preview": "preview",
    "offline survey preview": "preview",
    "256": "synthetic",
    "synthetic": "synthetic",
}
"""What the statuses mean, as codes and as labels."""

_GENUINE = {"complete", "imported", "offline"}
_YES, _NO = {"true", "1"}, {"false", "0"}

LONG = 24 * 60 * 60
"""Seconds after which a response that was not finished was closed by Qualtrics, not by a person."""


@lru_cache(maxsize=256)
def life(status: str | None, finished: str | None) -> str:
    """The lifecycle word for a status and whether it was finished; ``None`` is no column."""
    known = "complete" if status is None else KNOWN.get(status.strip().casefold(), "unknown")
    if known not in _GENUINE or finished is None:
        return known
    done = finished.strip().casefold()
    return known if done in _YES else "partial" if done in _NO else "unknown"


def settled(word: str, seconds: float | None, *, recorded: bool) -> str:
    """What became of a ``partial`` response: still open, closed by a person's leaving, or by time.

    Args:
        word: The lifecycle word so far.
        seconds: How long it was open, if that is known.
        recorded: Whether it was recorded at all; one that was not is still being filled in.
    """
    if word != "partial":
        return word
    if not recorded:
        return "in-progress"
    return "auto-closed" if seconds is not None and seconds >= LONG else word


def mode_of(
    statuses: Collection[str], finished: Collection[str], *, strict: bool
) -> Literal["labels", "codes", "both"] | None:
    """Whether an export writes choices as labels or as codes; ``None`` when it does not tell.

    Args:
        statuses: The different texts of the status column.
        finished: The different texts of the column that says whether a response was finished.
        strict: Whether codes there prove codes everywhere, as they do in the modern layout.
    """
    found = set()
    for texts in (statuses, finished):
        said = {text.strip() for text in texts} - {""}
        found |= {"codes" if text.isdecimal() else "labels" for text in said}
        if found:
            break
    if found == {"labels"}:
        return "labels"
    if found == {"codes"}:
        return "codes" if strict else None
    return "both" if found else None
