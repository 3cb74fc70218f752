"""Which responses of a reading are known, edited or new, where nothing but a key identifies them.

Many tools give no id, so different responses can have equal keys (the same second, anonymous
people). Within such a group responses are told apart by their content: an export may
come again shuffled, so their place in it says nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import attrs
import msgspec

from mentorcore.adapters.spec import Response

__all__ = ["Match", "Matched", "Verdict", "canonical_answers", "match"]

_encode = msgspec.json.Encoder().encode

Verdict = Literal["unchanged", "refreshed", "superseded", "repeated", "edited", "new", "ambiguous"]
"""What a response of a reading turned out to be.

``refreshed``: unchanged but for columns that were added or removed; ``superseded``: a refused row
whose correction was taken meanwhile; ``repeated``: the same response once more in one reading.
"""


@attrs.frozen
class Match:
    """The verdict on one response; ``held`` says which of those held it is, counted from 0."""

    verdict: Verdict
    held: int | None = None


@attrs.frozen
class Matched:
    """The verdicts on a group, in its order, and which of those held were not seen again."""

    verdicts: tuple[Match, ...]
    left: tuple[int, ...]


def canonical_answers(response: Response) -> bytes:
    """What a response says, as a text in UTF-8 that is equal for equal content.

    The order of columns and empty cells make no difference; the lifecycle does.
    """
    said = sorted([(a.question, *a.raw) for a in response.answers if a.raw])
    return _encode((response.lifecycle, said))


def _never(_read: int, _held: int) -> bool:
    return False


def match(
    read: Sequence[bytes],
    held: Sequence[bytes],
    *,
    superseded: Mapping[bytes, int] | None = None,
    same: Callable[[int, int], bool] = _never,
    by_content: bool = False,
    kin: Callable[[int, int], bool] = _never,
) -> Matched:
    """Match the responses of one key.

    Args:
        read: Digests of the contents of those read now, in the order of the source.
        held: Digests of the contents of those held from earlier readings.
        superseded: Contents that were refused, each with the place among those held of the response
            that was taken in a corrected form.
        same: Whether one read and one held are alike; asked only where contents differ.
        by_content: Whether the key says nothing at all in a reading of a part, so that a content
            that is not held is new, whatever else is held.
        kin: Whether one read and one held tell of one thing, by what an edit leaves alone.
    """
    verdicts: dict[int, Match] = {}
    free: dict[bytes, list[int]] = {}
    for i, content in enumerate(held):
        free.setdefault(content, []).append(i)
    corrected = superseded or {}
    met: set[bytes] = set()
    for i, content in enumerate(read):
        if free.get(content):
            verdicts[i] = Match("unchanged", free[content].pop(0))
        elif content in met:
            verdicts[i] = Match("repeated")
        elif content in corrected:
            verdicts[i] = Match("superseded", corrected[content])
        met.add(content)
    known = {j.held for j in verdicts.values()}
    left = sorted(i for places in free.values() for i in places if i not in known)
    open_ = [i for i in range(len(read)) if i not in verdicts]
    for i in tuple(open_):
        found = next((j for j in left if same(i, j)), None)
        if found is not None:
            verdicts[i] = Match("refreshed", found)
            left.remove(found)
            open_.remove(i)
    if len(open_) > 1 and left:
        pairs = [(i, j) for i in open_ for j in left if kin(i, j)]
        for i, j in pairs:
            if sum(i == other or j == held_ for other, held_ in pairs) == 1:
                verdicts[i] = Match("edited", j)
                left.remove(j)
                open_.remove(i)
    if by_content or not left:
        verdicts.update((i, Match("new")) for i in open_)
    elif len(open_) == len(left) == 1:
        verdicts[open_[0]] = Match("edited", left.pop())
    elif open_:
        verdicts.update((i, Match("ambiguous")) for i in open_)
        left = []  # they may be among the ambiguous ones
    return Matched(tuple(verdicts[i] for i in range(len(read))), tuple(left))
