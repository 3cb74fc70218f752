"""How commands are decided inside a transaction of a host: under the write lock, and only once.

Nobody can be faster there, because the lock is taken before anything is read; and what is
remembered of streams is what the engine knew before, with what the transaction shows on top.
"""

from collections.abc import Callable
from typing import Any

from mentorcore.engine.commands.command_parsing import checked_key
from mentorcore.engine.commands.idempotency import Outcome, Requests
from mentorcore.engine.commands.stream_cache import FOLLOWED, CachedStream, StreamCache
from mentorcore.engine.commands.unit_of_work import UnitOfWork
from mentorcore.errors import Conflict
from mentorcore.log.storage.append_checks import opened_read_only
from mentorcore.log.storage.hosted import HostedStore, stale
from mentorcore.log.storage.store import IndexTaken

__all__ = ["HostRequests", "HostStreams"]


class HostRequests(Requests):
    """Makes decisions inside the transaction of a host, each within a savepoint."""

    def recorded(
        self, work: Callable[[UnitOfWork], None], key: str | None = None, body: bytes = b""
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
        more: See `StreamCache`.
    """

    def __init__(self, outside: StreamCache, store: HostedStore, *args: Any, **more: Any) -> None:
        super().__init__(store, *args, **more)
        self._hosted = store
        self._outside = outside
        self._position = outside.position
        self._knows = not outside.is_empty
        """Whether what is remembered outside can be brought up to what the transaction shows."""
        self._changed: set[str] = set()
        self._may_look = False

    def refresh(self) -> None:
        """See `StreamCache.refresh`."""
        self.moved = False
        tail, since = self._store.tail(), self._position
        if tail < since or tail - since > FOLLOWED:
            self._knows = False
            self.forget()
        elif self._knows or self._known:
            for row in self._store.page(since, FOLLOWED) if tail > since else ():
                self._lose(row.stream)
                self._changed.add(row.stream)
        self._may_look = self._knows and self._hosted.locked
        self._position = tail

    def _remembered(self, name: str) -> CachedStream | None:
        known = super()._remembered(name)
        if known is None and self._may_look and name not in self._changed:
            return self._outside.look(name)
        return known
