"""When a row happened, so that the rows of one file can be decided in that order.

People write the newest row on top, or where there was room. Whoever follows somebody needs the
place that the other one left.
"""

from collections.abc import Mapping
from datetime import date

from mentorcore.adapters.dates import DateOrder, DateProblem, parse_date
from mentorcore.adapters.spec import Response
from mentorcore.intake.mappings.columns import Places
from mentorcore.intake.mappings.mapping import FormMapping

__all__ = ["RowOrder"]


class RowOrder:
    """The order in which what rows tell of happened, by the field that their kind of form names.

    Args:
        mapping: What was declared about the form.
        orders: The order of dates in columns that prove one.
    """

    def __init__(self, mapping: FormMapping, orders: Mapping[str, DateOrder]) -> None:
        self._field = mapping.form_kind.in_order_of
        self._order = mapping.date_order or orders.get(self._field)
        self._places = Places(mapping)

    @property
    def matters(self) -> bool:
        """Whether rows of this kind rest on each other."""
        return bool(self._field)

    def day(self, response: Response) -> date:
        """The day of a row; the first of all where nothing tells it, so that it keeps its place."""
        answer = self._places.answer(response, self._field)
        text = "\n".join(t for t in answer.raw if t.strip()) if answer else ""
        try:
            return parse_date(text, self._order) if text else date.min
        except DateProblem:
            return date.min
