"""A request is recorded once, however often it is made and however many others write meanwhile."""

import hmac
import random
import threading
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import attrs

from mentorcore.engine.commands.command_parsing import checked_key
from mentorcore.engine.commands.unit_of_work import CommandContext, UnitOfWork
from mentorcore.errors import Conflict, KeyReused, Refused
from mentorcore.log.recorded import Recorded
from mentorcore.log.sealing.keys import Keys, digest
from mentorcore.log.storage.append_checks import opened_read_only
from mentorcore.log.storage.store import Entry, IndexRow, IndexTaken

__all__ = ["Outcome", "Requests"]

TRIES = 60
"""How often a decision is made again when other writers are faster, before giving up."""


@attrs.frozen
class Outcome:
    """What came of a command, or of several recorded together.

    Attributes:
        events: The recorded events in order; empty when there was nothing new.
        replayed: Whether this is the answer to an earlier, equal request with the same key.
    """

    events: tuple[Recorded[Any], ...]
    replayed: bool = False

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
        self, work: Callable[[UnitOfWork], None], key: str | None = None, body: bytes = b""
    ) -> Outcome:
        """What came of *work*, which decides in the session it is given; all of it or nothing.

        Args:
            work: Called again with a new session whenever another writer was faster.
            key: The idempotency key, if there is one.
            body: What was asked, as bytes; only equal requests may share a key.

        Raises:
            Refused: *work* was refused.
            KeyReused: The key belongs to another request.
            Conflict: Other writers were faster many times in a row.
            OpenedReadOnly: The log was opened for reading.
            LogBusy, LogAway: Other threads, or the database, made it wait for too long.
        """
        if self._desk.store.read_only:
            raise opened_read_only(self._desk.store.url)
        if key is not None:
            checked_key(key)
        with self._desk.store.patience.call():
            return self._tried(work, key, body)

    def _tried(self, work: Callable[[UnitOfWork], None], key: str | None, body: bytes) -> Outcome:
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
        raise Conflict(f"other writers were faster {TRIES} times in a row; try again later")

    def _once(self, work: Callable[[UnitOfWork], None], key: str | None, body: bytes) -> Outcome:
        if key is not None and (earlier := self._earlier(key, body)):
            return earlier
        session = self._desk.session()
        try:
            work(session)
        except Refused:
            # A rival with the same key may have been recorded between the look and the decision.
            if key is not None and (earlier := self._earlier(key, body)):
                return earlier
            if self._desk.streams.moved:
                raise Conflict("the log grew while this was decided") from None
            raise
        entries = [] if key is None else [self._key_entry(key, body)]
        if not session.decided and not session.entries and not entries:
            return Outcome(())
        return Outcome(session.store(entries))

    def _key_entry(self, key: str, body: bytes) -> Entry:
        return Entry("key", digest(self._keys, "key", key), "new", None, self._body_digest(body))

    def _body_digest(self, body: bytes) -> bytes:
        return hmac.digest(self._keys.index_key(), b"body\0" + body, sha256)

    def _earlier(self, key: str, body: bytes) -> Outcome | None:
        name = digest(self._keys, "key", key)
        found: IndexRow | None = self._desk.store.lookup("key", [name]).get(name)
        if found is None:
            return None
        if found.body != self._body_digest(body):
            raise KeyReused(
                "this idempotency key was used with another command; use a new key for a new "
                "request, and the same command for a repeated one"
            )
        rows = self._desk.store.page(found.position - 1, found.count) if found.count else []
        return Outcome(tuple(map(self._desk.codec.recorded, rows)), replayed=True)
