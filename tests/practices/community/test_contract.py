"""Community keeps the contract of practices, like any practice from outside."""

from collections.abc import Generator
from typing import Any

from practices.community import listening, recognising
from practices.community.world import EXAMPLES, begun, world

from mentorcore.engine.engine import Engine
from mentorcore.practices.community import PRACTICE
from mentorcore.testing import PracticeContract


class TestCommunity(PracticeContract):
    practice = PRACTICE
    examples = (*EXAMPLES, *recognising.EXAMPLES, *listening.EXAMPLES)

    def world(self, engine: Engine) -> Generator[Any, Any, None]:
        here = begun(engine)
        yield from world(here)
        yield from recognising.recognition(here)
        yield from listening.focus_groups(here)
