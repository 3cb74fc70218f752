"""The rows of `community.recognition`: what was said of somebody, and how often what was said."""

from collections.abc import Mapping
from datetime import date

import attrs
from attrs import field

from mentorcore.practices.community.recognition.events import RecognitionAwarded
from mentorcore.practices.spec import Shown, Who, figure, without_text

__all__ = ["RecognitionRow", "RecognitionTotals"]


@attrs.frozen
class RecognitionRow:
    """A recognition as it is shown.

    Attributes:
        kind: ``thanks``, ``award``, ``certificate`` or ``success_story``.
        participant: Whom it was given to.
        by: The person who gave it, by the id.
        office: The office or body that gave it.
        citation: What was said; for whom it was said of, and for the coordinator.
    """

    recognition: str = field(metadata=figure("the recognition's id"))
    kind: str = field(metadata=figure("what it is", RecognitionAwarded))
    participant: str = field(metadata=figure("the enrolment's id", RecognitionAwarded))
    who: Who = field(metadata=figure("whom it was given to", RecognitionAwarded))
    on: date = field(metadata=figure("the day it was given", RecognitionAwarded))
    by: str | None = field(metadata=figure("who gave it", RecognitionAwarded))
    office: str | None = field(metadata=figure("which office gave it", RecognitionAwarded))
    citation: Shown = field(repr=without_text, metadata=figure("what was said", RecognitionAwarded))


@attrs.frozen
class RecognitionTotals:
    """All recognition in a program together; of nobody by themselves (INV-78).

    Attributes:
        given: How many times somebody was recognised.
        by_kind: The same by kind, in the order of the alphabet.
    """

    given: int = field(metadata=figure("recognition given", RecognitionAwarded))
    by_kind: Mapping[str, int] = field(metadata=figure("by kind", RecognitionAwarded))
