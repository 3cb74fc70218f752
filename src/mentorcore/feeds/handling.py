"""One event after the other is handled; one that cannot be parks its stream, and is tried again."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs

from mentorcore.domain.aggregate import kind_of
from mentorcore.errors import Conflict, EventError, KeyMissing, LogError, ReceiverAway
from mentorcore.feeds.positions import Parked, Positions, Standing
from mentorcore.log.recorded import Recorded
from mentorcore.log.serialization.instants import stamped
from mentorcore.log.storage.store import Row, Store

__all__ = ["Handler", "Handling"]

Handler = Callable[[Recorded[Any]], object]
"""What is done about an event; what it raises says that it could not be done."""

FIRST_RETRY = timedelta(seconds=10)
LAST_RETRY = timedelta(hours=1)
"""A parked stream is tried again after the first, then after twice as long, up to the last."""

SURROUNDINGS = frozenset({"OperationalError", "InterfaceError"})
"""Classes by which database drivers say that it is not the statement that is wrong."""


class Handling:
    """What a subscription does with one event, and with a stream that is parked.

    Args:
        store: The log.
        read: What reads a stored event.
        positions: Where it is kept how far the subscription has come.
        now: The clock.
        names: Only events with these stored names; all, if none is given.
        kinds: Only events on streams of these kinds; all, if none is given.
        on_parked: Is told of each event that could not be handled, with the error.
    """

    def __init__(
        self,
        store: Store,
        read: Callable[[Row], Recorded[Any]],
        positions: Positions,
        *,
        now: Callable[[], datetime],
        names: Collection[str],
        kinds: Collection[str],
        on_parked: Callable[[Parked, Exception], object] | None,
    ) -> None:
        self._store = store
        self._read = read
        self._positions = positions
        self._now = now
        self._names = frozenset(names)
        self._kinds = frozenset(kinds)
        self._on_parked = on_parked

    def wants(self, row: Row) -> bool:
        """Whether an event is to be handed on: its kind of stream is asked for."""
        return not self._kinds or kind_of(row.stream) in self._kinds

    def hand_on(self, handle: Handler, standing: Standing, row: Row) -> tuple[Standing, int]:
        """One event; answers the standing behind it, and how many events were handled."""
        attempt = _Attempt(handle, self._read)
        try:
            with self._positions.unit(standing) as change:
                attempt.at(row)
                change.move_to(row.position, stamped(row.state))
        except Exception as error:
            if not attempt.blames_the_event(error):
                raise
            parked = self._parked(row, error, tries=1)
            with self._positions.unit(standing) as change:
                change.move_to(row.position, stamped(row.state))
                change.streams[row.stream] = parked
            self._tell(parked, error)
            return change.made(), 0
        return change.made(), 1

    def retry(
        self,
        handle: Handler,
        standing: Standing,
        streams: Sequence[str],
        most: int | None = None,
    ) -> tuple[Standing, int]:
        """Hand on what parked streams wait with, in order, until one of it fails again."""
        done = 0
        for stream in streams:
            rows = self.behind(standing, stream)
            while rows and (most is None or done < most):
                parked = standing.parked[stream]
                attempt = _Attempt(handle, self._read)
                try:
                    with self._positions.unit(standing) as change:
                        attempt.at(rows[0])
                        change.streams[stream] = self.following(parked, rows[1:])
                except Exception as error:
                    if not attempt.blames_the_event(error):
                        raise
                    tries = parked.tries + 1 if parked.version == rows[0].version else 1
                    again = self._parked(rows[0], error, tries, parked.parked_at)
                    with self._positions.unit(standing) as change:
                        change.streams[stream] = again
                    self._tell(again, error)
                    standing = change.made()
                    break
                standing = change.made()
                rows = rows[1:]
                done += 1
        return standing, done

    def behind(self, standing: Standing, stream: str) -> list[Row]:
        """What a parked stream waits with."""
        parked = standing.parked[stream]
        return [
            row
            for row in self._store.stream(stream, parked.version - 1)
            if row.position <= standing.position
            and (not self._names or row.name in self._names)
            and self.wants(row)
        ]

    def following(self, parked: Parked, rows: Sequence[Row]) -> Parked | None:
        """The stream as it waits with the first of these; ``None`` where nothing is left."""
        if not rows:
            return None
        row = rows[0]
        return attrs.evolve(
            parked,
            version=row.version,
            position=row.position,
            name=row.name,
            tries=0,
            retry_at=self._now(),
        )

    def _parked(
        self, row: Row, error: Exception, tries: int, parked_at: datetime | None = None
    ) -> Parked:
        now = self._now()
        pause = min(LAST_RETRY, FIRST_RETRY * 2 ** min(tries - 1, 20))
        return Parked(
            stream=row.stream,
            version=row.version,
            position=row.position,
            name=row.name,
            error=type(error).__qualname__,
            tries=tries,
            parked_at=parked_at or now,
            retry_at=now + pause,
        )

    def _tell(self, parked: Parked, error: Exception) -> None:
        if self._on_parked is not None:
            self._on_parked(parked, error)


class _Attempt:
    """One event being handled, and whether the event is to blame for what went wrong."""

    def __init__(self, handle: Handler, read: Callable[[Row], Recorded[Any]]) -> None:
        self._handle = handle
        self._read = read
        self._raised: Exception | None = None

    def at(self, row: Row) -> None:
        """Read an event and handle it."""
        try:
            self._handle(self._read(row))
        except Exception as error:
            self._raised = error
            raise

    def blames_the_event(self, error: Exception) -> bool:
        """Whether it would come again with this event, and with no other."""
        classes = {cls.__name__ for cls in type(error).__mro__}
        if error is not self._raised:
            return "IntegrityError" in classes  # what the host wrote does not fit, told at commit
        if isinstance(error, EventError | KeyMissing):
            return True
        if isinstance(error, LogError | Conflict | ReceiverAway | MemoryError):
            return False
        return not SURROUNDINGS & classes
