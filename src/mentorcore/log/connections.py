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

    A connection that raised an error while lent is closed, never lent again.

    Args:
        connect: Opens one.
        keep: How many stay open while nobody uses them.
    """

    def __init__(self, connect: Callable[[], C], keep: int = 4) -> None:
        self._connect = connect
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
        except BaseException:
            connection.close()
            raise
        with self._lock:
            if not self._closed and len(self._idle) < self._keep:
                self._idle.append(connection)
                return
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
