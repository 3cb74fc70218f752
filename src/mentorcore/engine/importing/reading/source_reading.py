"""A source is read to know it as a whole, and once more to take in what is not known already.

Only the first reading can tell which keys occur more than once, in which order a column writes
its dates, and whether the file is sound to its end. It settles as well which responses are held
as they are; where all are, nothing is read again. Memory stays flat: of each response it keeps
some thirty bytes, and whole ones only of a few hundred that changed.
"""

from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from heapq import heappush, heapreplace
from zlib import crc32

import attrs

from mentorcore.adapters.dates import DateOrder
from mentorcore.adapters.records import VALUES, Values
from mentorcore.adapters.spec import (
    Notice,
    Response,
    Unreadable,
    Where,
)
from mentorcore.engine.commands.collector import resting
from mentorcore.engine.importing.reading.changed_ids import NewRows
from mentorcore.engine.importing.reading.column_check import check_columns
from mentorcore.engine.importing.reading.feeds import Feed
from mentorcore.engine.importing.reading.sent_twice import Sendings
from mentorcore.engine.indexes.digest_set import DigestSet, occurring_again
from mentorcore.engine.indexes.responses import (
    DIFFERING,
    DONE,
    OLDER,
    OPEN,
    RESENT,
    IncomingResponse,
    ResponseIndex,
)
from mentorcore.errors import SourceUnreadable
from mentorcore.intake.mappings.columns import ColumnChecks
from mentorcore.intake.mappings.mapping import FormMapping

__all__ = ["Group", "SourceReading", "SurveyResult"]

TOGETHER = 500
"""How many responses are looked up in the index at once."""
SAMPLE = 500
"""How many responses that changed are kept to be looked at more closely."""

AHEAD = timedelta(days=1)
"""How far ahead of the clock a time of sending may be, for clocks that differ."""
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Before this, nobody filled in a form on a screen."""

_HELD = DONE | {RESENT}

Group = tuple[IncomingResponse, ...]
"""All responses of a reading with one key, in the order of the source."""


@attrs.frozen
class SurveyResult:
    """What the first reading found out.

    Attributes:
        responses: How many there are.
        keys: The hash of each one's key, in the order of the source.
        repeated: How often each key occurs that occurs more than once, by its hash.
        marks: What is known of each: `OPEN`, `SETTLED` or `OLDER`.
        seen: The names in the index of all responses that are still there.
        there: The names under which any response of the source would stand, if it were the only one
            of its key.
        unreadable: The records that cannot be read.
        orders: The order of dates in the columns that prove one.
        notices: What a person should know.
        full: Whether the source should hold all responses, so that some can be missing; not where
            it says itself that it is a part.
        cut: Whether its end may be missing.
        latest: When the last response was sent, by its own time; ``None`` if that is not known.
            A time that is still to come is a slip, and says nothing about the others.
        in_order: Whether the responses stand in the order in which they were sent.
        sent: When and where the same answers were sent, by their hash; those that came once are
            left out.
        new: The responses that the index does not know.
        sample: Some of those that said something else before; all of them if they are few.
        values: Whether choices are written as labels or as codes, if the adapter says so.
        weighed: Whether they were held against the index, which holds something of the form.
        done: The marks of those with which nothing is to be done.
    """

    responses: int
    keys: Sequence[int]
    repeated: dict[int, int]
    marks: bytearray
    seen: DigestSet
    there: DigestSet
    unreadable: tuple[Unreadable, ...]
    orders: dict[str, DateOrder]
    notices: tuple[Notice, ...]
    full: bool
    cut: bool
    latest: datetime | None
    in_order: bool
    sent: Sendings
    new: NewRows
    sample: tuple[IncomingResponse, ...] = ()
    values: Values | None = None
    weighed: bool = False
    done: Collection[int] = DONE

    @property
    def older(self) -> int:
        """How many are settled under an earlier mapping."""
        return self.marks.count(OLDER) if OLDER in self.done else 0

    @property
    def held(self) -> int:
        """How many say nothing else than what is held."""
        return sum(map(self.marks.count, DONE))

    @property
    def open(self) -> int:
        """How many may be new, where anything of the form is held."""
        return self.marks.count(OPEN) if self.weighed else 0

    @property
    def settled(self) -> int:
        """How many are held as they are, so that there is nothing to do about them."""
        return sum(map(self.marks.count, self.done))

    def sent_twice(self, response: Response) -> Where | None:
        """Where the same answers stand of which it is the second sending, if they do.

        The time of sending decides, so that the order of the rows makes no difference, and what
        was taken before.
        """
        return self.sent.other(response)


class SourceReading:
    """A source, read by a mapping.

    Args:
        feed: Where the responses come from.
        mapping: What was declared about them.
        known: Which responses of the form are held.
        done: The marks of responses with which nothing is to be done.

    Attributes:
        said: The sum of the digests of what all responses say; it tells a reading from another
            one whatever the order of its rows.
    """

    def __init__(
        self,
        feed: Feed,
        mapping: FormMapping,
        known: ResponseIndex,
        done: Collection[int] = DONE,
    ) -> None:
        self._done = frozenset(done)
        self._feed = feed
        self._mapping = mapping
        self._known = known
        self._weighed = False
        self._now = EARLIEST
        self.said = 0

    @property
    def digest(self) -> bytes:
        """What tells this reading from another one of the form."""
        return (self.said % 2**256).to_bytes(32, "big")

    def survey(self, now: datetime, proven: Mapping[str, DateOrder] | None = None) -> SurveyResult:
        """Read it once from end to end.

        Args:
            now: The instant of the import.
            proven: The orders of dates that earlier exports proved.

        Raises:
            SourceUnreadable: It cannot be read, or lacks a column that is needed.
            SourceRefused: It contradicts what was declared about it.
            AdapterError: The adapter failed.
        """
        self._now = now
        with closing(resting(self._items())) as items:
            return self._surveyed(items, now, proven or {})

    def _surveyed(
        self,
        items: Iterator[IncomingResponse | Unreadable | Notice],
        now: datetime,
        proven: Mapping[str, DateOrder],
    ) -> SurveyResult:
        keys, marks, seen = array("q"), bytearray(), DigestSet()
        columns = ColumnChecks(self._mapping)
        notices: list[Notice] = []
        unreadable: list[Unreadable] = []
        sent = Sendings(self._mapping)
        waiting: list[IncomingResponse] = []
        first, latest, in_order, values = None, None, True, None
        sample, new = _Sample(), NewRows(self._mapping)
        self._weighed = not self._known.is_empty()
        for item in items:
            if isinstance(item, IncomingResponse):
                response = item.response
                keys.append(hash(response.key))
                at = response.submitted_at
                if at is None:
                    in_order = False
                elif latest is None or at >= latest:
                    latest = at if at <= now else latest
                else:
                    in_order = False
                if columns.needed:
                    columns.see(response)
                if first is None:
                    first = response
                sent.see(response, len(keys) - 1)
                if self._weighed:
                    waiting.append(self._weigh(item))
                    if len(waiting) == TOGETHER:
                        self._settle(waiting, marks, seen, sample, new)
                        waiting = []
            elif isinstance(item, Notice):
                values = VALUES.get(item.code, values)
                if item.code not in VALUES:
                    notices.append(item)
            else:
                unreadable.append(item)
        self._settle(waiting, marks, seen, sample, new)
        if not self._feed.corrected:  # refused rows are chosen by what is odd about them
            notices.extend(columns.check(proven, self._feed.name))
        if not self._feed.corrected:
            check_columns(first, self._feed, self._mapping)
        repeated = occurring_again(keys)
        if repeated and self._weighed:
            # Which of several with one key is which is told by looking at all of them.
            for number, key in enumerate(keys):
                if key in repeated:
                    marks[number] = OPEN
        return SurveyResult(
            responses=len(keys),
            keys=keys,
            repeated=repeated,
            marks=marks or bytearray(len(keys)),
            seen=seen,
            there=new.there,
            unreadable=tuple(unreadable),
            orders=columns.orders.conclude(),
            notices=tuple(notices),
            full=self._feed.coverage == "full" and all(n.code != "part" for n in notices),
            cut=any(n.code == "incomplete" for n in notices),
            latest=latest,
            in_order=in_order,
            sent=sent.done(lambda number: bool(marks) and marks[number] in _HELD),
            sample=() if self._feed.corrected else sample.rows(),
            values=values,
            new=new,
            weighed=self._weighed,
            done=self._done,
        )

    def groups(self, surveyed: SurveyResult) -> Iterator[Group | Unreadable]:
        """Every response that is not settled, together with those of the same key.

        Raises:
            SourceUnreadable: It changed since it was surveyed.
        """
        if surveyed.settled == surveyed.responses:
            yield from surveyed.unreadable
            return
        waiting: dict[int, list[IncomingResponse]] = {}
        number, keys, marks, repeated = 0, surveyed.keys, surveyed.marks, surveyed.repeated
        for item in self._items():
            if isinstance(item, IncomingResponse):
                key = hash(item.response.key)
                if number == len(keys) or keys[number] != key:
                    raise self._changed()
                number += 1
                if marks[number - 1] in surveyed.done:
                    continue
                row = self._weigh(item, again=self._weighed)
                expected = repeated.get(key)
                if expected is None:
                    yield (row,)
                    continue
                together = waiting.setdefault(key, [])
                together.append(row)
                if len(together) == expected:
                    yield from _by_key(waiting.pop(key))
            elif isinstance(item, Unreadable):
                yield item
        if number != len(keys):
            raise self._changed()

    def held(self, surveyed: SurveyResult) -> Iterator[tuple[IncomingResponse, bool]]:
        """Every response that was taken before, and whether it says something else now."""
        rows = (item for item in self._items() if isinstance(item, IncomingResponse))
        for row, mark in zip(rows, surveyed.marks, strict=False):
            if mark == DIFFERING:
                yield self._weigh(row, again=True), True
            elif mark in DONE:
                yield row, False

    def _items(self) -> Iterator[IncomingResponse | Unreadable | Notice]:
        """Everything in the source; a response that nobody can have sent then is unreadable."""
        latest = self._now + AHEAD
        for item in self._feed.items():
            if isinstance(item, IncomingResponse):
                at = item.response.submitted_at
                if at is not None and not EARLIEST < at <= latest:
                    yield Unreadable(item.response.where, _no_time(item.response, self._now))
                    continue
            yield item

    def opened(self, surveyed: SurveyResult) -> Iterator[IncomingResponse]:
        """Every response that may be new and shares its key with no other one."""
        rows = (item for item in self._items() if isinstance(item, IncomingResponse))
        for row, mark in zip(rows, surveyed.marks, strict=False):
            if mark == OPEN and hash(row.response.key) not in surveyed.repeated:
                yield row

    def _weigh(self, row: IncomingResponse, *, again: bool = False) -> IncomingResponse:
        """A row with the digest of what it says."""
        content = self._known.content(row.response)
        if not again:
            self.said += int.from_bytes(content, "big")
        return IncomingResponse(row.response, row.seen, content)

    def _settle(
        self,
        rows: list[IncomingResponse],
        marks: bytearray,
        seen: DigestSet,
        sample: "_Sample",
        new: NewRows,
    ) -> None:
        """Look some rows up in the index."""
        if not rows:
            return
        found = list(self._known.settled(rows))
        marks.extend([mark for mark, _ in found])
        seen.add([name for mark, name in found if mark in DONE])
        new.there.add([name for _, name in found])
        for row, (mark, _) in zip(rows, found, strict=True):
            if mark == DIFFERING:
                sample.see(row)
            elif mark == OPEN:
                new.see(row.response)

    def _changed(self) -> SourceUnreadable:
        return SourceUnreadable("the file was changed while it was read", file=self._feed.name)


def _no_time(response: Response, now: datetime) -> str:
    """Why nobody can have sent a response at the time that it states."""
    said = response.submitted_raw or f"{response.submitted_at}"
    assert response.submitted_at is not None
    if response.submitted_at < now:
        why = "lies before there were such forms"
    else:
        why = "lies ahead of the clock"
    return (
        f"the time of submission {said!r} {why}; its day and month may be written in another order "
        "than declared, its year in another calendar, or the clock of the tool was wrong"
    )


class _Sample:
    """The rows whose keys have the least checksums, which does not depend on their order."""

    def __init__(self) -> None:
        self._kept: list[tuple[int, int, IncomingResponse]] = []
        self._seen = 0

    def see(self, row: IncomingResponse) -> None:
        self._seen += 1
        turn = -crc32("\0".join(row.response.key).encode(errors="replace"))
        if len(self._kept) < SAMPLE:
            heappush(self._kept, (turn, self._seen, row))
        elif turn > self._kept[0][0]:
            heapreplace(self._kept, (turn, self._seen, row))

    def rows(self) -> tuple[IncomingResponse, ...]:
        return tuple(row for _, _, row in self._kept)


def _by_key(together: list[IncomingResponse]) -> Iterator[Group]:
    """Rows whose keys have equal hashes, apart by their keys."""
    groups: dict[tuple[str, ...], list[IncomingResponse]] = {}
    for row in together:
        groups.setdefault(row.response.key, []).append(row)
    yield from map(tuple, groups.values())
