"""A few open connections to the database, each lent to one thread at a time."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar

from mentorcore.errors import LogError

__all__ = ["Connections"]


class Closable(Protocol):
    """What can be closed."""

    def close(self) -> None: ...


C = TypeVar("C", bound=Closable)


class Connections(Generic[C]):
    """Connections that are opened when needed, kept for the next user and closed together.

    Args:
        connect: Opens one.
        sound: Tells whether one may be lent again: still connected, and in no transaction.
        keep: How many stay open while nobody uses them.
    """

    def __init__(self, connect: Callable[[], C], sound: Callable[[C], bool], keep: int = 4) -> None:
        self._connect = connect
        self._sound = sound
        self._keep = keep
        self._idle: list[C] = []
        self._lock = threading.Lock()
        self._closed = False

    @contextmanager
    def lend(self) -> Iterator[C]:
        """A connection for the length of a ``with`` block.

        Raises:
            LogError: The log has been closed.
        """
        if self._closed:
            raise LogError("this log has been closed; open it again")
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connect()
        try:
            yield connection
        finally:
            with self._lock:
                kept = not self._closed and len(self._idle) < self._keep
                if kept := kept and self._sound(connection):
                    self._idle.append(connection)
            if not kept:
                connection.close()

    def drop(self) -> None:
        """Close those that nobody uses: the server that they led to is gone."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def close(self) -> None:
        """Close them all, those lent as soon as they come back."""
        with self._lock:
            self._closed = True
        self.drop()

    @property
    def closed(self) -> bool:
        """Whether nothing is lent any more."""
        return self._closed
