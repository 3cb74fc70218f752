"""The persisted views beside a log in PostgreSQL: rows of partials, and how far they reach."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, TypeVar

from mentorcore.errors import Conflict, LogAway, LogBusy, LogError
from mentorcore.log.storage.append_checks import (
    MIGRATION,
    SUBSCRIPTION,
    kept_position,
    refuse_unfit_view,
    stored_position,
)
from mentorcore.log.storage.store import ViewRow
from mentorcore.log.stores.postgres.connection import Link
from mentorcore.log.stores.postgres.statements import Statements
from mentorcore.log.stores.postgres.tables import lock_number

__all__ = ["PersistedViews"]

T = TypeVar("T")

# Rows come from the database as tuples of the right length, so the check of `Row._make` is spared.
as_view_row = partial(tuple.__new__, ViewRow)


class PersistedViews:
    """The part of `PostgresStore` that keeps views."""

    _sql: Statements
    _log_id: bytes
    _hidden: frozenset[str] = frozenset()
    """Views that stand behind the last event, and that could not be dropped: nobody sees them."""

    def _ask(self, statement: bytes, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        raise NotImplementedError

    def _persist(self, work: Callable[[Link, bool], T], *, writes: bool = False) -> T:
        raise NotImplementedError

    def _transaction(self, link: Link, begin: bytes) -> AbstractContextManager[tuple[Any, ...]]:
        raise NotImplementedError

    def tail(self) -> int:
        """See `Store.tail`."""
        raise NotImplementedError

    def view_position(self, view: str) -> int:
        """See `Store.view_position`."""
        if view in self._hidden:
            return 0
        return self._persist(lambda link, _again: self._position(link, view))

    def view_rows(self, view: str, streams: Sequence[str]) -> dict[str, ViewRow]:
        """See `Store.view_rows`."""
        if not streams or view in self._hidden:
            return {}
        rows = self._ask(self._sql.view_rows, (view, list(streams)))
        return {row[0]: as_view_row(row) for row in rows}

    def view_group(self, view: str, group: str) -> list[ViewRow]:
        """See `Store.view_group`."""
        if view in self._hidden:
            return []
        return list(map(as_view_row, self._ask(self._sql.view_group, (view, group))))

    def view_save(self, view: str, before: int, position: int, rows: Sequence[ViewRow]) -> None:
        """See `Store.view_save`."""
        refuse_unfit_view(view, before, position, rows)
        if view in self._hidden:
            raise LogError(f"view {view!r} stands behind the last event, and may not be dropped")

        def save(link: Link, again: bool) -> None:
            with self._transaction(link, self._sql.begin):
                link.execute("SELECT pg_advisory_xact_lock(%s)", (lock_number(self._log_id, view),))
                held = self._position(link, view)
                if again and held == position > before:
                    return  # the earlier try came through, only its answer did not
                if held != before:
                    raise Conflict(
                        f"view {view!r} stands at position {held}, no longer at {before}"
                    )
                if position > before:
                    link.execute(self._sql.view_moved, (view, position))
                unique = {row.stream: row for row in rows}
                if unique:
                    columns = tuple(map(list, zip(*unique.values(), strict=True)))
                    link.execute(self._sql.view_put, (view, *columns), binary=True)

        self._persist(save, writes=True)

    def _position(self, link: Link, view: str) -> int:
        row = link.execute(self._sql.view_position, (view,)).fetchone()
        return kept_position(view, row[0]) if row else 0

    def view_drop(self, view: str) -> None:
        """See `Store.view_drop`."""
        if view != MIGRATION:
            self._persist(lambda link, _again: self._drop(link, view), writes=True)

    def _drop(self, link: Link, view: str) -> None:
        with self._transaction(link, self._sql.begin):
            link.execute("SELECT pg_advisory_xact_lock(%s)", (lock_number(self._log_id, view),))
            link.execute(self._sql.view_drop_rows, (view,))
            link.execute(self._sql.view_drop_position, (view,))

    def views(self) -> dict[str, int]:
        """See `Store.views`."""
        found = dict(self._ask(self._sql.views, (MIGRATION,)))
        return {
            view: stored_position(position)
            for view, position in found.items()
            if view not in self._hidden
        }

    def _drop_views_ahead(self) -> None:
        """Forget views that stand behind the last event: an older log was put in its place."""
        tail = self.tail()
        for view, position in self.views().items():
            # The tail may have grown since, never shrunk.
            kept = view.startswith(SUBSCRIPTION)  # it says itself that it is ahead of the log
            if not kept and position > tail and position > self.tail():
                try:
                    self.view_drop(view)
                except (LogAway, LogBusy):
                    raise
                except LogError:  # a user who may only read
                    self._hidden |= {view}
