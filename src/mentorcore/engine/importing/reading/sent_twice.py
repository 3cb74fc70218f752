"""Which answers were sent twice within a short time, because somebody pressed the button again."""

from array import array
from collections.abc import Callable
from datetime import datetime

import attrs

from mentorcore.adapters.spec import Response, Where
from mentorcore.engine.indexes.digest_set import occurring_again
from mentorcore.intake.mappings.columns import Places
from mentorcore.intake.mappings.mapping import FormMapping
from mentorcore.intake.response_matching import canonical_answers

__all__ = ["Sendings"]


class Sendings:
    """When and where the same answers were sent more than once, in a few bytes each.

    An id that the tool gave a response is no answer, unless the mapping uses it.
    """

    def __init__(self, mapping: FormMapping) -> None:
        self._within = mapping.repeats_within * 60_000_000
        self._places = Places(mapping)
        self._said, self._at = array("q"), array("q")
        self._records, self._lines, self._numbers = array("q"), array("q"), array("q")
        self._file = ""
        self._again: dict[int, list[tuple[int, Where, bool]]] = {}

    def see(self, response: Response, number: int) -> None:
        """Note a response, and which one of the source it is, from 0."""
        at = response.submitted_at
        if at is None or not self._within:
            return
        self._said.append(self._hash(response))
        self._at.append(_microseconds(at))
        self._numbers.append(number)
        where = response.where
        self._file = where.file
        self._records.append(where.record or 0)
        self._lines.append(where.line or 0)

    def done(self, held: Callable[[int], bool]) -> "Sendings":
        """All of them were seen; *held* tells of each whether it was taken before."""
        again = occurring_again(self._said)
        for number, said in enumerate(self._said) if again else ():
            if said in again:
                record, line = self._records[number] or None, self._lines[number] or None
                there = Where(self._file, record, line)
                sent = (self._at[number], there, held(self._numbers[number]))
                self._again.setdefault(said, []).append(sent)
        for column in (self._said, self._at, self._records, self._lines, self._numbers):
            del column[:]
        return self

    def other(self, response: Response) -> Where | None:
        """Where the same answers stand that were sent shortly before, if they do.

        Or shortly after, where those were taken before: then it is this one that is one too many.
        """
        if not self._again or response.submitted_at is None:
            return None
        now = _microseconds(response.submitted_at)
        for at, where, held in self._again.get(self._hash(response), ()):
            if 0 < now - at <= self._within or (held and 0 < at - now <= self._within):
                return where
        return None

    def _hash(self, response: Response) -> int:
        key = response.key
        if len(key) == 1:
            used = self._places.layout(response).values()
            for place, answer in enumerate(response.answers):
                if answer.raw == key and place not in used:
                    answers = (*response.answers[:place], *response.answers[place + 1 :])
                    return hash(canonical_answers(attrs.evolve(response, answers=answers)))
        return hash(canonical_answers(response))


def _microseconds(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000)
