"""In which state of its life a response is: finished by a person, left half way, a test, ...

Qualtrics says it with two fields. The statuses are an open set, and none makes a response vanish:
it is marked, and what becomes of it is decided elsewhere.
"""

from collections.abc import Collection
from functools import lru_cache
from typing import Literal

__all__ = ["EXCEL", "LONG", "is_answer", "is_known", "life", "mode_of", "settled"]

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
_BITS = {8: "spam", 1: "preview", 2: "test", 256: "synthetic", 4: "imported", 16: "offline"}
_PARTS = {
    "spam": "spam",
    **dict.fromkeys(
        ("preview", "vorschau", "aperçu", "vista previa", "anteprima", "visualiza"), "preview"
    ),
    **dict.fromkeys(("test", "prueba", "prova", "teste"), "test"),
    **dict.fromkeys(("synthe", "sinté", "synthé", "sintetic"), "synthetic"),
}
"""Parts of statuses that are not documented, or written in another language."""


EXCEL = (
    frozenset(
        {
            "wahr", "vrai", "verdadero", "verdadeiro", "vero", "waar", "prawda", "doğru", "sann",
            "sand", "tosi", "истина", "igaz",
        }
    ),
    frozenset(
        {
            "falsch", "faux", "falso", "onwaar", "fałsz", "yanliş", "falskt", "falsk", "epätosi",
            "ложь", "hamis",
        }
    ),
)  # fmt: skip
"""What TRUE and FALSE become when a spreadsheet in another language saves an export again."""

_YES, _NO = {"true", "1", "1.0"} | EXCEL[0], {"false", "0", "0.0"} | EXCEL[1]

LONG = 24 * 60 * 60
"""Seconds after which a response that was not finished was closed by Qualtrics, not by a person."""


@lru_cache(maxsize=256)
def life(status: str | None, finished: str | None) -> str:
    """The lifecycle word for a status and whether it was finished; ``None`` is no column."""
    known = "complete" if status is None else _kind(status.strip().casefold())
    if known not in _GENUINE or finished is None:
        return known
    done = finished.strip().casefold()
    return known if done in _YES else "partial" if done in _NO else "unknown"


def is_known(status: str) -> bool:
    """Whether a status is one of those that are documented or were seen."""
    return _plain(status.strip().casefold()) in KNOWN


def is_answer(finished: str) -> bool:
    """Whether a text says if a response was finished."""
    return finished.strip().casefold() in _YES | _NO


def _plain(status: str) -> str:
    """A status without the decimals that a spreadsheet may have given it."""
    return status.removesuffix(".0")


def _kind(status: str) -> str:
    """What a status means; a new one may be put together from those that are known."""
    status = _plain(status)
    if (known := KNOWN.get(status)) is not None:
        return known
    if status.isdecimal() and len(status) < len("10000") and not int(status) & ~sum(_BITS):
        return next((word for bit, word in _BITS.items() if int(status) & bit), "unknown")
    return next((word for part, word in _PARTS.items() if part in status), "unknown")


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
        found |= {"codes" if _plain(text).isdecimal() else "labels" for text in said}
        if found:
            break
    if found == {"labels"}:
        return "labels"
    if found == {"codes"}:
        return "codes" if strict else None
    return "both" if found else None
