"""One connection to PostgreSQL: how it is made, when it is lost and tried again, what it said."""

import os
import time
from collections.abc import Callable
from typing import Any, TypeVar

import psycopg
from psycopg.types.numeric import Int8BinaryDumper

from mentorcore.errors import LogBusy, LogError
from mentorcore.log.storage.connection_pool import ConnectionPool
from mentorcore.log.stores.postgres.address import Place

__all__ = [
    "DOUBT",
    "PATIENCE",
    "Link",
    "connect",
    "cut",
    "is_lost",
    "is_sound",
    "listening",
    "persisted",
    "said",
]

T = TypeVar("T")

Link = psycopg.Connection[tuple[Any, ...]]

PATIENCE = 15.0
"""Seconds for which a server that went away is tried again."""

DOUBT = "The line broke, and a first try may have come through: read before trying again"

SETTINGS = """
    SELECT set_config('lock_timeout', %s, false),
           set_config('idle_in_transaction_session_timeout', '60s', false),
           set_config('synchronous_commit', CASE current_setting('synchronous_commit')
               WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false)"""
"""A writer that hangs is ended after a minute; and a commit is on the disk before it returns, even
where the server was told that a power cut may lose the last of them."""


def connect(at: Place, lock_timeout: float) -> Link:
    """A connection on which every statement outside `BEGIN` stands alone."""
    parameters: dict[str, Any] = dict(at.parameters())
    link = psycopg.connect(autocommit=True, **parameters)
    link.adapters.register_dumper(int, Int8BinaryDumper)
    link.execute(SETTINGS, (f"{max(1, round(lock_timeout * 1000))}ms",))
    return link


def listening(at: Place, lock_timeout: float, channel: str) -> Link:
    """A connection that is told when events were stored."""
    link = connect(at, lock_timeout)
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
    """Whether the connection is gone, rather than the request refused."""
    state = error.sqlstate
    return state is None or state.startswith(("57P", "08")) or state == "25P03"


def said(error: psycopg.Error) -> str:
    """What the server said, in one line."""
    return " ".join(str(error).split())


def persisted(
    links: ConnectionPool[Link],
    work: Callable[[Link, bool], T],
    url: str,
    busy: Callable[[str, bool], LogBusy],
) -> T:
    """Do *work* on a connection, again if the server goes away meanwhile.

    Args:
        links: Where connections are lent.
        work: The work; its second argument says whether an earlier try may have come through.
        url: The log's address, for messages.
        busy: Makes the error of a lock that was not granted.
    """
    until = time.monotonic() + PATIENCE
    again = False
    while True:
        try:
            with links.lend() as link:
                return work(link, again)
        except psycopg.errors.LockNotAvailable as error:
            raise busy("the table stored_events (see pg_locks)", again) from error
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            if not is_lost(error):
                raise LogError(f"{url} cannot be used: {said(error)}") from error
            if time.monotonic() > until:
                raise LogError(
                    f"{url} has been away for {PATIENCE:.0f} s: {said(error)}. "
                    f"{DOUBT} when the server is back"
                ) from error
            again = True
            links.drop()
            time.sleep(0.1)
        except psycopg.Error as error:
            raise LogError(f"{url} cannot be used: {said(error)}") from error
