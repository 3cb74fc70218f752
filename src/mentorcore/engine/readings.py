"""A source is read twice: once to know it as a whole, once to take its responses in.

Only the first reading can tell which keys occur more than once, in which order a column writes
its dates, and whether the file is sound to its end. Memory stays flat: of each response it keeps
eight bytes.
"""

from array import array
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby

import attrs

from mentorcore.adapters.dates import DateOrder
from mentorcore.adapters.spec import (
    Notice,
    Response,
    Unreadable,
    Where,
    no_such_column,
    normal_title,
)
from mentorcore.engine.feeds import Feed, Row
from mentorcore.errors import SourceUnreadable
from mentorcore.intake.fields import FIELDS
from mentorcore.intake.mapping import FormMapping
from mentorcore.intake.matching import canonical_answers
from mentorcore.intake.places import DateOrders, Places

__all__ = ["Group", "Reading", "Surveyed"]

Group = tuple[Row, ...]
"""All responses of a reading with one key, in the order of the source."""


@attrs.frozen
class Surveyed:
    """What the first reading found out.

    Attributes:
        responses: How many there are.
        repeated: How often each key occurs that occurs more than once, by its hash.
        orders: The order of dates in the columns that prove one.
        notices: What a person should know.
        whole: Whether the source holds all responses, so that some can be missing.
        sent: When and where the same answers were sent, by their hash; only where the mapping
            asks for it.
        within: How close together the same answers count as sent twice.
    """

    responses: int
    repeated: dict[int, int]
    orders: dict[str, DateOrder]
    notices: tuple[Notice, ...]
    whole: bool
    sent: dict[int, list[tuple[datetime, Where]]]
    within: timedelta

    def earlier(self, response: Response) -> Where | None:
        """Where the same answers stand that were sent shortly before, if they do.

        The time of sending decides, so that the order of the rows makes no difference.
        """
        if not self.sent or response.submitted_at is None:
            return None
        for at, where in self.sent.get(hash(canonical_answers(response)), ()):
            if timedelta(0) < response.submitted_at - at <= self.within:
                return where
        return None


class Reading:
    """A source, read by a mapping.

    Args:
        feed: Where the responses come from.
        mapping: What was declared about them.
    """

    def __init__(self, feed: Feed, mapping: FormMapping) -> None:
        self._feed = feed
        self._mapping = mapping

    def survey(self) -> Surveyed:
        """Read it once from end to end.

        Raises:
            SourceUnreadable: It cannot be read, or lacks a column that is needed.
            AdapterError: The adapter failed.
        """
        hashes = array("q")
        within = timedelta(minutes=self._mapping.repeats_within)
        orders = DateOrders(self._mapping)
        notices: list[Notice] = []
        sent: dict[int, list[tuple[datetime, Where]]] = {}
        first = None
        for item in self._feed.items():
            if isinstance(item, Row):
                hashes.append(hash(item.response.key))
                if orders.needed:
                    orders.see(item.response)
                if first is None:
                    first = item.response
                if within and item.response.submitted_at is not None:
                    said = hash(canonical_answers(item.response))
                    place = (item.response.submitted_at, item.response.where)
                    sent.setdefault(said, []).append(place)
            elif isinstance(item, Notice):
                notices.append(item)
        notices.extend(self._columns(first))
        cut = any(n.code == "incomplete" for n in notices)
        whole = self._feed.coverage == "full" and not cut
        counted = ((key, sum(1 for _ in same)) for key, same in groupby(sorted(hashes)))
        repeated = {key: count for key, count in counted if count > 1}
        return Surveyed(
            responses=len(hashes),
            repeated=repeated,
            orders=orders.conclude(),
            notices=tuple(notices),
            whole=whole,
            sent=sent,
            within=within,
        )

    def groups(self, surveyed: Surveyed) -> Iterator[Group | Unreadable]:
        """Read it again: every response together with those of the same key."""
        waiting: dict[int, list[Row]] = {}
        for item in self._feed.items():
            match item:
                case Row():
                    key = hash(item.response.key)
                    expected = surveyed.repeated.get(key)
                    if expected is None:
                        yield (item,)
                        continue
                    together = waiting.setdefault(key, [])
                    together.append(item)
                    if len(together) == expected:
                        yield from _by_key(waiting.pop(key))
                case Unreadable():
                    yield item
        for together in waiting.values():
            yield from _by_key(together)

    def _columns(self, first: Response | None) -> Iterator[Notice]:
        """Hold the mapping against the columns that there are.

        Raises:
            SourceUnreadable: A column that is needed is not there.
        """
        mapping = self._mapping
        there_is = Places(mapping).layout(first) if first is not None else {}
        lacking = [f for f in mapping.fields if f not in there_is]
        if not lacking or self._feed.corrected or (first is None and self._feed.live):
            return
        form = self._feed.describe()
        if not form.questions:
            return
        there = [normal_title(t) for q in form.questions for t in (q.key, q.label)]
        titles = [q.label for q in form.questions]
        for field in lacking:
            title = mapping.fields[field]
            if {normal_title(title), normal_title(title).removesuffix(" #1")} & set(there):
                continue
            message = no_such_column(titles, title, f"the field {field!r}")
            if (
                FIELDS[mapping.kind][field.partition(".")[0]].needed
                and field not in mapping.defaults
            ):
                raise SourceUnreadable(message, file=self._feed.name)
            yield Notice(Where(self._feed.name), message, "no-such-column")


def _by_key(together: list[Row]) -> Iterator[Group]:
    """Rows whose keys have equal hashes, apart by their keys."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in together:
        groups.setdefault(row.response.key, []).append(row)
    yield from map(tuple, groups.values())
