"""Whether a log tells of certain events at all, asked again and again while it grows.

There is no index of events by name: the first question looks through the log, and each later one
only at what has come since. What was told once stays so, whatever is taken back.
"""

from collections.abc import Iterable

from mentorcore.log.storage.store import Store

__all__ = ["NamesTold"]


class NamesTold:
    """Which of certain names of events a log holds.

    Args:
        store: The log.
        names: The names that are asked for.
    """

    def __init__(self, store: Store, names: Iterable[str]) -> None:
        self._store = store
        self._looked = (0, frozenset(names))
        """Up to which position it was looked, and what was told nowhere until there."""

    def any(self, names: Iterable[str], position: int) -> bool:
        """Whether one of these is told.

        Args:
            names: Some of those that are asked for.
            position: A position that the log has reached; what was told behind it may count too.
        """
        wanted = frozenset(names)
        if wanted <= self._looked[1]:
            self._look(position)
        return not wanted <= self._looked[1]

    def _look(self, position: int) -> None:
        """Look through what has come since; each name is looked for until it is found."""
        after, untold = self._looked
        while after < position and untold:
            rows = self._store.page(after, 1, tuple(sorted(untold)))
            untold -= {row.name for row in rows}
            after = rows[0].position if rows else position
        # Both at once: of two threads the later one may put back less, and it is right as well.
        self._looked = (after, untold)
