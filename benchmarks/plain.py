"""The same work on the plain library: its own aggregate, mapper, recorder and follower."""

import os
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from eventsourcing.application import Application, ProcessingEvent
from eventsourcing.domain import Aggregate, DomainEvent, event
from eventsourcing.system import ProcessApplication
from eventsourcing.utils import get_topic
from logs import MEETINGS, START


class PlainPairing(Aggregate):
    """A pairing as the library's tutorial would write it."""

    @event("Formed")
    def __init__(self, members: list[str], on: str) -> None:
        self.members = members
        self.on = on
        self.minutes = 0
        self.last = ""
        self.goal = "set"

    @event("MeetingHeld")
    def hold(self, meeting: str, held_at: datetime, minutes: int, topics: list[str]) -> None:
        if not 0 < minutes <= 480:
            raise ValueError("minutes")
        self.minutes += minutes
        self.last = held_at.isoformat()

    @event("GoalProgressRecorded")
    def progress(self, goal: str, status: str, on: str) -> None:
        self.goal = status


class PlainProgram(Application[UUID]):
    """The library's application over it."""

    def form(self) -> UUID:
        pairing = PlainPairing(members=["a", "b"], on="2024-09-01")
        self.save(pairing)
        return pairing.id

    def progress(self, pairing_id: UUID, status: str) -> None:
        pairing: PlainPairing = self.repository.get(pairing_id)
        pairing.progress(goal="g", status=status, on="2024-10-01")
        self.save(pairing)


class PlainStatus(ProcessApplication[UUID]):
    """A status view by the library's own follower: one transaction an event."""

    def __init__(self, env: Any = None) -> None:
        super().__init__(env)
        self.minutes: dict[UUID, int] = {}

    def policy(self, domain_event: DomainEvent, processing_event: ProcessingEvent[Any]) -> None:
        held = getattr(domain_event, "minutes", None)
        if held is not None:
            key = domain_event.originator_id
            self.minutes[key] = self.minutes.get(key, 0) + held


def application(path: str, cls: type[Any] = PlainProgram) -> Any:
    return cls(env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": path})


def on_postgres(server: dict[str, str], cls: type[Any] = PlainProgram) -> Any:
    return cls(env={"PERSISTENCE_MODULE": "eventsourcing.postgres", **server})


def fill(app: Any, events: int, page: int = 5_000) -> int:
    """Write that many events, as the library maps them; answers how many there are."""
    mapper, recorder = app.mapper, app.recorder
    batch: list[Any] = []
    written = 0
    for made in _events(events):
        batch.append(mapper.to_stored_event(made))
        if len(batch) >= page:
            recorder.insert_events(batch)
            written += len(batch)
            batch = []
    if batch:
        recorder.insert_events(batch)
    return written + len(batch)


def _events(count: int) -> Iterator[Any]:
    made = 0
    while made < count:
        pairing: Any = PlainPairing(members=["a", "b"], on="2024-09-01")  # typed by decorators
        for week in range(MEETINGS * 3):
            pairing.hold(
                meeting=os.urandom(16).hex(),
                held_at=START,
                minutes=45,
                topics=["classroom routines"] if week % 2 else [],
            )
        collected = pairing.collect_events()
        yield from collected
        made += len(collected)


__all__ = ["PlainPairing", "PlainProgram", "PlainStatus", "application", "fill", "get_topic"]
