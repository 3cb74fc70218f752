"""What happens in a log of each practice that comes with mentorcore: the world of its contract.

Whoever adds a practice writes that world for `PracticeContract`, and tests of all practices live
through it as well.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from engine.world import COORDINATOR

from mentorcore.engine.engine import Engine
from mentorcore.practices.built_in import BUILT_IN
from mentorcore.practices.practice import Practice
from mentorcore.testing import PracticeContract

WITH_STREAMS = tuple(practice for practice in BUILT_IN if practice.aggregates)
"""The practices that record something; the others only tell of what the core records."""


@cache
def contracts() -> dict[str, type[PracticeContract]]:
    """By the name of a practice, the class of tests by which it keeps its contract."""
    home, found = Path(__file__).parent, {}
    for path in sorted(home.rglob("test_*.py")):
        if "PracticeContract)" not in path.read_text("utf-8") or path.parent == home:
            continue
        words = path.relative_to(home.parent).with_suffix("").parts
        for cls in vars(import_module(".".join(words))).values():
            if (
                isinstance(cls, type)
                and issubclass(cls, PracticeContract)
                and "practice" in vars(cls)
            ):
                found[cls.practice.name] = cls
    return found


def lived_through(
    practice: Practice, engine: Engine, hear: Callable[[Any], None] = lambda _: None
) -> None:
    """Ask for each command of a practice's world, in an empty log; *hear* is told each before."""
    commands = contracts()[practice.name]().world(engine)
    try:
        asked = next(commands)
        while True:
            hear(asked)
            asked = commands.send(engine.handle(asked, actor=COORDINATOR))
    except StopIteration:
        return
