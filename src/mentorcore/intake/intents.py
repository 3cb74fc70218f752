"""What a response is meant to lead to: commands in order, each under a name of its own."""

from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from mentorcore.domain.pairing.events.ending import PairingEnded
from mentorcore.domain.pairing.events.forming import PairingFormed
from mentorcore.domain.pairing.events.proposals import PairingDeclined
from mentorcore.domain.responses import Settling
from mentorcore.domain.values import Code, PersonId, ResponseId
from mentorcore.errors import Invalid, Refused
from mentorcore.personal_text import without_text

__all__ = [
    "END",
    "PAIRING",
    "Asked",
    "Claimed",
    "Intent",
    "Intents",
    "Reason",
    "Rejected",
    "code_of",
    "why_refused",
]


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
        notes: What somebody may want to know of it, as sentences.
    """

    facts: tuple[Intent, ...]
    subjects: tuple[PersonId, ...]
    notes: tuple[str, ...] = attrs.field(default=(), repr=without_text)

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


class Claimed(Asked):
    """The address or number of a row belongs to another person of the log under another name.

    Other rows of the same file may still let go of it.

    Attributes:
        field: The field of the form that tells it.
        value: The address or number.
        owners: To whom it belongs.
    """

    def __init__(self, reason: Reason, field: str, value: str, owners: Sequence[PersonId]) -> None:
        super().__init__([reason], ("same_person", "another_person"), owners[0])
        self.field = field
        self.value = value
        self.owners = tuple(owners)

    def beside(self, place: str) -> "Claimed":
        """The same, with the place where the other row stands."""
        (reason,) = self.reasons
        said = f"{reason.sentence}; {self.value!r} stands in {place}, too"
        return Claimed(Reason(reason.column, said), self.field, self.value, self.owners)


def why_refused(problem: Refused | Invalid) -> str:
    """Why a command cannot be taken, as a sentence about its row."""
    if isinstance(problem, Refused):
        return problem.reason
    return "; ".join(map(str, problem.problems)) or problem.what


PAIRING, END = Code("pairing"), Code("end")
FORMED, OTHERS = Code("formed"), Code("others")
"""Facts that a response may lead to without saying them apart."""


def code_of(fact: Code, event: Any) -> Code:
    """Under which name an event of a fact is kept.

    The end of a past pairing has one of its own, and what the last acceptance led to: the pairing
    that it formed, and the proposals that were declined for it.
    """
    if isinstance(event, PairingFormed) and fact != PAIRING:
        return FORMED
    if isinstance(event, PairingDeclined) and event.in_favour_of is not None:
        return OTHERS
    return END if fact == PAIRING and isinstance(event, PairingEnded) else fact
