"""What cells came to is kept for a while: the same names and days come again in row after row."""

from collections.abc import Hashable
from typing import Any

__all__ = ["CellCache"]

MANY = 20_000
"""How many readings are kept before all are dropped."""


class CellCache:
    """Readings of cells, for as long as what they rest on stays as it is."""

    def __init__(self) -> None:
        self._found: dict[Hashable, tuple[Hashable, Any]] = {}

    def get(self, key: Hashable, rests_on: Hashable = None) -> Any:
        """What a cell came to earlier, or ``None``.

        Args:
            key: The field and the text, and all that the reading depends on in the mapping.
            rests_on: The state of the directory, for a reading that looks something up there.
        """
        found = self._found.get(key)
        return found[1] if found is not None and found[0] == rests_on else None

    def put(self, key: Hashable, found: Any, rests_on: Hashable = None) -> None:
        """Keep what a cell came to."""
        if len(self._found) >= MANY:
            self._found.clear()
        self._found[key] = (rests_on, found)
