"""How commands are decided inside a transaction of a host: under the write lock, and only once.

Nobody can be faster there, because the lock is taken before anything is read; and what is
remembered of streams is what the engine knew before, with what the transaction shows on top.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self

from mentorcore.domain.model import Model
from mentorcore.engine.commands.command_parsing import checked_key
from mentorcore.engine.commands.idempotency import Outcome, Requests
from mentorcore.engine.commands.made_ids import Asked
from mentorcore.engine.commands.stream_cache import (
    FOLLOWED,
    NOTHING,
    CachedStream,
    StreamCache,
)
from mentorcore.engine.commands.unit_of_work import CommandContext, UnitOfWork
from mentorcore.errors import Conflict, Refused
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.storage.append_checks import opened_read_only
from mentorcore.log.storage.hosted import HostedStore, stale
from mentorcore.log.storage.store import IndexTaken

__all__ = ["HostRequests", "HostStreams", "host_desk"]

KEEP, SIZE = 20_000, 32 * 2**20
"""How many streams a block remembers, and how many bytes they may have together."""


def host_desk(outside: CommandContext, store: HostedStore) -> CommandContext:
    """Where decisions are made inside the transaction of a host.

    Args:
        outside: Where the engine makes its own.
        store: The log in the transaction.
    """
    notes = outside.notes.beside(store)
    desk = CommandContext(
        store,
        outside.codec,
        outside.sealing,
        outside.identities.beside(store),
        outside.clock,
        model=outside.model,
        notes=notes,
        keeping=outside.keeping,
    )
    desk.streams = HostStreams.beside(
        outside.streams, store, outside.codec, model=outside.model, missing=notes.missing
    )
    desk.before_append = outside.before_append
    return desk


class HostRequests(Requests):
    """Makes decisions inside the transaction of a host, each within a savepoint."""

    def recorded(
        self, work: Callable[[UnitOfWork], None], key: str | None = None, body: Asked | None = None
    ) -> Outcome:
        """See `Requests.recorded`.

        Raises:
            Conflict: The transaction reads the log as it was before others wrote.
            OpenedReadOnly: The log was opened for reading.
        """
        if key is not None:
            checked_key(key)
        store: Any = self._desk.store
        if store.read_only:
            raise opened_read_only(store.url)
        with store.deciding():
            try:
                return self._once(work, key, body)
            except (Conflict, IndexTaken) as overtaken:
                raise Conflict(stale(store.url)) from overtaken


class HostStreams(StreamCache):
    """The streams as the transaction of a host shows them.

    Args:
        outside: What the engine remembers. It is only looked at, and only under the write lock:
            nobody can add to a stream meanwhile, so what is known of it there is whole.
        store: The log in the transaction.
        codec: See `StreamCache`, as for the others.
        model: The same.
        missing: The same.
    """

    def __init__(
        self,
        outside: StreamCache,
        store: HostedStore,
        codec: Codec,
        *,
        model: Model,
        missing: Callable[[str], Refused],
    ) -> None:
        super().__init__(store, codec, model=model, missing=missing, keep=KEEP, size=SIZE)
        self._hosted = store
        self._outside = outside
        self._ended_at: tuple[int, bytes] | None = None
        self._begin()

    @classmethod
    def beside(cls, outside: StreamCache, store: HostedStore, *args: Any, **more: Any) -> Self:
        """The streams for a new block.

        What the block before it had read and written is taken over, if the log turns out to be
        just as that one left it. The last event, with the salt in its state, tells.
        """
        left = outside.left_behind()
        if not isinstance(left, cls):
            return cls(outside, store, *args, **more)
        left._store = left._hosted = store  # noqa: SLF001 - one of our own
        left._missing = more["missing"]  # noqa: SLF001 - the same
        return left

    def leave(self, seen: tuple[int, bytes] | None) -> None:
        """Let the next block look whether the log is as this one leaves it.

        Args:
            seen: Position and state of the last event that was seen, which may be rolled back.
        """
        self._may_look = False
        if seen is not None and seen[0] == self._position:
            self._ended_at = seen
            self._outside.leave_behind(self)

    def _begin(self) -> None:
        self.forget()
        self._position = self._outside.position
        self._knows = not self._outside.is_empty
        """Whether what is remembered outside can be brought up to what the transaction shows."""
        self._changed: set[str] = set()
        self._may_look = False

    def refresh(self) -> None:
        """See `StreamCache.refresh`."""
        self.moved = False
        if self._ended_at is not None:
            if not self._hosted.locked or self._ended_at != self._hosted.seen:
                self._begin()
            self._ended_at = None
        tail, since = self._store.tail(), self._position
        if tail < since or tail - since > FOLLOWED:
            self._knows = False
            self.forget()
        elif tail > since and (self._knows or self._known):
            last = {row.stream: row for row in self._store.page(since, FOLLOWED)}
            for stream, row in last.items():
                self._lose(stream)
                self._changed.add(stream)
                if (known := self._outside.expected(row)) is not None:
                    self._hold(stream, known)
        self._may_look = self._knows and self._hosted.locked
        self._position = tail

    def appended(
        self,
        first: int,
        last: int,
        streams: Mapping[str, CachedStream],
        grown: Mapping[str, int] = NOTHING,
        passing: Iterable[str] = (),
    ) -> None:
        """See `StreamCache.appended`."""
        passed = tuple(passing)
        super().appended(first, last, streams, grown, passed)
        self._changed.update(streams, passed)
        self._position = last  # nobody can have come between, though positions may have gaps

    def _remembered(self, name: str) -> CachedStream | None:
        known = super()._remembered(name)
        if known is None and self._may_look and name not in self._changed:
            return self._outside.look(name)
        return known
