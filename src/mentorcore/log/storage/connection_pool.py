"""A few open connections to the database, each lent to one thread at a time.

A pool stays in the process that made it: see `mentorcore.log.storage.process_guard`.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Generic, Protocol, TypeVar

from mentorcore.errors import LogError
from mentorcore.log.storage.process_guard import ProcessGuard, Watched, keep_for_ever, watch

__all__ = ["ConnectionPool"]

MOMENT = 0.001
"""Seconds between two looks at whether a fork, or those who use connections, have ended."""


class Closable(Protocol):
    """What can be closed."""

    def close(self) -> None: ...


C = TypeVar("C", bound=Closable)


class _Lending(Generic[C]):
    """The ``with`` block of a connection, once for each: a generator would take longer."""

    __slots__ = ("_connection", "_pool")

    def __init__(self, pool: "ConnectionPool[C]") -> None:
        self._pool = pool

    def __enter__(self) -> C:
        self._connection = self._pool.take()
        return self._connection

    def __exit__(self, *_error: object) -> None:
        self._pool.give_back(self._connection)


class ConnectionPool(Watched, Generic[C]):
    """Connections that are opened when needed, kept for the next user and closed together.

    Args:
        connect: Opens one.
        sound: Tells whether one may be lent again: still connected, and in no transaction.
        keep: How many stay open while nobody uses them.
        spare: How many may at present, where that can be more.
        what: To what they lead, for messages.
        cut: Takes the line out of an inherited connection, in a child that was forked off, and
            leaves it whole for the parent. Without it none may be inherited: those that nobody
            uses are closed before a fork, and it waits a while for those in use.
    """

    def __init__(
        self,
        connect: Callable[[], C],
        sound: Callable[[C], bool],
        keep: int = 4,
        *,
        spare: Callable[[], int] = int,
        what: str = "this log",
        cut: Callable[[C], None] | None = None,
    ) -> None:
        self.guard = ProcessGuard(what)
        self._connect = connect
        self._sound = sound
        self._keep = keep
        self._spare = spare
        self._cut = cut
        self._idle: list[C] = []
        # By thread, the connections that it was lent. Only the thread itself makes its entry, and
        # it stands there before the first connection does, so that a fork can wait for it.
        self._lent: dict[int, list[C]] = {}
        self._closed = False
        self._forking = False
        self._left_alone = False
        watch(self)

    def take(self) -> C:
        """A connection for this thread, to be given back.

        Raises:
            LogError: The log has been closed.
            OpenedElsewhere: This process was forked off after the log was opened.
        """
        if os.getpid() != self.guard.process:
            self.guard.check()
        if self._closed:
            raise LogError("this log has been closed; open it again")
        me = threading.get_ident()
        lent = self._lent.get(me)
        if lent is None:
            lent = self._lent[me] = []
            if self._forking:
                lent = self._announced(me)
        try:
            try:
                connection = self._idle.pop()
            except IndexError:
                connection = self._connect()
        except BaseException:
            self._left(me, lent)
            raise
        lent.append(connection)
        return connection

    @contextmanager
    def busy(self) -> Iterator[None]:
        """A block in which this thread opens the database by other means: a fork waits for it."""
        self.guard.check()
        me = threading.get_ident()
        lent = self._lent.get(me)
        if lent is None:
            lent = self._announced(me)
        try:
            yield
        finally:
            self._left(me, lent)

    def give_back(self, connection: C) -> None:
        """Keep a connection for the next one who asks, or close it."""
        if self._left_alone:  # it is the parent's
            return
        me = threading.get_ident()
        lent = self._lent.get(me)
        if lent and lent[-1] is connection:
            lent.pop()
        else:
            me, lent = self._taken_back(connection)
        try:
            idle = self._idle
            is_kept = len(idle) < self._keep or len(idle) < self._spare()
            if is_kept and self._sound(connection):
                idle.append(connection)
                if self._closed:
                    self.drop()
            else:
                connection.close()
        finally:
            if not lent:
                self._lent.pop(me, None)

    def _taken_back(self, connection: C) -> tuple[int, list[C]]:
        """The thread that was lent a connection, which may be another, and what it still has."""
        for thread, lent in list(self._lent.items()):
            for place, one in enumerate(lent):
                if one is connection:
                    del lent[place]
                    return thread, lent
        raise LookupError("this connection was not lent by this pool")

    def lend(self) -> "_Lending[C]":
        """A connection for the length of a ``with`` block."""
        return _Lending(self)

    def drop(self) -> None:
        """Close those that nobody uses: the server that they led to is gone.

        A fork waits for that too; one that goes on already closes them itself.
        """
        me = threading.get_ident()
        lent = self._lent.setdefault(me, [])
        try:
            if not self._forking:
                self._close_idle()
        finally:
            self._left(me, lent)

    def _close_idle(self) -> None:
        while self._idle:
            with suppress(IndexError):  # somebody else was faster
                self._idle.pop().close()

    def close(self) -> None:
        """Close them all, those lent as soon as they come back; in another process, none."""
        if not self.guard.elsewhere:
            self._closed = True
            self.drop()

    @property
    def closed(self) -> bool:
        """Whether nothing is lent any more."""
        return self._closed

    def before_fork(self, until: float) -> None:
        """See `Watched.before_fork`."""
        if self._cut is not None or self.guard.elsewhere:
            return
        me = threading.get_ident()
        self._forking = True
        while any(thread != me for thread in list(self._lent)) and time.monotonic() < until:
            time.sleep(MOMENT)
        self._close_idle()

    def made_during_fork(self) -> None:
        """See `Watched.made_during_fork`."""
        self._forking = self._cut is None

    def after_fork(self) -> None:
        """See `Watched.after_fork`."""
        self._forking = False

    def in_child(self) -> None:
        """See `Watched.in_child`."""
        if self._left_alone:  # by this process or one before it: the line may be another's by now
            return
        self._left_alone = True
        for connection in (*self._idle, *(c for lent in self._lent.values() for c in lent)):
            keep_for_ever(connection)
            if self._cut is not None:
                with suppress(Exception):
                    self._cut(connection)
        if self.inherited:
            keep_for_ever(self)

    @property
    def inherited(self) -> bool:
        """Whether this is a forked process that has connections of its parent's."""
        return self.guard.elsewhere and bool(self._idle or self._lent)

    def _announced(self, me: int) -> list[C]:
        """The entry of a thread that begins to use connections, made while no fork goes on."""
        lent: list[C] = []
        while True:
            self._lent[me] = lent
            if not self._forking:
                return lent
            del self._lent[me]
            while self._forking:
                time.sleep(MOMENT)

    def _left(self, me: int, lent: list[C]) -> None:
        if not lent:
            self._lent.pop(me, None)
