"""Streams with an event that cannot be read or folded, and the answers that they stop.

An answer that rests on such a stream is refused with the event; all others are given. Where the
event that founded a stream cannot be read, those recorded together with it tell where it belongs;
and where nothing does, it could belong to any answer, and stops them all.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

import attrs

from mentorcore.domain.aggregate import kind_of
from mentorcore.errors import FollowerStopped, MentorcoreError
from mentorcore.log.storage.store import Row, Store
from mentorcore.projections.folding.event_reader import Reader
from mentorcore.projections.folding.projection import Belongs, Projection, nobody_knows

__all__ = ["SpoiltStreams", "at_position"]

TOGETHER = 100
"""Events that are looked at behind a founding event that cannot be read."""


@attrs.frozen
class _Spoilt:
    """The first event of a stream that cannot be read, and the ids that were recorded with it."""

    stopped: FollowerStopped
    mentions: frozenset[str]


def at_position(rows: Sequence[Row], stopped: FollowerStopped) -> Row:
    """The event among these at which a view stopped."""
    return next(row for row in rows if row.position == stopped.position)


class SpoiltStreams:
    """The streams of one projection that cannot be told as they are.

    Args:
        projection: Which projection.
        store: The log.
        read: What reads its events.
    """

    def __init__(self, projection: Projection[Any], store: Store, read: Reader) -> None:
        self._projection = projection
        self._store = store
        self._read = read
        self._found: dict[str, _Spoilt] = {}

    def __bool__(self) -> bool:
        return bool(self._found)

    @property
    def first(self) -> FollowerStopped:
        """The one at the lowest position, where there are any."""
        return min((s.stopped for s in self._found.values()), key=lambda s: s.position)

    def add(self, row: Row, stopped: FollowerStopped) -> None:
        """Note a stream; the first event of it that was found stays the one that is named."""
        if row.stream not in self._found:
            self._found[row.stream] = _Spoilt(stopped, frozenset(self._mentions(row)))

    def drop(self, stream: str) -> None:
        """A stream can be told again."""
        self._found.pop(stream, None)

    def clear(self) -> None:
        """Forget them all; whoever folds the log again meets them again."""
        self._found.clear()

    def refuse(
        self,
        group_of: Callable[[str], str | None],
        groups: Collection[str],
        beside: Collection[str],
        parts: Iterable[Any],
        *,
        until: int | None = None,
        known: Belongs = nobody_knows,
    ) -> None:
        """Refuse an answer that one of the streams belongs to, or may belong to.

        Args:
            group_of: The group of a stream; ``None`` where what founded it was not read.
            groups: The groups that the answer is about.
            beside: The streams that it asks for by name.
            parts: The partials of the groups' own streams.
            until: Only events up to this position count; all, if not given.
            known: What another projection, which folds more streams, tells of where they belong.

        Raises:
            FollowerStopped: With the event at the lowest position.
        """
        held = [ids for part in parts if (ids := self._projection.holds(part)) is not None]
        holds = {i for ids in held for i in ids} if held else None
        fixed = self._projection.fixed_groups
        concerned = []
        for stream, spoilt in self._found.items():
            if until is not None and spoilt.stopped.position > until:
                continue
            kind = kind_of(stream)
            if kind in fixed:
                belongs = fixed[kind] in groups
            elif set(groups) <= set(fixed.values()):
                belongs = False
            elif (group := group_of(stream)) is not None:
                belongs = group in groups
            elif (told := known(stream)) is not None:
                belongs = told
            else:
                belongs = self._may_belong(spoilt, group_of, groups, holds)
            if belongs or stream in beside:
                concerned.append(spoilt.stopped)
        if concerned:
            raise min(concerned, key=lambda stopped: stopped.position)

    def _may_belong(
        self,
        spoilt: _Spoilt,
        group_of: Callable[[str], str | None],
        groups: Collection[str],
        holds: Collection[str] | None,
    ) -> bool:
        """Whether a stream may belong to these groups, though nobody can read what founded it."""
        for id_ in spoilt.mentions:
            if kind_of(id_) in self._projection.fixed_groups:
                continue  # a person is in several programs
            group = group_of(id_)
            if group:
                return group in groups
            if holds is not None and kind_of(id_) in {kind_of(i) for i in holds}:
                return id_ in holds
        return True

    def _mentions(self, row: Row) -> Iterator[str]:
        """The ids in the events that were recorded because of an event that cannot be read."""
        for other in self._store.page(row.position, TOGETHER):
            try:
                told = self._read(other)
            except (MentorcoreError, ValueError):
                continue
            if told.nth == 0:
                return  # it was recorded by itself, and so was all behind it
            if getattr(told.event, "principal_stream", None) == row.stream:
                yield from (i for i in (other.stream, *_ids(told.event)) if i != row.stream)


def _ids(event: Any) -> Iterable[str]:
    """The ids that an event names."""
    values = (getattr(event, field.name) for field in attrs.fields(type(event)))
    return (v for v in values if isinstance(v, str) and ":" in v)
