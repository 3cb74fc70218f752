"""Checkpoints are made by themselves while a log is open: after many events, or after a while."""

import threading
import time
from collections.abc import Callable

from mentorcore.audit.notes.signing import Signing
from mentorcore.audit.sequencing.publication import Publisher
from mentorcore.audit.sequencing.sequencer import Sequencer
from mentorcore.errors import MentorcoreError
from mentorcore.log.storage.audit_tables import AuditTables

__all__ = ["Background"]

LOOK = 0.5
"""Seconds between two looks at how many events came."""

DAY = 86_400.0


class Background:
    """A thread that sequences and publishes; appends never wait for it.

    Args:
        ledger: The tables of the audit.
        tail: Tells the last position of the log.
        signing: After how many events and seconds.
        sequencer: Makes the checkpoints.
        publisher: Hands them out.
        in_order: Tells whether the log is still what was signed of it: as far as is known, or,
            asked with ``True``, after a look at all events if the last was long ago.
    """

    def __init__(
        self,
        ledger: AuditTables,
        tail: Callable[[], int],
        signing: Signing,
        sequencer: Sequencer,
        publisher: Publisher,
        *,
        in_order: Callable[[bool], bool] = lambda _look: True,
    ) -> None:
        self._ledger = ledger
        self._tail = tail
        self._signing = signing
        self._sequencer = sequencer
        self._publisher = publisher
        self._in_order = in_order
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mentorcore-audit", daemon=True)
        self._covered = 0
        self._last = time.monotonic()
        self._counted: float | None = None

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, and cover what came last. Nothing is sent any more; the next start does that."""
        if not self._stop.is_set():
            self._stop.set()
            if self._thread.is_alive():
                self._thread.join()
            self._step(publish=False)

    def _run(self) -> None:
        self._step()
        while not self._stop.wait(min(LOOK, self._signing.seconds)):
            waited = time.monotonic() - self._last
            try:
                behind = self._tail() - self._covered
            except MentorcoreError:  # a server that is away is looked for again
                continue
            if behind >= self._signing.events or (waited >= self._signing.seconds):
                self._step(look=True)  # not at the beginning, where a short run would wait for it

    def _step(self, *, publish: bool = True, look: bool = False) -> None:
        """One checkpoint. What is wrong stands in the sequencer; the program goes on."""
        self._last = now = time.monotonic()
        due = self._counted is None or now - self._counted >= DAY
        thorough = due or self._ledger.counts_fast
        try:
            if not self._in_order(look):
                return
            tail = self._tail()
            if tail and (tail > self._covered or due):
                self._sequencer.checkpoint(thorough=thorough, wait=0)
                self._covered = self._ledger.read(lambda tables: tables.head().last_position)
                self._counted = now if thorough else self._counted
            if publish:
                self._publisher.publish()
        except MentorcoreError:
            return
