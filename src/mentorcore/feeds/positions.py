"""How far a subscription has come, kept in the log's own database.

It stands among the positions of the views, and the streams that were parked among their rows; it
is no cache like those, and nothing but the subscription itself throws it away.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Protocol

import attrs
import msgspec

from mentorcore.log.storage.append_checks import SUBSCRIPTION
from mentorcore.log.storage.store import Store, ViewRow

__all__ = [
    "Change",
    "LogPositions",
    "Parked",
    "Positions",
    "Standing",
    "parked_bytes",
    "read_parked",
]

PARKED = "parked"
"""The group of the rows of streams that are parked."""
HELD = "@held"
"""The row that says whether nothing is to be handed on until somebody resumes it."""
STATE = "@"
"""The row that is there once anything is stored, with the time at which it was stored last."""


@attrs.frozen
class Parked:
    """A stream that waits because one of its events could not be handled.

    Attributes:
        stream: The stream; none of its later events is handed on before this one.
        version: The version of the event that is handed on next.
        position: Its position.
        name: Its stored name.
        error: The class of the error; its text could tell of somebody, and is not kept.
        tries: How often that event was handed on.
        parked_at: When the stream was parked.
        retry_at: When it is tried again at the earliest.
    """

    stream: str
    version: int
    position: int
    name: str
    error: str
    tries: int
    parked_at: datetime
    retry_at: datetime


@attrs.frozen
class Standing:
    """How far a subscription has come.

    Attributes:
        position: Everything up to here was handled, parked or passed over.
        parked: The parked streams.
        moved_at: When it was stored last; ``None`` where nothing is.
        recorded_at: When the event at the position was recorded, as it stands in the log; ``None``
            where the position cannot outlive its log. An event of another time there tells that
            an older log was put in its place, and was written to since.
    """

    position: int
    parked: dict[str, Parked] = attrs.Factory(dict)
    moved_at: datetime | None = None
    recorded_at: str | None = None


@attrs.define
class Change:
    """What one step makes of a standing: a new position, streams parked or let go."""

    before: Standing
    position: int = attrs.field(init=False)
    recorded_at: str | None = attrs.field(init=False)
    streams: dict[str, Parked | None] = attrs.Factory(dict)
    moved_at: datetime | None = None

    def __attrs_post_init__(self) -> None:
        self.position = self.before.position
        self.recorded_at = self.before.recorded_at

    def move_to(self, position: int, recorded_at: str | None) -> None:
        """Go on to a position, where an event stands that was recorded then."""
        self.position = position
        self.recorded_at = recorded_at

    def made(self) -> Standing:
        """The standing afterwards."""
        parked = {**self.before.parked, **self.streams}
        kept = {s: p for s, p in parked.items() if p is not None}
        return Standing(self.position, kept, self.moved_at, self.recorded_at)

    def moved(self, at: datetime) -> None:
        """It was stored."""
        self.moved_at = at


class Positions(Protocol):
    """Where a subscription keeps how far it has come."""

    def read(self) -> Standing:
        """The standing that is stored."""

    def unit(self, standing: Standing) -> AbstractContextManager[Change]:
        """A block that ends with storing the change it is given; nothing is stored if it fails.

        Raises:
            Conflict: Somebody else has moved it on meanwhile.
        """

    def begin_at(self, position: int, recorded_at: str | None = None) -> None:
        """Go on from a position, with no stream parked, whatever was stored before."""


def parked_bytes(parked: Parked) -> bytes:
    """A parked stream as it is stored."""
    return msgspec.json.encode(attrs.asdict(parked))


def read_parked(data: bytes) -> Parked:
    """A parked stream as it was stored."""
    return msgspec.json.decode(data, type=Parked)


class LogPositions:
    """Keeps a subscription's standing in the log's own database.

    The position moves once the handling has returned: what was handled just before a crash is
    handed on again.

    Args:
        store: The log.
        name: The subscription's name.
        after: Where it begins as long as nothing is stored.
    """

    def __init__(self, store: Store, name: str, after: int, now: Callable[[], datetime]) -> None:
        self._store = store
        self._view = f"{SUBSCRIPTION}{name}"
        self._after = after
        self._now = now

    def read(self) -> Standing:
        """See `Positions.read`."""
        # What is parked is read last: a stream that is parked meanwhile is in it.
        position = self._store.view_position(self._view)
        state = self._store.view_rows(self._view, [STATE]).get(STATE)
        if state is None:
            return Standing(self._after)
        rows = self._store.view_group(self._view, PARKED)
        moved_at = msgspec.json.decode(state.data, type=datetime)
        return Standing(position, {r.stream: read_parked(r.data) for r in rows}, moved_at)

    @contextmanager
    def unit(self, standing: Standing) -> Iterator[Change]:
        """See `Positions.unit`."""
        change = Change(standing)
        yield change
        rows = [
            ViewRow(stream, "", b"") if parked is None else _row(parked)
            for stream, parked in change.streams.items()
        ]
        before = 0 if standing.moved_at is None else standing.position
        self._store.view_save(self._view, before, change.position, [self._state(), *rows])
        change.moved(self._now())

    def begin_at(self, position: int, recorded_at: str | None = None) -> None:  # noqa: ARG002 - the position is put back with its log
        """See `Positions.begin_at`."""
        self._store.view_drop(self._view)
        self._store.view_save(self._view, 0, position, [self._state()])

    def is_held(self) -> bool:
        """Whether nothing is to be handed on until somebody resumes it."""
        row = self._store.view_rows(self._view, [HELD]).get(HELD)
        return row is not None and bool(row.data)

    def hold(self, *, held: bool) -> None:
        """Hand on nothing more, or go on."""
        position = self._store.view_position(self._view)
        row = ViewRow(HELD, "", b"1" if held else b"")
        self._store.view_save(self._view, position, position, [row])

    def _state(self) -> ViewRow:
        return ViewRow(STATE, "", msgspec.json.encode(self._now()))


def _row(parked: Parked) -> ViewRow:
    return ViewRow(parked.stream, PARKED, parked_bytes(parked))
