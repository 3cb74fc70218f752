"""What is asked inside a block of `Engine.within` goes into the transaction of the host.

For the length of a block a second engine stands on the connection of the host, with nothing in its
memory that the transaction could take back. Whatever is asked of the first one meanwhile, in the
thread and task that began the block, is answered by the second; everybody else goes on as before.
"""

from __future__ import annotations

import functools
import inspect
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any, TypeVar

from mentorcore.engine.commands.host_desk import host_desk
from mentorcore.engine.commands.unit_of_work import CommandContext
from mentorcore.errors import Invalid, LogError, Problem
from mentorcore.log.storage.hosted import HostedStore, driver_connection, unfit_connection, unproven
from mentorcore.log.stores.hosting import hosted
from mentorcore.projections.access.redactor import (
    Viewer,
    confirm_completion_only,
    confirm_viewer,
)

__all__ = ["begun", "nothing_proven", "routed"]

T = TypeVar("T")
E = TypeVar("E", bound=type)

OUTSIDE = frozenset(
    {"close", "confirm_clock", "health", "log_id", "new_id", "now", "refusal", "within"}
)
"""What is the same inside, or is about the log that others see; and a block begins there."""

LASTING = frozenset(
    {
        *("backup", "copy_keys", "feed", "subscription", "webhook"),
        *("tables", "register_derived_copy", "forget_derived_copy", "purge_derived_copies"),
        "rebuild_views",
    }
)
"""What goes on after the block or hands out what is in the log: the host may still roll back."""


class _NothingProven:
    def __getattr__(self, _name: str) -> Any:
        raise unproven()


def nothing_proven() -> Any:
    """What stands in the place of `LogIntegrity`: nothing is signed or proven inside a block."""
    return _NothingProven()


class Block:
    """A block that stands open.

    Args:
        engine: The engine that it was begun on.
        host: What the host lent: a connection, or what hands it out.
        desk: Where that engine makes decisions.
        store: The log on the connection of the host.
        guest: Makes an engine on a store that remembers nothing.
        around: The block in which it was begun, of this engine or another.
    """

    def __init__(
        self,
        engine: object,
        host: object,
        desk: CommandContext,
        store: HostedStore,
        *,
        guest: Callable[[CommandContext], Any],
        around: Block | None,
    ) -> None:
        self.engine = engine
        self.store = store
        self.around = around
        self.is_open = True
        self.is_asked = False
        self._host = host
        self._outside = desk
        self._desk: CommandContext | None = None
        self._make = guest
        self._guest: Any = None

    def guest(self) -> Any:
        """The engine inside, which knows nothing of what the host has rolled back since.

        Raises:
            LogError: The block belongs to another thread.
            Invalid: The host has another connection by now.
        """
        self.store.check_turn()
        # A session of SQLAlchemy begins its transactions and savepoints when it is asked for its
        # connection, and after each of them it may have another one.
        if driver_connection(self._host) is not self.store.connection:
            raise unfit_connection(
                "is another one by now: the transaction in which the block began has ended",
                "a block for each transaction",
            )
        if self._guest is None or not self.store.stands():
            self._desk = host_desk(self._outside, self.store)
            self._guest = self._make(self._desk)
            self._guest._block = self  # noqa: SLF001 - it asks here as well, whoever keeps it
        return self._guest

    @contextmanager
    def asked(self) -> Iterator[Any]:
        """One question to the engine inside; what it asks itself meanwhile is not looked into."""
        guest = self.guest()
        self.is_asked = True
        try:
            yield guest
        finally:
            self.is_asked = False

    def end(self) -> None:
        """Forget all of it, but for what is found in the log afterwards, byte for byte."""
        self.is_open = False
        if self._desk is not None:
            inside: Any = self._desk.streams
            self._outside.streams.expect(self.store.written, inside)
            inside.leave(self.store.seen)
        self.store.end()
        self._guest = self._desk = None


_INNERMOST: ContextVar[Block | None] = ContextVar("mentorcore_within", default=None)
"""The block in which this thread or task is. Others do not see it."""


def _block_of(engine: object) -> Block | None:
    block = _INNERMOST.get()
    while block is not None and not (block.engine is engine and block.is_open):
        block = block.around
    return block


@contextmanager
def begun(
    engine: T,
    connection: object,
    *,
    desk: CommandContext,
    lock: threading.RLock,
    guest: Callable[[CommandContext], T],
) -> Iterator[T]:
    """A block on *engine*, until the ``with`` block ends.

    Args:
        engine: The engine that is asked.
        connection: What the host lends.
        desk: Where the engine makes decisions.
        lock: Held while it makes one.
        guest: Makes an engine that makes them elsewhere.

    Raises:
        Invalid: Nothing can be recorded on this connection.
    """
    standing = vars(engine).get("_block") or _block_of(engine)
    if standing is not None:
        if driver_connection(connection) is not standing.store.connection:
            raise unfit_connection(
                "is another one than that of the block around this one",
                "the same connection, or one block after the other",
            )
        yield standing.guest()
        return
    store = hosted(desk.store, connection)
    if desk.streams.is_behind and lock.acquire(blocking=False):  # who has it is looking already
        try:
            desk.streams.refresh()
        finally:
            lock.release()
    block = Block(engine, connection, desk, store, guest=guest, around=_INNERMOST.get())
    token = _INNERMOST.set(block)
    try:
        yield block.guest()
    finally:
        block.end()
        with suppress(ValueError):  # it ends in another context than it began in
            _INNERMOST.reset(token)


def routed(cls: E) -> E:
    """Let the public methods and properties of a class of engines be answered inside a block."""
    for name in dir(cls):
        if name.startswith("_") or name in OUTSIDE:
            continue
        found = inspect.getattr_static(cls, name)
        if isinstance(found, property) and found.fget is not None:
            setattr(cls, name, property(_routed(found.fget), doc=found.__doc__))
        elif inspect.isfunction(found):
            setattr(cls, name, _routed(found))
    return cls


def _routed(method: Callable[..., Any]) -> Callable[..., Any]:
    viewer = inspect.signature(method).parameters.get("viewer")
    # What hands out has words of its own for it.
    is_asked_by = viewer is not None and method.__name__ not in LASTING
    needs_viewer = viewer is not None and viewer.default is viewer.empty

    @functools.wraps(method)
    def asked(self: Any, *args: Any, **options: Any) -> Any:
        if is_asked_by and "viewer" in options and (needs_viewer or options["viewer"] is not None):
            confirm_viewer(options["viewer"])
        for given in (*args, *options.values()):
            if isinstance(given, Viewer):
                confirm_completion_only(given, method.__name__)
        if isinstance(names := options.get("names"), str):
            problem = Problem("names", f"{names!r} is one text", f"a list, such as [{names!r}]")
            raise Invalid("no names of events are given", [problem])
        block = vars(self).get("_block")
        if block is None and _INNERMOST.get() is not None:
            block = _block_of(self)
        if block is not None and block.is_open and not block.is_asked:
            if method.__name__ in LASTING:
                raise LogError(
                    f"`{method.__name__}` is not begun inside a block of `within`, which it "
                    "outlives: the host may still roll back. Ask before the block or after the "
                    "commit"
                )
            with block.asked() as guest:
                return method(guest, *args, **options)
        return method(self, *args, **options)

    return asked
