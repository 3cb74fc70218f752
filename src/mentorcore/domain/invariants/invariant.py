"""One rule of the domain: its number, its sentence, and how it is kept."""

from typing import Literal

import attrs

__all__ = ["Invariant", "Kept", "followed_up", "guard", "reported"]

Kept = Literal["guard", "reported", "followed up"]


@attrs.frozen
class Invariant:
    """A rule of the domain.

    Attributes:
        number: Its number, such as ``INV-06``.
        kept: Whether it refuses, is reported by a view, or is followed up by a person.
        sentence: What holds.
        codes: The codes of the refusals that keep it; empty where nothing is refused.
    """

    number: str
    kept: Kept
    sentence: str
    codes: tuple[str, ...] = ()


def guard(number: int, sentence: str, *codes: str) -> Invariant:
    """A rule that refuses."""
    return Invariant(f"INV-{number:02}", "guard", sentence, codes)


def reported(number: int, sentence: str) -> Invariant:
    """A rule that a view tells about."""
    return Invariant(f"INV-{number:02}", "reported", sentence)


def followed_up(number: int, sentence: str) -> Invariant:
    """A rule that waits for a person."""
    return Invariant(f"INV-{number:02}", "followed up", sentence)
