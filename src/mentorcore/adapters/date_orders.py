"""Whether a column puts the day or the month first, told from all of its cells.

A single cell such as ``03/04/2026`` can be read in two ways. A whole column often proves one of
them, and disproves an order that was declared for it; then no cell of it may be read in that order,
not even those that happen to fit.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from mentorcore.adapters.dates import DECLARE_ORDER, DateOrder, DateProblem, parse_date

__all__ = ["DateOrderProof", "OrderDisproved"]

_SHORT = re.compile(
    r"\s*((?P<one>[0-9]{1,2})(?P<mark>[-/.])\s?(?P<two>[0-9]{1,2})(?P=mark)"
    r"\s?(?P<year>[0-9]{4}|[0-9]{2}))(?![0-9])"
)
Fits = frozenset[DateOrder]
"""The orders in which a date is a day of the calendar."""
_ORDERS: tuple[DateOrder, ...] = ("dmy", "mdy", "ymd")
_FIRST = {"dmy": "the day first", "mdy": "the month first", "ymd": "the year first"}


class OrderDisproved(DateProblem):
    """A column cannot be in the order that was declared, or proven earlier, for it.

    Attributes:
        order: The order in which all of its dates can be read, if there is one.
    """

    def __init__(self, message: str, line: int | None, order: DateOrder | None) -> None:
        super().__init__(message, line)
        self.order = order


class _Cell(NamedTuple):
    """A cell, and where it stands."""

    text: str
    line: int | None
    row: int | None

    def __str__(self) -> str:
        line = None if self.line is None else f"line {self.line}"
        row = None if self.row is None else f"row {self.row}"
        places = [row, line if self.row != self.line else None]
        where = ", ".join(place for place in places if place)
        return f"{self.text!r} ({where})" if where else f"{self.text!r}"


class _Form:
    """The cells of a column that have one mark and can be read in the same orders."""

    __slots__ = ("count", "first")

    def __init__(self, first: _Cell) -> None:
        self.first, self.count = first, 0


class DateOrderProof:
    """Whether a column puts the day or the month first, proven from all of its values.

    A value above 12 in one place, and never one in the other, is a proof.
    """

    def __init__(self) -> None:
        self._first: dict[str, _Cell] = {}
        self._forms: dict[tuple[str, Fits], _Form] = {}

    def see(self, text: str, line: int | None = None, row: int | None = None) -> None:
        """Take one value of the column into account; *line* and *row* are named in a refusal."""
        found = _SHORT.match(text)
        if found is None:
            return
        mark, fits, shows = _looked_at(found[1])
        if shows and shows not in self._first:
            self._first[shows] = _Cell(text, line, row)
        if fits:
            form = self._forms.get((mark, fits))
            if form is None:
                form = self._forms[mark, fits] = _Form(_Cell(text, line, row))
            form.count += 1

    def conclude(self) -> DateOrder | None:
        """The proven order; ``None`` when no value needs one.

        Raises:
            DateProblem: The order is needed and not proven, or values contradict each other.
        """
        seen = self._first
        if "dmy" in seen and "mdy" in seen:
            raise DateProblem(
                f"{seen['dmy']} puts the day first and {seen['mdy']} the month; "
                f"correct one of them, or {DECLARE_ORDER}",
                seen["mdy"].line,
            )
        if "dmy" in seen:
            return "dmy"
        if "mdy" in seen:
            return "mdy"
        if "open" in seen:
            raise DateProblem(
                f"{seen['open']} can be read with the day or with the month first, and "
                f"no other value settles it; {DECLARE_ORDER}",
                seen["open"].line,
            )
        return None

    def check(self, order: DateOrder, because: str = "as is declared") -> None:
        """Hold the column against the order in which it is to be read.

        A slip in one cell among many that need the order proves nothing, and is one row's matter.

        Args:
            order: The order.
            because: Why it is that one, as the end of a clause.

        Raises:
            OrderDisproved: All dates of the column can be read in another order and not in this
                one; or no more of them need this one than another one.
        """
        against = [(key, form) for key, form in self._forms.items() if order not in key[1]]
        if not against:
            return
        odd = min((form.first for _, form in against), key=lambda cell: cell.line or 0)
        what = f"{odd} cannot be read with {_FIRST[order]}, {because}"
        others = [o for o in _ORDERS if all(o in fits for _, fits in self._forms)]
        if others:
            count = sum(form.count for form in self._forms.values())
            dates = "it" if count == 1 else f"all {count:,} dates of the column"
            ways = " or ".join(f'date_order = "{o}"' for o in others)
            raise OrderDisproved(
                f"{what}, and {dates} can be read with {_FIRST[others[0]]}; look at the dates, and "
                f"export it again as before, or declare {ways}",
                odd.line,
                others[0] if len(others) == 1 else None,
            )
        if self._is_mixed(order, against):
            raise OrderDisproved(
                f"{what}, and no order of day and month fits all dates of the column; it seems to "
                "be written in two ways: put its dates right, and export it again",
                odd.line,
                None,
            )

    def _is_mixed(
        self, order: DateOrder, against: Sequence[tuple[tuple[str, Fits], _Form]]
    ) -> bool:
        """Whether dates that do not fit an order are more than slips among those that need it.

        They are where no more dates need the order, and where with the same mark others could be
        read in it and none needs it: those may be meant otherwise as well.
        """
        needing = {key: f for key, f in self._forms.items() if _needs(order, key[1])}
        if sum(f.count for _, f in against) >= sum(f.count for f in needing.values()):
            return True
        sure = {mark for mark, _ in needing}
        open_to_it = {mark for mark, fits in self._forms if order in fits}
        return any(mark in open_to_it - sure for (mark, _), _ in against)


def _needs(order: DateOrder, fits: Fits) -> bool:
    """Whether a date can be read in an order and not in another one of day and month."""
    return order in fits and not {"dmy", "mdy"} - {order} <= fits


@lru_cache(maxsize=4096)
def _looked_at(text: str) -> tuple[str, Fits, str]:
    """The mark of a date, the orders in which it is a day, and what its figures show of them."""
    found = _SHORT.match(text)
    assert found is not None
    one, two = int(found["one"]), int(found["two"])
    shows = ""
    if len(found["year"]) > 2 and not (one > 12 and two > 12):  # noqa: PLR2004 - months
        shows = "dmy" if one > 12 else "mdy" if two > 12 else "open"  # noqa: PLR2004 - months
    return found["mark"], frozenset(o for o in _ORDERS if _is_day(text, o)), shows


def _is_day(text: str, order: DateOrder) -> bool:
    try:
        parse_date(text, order)
    except DateProblem:
        return False
    return True
