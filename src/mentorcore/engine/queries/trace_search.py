"""Finding every stored event in which somebody or something appears."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import attrs

from mentorcore.domain.aggregate import kind_of

if TYPE_CHECKING:
    from mentorcore.log.recorded import Recorded
    from mentorcore.log.storage.store import Row

__all__ = ["TraceSearch"]

ENROLLED = "participant.enrolled"
ALONE = ("person", "participant", "program", "import", "response", "audit")
"""Kinds of streams that are not shared by the people whom one of their events names."""


@attrs.define
class TraceSearch:
    """Looks for somebody in stored events, and for what turns out to be theirs.

    Attributes:
        ids: Those under which they are known.
        shared: The streams that they share with others.
        responses: The answered forms behind what was found.
    """

    ids: set[str]
    shared: set[str] = attrs.Factory(set)
    responses: set[str] = attrs.Factory(set)
    _pattern: re.Pattern[bytes] | None = None

    def finds(self, row: Row) -> bool:
        """Whether they appear in an event, as it is stored."""
        if row.stream in self.ids or row.stream in self.shared or row.stream in self.responses:
            return True
        if self._pattern is None:
            self._pattern = re.compile(b"|".join(re.escape(i.encode()) for i in sorted(self.ids)))
        return self._pattern.search(row.state) is not None

    def learn(self, told: Recorded[Any]) -> None:
        """Take up what an event that was found leads to."""
        kind = kind_of(told.stream)
        if told.name == ENROLLED and getattr(told.event, "person_id", None) in self.ids:
            self.ids.add(told.stream)
            self._pattern = None
        elif kind not in ALONE and told.stream not in self.ids and self._is_named(told):
            self.shared.add(told.stream)
        if told.source is not None and told.source.response is not None and kind != "response":
            self.responses.add(told.source.response)

    def _is_named(self, told: Recorded[Any]) -> bool:
        return any(one in self.ids for one in _ids_in(told.event))

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
