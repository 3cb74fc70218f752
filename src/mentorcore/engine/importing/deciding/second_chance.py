"""Rows that were refused are decided once more, after all others of their file.

What came after a row may have made way for it: somebody left the place that it needs. Each has one
more chance and no other, so that no export takes longer than twice.
"""

from collections.abc import Iterator, Sequence

from mentorcore.engine.importing.deciding.decisions import Decision, ResponseOutcome, Slice, apart
from mentorcore.intake.report import Report

__all__ = ["SecondChance"]


class SecondChance:
    """The responses of an import that were refused so far.

    Args:
        size: How many responses one transaction may carry.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._refused: list[tuple[Slice, ResponseOutcome]] = []

    def sort_out(self, parts: Sequence[Slice], decision: Decision) -> Iterator[ResponseOutcome]:
        """What responses came to, but for those that were refused, which are kept here."""
        waiting = {(id(part.group), part.start) for part in decision.waiting}
        decided = (p for p in apart(parts) if (id(p.group), p.start) not in waiting)
        for part, one in zip(decided, decision.came, strict=True):
            if one.outcome == "refused":
                self._refused.append((part, one))
            else:
                yield one

    def again(self, report: Report) -> Iterator[list[Slice]]:
        """What is to be decided once more, in portions; nothing where nothing made way."""
        if not (report.counts.taken or report.counts.amended):
            return
        refused, self._refused = self._refused, []
        for start in range(0, len(refused), self._size):
            yield [part for part, _ in refused[start : start + self._size]]

    def left(self) -> Iterator[ResponseOutcome]:
        """What is refused for good."""
        yield from (one for _, one in self._refused)
        self._refused = []
