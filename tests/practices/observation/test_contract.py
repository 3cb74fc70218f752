"""Observation rounds keep the contract of practices, like any practice from outside."""

from collections.abc import Generator
from typing import Any

from practices.observation.world import EXAMPLES, begun, world

from mentorcore.engine.engine import Engine
from mentorcore.practices.observation import PRACTICE
from mentorcore.testing import PracticeContract


class TestObservation(PracticeContract):
    practice = PRACTICE
    examples = EXAMPLES

    def world(self, engine: Engine) -> Generator[Any, Any, None]:
        yield from world(engine, begun(engine))
