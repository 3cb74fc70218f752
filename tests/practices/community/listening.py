"""A program that listens to its people in focus groups: a large one, and one that is too small."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from practices.community.world import Sharing

from mentorcore.domain.values import Code
from mentorcore.practices.community.focus.events import FocusGroupHeld, RecordFocusGroup, Theme

HELD = date(2026, 10, 20)
TIME, TRUST, PAY = (Code(word) for word in ("time_to_meet", "trust_in_mentors", "late_stipends"))


def themes(**mentions: int) -> tuple[Theme, ...]:
    return tuple(Theme(code=Code(code), mentions=said) for code, said in mentions.items())


def listening(here: Sharing, **other: Any) -> RecordFocusGroup:
    """Fourteen people spoke of two things, twelve and nine of them."""
    usual: dict[str, Any] = {
        "program_id": here.world.program,
        "on": HELD,
        "attendees": 14,
        "themes": themes(trust_in_mentors=12, late_stipends=9),
    }
    return RecordFocusGroup(**usual | other)


def focus_groups(here: Sharing) -> Iterator[Any]:
    """Everything that can be asked for about focus groups."""
    yield listening(here)
    yield listening(here, attendees=7, themes=themes(time_to_meet=6))


EXAMPLES: tuple[Any, ...] = (
    FocusGroupHeld(
        group_id=f"focus:{1:032x}",
        program_id=f"program:{1:032x}",
        on=HELD,
        attendees=14,
        themes=themes(trust_in_mentors=12, late_stipends=9),
    ),
)
"""One event of each class, as the rules make them."""
