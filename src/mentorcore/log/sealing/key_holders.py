"""Who has been given a key: the people of whom the log holds something sealed.

The key store alone cannot tell. An older copy of it, put back, has never heard of whoever came
later, and a new key for them would hide the loss of the right one (see
docs/how-to/keep-the-keys.md). So nobody who is in the log already gets a key
before the log was asked.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import msgspec

from mentorcore.domain.declarations import personal_fields
from mentorcore.domain.model import CORE_MODEL
from mentorcore.log.event_types import Names
from mentorcore.log.storage.store import Row, Store

__all__ = ["KeyHolders"]

_PAGE = 5_000


class KeyHolders:
    """The people of a log who have been given a key.

    Args:
        store: The log.
        names: The events that may stand in it.
    """

    def __init__(self, store: Store, names: Names = CORE_MODEL.names) -> None:
        self._store = store
        self._names = names

    def among(self, people: Sequence[str]) -> Collection[str]:
        """Those of *people* of whom something sealed is recorded.

        The whole log is read, unless all of them are found before its end; whoever registers
        people gives them a key at once and never has to ask.
        """
        sought = {person: f'"{person}"'.encode() for person in people}
        found: set[str] = set()
        after = 0
        while sought:
            page = self._store.page(after, _PAGE)
            for row in page:
                if any(quoted in row.state for quoted in sought.values()):
                    found.update(self._sealed_for(row))
            sought = {person: quoted for person, quoted in sought.items() if person not in found}
            if len(page) < _PAGE:
                break
            after = page[-1].position
        return found.intersection(people)

    def everybody(self, upto: int) -> frozenset[str]:
        """All of whom something sealed is recorded at a position or before it."""
        found: set[str] = set()
        after = 0
        while after < upto and (page := self._store.page(after, _PAGE)):
            for row in page:
                if row.position <= upto:
                    found.update(self._sealed_for(row))
            after = page[-1].position
        return frozenset(found)

    def _sealed_for(self, row: Row) -> Iterator[str]:
        """The people under whose keys values of one event are sealed.

        Stored fields are looked at as they are: an event that cannot be read counts, too.
        """
        try:
            fields = msgspec.json.decode(row.state)["d"]
            people = fields["subjects"]
        except (msgspec.MsgspecError, LookupError, TypeError):
            return
        cls: Any = self._names.get(row.name)
        marks = {} if cls is None else personal_fields(cls)
        for name, value in fields.items():
            if isinstance(value, dict) and value.keys() == {"_e"}:
                whose = marks[name].whose if name in marks else None
                yield from people if whose is None else (people[i] for i in whose)
