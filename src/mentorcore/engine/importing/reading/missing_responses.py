"""Which responses of earlier exports are not in this one, and how certain that is.

An export that may be cut off or older, or that has rows nobody can read, does not prove that a
response is gone. What is not proven is told and not recorded, and nothing is ever deleted.
"""

from collections.abc import Callable, Iterable
from typing import Any

import attrs

from mentorcore.adapters.spec import Where
from mentorcore.domain.responses import ResponseTaken
from mentorcore.domain.values import Sealed
from mentorcore.engine.commands.unit_of_work import UnitOfWork
from mentorcore.engine.importing.reading.source_reading import SurveyResult
from mentorcore.engine.importing.row_words import RowWords
from mentorcore.engine.indexes.known_responses import KnownResponse
from mentorcore.intake.report import Missing, Question

__all__ = ["MissingResponse", "missing_responses"]


@attrs.frozen
class MissingResponse:
    """A response that is held and was not read.

    Attributes:
        name: The digest under which it stands in the index.
        held: What the index holds.
        missing: What the report says.
    """

    name: bytes
    held: KnownResponse
    missing: Missing

    def question(self, where: Where) -> Question:
        """What becomes of it, which only somebody who knows can say."""
        return Question(self.missing.response, self._sentence(), ("take_it", "leave_it"), where)

    def _sentence(self) -> str:
        at = self.missing.submitted_at
        sent = "" if at is None else f" that was sent at {at:%Y-%m-%d %H:%M} UTC"
        whom = f" about {about}" if (about := self.missing.about()) else ""
        return (
            f"this export does not hold a response{whom}{sent} and was imported before; it stands "
            "as it was recorded. Is it to stay (take_it), or is what it led to taken back "
            "(leave_it)?"
        )


def missing_responses(
    unseen: Iterable[tuple[bytes, KnownResponse]],
    surveyed: SurveyResult,
    session: UnitOfWork,
    opened: Callable[[Sealed], Any],
    *,
    live: bool,
) -> list[MissingResponse]:
    """What an export that should hold all responses lacks.

    Args:
        unseen: What is held and was not read.
        surveyed: The export as a whole.
        session: Where the responses are looked up.
        opened: Opens a sealed value.
        live: Whether a service was read, which gives responses in any order.
    """
    states = ((name, held, session.state(held.response)) for name, held in unseen)
    lacking = [(n, held, state.latest) for n, held, state in states if None not in state.settled]
    doubtful = len(lacking) <= len(surveyed.unreadable)  # each may be a row that cannot be read
    last = None if live else surveyed.latest
    if last is not None and len(lacking) > 1:
        # Nobody deletes just the newest ones: it is an older export, or the end is missing.
        sent = [taken.submitted_at for _, _, taken in lacking]
        doubtful = doubtful or all(at is not None and at > last for at in sent)
    words = RowWords(session, opened)
    found = [
        MissingResponse(
            name,
            held,
            Missing(
                held.response,
                taken.submitted_at,
                len(taken.caused),
                words.whom(taken),
                words.when(taken),
                newly=not held.missing,
                certain=not doubtful and (not surveyed.cut or _within(taken, surveyed, live=live)),
            ),
        )
        for name, held, taken in lacking
    ]
    return sorted(found, key=lambda item: (str(item.missing.day), item.missing.people))


def _within(taken: ResponseTaken, surveyed: SurveyResult, *, live: bool) -> bool:
    """Whether a response would stand before the end of a file that may be cut off."""
    sent, last = taken.submitted_at, surveyed.latest
    if live or not surveyed.in_order or sent is None or last is None:
        return False
    return sent < last
