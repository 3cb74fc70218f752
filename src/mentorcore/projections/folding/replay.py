"""What an audit asks is folded from the events alone, whatever is stored beside them.

Stored partials are no events: no checkpoint covers them, and whoever can write to the database can
change them. A question about what the log knew earlier therefore never begins with them.
"""

from collections.abc import Sequence
from typing import Any

from mentorcore.log.storage.store import Store, ViewRow

__all__ = ["ReplayStore"]


class ReplayStore:
    """A log as its events tell it: stored views are neither read nor written.

    Partials are kept in memory instead, so that a second question begins where the first ended.

    Args:
        store: The log.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._position = 0
        self._rows: dict[str, ViewRow] = {}

    def __getattr__(self, name: str) -> Any:
        """Everything but stored views is asked of the log."""
        return getattr(self._store, name)

    def view_position(self, _view: str) -> int:
        """How far the events have been folded in memory."""
        return self._position

    def view_rows(self, _view: str, streams: Sequence[str]) -> dict[str, ViewRow]:
        """The rows of these streams in memory."""
        return {s: self._rows[s] for s in streams if s in self._rows}

    def view_group(self, _view: str, group: str) -> list[ViewRow]:
        """All rows of one group in memory."""
        return [row for _, row in sorted(self._rows.items()) if row.group == group]

    def view_save(self, _view: str, _before: int, position: int, rows: Sequence[ViewRow]) -> None:
        """Keep rows in memory."""
        self._position = position
        self._rows.update((row.stream, row) for row in rows)

    def views(self) -> dict[str, int]:
        """None are stored."""
        return {}
