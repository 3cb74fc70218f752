"""The contract of practices, kept by a stranger's practice, and what it finds in others."""

from collections.abc import Generator
from datetime import date
from typing import Any

from practices.stranger import VISITS
from practices.stranger.events import FollowUpVisit, MakeVisit, VisitFollowedUp, VisitMade

from mentorcore.engine.engine import Engine
from mentorcore.testing import PracticeContract, small_program

any_: Any = VisitMade
DAY = date(2026, 11, 2)
MADE = any_(
    visit_id=f"acme-visit:{7:032x}",
    program_id=f"program:{7:032x}",
    pairing_id=f"pairing:{7:032x}",
    visited=f"participant:{7:032x}",
    meeting_id=f"meeting:{7:032x}",
    on=date(2026, 11, 3),
    minutes=25,
    subjects=(f"person:{7:032x}",),
    note="Quieter than last time",
)


class TestVisits(PracticeContract):
    practice = VISITS
    examples = (MADE, VisitFollowedUp(on=date(2026, 11, 4), minutes=5))

    def world(self, engine: Engine) -> Generator[Any, Any, None]:
        small = small_program(engine)
        asked = MakeVisit(
            pairing_id=small.pairing, visited=small.mentee, on=DAY, minutes=30, note="Loud"
        )
        made = yield asked
        yield FollowUpVisit(visit_id=made.stream, on=date(2026, 11, 9), minutes=10)
        yield MakeVisit(pairing_id=small.pairing, visited=small.mentor, on=DAY, minutes=20)
