"""The `eventsourcing` library reads our log: its notification log, projections and subscriptions.

Only public names of the library are used, and it writes nothing: events enter a log by commands.
What it is given is `Recorded`, with personal values sealed; topics are stored names, such as
``pairing.meeting-held``.
"""

import threading
from collections.abc import Iterator, Sequence
from typing import Any, Never
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    JSONTranscoder,
    Mapper,
    Notification,
    StoredEvent,
    Subscription,
    Tracking,
    TrackingRecorder,
)
from eventsourcing.utils import Environment, EnvType

from mentorcore.engine.engine import Engine
from mentorcore.errors import Conflict, LogError
from mentorcore.log.storage.follower import follow
from mentorcore.log.storage.store import Row, Store

__all__ = ["LogTracking", "application"]

IDLE = 0.2
"""Seconds after which a subscription without new events looks whether it was stopped."""

_READ_ONLY = "events enter a log by commands only: ask `engine.handle`"


class _Recorder(ApplicationRecorder):
    """Answers from the log. Every answer knows its position, those about one stream too."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def insert_events(self, *_events: Any, **_more: Any) -> Never:
        raise LogError(_READ_ONLY)

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        if not isinstance(originator_id, str):
            raise LogError(
                f"streams are named by texts such as person: and 32 hex digits, not by a "
                f"{type(originator_id).__name__}"
            )
        rows = self.store.stream(originator_id, 0 if gt is None else gt)
        found = [_notification(row) for row in rows if lte is None or row.version <= lte]
        return (found[::-1] if desc else found)[:limit]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        after = 0 if start is None else start - inclusive_of_start
        rows = self.store.page(after, limit, topics)
        return [_notification(row) for row in rows if stop is None or row.position <= stop]

    def max_notification_id(self) -> int | None:
        return self.store.tail() or None

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        return _Subscription(self, gt, topics)


class _Subscription(Subscription[ApplicationRecorder]):
    """Follows the log; woken by what is appended, here or by another process."""

    def __init__(self, recorder: _Recorder, gt: int | None, topics: Sequence[str]) -> None:
        super().__init__(recorder, gt, topics)
        self.stopped = threading.Event()
        pages = follow(recorder.store, gt or 0, names=topics, idle=IDLE, stop=self.stopped)
        self.rows: Iterator[Row] = (row for page in pages for row in page)

    def stop(self) -> None:
        super().stop()
        self.stopped.set()

    def __next__(self) -> Notification:
        row = next(self.rows)
        if self.stopped.is_set():
            raise StopIteration
        return _notification(row)


def _notification(row: Row) -> Notification:
    return Notification(row.stream, row.version, row.name, row.state, id=row.position)


def application(engine: Engine, name: str = "mentorcore") -> type[Application[str]]:
    """The library's application class over an open log, for its runners or to make one of.

    Its notification log, its event store's `get`, and subscriptions give what was recorded. It
    reads no environment, and its aggregates and snapshots stay unused.

    Args:
        engine: The open log; whoever opened it closes it.
        name: The application's name, under which views track their positions.
    """
    store, codec = engine._store, engine._codec  # noqa: SLF001 - the engine's own bridge

    class LogMapper(Mapper[str]):
        def to_stored_event(self, *_event: Any) -> Never:
            raise LogError(_READ_ONLY)

        def to_domain_event(self, stored_event: StoredEvent) -> Any:
            e: Any = stored_event
            row = Row(e.id, e.originator_id, e.originator_version, e.topic, e.state)
            return codec.recorded(row)

    class LogApplication(Application[str]):
        def construct_env(self, name: str, env: EnvType | None = None) -> Environment:  # noqa: ARG002 - a log is told by nobody what it is
            return Environment(name)

        def construct_mapper(self) -> Mapper[str]:
            return LogMapper(JSONTranscoder())

        def construct_recorder(self) -> ApplicationRecorder:
            return _Recorder(store)

    LogApplication.name = name
    return LogApplication


class LogTracking(TrackingRecorder):
    """Tracks positions of a host's views in the log, among those of its own views.

    The position is written by itself: what a view made of an event should be the same when the
    event comes again.

    Args:
        engine: The open log.
    """

    def __init__(self, engine: Engine) -> None:
        self._store = engine._store  # noqa: SLF001 - the engine's own bridge

    def insert_tracking(self, tracking: Tracking) -> None:
        """Move a position forward.

        Raises:
            IntegrityError: It stands there already, or further on.
        """
        view, position = tracking.application_name, tracking.notification_id
        held = self._store.view_position(view)
        if position <= held:
            raise IntegrityError(f"view {view!r} stands at position {held} already")
        try:
            self._store.view_save(view, held, position, [])
        except Conflict as error:
            raise IntegrityError(str(error)) from error

    def max_tracking_id(self, application_name: str) -> int | None:
        """The last position, ``None`` for a view that has none."""
        return self._store.view_position(application_name) or None
