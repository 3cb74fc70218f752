"""The persisted views in the SQLite file of a log: rows of partials, and how far they reach."""

import sqlite3
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from typing import Any

from mentorcore.errors import Conflict
from mentorcore.log.storage.append_checks import (
    MIGRATION,
    SUBSCRIPTION,
    kept_position,
    refuse_unfit_view,
    stored_position,
)
from mentorcore.log.storage.store import ViewRow

__all__ = ["PersistedViews"]

ODD = "surrogateescape"
VIEW_PUT = "INSERT OR REPLACE INTO view_row VALUES (?,?,?,?)"
# Names are read as bytes: what was damaged may be no UTF-8, and is for whoever folds the view.
ROW = "SELECT CAST(stream AS BLOB), CAST(grp AS BLOB), data FROM view_row WHERE view = ? "
VIEW_ROW = ROW + "AND stream = ?"
VIEW_GROUP = ROW + "AND grp = ? ORDER BY stream"
VIEW_POSITION = "SELECT notification_id FROM tracking WHERE application_name = ?"
VIEW_MOVED = "INSERT OR REPLACE INTO tracking VALUES (?,?)"
VIEWS = (
    "SELECT CAST(application_name AS BLOB), notification_id FROM tracking "
    "WHERE typeof(application_name) = 'text' AND application_name <> ? "
    "ORDER BY application_name"
)


def _as_view_row(row: tuple[bytes, bytes, bytes]) -> ViewRow:
    stream, group, data = row
    return ViewRow(stream.decode(errors=ODD), group.decode(errors=ODD), data)


def _as_view(row: tuple[Any, ...]) -> tuple[str, int]:
    return row[0].decode(errors=ODD), stored_position(row[1])


def _position(c: sqlite3.Connection | sqlite3.Cursor, view: str) -> int:
    row = c.execute(VIEW_POSITION, (view,)).fetchone()
    return kept_position(view, row[0]) if row else 0


class PersistedViews:
    """The part of `SQLiteStore` that keeps views."""

    read_only: bool
    _ahead: Collection[str] = ()
    """Views of a later log than this, where they cannot be dropped: nobody is shown them."""

    def _ask(self, question: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        raise NotImplementedError

    def _reading(self) -> AbstractContextManager[sqlite3.Connection]:
        raise NotImplementedError

    def _writing(self) -> AbstractContextManager[sqlite3.Cursor]:
        raise NotImplementedError

    def tail(self) -> int:
        """See `Store.tail`."""
        raise NotImplementedError

    def view_position(self, view: str) -> int:
        """See `Store.view_position`."""
        if view in self._ahead:
            return 0
        with self._reading() as c:
            return _position(c, view)

    def view_rows(self, view: str, streams: Sequence[str]) -> dict[str, ViewRow]:
        """See `Store.view_rows`."""
        if view in self._ahead:
            return {}
        with self._reading() as c:
            found = ((s, c.execute(VIEW_ROW, (view, s)).fetchone()) for s in streams)
            return {stream: _as_view_row(row) for stream, row in found if row}

    def view_group(self, view: str, group: str) -> list[ViewRow]:
        """See `Store.view_group`."""
        if view in self._ahead:
            return []
        return list(map(_as_view_row, self._ask(VIEW_GROUP, (view, group))))

    def view_save(self, view: str, before: int, position: int, rows: Sequence[ViewRow]) -> None:
        """See `Store.view_save`."""
        refuse_unfit_view(view, before, position, rows)
        with self._writing() as c:
            held = _position(c, view)
            if held != before:
                raise Conflict(f"view {view!r} stands at position {held}, no longer at {before}")
            if position > before:
                c.execute(VIEW_MOVED, (view, position))
            c.executemany(VIEW_PUT, [(view, *row) for row in rows])

    def view_drop(self, view: str) -> None:
        """See `Store.view_drop`."""
        with self._writing() as c:
            self._drop(c, view)

    def views(self) -> dict[str, int]:
        """See `Store.views`."""
        held = map(_as_view, self._ask(VIEWS, (MIGRATION,)))
        return {view: at for view, at in held if view not in self._ahead}

    def _drop(self, c: sqlite3.Connection | sqlite3.Cursor, view: str) -> None:
        if view != MIGRATION:
            c.execute("DELETE FROM view_row WHERE view = ?", (view,))
            c.execute("DELETE FROM tracking WHERE application_name = ?", (view,))

    def _drop_views_ahead(self) -> None:
        """Forget views that stand behind the last event: an older log was put in its place."""
        ahead = self._behind_the_end(self._ask(VIEWS, (MIGRATION,)))
        if self.read_only:
            self._ahead = ahead
        elif ahead:
            with self._writing() as c:
                for view in self._behind_the_end(c.execute(VIEWS, (MIGRATION,)).fetchall()):
                    self._drop(c, view)

    def _behind_the_end(self, views: Sequence[tuple[Any, ...]]) -> set[str]:
        tail = self.tail()
        held = map(_as_view, views)
        return {view for view, at in held if at > tail and not view.startswith(SUBSCRIPTION)}
