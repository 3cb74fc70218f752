"""A host that uses the `eventsourcing` library lets its runner fill a view of its own from the log.

The view stands wherever the host keeps its views; the runner reads what there is, then waits for
more. Topics are the stored names of events.

Prints:

    2 people registered
    3 people registered
"""

from typing import Any

from eventsourcing.persistence import Tracking
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner

import mentorcore
from mentorcore import Actor, RegisterPerson
from mentorcore.interop.eventsourcing import application


class People(POPOTrackingRecorder):
    """Who was registered, in memory; beside it the library tracks the position."""

    def __init__(self) -> None:
        super().__init__()
        self.registered: list[str] = []


class ListPeople(Projection[People]):
    """Lists each of them once."""

    topics = ("person.registered",)

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Take one more event in: a `Recorded`, as `engine.events` gives it."""
        self.view.registered.append(domain_event.stream)
        self.view.insert_tracking(tracking)


def main() -> None:
    us = Actor("example", "coordinator", "system")
    with mentorcore.open(":memory:") as engine:
        for name in ("Ada", "Lin"):
            engine.handle(RegisterPerson(name=name), actor=us)
        with ProjectionRunner(
            application_class=application(engine),
            projection_class=ListPeople,
            view_class=People,
        ) as runner:
            runner.wait(engine.position, timeout=10)
            print(len(runner.view.registered), "people registered")
            engine.handle(RegisterPerson(name="Sol"), actor=us)
            runner.wait(engine.position, timeout=10)
            print(len(runner.view.registered), "people registered")


if __name__ == "__main__":
    main()
