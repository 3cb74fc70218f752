"""Finding every stored event in which somebody or something appears."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import attrs

from mentorcore.domain.aggregate import kind_of

if TYPE_CHECKING:
    from mentorcore.log.recorded import Recorded
    from mentorcore.log.storage.store import Row

__all__ = ["TraceSearch"]

ALONE = ("person", "participant", "program", "import", "response", "audit")
"""Kinds of streams that are not shared by the people whom one of their events names."""

RESPONSE = "response"
SOMEBODY_ELSE = "another_person"
"""What is said of a response that names a person and does not mean them."""


@attrs.define
class TraceSearch:
    """Looks for somebody in stored events, and for what turns out to be theirs.

    A stream may turn out to be theirs by a late event, such as one that adds them to a group, or
    one that was made of a form which waited for an answer. So it is read again from its beginning.

    Attributes:
        ids: Those under which they are known, their enrolments included.
        shared: The streams that they share with others.
        responses: The answered forms behind what was found.
        found: The events in which they appear, by position.
    """

    ids: frozenset[str]
    shared: set[str] = attrs.Factory(set)
    responses: set[str] = attrs.Factory(set)
    found: dict[int, Recorded[Any]] = attrs.Factory(dict)

    def search(
        self,
        rows: Iterable[Row],
        rows_of: Callable[[str], Iterable[Row]],
        read: Callable[[Row], Recorded[Any]],
    ) -> None:
        """Find every event in which they appear.

        Args:
            rows: The rows of the log, in order.
            rows_of: The rows of one stream, of those rows.
            read: Reads a row.
        """
        pattern = re.compile(b"|".join(re.escape(one.encode()) for one in sorted(self.ids)))
        for row in rows:
            if self._is_theirs(row.stream) or pattern.search(row.state) is not None:
                waiting = self._take(read(row))
                while waiting:
                    for earlier in rows_of(waiting.pop()):
                        if earlier.position < row.position:
                            waiting |= self._take(read(earlier))

    def _is_theirs(self, stream: str) -> bool:
        return stream in self.ids or stream in self.shared or stream in self.responses

    def _take(self, told: Recorded[Any]) -> set[str]:
        """Keep an event that was found; the streams that are theirs because of it."""
        if told.position in self.found:
            return set()
        self.found[told.position] = told
        theirs = set(self._responses_of(told))
        if kind_of(told.stream) not in ALONE and self._is_named(told):
            theirs.add(told.stream)
        theirs -= self.ids | self.shared | self.responses
        for stream in theirs:
            (self.responses if kind_of(stream) == RESPONSE else self.shared).add(stream)
        return theirs

    def _responses_of(self, told: Recorded[Any]) -> Iterator[str]:
        """The answered forms that are theirs because of an event that was found."""
        if kind_of(told.stream) == RESPONSE:
            if self._is_named(told) and getattr(told.event, "answer", None) != SOMEBODY_ELSE:
                yield told.stream
        elif told.source is not None and told.source.response is not None:
            yield told.source.response

    def _is_named(self, told: Recorded[Any]) -> bool:
        return self.is_in(told.event)

    def is_in(self, value: Any) -> bool:
        """Whether a value names them, such as an event, or what somebody is shown of one."""
        return any(one in self.ids for one in _ids_in(value))

    def how(self, told: Recorded[Any]) -> str:
        """How they appear in an event that was found."""
        if told.stream in self.ids:
            return "own"
        if told.stream in self.shared:
            return "shared"
        if told.stream in self.responses:
            return "answers"
        return "named" if self._is_named(told) else "author"


def _ids_in(value: Any) -> Iterator[str]:
    """Every text in an event that may be an id."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple | set | frozenset):
        for part in value:
            yield from _ids_in(part)
    elif isinstance(value, dict):
        for part in (*value, *value.values()):
            yield from _ids_in(part)
    elif attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            yield from _ids_in(getattr(value, field.name))
