"""A few open connections to the database, each lent to one thread at a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Generic, Protocol, TypeVar

from mentorcore.errors import LogError

__all__ = ["ConnectionPool"]


class Closable(Protocol):
    """What can be closed."""

    def close(self) -> None: ...


C = TypeVar("C", bound=Closable)


class ConnectionPool(Generic[C]):
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
        self._closed = False

    def take(self) -> C:
        """A connection for this thread, to be given back.

        Raises:
            LogError: The log has been closed.
        """
        if self._closed:
            raise LogError("this log has been closed; open it again")
        try:
            return self._idle.pop()
        except IndexError:
            return self._connect()

    def give_back(self, connection: C) -> None:
        """Keep a connection for the next one who asks, or close it."""
        if len(self._idle) < self._keep and self._sound(connection):
            self._idle.append(connection)
            if self._closed:
                self.drop()
        else:
            connection.close()

    @contextmanager
    def lend(self) -> Iterator[C]:
        """A connection for the length of a ``with`` block."""
        connection = self.take()
        try:
            yield connection
        finally:
            self.give_back(connection)

    def drop(self) -> None:
        """Close those that nobody uses: the server that they led to is gone."""
        while self._idle:
            with suppress(IndexError):  # somebody else was faster
                self._idle.pop().close()

    def close(self) -> None:
        """Close them all, those lent as soon as they come back."""
        self._closed = True
        self.drop()

    @property
    def closed(self) -> bool:
        """Whether nothing is lent any more."""
        return self._closed
