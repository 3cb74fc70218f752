"""Events on their way from the log into a fold: which of them matter, and which cannot be read.

Whatever cannot be read or folded stops its view and is named; nothing is ever skipped because it
was not understood.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, Never

from mentorcore.domain.decider import kind_of
from mentorcore.domain.marks import event_info
from mentorcore.domain.rules import CORE_MODEL, CORRECTIONS
from mentorcore.errors import FollowerStopped
from mentorcore.log.recorded import Recorded
from mentorcore.log.store import Row
from mentorcore.projections.projection import Projection, Refolded, refold

__all__ = ["CORRECTION", "FOLD", "FOUNDING", "ORDERED", "SKIP", "Reader", "Reading"]

Reader = Callable[[Row], Recorded[Any]]
"""What reads a stored event: `Codec.recorded`."""

SKIP, FOLD, ORDERED, FOUNDING, CORRECTION = range(5)
"""How an event is dealt with: not looked at, folded as it comes, in order, in order and founding
its stream, or with what it corrects."""


class Reading:
    """Reads events for one projection.

    Args:
        projection: For which.
        read: What reads a stored event.
        known: The stored names that may stand in the log; any other stops the view.

    Attributes:
        sorts: How events of each stored name are dealt with.
    """

    def __init__(
        self, projection: Projection[Any], read: Reader, known: Collection[str] = CORE_MODEL.names
    ) -> None:
        self.projection = projection
        self.read = read
        self.sorts = dict.fromkeys(known, SKIP)
        for event in projection.events:
            info = event_info(event)
            sort = FOUNDING if info.founding else ORDERED
            self.sorts[info.name] = FOLD if event in projection.unordered else sort
        for event in CORRECTIONS:
            self.sorts[event_info(event).name] = CORRECTION

    def fold(self, stream: str, rows: Sequence[Row], as_of: datetime | None = None) -> Refolded:
        """Fold a whole stream, corrections applied, in the order of valid time.

        Raises:
            FollowerStopped: One of its events cannot be read or folded.
        """
        told = self.told(rows)
        try:
            return refold(self.projection, self.projection.initial[kind_of(stream)](), told, as_of)
        except Exception as error:  # noqa: BLE001 - whatever an event does, its view names it
            self.stop(rows[-1], error)

    def told(self, rows: Sequence[Row]) -> list[Recorded[Any]]:
        """The events of a stream that matter to the projection.

        Raises:
            FollowerStopped: One of them cannot be read.
        """
        found = []
        for row in rows:
            try:
                if self.sorts[row.name]:
                    found.append(self.read(row))
            except Exception as error:  # noqa: BLE001 - whatever an event does, its view names it
                self.stop(row, error)
        return found

    def stop(self, row: Row, error: Exception) -> Never:
        """Say at which event the view stopped, and why."""
        known = row.name in self.sorts
        said = str(error) if known else f"events named {row.name!r} are unknown here"
        raise FollowerStopped(
            f"{row.name} ({row.stream} version {row.version}): {said}",
            view=self.projection.view,
            position=row.position,
        ) from error
