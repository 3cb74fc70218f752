"""Connections to one database that several open logs share, so that their number stays small."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from mentorcore.errors import Invalid, LogBusy, LogError, Problem
from mentorcore.log.storage.connection_pool import ConnectionPool
from mentorcore.log.storage.patience import Patience
from mentorcore.log.storage.process_guard import ProcessGuard
from mentorcore.log.stores.postgres.address import Place

if TYPE_CHECKING:
    from mentorcore.log.stores.postgres.connection import Link, Sharing

__all__ = ["Pool", "SharedLinks"]


class Pool:
    """Connections to one PostgreSQL database that several open logs share.

    A host that keeps a log for each of its institutions, in schemas of one database, opens them all
    with one pool. The first log that is opened with it decides to which database it leads, and as
    which user. It belongs to the process in which it was first used.

    Use it as a context manager around the logs, or call `close` when they are closed.

    Args:
        limit: How many connections are used at most at the same time. A call that needs one more
            waits for it, for as long as its log has patience.

    Raises:
        Invalid: *limit* is less than one.
    """

    def __init__(self, limit: int = 10) -> None:
        if limit < 1:
            raise Invalid(
                "a pool without connections serves nobody",
                [Problem("limit", f"is {limit}", "at least 1")],
            )
        self.limit = limit
        self._slots = threading.BoundedSemaphore(limit)
        self._lock = threading.Lock()
        self._mine = threading.local()
        self._closed = False
        self._leads_to: tuple[Any, ...] = ()
        self._links: ConnectionPool[Link] | None = None
        self._sharing: Sharing | None = None

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
        """Close all connections, those in use as soon as they come back; twice does no harm."""
        self._closed = True
        if self._links is not None:
            self._links.close()

    def _share(
        self,
        at: Place,
        patience: Patience,
        making: "Callable[[Sharing], Link]",
        watching: "Callable[[Link], None]",
    ) -> "tuple[SharedLinks, Sharing]":
        """The part of one open log in the pool; called by what opens logs.

        Args:
            at: Where the log is.
            patience: How long its calls wait.
            making: Makes a connection to there.
            watching: Lets a connection be looked after as the log would have it.

        Raises:
            Invalid: The pool leads to another database, or as another user.
            LogError: The pool has been closed.
            OpenedElsewhere: This process was forked off after the pool was first used.
        """
        from mentorcore.log.stores.postgres.connection import Sharing, cut, is_sound  # noqa: PLC0415 - it needs an extra

        if self._links is not None:
            self._links.guard.check()
        self._refuse_closed()
        parameters = at.parameters()
        leads_to = tuple(sorted(parameters.items()))
        with self._lock:
            if self._links is None:
                self._leads_to = leads_to
                self._sharing = Sharing(at.pooler, pooled=True)
                self._links = ConnectionPool(
                    self._made, is_sound, keep=self.limit, what="this pool", cut=cut
                )
        if leads_to != self._leads_to:
            there = dict(self._leads_to)
            raise Invalid(
                f"{at.url} cannot share the connections of this pool",
                [
                    Problem(
                        "pool",
                        f"leads to {there['dbname']} on {there['host']}:{there['port']} as "
                        f"{there['user']}, with settings of its own",
                        "one pool for each database, user, and way of connecting",
                    )
                ],
            )
        assert self._sharing is not None
        return SharedLinks(self, self._links, patience, making, watching), self._sharing

    @contextmanager
    def lent(self, links: "SharedLinks") -> "Iterator[Link]":
        """A connection for the length of a ``with`` block, for one of the logs.

        Raises:
            LogBusy: None came back in time.
        """
        self._refuse_closed()
        assert self._links is not None
        mine = self._mine
        outer: SharedLinks | None = getattr(mine, "links", None)
        # Who has one already and needs another gets it, or all could wait for each other.
        if outer is None:
            self._wait_for_one(links.patience)
        mine.links = links
        try:
            with self._links.lend() as link:
                links.watching(link)
                yield link
        finally:
            mine.links = outer
            if outer is None:
                self._slots.release()

    def _wait_for_one(self, patience: Patience) -> None:
        if self._slots.acquire(blocking=False):
            return
        began, most = time.monotonic(), patience.left
        granted = self._slots.acquire(timeout=most)
        patience.spent(time.monotonic() - began)
        if not granted:
            raise LogBusy(
                f"none of the {self.limit} connections of the pool came back within {most:.3g} s. "
                "Nothing was written; try again, or let the pool have more"
            )

    def _made(self) -> "Link":
        assert self._sharing is not None
        making: Callable[[Sharing], Link] = self._mine.links.making
        return making(self._sharing)

    def _refuse_closed(self) -> None:
        if self._closed:
            raise LogError("this pool has been closed; make another one and open the log with it")


class SharedLinks:
    """The connections of one open log, lent by a pool that others use as well.

    Args:
        pool: Who lends them.
        links: Where they are.
        patience: How long the calls of this log wait.
        making: Makes a connection for it.
        watching: Lets a connection be looked after as this log would have it.
    """

    def __init__(
        self,
        pool: Pool,
        links: "ConnectionPool[Link]",
        patience: Patience,
        making: "Callable[[Sharing], Link]",
        watching: "Callable[[Link], None]",
    ) -> None:
        self.patience = patience
        self.making = making
        self.watching = watching
        self.closed = False
        self._pool = pool
        self._links = links

    @property
    def guard(self) -> ProcessGuard:
        """What keeps them in this process."""
        return self._links.guard

    @contextmanager
    def lend(self) -> "Iterator[Link]":
        """A connection for the length of a ``with`` block."""
        self.guard.check()
        if self.closed:
            raise LogError("this log has been closed; open it again")
        with self._pool.lent(self) as link:
            yield link

    def drop(self) -> None:
        """Close those that nobody uses: the server that they led to is gone, for all logs."""
        self._links.drop()

    def close(self) -> None:
        """Lend none any more; the pool keeps its connections."""
        self.closed = True
