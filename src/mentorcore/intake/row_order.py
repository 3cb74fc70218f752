"""When a row happened, and of which thing it tells among the rows of one key.

People write the newest row on top, or where there was room. Whoever follows somebody needs the
place that the other one left.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import attrs

from mentorcore.adapters.dates import DateOrder, DateProblem, parse_date
from mentorcore.adapters.spec import Answer, Response
from mentorcore.intake.mappings.columns import Places
from mentorcore.intake.mappings.mapping import FormMapping

__all__ = ["RowOrder"]


class RowOrder:
    """How the rows of a file stand to each other, by the fields that their kind of form names.

    Args:
        mapping: What was declared about the form.
        orders: The order of dates in columns that prove one.
    """

    def __init__(self, mapping: FormMapping, orders: Mapping[str, DateOrder]) -> None:
        self._apart = mapping.form_kind.tells_apart
        self._field = mapping.form_kind.in_order_of
        self._order = mapping.date_order or orders.get(self._field)
        self._places = Places(mapping)

    def places(self, responses: Sequence[Response]) -> Sequence[int]:
        """The places of responses, from the one that happened first to the last.

        As they come, where those of this kind do not rest on each other.
        """
        if not self._field:
            return range(len(responses))
        days = [self._day(response) for response in responses]
        return sorted(range(len(responses)), key=days.__getitem__)

    def _day(self, response: Response) -> date:
        """The day of a row; the first of all where nothing tells it, so that it keeps its place."""
        text = self._text(response, self._field)
        try:
            return parse_date(text, self._order) if text else date.min
        except DateProblem:
            return date.min

    def kin(self, response: Response, earlier: Sequence[Answer] | None) -> bool:
        """Whether a response tells of what an earlier one told of, by what tells them apart."""
        if earlier is None or not self._apart:
            return False
        before = attrs.evolve(response, answers=tuple(earlier))
        texts = [(self._text(response, f), self._text(before, f)) for f in self._apart]
        return all(now == then for now, then in texts)

    def _text(self, response: Response, field: str) -> str:
        answer = self._places.answer(response, field)
        return "\n".join(t for t in answer.raw if t.strip()) if answer else ""
