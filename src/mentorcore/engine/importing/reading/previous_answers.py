"""What a response said when it was last taken, opened from the log."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from mentorcore.adapters.spec import Answer, Response
from mentorcore.domain.responses import ResponseTaken, Settled
from mentorcore.domain.values import Erased, ResponseId, Sealed
from mentorcore.engine.commands.unit_of_work import UnitOfWork
from mentorcore.errors import KeyMissing, MalformedEvent

__all__ = ["PreviousAnswers"]


class PreviousAnswers:
    """The responses of the log, as one session sees them.

    Args:
        session: Where they are read.
        opened: Opens a sealed value.
    """

    def __init__(self, session: UnitOfWork, opened: Callable[[Sealed], Any]) -> None:
        self._session = session
        self._opened = opened

    def expect(self, streams: Sequence[str]) -> None:
        """Read ahead the streams of responses that are going to be asked for."""
        self._session.read_ahead(streams)

    def none_of(self, streams: Sequence[str]) -> None:
        """Say that these ids were made just now, so that there is no earlier response to read."""
        self._session.founded_here(streams)

    def latest(self, stream: ResponseId) -> ResponseTaken:
        """A response as it was last taken."""
        latest: ResponseTaken | None = self._session.state(stream).latest
        assert latest is not None
        return latest

    def as_held(self, latest: ResponseTaken, row: Response) -> Response | None:
        """A response as it was last taken; ``None`` when its answers were erased.

        Args:
            latest: What the log holds of it.
            row: Where an export shows it, in whatever form.
        """
        answers, key = self.answers(latest), latest.response_key
        opened = self._opened(key) if isinstance(key, Sealed) else key
        if answers is None or opened is None or isinstance(opened, Erased):
            return None
        return attrs.evolve(
            row,
            key=tuple(opened),
            submitted_at=latest.submitted_at,
            lifecycle=latest.lifecycle,
            answers=answers,
        )

    def settled(self, stream: str) -> Settled:
        """What somebody said of a response, taken or not."""
        said: Settled = self._session.state(stream).settled
        return said

    def is_taken(self, stream: ResponseId) -> bool:
        """Whether a response of this id was taken."""
        return self._session.state(stream).latest is not None

    def answers(self, latest: ResponseTaken) -> tuple[Answer, ...] | None:
        """The raw answers of an earlier reading; ``None`` when they were erased or do not open."""
        raw = latest.answers
        try:
            opened = self._opened(raw) if isinstance(raw, Sealed) else raw
        except (KeyMissing, MalformedEvent):
            return None
        if isinstance(opened, Erased) or opened is None:
            return None
        return tuple(map(_answer, opened))


def _answer(raw: Any) -> Answer:
    if isinstance(raw, Mapping):
        return Answer(raw["question"], raw["label"], tuple(raw["raw"]))
    return Answer(raw.question, raw.label, raw.raw)
