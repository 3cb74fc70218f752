"""Community keeps the contract of practices, like any practice from outside."""

from collections.abc import Generator
from typing import Any

from practices.community.world import EXAMPLES, world

from mentorcore.engine.engine import Engine
from mentorcore.practices.community import PRACTICE
from mentorcore.testing import PracticeContract


class TestCommunity(PracticeContract):
    practice = PRACTICE
    examples = EXAMPLES

    def world(self, engine: Engine) -> Generator[Any, Any, None]:
        yield from world(engine)
