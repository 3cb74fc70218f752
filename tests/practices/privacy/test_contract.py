"""Privacy keeps the contract of practices, like any practice from outside."""

from collections.abc import Generator
from typing import Any

from practices.privacy.world import EXAMPLES, world

from mentorcore.engine.engine import Engine
from mentorcore.practices.privacy import PRACTICE
from mentorcore.testing import PracticeContract


class TestPrivacy(PracticeContract):
    practice = PRACTICE
    examples = EXAMPLES

    def world(self, engine: Engine) -> Generator[Any, Any, None]:
        yield from world(engine)
