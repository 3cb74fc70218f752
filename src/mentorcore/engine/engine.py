"""The engine: asked to do something, it decides, records, and answers; asked a question, it reads.

It holds the only clock and the only source of ids. Everything else is told the time.
"""

import hmac
import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from types import TracebackType
from typing import Any, Self

import attrs

from mentorcore.engine.asking import checked_key, enveloped, filled, said
from mentorcore.engine.identities import Identities
from mentorcore.engine.ids import time_ordered
from mentorcore.engine.session import Desk, Session
from mentorcore.errors import Conflict, KeyReused, LogError, Refused
from mentorcore.log.codec import Codec
from mentorcore.log.follower import follow
from mentorcore.log.keys import Keys, digest
from mentorcore.log.recorded import Actor, Recorded, Source
from mentorcore.log.sealing import Sealing
from mentorcore.log.store import Entry, IndexRow, IndexTaken, Store

__all__ = ["Answer", "Engine"]

TRIES = 60
"""How often a decision is made again when other writers are faster, before giving up."""


@attrs.frozen
class Answer:
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


class Engine:
    """The system of record of peer-mentoring programs; see `mentorcore.open`.

    Safe to share between threads. Use it as a context manager, or call `close`.
    """

    def __init__(
        self,
        store: Store,
        keys: Keys,
        *,
        clock: Callable[[], datetime],
        ids: Callable[[], str] | None,
    ) -> None:
        self._clock = clock
        self._ids = ids or time_ordered(clock)
        self._keys = keys
        self._store = store
        self._sealing = Sealing(store.log_id, keys)
        self._codec = Codec()
        identities = Identities(store, keys, self._sealing)
        self._desk = Desk(store, self._codec, self._sealing, identities, self.now)
        self._lock = threading.RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back files and connections; once is enough, and twice does no harm."""
        with self._lock:  # whoever is recording finishes first
            self._store.close()
            self._keys.close()

    @property
    def log_id(self) -> str:
        """The log's random id, 32 hex digits, made once when it was created."""
        return self._store.log_id.hex()

    @property
    def position(self) -> int:
        """The position of the last recorded event, 0 for an empty log."""
        return self._store.tail()

    def now(self) -> datetime:
        """The engine's clock, in UTC.

        Raises:
            LogError: The clock gives an instant that names no zone.
        """
        now = self._clock()
        if now.utcoffset() is None:
            raise LogError(f"the clock said {now!r}, which names no zone; give one that does")
        return now.astimezone(UTC)

    def new_id(self, kind: str) -> str:
        """A new id of a kind, such as ``meeting``, for a command that is prepared beforehand."""
        return f"{kind}:{self._ids()}"

    def handle(
        self,
        command: Any,
        *,
        actor: Actor,
        key: str | None = None,
        correlation: str | None = None,
        causation: str | None = None,
        source: Source | None = None,
    ) -> Answer:
        """Decide one command and record what follows.

        Args:
            command: One of the commands that `mentorcore` lists, such as `HoldMeeting`.
            actor: Who asks.
            key: An idempotency key: the same key with an equal command returns the first answer
                again, marked as replayed. Keys are kept as keyed digests only.
            correlation: A random id that all parts of one piece of work share.
            causation: The ``stream#version`` of the event that led to this command; left out, it
                is the command's name.
            source: Which response of which form it came from.

        Raises:
            Refused: The rules do not allow it; nothing was recorded.
            KeyReused: The key was used with another command.
            Conflict: Other writers were faster many times in a row; try again.
            Invalid: This is no command, or actor, correlation, causation or an id hold what may
                not stand in the clear.
            LogError: The log cannot be written to: closed, locked for too long (`LogBusy`).
        """
        return self.batch(
            (command,),
            actor=actor,
            key=key,
            correlation=correlation,
            causation=causation,
            source=source,
        )

    def batch(
        self,
        commands: Iterable[Any],
        *,
        actor: Actor,
        key: str | None = None,
        correlation: str | None = None,
        causation: str | None = None,
        source: Source | None = None,
    ) -> Answer:
        """Decide several commands, each seeing those before it, and record all or nothing.

        Arguments and errors are those of `handle`; one refusal refuses them all.
        """
        asked = tuple(commands)
        whole = [filled(command, self._ids) for command in asked]
        envelopes = [
            enveloped(c, actor=actor, correlation=correlation, causation=causation, source=source)
            for c in whole
        ]
        body = b"" if key is None else b"\n".join(map(said, asked))

        def work(session: Session) -> None:
            for command, envelope in zip(whole, envelopes, strict=True):
                session.decide(command, envelope)

        return self._until_recorded(work, key, body)

    def _until_recorded(
        self, work: Callable[[Session], None], key: str | None, body: bytes
    ) -> Answer:
        if key is not None:
            checked_key(key)
        for attempt in range(TRIES):
            try:
                with self._lock:
                    return self._once(work, key, body)
            except (Conflict, IndexTaken):
                if attempt:  # once is a rival; more may mean that what is remembered is wrong
                    with self._lock:
                        self._desk.streams.forget()
                # Rivals that wait for different times do not meet again.
                time.sleep(random.uniform(0, min(0.001 * 2**attempt, 0.05)))  # noqa: S311
        raise Conflict(f"other writers were faster {TRIES} times in a row; try again later")

    def _once(self, work: Callable[[Session], None], key: str | None, body: bytes) -> Answer:
        if key is not None and (earlier := self._earlier(key, body)):
            return earlier
        session = self._desk.session(self.now())
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
            return Answer(())
        return Answer(session.store(entries))

    def _key_entry(self, key: str, body: bytes) -> Entry:
        return Entry("key", digest(self._keys, "key", key), "new", None, self._body_digest(body))

    def _body_digest(self, body: bytes) -> bytes:
        return hmac.digest(self._keys.index_key(), b"body\0" + body, sha256)

    def _earlier(self, key: str, body: bytes) -> Answer | None:
        name = digest(self._keys, "key", key)
        found: IndexRow | None = self._store.lookup("key", [name]).get(name)
        if found is None:
            return None
        if found.body != self._body_digest(body):
            raise KeyReused(
                "this idempotency key was used with another command; use a new key for a new "
                "request, and the same command for a repeated one"
            )
        rows = self._store.page(found.position - 1, found.count) if found.count else []
        return Answer(tuple(map(self._codec.recorded, rows)), replayed=True)

    def events(
        self, after: int = 0, *, stream: str | None = None, names: Sequence[str] = ()
    ) -> Iterator[Recorded[Any]]:
        """The recorded events behind position *after*, in order; personal values stay sealed.

        Args:
            after: A position; 0 is the beginning.
            stream: Only this stream's events.
            names: Only events with these stored names.
        """
        if stream is not None:
            rows = (r for r in self._store.stream(stream) if r.position > after)
            yield from (self._codec.recorded(r) for r in rows if not names or r.name in names)
            return
        while page := self._store.page(after, 2_000, names):
            yield from map(self._codec.recorded, page)
            after = page[-1].position

    def follow(
        self, after: int = 0, *, stop: threading.Event | None = None
    ) -> Iterator[Recorded[Any]]:
        """Every event behind *after*, once and in order, waiting for those to come.

        It goes on through restarts of the database server, until *stop* is set.
        """
        for page in follow(self._store, after, stop=stop):
            yield from map(self._codec.recorded, page)
