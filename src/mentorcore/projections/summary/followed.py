"""A projection of a log, told of now and of any earlier moment."""

from collections.abc import Iterable
from typing import Any

from mentorcore.domain.model import Model
from mentorcore.log.storage.store import Store
from mentorcore.projections.folding.event_reader import EventReader, Reader
from mentorcore.projections.folding.moment import Moment
from mentorcore.projections.folding.projection import Also, Belongs, Projection, nobody_knows
from mentorcore.projections.folding.projector import Projector
from mentorcore.projections.folding.stream_index import StreamIndex

__all__ = ["Followed", "nothing_else"]


def nothing_else(_found: dict[str, Any]) -> Iterable[str]:
    """No streams beside those of the group."""
    return ()


class Followed:
    """One projection with its stored partials, and with the streams that an audit believes in.

    What the log knew earlier is asked by an audit, which believes nothing but events: it is folded
    from them alone, and neither begins with what is stored nor is told by it which streams to fold.

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
        self._stored = Projector(projection, store, read, model)
        self._founded = StreamIndex(EventReader(projection, read, model), store)

    @property
    def position(self) -> int:
        """The position up to which the log is folded, as of now."""
        return self._stored.position

    def rebuild(self) -> int:
        """Fold anew what is stored; see `Projector.rebuild`."""
        return self._stored.rebuild()

    def close(self) -> None:
        """Store what was folded since the partials were stored last."""
        self._stored.close()

    def catch_up(self, asked: Moment, position: int) -> None:
        """Follow the log as far as a question about a moment needs it."""
        if asked.as_known is None:
            self._stored.catch_up()
        else:
            self._founded.catch_up(position)

    def parts(
        self, group: str, also: Also, *more: str, known: Belongs = nobody_knows
    ) -> tuple[dict[str, Any], int]:
        """The partials of now with the position they are at; see `Projector.parts`."""
        return self._stored.parts(group, also, *more, known=known)

    def streams(
        self, asked: Moment, position: int, *groups: str, known: Belongs = nobody_knows
    ) -> list[str]:
        """The streams of groups that a question about a moment has to fold.

        All that were there then are among them, taken back since or not.
        """
        if asked.as_known is None:
            return list(self._stored.parts(groups[0], nothing_else, *groups[1:], known=known)[0])
        return self._founded.streams(position, *groups, known=known)

    def unknown(self, asked: Moment, position: int) -> tuple[str, ...]:
        """The kinds of streams up to a position that are unknown here, as far as was followed."""
        by = self._stored if asked.as_known is None else self._founded
        return by.unknown(position)
