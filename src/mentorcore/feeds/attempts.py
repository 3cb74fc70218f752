"""Every attempt to send an event: noted before it is made, and what came of it afterwards."""

from collections.abc import Iterator
from datetime import datetime

import attrs
import msgspec

from mentorcore.errors import Conflict
from mentorcore.log.storage.append_checks import SUBSCRIPTION
from mentorcore.log.storage.store import Store, ViewRow

__all__ = ["Attempt", "Attempts"]

GROUP = "attempts"
TRIES = 100
"""How often a number is asked for again when others send at the same time."""
DIGITS = 15


@attrs.frozen
class Attempt:
    """One request to a receiver.

    Attributes:
        number: Counted from 1, in the order in which they were begun.
        position: The position of the event.
        name: Its stored name.
        begun_at: When it was begun.
        replay: Whether the event was sent again on purpose.
        ended_at: When the answer came; ``None`` where it is under way, or the sender was killed.
        status: The receiver's HTTP status; ``None`` where it gave none.
        error: What came in place of an answer, such as ``ConnectionRefusedError``.
    """

    number: int
    position: int
    name: str
    begun_at: datetime
    replay: bool
    ended_at: datetime | None = None
    status: int | None = None
    error: str | None = None


class Attempts:
    """The attempts of one webhook, kept in the log's own database.

    Args:
        store: The log.
        name: The webhook's name.
    """

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self._view = f"{SUBSCRIPTION}{name}:{GROUP}"

    def begin(self, position: int, name: str, at: datetime, *, replay: bool) -> Attempt:
        """Note that a request is about to be made."""

        def noted(number: int) -> Attempt:
            return Attempt(number + 1, position, name, at, replay)

        for _ in range(TRIES):
            number = self._store.view_position(self._view)
            attempt = noted(number)
            try:
                self._store.view_save(self._view, number, number + 1, [_row(attempt)])
            except Conflict:
                continue
            return attempt
        raise Conflict(f"others note attempts of {self._view} all the time; try again")

    def end(self, attempt: Attempt) -> None:
        """Note what came of it."""
        for _ in range(TRIES):
            number = self._store.view_position(self._view)
            try:
                self._store.view_save(self._view, number, number, [_row(attempt)])
            except Conflict:
                continue
            return

    def listed(self) -> Iterator[Attempt]:
        """All attempts in the order in which they were begun."""
        for row in self._store.view_group(self._view, GROUP):
            yield msgspec.json.decode(row.data, type=Attempt)


def _row(attempt: Attempt) -> ViewRow:
    return ViewRow(f"{attempt.number:0{DIGITS}}", GROUP, msgspec.json.encode(attrs.asdict(attempt)))
