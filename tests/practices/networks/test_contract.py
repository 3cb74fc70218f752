"""Networks keep the contract of practices, like any practice from outside."""

from collections.abc import Generator
from typing import Any

from practices.networks import carried
from practices.networks.world import EXAMPLES, world

from mentorcore.engine.engine import Engine
from mentorcore.practices.networks import PRACTICE
from mentorcore.testing import PracticeContract


class TestNetworks(PracticeContract):
    practice = PRACTICE
    examples = (*EXAMPLES, *carried.EXAMPLES)

    def world(self, engine: Engine) -> Generator[Any, Any, None]:
        here = yield from world(engine)
        yield from carried.world(here)
