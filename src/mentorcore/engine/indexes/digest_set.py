"""Which responses a long reading came across, in a few bytes each, so that memory stays flat."""

from array import array
from collections import Counter
from collections.abc import Iterable

__all__ = ["DigestSet", "occurring_again"]

PARTS = 256
LENGTH = 16
"""Bytes of a digest that are kept; two of many millions do not agree in so many."""


class DigestSet:
    """The digests that came by."""

    def __init__(self) -> None:
        self._parts = [bytearray() for _ in range(PARTS)]
        self._part, self._here = -1, frozenset[bytes]()

    def add(self, digests: Iterable[bytes]) -> None:
        """Note digests of 16 bytes or more."""
        parts = self._parts
        for digest in digests:
            parts[digest[0]] += digest[:LENGTH]
        self._part = -1

    def __contains__(self, digest: bytes) -> bool:
        """Whether a digest came by; quick for many that are asked for in their order."""
        if digest[0] != self._part:
            self._part, part = digest[0], bytes(self._parts[digest[0]])
            self._here = frozenset(part[i : i + LENGTH] for i in range(0, len(part), LENGTH))
        return digest[:LENGTH] in self._here


def occurring_again(numbers: Iterable[int]) -> dict[int, int]:
    """The numbers that occur more than once, and how often; numbers of 64 bits with a sign."""
    parts = [array("q") for _ in range(PARTS)]
    for number in numbers:
        parts[number % PARTS].append(number)
    again: dict[int, int] = {}
    for part in parts:
        if len(set(part)) < len(part):
            again.update((n, times) for n, times in Counter(part).items() if times > 1)
    return again
