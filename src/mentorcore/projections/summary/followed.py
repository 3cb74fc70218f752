"""A projection of a log, told of now and of any earlier moment."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from mentorcore.domain.model import Model
from mentorcore.log.storage.store import Store
from mentorcore.projections.folding.event_reader import EventReader, Reader
from mentorcore.projections.folding.projection import Projection
from mentorcore.projections.folding.projector import Projector
from mentorcore.projections.folding.replay import ReplayStore
from mentorcore.projections.summary.point_in_time import folded

__all__ = ["Followed"]

Also = Callable[[dict[str, Any]], Iterable[str]]


class Followed:
    """One projection with its stored partials, and with those that an audit believes.

    What the log knew earlier is asked by an audit, which believes nothing but events: it is folded
    from them alone, and never begins with what is stored.

    Args:
        projection: What to fold.
        store: The log.
        read: What reads its events.
        model: The rules that the log is kept by.
    """

    def __init__(
        self, projection: Projection[Any], store: Store, read: Reader, model: Model
    ) -> None:
        self.reading = EventReader(projection, read, model)
        self._store = store
        self._stored = Projector(projection, store, read, model)
        alone: Any = ReplayStore(store)
        self._recomputed = Projector(projection, alone, read, model)

    def close(self) -> None:
        """Store what was folded since the partials were stored last."""
        self._stored.close()

    def parts(
        self, group: str, also: Also, *more: str, audited: bool
    ) -> tuple[dict[str, Any], int]:
        """The partials of now with the position they are at; see `Projector.parts`."""
        return self._by(audited=audited).parts(group, also, *more)

    def unknown(self, position: int, *, audited: bool) -> tuple[str, ...]:
        """The kinds of streams up to a position that are unknown here, as far as was followed."""
        return self._by(audited=audited).unknown(position)

    def parts_at(
        self,
        group: str,
        also: Also,
        *more: str,
        position: int,
        until: datetime | None,
        audited: bool,
    ) -> dict[str, Any]:
        """The partials as they were at a position, of facts that were true by an instant."""
        parts, reached = self.parts(group, also, *more, audited=audited)
        if until is None and position == reached:
            return parts
        # Streams of today's groups hold all that were there then, taken back since or not.
        return folded(self.reading, self._store, parts, position, until)

    def _by(self, *, audited: bool) -> Projector:
        return self._recomputed if audited else self._stored
