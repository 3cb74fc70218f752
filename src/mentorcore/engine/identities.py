"""An identity in another system belongs to one person of the log at most (INV-61).

What is looked up is a keyed digest in the index beside the log, written in the same transaction
as the event, so two writers who link one address to two people meet there.
"""

import unicodedata
from collections import ChainMap
from collections.abc import Iterable, MutableMapping
from typing import Any

from mentorcore.domain.corrections.events import RecordRetracted
from mentorcore.domain.decider import Decision, Situation
from mentorcore.domain.effective import Placed
from mentorcore.domain.person.events import ExternalIdentityLinked
from mentorcore.domain.values import Erased, Sealed
from mentorcore.errors import Refused
from mentorcore.log.keys import Keys, digest
from mentorcore.log.sealing import Sealing
from mentorcore.log.store import Entry, Store

__all__ = ["Identities", "latest", "normalised"]

KIND = "identity"


def normalised(text: str) -> str:
    """The form in which identities are compared: NFC, no outer or double spaces, casefolded."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


def latest(entries: Iterable[Entry]) -> dict[bytes, Entry]:
    """The last of some changes of each identity."""
    return {entry.digest: entry for entry in entries if entry.kind == KIND}


class Identities:
    """The index of external identities."""

    def __init__(self, store: Store, keys: Keys, sealing: Sealing) -> None:
        self._store = store
        self._keys = keys
        self._sealing = sealing

    def digest(self, scheme: str, value: str) -> bytes:
        """What an identity is looked up under."""
        return digest(self._keys, KIND, scheme, normalised(value))

    def person(self, scheme: str, value: str) -> str | None:
        """The person to whom an identity belongs."""
        key = self.digest(scheme, value)
        found = self._store.lookup(KIND, [key]).get(key)
        return None if found is None else found.stream

    def entries(
        self, now: Situation, decision: Decision, pending: MutableMapping[bytes, Entry]
    ) -> tuple[list[Entry], set[int]]:
        """The index changes that go with a decision, and which of its events say nothing new.

        Args:
            now: What the decision rests on.
            decision: The events decided.
            pending: The latest change of each identity that waits to be stored.

        Raises:
            Refused: ``identity_taken``; ``empty_text`` for an identity that names nobody.
        """
        entries: list[Entry] = []
        nothing_new: set[int] = set()
        for number, (stream, event) in enumerate(decision):
            if isinstance(event, ExternalIdentityLinked):
                assert isinstance(event.value, str)
                if not normalised(event.value):
                    raise Refused("an identity without a text names nobody", "empty_text")
                key = self.digest(event.scheme, event.value)
                owner = self._owner(key, ChainMap(latest(entries), pending))
                if owner == stream:
                    nothing_new.add(number)
                elif owner is not None:
                    raise Refused(
                        f"this {event.scheme} identity belongs to another person already",
                        "identity_taken",
                        person=owner,
                    )
                else:
                    entries.append(Entry(KIND, key, "new", stream))
            elif isinstance(event, RecordRetracted):
                target = next(p for p in now.history[stream] if p.version == event.target)
                entries.extend(self._freed(target))
        return entries, nothing_new

    def _owner(self, key: bytes, pending: MutableMapping[bytes, Entry]) -> str | None:
        if (entry := pending.get(key)) is not None:
            return None if entry.mode == "drop" else entry.stream
        found = self._store.lookup(KIND, [key]).get(key)
        return None if found is None else found.stream

    def _freed(self, target: Placed) -> list[Entry]:
        event: Any = target.event
        if not isinstance(event, ExternalIdentityLinked):
            return []
        value = self._sealing.open(event.value) if isinstance(event.value, Sealed) else event.value
        if isinstance(value, Erased) or value is None:
            return []
        return [Entry(KIND, self.digest(event.scheme, value), "drop")]
