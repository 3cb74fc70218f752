"""People who are registered and renamed: streams of events to hand on."""

from __future__ import annotations

from typing import Any

from engine.world import COORDINATOR, TODAY, mc


def register(engine: Any, *names: str) -> list[str]:
    """New persons, one event each."""
    return [engine.handle(mc.RegisterPerson(name=n), actor=COORDINATOR).stream for n in names]


def rename(engine: Any, person: str, name: str) -> None:
    """One more event on a person's stream."""
    command = mc.ChangePersonDetails(person_id=person, name=name, since=TODAY)
    engine.handle(command, actor=COORDINATOR)


class Seen:
    """A handler that notes what it is handed, and refuses what it is told to."""

    def __init__(self, *ill: str) -> None:
        self.events: list[tuple[int, str, int]] = []
        self.ill = set(ill)

    def __call__(self, recorded: Any) -> None:
        if recorded.stream in self.ill:
            raise ValueError(f"not today: {recorded.stream}")
        self.events.append((recorded.position, recorded.stream, recorded.version))

    @property
    def positions(self) -> list[int]:
        return [position for position, _, _ in self.events]
