"""Events on their way from the log into a fold: which of them matter, and which cannot be read.

Whatever cannot be read or folded stops its view and is named; nothing is ever skipped because it
was not understood.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, Never

import attrs

from mentorcore.domain.decider import kind_of
from mentorcore.domain.effective import OrderKey
from mentorcore.domain.marks import event_info
from mentorcore.domain.rules import CORRECTIONS
from mentorcore.errors import FollowerStopped
from mentorcore.log.names import EVENTS
from mentorcore.log.recorded import Recorded
from mentorcore.log.store import Row
from mentorcore.projections.projection import Projection, refold

__all__ = ["CORRECTION", "FOLD", "ORDERED", "SKIP", "Folded", "Reader", "Reading"]

Reader = Callable[[Row], Recorded[Any]]
"""What reads a stored event: `Codec.recorded`."""

SKIP, FOLD, ORDERED, CORRECTION = range(4)
"""How an event is dealt with: not looked at, folded as it comes, in order, or with its target."""


@attrs.frozen
class Folded:
    """A stream folded from its beginning.

    Attributes:
        partial: What it came to.
        last: Where its last ordered fact stands.
        group: What its founding event assigns it to, retracted or not.
    """

    partial: Any
    last: OrderKey | None
    group: str


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
        self, projection: Projection[Any], read: Reader, known: Collection[str] = EVENTS
    ) -> None:
        self.projection = projection
        self.read = read
        self.sorts = dict.fromkeys(known, SKIP)
        for event in projection.events:
            unordered = event in projection.unordered
            self.sorts[event_info(event).name] = FOLD if unordered else ORDERED
        for event in CORRECTIONS:
            self.sorts[event_info(event).name] = CORRECTION

    def fold(self, stream: str, rows: Sequence[Row], as_of: datetime | None = None) -> Folded:
        """Fold a whole stream, corrections applied, in the order of valid time.

        Raises:
            FollowerStopped: One of its events cannot be read or folded.
        """
        told = self.told(rows)
        group = ""
        for fact in told:
            if type(fact.event) in self.projection.events and event_info(type(fact.event)).founding:
                group = self.projection.group(fact.event) or ""
        try:
            done = refold(self.projection, self.projection.initial[kind_of(stream)](), told, as_of)
        except Exception as error:  # noqa: BLE001 - whatever an event does, its view names it
            self.stop(rows[-1], error)
        return Folded(done.partial, done.last, group)

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
