"""A program in which something needs an answer, on a real engine."""

from collections.abc import Generator
from datetime import date
from typing import Any

from engine.world import STARTED, World

from mentorcore.engine.engine import Engine
from mentorcore.practices.cases.events import CaseClosed, CaseOpened, CloseCase, OpenCase

DUE, CLOSED = date(2026, 9, 15), date(2026, 9, 22)


def world(engine: Engine) -> Generator[Any, Any, None]:
    """Everything that the practice can be asked for, in order; each command gets its answer."""
    here = World(engine)
    mentor = here.enrol("mentor")
    answer = yield OpenCase(
        program_id=here.program,
        kind="concern",
        opened_by=here.persons[mentor],
        on=STARTED,
        due_on=DUE,
    )
    yield CloseCase(case_id=answer.stream, outcome="resolved", on=CLOSED)


EXAMPLES: tuple[Any, ...] = (
    CaseOpened(
        case_id=f"case:{1:032x}",
        program_id=f"program:{1:032x}",
        kind="concern",
        opened_by=f"person:{1:032x}",
        on=STARTED,
        due_on=DUE,
    ),
    CaseClosed(outcome="resolved", on=CLOSED),
)
"""One event of each class, as the rules make them."""
