"""One connection to PostgreSQL: how it is made, when it is lost, what it said."""

from typing import Any

import psycopg
from psycopg.types.numeric import Int8BinaryDumper

from mentorcore.log.postgres_url import Place

__all__ = ["Link", "connect", "is_lost", "is_sound", "listening", "said"]

Link = psycopg.Connection[tuple[Any, ...]]

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
