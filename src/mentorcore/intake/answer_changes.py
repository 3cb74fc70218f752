"""What differs between an earlier and a later reading of one response.

Two exports of the same responses need not have the same columns, and a tool's layouts may even name
the same question differently. Only what stands in both can be held against each other: questions
with the same identity, and those that the mapping names.
"""

import re
from collections.abc import Collection, Sequence

import attrs

from mentorcore.adapters.spec import Answer, Response
from mentorcore.intake.mappings.columns import Places
from mentorcore.intake.mappings.mapping import spoken

__all__ = ["Change", "changes"]

JOINING = (",", ", ", ";", "; ", "|")
"""What tools put between several choices in one text."""

_DECIMAL = re.compile(r"-?[0-9]+[.,][0-9]+")


@attrs.frozen
class Change:
    """An answer that reads otherwise than before.

    Attributes:
        answer: As it is read now.
        before: The texts that it had.
    """

    answer: Answer
    before: tuple[str, ...]


def changes(
    held: Sequence[Answer], now: Response, places: Places | None = None
) -> tuple[Change, ...] | None:
    """The answers that changed between two readings; ``None`` when they have nothing in common.

    A column that was added or removed is no change, unless the mapping needs what it says.

    Args:
        held: The answers of the earlier reading, empty ones included.
        now: The later reading.
        places: Where a reading holds what the mapping asks for.
    """
    before = {answer.question: answer.raw for answer in held}
    common = [answer for answer in now.answers if answer.question in before]
    same = _Same(frozenset() if places is None else places.missing)
    found = [Change(a, before[a.question]) for a in common if not same(before[a.question], a.raw)]
    compared = bool(common)
    if places is None:
        return tuple(found) if compared else None
    earlier = attrs.evolve(now, answers=tuple(held))
    for field in places.layout(now):
        answer, old = places.answer(now, field), places.answer(earlier, field)
        assert answer is not None
        if answer.question in before:
            continue
        compared = compared or old is not None
        said = () if old is None else old.raw
        if not same(said, answer.raw):
            found.append(Change(answer, said))
    return tuple(dict.fromkeys(found)) if compared else None


class _Same:
    """Whether two answers say the same, however an export was asked to write them.

    Args:
        missing: Words that mean: no answer.
    """

    def __init__(self, missing: Collection[str]) -> None:
        self._missing = missing

    def __call__(self, one: tuple[str, ...], other: tuple[str, ...]) -> bool:
        if one == other:
            return True
        few, many = sorted((self._told(one), self._told(other)), key=len)
        if len(few) == len(many):
            return list(map(_number, few)) == list(map(_number, many))
        return len(few) == 1 and any(few[0] == mark.join(many) for mark in JOINING)

    def _told(self, raw: tuple[str, ...]) -> tuple[str, ...]:
        if not self._missing:
            return raw
        return tuple(text for text in raw if spoken(text) not in self._missing)


def _number(text: str) -> str:
    """A number as it is compared: with a point, and without zeros behind its last digit."""
    if not _DECIMAL.fullmatch(text):
        return text
    return text.replace(",", ".").rstrip("0").rstrip(".")
