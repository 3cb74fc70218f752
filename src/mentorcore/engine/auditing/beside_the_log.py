"""What stands beside the events and can be held against them: stored views, texts of mappings.

No checkpoint covers any of it. What compares is imported when it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from mentorcore.log.serialization.codec import Codec
from mentorcore.log.storage.store import Store
from mentorcore.projections.views import Views

if TYPE_CHECKING:
    from mentorcore.domain.model import Model
    from mentorcore.engine.indexes.mapping_comparison import MappingDifference
    from mentorcore.projections.folding.view_comparison import StoredViewDifference

__all__ = ["BesideTheLog", "RebuiltView"]


@attrs.frozen
class RebuiltView:
    """A stored view that was folded anew from the events.

    Attributes:
        name: The view, with the version of its projection.
        position: The position up to which it is stored now, 0 for a log without events.
    """

    name: str
    position: int


class BesideTheLog:
    """What stands beside the events; `Engine` answers all of it."""

    _store: Store
    _codec: Codec
    _model: Model
    _views: Views

    def verify_views(self) -> tuple[StoredViewDifference, ...]:
        """Hold every stored view against a fold of the events, the views of practices as well.

        Views are a cache, and no checkpoint covers them. Rows that are damaged are folded anew when
        a question meets them; this finds also what was forged so that nobody notices. All events
        are read, and nothing is written. Whatever was only ever stored by another version of a
        view, or by a practice that is not here, is believed by nobody and not looked at.

        Returns:
            What differs, view by view and in each in the order of the log; nothing if all is as the
            events say.
        """
        from mentorcore.projections.folding.view_comparison import compared

        read, model = self._codec.recorded, self._model
        return tuple(
            difference
            for kept in self._views.stored()
            for difference in compared(kept.reading.projection, self._store, read, model)
        )

    def verify_mappings(self) -> tuple[MappingDifference, ...]:
        """Hold the kept texts of mappings against the digests under which imports name them.

        The digest is of what a text says: other spaces or comments make no difference.

        Returns:
            The mappings that differ, and those that imports name and of which no text is kept.
        """
        from mentorcore.engine.indexes.mapping_comparison import compared

        return tuple(compared(self._store, self._codec.recorded))

    def rebuild_views(self) -> tuple[RebuiltView, ...]:
        """Throw away every stored view, and fold and store it anew from the events.

        Nothing is recorded by it, and others may go on recording and asking meanwhile. The tree
        beside the log is made anew by `rebuild`, and tables in other databases by their own.

        Raises:
            FollowerStopped: An event of the log cannot be read or folded; views that rest on it
                are then stored no more, and each question folds what it needs.
            OpenedReadOnly: The log is open for reading only.
            LogBusy, LogAway: Somebody else, or a server that is away, made it wait for too long.
        """
        return tuple(
            RebuiltView(kept.reading.projection.view, kept.rebuild())
            for kept in self._views.stored()
        )
