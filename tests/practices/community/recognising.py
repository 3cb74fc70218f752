"""A program that recognises its people: the mentee thanks the mentor, and the board gives an award."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from practices.community.world import Sharing

from mentorcore.domain.values import Code
from mentorcore.practices.community.recognition.events import AwardRecognition, RecognitionAwarded

GIVEN = date(2026, 10, 15)
CITATION = "She came to every rehearsal of my first lesson"


def thanking(here: Sharing, **other: Any) -> AwardRecognition:
    """The mentee thanks the mentor."""
    usual: dict[str, Any] = {
        "program_id": here.world.program,
        "to": here.mentor,
        "kind": "thanks",
        "on": GIVEN,
        "by": here.world.persons[here.mentee],
        "citation": CITATION,
    }
    return AwardRecognition(**usual | other)


def recognition(here: Sharing) -> Iterator[Any]:
    """Everything that can be asked for about recognition."""
    yield thanking(here)
    yield thanking(here, kind="award", by=None, office=Code("school_board"), citation=None)


EXAMPLES: tuple[Any, ...] = (
    RecognitionAwarded(
        recognition_id=f"recognition:{1:032x}",
        program_id=f"program:{1:032x}",
        to=f"participant:{1:032x}",
        kind="thanks",
        on=GIVEN,
        by=f"person:{2:032x}",
        office=Code("school_board"),
        subjects=(f"person:{1:032x}",),
        citation=CITATION,
    ),
)
"""One event of each class, as the rules make them."""
