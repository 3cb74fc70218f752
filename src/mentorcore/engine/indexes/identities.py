"""An identity in another system belongs to one person of the log at most (INV-61).

An address by which somebody can be reached may be that of several, one after the other or at once;
it is remembered beside, so that a row finds whoever has or had it.

What is looked up is a keyed digest in the index beside the log, written in the same transaction
as the event, so two writers who link one address to two people meet there.
"""

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from types import MappingProxyType

from mentorcore.domain.aggregate import Decision, Situation
from mentorcore.domain.corrections.events import CORRECTIONS, RecordAmended
from mentorcore.domain.effective import VersionedEvent, changes_of, effective, is_correction
from mentorcore.domain.person.events import (
    Contact,
    ExternalIdentityLinked,
    PersonDetailsChanged,
    PersonRegistered,
)
from mentorcore.domain.person.merging import lives
from mentorcore.domain.values import Erased, PersonId, Sealed, Stream
from mentorcore.engine.indexes.index import STREAM, Index
from mentorcore.errors import KeyMissing, Refused
from mentorcore.intake.held_names import compared, folded
from mentorcore.log.sealing.keys import Keys
from mentorcore.log.sealing.sealing import Sealing
from mentorcore.log.storage.store import Entry, Store

__all__ = ["IdentityIndex", "latest"]

KIND = "identity"
CONTACT = "contact"
_TELLING = (ExternalIdentityLinked, PersonDetailsChanged, PersonRegistered, *CORRECTIONS)
"""What may tell of an identity or an address, or take one back."""
NOTHING_PENDING: Mapping[bytes, Entry] = MappingProxyType({})


def latest(entries: Iterable[Entry]) -> dict[bytes, Entry]:
    """The last of some changes of each identity."""
    return {entry.digest: entry for entry in entries if entry.kind in {KIND, CONTACT}}


class IdentityIndex:
    """The index of external identities."""

    def __init__(self, store: Store, keys: Keys, sealing: Sealing) -> None:
        self._index = Index(store, keys, KIND, STREAM)
        self._contacts = Index(store, keys, CONTACT, STREAM)
        self._keys, self._sealing = keys, sealing

    def beside(self, store: Store) -> "IdentityIndex":
        """The index as another store shows it."""
        return IdentityIndex(store, self._keys, self._sealing)

    def digest(self, scheme: str, value: str) -> bytes:
        """What an identity is looked up under."""
        return self._index.name(scheme, compared(scheme, value))

    def reached(
        self, email: str, pending: Mapping[bytes, Entry] = NOTHING_PENDING
    ) -> tuple[str, ...]:
        """Everybody of whom an address was ever told; what became of that their streams tell."""
        found: list[str] = []
        while (stream := self._at(email, len(found), pending)) is not None:
            found.append(stream)
        return tuple(found)

    def person(
        self, scheme: str, value: str, pending: Mapping[bytes, Entry] = NOTHING_PENDING
    ) -> str | None:
        """The person to whom an identity belongs, with the changes that wait to be stored."""
        return self._owner(self.digest(scheme, value), pending)

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
        if not any(isinstance(event, _TELLING) for _, event in decision):
            return entries, nothing_new
        for number, (stream, event) in enumerate(decision):
            if (email := _email(event)) is not None:
                held = ChainMap(latest(entries), pending)
                entries.extend(self._reachable(email, stream, held))
            if isinstance(event, ExternalIdentityLinked):
                assert isinstance(event.value, str)
                if not folded(event.value):
                    raise Refused("an identity without a text names nobody", "empty_text")
                key = self.digest(event.scheme, event.value)
                owner = self._owner(key, ChainMap(latest(entries), pending))
                if owner is not None and owner in lives(now, PersonId(stream)):
                    nothing_new.add(number)
                elif owner is not None:
                    raise _taken(event.scheme, owner)
                else:
                    entries.append(self._index.new(key, None, stream))
        for stream in dict.fromkeys(s for s, e in decision if is_correction(e)):
            held = ChainMap(latest(entries), pending)
            entries.extend(self._corrected(now, stream, decision, held))
        return entries, nothing_new

    def _reachable(
        self, email: str, stream: Stream, pending: Mapping[bytes, Entry]
    ) -> Iterator[Entry]:
        """What is remembered of an address, unless it was told of this person before."""
        known = self.reached(email, pending)
        if stream not in known:
            name = self._contacts.name(compared("email", email), str(len(known)))
            yield self._contacts.new(name, stream, stream)

    def _at(self, email: str, turn: int, pending: Mapping[bytes, Entry]) -> str | None:
        name = self._contacts.name(compared("email", email), str(turn))
        entry = pending.get(name)
        return self._contacts.get(name) if entry is None else entry.stream

    def _corrected(
        self,
        now: Situation,
        stream: Stream,
        decision: Decision,
        pending: MutableMapping[bytes, Entry],
    ) -> Iterator[Entry]:
        """What changes where identities are taken back, and stand again.

        Raises:
            Refused: ``identity_taken``, or ``identity_linked`` when it was linked anew meanwhile.
        """
        history = now.history[stream]
        if not any(isinstance(p.event, ExternalIdentityLinked) for p in history):
            return
        added = (e for s, e in decision if s == stream)
        more = (
            VersionedEvent(v, now.now, e) for v, e in enumerate(added, now.next_version(stream))
        )
        before, after = _links(history), _links((*history, *more))
        for version in before.keys() - after.keys():
            if (key := self._key(before[version])) is not None:
                yield self._index.drop(key)
        for version in after.keys() - before.keys():
            if version >= now.next_version(stream):
                continue  # linked here for the first time
            key = self._key(after[version])
            owner = None if key is None else self._owner(key, pending)
            if owner == stream:
                raise Refused("this identity was linked again meanwhile", "identity_linked")
            if owner is not None:
                raise _taken(after[version].scheme, owner)
            if key is not None:
                yield self._index.new(key, None, stream)

    def _owner(self, key: bytes, pending: Mapping[bytes, Entry]) -> str | None:
        if (entry := pending.get(key)) is not None:
            return None if entry.mode == "drop" else entry.stream
        return self._index.get(key)

    def _key(self, event: ExternalIdentityLinked) -> bytes | None:
        """What a recorded identity is looked up under, ``None`` when its text was erased.

        Raises:
            Refused: ``key_missing``: nobody can tell which identity it is.
        """
        try:
            value = (
                self._sealing.open(event.value) if isinstance(event.value, Sealed) else event.value
            )
        except KeyMissing as missing:
            raise Refused(
                f"an identity of this person is sealed, and the key is missing: {missing}",
                "key_missing",
            ) from missing
        if isinstance(value, Erased) or value is None:
            return None
        return self.digest(event.scheme, value)


def _email(event: object) -> str | None:
    """The address that an event tells of a person, if it tells one."""
    contact: object = None
    if isinstance(event, PersonRegistered | PersonDetailsChanged):
        contact = event.contact
    elif isinstance(event, RecordAmended):
        contact = changes_of(event).get("contact")
    return contact.email or None if isinstance(contact, Contact) else None


def _links(placed: Iterable[VersionedEvent]) -> dict[int, ExternalIdentityLinked]:
    """The identities that stand, by version."""
    return {
        p.version: p.event for p in effective(placed) if isinstance(p.event, ExternalIdentityLinked)
    }


def _taken(scheme: str, owner: str) -> Refused:
    return Refused(
        f"this {scheme} identity belongs to another person already", "identity_taken", person=owner
    )
