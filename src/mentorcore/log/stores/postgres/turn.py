"""Turns in PostgreSQL: an advisory lock on a connection of its own, which ends with the connection.

The lock belongs to a transaction that stays open and does nothing, so that it holds behind a pooler
as well. Such a transaction keeps no old rows alive. A machine that vanishes without a word is found
out by the server within about half a minute.
"""

from collections.abc import Callable
from contextlib import ExitStack, closing, suppress

import psycopg

from mentorcore.errors import LogAway, LogError
from mentorcore.log.storage.process_guard import Watched, keep_for_ever, watch
from mentorcore.log.storage.turn import taken_by_trying
from mentorcore.log.stores.postgres.connection import Link, cut, is_lost, said
from mentorcore.log.stores.postgres.tables import lock_number

__all__ = ["ServerTurn", "take"]

BEGIN = """
    BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY;
    SELECT set_config('idle_in_transaction_session_timeout', '0', true),
           set_config('tcp_keepalives_idle', '10', true),
           set_config('tcp_keepalives_interval', '5', true),
           set_config('tcp_keepalives_count', '3', true)"""


class ServerTurn(Watched):
    """A turn among everybody who is connected to the server."""

    def __init__(self, held: Link) -> None:
        self._held: Link | None = held
        watch(self)

    def in_child(self) -> None:
        """See `Watched.in_child`. The turn ends when the parent does, and is not the child's."""
        held, self._held = self._held, None
        if held is not None:
            keep_for_ever(held)
            cut(held)

    def is_held(self) -> bool:
        """See `Turn.is_held`."""
        if self._held is None:
            return False
        try:
            self._held.execute("SELECT 1")
        except psycopg.Error:
            self.give_back()
        return self._held is not None

    def give_back(self) -> None:
        """See `Turn.give_back`."""
        held, self._held = self._held, None
        if held is not None:
            with suppress(psycopg.Error):
                held.rollback()
            held.close()


def take(
    connect: Callable[[], Link], url: str, log_id: bytes, name: str, timeout: float
) -> ServerTurn | None:
    """See `Store.take_turn`.

    Raises:
        LogAway: The server is gone.
        LogError: The server refused.
    """
    number = lock_number("turn", log_id, name)
    try:
        with ExitStack() as stack:
            link = stack.enter_context(closing(connect()))

            def attempt() -> ServerTurn | None:
                link.execute(BEGIN.encode())
                row = link.execute("SELECT pg_try_advisory_xact_lock(%s)", (number,)).fetchone()
                if row and row[0]:
                    return ServerTurn(link)
                link.rollback()  # whoever waits keeps none of a pooler's connections
                return None

            taken = taken_by_trying(attempt, timeout)
            if taken is not None:
                stack.pop_all()
            return taken
    except psycopg.Error as error:
        if is_lost(error):
            raise LogAway(f"{url} went away: {said(error)}") from error
        raise LogError(f"{url} cannot be used: {said(error)}") from error
