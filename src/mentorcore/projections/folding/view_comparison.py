"""What is stored of a view, held against a fold of the events."""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from mentorcore.domain.model import Model
from mentorcore.errors import FollowerStopped, LogError
from mentorcore.log.storage.store import Row, Store, ViewRow
from mentorcore.projections.folding.event_reader import (
    FOLD,
    FOUNDING,
    ORDERED,
    EventReader,
    Reader,
    rows_until,
)
from mentorcore.projections.folding.projection import Projection
from mentorcore.projections.folding.stored_partials import (
    CONTENTS,
    Contents,
    DamagedView,
    HeldPartial,
    RowCodec,
)

__all__ = ["StoredViewDifference", "compared"]

PAGE = 1_000
"""Events read at once."""
FOLDED = (FOLD, ORDERED, FOUNDING)


@attrs.frozen
class StoredViewDifference:
    """Something that is stored of a view and is not what the events lead to.

    Attributes:
        view: Which view, with the version of its projection, such as ``summary@2``.
        stream: The stream whose row it is; ``None`` where the view as a whole is meant.
        about: What is wrong with it, as a sentence. It tells no value.
        members: The members of the row that differ, as far as the row can be read.
    """

    view: str
    stream: str | None
    about: str
    members: tuple[str, ...] = ()


def compared(
    projection: Projection[Any], store: Store, read: Reader, model: Model
) -> Iterator[StoredViewDifference]:
    """How what is stored of a view differs from a fold of the events, row by row.

    Args:
        projection: Which view.
        store: The log. Others may go on recording and storing.
        read: What reads its events.
        model: The rules that the log is kept by.
    """
    ledger = store.ledger
    try:
        positions, kept = ledger.read(lambda tables: tables.kept_views(projection.view))
    except LogError as error:
        # Names that are no UTF-8; not somebody who is in the way, or a server that is away.
        if type(error) is not LogError or error.__cause__ is None:
            raise
        yield StoredViewDifference(
            projection.view, None, f"what is stored of it cannot be read: {error}"
        )
        return
    position, end = positions.get(projection.view), store.tail()
    rows = {stream: ViewRow(stream, g, data) for v, stream, g, data in kept if v == projection.view}
    if position is None and not rows:
        return  # nothing is stored
    comparison = _Comparison(projection, store, EventReader(projection, read, model))
    yield from comparison.whole(position, rows.pop(CONTENTS, None), end)
    found = list(comparison.rows(rows))
    yield from found or comparison.counted(rows)


@attrs.define
class _Comparison:
    """What is stored of one view, held against its events.

    Attributes:
        position: The position up to which they are folded: that which the rows are said to be at,
            or else that of the view, or else the end of the log.
        contents: What the row says that tells of the others.
    """

    projection: Projection[Any]
    store: Store
    reading: EventReader
    codec: RowCodec = attrs.field(init=False)
    position: int = 0
    contents: Contents | None = None

    def __attrs_post_init__(self) -> None:
        self.codec = RowCodec(self.projection, self.store.log_id)

    def whole(
        self, position: object, row: ViewRow | None, end: int
    ) -> Iterator[StoredViewDifference]:
        """What is wrong with the position and with the row that tells of the others."""
        if row is None:
            yield self._no(None, "no row tells what the others are")
        else:
            try:
                self.contents = self.codec.read_contents(row)
            except DamagedView:
                yield self._no(None, "the row that tells what the others are is damaged")
        said = None if self.contents is None else self.contents.position
        fitting = [p for p in (said, position) if type(p) is int and 0 < p <= end]
        self.position = fitting[0] if fitting else end
        if type(position) is not int or not 0 < position <= end:
            about = f"it stands at position {position!r}, and the log has those from 1 to {end}"
            yield self._no(None, about)
        elif said not in (None, position):
            yield self._no(None, f"it stands at position {position}, and its rows at {said}")

    def counted(self, rows: Mapping[str, ViewRow]) -> Iterator[StoredViewDifference]:
        """Whether rows, each right by itself, are those that are told of."""
        there = Contents()
        for row in rows.values():
            there.put(row.group, self.codec.read(row).seal)
        if self.contents is not None and self.contents.groups != there.groups:
            yield self._no(None, "its rows are right, and not those that it tells of")

    def rows(self, stored: Mapping[str, ViewRow]) -> Iterator[StoredViewDifference]:
        """What is wrong with the rows of streams, in the order of the log."""
        expected = self._expected()
        for stream, rows in rows_until(self.store, expected, self.position):
            row = stored.get(stream)
            if row is None:
                yield self._no(stream, "its row is missing")
                continue
            try:
                yield from self._row(row, rows)
            except FollowerStopped as stopped:
                yield self._no(stream, f"its row cannot be confirmed: {stopped}")
        for stream in sorted(stored.keys() - expected.keys()):
            yield self._no(stream, "the log has no such stream, or nothing on it is folded")

    def _expected(self) -> dict[str, None]:
        """The streams that have a row."""
        found: dict[str, None] = {}
        after, sorts = 0, self.reading.sorts
        while page := self.store.page(after, PAGE):
            for row in page:
                if row.position <= self.position and sorts.get(row.name) in FOLDED:
                    found[row.stream] = None
            after = page[-1].position
            if after >= self.position:
                break
        kinds = tuple(f"{kind}:" for kind in self.projection.initial)
        return {stream: None for stream in found if stream.startswith(kinds)}

    def _row(self, row: ViewRow, rows: list[Row]) -> Iterator[StoredViewDifference]:
        """Hold one row against the events of its stream."""
        right = self.reading.fold(row.stream, rows)
        group, folded = self._group(rows), self._last_folded(rows)
        made = HeldPartial(right.partial, group, 0, right.last)
        damage = ""
        try:
            held = self.codec.read(row)
        except DamagedView:
            damage = "it is not as it was stored"
            try:
                held = self.codec.unsealed(row)
            except DamagedView as error:
                yield self._no(row.stream, str(error))
                return
        at, held.at = held.at, 0
        equal = self.codec.body(row.stream, held) == self.codec.body(row.stream, made)
        members = () if equal else _different(held.part, made.part)
        if members:
            damage = "it is not what the events lead to"
        elif row.group != group:
            damage = "it stands in another group than the events say"
        elif not folded <= at <= rows[-1].version:
            damage = f"it is said to be folded up to version {at}, which it is not"
        elif not equal:
            damage = "the order of its facts is not that of the events"
        if damage:
            yield self._no(row.stream, damage, members)

    def _group(self, rows: list[Row]) -> str:
        """The group that the events which found a stream say."""
        group = ""
        for row in rows:
            if self.reading.sorts.get(row.name) == FOUNDING:
                group = self.projection.group(self.reading.read(row).event) or ""
        return group

    def _last_folded(self, rows: list[Row]) -> int:
        return max(r.version for r in rows if self.reading.sorts.get(r.name) in FOLDED)

    def _no(
        self, stream: str | None, about: str, members: tuple[str, ...] = ()
    ) -> StoredViewDifference:
        return StoredViewDifference(self.projection.view, stream, about, members)


def _different(stored: Any, right: Any) -> tuple[str, ...]:
    """The members in which two partials of one class differ, by name."""
    if not attrs.has(type(right)):
        return ("",) if stored != right else ()
    names = (field.name for field in attrs.fields(type(right)))
    return tuple(name for name in names if getattr(stored, name) != getattr(right, name))
