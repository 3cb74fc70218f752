"""One connection to PostgreSQL: how it is made, when it is lost and tried again, what it said."""

import math
import os
import re
import selectors
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol, TypeVar

import psycopg
from psycopg.types.numeric import Int8BinaryDumper

from mentorcore.errors import LogError
from mentorcore.log.storage.patience import Patience
from mentorcore.log.stores.postgres.address import Place

__all__ = [
    "Link",
    "Sharing",
    "Silent",
    "connect",
    "cut",
    "heard_soon",
    "is_lost",
    "is_sound",
    "listening",
    "persisted",
    "said",
    "settings",
    "watch",
]

T = TypeVar("T")

AT_ONCE = 0.05
"""Seconds; psycopg wakes who waits for the server twice as late, if nothing comes."""

LISTENING = 3
"""Seconds in which a connection that only listens has to be made; it is tried again anyway."""

MOMENT = 1.0
"""Seconds of silence after which somebody who only listens looks whether the server is there."""

SETTINGS = """
    SELECT set_config('lock_timeout', '{milliseconds}ms', {local}),
           set_config('idle_in_transaction_session_timeout', '60s', {local}),
           set_config('synchronous_commit', CASE current_setting('synchronous_commit')
               WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, {local})"""
"""A writer that hangs is ended after a minute; and a commit is on the disk before it returns, even
where the server was told that a power cut may lose the last of them."""

REFUSALS = re.compile(
    r"authentication failed|no pg_hba\.conf entry|role .* does not exist|"
    r"database .* does not exist|permission denied|no password supplied|not permitted to log in|"
    r"server does not support SSL|certificate verify failed|root certificate",
    re.IGNORECASE,
)
"""What a server says to who will not get in by waiting. What is said in another language is taken
for an outage: it is tried again, and told after a while instead of at once."""


ANSWERED = re.compile(r"failed: [^\s:]+:  \S")
"""How the text ends of who was turned away by a server that is there: ``failed: FATAL:  sorry``."""

TAKES_NO_WRITES = re.compile("session is read-only|server is in hot standby mode")


class Silent(psycopg.OperationalError):
    """The server has not answered, and lets nobody else in either.

    Attributes:
        since: When it was asked, by the monotonic clock.
    """

    def __init__(self, since: float) -> None:
        super().__init__("the server does not answer")
        self.since = since


class Link(psycopg.Connection[tuple[Any, ...]]):
    """A connection that does not wait for ever for a server that has stopped answering.

    Attributes:
        committing: Whether a commit was sent and no answer has come.
        silent: Told since when an answer is waited for, says whether to give up.
    """

    committing = False
    silent: Callable[[float], bool] = staticmethod(lambda _asked: False)

    def wait(self, gen: Any, *args: Any, **named: Any) -> Any:
        """See `psycopg.Connection`."""
        return super().wait(self._heard(gen), *args, **named)

    def _heard(self, gen: Generator[Any, Any, T]) -> Generator[Any, Any, T]:
        """*gen* as it is, but for its end when the server is gone."""
        try:
            state = next(gen)
            asked = time.monotonic()
            while True:
                began = time.monotonic()
                ready = yield state
                # Now and then it is woken without an answer.
                is_late = time.monotonic() - began > AT_ONCE
                if is_late and not self._is_ready(state) and self.silent(asked):
                    self.close()
                    raise Silent(asked)
                state = gen.send(ready)
        except StopIteration as done:
            answer: T = done.value
            return answer

    def _is_ready(self, state: int) -> bool:
        """Whether the line is ready, which psycopg before 3.2.13 says of every wake-up."""
        with selectors.DefaultSelector() as line:
            line.register(self.pgconn.socket, state)
            return bool(line.select(0))


class Sharing:
    """Whether somebody else uses the server's connections between our transactions.

    Nothing may be left behind on a connection that a pooler lends for one transaction, and nothing
    can be kept there: no settings, no prepared statements, no locks and no ear for notifications.

    Args:
        pooler: What the address says; see `Place.pooler`.
        pooled: Whether several logs of ours share a connection.

    Attributes:
        shared: Whether it is so; ``None`` while it is not known.
        pooled: As given; then a connection has no settings that one of the logs wants.
        is_first: Whether there has been no connection yet.
    """

    def __init__(self, pooler: str, *, pooled: bool = False) -> None:
        self.pooled = pooled
        self.shared: bool | None = pooler == "transaction" if pooler else None
        self.is_first = True

    def found_out(self, link: Link) -> bool:
        """Whether it is so; a pooler gives numbers of its own to the server's processes."""
        if self.shared is None:
            row = link.execute("SELECT pg_backend_pid()").fetchone()
            self.shared = row is not None and row[0] != link.info.backend_pid
        return self.shared

    @property
    def local(self) -> bool:
        """Whether each transaction is set up by itself."""
        return bool(self.shared) or self.pooled


def settings(patience: Patience, *, local: bool) -> str:
    """What sets up a connection, or with *local* a transaction."""
    milliseconds = max(1, round(patience.lock_timeout * 1000))
    return SETTINGS.format(milliseconds=milliseconds, local=str(local).lower())


def connect(at: Place, patience: Patience, sharing: Sharing) -> Link:
    """A connection on which every statement outside `BEGIN` stands alone."""
    try:
        link = _connect(at, patience.connecting, patience.seconds)
    except psycopg.OperationalError as error:
        # Later it is waited for that a standby takes the place of a server that is gone.
        if sharing.is_first and TAKES_NO_WRITES.search(str(error)):
            raise LogError(
                f"{at.url} takes no writes: {said(error)}. It is a replica, or this user may only "
                "read; open it with read_only=True"
            ) from error
        raise
    sharing.is_first = False
    if sharing.found_out(link):
        link.prepare_threshold = None
    elif not sharing.pooled:
        link.execute(settings(patience, local=False).encode())
    watch(link, at, patience)
    return link


def watch(link: Link, at: Place, patience: Patience) -> None:
    """Give a connection up when the server is gone, by the patience of one log."""
    looked: list[float] = []

    def silent(asked: float) -> bool:
        # Whoever waits for a long piece of work looks after the server now and then.
        if not patience.is_silence(max(asked, looked[-1] if looked else asked)):
            return False
        looked[:] = [time.monotonic()]
        return not _lets_in(at, min(patience.seconds / 2, patience.left))

    link.silent = silent


def _connect(at: Place, seconds: float, patience: float) -> Link:
    parameters: dict[str, Any] = dict(at.parameters())
    third = max(1, math.ceil(patience / 3))
    parameters |= {
        "connect_timeout": max(1, min(int(parameters["connect_timeout"]) or 60, int(seconds))),
        # A network that swallows everything is found out within the patience as well.
        "tcp_user_timeout": max(1000, round(patience * 1000)),
        "keepalives_idle": third,
        "keepalives_interval": third,
        "keepalives_count": 2,
    }
    link = Link.connect(autocommit=True, **parameters)
    link.adapters.register_dumper(int, Int8BinaryDumper)
    return link


def _lets_in(at: Place, seconds: float) -> bool:
    """Whether the server is there for another connection."""
    try:
        with _connect(at, seconds, seconds) as link:
            began = time.monotonic()
            link.silent = lambda _asked: time.monotonic() - began > seconds
            link.execute("SELECT 1")
    except psycopg.Error as error:
        return ANSWERED.search(str(error)) is not None or not is_lost(error)
    return True


@contextmanager
def heard_soon(ear: Link, at: Place, is_over: Callable[[], bool]) -> Iterator[None]:
    """A block in which a connection that only listens asks: no call's patience bounds that.

    Args:
        ear: The connection.
        at: Where it leads. When it has been silent for a moment, the server is looked for.
        is_over: Whether nobody wants to hear any more.
    """
    looked = time.monotonic()

    def silent(_asked: float) -> bool:
        nonlocal looked
        if is_over():
            return True
        if time.monotonic() - looked < MOMENT:
            return False
        lets_in = _lets_in(at, MOMENT)
        looked = time.monotonic()
        return not lets_in

    ear.silent = silent
    try:
        yield
    finally:
        del ear.silent


def listening(at: Place, patience: Patience, channel: str) -> Link:
    """A connection that is told when events were stored."""
    link = _connect(at, LISTENING, patience.seconds)
    with heard_soon(link, at, lambda: False):
        link.execute(f'LISTEN "{channel}"'.encode())
    return link


def cut(link: Link) -> None:
    """Put nothing in the place of the line of a connection that a forked process inherited.

    Closing it would end the parent's session; and kept open, it would hide from the server that
    the parent has died, with the locks that it held.
    """
    nothing = os.open(os.devnull, os.O_RDWR)
    try:
        os.dup2(nothing, link.fileno(), inheritable=False)
    finally:
        os.close(nothing)


def is_sound(link: Link) -> bool:
    """Whether a connection can be lent again: still there, and in no transaction."""
    return not link.closed and link.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def is_lost(error: psycopg.Error) -> bool:
    """Whether the connection is gone or cannot be had, rather than the request refused."""
    if not isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return False
    state = error.sqlstate
    if state is None:
        return REFUSALS.search(str(error)) is None
    # What the server says when it ends, starts, or has no room for one more.
    return state.startswith(("57P", "08")) or state in ("25P03", "53300")


def said(error: psycopg.Error) -> str:
    """What the server said, in one line."""
    return " ".join(str(error).split())


class Links(Protocol):
    """What lends connections: a pool of one log, or its part in one of several."""

    def lend(self) -> AbstractContextManager[Link]: ...
    def drop(self) -> None: ...


def persisted(
    links: Links,
    work: Callable[[Link, bool], T],
    patience: Patience,
    *,
    writes: bool = False,
) -> T:
    """Do *work* on a connection, again if the server goes away meanwhile.

    Args:
        links: Where connections are lent.
        work: The work; its second argument says whether an earlier try may have come through.
        patience: For how long.
        writes: Whether it writes, so that whoever asked is told what became of it.

    Raises:
        LogAway: The server stayed away.
        LogBusy: A lock was not granted.
        LogError: The server refuses.
    """
    again = in_doubt = False
    begins = patience.begin()
    try:
        patience.refuse_trying()
        while True:
            began = time.monotonic()
            link: Link | None = None
            try:
                with links.lend() as link:
                    done = work(link, again)
            except psycopg.Error as error:
                in_doubt = in_doubt or (link is not None and link.committing)
                # A replica ends questions about what it is about to clean up.
                overtaken = not writes and isinstance(error, psycopg.errors.SerializationFailure)
                if not overtaken and not is_lost(error):
                    patience.answered()
                    raise _refused(error, patience, writes, in_doubt) from error
                links.drop()
                since = error.since if isinstance(error, Silent) else None
                if link is None:
                    since = began
                if not patience.goes_on(said(error), began, since):
                    raise patience.away(writes=writes, in_doubt=in_doubt) from error
                again = True
                continue
            patience.answered()
            return done
    finally:
        if begins:
            patience.end()


def _refused(error: psycopg.Error, patience: Patience, writes: bool, in_doubt: bool) -> LogError:
    """What is told of what the server refused."""
    if isinstance(error, psycopg.errors.LockNotAvailable):
        lock = "the lock on the table stored_events (see pg_locks)"
        return patience.busy(lock, writes=writes, in_doubt=in_doubt)
    return LogError(f"{patience.url} cannot be used: {said(error)}")
