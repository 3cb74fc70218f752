"""What differs between an earlier and a later reading of one response.

Two exports of the same responses need not have the same columns, and a tool's layouts may even name
the same question differently. Only what stands in both can be held against each other: questions
with the same identity, and those that the mapping names.
"""

from collections.abc import Sequence

import attrs

from mentorcore.adapters.spec import Answer, Response
from mentorcore.intake.places import Places

__all__ = ["Change", "changes"]

JOINING = (",", ", ", ";", "; ", "|")
"""What tools put between several choices in one text."""


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
    found = [Change(a, before[a.question]) for a in common if not _same(before[a.question], a.raw)]
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
        if not _same(said, answer.raw):
            found.append(Change(answer, said))
    return tuple(dict.fromkeys(found)) if compared else None


def _same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two answers say the same, if perhaps one of them joins its choices in one text."""
    if one == other:
        return True
    few, many = sorted((one, other), key=len)
    return len(few) == 1 < len(many) and any(few[0] == mark.join(many) for mark in JOINING)
