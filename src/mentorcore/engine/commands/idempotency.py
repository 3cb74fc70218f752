"""A request is recorded once, however often it is made and however many others write meanwhile."""

import hmac
import random
import threading
import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

import attrs

from mentorcore.domain.corrections.events import CORRECTIONS
from mentorcore.domain.declarations import event_info
from mentorcore.domain.effective import VersionedEvent, corrections_of
from mentorcore.engine.commands.command_parsing import checked_key
from mentorcore.engine.commands.made_ids import Asked
from mentorcore.engine.commands.unit_of_work import CommandContext, UnitOfWork
from mentorcore.errors import Conflict, KeyReused, Refused
from mentorcore.log.recorded import Recorded
from mentorcore.log.sealing.keys import Keys, digest
from mentorcore.log.storage.append_checks import opened_read_only
from mentorcore.log.storage.store import Entry, IndexRow, IndexTaken, Row

__all__ = ["Outcome", "Requests"]

_CORRECTIONS = frozenset(event_info(e).name for e in CORRECTIONS)

TRIES = 60
"""How often a decision is made again when other writers are faster, before giving up."""


@attrs.frozen
class Outcome:
    """What came of a command, or of several recorded together.

    Attributes:
        events: The recorded events in order; empty when there was nothing new.
        replayed: Whether this is the answer to an earlier, equal request with the same key.
        stands: Whether all of it still holds: false for what is replayed and was retracted since,
            so that whoever wants it recorded has to ask with a new key.
    """

    events: tuple[Recorded[Any], ...]
    replayed: bool = False
    stands: bool = True

    @property
    def stream(self) -> str:
        """The stream of the first event: the id of what was made.

        Raises:
            IndexError: There was nothing new.
        """
        return self.events[0].stream


class Requests:
    """Makes decisions again until they are recorded, and knows earlier requests by their keys.

    Args:
        desk: Where decisions are made.
        keys: Where the key of the index is.
        lock: Held while one request is decided and recorded.
    """

    def __init__(self, desk: CommandContext, keys: Keys, lock: threading.RLock) -> None:
        self._desk = desk
        self._keys = keys
        self._lock = lock

    def recorded(
        self, work: Callable[[UnitOfWork], None], key: str | None = None, body: Asked | None = None
    ) -> Outcome:
        """What came of *work*, which decides in the session it is given; all of it or nothing.

        Args:
            work: Called again with a new session whenever another writer was faster.
            key: The idempotency key, if there is one.
            body: What was asked; only equal requests may share a key.

        Raises:
            Refused: *work* was refused.
            KeyReused: The key belongs to another request.
            Conflict: Other writers were faster many times in a row.
            OpenedReadOnly: The log was opened for reading.
            LogBusy, LogAway: Other threads, or the database, made it wait for too long.
        """
        if self._desk.store.read_only:
            self._desk.before_append()  # a copy says itself that it is one
            raise opened_read_only(self._desk.store.url)
        if key is not None:
            checked_key(key)
        with self._desk.store.patience.call():
            return self._tried(work, key, body)

    def refusal(self, work: Callable[[UnitOfWork], None]) -> Refused | None:
        """Whether *work* would be refused now; nothing of it is recorded, and no key is made.

        Raises:
            KeyMissing: A key that would be needed is not there.
            Conflict: Other writers were faster many times in a row.
        """
        patience = self._desk.store.patience
        with patience.call():
            for _ in range(TRIES):
                refused: Refused | None = None
                with patience.turn(self._lock):
                    session = self._desk.session()
                    begun = session.mark()
                    try:
                        work(session)
                        session.check_keys(begun)
                    except Refused as found:
                        refused = found
                    if not self._desk.streams.moved:
                        return refused
        raise _overtaken()

    def _tried(
        self, work: Callable[[UnitOfWork], None], key: str | None, body: Asked | None
    ) -> Outcome:
        turn = self._desk.store.patience.turn
        for attempt in range(TRIES):
            try:
                with turn(self._lock):
                    return self._once(work, key, body)
            except (Conflict, IndexTaken):
                if attempt:  # once is a rival; more may mean that what is remembered is wrong
                    with turn(self._lock):
                        self._desk.streams.forget()
                # Rivals that wait for different times do not meet again.
                time.sleep(random.uniform(0, min(0.001 * 2**attempt, 0.05)))  # noqa: S311
        raise _overtaken()

    def _once(
        self, work: Callable[[UnitOfWork], None], key: str | None, body: Asked | None
    ) -> Outcome:
        if key is not None and (earlier := self._earlier(key, body)):
            return self._as_it_stands(earlier, work)
        session = self._desk.session()
        try:
            work(session)
        except Refused:
            # A rival with the same key may have been recorded between the look and the decision.
            if key is not None and (earlier := self._earlier(key, body)):
                return self._as_it_stands(earlier, work)
            if self._desk.streams.moved:
                raise Conflict("the log grew while this was decided") from None
            raise
        entries = [] if key is None else [self._key_entry(key, body)]
        if not session.decided and not session.entries and not entries:
            return Outcome(())
        return Outcome(session.store(entries))

    def _key_entry(self, key: str, body: Asked | None) -> Entry:
        told = self._digest(b"" if body is None else body.body)
        return Entry("key", digest(self._keys, "key", key), "new", None, told)

    def _digest(self, body: bytes) -> bytes:
        return hmac.digest(self._keys.index_key(), b"body\0" + body, sha256)

    def _earlier(self, key: str, body: Asked | None) -> Outcome | None:
        name = digest(self._keys, "key", key)
        found: IndexRow | None = self._desk.store.lookup("key", [name]).get(name)
        if found is None:
            return None
        rows = self._desk.store.page(found.position - 1, found.count) if found.count else []
        if not self._is_the_same(found, body, rows):
            raise KeyReused(
                "this idempotency key was used with another command; use a new key for a new "
                "request, and the same command for a repeated one"
            )
        return Outcome(tuple(map(self._desk.codec.recorded, rows)), replayed=True)

    def _is_the_same(self, found: IndexRow, body: Asked | None, rows: Sequence[Row]) -> bool:
        """Whether what is asked is what was asked under a key, and led to these events.

        It may give other ids to what it makes, but none that name something else by now.
        """
        asked = body or Asked(b"", bytes, ())
        if found.body != self._digest(asked.body):
            return found.body == self._digest(asked.as_before())
        written = b"".join(row.state for row in rows) + " ".join(r.stream for r in rows).encode()
        others = [made for made in asked.named if made.encode() not in written]
        return not any(self._is_taken(made, rows) for made in others)

    def _is_taken(self, made: str, rows: Sequence[Row]) -> bool:
        store = self._desk.store
        if store.stream(made):
            return True
        beside = store.streams(list({row.stream: None for row in rows}))
        return any(made.encode() in row.state for found in beside.values() for row in found)

    def _as_it_stands(self, earlier: Outcome, work: Callable[[UnitOfWork], None]) -> Outcome:
        """An earlier answer, which says whether it still holds.

        Where there was nothing new, it holds as long as there would be nothing new again.
        """
        if earlier.events:
            return attrs.evolve(earlier, stands=self._stand(earlier.events))
        session = self._desk.session()
        try:
            work(session)
        except Refused:
            return attrs.evolve(earlier, stands=False)
        return attrs.evolve(earlier, stands=not (session.decided or session.entries))

    def _stand(self, events: Sequence[Recorded[Any]]) -> bool:
        """Whether none of these events was retracted."""
        read = self._desk.codec.recorded
        streams = self._desk.store.streams(list({told.stream: None for told in events}))
        for stream, rows in streams.items():
            found = [read(row) for row in rows if row.name in _CORRECTIONS]
            placed = [VersionedEvent(r.version, r.recorded_at, r.event) for r in found]
            fallen = corrections_of(placed).fallen
            if any(told.stream == stream and told.version in fallen for told in events):
                return False
        return True


def _overtaken() -> Conflict:
    return Conflict(f"other writers were faster {TRIES} times in a row; try again later")
