"""Responses are read once more as an earlier import read them."""

from collections.abc import Callable
from typing import Final

import attrs

from mentorcore.engine.indexes.mappings import MappingIndex
from mentorcore.intake.row import Interpreter

__all__ = ["NO_MAPPING", "REREAD", "EarlierMappings", "Formerly"]

Formerly = Callable[[str, str], Interpreter | None]
"""Answers with what reads responses as an import did, by its id and the digest of its mapping."""

REREAD: Final = "it was read under the mapping {} before, and is read under the mapping {} now"
NO_MAPPING: Final = (
    "the mapping by which it was taken cannot be read here any more, so nobody can tell what it "
    "made of it; it stays as it was"
)


@attrs.define
class EarlierMappings:
    """What reads responses by the mappings of earlier imports, made once for each of those."""

    _mappings: MappingIndex
    _made: dict[str, Interpreter | None] = attrs.field(factory=dict, init=False)

    def reads(self, batch: str, digest: str) -> Interpreter | None:
        """What reads as an import did; ``None`` where its mapping cannot be read any more.

        Args:
            batch: The import.
            digest: The digest of its mapping.
        """
        if batch not in self._made:
            mapping = self._mappings.mapping(digest)
            orders = self._mappings.orders(batch)
            self._made[batch] = None if mapping is None else Interpreter(mapping, orders)
        return self._made[batch]
