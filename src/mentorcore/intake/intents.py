"""What a response is meant to lead to: commands in order, each under a name of its own."""

from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from mentorcore.domain.responses import Settling
from mentorcore.domain.values import Code, PersonId, ResponseId

__all__ = ["Asked", "Intent", "Intents", "Reason", "Rejected"]


@attrs.frozen
class Intent:
    """One thing that a response says.

    Attributes:
        code: Which of the response's facts it is, such as ``meeting`` or ``training.basics``;
            the same in every reading of the response.
        command: The command that would record it, with all its ids.
    """

    code: Code
    command: Any


@attrs.frozen
class Intents:
    """All that a response says, in the order in which it has to be decided.

    Attributes:
        facts: What is to be recorded; empty when it says nothing that is not known.
        subjects: The persons whom it concerns.
    """

    facts: tuple[Intent, ...]
    subjects: tuple[PersonId, ...]

    def fact(self, code: str) -> Intent | None:
        """The fact of this name."""
        return next((f for f in self.facts if f.code == code), None)


@attrs.frozen
class Reason:
    """Why a cell, or the row as a whole (no column), cannot be taken."""

    column: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.column}: {self.sentence}" if self.column else self.sentence


class Rejected(Exception):  # noqa: N818 - an answer about a row, told in the import's report
    """A response cannot be taken as it is; it carries everything that is wrong with it."""

    def __init__(self, reasons: Iterable[Reason]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("; ".join(map(str, self.reasons)))

    @property
    def column(self) -> str:
        """The title of the first column that is wrong, empty for the row as a whole."""
        return next((r.column for r in self.reasons), "")


class Asked(Rejected):
    """A response cannot be taken until somebody says what no rule can know.

    Attributes:
        answers: The answers that fit.
        other: The response or person beside which it is in doubt, if there is one.
    """

    def __init__(
        self,
        reasons: Iterable[Reason],
        answers: Sequence[Settling],
        other: ResponseId | PersonId | None = None,
    ) -> None:
        super().__init__(reasons)
        self.answers = tuple(answers)
        self.other = other
